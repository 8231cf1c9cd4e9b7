package checks

import (
	"fmt"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// quoteLimit is how many bytes of a stranger's text we look at.
const quoteLimit = 600

// Quote is the one door for text we did not write. It shows control, escape, zero-width and bidi characters
// instead of obeying them, masks secrets, and keeps it short.
func Quote(s string) string {
	cut := len(s) > quoteLimit
	if cut {
		s = s[:quoteLimit]
	}
	s = mask(show(strings.TrimRight(s, " \t\r\n")))
	if cut {
		s += " …"
	}
	return s
}

// ShownUndo is the way back as it may be shown: a command, and so whole; empty where a secret stands in it, for masked it would write the mask.
func (x Fix) ShownUndo() string {
	if mask(show(x.Undo)) != x.Undo {
		return ""
	}
	return x.Undo
}

// QuoteConfig is Quote for a line of a gateway's or a server's configuration, where a blank stands between the name of a
// secret and the secret itself: "fastcgi_param DB_PASSWORD hunter2;". What follows such a name is not shown, nor is any variable that is
// given to an app by a name that nobody knows here.
func QuoteConfig(line string) string {
	if m := appVariable.FindStringSubmatch(line); m != nil && !plainVariable.MatchString(m[2]) {
		return Quote(m[1]) + " ***"
	}
	return configSecrets().ReplaceAllString(configHashes().ReplaceAllString(Quote(line), "***"), "$1 ***$2")
}

var (
	appVariable   = whenAsked(`^(\s*(?:env\[|(?i:SetEnv)\s+"?)([A-Z][A-Z0-9_]*)["\]]?\s*=?\s*)\S`)
	plainVariable = whenAsked(`(?:HOST|HOSTNAME|SERVER|ADDR|ADDRESS|PORT|SOCKET|DATABASE|NAME|USER|USERNAME|PATH|DIR|TMP|TEMP|HOME|ENV|MODE|TZ|LANG|DEBUG|HTTPS|CHARSET)$`)
)

var configSecrets = sync.OnceValue(func() pattern {
	return whenAsked(`(?i)((?:passw|passwd|\bpass\s*=|pwd|_pw\b|secret|token|api[_-]?key|cookie|authori[sz]|credential|requirepass|\bauth\b|x-[\w-]*(?:auth|key)|[?&]key=)[\w.\]$-]*)[^;{]*[^;{\s]([;{]?\s*)$`)
})

// configHashes are passwords as crypt(5) and Caddy's basic_auth keep them.
var configHashes = sync.OnceValue(func() pattern { return whenAsked(`\$(?:2[aby]|apr1|argon2\w*|[156y])\$[^\s;"']+`) })

// show makes every character that a terminal might act on visible.
func show(s string) string {
	plain := true
	for i := 0; i < len(s); i++ {
		if s[i] < 0x20 || s[i] > 0x7e {
			plain = false
			break
		}
	}
	if plain {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case r == '\t' || r == '\n':
			b.WriteByte(' ')
		case r < 0x20 || r == 0x7f:
			fmt.Fprintf(&b, `\x%02x`, r)
		case risky(r):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
		i += n
	}
	return b.String()
}

// risky are C1 controls and the format characters: bidi marks, zero-width spaces, tags, the BOM.
func risky(r rune) bool {
	return r >= 0x80 && r < 0xa0 || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co) || r == 0x115f || r == 0x3164
}
