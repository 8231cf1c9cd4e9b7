package sysinfo

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"fix502/sysinfo/errlog"
)

// VarnishMemory is what Varnish's log is called among those that were read: it has no file, only a ring in memory that holds the last minutes
// (varnishlog(1), -d).
const VarnishMemory = "varnishlog -d -q FetchError"

// readVarnishLog takes in what Varnish could not fetch for visitors.
func (f *Facts) readVarnishLog(ctx context.Context, l *Logs, since time.Time) {
	gateways, _ := f.Gateways(ctx) // none has no log
	for _, g := range gateways {
		v, ok := g.Extra.(*Varnish)
		if !ok || !g.Running() {
			continue
		}
		read := LogRead{LogFile: LogFile{Path: VarnishMemory, Kind: "error"}, Named: VarnishMemory}
		out, err := f.varnishlog(ctx, "-b", "-g", "vxid", "-q", "FetchError", "-i", "Timestamp,BereqMethod,BereqURL,BereqHeader,BackendOpen,FetchError,Link")
		switch {
		case err != nil:
			read.Err = err
		case out.Exit != 0 && f.Host.UID != 0:
			read.Err = fmt.Errorf("varnishlog: %w", ErrNeedsRoot)
		case out.Exit != 0:
			read.Err = fmt.Errorf("varnishlog: %s", firstLine(out.Stderr, "no answer"))
		}
		fetched := v.fetches(string(out.Stdout))
		if read.Err == nil {
			fetched = append(fetched, v.transactions(f.lengthErrors(ctx), false)...)
		}
		for _, ev := range fetched {
			read.Lines++
			if ev.Time.Before(since) {
				continue
			}
			line := fmt.Sprintf("%s %s%s from %s: %s %s", ev.Method, ev.Host, ev.URI, ev.Upstream.Address, fetchTag(ev.Kind), ev.Message)
			if !slices.ContainsFunc(g.Sites, func(s *Site) bool { return s.Name != "" && s.Called(ev.Host) }) {
				ev.Host = "" // of the site that takes all names
			}
			l.add(ev, VarnishMemory, []byte(line))
		}
		l.Read = append(l.Read, read)
	}
}

// fetches reads the transactions of `varnishlog -b` in which a fetch failed; those of our own questions are left out.
func (v *Varnish) fetches(text string) []errlog.Event { return v.transactions(text, false) }

// transactions are those of our own questions, or those of all others.
func (v *Varnish) transactions(text string, ours bool) []errlog.Event {
	var out []errlog.Event
	var ev errlog.Event
	own, id := false, ""
	tries := retries{next: map[string]string{}, failed: map[string]bool{}}
	var ids []string
	take := func() {
		if ev.Kind != errlog.Unknown {
			tries.failed[id] = true
		}
		if ev.Kind != errlog.Unknown && !ev.Time.IsZero() && own == ours {
			out, ids = append(out, ev), append(ids, id)
		}
		ev, own, id = errlog.Event{Source: errlog.Varnish}, false, ""
	}
	p := errlog.NewParser(time.UTC)
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "*") {
			take()
			if _, said, ok := strings.Cut(line, ">>"); ok {
				id = strings.TrimSpace(said)
			}
			continue
		}
		tag, said, _ := strings.Cut(strings.TrimSpace(strings.TrimLeft(line, "-")), " ")
		said = strings.TrimSpace(said)
		switch tag {
		case "Timestamp":
			if at, ok := strings.CutPrefix(said, "Start: "); ok && ev.Time.IsZero() {
				at, _, _ = strings.Cut(at, " ")
				if sec, err := strconv.ParseFloat(at, 64); err == nil {
					ev.Time = time.UnixMicro(int64(sec * 1e6))
				}
			}
		case "BereqMethod":
			ev.Method = said
		case "BereqURL":
			ev.URI = said
		case "BereqHeader":
			if host, ok := strings.CutPrefix(said, "Host: "); ok {
				ev.Host, _, _ = strings.Cut(host, ":")
			}
			own = own || strings.Contains(said, ourselves)
		case "Link": // bereq 32769 retry
			if w := strings.Fields(said); len(w) > 2 && w[2] == "retry" {
				tries.next[id] = w[1]
			}
		case "BackendOpen": // descriptor, name, address, port
			if w := strings.Fields(said); len(w) > 3 {
				ev.Upstream.Address = net.JoinHostPort(w[2], w[3])
			}
		case "FetchError", "Error":
			was := p.Parse(tag + " " + said)
			if tag == "Error" && was.Kind != errlog.ConflictingLength { // a VCL's own words, mostly
				continue
			}
			ev.Kind, ev.Errno, ev.Message = was.Kind, was.Errno, said
			for _, b := range v.Config.Backends {
				if b.Name == was.Name && ev.Upstream.Address == "" { // no connection came about
					ev.Upstream.Address = net.JoinHostPort(b.Host(), strconv.Itoa(b.Port()))
				}
			}
		}
	}
	take()
	for i := range out {
		out[i].MadeGood = tries.good(ids[i])
	}
	return out
}

// retries are the tries by which transactions that failed were followed (vsl(7), Link), and those that failed.
type retries struct {
	next   map[string]string
	failed map[string]bool
}

// good says that the last try of a transaction did not fail: a visitor has its page from that. Varnish tries four times unless it is told otherwise.
func (r retries) good(id string) bool {
	for range 100 {
		next, again := r.next[id]
		if !again {
			return false
		}
		if !r.failed[next] {
			return true
		}
		id = next
	}
	return false
}
