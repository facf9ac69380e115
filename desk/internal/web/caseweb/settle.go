package caseweb

import (
	"slices"
	"strings"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/merge"
	"waylight/desk/internal/web/ui"
	"waylight/internal/page"
)

// stack is the versions of one thing that a form edits.
type stack struct {
	saw     int
	current meta
	apart   []meta // the rivals that wait for a person
	all     []meta
	asOf    func(saw int) int          // which version stood when there were so many; 0: none
	as      func(version int) formSeed // the form's case as if this version stood alone
}

// meta is a version without what it says.
type meta struct {
	version, base int
	author        string
	at            time.Time
}

// formSeed is what a form is built from: a case, or for what lies outside of cases the thing itself.
type formSeed struct {
	c     *cases.Case
	place cases.Refuge
	help  cases.Helper
}

func metaOf[T any](e cases.Edition[T]) meta { return meta{e.Version, e.Base, e.Author, e.At} }

// stackOf makes a stack of a sheet; seed gives what the form is built from when a sheet stands in its place.
func stackOf[T any](s cases.Sheet[T], seed func(cases.Sheet[T]) formSeed) stack {
	st := stack{saw: s.Saw(), current: metaOf(s.Current)}
	for _, e := range s.History {
		st.all = append(st.all, metaOf(e))
	}
	for _, e := range s.Apart() {
		st.apart = append(st.apart, metaOf(e))
	}
	st.asOf = func(saw int) int { return s.AsOf(saw).Current.Version }
	st.as = func(version int) formSeed {
		one := cases.Sheet[T]{ID: s.ID}
		for _, e := range s.History {
			if e.Version == version {
				one.Current, one.History = e, []cases.Edition[T]{e}
			}
		}
		return seed(one)
	}
	return st
}

// inCase puts a sheet into a copy of a case.
func inCase[T any](c *cases.Case, put func(*cases.Case, cases.Sheet[T])) func(cases.Sheet[T]) formSeed {
	return func(s cases.Sheet[T]) formSeed {
		other := *c
		put(&other, s)
		return formSeed{c: &other}
	}
}

// inList puts a sheet into a copy of a list of them.
func inList[T any](all []cases.Sheet[T], s cases.Sheet[T]) []cases.Sheet[T] {
	all = slices.Clone(all)
	for i := range all {
		if all[i].ID == s.ID {
			all[i] = s
		}
	}
	return all
}

func listed[T any](k *kit, all []cases.Sheet[T], put func(*cases.Case, []cases.Sheet[T])) (stack, bool) {
	s, ok := find(all, k.item)
	return stackOf(s, inCase(k.c, func(c *cases.Case, one cases.Sheet[T]) { put(c, inList(all, one)) })), ok
}

// stacks gives, by the path of a form, the versions of what it edits.
func stacks() map[string]func(*kit) (stack, bool) {
	return map[string]func(*kit) (stack, bool){
		"triage": func(k *kit) (stack, bool) {
			return stackOf(k.c.Triage, inCase(k.c, func(c *cases.Case, s cases.Sheet[cases.Triage]) { c.Triage = s })), true
		},
		"risk": func(k *kit) (stack, bool) {
			return stackOf(k.c.Risk, inCase(k.c, func(c *cases.Case, s cases.Sheet[cases.Risk]) { c.Risk = s })), true
		},
		"plan/edit": func(k *kit) (stack, bool) {
			return stackOf(k.c.Plan, inCase(k.c, func(c *cases.Case, s cases.Sheet[cases.Plan]) { c.Plan = s })), true
		},
		"people/{item}/edit": func(k *kit) (stack, bool) {
			return listed(k, k.c.Parties, func(c *cases.Case, all []cases.Sheet[cases.Party]) { c.Parties = all })
		},
		"papers/{item}/edit": func(k *kit) (stack, bool) {
			return listed(k, k.c.Papers, func(c *cases.Case, all []cases.Sheet[cases.Paper]) { c.Papers = all })
		},
		"needs/{item}/edit": func(k *kit) (stack, bool) {
			return listed(k, k.c.Needs, func(c *cases.Case, all []cases.Sheet[cases.Need]) { c.Needs = all })
		},
		"given/{item}/edit": func(k *kit) (stack, bool) {
			return listed(k, k.c.Given, func(c *cases.Case, all []cases.Sheet[cases.Delivery]) { c.Given = all })
		},
		"legs/{item}/edit": legStack,
	}
}

