package phpfpm

import (
	"fmt"
	"strings"
)

// lineKind is what one line of an ini file is.
type lineKind int

const (
	blank   lineKind = iota
	section          // [www]
	entry            // key = value
	array            // key[name] = value
	lone             // key without =
	faulty           // the scanner refuses it
)

// line is one line after zend_ini_scanner.l in its normal mode, checked against php-fpm 8.2.
type line struct {
	kind  lineKind
	key   string
	name  string // in the brackets of an array
	value string
	fault string
}

func broken(format string, args ...any) line {
	return line{kind: faulty, fault: "syntax error, " + fmt.Sprintf(format, args...)}
}

func parseLine(text string) line {
	text = strings.Trim(text, " \t\r\n")
	switch {
	case text == "" || text[0] == ';':
		return line{}
	case text[0] == '[':
		return parseSection(text)
	}
	end := strings.IndexAny(text, "=;[&|^$~(){}!\"\x00")
	if end < 0 {
		return line{kind: lone, key: text}
	}
	key, rest := strings.TrimRight(text[:end], " \t"), text[end:]
	switch {
	case rest[0] == ';' && key != "":
		return line{kind: lone, key: key}
	case rest[0] == '[' && key != "":
		return parseArray(key, rest[1:])
	case rest[0] != '=' || key == "":
		return broken("unexpected '%c'", rest[0])
	}
	value, fault := parseValue(rest[1:])
	if fault != "" {
		return line{kind: faulty, key: key, fault: fault}
	}
	return line{kind: entry, key: key, value: value}
}

// parseSection reads [name]; what follows the bracket on its line is FPM's to judge, and rare.
func parseSection(text string) line {
	name, rest, ok := strings.Cut(text[1:], "]")
	if !ok {
		return broken("unexpected end of file, expecting ']'")
	}
	rest = strings.TrimLeft(rest, " \t")
	if rest != "" && rest[0] != ';' {
		return line{kind: lone, key: rest}
	}
	return line{kind: section, key: unquote(strings.TrimSpace(name))}
}

func parseArray(key, rest string) line {
	name, rest, ok := strings.Cut(rest, "]")
	if !ok {
		return broken("unexpected end of file, expecting ']'")
	}
	l := line{kind: array, key: key, name: unquote(strings.TrimSpace(name))}
	rest = strings.TrimLeft(rest, " \t")
	if !strings.HasPrefix(rest, "=") {
		return line{kind: lone, key: key}
	}
	var fault string
	if l.value, fault = parseValue(rest[1:]); fault != "" {
		return line{kind: faulty, key: key, fault: fault}
	}
	return l
}

func unquote(s string) string {
	if len(s) >= 2 && (s[0] == '"' || s[0] == '\'') && s[len(s)-1] == s[0] {
		return s[1 : len(s)-1]
	}
	return s
}

// parseValue reads what follows the = sign. Constants and ${variables} stay as written: they are the service's.
func parseValue(text string) (value, fault string) {
	v := &scan{rest: strings.Trim(text, " \t\r\n")}
	for v.rest != "" && v.fault == "" && v.rest[0] != ';' {
		v.step()
	}
	if v.fault != "" {
		return "", v.fault
	}
	value = v.out.String()
	if !v.quoted {
		value = strings.TrimRight(value, " \t")
		switch strings.ToLower(value) {
		case "true", "on", "yes":
			return "1", ""
		case "false", "off", "no", "none", "null":
			return "", ""
		}
	}
	return value, ""
}
