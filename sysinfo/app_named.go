package sysinfo

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"fix502/sysinfo/late"
)

func isGateway(unit string) bool {
	switch strings.TrimSuffix(unit, ".service") {
	case "nginx", "apache2", "httpd", "haproxy", "varnish", "caddy", "traefik", "lshttpd", "lsws", "openlitespeed":
		return true
	}
	return false
}

// AdminMade says that no package brought the service.
func (u Unit) AdminMade() bool {
	return u.Manager != "" || u.SysV() && !known(u.Name) || strings.HasPrefix(u.Fragment, "/etc/systemd/system/") || strings.HasPrefix(u.Fragment, "/run/systemd/system/") ||
		strings.HasPrefix(u.Fragment, "/usr/local/lib/systemd/system/") ||
		strings.HasPrefix(u.Fragment, "/run/systemd/transient/")
}

// Mentions says whether a unit's own words name the hop's socket or port.
func (f *Facts) Mentions(u Unit, h *Hop) bool {
	words, _ := Memo(f, "commands of "+u.Name, func() (string, error) {
		script := f.scriptOf(u)
		if u.Type() == "oneshot" && fillsFirewall.MatchString(u.Exec+"\n"+script) {
			return "", nil // the ports that it names are those that it opens and shuts
		}
		return u.Exec + " " + u.Props["Environment"] + f.portSettings(u) + " " + script, nil
	})
	if h.Unix != "" {
		return strings.Contains(words, h.Unix) || strings.Contains(words, strings.TrimPrefix(h.Unix, "/var"))
	}
	return h.Port != 0 && NamesNumber(words, strconv.Itoa(h.Port))
}

// NamesNumber says that a text has a number by itself, not as a part of a longer one or of an address.
func NamesNumber(text, number string) bool {
	digit := func(i int) bool {
		return i >= 0 && i < len(text) && (text[i] == '.' || text[i] >= '0' && text[i] <= '9')
	}
	for from := 0; ; {
		i := strings.Index(text[from:], number)
		if i < 0 {
			return false
		}
		if i += from; !digit(i-1) && !digit(i+len(number)) {
			return true
		}
		from = i + 1
	}
}

// fillsFirewall is a command that fills the kernel's tables: no app comes of it.
var fillsFirewall = late.New(`(?m)(?:^|[\s/])(?:ip6?tables(?:-restore)?|nft|ipset|ufw|firewall-cmd|netfilter-persistent)(?:\s|$)`)

// isJob says that a service does a piece of work and ends: a timer starts it, or its program, or the script that is its program, is one of backups and
// clean-ups. It is no app.
func (f *Facts) isJob(u Unit) bool {
	if u.Manager != "" || u.Running() {
		return false
	}
	is, _ := Memo(f, "job "+u.Name, func() (bool, error) { return f.doesAJob(u), nil }) // asked for every hop that nobody answers
	return is
}

func (f *Facts) doesAJob(u Unit) bool {
	if jobName.MatchString(u.Name) || f.OnTimer(u) {
		return true
	}
	program, _, _ := strings.Cut(u.Exec, " ")
	script := f.scriptIn(u.Exec, u.Folder())
	if text := f.smallFile(program); path.IsAbs(program) && strings.HasPrefix(text, "#!") {
		script += "\n" + text
	}
	return !strings.Contains(script, "exec ") && jobTools.MatchString(u.Exec+"\n"+script)
}

// OnTimer says that a timer of a service's own name starts it: systemd.timer(5).
func (f *Facts) OnTimer(u Unit) bool {
	timer := strings.TrimSuffix(u.Name, ".service") + ".timer"
	return slices.ContainsFunc([]string{"/etc/systemd/system", "/lib/systemd/system", "/usr/lib/systemd/system"}, func(dir string) bool {
		return f.Host.Root.Exists(path.Join(dir, timer))
	})
}

// jobName are words that people name jobs by, and no app that visitors see.
var jobName = late.New(`(?i)(?:^|[-_.@])(?:nightly|hourly|daily|weekly|monthly|backups?|cleanup|import|cron|cronjob|batch|jobs?)(?:[-_.@]|$)`)

var jobTools = late.New(`(?m)(?:^|[\s/;&|(])(?:rsync|tar|mysqldump|mariadb-dump|mariabackup|xtrabackup|pg_dump(?:all)?|pg_basebackup|restic|borg|duplicity|rclone|rsnapshot|certbot|logrotate)\s+[^\s=]`)

var portSetting = late.New(`(?m)^\s*(?:export\s+)?(?:(?:APP|SERVER|HTTP|WEB|NODE|LISTEN|BIND)_)?(?:PORT|BIND|LISTEN|ADDR(?:ESS)?)\s*=\s*(\S+)`)

// portSettings are the ports and addresses that a unit's environment files give to its program. What else stands in them may be
// the port of another app, which this one asks.
func (f *Facts) portSettings(u Unit) string {
	var out strings.Builder
	for _, l := range f.UnitLines(u) {
		file := strings.TrimPrefix(l.For(u), "-")
		if l.Key != "EnvironmentFile" || !path.IsAbs(file) || strings.ContainsAny(file, "*?[") {
			continue
		}
		for _, m := range portSetting.FindAllStringSubmatch(f.smallFile(file), -1) {
			out.WriteString(" " + m[1])
		}
	}
	return out.String()
}
