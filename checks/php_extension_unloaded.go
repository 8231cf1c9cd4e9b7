package checks

import (
	"context"
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
)

// PHP's words at its start, of a module that its files name and that the loader refuses: the name as it stands there, and each file that was tried, with
// the loader's reason (main/php_ini.c, Zend/zend_extensions.c).
var (
	moduleRefused = whenAsked(`(?:Unable to load dynamic library|Failed loading Zend extension) '([\w./+-]+)' \(tried: (.*)\)`)
	moduleTried   = whenAsked(`(/[\w./+-]+) \(([^()]*)\)`)
)

// unloadedModule: what a page says it lacks is a module that PHP was told to load at its start and could not.
func unloadedModule(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, says string) *Finding {
	for _, p := range fpmOf(ctx, f, s) {
		if !p.HasUnit {
			continue
		}
		lines, _ := f.Words(ctx, p.Unit)
		for _, said := range latest(lines) {
			m := moduleRefused.FindStringSubmatch(said.Text)
			if m == nil || !lacks(says, moduleStem(m[1])) {
				continue
			}
			file, reason := triedModule(m[2])
			found := &Finding{Confidence: 0.93, Covers: []ID{"php-fatal-500"}, Summary: fmt.Sprintf("PHP could not load its module %s at its start (%s), and the page needs it: visitors see 500", moduleStem(m[1]), reason),
				Evidence: []Evidence{{Source: said.Source, Text: shorten(strings.TrimSpace(said.Text)), Time: said.Time}}}
			if at := moduleLine(f.Host.Root, p, m[1]); at.Known() {
				found.Where = at
				found.Evidence = append(found.Evidence, lineOf(f.Host.Root, at))
			}
			found.Fix = moduleBack(f.Host.Root, p, found.Where, file)
			return found
		}
	}
	return nil
}

// moduleStem is a module's name without folder, ending and version: ioncube for ioncube_loader_lin_8.1.so.
func moduleStem(name string) string {
	stem := strings.TrimPrefix(strings.TrimSuffix(path.Base(name), ".so"), "php_")
	if word, _, ok := strings.Cut(stem, "_loader"); ok {
		return word
	}
	return stem
}

// lacks says that a page's words name a module: by its name, or by a function or class of its own.
func lacks(says, stem string) bool {
	ext := extensionOf(says)
	for _, m := range append(phpModules(ext), ext) {
		if m != "" && m == stem {
			return true
		}
	}
	return strings.Contains(strings.ToLower(says), strings.ToLower(stem))
}

// triedModule is the file that the loader found and refused, with its reason; where it found none, the last that it looked for.
func triedModule(tried string) (file, reason string) {
	for _, m := range moduleTried.FindAllStringSubmatch(tried, -1) {
		reason := strings.TrimPrefix(m[2], m[1]+": ")
		if !strings.Contains(reason, "No such file") {
			return m[1], reason
		}
		if strings.HasSuffix(m[1], ".so") && !strings.HasSuffix(m[1], ".so.so") {
			file = m[1]
		}
	}
	return file, "there is no such file"
}

// moduleLine is the line of PHP's files that names a module.
func moduleLine(r sysinfo.Root, p *sysinfo.FPM, name string) sysinfo.Place {
	for _, e := range p.Extensions(r) {
		if e.Text == name {
			return e.Place
		}
	}
	return sysinfo.Place{}
}

// moduleBack brings a module back: its file lies beside under a longer name, or its package has it.
func moduleBack(r sysinfo.Root, p *sysinfo.FPM, at sysinfo.Place, file string) Fix {
	x := Fix{Title: "Give PHP a module that fits it", Risk: Low}
	aside, _ := r.Glob(strings.TrimSuffix(file, ".so") + ".so?*") // none is common
	stem := moduleStem(file)
	switch pkg := packageWith(r, file); {
	case len(aside) == 1 && !r.Exists(file):
		x.Undo = "mv " + sh(file) + " " + sh(aside[0])
		return fpmRestart(p, x.Do("It was put aside: give it its name again", "mv %s %s", sh(aside[0]), sh(file)))
	case pkg != "":
		return fpmRestart(p, x.Do("Bring the files of its package back", "apt-get install --reinstall -y %s", sh(pkg)))
	case p.Layout == "debian" && r.Exists("/etc/php/"+p.Number+"/mods-available/"+stem+".ini"):
		return fpmRestart(p, x.Do("For the version that runs", "apt-get install --reinstall -y php%s-%s", p.Number, stem))
	}
	return x.Tell("Fetch %s for PHP %s from whoever made it, set its name at %s, and start %s anew. Taking the line out does not help: the page needs it", path.Base(file), p.Number, at, p.Name())
}
