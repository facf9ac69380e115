package binder

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"waylight/desk/internal/opinion"
	"waylight/internal/exhibit"
	"waylight/internal/i18n"
)

// expertise is an opinion on the pages, or why it is not in the package.
type expertise struct {
	exhibit.Opinion
	Title, Left string
	Expert      opinion.Expert
	Parts       []part
}

// part is what was told, examined or concluded, each by itself.
type part struct {
	Title string
	Rows  []line
}

type line struct{ Term, Text string }

func (p *part) add(term, text string) {
	if text != "" {
		p.Rows = append(p.Rows, line{term, text})
	}
}

// newExpertise sets one opinion from the edition as it was signed.
func newExpertise(w i18n.Words, o exhibit.Opinion, signed []byte) (x expertise, err error) {
	x = expertise{Opinion: o, Title: o.Form, Left: w.T(leftName(o.Left))}
	form, known := opinion.Find(o.Form, o.Edition)
	if known {
		x.Title = w.T(form.Title)
	}
	if o.Left != "" {
		return x, nil
	}
	var f opinion.Frozen
	if err := json.Unmarshal(signed, &f); err != nil {
		return x, fmt.Errorf("binder: an opinion cannot be read: %w", err)
	}
	c := f.Content
	x.Expert = c.Expert
	about := part{Title: w.T("Whom it is about")}
	about.add(w.T("Name"), c.Who)
	about.add(w.T("Code"), c.Code)
	about.add(w.T("Files"), strings.Join(c.Files, ", "))
	about.add(w.T("Claims"), strings.Join(c.Claims, ", "))
	agreed := part{Title: w.T("Consent")}
	for _, one := range c.Consents {
		text := string(one.Given) + ", " + one.By + ". " + one.How
		if one.Withdrawn != "" {
			text += " " + w.T("Taken back on %s.", string(one.Withdrawn))
		}
		agreed.add(w.T(scopeName(one.Scope)), text)
	}
	agreed.add(w.T("Why nobody could be asked"), c.Unasked)
	x.Parts = append(x.Parts, about, agreed)
	answered := map[string]bool{}
	for _, p := range opinion.Parts() {
		if p == opinion.Judged {
			x.Parts = append(x.Parts, found(w, form, c.Findings))
		}
		s := part{Title: w.T(partName(p))}
		for _, e := range form.Elements {
			if e.Part == p {
				s.add(w.T(e.Label), chosen(w, e.Options, c.Answers[e.ID]))
				answered[e.ID] = true
			}
		}
		x.Parts = append(x.Parts, s)
	}
	rest := part{Title: w.T("Answers to questions that this program does not know")} // nothing is left out
	var ids []string
	for id := range c.Answers {
		if !answered[id] {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	for _, id := range ids {
		rest.add(id, c.Answers[id])
	}
	x.Parts = slices.DeleteFunc(append(x.Parts, rest), func(p part) bool { return len(p.Rows) == 0 })
	return x, nil
}

func found(w i18n.Words, form opinion.Form, all []opinion.Finding) part {
	p := part{Title: w.T("Findings")}
	for i, f := range all {
		p.add(strconv.Itoa(i+1), f.What)
		p.add(w.T(form.FindingLabel), f.From)
		p.add(w.T(form.DegreeLabel), chosen(w, form.Degrees, f.Degree))
		p.add(w.T("Why"), f.Why)
	}
	return p
}

func chosen(w i18n.Words, all []opinion.Option, value string) string {
	for _, o := range all {
		if o.ID == value {
			return w.T(o.Label)
		}
	}
	return value
}

func partName(p opinion.Part) string {
	switch p {
	case opinion.Told:
		return i18n.Key("What was told")
	case opinion.Examined:
		return i18n.Key("What was examined")
	case opinion.Judged:
		return i18n.Key("What the expert concludes")
	}
	return i18n.Key("The examination")
}

func scopeName(s opinion.Scope) string {
	switch s {
	case opinion.Examine:
		return i18n.Key("To be examined and questioned")
	case opinion.Keep:
		return i18n.Key("That the opinion is kept here")
	}
	return i18n.Key("That it is handed to a court or another body")
}

// leftName says why an opinion is not in the package, to be translated.
func leftName(why string) string {
	switch why {
	case "":
		return ""
	case exhibit.LeftConsent:
		return i18n.Key("It is not in this package: no consent lets it be handed to you.")
	case exhibit.LeftDestroyed:
		return i18n.Key("It is not in this package: it was destroyed.")
	}
	return i18n.Key("It is not in this package: whoever made the package may not read it.")
}
