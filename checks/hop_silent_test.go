package checks

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/hosttest"
)

// An app that hangs behind more sites than are asked at a time: what the first of them tell has to come out.
func TestManySilentSitesLeaveTime(t *testing.T) {
	var text strings.Builder
	text.WriteString("base debian-app-up\n-- etc/nginx/conf.d/many.conf --\n")
	for i := range 30 {
		fmt.Fprintf(&text, "server { listen 80; server_name s%d.test; location / { proxy_pass http://127.0.0.1:3000; } }\n", i)
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "many.txtar")
	if err := errors.Join(os.CopyFS(filepath.Join(dir, "base"), os.DirFS("testdata/base")), os.WriteFile(file, []byte(text.String()), 0o600)); err != nil {
		t.Fatal(err)
	}
	host := hosttest.Load(t, file).Host
	synctest.Test(t, func(t *testing.T) {
		host.Ask = func(_ context.Context, q sysinfo.Question) (sysinfo.Answer, error) {
			time.Sleep(q.Wait)
			return sysinfo.Answer{Question: q, Took: q.Wait, Err: context.DeadlineExceeded}, nil
		}
		f := sysinfo.NewFacts(host)
		ctx, cancel := context.WithTimeout(t.Context(), f.Patience)
		defer cancel()
		start, silent := time.Now(), 0
		all, err := hops(ctx, f)
		for _, l := range all {
			if l.silent {
				silent++
			}
		}
		if took := time.Since(start); err != nil || silent == 0 || took > f.Patience-time.Second {
			t.Errorf("got %d silent hops after %s, %v; want some, and a second left of %s", silent, took, err, f.Patience)
		}
	})
}
