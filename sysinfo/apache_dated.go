package sysinfo

import (
	"path"
	"sort"
	"strings"
	"time"

	"fix502/sysinfo/late"
)

// datedLogs are the logs that a program writes under names of their time (rotatelogs(8), cronolog). Thousands of sites may have theirs in one folder,
// which is read once.
type datedLogs struct {
	root    Root
	folders map[string][]string
}

var strftime = late.New(`%[A-Za-z]`)

// newest is the file that is written now: of those that a pattern fits, the youngest. The pattern itself where there is none yet.
func (d *datedLogs) newest(pattern string) string {
	fits := strftime.ReplaceAllStringFunc(pattern, anyTime)
	if fits == pattern {
		fits += ".[0-9]*" // without a pattern: the second in which it began
	}
	names := d.fitting(fits)
	if n := len(names); n > 1 && sortsAsTime(pattern) {
		names = names[n-1:] // years of days are not asked for their age one by one
	}
	newest, at := pattern, time.Time{}
	for _, name := range append(names, pattern) {
		if i, err := d.root.Stat(name); err == nil && !i.ModTime.Before(at) {
			newest, at = name, i.ModTime
		}
	}
	return newest
}

// sortsAsTime says that the names of a pattern sort as their times do: in numbers, the larger part of a time before the smaller.
func sortsAsTime(pattern string) bool {
	const parts = "sYmdHMS"
	last := -1
	for _, mark := range strftime.FindAllString(strings.NewReplacer("%F", "%Y-%m-%d", "%T", "%H:%M:%S", "%y", "%Y").Replace(pattern), -1) {
		i := strings.Index(parts, mark[1:])
		if i <= last || last == 0 {
			return false
		}
		last = i
	}
	return true
}

// fitting is Glob for many patterns of one folder: of its sorted names only those are compared that begin alike.
func (d *datedLogs) fitting(pattern string) []string {
	dir, base := path.Split(pattern)
	dir = path.Clean(dir)
	if strings.ContainsAny(dir, "*?[\\") {
		names, _ := d.root.Glob(pattern)
		return names
	}
	names, known := d.folders[dir]
	if !known {
		names, _ = d.root.ReadDir(dir)
		d.folders[dir] = names
	}
	head := base
	if i := strings.IndexAny(base, "*?[\\"); i >= 0 {
		head = base[:i]
	}
	var out []string
	for i := sort.SearchStrings(names, head); i < len(names) && strings.HasPrefix(names[i], head); i++ {
		if ok, err := path.Match(base, names[i]); ok && err == nil {
			out = append(out, path.Join(dir, names[i]))
		}
	}
	return out
}

// anyTime fits what stands in a name for one of strftime's marks, and no more: other logs lie beside it, shop-access-20261122.log beside
// shop-20261122.log.
func anyTime(mark string) string {
	const digit = "[0-9]"
	switch mark[1] {
	case 'Y', 'G':
		return strings.Repeat(digit, 4)
	case 'C', 'd', 'g', 'H', 'I', 'M', 'm', 'S', 'U', 'V', 'W', 'y':
		return strings.Repeat(digit, 2)
	case 'e', 'k', 'l':
		return "[0-9 ]" + digit
	case 'j':
		return strings.Repeat(digit, 3)
	case 'u', 'w':
		return digit
	case 'F':
		return anyTime("%Y") + "-" + anyTime("%m") + "-" + anyTime("%d")
	case 's':
		return digit + "*"
	default:
		return "*" // names of months and days, times of a locale's making
	}
}