func legStack(k *kit) (stack, bool) {
	for i, l := range k.c.Legs {
		if l.ID != k.item {
			continue
		}
		return stackOf(l.Sheet, inCase(k.c, func(c *cases.Case, s cases.Sheet[cases.Leg]) {
			c.Legs = slices.Clone(c.Legs)
			c.Legs[i].Sheet, c.Legs[i].Leg = s, s.Content()
		})), true
	}
	return stack{}, false
}

// settler shows versions that were written at once beside each other, field by
// field, and keeps the one that a person makes of them.
type settler struct {
	*ui.Context
	stack stack
	draw  func(formSeed) formView // the ordinary form
	names names
	now   time.Time
	f     page.Form
}

// shape is a form taken apart.
type shape struct {
	values []merge.Field
	fields map[string]page.Field // how each is shown
	hidden []ui.Hidden
}

// rowKey is the hidden field that says which row of a plan is the same in every version.
const rowKey = "key-"

func (s *settler) shape(version int) shape {
	v := s.draw(s.stack.as(version))
	out := shape{fields: map[string]page.Field{}, hidden: v.Hidden}
	keys := map[string]string{}
	for _, h := range v.Hidden {
		if n, ok := strings.CutPrefix(h.Name, rowKey); ok {
			keys[n] = h.Value
		}
	}
	for _, g := range v.Groups {
		for _, f := range g.Fields {
			name := f.Name
			if word, n, ok := strings.Cut(name, "-"); ok && keys[n] != "" {
				name = word + "-" + keys[n]
			}
			if f.Kind == "file" {
				continue
			}
			if f.Label == "" && len(f.Options) > 0 { // a box to tick
				f.Label = f.Options[0].Label
			}
			if g.Legend != "" && g.Row {
				f.Label = g.Legend + ": " + f.Label
			}
			out.values = append(out.values, merge.Field{Name: name, Values: shown(f)})
			out.fields[name] = f
		}
	}
	return out
}

// shown is what a browser would send of a field: of a list of one choice that holds nothing, its first.
func shown(f page.Field) []string {
	if f.Kind == "select" && len(f.Options) > 0 && !slices.ContainsFunc(f.Options, func(o page.Option) bool { return f.Has(o.Value) }) {
		if f.Value() != "" {
			return f.Values // such as a place that cannot be chosen any more: a person must see it
		}
		return []string{f.Options[0].Value}
	}
	return f.Values
}

// rows compares the versions.
func (s *settler) rows() (standing shape, shapes map[int]shape, rows []merge.Row) {
	shapes = map[int]shape{}
	get := func(version int) shape {
		x, ok := shapes[version]
		if !ok {
			x = s.shape(version)
			shapes[version] = x
		}
		return x
	}
	standing = get(s.stack.current.version)
	var beside []merge.Side
	for _, m := range s.stack.apart {
		beside = append(beside, merge.Side{Version: m.version, Start: get(s.stack.asOf(m.base)).values, Fields: get(m.version).values})
	}
	rows = merge.Rows(merge.Side{Version: s.stack.current.version, Fields: standing.values}, beside)
	return standing, shapes, rows
}

// wrote finds who gave a field the value that it has in a version: the standing
// one may have come to it some versions ago.
func (s *settler) wrote(shapes map[int]shape, name string, version int) meta {
	m := s.stack.all[version-1]
	if version != s.stack.current.version {
		return m
	}
	is := valueIn(s.see(shapes, version), name)
	for n := s.stack.saw; n > 0; n-- {
		v := s.stack.asOf(n)
		if !merge.Same(valueIn(s.see(shapes, v), name), is) {
			break
		}
		m = s.stack.all[v-1]
	}
	return m
}

func (s *settler) see(shapes map[int]shape, version int) shape {
	if _, ok := shapes[version]; !ok {
		shapes[version] = s.shape(version)
	}
	return shapes[version]
}

func valueIn(x shape, name string) []string {
	for _, f := range x.values {
		if f.Name == name {
			return f.Values
		}
	}
	return nil
}
