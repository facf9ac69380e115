package exchangeweb

import (
	"slices"
	"strconv"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/exchange"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/internal/i18n"
	"waylight/internal/page"
	"waylight/internal/referral"
)

func handoverBadge(w i18n.Words, h cases.Handover) *page.Badge {
	switch h.State {
	case cases.HandoverAccepted:
		return &page.Badge{Text: w.T("Accepted"), Tone: page.Calm}
	case cases.HandoverRejected:
		return &page.Badge{Text: w.T("Rejected"), Tone: page.Accent}
	case cases.HandoverDone:
		return &page.Badge{Text: w.T("Done"), Tone: page.Calm}
	case cases.HandoverRevoked:
		return &page.Badge{Text: w.T("Called back"), Tone: page.Danger}
	}
	if h.In {
		return &page.Badge{Text: w.T("Waits for a decision"), Tone: page.Wait}
	}
	return &page.Badge{Text: w.T("No answer yet"), Tone: page.Wait}
}

type listView struct {
	ui.Frame
	Table ui.Table
	Bring *small
}

func listPage(f ui.Frame, rows []exchange.Row) listView {
	w := f.Words
	v := listView{Frame: f, Table: ui.Table{Words: w, Caption: w.T("Referrals"), Columns: []ui.Column{{Label: w.T("Partner")}, {Label: w.T("Way")}, {Label: w.T("State")}, {Label: w.T("Since")}},
		Empty: ui.Empty{Title: w.T("Nothing was exchanged yet."), Text: w.T("A referral to a partner begins in a case, under Consent. What a partner sent is brought in below.")}}}
	for _, r := range rows {
		way := w.T("to them")
		if r.In {
			way = w.T("from them")
		}
		sub := ""
		if r.Transfer {
			sub = w.T("takes over the person")
		}
		state := ui.Cell{Badge: handoverBadge(w, r.Handover)}
		if r.Waiting {
			state.Sub = w.T("A package waits to be carried.")
		}
		v.Table.Rows = append(v.Table.Rows, ui.Row{Href: "/referrals/" + r.ID, Cells: []ui.Cell{{Text: r.Name}, {Text: way, Sub: sub}, state, {Text: w.Date(r.Since)}}})
	}
	v.Bring = &small{Words: w, Title: w.T("Bring in what a partner sent"), Note: w.T("A referral, an answer, or a revocation: the file says which. To bring one twice changes nothing."), Action: "/referrals/bring", Button: w.T("Bring it in"), Main: true, Files: true,
		Fields: []page.Field{f.Form.File("file", w.T("The file"))}}
	return v
}

func (r *Room) showList(c *ui.Context, form page.Form) (listView, error) {
	rows, err := r.Liaison.List(c.Context(), c.Actor, c.Tag())
	f := c.Frame(c.T("Referrals"))
	if form.Values != nil {
		f.Form = form
	}
	return listPage(f, rows), err
}

func (r *Room) list(c *ui.Context) error {
	v, err := r.showList(c, page.Form{})
	if err != nil {
		return err
	}
	return c.Render(pages, "referrals", v)
}

func (r *Room) bring(c *ui.Context) error {
	values, files, err := read(c, referral.MaxSealed)
	var b exchange.Brought
	for i := 0; err == nil && i < max(1, len(files)); i++ {
		var body []byte
		if len(files) > 0 {
			body = files[i].Bytes
		}
		b, err = r.Liaison.Bring(c.Context(), c.Actor, body)
	}
	if again(err) {
		v, verr := r.showList(c, typed(c.Words, values, err))
		if verr != nil {
			return verr
		}
		return c.Invalid(pages, "referrals", v)
	}
	if err != nil {
		return err
	}
	notice := "referral.came"
	if b.Again {
		notice = "referral.again"
	}
	if _, err := r.Liaison.Sheet(c.Context(), c.Actor, b.Referral); err != nil {
		return c.See("/referrals", notice) // about a case that this member cannot open
	}
	return c.See("/referrals/"+b.Referral, notice)
}

type sheetView struct {
	ui.Frame
	Badge   *page.Badge
	Called  string // that it was called back
	Case    string
	Code    string // of the case
	Facts   []page.Fact
	Files   []link
	Parcels []parcel
	Forms   []small
	Danger  []ui.Confirm
}

type link struct{ Text, Href string }

// parcel is one package that went or came.
type parcel struct {
	Event  page.Event
	Action string // empty: nothing to carry
	Button string
	Main   bool
}

func parcelWord(p exchange.Parcel) string {
	switch {
	case p.Kind == referral.Revoke:
		return i18n.Key("Revocation")
	case p.Reply == referral.Accepted:
		return i18n.Key("Answer: accepted")
	case p.Reply == referral.Rejected:
		return i18n.Key("Answer: rejected")
	case p.Reply == referral.Done:
		return i18n.Key("Answer: done")
	}
	return i18n.Key("Referral")
}

