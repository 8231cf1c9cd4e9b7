package sysinfo

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// JournalLine is one message of the journal.
type JournalLine struct {
	Time  time.Time
	Unit  string // the unit that spoke, or that systemd spoke of
	Ident string // "kernel", "php-fpm8.2"
	PID   int
	Boot  string // which boot of the machine, as /proc/sys/kernel/random/boot_id has it, without dashes
	Text  string

	Source string // where it can be read again: "journalctl -u shop", "/var/log/shop/error.log:81"
}

// Journal gives the last messages of and about a unit, at most 200 and within the window, oldest first.
// An empty answer without rights is an error, not silence: journalctl -u then prints nothing and exits 0.
func (f *Facts) Journal(ctx context.Context, unit string) ([]JournalLine, error) {
	return f.journals.get(unit, func() ([]JournalLine, error) {
		if u, ok := f.Unit(ctx, unit); ok && u.Manager != "" {
			return f.programLog(ctx, u)
		}
		lines, err := f.journalctl(ctx, "-u", unit, "-n", "200")
		for i := range lines {
			lines[i].Source = "journalctl -u " + strings.TrimSuffix(unit, ".service")
		}
		return lines, err
	})
}

// Kernel gives the kernel's messages within the window that tell of kills, crashes, full tables and disks.
func (f *Facts) Kernel(ctx context.Context) ([]JournalLine, error) {
	return f.journals.get("-k", func() ([]JournalLine, error) {
		return f.journalctl(ctx, "-k", "-n", "400", "--grep", "Killed process|oom-kill|segfault|table full|SYN flooding|blocked for more|not responding|I/O error|Remounting|avc:|apparmor=")
	})
}

// TaggedErrors gives the last messages of priority err and worse that programs wrote to syslog under a name of their choice (openlog(3)).
func (f *Facts) TaggedErrors(ctx context.Context, ident string) ([]JournalLine, error) {
	return f.journals.get("-t "+ident, func() ([]JournalLine, error) {
		lines, err := f.journalctl(ctx, "-t", ident, "-p", "err", "-n", "50")
		for i := range lines {
			lines[i].Source = "journalctl -t " + ident
		}
		return lines, err
	})
}

// journalctl asks for the last lines first (-r), and gives them as they were said: with --since, many versions take -n for the first ones.
func (f *Facts) journalctl(ctx context.Context, args ...string) ([]JournalLine, error) {
	if f.Host.Files {
		return nil, ErrFilesOnly
	}
	since := f.Host.Now().Add(-f.Since).UTC().Format("2006-01-02 15:04:05 UTC")
	args = append([]string{"-r", "--no-pager", "-q", "--all", "-o", "json", "--output-fields=MESSAGE,_SYSTEMD_UNIT,UNIT,SYSLOG_IDENTIFIER,_PID", "--since", since}, args...)
	ctx, cancel := context.WithTimeout(ctx, toolWait)
	defer cancel()
	out, err := f.Host.Run(ctx, "journalctl", args...)
	if err != nil {
		return nil, err
	}
	lines := oldestFirst(parseJournal(out.Stdout))
	if len(lines) == 0 && f.Host.UID != 0 {
		return nil, fmt.Errorf("the journal: %w", ErrNeedsRoot)
	}
	return lines, nil
}

// oldestFirst turns lines round of which the last stand first.
func oldestFirst(lines []JournalLine) []JournalLine {
	if n := len(lines); n > 1 && lines[0].Time.After(lines[n-1].Time) {
		slices.Reverse(lines)
	}
	return lines
}

// parseJournal reads `journalctl -o json`. MESSAGE is a string, an array of byte numbers (not UTF-8, or with an
// escape in it), or null; a repeated field is an array of those.
func parseJournal(b []byte) []JournalLine {
	var out []JournalLine
	for line := range bytes.Lines(b) {
		var raw map[string]json.RawMessage
		if json.Unmarshal(line, &raw) != nil {
			continue
		}
		text := journalText(raw["MESSAGE"])
		if text == "" {
			continue
		}
		usec, _ := strconv.ParseInt(journalText(raw["__REALTIME_TIMESTAMP"]), 10, 64)
		pid, _ := strconv.Atoi(journalText(raw["_PID"]))
		unit := journalText(raw["UNIT"])
		if unit == "" {
			unit = journalText(raw["_SYSTEMD_UNIT"])
		}
		out = append(out, JournalLine{Time: time.UnixMicro(usec), Unit: unit, Ident: journalText(raw["SYSLOG_IDENTIFIER"]), PID: pid, Boot: journalText(raw["_BOOT_ID"]), Text: text})
	}
	return out
}

func journalText(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	var nums []int
	if json.Unmarshal(raw, &nums) == nil {
		b := make([]byte, len(nums))
		for i, n := range nums {
			b[i] = byte(n)
		}
		return string(b)
	}
	var many []json.RawMessage
	if json.Unmarshal(raw, &many) == nil && len(many) > 0 {
		return journalText(many[0])
	}
	return ""
}

// ThisBoot names the boot that the machine is in, as JournalLine.Boot does.
func (f *Facts) ThisBoot() string {
	b, err := f.Host.Root.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return ""
	}
	return strings.ReplaceAll(strings.TrimSpace(string(b)), "-", "")
}
