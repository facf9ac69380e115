package front_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strings"

	"waylight/internal/browser"
	"waylight/internal/clock"
	"waylight/internal/envelope"
	"waylight/internal/hatchway"
	"waylight/internal/mailbox"
	"waylight/internal/receipt"
	"waylight/internal/seal"
)

// weight is what a page and all that it named cost on the line, in bytes, and how
// often it asked. The script's later questions (channels, uploads) are counted too.
const weight = `(() => { const all = performance.getEntriesByType("navigation").concat(performance.getEntriesByType("resource"));
	return [all.reduce((n, e) => n + e.encodedBodySize, 0), all.length, all.filter(e => e.initiatorType === "script").length] })()`

func (s *teller) light() {
	for _, c := range []struct {
		path                     string
		bytes, requests, scripts int
	}{{"/", 14 << 10, 4, 0}, {"/help", 50 << 10, 5, 1}, {"/information", 50 << 10, 5, 1}, {"/mailbox", 50 << 10, 5, 1}} {
		s.goes(c.path)
		s.p.Until(`document.readyState === "complete"`)
		w := browser.Eval[[]int](s.p, weight)
		s.Logf("%s: %d bytes in %d requests", c.path, w[0], w[1])
		if w[0] < 1000 || w[0] > c.bytes || w[1] > c.requests || w[2] > c.scripts {
			s.Errorf("%s: %d bytes, %d requests, %d scripts; want at most %d, %d, %d", c.path, w[0], w[1], w[2], c.bytes, c.requests, c.scripts)
		}
	}
	s.goes("/")
	if s.p.Count("script") > 0 {
		s.Error("the first page has a script")
	}
}

func (s *teller) needsHelp() {
	s.goes("/")
	s.reads("h1", "You can write to us here")
	s.p.Follow(`.ways a[href$="/help"]`)
	s.arrives()
	s.p.Click(`#q-danger input[value="now"]`)
	s.p.Click("#q-danger .actions a.button")
	s.p.Fill("#q-text textarea", s.mine)
	s.p.Click(`#q-text .actions a[href="#q-send"]`)
	code, second := s.finishes()
	s.reads(".receipt", "It is the only way back. We do not have it and cannot give it to you again.")
	m := s.came()
	if a := answers(m); m.Kind != envelope.Report || m.Text != s.mine || len(a["danger"].Values) != 1 || a["danger"].Values[0] != "now" {
		s.Errorf("it came as %s: %q, %+v", m.Kind, m.Text, m.Answers)
	}
	if code == second || m.Second == nil || m.Second.ID != mailbox.Derive(second, s.h.salt(s)).ID().String() {
		s.Error("the second code is not the one of the message")
	}
	s.ends("the page with the code")
	s.h.answersBoth(s, m, "We read this 19c2.", "Open from ten to five.")
	s.p.Follow(`.receipt .more a[href$="/mailbox"]`)
	s.arrives()
	s.enters(typed(code))
	s.p.Wait(".talk .said")
	if got := s.p.Text(".talk .said"); got != "We read this 19c2." {
		s.Errorf("the answer reads %q", got)
	}
	s.p.Fill("#more-text, form[action$='/mailbox/message'] textarea", s.mine+" Yes.")
	s.sends(map[bool]string{true: "form[data-papers]", false: "form[action$='/mailbox/message']"}[s.script], "button.primary")
	if m := s.came(); m.Kind != envelope.FollowUp || m.Text != s.mine+" Yes." {
		s.Errorf("the reply came as %s: %q", m.Kind, m.Text)
	}
}