// sheetPage draws one referral.
func sheetPage(f ui.Frame, s exchange.Sheet, a staff.Actor, workers []staff.Member) sheetView {
	w := f.Words
	v := sheetView{Frame: f, Badge: handoverBadge(w, s.Handover), Case: s.Case, Code: s.Pseudonym}
	v.content(w, s)
	for _, p := range s.Parcels {
		x := parcel{Event: page.Event{When: w.Date(p.At), Title: w.T(parcelWord(p.Parcel)), Text: p.Words, Quoted: p.Words != ""}}
		switch {
		case p.In:
			x.Event.Who = w.T("from the partner")
		case p.Kind == referral.Refer && s.State == cases.HandoverRevoked:
			x.Event.Who = w.T("ours; called back")
		default:
			x.Event.Who = w.T("ours; not carried yet")
			x.Action, x.Button, x.Main = "/referrals/"+s.ID+"/packages/"+p.ID, w.T("Download to carry it"), p.Given.IsZero()
			if !p.Given.IsZero() {
				x.Event.Who = w.T("ours; taken on %s", w.Date(p.Given))
				x.Button = w.T("Download it again")
			}
		}
		v.Parcels = append(v.Parcels, x)
	}
	v.actions(s, a, workers)
	return v
}

func (v *sheetView) content(w i18n.Words, s exchange.Sheet) {
	add := func(term, text string) {
		if text != "" {
			v.Facts = append(v.Facts, page.Fact{Term: term, Text: text})
		}
	}
	var need string
	var facts []referral.Fact
	var agreed *referral.Consent
	var proof referral.Proof
	var files []cases.Enclosed
	switch {
	case s.Open != nil:
		o := s.Open
		need, facts, agreed, proof = o.Need, o.Facts, o.Consent, *o.Proof
		for _, x := range o.Files {
			files = append(files, cases.Enclosed{Name: x.Name})
		}
	case s.Handed != nil:
		need, facts, agreed, proof, files = s.Handed.Need, s.Handed.Facts, s.Handed.Agreed, s.Handed.Proof, s.Handed.Files
	}
	add(w.T("Partner"), s.Partner.Name(w.Tag()))
	if s.Transfer {
		add(w.T("When accepted"), w.T("the receiving side takes over"))
	} else {
		add(w.T("When accepted"), w.T("both go on together"))
	}
	add(w.T("What is asked for"), need)
	for _, x := range facts {
		add(w.T(datumWord(x.Kind)), x.Text)
	}
	add(w.T("What the partner says first"), proof.Say)
	add(w.T("What the person answers"), proof.Answer)
	if agreed != nil {
		v.Facts = append(v.Facts, page.Fact{Term: w.T("The person agreed to"), Text: dataWords(w, agreed.Data), Note: w.T("%s, on %s", agreed.How, w.Day(agreed.Given))})
	}
	if s.State == cases.HandoverOpen && s.Until != "" {
		add(w.T("May be taken in until"), w.Day(s.Until))
	}
	for n, x := range files {
		l := link{Text: x.Name}
		if len(x.Key) > 0 {
			l.Href = "/referrals/" + s.ID + "/files/" + strconv.Itoa(n)
		}
		v.Files = append(v.Files, l)
	}
	switch {
	case s.State == cases.HandoverRevoked && s.In:
		v.Called = w.T("The partner called this back: the person took their consent back, or it was sent by mistake. Stop using what came with it, and erase what you do not keep on the person's own word.")
	case s.State == cases.HandoverRevoked:
		v.Called = w.T("This is called back. The partner learns it only from the revocation: carry it there, and call them.")
	}
}

