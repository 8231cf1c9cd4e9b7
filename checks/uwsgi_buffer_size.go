package checks

import (
	"context"
	"fmt"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// uwsgiBufferSize: the request's own headers do not fit uWSGI's buffer.
func uwsgiBufferSize() Check {
	return Check{
		ID: "uwsgi-buffer-size", Title: "Requests fit uWSGI's buffer", Topic: Upstreams,
		Means: `uWSGI reads a request's headers into a buffer of 4096 bytes. A visitor with many cookies or a long address exceeds it, uWSGI skips the
request, and nginx answers 502: for some visitors only. Raise buffer-size.`,
		Run: appEvent(brokenKinds, []errlog.Kind{errlog.UWSGIBlockSize}, func(_ context.Context, f *sysinfo.Facts, _ *live, u sysinfo.Unit, line sysinfo.LogLine) *Finding {
			found := &Finding{Confidence: 0.97, Summary: fmt.Sprintf("a request of %d bytes is larger than uWSGI's buffer", line.Number), Covers: []ID{"upstream-premature-close"}, Where: iniLine(f, u, "buffer-size")}
			x := Fix{Title: "Give uWSGI a larger buffer", Risk: Medium}
			switch at := found.Where; {
			case at.Line > 0:
				x.Undo = setLine(f.Host.Root, at, configLine(f.Host.Root, at))
				x = x.Do("Raise it", "%s", setLine(f.Host.Root, at, "buffer-size = 32768"))
			case at.Known():
				x.Undo = "sed -i '/^buffer-size = 32768$/d' " + sh(at.File)
				x = x.Do("Add the setting to the section [uwsgi]", "sed -i '/^\\[uwsgi\\]/a buffer-size = 32768' %s", sh(at.File))
			default:
				dir := "/etc/systemd/system/" + u.Name + ".d"
				x.Undo = "rm " + sh(dir) + "/buffer.conf && systemctl daemon-reload"
				x = x.Do("Make a place for the setting", "mkdir -p %s", sh(dir)).
					Do("uWSGI takes settings from its environment too", `printf '[Service]\nEnvironment=UWSGI_BUFFER_SIZE=32768\n' > %s/buffer.conf`, sh(dir)).
					Do("Let systemd read it", "systemctl daemon-reload")
			}
			found.Fix = x.Do("Restart the app", "systemctl restart %s && sleep 2", sh(unitWord(u.Name)))
			return found
		}),
	}
}
