package front_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"waylight/front"
	"waylight/front/internal/letterbox"
	"waylight/internal/browser"
	"waylight/internal/envelope"
	"waylight/internal/forms"
	"waylight/internal/i18n"
	"waylight/internal/page"
	"waylight/internal/receipt"
	"waylight/internal/storybook"
)

// teller plays a person on a phone: one language, with or without the script.
type teller struct {
	*testing.T
	h      *house
	p      *browser.Page
	words  i18n.Words
	site   string // address of the pages: "http://127.0.0.1:1234/ru"
	script bool
	mine   string          // what this person writes
	seen   map[string]bool // envelopes that the team has looked at
}

// What a person lives through, each story on its own and none for the machine's
// sake: docs and issue name them in these words.
var stories = []struct {
	name string
	play func(s *teller)
}{
	{"first page and form are light", (*teller).light},
	{"need help, code, answer, reply", (*teller).needsHelp},
	{"information with a file", (*teller).informs},
	{"a voice message", (*teller).speaks},
	{"a person has read it", (*teller).isRead},
	{"the way out", (*teller).leaves},
	{"one tap", (*teller).taps},
	{"the second code", (*teller).forced},
	{"safe hours and phrases", (*teller).arranges},
	{"sentences that mean more", (*teller).signals},
	{"writing for somebody else", (*teller).forAnother},
	{"erase here", func(s *teller) { s.erases(false) }},
	{"erase at the team too", func(s *teller) { s.erases(true) }},
	{"the code as a list of prices", (*teller).disguises},
	{"a lost code", (*teller).lost},
	{"a wrong code", (*teller).mistypes},
}

// TestPersonStories plays every story of a person on a screen of 360 pixels, with and
// without the script, in English, in Russian and from right to left. At the end of
// each axe-core looks at the page, and nothing has come from anywhere else.
func TestPersonStories(t *testing.T) {
	t.Parallel()
	catalogue, err := i18n.Load(page.Locale(), forms.Locale(), letterbox.Locale())
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range []i18n.Lang{i18n.English, i18n.Russian, i18n.Mirror} {
		for _, script := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s %s", lang, map[bool]string{false: "plain", true: "script"}[script]), func(t *testing.T) {
				t.Parallel()
				options := []browser.Option{browser.Phone, browser.Language("en")}
				if !script {
					options = append(options, browser.NoScript)
				}
				s := &teller{T: t, h: startWith(t, time.Now(), func(c *front.Config) { c.Mirror = true }), words: catalogue.For(lang), script: script, seen: map[string]bool{}}
				s.p, s.site = browser.Start(t, options...), s.h.base+"/"+string(lang)
				s.mine = map[i18n.Lang]string{i18n.English: "They came twice 7f3a.", i18n.Russian: "Приходили дважды 7f3a.", i18n.Mirror: "جاؤوا مرتين 7f3a."}[lang]
				for _, story := range stories {
					t.Run(story.name, func(t *testing.T) {
						one := *s
						one.T = t
						one.p = s.p.For(t)
						story.play(&one)
						one.ends(story.name)
					})
				}
				if log := s.h.log.String(); log != "" {
					t.Errorf("the log is not empty: %s", log)
				}
			})
		}
	}
}

// ends looks at the page that a story ends on.
func (s *teller) ends(name string) {
	s.Helper()
	if s.Failed() {
		return
	}
	if dir := os.Getenv("WAYLIGHT_SCREENSHOTS"); dir != "" {
		s.p.Picture(filepath.Join(dir, "told", strings.ReplaceAll(s.Name(), "/", "-")+".png"))
	}
	if !s.script {
		s.p.Scripts(true)
		defer s.p.Scripts(false)
	}
	browser.Eval[bool](s.p, "(scrollTo(0, 0), true)") // else what happens to lie below the bar counts as too small
	storybook.CheckTab(s.T, s.p, name, 360)
	if want := s.words.Dir(); browser.Eval[string](s.p, "document.documentElement.dir") != want {
		s.Errorf("the page is not written %s", want)
	}
	if foreign := browser.Eval[string](s.p, `performance.getEntriesByType("resource").map(e => e.name).filter(n => n.indexOf(location.origin + "/") !== 0).join()`); foreign != "" {
		s.Errorf("fetched from elsewhere: %s", foreign)
	}
}

// goes opens a page and waits until its script, if there is one, has taken over.
func (s *teller) goes(path string) {
	s.Helper()
	if status := s.p.Go(s.site + path); status != 200 {
		s.Fatalf("%s: status %d", path, status)
	}
	s.arrives()
}

