package checks

import (
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
)

// limitInside raises the limit of a gunicorn in a container: in its file of settings, which the machine gives the container or the image brings. What stands in
// its command or its environment it keeps for life.
func limitInside(f *sysinfo.Facts, l *live, u sysinfo.Unit, c sysinfo.Container, x Fix, found *Finding) {
	inside := "gunicorn.conf.py"
	if m := gunicornFile.FindStringSubmatch(c.Command); m != nil {
		inside = m[1]
	}
	if !path.IsAbs(inside) {
		inside = path.Join("/", c.Dir, inside)
	}
	root, file := f.RootOf(c.PID), inside
	at, mounted := c.Outside(inside)
	if mounted {
		root, file = f.Host.Root, at.Path
	}
	limit, ok := inFileOf(root, file)
	if set := c.Command + " " + strings.Join(c.Env, "\n"); !ok || gunicornFlag.MatchString(c.Command) || gunicornArgs.MatchString(set) {
		found.Fix = x.Tell("If the work is honestly long: raise the limit, %s. A container keeps its command and its environment for life: make %s anew with --timeout %d behind gunicorn (command: in compose), or, where the command names no limit, with -e GUNICORN_CMD_ARGS='--timeout %[3]d'",
			almostThat(l), c.Name, almostAsLong(l))
		return
	}
	found.Where, found.Evidence = limit.place, []Evidence{lineOf(root, limit.place)}
	x = limit.raiseIn(root, l, u, x)
	if mounted {
		found.Evidence = append(found.Evidence, mountedAs(c, at.Path, inside))
		found.Fix = inPlace(x, c.Mounts)
		return
	}
	found.Evidence = append(found.Evidence, ofItsImage(c, inside))
	found.Fix = throughRoot(x, c, inside)
	if x.Workaround {
		found.Fix = found.Fix.Tell("That change is lost with the container: to keep it, make the image anew with it, or mount the file from the machine (-v FILE:%s:ro; volumes: in compose)", sh(inside))
	}
}

// throughRoot lets commands change a file that only a running container has; its first process is another one after every start.
func throughRoot(x Fix, c sysinfo.Container, inside string) Fix {
	there := fmt.Sprintf(`"/proc/$(%s inspect -f '{{.State.Pid}}' %s)/root"%s`, c.Engine, sh(c.Name), sh(inside))
	x.Undo = strings.ReplaceAll(x.Undo, " "+sh(inside), " "+there)
	x.Steps = append([]Step(nil), x.Steps...)
	for i := range x.Steps {
		x.Steps[i].Command = strings.ReplaceAll(x.Steps[i].Command, " "+sh(inside), " "+there)
	}
	return x
}
