// Package varnish reads what Varnish's VCL says of backends: where they are, how long Varnish waits for them, and
// which line says so. It looks at files only, and leaves the subroutines to Varnish.
package varnish

import (
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"fix502/sysinfo/conf"
)

// These are short names for what all readers share.
type (
	Files   = conf.Files
	Place   = conf.Place
	Problem = conf.Problem
)

// Config is the VCL that varnishd was started with.
type Config struct {
	Path     string
	Files    []string
	Backends []*Backend
	Default  string // of the backend that requests go to unless a subroutine says otherwise: "default", else the first
	Problems conf.Problems
	Waits    map[string]Value // what its rules give every fetch ("set bereq.first_byte_timeout = 1s;"), the last of each; they count before a backend's own
	Renames  Value            // the one name that its rules give every request as its Host; empty where they leave it alone, or look at something first
	choices  []choice
	members  map[string][]string // of a director, as they were added
	renamed  struct{ late, unsure bool }
}

// Backend is one "backend NAME { … }" (VCL reference, backend definition).
type Backend struct {
	Place
	Name   string
	Values map[string]Value // "host", "port", "path", "first_byte_timeout" …
	Probe  map[string]Value // of a probe that stands in it: "url", "interval" …
	Used   bool             // something besides its declaration names it
}

// Value is what stands behind ".key =", unquoted.
type Value struct {
	Place
	Text string
}

// Unix is the socket's path of a backend that has one.
func (b *Backend) Unix() string { return b.Values["path"].Text }

// ProbeValue is a setting of the backend's own probe.
func (b *Backend) ProbeValue(key string) (Value, bool) {
	v, ok := b.Probe[key]
	return v, ok
}

// Host and Port are where it is; the port is 80 unless said otherwise, and may be named.
func (b *Backend) Host() string { return b.Values["host"].Text }

// Port is the number behind .port, or the one that .host carries.
func (b *Backend) Port() int {
	text := b.Values["port"].Text
	switch text {
	case "", "http":
		return 80
	case "https":
		return 443
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > 65535 {
		return 0
	}
	return n
}

// Where is the line that names its address.
func (b *Backend) Where() Place {
	for _, key := range []string{"path", "port", "host"} {
		if v, ok := b.Values[key]; ok {
			return v.Place
		}
	}
	return b.Place
}

// Timeout is one of its timeouts, and the line that sets it; the zero Place means varnishd's own parameter.
func (b *Backend) Timeout(name string) (time.Duration, Place) {
	v, ok := b.Values[name]
	if !ok {
		return map[string]time.Duration{"connect_timeout": 3500 * time.Millisecond, "first_byte_timeout": time.Minute, "between_bytes_timeout": time.Minute}[name], Place{}
	}
	return duration(v.Text), v.Place
}

// duration reads "3.5s", "500ms", "2m": VCL's units.
func duration(s string) time.Duration {
	s = strings.ReplaceAll(s, " ", "")
	digits := len(s) - len(strings.TrimLeft(s, "0123456789."))
	n, err := strconv.ParseFloat(s[:digits], 64)
	unit, ok := map[string]time.Duration{"ms": time.Millisecond, "s": time.Second, "m": time.Minute, "h": time.Hour, "d": 24 * time.Hour}[s[digits:]]
	if err != nil || !ok || n > 1e6 {
		return 0
	}
	return time.Duration(n * float64(unit))
}

// Options are what varnishd's own command line says (varnishd(1)).
type Options struct {
	Listens []string          // -a, without names and options: ":6081", "/run/varnish.sock"
	Proxied []string          // those of them that wait for the PROXY protocol
	VCL     string            // -f
	Backend string            // -b: one backend instead of a VCL
	Secret  string            // -S
	Admin   string            // -T
	Params  map[string]string // -p: what holds where the VCL says nothing
}

// Timeout is one of -p's times; where no unit stands behind it, it is in seconds.
func (o Options) Timeout(name string) (time.Duration, bool) {
	text, ok := o.Params[name]
	if !ok {
		return 0, false
	}
	if strings.Trim(text, "0123456789.") == "" {
		text += "s"
	}
	return duration(text), true
}

// Size is one of -p's sizes in bytes, or the usual one. Its units are those of VNUM_2bytes in lib/libvarnish/vnum.c.
func (o Options) Size(name string, usual int) int {
	text := strings.TrimSuffix(strings.ToLower(strings.TrimSpace(o.Params[name])), "b")
	unit := 1
	if digits := strings.TrimRight(text, "km"); digits != text {
		unit = map[string]int{"k": 1 << 10, "m": 1 << 20}[text[len(digits):]]
		text = digits
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || !(n > 0 && n <= 1<<20) || unit == 0 { // not a number is neither
		return usual
	}
	return int(n * float64(unit))
}

// ParseArgs reads varnishd's command line.
func ParseArgs(args []string) Options {
	o := Options{Params: map[string]string{}}
	for i := 0; i < len(args); i++ {
		flag, value := args[i], ""
		if len(flag) < 2 || flag[0] != '-' {
			continue
		}
		if value = flag[2:]; value == "" && i+1 < len(args) {
			value = args[i+1]
		}
		switch flag[:2] {
		case "-a":
			if _, named, ok := strings.Cut(value, "="); ok {
				value = named
			}
			addr, options, _ := strings.Cut(value, ",")
			o.Listens = append(o.Listens, addr)
			if slices.Contains(strings.Split(options, ","), "PROXY") {
				o.Proxied = append(o.Proxied, addr)
			}
		case "-f":
			o.VCL = value
		case "-b":
			o.Backend = value
		case "-S":
			o.Secret = value
		case "-T":
			o.Admin = value
		case "-p":
			name, text, _ := strings.Cut(value, "=")
			o.Params[name] = text
		default:
			continue
		}
		if len(flag) == 2 {
			i++
		}
	}
	if o.VCL != "" && !path.IsAbs(o.VCL) {
		o.VCL = path.Join("/etc/varnish", o.VCL) // vcl_path
	}
	return o
}
