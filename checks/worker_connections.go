package checks

import (
	"context"
	"fmt"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// workerConnections: nginx has as many connections as it may.
func workerConnections() Check {
	return Check{
		ID: "worker-connections", Title: "The gateway has connections to spare", Topic: Server,
		After: []ID{"proxy-loop", "upstream-read-timeout", "fpm-workers-exhausted", "listen-backlog-full-tcp", "firewall-blocks-upstream"},
		Means: `worker_connections is how many connections one nginx worker may hold, visitors and apps counted together: a proxied page takes two.
When they are used up, nginx answers 500 or drops visitors. Raise it, but look first for what holds the connections: a gateway that passes
requests to itself, or an app that is slow.`,
		Run: perSite(func(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) *Finding {
			n := nginxOf(s.Gateway)
			if n == nil {
				return nil
			}
			set := n.Config.WorkerConnections()
			line, ok := says(ctx, f, s, errlog.NoWorkerConnections)
			full, crowded := crowd{}, false
			if !ok {
				full, crowded = crowdUnheard(ctx, f, s)
			}
			if !ok && (!crowded || full.files) {
				if blind := unheard(ctx, f, s); blind != nil {
					return blind
				}
				return pass(fmt.Sprintf("nginx never ran out of its %s connections per worker", set.Value()))
			}
			if loops(ctx, f, s) {
				return nil
			}
			limit, _ := set.Int()
			if ok && line.Number > 0 && line.Number < limit { // the line says how many there were then (ngx_connection.c)
				return line.outgrown(ctx, f, s, set.Place, limit)
			}
			found := &Finding{Confidence: 0.95, Where: set.Place, Summary: fmt.Sprintf("all %d connections of an nginx worker are in use", limit)}
			want := max(4096, 4*limit)
			x := Fix{Title: "Give nginx's workers more connections", Risk: Low}
			if set.Set() {
				found.Evidence = append(found.Evidence, lineOf(s.Gateway.Root, found.Where))
				x = setMain(s.Gateway, x, set, "worker_connections", fmt.Sprint(want))
			} else if ev := n.Config.Main.Find("events"); ev != nil {
				found.Where = ev.Place
				x = x.Tell("Add worker_connections %d; inside the events { } of %s", want, found.Where)
			}
			if open, _ := openFiles(f, s.Gateway); open > 0 && open < want {
				x = setMain(s.Gateway, x, n.Config.WorkerFiles(), "worker_rlimit_nofile", fmt.Sprint(2*want))
			}
			found.Fix = reload(ctx, f, s.Gateway, x).Tell("Then see what holds them: ss -tnp | grep nginx shows whether they wait for visitors or for a slow app")
			if crowded {
				return full.says(s, found)
			}
			return line.judge(found)
		}),
	}
}

// outgrown is a limit that the file has raised since nginx said so: one that is not in use yet, or history.
func (p spoken) outgrown(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, at sysinfo.Place, limit int) *Finding {
	if !p.now {
		return pass(fmt.Sprintf("nginx ran out of its connections while a worker had %d of them, last at %s; it may have %d", p.Number, p.Time.Format("15:04:05"), limit))
	}
	found := &Finding{Confidence: 0.96, Where: at, Summary: fmt.Sprintf("all %d connections of an nginx worker are in use; the file says %d, which nginx has not read yet", p.Number, limit),
		Evidence: []Evidence{lineOf(s.Gateway.Root, at)}}
	found.Fix = reload(ctx, f, s.Gateway, Fix{Title: "Let nginx work with its file as it is", Risk: Low})
	return p.judge(found)
}
