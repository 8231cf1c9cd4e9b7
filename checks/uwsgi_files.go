package checks

import (
	"io/fs"
	"path"
	"regexp"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

var (
	uwsgiFile    = whenAsked(`(?:--(?:ini|yaml|yml)[= ])?([^\s=]+\.(?:ini|yaml|yml))(?:\s|$)`)
	emperorLine  = whenAsked(`^\s*emperor\s*[=:]\s*(\S+)`)
	uwsgiSection = whenAsked(`^\[uwsgi\]`)
)

// uwsgiFiles are the files of settings of the uWSGI app behind a hop: those on the command lines of its unit and of the
// process that listens, the emperor's vassal with that socket, and Debian's file of the app.
func uwsgiFiles(f *sysinfo.Facts, l *live, u sysinfo.Unit) []string {
	out := commandFiles(f, l, u)
	if file := vassalFile(f, l, u, out); file != "" {
		return []string{file}
	}
	if name, ok := strings.CutPrefix(sysinfo.InRun(l.Unix), "/run/uwsgi/app/"); ok {
		name, _, _ = strings.Cut(name, "/")
		for _, ext := range []string{".ini", ".yaml"} { // the last one counts
			if file := "/etc/uwsgi/apps-enabled/" + name + ext; f.Host.Root.Exists(file) {
				out = append([]string{file}, out...)
			}
		}
	}
	return out
}

// commandFiles are those files that a unit, or the process that listens, names on its command line: what counts first stands first.
func commandFiles(f *sysinfo.Facts, l *live, u sysinfo.Unit) []string {
	r := f.Host.Root
	dir := path.Join("/", u.Folder())
	var out []string
	add := func(file string) {
		if r.Exists(file) && !strings.HasPrefix(file, "/usr/") { // the package's own come again with it
			out = append(withTaken(r, file, dir, 3), out...) // the last one counts
		}
	}
	command := u.Exec
	if l.reach.Owner != nil && l.reach.Owner.Name == "uwsgi" { // a service of many apps starts one program for each
		command = l.reach.Owner.Cmd
	}
	for _, m := range uwsgiFile.FindAllStringSubmatch(command, -1) {
		file := m[1]
		if !path.IsAbs(file) {
			file = path.Join(dir, file)
		}
		add(file)
	}
	return out
}

// withTaken is a file of uWSGI's and, behind it, those that it has read; deep is how far they may follow each other.
func withTaken(r sysinfo.Root, file, dir string, deep int) []string {
	out := []string{file}
	if deep > 0 {
		for _, name := range reversed(takenBy(r, file, dir)) { // the last one counts
			out = append(out, withTaken(r, name, dir, deep-1)...)
		}
	}
	return out
}

// takenBy are the files that a file of uWSGI's has read by its lines ini, inherit and include. A relative name is one in the folder that uWSGI was started in, dir;
// where that is not known (empty), such a name is passed over.
func takenBy(r sysinfo.Root, file, dir string) []string {
	var out []string
	for _, line := range linesIn(r, file) {
		m := uwsgiTaken.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		name := strings.ReplaceAll(m[1], "%d", path.Dir(file)+"/")
		if !path.IsAbs(name) && dir != "" {
			name = path.Join("/", dir, name)
		}
		if name = path.Clean(name); path.IsAbs(name) && name != file && r.Exists(name) && !strayLink(r, name) {
			out = append(out, name)
		}
	}
	return out
}

// vassalFile is the file of the emperor's app behind a hop; empty where no emperor keeps it. named are the files on the command line.
func vassalFile(f *sysinfo.Facts, l *live, u sysinfo.Unit, named []string) string {
	vassals := f.Emperor(u)
	for _, file := range named {
		if w, ok := lastLineWith(f, file, emperorLine, "#", ";"); ok {
			vassals = w.match[1]
		}
	}
	if vassals == "" {
		return ""
	}
	return vassalOf(f.Host.Root, l, vassals)
}

// vassalOf is the file in the emperor's folder that names a hop's socket or port.
func vassalOf(r sysinfo.Root, l *live, dir string) string {
	names, err := r.ReadDir(dir)
	if err != nil {
		return ""
	}
	want := strings.TrimPrefix(l.Unix, "/var")
	if l.Unix == "" {
		want = ":" + strconv.Itoa(l.Port)
	}
	named := regexp.MustCompile(regexp.QuoteMeta(want) + `(?:[^\w./-]|$)`) // :3031 is not in :30310
	for _, name := range names {
		file := path.Join(dir, name)
		b, err := r.ReadFile(file)
		ext := path.Ext(name)
		if err != nil || ext != ".ini" && ext != ".yaml" && ext != ".yml" {
			continue
		}
		if named.MatchString(spelledOut(name, string(b), string(b))) {
			return file
		}
	}
	return ""
}

var uwsgiSetting = whenAsked(`(?m)^[ \t]*([\w-]+)[ \t]*[=:][ \t]*(.*?)[ \t]*$`)

// spelledOut is a part of a uWSGI file with the words that stand for others replaced: %n by the file's own name, %(project) by what its
// line project says.
func spelledOut(name, text, part string) string {
	words := []string{"%n", strings.TrimSuffix(name, path.Ext(name)), "%(vassal_name)", name}
	for _, m := range uwsgiSetting.FindAllStringSubmatch(text, -1) {
		words = append(words, "%("+m[1]+")", strings.NewReplacer(words...).Replace(m[2]))
	}
	return strings.NewReplacer(words...).Replace(part)
}

// iniLine finds the line of a setting in the files of a uWSGI app: without one, the file it would stand in.
func iniLine(f *sysinfo.Facts, l *live, u sysinfo.Unit, key string) sysinfo.Place {
	files := uwsgiFiles(f, l, u)
	re := regexp.MustCompile(`^\s*` + regexp.QuoteMeta(key) + `\s*[=:]`)
	for _, file := range files {
		if w, ok := lastLineWith(f, file, re, "#", ";"); ok {
			return w.place
		}
	}
	for _, file := range files {
		if _, ok := lastLineWith(f, file, uwsgiSection); ok {
			return sysinfo.Place{File: file}
		}
	}
	return sysinfo.Place{}
}

// sameSocket says that an address of a uWSGI file is the one of a hop: its path, or its port.
func sameSocket(address string, l *live) bool {
	if l.Unix != "" {
		return strings.TrimPrefix(address, "/var") == strings.TrimPrefix(l.Unix, "/var")
	}
	return address[strings.LastIndexByte(address, ':')+1:] == strconv.Itoa(l.Port)
}

// onlyRoots says that nobody but root may write a file or folder, and that it is no link.
func onlyRoots(r sysinfo.Root, name string) bool {
	i, err := r.Lstat(name)
	return err == nil && i.UID == 0 && i.Mode&fs.ModeSymlink == 0 && i.Mode.Perm()&0o022 == 0
}

var vassalSocket = whenAsked(`^\s*(?:uwsgi-|http-)?socket\s*[=:]\s*(\S+)`)
