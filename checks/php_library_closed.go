package checks

import (
	"context"
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
)

var refusedCode = whenAsked(`(?:require|include)(?:_once)?\(([^()]+)\): Failed to open stream: Permission denied`)

// libraryClosed: a pool's user may not read the library of its own site: it was installed by root, who kept it to himself.
func libraryClosed(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, line spoken, found *Finding) bool {
	m := refusedCode.FindStringSubmatch(line.own())
	_, code := phpSays(line.Text)
	_, pool := poolOf(ctx, f, s)
	users, err := f.Users(ctx)
	if m == nil || pool == nil || err != nil || !path.IsAbs(m[1]) {
		return false
	}
	file, who := path.Clean(m[1]), pool.Get("user").Text
	c, known := users.Creds(who)
	steps, _ := f.Host.Root.Walk(file) // what is there is what can be judged
	for n, i := range steps {
		need := uint16(1)
		if n == len(steps)-1 && !i.Mode.IsDir() {
			need = 4
		}
		if !known || c.May(i, need) {
			continue
		}
		found.Where, found.Confidence = sysinfo.Place{File: i.Path}, 0.95
		found.Summary = fmt.Sprintf("%s may not %s %s, which its own code asks for: visitors see 500", who, verb(i, need), i.Path)
		found.Evidence = append(found.Evidence, Evidence{Source: "ls -ld " + i.Path, Text: modeText(i, users)})
		found.Fix = openLibrary(ctx, f, s, i, code, file, c, users)
		return true
	}
	return false
}

// openLibrary lets a pool's group, and nobody else, read a library that root has installed. Its user may own the folder above, and put a
// link in the library's place meanwhile: -execdir works in the folder that find is in, and follows no path a second time (find(1)).
func openLibrary(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, i sysinfo.Info, code sysinfo.Place, file string, c sysinfo.Creds, users *sysinfo.Users) Fix {
	x := Fix{Title: "Let the site read its own library", Risk: Low}
	home, group := ownHome(ctx, f, s), users.Group(c.GID)
	if home == "" || !inside(i.Path, home) || i.Path == home || i.UID != 0 || c.UID == 0 || group != users.Name(c.UID) || !asksByName(f, code, file) ||
		!strings.Contains(" vendor wp-includes wp-admin wp-content ", " "+path.Base(i.Path)+" ") || theirsToSwap(f.Host.Root, path.Dir(path.Dir(i.Path)), c) {
		return x.Tell("See why %s wants %s. If the site should have it, let %s read it as it reads the files beside it: compare ls -l %s", code, file, users.Name(c.UID), path.Dir(i.Path))
	}
	at := sh(i.Path)
	x.Undo = fmt.Sprintf("find %s -execdir chgrp -h %s {} +; find %s -maxdepth 0 -type d -execdir chmod %04o {} +", at, sh(users.Group(i.GID)), at, i.Mode.Perm())
	return x.Do("Give it to the group of the user that the site's code runs as", "find %s -execdir chgrp -h %s {} +", at, sh(group)).
		Do("Let that group read it", `find %s \( -type f -o -type d \) -execdir chmod g+rX {} +`, at)
}
