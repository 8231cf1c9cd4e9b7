package checks

import (
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// caddyTool is a command of a Caddy's own program for its file. A file that is not called Caddyfile is JSON to it unless it is told
// otherwise (loadConfigWithLogger in cmd/main.go).
func caddyTool(g *sysinfo.Gateway, program, verb string) string {
	command := program + " " + verb + " --config " + sh(g.Config)
	if !strings.HasPrefix(path.Base(g.Config), "Caddyfile") && path.Ext(g.Config) != ".json" {
		command += " --adapter caddyfile"
	}
	return command
}

// caddyProgram is what a Caddy was started as, FrankenPHP for one, by the name that a shell finds it by.
func caddyProgram(x *sysinfo.Caddy) string {
	if !path.IsAbs(x.Binary) || slices.Contains([]string{"/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"}, path.Dir(x.Binary)) {
		return sh(path.Base(x.Binary))
	}
	return sh(x.Binary)
}
