package checks

import (
	"context"
	"fmt"
	"strings"

	"fix502/sysinfo"
)

// fpmPoolConfigError: PHP-FPM refuses its configuration and leaves with status 78.
func fpmPoolConfigError() Check {
	return Check{
		ID: "fpm-pool-config-error", Title: "PHP-FPM accepts its pools", Topic: Platform,
		Means: `PHP-FPM reads its pools when it starts, and one line it cannot accept keeps all of them down (exit status 78). The reason is only
in the journal, never in PHP-FPM's own log, which is not open yet. Correct that line; php-fpm -t tells whether it is right now.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			d := fpmTrouble(ctx, f, l)
			if d == nil {
				return poolsAccepted(ctx, f, l)
			}
			if d.cause != "fpm-pool-config-error" {
				return nil
			}
			text := "PHP-FPM refuses its configuration"
			if d.line != nil {
				text = reason(d.line.Text)
			}
			found := d.finding(ctx, f, l, fmt.Sprintf("%s does not start: %s", d.fpm.Name(), text))
			found.Covers = []ID{"start-limit-hit"}
			found.Fix = poolFix(ctx, f, d)
			return found
		}),
	}
}

func poolsAccepted(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
	p, _ := f.PoolOf(ctx, l.Hop)
	if p == nil || !p.Running() {
		return nil
	}
	for _, problem := range p.Config.Failed() {
		return &Finding{Status: Warn, Where: sysinfo.Place{File: problem.File, Line: problem.Line},
			Summary: fmt.Sprintf("%s runs, but would not start again: %s", p.Name(), problem.Text),
			Fix:     Fix{Title: "Correct it before the next restart", Risk: Low}.Tell("Edit %s:%d, then run %s -t", problem.File, problem.Line, p.Binary)}
	}
	return pass(p.Name() + " has no line that it would refuse")
}

// reason cuts the time stamp and level off.
func reason(text string) string {
	for _, level := range []string{"ERROR: ", "ALERT: ", "WARNING: "} {
		if _, after, ok := strings.Cut(text, level); ok {
			return after
		}
	}
	return text
}

// poolFix mends the line where a rule says how; a wrong value that only a person can know is switched off, if it keeps nobody out. One
// PHP-FPM may serve thousands of sites: what is wrong with it is worked out once.
func poolFix(ctx context.Context, f *sysinfo.Facts, d *fpmDown) Fix {
	t := &poolTrouble{ctx: ctx, f: f, d: d, root: f.Host.Root}
	if d.line != nil {
		t.text = d.line.Text
	}
	its := *d
	its.pool = poolNamed(d, t.text) // the pool in trouble may be another one than the site's
	t.d = &its
	x, _ := sysinfo.Memo(f, fmt.Sprint("pool fix ", d.fpm.Conf, d.place, d.asked, its.pool.Name), func() (Fix, error) { return t.mended(), nil })
	return x
}

func (t *poolTrouble) mended() Fix {
	f, d := t.f, t.d
	x := Fix{Title: "Correct the line and start " + d.fpm.Name(), Risk: Low}
	if d.place.Line > 0 {
		t.old = configLine(t.root, d.place)
		x.Undo = setLine(t.root, d.place, t.old)
	}
	if strings.Contains(t.old, "php-fpm") && t.says("failed to open configuration file") && fpmFlag.MatchString(t.old) {
		return fpmStart(d.fpm, d.nameConf(f, x, t.old))
	}
	for _, cure := range poolCures() {
		if cure.fits(t) {
			x = cure.do(t, x)
			break
		}
	}
	if d.fpm.Binary != "" {
		x = x.Do("Test the configuration", "%s -t --fpm-config %s", d.fpm.Binary, sh(d.fpm.Conf))
	}
	return fpmStart(d.fpm, x)
}

// pidFile is where a PHP-FPM of this machine may write its number: beside its socket, or in /run itself, which is always there.
func pidFile(f *sysinfo.Facts, p *sysinfo.FPM) string {
	if f.Host.Root.Exists("/run/php") {
		return "/run/php/" + unitWord(p.Name()) + ".pid"
	}
	return "/run/" + unitWord(p.Name()) + ".pid"
}

func value(line string) string {
	_, v, _ := strings.Cut(line, "=")
	return strings.Trim(strings.TrimSpace(v), `"'`)
}

// saneSpare gives commands that make the spare servers fit max_children, and how many lines they add at the head of the pool.
func saneSpare(root sysinfo.Root, d *fpmDown) (edits []string, added int) {
	n := max(d.pool.Get("pm.max_children").Int(), 1)
	lo := max(1, n/4)
	hi := max(lo, n*3/4)
	start := lo + (hi-lo)/2
	var out, last []string // a new line comes last: those above have their numbers until then
	for _, kv := range []struct {
		key string
		n   int
	}{{"pm.start_servers", start}, {"pm.min_spare_servers", lo}, {"pm.max_spare_servers", hi}} {
		at := d.pool.Get(kv.key).Place
		if at.File == "" && kv.key != "pm.start_servers" && d.pool.Place.File != "" {
			last = append(last, insertAfter(root, d.pool.Place, fmt.Sprintf("%s = %d", kv.key, kv.n)))
		}
		if at.File == "" || d.pool.Get(kv.key).Int() == kv.n {
			continue
		}
		out = append(out, fmt.Sprintf("sed -i %s %s", sh(fmt.Sprintf("%ds#^.*$#%s = %d#", at.Line, kv.key, kv.n)), sh(realFile(root, at.File))))
	}
	return append(out, last...), len(last)
}

// spareAsWas gives the way back.
func spareAsWas(f *sysinfo.Facts, d *fpmDown) []string {
	var out []string
	for _, key := range []string{"pm.start_servers", "pm.min_spare_servers", "pm.max_spare_servers"} {
		if at := d.pool.Get(key).Place; at.Known() {
			out = append(out, setLine(f.Host.Root, at, configLine(f.Host.Root, at)))
		}
	}
	return out
}
