package sysinfo

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"

	"fix502/sysinfo/caddy"
)

// caddyWait is how long Caddy's admin API may take: it answers from memory.
const caddyWait = 700 * time.Millisecond

// CaddyUpstream is one address that a Caddy passes requests to, as its admin API has it (caddyserver.com/docs/api, GET /reverse_proxy/upstreams).
type CaddyUpstream struct {
	Address  string `json:"address"`
	Requests int    `json:"num_requests"` // under way
	Fails    int    `json:"fails"`        // remembered, for as long as fail_duration says
}

// CaddyUpstreams asks a running Caddy what it knows of the addresses behind it. ErrNotHere where it has no admin API.
func (f *Facts) CaddyUpstreams(ctx context.Context, g *Gateway) ([]CaddyUpstream, error) {
	return Memo(f, fmt.Sprintf("caddy upstreams %d", g.PID), func() ([]CaddyUpstream, error) {
		b, err := f.askCaddy(ctx, g, "/reverse_proxy/upstreams")
		if err != nil {
			return nil, err
		}
		var out []CaddyUpstream
		if err := json.Unmarshal(b, &out); err != nil {
			return nil, fmt.Errorf("Caddy's admin API: %w", err)
		}
		return out, nil
	})
}

// CaddyRuns is the configuration that a running Caddy works with, whatever its files say by now (GET /config/ of its admin API, which any user of the
// machine may ask). ErrNotHere where it has no admin API.
func (f *Facts) CaddyRuns(ctx context.Context, g *Gateway) (*caddy.Config, error) {
	return Memo(f, fmt.Sprintf("caddy runs %d", g.PID), func() (*caddy.Config, error) {
		b, err := f.askCaddy(ctx, g, "/config/")
		if err != nil {
			return nil, err
		}
		c := caddy.ParseJSON(g.Config, b)
		if len(c.Problems) > 0 {
			return nil, fmt.Errorf("Caddy's admin API: %w", ErrNotHere)
		}
		return c, nil
	})
}

// AdminAt is where a Caddy's admin API is to be asked: "localhost:2019", "unix//run/caddy.sock"; empty where it is off.
func (c *Caddy) AdminAt() string {
	at, _, _ := strings.Cut(c.Config.Admin, "|") // rights of a socket
	if at == "off" || strings.Contains(at, "{") {
		return ""
	}
	return at
}

func (f *Facts) askCaddy(ctx context.Context, g *Gateway, uri string) ([]byte, error) {
	c, ok := g.Extra.(*Caddy)
	if !ok || !g.Running() || f.Host.Files || c.AdminAt() == "" {
		return nil, ErrNotHere
	}
	network, addr, name := "tcp", strings.TrimPrefix(c.AdminAt(), "tcp/"), ""
	if socket, ok := strings.CutPrefix(addr, "unix/"); ok {
		network, addr, name = "unix", socket, "127.0.0.1" // which it lets in at a socket (admin.go, allowedOrigins)
	} else {
		host, port, err := net.SplitHostPort(addr)
		if err != nil {
			return nil, ErrNotHere
		}
		if name = addr; slices.Contains([]string{"localhost", "", "0.0.0.0"}, host) {
			addr = net.JoinHostPort("127.0.0.1", port)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, caddyWait)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://caddy"+uri, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", ourselves)
	if req.Host = name; strings.HasPrefix(name, ":") {
		req.Host = "localhost" + name
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return f.Host.Dial(ctx, g.Net, network, addr)
	}}}
	res, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("Caddy's admin API answers %d: %w", res.StatusCode, ErrNotHere)
	}
	return io.ReadAll(io.LimitReader(res.Body, maxOutput))
}

// caddySaves are where Caddy keeps the configuration that it was last given (caddy.go, ConfigAutosavePath), the likeliest first; only itself and root may
// search there.
func (f *Facts) caddySaves(ctx context.Context, g *Gateway) []string {
	homes := []string{"/var/lib/caddy", "/root"}
	if g.Creds.UID == 0 {
		slices.Reverse(homes)
	}
	if home := f.environ(ctx, g, "").set["HOME"]; home != "" {
		homes = append([]string{home}, homes...)
	}
	for i := range homes {
		homes[i] = path.Join(homes[i], ".config/caddy/autosave.json")
	}
	return homes
}

// caddyAsItRuns fills in what no file could tell: one that cannot be read, is not there, or never was, because Caddy was given all over its API.
func (f *Facts) caddyAsItRuns(ctx context.Context, g *Gateway, c *Caddy) {
	if len(c.Config.Files) > 0 || f.Host.Files {
		return
	}
	if !g.Root.Exists(g.Config) {
		saves := f.caddySaves(ctx, g)
		for _, name := range saves {
			if saved := caddy.Parse(g.Root, name, caddy.Environ{}); len(saved.Problems) == 0 {
				c.Saved, c.Config, g.Config = true, saved, name
				f.caddySites(g, c)
				return
			}
		}
		c.Saved, g.Config = true, saves[0]
	}
	if runs, err := f.CaddyRuns(ctx, g); err == nil {
		c.Config.Sites = runs.Sites
		f.caddySites(g, c)
	}
}