func (s *teller) informs() {
	original := photo(s.T)
	s.goes("/information")
	s.p.Fill("#q-text textarea", s.mine)
	s.jumps("q-files")
	s.p.Upload(`#q-files input[name="file"]`, save(s.T, "seen.jpg", original))
	if s.script {
		looked(s.p, 1)
	} else {
		s.reads("#q-files .hint[data-without-script]", "Pictures and papers often say where, when and by whom they were made. On the simple way nothing is taken out of them.")
	}
	s.jumps("q-send")
	s.finishes()
	m := s.came()
	if m.Text != s.mine || m.Channel != "information" || len(m.Files) != 1 {
		s.Fatalf("it came to %s with %d files", m.Channel, len(m.Files))
	}
	got := s.h.file(s, m.Files[0])
	if s.script == bytes.Contains(got, []byte(plantedDevice)) || !s.script && !bytes.Equal(got, original) {
		s.Errorf("%d bytes came of %d; with the script without the device's name, else untouched", len(got), len(original))
	}
}

// jumps shows a question, as its link does.
func (s *teller) jumps(id string) {
	browser.Eval[bool](s.p, `location.hash = "`+id+`", true`)
	s.p.Wait("#" + id)
}

func (s *teller) taps() {
	code, _, _ := s.begun()
	s.opens(code)
	for _, sign := range []string{"safe", "help"} {
		s.sends(".signs", map[bool]string{true: `[data-tap="` + sign + `"]`, false: `button[value="` + sign + `"]`}[s.script])
		if m := s.came(); m.Kind != envelope.FollowUp || m.Text != "" || len(m.Answers) != 1 || m.Answers[0].Question != "check-in" || m.Answers[0].Values[0] != sign {
			s.Errorf("the tap %q came as %+v", sign, m.Answers)
		}
	}
}

func (s *teller) forced() {
	const ours, harmless = "We come for you 55ab.", "Lessons begin at six."
	_, second, m := s.begun()
	s.h.answersBoth(s, m, ours, harmless)
	s.opens(second)
	s.p.Wait(".talk .said")
	if html := s.p.HTML(); s.p.Text(".talk .said") != harmless || strings.Contains(html, "55ab") || strings.Contains(html, "7f3a") {
		s.Errorf("the second code shows %q", s.p.Text(".talk"))
	}
	pulled, err := s.h.client.Pull(context.Background(), "", 1)
	if err != nil {
		s.Fatal(err)
	}
	warned := false
	for _, l := range pulled.Looks {
		warned = warned || l.Mailbox == m.Second.ID
	}
	if !warned {
		s.Error("nothing warns the team")
	}
}

func (s *teller) arranges() {
	code, _, _ := s.begun()
	s.opens(code)
	s.p.Click(".arrange summary")
	s.p.Click(`.arrange input[name="q.hours"][value="night"]`)
	s.p.Click(`.arrange input[name="q.never"][value="call"]`)
	s.p.Set(`.arrange select[name="q.zone"]`, "180")
	s.p.Fill(`.arrange [name="q.ours.words"]`, "The shop has new shoes")
	s.sends(".arrange form", "button.primary")
	m := s.came()
	a := answers(m)
	if m.Form == nil || m.Form.ID != "arrange" || a["ours"].Words != "The shop has new shoes" ||
		len(a["hours"].Values) != 1 || len(a["zone"].Values) != 1 || a["zone"].Values[0] != "180" || len(a["never"].Values) != 1 {
		s.Errorf("agreed: %v %+v", m.Form, m.Answers)
	}
}

