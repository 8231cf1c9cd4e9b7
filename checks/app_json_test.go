package checks

import (
	"encoding/json"
	"errors"
	"testing"
)

func TestComma(t *testing.T) {
	for name, tt := range map[string]struct {
		text string
		line int
		edit string
	}{
		"one too many":       {"{\n  \"a\": 1,\n  \"b\": [2],\n}\n", 3, `3s/,\([[:space:]]*\)$/\1/`},
		"one too many, list": {"[\n  1,\n  2,\n]\n", 3, `3s/,\([[:space:]]*\)$/\1/`},
		"missing":            {"{\n  \"a\": 1\n  \"b\": 2\n}\n", 2, `2s/[[:space:]]*$/,&/`},
		"missing, object":    {"{\n  \"a\": {}\n  \"b\": 2\n}\n", 2, `2s/[[:space:]]*$/,&/`},
		"a quote":            {"{\n  \"a: 1,\n  \"b\": 2\n}\n", 2, ""},
		"two slips":          {"{\n  \"a\": 1\n  \"b\": 2,\n}\n", 3, ""},
		"cut off":            {"{\n  \"a\": 1,\n", 2, ""},
		"nothing":            {"", 1, ""},
		"a comment":          {"// a\n{}\n", 1, ""},
	} {
		var slip *json.SyntaxError
		if !errors.As(json.Unmarshal([]byte(tt.text), new(any)), &slip) {
			t.Fatalf("%s: is JSON", name)
		}
		if got := comma(tt.text, int(slip.Offset)); got.line != tt.line || got.edit != tt.edit {
			t.Errorf("%s: got line %d, %q; want line %d, %q", name, got.line, got.edit, tt.line, tt.edit)
		}
	}
}

func FuzzComma(f *testing.F) {
	f.Add("{\n \"a\": 1,\n}\n", 10)
	f.Fuzz(func(t *testing.T, text string, offset int) {
		if got := comma(text, offset); got.line < 1 || got.says == "" {
			t.Errorf("%q at %d: %+v", text, offset, got)
		}
	})
}
