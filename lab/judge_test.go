package lab

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

func mustBeHealthy(t *round, f Fault, r report, code int) {
	t.Helper()
	if r.Verdict == "intermittent" && slices.Contains(f.Status, "intermittent") {
		return
	}
	if r.Verdict != "healthy" || code != 0 || len(r.Causes) != 0 {
		t.Fatalf("exit %d on a healthy machine\n%s", code, r)
	}
}

// nobody is a command's beginning that takes all rights away.
var nobody = []string{"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"}

// lockLogs leaves the logs of gateways and of PHP-FPM to root and their own users, as logrotate(8) of the distributions makes them: create 0640.
const lockLogs = `find /var/log -type f \( -path '*nginx*' -o -path '*apache2*' -o -path '*httpd*' -o -path '*caddy*' -o -path '*haproxy*' -o -path '*varnish*' -o -path '*php*' \) -exec chmod o-rwx {} +`

// askWithoutRights asks as who may not read the logs of gateways.
func askWithoutRights(t *round, ctx context.Context, m *Machine, f Fault) report {
	t.Helper()
	must(t, ctx, m, "locking the logs", lockLogs)
	r, _ := diagnoseAs(t, ctx, m, f, nobody...)
	return r
}

// mustNotBeBlamed asks once more with no rights at all: what cannot be read is then no failure, either.
func mustNotBeBlamed(t *round, ctx context.Context, m *Machine, f Fault) {
	t.Helper()
	r := askWithoutRights(t, ctx, m, f)
	if len(r.Causes) != 0 || r.Verdict == "broken" || r.Verdict == "unexplained" {
		t.Fatalf("asked without rights on a healthy machine\n%s", r)
	}
}

func mustBeNamed(t *round, ctx context.Context, m *Machine, f Fault, r report, code int) {
	t.Helper()
	if code != 1 || len(r.Causes) == 0 {
		t.Fatalf("exit %d, want 1 and %s\n%s", code, f.Cause, r)
	}
	first := r.Causes[0]
	if !f.May(first.ID) {
		t.Fatalf("cause %s, want %s\n%s", first.ID, f.Cause, r)
	}
	if !slices.Contains(f.Status, first.Status) {
		t.Errorf("%s is %q, want %v\n%s", first.ID, first.Status, f.Status, r)
	}
	here := func(place string) bool { return isAt(ctx, m, first, place) }
	if len(f.Places) > 0 && !slices.ContainsFunc(f.Places, here) {
		t.Errorf("place %s:%d, want %s\n%s", first.Where.File, first.Where.Line, strings.Join(f.Places, " or "), r)
	}
}

// mustBeSeen asks once more with no rights at all: the cause is still named, unless only root can see it. Servers that make everybody wait are not
// made to wait twice.
func mustBeSeen(t *round, ctx context.Context, m *Machine, f Fault, first report) {
	t.Helper()
	if f.Shut != "" {
		if r := askWithoutRights(t, ctx, m, f); len(r.Causes) > 0 || r.Verdict != "unexplained" && r.Verdict != "unknown" || !strings.Contains(r.Summary, f.Shut) {
			t.Errorf("asked without rights: want no cause, and %q\n%s", f.Shut, r)
		}
	}
	if f.Root || first.Elapsed > 1200 {
		return
	}
	r := askWithoutRights(t, ctx, m, f)
	if len(r.Causes) == 0 || !f.May(r.Causes[0].ID) {
		t.Errorf("asked without rights: want %s, or root: yes\n%s", f.Cause, r)
	}
}

// mustHeal pastes what was printed for the named cause, and asks again.
func mustHeal(t *round, ctx context.Context, m *Machine, f Fault, first report, code int) {
	t.Helper()
	mustBeNamed(t, ctx, m, f, first, code)
	if f.Person {
		return
	}
	script := first.Causes[0].commands()
	if script == "" {
		t.Fatalf("no commands to paste\n%s", first)
	}
	if said, code := m.Run(ctx, script); code != 0 {
		t.Fatalf("pasting the fix: exit %d\n%s\n%s", code, said, first)
	}
	if said, code := eventually(ctx, m, healing, f.Healed); code != 0 {
		t.Fatalf("not healed: %s\n%s", said, first)
	}
	second, _ := diagnose(t, ctx, m, f)
	now := slices.ContainsFunc(second.Causes, func(c cause) bool { return c.Status == "now" })
	if now || second.Verdict != "healthy" && second.Verdict != "intermittent" {
		t.Fatalf("after the fix: %s", second)
	}
}

// isAt says whether a cause points at a place: unit:NAME, address:ADDRESS, FILE, FILE:LINE or FILE:/text of the line/.
func isAt(ctx context.Context, m *Machine, c cause, place string) bool {
	if unit, ok := strings.CutPrefix(place, "unit:"); ok {
		return strings.Contains(c.words(), unit)
	}
	if address, ok := strings.CutPrefix(place, "address:"); ok {
		return c.Hop.Address == address
	}
	file, line, _ := strings.Cut(place, ":")
	real, _ := m.Run(ctx, "readlink -f '"+c.Where.File+"'")
	if strings.TrimSpace(real) != file {
		return false
	}
	if text, ok := strings.CutPrefix(line, "/"); ok {
		found, _ := m.Run(ctx, "grep -nF -- '"+strings.TrimSuffix(text, "/")+"' '"+file+"' | cut -d: -f1")
		return slices.Contains(strings.Fields(found), strconv.Itoa(c.Where.Line))
	}
	return line == "" || line == strconv.Itoa(c.Where.Line)
}

func diagnose(t *round, ctx context.Context, m *Machine, f Fault) (report, int) {
	t.Helper()
	return diagnoseAs(t, ctx, m, f)
}

// diagnoseAs asks by way of another command, which takes rights away.
func diagnoseAs(t *round, ctx context.Context, m *Machine, f Fault, by ...string) (report, int) {
	t.Helper()
	args := append(by, "fix502", "diagnose", "--json")
	if f.URL != "-" {
		args = append(args, f.URL)
	}
	cmd := m.Command(ctx, args...)
	var talk strings.Builder
	cmd.Stderr = &talk
	out, err := cmd.Output()
	if strings.Contains(string(out)+talk.String(), "canary") { // passwords in the lab's configurations say so
		t.Errorf("a secret in the output:\n%s%s", out, talk.String())
	}
	var r report
	if bad := json.Unmarshal(out, &r); bad != nil {
		t.Fatalf("fix502 diagnose: %v; %v\n%s%s", err, bad, out, talk.String())
	}
	return r, cmd.ProcessState.ExitCode()
}
