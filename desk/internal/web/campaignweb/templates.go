package campaignweb

import (
	"slices"
	"strconv"

	"waylight/desk/internal/campaign"
	"waylight/desk/internal/web/ui"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// templateRoutes are the pages of the templates of letters.
func (r *Room) templateRoutes(m *ui.Mux) {
	m.Get("/campaign/{campaign}/templates", r.templates, leaders...)
	m.Get("/campaign/{campaign}/template", r.templateForm, leaders...)
	m.Post("/campaign/{campaign}/template", r.keepTemplate, leaders...)
}

// langName names a language: the two of these pages in theirs, the others in their own.
func langName(w i18n.Words, lang string) string {
	switch lang {
	case "en":
		return w.T("English")
	case "ru":
		return w.T("Russian")
	case "":
		return w.T("Not known yet")
	}
	return map[string]string{"ar": "العربية", "bg": "Български", "cs": "Čeština", "da": "Dansk", "de": "Deutsch", "el": "Ελληνικά", "es": "Español", "fi": "Suomi", "fr": "Français", "hu": "Magyar",
		"it": "Italiano", "nl": "Nederlands", "no": "Norsk", "pl": "Polski", "pt": "Português", "ro": "Română", "sr": "Српски", "sv": "Svenska", "tr": "Türkçe", "uk": "Українська"}[lang]
}

func languages(w i18n.Words) []page.Option {
	var out []page.Option
	for _, l := range campaign.Langs() {
		out = append(out, page.Option{Value: l, Label: langName(w, l)})
	}
	return out
}

// orUnknown adds that no language is known.
func orUnknown(w i18n.Words, all []page.Option) []page.Option {
	return append([]page.Option{{Value: "", Label: langName(w, "")}}, all...)
}

type templatesView struct {
	headView
	Table ui.Table
	Other formView
}

func templatesPage(f ui.Frame, file campaign.File, own []campaign.Template, today clock.Day) templatesView {
	w := f.Words
	v := templatesView{headView: head(f, file, "/letters", today), Table: ui.Table{Words: w, Caption: w.T("Templates of letters"),
		Columns: []ui.Column{{Label: w.T("Language")}, {Label: w.T("Written to in it")}, {Label: w.T("Template")}}}}
	v.Crumb, v.Head = v.Head, w.T("Templates of letters")
	used := file.LangsOf()
	for _, l := range campaign.Langs() {
		at := slices.IndexFunc(own, func(x campaign.Template) bool { return x.Lang == l })
		_, given := campaign.Given(l)
		if at < 0 && !given && !slices.Contains(used, l) {
			continue
		}
		n := 0
		for _, t := range file.Targets {
			if t.Lang == l {
				n++
			}
		}
		cell := ui.Cell{Badge: &page.Badge{Text: w.T("none yet"), Tone: page.Accent}}
		switch {
		case at >= 0:
			cell = ui.Cell{Text: w.T("your own, edition %d", own[at].Number), Sub: own[at].Subject}
		case given:
			cell = ui.Cell{Text: w.T("as it came with the program")}
		}
		v.Table.Rows = append(v.Table.Rows, ui.Row{Href: v.Base + "/template?lang=" + l, Cells: []ui.Cell{{Text: langName(w, l)}, {Text: w.N("%d target", "%d targets", n)}, cell}})
	}
	lang := f.Form.Select("lang", w.T("In another language"), languages(w))
	v.Other = formView{Words: w, Action: v.Base + "/template", Button: w.T("Write a template"), Fields: []page.Field{lang}}
	return v
}

func (r *Room) templates(c *ui.Context) error {
	f, err := r.open(c)
	if err != nil {
		return err
	}
	own, err := r.Board.Templates(c.Context(), c.Actor, f.Campaign.ID)
	if err != nil {
		return err
	}
	return c.Render(r.set, "templates", templatesPage(c.Frame(c.T("Templates of letters")), f, own, clock.DayOf(c.Now())))
}

func templatePage(f ui.Frame, file campaign.File, x campaign.Template, today clock.Day) planForm {
	w := f.Words
	v := planForm{headView: head(f, file, "/letters", today), Back: v0(file) + "/templates"}
	v.Crumb, v.Head = v.Head, w.T("Template of letters: %s", langName(w, x.Lang))
	v.Intro = w.T("Letters are drafted from it; those that are drafted or sent already stay as they are.")
	marks := w.T("[demands]: what is asked. [figures]: what it rests on. [day]: until when. [holder]: who holds the office. [counterpart]: whom the target can press. [campaign]: the title. A paragraph whose mark has nothing to stand for is left out; an empty line begins a new one.")
	first := group{Legend: w.T("The letter"), Fields: []page.Field{kept(f.Form.Text("subject", w.T("Subject")), x.Subject), kept(f.Form.Area("body", w.T("Text")).Rows(16).Hint(marks), x.Body)}}
	v.Sent = longForm{formView: formView{Words: w, Action: v0(file) + "/template", Button: w.T("Keep the template"), Main: true,
		Hidden: []ui.Hidden{{Name: "lang", Value: x.Lang}, {Name: "number", Value: strconv.Itoa(x.Number)}}}, Groups: []group{first}}
	if x.Lang == "en" || x.Lang == "ru" {
		return v // the demands have their words in both
	}
	words := group{Legend: w.T("What is demanded, in this language")}
	for _, d := range file.Demands {
		words.Fields = append(words.Fields, kept(f.Form.Text("demand-"+d.ID, d.Text.In(w.Tag())).Optional(), x.Demands[d.ID]))
	}
	v.Sent.Groups = append(v.Sent.Groups, words)
	return v
}

func (r *Room) templateForm(c *ui.Context) error {
	f, err := r.open(c)
	if err != nil {
		return err
	}
	lang := c.Text("lang")
	if !slices.Contains(campaign.Langs(), lang) {
		return fault.Missing()
	}
	x, _, err := r.Board.Template(c.Context(), c.Actor, f.Campaign.ID, lang)
	if err != nil {
		return err
	}
	return c.Render(r.set, "plan-form", templatePage(c.Frame(c.T("Templates of letters")), f, x, clock.DayOf(c.Now())))
}

func (r *Room) keepTemplate(c *ui.Context) error {
	f, err := r.open(c)
	if err != nil {
		return err
	}
	n, _ := c.Int("number")
	x := campaign.Template{Campaign: f.Campaign.ID, Lang: c.Text("lang"), Number: int(n), Subject: c.Text("subject"), Body: c.Text("body"), Demands: map[string]string{}}
	for _, d := range f.Demands {
		if words := c.Text("demand-" + d.ID); words != "" {
			x.Demands[d.ID] = words
		}
	}
	err = r.Board.KeepTemplate(c.Context(), c.Actor, x)
	if typed(err) {
		frame := c.Frame(c.T("Templates of letters"))
		frame.Form = c.Form(err)
		if fault.KindOf(err) == fault.Conflict { // what a colleague kept meanwhile is the edition that is seen now
			if latest, _, err := r.Board.Template(c.Context(), c.Actor, f.Campaign.ID, x.Lang); err == nil {
				x.Number = latest.Number
			}
		}
		return c.Invalid(r.set, "plan-form", templatePage(frame, f, x, clock.DayOf(c.Now())))
	}
	if err != nil {
		return err
	}
	return c.See("/campaign/"+f.Campaign.ID+"/templates", "campaign.kept")
}

// notDone is one target or letter that was left out, and why.
type notDone struct{ Text, Why, Href string }

func unreadyLines(w i18n.Words, file campaign.File, all []campaign.Unready) []notDone {
	var out []notDone
	base := v0(file)
	for _, u := range all {
		x := notDone{Text: file.Target(u.Target).Label(w.Tag()), Href: base + "/who?id=" + u.Target}
		switch u.Why {
		case campaign.NoName:
			x.Why = w.T("Nobody knows yet who this is: write the name.")
		case campaign.NoLang:
			x.Why = w.T("Its language is not known: choose it.")
		default:
			x.Why, x.Href = w.T("There is no template in its language (%s): write one.", langName(w, u.Lang)), base+"/template?lang="+u.Lang
		}
		out = append(out, x)
	}
	return out
}

// staleLines says what of a letter or demand does not stand any more.
func staleLines(w i18n.Words, all []campaign.Shift) []string {
	var out []string
	for _, x := range all {
		if x.Gone {
			out = append(out, w.T("“%s” does not stand any more: it was withdrawn, or may not be shown.", x.Says.In(w.Tag())))
			continue
		}
		if x.Now == x.Says {
			out = append(out, w.T("“%s” was decided anew since, with the same words. Look at its basis.", x.Says.In(w.Tag())))
			continue
		}
		out = append(out, w.T("“%s” stood there. It says now: “%s”.", x.Says.In(w.Tag()), x.Now.In(w.Tag())))
	}
	return out
}