// actions offers what may be done now.
func (v *sheetView) actions(s exchange.Sheet, a staff.Actor, workers []staff.Member) {
	w, at, n := v.Words, "/referrals/"+s.ID, 0
	words := func() page.Field {
		n++
		x := v.Form.Area("words", w.T("Words to the partner")).Rows(2).Optional().Hint(w.T("Without names."))
		if n > 1 {
			x.ID += "-" + strconv.Itoa(n) // each label must lead to its own field
		}
		return x
	}
	worker := a.Roles.Has(staff.Caseworker)
	switch {
	case s.In && s.State == cases.HandoverOpen && s.Open != nil:
		var who []page.Option
		for _, m := range workers {
			who = append(who, page.Option{Value: m.ID, Label: m.Name})
		}
		urgency := []page.Option{{Value: string(cases.Hours), Label: w.T("Within hours")}, {Value: string(cases.Emergency), Label: w.T("Emergency")}, {Value: string(cases.Urgent), Label: w.T("Urgent")}, {Value: string(cases.Normal), Label: w.T("Normal")}}
		v.Forms = append(v.Forms, small{Words: w, Title: w.T("Accept"), Note: w.T("A case is opened here with what the partner gave. Only those whom you choose can open it."), Action: at + "/accept", Button: w.T("Accept and open a case"), Main: true,
			Fields: []page.Field{v.Form.Checks("assign", w.T("Who works on it?"), who), v.Form.Radios("priority", w.T("How soon must somebody decide?"), urgency).Or(string(cases.Urgent)), words()}},
			small{Words: w, Title: w.T("Reject"), Note: w.T("What came is destroyed here. The partner gets your words."), Action: at + "/reject", Button: w.T("Reject it"), Fields: []page.Field{words()}})
	case s.In && s.State == cases.HandoverAccepted && worker:
		v.Forms = append(v.Forms, small{Words: w, Title: w.T("Tell the partner how it ended"), Action: at + "/end", Button: w.T("Write the answer"), Main: true,
			Fields: []page.Field{v.Form.Radios("end", w.T("How did it end?"), []page.Option{{Value: "done", Label: w.T("Done")}, {Value: "rejected", Label: w.T("It could not be done after all")}}), words()}})
	}
	if s.In || !worker {
		return
	}
	if s.Transfer && (s.State == cases.HandoverAccepted || s.State == cases.HandoverDone) {
		v.Forms = append(v.Forms, small{Words: w, Title: w.T("End our own work"), Note: w.T("The partner answers for the person now. Stop the check-ins here once theirs run; then the case is marked as handed over."), Action: at + "/hand-over", Button: w.T("Mark the case as handed over"),
			Fields: []page.Field{v.Form.Text("reason", w.T("How do we know that they look after the person?"))}})
	}
	if s.State != cases.HandoverRevoked && s.State != cases.HandoverRejected {
		v.Danger = append(v.Danger, ui.Confirm{Words: w, Title: w.T("Call it back"), Sentences: []string{w.T("A revocation is written for the partner. What they know already they cannot forget."), w.T("When the person takes their consent back, do it in the case under Consent: this happens by itself then.")}, Action: at + "/recall", Button: w.T("Call it back"), Danger: true, Fields: []page.Field{words()}})
	}
}

func (r *Room) showSheet(c *ui.Context, form page.Form) (sheetView, error) {
	s, err := r.Liaison.Sheet(c.Context(), c.Actor, c.ID("referral"))
	if err != nil {
		return sheetView{}, err
	}
	all, err := r.Members(c.Context())
	f := c.GuardFrame(c.T("Referral: %s", s.Partner.Name(c.Tag())))
	if form.Values != nil {
		f.Form = form
	}
	return sheetPage(f, s, c.Actor, staff.With(all, staff.Caseworker)), err
}

func (r *Room) sheet(c *ui.Context) error {
	v, err := r.showSheet(c, page.Form{})
	if err != nil {
		return err
	}
	return c.Render(pages, "referral", v)
}

// done leads on, or shows the sheet with what is wrong.
func (r *Room) done(c *ui.Context, err error, to, notice string) error {
	if again(err) {
		v, verr := r.showSheet(c, c.Form(err))
		if verr != nil {
			return err // it is not ours any more
		}
		return c.Invalid(pages, "referral", v)
	}
	if err != nil {
		return err
	}
	return c.See(to, notice)
}

func (r *Room) accept(c *ui.Context) error {
	id := c.ID("referral")
	_, err := r.Liaison.Accept(c.Context(), c.Actor, id, cases.Priority(c.Text("priority")), c.Values("assign"), c.Text("words"))
	to := "/referrals/" + id
	if err == nil && !slices.Contains(c.Values("assign"), c.Actor.ID) {
		to = "/referrals" // the case is the others' now
	}
	return r.done(c, err, to, "referral.answered")
}

func (r *Room) reject(c *ui.Context) error {
	id := c.ID("referral")
	return r.done(c, r.Liaison.Reject(c.Context(), c.Actor, id, c.Text("words")), "/referrals/"+id, "referral.answered")
}

func (r *Room) end(c *ui.Context) error {
	id, end := c.ID("referral"), c.Text("end")
	if end == "" {
		c.Bad("end", i18n.Key("Choose one of the answers."))
	}
	err := c.Wrong()
	if err == nil {
		err = r.Liaison.Close(c.Context(), c.Actor, id, end == "done", c.Text("words"))
	}
	return r.done(c, err, "/referrals/"+id, "referral.answered")
}

func (r *Room) recall(c *ui.Context) error {
	id := c.ID("referral")
	return r.done(c, r.Liaison.Recall(c.Context(), c.Actor, id, c.Text("words")), "/referrals/"+id, "referral.recalled")
}

func (r *Room) handOver(c *ui.Context) error {
	id := c.ID("referral")
	return r.done(c, r.Liaison.HandOver(c.Context(), c.Actor, id, c.Text("reason")), "/referrals/"+id, "referral.over")
}

func (r *Room) give(c *ui.Context) error {
	p, err := r.Liaison.Give(c.Context(), c.Actor, c.ID("package"))
	if err != nil {
		return err
	}
	return ui.Give(c.W, "application/octet-stream", "package.age", p.Sealed)
}

func (r *Room) file(c *ui.Context) error {
	n, err := strconv.Atoi(c.ID("n"))
	if err != nil {
		n = -1
	}
	e, body, err := r.Liaison.File(c.Context(), c.Actor, c.ID("referral"), n)
	if err != nil {
		return err
	}
	return ui.Give(c.W, "application/octet-stream", e.Name, body)
}
