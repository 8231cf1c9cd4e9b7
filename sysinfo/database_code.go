package sysinfo

import (
	"context"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"fix502/sysinfo/late"
)

// maxCode is how many files of an app's code are read, maxCodeBytes how large one may be: its first page, the script that a service
// runs, and what these take in by a name that stands there. maxNamed is how many names are looked for.
// Of a server with more sites than maxCodeSites none's code is read, unless a run is about some of them.
const (
	maxCodeSites = 100
	maxCode      = 12
	maxNamed     = 60
	maxCodeBytes = 64 << 10
)

// siteCode are the stores that a site's first page in PHP connects to, by its own words.
func (f *Facts) siteCode(ctx context.Context, s *Site) []*Store {
	page := path.Join(s.Root, "index.php")
	who, known := f.codeReader(ctx, s)
	if !known {
		return nil
	}
	return f.codeStores(ctx, []string{page}, 1, who, codeValues{set: map[string]placed{}}, "the app")
}

// codeReader is the user that a site's PHP runs as: what that one may not read, the app has not read either.
func (f *Facts) codeReader(ctx context.Context, s *Site) (Creds, bool) {
	users, err := f.Users(ctx)
	if err != nil {
		return Creds{}, false
	}
	if c, ok := f.poolUser(ctx, &Store{Site: s}, users); ok {
		return c, true
	}
	return s.Gateway.Creds, s.Gateway.Kind == "apache" && s.Gateway.Creds.UID > 0
}

// unitCode are those that the script of a service connects to; env are the variables that it gets.
func (f *Facts) unitCode(ctx context.Context, u Unit, env map[string]placed) []*Store {
	users, err := f.Users(ctx)
	if err != nil {
		return nil
	}
	who, known := f.unitUser(ctx, &Store{Unit: u.Name}, users)
	scripts := unitScripts(u)
	if !known || len(scripts) == 0 {
		return nil
	}
	if env == nil {
		env = map[string]placed{}
	}
	return f.codeStores(ctx, scripts, 0, who, codeValues{set: map[string]placed{}, env: env}, strings.TrimSuffix(u.Name, ".service"))
}

var (
	scriptWord = late.New(`(?:^|\s)(\S+\.(?:py|js|mjs|cjs))(?:\s|$)`)
	moduleWord = late.New(`(?:^|\s)([A-Za-z_][\w.]*):\w+(?:\(\))?(?:\s|$)`) // gunicorn, uvicorn: package.module:name
)

// unitScripts are the files of code that a service's command names.
func unitScripts(u Unit) []string {
	dir := u.Folder()
	var out []string
	for _, m := range scriptWord.FindAllStringSubmatch(u.Exec, 4) {
		out = append(out, inFolder(u, m[1]))
	}
	for _, m := range moduleWord.FindAllStringSubmatch(u.Exec, 2) {
		if path.IsAbs(dir) {
			out = append(out, path.Join(dir, strings.ReplaceAll(m[1], ".", "/")+".py"))
		}
	}
	return out
}

func relativeTo(dir, name string) string {
	if path.IsAbs(name) {
		return name
	}
	return path.Join(dir, name)
}

// codeStores reads files of code, and those that they take in, as the user that runs them would. They lie in one folder, so many above
// that of the first.
func (f *Facts) codeStores(ctx context.Context, files []string, above int, who Creds, v codeValues, app string) []*Store {
	var texts []codeText
	home := ""
	for n := 0; n < len(files) && n < maxNamed && len(texts) < maxCode; n++ {
		c, ok := f.readCode(files[n], home, who)
		if !ok {
			continue
		}
		texts = append(texts, c)
		if home == "" {
			home = path.Dir(c.file)
			for range above {
				home = path.Dir(home)
			}
		}
		for _, next := range takenIn(c) {
			if !slices.Contains(files, next) {
				files = append(files, next)
			}
		}
	}
	for _, c := range texts {
		v.learn(c)
	}
	var out []*Store
	for _, name := range slices.Sorted(maps.Keys(v.set)) {
		if s := urlStore(v.set[name]); s != nil && !unusedKey.MatchString(strings.ToUpper(name)) {
			out = append(out, s)
		}
	}
	for _, c := range texts {
		out = append(out, callStores(c, &v)...)
	}
	users, err := f.Users(ctx)
	return slices.DeleteFunc(out, func(s *Store) bool {
		s.App = app
		if s.Kind == "postgres" && s.User == "" && err == nil { // libpq takes the name of the program's user
			s.User = users.Name(who.UID)
		}
		return s.User == "" && (s.Kind == "mysql" || s.Kind == "postgres")
	})
}

