package sysinfo

import (
	"context"
	"maps"
	"slices"

	"fix502/sysinfo/late"
	"fix502/sysinfo/phpfpm"
)

// ownUnit: the layout's own unit is not here, as of a PHP that was built by hand, and a service of the admin's starts it with its main file.
func (f *Facts) ownUnit(ctx context.Context, p *FPM) {
	units, err := f.Services(ctx)
	if p.HasUnit || err != nil {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(units)) {
		u := units[name]
		m := fpmConfFlag.FindStringSubmatch(u.Exec)
		if name != u.Name || u.Manager != "" || m == nil || m[2] != p.Conf || p.HasUnit && !u.Running() {
			continue
		}
		p.Version.Unit, p.Unit, p.HasUnit, p.Manager, p.Binary = name, u, true, "", m[1]
	}
}

// ownFPM are those that do not run and that a service of an admin's own would start with a file of its own.
func (f *Facts) ownFPM(ctx context.Context, known []*FPM) []*FPM {
	units, err := f.Services(ctx)
	if err != nil {
		return nil
	}
	var out []*FPM
	for _, name := range slices.Sorted(maps.Keys(units)) {
		u := units[name]
		m := fpmConfFlag.FindStringSubmatch(u.Exec)
		if name != u.Name || m == nil || u.Running() || slices.ContainsFunc(known, func(p *FPM) bool { return p.Conf == m[2] || p.Unit.Name == name }) {
			continue
		}
		out = append(out, &FPM{Version: phpfpm.Version{Conf: m[2], Unit: name}, Config: phpfpm.Read(f.Host.Root, m[2]), Unit: u, HasUnit: true,
			Binary: m[1], Workers: map[string][]Proc{}})
	}
	return out
}

// fpmConfFlag is the command line of a PHP-FPM with its main file.
var fpmConfFlag = late.New(`^(\S*php-fpm\S*) .*(?:--fpm-config|-y)[ =]?(/\S+)`)
