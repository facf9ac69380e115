package letterbox

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"waylight/front/internal/noticeboard"
	"waylight/internal/bundle"
	"waylight/internal/clock"
	"waylight/internal/envelope"
	"waylight/internal/forms"
	"waylight/internal/i18n"
	"waylight/internal/page"
	"waylight/internal/serve"
)

// homeView is the first page.
type homeView struct {
	page.View
	Prefix string // "/ru"
	Team   string // who reads, or empty while there is no key
	Urgent string
	Report string // address of the current public page, or empty
	Sign   bool   // there is something to sign
}

func (b *Box) home(w http.ResponseWriter, r *http.Request) error {
	v := homeView{View: b.view(r, "", "", true), Urgent: b.Urgent}
	v.Title = v.T("Write to us")
	v.Prefix = prefix(v.View)
	v.Team = b.team(v.Words, "help")
	if path, ok := b.Board.Report(string(v.Lang)); ok {
		v.Report = b.Base + "/p/" + path
	}
	v.Sign = b.Petitions != nil && len(b.Petitions.All()) > 0
	w.Header().Add("Vary", "Accept-Language")
	return b.render(w, http.StatusOK, "home", v)
}

// prefix is the path below which a view's pages stand: "/ru", or "/harbour/ru".
func prefix(v page.View) string { return strings.TrimSuffix(v.Home, "/") }

// key finds the current key of the channel that a form's messages go to.
func (b *Box) key(form string) (noticeboard.Key, bool) { return b.Board.Key(b.Channels[form]) }

// team is the name of the organisation that reads a form's messages.
func (b *Box) team(w i18n.Words, form string) string {
	k, ok := b.key(form)
	if !ok {
		return ""
	}
	return teamName(k.Name, w.Tag())
}

func teamName(names map[string]string, lang string) string {
	for _, l := range []string{lang, "en"} {
		if n := names[l]; n != "" {
			return n
		}
	}
	for _, n := range names {
		return n
	}
	return ""
}

// safetyView explains how a person is protected, and what the limits are.
type safetyView struct {
	page.View
	Prefix      string
	Team        string
	Ways        []string
	Fingerprint []string // groups of digits, to compare with a poster or on the phone
}

func (b *Box) safety(w http.ResponseWriter, r *http.Request) error {
	v := safetyView{View: b.view(r, "", "safety", true), Ways: b.Ways}
	v.Title = v.T("How we protect you")
	v.Prefix = prefix(v.View)
	if k, ok := b.key("help"); ok {
		v.Team = teamName(k.Name, v.Tag())
		v.Fingerprint = bundle.Words(k.Organisation)
	}
	return b.render(w, http.StatusOK, "safety", v)
}

// sheetView is a questionnaire.
type sheetView struct {
	page.View
	Prefix  string
	Action  string
	Name    string // "help/1"
	Once    string // random: makes a form that is sent twice one message
	Day     clock.Day
	Channel string
	OrgKey  string // base64; the script verifies the channel's key with it
	Team    string // who will read; empty: there is no key, nothing can be written
	Urgent  string
	Steps   []step
	Open    bool   // show every question: after an error
	Goods   string // for the script: what stands beside the prices of a disguised code
	Point   string
	Signs   []partView // for the script's page with the codes

	asksFiles bool // a question of its own asks for files
}

// step is one screen of a questionnaire.
type step struct {
	ID         string // of the section: "q-danger"
	Number     int
	Prev, Next string // ids of other sections; Prev may be empty
	First      bool
	Field      page.Field
	Own        *page.Field // box for own words
	Parts      []partView  // further questions on the same screen
	Later      string      // name of the "ask me later" box; empty: none
	LaterSet   bool
	Files      bool        // asks for files and for a voice message
	More       *page.Field // the files' field where the question is another
	Danger     bool        // one of the answers means danger now
}

