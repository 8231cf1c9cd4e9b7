package conf

import (
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"fix502/sysinfo/late"
)

var yamlLine = late.New(`line (\d+)`)

// maxTries bounds how many beginnings of a text are read to find where it stops being YAML.
const maxTries = 100

// YAML reads a text that may be YAML. Where it is none, the line is the first with which it cannot be any, whatever follows: the reader's own word for
// that may be a line off, or the line where a block began.
func YAML(text string, doc *yaml.Node) (line int, err error) {
	if err = yaml.Unmarshal([]byte(text), doc); err == nil {
		return 0, nil
	}
	if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
		line, _ = strconv.Atoi(m[1])
	}
	lines := strings.SplitAfter(text, "\n")
	from := min(line+2, len(lines)-1)
	for n := from; n >= max(0, from-maxTries); n-- { // the longest beginning that is whole: a list in brackets is not until its end
		if yaml.Unmarshal([]byte(strings.Join(lines[:n], "")), new(yaml.Node)) == nil {
			return n + 1, fmt.Errorf("%s", yamlLine.ReplaceAllString(err.Error(), fmt.Sprintf("line %d", n+1)))
		}
	}
	return line, err
}
