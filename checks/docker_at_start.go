package checks

import (
	"context"
	"fmt"

	"fix502/sysinfo"
)

// atStart is a gateway's container that ended at its start, or does so over and over, and the last words in it.
type atStart struct {
	unit  sysinfo.Unit
	web   sysinfo.Container
	words []Evidence
}

// endsAtStart tells of a hop that it leads to such a container. One that was stopped, or killed, has started well.
func endsAtStart(ctx context.Context, f *sysinfo.Facts, l *live) (atStart, bool) {
	s, ok := appContainer(ctx, f, l)
	if !ok || s.paused || !s.down && !s.loops || !s.loops && (s.ExitCode == 0 || s.ExitCode == 137 || s.ExitCode == 143) {
		return atStart{}, false
	}
	web, ok := f.ContainerAs(ctx, s.Unit)
	return atStart{unit: s.Unit, web: web, words: lastWords(ctx, f, s.Unit)}, ok
}

// finding is what is said of it, but for why. That its container does not run follows from it.
func (e atStart) finding(l *live, because string, x Fix) *Finding {
	found := &Finding{Status: l.broken(), Confidence: 0.96, Where: l.Where, Covers: []ID{"docker-container-exited"}, Fix: x,
		Summary: fmt.Sprintf("container %s ended at its start%s", e.web.Name, because), Evidence: []Evidence{unitSays(e.unit)}}
	found.Evidence = append(append(found.Evidence, e.words...), passLine(l))
	return withLine(found, l, connectKinds...)
}

// begin starts it again once the rest of a fix is done.
func (e atStart) begin(x Fix, say string) Fix {
	x.Undo = also(e.unit.Command("stop"), x.Undo)
	return x.Do("Then "+e.web.Name+say, "%s%s", e.unit.Command("restart"), warmUp(e.unit))
}

// mountedAs says of a file that a container has from the machine what it is called in both.
func mountedAs(c sysinfo.Container, here, inside string) Evidence {
	return Evidence{Source: c.Engine + " inspect " + c.Name, Text: fmt.Sprintf("%s of this machine is %s in container %s", here, inside, c.Name)}
}

// ofItsImage says of a file that a container has it from its image.
func ofItsImage(c sysinfo.Container, inside string) Evidence {
	return Evidence{Source: c.Engine + " inspect " + c.Name, Text: fmt.Sprintf("%s is inside the image of container %s, mounted from nowhere", inside, c.Name)}
}
