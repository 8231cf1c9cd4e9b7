package checks

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// What is compiled when it is first asked must compile: each text in the source is tried.
func TestPatterns(t *testing.T) {
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	tried := 0
	for _, e := range files {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), e.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if name, ok := call.Fun.(*ast.Ident); !ok || name.Name != "whenAsked" {
				return true
			}
			text, known := literalOf(call.Args[0])
			if tried++; !known {
				t.Errorf("%s: a pattern that is not written out", e.Name())
			} else if _, err := regexp.Compile(text); err != nil {
				t.Errorf("%s: %v", e.Name(), err)
			}
			return true
		})
	}
	if tried < 100 {
		t.Errorf("only %d patterns were found", tried)
	}
}

// literalOf is a string as the source writes it, in one piece or several.
func literalOf(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		s, err := strconv.Unquote(e.Value)
		return s, err == nil
	case *ast.BinaryExpr:
		a, ok := literalOf(e.X)
		b, ok2 := literalOf(e.Y)
		return a + b, ok && ok2 && e.Op == token.ADD
	}
	return "", false
}
