package caseweb

import (
	"strings"

	"waylight/desk/internal/cases"
	"waylight/internal/page"
)

func triageFacts(s show, t cases.Triage) []page.Fact {
	f := []page.Fact{
		{Term: s.T("How near"), Text: s.T(imminenceWord(t.Imminence))},
		{Term: s.T("How bad"), Text: s.T(severityWord(t.Severity))},
		{Term: s.T("Our help"), Text: s.T(feasibilityWord(t.Feasibility))},
		{Term: s.T("Priority"), Text: s.T(priorityWord(t.Priority())), Note: t.Reason},
	}
	if t.Decided {
		f = append(f, page.Fact{Term: s.T("Decided"), Text: t.Words})
	}
	return f
}

func partyFacts(s show, p cases.Party) []page.Fact {
	var f []page.Fact
	for _, x := range []page.Fact{{Term: s.T("Name"), Text: p.Name}, {Term: s.T("Contact"), Text: p.Contact}, {Term: s.T("Role"), Text: p.Role}, {Term: s.T("Best interests"), Text: p.Interest},
		{Term: s.T("Medical needs"), Text: p.Medical}, {Term: s.T("Papers held"), Text: p.Papers}, {Term: s.T("Anything else"), Text: p.Other}} {
		if x.Text != "" {
			f = append(f, x)
		}
	}
	if s.c != nil {
		return f
	}
	return append([]page.Fact{{Term: s.T("Code"), Text: p.Code}}, f...)
}

func riskFacts(s show, r cases.Risk) []page.Fact {
	var f []page.Fact
	for _, t := range r.Threats {
		f = append(f, page.Fact{Term: s.T(threatWord(t.By)), Text: t.What, Note: s.T("likelihood %d, impact %d", t.Likelihood, t.Impact)})
	}
	level, why := r.Computed()
	f = append(f, page.Fact{Term: s.T("Computed"), Text: s.T(levelWord(level)), Note: s.reasons(why)})
	if r.Overrule != "" {
		f = append(f, page.Fact{Term: s.T("Overruled"), Text: s.T(levelWord(r.Overrule)), Note: r.Why})
	}
	for _, x := range []page.Fact{{Term: s.T("Vulnerable by"), Text: r.Vulnerabilities}, {Term: s.T("Can rely on"), Text: r.Capacities}, {Term: s.T("Phones and accounts"), Text: r.Digital}} {
		if x.Text != "" {
			f = append(f, x)
		}
	}
	return append(f, page.Fact{Term: s.T("Holds until"), Text: s.Day(r.Until)})
}

func (s show) reasons(why []cases.Reason) string {
	out := ""
	for _, r := range why {
		text := ""
		switch r.Key {
		case "worst":
			text = s.T("worst threat %d of 25 (%s)", r.N, s.T(threatWord(r.By)))
		case "many":
			text = s.T("+2: %d serious threats", r.N)
		case "vulnerable":
			text = s.T("+%d: vulnerable", r.N)
		case "exposed":
			text = s.T("+%d: a device can be read", r.N)
		case "capable":
			text = s.T("−%d: capacities", r.N)
		}
		if out != "" && text != "" {
			out += "; "
		}
		out += text
	}
	return out
}

func planFacts(s show, p cases.Plan) []page.Fact {
	f := []page.Fact{{Term: s.T("Goals"), Text: p.Goals}}
	for i, a := range p.Actions {
		var note []string
		if a.Owner != "" {
			note = append(note, s.who(a.Owner))
		}
		if !a.Due.IsZero() && !a.Done {
			note = append(note, s.Left(a.Due.Sub(s.now)))
		}
		if a.Done {
			note = append(note, s.T("done"))
		}
		f = append(f, page.Fact{Term: s.T("Action %d", i+1), Text: a.What, Note: strings.Join(note, ", ")})
	}
	for _, x := range []page.Fact{{Term: s.T("If we hear nothing"), Text: p.NoContact}, {Term: s.T("If somebody is taken"), Text: p.Arrest}, {Term: s.T("Phones and accounts"), Text: p.Device}} {
		if x.Text != "" {
			f = append(f, x)
		}
	}
	return f
}

func legFacts(s show, l cases.Leg) []page.Fact {
	f := []page.Fact{{Term: s.T("From"), Text: l.From.Words}, {Term: s.T("To"), Text: l.To.Words}, {Term: s.T("Way of travelling"), Text: s.T(modeWord(l.Mode))},
		{Term: s.T("At the earliest"), Text: s.Date(l.Earliest)}, {Term: s.T("At the latest"), Text: s.Date(l.Latest)}, {Term: s.T("How many people"), Text: num(l.People)}}
	for _, x := range []page.Fact{{Term: s.T("Who"), Text: l.Names}, {Term: s.T("Papers needed"), Text: l.Papers}, {Term: s.T("If it goes wrong"), Text: l.Contingency}} {
		if x.Text != "" {
			f = append(f, x)
		}
	}
	return f
}

// rivalBlocks shows the versions between which a person must settle: the form starts
// from the current one, and what is sent replaces them all.
func rivalBlocks[T any](k *kit, s cases.Sheet[T], facts func(show, T) []page.Fact) []Block {
	if len(s.Rivals) == 0 {
		return nil
	}
	sh := show{Words: k.Words, c: k.c, names: k.names, me: k.Actor.ID, now: k.Now()}
	all := []Block{{Title: k.T("Version %d, by %s", s.Current.Version, sh.who(s.Current.Author)), Note: k.T("This is the one the form starts from."), Facts: facts(sh, s.Content())}}
	for _, r := range s.Rivals {
		all = append(all, Block{Title: k.T("Version %d, by %s", r.Version, sh.who(r.Author)), Note: k.T("Written without having seen the other."), Facts: facts(sh, r.Content)})
	}
	return all
}
