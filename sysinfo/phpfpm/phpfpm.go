// Package phpfpm reads the configuration of PHP-FPM and php.ini as they read them, and finds every PHP-FPM of a
// machine. It looks at files only.
package phpfpm

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"fix502/sysinfo/conf"
)

// These are short names for what all readers share.
type (
	Files = conf.Files
	Place = conf.Place
)

// Problem is one thing FPM complains of, in its own words. It stops at the first that is no Warning; we do not.
type Problem struct {
	File    string
	Line    int
	Text    string
	Err     error // of the read, when that is what failed
	Warning bool  // FPM starts all the same
}

func (p Problem) Error() string { return fmt.Sprintf("[%s:%d] %s", p.File, p.Line, p.Text) }

func (p Problem) Unwrap() error { return p.Err }

// Value is one setting where it holds.
type Value struct {
	Text  string
	Place Place // zero for a default
}

// Set says whether a line sets it.
func (v Value) Set() bool { return v.Place.File != "" }

// Int is 0 when the text is no number, as atoi has it.
func (v Value) Int() int {
	n, _ := strconv.Atoi(v.Text)
	return n
}

// On reads a flag; the reader has turned a bare yes, on and true into 1.
func (v Value) On() bool {
	on, _ := parseBool(v.Text)
	return on
}

// Duration reads FPM's time: seconds, or a number with s, m, h or d.
func (v Value) Duration() time.Duration {
	d, _ := parseTime(v.Text)
	return d
}

// Bytes reads php.ini's size: 128M, 1G, 64K; -1 is no limit.
func (v Value) Bytes() int64 {
	text := strings.TrimSpace(v.Text)
	unit := int64(1)
	if text != "" {
		switch text[len(text)-1] | 0x20 {
		case 'k':
			unit = 1 << 10
		case 'm':
			unit = 1 << 20
		case 'g':
			unit = 1 << 30
		}
	}
	if unit > 1 {
		text = strings.TrimSpace(text[:len(text)-1])
	}
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil {
		n, _ = strconv.ParseInt(text, 10, 64)
		return n
	}
	return n * unit
}

// parseBool knows the words that php-fpm 8.2 takes.
func parseBool(s string) (on, ok bool) {
	switch strings.ToLower(s) {
	case "1", "yes", "on", "true":
		return true, true
	case "", "0", "no", "off", "false", "none":
		return false, true
	}
	return false, false
}

// parseTime says why FPM would refuse (fpm_conf_set_time).
func parseTime(s string) (d time.Duration, fault string) {
	if s == "" {
		return 0, "invalid time value"
	}
	unit, digits := time.Second, s
	switch last := s[len(s)-1]; last {
	case 's', 'm', 'h', 'd':
		digits = s[:len(s)-1]
		unit = map[byte]time.Duration{'s': time.Second, 'm': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour}[last]
	default:
		if last < '0' || last > '9' {
			return 0, "unknown suffix used in time value"
		}
	}
	n, _ := strconv.ParseInt(digits, 10, 32)
	return time.Duration(n) * unit, ""
}
