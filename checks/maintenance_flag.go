package checks

import (
	"fmt"
	"path"
	"strconv"
	"strings"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/nginx"
)

// maintenanceFlag finds a flag file that the applications themselves know.
func maintenanceFlag(f *sysinfo.Facts, s *sysinfo.Site) (file, what string) {
	root := s.Root
	if root == "" || strings.Contains(root, "$") {
		return "", ""
	}
	for _, try := range []struct{ file, what string }{
		{root + "/.maintenance", "WordPress"},
		{path.Dir(root) + "/storage/framework/down", "Laravel"},
		{path.Dir(root) + "/storage/framework/maintenance.php", "Laravel"},
		{path.Dir(root) + "/var/.maintenance.flag", "Magento"},
		{root + "/var/.maintenance.flag", "Magento"},
	} {
		if s.Gateway.Root.Exists(try.file) {
			return try.file, try.what
		}
	}
	return "", ""
}

// wpGivesUp is after how long WordPress takes no notice of its flag any more (wp_is_maintenance_mode).
const wpGivesUp = 10 * time.Minute

var upgrading = whenAsked(`\$upgrading\s*=\s*(\d+)`)

// forgotten says that the moment written into WordPress's flag is so long ago that it does not count; code in it, time()
// say, renews it for ever.
func forgotten(r sysinfo.Root, file string, now time.Time) bool {
	b, err := r.ReadFile(file)
	if m := upgrading.FindSubmatch(b); err == nil && m != nil {
		n, _ := strconv.ParseInt(string(m[1]), 10, 64)
		return now.Sub(time.Unix(n, 0)) > wpGivesUp
	}
	return false
}

func flagged(f *sysinfo.Facts, s *sysinfo.Site, file, what string, down bool) *Finding {
	found := &Finding{Status: Warn, Confidence: 0.96, Where: sysinfo.Place{File: file}, Summary: fmt.Sprintf("%s's maintenance flag %s is set", what, file)}
	if i, err := s.Gateway.Root.Stat(file); err == nil {
		found.Summary += ", since " + i.ModTime.Format("2006-01-02 15:04")
		found.Evidence = []Evidence{{Source: "ls -l " + file, Text: "changed " + i.ModTime.Format("2006-01-02 15:04:05"), Time: i.ModTime}}
	}
	if down {
		found.Status = Fail
		found.Evidence = append(found.Evidence, Evidence{Source: "GET /", Text: "503"})
	}
	found.Fix = Fix{Title: "Finish the update, then remove the flag", Risk: Low}.
		Tell("Make sure that no update or deploy is running right now (ps aux | grep -e deploy -e wp -e artisan)").
		Do("Remove the flag", "rm %s", sh(file))
	return found
}

// flagFile is the file that a condition asks for, and whether it is there: if (-f $document_root/maintenance.on).
func flagFile(s *sysinfo.Site, cond []string) (file string, set bool) {
	if len(cond) != 2 || cond[0] != "-f" && cond[0] != "-e" && cond[0] != "-d" {
		return "", false
	}
	file = strings.Trim(strings.NewReplacer("$document_root", s.Root, "${document_root}", s.Root, "$realpath_root", s.Root).Replace(cond[1]), `"'`)
	return file, s.Gateway.Root.Exists(file)
}

// flagSets is the file that is there and by which the variable of a condition was set, and the line of that:
// if (-f FILE) { set $closed 1; } and, elsewhere, if ($closed) or if ($closed = 1).
func flagSets(s *sysinfo.Site, cond []string) (string, sysinfo.Place) {
	srv, ok := s.Extra.(*nginx.Server)
	if !ok || len(cond) == 0 || !strings.HasPrefix(cond[0], "$") {
		return "", sysinfo.Place{}
	}
	for _, b := range srv.Block.Blocks {
		if b.Name != "if" {
			continue
		}
		file, there := flagFile(s, conditionOf(b))
		for _, set := range b.Own("set") {
			if there && len(set.Args) == 2 && set.Args[0] == cond[0] && meets(set.Args[1], cond[1:]) {
				return file, b.Place
			}
		}
	}
	return "", sysinfo.Place{}
}

// conditionOf are the words of an if, without its brackets.
func conditionOf(b *nginx.Block) []string {
	return strings.Fields(strings.Trim(strings.Join(b.Args, " "), "() "))
}

// meets says that a variable of that value makes a condition true: if ($closed), where "" and "0" are false, or if ($closed = 1).
func meets(value string, rest []string) bool {
	if len(rest) == 2 && rest[0] == "=" {
		return strings.Trim(rest[1], `"'`) == value
	}
	return len(rest) == 0 && value != "" && value != "0"
}

// leftFlag puts a flag that is set into a finding.
func leftFlag(s *sysinfo.Site, file string, found *Finding) *Finding {
	found.Summary = fmt.Sprintf("the maintenance flag %s is set, so nginx answers 503", file)
	found.Where = sysinfo.Place{File: file}
	if info, err := s.Gateway.Root.Stat(file); err == nil {
		found.Evidence = append(found.Evidence, Evidence{Source: "ls -l " + file, Text: "made " + info.ModTime.Format("2006-01-02 15:04:05"), Time: info.ModTime})
	}
	found.Fix = flagAway(s.Gateway.Root, file)
	return found
}

// flagAway removes a flag. One that has a text, the page itself that visitors see, say, or that is a folder, is only given another name.
func flagAway(r sysinfo.Root, file string) Fix {
	x := Fix{Title: "Finish the deploy, then remove the flag", Risk: Low, Undo: "touch " + sh(file)}.Tell("Make sure that no deploy is running right now")
	if i, err := r.Lstat(file); err != nil || i.Mode.IsRegular() && i.Size == 0 {
		return x.Do("Remove the flag", "rm %s", sh(file))
	}
	return setAside(r, x, "Take the flag away, and keep what is in it", file)
}

// setAside gives a file another name, which nothing has yet.
func setAside(r sysinfo.Root, x Fix, say, file string) Fix {
	off := file + ".off"
	for r.Exists(off) {
		off += ".off"
	}
	x.Undo = fmt.Sprintf("mv -nT %s %s", sh(off), sh(file))
	return x.Do(say, "mv -nT %s %s", sh(file), sh(off))
}
