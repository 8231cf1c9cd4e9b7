package sysinfo

import (
	"bufio"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"fix502/sysinfo/haproxy"
)

// ServerState is what HAProxy itself says of one server: `show stat` on its stats socket (management guide, 9.1).
type ServerState struct {
	Status string // UP, DOWN, MAINT, DRAIN, "no check", NOLB
	Check  string // L4CON, L4TOUT, L6RSP, L7STS, L7OK …; empty without a check
	Code   int    // the status code of a layer 7 check
	Why    string // last_chk: what the check brought, in words
	Queue  int
	Weight int
	For    time.Duration // since the last change
}

// Stats asks HAProxy for the state of its servers, by "backend/server". ErrNotHere without a stats socket or page; only
// the owner of a socket's file and root may ask there.
func (f *Facts) Stats(ctx context.Context, g *Gateway) (map[string]ServerState, error) {
	h, ok := g.Extra.(*HAProxy)
	if !ok || !g.Running() {
		return nil, ErrNotHere
	}
	return h.stats.get(func() (map[string]ServerState, error) {
		said, err := f.tellHAProxy(ctx, g, h, showStat)
		if err != nil {
			return nil, err
		}
		return parseStat(strings.NewReader(said))
	})
}

// ServerAddrs are the addresses that HAProxy has for its servers at this moment, by "backend/server": a name is looked
// up when it starts (`show servers state`, management guide 9.3).
func (f *Facts) ServerAddrs(ctx context.Context, g *Gateway) (map[string]netip.Addr, error) {
	h, ok := g.Extra.(*HAProxy)
	if !ok || !g.Running() {
		return nil, ErrNotHere
	}
	return Memo(f, fmt.Sprintf("haproxy addresses %d", g.PID), func() (map[string]netip.Addr, error) {
		said, err := f.tellHAProxy(ctx, g, h, "show servers state")
		if err != nil {
			return nil, err
		}
		out := map[string]netip.Addr{}
		for line := range strings.Lines(said) {
			if w := strings.Fields(line); len(w) > 5 && w[0] != "#" {
				if a, err := netip.ParseAddr(w[4]); err == nil {
					out[w[1]+"/"+w[3]] = a
				}
			}
		}
		return out, nil
	})
}

// tellHAProxy gives HAProxy one command that only reads, at the first of its doors that takes it, and what it answers.
func (f *Facts) tellHAProxy(ctx context.Context, g *Gateway, h *HAProxy, command string) (string, error) {
	failed := fmt.Errorf("HAProxy's stats socket: %w", ErrNotHere)
	first := true
	for _, door := range h.Config.Doors() {
		text := command + "\n"
		if door.URI != "" {
			if text = "GET " + door.URI + " HTTP/1.0\r\nHost: localhost\r\n\r\n"; command != showStat {
				continue
			}
		}
		said, err := f.sayTo(ctx, g, door, text)
		if err == nil && door.URI != "" {
			said, err = pageOf(said)
		}
		if err == nil {
			return said, nil
		}
		if first { // the file is what its keeper meant for this
			failed, first = err, false
		}
	}
	return "", failed
}

const showStat = "show stat"

// sayTo writes a text to one of HAProxy's doors and reads what comes back.
func (f *Facts) sayTo(ctx context.Context, g *Gateway, door haproxy.Door, text string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, toolWait)
	defer cancel()
	network, addr := door.Dial()
	c, err := f.Host.Dial(ctx, g.Net, network, addr)
	if err != nil {
		return "", err
	}
	defer c.Close()
	if at, ok := ctx.Deadline(); ok {
		if err := c.SetDeadline(at); err != nil {
			return "", err
		}
	}
	if _, err := io.WriteString(c, text); err != nil {
		return "", err
	}
	b, err := io.ReadAll(io.LimitReader(c, maxOutput))
	return string(b), err
}

// pageOf is what an answer of HTTP brings.
func pageOf(answer string) (string, error) {
	res, err := http.ReadResponse(bufio.NewReader(strings.NewReader(answer)), nil)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return "", fmt.Errorf("HAProxy's page of statistics (%s): %w", res.Status, ErrNotHere)
	}
	b, err := io.ReadAll(res.Body)
	return string(b), err
}

// parseStat reads the table: a line of names that begins with "# ", then one of values for each.
func parseStat(r io.Reader) (map[string]ServerState, error) {
	in := csv.NewReader(r)
	in.FieldsPerRecord, in.LazyQuotes, in.ReuseRecord = -1, true, true
	at := map[string]int{}
	out := map[string]ServerState{}
	for {
		row, err := in.Read()
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return nil, fmt.Errorf("show stat: %w", err)
		}
		if strings.HasPrefix(row[0], "# ") {
			for i, name := range row {
				at[strings.TrimPrefix(name, "# ")] = i
			}
			continue
		}
		get := func(name string) string {
			if i, ok := at[name]; ok && i < len(row) {
				return row[i]
			}
			return ""
		}
		num := func(name string) int { n, _ := strconv.Atoi(get(name)); return n }
		if get("type") != "2" && get("svname") == "BACKEND" || get("svname") == "FRONTEND" {
			continue
		}
		out[get("pxname")+"/"+get("svname")] = ServerState{Status: get("status"), Check: strings.TrimPrefix(get("check_status"), "* "), Code: num("check_code"),
			Why: get("last_chk"), Queue: num("qcur"), Weight: num("weight"), For: time.Duration(num("lastchg")) * time.Second}
	}
}
