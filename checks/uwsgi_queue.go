package checks

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

var (
	queueTooLong  = whenAsked(`Listen queue size is greater than the system max net\.core\.somaxconn \((\d+)\)`)
	queueLine     = whenAsked(`^\s*([<"]?listen[>"]?\s*[=:]?\s*"?(\d+))(?:\D|$)`)
	queueFlag     = whenAsked(`\s((?:-l|--listen)[= ]?(\d+))(?:\s|$)`)
	queueVariable = whenAsked(`\b(UWSGI_LISTEN=["']?(\d+))`)
)

// longQueue is a queue that a uWSGI app is told to ask for and that is longer than the kernel's (net.core.somaxconn): uWSGI ends over that at its
// start (core/uwsgi.c).
type longQueue struct {
	written
	most string     // the kernel's
	said []Evidence // who says so: uWSGI itself, where its words can be read
}

func (q longQueue) asked() string { return q.match[2] }

// queueBeyond looks for it where uWSGI does: on the command line, in its environment, in its files and in what those take from others.
func queueBeyond(f *sysinfo.Facts, u sysinfo.Unit, files []string, said *sysinfo.JournalLine) (longQueue, bool) {
	b, _ := f.Host.Root.ReadFile("/proc/sys/net/core/somaxconn") // unreadable: the app's own words have the number
	q := longQueue{most: strings.TrimSpace(string(b))}
	if said != nil {
		q.most = queueTooLong.FindStringSubmatch(said.Text)[1]
		q.said = []Evidence{{Source: said.Source, Text: strings.TrimSpace(said.Text), Time: said.Time}}
	} else {
		q.said = []Evidence{{Source: "/proc/sys/net/core/somaxconn", Text: q.most}}
	}
	most, err := strconv.Atoi(q.most)
	beyond := func(w written, ok bool) bool {
		if !ok || err != nil {
			return false
		}
		n, _ := strconv.Atoi(w.match[2])
		q.written = w
		return n > most
	}
	if u.Name != "" && (beyond(inCommand(f, u, queueFlag)) || beyond(inEnvironment(f, u, queueVariable))) {
		return q, true
	}
	for _, file := range files {
		if beyond(lastLineWith(f, file, queueLine, "#", ";")) {
			return q, true
		}
		for _, name := range reversed(takenBy(f.Host.Root, file, "")) { // the last one counts
			if beyond(lastLineWith(f, name, queueLine, "#", ";")) {
				return q, true
			}
		}
	}
	return q, false
}

func (q longQueue) says() string {
	return fmt.Sprintf("its queue (listen = %s) is longer than this machine allows, %s", q.asked(), q.most)
}

// shorten asks for as much as the kernel gives.
func (q longQueue) shorten(f *sysinfo.Facts, x Fix) Fix {
	whole := strings.TrimSpace(q.match[1])
	short := strings.Replace(whole, q.asked(), q.most, 1)
	x.Undo = replace(f.Host.Root, q.place, short, whole)
	x = x.Do("Ask for as much as the machine allows", "%s", replace(f.Host.Root, q.place, whole, short))
	if q.unit {
		x.Undo += "; systemctl daemon-reload"
		x = daemonReload(x)
	}
	return x
}

// uwsgiQueue: uWSGI ends at its start, since it asks for a longer queue than the kernel gives.
func uwsgiQueue(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	if !strings.Contains(u.Exec, "uwsgi") || f.Emperor(u) != "" || !failedItself(u) {
		return nil
	}
	lines, err := f.Words(ctx, u)
	said := lastSaid(recent(lines), queueTooLong)
	if said == nil && err == nil && len(lines) > 0 {
		return nil // it ended for another reason
	}
	q, ok := queueBeyond(f, u, f.SettingsOf(u), said)
	if !ok {
		return nil
	}
	return &obstacle{where: q.place, says: q.says(), evidence: append(q.said, lineOf(f.Host.Root, q.place)), clear: func(x Fix) Fix { return q.shorten(f, x) }}
}

// enabledQueue is uwsgiQueue for an app of Debian's uwsgi service, with the last words of its log, where those can be read.
func enabledQueue(f *sysinfo.Facts, out *Finding, name string, last Evidence) bool {
	var said *sysinfo.JournalLine
	if last.Text != "" {
		if !queueTooLong.MatchString(last.Text) {
			return false
		}
		said = &sysinfo.JournalLine{Source: last.Source, Text: last.Text}
		out.Evidence = out.Evidence[:len(out.Evidence)-1] // said below
	}
	q, ok := queueBeyond(f, sysinfo.Unit{}, []string{out.Where.File}, said)
	if !ok {
		return false
	}
	out.Where = q.place
	out.Summary = fmt.Sprintf("uwsgi does not run the app %s: %s", name, q.says())
	out.Evidence = append(append(out.Evidence, q.said...), lineOf(f.Host.Root, q.place))
	out.Fix = q.shorten(f, Fix{Title: "Ask for a queue that the machine has", Risk: Medium}).Do("Start uwsgi with it", "systemctl restart uwsgi && sleep 2")
	return true
}
