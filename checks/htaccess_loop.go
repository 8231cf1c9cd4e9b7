package checks

import (
	"context"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// htaccessLoop: a RewriteRule of .htaccess takes what it made itself for a new address, ten times, and then Apache gives up: 500 (AH00124).
func htaccessLoop(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, name string, text []byte) *Finding {
	line, ok := says(ctx, f, s, errlog.RewriteLoop)
	if !ok {
		return nil
	}
	uri := line.URI
	for _, a := range f.Answers(ctx, s) {
		if uri == "" || line.now && a.Status == 500 {
			uri = a.Question.URI
		}
	}
	at, rule := loopingRule(s.Gateway.Root, s.Root, name, text, uri)
	if rule == "" {
		return nil
	}
	found := &Finding{Status: Warn, Confidence: 0.9, Where: at, Summary: fmt.Sprintf("%s: the RewriteRule at %s sends what it made round again, until Apache gives up after ten times (500)", s, at),
		Evidence: []Evidence{quoteLine(line.LogLine), lineOf(s.Gateway.Root, at)}}
	switch {
	case line.now:
		found.Status = Fail // nobody gets the page
	case !line.later:
		return nil
	default:
		found.When = Intermittent
	}
	found.Fix = Fix{Title: "Let the rule rewrite an address once", Risk: Low, Undo: fmt.Sprintf("sed -i %dd %s", at.Line, sh(realFile(s.Gateway.Root, name)))}.
		Do("Apache sets REDIRECT_STATUS from the second round on: with this condition the rule leaves such an address alone", "%s", insertBefore(s.Gateway.Root, at, "RewriteCond %{ENV:REDIRECT_STATUS} ^$")).
		Tell("Load the page: no reload is needed. If it is another error now, the rule's target is wrong; see %s", at)
	if !guarded(s.Gateway.Root, sysinfo.Place{File: name, Line: 1}, math.MaxInt) {
		found.Fix = rebuildHtaccess(ctx, f, s, name, found.Fix)
	}
	return found
}

// rewriteLine is a RewriteRule's pattern, target and flags; quotes around an argument are Apache's, not the pattern's.
var rewriteLine = whenAsked(`(?i)^\s*RewriteRule\s+("[^"]*"|\S+)\s+("[^"]*"|\S+)(?:\s+\[([^\]]*)\])?`)

// loopingRule is the first rule that goes on changing its own result, ten times over.
func loopingRule(r sysinfo.Root, root, name string, text []byte, uri string) (sysinfo.Place, string) {
	path, _, _ := strings.Cut(strings.TrimPrefix(uri, "/"), "?")
	var conds []string
	n := 0
	for line := range strings.Lines(string(text)) {
		n++
		if w := strings.Fields(line); len(w) > 2 && strings.EqualFold(w[0], "RewriteCond") {
			conds = append(conds, strings.Join(w[1:], " ")) // with its flags: of [OR] nobody knows here
			continue
		}
		m := rewriteLine.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		pattern, target := strings.Trim(m[1], `"`), strings.Trim(m[2], `"`)
		if !leaves(target, m[3]) && feedsItself(r, root, pattern, target, m[3], path, conds) {
			return sysinfo.Place{File: name, Line: n}, strings.TrimSpace(line)
		}
		conds = nil
	}
	return sysinfo.Place{}, ""
}

// leaves says that a rule ends there or sends elsewhere: END, a redirect, an app, a refusal, and "-", which changes nothing.
func leaves(target, flags string) bool {
	return target == "-" || strings.Contains(target, "://") || slices.ContainsFunc(strings.Split(strings.ToUpper(flags), ","), func(flag string) bool {
		flag, _, _ = strings.Cut(strings.TrimSpace(flag), "=")
		return slices.Contains([]string{"END", "R", "REDIRECT", "P", "PROXY", "F", "FORBIDDEN", "G", "GONE"}, flag)
	})
}

// feedsItself says that a rule, asked ten times more for what it made, changes it each time.
func feedsItself(r sysinfo.Root, root, pattern, target, flags, path string, conds []string) bool {
	pattern, not := strings.CutPrefix(pattern, "!")
	if slices.Contains(strings.Split(strings.ToUpper(flags), ","), "NC") {
		pattern = "(?i)" + pattern
	}
	p, err := regexp.Compile(pattern)
	if err != nil {
		return false // only PCRE reads it
	}
	target, _, _ = strings.Cut(target, "?")
	for round := range 11 {
		m := p.FindStringSubmatch(path)
		if (m != nil) == not || !condsHold(r, root, path, conds, round) {
			return false
		}
		groups := make([]string, 0, 20) // "$0", the whole match, "$1"…
		for i := range 10 {
			group := ""
			if i < len(m) {
				group = m[i]
			}
			groups = append(groups, fmt.Sprintf("$%d", i), group)
		}
		next := strings.NewReplacer(groups...).Replace(target)
		next = strings.TrimPrefix(next, "/")
		if next == path || strings.Contains(next, "%{") || len(next) > maxAddress || ownRules(r, root, next) {
			return false // Apache ignores what changes nothing
		}
		path = next
	}
	return true
}

// maxAddress is how long an address may become: Apache takes none that is longer (LimitRequestLine), and a rule can double one in each round.
const maxAddress = 8190

var rewrites = whenAsked(`(?i)^\s*Rewrite(Engine|Rule)\s`)

// ownRules says that a folder on the way to an address rewrites by a .htaccess of its own, whose rules count there in the place of these (RewriteOptions).
func ownRules(r sysinfo.Root, root, path string) bool {
	for at, c := range path {
		if c != '/' || at == 0 {
			continue
		}
		for _, line := range linesIn(r, root+"/"+path[:at]+"/.htaccess") {
			if rewrites.MatchString(line) {
				return true
			}
		}
	}
	return false
}

// condsHold judges the conditions that a file or the round decide; of any other nobody knows here, and the rule is not blamed.
func condsHold(r sysinfo.Root, root, path string, conds []string, round int) bool {
	for _, c := range conds {
		what, test, _ := strings.Cut(c, " ")
		info, err := requestFile(r, root, path)
		switch {
		case strings.EqualFold(what, "%{REQUEST_FILENAME}") && test == "!-f":
			if err == nil && info.Mode.IsRegular() {
				return false
			}
		case strings.EqualFold(what, "%{REQUEST_FILENAME}") && test == "!-d":
			if err == nil && info.Mode.IsDir() {
				return false
			}
		case strings.EqualFold(what, "%{ENV:REDIRECT_STATUS}") && test == "^$":
			if round > 0 {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// requestFile is what Apache calls REQUEST_FILENAME: the address as far as there are folders, and one name more; the rest is PATH_INFO.
func requestFile(r sysinfo.Root, root, path string) (info sysinfo.Info, err error) {
	info, err = r.Stat(root)
	for _, name := range strings.Split(strings.Trim(path, "/"), "/") {
		if err != nil || !info.Mode.IsDir() || name == "" {
			break
		}
		root += "/" + name
		info, err = r.Stat(root)
	}
	return info, err
}

// wordPressRules are what WordPress itself writes for a site of its own at / (wp-includes/class-wp-rewrite.php, mod_rewrite_rules); the line
// for application passwords comes back when the permalinks are saved.
const wordPressRules = `# BEGIN WordPress
<IfModule mod_rewrite.c>
RewriteEngine On
RewriteBase /
RewriteRule ^index\.php$ - [L]
RewriteCond %{REQUEST_FILENAME} !-f
RewriteCond %{REQUEST_FILENAME} !-d
RewriteRule . /index.php [L]
</IfModule>
# END WordPress`

// rebuildHtaccess adds how WordPress's own .htaccess is put in the place of a broken one, the broken one kept beside it.
func rebuildHtaccess(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, name string, x Fix) Fix {
	for _, w := range f.WordPresses(ctx) {
		if w.Site != s || w.On("MULTISITE") || w.On("WP_ALLOW_MULTISITE") {
			continue
		}
		lines := strings.Split(wordPressRules, "\n")
		for i := range lines {
			lines[i] = sh(lines[i])
		}
		return x.Tell("To have WordPress's own file instead: copy this one aside, cp -anT %s %s (and back: cp -aT %s %s)", sh(name), sh(name+".aside"), sh(name+".aside"), sh(name)).
			Tell("then write it, load the page, and save Settings → Permalinks once: printf '%%s\\n' %s > %s", strings.Join(lines, " "), sh(name))
	}
	return x
}
