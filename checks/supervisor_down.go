package checks

import (
	"context"

	"fix502/sysinfo"
)

// keeperDown is the service of supervisord itself, where it does not run and so keeps no program.
func keeperDown(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) (sysinfo.Unit, bool) {
	if u.Keeper == "" || u.Manager != "supervisorctl %s" {
		return sysinfo.Unit{}, false
	}
	for _, name := range supervisors() {
		if k, ok := f.Unit(ctx, name); ok && k.Load != "not-found" && !k.Running() {
			return k, true
		}
	}
	return sysinfo.Unit{}, false
}

// supervisors are the services that supervisord goes by.
func supervisors() []string { return []string{"supervisor.service", "supervisord.service"} }
