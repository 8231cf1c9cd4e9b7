package checks

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"fix502/sysinfo"
)

// oddHeader names the header that an app sends and no header may be, as the app itself gives it, and the line of its files that has it. A colon that is
// missing behind a name, or blanks in a name, are mended there; what else is wrong is for whoever wrote it.
func oddHeader(ctx context.Context, f *sysinfo.Facts, l *live, found *Finding) {
	if l.answer == nil {
		return
	}
	q := sysinfo.Question{Host: l.asked(), URI: l.answer.Question.URI}
	bad, why := badLine(f.RawHead(ctx, l.Hop, q), l.Site.Gateway.Kind)
	if bad == "" {
		return
	}
	shown := shorten(firstWord(bad)) + " …" // what a header carries is nobody's business
	found.Confidence = max(found.Confidence, 0.96)
	found.Summary = fmt.Sprintf("the app behind %s sends a header %s, and %s refuses its answer: %s", l.Address(), why, l.From, shown)
	found.Evidence = append([]Evidence{{Source: "GET " + q.Page() + " of " + l.Address() + " itself", Text: shown}}, found.Evidence...)
	u := appUnit(ctx, f, l)
	at := headerIn(f, u, bad)
	if !at.Known() {
		return
	}
	root := f.Host.Root
	found.Where = at
	found.Evidence = append([]Evidence{codeLine(root, at)}, found.Evidence...)
	name, value, ok := strings.Cut(bad, " ")
	if why != withoutColon || !ok || !headerName.MatchString(name) || strings.TrimSpace(rawLine(root, at)) != bad {
		return
	}
	x := Fix{Title: "Give the header its colon", Risk: Low, Undo: setLine(root, at, bad)}
	x = x.Do("Set it behind the header's name", "%s", setLine(root, at, name+": "+strings.TrimSpace(value)))
	if u.Name != "" {
		x = startAnew(u, x, "Start the app with it")
	}
	found.Fix = x
}

const withoutColon = "without a colon"

// badLine is the first line of an answer's head that is no header, and why (RFC 9112, 5: field-line).
func badLine(head []string, gateway string) (line, why string) {
	for i, line := range head {
		name, value, ok := strings.Cut(line, ":")
		switch {
		case i == 0, !ok && passes(line, gateway): // the status
		case !ok:
			return line, withoutColon
		case strings.TrimRight(name, " \t") != name:
			return line, "with a blank before its colon"
		case !headerName.MatchString(name):
			return line, "whose name has what no name may have"
		case strings.ContainsFunc(value, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }):
			return line, "with a control character in its value"
		}
	}
	return "", ""
}

// filesOfCode are the files that a program's code names by their whole path.
var filesOfCode = whenAsked(`["'\x60](/(?:etc|srv|opt|home|var|usr/local)/[\w./@+-]+)["'\x60]`)

// headerIn is the line of an app's code, or of a file that it reads, which has a header: the whole line, or its name. Only one such line is taken for it.
func headerIn(f *sysinfo.Facts, u sysinfo.Unit, header string) sysinfo.Place {
	if u.Name == "" {
		return sysinfo.Place{}
	}
	code := codeRun(f, u)
	files := append(settingsRead(f, u), code...)
	for _, file := range code {
		for _, line := range linesIn(f.Host.Root, file) {
			for _, m := range filesOfCode.FindAllStringSubmatch(line, 4) {
				files = append(files, m[1])
			}
		}
	}
	name := strings.FieldsFunc(header, func(r rune) bool { return r == ':' || r == ' ' || r < ' ' })
	if len(name) == 0 {
		return sysinfo.Place{}
	}
	says := regexp.MustCompile(`(?i)(?:^|[^\w-])` + regexp.QuoteMeta(name[0]) + `(?:$|[^\w-])`)
	var at sysinfo.Place
	for _, file := range files {
		for place, line := range linesIn(f.Host.Root, file) {
			if line := strings.TrimSpace(line); strings.HasPrefix(line, "#") || strings.HasPrefix(line, "//") || !says.MatchString(line) || place == at {
				continue
			}
			if at.Known() {
				return sysinfo.Place{}
			}
			at = place
		}
	}
	return at
}
