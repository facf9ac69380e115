package caseweb

import (
	"path"
	"strings"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/web/ui"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/ids"
	"waylight/internal/page"
)

func formWord(k cases.FormKind) string {
	switch k {
	case cases.FormConsent:
		return i18n.Key("Consent, to be signed")
	case cases.FormDeparture:
		return i18n.Key("Statement of voluntary departure")
	}
	return i18n.Key("Power of attorney")
}

func actWord(a string) string {
	switch a {
	case cases.ActForm:
		return i18n.Key("The signed paper ended with it.")
	case cases.ActBridge:
		return i18n.Key("The bridge to the record was cut.")
	case cases.ActDestroyed:
		return i18n.Key("What was handed to the record is destroyed, and its claims are withdrawn.")
	case cases.ActStays:
		return i18n.Key("The words stay in the record, without a way back to the person.")
	case cases.ActOther:
		return i18n.Key("Another consent for the record still holds, so nothing of the record was touched.")
	case cases.ActPartner:
		return i18n.Key("What was sent to a partner by it is called back: carry the package to them.")
	case cases.ActPublic:
		return i18n.Key("What was public and named the person was taken back at once; the editors are called. Copies elsewhere stay.")
	case cases.ActGuard:
		return i18n.Key("What let the person be named in texts was taken back: drafts stop again.")
	}
	return a
}

// papersToSign lists what the people of the case sign.
func (s show) papersToSign() []Block {
	c := s.c
	blocks := []Block{{ID: "forms", Title: s.T("Papers to sign"), Note: s.T("In the person's language, with the very words that they were given. Print it, have it signed, attach a picture of it."),
		Links: []Link{{s.T("Draw up a paper"), s.url("/forms/new")}, {s.T("The words of the papers"), "/forms"}}}}
	today := clock.DayOf(s.now)
	for i := len(c.Forms) - 1; i >= 0; i-- {
		x := c.Forms[i]
		f := x.Content()
		base := s.url("/forms/" + x.ID)
		b := Block{ID: x.ID, Title: s.T("%s: %s", partyLabel(s.Words, c.Party(f.Party)), s.T(formWord(f.Kind))), Note: s.stamp(x.Current.Author, x.Current.At)}
		b.Facts = []page.Fact{{Term: s.T("Language"), Text: f.Lang, Note: s.T("version %d of the words", f.Text)}, {Term: s.T("Drawn up"), Text: s.Day(f.Day)}}
		b.Links = []Link{{s.T("PDF"), base + "/pdf"}, {s.T("Print"), base + "/print"}}
		switch {
		case f.Ended != "":
			b.Badge = &page.Badge{Text: s.T("Taken back on %s", s.Day(f.Ended))}
		case f.Holds(today):
			b.Badge = &page.Badge{Text: s.T("In force"), Tone: page.Calm}
		case f.Signed != "":
			b.Badge = &page.Badge{Text: s.T("Has run out")}
		default:
			b.Badge = &page.Badge{Text: s.T("Not signed yet"), Tone: page.Accent}
		}
		if f.Signed != "" {
			b.Facts = append(b.Facts, page.Fact{Term: s.T("Signed"), Text: s.Day(f.Signed), Note: f.How})
			if f.Witness != "" {
				b.Facts = append(b.Facts, page.Fact{Term: s.T("Witness"), Text: f.Witness})
			}
		}
		if f.Expires != "" {
			b.Facts = append(b.Facts, page.Fact{Term: s.T("Until"), Text: s.Day(f.Expires)})
		}
		if f.Copy.Exists() {
			b.Facts = append(b.Facts, page.Fact{Term: s.T("Signed copy"), Text: f.Copy.Name, Href: base + "/copy"})
		}
		if f.Ended == "" {
			b.Links = append(b.Links, Link{s.T("It was signed"), base + "/sign"})
			if f.Kind != cases.FormConsent {
				b.Form = &Inline{Words: s.Words, Action: base + "/end", Fields: []page.Field{ided((page.Form{Words: s.Words}).Text("why", s.T("Why it is taken back")).Optional(), x.ID)}, Button: s.T("The person takes it back")}
			}
		}
		blocks = append(blocks, b)
	}
	return blocks
}

