package sysinfo

import (
	"context"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo/apache"
	"fix502/sysinfo/nginx"
)

// ModSecurity is what the files of web servers say of the firewall inside of them.
type ModSecurity struct {
	Engines []RuleSetting // each line that switches the engine
	Audits  []AuditLog
}

// RuleSetting is a directive of ModSecurity's with one value.
type RuleSetting struct {
	Place
	Name, Value string
}

// AuditLog is ModSecurity's own log. In the form with a file for each request it is their index.
type AuditLog struct {
	RuleSetting        // the line that names it; none where it is where packages put it
	Path        string // "|" and a command: a program takes it, and no file is here
	Dir         string // of those files (SecAuditLogStorageDir)
}

// modSecurityFiles are where distributions, nginx's connector, cPanel and Plesk keep its settings, beside what Apache itself loads.
var modSecurityFiles = []string{
	"/etc/modsecurity/*.conf", "/etc/nginx/modsec/*.conf", "/etc/nginx/modsecurity/*.conf", "/etc/nginx/modsecurity.d/*.conf", "/etc/nginx/modsecurity.conf",
	"/etc/httpd/conf.d/mod_security.conf", "/etc/httpd/modsecurity.d/*.conf", "/etc/httpd/conf/modsecurity.d/*.conf", "/etc/httpd/conf/plesk.conf.d/modsecurity*.conf",
	"/etc/apache2/conf.d/modsec*.conf", "/etc/apache2/conf.d/modsec/*.conf", "/etc/apache2/modsecurity.d/*.conf", "/etc/apache2/plesk.conf.d/modsecurity*.conf",
}

// auditLogs are where it is when no line that we found names it.
var auditLogs = []string{"/var/log/modsec_audit.log", "/var/log/apache2/modsec_audit.log", "/var/log/httpd/modsec_audit.log", "/etc/apache2/logs/modsec_audit.log"}

// ModSecurity reads those settings.
func (f *Facts) ModSecurity(ctx context.Context) ModSecurity {
	m, _ := Memo(f, "modsecurity", func() (ModSecurity, error) { return f.readModSecurity(ctx), nil })
	return m
}

// loadedRules are the settings that Apache loads, and the files that nginx's sites name.
func (f *Facts) loadedRules(ctx context.Context) (apaches []RuleSetting, files []string) {
	all, _ := f.Gateways(ctx)
	for _, g := range all {
		if x, ok := g.Extra.(*Apache); ok && !g.Foreign {
			apaches = append(apaches, ruleSettings(x.Config.Main)...)
		}
		for _, s := range g.Sites {
			if srv, ok := s.Extra.(*nginx.Server); ok && !g.Foreign {
				for _, set := range srv.All("modsecurity_rules_file") {
					files = append(files, set.Value())
				}
			}
		}
	}
	return apaches, files
}

// ruleSettings are the directives of a section and all inside of it.
func ruleSettings(s *apache.Section) []RuleSetting {
	var out []RuleSetting
	for _, i := range s.Items {
		switch {
		case i.Section != nil:
			out = append(out, ruleSettings(i.Section)...)
		case i.Directive != nil && ruleWord(i.Directive.Name) != "":
			out = append(out, RuleSetting{i.Directive.Place, ruleWord(i.Directive.Name), i.Directive.Arg(0)})
		}
	}
	return out
}

// ruleWord is a directive that matters here as ModSecurity's manual writes it.
func ruleWord(name string) string {
	for _, known := range []string{"SecRuleEngine", "SecAuditEngine", "SecAuditLog", "SecAuditLogStorageDir", "SecAuditLogType"} {
		if strings.EqualFold(name, known) {
			return known
		}
	}
	return ""
}

func (f *Facts) readModSecurity(ctx context.Context) ModSecurity {
	r := f.Host.Root
	all, files := f.loadedRules(ctx)
	for _, pattern := range modSecurityFiles {
		names, _ := r.Glob(pattern) // none is common
		files = append(files, names...)
	}
	seen := map[string]bool{}
	for len(files) > 0 {
		name := files[0]
		files = files[1:]
		if seen[name] || len(seen) == 100 {
			continue
		}
		seen[name] = true
		more, included := rulesIn(r, name)
		for _, s := range more {
			if !slices.Contains(all, s) {
				all = append(all, s)
			}
		}
		files = append(files, included...)
	}
	return modSecurityOf(r, all)
}

// rulesIn are the settings in a file, and the files that it names.
func rulesIn(r Root, name string) (out []RuleSetting, included []string) {
	b, err := r.ReadFile(name)
	if err != nil {
		return nil, nil
	}
	at := Place{File: name}
	for line := range strings.Lines(string(b)) {
		at.Line++
		w := strings.Fields(line)
		if len(w) < 2 {
			continue
		}
		value := strings.Trim(w[1], `"'`)
		if word := ruleWord(w[0]); word != "" {
			out = append(out, RuleSetting{at, word, value})
		} else if strings.EqualFold(w[0], "Include") && !strings.Contains(value, "*") && path.IsAbs(value) {
			included = append(included, value)
		}
	}
	return out, included
}

func modSecurityOf(r Root, all []RuleSetting) ModSecurity {
	var m ModSecurity
	dir, off := "", false
	for _, s := range all {
		switch s.Name {
		case "SecRuleEngine":
			m.Engines = append(m.Engines, s)
		case "SecAuditEngine":
			off = strings.EqualFold(s.Value, "off")
		case "SecAuditLogStorageDir":
			dir = absoluteRule(s)
		case "SecAuditLog":
			file := absoluteRule(s)
			if !slices.ContainsFunc(m.Audits, func(a AuditLog) bool { return a.Path == file }) {
				m.Audits = append(m.Audits, AuditLog{RuleSetting: s, Path: file})
			}
		}
	}
	if off {
		m.Audits = nil
		return m
	}
	if len(m.Audits) == 0 && len(m.Engines) > 0 {
		for _, name := range auditLogs {
			if r.Exists(name) {
				m.Audits = append(m.Audits, AuditLog{Path: name})
				break
			}
		}
	}
	for i := range m.Audits {
		m.Audits[i].Dir = dir
	}
	return m
}

// absoluteRule is a path as the web server takes it: below its own folder, of Apache's mostly (cPanel writes logs/modsec_audit.log).
func absoluteRule(s RuleSetting) string {
	if path.IsAbs(s.Value) || strings.HasPrefix(s.Value, "|") {
		return s.Value
	}
	root := "/etc/apache2"
	if strings.HasPrefix(s.File, "/etc/httpd") {
		root = "/etc/httpd"
	}
	return path.Join(root, s.Value)
}
