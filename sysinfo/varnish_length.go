package sysinfo

import (
	"context"
	"fmt"
	"time"

	"fix502/sysinfo/errlog"
)

// fetchTag is the tag under which Varnish's log tells of a fetch that failed so.
func fetchTag(k errlog.Kind) string {
	if k == errlog.ConflictingLength {
		return "Error"
	}
	return "FetchError"
}

// lengthErrors are the transactions of the last minutes that Varnish gave up for how the answer states its length: in two headers, or in one that it does not
// know. FetchError tells nothing of them, their tag is Error (bin/varnishd/cache/cache_fetch.c, BS_ERROR). What cannot be read is told of FetchError.
func (f *Facts) lengthErrors(ctx context.Context) string {
	out, err := f.varnishlog(ctx, "-b", "-g", "vxid", "-q", `Error ~ "Body cannot be fetched"`, "-i", "Timestamp,BereqMethod,BereqURL,BereqHeader,BackendOpen,Error,Link")
	if err != nil || out.Exit != 0 {
		return ""
	}
	return string(out.Stdout)
}

// LengthRefused is what Varnish says of the answer to a question of ours, asked at that time, whose length it could not make out; empty of all others.
func (f *Facts) LengthRefused(ctx context.Context, g *Gateway, at time.Time) string {
	v, ok := g.Extra.(*Varnish)
	if !ok || !g.Running() {
		return ""
	}
	ours, _ := Memo(f, fmt.Sprintf("varnish lengths %d", g.PID), func() ([]errlog.Event, error) { return v.transactions(f.lengthErrors(ctx), true), nil })
	for _, ev := range ours {
		if ev.Time.Sub(at).Abs() < 3*time.Second {
			return ev.Message
		}
	}
	return ""
}
