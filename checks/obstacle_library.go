package checks

import (
	"context"
	"path"
	"strings"

	"fix502/sysinfo"
)

// libraryMissing is what the loader says of a library that a program was made for and that it finds nowhere (ld.so(8)).
var libraryMissing = whenAsked(`error while loading shared libraries: ([\w.+-]+\.so[\w.]*): cannot open shared object file`)

// libraryFolders are where the loader looks by itself, and where Debian and Red Hat keep the rest.
var libraryFolders = []string{"/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib", "/usr/local/lib64", "/usr/local/lib", "/usr/local/lib/x86_64-linux-gnu"}

// libraryGone: a library that the program needs is not found: its link is gone, it lies where the loader does not look, or its package was removed.
func libraryGone(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	lines, _ := f.Words(ctx, u)
	said := lastSaid(latest(lines), libraryMissing)
	if said == nil || !fails(u) && u.Result == "success" {
		return nil
	}
	name, r := libraryMissing.FindStringSubmatch(said.Text)[1], f.Host.Root
	o := &obstacle{says: "the library " + name + ", which its program needs, is not found", where: execPlace(f, u), evidence: []Evidence{{Source: said.Source, Text: strings.TrimSpace(said.Text), Time: said.Time}}}
	if file := libraryAt(r, name); file != "" {
		o.evidence = append(o.evidence, Evidence{Source: "ls " + file, Text: "it is there, and the loader does not know it"})
		o.clear = func(x Fix) Fix {
			return x.Do("Let the loader look for libraries anew: it makes the links, and its list of them", "ldconfig")
		}
		return o
	}
	if file := libraryApart(r, name); file != "" {
		list := "/etc/ld.so.conf.d/fix502.conf"
		o.evidence = append(o.evidence, Evidence{Source: "ls " + file, Text: "it is there, in a folder in which the loader does not look"})
		o.clear = func(x Fix) Fix {
			x.Undo = dropLine(r, list, path.Dir(file)) + "; ldconfig"
			return x.Do("Let the loader look in its folder as well", "%s", addLine(r, list, path.Dir(file))).Do("Let it read that", "ldconfig")
		}
		return o
	}
	if pkg := packageWith(r, "/"+name); pkg != "" {
		o.evidence = append(o.evidence, Evidence{Source: "dpkg -L " + pkg, Text: "has it, and the file is gone"})
		o.clear = func(x Fix) Fix {
			return x.Do("Bring the files of its package back", "apt-get install --reinstall -y %s", sh(pkg))
		}
		return o
	}
	o.clear = func(x Fix) Fix {
		pkg := strings.ToLower(strings.Replace(name, ".so.", "", 1))
		if removed := removedPackage(r, pkg); removed != "" {
			return x.Do("Install its package again, which was removed", "apt-get install -y %s", sh(removed))
		}
		return x.Tell("Install what brings %s: on Debian and Ubuntu the package is most likely called %s (apt-get install %s), elsewhere ask dnf provides '*/%s'", name, pkg, pkg, name)
	}
	return o
}

// libraryAt is a library's own file behind the link by which programs ask for it: libuv.so.1.0.0 for libuv.so.1.
func libraryAt(r sysinfo.Root, name string) string {
	for _, dir := range libraryFolders {
		names, _ := r.ReadDir(dir) // no folder has none
		for _, n := range names {
			if file := path.Join(dir, n); (n == name || strings.HasPrefix(n, name+".")) && !asideName.MatchString(n) && strings.Trim(strings.TrimPrefix(n, name), ".0123456789") == "" && isFile(r, file) {
				return file
			}
		}
	}
	return ""
}

// libraryApart is the only file, or link to one, of a library's name in the folders of programs that came with their own, where root alone may write.
func libraryApart(r sysinfo.Root, name string) string {
	var found []string
	for _, dir := range []string{"/opt/*/lib", "/opt/*/lib64", "/opt/*/*/lib", "/opt/*", "/usr/local/*/lib", "/usr/local/*/lib64", "/srv/*/lib"} {
		some, _ := r.Glob(path.Join(dir, name)) // none is the rule
		found = append(found, some...)
	}
	if len(found) != 1 || !r.Exists(found[0]) || !onlyRoots(r, realFile(r, found[0])) || !onlyRoots(r, path.Dir(found[0])) {
		return ""
	}
	return found[0]
}

// packageWith is the installed Debian package whose list of files has one that ends so.
func packageWith(r sysinfo.Root, end string) string {
	lists, _ := r.Glob("/var/lib/dpkg/info/*.list") // of another distribution there are none
	for _, list := range lists {
		b, err := r.ReadFile(list)
		if err == nil && strings.Contains(string(b)+"\n", end+"\n") {
			pkg, _, _ := strings.Cut(strings.TrimSuffix(path.Base(list), ".list"), ":")
			return pkg
		}
	}
	return ""
}

// removedPackage is the package of a name that dpkg's log says was removed last, of another architecture's ending or none.
func removedPackage(r sysinfo.Root, name string) string {
	text, err := r.Tail("/var/log/dpkg.log", 256<<10)
	if err != nil {
		return ""
	}
	last := ""
	for line := range strings.Lines(text) {
		w := strings.Fields(line)
		if len(w) < 4 || w[2] != "remove" && w[2] != "install" {
			continue
		}
		if pkg, _, _ := strings.Cut(w[3], ":"); strings.HasPrefix(pkg, name) && strings.Trim(strings.TrimPrefix(pkg, name), "0123456789.t-") == "" { // libssl1.1, libaio1t64
			last = map[string]string{"remove": pkg}[w[2]]
		}
	}
	return last
}
