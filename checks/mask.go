package checks

import (
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
)

// mask hides what looks like a credential. A byte search goes first: most lines have nothing to hide.
func mask(s string) string {
	low := strings.ToLower(s)
	for _, w := range []string{"pass", "token", "secret", "key", "auth", "cookie", "session", "sess", "pwd", "://", "bearer", "sig", "code=", "jwt", "nonce", "salt", "credential", "@", " >"} {
		if strings.Contains(low, w) {
			return maskers().mask(s)
		}
	}
	if strings.HasPrefix(strings.TrimLeft(low, " \t"), "user ") {
		return maskers().mask(s)
	}
	return s
}

// aclWords are what a line of Redis's list of users may have without a sign before it ("ACL rules").
var aclWords = []string{"on", "off", "nopass", "resetpass", "reset", "allkeys", "resetkeys", "allchannels", "resetchannels", "allcommands", "nocommands", "sanitize-payload", "skip-sanitize-payload", "clearselectors"}

// bareWords hides, in a line of that list, each word that is none of those: a password lost its sign.
func bareWords(s string) string {
	words := strings.Fields(s)
	for _, w := range words[min(2, len(words)):] {
		if !strings.ContainsAny(w[:1], "~+-&%#<>()*") && !slices.Contains(aclWords, strings.ToLower(w)) {
			s = strings.Replace(s, " "+w, " ***", 1)
		}
	}
	return s
}

type masker struct{ userinfo, dsn, pair, header, bearer, redis, acl, aclLine, aclWord, session *regexp.Regexp }

var maskers = sync.OnceValue(func() masker {
	return masker{
		redis:    regexp.MustCompile(`(?i)((?:^\s*|>>> ['"])(?:masterauth|primaryauth|requirepass|sentinel\s+auth-pass\s+\S+)\s+)\S.*`),
		acl:      regexp.MustCompile(`(?i)(?:^|['"\s])user\s+\S+\s(?:.*\s)?[<>]\S`),
		aclLine:  regexp.MustCompile(`(?i)^\s*user\s+\S+\s+(?:on|off|\S+\s.*\s?(?:on|off))\b.*\s[~+&][@\w*]`),
		aclWord:  regexp.MustCompile(`(\s[<>])[^\s'"]+`),
		userinfo: regexp.MustCompile(`://[^/\s:@]*:[^/\s]+@`),
		dsn:      regexp.MustCompile(`(^|[\s"'=(])([\w.-]+):[^\s:@/"']+@([\w.-]+[(:/])`),
		header:   regexp.MustCompile(`(?i)\b((?:set-)?cookie|(?:proxy-)?authorization|x-api-key|x-auth-token)\s*:\s*[^"']+`),
		bearer:   regexp.MustCompile(`(?i)\b(bearer|basic)\s+[A-Za-z0-9+/._~=-]{8,}`),
		session:  regexp.MustCompile(`\b(sess_)[0-9A-Za-z][0-9A-Za-z,-]{4,}[0-9A-Za-z]`), // the file of a session is called like its cookie
		pair:     regexp.MustCompile(`([\w.-]+)(["']?)(\s*(?:=>|[=:,])\s*)(\[\s*"[^\]]*\]?|"[^"]*"|'[^']*'|[^\s&;,"')]+)`),
	}
})

func (m masker) mask(s string) string {
	s = m.userinfo.ReplaceAllString(s, "://***@")
	s = m.dsn.ReplaceAllString(s, "$1$2:***@$3")
	s = m.header.ReplaceAllString(s, "$1: ***")
	s = m.bearer.ReplaceAllString(s, "$1 ***")
	s = m.redis.ReplaceAllString(s, "$1***")
	if m.aclLine.MatchString(s) {
		s = bareWords(s)
	}
	if m.acl.MatchString(s) { // a line of Redis: user NAME on >password ~* +@all
		s = m.aclWord.ReplaceAllString(s, "$1***")
	}
	return m.pairs(m.session.ReplaceAllString(s, "$1***"))
}

// pairs masks the values of settings that are called like a credential.
func (m masker) pairs(s string) string {
	var b strings.Builder
	for at := 0; ; {
		p := m.pair.FindStringSubmatchIndex(s[at:])
		if p == nil {
			return b.String() + s[at:]
		}
		part := func(n int) string { return s[at+p[2*n] : at+p[2*n+1]] }
		if credential(s[:at+p[2]], part(1), part(2) != "", part(3), part(4)) {
			b.WriteString(s[at:at+p[8]] + "***")
			at += p[9]
			continue
		}
		b.WriteString(s[at : at+p[8]]) // the value may be the next pair's key
		at += p[8]
	}
}