// signals agrees, beside the codes, on sentences that mean more than they say. The
// mailbox, which whoever forces them will see, has no word of it.
func (s *teller) signals() {
	s.goes("/help")
	s.jumps("q-text")
	s.p.Fill("#q-text textarea", s.mine)
	s.p.Click(`#q-text .actions a[href="#q-send"]`)
	code, second := s.finishes()
	s.came()
	const form = ".signs-form form"
	s.p.Click(".signs-form summary")
	s.p.Fill(form+` [name="q.fine.words"]`, "The cat sleeps")
	s.p.Fill(form+` [name="q.need-help.words"]`, "the CAT sleeps.")
	if same := "The two sentences must differ."; s.script {
		s.p.Click(form + " button.primary")
		s.p.Until(`document.querySelector("` + form + ` [data-status]").getAttribute("data-state") === "same"`)
	} else if status := s.p.Follow(form + " button.primary"); status != 422 && status != 400 {
		s.Errorf("status %d for one sentence with two meanings", status)
	} else {
		s.reads(".signs-form .field.wrong .error", same)
	}
	if got := s.p.Value(form + ` [name="q.fine.words"]`); got != "The cat sleeps" {
		s.Errorf("what was typed is %q now", got)
	}
	s.p.Fill(form+` [name="q.need-help.words"]`, "The cat eats well")
	s.p.Click(form + ` input[name="q.shows"][value="lessons"]`)
	if s.script {
		s.p.Click(form + " button.primary")
		s.p.Until(`document.querySelector("` + form + ` [data-status]").getAttribute("data-state") === "sent"`)
	} else {
		if status := s.p.Follow(form + " button.primary"); status != 200 {
			s.Fatalf("status %d\n%s", status, s.p.Text("main"))
		}
		s.reads(".signs-form .notice", "What you agreed with us is stored. Remember the sentences; they stand nowhere else.")
		first, other := twoCodes(s, s.p.HTML())
		if first != code || other != second {
			s.Error("the page shows other codes than before")
		}
	}
	m := s.came()
	a := answers(m)
	if m.Kind != envelope.FollowUp || m.Form == nil || m.Form.ID != "signs" || a["fine"].Words != "The cat sleeps" || a["need-help"].Words != "The cat eats well" ||
		len(a["shows"].Values) != 1 || a["shows"].Values[0] != "lessons" {
		s.Errorf("agreed: %v %+v", m.Form, m.Answers)
	}
	for _, with := range []receipt.Code{code, second} {
		s.opens(with)
		s.p.Wait(".talk")
		if html := s.p.HTML(); strings.Contains(html, "q.fine") || strings.Contains(html, "q.need-help") || strings.Contains(html, "q.shows") {
			s.Error("whoever forces them sees that there are such sentences")
		}
	}
}

func (s *teller) forAnother() {
	s.goes("/help")
	s.jumps("q-text")
	s.p.Fill("#q-text textarea", s.mine)
	s.p.Click("#q-text .actions a.button")
	s.p.Click(`#q-for input[value="other"]`)
	s.p.Fill(`#q-for [name="q.relation.words"]`, "sister")
	s.p.Click(`#q-for input[name="q.reach"][value="no"]`)
	s.p.Fill(`#q-for [name="q.hide.words"]`, "the father")
	s.p.Click(`#q-for .actions a[href="#q-send"]`)
	s.finishes()
	m := s.came()
	a := answers(m)
	if len(a["for"].Values) != 1 || a["for"].Values[0] != "other" || a["relation"].Words != "sister" || len(a["reach"].Values) != 1 || a["reach"].Values[0] != "no" || a["hide"].Words != "the father" {
		s.Errorf("answers: %+v", m.Answers)
	}
}

func (s *teller) erases(all bool) {
	code, _, _ := s.begun()
	s.opens(code)
	if !s.script {
		s.p.Click("details.erase summary")
	}
	if all {
		s.p.Click("#erase-all")
	}
	if s.script {
		browser.Eval[bool](s.p, "(window.confirm = () => true, true)")
		s.p.Click("[data-erase]")
		s.p.Until(`document.querySelector("form[data-mailbox] [data-status]").getAttribute("data-state") === "erased"`)
		s.reads("form[data-mailbox] [data-status]", "The conversation is erased from this server.")
	} else {
		s.p.Follow("details.erase button")
		s.reads("h1", "The conversation is erased from this server.")
	}
	m := s.came()
	if m.Kind != envelope.Erased || all != (len(m.Answers) == 1) {
		s.Errorf("the team was told %s %+v", m.Kind, m.Answers)
	}
	s.goes("/mailbox")
	s.enters(typed(code))
	s.says("There is no mailbox for this code.")
}

