package checks

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// What is compiled when it is first asked must compile: each text in the source is tried.
func TestPatterns(t *testing.T) {
	tried := 0
	err := filepath.WalkDir("..", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if !makesLate(call.Fun) || name == "../checks/whenasked.go" {
				return true
			}
			text, known := literalOf(call.Args[0])
			if tried++; !known {
				t.Errorf("%s: a pattern that is not written out", name)
			} else if _, err := regexp.Compile(text); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if tried < 100 {
		t.Errorf("only %d patterns were found", tried)
	}
}

// makesLate says that a function makes such a pattern: whenAsked here, late.New elsewhere.
func makesLate(f ast.Expr) bool {
	switch f := f.(type) {
	case *ast.Ident:
		return f.Name == "whenAsked"
	case *ast.SelectorExpr:
		in, ok := f.X.(*ast.Ident)
		return ok && in.Name == "late" && f.Sel.Name == "New"
	}
	return false
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