// strong are words that name a secret wherever they stand in a key, at the end of a longer word as well: PGPASSWORD; weak ones
// have other meanings in a sentence, a host's or a file's name, and count alone.
var (
	strong = []string{"password", "passwd", "passphrase", "pwd", "secret", "token", "apikey", "requirepass", "sessid", "sessionid", "jwt",
		"authorization", "cookie", "credential", "dbpass", "authkey", "secretkey", "accesskey", "privatekey", "keyid", "authcode"}
	weak = []string{"pass", "auth", "session", "signature", "sig", "nonce", "salt", "key"}
	// anyhow are parts of a word that name one where it is set with = or stands in quotes: no sentence is written so.
	anyhow = append([]string{"auth", "session", "signature", "hmac"}, strong...)
)

// credential says that a setting's value is one to hide: DB_PASS=x, "apiKey": "x", ?sig=x, define('AUTH_KEY', 'x'); not the
// 8080 of auth.example.com:8080, the 12 of /etc/nginx/conf.d/auth.conf:12, or what a sentence says after a colon.
func credential(before, key string, quoted bool, sep, value string) bool {
	words := wordsOf(key)
	if strings.TrimSpace(sep) == "," && !quoted || len(words) == 0 {
		return false
	}
	switch {
	case key == "KEY" && sep == "=": // of an environment
		return true
	case strings.HasPrefix(key, "LoadCredential"), strings.HasSuffix(before, "set up "): // of systemd: a path, and why it could not
		return false
	}
	last := len(words) - 1
	if quoted || strings.Contains(sep, "=") {
		for i, w := range words {
			if slices.ContainsFunc(anyhow, func(s string) bool { return strings.Contains(w, s) }) || isWeak(words, i) {
				return true
			}
		}
		return slices.ContainsFunc(pairsOf(words), isStrong)
	}
	named := slices.ContainsFunc(words, isStrong) || slices.ContainsFunc(pairsOf(words), isStrong)
	after := strings.TrimLeft(value, "0123456789")
	switch {
	case sep == ":": // password:x, and not auth:8080
		return isStrong(words[last]) || named && !strings.Contains(key, ".") || isWeak(words, last) && after != "" && (after == value || after[0] != '/')
	case named:
		return (after != "" || !strings.Contains(key, ".")) && !strings.HasSuffix(strings.ToLower(before), "unexpected ")
	}
	return isWeak(words, last) && (len(words) > 1 && !strings.Contains(key, ".") || strings.Trim(before[strings.LastIndexAny(before, "{,;")+1:], " \t-\"'") == "")
}

func isStrong(word string) bool {
	return slices.ContainsFunc(strong, func(end string) bool { return strings.HasSuffix(word, end) })
}

// isWeak says that a word of a key names a secret by itself; the pass of proxy_pass and a key alone do not.
func isWeak(words []string, i int) bool {
	if words[i] == "pass" && i > 0 && slices.Contains([]string{"proxy", "fastcgi", "uwsgi", "scgi", "grpc", "memcached"}, words[i-1]) {
		return false
	}
	return slices.Contains(weak, words[i]) && (words[i] != "key" || i > 0)
}

// pairsOf are the words that two neighbours make together: apikey of api_key, sessionid of SessionID.
func pairsOf(words []string) []string {
	var out []string
	for i := 1; i < len(words); i++ {
		out = append(out, words[i-1]+words[i])
	}
	return out
}

// wordsOf are the words of a setting's name in small letters: db, password of DB_PASSWORD, dbPassword, db.password1.
func wordsOf(key string) []string {
	var out []string
	var word []rune
	end := func() {
		w := strings.TrimRight(strings.ToLower(string(word)), "0123456789")
		if len(w) > 4 && !strings.HasSuffix(w, "ss") {
			w = strings.TrimSuffix(w, "s")
		}
		if w != "" {
			out = append(out, w)
		}
		word = nil
	}
	small := false
	for _, r := range key {
		switch {
		case r == '_' || r == '.' || r == '-':
			end()
		case small && unicode.IsUpper(r):
			end()
			fallthrough
		default:
			word = append(word, r)
		}
		small = unicode.IsLower(r)
	}
	end()
	return out
}