func drawForm(k *kit) formView {
	f := k.f
	id := ids.New("form")
	if sent := f.Values["form"]; len(sent) > 0 && ids.Valid("form", sent[0]) {
		id = sent[0]
	}
	var kinds, langs, consents []page.Option
	for _, x := range cases.AllFormKinds() {
		kinds = append(kinds, page.Option{Value: string(x), Label: k.T(formWord(x))})
	}
	for _, l := range k.langs {
		langs = append(langs, page.Option{Value: l, Label: l})
	}
	today := clock.DayOf(k.Now())
	for _, x := range k.c.Consents {
		if c := x.Content(); c.Holds(today) {
			consents = append(consents, page.Option{Value: x.ID, Label: partyLabel(k.Words, k.c.Party(c.Party)) + ": " + k.T(purposeWord(c.Purpose)) + ", " + c.Recipient})
		}
	}
	return formView{
		Intro: []string{k.T("The paper keeps the words as they are now. Read them to the person in their language before they sign.")},
		Groups: []Group{
			{Fields: []page.Field{f.Radios("party", k.T("Whose paper is it?"), k.parties()), f.Radios("kind", k.T("What is it for?"), kinds), f.Select("lang", k.T("In which language?"), langs).Or("ru")}},
			{Legend: k.T("For a consent"), Fields: []page.Field{f.Select("consent", k.T("Which consent does it prove?"), none(k.Words, "—", consents)).Optional()}},
			{Legend: k.T("For a power of attorney"), Fields: []page.Field{f.Text("attorney", k.T("Who may act for them?")).Optional(), f.Area("acts", k.T("What may they do?")).Rows(3).Optional()}},
			{Fields: []page.Field{f.Date("until", k.T("Until when?")).Optional()}},
		},
		Hidden: []ui.Hidden{{Name: "form", Value: id}},
		Button: k.T("Draw it up"), Back: "/consent",
	}
}

func keepDraw(k *kit) (string, string, error) {
	d := cases.Draw{Kind: cases.FormKind(k.Text("kind")), Party: k.Text("party"), Lang: k.Text("lang"), Consent: k.Text("consent"), Attorney: k.Text("attorney"), Acts: k.Text("acts"), Until: k.Day("until"), Organisation: k.room.Organisation}
	if err := k.Wrong(); err != nil {
		return "", "", err
	}
	_, err := k.room.Book.DrawUp(k.Context.Context(), k.Actor, k.ID("case"), k.Text("form"), d)
	return "/consent", "case.kept", err
}

func signForm(k *kit) formView {
	f := k.f
	seen := 0
	for _, x := range k.c.Forms {
		if x.ID == k.item {
			seen = x.Saw()
		}
	}
	return formView{
		Intro: []string{k.T("The copy is sealed like the case. Take the picture on a device that keeps none, or delete it there.")},
		Groups: []Group{{Fields: []page.Field{
			f.Date("signed", k.T("On which day was it signed?")).Or(today(k.Now())),
			f.Text("how", k.T("How?")).Hint(k.T("By hand, by a mark, spoken before a witness.")),
			f.Text("witness", k.T("Who was there?")).Optional(),
			f.Date("expires", k.T("Until when?")).Optional(),
			f.File("copy", k.T("A picture or PDF of the signed paper")).Optional().Hint(k.T("JPEG, PNG, WebP or PDF, up to 7 MB.")),
		}}},
		Hidden: []ui.Hidden{saw(seen)}, Back: "/consent", Files: true,
	}
}

func keepSign(k *kit) (string, string, error) {
	s := cases.Signing{Day: k.Day("signed"), How: k.Text("how"), Witness: k.Text("witness"), Expires: k.Day("expires"), Copy: k.File("copy")}
	if err := k.Wrong(); err != nil {
		return "", "", err
	}
	if m := k.R.MultipartForm; m != nil && len(m.File["copy"]) > 0 {
		s.Name = path.Base(strings.ReplaceAll(m.File["copy"][0].Filename, "\\", "/"))
	}
	saved, err := k.room.Book.Sign(k.Context.Context(), k.Actor, k.ID("case"), k.item, k.sawn(), s)
	n, err := kept(saved, "case.kept", err)
	return "/consent", n, err
}

func (r *Room) endForm(c *ui.Context) error {
	err := r.Book.EndForm(c.Context(), c.Actor, c.ID("case"), c.ID("item"), c.Text("why"))
	return r.done(c, err, "/cases/"+c.ID("case")+"/consent", "case.kept")
}

// paperView is a paper as it is printed from the browser, for scripts that the PDF cannot set.
type paperView struct {
	ui.Frame
	PaperLang, Dir string
	Head           string
	Words          []string
}

func newPaper(f ui.Frame, organisation string, x cases.Form) paperView {
	v := paperView{Frame: f, PaperLang: x.Lang, Dir: "ltr", Head: organisation, Words: strings.Split(x.Words, "\n\n")}
	if base, _, _ := strings.Cut(x.Lang, "-"); contains([]string{"ar", "fa", "ur", "ckb", "he", "ps"}, base) {
		v.Dir = "rtl"
	}
	return v
}

func (r *Room) printPaper(c *ui.Context) error {
	f, err := r.Book.Form(c.Context(), c.Actor, c.ID("case"), c.ID("item"))
	if err != nil {
		return err
	}
	return c.Render(pages, "paper", newPaper(c.Frame(f.Title), r.Organisation, f))
}

func (r *Room) paperPDF(c *ui.Context) error {
	f, err := r.Book.Form(c.Context(), c.Actor, c.ID("case"), c.ID("item"))
	if err != nil {
		return err
	}
	if r.Print == nil {
		return fault.Missing()
	}
	out, err := r.Print(f)
	if err != nil {
		return err
	}
	return ui.Give(c.W, "application/pdf", "paper.pdf", out)
}

