package checks

import (
	"context"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// databaseReadOnly: the database is up and lets the app in, and takes no writes.
func databaseReadOnly() Check {
	return Check{
		ID: "database-read-only", Title: "Databases take what their apps write", Topic: Upstreams,
		Means: `The database is up and answers, and refuses every write: it is, or was, the copy of another server (read_only, standby.signal), or it runs with
innodb_force_recovery, which somebody set to get it up after a crash. The app answers 500, or a 503 of its own. What is written to a real copy is
lost later: see first which of two servers is the one that counts.`,
		Run: phpError([]errlog.Kind{errlog.PHPFatal}, func(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, said spoken) *Finding {
			found := &Finding{Confidence: 0.94, Covers: storeCovers, Summary: "the app's database takes no writes: visitors see 500"}
			switch {
			case postgresReadsOnly.MatchString(said.own()):
				postgresTakesNoWrites(ctx, f, s, said.own(), found)
			case mysqlReadsOnly.MatchString(said.own()):
				mysqlTakesNoWrites(ctx, f, s, said.own(), found)
			default:
				return nil
			}
			return found
		}),
	}
}

// The words of databases that read only: PostgreSQL's 25006, and ER_OPTION_PREVENTS_STATEMENT, ER_READ_ONLY_MODE and ER_OPEN_AS_READONLY of the others.
var (
	postgresReadsOnly = whenAsked(`cannot execute [A-Z ]+ in a read-only transaction`)
	mysqlReadsOnly    = whenAsked(`running with the --(?:super-)?read-only option|Running in read-only mode|Table '[^']*' is read only`)
)

// databaseReads says that an error is that of a database which reads only.
func databaseReads(text string) bool {
	return postgresReadsOnly.MatchString(text) || mysqlReadsOnly.MatchString(text)
}

// mysqlTakesNoWrites finds the line that made it so. A server that has a replica's files is left to a person: what is written to it is lost.
func mysqlTakesNoWrites(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, said string, found *Finding) {
	r := f.Host.Root
	u, ok := storeHere(ctx, f, s, "mysql", said)
	x := Fix{Title: "Let the database take writes again", Risk: Medium}
	if !ok {
		found.Fix = x.Tell("See on the machine where that database runs: SHOW VARIABLES LIKE '%%read_only'; SHOW VARIABLES LIKE 'innodb_force_recovery'; and whether it follows another server: SHOW REPLICA STATUS")
		return
	}
	name, at := switchedOnOf(f, refusals[0].files, "innodb_force_recovery", "innodb_read_only", "super_read_only", "read_only")
	found.Where = sysinfo.Place{File: u.Fragment}
	if at.Known() {
		found.Where, found.Confidence = at, 0.96
		found.Summary = unitWord(u.Name) + " takes no writes, as its configuration says (" + name + "): visitors see 500"
		found.Evidence = append(found.Evidence, lineOf(r, at))
	}
	if names := primaryKnown(f); names != "" && !strings.HasPrefix(name, "innodb") {
		found.Evidence = append(found.Evidence, Evidence{Source: "ls " + names, Text: "tells of the server that it follows"})
		found.Fix = x.Tell("It follows another server, and what is written here is lost later: let the app ask that one. If this one has taken its place for good: STOP REPLICA; RESET REPLICA ALL; then take %s out of its configuration", name)
		return
	}
	restart := "systemctl restart " + sh(unitWord(u.Name))
	switch {
	case !at.Known():
		found.Fix = x.Tell("No line of its configuration says so: somebody switched it at run time (a backup, a move to another server). See who, then: SET GLOBAL read_only = OFF")
	case strings.HasPrefix(name, "innodb"):
		x.Undo = setLine(r, at, configLine(r, at)) + "; " + restart
		found.Fix = x.Tell("If it was set after a crash: dump the data first (mysqldump --all-databases), and restore them into a new server if it does not start without the line").
			Do("Take the line out", "%s", commentOut(r, at)).Do("Restart the database", "%s", restart)
	default:
		found.Fix = writableNow(f, u, x)
	}
}

// switchedOnOf is the first of some settings that a configuration has on, and its line; a bare name is on, too.
func switchedOnOf(f *sysinfo.Facts, files []string, names ...string) (string, sysinfo.Place) {
	for _, name := range names {
		at := lastSetting(f, files, func(section, line string) bool {
			key := firstWord(strings.ReplaceAll(line, "=", " "))
			return strings.ReplaceAll(key, "-", "_") == name && (section == "" || ofServer(section))
		})
		code := withoutComment(configLine(f.Host.Root, at))
		value := strings.TrimSpace(strings.TrimPrefix(code, firstWord(strings.ReplaceAll(code, "=", " "))))
		bare := value == ""
		value = strings.ToLower(strings.Trim(strings.TrimLeft(value, "= \t"), `'"`)) // PostgreSQL wants no "="
		if off := value == "" || value == "off" || flagWords[value] == "off"; at.Known() && (bare || !off) {
			return name, at
		}
	}
	return "its settings", sysinfo.Place{}
}
