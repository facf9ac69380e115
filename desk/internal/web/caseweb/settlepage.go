package caseweb

import (
	"slices"
	"strings"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/merge"
	"waylight/desk/internal/web/ui"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/page"
)

// settleView is the page on which a person makes one version of several.
type settleView struct {
	ui.Frame
	Sub     string
	What    string
	Wrote   []page.Fact // the versions: who, and when
	Clashes []clash
	Merged  *ui.Table
	Hidden  []ui.Hidden
	Action  string
	Back    string
}

// clash is one field that several changed.
type clash struct {
	Choice page.Field
	Own    *page.Field // other words; nil where there are none
}

func (s *settler) who(member string) string {
	if member == s.Actor.ID {
		return s.T("%s (you)", s.names.of(s.Words, member))
	}
	return s.names.of(s.Words, member)
}

func (s *settler) stamp(m meta) string {
	return s.T("%s, %s ago", s.who(m.author), s.Span(s.now.Sub(m.at)))
}

func (s *settler) view(frame ui.Frame, title, sub, action, back string) settleView {
	_, shapes, rows := s.rows()
	field := fieldOf(shapes)
	v := settleView{Frame: frame, Sub: sub, What: s.T(title), Action: action, Back: back, Hidden: []ui.Hidden{saw(s.stack.saw)}}
	v.Form = s.f
	v.Wrote = []page.Fact{{Term: s.T("Version %d", s.stack.current.version), Text: s.stamp(s.stack.current), Note: s.T("It counts until you have settled them.")}}
	for _, m := range s.stack.apart {
		v.Wrote = append(v.Wrote, page.Fact{Term: s.T("Version %d", m.version), Text: s.stamp(m), Note: s.T("Written without having seen the other.")})
	}
	t := &ui.Table{Words: s.Words, Caption: s.T("Changed by one side only: taken over"), Columns: []ui.Column{{Label: s.T("Field")}, {Label: s.T("It was")}, {Label: s.T("It becomes")}, {Label: s.T("Written by")}}}
	for _, r := range rows {
		f := field(r.Name)
		if r.Clash {
			v.Clashes = append(v.Clashes, s.clash(shapes, r, f))
			continue
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{{Text: f.Label}, {Text: s.say(f, r.Was)}, {Text: s.say(f, r.Choices[0].Values)}, {Text: s.writers(shapes, r.Name, r.Choices[0].Versions)}}})
	}
	if len(t.Rows) > 0 {
		v.Merged = t
	}
	return v
}

