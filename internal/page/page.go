// Package page renders what people see, on both sides of the wall.
//
// A room's page is a typed view that embeds View and a template file that calls
// a layout and defines "main":
//
//	{{template "front" .}}{{define "main"}}<h1>{{.T "Hello"}}</h1>{{end}}
//
// Files whose name begins with "_" are partials that all pages of the room share.
// The ground's own partials (field, errors, notice, range, timeline …) are always
// there; each takes one of this package's typed structs. Words come with the view
// ({{.T "…"}}), never through a function map per request. Stylesheet, icon and
// tokens live here too, so that Front and Desk are one product. The package
// refuses inline styles and scripts (the content policy forbids them) and map
// views. It imports i18n, clock and fault.
package page

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"path"
	"strings"

	"waylight/internal/i18n"
)

//go:embed templates/*.html
var templates embed.FS

//go:embed locale/*.po
var locale embed.FS

// Templates are the ground's layouts and partials, for i18ntest.
func Templates() fs.FS { return templates }

// Locale is the catalogue of the ground's layouts and partials.
func Locale() fs.FS { return locale }

// View is the base of every typed view.
type View struct {
	i18n.Words
	Title     string // of this page, already in the person's language
	Site      string // what stands after the title; says nothing about the cause
	Path      string // this page's address without its query
	Languages []Language
	Exit      string // where the quick exit leads; empty: no exit (Desk)
	Home      string // where the site's name leads
	Refresh   int    // seconds after which the page loads itself anew; 0: never
	Notice    string // one sentence about what was just done
	Form      Form
}

// Language is one entry of the language switch.
type Language struct {
	Lang    i18n.Lang
	Name    string // in that language
	Href    string
	Current bool
}

// Base says on what a room's templates stand besides the ground's.
type Base struct {
	Templates []fs.FS   // layouts and partials of the zone, templates/*.html in each
	Assets    []*Assets // files that {{asset "name"}} may name; the ground's come first
}

// Set is a room's pages, parsed.
type Set struct {
	pages map[string]*template.Template
}

// Parse reads a room's pages on the ground alone. Without patterns it reads templates/*.html.
func Parse(fsys fs.FS, patterns ...string) (*Set, error) { return Base{}.Parse(fsys, patterns...) }

// Must is for sets that are part of the binary and tested.
func Must(s *Set, err error) *Set {
	if err != nil {
		panic(err)
	}
	return s
}

// Parse reads a room's pages on this base. A page is named by its file without ".html".
func (b Base) Parse(fsys fs.FS, patterns ...string) (*Set, error) {
	if len(patterns) == 0 {
		patterns = []string{"templates/*.html"}
	}
	root := template.New("").Option("missingkey=error").Funcs(template.FuncMap{"asset": b.asset})
	for _, zone := range append([]fs.FS{templates}, b.Templates...) {
		if _, err := root.ParseFS(zone, "templates/*.html"); err != nil {
			return nil, err
		}
	}
	var pages []string
	for _, p := range patterns {
		files, err := fs.Glob(fsys, p)
		if err != nil {
			return nil, err
		}
		for _, f := range files {
			if !strings.HasPrefix(path.Base(f), "_") {
				pages = append(pages, f)
			} else if _, err := root.ParseFS(fsys, f); err != nil {
				return nil, err
			}
		}
	}
	s := &Set{pages: map[string]*template.Template{}}
	for _, f := range pages {
		t, err := root.Clone()
		if err != nil {
			return nil, err
		}
		if t, err = t.ParseFS(fsys, f); err != nil {
			return nil, err
		}
		name := strings.TrimSuffix(path.Base(f), ".html")
		if s.pages[name] != nil {
			return nil, fmt.Errorf("page: two pages are named %s", name)
		}
		s.pages[name] = t.Lookup(path.Base(f))
	}
	if len(s.pages) == 0 {
		return nil, errors.New("page: no page matches " + strings.Join(patterns, ", "))
	}
	return s, nil
}

func (b Base) asset(name string) (string, error) {
	for _, a := range append([]*Assets{Ground()}, b.Assets...) {
		if p, ok := a.Path(name); ok {
			return p, nil
		}
	}
	return "", fmt.Errorf("page: there is no asset %s", name)
}

// Render writes the page whole or, on an error, not at all.
func (s *Set) Render(w io.Writer, name string, view any) error {
	t, err := s.Template(name)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := t.Execute(&b, view); err != nil {
		return fmt.Errorf("page %s: %w", name, err)
	}
	_, err = b.WriteTo(w)
	return err
}

// Template gives a page's template, for checks of templates against view types.
func (s *Set) Template(name string) (*template.Template, error) {
	t := s.pages[strings.TrimSuffix(name, ".html")]
	if t == nil {
		return nil, fmt.Errorf("page: there is no page %s", name)
	}
	return t, nil
}

// Story is one state of one page, rendered by the storybook: empty, one, many,
// long words, right to left, error, locked.
type Story struct {
	Name     string // "case/empty": file name of its picture
	Set      *Set
	Template string
	View     func(i18n.Words) any // made from literals: no store, no clock
}