// disguises finds the code as a list of what was bought, and comes back with it.
func (s *teller) disguises() {
	s.goes("/information")
	s.p.Fill("#q-text textarea", s.mine)
	s.jumps("q-send")
	code, _ := s.finishes()
	s.came()
	s.p.Click("details:has(.listed) summary")
	s.p.Wait(".listed")
	s.reads(".receipt", "It deceives somebody who looks through your things. Somebody who knows this page and suspects you can try whether the list is a code.")
	list := s.p.Text(".listed")
	lines := strings.Split(strings.TrimSpace(list), "\n")
	read, err := receipt.Parse(list)
	if len(lines) != 8 || err != nil || read != code {
		s.Fatalf("%v, %d lines:\n%s", err, len(lines), list)
	}
	goods := map[string]bool{}
	for _, l := range lines {
		what, price, _ := strings.Cut(l, " ")
		goods[what] = true
		if what == "" || !strings.ContainsAny(price, ".,") {
			s.Errorf("a line reads %q", l)
		}
	}
	if len(goods) < 7 { // two may begin with the same word
		s.Errorf("the same things are bought again: %s", list)
	}
	s.ends("the code as a list")
	if s.script {
		s.p.Click("[data-hide]")
		if browser.Eval[bool](s.p, `[...document.querySelectorAll(".code, .listed")].some(e => e.offsetParent !== null)`) {
			s.Error("the code is hidden and can still be seen")
		}
		s.p.Click("[data-hide]")
		s.p.Click("[data-copy-list]")
		s.p.Until(fmt.Sprintf(`document.querySelector("[data-copy-list]").textContent === %q`, s.words.T("Copied")))
	}
	s.goes("/mailbox")
	s.enters("12 яиц\n" + list + "2 x 05")
	s.p.Wait(".talk")
}

// says waits for a sentence beside the code, wherever the road puts it.
func (s *teller) says(sentence string) {
	s.Helper()
	if s.script {
		s.p.Until(`!/^(|opening)$/.test(document.querySelector("form[data-mailbox] [data-status]").getAttribute("data-state") || "")`)
		s.reads("form[data-mailbox] [data-status]", sentence)
		return
	}
	s.reads("main", sentence)
}

func (s *teller) lost() {
	s.goes("/")
	s.p.Follow(`.ways a[href$="/mailbox"]`)
	s.arrives()
	s.p.Follow(`.more a[href$="/lost"]`)
	s.reads("main", "We do not have it and cannot give it to you again. Our answers to it cannot be read by anybody any more.")
	s.reads("main", "Do what keeps you safe at this moment. Nobody here will blame you for what you had to show.")
	// Who stands beside them and goes on from where a code is typed learns nothing of a second one.
	code, _, _ := s.begun()
	for _, path := range []string{"/safety", "/mailbox", "/lost"} {
		s.goes(path)
		s.silent()
	}
	s.opens(code)
	s.silent()
	s.goes("/lost")
	s.p.Follow(`.more a[href$="/help"]`)
	s.arrives()
	s.p.Wait("#q-danger")
}

// silent looks for the second code in all that the page holds.
func (s *teller) silent() {
	s.Helper()
	html := strings.ToLower(browser.Eval[string](s.p, "document.documentElement.outerHTML"))
	for _, words := range []string{"second code", "second-code", "второй код", "второго кода", "вторым кодом", "sécöñd", s.words.T("A second code, for the case that somebody forces you")} {
		if strings.Contains(html, strings.ToLower(words)) {
			s.Errorf("%s speaks of %q", s.p.URL(), words)
		}
	}
}

