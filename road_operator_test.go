package waylight_test

import (
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"waylight/desk"
	"waylight/internal/browser"
	"waylight/internal/clock"
	"waylight/internal/envelope"
	"waylight/internal/i18n"
	"waylight/internal/receipt"
	"waylight/internal/sender"
	"waylight/internal/storybook"
)

// operator plays the team at small screens: in one language, with or without the
// script. Anna and Clara take requests, Hanna is the security officer.
type operator struct {
	*testing.T
	w                  *town
	words              i18n.Words
	script             bool
	mine               string // what the person outside writes, and the team types
	anna, clara, hanna *browser.Page
	known              map[string]bool // conversations that a story had before
}

// What an operator lives through, each story on its own; docs and issue name them
// in these words.
var operatorStories = []struct {
	name string
	play func(s *operator)
}{
	{"inbox, filters and views", (*operator).sorts},
	{"nobody reads somebody in danger", (*operator).rings},
	{"two people for an answer", (*operator).agrees},
	{"one person under two codes", (*operator).joins},
	{"translation beside the words", (*operator).translates},
	{"who is here and who writes", (*operator).meets},
	{"a call, step by step", (*operator).listens},
	{"templates of each language", (*operator).templates},
	{"signs, and setting aside", (*operator).doubts},
	{"what cannot be opened", (*operator).puzzles},
	{"rota, load and hand-over", (*operator).shifts},
	{"e-mail, and a notice that says nothing", (*operator).mails},
}

// TestOperatorStories plays every story of an operator on a screen of 360 pixels, with
// and without the script, in English, in Russian and from right to left, on the real
// Front and Desk. At the end of each axe-core looks at the page, and nothing has come
// from anywhere else.
func TestOperatorStories(t *testing.T) {
	t.Parallel()
	rooms, err := filepath.Glob("desk/internal/web/*/locale")
	if err != nil || len(rooms) < 5 {
		t.Fatal(rooms, err)
	}
	all := []string{"internal/page", "internal/forms", "desk"}
	for _, r := range rooms {
		all = append(all, filepath.Dir(r))
	}
	for _, lang := range []i18n.Lang{i18n.English, i18n.Russian, i18n.Mirror} {
		for _, script := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s %s", lang, map[bool]string{false: "plain", true: "script"}[script]), func(t *testing.T) {
				t.Parallel()
				s := newOperator(t, catalogueOf(t, all).For(lang), script)
				for _, story := range operatorStories {
					t.Run(story.name, func(t *testing.T) {
						one := *s
						one.T = t
						one.anna, one.clara, one.hanna = s.anna.For(t), s.clara.For(t), s.hanna.For(t)
						story.play(&one)
						one.looks(one.anna, story.name)
						if script {
							one.accessible(one.anna, story.name)
						}
					})
				}
				if strings.Contains(s.w.log.String(), "7f3a") || strings.Contains(s.w.log.String(), "level=ERROR") {
					t.Errorf("the log says: %s", s.w.log.String())
				}
			})
		}
	}
}

