package caseweb

import (
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/watch"
	"waylight/desk/internal/web/ui"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// What the reader of a travel pack shows in the same words and by the same form as the Desk.

// RiskGroups are the fields of an assessment.
func RiskGroups(w i18n.Words, f *page.Form, r cases.Risk) (groups []Group) {
	five := func(low, high string) []page.Option {
		return []page.Option{{Value: "", Label: "—"}, {Value: "1", Label: "1 · " + low}, {Value: "2", Label: "2"}, {Value: "3", Label: "3"}, {Value: "4", Label: "4"}, {Value: "5", Label: "5 · " + high}}
	}
	for _, by := range cases.ThreatSources() {
		var t cases.Threat
		for _, x := range r.Threats {
			if x.By == by {
				t = x
			}
		}
		like, impact := "", ""
		if t.By != "" {
			like, impact = num(t.Likelihood), num(t.Impact)
		}
		groups = append(groups, Group{Legend: w.T(threatWord(by)), Row: true, Fields: []page.Field{
			f.Text("what-"+by, w.T("What they may do")).Or(t.What),
			f.Select("likely-"+by, w.T("How likely"), five(w.T("rare"), w.T("almost certain"))).Or(like),
			f.Select("impact-"+by, w.T("How bad"), five(w.T("small"), w.T("life"))).Or(impact),
		}})
	}
	groups = append(groups,
		Group{Legend: w.T("What makes it worse, what helps"), Fields: []page.Field{
			f.Select("vulnerability", w.T("Vulnerability"), steps(w, amountWord)).Or(num(r.Vulnerability)),
			f.Area("vulnerabilities", w.T("What makes the person vulnerable")).Or(r.Vulnerabilities).Rows(2).Optional(),
			f.Select("capacity", w.T("Capacity"), steps(w, amountWord)).Or(num(r.Capacity)),
			f.Area("capacities", w.T("What the person can do, whom they can rely on")).Or(r.Capacities).Rows(2).Optional(),
			tick(*f, "exposed", w.T("Somebody dangerous can read a phone or an account"), r.Exposed),
			f.Area("digital", w.T("Phones and accounts")).Or(r.Digital).Rows(2).Optional(),
		}},
		Group{Legend: w.T("The level"), Fields: []page.Field{
			f.Select("overrule", w.T("Level, if the computed one is wrong"), none(w, w.T("Use the computed one"), options(w, cases.AllLevels(), levelWord))).Or(string(r.Overrule)),
			f.Area("why", w.T("Why is it wrong?")).Or(r.Why).Rows(2).Optional(),
			f.Date("until", w.T("This holds until")).Or(string(r.Until)),
		}})
	// "threats" is the name under which the rules speak of all of them.
	for i := range f.Errors {
		if f.Errors[i].Name == "threats" {
			f.Errors[i].Name = "what-" + cases.ThreatSources()[0]
		}
	}
	return groups
}

// ReadRisk reads them.
func ReadRisk(c *ui.Context) (cases.Risk, error) {
	number := func(name string) int {
		n, _ := c.Int(name)
		return int(n)
	}
	r := cases.Risk{Vulnerabilities: c.Text("vulnerabilities"), Vulnerability: number("vulnerability"), Capacities: c.Text("capacities"), Capacity: number("capacity"),
		Digital: c.Text("digital"), Exposed: c.Has("exposed", "yes"), Overrule: cases.Level(c.Text("overrule")), Why: c.Text("why"), Until: c.Day("until")}
	for _, by := range cases.ThreatSources() {
		t := cases.Threat{By: by, What: c.Text("what-" + by), Likelihood: number("likely-" + by), Impact: number("impact-" + by)}
		if t.What != "" || t.Likelihood != 0 || t.Impact != 0 {
			r.Threats = append(r.Threats, t)
		}
	}
	return r, c.Wrong()
}

// RiskFacts show an assessment.
func RiskFacts(w i18n.Words, r cases.Risk) []page.Fact { return riskFacts(show{Words: w}, r) }

// PartyFacts show a person, without the code.
func PartyFacts(w i18n.Words, p cases.Party) []page.Fact {
	return partyFacts(show{Words: w, c: &cases.Case{}}, p)
}

// PlanFacts show a plan; names gives members by id.
func PlanFacts(w i18n.Words, p cases.Plan, names map[string]string, now time.Time) []page.Fact {
	return planFacts(show{Words: w, names: names, now: now}, p)
}

// LegFacts show a leg.
func LegFacts(w i18n.Words, l cases.Leg) []page.Fact { return legFacts(show{Words: w}, l) }

// LevelBadge, LegBadge and WatchBadge show where something stands.
func LevelBadge(w i18n.Words, l cases.Level) page.Badge {
	return page.Badge{Text: w.T(levelWord(l)), Tone: levelTone(l)}
}

// LegBadge shows where a leg stands.
func LegBadge(w i18n.Words, s cases.LegState) page.Badge {
	return page.Badge{Text: w.T(legWord(s)), Tone: legTone(s)}
}

// WatchBadge shows where a check-in stands.
func WatchBadge(w i18n.Words, s watch.State) page.Badge {
	return page.Badge{Text: w.T(watchWord(s)), Tone: watchTone(s)}
}

// LegWord and ChannelWord give the English of a word.
func LegWord(s cases.LegState) string { return legWord(s) }

// ChannelWord gives the English of a way of reporting.
func ChannelWord(c string) string { return channelWord(c) }

func tick(f page.Form, name, label string, on bool) page.Field {
	x := f.Checks(name, "", []page.Option{{Value: "yes", Label: label}})
	if on {
		x = x.Or("yes")
	}
	return x
}

// away says when something was written or heard on the way; empty for what was not.
func (s show) away(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return s.T("without a line, on %s", s.Date(at))
}
