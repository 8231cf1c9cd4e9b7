package sysinfo

import (
	"context"
	"path"
	"slices"
	"strconv"
	"strings"

	"fix502/sysinfo/phpfpm"
)

// PoolOf finds the pool whose configuration says that it listens where the hop goes.
func (f *Facts) PoolOf(ctx context.Context, h *Hop) (*FPM, *phpfpm.Pool) {
	p, _ := f.pools.get(keyOf(h), func() (poolOf, error) {
		fpm, pool := f.findPool(ctx, h)
		return poolOf{fpm, pool}, nil
	})
	return p.fpm, p.pool
}

type poolOf struct {
	fpm  *FPM
	pool *phpfpm.Pool
}

func (f *Facts) findPool(ctx context.Context, h *Hop) (*FPM, *phpfpm.Pool) {
	if strings.HasSuffix(h.Unix, "/") {
		return nil, nil // no socket is called so
	}
	var stopped poolOf
	for _, p := range f.poolsByAddress(ctx)[f.addressKey(h.Unix, h.Port)] {
		if at, _ := p.pool.Listen(); h.Unix == "" && !slices.Contains(append([]string{"", "0.0.0.0", "::"}, h.hosts()...), at.Host) {
			continue
		}
		if p.fpm.Running() {
			return p.fpm, p.pool
		}
		stopped = p
	}
	return stopped.fpm, stopped.pool
}

// poolsByAddress are the pools of each address, gathered once: a server may have thousands of them, and as many sites that ask.
func (f *Facts) poolsByAddress(ctx context.Context) map[string][]poolOf {
	all, _ := Memo(f, "pools by address", func() (map[string][]poolOf, error) {
		out := map[string][]poolOf{}
		versions, _ := f.FPM(ctx) // none: no pools
		for _, p := range versions {
			for _, pool := range p.Config.Pools {
				if at, ok := pool.Listen(); ok {
					key := f.addressKey(at.Path, at.Port)
					out[key] = append(out[key], poolOf{p, pool})
				}
			}
		}
		return out, nil
	})
	return all
}

// addressKey is the place of a socket, whatever links lead to it, or a port.
func (f *Facts) addressKey(unix string, port int) string {
	if unix == "" {
		return strconv.Itoa(port)
	}
	return real(f.Host.Root, unix)
}

// ListensAt says that a socket of this machine listens at a place, whatever links lead to it.
func (f *Facts) ListensAt(ctx context.Context, unix string) bool {
	places, _ := Memo(f, "places of sockets", func() (map[string]bool, error) {
		out := map[string]bool{}
		all, _ := f.Listeners(ctx, nil) // none is none
		for _, s := range all {
			if s.Network == "unix" {
				out[real(f.Host.Root, s.Path)] = true
			}
		}
		return out, nil
	})
	return places[real(f.Host.Root, unix)]
}

func (h *Hop) hosts() []string {
	out := []string{h.Host}
	for _, a := range h.Addrs {
		out = append(out, a.String())
	}
	return out
}

// SamePath says that two names mean one place: /var/run is a link to /run, and Debian's php-fpm.sock leads to the
// preferred version's. The last part need not exist.
func SamePath(r Root, a, b string) bool {
	return a == b || real(r, a) == real(r, b)
}

func real(r Root, name string) string {
	dir, err := r.Resolve(path.Dir(name))
	if err != nil {
		dir = strings.Replace(path.Dir(name), "/var/run", "/run", 1)
	}
	full := path.Join(dir, path.Base(name))
	for range 3 { // follow links whose target is missing
		to, err := r.Readlink(full)
		if err != nil {
			break
		}
		if !path.IsAbs(to) {
			to = path.Join(path.Dir(full), to)
		}
		full = to
	}
	return full
}
