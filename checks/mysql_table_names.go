package checks

import (
	"context"
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
)

// noTable are MySQL's words of ER_NO_SUCH_TABLE, with the database and the table.
var noTable = whenAsked(`Table '([\w$-]+)\.([\w$-]+)' doesn't exist`)

// smallNames: MySQL takes all names of tables for small letters since a line says so, and the table that a page needs was made with capitals (MySQL's manual,
// "Identifier Case Sensitivity"): its file is there, and is not found.
func smallNames(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) *Finding {
	if _, fails := failsNow(ctx, f, s); !fails {
		return nil
	}
	line, ok := serviceLine(ctx, f, s, noTable.MatchString)
	for _, l := range f.Fresh(ctx, s) {
		if !ok && noTable.MatchString(ownPart(l.Text)) && s.Wrote(&l) {
			line, ok = l, true
		}
	}
	u, here := storeHere(ctx, f, s, "mysql", ownPart(line.Text))
	at := serverSetting(f, refusals[0].files, "lower_case_table_names")
	text := configLine(f.Host.Root, at)
	if !ok || !here || !at.Known() || settingWord(text) != "1" {
		return nil
	}
	m := noTable.FindStringSubmatch(ownPart(line.Text))
	file := namedInCapitals(f, m[1], m[2])
	if file == "" {
		return nil
	}
	found := &Finding{Status: Fail, Confidence: 0.96, Where: at, Covers: append([]ID{"database-login-refused"}, storeCovers...),
		Summary:  fmt.Sprintf("%s looks for the table %s in small letters, as a line says, and it is called %s: the page fails", unitWord(u.Name), m[2], strings.TrimSuffix(path.Base(file), path.Ext(file))),
		Evidence: []Evidence{quoteLine(line), lineOf(f.Host.Root, at), {Source: "ls " + file, Text: "is there"}}}
	again := "systemctl restart " + sh(unitWord(u.Name))
	x := Fix{Title: "Let the database take names as they are written", Risk: Medium, Undo: setLine(f.Host.Root, at, text) + "; " + again}
	found.Fix = x.Tell("Tables that were made since have small names: RENAME TABLE gives them the names that the app uses").
		Do("Take the line out", "%s", commentOut(f.Host.Root, at)).Do("Restart the database", "%s && sleep 1", again)
	return found
}

// namedInCapitals is the file of a table whose name differs from a name in small letters by its capitals alone.
func namedInCapitals(f *sysinfo.Facts, database, table string) string {
	for _, dir := range mysqlFolders(f) {
		names, _ := f.Host.Root.ReadDir(path.Join(dir, database)) // closed to all but root
		for _, n := range names {
			if stem := strings.TrimSuffix(n, path.Ext(n)); stem != table && strings.EqualFold(stem, table) {
				return path.Join(dir, database, n)
			}
		}
	}
	return ""
}
