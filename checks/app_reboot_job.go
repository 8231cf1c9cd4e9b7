package checks

import (
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
)

// A rebootJob is a line that cron runs once, when the machine starts: @reboot of crontab(5). Nothing starts its program again when it ends.
type rebootJob struct {
	at      sysinfo.Place
	user    string
	command string
	said    string // the command, and the text of the scripts that it names
	own     bool   // it stands in the user's crontab, which has no field for the user
	gone    string // the first program or file of it that is not there
	named   bool   // it, or a script of it, names the address that was asked for
}

// atReboot: the app is started by a crontab, at the boot and never after it.
func atReboot(f *sysinfo.Facts, l *live, found *Finding) bool {
	j, ok := jobFor(f, l)
	if !ok || l.Scheme == "fastcgi" {
		return false
	}
	found.Where, found.Confidence = j.at, 0.93
	if j.named {
		found.Summary += fmt.Sprintf("; the crontab of %s starts its app at the boot, and nothing starts it again when it ends", j.user)
	} else {
		found.Confidence = 0.8
		found.Summary += fmt.Sprintf("; no service names it, and a line that cron runs at the boot as %s may have started it", j.user)
	}
	found.Evidence = append(found.Evidence, lineOf(f.Host.Root, j.at))
	wroteLast(f, j.command, found)
	x := Fix{Title: "Start the app of " + j.user + " again", Risk: Low}
	lasting := "A unit of its own would bring it back whenever it ends: systemctl edit --force --full NAME.service"
	switch {
	case j.gone != "":
		found.Summary += "; " + j.gone + ", which it names, is not there"
		found.Evidence = append(found.Evidence, Evidence{Source: "ls " + j.gone, Text: "no such file"})
		found.Fix = x.Tell("Find what became of %s, correct the line (crontab -e -u %s) and run it once as %s; the next reboot does it by itself", j.gone, j.user, j.user).Tell("%s", lasting)
	case !j.own:
		found.Fix = x.Tell("Run what the line says once, as %s; the next reboot does it by itself", j.user).Tell("%s", lasting)
	default:
		found.Fix = x.Do("Run the line as cron does, as "+j.user, `setsid su -s /bin/sh - %s -c "$(sed -n '%ds/^[[:space:]]*@reboot[[:space:]]*//p' %s)" </dev/null >/dev/null 2>&1 & sleep 3`, sh(j.user), j.at.Line, sh(j.at.File)).
			Tell("%s", lasting)
	}
	return true
}

// jobFor is the line whose command, or a script of it, names the address of a hop; else the only one whose program is gone.
func jobFor(f *sysinfo.Facts, l *live) (rebootJob, bool) {
	jobs, _ := sysinfo.Memo(f, "jobs at the boot", func() ([]rebootJob, error) { return rebootJobs(f.Host.Root), nil }) // none is common
	opens := opener(l)
	var gone []rebootJob
	for _, j := range jobs {
		if j.named = opens(j.said); j.named {
			return j, true
		}
		if j.gone != "" {
			gone = append(gone, j)
		}
	}
	if len(gone) == 1 {
		return gone[0], true
	}
	return rebootJob{}, false
}

func rebootJobs(r sysinfo.Root) []rebootJob {
	debian, _ := r.Glob("/var/spool/cron/crontabs/*") // without root none can be read
	fedora, _ := r.Glob("/var/spool/cron/*")
	system, _ := r.Glob("/etc/cron.d/*")
	var out []rebootJob
	for at, line := range linesIn(r, append(append(append(debian, fedora...), system...), "/etc/crontab")...) {
		command, ok := strings.CutPrefix(strings.TrimSpace(line), "@reboot")
		if !ok || strings.TrimSpace(command) == "" {
			continue
		}
		j := rebootJob{at: at, command: strings.TrimSpace(command), own: strings.HasPrefix(at.File, "/var/spool/"), user: path.Base(at.File)}
		if w := strings.Fields(j.command); !j.own {
			j.user, j.command = w[0], strings.TrimSpace(strings.TrimPrefix(j.command, w[0]))
		}
		j.look(r)
		out = append(out, j)
	}
	return out
}

// look reads the scripts that the command names by their whole path, and notes the first of what it would run that is not there.
func (j *rebootJob) look(r sysinfo.Root) {
	j.said = j.command
	before, _, _ := strings.Cut(j.command, ">") // a log may tell of any port
	for w := range strings.FieldsSeq(signs.ReplaceAllString(before, " $0 ")) {
		if w = strings.Trim(w, `"'`); !path.IsAbs(w) {
			continue
		}
		if b, err := r.ReadFile(w); err == nil && len(b) < 64<<10 {
			j.said += "\n" + string(b)
		}
	}
	for _, w := range runs(j.command) {
		if j.gone == "" && !strings.ContainsAny(w, "*?$`") && !r.Exists(w) {
			j.gone = w
		}
	}
}

var (
	// toShell are the words of a shell's that stand between two commands, and toNext what stands before a program's name, or its script's.
	toShell = whenAsked(`^(?:&&|\|\||[;|&(){}]|then|do|else)$`)
	toNext  = whenAsked(`^(?:cd|exec|nohup|setsid|env|nice|ionice|sudo|(?:ba|da)?sh|python[\d.]*|node|ruby|perl|php[\d.]*|\w+=.*|-\w+)$`)
	// signs are the signs that end a word for a shell without a space.
	signs   = whenAsked(`(?:\s\d)?>>?(?:&\d)?|<|&&|\|\||[;|&]`)
	askedIf = whenAsked(`^(?:test|\[+|if|command|which|type)$`)
)

// runs are the programs, scripts and folders that a command line needs, by their whole paths: none of the files that it takes away, writes or
// hands on as a setting, and nothing where the line itself asks whether something is there.
func runs(command string) []string {
	var out []string
	start := true
	for w := range strings.FieldsSeq(signs.ReplaceAllString(command, " $0 ")) {
		word := strings.Trim(w, `"'`+"`")
		switch {
		case toShell.MatchString(w):
			start = true
			continue
		case !start:
		case askedIf.MatchString(word):
			return nil
		default:
			if path.IsAbs(word) {
				out = append(out, word)
			}
			start = toNext.MatchString(path.Base(word))
		}
	}
	return out
}
