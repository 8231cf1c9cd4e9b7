package checks

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

// nodeVersion is one of the folders in which the tools that bring Node keep each version of it: nvm, n, Volta, asdf, mise, fnm.
var nodeVersion = whenAsked(`^(.*/(?:\.?nvm/versions/node|n/versions/node|\.volta/tools/image/node|\.asdf/installs/nodejs|mise/installs/node|fnm/node-versions))/(v?\d+(?:\.\d+)*)$`)

// nodeHere is the version of Node that the same tool has instead of one that is gone, with what stands behind its folder: the latest of the same
// major, which runs what was made for that (nodejs.org, "Releases"), else the tool's own default, else the latest of all.
func nodeHere(r sysinfo.Root, gone, rest string) (folder, say string) {
	m := nodeVersion.FindStringSubmatch(gone)
	if m == nil {
		return "", ""
	}
	names, _ := r.ReadDir(m[1]) // not there: no version in it
	names = slices.DeleteFunc(names, func(n string) bool {
		return !nodeVersion.MatchString(path.Join(m[1], n)) || !r.Exists(path.Join(m[1], n, rest))
	})
	if len(names) == 0 {
		return "", ""
	}
	slices.SortFunc(names, func(a, b string) int { return slices.Compare(versionNumbers(a), versionNumbers(b)) })
	usual := versionLike(names, nodeDefault(r, m[1]))
	major := strconv.Itoa(versionNumbers(m[2])[0])
	name := cmp.Or(versionLike(names, major), usual, names[len(names)-1])
	say = fmt.Sprintf("Node %s was there, and %s is", m[2], name)
	switch {
	case versionNumbers(name)[0] == versionNumbers(m[2])[0]:
		say += ", of the same major"
	case name == usual:
		say += ", the tool's default"
	}
	return path.Join(m[1], name), say
}

// versionNumbers are those of a version: v18.20.4.
func versionNumbers(version string) []int {
	var out []int
	for part := range strings.SplitSeq(strings.TrimPrefix(version, "v"), ".") {
		n, _ := strconv.Atoi(part) // too long a number is none
		out = append(out, n)
	}
	return out
}

// versionLike is the latest of the versions that begin as a word does, 18 or v18.20; empty without one.
func versionLike(names []string, word string) string {
	word = strings.TrimPrefix(word, "v")
	for _, n := range slices.Backward(names) {
		if word != "" && strings.HasPrefix(strings.TrimPrefix(n, "v")+".", word+".") {
			return n
		}
	}
	return ""
}

var (
	voltaRuntime = whenAsked(`"runtime":\s*"([\d.]+)"`)
	toolVersion  = whenAsked(`(?m)^(?:nodejs|node)\s+(\S+)`)
)

// nodeDefault is the version that a tool hands out where nobody names one: nvm's alias, Volta's platform, asdf's and mise's line, fnm's link. Empty where that is
// not known.
func nodeDefault(r sysinfo.Root, versions string) string {
	tool := path.Dir(path.Dir(versions))
	if b, err := r.ReadFile(path.Join(tool, "user/platform.json")); err == nil {
		if m := voltaRuntime.FindSubmatch(b); m != nil {
			return string(m[1])
		}
	}
	if strings.HasSuffix(versions, "/installs/nodejs") {
		if b, err := r.ReadFile(path.Join(path.Dir(tool), ".tool-versions")); err == nil {
			if m := toolVersion.FindSubmatch(b); m != nil {
				return string(m[1])
			}
		}
	}
	if to, err := r.Readlink(path.Join(path.Dir(versions), "aliases/default")); err == nil {
		return path.Base(path.Dir(to))
	}
	alias := "default"
	for range 4 { // one may name another: default, lts/*, lts/iron
		b, err := r.ReadFile(path.Join(tool, "alias", alias))
		if err != nil || strings.Contains(alias, "..") {
			break
		}
		alias = strings.TrimSpace(string(b))
	}
	return alias
}

// namesNode is a unit's line that names a version of Node which is gone where the same tool has another, in its command or in the path where programs
// are looked for; missing and other are the two folders.
func namesNode(f *sysinfo.Facts, u sysinfo.Unit, rest string) (l sysinfo.UnitLine, missing, other, say string) {
	for _, l := range reversed(f.UnitLines(u)) {
		if l.Key != "Environment" || !strings.HasPrefix(l.File, "/etc/") {
			continue
		}
		for dir := range strings.FieldsFuncSeq(l.Value, func(c rune) bool { return strings.ContainsRune(`:="' `, c) }) {
			missing, in := path.Dir(dir), path.Base(dir)
			if in != "bin" || f.Host.Root.Exists(dir) {
				continue
			}
			if other, say := nodeHere(f.Host.Root, missing, path.Join("bin", rest)); other != "" {
				return l, missing, other, say
			}
		}
	}
	return l, "", "", ""
}

// anotherNode has a unit name the version of Node that is there.
func anotherNode(f *sysinfo.Facts, u sysinfo.Unit, o *obstacle, missing, other, say string) *obstacle {
	o.says = fmt.Sprintf("%s does not exist: %s", missing, say)
	o.clear = func(x Fix) Fix {
		if versionNumbers(path.Base(missing))[0] != versionNumbers(path.Base(other))[0] {
			x = x.Tell("Packages with parts in C have to be built for the other Node, as the app's own user in its folder: npm rebuild")
		}
		return rename(f, u, x, missing, other)
	}
	return o
}
