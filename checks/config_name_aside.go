package checks

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// blockAside is a file with the upstream block of a name, put aside by its ending, in a folder that nginx reads: upgrades and tidy colleagues
// leave upstreams.conf.dpkg-old or upstreams.conf.off.
func blockAside(g *sysinfo.Gateway, beside, name string) (file, back string) {
	n := nginxOf(g)
	if n == nil {
		return "", ""
	}
	block := regexp.MustCompile(`(?m)^\s*upstream\s+` + regexp.QuoteMeta(name) + `\s*\{`)
	for _, dir := range foldersOf(n, beside) {
		names, _ := g.Root.ReadDir(dir) // none is common
		for _, n := range names {
			file := path.Join(dir, n)
			back := strings.TrimSuffix(file, path.Ext(file))
			if !asideName.MatchString(n) || path.Ext(back) != ".conf" || g.Root.Exists(back) || !onlyRoots(g.Root, file) {
				continue
			}
			if b, err := g.Root.ReadFile(file); err == nil && len(b) <= 64<<10 && block.Match(b) {
				return file, back
			}
		}
	}
	return "", ""
}

// foldersOf are the folders of nginx's files: that of one file first, then conf.d, which may have no file left, and where else it reads any.
func foldersOf(n *sysinfo.Nginx, beside string) []string {
	out := []string{path.Dir(beside)}
	for i, file := range n.Config.Files {
		dirs := []string{path.Dir(file)}
		if i == 0 {
			dirs = append(dirs, path.Join(path.Dir(file), "conf.d"))
		}
		for _, dir := range dirs {
			if !slices.Contains(out, dir) {
				out = append(out, dir)
			}
		}
	}
	return out
}
