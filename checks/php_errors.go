package checks

import (
	"context"
	"strconv"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// phpError is a check on errors of PHP code: a 500 for visitors, never a 502. It is the cause only of what the page
// that was asked for shows at this moment; elsewhere it is worth a warning.
func phpError(kinds []errlog.Kind, judge func(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, line spoken) *Finding) func(context.Context, *sysinfo.Facts) ([]Finding, error) {
	return perSite(func(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) *Finding {
		line, ok := says(ctx, f, s, kinds...)
		if !ok {
			return nil
		}
		found := judge(ctx, f, s, line)
		if found == nil {
			return nil
		}
		found.Status, found.Reached = Warn, true
		if first := f.Answers(ctx, s); line.now && len(first) > 0 && first[0].Status == 500 && (line.URI == first[0].Question.URI || line.URI == "") { // a stack trace: the page is named lines below
			found.Status = Fail
		}
		found.Evidence = append([]Evidence{quoteLine(line.LogLine)}, found.Evidence...)
		if _, at := phpSays(line.Text); at.Known() && !found.Where.Known() {
			found.Where = at
		}
		return found
	})
}

var phpFatalLine = whenAsked(`PHP (?:Fatal|Parse) error: +(.+?) in (/[^:"]+?)(?::| on line )(\d+)`)

// phpSays is the error of a line and the place in the code that it names.
func phpSays(text string) (string, sysinfo.Place) {
	m := phpFatalLine.FindStringSubmatch(text)
	if m == nil {
		return "", sysinfo.Place{}
	}
	n, _ := strconv.Atoi(m[3])
	return strings.TrimPrefix(m[1], "Uncaught "), sysinfo.Place{File: m[2], Line: n}
}