// speaks sends a voice message: recorded in the page, or by the device's own recorder.
func (s *teller) speaks() {
	s.goes("/help")
	s.jumps("q-text")
	s.p.Wait("#q-text")
	said := s.words.T("A voice can be recognised, by people and by machines. If that is dangerous for you, please write. You can ask that only a written copy is used.")
	if !strings.Contains(browser.Eval[string](s.p, `document.querySelector("#q-text").innerText`), said) {
		s.Error("the page does not say that a voice can be recognised")
	}
	if s.script {
		s.p.Click("[data-record]")
		s.p.Wait("[data-stop]")
		s.p.Until(`/0:0[1-9]/.test(document.querySelector("[data-voice-status]").textContent)`)
		s.ends("while it records")
		s.p.Click("[data-stop]")
		s.p.Wait("[data-attach]")
		s.p.Click("[data-attach]")
		looked(s.p, 1)
	} else {
		s.p.Upload(`input[name="voice"]`, save(s.T, "rec.m4a", []byte("invented sound")))
	}
	s.jumps("q-send")
	s.finishes()
	if m := s.came(); len(m.Files) != 1 || m.Files[0].Kind != envelope.Voice {
		s.Errorf("files: %+v", m.Files)
	}
}

// isRead sees that a person has read it, before there is an answer.
func (s *teller) isRead() {
	code, _, m := s.begun()
	mark, err := envelope.Message{Kind: envelope.ReadMark, Channel: "help", From: "team", Day: "2017-04-09"}.Encode()
	if err != nil {
		s.Fatal(err)
	}
	sealed, err := seal.To(m.Mailbox.Recipient, mark)
	if err != nil {
		s.Fatal(err)
	}
	gone, err := s.h.client.Replies(context.Background(), []hatchway.Reply{{ID: envelope.NewID(), Mailbox: m.Mailbox.ID, Sealed: sealed, Expires: clock.DayOf(s.h.clock.Now().AddDate(0, 0, 22))}})
	if err != nil || len(gone) > 0 {
		s.Fatal(gone, err)
	}
	s.opens(code)
	s.p.Wait(".talk .message")
	s.reads(".talk .message", "Somebody in the team has read your message.")
}

// leaves goes away in the middle of the questions: the page that comes says nothing.
func (s *teller) leaves() {
	s.goes("/help")
	s.jumps("q-text")
	s.p.Fill("#q-text textarea", s.mine)
	if s.script {
		for range 3 {
			s.p.Press("\x1b")
		}
		s.p.Until(`location.pathname === "/calendar"`)
	} else {
		s.p.Follow("a.exit")
	}
	s.p.Until(`document.readyState === "complete"`)
	if s.p.URL() != s.h.base+"/calendar" {
		s.Errorf("the way out leads to %s", s.p.URL())
	}
	seen := strings.ToLower(browser.Eval[string](s.p, "document.title + document.body.innerText"))
	if strings.Contains(s.p.HTML(), "7f3a") || strings.Contains(seen, "waylight") || strings.Contains(seen, "harbour") || s.p.Count("a") != 0 {
		s.Errorf("it says where one was: %s", seen)
	}
	s.goes("/")
}

// mistypes gets one digit wrong. The check digits say so; with the script before
// anything is sent. What was typed stands there to be mended.
func (s *teller) mistypes() {
	code, _, _ := s.begun()
	right := typed(code)
	wrong := right[:10] + map[bool]string{true: "4", false: "3"}[right[10] == '3'] + right[11:]
	s.goes("/mailbox")
	asked := func() int {
		return browser.Eval[int](s.p, `performance.getEntriesByType("resource").filter(e => e.name.indexOf("/w/v1/") >= 0).length`)
	}
	before := asked()
	s.enters(wrong)
	s.says("One digit is probably wrong, or two are exchanged. Please compare with what you wrote down.")
	if s.script && asked() != before {
		s.Error("a wrong code was sent before the check digits said so")
	}
	if got := s.p.Value("textarea[name=code]"); got != wrong {
		s.Errorf("what was typed reads %q", got)
	}
	if !s.script && browser.Eval[int](s.p, `performance.getEntriesByType("navigation")[0].responseStatus`) != http.StatusUnprocessableEntity {
		s.Error("a wrong code is not refused")
	}
	s.enters(strings.ReplaceAll(right, " ", "-"))
	s.p.Wait(".talk")
	s.goes("/mailbox")
	s.enters("12ab")
	s.says("The code has digits only. Something else stands between them.")
}
