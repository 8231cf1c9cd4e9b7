package checks

import (
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// plainLogs are where the words go of a program that somebody started by hand in the folder of its code (nohup(1)).
var plainLogs = []string{"/srv/*/nohup.out", "/opt/*/nohup.out", "/var/www/*/nohup.out", "/home/*/nohup.out", "/home/*/*/nohup.out", "/root/nohup.out", "/root/*/nohup.out"}

// maxPlainLogs is how many of them are looked at.
const maxPlainLogs = 32

// plainGone: nobody here is known to be the app, and a program that somebody started by hand, whose words or code name the hop's port, is gone.
func plainGone(f *sysinfo.Facts, l *live, found *Finding) bool {
	if !l.hit || l.Unix != "" || l.Port == 0 {
		return false // only the page of this run is worth the search
	}
	var file string
	var lines []sysinfo.JournalLine
	for _, name := range plainFiles(f.Host.Root) {
		said := f.SaidIn(name)
		if len(said) == 0 || !slices.ContainsFunc(said, func(s sysinfo.JournalLine) bool { return opensFor(l, s.Text) }) && !codeNames(f.Host.Root, path.Dir(name), l.Port) {
			continue
		}
		if file != "" {
			return false // which one is the app, nobody can tell
		}
		file, lines = name, said
	}
	if file == "" {
		return false
	}
	dir := path.Dir(file)
	found.Confidence = 0.85
	found.Summary += "; a program that was started by hand in " + dir + " is gone"
	x := Fix{Title: "Start the app in " + dir + " again", Risk: Low}
	if last := plainError(f, lines, found); last != nil {
		x.Title, x.Risk = "Repair the app in "+dir+", then start it", Medium
		x = mendSaid(x, last.Text)
	} else {
		found.Where = sysinfo.Place{File: file}
		found.Evidence = append(found.Evidence, Evidence{Source: lines[len(lines)-1].Source, Text: lines[len(lines)-1].Text, Time: lines[len(lines)-1].Time})
	}
	found.Fix = x.Tell("Start it as it was started before: cd %s, and nohup with its command (history of whoever did it). A unit of its own would start it at every boot, and whenever it ends: systemctl edit --force --full NAME.service", dir)
	return true
}

// plainFiles are the logs of such programs that there are; a link that leads elsewhere is none.
func plainFiles(r sysinfo.Root) []string {
	var out []string
	for _, pattern := range plainLogs {
		names, _ := r.Glob(pattern) // none is common
		for _, name := range names {
			if len(out) < maxPlainLogs && !strayLink(r, name) {
				out = append(out, name)
			}
		}
	}
	return out
}

// plainError puts the last error that such a program wrote into a finding, with the place in its code; nil where it wrote none.
func plainError(f *sysinfo.Facts, lines []sysinfo.JournalLine, found *Finding) *sysinfo.JournalLine {
	last := lastSaid(latest(lines), nodeError, pythonError)
	if last == nil {
		last = lastComplaint(latest(lines), sysinfo.Unit{})
	}
	if last == nil {
		return nil
	}
	found.Summary += ": " + strings.TrimSpace(last.Text)
	found.Evidence = append(found.Evidence, Evidence{Source: last.Source, Text: last.Text, Time: last.Time})
	found.Where = placeOf(last.Source)
	if at := codePlace(f, "", lines, last); at.Known() {
		found.Where = at
		found.Evidence = append(found.Evidence, codeLine(f.Host.Root, at))
	}
	return last
}

// mendSaid is what a person has to do about an app's own error.
func mendSaid(x Fix, said string) Fix {
	if m := missingNode.FindStringSubmatch(said); m != nil {
		return x.Tell("The package %s is not installed: run npm ci in the app's folder, as the user it runs as", m[1])
	}
	return x.Tell("Read the error in the evidence and correct the app: no command can know how")
}

// output is where a command of a crontab or of rc.local has its words written.
var output = whenAsked(`>>?\s*(/[^\s;&|'")]+)`)

// wroteLast adds the last error that a program wrote to the file which its command names.
func wroteLast(f *sysinfo.Facts, command string, found *Finding) {
	m := output.FindStringSubmatch(command)
	if m == nil || strings.HasPrefix(m[1], "/dev/") || strayLink(f.Host.Root, m[1]) {
		return
	}
	where := found.Where
	if lines := f.SaidIn(m[1]); len(lines) > 0 {
		plainError(f, lines, found)
	}
	found.Where = where
}
