package checks

import (
	"context"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"fix502/sysinfo"
)

// secretFile is a file that no request should be what opens it.
var secretFile = whenAsked(`/\.|\.(?:env|key|pem|kdbx|sqlite3?|db)$|(?i)/[^/]*(?:secret|passw|credential)[^/]*$`)

// closedToRequest: the app runs, and at the second of a request that it dropped it says which of its own files it may not use: a deploy by root
// left them closed. A visitor can have a program name any file, so it is one of the service's own, and not what he asked for.
func closedToRequest(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, line sysinfo.LogLine, found *Finding) bool {
	words, err := f.Words(ctx, u)
	if err != nil || u.Name == "" || line.Time.IsZero() {
		return false
	}
	for _, w := range reversed(words) {
		if d := w.Time.Sub(line.Time); d >= -2*time.Second && d <= 2*time.Second && refusedFile.MatchString(w.Text) && closedBy(ctx, f, u, line, w, found) {
			return true
		}
	}
	return false
}

// asAsked is a line with the request that it is about, where the gateway's log does not tell that and the line came by our own question.
func asAsked(ctx context.Context, f *sysinfo.Facts, l *live, line sysinfo.LogLine) sysinfo.LogLine {
	if line.Method != "" || l.answer == nil {
		return line
	}
	for _, fresh := range f.Fresh(ctx, l.Site) {
		if fresh.Text == line.Text && fresh.Time.Equal(line.Time) {
			line.Method, line.URI = "GET", l.answer.Question.URI
		}
	}
	return line
}

// closedBy says of a request, and of the program's words that go with it, that one of the program's own files is closed to its user.
func closedBy(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, line sysinfo.LogLine, w sysinfo.JournalLine, found *Finding) bool {
	asked, err := url.PathUnescape(line.URI)
	if err != nil || line.Method != "GET" && line.Method != "HEAD" || ofARequest.MatchString(w.Text) || !slices.ContainsFunc(complaints, func(c pattern) bool {
		m := c.FindStringSubmatch(w.Text)
		return m != nil && (itsOwn(ctx, f, u, path.Clean(m[1])) || tracedTo(ctx, f, u, w, path.Clean(m[1]))) && !strings.Contains(asked, path.Base(m[1])) && !secretFile.MatchString(m[1])
	}) {
		return false
	}
	o := namesFile(ctx, f, u, []sysinfo.JournalLine{w})
	if o == nil || o.clear == nil || o.veil { // of a wall systemd-sandbox tells
		return false
	}
	found.Summary += ": " + o.says
	found.Confidence = 0.93
	o.show(found)
	x := Fix{Title: "Let " + unitWord(u.Name) + " use its own files", Risk: Medium}
	if file := o.where.File; tracedTo(ctx, f, u, w, file) && onlyRoots(f.Host.Root, file) && onlyRoots(f.Host.Root, path.Dir(file)) {
		who, _ := servedBy(ctx, f, u)
		x.Undo = "chown root " + sh(file)
		found.Fix = x.Do("Give it to the user that it runs as: its own code, which is root's, names the file; a restored backup or a command of root's left it so", "chown %s %s", sh(who), sh(file))
		return true
	}
	found.Fix = o.clear(x)
	return true
}

// tracedFile is a file of a Python traceback.
var tracedFile = whenAsked(`^File "([^"<]+)"`)

// tracedTo says that the app's own code, as a traceback before some words names it, has a file's path in it, and that only root may write that code: what
// others may write could name anybody's file.
func tracedTo(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, w sysinfo.JournalLine, file string) bool {
	words, err := f.Words(ctx, u)
	i := slices.IndexFunc(words, func(l sysinfo.JournalLine) bool { return l.Text == w.Text && l.Time.Equal(w.Time) })
	if err != nil || i < 0 || theSystems(file) {
		return false
	}
	for _, line := range reversed(latest(words[:i])) {
		text := strings.TrimSpace(line.Text)
		if strings.HasPrefix(text, "Traceback ") {
			return false
		}
		if m := tracedFile.FindStringSubmatch(text); m != nil {
			name := m[1]
			if !path.IsAbs(name) {
				name = path.Join("/", u.Folder(), name)
			}
			if b, err := f.Host.Root.ReadFile(name); err == nil && onlyRoots(f.Host.Root, name) && quotedIn(string(b), file) {
				return true
			}
		}
	}
	return false
}

// quotedIn says that some code has a text in quotes.
func quotedIn(code, text string) bool {
	return strings.Contains(code, `"`+text+`"`) || strings.Contains(code, "'"+text+"'")
}
