package checks

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/conf"
)

// sh quotes a word for the shell; what needs no quotes gets none.
func sh(s string) string {
	plain := s != ""
	for _, r := range s {
		if !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%+=:,./_-", r) {
			plain = false
		}
		if r < 0x20 || r == 0x7f || risky(r) {
			return ansiC(s)
		}
	}
	if plain {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// ansiC is bash's $'…', in which control characters can be shown.
func ansiC(s string) string {
	var b strings.Builder
	b.WriteString("$'")
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\'' || c == '\\':
			b.WriteString(`\` + string(c))
		case c == '\t':
			b.WriteString(`\t`)
		case c < 0x20 || c >= 0x7f:
			fmt.Fprintf(&b, `\x%02x`, c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String() + "'"
}

// realFile is the file to edit: what a link in sites-enabled points to, and for a container's where this machine has it.
func realFile(r sysinfo.Root, name string) string {
	if p, err := r.Resolve(name); err == nil {
		name = p
	}
	if at, ok := r.Outside(name); ok {
		return at.Path
	}
	return name
}

// replace is a sed command that changes one text into another on one line of a file and nowhere else. A text that is part of a longer word before
// it, as timeout=2 is of connectiontimeout=2, is not meant: sed is told then which one it is, on the way back as well.
func replace(r sysinfo.Root, at sysinfo.Place, old, new string) string {
	return fmt.Sprintf("sed -i %s %s", sh(fmt.Sprintf("%ds#%s#%s#%s", at.Line, sedPattern(old), sedText(new), which(rawLine(r, at), old, new))), sh(realFile(r, at.File)))
}

// which is the flag by which sed's s command takes the text that stands as words of its own; empty for the first one there is.
func which(line, old, new string) string {
	from := conf.Whole(line, old)
	if from < 0 { // it is not there yet: the way back, on the line as it will be
		if from = conf.Whole(line, new); from < 0 || old == "" || new == "" {
			return ""
		}
		line = line[:from] + old + line[from+len(new):]
	}
	if n := strings.Count(line[:from], old); n > 0 {
		return fmt.Sprint(n + 1)
	}
	return ""
}

// wholePath finds a path in a text, not one that only begins or ends as it does: /srv/releases/1 is not in /srv/releases/12.
func wholePath(name string) pattern {
	return regexp.MustCompile(`(^|[^\w./])` + regexp.QuoteMeta(name) + `($|[/\s"':;,)])`)
}

// replacePath is replace for a path, wherever a line names it as a whole, and the way back.
func replacePath(r sysinfo.Root, at sysinfo.Place, old, new string) (edit, undo string) {
	line := rawLine(r, at)
	if strings.Count(line, old) == 1 && !strings.Contains(line, new) {
		return replace(r, at, old, new), replace(r, at, new, old)
	}
	text := fmt.Sprintf(`%ds#\(^\|[^[:alnum:]_./]\)%s\($\|[/[:space:]"':;,)]\)#\1%s\2#g`, at.Line, sedPattern(old), sedText(new))
	return fmt.Sprintf("sed -i %s %s", sh(text), sh(realFile(r, at.File))), setLine(r, at, strings.TrimSpace(line))
}

// insertAfter adds a line, or several, below a place, with its indentation.
func insertAfter(r sysinfo.Root, at sysinfo.Place, text string) string {
	return sedLines(r, at, 'a', text)
}

// setLine replaces a whole line, keeping its indentation.
func setLine(r sysinfo.Root, at sysinfo.Place, text string) string { return sedLines(r, at, 'c', text) }

// sedLines is sed's a or c command in its one-line form (GNU sed, "Commands Requiring a newline").
func sedLines(r sysinfo.Root, at sysinfo.Place, command byte, text string) string {
	indent := indentOf(r, at)
	mark := " " // without indentation: after a backslash sed would read the first letter as \r or \t
	if indent != "" {
		mark = `\`
	}
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = indent + strings.ReplaceAll(lines[i], `\`, `\\`)
	}
	return fmt.Sprintf("sed -i %s %s", sh(fmt.Sprintf("%d%c%s%s", at.Line, command, mark, strings.Join(lines, `\n`))), sh(realFile(r, at.File)))
}

// indentOf is the white space that a line begins with.
func indentOf(r sysinfo.Root, at sysinfo.Place) string {
	line := rawLine(r, at)
	return line[:len(line)-len(strings.TrimLeft(line, " \t"))]
}

// removeBelow takes away what insertAfter added: n lines below a place.
func removeBelow(r sysinfo.Root, at sysinfo.Place, n int) string {
	return fmt.Sprintf("sed -i %d,%dd %s", at.Line+1, at.Line+n, sh(realFile(r, at.File)))
}

// commentOut switches a line off and keeps its indentation.
func commentOut(r sysinfo.Root, at sysinfo.Place) string {
	return fmt.Sprintf("sed -i %s %s", sh(fmt.Sprintf("%ds/^[[:space:]]*/&# /", at.Line)), sh(realFile(r, at.File)))
}

// undoAll is the way back in the opposite order, so that line numbers are true when their command runs.
func undoAll(steps []string) string {
	steps = slices.Clone(steps)
	slices.Reverse(steps)
	return strings.Join(steps, "; ")
}

func sedPattern(s string) string {
	var b strings.Builder
	for _, r := range s {
		if strings.ContainsRune(`\.*[]^$#`, r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

func sedText(s string) string {
	return strings.NewReplacer(`\`, `\\`, `&`, `\&`, `#`, `\#`, "\n", `\n`).Replace(s)
}

// unitWord is a unit's name as people type it.
func unitWord(name string) string {
	if _, word, kept := strings.Cut(name, ":"); kept && !strings.HasSuffix(name, ".service") {
		return word
	}
	return strings.TrimSuffix(name, ".service")
}
