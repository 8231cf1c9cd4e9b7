package checks

import (
	"regexp"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/spelling"
)

// varnishParameters are those that people set with -p (varnishd(1), "List of parameters").
var varnishParameters = []string{"default_ttl", "default_grace", "default_keep", "thread_pool_min", "thread_pool_max", "thread_pools", "thread_pool_timeout", "thread_pool_stack", "thread_queue_limit", "workspace_backend",
	"workspace_client", "workspace_session", "workspace_thread", "http_resp_hdr_len", "http_resp_size", "http_req_hdr_len", "http_req_size", "http_max_hdr", "http_gzip_support", "first_byte_timeout", "connect_timeout",
	"between_bytes_timeout", "backend_idle_timeout", "timeout_idle", "timeout_linger", "idle_send_timeout", "send_timeout", "pipe_timeout", "max_restarts", "max_retries", "max_esi_depth", "nuke_limit", "listen_depth", "feature",
	"debug", "vcc_feature", "vcl_path", "vmod_path", "vsl_mask", "vsl_buffer", "vsl_space", "vsl_reclen", "cli_limit", "cli_timeout", "ban_lurker_sleep", "ban_lurker_age", "ban_dups", "fetch_chunksize", "fetch_maxchunksize", "gzip_buffer",
	"gzip_level", "gzip_memory", "lru_interval", "pcre2_match_limit", "ping_interval", "prefer_ipv6", "rush_exponent", "shortlived", "tcp_fastopen", "tcp_keepalive_time", "transit_buffer", "uncacheable_ttl", "auto_restart", "accept_filter"}

var (
	optionParameter = whenAsked(`^Unknown parameter "([\w]+)"`)
	optionSize      = whenAsked(`\(-s\s*\w+\) size "([^"]+)":`)
	optionUser      = whenAsked(`[Jj]ail: ([\w-]+) (user|group) not found|-j .*Unknown (user|group) ['"]?([\w-]+)`)
)

// seekOption is the line of Varnish's unit with the option that Varnish complains about.
func (t *confError) seekOption(g *sysinfo.Gateway, u sysinfo.Unit) bool {
	said, word := strings.TrimPrefix(t.text, "Error: "), ""
	switch {
	case g.Kind != "varnish":
		return false
	case optionParameter.MatchString(said):
		word = `-p\s*` + optionParameter.FindStringSubmatch(said)[1] + `=`
	case optionSize.MatchString(said):
		word = `[,=]` + regexp.QuoteMeta(optionSize.FindStringSubmatch(said)[1]) + `(\W|$)`
	case adminGone.MatchString(said):
		word = `-T\s*` + regexp.QuoteMeta(adminGone.FindStringSubmatch(said)[1]+":"+adminGone.FindStringSubmatch(said)[2]) + `\b`
	case optionUser.MatchString(said):
		m := optionUser.FindStringSubmatch(said)
		word = regexp.QuoteMeta(m[1]+m[4]) + `\b`
	default:
		return false
	}
	t.text = said
	t.place = seekUnitLine(g, u, regexp.MustCompile(`^[^#]*`+word))
	return true
}

// cureOption puts an option of Varnish's unit right.
func (t *confError) cureOption(g *sysinfo.Gateway, x Fix, line string) (Fix, bool) {
	r := g.Root
	if g.Kind != "varnish" || !strings.HasPrefix(t.place.File, "/etc/") {
		return x, false
	}
	wrong, right, say := "", "", ""
	if m := optionParameter.FindStringSubmatch(t.text); m != nil {
		wrong, right = m[1], spelling.Closest(m[1], varnishParameters)
		say = "Correct the slip: " + wrong + " is " + right
		if right == "" {
			wrong = regexp.MustCompile(`\s-p\s*` + m[1] + `=\S+`).FindString(line)
			say = "Take the parameter out: this Varnish does not know " + m[1]
		}
	} else if m := optionSize.FindStringSubmatch(t.text); m != nil {
		wrong, right, say = m[1], "100m", "A size ends in k, m or g: this is what Varnish takes when nothing is said"
		x.Risk = Medium
	} else if m := adminGone.FindStringSubmatch(t.text); m != nil {
		wrong, right, say = m[1]+":"+m[2], "localhost:"+m[2], "Take commands from this machine only, at an address that it has"
	} else if m := optionUser.FindStringSubmatch(t.text); m != nil {
		kind := m[2] + m[3]
		wrong, say = m[1]+m[4], "Let Varnish run as a "+kind+" that exists here"
		for _, name := range []string{"varnish", "vcache"} {
			if name != wrong && hasName(r, kind, name) {
				right = kind + "=" + name
			}
		}
		if wrong = kind + "=" + wrong; right == "" {
			return x, false
		}
	}
	if wrong == "" || strings.Count(line, wrong) != 1 {
		return x, false
	}
	x.Undo = setLine(r, t.place, line) + "; systemctl daemon-reload"
	return daemonReload(x.Do(say, "%s", replace(r, t.place, wrong, right))), true
}

var environmentFile = whenAsked(`^\s*EnvironmentFile\s*=\s*-?(/[^\s*?%]+)\s*$`)

// seekUnitLine is the line of a unit's files, and of those that it takes variables from, that fits a pattern; the file that systemd reads last counts.
func seekUnitLine(g *sysinfo.Gateway, u sysinfo.Unit, wants pattern) sysinfo.Place {
	files := append([]string{"/etc/default/" + g.Kind, u.Fragment}, u.DropIns...)
	for _, file := range files[1:] {
		for _, line := range linesIn(g.Root, file) {
			if m := environmentFile.FindStringSubmatch(line); m != nil {
				files = append(files, m[1])
			}
		}
	}
	for _, file := range reversed(files) {
		if n := seekIn(g.Root, file, wants); n > 0 {
			return sysinfo.Place{File: file, Line: n}
		}
	}
	return sysinfo.Place{}
}