func (r *Room) paperCopy(c *ui.Context) error {
	f, raw, err := r.Book.SignedCopy(c.Context(), c.Actor, c.ID("case"), c.ID("item"))
	if err != nil {
		return err
	}
	return ui.Give(c.W, f.Copy.Type, "signed"+ending(f.Copy.Type), raw)
}

func ending(kind string) string {
	switch kind {
	case "application/pdf":
		return ".pdf"
	case "image/png":
		return ".png"
	case "image/webp":
		return ".webp"
	}
	return ".jpg"
}

// texts is the page of the words of papers.
func (r *Room) texts(c *ui.Context) error {
	v, err := r.textsView(c, page.Form{Words: c.Words})
	if err != nil {
		return err
	}
	return c.Render(pages, "blocks", v)
}

func (r *Room) textsView(c *ui.Context, f page.Form) (blocksView, error) {
	all, err := r.Book.Texts(c.Context(), c.Actor)
	frame := c.Frame(c.T("The words of the papers"))
	frame.Form = f
	return textsPage(frame, all), err
}

func textsPage(f ui.Frame, all []cases.FormText) blocksView {
	w := f.Words
	v := blocksView{Frame: f, Head: head{Title: w.T("The words of the papers")}}
	v.Main = []Block{{Title: w.T("Another language, or other words"), Note: w.T("Who signed before keeps the words that they signed. In braces stand: %s", strings.Join(cases.Placeholders(), " ")), Links: []Link{{w.T("Write words"), "/forms/new"}}}}
	for _, t := range all {
		b := Block{Title: t.Title + " (" + t.Lang + ")", Note: w.T(formWord(t.Kind)) + ". " + w.T("version %d of the words", t.Version), Links: []Link{{w.T("Change"), "/forms/new?kind=" + string(t.Kind) + "&lang=" + t.Lang}}}
		for _, p := range strings.Split(t.Words, "\n\n") {
			b.Events = append(b.Events, page.Event{Text: p})
		}
		if t.Version == 0 {
			b.Badge = &page.Badge{Text: w.T("built in")}
		}
		v.Main = append(v.Main, b)
	}
	return v
}

func (r *Room) textForm(c *ui.Context, f page.Form, kind, lang string) (formView, error) {
	all, err := r.Book.Texts(c.Context(), c.Actor)
	if err != nil {
		return formView{}, err
	}
	var t cases.FormText
	for _, x := range all {
		if string(x.Kind) == kind && x.Lang == lang {
			t = x
		}
	}
	frame := c.Frame(c.T("The words of a paper"))
	frame.Form = f
	return textFormView(frame, t), nil
}

func textFormView(frame ui.Frame, t cases.FormText) formView {
	w, f := frame.Words, frame.Form
	var kinds []page.Option
	for _, x := range cases.AllFormKinds() {
		kinds = append(kinds, page.Option{Value: string(x), Label: w.T(formWord(x))})
	}
	return formView{Frame: frame, Action: "/forms/new", Back: "/forms", Button: w.T("Keep as a new version"), Hidden: []ui.Hidden{saw(t.Version)},
		Intro:  []string{w.T("Somebody who knows the language and the law must have read these words. In braces stand: %s", strings.Join(cases.Placeholders(), " "))},
		Groups: []Group{{Fields: []page.Field{f.Radios("kind", w.T("What is it for?"), kinds).Or(string(t.Kind)), f.Text("lang", w.T("Language, as a code")).Short().Or(t.Lang).Hint(w.T("Such as ru, en, ce, ar.")), f.Text("title", w.T("Title")).Or(t.Title), f.Area("words", w.T("The words")).Rows(24).Or(t.Words)}}}}
}

func (r *Room) newText(c *ui.Context) error {
	q := c.R.URL.Query()
	v, err := r.textForm(c, page.Form{Words: c.Words}, q.Get("kind"), q.Get("lang"))
	if err != nil {
		return err
	}
	return c.Render(pages, "form", v)
}

func (r *Room) keepText(c *ui.Context) error {
	n, _ := c.Int("saw")
	t := cases.FormText{Kind: cases.FormKind(c.Text("kind")), Lang: c.Text("lang"), Title: c.Text("title"), Words: strings.ReplaceAll(c.Text("words"), "\r\n", "\n")}
	err := c.Wrong()
	if err == nil {
		err = r.Book.KeepText(c.Context(), c.Actor, int(n), t)
	}
	if err == nil {
		return c.See("/forms", "case.kept")
	}
	if !invalid(err) && fault.KindOf(err) != fault.Conflict {
		return err
	}
	v, ferr := r.textForm(c, c.Form(err), string(t.Kind), t.Lang)
	if ferr != nil {
		return ferr
	}
	v.Hidden = []ui.Hidden{saw(int(n))}
	return c.Invalid(pages, "form", v)
}