// readCode reads a file of an app's own, no link out of its folder, and nothing that the app's user may not read.
func (f *Facts) readCode(name, home string, who Creds) (codeText, bool) {
	steps, err := f.Host.Root.Walk(name)
	if err != nil || len(steps) == 0 || strings.Contains(name, "/vendor/") || strings.Contains(name, "/node_modules/") {
		return codeText{}, false
	}
	last, shut := steps[len(steps)-1], func(i Info) bool { return i.Mode.IsDir() && !who.May(i, 1) }
	if !last.Mode.IsRegular() || last.Size > maxCodeBytes || home != "" && !strings.HasPrefix(last.Path, home+"/") || !who.May(last, 4) || slices.ContainsFunc(steps, shut) {
		return codeText{}, false
	}
	b, err := f.Host.Root.ReadFile(last.Path)
	if err != nil {
		return codeText{}, false
	}
	return readCode(last.Path, string(b)), true
}

var (
	phpTakes    = late.New(`\b(?:require|include)(?:_once)?\s*\(?\s*(?:((?:dirname\(\s*)*)(__DIR__|__FILE__)(?:\s*,\s*(\d))?[\s)]*\.\s*)?['"]([^'"\n]+\.(?:php|inc))['"]`)
	nodeTakes   = late.New(`\b(?:require\(\s*|from\s+|import\s+)['"](\.{1,2}/[\w./-]+)['"]`)
	pythonTakes = late.New(`(?m)^\s*(?:from\s+\.?([A-Za-z_][\w.]*)\s+import|import\s+([A-Za-z_][\w.]*))`)
	djangoTakes = late.New(`DJANGO_SETTINGS_MODULE['"]\s*,\s*['"]([\w.]+)['"]`)
)

// takenIn are the files that a file of code takes in by a name that stands there.
func takenIn(c codeText) []string {
	dir := path.Dir(c.file)
	var out []string
	switch path.Ext(c.file) {
	case ".php", ".inc":
		for _, m := range phpTakes.FindAllStringSubmatch(c.text, maxCode) {
			out = append(out, phpTaken(c.file, m))
		}
	case ".py":
		for _, m := range append(pythonTakes.FindAllStringSubmatch(c.text, 40), djangoTakes.FindAllStringSubmatch(c.text, 1)...) {
			out = append(out, path.Join(dir, strings.ReplaceAll(strings.Join(m[1:], ""), ".", "/")+".py"))
		}
	default:
		for _, m := range nodeTakes.FindAllStringSubmatch(c.text, maxCode) {
			name := path.Join(dir, m[1])
			if path.Ext(name) == "" {
				name += ".js"
			}
			out = append(out, name)
		}
	}
	return out
}

// phpTaken is the file of one match of phpTakes: dirname(__DIR__, 2) . '/config.php' is two folders above the file's own.
func phpTaken(file string, m []string) string {
	if m[2] == "" {
		return relativeTo(path.Dir(file), m[4])
	}
	from := file
	if m[2] == "__DIR__" {
		from = path.Dir(file)
	}
	up := strings.Count(m[1], "dirname")
	if n, err := strconv.Atoi(m[3]); err == nil {
		up += n - 1
	}
	for range up {
		from = path.Dir(from)
	}
	return path.Clean(from + "/" + m[4])
}