func (s *settler) writers(shapes map[int]shape, name string, versions []int) string {
	var out []string
	for _, n := range versions {
		if w := s.stamp(s.wrote(shapes, name, n)); !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return strings.Join(out, "; ")
}

func (s *settler) clash(shapes map[int]shape, r merge.Row, f page.Field) clash {
	var all []page.Option
	var texts []string
	kept := false
	for _, c := range r.Choices {
		all = append(all, page.Option{Value: num(c.Versions[0]), Label: s.say(f, c.Values), Hint: s.writers(shapes, r.Name, c.Versions)})
		kept = kept || merge.Same(c.Values, r.Was)
		if t := strings.TrimSpace(strings.Join(c.Values, " ")); t != "" {
			texts = append(texts, t)
		}
	}
	if !kept {
		all = append(all, page.Option{Value: "was", Label: s.say(f, r.Was), Hint: s.T("As it was before both")})
	}
	x := clash{}
	if wordy(f) {
		all = append(all, page.Option{Value: own, Label: s.T("In other words, which you write below")})
		sep := "\n"
		kind := s.f.Area
		if f.Kind == "text" {
			sep, kind = " / ", s.f.Text
		}
		o := kind("own-"+r.Name, s.T("Other words for: %s", f.Label)).Or(strings.Join(texts, sep)).Rows(3).Optional()
		x.Own = &o
	}
	x.Choice = s.f.Radios("take-"+r.Name, f.Label, all)
	return x
}

// settleHref leads to the first thing of the case of which two versions exist.
func (s show) settleHref() string {
	c := s.c
	switch {
	case len(c.Risk.Rivals) > 0:
		return s.url("/risk" + settlePath)
	case len(c.Triage.Rivals) > 0:
		return s.url("/triage" + settlePath)
	case len(c.Plan.Rivals) > 0:
		return s.url("/plan/edit" + settlePath)
	}
	for _, l := range c.Legs {
		if len(l.Sheet.Rivals) > 0 {
			return s.url("/legs/" + l.ID + "/edit" + settlePath)
		}
	}
	for _, x := range [][2]string{{"/people/", rivalIn(c.Parties)}, {"/papers/", rivalIn(c.Papers)}, {"/needs/", rivalIn(c.Needs)}, {"/given/", rivalIn(c.Given)}} {
		if x[1] != "" {
			return s.url(x[0] + x[1] + "/edit" + settlePath)
		}
	}
	return s.url("/log")
}

func rivalIn[T any](all []cases.Sheet[T]) string {
	for _, s := range all {
		if len(s.Rivals) > 0 {
			return s.ID
		}
	}
	return ""
}

// settlerOf prepares the page for one form of a case; ok is false when nothing waits to be settled.
func (r *Room) settlerOf(c *ui.Context, path string, f form) (k *kit, s *settler, ok bool, err error) {
	k = &kit{Context: c, room: r, f: page.Form{Words: c.Words}, item: c.ID("item")}
	if err := k.open(); err != nil {
		return k, nil, false, err
	}
	st, found := stacks()[path](k)
	if !found {
		return k, nil, false, fault.Missing()
	}
	s = &settler{Context: c, stack: st, names: k.names, now: c.Now(), f: page.Form{Words: c.Words}, draw: func(seed formSeed) formView {
		other := *k
		other.c, other.f = seed.c, page.Form{Words: c.Words}
		return f.build(&other)
	}}
	return k, s, len(st.apart) > 0, nil
}

func (r *Room) showSettle(path string, f form) func(*ui.Context) error {
	return func(c *ui.Context) error {
		k, s, ok, err := r.settlerOf(c, path, f)
		if err != nil {
			return err
		}
		if !ok {
			return c.See(strings.TrimSuffix(c.R.URL.Path, settlePath), "case.settled")
		}
		return c.Render(pages, "settle", s.view(c.Frame(c.T("Two versions")), f.title, c.T("Case %s", k.c.Pseudonym), c.R.URL.Path, "/cases/"+k.c.ID))
	}
}

// settlePath is what stands behind the address of a form on the page that settles its versions.
const settlePath = "/settle"

func (r *Room) takeSettle(path string, f form) func(*ui.Context) error {
	return func(c *ui.Context) error {
		k, s, ok, err := r.settlerOf(c, path, f)
		if err != nil {
			return err
		}
		edit := strings.TrimSuffix(c.R.URL.Path, settlePath)
		if !ok {
			return c.See(edit, "case.settled")
		}
		if err := s.settle(); err != nil {
			s.f = c.Form(err)
			s.f.Message = sentence(c, err)
			return c.Invalid(pages, "settle", s.view(c.Frame(c.T("Two versions")), f.title, c.T("Case %s", k.c.Pseudonym), c.R.URL.Path, "/cases/"+k.c.ID))
		}
		to, notice, err := f.keep(k)
		switch {
		case err == nil && notice == rival:
			return c.See(c.R.URL.Path, notice)
		case err == nil:
			return c.See("/cases/"+c.ID("case")+to, notice)
		case !invalid(err) && fault.KindOf(err) != fault.Conflict:
			return err
		}
		// What they make together is refused: it stands in the ordinary form, to be mended.
		k.f = c.Form(err)
		k.f.Message = sentence(c, err)
		v := k.view(f)
		v.Action, v.Rivals, v.Settle = edit, nil, ""
		return c.Invalid(pages, "form", v)
	}
}

func (r *Room) placeSettler(c *ui.Context) (*settler, error) {
	p, err := r.Book.Place(c.Context(), c.Actor, c.ID("place"))
	if err != nil {
		return nil, err
	}
	n, _, err := r.names(c.Context())
	st := stackOf(p.Sheet, func(s cases.Sheet[cases.Place]) formSeed {
		one := cases.Refuge{ID: p.ID, Sheet: s, Place: s.Content(), Stays: p.Stays}
		return formSeed{place: one}
	})
	return &settler{Context: c, stack: st, names: n, now: c.Now(), f: page.Form{Words: c.Words}, draw: func(s formSeed) formView { return placeForm(c, s.place, page.Form{Words: c.Words}) }}, err
}

func (r *Room) providerSettler(c *ui.Context) (*settler, error) {
	h, err := r.helper(c)
	if err != nil {
		return nil, err
	}
	n, _, err := r.names(c.Context())
	st := stackOf(h.Sheet, func(s cases.Sheet[cases.Provider]) formSeed {
		one := h
		one.Sheet = s
		return formSeed{help: one}
	})
	return &settler{Context: c, stack: st, names: n, now: c.Now(), f: page.Form{Words: c.Words}, draw: func(s formSeed) formView { return providerForm(c, s.help, page.Form{Words: c.Words}) }}, err
}

// settleBeside is the same page for what lies outside of cases: places and providers.
func (r *Room) settleBeside(title, back string, make func(*ui.Context) (*settler, error), keep func(*ui.Context) error) func(*ui.Context) error {
	return func(c *ui.Context) error {
		s, err := make(c)
		if err != nil {
			return err
		}
		if len(s.stack.apart) == 0 {
			return c.See(strings.TrimSuffix(c.R.URL.Path, settlePath)+"/edit", "case.settled")
		}
		if c.R.Method == "POST" {
			if err = s.settle(); err == nil {
				return keep(c)
			}
			s.f = c.Form(err)
			s.f.Message = sentence(c, err)
			return c.Invalid(pages, "settle", s.view(c.Frame(c.T("Two versions")), title, "", c.R.URL.Path, back))
		}
		return c.Render(pages, "settle", s.view(c.Frame(c.T("Two versions")), title, "", c.R.URL.Path, back))
	}
}

// own marks the choice of other words than any version has.
const own = "own"

// picked reads the choice for a clash.
func (s *settler) picked(f page.Field, r merge.Row) ([]string, bool) {
	v := s.Text("take-" + r.Name)
	switch {
	case v == own && wordy(f):
		return []string{s.Text("own-" + r.Name)}, true
	case v == "was":
		return r.Was, true
	}
	for _, c := range r.Choices {
		for _, n := range c.Versions {
			if v == num(n) {
				return c.Values, true
			}
		}
	}
	return nil, false
}

// wordy reports whether other words can be written into a field here.
func wordy(f page.Field) bool { return f.Kind == "text" || f.Kind == "area" }

// settle reads the choices. What they make stands in the request's form afterwards
// as if it had been typed into the ordinary one.
func (s *settler) settle() error {
	saw, _ := s.Int("saw")
	standing, shapes, rows := s.rows()
	if int(saw) != s.stack.saw {
		return fault.New(fault.Invalid, "Somebody changed it once more meanwhile. Your choices stand below where they still fit: look at them again.")
	}
	field := fieldOf(shapes)
	all, open := merge.Together(standing.values, rows, func(r merge.Row) ([]string, bool) { return s.picked(field(r.Name), r) })
	var c fault.Check
	for _, name := range open {
		c.Field(false, "take-"+name, "Choose what is to stand here.")
	}
	if err := c.Err(); err != nil {
		return err
	}
	sent := map[string][]string{"saw": {num(int(saw))}}
	for _, h := range standing.hidden {
		if h.Name != "saw" && !strings.HasPrefix(h.Name, rowKey) {
			sent[h.Name] = []string{h.Value}
		}
	}
	number := map[string]string{} // of a plan's rows, which are numbered anew
	keyed := keysOf(shapes)
	for _, f := range all {
		name := f.Name
		if word, key, ok := strings.Cut(name, "-"); ok && keyed[key] {
			if number[key] == "" {
				number[key] = num(len(number))
				sent[rowKey+number[key]] = []string{key}
			}
			name = word + "-" + number[key]
		}
		sent[name] = f.Values
		if z := field(f.Name).Zone; z != "" {
			sent[name+"-zone"] = []string{z}
		}
	}
	if len(keyed) > 0 {
		sent["actions"] = []string{num(len(number))}
	}
	s.R.PostForm = sent
	return nil
}

func keysOf(shapes map[int]shape) map[string]bool {
	keys := map[string]bool{}
	for _, x := range shapes {
		for _, h := range x.hidden {
			if strings.HasPrefix(h.Name, rowKey) {
				keys[h.Value] = true
			}
		}
	}
	return keys
}

// fieldOf finds how a field is shown, in whichever version has it.
func fieldOf(shapes map[int]shape) func(name string) page.Field {
	return func(name string) (found page.Field) {
		options := []page.Option{}
		for _, x := range shapes {
			if f, ok := x.fields[name]; ok {
				found = f
				for _, o := range f.Options {
					if !slices.Contains(options, o) {
						options = append(options, o)
					}
				}
			}
		}
		found.Options = options
		return found
	}
}

// say shows what stands in a field.
func (s *settler) say(f page.Field, values []string) string {
	var out []string
	for _, v := range values {
		if v == "" && f.Kind != "select" && f.Kind != "radios" {
			continue
		}
		text := v
		switch f.Kind {
		case "date":
			text = s.Words.Day(clock.Day(v))
		case "datetime-local":
			text = strings.Replace(v, "T", " ", 1)
		}
		for _, o := range f.Options {
			if o.Value == v {
				text = o.Label
			}
		}
		out = append(out, text)
	}
	switch {
	case len(out) == 0 && f.Kind == "checks" && len(f.Options) == 1:
		return s.T("not ticked")
	case len(out) == 0:
		return s.T("left empty")
	case f.Kind == "checks" && len(f.Options) == 1:
		return s.T("ticked")
	}
	return strings.Join(out, ", ")
}
