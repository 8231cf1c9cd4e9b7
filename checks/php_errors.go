package checks

import (
	"context"
	"fmt"
	"slices"
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
		if first := f.Answers(ctx, s); line.now && len(first) > 0 && (line.URI == first[0].Question.URI || line.URI == "") { // a stack trace: the page is named lines below
			seenAs(first[0].Status, line, found)
		}
		found.Evidence = append([]Evidence{quoteLine(line.LogLine)}, found.Evidence...)
		if _, at := phpSays(line.Text); at.Known() && !found.Where.Known() {
			found.Where = at
		}
		return found
	})
}

// seenAs makes a finding of the status that visitors see. PHP itself says 500; an app that catches its database's refusal says 503 mostly.
func seenAs(status int, line spoken, found *Finding) {
	caught := slices.Contains([]errlog.Kind{errlog.DatabaseDown, errlog.DatabaseGone, errlog.DatabaseTooMany}, line.Kind) || refusedByDatabase(line.own()) || databaseReads(line.own())
	switch {
	case status == 500:
		found.Status = Fail
	case caught && status >= 502 && status <= 504:
		found.Status = Fail
		found.Covers = append(slices.Clone(found.Covers), "upstream-returned-5xx")
		found.Summary = strings.ReplaceAll(found.Summary, "visitors see 500", fmt.Sprintf("visitors see %d", status))
	case caught:
		doesWithout(status, found)
	}
}

// doesWithout says of a page that has just come well that it did so without its database: from a cache, with numbers left out.
func doesWithout(status int, found *Finding) {
	if status > 0 && status < 400 {
		found.Summary = strings.ReplaceAll(found.Summary, "visitors see 500", "this page comes all the same")
	}
}

var phpFatalLine = whenAsked(`PHP (?:Fatal|Parse) error: +(.+?) in (/[^:"]+?)(?::| on line )(\d+)`)

// phpSays is the error of a line and the place in the code that it names, in its own words and none of a visitor's.
func phpSays(text string) (string, sysinfo.Place) {
	m := phpFatalLine.FindStringSubmatch(ownPart(text))
	if m == nil {
		return "", sysinfo.Place{}
	}
	n, _ := strconv.Atoi(m[3])
	return strings.TrimPrefix(m[1], "Uncaught "), sysinfo.Place{File: m[2], Line: n}
}
