package checks

import (
	"context"
	"strconv"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/phpfpm"
	"fix502/sysinfo/spelling"
)

var (
	unknownEntry = whenAsked(`unknown entry '([^']+)'`)
	wrongValue   = whenAsked(`value for entry '([^']+)'`)
)

// mendEntry gives the command for a line of a pool that cannot simply be switched off: a key that is misspelt, or one
// that no pool can do without; and the way back. Empty when the line can go.
func mendEntry(ctx context.Context, f *sysinfo.Facts, d *fpmDown, text string) (say, command, undo string) {
	root := f.Host.Root
	old := configLine(root, d.place)
	undo = setLine(root, d.place, old)
	if strings.HasPrefix(old, "[") && !strings.Contains(old, "]") {
		return "Close the bracket of the pool's name", setLine(root, d.place, old+"]"), undo
	}
	if m := unknownEntry.FindStringSubmatch(text); m != nil {
		meant := entryMeant(m[1])
		if meant == "" || poolAt(d, d.place).Get(meant).Set() {
			return "", "", ""
		}
		return "Correct the slip: " + m[1] + " is " + meant, replace(root, d.place, m[1], meant), undo
	}
	if m := wrongValue.FindStringSubmatch(text); m != nil {
		if v := needed(ctx, f, d, m[1], value(old)); v != "" {
			return "Put a value there that PHP-FPM takes: it cannot do without " + m[1], setLine(root, d.place, m[1]+" = "+v), undo
		}
		return "", "", ""
	}
	for says, key := range map[string]string{"process manager is missing": "pm", "pm.max_children must be": "pm.max_children", "user has not been defined": "user", "no listen address": "listen",
		"pm.min_spare_servers(0) must be": "pm.min_spare_servers", "pm.max_spare_servers(0) must be": "pm.max_spare_servers"} {
		if !strings.Contains(text, says) {
			continue
		}
		line := key + " = " + needed(ctx, f, d, key, "")
		if at := d.pool.Get(key).Place; at.Known() {
			return "Put a value there that PHP-FPM takes", setLine(root, at, line), setLine(root, at, configLine(root, at))
		}
		lines := append([]string{line}, spareToo(ctx, f, d, key)...)
		return "Say it: no pool can do without " + key, insertAfter(root, d.pool.Place, strings.Join(lines, "\n")), removeBelow(root, d.pool.Place, len(lines))
	}
	return "", "", ""
}

// spareToo are the lines that a dynamic pool lacks beside its number of processes: PHP-FPM would name them one after the other.
func spareToo(ctx context.Context, f *sysinfo.Facts, d *fpmDown, key string) []string {
	var out []string
	for _, other := range []string{"pm.min_spare_servers", "pm.max_spare_servers"} {
		if key == "pm.max_children" && d.pool.Get("pm").Text == "dynamic" && !d.pool.Get(other).Set() {
			out = append(out, other+" = "+needed(ctx, f, d, other, ""))
		}
	}
	return out
}

// entryMeant is the key that a misspelt one stands for: at most two letters off, or the same but for its end, or for the "pm." before it.
func entryMeant(wrong string) string {
	if meant := spelling.Closest(wrong, phpfpm.PoolKeys()); meant != "" {
		return meant
	}
	found := ""
	for _, key := range phpfpm.PoolKeys() {
		if len(wrong) > 7 && strings.HasPrefix(key, wrong[:len(wrong)-2]) || strings.HasSuffix(key, "."+wrong) {
			if found != "" {
				return ""
			}
			found = key
		}
	}
	return found
}

// needed is a value for a key that a pool cannot do without; wrong is what stands there. Empty for all other keys.
func needed(ctx context.Context, f *sysinfo.Facts, d *fpmDown, key, wrong string) string {
	most := func(keys ...string) (n int) { // none of them may be larger (fpm_conf.c)
		for _, k := range keys {
			n = max(n, d.pool.Get(k).Int())
		}
		return n
	}
	switch key {
	case "pm":
		if meant := spelling.Closest(wrong, []string{"static", "dynamic", "ondemand"}); meant != "" {
			return meant
		}
		return "ondemand"
	case "pm.max_children":
		return strconv.Itoa(max(5, most("pm.max_spare_servers", "pm.start_servers", "pm.min_spare_servers")))
	case "pm.min_spare_servers":
		return "1"
	case "pm.max_spare_servers":
		return strconv.Itoa(max(2, most("pm.start_servers", "pm.min_spare_servers")))
	case "user":
		return webUser(ctx, f)
	case "listen":
		if d.asked != "" {
			return d.asked
		}
		return "/run/php/" + d.pool.Name + ".sock"
	}
	return ""
}

// poolAt is the pool that a line belongs to.
func poolAt(d *fpmDown, at sysinfo.Place) *phpfpm.Pool {
	found := d.pool
	for _, p := range d.fpm.Config.Pools {
		if p.Place.File == at.File && p.Place.Line <= at.Line {
			found = p
		}
	}
	return found
}

// poolNamed is the pool that a message of PHP-FPM's is about.
func poolNamed(d *fpmDown, text string) *phpfpm.Pool {
	for _, p := range d.fpm.Config.Pools {
		if strings.Contains(text, "[pool "+p.Name+"]") {
			return p
		}
	}
	return d.pool
}
