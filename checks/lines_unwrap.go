package checks

import "strings"

// straight undoes what word processors and web pages make of quotes and blanks.
var straight = strings.NewReplacer("“", `"`, "”", `"`, "„", `"`, "&quot;", `"`, "&#34;", `"`, "\u00a0", " ")

// unwrap gives the lines of an excerpt, with those put together again that a screen or a forum broke in the middle.
func unwrap(text string) []string {
	var lines []string
	broken := false // the last line was cut within a bracket: what follows belongs to it until the next one begins
	open := false   // the last line is an nginx message that has not come to its end
	all := strings.Split(straight.Replace(text), "\n")
	width, last := foldedAt(all), "" // the line above as it stood
	for _, line := range all {
		line = strings.TrimRight(line, "\r")
		if !strings.Contains(line, `{"`) { // out of a member of JSON that somebody copied alone
			line = strings.ReplaceAll(line, `\"`, `"`)
		}
		part := strings.TrimLeft(line, " \t>`$*")
		if part == "" {
			continue
		}
		if isPager(part) {
			continue
		}
		broken = broken && (!begins(part) || closesBracket(part))
		switch {
		case open && inAddress(lines[len(lines)-1]) && endsAddress(part): // no blank in there
			lines[len(lines)-1] += part
		case open && strings.HasSuffix(lines[len(lines)-1], `: "`): // the quote was the last that fitted
			lines[len(lines)-1] += part
		case open && strings.Count(lines[len(lines)-1], `"`)%2 == 1 && strings.Contains(part, `"`) && !begins(part): // within a field
			lines[len(lines)-1] = strings.TrimRight(lines[len(lines)-1], " ") + " " + part
		case width > 0 && len(lines) > 0 && folded(last, part, width) && heads(strings.TrimLeft(lines[len(lines)-1], " \t>`$*")):
			lines[len(lines)-1] = strings.TrimRight(lines[len(lines)-1], " ") + " " + part
		case broken || open && (continues(part) || withinReason(lines[len(lines)-1]) && !begins(part)) || len(lines) > 0 && isStatus(lines[len(lines)-1], part):
			lines[len(lines)-1] = strings.TrimRight(lines[len(lines)-1], " ") + " " + strings.Trim(part, "`")
		default:
			lines = append(lines, line)
		}
		last = line
		open = unfinished(lines[len(lines)-1])
		broken = broken || cutInBrackets(lines[len(lines)-1])
	}
	return lines
}

// foldedAt is the column at which a mail or a terminal may have folded the lines of an excerpt; 0 where one is longer than such columns are.
func foldedAt(lines []string) int {
	width := 0
	for _, line := range lines {
		width = max(width, len(strings.TrimRight(line, " \r")))
	}
	if width < 60 || width > 132 {
		return 0
	}
	return width
}

// folded says that a line ended only because the next word did not fit, and that the next is no message of its own.
func folded(last, part string, width int) bool {
	word, _, _ := strings.Cut(part, " ")
	return len(last)+1+len(word) > width && (!heads(part) || strings.HasPrefix(part, "[client ") || strings.HasPrefix(part, "[pid ") || strings.HasPrefix(part, "[remote "))
}

// heads: such a line is the head of a message, of syslog's as well.
func heads(part string) bool { return begins(part) || syslogHead.MatchString(part) }

var syslogHead = whenAsked(`^(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|time=|level=|ts=)`)

// unfinished: a message of nginx about an upstream ends with its fields.
func unfinished(line string) bool {
	if !strings.Contains(line, "connect()") && !strings.Contains(line, "upstream") && !strings.Contains(line, "SSL_do_handshake") &&
		!strings.Contains(line, "recv() failed") && !strings.Contains(line, "[error]") && !strings.Contains(line, "[crit]") {
		return false
	}
	return (!strings.Contains(line, ", host: \"") || strings.HasSuffix(strings.TrimRight(line, " "), ", referrer:")) && !strings.Contains(line, "[emerg]")
}

// withinReason says that a line ends between the brackets behind "failed": "(2: No such file or".
func withinReason(line string) bool {
	i := strings.LastIndexByte(line, '(')
	return i > strings.LastIndexByte(line, ')') && i+1 < len(line) && line[i+1] >= '0' && line[i+1] <= '9'
}

// inAddress says that a line ends in the middle of where the gateway wanted to go.
func inAddress(line string) bool {
	i := strings.LastIndex(line, `upstream: "`)
	return i >= 0 && i+len(`upstream: "`) < len(line) && !strings.Contains(line[i+len(`upstream: "`):], `"`)
}

// endsAddress: the other half has its closing quote, and is no request or head of its own.
func endsAddress(part string) bool {
	end := strings.IndexByte(part, '"')
	return end > 0 && !strings.ContainsAny(part[:end], " []|") && !begins(part)
}

// continues knows how the second half of such a message begins.
func continues(part string) bool {
	for _, word := range [...]string{
		"failed (", "(SSL:", "(2:", "(13:", "(111:", "(104:", "(110:", "(113:", "(99:", "(11:", "while ", "connecting to upstream", "connection while", "reading response header",
		"upstream, client", "from upstream", "client: ", "server: ", "request: \"", "upstream: \"", "upstream: '", "\"http://", "\"https://", "http://", "https://", "\"fastcgi://", "\"uwsgi://", "host: \"", "referrer: \"", "unix:", "\"GET ", "\"POST ", "\"HEAD ", "\"PUT ",
	} {
		if strings.HasPrefix(part, word) {
			return true
		}
	}
	return false
}

// cutInBrackets: Apache's heads end with a bracket.
func cutInBrackets(line string) bool {
	line = strings.TrimLeft(line, " \t>`")
	return strings.HasPrefix(line, "[") && strings.Contains(line, ":error]") && strings.LastIndexByte(line, '[') > strings.LastIndexByte(line, ']')
}

// closesBracket: "140209936983808] (70007)The timeout …" is the rest of a head.
func closesBracket(part string) bool {
	end := strings.IndexByte(part, ']')
	return end > 0 && strings.IndexByte(part[:end], '[') < 0
}

// begins: such a line is the head of a message of its own.
func begins(part string) bool {
	return part[0] == '[' || part[0] == '{' || part[0] >= '0' && part[0] <= '9' && strings.ContainsAny(part[:min(len(part), 11)], "/-.")
}

// isPager knows what screens write between lines.
func isPager(part string) bool {
	return strings.HasPrefix(part, "Press [Enter] to continue") || strings.HasPrefix(part, "--More--") || strings.HasPrefix(part, "==>") && strings.HasSuffix(part, "<==")
}

// isStatus puts the state behind the name: systemctl tells them on two lines.
func isStatus(unit, part string) bool {
	if strings.Contains(unit, "systemctl is-active ") {
		return part == "inactive" || part == "failed"
	}
	return (strings.HasPrefix(part, "Loaded: ") || strings.HasPrefix(part, "Active: ")) && strings.Contains(unit, ".service - ")
}
