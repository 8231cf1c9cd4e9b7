package checks

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// replacedOutside: a file that is mounted by itself was replaced on the machine (sed -i, git and most editors make a new one of its name), and its container keeps the
// old one until it starts anew. Where the new one has the line that is at fault no more, that start is all it takes.
func replacedOutside(f *sysinfo.Facts, g *sysinfo.Gateway, at sysinfo.Outside, inside string, found *Finding) bool {
	old, err := g.Root.ReadFile(inside)
	now, errNow := f.Host.Root.ReadFile(at.Path)
	if !at.Alone || err != nil || errNow != nil || bytes.Equal(old, now) {
		return false
	}
	c := g.Container
	was := configLine(g.Root, sysinfo.Place{File: inside, Line: found.Where.Line})
	found.Evidence = append(found.Evidence, Evidence{Source: "diff " + sh(at.Path) + " and " + inside + " in container " + c.Name, Text: "two files: the one of this machine took the other's name, and the container keeps the old one until it starts anew"})
	again := fmt.Sprintf("%s restart %s && sleep 2", c.Engine, c.Name)
	const say = "Start the container anew: it takes the file that has the name now"
	switch still := bytes.Contains(now, []byte(was)); {
	case found.Where.Line == 0 || was == "":
		found.Fix = found.Fix.Tell("Start the container anew after that (%s): until then it keeps the file that it has", again)
	case !still:
		found.Summary += fmt.Sprintf("; %s has another line there by now, and container %s still has the old file", at.Path, c.Name)
		found.Evidence = append(found.Evidence, lineOf(f.Host.Root, sysinfo.Place{File: at.Path, Line: found.Where.Line}))
		found.Fix = Fix{Title: "Let the container take its file as it is now", Risk: Medium}.Do(say, "%s", again)
	case was != configLine(f.Host.Root, sysinfo.Place{File: at.Path, Line: found.Where.Line}):
		found.Fix = Fix{Title: found.Fix.Title, Risk: Medium}.Tell("Correct that line in %s, where it stands elsewhere by now, and start the container anew: %s", at.Path, again)
	default:
		found.Fix.Steps = slices.DeleteFunc(slices.Clone(found.Fix.Steps), func(s Step) bool {
			return strings.HasPrefix(s.Command, c.Engine+" exec ") || strings.HasPrefix(s.Command, c.Engine+" kill ") || strings.HasPrefix(s.Command, c.Engine+" restart ")
		})
		found.Fix = found.Fix.Do(say, "%s", again)
	}
	return true
}
