package checks

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"

	"fix502/sysinfo"
)

// tempRefused are MySQL's words when it may not make a file in one of its folders: it may not write there (13), or nobody may (30).
var tempRefused = whenAsked(`Can't create/write to file '(/[^']+)' \((?:Errcode|OS errno):? ?(13|30)\b`)

// tempBarred: the folder of its temporary files is there, and MySQL may not write to it: it is another's, or a wall of its unit is before it.
func tempBarred(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, said Evidence) *obstacle {
	m := tempRefused.FindStringSubmatch(said.Text)
	if m == nil {
		return nil
	}
	n, ok := mysqlNamed(f, path.Clean(m[1]))
	if !ok || n.key != "tmpdir" || inEverybodys(n.dir) && path.Dir(n.dir) == "/" {
		return nil // of the folders that are everybody's another look tells
	}
	o := &obstacle{where: n.at, says: fmt.Sprintf("it may not write to %s, which its tmpdir names", n.dir), evidence: []Evidence{said, lineOf(f.Host.Root, n.at)}}
	o.clear = func(x Fix) Fix { return lastingTemp(f, x, n, "") }
	users, err := f.Users(ctx)
	i, err2 := f.Host.Root.Lstat(n.dir)
	who, known := users.Creds("mysql")
	if err != nil || err2 != nil {
		return o
	}
	o.evidence = append(o.evidence, Evidence{Source: "ls -ld " + n.dir, Text: modeText(i, users)})
	if l, veiled := veil(f, u, n.dir, said.Text); veiled {
		o.evidence = append(o.evidence, unitLineSays(f, l))
		return o
	}
	above, err := f.Host.Root.Walk(path.Dir(n.dir))
	if m[2] == "13" && err == nil && known && i.Mode.IsDir() && i.UID == 0 && !who.May(i, 3) && !theSystems(n.dir) && !lastsNot(ctx, f, n.dir) && !othersOn(above, users, "root") && empty(f.Host.Root, n.dir) {
		o.clear = func(x Fix) Fix {
			x.Undo = fmt.Sprintf("chown %d:%d %s", i.UID, i.GID, sh(n.dir))
			return x.Do("Give the folder to the user that the service runs as: nothing lies in it", "chown mysql:mysql %s", sh(n.dir))
		}
	}
	return o
}

// empty says that a folder is there and that nothing lies in it.
func empty(r sysinfo.Root, dir string) bool {
	names, err := r.ReadDir(dir)
	return err == nil && len(names) == 0
}

// folderLostUnheard is folderLost where what the database said only root may read: that a folder which its settings name is not there
// anybody sees.
func folderLostUnheard(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	if storeKind(u) != "mysql" || !failedItself(u) || !onlyRootReads(ctx, f, u) {
		return nil
	}
	for _, key := range []string{"tmpdir", "datadir", "log-bin", "pid-file", "socket"} {
		_, value := mysqlLine(configLine(f.Host.Root, serverSetting(f, refusals[0].files, key)))
		dir := value
		if key != "tmpdir" && key != "datadir" {
			dir = path.Dir(value)
		}
		if !path.IsAbs(value) || inside(dir, "/home") || inside(dir, "/root") {
			continue
		}
		if _, err := f.Host.Root.Stat(dir); errors.Is(err, fs.ErrNotExist) {
			return folderLost(ctx, f, u, Evidence{Source: "ls -d " + dir, Text: "no such file or directory"}, dir)
		}
	}
	return nil
}
