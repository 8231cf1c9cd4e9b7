package errlog

import (
	"strings"
	"time"
)

// A clock turns the times of log lines into Go's. Lines of one minute come together, so it works a minute out once.
type clock struct {
	loc     *time.Location
	minute  string // "2026/11/22 12:20", the last one seen
	started time.Time
	second  string // "2026/11/22 12:20:43"
	now     time.Time

	access      string // "22/Nov/2026:12:20" and " +0000" of the last access line
	accessZone  string
	accessStart time.Time
}

// commonMinute is common with the minute remembered: access logs are read by the gigabyte.
func (c *clock) commonMinute(s string) time.Time {
	if len(s) < 26 {
		return c.common(s)
	}
	if s[:17] != c.access || s[20:26] != c.accessZone {
		t := c.common(s)
		if t.IsZero() {
			return t
		}
		c.access, c.accessZone = strings.Clone(s[:17]), strings.Clone(s[20:26])
		c.accessStart = t.Truncate(time.Minute)
		return t
	}
	sec, _ := number(s[18:20])
	return c.accessStart.Add(time.Duration(min(sec, 60)) * time.Second)
}

// slashed reads nginx's "2026/11/22 12:20:43". The caller has checked its shape.
func (c *clock) slashed(s string) time.Time {
	if s[:19] == c.second {
		return c.now
	}
	if s[:16] != c.minute {
		year, _ := number(s[:4])
		month, _ := number(s[5:7])
		day, _ := number(s[8:10])
		hour, _ := number(s[11:13])
		min, _ := number(s[14:16])
		c.started = c.date(year, month, day, hour, min, 0, nil)
		c.minute = strings.Clone(s[:16])
	}
	if c.started.IsZero() {
		return time.Time{}
	}
	sec, _ := number(s[17:19])
	c.second, c.now = strings.Clone(s[:19]), c.started.Add(time.Duration(sec)*time.Second)
	return c.now
}

// date refuses what no calendar has, so that a number that only looks like a time gives none.
func (c *clock) date(year, month, day, hour, min, sec int, loc *time.Location) time.Time {
	if year < 1990 || year > 2100 || month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || min > 59 || sec > 60 {
		return time.Time{}
	}
	if loc == nil {
		loc = c.loc
	}
	if loc == nil {
		loc = time.UTC
	}
	return time.Date(year, time.Month(month), day, hour, min, sec, 0, loc)
}

// iso reads "2026-11-22 12:28:03", "2026-11-22T12:38:31.67+00:00" and "…Z", and says how long it was.
func (c *clock) iso(s string) (time.Time, int) {
	if !like(s, "0000-00-00?00:00:00") || (s[10] != 'T' && s[10] != ' ') {
		return time.Time{}, 0
	}
	year, _ := number(s[:4])
	month, _ := number(s[5:7])
	day, _ := number(s[8:10])
	hour, _ := number(s[11:13])
	min, _ := number(s[14:16])
	sec, _ := number(s[17:19])
	end := 19
	if end < len(s) && (s[end] == '.' || s[end] == ',') {
		_, digits := number(s[end+1:])
		end += 1 + digits
	}
	loc, width := zone(s[end:])
	return c.date(year, month, day, hour, min, sec, loc), end + width
}

// zone reads "Z", "+0000", " +0200" and "-05:30".
func zone(s string) (*time.Location, int) {
	if s != "" && s[0] == 'Z' {
		return time.UTC, 1
	}
	skip := 0
	if s != "" && s[0] == ' ' {
		skip = 1
	}
	z := s[skip:]
	if len(z) < 5 || (z[0] != '+' && z[0] != '-') {
		return nil, 0
	}
	hour, d := number(z[1:3])
	rest, width := z[3:], 5
	if rest[0] == ':' && len(rest) >= 3 {
		rest, width = rest[1:], 6
	}
	min, e := number(rest[:2])
	if d != 2 || e != 2 || hour > 15 {
		return nil, 0
	}
	offset := (hour*60 + min) * 60
	if z[0] == '-' {
		offset = -offset
	}
	if offset == 0 {
		return time.UTC, skip + width
	}
	return time.FixedZone("", offset), skip + width
}

