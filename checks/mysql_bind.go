package checks

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

// boundElsewhere: the database listens at one address of the machine, ::1 say, and not at 127.0.0.1 where its apps ask.
func boundElsewhere(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, found *Finding) bool {
	at := serverSetting(f, refusals[0].files, "bind-address")
	line := configLine(f.Host.Root, at)
	_, value, _ := strings.Cut(line, "=")
	a, err := netip.ParseAddr(strings.TrimSpace(value))
	if err != nil || a.IsUnspecified() || a == netip.AddrFrom4([4]byte{127, 0, 0, 1}) || slices.ContainsFunc(storeListens(ctx, f, u), func(s string) bool {
		return strings.HasPrefix(s, "127.0.0.1:") || strings.HasPrefix(s, "0.0.0.0:") || strings.HasPrefix(s, "[::]:")
	}) {
		return false
	}
	found.Where, found.Confidence = at, 0.93
	found.Summary = fmt.Sprintf("%s runs, and listens at %s alone, not where the apps of this machine ask: visitors see 500", unitWord(u.Name), a)
	found.Evidence = append(found.Evidence, lineOf(f.Host.Root, at))
	x := Fix{Title: "Let the database listen where its apps ask as well", Risk: Medium}
	if !takesTwo(ctx, f) {
		found.Fix = x.Tell("Let the app ask at %s, where it has a user of that address; or, if no app of another machine asks there, write bind-address = 127.0.0.1 at %s and restart %s. This version listens at one address only (MariaDB from 10.11 and MySQL from 8.0.13 take several)", a, at, unitWord(u.Name))
		return true
	}
	x.Undo = setLine(f.Host.Root, at, line) + "; systemctl restart " + sh(unitWord(u.Name))
	found.Fix = x.Do("Listen at the loopback too, and stay where apps of other machines may ask", "%s", setLine(f.Host.Root, at, fmt.Sprintf("bind-address = 127.0.0.1,%s", a))).
		Do("Restart the database", "systemctl restart %s", sh(unitWord(u.Name)))
	return true
}

// boundHere: the database listens at the loopback alone, as its package has it, and its app asks at another address of this machine.
func boundHere(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, u sysinfo.Unit, said spoken, found *Finding) bool {
	at, hosts := serverSetting(f, refusals[0].files, "bind-address"), databaseHosts(ctx, f, s, said.own())
	if len(hosts) == 0 || !at.Known() || !strings.HasPrefix(u.Name, "m") || !strings.Contains(said.own(), "Connection refused") {
		return false
	}
	asked := ownAddress(f, s, hosts[0].host)
	here := func(s string) bool { return strings.HasPrefix(s, "127.") || strings.HasPrefix(s, "[::1]") }
	listens := slices.DeleteFunc(storeListens(ctx, f, u), func(s string) bool { return strings.HasPrefix(s, "unix:") || strings.HasPrefix(s, "/") })
	if !asked.IsValid() || asked.IsLoopback() || len(listens) == 0 || slices.ContainsFunc(listens, func(s string) bool { return !here(s) }) ||
		slices.ContainsFunc(hosts, func(h hostLine) bool { return h.host != hosts[0].host }) {
		return false
	}
	line := configLine(f.Host.Root, at)
	found.Where, found.Confidence = at, 0.94
	found.Summary = fmt.Sprintf("%s runs, and listens at the loopback alone; the app asks it at %s", unitWord(u.Name), asked)
	found.Evidence = append(found.Evidence, lineOf(f.Host.Root, at), Evidence{Source: hosts[0].at.String(), Text: "names " + hosts[0].host}) // not the line: a password may stand on it
	x := Fix{Title: "Let the database listen where its app asks as well", Risk: Medium}
	if !takesTwo(ctx, f) {
		found.Fix = x.Tell("Let the app ask at 127.0.0.1 (%s), where it has a user of that address; or, if no other app asks there, write bind-address = %s at %s and restart %s. This version listens at one address only (MariaDB from 10.11 and MySQL from 8.0.13 take several)", hosts[0].at, asked, at, unitWord(u.Name))
		return true
	}
	x.Undo = setLine(f.Host.Root, at, line) + "; systemctl restart " + sh(unitWord(u.Name))
	found.Fix = x.Do("Listen at that address too", "%s", setLine(f.Host.Root, at, fmt.Sprintf("bind-address = 127.0.0.1,%s", asked))).
		Do("Restart the database", "systemctl restart %s && sleep 1", sh(unitWord(u.Name))).
		Tell("Other machines of that network reach it then as well, as far as the firewall lets them")
	return true
}

// ownAddress is the address of this machine that a word of an app's settings stands for, by the hosts file where it is a name.
func ownAddress(f *sysinfo.Facts, s *sysinfo.Site, word string) netip.Addr {
	a, err := netip.ParseAddr(word)
	if err != nil {
		known := f.HostNames(s.Gateway)[strings.ToLower(word)]
		if len(known) == 0 {
			return netip.Addr{}
		}
		a = known[0]
	}
	if a.IsUnspecified() || !ownAddresses(f.Host.Root, []netip.Addr{a}) {
		return netip.Addr{}
	}
	return a
}

// takesTwo says that this MySQL may listen at several addresses (bind-address; MariaDB from 10.11, MySQL from 8.0.13).
func takesTwo(ctx context.Context, f *sysinfo.Facts) bool {
	for _, name := range []string{"mariadbd", "mysqld"} {
		out, err := f.Host.Run(ctx, name, "--version")
		m := serverVersion.FindStringSubmatch(string(out.Stdout))
		if err != nil || m == nil {
			continue
		}
		major, _ := strconv.Atoi(m[1])
		minor, _ := strconv.Atoi(m[2])
		patch, _ := strconv.Atoi(m[3])
		least := []int{8, 0, 13}
		if strings.Contains(string(out.Stdout), "MariaDB") {
			least = []int{10, 11, 0}
		}
		return slices.Compare([]int{major, minor, patch}, least) >= 0
	}
	return false
}

var serverVersion = whenAsked(`Ver (\d+)\.(\d+)\.(\d+)`)
