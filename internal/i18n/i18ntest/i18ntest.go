// Package i18ntest checks that a room's words are complete: every sentence its
// templates and Go files show has a translation in every language, and no
// catalogue carries a sentence that nothing shows.
package i18ntest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"text/template/parse"

	"waylight/internal/i18n"
)

// Room is what is checked. Only Locale and one of Templates or Go are needed.
type Room struct {
	Templates []fs.FS     // all *.html below
	Go        []string    // folders of Go files, relative to the test: "." and the rooms whose faults are shown
	Keys      []string    // sentences that reach T in another way
	Locale    fs.FS       // the room's own catalogue: nothing in it may be dead
	Shared    []fs.FS     // catalogues that the room may rely on (page.Locale(), ui.Locale())
	Langs     []i18n.Lang // nil: Russian
}

// Check fails the test for each sentence without a translation and each translation without a use.
func Check(t *testing.T, r Room) {
	t.Helper()
	used := map[string]string{}
	for _, k := range r.Keys {
		used[k] = "the test's list"
	}
	for _, f := range r.Templates {
		templateKeys(t, f, used)
	}
	for _, dir := range r.Go {
		goKeys(t, dir, used)
	}
	if len(used) == 0 {
		t.Fatal("no sentence was found: the check looks in the wrong place")
	}
	c, err := i18n.Load(append(slices.Clone(r.Shared), r.Locale)...)
	if err != nil {
		t.Fatal(err)
	}
	if r.Langs == nil {
		r.Langs = []i18n.Lang{i18n.Russian}
	}
	for _, l := range r.Langs {
		for _, k := range slices.Sorted(maps.Keys(used)) {
			if !c.Has(l, k) {
				t.Errorf("%s: %q is not translated (%s)", l, k, used[k])
			}
		}
		own, err := i18n.Keys(r.Locale, l)
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range own {
			if _, ok := used[k]; !ok {
				t.Errorf("%s: %q is translated but nothing shows it", l, k)
			}
		}
	}
}

// templateKeys finds the first argument of every .T and .N in the parse trees.
func templateKeys(t *testing.T, fsys fs.FS, used map[string]string) {
	t.Helper()
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".html") {
			return err
		}
		b, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		tree := parse.New(name)
		tree.Mode = parse.SkipFuncCheck
		set := map[string]*parse.Tree{}
		if _, err := tree.Parse(string(b), "", "", set); err != nil {
			return err
		}
		for _, tr := range set {
			walk(tr.Root, func(c *parse.CommandNode) { command(c, name, used) })
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func command(c *parse.CommandNode, where string, used map[string]string) {
	method := ""
	switch n := c.Args[0].(type) {
	case *parse.FieldNode:
		method = n.Ident[len(n.Ident)-1]
	case *parse.VariableNode:
		method = n.Ident[len(n.Ident)-1]
	case *parse.ChainNode:
		method = n.Field[len(n.Field)-1]
	}
	if method != "T" && method != "N" || len(c.Args) < 2 {
		return
	}
	if s, ok := c.Args[1].(*parse.StringNode); ok {
		used[s.Text] = where
	}
}

// walk visits every command below n.
func walk(n parse.Node, visit func(*parse.CommandNode)) {
	switch n := n.(type) {
	case *parse.ListNode:
		if n == nil {
			return
		}
		for _, c := range n.Nodes {
			walk(c, visit)
		}
	case *parse.ActionNode:
		walk(n.Pipe, visit)
	case *parse.TemplateNode:
		walk(n.Pipe, visit)
	case *parse.IfNode:
		branch(&n.BranchNode, visit)
	case *parse.RangeNode:
		branch(&n.BranchNode, visit)
	case *parse.WithNode:
		branch(&n.BranchNode, visit)
	case *parse.PipeNode:
		if n == nil {
			return
		}
		for _, c := range n.Cmds {
			walk(c, visit)
		}
	case *parse.CommandNode:
		visit(n)
		for _, a := range n.Args {
			walk(a, visit)
		}
	case *parse.ChainNode:
		walk(n.Node, visit)
	}
}

func branch(b *parse.BranchNode, visit func(*parse.CommandNode)) {
	walk(b.Pipe, visit)
	walk(b.List, visit)
	walk(b.ElseList, visit)
}

// sentenceArgument says which argument of a call is a sentence for people.
func sentenceArgument(name string) (int, bool) {
	switch name {
	case "T", "N", "Key", "Because", "say": // record.Because(sentence, particulars…)
		return 0, true
	case "New", "Bad": // fault.New(kind, sentence), Context.Bad(field, sentence)
		return 1, true
	case "Need", "wrong":
		return 1, true
	case "Field": // Check.Field(ok, name, sentence)
		return 2, true
	}
	return 0, false
}

// goKeys finds sentences in a folder's Go files: T, N, i18n.Key, fault.New,
// Check.Field, Context.Need and Context.Bad with a literal.
func goKeys(t *testing.T, dir string, used map[string]string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	fset := token.NewFileSet()
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(fset, name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if s, ok := sentence(call); ok {
				used[s] = fset.Position(call.Pos()).String()
			}
			return true
		})
	}
}

func sentence(call *ast.CallExpr) (string, bool) {
	name := ""
	switch f := call.Fun.(type) {
	case *ast.SelectorExpr:
		name = f.Sel.Name
		if x, ok := f.X.(*ast.Ident); ok && name == "New" && x.Name != "fault" {
			return "", false
		}
	case *ast.Ident:
		if f.Name == "Key" || f.Name == "New" || f.Name == "Because" || f.Name == "wrong" { // inside packages i18n, fault and record
			name = f.Name
		}
	}
	i, ok := sentenceArgument(name)
	if !ok || i >= len(call.Args) {
		return "", false
	}
	lit, ok := call.Args[i].(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil
}
