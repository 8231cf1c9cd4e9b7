package sysinfo

import (
	"context"
	"fmt"
	"maps"
	"path"
	"strings"

	"fix502/sysinfo/late"
)

// servedFolder is the folder that PHP's own server is told to serve (PHP's manual, "Built-in web server").
var servedFolder = late.New(`\s-t ?(\S+)`)

// containerFiles are the stores that the files of a container's app name, as far as these can be read: those in the folder of its front page, else in the script
// that its command runs. Their places are those on this machine.
func (f *Facts) containerFiles(ctx context.Context, c Container, site *Site, env map[string]placed) []*Store {
	g := &Gateway{PID: c.PID, Root: f.Host.Root}
	f.ownPlace(g)
	who, err := f.CredsOf(c.PID)
	if err != nil || !g.Foreign && !f.Host.Root.real() { // a recorded machine's without its files
		return nil
	}
	out := f.pageStores(ctx, g.Root, frontFolder(g.Root, c, site), site, who)
	if u := (Unit{Exec: c.Command, Props: map[string]string{"WorkingDirectory": c.Dir}}); len(out) == 0 {
		set := readEnv(g.Root, path.Join("/", c.Dir, ".env"))
		if set == nil {
			set = map[string]placed{}
		}
		if out = envStores(set, "container "+c.Name, false); len(out) == 0 {
			maps.Copy(set, env)
			out = f.codeStores(ctx, g.Root, unitScripts(u), 0, who, codeValues{set: map[string]placed{}, env: set}, "container "+c.Name)
		}
	}
	for _, s := range out {
		for _, at := range []*Place{&s.Where, &s.UserAt, &s.NameAt, &s.PortAt, &s.WordAt} {
			if o, ok := c.Outside(at.File); ok {
				at.File = o.Path
			} else if at.Known() {
				at.File = fmt.Sprintf("/proc/%d/root%s", c.PID, at.File)
			}
		}
	}
	return out
}

// pageStores are those that the files around a front page in PHP name.
func (f *Facts) pageStores(ctx context.Context, r Root, dir string, site *Site, who Creds) []*Store {
	if dir == "" {
		return nil
	}
	out := wordPressStores(r, &WordPress{Site: site, Dir: dir})
	out = append(out, cmsStores(r, dir)...)
	for _, at := range []string{dir, path.Dir(dir)} {
		if !r.Exists(at + "/bootstrap/cache/config.php") {
			out = append(out, envStores(readEnv(r, at+"/.env"), "the app", true)...)
		}
	}
	if len(out) == 0 {
		out = f.codeStores(ctx, r, []string{dir + "/index.php"}, 1, who, codeValues{set: map[string]placed{}}, "the app")
	}
	return out
}

// frontFolder is where a container has the front page of an app in PHP: where its command says, where its gateway says, or where the official images have it.
func frontFolder(r Root, c Container, site *Site) string {
	dirs := []string{site.Root, "/var/www/html", "/var/www/html/public", path.Join("/", c.Dir, "public")}
	if m := servedFolder.FindStringSubmatch(c.Command); m != nil {
		dirs = []string{inFolder(Unit{Props: map[string]string{"WorkingDirectory": c.Dir}}, m[1])}
	}
	for _, dir := range dirs {
		if dir != "" && !strings.Contains(dir, "$") && strings.Contains(c.Command+c.Image, "php") && r.Exists(path.Join(dir, "index.php")) {
			return path.Clean(dir)
		}
	}
	return ""
}
