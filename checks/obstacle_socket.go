package checks

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"fix502/sysinfo"
)

// leftSocket: a killed process left the file of its socket behind, and the program does not take an address that is there
// (Node, Python's socketserver and others do not; gunicorn, uWSGI and PHP-FPM do).
func leftSocket(ctx context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit) *obstacle {
	if l.Unix == "" || l.reach.Listener != nil || l.reach.File == nil || l.reach.File.Mode&fs.ModeSocket == 0 || u.Name == "" {
		return nil
	}
	lines, err := f.Words(ctx, u)
	if err != nil {
		return nil
	}
	line := saysTaken(latest(lines), l.Unix)
	if line == nil {
		return nil
	}
	return &obstacle{says: fmt.Sprintf("a process that was killed left its socket %s behind, and the program does not take a place that looks taken", l.Unix),
		evidence: []Evidence{{Source: line.Source, Text: strings.TrimSpace(line.Text), Time: line.Time}, {Source: "ss -lx", Text: "nobody listens on " + l.Unix}},
		clear:    func(x Fix) Fix { return x.Do("Take the file away: nobody listens on it", "rm %s", sh(l.Unix)) }}
}

// otherAddress is an address or a path in a line: 127.0.0.1, :9100, port 9100, /run/other.sock.
var otherAddress = whenAsked(`\d+\.\d+\.\d+\.\d+|:\d{3,5}\b|(?i:port:? \d+|listen tcp)|(?:^|[\s'"(=:])/\w`)

// saysTaken is the line by which a program says that a socket's place is taken; a line without any address may be about it
// where no other names another one.
func saysTaken(lines []sysinfo.JournalLine, socket string) *sysinfo.JournalLine {
	var bare *sysinfo.JournalLine
	other := false
	for i := len(lines) - 1; i >= 0; i-- {
		text := lines[i].Text
		switch {
		case !containsAny(text, "EADDRINUSE", "ddress already in use"):
		case wholePath(socket).MatchString(text):
			return &lines[i]
		case otherAddress.MatchString(text):
			other = true
		case bare == nil:
			bare = &lines[i]
		}
	}
	if other {
		return nil
	}
	return bare
}

// barredSocket: the service's user may not make a socket in the folder where it is told to.
func barredSocket(ctx context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit) *obstacle {
	if l.Unix == "" || l.reach.Listener != nil || u.Name == "" || u.Manager != "" || !fails(u) && !u.Running() { // one that runs may try it again and again
		return nil
	}
	if _, held := f.SocketUnit(l.Hop); held { // systemd makes it, as root, whatever the command says beside that
		return nil
	}
	at, told := toldSocket(f, l, u)
	dir := path.Dir(l.Unix)
	if _, err := f.Host.Root.Stat(dir); !told || err != nil || makes(f, u, dir) {
		return nil
	}
	o := shutOut(ctx, f, u, &obstacle{where: at, evidence: []Evidence{lineOf(f.Host.Root, at)}}, dir, 3)
	if o != nil {
		madeForAnother(ctx, f, u, o, dir)
	}
	return o
}
