package checks

import (
	"strconv"

	"fix502/sysinfo"
)

// longestWait is the query that the others of a list are judged by: one that is known to be blocked, one that waits for a lock, or the
// longest of all.
func longestWait(long []sysinfo.Session) sysinfo.Session {
	for _, may := range []func(sysinfo.Session) bool{
		func(s sysinfo.Session) bool { return s.BlockedBy != "" },
		sysinfo.Session.Waits,
	} {
		for _, s := range long {
			if may(s) {
				return s
			}
		}
	}
	return long[0]
}

// lockHolder is the session whose lock another waits for. InnoDB tells; of FLUSH TABLES WITH READ LOCK and LOCK TABLES the server has no list,
// and there it is the one session that was already in its state when the wait began, and does not wait itself. One that has asked for something
// since may be it as well, when it came before: then nobody can tell, and a session is not ended for its age alone.
func lockHolder(db sysinfo.Database, waits sysinfo.Session) (sysinfo.Session, bool) {
	var found sysinfo.Session
	candidates := 0
	for _, s := range db.Sessions {
		switch {
		case s.ID == waits.BlockedBy && s.ID != "":
			return s, true
		case s.ID == waits.ID || s.Waits():
		case s.Seconds >= waits.Seconds:
			found, candidates = s, candidates+1
		case olderSession(s, waits):
			candidates++
		}
	}
	return found, waits.BlockedBy == "" && waits.Waits() && candidates == 1 && found.ID != ""
}

// olderSession says that a session came before another one: the server counts them.
func olderSession(a, b sysinfo.Session) bool {
	one, err := strconv.Atoi(a.ID)
	other, err2 := strconv.Atoi(b.ID)
	return err == nil && err2 == nil && one < other
}
