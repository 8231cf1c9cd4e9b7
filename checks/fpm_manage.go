package checks

import (
	"context"
	"fmt"
	"strings"

	"fix502/sysinfo"
)

// fpmRestart restarts a PHP-FPM as this machine does it, its configuration tested first.
func fpmRestart(p *sysinfo.FPM, x Fix) Fix {
	return fpmBring(p, x, "restart")
}

func fpmStart(p *sysinfo.FPM, x Fix) Fix {
	if !p.HasUnit {
		return fpmManage(p, x, "start")
	}
	x.Steps = append(x.Steps, startUnit(p.Unit).Steps...)
	return x
}

// fpmManage starts or restarts a PHP-FPM that systemd does not know.
func fpmManage(p *sysinfo.FPM, x Fix, verb string) Fix {
	if p.Manager == "" {
		return x.Tell("%s %s the way this machine manages services (rc-service, service, supervisorctl, the container)", strings.ToUpper(verb[:1])+verb[1:], p.Name())
	}
	return x.Do(strings.ToUpper(verb[:1])+verb[1:]+" "+p.Name(), "%s", fmt.Sprintf(p.Manager, verb))
}

func fpmBring(p *sysinfo.FPM, x Fix, verb string) Fix {
	if p.Binary != "" {
		x = x.Do("Test the configuration first", "%s -t --fpm-config %s", p.Binary, sh(p.Conf))
	}
	if p.HasUnit {
		return x.Do(strings.ToUpper(verb[:1])+verb[1:]+" "+p.Name(), "systemctl %s %s", verb, sh(p.Name()))
	}
	return fpmManage(p, x, verb)
}

// fpmOf names the versions that run, for evidence.
func fpmRunning(ctx context.Context, f *sysinfo.Facts) []*sysinfo.FPM {
	all, _ := f.FPM(ctx) // none is an answer too
	var out []*sysinfo.FPM
	for _, p := range all {
		if p.Running() {
			out = append(out, p)
		}
	}
	return out
}
