package sysinfo

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"time"
)

// FirewallHit is one request that a firewall for web requests wrote down: Wordfence's, or ModSecurity.
type FirewallHit struct {
	At      time.Time
	From    string // the visitor's address, as the firewall knows it
	Request string // method and path, without a query, headers or body; empty where the row has none
	Rules   string // the rules' numbers, or "blocked" and "logged", with "|" between; empty where an address was turned away as such
	Passed  bool   // it was let through: the firewall is learning, or the rule only notes

	Host   string   // of ModSecurity: the name that was asked
	Status int      // what it answered
	Why    string   // the words of the rule that denied
	Where  Place    // its line
	Saw    []string // the rules before it that found something: a score is their sum
}

// How Wordfence's firewall keeps requests (vendor/wordfence/wf-waf/src/lib/storage/file.php): a line of PHP that ends any visit, a signature, two times, the
// number of rows, and a table of where each row begins; a row is a time of eight bytes and JSON, deflated where PHP can.
const (
	wordfenceGuard   = "<?php exit('Access denied'); __halt_compiler(); ?>\n"
	wordfenceMark    = "wfWAF\x00\x00\x00"
	wordfenceCount   = len(wordfenceGuard) + len(wordfenceMark) + 8 + 8
	wordfenceTable   = wordfenceCount + 4
	wordfenceMaxRows = 10000
	wordfenceMaxRow  = 50 << 10
)

// errNotWordfence is for a file that is not what Wordfence writes, or breaks off.
var errNotWordfence = errors.New("not Wordfence's record of requests")

// Wordfence reads what its firewall wrote since a time, newest first, and where. ErrNotExist where it keeps no such file: it was never switched on, or it
// keeps its record in the database (WFWAF_STORAGE_ENGINE).
func (w *WordPress) Wordfence(r Root, since time.Time) (hits []FirewallHit, name string, err error) {
	name = path.Join(w.Content, "wflogs/attack-data.php")
	file, err := r.Open(name)
	if err != nil {
		return nil, name, err
	}
	defer file.Close()
	hits, err = firewallHits(file, since)
	if err != nil {
		err = fmt.Errorf("%s: %w", name, err)
	}
	return hits, name, err
}

func firewallHits(file io.ReaderAt, since time.Time) ([]FirewallHit, error) {
	head := make([]byte, wordfenceTable)
	if _, err := file.ReadAt(head, 0); err != nil || !bytes.HasPrefix(head, []byte(wordfenceGuard+wordfenceMark)) {
		return nil, errNotWordfence
	}
	rows := min(int(binary.LittleEndian.Uint32(head[wordfenceCount:])), wordfenceMaxRows)
	table := make([]byte, 4*(rows+1))
	if _, err := file.ReadAt(table, int64(wordfenceTable)); err != nil && !errors.Is(err, io.EOF) {
		return nil, errNotWordfence
	}
	var out []FirewallHit
	for i := rows - 1; i >= 0; i-- {
		begin, end := binary.LittleEndian.Uint32(table[4*i:]), binary.LittleEndian.Uint32(table[4*i+4:])
		if end < begin+8 || end-begin > wordfenceMaxRow {
			continue // written over, or too long for Wordfence itself
		}
		row := make([]byte, end-begin)
		if _, err := file.ReadAt(row, int64(begin)); err != nil && !errors.Is(err, io.EOF) {
			return out, errNotWordfence
		}
		at := time.Unix(int64(binary.LittleEndian.Uint32(row)), 1000*int64(binary.LittleEndian.Uint32(row[4:])))
		if at.Before(since) {
			break
		}
		if hit, ok := firewallHit(inflated(row[8:])); ok {
			hit.At = at
			out = append(out, hit)
		}
	}
	return out, nil
}

// inflated undoes whichever of PHP's three gz functions wrote it; text that none wrote comes back as it is.
func inflated(b []byte) []byte {
	for _, open := range []func(io.Reader) (io.ReadCloser, error){
		func(r io.Reader) (io.ReadCloser, error) { return flate.NewReader(r), nil },
		zlib.NewReader,
		func(r io.Reader) (io.ReadCloser, error) { return gzip.NewReader(r) },
	} {
		if r, err := open(bytes.NewReader(b)); err == nil {
			if text, err := io.ReadAll(io.LimitReader(r, 1<<20)); err == nil {
				return text
			}
		}
	}
	return b
}

// firewallHit reads a row: time, address, learning mode, parameter, its value, rules, TLS, and the request in base64 (logAttack and serializeRow there).
func firewallHit(text []byte) (FirewallHit, bool) {
	var row []json.RawMessage
	if json.Unmarshal(text, &row) != nil || len(row) < 8 {
		return FirewallHit{}, false
	}
	var hit FirewallHit
	var learning int
	var request string
	for i, to := range map[int]any{1: &hit.From, 2: &learning, 5: &hit.Rules, 7: &request} {
		if json.Unmarshal(row[i], to) != nil {
			return FirewallHit{}, false
		}
	}
	first, _, _ := strings.Cut(hit.Rules, "|")
	hit.Passed = first == "logged" || learning != 0 && first != "" && first != "blocked"
	if raw, err := base64.StdEncoding.DecodeString(request); err == nil {
		line, _, _ := strings.Cut(string(raw), "\n")
		if w := strings.Fields(line); len(w) > 1 {
			p, _, _ := strings.Cut(w[1], "?")
			hit.Request = w[0] + " " + p
		}
	}
	return hit, true
}
