package checks

import (
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/spelling"
)

// guardWords begin lines that say who may come in, and as whom a visitor counts: no command takes one of them out, for the site
// would be open to all that the line kept away.
var (
	guardWords = []string{"deny", "allow", "satisfy", "internal", "limit_except", "limit_req", "limit_conn", "valid_referers", "set_real_ip_from", "real_ip_header", "real_ip_recursive", "referer_hash_bucket_size",
		"ssl_crl", "ssl_client_certificate", "ssl_trusted_certificate", "secure_link", "secure_link_secret", "secure_link_md5", "user", "require", "order", "authorize", "acl", "basicauth", "basic_auth", "forward_auth", "remoteipinternalproxy", "remoteiptrustedproxy"}
	guardBegins = []string{"auth", "access_by_", "rewrite_by_", "modsecurity", "sec", "ssl_verify", "ssl_ocsp", "sslverify", "sslrequire", "sslcarevocation", "limit_", "naxsi", "basicrule", "mainrule", "checkrule", "denied", "testcookie", "geoip2_", "allowoverride", "http-request", "tcp-request", "stick-table", "filter", "oidc", "mellon", "shib", "krb", "gss", "cas", "qs_", "dos", "evasive", "remoteip"}
	guardEnds   = []string{"_ssl_verify", "_hide_header", "sslproxyverify", "sslproxycheckpeercn", "sslproxycheckpeername"}
	turnsAway   = whenAsked(`(?i)^(return|respond|error)\s+"?(40[13]|444)|\b(abort|deny)\b|\[([^\]]+,)*(F|forbidden|R=40[13])(,[^\]]+)*\]`)
	frameless   = whenAsked(`(?i)x-frame-options"?:?\s+"?deny\b`)                                                                                                                                                                                                                                                       // keeps pages out of frames, not visitors out of pages
	clearsWord  = whenAsked(`(?i)^(requestheader\s+(early\s+)?(unset|set|edit\*?)\b|proxy_set_header\s+\S+\s+(""|'');|more_(clear|set)_input_headers\b|(request_header|header_up)\s+-|trusted_proxies\b|client_ip_headers\b|autoindex\s+off|options\s+.*-(indexes|followsymlinks|execcgi)|disable_symlinks\s+(on|if))`) // takes a visitor's own word away, or what he may look at
	guardFile   = whenAsked(`(?i)auth|allow|deny|restrict|whitelist|blacklist|blocklist|firewall|waf|access|protect|\bacl|office|intern`)
)

// guards says that a line of a configuration keeps somebody out, or decides who is who.
func guards(line string) bool {
	line = withoutComment(strings.TrimSpace(line))
	word := strings.ToLower(strings.TrimRight(firstWord(line), ";"))
	has := func(list []string, is func(string, string) bool) bool {
		return slices.ContainsFunc(list, func(s string) bool { return is(word, s) })
	}
	return word != "" && (slices.Contains(guardWords, word) || has(guardBegins, strings.HasPrefix) || has(guardEnds, strings.HasSuffix) || clearsWord.MatchString(line) || turnsAway.MatchString(frameless.ReplaceAllString(line, "")))
}

// nearGuard says that an unknown word is most likely a slip of one that guards.
func nearGuard(word string) bool {
	return guards(word) || spelling.Closest(word, guardWords) != ""
}

func firstWord(line string) string {
	if w := strings.Fields(line); len(w) > 0 {
		return w[0]
	}
	return ""
}

// guarded says that one of some lines of a file guards; one that cannot be read may.
func guarded(r sysinfo.Root, at sysinfo.Place, end int) bool {
	b, err := r.ReadFile(at.File)
	if err != nil {
		return true
	}
	n := 0
	for line := range strings.Lines(string(b)) {
		if n++; n < at.Line || n > end {
			continue
		}
		for part := range strings.SplitSeq(line, "{") { // location /x { deny all; }
			for word := range strings.SplitSeq(part, ";") {
				if guards(word) {
					return true
				}
			}
		}
	}
	return false
}
