package proposeweb

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/proposer"
	"waylight/desk/internal/web/ui"
	"waylight/internal/i18n"
	"waylight/internal/ids"
	"waylight/internal/page"
)

type view struct {
	ui.Frame
	Sub, Action, Back string
	Fields            []page.Field
	Asked             bool
	Options           []option
	Would             []string // what would have to change
	Short             string
	Out               *ui.Table // the places that are left out, and why
}

// option is one proposal as it is shown.
type option struct {
	Title        string
	Sum          string
	Legs         *ui.Table
	For, Against []string
	Hidden       []ui.Hidden
	Rides        []ride
	Action       string
}

// ride is how one leg of a proposal is travelled, and who goes along: a person chooses.
type ride struct {
	Title  string
	Fields []page.Field
	Ways   []reasons
	Guides []reasons
}

// reasons is one choice with what speaks for it, against it, or keeps it out.
type reasons struct {
	Name         string
	Out          bool // something keeps it out
	For, Against []string
}

// tells words the ids of an answer.
type tells struct {
	i18n.Words
	p    cases.Proposed
	w    cases.Wish
	mark string // of the proposal, for ids in the page
}

func (t tells) place(id string) string {
	if id == "" {
		if t.w.From.Place != "" {
			return t.p.Places[t.w.From.Place].Code
		}
		return t.T("where they are")
	}
	return t.p.Places[id].Code
}

func (t tells) people(list []string) string {
	var codes []string
	for _, id := range list {
		codes = append(codes, t.p.Case.Party(id).Code)
	}
	return strings.Join(codes, ", ")
}

// answer adds what was found.
func (v *view) answer(p cases.Proposed, w cases.Wish) {
	t := tells{Words: v.Words, p: p, w: w}
	v.Asked = true
	for i, x := range p.Proposals {
		v.Options = append(v.Options, t.option(i, x, v.Action))
	}
	for _, r := range p.Would {
		v.Would = append(v.Would, t.T(wouldWord(r)))
	}
	if p.Short {
		v.Short = t.T("The search was cut short: there may be a better way. Ask for fewer stops, or for fewer who may go another way.")
	}
	out := &ui.Table{Words: v.Words, Caption: t.T("Places that are left out, and what would have to change"), Columns: []ui.Column{{Label: t.T("Place")}, {Label: t.T("Why")}}, Empty: ui.Empty{Title: t.T("No place is left out for itself.")}}
	for _, id := range slices.Sorted(mapKeys(p.Bars)) {
		var why []string
		for _, b := range p.Bars {
			if s := t.bar(b); b.Place == id && !slices.Contains(why, s) {
				why = append(why, s)
			}
		}
		out.Rows = append(out.Rows, ui.Row{Href: "/places/" + id, Cells: []ui.Cell{{Text: t.place(id)}, {Text: strings.Join(why, " · ")}}})
	}
	v.Out = out
}

func mapKeys(bars []proposer.Bar) func(func(string) bool) {
	return func(yield func(string) bool) {
		seen := map[string]bool{}
		for _, b := range bars {
			if !seen[b.Place] && !yield(b.Place) {
				return
			}
			seen[b.Place] = true
		}
	}
}

