package travelweb

import (
	"strings"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/travel"
	"waylight/desk/internal/web/ui"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// packView is one pack.
type packView struct {
	ui.Frame
	Badge    page.Badge
	Facts    []page.Fact
	Warnings []string
	Answer   bool // this member may say yes or no
	Fetch    []page.Field
	Suggest  string
	Home     []page.Field
	End      []page.Field
	Rows     []entryView
	Pack     string
	Expose   string // where to say that it became known
}

// entryView is one entry of a journal that came home.
type entryView struct {
	When, What, Text string
	Badge            page.Badge
	Href             string // where it led to, or where to go on
	Action           string // where what waits is dealt with; empty: it does not wait
	Fields           []page.Field
}

func sightView(frame ui.Frame, f page.Form, s travel.Sight, files []cases.File, names map[string]string, me string) packView {
	w := frame.Words
	v := packView{Frame: frame, Badge: badge(w, s.Pack, frame.Now), Pack: s.ID, Answer: s.MayAnswer}
	v.Form = f
	v.Facts = []page.Fact{{Term: w.T("Who took it"), Text: nameOf(w, names, s.Member)}, {Term: w.T("Taken on"), Text: w.Date(s.Made)}, {Term: w.T("Ends"), Text: w.Date(s.Until)}}
	if s.Reason != "" {
		v.Facts = append(v.Facts, page.Fact{Term: w.T("Reason"), Text: s.Reason})
	}
	var codes []string
	for _, x := range s.Files {
		codes = append(codes, x.Pseudonym)
	}
	text := strings.Join(codes, ", ")
	if s.Others > 0 {
		text = strings.TrimPrefix(text+", "+w.N("%d more case", "%d more cases", s.Others), ", ")
	}
	v.Facts = append(v.Facts, page.Fact{Term: w.T("Cases"), Text: text})
	if s.Second != "" {
		answer := w.T("said yes")
		if !s.Yes {
			answer = w.T("said no")
		}
		v.Facts = append(v.Facts, page.Fact{Term: w.T("Second person"), Text: nameOf(w, names, s.Second) + ": " + answer})
	}
	v.Facts = append(v.Facts, page.Fact{Term: w.T("Downloads"), Text: w.Number(int64(s.Fetched))})
	stand := s.Stand(frame.Now)
	if s.Erased > 0 && s.Ending == "" {
		v.Warnings = append(v.Warnings, w.N("%d case of this pack was erased since. Delete the pack from the laptop now.", "%d cases of this pack were erased since. Delete the pack from the laptop now.", s.Erased))
	}
	if stand == travel.Over && s.Fetched > 0 {
		v.Warnings = append(v.Warnings, w.T("Its time is over. Bring the journal home, and say below what became of the pack."))
	}
	if s.Ending == "" || s.Ending != travel.EndLost {
		v.End = []page.Field{f.Radios("ending", w.T("What became of it?"), []page.Option{
			{Value: string(travel.EndHome), Label: w.T("It is home and deleted"), Hint: w.T("Bring the journal home first.")},
			{Value: string(travel.EndUnused), Label: w.T("It was not used"), Hint: w.T("The file is deleted everywhere.")},
			{Value: string(travel.EndLost), Label: w.T("It is lost, or somebody else had it"), Hint: w.T("Then the next page gives everybody whose case lies in it their steps. Nothing of its journal goes into a case by itself any more.")},
		})}
	}
	if s.Fetched > 0 {
		v.Expose = "/exposures/new?kind=laptop&pack=" + s.ID
	}
	if s.Member != me {
		return v
	}
	if stand == travel.Ready || stand == travel.Away {
		v.Suggest = travel.Suggest()
		v.Fetch = []page.Field{
			f.Input("password", "passphrase", w.T("Passphrase of the pack")).Hint(w.T("At least 16 letters, not the one by which you sign in. It is kept nowhere: without it the pack cannot be opened.")),
			f.Input("password", "again", w.T("The same once more")),
		}
	}
	if s.Fetched > 0 {
		v.Home = []page.Field{f.File("journal", w.T("The journal")).Hint(w.T("The file beside the pack that ends in .journal. Bring it as often as you like: nothing goes in twice."))}
	}
	for _, r := range s.Rows {
		v.Rows = append(v.Rows, rowView(w, f, s, r, files))
	}
	return v
}

func rowView(w i18n.Words, f page.Form, s travel.Sight, r travel.Row, files []cases.File) entryView {
	e := entryView{When: w.Date(r.At), What: w.T(kindWord(r.Kind)), Badge: outcomeBadge(w, r.Outcome)}
	for _, x := range s.Files {
		if x.ID == r.File {
			e.What += " · " + x.Pseudonym
		}
	}
	at := "/cases/" + r.File
	switch {
	case r.File == "":
	case r.Outcome == travel.Rival:
		e.Href = at + "/risk/settle"
	case r.Outcome == travel.Told || r.Kind == travel.Heard:
		e.Href = at + "/watch"
	case r.Kind == travel.Noted:
		e.Href = at + "#notes"
	case r.Kind == travel.Judged:
		e.Href = at + "/people"
	case r.Kind == travel.Moved:
		e.Href = "/legs/" + r.Item
	}
	entry, sealed := s.Waiting[r.ID]
	if !sealed {
		return e
	}
	e.Text, e.Href = plain(w, entry), ""
	if r.Outcome != travel.Waits {
		return e
	}
	var options []page.Option
	for _, x := range files {
		options = append(options, page.Option{Value: x.ID, Label: x.Pseudonym})
	}
	e.Action = "/travel/" + r.Pack + "/entries/" + r.ID
	sel := f.Select("case", w.T("Into which case?"), options).Or(r.File)
	sel.ID = "case-" + r.ID
	if len(options) > 0 {
		e.Fields = []page.Field{sel}
	}
	return e
}

// plain is an entry in words, for the page and for a note.
func plain(w i18n.Words, e travel.Written) string {
	var out []string
	switch e.Kind {
	case travel.Heard:
		out = append(out, w.T(heardWord(e.What)))
	case travel.Moved:
		out = append(out, w.T(legWord(e.What)))
	case travel.Judged:
		if e.Risk == nil {
			break
		}
		out = append(out, w.T("Risk assessment"))
		for _, t := range e.Risk.Threats {
			out = append(out, w.T("%s: likelihood %d, impact %d", t.What, t.Likelihood, t.Impact))
		}
		for _, s := range []string{e.Risk.Vulnerabilities, e.Risk.Capacities, e.Risk.Digital, e.Risk.Why} {
			if s != "" {
				out = append(out, s)
			}
		}
	}
	if e.Words != "" {
		out = append(out, e.Words)
	}
	return strings.Join(out, "\n")
}

func kindWord(k string) string {
	switch k {
	case travel.Opened:
		return i18n.Key("The pack was opened")
	case travel.Noted:
		return i18n.Key("Note")
	case travel.Heard:
		return i18n.Key("Sign of life")
	case travel.Moved:
		return i18n.Key("Leg")
	case travel.Judged:
		return i18n.Key("Risk assessment")
	}
	return i18n.Key("Something else")
}

func heardWord(what string) string {
	switch what {
	case "ok":
		return i18n.Key("They gave the sign that all is well")
	case "duress":
		return i18n.Key("They gave the sign of duress")
	}
	return i18n.Key("There was no answer")
}

func legWord(state string) string {
	switch cases.LegState(state) {
	case cases.LegUnderWay:
		return i18n.Key("They have left")
	case cases.LegArrived:
		return i18n.Key("They have arrived")
	case cases.LegAborted:
		return i18n.Key("Given up")
	}
	return i18n.Key("Contact lost on the way")
}

func outcomeBadge(w i18n.Words, o travel.Outcome) page.Badge {
	switch o {
	case travel.Kept:
		return page.Badge{Text: w.T("In the case"), Tone: page.Calm}
	case travel.Rival:
		return page.Badge{Text: w.T("Somebody changed it meanwhile: settle the two versions"), Tone: page.Accent}
	case travel.Told:
		return page.Badge{Text: w.T("In the case, but it moves no clock: look at the check-in"), Tone: page.Accent}
	case travel.Waits:
		return page.Badge{Text: w.T("Waits for you"), Tone: page.Danger}
	case travel.Replaced:
		return page.Badge{Text: w.T("Replaced by a later entry")}
	case travel.AsNote:
		return page.Badge{Text: w.T("Kept as a note"), Tone: page.Calm}
	}
	return page.Badge{Text: w.T("Thrown away")}
}
