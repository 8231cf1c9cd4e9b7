package checks

import (
	"context"
	"path"

	"fix502/sysinfo"
)

// postgresTakesNoWrites: it waits for a server to follow, as a file beside its data says, or a setting makes each transaction read only.
func postgresTakesNoWrites(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, said string, found *Finding) {
	r := f.Host.Root
	u, ok := storeHere(ctx, f, s, "postgres", said)
	x := Fix{Title: "Let the database take writes again", Risk: Medium}
	if !ok {
		found.Fix = x.Tell("See on the machine where that PostgreSQL runs: SELECT pg_is_in_recovery(); SHOW default_transaction_read_only")
		return
	}
	found.Where = sysinfo.Place{File: u.Fragment}
	files := clusterFiles(u)
	for _, name := range []string{"standby.signal", "recovery.signal"} {
		if file := path.Join(path.Dir(files[len(files)-1]), name); r.Exists(file) {
			standby(f, u, file, x, found)
			return
		}
	}
	name, at := switchedOnOf(f, files, "default_transaction_read_only")
	if !at.Known() {
		found.Fix = x.Do("See whether a role or a database has it (default_transaction_read_only)", `%s -P pager=off -c '\drds'`, psqlOf(u)).
			Tell("Take it away there: ALTER ROLE … RESET default_transaction_read_only, or ALTER DATABASE … the same; or it stands in the app's own settings")
		return
	}
	found.Where, found.Confidence = at, 0.96
	found.Summary = unitWord(u.Name) + " takes no writes, as its configuration says (" + name + "): visitors see 500"
	found.Evidence = append(found.Evidence, lineOf(r, at))
	load := "systemctl reload " + sh(unitWord(u.Name))
	x.Undo = setLine(r, at, configLine(r, at)) + "; " + load
	found.Fix = x.Do("Take the line out", "%s", commentOut(r, at)).Do("Let the database read it; nobody is disconnected", "%s", load)
}

// standby: a file beside its data says that it follows another server. Where no setting names one, it came along with a restored backup.
func standby(f *sysinfo.Facts, u sysinfo.Unit, file string, x Fix, found *Finding) {
	found.Where, found.Confidence = sysinfo.Place{File: file}, 0.96
	found.Summary = unitWord(u.Name) + " takes no writes, it waits to be told of another server's (" + path.Base(file) + "): visitors see 500"
	found.Evidence = append(found.Evidence, Evidence{Source: "ls " + file, Text: file})
	for _, key := range []string{"primary_conninfo", "restore_command"} {
		if _, at := switchedOnOf(f, clusterFiles(u), key); at.Known() {
			found.Evidence = append(found.Evidence, Evidence{Source: at.String(), Text: key + " is set"}) // not the line: a password may stand on it
			found.Fix = x.Tell("It follows another server (%s), and does not take its place by itself: let the app ask that one. If that one is gone for good: %s -c 'SELECT pg_promote()'", at, psqlOf(u))
			return
		}
	}
	alone := "SELECT pg_promote() WHERE current_setting('primary_conninfo') = '' AND current_setting('restore_command') = ''" // its own word: a file may name others
	found.Fix = x.Tell("No setting was seen that names a server which it could follow: the file came with a backup, most likely. After the next step it is a server of its own for good").
		Do("Let it be one, if it really knows of no other server", "%s -c %s", psqlOf(u), sh(alone))
}
