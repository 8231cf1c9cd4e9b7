package sysinfo

import (
	"strings"

	"fix502/sysinfo/phpfpm"
)

// Logs are PHP-FPM's own error log; the pools' slow logs tell of no failure (SlowTraces).
func (p *FPM) Logs() []LogFile {
	var out []LogFile
	if l := p.ErrorLogFile(); l != "" {
		out = append(out, LogFile{Path: l, Kind: "error"})
	}
	return out
}

// ErrorLogFile is where PHP-FPM itself writes; empty when that is no file.
func (p *FPM) ErrorLogFile() string {
	l := p.Config.Global.Get("error_log").Text
	if l == "" {
		l = p.ErrorLog
	}
	if !strings.HasPrefix(l, "/") || strings.HasPrefix(l, "/proc/") || strings.HasPrefix(l, "/dev/") {
		return ""
	}
	return l
}

// FPMWords are the last lines of PHP-FPM's own log, for who has no journal: what it stumbles over once that log is open stands there.
func (f *Facts) FPMWords(p *FPM) []JournalLine {
	file := p.ErrorLogFile()
	if file == "" {
		return nil
	}
	return f.fileWords(p.Unit, file)
}

// INI is the php.ini setting that this PHP-FPM starts with, and the line that sets it.
func (p *FPM) INI(r Root, name string) phpfpm.Value {
	ini, _ := p.ini.get(func() (*phpfpm.Ini, error) { return phpfpm.ReadIni(r, p.Version.Ini, p.IniDir), nil })
	return ini.Get(name)
}