// bsd reads syslog's old "Nov 22 12:00:00", which has no year: the last such day that is not to come.
func (c *clock) bsd(s string) time.Time {
	day, _ := number(strings.TrimLeft(s[4:6], " "))
	hour, _ := number(s[7:9])
	min, _ := number(s[10:12])
	sec, _ := number(s[13:15])
	now := time.Now()
	t := c.date(now.Year(), monthOf(s[:3]), day, hour, min, sec, nil)
	if t.After(now.Add(24 * time.Hour)) {
		t = c.date(now.Year()-1, monthOf(s[:3]), day, hour, min, sec, nil)
	}
	return t
}

// common reads "22/Nov/2026:12:20:43 +0000" of access logs and HAProxy's "22/Nov/2026:12:38:28.669".
func (c *clock) common(s string) time.Time {
	if !like(s, "00/aaa/0000:00:00:00") {
		return time.Time{}
	}
	day, _ := number(s[:2])
	year, _ := number(s[7:11])
	hour, _ := number(s[12:14])
	min, _ := number(s[15:17])
	sec, _ := number(s[18:20])
	loc, _ := zone(s[20:])
	return c.date(year, monthOf(s[3:6]), day, hour, min, sec, loc)
}

// dashed reads PHP's "22-Nov-2026 12:23:47".
func (c *clock) dashed(s string) time.Time {
	if !like(s, "00-aaa-0000 00:00:00") {
		return time.Time{}
	}
	day, _ := number(s[:2])
	year, _ := number(s[7:11])
	hour, _ := number(s[12:14])
	min, _ := number(s[15:17])
	sec, _ := number(s[18:20])
	var loc *time.Location
	if strings.HasPrefix(s[20:], " UTC") {
		loc = time.UTC
	}
	return c.date(year, monthOf(s[3:6]), day, hour, min, sec, loc)
}

// ctime reads Apache's and uWSGI's "Sun Nov 22 12:35:44.636612 2026", and says how long it was.
func (c *clock) ctime(s string) (time.Time, int) {
	if !like(s, "aaa aaa ?0 00:00:00") {
		return time.Time{}, 0
	}
	day, _ := number(strings.TrimLeft(s[8:10], " "))
	hour, _ := number(s[11:13])
	min, _ := number(s[14:16])
	sec, _ := number(s[17:19])
	end, micro := 19, 0
	if end < len(s) && s[end] == '.' {
		n, digits := number(s[end+1:])
		if end += 1 + digits; digits == 6 {
			micro = n
		}
	}
	if len(s) < end+5 || s[end] != ' ' {
		return time.Time{}, 0
	}
	year, _ := number(s[end+1 : end+5])
	t := c.date(year, monthOf(s[4:7]), day, hour, min, sec, nil)
	if !t.IsZero() {
		t = t.Add(time.Duration(micro) * time.Microsecond)
	}
	return t, end + 5
}

func monthOf(s string) int {
	const names = "JanFebMarAprMayJunJulAugSepOctNovDec"
	if i := strings.Index(names, s); i >= 0 && i%3 == 0 {
		return i/3 + 1
	}
	return 0
}

// like compares the beginning of s with a shape: 0 is a digit, a is a letter, ? is anything.
func like(s, shape string) bool {
	if len(s) < len(shape) {
		return false
	}
	for i := 0; i < len(shape); i++ {
		c := s[i]
		switch shape[i] {
		case '0':
			if c-'0' > 9 {
				return false
			}
		case 'a':
			if c|0x20 < 'a' || c|0x20 > 'z' {
				return false
			}
		case '?':
		default:
			if c != shape[i] {
				return false
			}
		}
	}
	return true
}
