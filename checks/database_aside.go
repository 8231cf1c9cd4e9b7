package checks

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// aside: the app asks at the loopback, and a line of the server's own has it listen at other addresses of the machine alone. It listens at the
// loopback as well then, and stays where other machines may ask. MySQL's is boundElsewhere.
func (p *pointing) aside(found *Finding) (Fix, bool) {
	key := map[string]string{"redis": "bind", "postgres": "listen_addresses"}[p.Kind]
	at := ownSetting(p.f, p.unit, key)
	if key == "" || p.Unix != "" || !at.Known() || !ofLoopback(strings.Replace(p.Host, "localhost", "127.0.0.1", 1)) {
		return Fix{}, false
	}
	root := p.f.Host.Root
	line := configLine(root, at)
	words := strings.FieldsFunc(settingWord(line), func(r rune) bool { return strings.ContainsRune(", \t'\"", r) })
	asked, _ := netip.ParseAddr(strings.Replace(p.Host, "localhost", "127.0.0.1", 1)) // ofLoopback has read it
	if len(words) == 0 || slices.ContainsFunc(words, func(w string) bool {
		a, err := netip.ParseAddr(strings.TrimPrefix(w, "-"))
		return err != nil || a == asked || a.IsUnspecified()
	}) || len(p.at) > 0 && !slices.ContainsFunc(p.at, func(a string) bool { return strings.HasSuffix(a, fmt.Sprintf(":%d", p.Port)) }) {
		return Fix{}, false
	}
	wide := map[string]string{"redis": "bind 127.0.0.1 " + strings.Join(words, " "), "postgres": "listen_addresses = '127.0.0.1," + strings.Join(words, ",") + "'"}[p.Kind]
	found.Where, found.Confidence = at, max(found.Confidence, 0.95)
	found.Summary = fmt.Sprintf("%s for %s is looked for at %s, and it listens at %s alone: a line of its own configuration says so", p.Title(), p.App, p.Address(), listed(words))
	found.Evidence = append(found.Evidence, lineOf(root, at))
	x := Fix{Title: "Let " + p.Title() + " listen where its apps ask as well", Risk: Medium, Undo: setLine(root, at, line) + "; systemctl restart " + sh(unitWord(p.unit.Name))}
	x = x.Do("At the loopback too, and stay where apps of other machines may ask", "%s", setLine(root, at, wide))
	return reloadApp(p.f, restartStore(p.f, p.unit, p.Port, x), p.Store), true
}
