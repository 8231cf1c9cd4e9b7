package checks

import (
	"testing"

	"fix502/sysinfo"
)

// Who holds FLUSH TABLES WITH READ LOCK is on no list: it is told only where one session alone can be meant.
func TestLockHolder(t *testing.T) {
	waits := sysinfo.Session{ID: "8", Command: "Query", Seconds: 12, State: "Waiting for backup lock"}
	backup := sysinfo.Session{ID: "7", Command: "Query", Seconds: 14, State: "User sleep"}
	later := sysinfo.Session{ID: "9", Command: "Sleep", Seconds: 3}
	pooled := sysinfo.Session{ID: "5", Command: "Sleep", Seconds: 300}
	blocked := sysinfo.Session{ID: "4", Command: "Query", Seconds: 12, State: "Updating", BlockedBy: "5"}
	for _, tt := range []struct {
		name  string
		all   []sysinfo.Session
		waits sysinfo.Session
		want  string
	}{
		{"a backup", []sysinfo.Session{waits, backup, later}, waits, "7"},
		{"two may be meant", []sysinfo.Session{waits, backup, pooled}, waits, ""},
		{"the holder asked for something since", []sysinfo.Session{waits, pooled, {ID: "6", Command: "Sleep", Seconds: 3}}, waits, ""},
		{"only its age speaks against it", []sysinfo.Session{waits, {ID: "6", Command: "Sleep", Seconds: 3}, {ID: "50", Command: "Sleep", Seconds: 5}}, waits, ""},
		{"InnoDB tells", []sysinfo.Session{blocked, backup, pooled}, blocked, "5"},
		{"the holder left", []sysinfo.Session{blocked, backup}, blocked, ""},
		{"nobody waits", []sysinfo.Session{backup, pooled}, backup, ""},
	} {
		got, known := lockHolder(sysinfo.Database{Sessions: tt.all}, tt.waits)
		if known != (tt.want != "") || known && got.ID != tt.want {
			t.Errorf("%s: %s, %v", tt.name, got.ID, known)
		}
	}
	if got := longestWait([]sysinfo.Session{backup, waits}); got.ID != "8" {
		t.Errorf("the longest wait is %s", got.ID)
	}
}
