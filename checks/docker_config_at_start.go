package checks

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"fix502/sysinfo"
)

// errorAtStart are the last words of a gateway that does not accept its configuration, with what it says of it, the file and the line: nginx's, HAProxy's and Caddy's.
var errorAtStart = []struct {
	says             pattern
	text, file, line int
}{
	{whenAsked(`\[emerg\] (?:\d+#\d+: )?(.+) in (/\S+):(\d+)$`), 1, 2, 3},
	{whenAsked(`\[ALERT\].* parsing \[(/[^\]:]+):(\d+)\] ?: (.+)`), 3, 1, 2},
	{whenAsked(`Error: adapting config using caddyfile: (/\S+?):(\d+)(?: - Error during parsing)?: (.+)`), 3, 1, 2},
}

// configAtStart is for a gateway's container that ended because the program in it does not accept a file which the machine has, too.
func configAtStart(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, found *Finding) {
	web, ok := f.ContainerAs(ctx, u)
	t := confError{}
	for _, e := range slices.Backward(found.Evidence) {
		for _, one := range errorAtStart {
			if m := one.says.FindStringSubmatch(e.Text); m != nil && t.text == "" {
				line, _ := strconv.Atoi(m[one.line])
				t = confError{text: m[one.text], place: sysinfo.Place{File: m[one.file], Line: line}}
			}
		}
	}
	out, mounted := web.Outside(t.place.File)
	if !ok || t.text == "" || !mounted || !f.Host.Root.Exists(out.Path) {
		return
	}
	inside := t.place
	t.place.File = out.Path
	if at, ok := withoutEnd(f.Host.Root, t.text, t.place); ok {
		t.place = at
	}
	found.Where = t.place
	found.Summary = fmt.Sprintf("container %s ended at its start, for it does not accept its configuration: %s", web.Name, t.text)
	found.Covers = append(found.Covers, "config-test-fails")
	found.Evidence = append(found.Evidence, lineOf(f.Host.Root, t.place), Evidence{Source: web.Engine + " inspect " + web.Name, Text: fmt.Sprintf("%s of this machine is %s in container %s", out.Path, inside.File, web.Name)})
	x := Fix{Title: "Correct the configuration, then start " + web.Name, Risk: Low}
	line := configLine(f.Host.Root, t.place)
	cured := false
	if containsAny(t.text, cutShort...) {
		x.Undo = setLine(f.Host.Root, t.place, line)
		x, cured = t.cure(&sysinfo.Gateway{Root: f.Host.Root}, x, "", line)
	}
	if !cured {
		x.Undo = ""
		found.Fix = x.Tell("Correct %s: %s. Then %s", t.place, t.text, u.Command("restart"))
		return
	}
	x.Undo = also(u.Command("stop"), x.Undo)
	found.Fix = inPlace(x, web.Mounts).Do("Then "+web.Name, "%s%s", u.Command("restart"), warmUp(u))
}
