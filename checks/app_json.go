package checks

import (
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
)

// refusesJSON are the words of programs that were given JSON which is none: V8's, Python's json, Go's encoding/json, PHP's, Ruby's, .NET's and Jackson's.
var refusesJSON = whenAsked(`SyntaxError:.*(?:JSON|Unexpected (?:token|string|number|end))|JSONDecodeError|json\.decoder\.|invalid character '.{1,6}' (?:looking for|after)|JSON::ParserError|JsonReaderException|JsonParseException|Invalid JSON|[Ff]ailed to (?:load|parse) (?:configuration|config) .*json`)

// brokenJSON names the file of settings that an app reads and that is no JSON, with the line of the slip. One comma too many or too few is mended
// where the file is whole with it.
func brokenJSON(f *sysinfo.Facts, u sysinfo.Unit, lines []sysinfo.JournalLine, found *Finding) bool {
	if lastSaid(recent(lines), refusesJSON) == nil {
		return false
	}
	for _, file := range settingsRead(f, u) {
		if path.Ext(file) != ".json" {
			continue
		}
		b, err := f.Host.Root.ReadFile(file)
		var slip *json.SyntaxError
		if err != nil || !errors.As(json.Unmarshal(b, new(any)), &slip) {
			continue
		}
		text := string(b)
		wrong := comma(text, int(slip.Offset))
		at := sysinfo.Place{File: file, Line: wrong.line}
		found.Where, found.Confidence = at, 0.97
		found.Summary += fmt.Sprintf("; %s is no JSON: %s", file, wrong.says)
		found.Evidence = append([]Evidence{codeLine(f.Host.Root, at)}, found.Evidence...)
		x := Fix{Title: "Mend " + file + ", then start " + unitWord(u.Name), Risk: Low}
		if wrong.edit == "" {
			x = x.Tell("Correct line %d of %s: %s. python3 -m json.tool %s says when it is whole", wrong.line, file, wrong.says, sh(file))
		} else {
			real := sh(realFile(f.Host.Root, file))
			x.Undo = fmt.Sprintf("sed -i %s %s", sh(wrong.undo), real)
			x = x.Do(wrong.say, "sed -i %s %s", sh(wrong.edit), real)
		}
		found.Fix = startAnew(u, x, "Start it anew")
		return true
	}
	return false
}

// A slipIn is where a text stops being JSON, and sed's way to mend it and back; without an edit a person has to.
type slipIn struct {
	line                  int
	says, say, edit, undo string
}

// comma finds out whether a text is JSON but for one comma at the end of a line. offset is the number of bytes after which the reader
// gave up (encoding/json, SyntaxError).
func comma(text string, offset int) slipIn {
	at := max(0, min(offset, len(text))-1)
	before := strings.TrimRight(text[:at], " \t\r\n")
	rest := text[len(before):]
	if end := strings.IndexByte(rest, '\n'); before != "" && end >= 0 && strings.TrimSpace(rest[:end]) == "" {
		line := 1 + strings.Count(before, "\n")
		put, cut := fmt.Sprintf(`%ds/[[:space:]]*$/,&/`, line), fmt.Sprintf(`%ds/,\([[:space:]]*\)$/\1/`, line)
		if short, many := strings.CutSuffix(before, ","); many && json.Valid([]byte(short+rest)) {
			return slipIn{line, fmt.Sprintf("the comma at the end of line %d is one too many", line), "Take the comma away", cut, put}
		}
		if json.Valid([]byte(before + "," + rest)) {
			return slipIn{line, fmt.Sprintf("a comma is missing at the end of line %d", line), "Put the comma there", put, cut}
		}
	}
	return slipIn{line: 1 + strings.Count(text[:at], "\n"), says: "the slip is here, or just before"}
}
