package checks

import (
	"net/netip"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
)

var (
	anyNumbers = whenAsked(`\b\d{1,3}(?:\.\d{1,3}){3}\b`)
	// otherHost is a name with a domain where an address stands: before a port, in brackets or quotes, behind "at", "on" and "to". A name
	// with capitals is a class's.
	otherHost = whenAsked(`(?:^|[^\w./-])([a-z][a-z0-9-]*(?:\.[a-z][a-z0-9-]*)+):\d{4,5}\b|(?:[("'@]|\b(?:at|on|to|host) )([a-z][a-z0-9-]*(?:\.[a-z][a-z0-9-]*)+)(?:[)"',\s]|$)`)
	codeName  = whenAsked(`\.(?:[cm]?js|ts|py|rb|go|java|php|sh|so|sock|log|conf|json|service)$`)
	// hostSet are the variables by which the programs of databases are told another machine (libpq, "Environment Variables").
	hostSet = whenAsked(`\b(?:PGHOST|PGHOSTADDR|PGSERVICE|MYSQL_HOST|REDIS_HOST)=["']?([^"'\s;]+)`)
)

// ofAnotherMachine says that a text speaks of another machine's address: what stands idle on this one is not meant then.
func ofAnotherMachine(f *sysinfo.Facts, text string) bool {
	if localPort.MatchString(text) {
		return false
	}
	for _, word := range anyNumbers.FindAllString(text, 8) {
		if a, err := netip.ParseAddr(word); err == nil && !a.IsUnspecified() && !ownAddresses(f.Host.Root, []netip.Addr{a}) {
			return true
		}
	}
	for _, m := range otherHost.FindAllStringSubmatch(text, 8) {
		if !codeName.MatchString(m[1] + m[2]) {
			return true
		}
	}
	return false
}

// wordsOfHere are an app's own words, without those of its visitors and those about another machine.
func wordsOfHere(f *sysinfo.Facts, lines []sysinfo.JournalLine) []sysinfo.JournalLine {
	var out []sysinfo.JournalLine
	for _, l := range lines {
		if l.Text = ownPart(l.Text); !ofARequest.MatchString(l.Text) && !ofAnotherMachine(f, l.Text) {
			out = append(out, l)
		}
	}
	return out
}

// asksElsewhere says that a service's start script asks the database of another machine.
func asksElsewhere(f *sysinfo.Facts, u sysinfo.Unit) bool {
	if w, ok := inCommand(f, u, storeAsked); ok {
		if m := elsewhereAsked.FindStringSubmatch(w.match[2]); m != nil {
			return !here(m[1])
		}
	}
	w, ok := inCommand(f, u, hostSet)
	if !ok {
		w, ok = inEnvironment(f, u, hostSet)
	}
	return ok && !here(w.match[1])
}

// asking are programs that ask at an address that their command names, and answer at none.
var asking = whenAsked(`^(?:mysqldump|mysql|mariadb|mariadb-dump|pg_dump|pg_dumpall|psql|redis-cli|mongodump|curl|wget|nc|ncat|rsync|restic|borg)$`)

// onlyAsks says that a service asks somebody at a port: it is a program that does nothing else, a timer's job, or one that a variable
// tells somebody's port.
func onlyAsks(f *sysinfo.Facts, u sysinfo.Unit, port string) bool {
	if f.OnTimer(u) {
		return true
	}
	for _, l := range f.UnitLines(u) {
		told := func(word string) bool {
			name, value, set := strings.Cut(strings.Trim(word, `"'`), "=")
			return set && value == port && strings.HasSuffix(strings.ToUpper(name), "_PORT") && !portOnly.MatchString(name+"="+value)
		}
		if l.Key == "Environment" && slices.ContainsFunc(strings.Fields(l.Value), told) {
			return true
		}
	}
	return asking.MatchString(path.Base(firstWord(u.Exec)))
}
