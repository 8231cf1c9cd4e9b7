package checks

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"fix502/sysinfo"
)

// drupalLog: Drupal writes into its database, and where its module syslog is on to the journal as well, as "drupal".
func drupalLog(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) *Finding {
	if !s.Gateway.Root.Exists(s.Root+"/core/lib/Drupal.php") && !s.Gateway.Root.Exists(s.Root+"/web/core/lib/Drupal.php") {
		return nil
	}
	lines, err := f.TaggedErrors(ctx, "drupal")
	var last *drupalLine
	for _, line := range lines {
		if d, ok := parseDrupal(line); ok && s.Called(d.host) {
			last = &d
		}
	}
	if last != nil {
		return &Finding{Status: Warn, Summary: fmt.Sprintf("Drupal's own log had an error at %s (%s)", last.Time.Format("15:04:05"), last.page),
			Evidence: []Evidence{{Source: last.Source, Text: Quote(shorten(last.kind + ": " + last.text)), Time: last.Time}}}
	}
	also := "journalctl -t drupal has none from its module syslog"
	if err != nil {
		also = "its lines in the journal could not be read: " + why(err)
	}
	return pass("Drupal keeps its log in its database: Reports → Recent log messages, or drush watchdog:show --severity=Error; " + also)
}

// drupalLine is a message of Drupal's module syslog, in its usual format (core/modules/syslog/config/install/syslog.settings.yml):
// base_url|timestamp|type|ip|request_uri|referer|uid|link|message.
type drupalLine struct {
	sysinfo.JournalLine
	host, kind, page, text string
}

func parseDrupal(line sysinfo.JournalLine) (drupalLine, bool) {
	w := strings.SplitN(line.Text, "|", 9)
	if len(w) < 9 {
		return drupalLine{}, false
	}
	base, err := url.Parse(w[0])
	if err != nil || base.Host == "" {
		return drupalLine{}, false
	}
	page := w[4]
	if u, err := url.Parse(page); err == nil {
		page = u.Path // what stands behind the ? may be a secret
	}
	return drupalLine{line, base.Hostname(), w[2], page, w[8]}, true
}
