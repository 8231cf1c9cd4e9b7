package checks

import (
	"context"
	"path"
	"slices"

	"fix502/sysinfo"
)

// postgresTakesNoWrites: it waits for a server to follow, as a file beside its data says, or a setting makes each transaction read only. Where several
// run and nothing tells which one the app asks, it is the only one for which that is so.
func postgresTakesNoWrites(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, said string, found *Finding) {
	all := storesHere(ctx, f, s, "postgres", said)
	x := Fix{Title: "Let the database take writes again", Risk: Medium}
	why := slices.DeleteFunc(slices.Clone(all), func(u sysinfo.Unit) bool { return waitsForAnother(f, u) == "" && !takesNone(f, u).Known() })
	if len(why) == 1 {
		found.Where = sysinfo.Place{File: why[0].Fragment}
		if file := waitsForAnother(f, why[0]); file != "" {
			standby(f, why[0], file, x, found)
		} else {
			readOnlyByDefault(f, why[0], x, found)
		}
		return
	}
	if len(all) != 1 {
		found.Fix = x.Tell("See on the machine where that PostgreSQL runs, in the cluster that the app asks (pg_lsclusters): SELECT pg_is_in_recovery(); SHOW default_transaction_read_only")
		return
	}
	found.Where = sysinfo.Place{File: all[0].Fragment}
	found.Fix = x.Do("See whether a role or a database has it (default_transaction_read_only)", `%s -P pager=off -c '\drds'`, psqlOf(all[0])).
		Tell("Take it away there: ALTER ROLE … RESET default_transaction_read_only, or ALTER DATABASE … the same; or it stands in the app's own settings")
}

// waitsForAnother is the file beside a cluster's data that has it wait for another server's; empty without one.
func waitsForAnother(f *sysinfo.Facts, u sysinfo.Unit) string {
	files := clusterFiles(u)
	for _, name := range []string{"standby.signal", "recovery.signal"} {
		if file := path.Join(path.Dir(files[len(files)-1]), name); f.Host.Root.Exists(file) {
			return file
		}
	}
	return ""
}

// takesNone is the line of a cluster's settings that makes each transaction read only.
func takesNone(f *sysinfo.Facts, u sysinfo.Unit) sysinfo.Place {
	_, at := switchedOnOf(f, clusterFiles(u), "default_transaction_read_only")
	return at
}

func readOnlyByDefault(f *sysinfo.Facts, u sysinfo.Unit, x Fix, found *Finding) {
	r, at := f.Host.Root, takesNone(f, u)
	found.Where, found.Confidence = at, 0.96
	found.Summary = unitWord(u.Name) + " takes no writes, as its configuration says (default_transaction_read_only): visitors see 500"
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
