package sysinfo

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"
)

// childLogs is where Debian has supervisord keep what its programs say, unless they name a file of their own (childlogdir).
const childLogs = "/var/log/supervisor"

// logDirOf is the folder of the logs that supervisord names itself, where one of its files says so.
func logDirOf(text string) string {
	in := false
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			in = strings.HasPrefix(line, "[supervisord]")
			continue
		}
		key, value, _ := strings.Cut(line, "=")
		value, _, _ = strings.Cut(value, ";")
		if value = strings.TrimSpace(value); in && strings.TrimSpace(key) == "childlogdir" && path.IsAbs(value) {
			return path.Clean(value)
		}
	}
	return ""
}

// keptLogs finds the files with what a program says: LogFile has its complaints, beside it the other of its two outputs.
func (f *Facts) keptLogs(u *Unit, dir string) {
	said, printed := f.channel(*u, dir, "stderr"), f.channel(*u, dir, "stdout")
	if merged(*u) {
		said, printed = printed, ""
	}
	if said == "" {
		said, printed = printed, ""
	}
	u.LogFile, u.Props["beside"], u.Props["childlogdir"] = said, printed, dir
}

// merged says that a program's complaints go where the rest goes (redirect_stderr; supervisor/datatypes.py knows these words).
func merged(u Unit) bool {
	return slices.Contains([]string{"true", "yes", "on", "1"}, strings.ToLower(u.Props["redirect_stderr"]))
}

// channel is the file of one output: the one that is named, or the newest that supervisord named itself, "shop-stderr---supervisor-8f2k1x.log"
// (AUTO). Empty where there is none, or it cannot be seen.
func (f *Facts) channel(u Unit, dir, name string) string {
	if file := u.Props[name+"_logfile"]; file != "" && !strings.EqualFold(file, "AUTO") {
		if path.IsAbs(file) {
			return file
		}
		return "" // NONE, and what is relative to a folder that nobody knows
	}
	process := u.Word()
	process = process[strings.LastIndex(process, ":")+1:]
	logs, _ := f.Host.Root.Glob(dir + "/" + process + "-" + name + "---*.log") // none: it never ran
	newest, at := "", time.Time{}
	for _, log := range logs {
		if i, err := f.Host.Root.Stat(log); err == nil && !i.ModTime.Before(at) {
			newest, at = log, i.ModTime
		}
	}
	return newest
}

// unkept is why nothing is known of what a program said that has no log to read.
func (f *Facts) unkept(u Unit) error {
	if dir := u.Props["childlogdir"]; dir != "" {
		if _, err := f.Host.Root.ReadDir(dir); errors.Is(err, fs.ErrPermission) {
			return fmt.Errorf("the log of %s in %s: %w", u.Word(), dir, ErrNeedsRoot)
		}
	}
	return fmt.Errorf("the log of %s: %w", u.Word(), ErrNotHere)
}
