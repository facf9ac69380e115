package figures

import (
	"cmp"
	"reflect"
	"slices"

	"waylight/desk/internal/count"
	"waylight/desk/internal/record"
	"waylight/internal/clock"
)

// Key is the place of a claim in the order of claims: when it was asserted, when and as
// which row it was entered.
type Key struct {
	Asserted string `json:"a"`
	At       int64  `json:"t"`
	Row      int64  `json:"r"`
}

func (k Key) compare(o Key) int {
	return cmp.Or(cmp.Compare(k.Asserted, o.Asserted), cmp.Compare(k.At, o.At), cmp.Compare(k.Row, o.Row))
}

// Entry is one claim as a figure saw it, with what its numbers add to the whole.
type Entry struct {
	Use
	Key     Key         `json:"key"`
	Range   count.Range `json:"range,omitzero"`
	Group   string      `json:"group,omitempty"`
	Denials []string    `json:"denials,omitempty"`
	Window
}

// Window is the days as of which something holds: from the first on, before the last. "" is open.
type Window struct {
	First  clock.Day `json:"first,omitempty"`
	Before clock.Day `json:"before,omitempty"`
}

func (w Window) holds(day clock.Day) bool {
	return (w.First == "" || w.First <= day) && (w.Before == "" || day < w.Before)
}

// narrow takes in a day from which on something is otherwise.
func (w *Window) narrow(turns, asOf clock.Day) {
	switch {
	case turns == "":
	case turns <= asOf:
		w.First = max(w.First, turns)
	case w.Before == "" || turns < w.Before:
		w.Before = turns
	}
}

// Pages is a reckoning of very many claims in parts: each part is kept once and never
// changed, with what it adds to the whole, so that a later reckoning of the same figure
// keeps those in which nothing changed.
type Pages struct {
	Touch int64  `json:"touch"` // up to which change of claims it goes
	Out   int    `json:"out"`   // how many exclusions it knows
	List  []Page `json:"list"`
}

// Page is one part: what it adds, and where its entries lie.
type Page struct {
	ID    string  `json:"id"` // "" it was not kept yet
	First Key     `json:"first"`
	Sum   Share   `json:"sum"`
	Body  []Entry `json:"-"` // when it was loaded
}

// Share is what a page adds to a figure.
type Share struct {
	Used, Left int
	Gathered   count.Gathered `json:"g"`
	Groups     []string       `json:"groups,omitempty"` // of origin; two are enough to know that there are several
	Denials    []string       `json:"denials,omitempty"`
	Window
}

// look evaluates one claim. superseder gives the claim that took its place, if it is of the figure.
func look(f Figure, asOf clock.Day, c record.Weighed, superseder *record.Weighed, out map[string]Exclusion) Entry {
	all := map[string]*record.Weighed{}
	e := Entry{Key: Key{Asserted: string(c.Asserted), At: clock.Micros(c.At)}}
	turns := func(c record.Weighed) {
		first, _ := c.Asserted.Span()
		_, last := c.Counted.Span()
		e.narrow(first, asOf)
		e.narrow(last, asOf)
	}
	if turns(c); superseder != nil {
		all[superseder.ID] = superseder
		turns(*superseder)
	}
	ok, why := admit(f, asOf, c, all, out)
	e.Use = Use{Claim: c.ID, Used: ok, Reason: why}
	if e.Range = c.Range(); !e.Range.Unknown() {
		e.Group = c.From.Group
	}
	for _, s := range c.Denials {
		_, last := s.Dated.Span()
		e.narrow(last, asOf)
		if s.Dated.On(asOf) && !slices.Contains(e.Denials, s.ID) {
			e.Denials = append(e.Denials, s.ID)
		}
	}
	return e
}

// page sums entries up.
func page(body []Entry) Page {
	p := Page{First: body[0].Key, Body: body}
	for _, e := range body {
		p.Sum.narrowTo(e.Window)
		if !e.Used {
			p.Sum.Left++
			continue
		}
		p.Sum.Used++
		p.Sum.Gathered.Add(e.Range)
		p.Sum.Groups = several(p.Sum.Groups, e.Group)
		p.Sum.Denials = distinct(p.Sum.Denials, e.Denials...)
	}
	return p
}

