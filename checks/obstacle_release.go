package checks

import (
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
)

// formerRelease finds the link on the way to a path (current) and the newest folder beside the one it leads to that has what stands
// behind the link; other is that file there. With likes, a release is only asked for the same file.
func formerRelease(r sysinfo.Root, name string, likes bool) (link, to, other string) {
	at := "/"
	parts := strings.Split(strings.Trim(name, "/"), "/")
	for n, part := range parts[:len(parts)-1] {
		at = path.Join(at, part)
		to, err := r.Readlink(at)
		if err != nil || theSystems(at) { // /lib and its like are no releases
			continue
		}
		folder := to
		if !path.IsAbs(folder) {
			folder = path.Join(path.Dir(at), folder)
		}
		rest := path.Join(parts[n+1:]...)
		if near := newestBeside(r, folder, rest); near != "" && !(likes && laterRelease(near, folder)) && ofReleases(at, folder) && (likes || !r.Exists(path.Join(folder, rest))) {
			return at, to, path.Join(near, rest)
		}
	}
	return "", "", ""
}

// laterRelease says that by their names, numbers or dates of one length, a release came after another: one that a failed deploy has left.
func laterRelease(a, b string) bool {
	a, b = path.Base(a), path.Base(b)
	return releaseName.MatchString(a) && releaseName.MatchString(b) && len(a) == len(b) && a > b
}

var (
	releasesFolder = whenAsked(`(?i)^(?:releases?|versions?|deploys?|deployments?|builds?|revisions?|rev)$`)
	releaseLink    = whenAsked(`(?i)^(?:current|live|release|latest|stable|prod|production|active|now)$`)
	releaseName    = whenAsked(`(?i)^(?:v|r|release[-_.]?|build[-_.]?)?\d[\d._T-]*$`)
)

// ofReleases says that a link chooses among releases of one app: beside a folder that is called otherwise lies another app's.
func ofReleases(link, folder string) bool {
	version, called := strings.CutPrefix(path.Base(folder), path.Base(link)+"-") // netbox leads to netbox-4.0.1
	return releasesFolder.MatchString(path.Base(path.Dir(folder))) || releaseLink.MatchString(path.Base(link)) || releaseName.MatchString(path.Base(folder)) ||
		called && versionName.MatchString(version)
}

// newestBeside is the folder beside a release that is like it, has what that lacks and was written last.
func newestBeside(r sysinfo.Root, folder, rest string) string {
	names, err := r.ReadDir(path.Dir(folder))
	if err != nil {
		return ""
	}
	best, newest := "", sysinfo.Info{}
	for _, n := range names {
		file := path.Join(path.Dir(folder), n)
		i, err := r.Stat(file)
		if n == path.Base(folder) || err != nil || !alike(path.Base(folder), n) || !r.Exists(path.Join(file, rest)) {
			continue
		}
		if best == "" || i.ModTime.After(newest.ModTime) || i.ModTime.Equal(newest.ModTime) && file > best {
			best, newest = file, i
		}
	}
	return best
}

// backToRelease: a deploy broke off, and the link leads to a release that lacks what the service needs, and a former one has it. A
// link that each release has, to what they share, is made anew instead.
func backToRelease(f *sysinfo.Facts, o *obstacle, name string) *obstacle {
	r := f.Host.Root
	link, to, other := formerRelease(r, name, false)
	if link == "" {
		return nil
	}
	rest := strings.TrimPrefix(name, link+"/")
	release := strings.TrimSuffix(other, "/"+rest)
	o.where = sysinfo.Place{File: link}
	o.says = fmt.Sprintf("the link %s leads to %s, which has no %s; %s has it", link, to, rest, release)
	o.evidence = append(o.evidence, Evidence{Source: "ls -l " + link, Text: link + " -> " + to})
	first, _, _ := strings.Cut(rest, "/")
	if shared, err := r.Readlink(path.Join(release, first)); err == nil && r.Exists(link) && !r.Exists(path.Join(link, first)) {
		lost := path.Join(link, first)
		o.says = fmt.Sprintf("%s is missing, which leads to %s in %s", lost, shared, release)
		o.clear = func(x Fix) Fix {
			x.Undo = "rm " + sh(lost)
			return x.Do("Make the link that every release has", "ln -s %s %s", sh(shared), sh(lost))
		}
		return o
	}
	target := release
	if !path.IsAbs(to) {
		target = path.Join(path.Dir(to), path.Base(release))
	}
	o.clear = func(x Fix) Fix {
		x.Undo = fmt.Sprintf("ln -sfn %s %s", sh(to), sh(link))
		return x.Do(fmt.Sprintf("Go back to %s, the newest that has it (or finish the deploy, and skip this)", path.Base(release)), "ln -sfn %s %s", sh(target), sh(link))
	}
	return o
}

// putBack: a file that the service needs is not there, and a copy lies beside it, or a former release has it.
func putBack(f *sysinfo.Facts, o *obstacle, file string) *obstacle {
	if f.Host.Root.Exists(file) {
		return nil
	}
	if to, err := f.Host.Root.Readlink(file); err == nil { // a copy cannot be put where a link leads nowhere
		o.says = fmt.Sprintf("%s is a link to %s, which is not there", file, to)
		o.clear = func(x Fix) Fix {
			return x.Tell("Bring %s back (a folder that is not mounted, a secret that was not handed out), or let the link %s lead to what should be read", to, file)
		}
		return o
	}
	if copied := copyOf(f.Host.Root, file); copied != "" {
		o.says = fmt.Sprintf("%s is not there, and a copy of it is: %s", file, copied)
		o.clear = func(x Fix) Fix {
			x.Undo = "rm " + sh(file)
			return x.Do(fmt.Sprintf("Put %s back from the copy beside it", path.Base(file)), "cp -anT %s %s", sh(copied), sh(file))
		}
		return o
	}
	return backToRelease(f, o, file)
}
