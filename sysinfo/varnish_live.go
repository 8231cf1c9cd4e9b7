package sysinfo

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strings"
	"time"
)

// BackendState is what Varnish says of one backend: `varnishadm backend.list`.
type BackendState struct {
	Admin  string // "probe", or "healthy" and "sick" when somebody has set it by hand
	Health string // "healthy", "sick"
	Probe  string // how many of the last probes were good: "0/3"
}

// Backends asks Varnish for the state of its backends, by name. Only who may read its secret may ask.
func (f *Facts) Backends(ctx context.Context, g *Gateway) (map[string]BackendState, error) {
	if g.Kind != "varnish" || !g.Running() {
		return nil, ErrNotHere
	}
	return Memo(f, fmt.Sprintf("varnish backends %d", g.PID), func() (map[string]BackendState, error) {
		if _, err := f.loadedVCLs(ctx, g); errors.Is(err, context.DeadlineExceeded) {
			return nil, err
		}
		said, err := f.tellVarnish(ctx, g, "backend.list")
		if err != nil {
			return nil, err
		}
		return parseBackends(said), nil
	})
}

// varnishWait is how long one command may take: Varnish answers within milliseconds, and where a firewall drops what goes to its port on the
// loopback, varnishadm would wait for minutes.
const varnishWait = 800 * time.Millisecond

// loadedVCLs is vcl.list, asked once: Varnish that says nothing to it is asked nothing more.
func (f *Facts) loadedVCLs(ctx context.Context, g *Gateway) (string, error) {
	return Memo(f, fmt.Sprintf("varnish vcls %d", g.PID), func() (string, error) { return f.tellVarnish(ctx, g, "vcl.list") })
}

// tellVarnish gives Varnish one command that only looks, and what it answers.
func (f *Facts) tellVarnish(ctx context.Context, g *Gateway, command ...string) (string, error) {
	if v, ok := g.Extra.(*Varnish); ok && f.Host.UID != 0 {
		if _, err := g.Root.ReadFile(v.Options.Secret); err != nil {
			return "", fmt.Errorf("varnishadm: %w", ErrNeedsRoot) // it would wait for an answer to a challenge it cannot meet
		}
	}
	ctx, cancel := context.WithTimeout(ctx, varnishWait)
	defer cancel()
	out, err := f.Host.Run(ctx, "varnishadm", command...)
	if err != nil {
		return "", err
	}
	if out.Exit != 0 {
		if f.Host.UID != 0 {
			return "", fmt.Errorf("varnishadm: %w", ErrNeedsRoot)
		}
		return "", fmt.Errorf("varnishadm: %s", firstLine(out.Stderr, "no answer"))
	}
	return string(out.Stdout), nil
}

// activeVCL is the file of the VCL that a running Varnish works with (varnish-cli(7), vcl.list and vcl.show): another than the one it was started with
// where somebody loaded one by hand. Empty where that is not known.
func (f *Facts) activeVCL(ctx context.Context, g *Gateway) string {
	list, err := f.loadedVCLs(ctx, g)
	if err != nil {
		return ""
	}
	name := ""
	for line := range strings.Lines(list) {
		if w := strings.Fields(line); len(w) > 2 && w[0] == "active" {
			name = w[len(w)-1]
		}
	}
	if name == "" || name == "boot" {
		return ""
	}
	shown, err := f.tellVarnish(ctx, g, "vcl.show", "-v", name)
	head, _, _ := strings.Cut(shown, "\n")
	w := strings.Fields(head)
	if err != nil || len(w) != 5 || w[1] != "VCL.SHOW" || !path.IsAbs(w[4]) || !g.Root.Exists(w[4]) {
		return ""
	}
	return w[4]
}

// parseBackends reads "boot.default   probe   0/3   sick   Thu, 26 Nov 2026 21:14:00 GMT", with or without a probe's count.
func parseBackends(text string) map[string]BackendState {
	out := map[string]BackendState{}
	for line := range strings.Lines(text) {
		w := strings.Fields(line)
		if len(w) < 3 || w[0] == "Backend" {
			continue
		}
		name := w[0]
		if _, short, ok := strings.Cut(name, "."); ok {
			name = short
		}
		s := BackendState{Admin: w[1]}
		for _, word := range w[2:] {
			switch {
			case word == "healthy" || word == "sick":
				s.Health = word
			case strings.Contains(word, "/") && s.Probe == "":
				s.Probe = word
			}
		}
		out[name] = s
	}
	return out
}

// varnishlog asks Varnish's log in memory for what it holds, and does not wait for it to come about.
func (f *Facts) varnishlog(ctx context.Context, what ...string) (Output, error) {
	ctx, cancel := context.WithTimeout(ctx, toolWait)
	defer cancel()
	return f.Host.Run(ctx, "varnishlog", append([]string{"-t", "0", "-d"}, what...)...)
}

// FetchErrors are the last reasons for which Varnish could not fetch a page, oldest first: from its log in memory, which
// holds the last minutes (varnishlog(1), -d).
func (f *Facts) FetchErrors(ctx context.Context, g *Gateway) ([]string, error) {
	if g.Kind != "varnish" || !g.Running() {
		return nil, ErrNotHere
	}
	return Memo(f, fmt.Sprintf("varnish errors %d", g.PID), func() ([]string, error) {
		out, err := f.varnishlog(ctx, "-g", "raw", "-i", "FetchError")
		if err != nil {
			return nil, err
		}
		if out.Exit != 0 {
			return nil, fmt.Errorf("varnishlog: %s", firstLine(out.Stderr, "no answer"))
		}
		var all []string
		for line := range strings.Lines(string(out.Stdout)) {
			if _, text, ok := strings.Cut(line, "FetchError"); ok {
				_, said, _ := strings.Cut(strings.TrimSpace(text), " ") // "b" for the backend's side
				all = append(all, strings.TrimSpace(said))
			}
		}
		return all[max(0, len(all)-20):], nil
	})
}

// BogusHeaders are Varnish's words about headers that it refused in the last minutes, oldest first: FetchError calls their answers only "http
// format error" (bin/varnishd/http1/cache_http1_proto.c). What a header carries is left out.
func (f *Facts) BogusHeaders(ctx context.Context, g *Gateway) []string {
	all, _ := Memo(f, fmt.Sprintf("varnish headers %d", g.PID), func() ([]string, error) {
		out, err := f.varnishlog(ctx, "-g", "raw", "-i", "BogoHeader")
		if err != nil {
			return nil, err
		}
		var all []string
		for line := range strings.Lines(string(out.Stdout)) {
			if _, text, ok := strings.Cut(line, "BogoHeader"); ok {
				if side, said, _ := strings.Cut(strings.TrimSpace(text), " "); side == "b" { // the backend's; "c" is a visitor's
					all = append(all, withoutValue(strings.TrimSpace(said)))
				}
			}
		}
		return all[max(0, len(all)-20):], nil
	})
	return all
}

// withoutValue leaves of "Header too long: X-Debug: 1234" what is wrong and the header's name; of "Header without ':' …" what is wrong.
func withoutValue(said string) string {
	if what, _, ok := strings.Cut(said, "without ':'"); ok {
		return what + "without ':'"
	}
	what, header, ok := strings.Cut(said, ": ")
	if !ok {
		return said
	}
	name, _, _ := strings.Cut(header, ":")
	return strings.TrimSpace(what + ": " + name)
}
