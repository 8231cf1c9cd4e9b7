package sysinfo

import "fix502/sysinfo/phpfpm"

// Extensions are the extension= and zend_extension= lines that this PHP-FPM starts with.
func (p *FPM) Extensions(r Root) []phpfpm.Value {
	ini, _ := p.ini.get(func() (*phpfpm.Ini, error) { return phpfpm.ReadIni(r, p.Version.Ini, p.IniDir), nil })
	return ini.Extensions
}
