package pathwayweb

import (
	"slices"
	"strconv"
	"strings"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/pathways"
	"waylight/desk/internal/web/ui"
	"waylight/internal/clock"
	"waylight/internal/page"
)

func (r *Room) list(c *ui.Context) error {
	all, err := r.Guide.List(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	return c.Render(pages, "ways", listView(c.Frame(c.T("Pathways")), all, c.Text("country"), c.Text("kind")))
}

// listView lists pathways; a filter takes country and kind from the address, which say nothing of anybody.
func listView(f ui.Frame, all []pathways.Edition, in, kind string) view {
	v := roomView(f, "/pathways")
	today := clock.DayOf(f.Now)
	var there []page.Option
	t := &ui.Table{Words: f.Words, Caption: f.T("Ways into countries"), Columns: []ui.Column{{Label: f.T("Way")}, {Label: f.T("Country")}, {Label: f.T("Usual time")}, {Label: f.T("Look again by")}},
		Empty: ui.Empty{Title: f.T("No way is noted yet."), Text: f.T("Note what is known of a way into a country: who qualifies, which papers, where it begins, what leads nowhere. Each part with its source."), Href: "/pathways/new", Action: f.T("Add a pathway")}}
	for _, e := range all {
		if o := (page.Option{Value: e.Country, Label: countryIn(f.Words, e.Country)}); !slices.Contains(there, o) {
			there = append(there, o)
		}
		if in != "" && e.Country != in || kind != "" && e.Kind != kind {
			continue
		}
		review := ui.Cell{Text: day(f.Words, e.Review)}
		switch {
		case e.Ended != "":
			review = ui.Cell{Badge: &page.Badge{Text: f.T("Ended")}, Sub: e.Ended}
		case e.Stale(today):
			review.Badge = &page.Badge{Text: f.T("Stale: look again"), Tone: page.Accent}
		case len(e.Old(today)) > 0:
			review.Sub = f.T("parts of it are older than a year")
		}
		t.Rows = append(t.Rows, ui.Row{Href: "/pathways/" + e.ID, Cells: []ui.Cell{{Text: e.Title, Sub: f.T(kindWord(e.Kind))}, {Text: countryIn(f.Words, e.Country)}, {Text: usual(f, e.Pathway)}, review}})
	}
	v.Filter = &ui.Filter{Words: f.Words, Action: "/pathways", Active: in != "" || kind != "", Fields: []page.Field{
		f.Form.Select("country", f.T("Country"), none(f.T("All"), there)).Or(in),
		f.Form.Select("kind", f.T("Kind of way"), none(f.T("All"), options(f.Words, pathways.Kinds(), kindWord))).Or(kind),
	}}
	v.Parts = []Part{{Table: t}}
	if len(t.Rows) > 0 { // an empty table has the button itself
		v.Parts[0].Links = []Link{{f.T("Add a pathway"), "/pathways/new"}}
	}
	return v
}

func usual(f ui.Frame, p pathways.Pathway) string {
	least, most, known := p.Usual()
	switch {
	case !known:
		return f.T("not known")
	case least == most:
		return f.N("about %d day", "about %d days", most)
	}
	return f.T("%d to %d days", least, most)
}

func (r *Room) pathway(c *ui.Context) error {
	all, err := r.Guide.Read(c.Context(), c.Actor, c.ID("pathway"))
	if err != nil {
		return err
	}
	names, err := r.Names(c.Context())
	if err != nil {
		return err
	}
	shown, _ := strconv.Atoi(c.Text("version"))
	return c.Render(pages, "ways", pathwayView(c.Frame(all[0].Title), all, names, shown))
}

// pathwayView shows one edition of a pathway: the newest, or one that is named.
func pathwayView(f ui.Frame, all []pathways.Edition, names map[string]string, shown int) view {
	v := roomView(f, "/pathways")
	e, today := all[0], clock.DayOf(f.Now)
	for _, x := range all {
		if x.Version == shown {
			e = x
		}
	}
	top := Part{Title: f.T("At a glance"), Facts: []page.Fact{
		{Term: f.T("Country"), Text: countryIn(f.Words, e.Country)}, {Term: f.T("Kind of way"), Text: f.T(kindWord(e.Kind))}, {Term: f.T("Where it begins"), Text: f.T(doorWord(e.Door))},
		{Term: f.T("Usual time"), Text: usual(f, e.Pathway)}, {Term: f.T("Minors"), Text: f.T(minorsWord(e.Minors))}, {Term: f.T("Look again by"), Text: day(f.Words, e.Review)},
	}, Links: []Link{{f.T("Change it"), "/pathways/" + e.ID + "/edit"}}}
	if len(e.From) > 0 {
		var from []string
		for _, x := range e.From {
			from = append(from, countryIn(f.Words, x))
		}
		top.Facts = append(top.Facts, page.Fact{Term: f.T("One can apply from"), Text: strings.Join(from, ", ")})
	}
	if e.Outside {
		top.Notes = append(top.Notes, f.T("Only for people who have left the country that they flee."))
	}
	if e.Valid > 0 {
		top.Facts = append(top.Facts, page.Fact{Term: f.T("The passport must be valid for"), Text: f.N("%d more day", "%d more days", e.Valid)})
	}
	switch {
	case e.Version != all[0].Version:
		top.Links = nil
		top.Warn = append(top.Warn, f.T("This is an earlier edition, kept as it was."))
	case e.Ended != "":
		top.Warn = append(top.Warn, f.T("Nobody can go this way any more: %s", e.Ended))
	case e.Stale(today):
		top.Warn = append(top.Warn, f.T("It should have been looked at again by %s. Ask before you rely on it.", f.Day(e.Review)))
	}
	v.Parts = []Part{top, stepsPart(f, e.Pathway)}
	old := e.Old(today)
	for _, k := range pathways.Parts() {
		x, ok := e.Parts[k]
		if !ok || x.Words == "" {
			continue
		}
		p := Part{ID: k, Title: f.T(partWord(k)), Notes: lines(x.Words), Facts: []page.Fact{{Term: f.T("Source"), Text: x.Source, Note: f.T("as of %s", day(f.Words, x.Day))}}}
		if slices.Contains(old, k) {
			p.Badge = &page.Badge{Text: f.T("older than a year"), Tone: page.Wait}
		}
		v.Parts = append(v.Parts, p)
	}
	h := Part{Title: f.T("Editions"), Notes: []string{f.T("Nothing is overwritten.")}}
	for _, x := range all {
		h.Events = append(h.Events, page.Event{When: f.Date(x.At), Who: names[x.By], Title: f.T("Edition %d", x.Version), Href: "/pathways/" + x.ID + "?version=" + strconv.Itoa(x.Version)})
	}
	v.Parts = append(v.Parts, h)
	return v
}

// stepsPart lists papers and steps as data.
func stepsPart(f ui.Frame, p pathways.Pathway) Part {
	x := Part{Title: f.T("Papers and steps")}
	var must, usually []string
	for _, q := range p.Papers {
		if q.Must {
			must = append(must, f.T(ui.PaperName(q.Kind)))
		} else {
			usually = append(usually, f.T(ui.PaperName(q.Kind)))
		}
	}
	if len(must) > 0 {
		x.Facts = append(x.Facts, page.Fact{Term: f.T("Without these nothing begins"), Text: strings.Join(must, ", ")})
	}
	if len(usually) > 0 {
		x.Facts = append(x.Facts, page.Fact{Term: f.T("Usually asked for"), Text: strings.Join(usually, ", ")})
	}
	var steps []string
	for n, s := range p.Steps {
		line := strconv.Itoa(n+1) + ". " + s.What
		if s.Most > 0 || s.Least > 0 {
			line += " (" + usual(f, pathways.Pathway{Steps: []pathways.Step{s}}) + ")"
		}
		steps = append(steps, line)
	}
	if len(steps) > 0 {
		x.Lists = []List{{Title: f.T("Steps"), Items: steps}}
	}
	if len(x.Facts)+len(x.Lists) == 0 {
		x.Notes = []string{f.T("No paper and no step is noted.")}
	}
	return x
}

func (r *Room) newPathway(c *ui.Context) error {
	var e pathways.Edition
	if id := c.ID("pathway"); id != "" {
		all, err := r.Guide.Read(c.Context(), c.Actor, id)
		if err != nil {
			return err
		}
		e = all[0]
	}
	return answer(c, pathwayForm(c.Frame(c.T("A pathway")), e, page.Form{Words: c.Words}), nil)
}

func pathwayForm(frame ui.Frame, e pathways.Edition, f page.Form) view {
	v := roomView(frame, "/pathways")
	v.Form = f
	w := frame.Words
	v.Intro = []string{w.T("Write what is known about the way, and nothing about anybody. Every part needs its source and the day on which it was so.")}
	tick := func(name, label string, on bool) page.Field {
		x := f.Checks(name, "", []page.Option{{Value: "yes", Label: label}})
		if on {
			x = x.Or("yes")
		}
		return x
	}
	var must, usually, steps []string
	for _, p := range e.Papers {
		if p.Must {
			must = append(must, p.Kind)
		} else {
			usually = append(usually, p.Kind)
		}
	}
	for _, s := range e.Steps {
		steps = append(steps, pathways.SayStep(s))
	}
	papers := options(w, cases.PaperKinds(), ui.PaperName)
	id := e.ID
	if id == "" {
		id = born(f, "pathway")
	}
	s := Sent{Words: w, Method: "post", Action: frame.Path, Main: true, Button: w.T("Keep the pathway"), Back: "/pathways", Hidden: []ui.Hidden{{Name: "id", Value: id}, {Name: "saw", Value: strconv.Itoa(e.Version)}}}
	s.Groups = []Group{
		{Fields: []page.Field{
			f.Text("title", w.T("What is it called?")).Or(e.Title), f.Text("country", w.T("Country, in two letters")).Or(e.Country).Short(),
			f.Select("kind", w.T("Kind of way"), options(w, pathways.Kinds(), kindWord)).Or(e.Kind), f.Select("door", w.T("Where it begins"), options(w, pathways.Doors(), doorWord)).Or(e.Door),
			f.Text("from", w.T("One can apply from")).Or(strings.Join(e.From, ", ")).Optional().Hint(w.T("Countries in two letters, with commas between. Empty: from anywhere.")),
			tick("outside", w.T("Only for people who have left the country that they flee"), e.Outside),
			f.Radios("minors", w.T("Minors"), options(w, pathways.Minors(), minorsWord)).Or(e.Minors),
		}},
		{Legend: w.T("Papers and steps"), Fields: []page.Field{
			f.Checks("must", w.T("Without these nothing begins"), papers).Or(must...), f.Checks("usually", w.T("Usually asked for"), papers).Or(usually...),
			f.Input("number", "valid", w.T("For how many days must the passport be valid?")).Or(num(e.Valid)).Short().Optional(),
			f.Area("step", w.T("Steps, one on a line")).Or(strings.Join(steps, "\n")).Rows(5).Optional().Hint(w.T("Then a semicolon and the days that it usually takes: “The consulate decides; 20-90”.")),
		}},
	}
	for _, k := range pathways.Parts() {
		x := e.Parts[k]
		words := f.Area(k, w.T("In words")).Or(x.Words).Rows(3)
		if k != "qualifies" {
			words = words.Optional()
		}
		s.Groups = append(s.Groups, Group{Legend: w.T(partWord(k)), Row: true, Fields: []page.Field{words, f.Text(k+"-source", w.T("Source")).Or(x.Source), f.Date(k+"-day", w.T("As of")).Or(string(x.Day))}})
	}
	s.Groups = append(s.Groups, Group{Legend: w.T("How long it holds"), Fields: []page.Field{
		f.Date("review", w.T("Look at it again by")).Or(string(e.Review)),
		f.Text("ended", w.T("If nobody can go this way any more: why?")).Or(e.Ended).Optional(),
	}})
	v.Parts = []Part{{Forms: []Sent{s}}}
	return v
}

func pathwayOf(c *ui.Context) pathways.Pathway {
	p := pathways.Pathway{Country: strings.ToUpper(c.Text("country")), Kind: c.Text("kind"), Title: c.Text("title"), From: codes(c.Text("from")), Outside: c.Has("outside", "yes"), Door: c.Text("door"), Minors: c.Text("minors"),
		Valid: number(c, "valid"), Parts: map[string]pathways.Part{}, Review: c.Day("review"), Ended: c.Text("ended")}
	for _, k := range cases.PaperKinds() {
		switch {
		case c.Has("must", k):
			p.Papers = append(p.Papers, pathways.Paper{Kind: k, Must: true})
		case c.Has("usually", k):
			p.Papers = append(p.Papers, pathways.Paper{Kind: k})
		}
	}
	var ok bool
	if p.Steps, ok = pathways.ParseSteps(c.Text("step")); !ok {
		c.Bad("step", "Each step needs words, and days from the fewest to the most.")
	}
	for _, k := range pathways.Parts() {
		if x := (pathways.Part{Words: c.Text(k), Source: c.Text(k + "-source"), Day: c.Day(k + "-day")}); x != (pathways.Part{}) {
			p.Parts[k] = x
		}
	}
	return p
}

func (r *Room) keepPathway(c *ui.Context) error {
	p := pathwayOf(c)
	id := c.ID("pathway")
	if id == "" {
		id = c.Text("id")
	}
	saw := number(c, "saw")
	err := c.Wrong()
	if err == nil {
		err = r.Guide.KeepPathway(c.Context(), c.Actor, id, saw, p)
	}
	if again(err) {
		return answer(c, pathwayForm(c.Frame(c.T("A pathway")), pathways.Edition{ID: c.ID("pathway"), Version: saw, Pathway: p}, c.Form(err)), err)
	}
	if err != nil {
		return err
	}
	return c.See("/pathways/"+id, "ways.kept")
}
