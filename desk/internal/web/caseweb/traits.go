package caseweb

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/web/ui"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// within is how exact a point is taken to be when nobody says it: kilometres.
const within = 20

// pointOf reads "42.5, 13.25, 20": degrees north, degrees east, within how many
// kilometres; or the name of a town in the gazetteer; nil when the field is empty.
func (r *Room) pointOf(c *ui.Context, name string) *cases.Point {
	text := c.Text(name)
	if text == "" {
		return nil
	}
	if r.Towns != nil && strings.ContainsFunc(text, unicode.IsLetter) {
		return r.townOf(c, name, text)
	}
	parts := strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ';' || r == ' ' })
	p := cases.Point{Within: within}
	var err error
	bad := len(parts) != 2 && len(parts) != 3
	for i, s := range parts[:min(3, len(parts))] {
		var n float64
		if n, err = strconv.ParseFloat(s, 64); err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
			bad = true
			break
		}
		switch i {
		case 0:
			p.Lat = n
		case 1:
			p.Lon = n
		case 2:
			p.Within = int(n)
		}
	}
	if bad {
		c.Bad(name, i18n.Key("Write degrees north and east, such as 50.1, 14.4."))
		return nil
	}
	return &p
}

// townOf finds the one town that a name means: as it is written in any script, with the
// country's two letters behind a comma where that is needed. It is kept roughly.
func (r *Room) townOf(c *ui.Context, field, text string) *cases.Point {
	country := ""
	if head, tail, ok := strings.Cut(text, ","); ok && len(strings.TrimSpace(tail)) == 2 {
		text, country = head, strings.TrimSpace(tail)
	}
	all, err := r.Towns(c, text)
	if err != nil {
		c.Bad(field, i18n.Key("The gazetteer could not be asked. Write degrees north and east, such as 50.1, 14.4."))
		return nil
	}
	same := func(name string) bool { return strings.EqualFold(strings.TrimSpace(name), strings.TrimSpace(text)) }
	all = slices.DeleteFunc(all, func(t Town) bool {
		return !same(t.Name) && !slices.ContainsFunc(t.Names, same) || country != "" && !strings.EqualFold(t.Country, country)
	})
	switch len(all) {
	case 0:
		c.Bad(field, i18n.Key("The gazetteer has no place of this name. Write it otherwise, or degrees north and east, such as 50.1, 14.4."))
		return nil
	case 1:
		p := all[0].Point
		p.Lat, p.Lon, p.Within = math.Round(p.Lat*10)/10, math.Round(p.Lon*10)/10, max(p.Within, within)
		return &p
	}
	c.Bad(field, i18n.Key("Several places have this name. Write the two letters of the country behind it, such as “Springfield, US”, or degrees north and east."))
	return nil
}

func pointText(p *cases.Point) string {
	if p == nil {
		return ""
	}
	f := func(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }
	return f(p.Lat) + ", " + f(p.Lon) + ", " + strconv.Itoa(p.Within)
}

func suitWord(s string) string {
	switch s {
	case "minor":
		return i18n.Key("Fit for a minor")
	case "step-free":
		return i18n.Key("No steps")
	case "women-only":
		return i18n.Key("Women only")
	case "medical":
		return i18n.Key("Medical help near")
	case "pets":
		return i18n.Key("Animals can come")
	}
	return i18n.Key("For a long stay")
}

// traitGroup asks for what the proposer of places weighs.
func traitGroup(w i18n.Words, f page.Form, p cases.Place) Group {
	number := func(n int) string {
		if n == 0 {
			return ""
		}
		return num(n)
	}
	night := ""
	if p.Night > 0 {
		night = strconv.FormatFloat(float64(p.Night)/100, 'f', -1, 64)
	}
	return Group{Legend: w.T("For proposals and the map"), Note: w.T("All of it may stay empty. A proposal then says that nobody noted it."), Fields: []page.Field{
		f.Text("point", w.T("Roughly where: degrees north, east, and within how many km")).Or(pointText(p.Point)).Short().Optional().Hint(w.T("Such as 42.5, 13.25, 20, or the name of a town where a gazetteer is loaded. Rough is enough, and safer.")),
		f.Text("country", w.T("Country, in two letters")).Or(p.Country).Short().Optional(),
		f.Checks("suits", w.T("What it is fit for"), options(w, cases.AllSuits(), suitWord)).Or(p.Suits...),
		f.Checks("asks", w.T("Papers that are asked for there"), options(w, cases.PaperKinds(), ui.PaperName)).Or(p.Papers...),
		f.Text("night", w.T("Cost of a night for each person, in EUR")).Or(night).Short().Optional(),
		f.Input("number", "stay", w.T("For how many days at most?")).Or(number(p.Stay)).Short().Optional(),
	}}
}

func traitOf(c *ui.Context) cases.Trait {
	t := cases.Trait{Country: strings.ToUpper(c.Text("country")), Suits: c.Values("suits"), Papers: c.Values("asks")}
	if s := c.Text("night"); s != "" {
		m, err := cases.ParseMoney(s, "EUR")
		if err != nil {
			c.Bad("night", i18n.Key("Write an amount such as 12.50."))
		}
		t.Night = int(m.Minor)
	}
	n, _ := c.Int("stay")
	t.Stay = int(n)
	return t
}

func traitFacts(s show, p cases.Place) (all []page.Fact) {
	list := func(term string, values []string, word func(string) string) {
		var words []string
		for _, v := range values {
			words = append(words, s.T(word(v)))
		}
		if len(words) > 0 {
			all = append(all, page.Fact{Term: term, Text: strings.Join(words, ", ")})
		}
	}
	if p.Country != "" {
		all = append(all, page.Fact{Term: s.T("Country"), Text: p.Country})
	}
	list(s.T("What it is fit for"), p.Suits, suitWord)
	list(s.T("Papers that are asked for there"), p.Papers, ui.PaperName)
	return all
}