func (t tells) option(i int, x proposer.Proposal, action string) option {
	t.mark = "-" + strconv.Itoa(i)
	o := option{Title: t.T("Proposal %d", i+1), Action: action + "/take", Sum: t.T("about %d km · about %d h · nights for %s EUR", x.Km, x.Hours, strconv.FormatFloat(float64(x.Cost)/100, 'f', 2, 64))}
	o.Legs = &ui.Table{Words: t.Words, Caption: t.T("Legs"), Columns: []ui.Column{{Label: t.T("Leg")}, {Label: t.T("Who")}, {Label: t.T("How far")}, {Label: t.T("At the earliest")}}}
	o.Hidden = []ui.Hidden{{Name: "legs", Value: strconv.Itoa(len(x.Legs))}}
	for n, l := range x.Legs {
		at := t.w.Earliest.Add(time.Duration(l.After) * time.Hour)
		far := t.T("about %d km", l.Km)
		if !l.Reckoned {
			far = t.T("nobody noted where it is")
		}
		o.Legs.Rows = append(o.Legs.Rows, ui.Row{Cells: []ui.Cell{{Text: t.place(l.From) + " → " + t.place(l.To)}, {Text: t.people(l.People)}, {Text: far}, {Text: t.Date(at)}}})
		s := strconv.Itoa(n)
		from, words := l.From, ""
		if from == "" {
			if from = t.w.From.Place; from == "" {
				if words = t.w.From.Words; words == "" {
					words = t.T("where they are")
				}
			}
		}
		o.Hidden = append(o.Hidden, ui.Hidden{Name: "leg-" + s, Value: ids.New("leg")}, ui.Hidden{Name: "from-" + s, Value: from}, ui.Hidden{Name: "words-" + s, Value: words}, ui.Hidden{Name: "to-" + s, Value: l.To}, ui.Hidden{Name: "earliest-" + s, Value: at.UTC().Format(time.RFC3339)})
		o.Rides = append(o.Rides, t.ride(n, l))
		if l.Cross {
			o.Hidden = append(o.Hidden, ui.Hidden{Name: "abroad-" + s, Value: "yes"})
		}
		if !slices.ContainsFunc(x.Legs, func(other proposer.Leg) bool { return other.From == l.To }) {
			o.Hidden = append(o.Hidden, ui.Hidden{Name: "final-" + s, Value: "yes"})
		}
		for _, p := range l.People {
			o.Hidden = append(o.Hidden, ui.Hidden{Name: "people-" + s, Value: p})
		}
	}
	for _, r := range x.For {
		o.For = append(o.For, t.reason(r))
	}
	for _, r := range x.Against {
		o.Against = append(o.Against, t.reason(r))
	}
	return o
}

func (t tells) reason(r proposer.Reason) string {
	switch r.What {
	case "together":
		return t.T("All stay together the whole way.")
	case "split":
		return t.T("They go different ways.")
	case "few-know":
		return t.T("%s: few people ever knew it (%d).", t.place(r.Place), r.N)
	case "many-know":
		return t.T("%s: %d people ever knew it.", t.place(r.Place), r.N)
	case "others":
		return t.T("%s: others are there (%d); they will know of each other.", t.place(r.Place), r.N)
	case "unknown-way":
		return t.T("%s: nobody noted where it is, so the way there is guessed.", t.place(r.Place))
	case "unknown-country":
		return t.T("%s: nobody noted the country.", t.place(r.Place))
	case "long":
		return t.T("%s: the way there takes about %d hours.", t.place(r.Place), r.N)
	}
	return t.T("The nights cost nothing.")
}

func (t tells) bar(b proposer.Bar) string {
	who := t.p.Case.Party(b.Person).Code
	switch b.Rule {
	case proposer.RuleUsable:
		return t.T("it cannot be used now")
	case proposer.RuleRoom:
		return t.N("%d bed is missing", "%d beds are missing", b.Beds)
	case proposer.RuleNeeds:
		return t.T("%s needs: %s", who, t.T(suitWord(b.Lack)))
	case proposer.RulePapers:
		return t.T("%s holds no such paper: %s", who, t.T(ui.PaperName(b.Lack)))
	case proposer.RuleMeet:
		return t.T("%s would meet somebody whom they must not meet", who)
	case proposer.RuleCountry:
		return t.T("not in the country of the last stop")
	}
	return t.T("they may not stay there so long")
}

func wouldWord(r proposer.Rule) string {
	switch r {
	case proposer.RuleUsable:
		return i18n.Key("a place that cannot be used now could be used again")
	case proposer.RuleRoom:
		return i18n.Key("a place had more room")
	case proposer.RuleNeeds:
		return i18n.Key("a place offered what they need")
	case proposer.RulePapers:
		return i18n.Key("they held the papers that are asked for")
	case proposer.RuleMeet:
		return i18n.Key("those who must not meet could be kept apart in another way")
	case proposer.RuleCountry:
		return i18n.Key("the last stop could be in another country")
	case proposer.RuleStay:
		return i18n.Key("they stayed fewer nights")
	case proposer.RuleReach:
		return i18n.Key("a leg could be longer")
	case proposer.RuleWay:
		return i18n.Key("a way that is closed were open")
	}
	return i18n.Key("there were more time")
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
