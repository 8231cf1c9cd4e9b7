package checks

import (
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/spelling"
)

// apacheList is what Apache says of a word that it does not take there, and the words that it does.
type apacheList struct {
	says  pattern // its group is the word; without one it is the line's last
	words []string
	other string // for a word that is near to none of them
}

var apacheLists = []apacheList{
	{whenAsked(`^Illegal option (\S+)`), []string{"Indexes", "Includes", "IncludesNOEXEC", "FollowSymLinks", "SymLinksIfOwnerMatch", "ExecCGI", "MultiViews", "All", "None"}, ""},
	{whenAsked(`^Illegal override option (\S+)`), []string{"All", "None", "AuthConfig", "FileInfo", "Indexes", "Limit", "Options"}, "All"}, // what .htaccess forbids stays forbidden
	{whenAsked(`^Argument for 'Require all' must be`), []string{"granted", "denied"}, ""},
	{whenAsked(`^ProxySet: unknown lbmethod lbmethod=([^;\s]+)`), []string{"byrequests", "bytraffic", "bybusyness", "heartbeat"}, "byrequests"},
	{whenAsked(`^(?:SSLEngine|Argument must be) .*\bOn\b`), []string{"on", "off", "optional"}, ""},
	{whenAsked(`\bmust be On or Off$`), []string{"on", "off"}, ""},
	{whenAsked(`^(?:Illegal protocol|SSLProtocol: Illegal protocol) '([^']+)'`), []string{"all", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"}, ""},
	{whenAsked(`^LogLevel requires level keyword|^Log level keyword must`), []string{"emerg", "alert", "crit", "error", "warn", "notice", "info", "debug", "trace1"}, "warn"},
	{whenAsked(`^RewriteRule: unknown flag '([^']+)'|^RewriteCond: unknown flag '([^']+)'`), []string{"NC", "OR", "L", "P", "R", "QSA", "PT", "F", "G", "NE", "END", "nocase", "ornext", "last", "proxy", "redirect", "forbidden", "qsappend", "noescape"}, ""},
}

// apacheWord puts a word right by the list of those that Apache takes in its place.
func (t *confError) apacheWord(g *sysinfo.Gateway, x Fix, line string) (Fix, bool) {
	fields := strings.Fields(line)
	for _, l := range apacheLists {
		m := l.says.FindStringSubmatch(t.text)
		if m == nil || len(fields) < 2 {
			continue
		}
		wrong := fields[len(fields)-1]
		if word := strings.Join(m[1:], ""); word != "" {
			wrong = word
		}
		meant := spelling.Closest(wrong, l.words)
		if flag := flagWords[strings.ToLower(wrong)]; flag != "" && slices.Contains(l.words, flag) {
			meant = flag
		}
		if meant == "" {
			meant = l.other
		}
		if meant == "" || meant == wrong || strings.Count(line, wrong) != 1 {
			return x, false
		}
		return t.slip(g, x, wrong, meant), true
	}
	return x, false
}

var (
	apacheOneWord  = whenAsked(`^(\w+) takes one argument`)
	apacheTooMany  = whenAsked(`^Unknown parameter: |^(?:Request)?Header (?:unrecognized|has too many)|takes (?:two|three|2|3) arguments`)
	headerLine     = whenAsked(`^((?:Request)?Header\s+(?:always\s+|onsuccess\s+)?(?:set|add|append|merge|setifempty)\s+\S+)\s+([^"]*\s[^"]*)$`)
	bareOption     = whenAsked(`\s([A-Za-z])`)
	spacedFlags    = whenAsked(`\[([A-Za-z0-9=,\s]+)\]$`)
	spacedEquals   = whenAsked(`(\w)\s*=\s+(\w)|(\w)\s+=\s*(\w)`)
	openPattern    = whenAsked(`cannot compile regular expression '([^']+)'`)
	requireGranted = whenAsked(`^Require\s+(granted|denied)$`)
)

// apacheLine writes a line the way Apache takes it, where only one way is meant.
func (t *confError) apacheLine(g *sysinfo.Gateway, x Fix, line string) (Fix, bool) {
	fields := strings.Fields(line)
	fixed, say := "", ""
	switch one := apacheOneWord.FindStringSubmatch(t.text); {
	case len(fields) < 2:
	case strings.Contains(line, " #") && !strings.Contains(line, `"`):
		fixed, say = withoutComment(line), "Take the comment off the line: Apache reads it as more words"
	case one != nil && strings.EqualFold(one[1], "ServerName") && len(fields) > 2:
		fixed, say = "ServerName "+fields[1]+"\n"+"ServerAlias "+strings.Join(fields[2:], " "), "One name is the name, the others are aliases"
	case one != nil && containsAny(strings.ToLower(one[1]), "documentroot", "authname", "authuserfile", "alias") && len(fields) > 2 && !strings.ContainsAny(line, `"'`):
		fixed, say = fields[0]+` "`+strings.Join(fields[1:], " ")+`"`, "Put quotation marks around a text of several words"
	case headerLine.MatchString(line) && apacheTooMany.MatchString(t.text):
		m := headerLine.FindStringSubmatch(line)
		fixed, say = m[1]+` "`+m[2]+`"`, "Put quotation marks around a text of several words"
	case strings.HasPrefix(t.text, "Either all Options must start"):
		fixed, say = bareOption.ReplaceAllString(line, " +$1"), "All of them with a sign, or none"
	case requireGranted.MatchString(line) && strings.HasPrefix(t.text, "Unknown Authz provider"):
		fixed, say = "Require all "+fields[1], "It is called Require all"
	case strings.HasPrefix(line, "Rewrite") && spacedFlags.MatchString(line) && strings.Contains(t.text, "flag"):
		fixed, say = spacedFlags.ReplaceAllStringFunc(line, func(s string) string { return strings.ReplaceAll(s, " ", "") }), "No spaces between the flags"
	case strings.HasPrefix(t.text, "SSLProtocol: Illegal protocol") && strings.Contains(fields[1], ","):
		fixed, say = "SSLProtocol -all +"+strings.ReplaceAll(fields[1], ",", " +"), "Protocols are kept apart by spaces, and added with a plus"
	case openPattern.MatchString(t.text):
		p := openPattern.FindStringSubmatch(t.text)[1]
		if strings.Count(p, "(") == strings.Count(p, ")")+1 && strings.Count(line, p) == 1 {
			closed := strings.TrimSuffix(p, "$") + ")" + p[len(strings.TrimSuffix(p, "$")):]
			fixed, say = strings.Replace(line, p, closed, 1), "Close the bracket"
		}
	case strings.Contains(t.text, "in the form 'key=value'") && spacedEquals.MatchString(line):
		fixed, say = spacedEquals.ReplaceAllString(line, "$1$3=$2$4"), "No spaces around the equals sign"
	}
	if fixed == "" || fixed == line {
		return x, false
	}
	if strings.Contains(fixed, "\n") {
		x.Undo = setLine(g.Root, t.place, line) + "; " + removeBelow(g.Root, t.place, 1)
	}
	return x.Do(say, "%s", setLine(g.Root, t.place, fixed)), true
}
