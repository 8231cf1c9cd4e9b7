package checks

import (
	"context"
	"fmt"
	"net"
	"path"
	"slices"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

var setVariable = whenAsked(`^\s*(?:export\s+|Environment=["']?)?([A-Za-z_]\w*)=["']?([^\s"']+)["']?\s*$`)

// variableRenamed: the configuration asks for a variable that is set nowhere, so that what stands behind its colon counts, or nothing; and among the variables
// that the gateway is given is one that no line asks for, with the address of somebody who listens. One of the two was renamed.
func variableRenamed(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway, line string, found *Finding) bool {
	u, ok := f.Unit(ctx, g.Unit)
	if !ok || g.Foreign {
		return false
	}
	given := variablesGiven(f, g, u)
	for _, m := range environmentName.FindAllStringSubmatch(line, -1) {
		name := strings.Join(m[1:], "")
		is := func(v written) bool { return v.match[1] == name }
		if name == "" || slices.ContainsFunc(given, is) {
			continue
		}
		var other []written
		for _, v := range given {
			if f.Host.Root.Exists(v.place.File) && onlyRoots(f.Host.Root, v.place.File) && !askedForBy(g, v.match[1]) && somebodyAt(ctx, f, g, v.match[2]) {
				other = append(other, v)
			}
		}
		if len(other) > 1 {
			other = slices.DeleteFunc(other, func(v written) bool { return !shareWord(name, v.match[1]) })
		}
		if len(other) != 1 {
			continue
		}
		v := other[0]
		found.Where, found.Confidence = v.place, 0.96
		found.Summary += fmt.Sprintf("; the variable %s is not set for %s: %s sets %s, which no line asks for", name, g.Title(), v.place, v.match[1])
		found.Evidence = append(found.Evidence, lineOf(f.Host.Root, v.place))
		x := Fix{Title: "Call the variable as the configuration does", Risk: Medium, Undo: replace(f.Host.Root, v.place, name+"=", v.match[1]+"=")}
		x = x.Do("Its name is "+name, "%s", replace(f.Host.Root, v.place, v.match[1]+"=", name+"="))
		if v.unit {
			x, x.Undo = daemonReload(x), x.Undo+"; systemctl daemon-reload"
		}
		found.Fix = environAnew(g, x, m[2] != "")
		return true
	}
	return false
}

// variablesGiven are the variables that a gateway's unit and its files of them give to it, a line each.
func variablesGiven(f *sysinfo.Facts, g *sysinfo.Gateway, u sysinfo.Unit) []written {
	files := []string{"/etc/default/" + g.Kind}
	var out []written
	for _, l := range f.UnitLines(u) {
		file := strings.TrimPrefix(l.Value, "-")
		switch {
		case l.Key == "EnvironmentFile" && path.IsAbs(file) && !strings.ContainsAny(file, "*?[%") && !slices.Contains(files, file):
			files = append(files, file)
		case l.Key == "Environment":
			if m := setVariable.FindStringSubmatch(configLine(f.Host.Root, l.Place)); m != nil {
				out = append(out, written{l.Place, m, true})
			}
		}
	}
	for at, line := range linesIn(f.Host.Root, files...) {
		if m := setVariable.FindStringSubmatch(line); m != nil && !strings.HasPrefix(strings.TrimSpace(line), "Environment=") {
			out = append(out, written{at, m, false})
		}
	}
	return out
}

// askedForBy says that a line of a gateway's configuration names a variable.
func askedForBy(g *sysinfo.Gateway, name string) bool {
	for _, line := range linesIn(g.Root, configFiles(g)...) {
		for _, m := range environmentName.FindAllStringSubmatch(line, -1) {
			if strings.Join(m[1:], "") == name {
				return true
			}
		}
	}
	return false
}

// somebodyAt says that a value is an address of this machine, or a port, where a program listens.
func somebodyAt(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway, value string) bool {
	if _, rest, ok := strings.Cut(value, "://"); ok {
		value = rest
	}
	value = strings.TrimSuffix(value, "/")
	host, port, err := net.SplitHostPort(value)
	if err != nil {
		host, port = "", value
	}
	n, err := strconv.Atoi(port)
	if err != nil || host != "" && host != "localhost" && !strings.HasPrefix(host, "127.") && host != "::1" {
		return false
	}
	all, err := f.Listeners(ctx, g)
	return err == nil && slices.ContainsFunc(all, func(s sysinfo.Socket) bool { return int(s.Addr.Port()) == n })
}

// shareWord says that two names of variables have a part between underscores in common.
func shareWord(a, b string) bool {
	parts := strings.Split(strings.ToUpper(a), "_")
	return slices.ContainsFunc(strings.Split(strings.ToUpper(b), "_"), func(p string) bool { return len(p) > 2 && slices.Contains(parts, p) })
}
