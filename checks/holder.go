package checks

import (
	"context"
	"fmt"

	"fix502/sysinfo"
)

// holder names who has a port for people: a container, where a helper of its engine's holds it, else the process.
func holder(ctx context.Context, f *sysinfo.Facts, p sysinfo.Proc, port int) string {
	if c, ok := f.Publisher(ctx, p, port); ok {
		return "container " + c.Name
	}
	return fmt.Sprintf("%s (pid %d)", p.Name, p.PID)
}

// by names whoever listens at a port behind words; empty where that is not known.
func by(ctx context.Context, f *sysinfo.Facts, p *sysinfo.Proc, port int) string {
	if p == nil {
		return ""
	}
	return " by " + holder(ctx, f, *p, port)
}

// stopContainer ends a container that holds a port: its engine's helper, which listens, is not to be ended by itself.
func stopContainer(x Fix, c sysinfo.Container) Fix {
	x.Undo = fmt.Sprintf("%s start %s", c.Engine, sh(c.Name))
	return x.Do("Else stop it", "%s stop %s", c.Engine, sh(c.Name))
}
