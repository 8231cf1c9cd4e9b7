package sysinfo

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// ChangeKind says what changed; the order is how likely a change is to be why a site stopped working, likeliest first.
type ChangeKind string

const (
	Package ChangeKind = "package" // installed, upgraded, removed
	Edit    ChangeKind = "config"  // a configuration file was written
	Plugin  ChangeKind = "plugin"  // WordPress, a plugin or a theme was updated
	Killed  ChangeKind = "killed"  // the kernel killed a program, or one crashed
	Reboot  ChangeKind = "boot"
	Service ChangeKind = "unit" // a service started, stopped or failed
)

// Change is something that changed on this machine.
type Change struct {
	At     time.Time
	Kind   ChangeKind
	What   string   // "php8.2-fpm was upgraded from 8.2.7 to 8.2.20"
	Source string   // where that can be read: "/var/log/dpkg.log:1842"
	Web    bool     // it is of what a web server's way leads over
	Parts  []Change // of several that came at once: each by itself, told in one breath with the others
}

// maxChanges is how many of the latest changes are kept.
const maxChanges = 200

// Changes are what changed within the window, oldest first: what a person would look for who asks what was different
// before it broke. unseen are the places that could not be looked at, with why.
func (f *Facts) Changes(ctx context.Context) (all []Change, unseen []string) {
	all, _ = Memo(f, "changes", func() ([]Change, error) {
		var out []Change
		for _, look := range []func(context.Context) []Change{f.packageChanges, f.fileChanges, f.pluginChanges, f.kernelChanges, f.unitChanges} {
			out = append(out, look(ctx)...)
		}
		since, now := f.Host.Now().Add(-f.Since), f.Host.Now()
		out = slices.DeleteFunc(out, func(c Change) bool { return c.At.Before(since) || c.At.After(now) })
		slices.SortStableFunc(out, func(a, b Change) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Kind, b.Kind)) })
		return out[max(0, len(out)-maxChanges):], nil
	})
	if _, err := f.Kernel(ctx); err != nil && !Seen(err) {
		unseen = append(unseen, "the kernel's log: "+err.Error())
	}
	if _, err := f.Services(ctx); err != nil && !Seen(err) {
		unseen = append(unseen, "services: "+err.Error())
	}
	return all, unseen
}

// packageChanges read dpkg's log: "2026-11-22 12:22:50 upgrade php8.2-fpm:amd64 8.2.7 8.2.20" (dpkg(1), --log), in local time,
// and DNF's: "2026-11-22T12:22:50+0000 SUBDEBUG Upgrade: php-fpm-8.0.30-1.el9.x86_64".
func (f *Facts) packageChanges(context.Context) []Change {
	var out []Change
	for _, name := range []string{"/var/log/dpkg.log.1", "/var/log/dpkg.log", "/var/log/dnf.rpm.log"} {
		text, err := f.Host.Root.Tail(name, 256<<10)
		if err != nil {
			continue
		}
		n := f.linesBefore(name, text)
		for line := range strings.Lines(text) {
			n++
			c, ok := dpkgLine(strings.Fields(line), f.zone())
			if !ok {
				c, ok = dnfLine(strings.Fields(line))
			}
			if c.Web = weightOf(c.What) > 0; ok {
				c.Source = fmt.Sprintf("%s:%d", name, n)
				out = append(out, c)
			}
		}
	}
	return bundled(out)
}

// linesBefore counts the lines of a log above its tail.
func (f *Facts) linesBefore(name, tail string) int {
	file, err := f.Host.Root.Open(name)
	if err != nil {
		return 0
	}
	defer file.Close()
	return max(0, lineNumber(file, max(0, file.Size()-int64(len(tail))))-1)
}

func dpkgLine(w []string, zone *time.Location) (Change, bool) {
	if len(w) < 5 {
		return Change{}, false
	}
	at, err := time.ParseInLocation(time.DateTime, w[0]+" "+w[1], zone)
	name, _, _ := strings.Cut(w[3], ":")
	c := Change{At: at, Kind: Package}
	switch {
	case err != nil:
		return c, false
	case w[2] == "upgrade" && len(w) > 5 && w[4] != w[5]:
		c.What = fmt.Sprintf("%s was upgraded from %s to %s", name, w[4], w[5])
	case w[2] == "install":
		c.What = name + " was installed"
	case w[2] == "remove" || w[2] == "purge":
		c.What = name + " was removed"
	}
	return c, c.What != ""
}

func dnfLine(w []string) (Change, bool) {
	if len(w) < 4 {
		return Change{}, false
	}
	at, err := time.Parse("2006-01-02T15:04:05-0700", w[0])
	verb := map[string]string{"Upgrade:": "upgraded", "Installed:": "installed", "Erase:": "removed"}[w[2]]
	return Change{At: at, Kind: Package, What: w[3] + " was " + verb}, err == nil && verb != ""
}

// bundled makes one change of those of one kind that came within three seconds of each other.
func bundled(list []Change) []Change {
	slices.SortStableFunc(list, func(a, b Change) int { return a.At.Compare(b.At) })
	var out []Change
	last := time.Time{}
	for _, c := range list {
		if n := len(out); n > 0 && c.At.Sub(last) <= 3*time.Second {
			out[n-1].Web = out[n-1].Web || c.Web
			if weightOf(c.What) > weightOf(out[n-1].What) { // the one that matters to a web server speaks for all
				out[n-1].What, out[n-1].Source = c.What, c.Source
			}
			out[n-1].Parts = append(out[n-1].Parts, c)
		} else {
			c.Parts = []Change{c}
			out = append(out, c)
		}
		last = c.At
	}
	for i := range out {
		n := len(out[i].Parts) - 1
		if n == 0 {
			out[i].Parts = nil
			continue
		}
		one := map[ChangeKind]string{Package: "package", Edit: "file", Plugin: "plugin or theme", Killed: "program"}[out[i].Kind]
		if n > 1 {
			one = strings.Replace(one+"s", "plugin or themes", "plugins or themes", 1)
		}
		others := fmt.Sprintf(", with %d other %s", n, one)
		out[i].What += others
		for k := range out[i].Parts {
			out[i].Parts[k].What += others
		}
	}
	return out
}

// weightOf says how near a thing is to a web server's way.
func weightOf(what string) int {
	for i, words := range [][]string{{"nginx", "apache", "httpd", "haproxy", "varnish", "caddy"}, {"php"}, {"fpm"}} {
		if slices.ContainsFunc(words, func(w string) bool { return strings.Contains(what, w) }) && (i != 1 || !strings.Contains(what, "fpm")) {
			return i + 1
		}
	}
	return 0
}
