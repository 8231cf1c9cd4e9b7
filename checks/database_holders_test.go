package checks

import (
	"testing"

	"fix502/sysinfo"
	"fix502/sysinfo/hosttest"
)

// The connections by socket and by port are one program's, those to another server nobody's.
func TestHolders(t *testing.T) {
	m := hosttest.Load(t, "testdata/mysql_too_many_connections.held.txtar")
	all := holders(t.Context(), sysinfo.NewFacts(m.Host), "mariadbd")
	if len(all) != 2 || all[0].Unit != "import.service" || all[0].Count != 9 || all[1].Unit != "" || all[1].Count != 1 {
		t.Fatalf("got %+v, want 9 of import.service and 1 of no unit", all)
	}
	for taken, want := range map[int]string{10: "why import keeps 9 of them", 100: "who keeps idle connections open: the list above"} {
		if got := greediest(all, taken); got != want {
			t.Errorf("of %d: got %q, want %q", taken, got, want)
		}
	}
}