func catalogueOf(t *testing.T, rooms []string) *i18n.Catalogue {
	t.Helper()
	var locales []fs.FS
	for _, r := range rooms {
		locales = append(locales, os.DirFS(r))
	}
	c, err := i18n.Load(locales...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// newOperator opens a Desk of its own, chooses the language at the foot of the page
// and gives Clara the work of an intake operator.
func newOperator(t *testing.T, words i18n.Words, script bool) *operator {
	t.Helper()
	s := &operator{T: t, words: words, script: script, known: map[string]bool{},
		mine: map[i18n.Lang]string{i18n.English: "They came twice 7f3a.", i18n.Russian: "Приходили дважды 7f3a.", i18n.Mirror: "جاؤوا مرتين 7f3a."}[words.Lang]}
	s.w = newTown(t, func(c *desk.Config) { c.Mirror, c.MailEvery = true, 300*time.Millisecond })
	for who, p := range map[string]**browser.Page{"hanna": &s.hanna, "anna": &s.anna, "clara": &s.clara} {
		*p = s.tab(who)
	}
	s.hanna.Go(s.w.desk + "/members")
	s.follows(s.hanna, fmt.Sprintf(`a[href="%s/roles"]`, s.member("Clara")))
	fill(t, s.hanna, map[string]string{"roles": "intake"})
	s.follows(s.hanna, "main form button.primary")
	return s
}

// member is the address of a colleague on the page of members.
func (s *operator) member(name string) string {
	s.Helper()
	href := browser.Eval[string](s.hanna, fmt.Sprintf(`[...document.querySelectorAll("tbody tr")].filter(r => r.innerText.includes(%q)).map(r => r.querySelector('a[href$="/roles"]').getAttribute("href"))[0] || ""`, name))
	return strings.TrimSuffix(href, "/roles")
}

func (s *operator) tab(login string) *browser.Page {
	s.Helper()
	options := []browser.Option{browser.Phone, browser.Language("en")}
	if !s.script {
		options = append(options, browser.NoScript)
	}
	p := s.w.member(s.T, login, options...)
	if s.words.Lang != i18n.English {
		const button = `.languages button:not([aria-current])`
		browser.Eval[bool](p, fmt.Sprintf(`document.querySelector(%q).value = %q, true`, button, s.words.Lang)) // words from right to left stand on no page
		s.follows(p, button)
	}
	return p
}

// looks looks at the page that a member stands on.
func (s *operator) looks(p *browser.Page, name string) {
	s.Helper()
	if s.Failed() {
		return
	}
	if dir := os.Getenv("WAYLIGHT_SCREENSHOTS"); dir != "" {
		p.Picture(filepath.Join(dir, "operator", strings.ReplaceAll(s.Name(), "/", "-")+"-"+strings.ReplaceAll(name, " ", "-")+".png"))
	}
	if !s.script { // the same pages, with one script more, stand in the other half
		s.accessible(p, name)
	}
	fits(s.T, p)
	if want := s.words.Dir(); browser.Eval[string](p, "document.documentElement.dir") != want {
		s.Errorf("the page is not written %s", want)
	}
	if foreign := browser.Eval[string](p, `performance.getEntriesByType("resource").map(e => e.name).filter(n => n.indexOf(location.origin + "/") !== 0).join()`); foreign != "" {
		s.Errorf("fetched from elsewhere: %s", foreign)
	}
}

// accessible lets axe-core look at it, which takes a moment.
func (s *operator) accessible(p *browser.Page, name string) {
	s.Helper()
	if s.Failed() {
		return
	}
	if !s.script {
		p.Scripts(true)
		defer p.Scripts(false)
	}
	storybook.CheckTab(s.T, p, name, 360)
}

func (s *operator) goes(p *browser.Page, path string) {
	s.Helper()
	if status := p.Go(s.w.desk + path); status != http.StatusOK {
		s.Fatalf("%s: status %d\n%s", path, status, p.Text("main"))
	}
}

// follows presses what leads to another page, and expects that it was taken.
func (s *operator) follows(p *browser.Page, sel string) {
	s.Helper()
	if status := p.Follow(sel); status != http.StatusOK {
		s.Fatalf("%s: status %d\n%s", sel, status, p.Text("main"))
	}
}

// refused presses a button and expects that the page comes back and says why.
func (s *operator) refused(p *browser.Page, sel, sentence string, args ...any) {
	s.Helper()
	status := p.Follow(sel)
	if got, want := p.Text("main"), s.words.T(sentence, args...); status < 400 || !strings.Contains(got, want) {
		s.Fatalf("%s: status %d, want a refusal %q in:\n%s", sel, status, want, got)
	}
}

// reads expects that an element says this sentence of the catalogue.
func (s *operator) reads(p *browser.Page, sel, sentence string, args ...any) {
	s.Helper()
	s.holds(p, sel, s.words.T(sentence, args...))
}

func (s *operator) holds(p *browser.Page, sel string, texts ...string) {
	s.Helper()
	got := browser.Eval[string](p, fmt.Sprintf(`[...document.querySelectorAll(%q)].map(e => e.textContent.replace(/\s+/g, " ")).join("\n")`, sel))
	for _, want := range texts {
		if !strings.Contains(got, want) {
			s.Fatalf("%s: %s says %q, want %q", p.URL(), sel, got, want)
		}
	}
}

// waits loads a page again until an element says a text.
func (s *operator) waits(p *browser.Page, path, sel, text string) {
	s.Helper()
	for deadline := time.Now().Add(time.Minute); ; {
		s.goes(p, path)
		got := browser.Eval[string](p, fmt.Sprintf(`[...document.querySelectorAll(%q)].map(e => e.textContent.replace(/\s+/g, " ")).join("\n")`, sel))
		if strings.Contains(got, text) {
			return
		}
		if time.Now().After(deadline) {
			s.Fatalf("%s: %s says %q, want %q", path, sel, got, text)
		}
		<-time.After(150 * time.Millisecond)
	}
}

// unfolds opens the fold in which an element lies, as a person does who looks for it.
func (s *operator) unfolds(p *browser.Page, sel string) {
	s.Helper()
	const mark = `[data-test-fold]`
	if !browser.Eval[bool](p, fmt.Sprintf(`(() => { document.querySelectorAll("[data-test-fold]").forEach(e => e.removeAttribute("data-test-fold"));
		const e = document.querySelector(%q); if (!e) return false; const d = e.closest("details"); if (d && !d.open) d.querySelector("summary").setAttribute("data-test-fold", ""); return true })()`, sel)) {
		s.Fatalf("%s has no %s:\n%s", p.URL(), sel, p.Text("main"))
	}
	if p.Count(mark) > 0 {
		p.Click(mark)
	}
	p.Wait(sel)
}

// writes is somebody outside who writes; it gives the code and the new conversation's path.
func (s *operator) writes(text string, danger, lang string) (receipt.Code, string) {
	s.Helper()
	s.listed(s.anna) // what was there before
	code := receipt.New()
	m := envelope.Message{Kind: envelope.Report, Lang: lang, Text: text}
	if danger != "" {
		m.Answers = []envelope.Answer{{Question: "danger", Values: []string{danger}}}
	}
	s.w.sends(s.T, code, m)
	return code, s.arrives()
}

// arrives waits for the one conversation that is new.
func (s *operator) arrives() string {
	s.Helper()
	for deadline := time.Now().Add(time.Minute); ; {
		if fresh := s.listed(s.anna); len(fresh) == 1 {
			return fresh[0]
		} else if len(fresh) > 1 {
			s.Fatalf("%d conversations are new", len(fresh))
		}
		if time.Now().After(deadline) {
			s.Fatal("nothing arrived")
		}
		<-time.After(150 * time.Millisecond)
	}
}

// listed gives the conversations in the inbox that were not there before.
func (s *operator) listed(p *browser.Page) (fresh []string) {
	s.Helper()
	s.goes(p, "/requests?view=all")
	for _, href := range browser.Eval[[]string](p, `[...document.querySelectorAll("main .list tbody th a")].map(a => a.getAttribute("href"))`) {
		if strings.HasPrefix(href, "/requests/thread_") && !s.known[href] {
			s.known[href] = true
			fresh = append(fresh, href)
		}
	}
	return fresh
}

// again is the same person who writes once more.
func (s *operator) again(code receipt.Code, text string) {
	s.Helper()
	s.w.sends(s.T, code, envelope.Message{Kind: envelope.FollowUp, Text: text})
}

// opens reads a conversation for the first time.
func (s *operator) opens(p *browser.Page, path, text string) {
	s.Helper()
	s.goes(p, path)
	s.reads(p, "main", "When you open it, the conversation is yours, and the sender is told that a person has read it. They are not told who.")
	s.follows(p, `form[action$="/take"] button`)
	s.holds(p, "blockquote.said", text)
}

// hears waits until the person's own device has an answer.
func (s *operator) hears(code receipt.Code, text string) {
	s.Helper()
	f := &sender.Front{URL: s.w.front, HTTP: http.DefaultClient, Patience: time.Minute}
	for deadline := time.Now().Add(time.Minute); ; {
		all, err := f.Read(s.Context(), code, clock.DayOf(s.w.clock.Now()))
		if err != nil {
			s.Fatal(err)
		}
		for _, m := range all {
			if m.Err == nil && m.Message.Text == text {
				return
			}
		}
		if time.Now().After(deadline) {
			s.Fatalf("the answer %q did not come", text)
		}
		<-time.After(150 * time.Millisecond)
	}
}

// twice sends the form of a page as it stands a second time, as a finger that
// trembles does, and expects no error.
func (s *operator) twice(p *browser.Page, form, button string) {
	s.Helper()
	filled := browser.Eval[string](p, fmt.Sprintf(`(() => { const f = document.querySelector(%q); return new URLSearchParams(new FormData(f, f.querySelector(%q))).toString() })()`, form, button))
	action := browser.Eval[string](p, fmt.Sprintf(`document.querySelector(%q).getAttribute("action")`, form))
	if !s.script {
		p.Scripts(true) // for this alone
	}
	status := browser.Await[int](p, fmt.Sprintf(`fetch(%q, {method: "POST", headers: {"Content-Type": "application/x-www-form-urlencoded"}, body: %q}).then(r => r.status)`, action, filled))
	if !s.script {
		p.Scripts(false)
	}
	if status != http.StatusOK {
		s.Fatalf("%s, sent the first time: status %d", form, status)
	}
	s.follows(p, form+" "+button)
}