// sheet makes the view of a questionnaire; f holds what was typed and what was wrong.
func sheet(v page.View, form forms.Form) sheetView {
	s := sheetView{View: v, Prefix: prefix(v), Name: form.Name(), Open: v.Form.Failed()}
	s.Action = s.Prefix + "/" + form.ID
	s.asksFiles = slices.ContainsFunc(form.Questions, func(q forms.Question) bool { return q.Kind == forms.Files })
	for i, q := range form.Questions {
		st := step{ID: "q-" + q.ID, Number: i + 1, First: i == 0, Next: "q-send"}
		if i > 0 {
			st.Prev = "q-" + form.Questions[i-1].ID
		}
		if i+1 < len(form.Questions) {
			st.Next = "q-" + form.Questions[i+1].ID
		}
		s.fill(&st, q)
		s.Steps = append(s.Steps, st)
	}
	// The first question stands last in the page, so that style alone can hide
	// it while another one is shown (see letterbox.css).
	if !s.Open {
		s.Steps = append(s.Steps[1:], s.Steps[0])
	}
	return s
}

// partView is a question below another one.
type partView struct {
	ID    string
	When  string // "other both": answers above for which it is asked; empty: always
	Field page.Field
	Own   *page.Field
}

func (s *sheetView) fill(st *step, q forms.Question) {
	st.Field, st.Own = fields(s.Form, q)
	if st.Files = q.Kind == forms.Files || q.ID == forms.TextID && !s.asksFiles; st.Files && q.ID == forms.TextID {
		more := s.Form.File("file", s.T("Files, if you want"))
		st.More = &more
	}
	for _, o := range q.Options {
		st.Danger = st.Danger || o.Danger
	}
	for _, x := range q.Parts {
		part := partView{ID: x.ID, When: strings.Join(x.When, " ")}
		part.Field, part.Own = fields(s.Form, x)
		st.Parts = append(st.Parts, part)
	}
	st.Later = "q." + q.ID + ".later"
	st.LaterSet = s.Form.Values.Get(st.Later) != ""
}

// fields makes the fields of one question.
func fields(f page.Form, q forms.Question) (field page.Field, own *page.Field) {
	name, hint := "q."+q.ID, ""
	if q.Hint != "" {
		hint = f.T(q.Hint)
	}
	var options []page.Option
	for _, o := range q.Options {
		options = append(options, page.Option{Value: o.Value, Label: f.T(o.Label)})
	}
	switch {
	case q.Kind == forms.Files:
		return f.File("file", f.T(q.Text)).Hint(hint), nil
	case q.ID == forms.TextID:
		return f.Area(forms.TextID, f.T(q.Text)).Hint(hint).Rows(8), nil
	case q.Kind == forms.Words:
		field = f.Area(name+".words", f.T(q.Text)).Hint(hint).Rows(3)
	case q.Kind == forms.Many:
		field = f.Checks(name, f.T(q.Text), options).Hint(hint)
	case q.Kind == forms.Pick:
		field = f.Select(name, f.T(q.Text), options).Hint(hint)
	default:
		field = f.Radios(name, f.T(q.Text), options).Hint(hint)
	}
	if q.Own != "" {
		x := f.Area(name+".words", f.T(q.Own)).Rows(2)
		own = &x
	}
	return field, own
}

// Count is the number of questions.
// SignsName names the questions on the page with the codes.
func (sheetView) SignsName() string { return forms.Signs().Name() }

func (s sheetView) Count() int { return len(s.Steps) }

// LastID is the section before the one that sends.
func (s sheetView) LastID() string {
	for _, st := range s.Steps {
		if st.Number == len(s.Steps) {
			return st.ID
		}
	}
	return ""
}

func (b *Box) form(id string) serve.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		form, _ := forms.ByID(id)
		v := b.view(r, "", id, true)
		return b.render(w, http.StatusOK, "sheet", b.sheet(v, form))
	}
}

