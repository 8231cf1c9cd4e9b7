package checks

import (
	"context"
	"fmt"
	"path"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

// phpOwnFile are the forms in which PHP and the frameworks on it name a file or a folder of their own that they could not write or read.
var phpOwnFile = []pattern{
	whenAsked(`\b(?:file_put_contents|fopen|touch|copy|rename|mkdir|move_uploaded_file)\((/[^()]+)\): [Ff]ailed to open stream: (?:Permission denied|No such file or directory)`),
	whenAsked(`The stream or file "(/[^"]+)" could not be opened`),
	whenAsked(`Unable to (?:create|write in) (?:the )?(?:cache )?(?:directory |"[^"]*" directory )?\(?"?(/[^")]+)`),
	whenAsked(`The (/\S+) directory must be present and writable`),
}

// phpOwnCode is how PHP names a part of the code that it does not find.
var phpOwnCode = whenAsked(`\b(?:require|include)(?:_once)?\((/[^()]+)\): [Ff]ailed to open stream: No such file or directory|Failed opening required '(/[^']+)'`)

// dataFolder are folders that an app writes in, and in which no code of its own lies.
var dataFolder = whenAsked(`^(?:storage|cache|var|tmp|temp|data|logs?|sessions?|uploads?|files|writable|compiled|views|bootstrap)$`)

// phpFolderClosed: an app's own folder for what it writes is closed to the user of its pool, or gone.
func phpFolderClosed(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, line spoken, found *Finding) bool {
	file := ""
	for _, re := range phpOwnFile {
		if m := re.FindStringSubmatch(line.own()); m != nil {
			file = path.Clean(m[1])
		}
	}
	if m := phpOwnCode.FindStringSubmatch(line.own()); m != nil {
		return codePutBack(ctx, f, s, path.Clean(m[1]+m[2]), found)
	}
	_, pool := poolOf(ctx, f, s)
	users, err := f.Users(ctx)
	home := ownHome(ctx, f, s)
	if found.Confidence > 0.9 || file == "" || pool == nil || err != nil || home == "" || !inside(file, home) {
		return false
	}
	r, dir, who := f.Host.Root, path.Dir(file), pool.Get("user").Text
	if isDir(r, file) { // the folder itself is named
		dir = file
	}
	c, known := users.Creds(who)
	x := Fix{Title: "Let the app write in its own folder", Risk: Low}
	if !known || c.UID == 0 {
		return false
	}
	group := users.Group(c.GID)
	if !r.Exists(dir) && r.Exists(path.Dir(dir)) && dir != home {
		found.Where, found.Confidence = sysinfo.Place{File: dir}, 0.95
		found.Summary = fmt.Sprintf("%s, in which the app writes, is not there: visitors see 500", dir)
		x.Undo = "rmdir " + sh(dir)
		command := fmt.Sprintf("install -d -o %s -g %s %s", sh(who), sh(group), sh(dir))
		if i, err := r.Stat(path.Dir(dir)); err != nil || c.May(i, 2) { // he could lead root elsewhere by a link
			command = fmt.Sprintf("runuser -u %s -- mkdir -p %s", sh(who), sh(dir))
		}
		found.Fix = x.Do("Make it, for the user that the site's code runs as", "%s", command)
		return true
	}
	steps, _ := r.Walk(dir) // what is there is what can be judged
	for n, i := range steps {
		need := uint16(1)
		if n == len(steps)-1 {
			need = 3
		}
		if !inside(i.Path, home) || i.Path == home || c.May(i, need) {
			continue
		}
		if i.UID != 0 || !i.Mode.IsDir() || path.Clean(s.Root) == i.Path || inside(s.Root, i.Path) {
			return false
		}
		return giveBack(r, users, x, i, home, who, group, found)
	}
	return false
}

// codePutBack: a part of the site's code is not there, and the one copy of it lies beside its place.
func codePutBack(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, file string, found *Finding) bool {
	r, home := f.Host.Root, ownHome(ctx, f, s)
	copied := copyOf(r, file)
	if found.Confidence > 0.9 || home == "" || !inside(file, home) || r.Exists(file) || copied == "" {
		return false
	}
	found.Where, found.Confidence = sysinfo.Place{File: file}, 0.95
	found.Summary = fmt.Sprintf("%s is not there, and a copy of it is: visitors see 500", file)
	found.Evidence = append(found.Evidence, Evidence{Source: "ls " + copied, Text: "it is there"})
	x := Fix{Title: "Put the file back", Risk: Low, Undo: "rm " + sh(file)}
	found.Fix = x.Do("Put it back from the copy beside it, and look into it first: it may be older", "cp -anT %s %s", sh(copied), sh(file))
	return true
}

// giveBack gives a folder that became root's to the user of the pool again: all of it where all of it is root's, with the folders of data around it.
func giveBack(r sysinfo.Root, users *sysinfo.Users, x Fix, i sysinfo.Info, home, who, group string, found *Finding) bool {
	dir := i.Path
	for up := path.Dir(dir); up != home && inside(up, home) && dataFolder.MatchString(path.Base(up)) && onlyRoots(r, up); up = path.Dir(up) {
		dir = up
	}
	found.Where, found.Confidence = sysinfo.Place{File: i.Path}, 0.95
	found.Summary = fmt.Sprintf("%s may not use %s, in which its code writes: visitors see 500", who, i.Path)
	found.Evidence = append(found.Evidence, Evidence{Source: "ls -ld " + i.Path, Text: modeText(i, users)})
	if !dataFolder.MatchString(path.Base(dir)) {
		found.Fix = x.Tell("See whether the code should write there, and whose it was: if it was %s's, as after a copy or a restored backup, chown -R %s:%s %s gives it back", who, who, group, dir)
		return true
	}
	if becameRoots(r, dir) {
		x.Undo = "chown -hR root:root " + sh(dir)
		found.Fix = x.Do("All of it is root's now, as after a copy or a restored backup: give it back to the user that the site's code runs as", "chown -hR %s:%s %s", sh(who), sh(group), sh(dir))
		return true
	}
	x.Undo = "chown -h root:root " + sh(i.Path)
	found.Fix = x.Do("Give it back to the user that the site's code runs as", "chown -h %s:%s %s", sh(who), sh(group), sh(i.Path))
	return true
}

// phpAsked are the forms in which PHP and its curl say that a server could not be reached: its name and port.
var phpAsked = []pattern{
	whenAsked(`\((?:https?|tcp|tls|ssl)://([A-Za-z0-9.-]+):(\d+)[^()]*\): [Ff]ailed to open stream: Connection refused`),
	whenAsked(`Failed to connect to ([A-Za-z0-9.-]+) port (\d+)`),
	whenAsked(`(?:fsockopen|stream_socket_client)\(\): [Uu]nable to connect to (?:\w+://)?([A-Za-z0-9.-]+):(\d+) \(Connection refused`),
}

// phpPeerGone: the code asks a service of this machine that does not run, or by a name that leads elsewhere.
func phpPeerGone(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, line spoken, found *Finding) bool {
	host, port := "", ""
	for _, re := range phpAsked {
		if m := re.FindStringSubmatch(line.own()); m != nil {
			host, port = m[1], m[2]
		}
	}
	n, _ := strconv.Atoi(port)
	a := ownAddress(f, s, strings.Replace(host, "localhost", "127.0.0.1", 1))
	if found.Confidence > 0.9 || n == 0 || !a.IsValid() || s.Gateway.Foreign {
		return false
	}
	if at, here, ok := namedAway(ctx, f, host, a.String(), port); ok {
		found.Where, found.Confidence = at, 0.94
		found.Summary = fmt.Sprintf("/etc/hosts says that %s is %s, and port %s is listened on at %s: visitors see 500", host, a, port, here)
		found.Evidence = append(found.Evidence, lineOf(f.Host.Root, at), Evidence{Source: "ss -ltn", Text: "port " + port + " is listened on at " + here})
		found.Fix = pointName(f.Host.Root, at, host, here)
		return true
	}
	all, err := f.Services(ctx)
	if err != nil || listenedAt(ctx, f, n) {
		return false
	}
	missed, ok := idleAt(f, all, n, sysinfo.Unit{})
	if !ok {
		missed, ok = idleNeighbour(all, port)
	}
	if !ok {
		return false
	}
	found.Summary = fmt.Sprintf("the code asks %s:%s, where nothing listens: visitors see 500", host, port)
	found.Confidence = 0.95
	startMissed(ctx, f, found, missed)
	return true
}
