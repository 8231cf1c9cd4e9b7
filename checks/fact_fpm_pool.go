package checks

import (
	"context"
	"fmt"

	"fix502/sysinfo"
	"fix502/sysinfo/phpfpm"
)

func fpmPoolFact() Check {
	return Check{
		ID: "fpm-pool", Title: "The pool's numbers make sense", Topic: Platform,
		Means: `How PHP-FPM keeps its workers: static (always all), dynamic (between the spare numbers) or ondemand (only when asked). pm.max_children is how many
pages can be made at once. Numbers that contradict each other keep PHP-FPM from starting (fpm-pool-config-error); here are those that are merely risky.`,
		Run: perPool(func(_ context.Context, f *sysinfo.Facts, _ *live, p *sysinfo.FPM, pool *phpfpm.Pool) *Finding {
			most := pool.Get("pm.max_children")
			found := &Finding{Status: Pass, Summary: fmt.Sprintf("pool %s of %s: %s", pool.Name, p.Name(), poolNumbers(pool))}
			if most.Set() {
				found.Evidence = []Evidence{lineOf(f.Host.Root, most.Place)}
			}
			if risk, at := poolRisk(pool); risk != "" {
				found.Status, found.Where = Warn, at.Place
				found.Summary += "; " + risk
				found.Fix = Fix{Title: "Change the number, test, reload", Risk: Low}.Tell("%s: %s. Then test the configuration and reload %s", at.Place, risk, p.Name())
			}
			return found
		}),
	}
}

func poolNumbers(pool *phpfpm.Pool) string {
	most := pool.Get("pm.max_children").Int()
	switch mode := pool.Get("pm").Text; mode {
	case "dynamic":
		return fmt.Sprintf("dynamic, up to %s, %d at start, %d to %d spare", plural(most, "worker", "workers"), pool.StartServers(), pool.Get("pm.min_spare_servers").Int(), pool.Get("pm.max_spare_servers").Int())
	case "ondemand":
		return fmt.Sprintf("ondemand, up to %s, idle ones end after %s", plural(most, "worker", "workers"), seconds(pool.Get("pm.process_idle_timeout").Duration()))
	default:
		return fmt.Sprintf("%s, %s", mode, plural(most, "worker", "workers"))
	}
}

// poolRisk is the first number of a pool that invites trouble, and the setting it is.
func poolRisk(pool *phpfpm.Pool) (string, phpfpm.Value) {
	most, spare, backlog, slow := pool.Get("pm.max_children"), pool.Get("pm.max_spare_servers"), pool.Get("listen.backlog"), pool.Get("request_slowlog_timeout")
	kill, rounds := pool.Get("request_terminate_timeout"), pool.Get("pm.max_requests")
	switch {
	case most.Int() == 1:
		return "one worker makes one page at a time; a page that calls the site itself waits for ever", most
	case pool.Get("pm").Text == "dynamic" && spare.Int() > most.Int():
		return "more spare workers than workers allowed", spare
	case backlog.Set() && backlog.Int() > 0 && backlog.Int() < 64:
		return fmt.Sprintf("only %d requests may wait, the next gets a 502 at once", backlog.Int()), backlog
	case rounds.Set() && rounds.Int() > 0 && rounds.Int() < 50:
		return fmt.Sprintf("each worker is replaced after %d requests, which costs more than it saves", rounds.Int()), rounds
	case kill.Duration() > 0 && slow.Duration() >= kill.Duration():
		return "workers are killed before the slow log would name what they wait for", slow
	}
	return "", phpfpm.Value{}
}