// sheet adds to a questionnaire what this Front knows.
func (b *Box) sheet(v page.View, form forms.Form) sheetView {
	v.Title = v.T("Write to us")
	s := sheet(v, form)
	s.Signs = asks(page.Form{Words: v.Words}, forms.Signs())
	s.Goods, s.Point = strings.Join(goods(v.Words), ", "), point(v.Words)
	s.Once, s.Day, s.Urgent = envelope.NewID(), clock.DayOf(b.Clock.Now()), b.Urgent
	if k, ok := b.key(form.ID); ok {
		s.Channel, s.Team = k.Channel, teamName(k.Name, v.Tag())
		s.OrgKey = base64.StdEncoding.EncodeToString(k.Organisation)
	}
	return s
}

// papers gives the words that the second script shows beside a chosen file: a
// piece of a page, fetched with that script and not before.
func (b *Box) papers(w http.ResponseWriter, r *http.Request) error {
	return b.render(w, http.StatusOK, "papers", b.view(r, "", "papers", false))
}

// codeView shows the code, once.
type codeView struct {
	page.View
	Prefix string
	Team   string
	Groups [8]string
	Listed string    // the code in disguise
	Second [8]string // of the second code
	Once   string
	Day    clock.Day  // of the form below
	Signs  []partView // what only the person and the team shall know
	Signed bool       // that was just stored
}

// Code and Other are the two codes for the hidden fields: without the script
// there is no other place.
func (v codeView) Code() string  { return strings.Join(v.Groups[:], "") }
func (v codeView) Other() string { return strings.Join(v.Second[:], "") }

// problemView tells what went wrong.
type problemView struct {
	page.View
	Prefix string
	Text   string
	ID     string // of the log line, to quote when asking
}

// problem draws an error. It repeats nothing of the request.
func (b *Box) problem(w http.ResponseWriter, r *http.Request, p serve.Problem) {
	v := problemView{View: b.view(r, "", "", false), ID: p.ID}
	v.Title = v.T("This did not work")
	v.Prefix = prefix(v.View)
	v.Text = v.T(p.Message, p.Args...)
	if err := b.render(w, p.Status, "problem", v); err != nil {
		b.quiet(err)
		http.Error(w, "This did not work. Please try again.", http.StatusInternalServerError)
	}
}

// calendarView is where the quick exit leads: a page that says nothing.
type calendarView struct {
	page.View
	Month string
	Days  []string // short names, Monday first
	Weeks [][]calendarDay
}

type calendarDay struct {
	Number int // 0: not of this month
	Today  bool
}

func (b *Box) calendar(w http.ResponseWriter, r *http.Request) error {
	words := b.words.For(i18n.Match(r.Header.Get("Accept-Language"), languages))
	w.Header().Add("Vary", "Accept-Language")
	return b.render(w, http.StatusOK, "calendar", month(words, b.Clock.Now()))
}

func month(words i18n.Words, now time.Time) calendarView {
	v := calendarView{View: page.View{Words: words, Home: "/calendar"}}
	v.Title = words.T("Calendar")
	_, v.Month, _ = strings.Cut(words.Day(clock.DayOf(now)), " ") // "9 April 2017"
	for _, d := range []string{i18n.Key("Mon"), i18n.Key("Tue"), i18n.Key("Wed"), i18n.Key("Thu"), i18n.Key("Fri"), i18n.Key("Sat"), i18n.Key("Sun")} {
		v.Days = append(v.Days, words.T(d))
	}
	first := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC)
	day := 1 - (int(first.Weekday())+6)%7
	last := first.AddDate(0, 1, -1).Day()
	for day <= last {
		week := make([]calendarDay, 7)
		for i := range week {
			if day >= 1 && day <= last {
				week[i] = calendarDay{Number: day, Today: day == now.Day()}
			}
			day++
		}
		v.Weeks = append(v.Weeks, week)
	}
	return v
}

// unstored logs that somebody's message could not be kept, for whoever runs the server.
func (b *Box) unstored(err error) {
	if b.Log != nil {
		b.Log.Error("a message could not be stored, and its sender was told: look at the database and the disk", "type", fmt.Sprintf("%T", err))
	}
}

// quiet logs that something failed, by the error's type alone: its text could
// hold something of the request.
func (b *Box) quiet(err error) {
	if b.Log != nil {
		b.Log.Error("a request failed", "type", fmt.Sprintf("%T", err))
	}
}
