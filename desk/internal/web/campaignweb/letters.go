package campaignweb

import (
	"strconv"
	"strings"

	"waylight/desk/internal/campaign"
	"waylight/desk/internal/guard"
	"waylight/desk/internal/publish"
	"waylight/desk/internal/web/ui"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

type lettersView struct {
	headView
	Table ui.Table
	New   formView
	Merge *formView
	Mail  *formView
	Left  []notDone // to whom nothing could be drafted
	Back  []notDone // which letters did not leave
}

func lettersPage(f ui.Frame, file campaign.File, all []campaign.Letter, target string, today clock.Day) lettersView {
	w := f.Words
	v := lettersView{headView: head(f, file, "/letters", today), Table: ui.Table{
		Words: w, Caption: w.T("Letters"), Columns: []ui.Column{{Label: w.T("Addressed to")}, {Label: w.T("Subject")}, {Label: w.T("Day")}, {Label: w.T("State")}},
		Empty: ui.Empty{Title: w.T("No letter yet"), Text: w.T("A letter is drafted from the demands and from the figures on which they rest.")},
	}}
	for _, l := range all {
		badge := page.Badge{Text: w.T("Draft"), Tone: page.Accent}
		if l.Sent {
			badge = page.Badge{Text: w.T("Sent"), Tone: page.Calm}
		}
		v.Table.Rows = append(v.Table.Rows, ui.Row{Href: v.Base + "/letters/" + l.ID, Cells: []ui.Cell{{Text: file.Target(l.Target).Label(w.Tag())}, {Text: l.Subject}, {Text: w.Day(l.Day)}, {Badge: &badge}}})
	}
	v.New = formView{Words: w, Action: v.Base + "/letters", Button: w.T("Draft the letter"), Main: true, Fields: []page.Field{
		chosen(f.Form.Select("target", w.T("To whom"), namedOptions(w, file)).Hint(w.T("Those whose name nobody knows yet are not listed.")), target),
		f.Form.Select("lang", w.T("Language"), append([]page.Option{{Value: "", Label: w.T("The target's own")}}, languages(w)...)).Or("").Optional(),
		f.Form.Checks("demand", w.T("What is asked"), demandOptions(w, file)),
	}}
	return v
}

func (r *Room) letters(c *ui.Context) error { return r.lettersWith(c, nil, nil) }

// lettersWith shows the page; more adds what was left out.
func (r *Room) lettersWith(c *ui.Context, wrong error, more func(*lettersView, campaign.File, []campaign.Letter)) error {
	f, err := r.open(c)
	if err != nil {
		return err
	}
	all, err := r.Board.Letters(c.Context(), c.Actor, f.Campaign.ID)
	if err != nil {
		return err
	}
	frame := c.Frame(c.T("Letters"))
	if wrong != nil {
		frame.Form = c.Form(wrong)
		v := lettersPage(frame, f, all, "", clock.DayOf(c.Now()))
		v.mail(frame, f, all)
		if more != nil {
			more(&v, f, all)
		}
		return c.Invalid(r.set, "letters", v)
	}
	v := lettersPage(frame, f, all, c.Text("target"), clock.DayOf(c.Now()))
	v.mail(frame, f, all)
	return c.Render(r.set, "letters", v)
}

func (r *Room) write(c *ui.Context) error {
	id, err := r.Board.Write(c.Context(), c.Actor, c.ID("campaign"), c.Text("target"), c.Text("lang"), c.Values("demand"))
	if fault.KindOf(err) == fault.Invalid {
		return r.lettersWith(c, err, nil)
	}
	if err != nil {
		return err
	}
	return c.See("/campaign/"+c.ID("campaign")+"/letters/"+id, "campaign.drafted")
}

type letterView struct {
	headView
	Letter  campaign.Letter
	To      string
	Facts   []page.Fact
	Blocked bool
	Stale   []string // what it says and does not stand any more
	Foreign string   // its language, where words of another stand in it
	Hits    []hitLine
	Edit    formView
	Send    ui.Confirm
	Copy    ui.Copy
	PDF     string
	Word    string
	Mail    *ui.Confirm
	Again   string // where it is decided whether it goes once more
}

type hitLine struct {
	Badge page.Badge
	Text  string
	Words string
	Why   string
}

// HitText says what the guard found, as much as this member may know.
func HitText(w i18n.Words, h publish.Hit) string {
	if h.Kind == guard.Coordinates {
		return ui.SpotText(w, h.Paragraph)
	}
	text := w.T("A protected identity (%s) stands in paragraph %d.", w.T(TermName(h.Kind)), h.Paragraph+1)
	if h.Lifted {
		return text + " " + w.T("A consent or a decision allows it.")
	}
	return text
}

// TermName is the word for a kind of protected term.
func TermName(k guard.Kind) string {
	switch k {
	case guard.Name:
		return i18n.Key("name")
	case guard.Alias:
		return i18n.Key("nickname")
	case guard.Pseudonym:
		return i18n.Key("a case's inner name")
	case guard.Place:
		return i18n.Key("place")
	case guard.Address:
		return i18n.Key("address")
	case guard.Phone:
		return i18n.Key("phone number")
	case guard.Email:
		return i18n.Key("e-mail address")
	case guard.Handle:
		return i18n.Key("account name")
	case guard.Facts:
		return i18n.Key("facts that together fit few people")
	case guard.Coordinates:
		return i18n.Key("coordinates")
	}
	return i18n.Key("number of a document")
}

func hitLines(w i18n.Words, hits []publish.Hit) []hitLine {
	var out []hitLine
	for _, h := range hits {
		l := hitLine{Badge: page.Badge{Text: w.T("stops it"), Tone: page.Danger}, Text: HitText(w, h), Words: h.Words, Why: ui.LeakReason(w, string(h.Kind), h.Why.String(), h.Read.String(), h.Gap)}
		if !h.Blocks() {
			l.Badge = page.Badge{Text: w.T("look at it"), Tone: page.Wait}
		}
		out = append(out, l)
	}
	return out
}

func letterPage(f ui.Frame, file campaign.File, l campaign.Letter, shifts []campaign.Shift, hits []publish.Hit, today clock.Day) letterView {
	w := f.Words
	v := letterView{headView: head(f, file, "/letters", today), Letter: l, To: file.Target(l.Target).Label(w.Tag()), Blocked: publish.Blocked(hits), Hits: hitLines(w, hits)}
	v.Crumb, v.Head, v.Stale = v.Head, l.Subject, staleLines(w, shifts)
	if l.Foreign && !l.Sent {
		v.Foreign = langName(w, l.Lang)
	}
	v.PDF, v.Word = v.Base+"/letters/"+l.ID+"/pdf", v.Base+"/letters/"+l.ID+"/docx"
	v.Facts = []page.Fact{{Term: w.T("Addressed to"), Text: v.To, Href: v.Base + "/targets/" + l.Target}, {Term: w.T("Day"), Text: w.Day(l.Day)}, {Term: w.T("Language"), Text: langName(w, l.Lang)}}
	for _, b := range l.Basis {
		v.Facts = append(v.Facts, page.Fact{Term: w.T("It rests on"), Text: b.Says.In(w.Tag()), Note: w.T("frozen when it was written")})
	}
	if l.Sent {
		v.Facts = append(v.Facts, page.Fact{Term: w.T("SHA-256 of the sent text"), Text: l.Digest})
		v.Copy = ui.Copy{Words: w, Label: w.T("The text as it was sent"), Text: l.Text()}
		return v
	}
	v.Edit = formView{Words: w, Action: v.Base + "/letters/" + l.ID, Button: w.T("Keep the draft"), Main: true, Hidden: []ui.Hidden{{Name: "revision", Value: strconv.Itoa(l.Revision)}}, Fields: []page.Field{
		f.Form.Area("addressee", w.T("Addressee")).Rows(3).Or(l.Addressee), f.Form.Text("subject", w.T("Subject")).Or(l.Subject),
		f.Form.Area("body", w.T("Text")).Rows(22).Hint(w.T("An empty line begins a new paragraph; a line that begins with a dash is one of a list.")).Or(strings.Join(l.Paragraphs, "\n\n")),
		f.Form.Text("signatory", w.T("Who signs")).Or(l.Signatory),
	}}
	if v.Foreign != "" {
		v.Edit.Fields = append(v.Edit.Fields, f.Form.Checks("translated", w.T("Language"), []page.Option{{Value: "yes", Label: w.T("All of it is in its language now")}}).Optional())
	}
	v.Send = ui.Confirm{Words: w, Title: w.T("Send the letter"), Action: v.Base + "/letters/" + l.ID + "/send", Button: w.T("Mark as sent"), Hidden: []ui.Hidden{{Name: "revision", Value: strconv.Itoa(l.Revision)}, {Name: "looked", Value: campaign.Looked(shifts)}},
		Sentences: []string{w.T("The leak guard reads the letter once more. Then its text and PDF are kept for ever, and an ask is noted for each demand."), w.T("Download the PDF and post or mail it yourself: nothing leaves this machine by itself.")}}
	return v
}

func (r *Room) letterWith(c *ui.Context, wrong error) error {
	l, err := r.Board.Letter(c.Context(), c.Actor, c.ID("letter"))
	if err != nil {
		return err
	}
	f, err := r.Board.Open(c.Context(), c.Actor, l.Campaign)
	if err != nil {
		return err
	}
	var hits []publish.Hit
	if r.Inspect != nil {
		if hits, err = r.Inspect(c.Context(), c.Actor, l.ID, "government", l.Parts()); err != nil {
			return err
		}
	}
	frame := c.GuardFrame(l.Subject)
	if wrong != nil {
		frame.Form = c.Form(wrong)
	}
	stale, err := r.Board.Stale(c.Context(), c.Actor, l)
	if err != nil {
		return err
	}
	v := letterPage(frame, f, l, stale[l.ID], hits, clock.DayOf(c.Now()))
	if r.Board.Mail != nil {
		k, err := r.Board.Mail.Carried(c.Context(), l.ID)
		if err != nil {
			return err
		}
		v.mail(c.Words, f, k)
	}
	if wrong != nil {
		return c.Invalid(r.set, "letter", v)
	}
	return c.Render(r.set, "letter", v)
}

func (r *Room) letter(c *ui.Context) error { return r.letterWith(c, nil) }

func (r *Room) revise(c *ui.Context) error {
	revision, _ := c.Int("revision")
	l := campaign.Letter{ID: c.ID("letter"), Addressee: c.Text("addressee"), Subject: c.Text("subject"), Signatory: c.Text("signatory"), Paragraphs: paragraphs(c.Text("body")), Foreign: !c.Has("translated", "yes")}
	err := r.Board.Revise(c.Context(), c.Actor, l, int(revision))
	if k := fault.KindOf(err); err != nil && (k == fault.Invalid || k == fault.Conflict) {
		return r.letterWith(c, err)
	}
	if err != nil {
		return err
	}
	return c.See("/campaign/"+c.ID("campaign")+"/letters/"+l.ID, "campaign.kept")
}

func (r *Room) send(c *ui.Context) error {
	revision, _ := c.Int("revision")
	err := r.Board.Send(c.Context(), c.Actor, c.ID("letter"), int(revision), c.Text("looked"))
	if k := fault.KindOf(err); err != nil && (k == fault.Invalid || k == fault.Conflict) {
		return r.letterWith(c, err)
	}
	if err != nil {
		return err
	}
	return c.See("/campaign/"+c.ID("campaign")+"/letters/"+c.ID("letter"), "campaign.sent")
}

// paragraphs splits a text at empty lines.
func paragraphs(text string) []string {
	var out []string
	for p := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// pdf gives the letter on paper. A draft that the guard stops is not given out:
// a file on a disk has left.
func (r *Room) pdf(c *ui.Context) error {
	l, pdf, err := r.Board.Preview(c.Context(), c.Actor, c.ID("letter"))
	if err != nil {
		return err
	}
	return r.handOut(c, l, pdf, "application/pdf", "letter.pdf")
}

// docx gives it as a document to be worked on elsewhere, under the same rule.
func (r *Room) docx(c *ui.Context) error {
	l, file, err := r.Board.Word(c.Context(), c.Actor, c.ID("letter"))
	if err != nil {
		return err
	}
	return r.handOut(c, l, file, "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "letter.docx")
}

func (r *Room) handOut(c *ui.Context, l campaign.Letter, file []byte, kind, name string) error {
	if !l.Sent {
		if r.Inspect == nil {
			return fault.New(fault.Conflict, "No letter can leave: the gate is not set up.")
		}
		hits, err := r.Inspect(c.Context(), c.Actor, l.ID, "government", l.Parts())
		if err != nil {
			return err
		}
		if publish.Blocked(hits) {
			return fault.New(fault.Conflict, "The leak guard stops this letter. Mend it first.")
		}
	}
	return ui.Give(c.W, kind, name, file)
}