func (s *teller) arrives() {
	s.Helper()
	if s.script && s.p.Count("script") > 0 {
		s.p.Until(`document.documentElement.getAttribute("data-script") === "on"`)
	}
	if road := map[bool]string{false: "[data-without-script]", true: "[data-with-script]"}[s.script]; s.p.Count(".road") > 0 && !browser.Eval[bool](s.p, `document.querySelector(".road `+road+`").offsetParent !== null`) {
		s.Error("the page does not say which of the two ways this is")
	}
}

// reads waits until an element says this sentence of the catalogue.
func (s *teller) reads(sel, sentence string, args ...any) {
	s.Helper()
	s.p.Wait(sel)
	if got, want := s.p.Text(sel), s.words.T(sentence, args...); !strings.Contains(got, want) {
		s.Errorf("%s says %q, want %q", sel, got, want)
	}
}

// sends presses a form's button and waits until the page says that it is stored.
func (s *teller) sends(form, button string) {
	s.Helper()
	if !s.script {
		if status := s.p.Follow(form + " " + button); status != 200 {
			s.Fatalf("status %d\n%s", status, s.p.Text("main"))
		}
		s.reads(".notice", "Your message is stored. The team can read it now.")
		return
	}
	s.p.Click(form + " " + button)
	s.p.Until(`[...document.querySelectorAll(".talk [data-status]")].some(e => e.getAttribute("data-state") === "sent")`)
	browser.Eval[bool](s.p, `document.querySelectorAll(".talk [data-status]").forEach(e => e.removeAttribute("data-state")), true`)
}

// finishes sends a questionnaire and reads both codes.
func (s *teller) finishes() (code, second receipt.Code) {
	s.Helper()
	if s.script {
		s.p.Click("#q-send button.primary")
		s.p.Wait(".receipt > .code")
	} else if status := s.p.Follow("#q-send button.primary"); status != 200 {
		s.Fatalf("status %d\n%s", status, s.p.Text("main"))
	}
	// Groups that are read from the right are typed in another order than they were written down.
	if browser.Eval[bool](s.p, `[...document.querySelectorAll(".code")].some(e => getComputedStyle(e).direction !== "ltr")`) {
		s.Error("the code does not run from left to right")
	}
	read := func(list string) receipt.Code {
		digits := browser.Eval[string](s.p, `[...document.querySelectorAll("`+list+` li")].map(l => l.textContent).join(" ")`)
		c, err := receipt.Parse(digits)
		if err != nil {
			s.Fatalf("no code on the page: %v\n%s", err, s.p.Text("main"))
		}
		return c
	}
	return read(".receipt > .code"), read(".second-code")
}

// opens goes to the mailbox and opens it.
func (s *teller) opens(code receipt.Code) {
	s.Helper()
	s.goes("/mailbox")
	s.enters(typed(code))
	s.p.Wait(".talk")
}

func (s *teller) enters(code string) {
	s.Helper()
	s.p.Fill("textarea[name=code]", code)
	if s.script {
		s.p.Click("form[data-mailbox] button.primary")
	} else {
		s.p.Follow("form[data-mailbox] button.primary")
	}
}

// came is the one message that the team has not seen yet.
func (s *teller) came() envelope.Message {
	s.Helper()
	var fresh []envelope.Message
	for _, e := range s.h.pull(s) {
		if !s.seen[e.ID] {
			s.seen[e.ID] = true
			fresh = append(fresh, s.h.open(s, e.Sealed))
		}
	}
	if len(fresh) != 1 {
		s.Fatalf("%d messages came, want 1", len(fresh))
	}
	if via := map[bool]envelope.Via{false: envelope.PageForm, true: envelope.PageScript}[s.script]; fresh[0].Via != via {
		s.Errorf("it came via %s, want %s", fresh[0].Via, via)
	}
	return fresh[0]
}

// answers are a message's answers by question.
func answers(m envelope.Message) map[string]envelope.Answer {
	all := map[string]envelope.Answer{}
	for _, a := range m.Answers {
		all[a.Question] = a
	}
	return all
}

// begun is a conversation that this person began before, on the plain road.
func (s *teller) begun() (code, second receipt.Code, m envelope.Message) {
	s.Helper()
	status, html := s.h.postForm(s, strings.TrimPrefix(s.site, s.h.base)+"/help", map[string]string{"text": s.mine, "once": envelope.NewID()})
	if status != 200 {
		s.Fatal(status)
	}
	code, second = twoCodes(s, html)
	for _, e := range s.h.pull(s) {
		if !s.seen[e.ID] {
			s.seen[e.ID] = true
			m = s.h.open(s, e.Sealed)
		}
	}
	return code, second, m
}
