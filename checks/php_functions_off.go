package checks

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/phpfpm"
)

var undefinedFunction = whenAsked(`Call to undefined function \\?([a-z0-9_]+)\(`)

// runsCommands are functions that start other programs, or load code: a list that takes them away may be all that holds an intruder back.
var runsCommands = []string{"exec", "system", "passthru", "shell_exec", "popen", "proc_open", "proc_terminate", "pcntl_exec", "pcntl_fork", "dl", "ffi", "putenv", "mail", "eval", "assert", "create_function"}

// functionOff: disable_functions takes a function of PHP's own away that the site's code calls. PHP 8 says then that it is not defined.
func functionOff(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, line spoken, found *Finding) bool {
	m := undefinedFunction.FindStringSubmatch(line.own())
	_, code := phpSays(line.Text)
	v, p, pool := functionsOff(ctx, f, s)
	if m == nil || p == nil || !v.Set() {
		return false
	}
	var kept []string
	for w := range strings.SplitSeq(v.Text, ",") {
		if !strings.EqualFold(strings.TrimSpace(w), m[1]) {
			kept = append(kept, w)
		}
	}
	if len(kept) == strings.Count(v.Text, ",")+1 {
		return false
	}
	found.Where, found.Confidence = v.Place, 0.96
	found.Summary = fmt.Sprintf("disable_functions takes %s away, which the site's code calls: visitors see 500", m[1])
	found.Evidence = append(found.Evidence, lineOf(f.Host.Root, v.Place))
	x := Fix{Title: "Let the site call " + m[1], Risk: Medium}
	if !slices.Contains(runsCommands, m[1]) && !othersRead(p, pool, v.Place) && strings.Contains(configLine(f.Host.Root, code), m[1]) && len(kept) > 0 {
		if fix, ok := setPHP(f, p, x, v, "Take that one function out of the list, and leave the rest", strings.Join(kept, ",")); ok {
			found.Fix = fix
			return true
		}
	}
	found.Fix = x.Tell("See whether the call at %s is the site's own and is needed; if it is, take %s, and no more, out of the list at %s, and restart %s. Such lists keep intruders from starting programs", code, m[1], v.Place, p.Name())
	return true
}

// functionsOff is the list of a site: that of its pool, or php.ini's. Only an administrator may set it.
func functionsOff(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) (phpfpm.Value, *sysinfo.FPM, *phpfpm.Pool) {
	return phpSet(ctx, f, s, path.Join(s.Root, "index.php"), "disable_functions")
}