func (w *Window) narrowTo(o Window) {
	w.First = max(w.First, o.First)
	if w.Before == "" || o.Before != "" && o.Before < w.Before {
		w.Before = o.Before
	}
}

func several(have []string, more ...string) []string {
	for _, g := range more {
		if g != "" && len(have) < 2 && !slices.Contains(have, g) {
			have = append(have, g)
		}
	}
	return have
}

func distinct(have []string, more ...string) []string {
	for _, x := range more {
		if !slices.Contains(have, x) {
			have = append(have, x)
		}
	}
	return have
}

// cut makes pages of entries in their order.
func cut(entries []Entry, size int) (list []Page) {
	for body := range slices.Chunk(entries, size) {
		list = append(list, page(slices.Clone(body)))
	}
	return list
}

// put puts entries that were looked at anew into the pages. It tells whether a use
// became another one. body loads the entries of a page.
func (p *Pages) put(entries []Entry, size int, body func(*Page) error) (changed bool, err error) {
	list := slices.Clone(p.List)
	touched := map[int][]Entry{}
	for _, e := range entries {
		n, found := slices.BinarySearchFunc(list, e.Key, func(p Page, k Key) int { return p.First.compare(k) })
		if !found {
			n = max(0, n-1)
		}
		touched[n] = append(touched[n], e)
	}
	var out []Page
	for n := range list {
		if len(touched[n]) == 0 {
			out = append(out, list[n])
			continue
		}
		if err := body(&list[n]); err != nil {
			return false, err
		}
		now, differs := slices.Clone(list[n].Body), false
		for _, e := range touched[n] {
			at, found := slices.BinarySearchFunc(now, e.Key, func(x Entry, k Key) int { return x.Key.compare(k) })
			switch {
			case !found:
				now, changed, differs = slices.Insert(now, at, e), true, true
			case !reflect.DeepEqual(now[at], e):
				changed = changed || !sameUse(now[at].Use, e.Use)
				now[at], differs = e, true
			}
		}
		if !differs {
			out = append(out, list[n])
			continue
		}
		if len(now) > 2*size {
			out = append(out, cut(now, size)...)
		} else {
			out = append(out, page(now))
		}
	}
	p.List = out
	return changed, nil
}

// reckoning joins what the pages add. It loads those entries that state a bound.
func (p *Pages) reckoning(f Figure, asOf clock.Day, body func(*Page) error) (r Reckoning, err error) {
	r = Reckoning{Figure: f.ID, AsOf: asOf}
	var g count.Gathered
	var groups []string
	seen := map[string]bool{}
	for _, x := range p.List {
		r.Used, r.Left = r.Used+x.Sum.Used, r.Left+x.Sum.Left
		g.Join(x.Sum.Gathered)
		groups = several(groups, x.Sum.Groups...)
		for _, d := range x.Sum.Denials {
			if !seen[d] {
				seen[d] = true
				r.Denials = append(r.Denials, d)
			}
		}
	}
	r.Range = g.Envelope()
	for _, b := range []struct {
		to        *Rule
		n, stated count.Number
		of        func(count.Range) count.Number
		in        func(count.Gathered) count.Number
		say       [3]string
	}{
		{&r.Low, r.Range.Low, g.Low, func(x count.Range) count.Number { return x.Low }, func(g count.Gathered) count.Number { return g.Low }, lowRule},
		{&r.Best, r.Range.Best, g.Best, func(x count.Range) count.Number { return x.Best }, func(g count.Gathered) count.Number { return g.Best }, bestRule},
		{&r.High, r.Range.High, g.High, func(x count.Range) count.Number { return x.High }, func(g count.Gathered) count.Number { return g.High }, highRule},
	} {
		if *b.to = ruleOf(b.n, b.stated.Known, b.say); !b.n.Known {
			continue
		}
		for n := range p.List {
			if b.in(p.List[n].Sum.Gathered) != b.n || len(b.to.Claims) >= stated {
				continue
			}
			if err := body(&p.List[n]); err != nil {
				return r, err
			}
			for _, e := range p.List[n].Body {
				if e.Used && b.of(e.Range) == b.n && len(b.to.Claims) < stated {
					b.to.Claims = append(b.to.Claims, e.Claim)
				}
			}
		}
	}
	r.settle(f, len(groups) > 1)
	return r, nil
}
