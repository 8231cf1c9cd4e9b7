package sysinfo

import (
	"context"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo/late"
)

// maxCode is how many files of an app's code are read, maxCodeBytes how large one may be: its first page, the script that a service
// runs, and what these take in by a name that stands there. maxNamed is how many names are looked for.
const (
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
	return f.codeStores(ctx, f.Host.Root, []string{page}, 1, who, codeValues{set: map[string]placed{}, env: f.siteEnv(ctx, s)}, "the app")
}

// codeReader is the user that a site's PHP runs as: what that one may not read, the app has not read either. An Apache that hands the
// site's front page to an app runs no page of its folder.
func (f *Facts) codeReader(ctx context.Context, s *Site) (Creds, bool) {
	users, err := f.Users(ctx)
	if err != nil {
		return Creds{}, false
	}
	if c, ok := f.poolUser(ctx, &Store{Site: s}, users); ok {
		return c, true
	}
	d, ok := s.Gateway.Extra.(dialect)
	return s.Gateway.Creds, ok && s.Gateway.Kind == "apache" && s.Gateway.Creds.UID > 0 && d.passes(s, "/") == nil
}

// unitCode are those that the script of a service connects to; env are the variables that it gets, nil where that is not known.
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
	above := 0 // what lies in a package of Python's names its other files from where the package lies
	if m := moduleWord.FindStringSubmatch(u.Exec); m != nil && path.Ext(scripts[0]) == ".py" && !scriptWord.MatchString(u.Exec) {
		above = strings.Count(m[1], ".")
	}
	return f.codeStores(ctx, f.Host.Root, scripts, above, who, codeValues{set: map[string]placed{}, env: env}, strings.TrimSuffix(u.Name, ".service"))
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

// codeStores are the stores that files of code connect to, and those that these take in.
func (f *Facts) codeStores(ctx context.Context, r Root, files []string, above int, who Creds, v codeValues, app string) []*Store {
	all, dark := readStores(r.codeOf(files, above, who), v)
	users, err := f.Users(ctx)
	for _, s := range all {
		s.App = app
		if s.Kind == "postgres" && s.User == "" && err == nil { // libpq takes the name of the program's user
			s.User = users.Name(who.UID)
		}
	}
	return certain(all, dark)
}

// codeOf reads files of code, and those that they take in, as the user that runs them would. They lie in one folder, so many above
// that of the first.
func (r Root) codeOf(files []string, above int, who Creds) []codeText {
	var texts []codeText
	home := ""
	for n := 0; n < len(files) && n < maxNamed && len(texts) < maxCode; n++ {
		within := home
		if isData(files[n]) {
			within = ""
		}
		c, ok := r.code(files[n], within, who)
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
	return texts
}
