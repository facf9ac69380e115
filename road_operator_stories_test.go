package waylight_test

import (
	"fmt"
	"strings"
	"time"

	"waylight/internal/browser"
	"waylight/internal/envelope"
	"waylight/internal/receipt"
)

const send, ask = `form[action$="/reply"] button[value=send]`, `form[action$="/reply"] button[value=ask]`

// sorts finds a request in the inbox, reads it, keeps a view and closes it; whoever
// wrote it opens it again with a word.
func (s *operator) sorts() {
	code, path := s.writes(s.mine, "days", "en")
	s.goes(s.anna, "/requests")
	s.reads(s.anna, `.list tr:has(a[href="`+path+`"])`, "Not read yet")
	s.looks(s.anna, "the inbox")
	if s.script { // down to it by the keyboard
		for range s.anna.Count(".list tbody tr") {
			s.anna.Press("j")
			if browser.Eval[string](s.anna, `document.activeElement.getAttribute("href") || ""`) == path {
				break
			}
		}
		s.anna.Until(`document.activeElement.getAttribute("href") === "` + path + `"`)
	}
	s.follows(s.anna, `.list a[href="`+path+`"]`)
	s.looks(s.anna, "not read yet")
	s.opens(s.anna, path, s.mine)
	s.reads(s.anna, ".notice", "They will be told that a person has read it.")
	s.holds(s.anna, "main .facts", "Anna (invented)")

	s.goes(s.anna, "/requests?view=all&urgency=days&lang=en")
	s.holds(s.anna, `.list tbody`, "Anna (invented)")
	s.anna.Fill(`[name="view-name"]`, "Mine <7f3a>")
	s.twice(s.anna, `form[action="/requests/views"]`, "button")
	s.unfolds(s.anna, `form[action="/requests/views/drop"] button`)
	if n := s.anna.Count(`form[action="/requests/views/drop"]`); n != 1 {
		s.Errorf("the view is kept %d times", n)
	}
	s.follows(s.anna, `form[action="/requests/views/drop"] button`)

	s.goes(s.anna, path)
	s.unfolds(s.anna, `form[action$="/note"] textarea`)
	s.anna.Fill(`form[action$="/note"] textarea`, s.mine+" note")
	s.twice(s.anna, `form[action$="/note"]`, "button")
	s.reads(s.anna, ".notice", "The note is kept.")
	if n := strings.Count(browser.Eval[string](s.anna, `document.querySelector(".timeline").textContent`), s.mine+" note"); n != 1 {
		s.Errorf("a note that was sent twice stands there %d times", n)
	}
	s.follows(s.anna, `form[action$="/close"] button`)
	s.reads(s.anna, ".notice", "The conversation is closed. A new message opens it again.")
	s.goes(s.anna, "/requests?view=closed")
	s.holds(s.anna, ".list tbody", "Anna (invented)")
	s.again(code, s.mine+" again")
	s.waits(s.anna, path, "blockquote.said", s.mine+" again")
	s.waits(s.anna, path, ".page-head", s.words.T("Our turn")) // the badge may be of the moment before the words
}

// rings lets minutes pass in which nobody reads somebody in danger: it stands on every
// page, first the operator is called, then the second, then everybody.
func (s *operator) rings() {
	code, path := s.writes(s.mine, "now", "ru")
	s.goes(s.anna, "/requests")
	s.reads(s.anna, `.list tr:has(a[href="`+path+`"])`, "In danger now")
	unread := s.words.T("Somebody says that they are in danger now, and nobody has read it.")
	for _, step := range []struct {
		after time.Duration
		says  string
	}{{6 * time.Minute, "the duty operator"}, {5 * time.Minute, "the second"}, {5 * time.Minute, "everybody"}} {
		s.w.clock.Advance(step.after)
		s.waits(s.anna, "/requests/alarms", "main", s.words.T("It has reached: %s.", s.words.T(step.says)))
		for _, page := range []string{"/account", "/templates"} {
			s.goes(s.clara, page)
			s.holds(s.clara, ".bells", unread)
		}
	}
	s.looks(s.anna, "what rings")
	s.goes(s.anna, "/account")
	s.holds(s.anna, ".bells", unread, s.words.T("You are called."))
	s.looks(s.anna, "the bar")
	if text := s.anna.Text(".bells"); strings.Contains(text, "7f3a") {
		s.Errorf("the bar says what was written: %s", text)
	}
	s.follows(s.anna, ".bells a")
	if address(s.anna) != s.w.desk+path {
		s.Fatalf("the bar leads to %s", s.anna.URL())
	}
	s.opens(s.anna, path, s.mine)
	s.anna.Fill("#f-text", s.mine+" answer")
	s.twice(s.anna, `form[action$="/reply"]`, "button[value=send]")
	s.reads(s.anna, ".notice", "Your answer is on its way.")
	s.hears(code, s.mine+" answer")
	for _, p := range []*browser.Page{s.anna, s.clara} {
		s.goes(p, "/account")
		if p.Count(".bells") != 0 {
			s.Errorf("the bar stays: %s", p.Text(".bells"))
		}
	}
	s.goes(s.anna, path)
	if n := strings.Count(browser.Eval[string](s.anna, `document.querySelector(".timeline").textContent`), s.mine+" answer"); n != 1 {
		s.Errorf("an answer that was sent twice stands there %d times", n)
	}
}

// agrees sends an answer that one writes and another reads; the sender writes
// meanwhile, so that the yes is asked for once more.
func (s *operator) agrees() {
	s.goes(s.hanna, "/requests/two-people")
	fill(s.T, s.hanna, map[string]string{"second": "help"})
	s.follows(s.hanna, "main form button.primary")
	s.looks(s.hanna, "two people for a channel")
	code, path := s.writes(s.mine, "days", "en")
	s.opens(s.anna, path, s.mine)
	if s.anna.Count(send) != 0 {
		s.Error("one person may send alone")
	}
	s.reads(s.anna, "#answer", "Here two people agree to every answer: you write it, a colleague reads it and sends it.")
	if s.script && s.words.Lang == "en" { // asked while the page is not told yet that it kept what was typed
		browser.Eval[bool](s.anna, `(() => { const send = fetch; window.fetch = async (...a) => { const r = await send(...a); if (String(a[0]).endsWith("/keep")) { window.onItsWay = true; await new Promise((over) => setTimeout(over, 1000)) } return r }; return true })()`)
		s.anna.Fill("#f-text", s.mine+" dr")
		s.anna.Until("window.onItsWay === true")
		s.anna.Press("aft")
		s.follows(s.anna, `form[action$="/reply"] button[value=ask]`)
		if n := s.anna.Count("#drafts article"); n != 1 {
			s.Errorf("a draft that was asked about while it was kept is kept %d times", n)
		}
		s.holds(s.anna, "#drafts", s.mine+" draft")
		s.follows(s.anna, `#drafts form[action$="/drop"] button`)
	}
	s.anna.Fill("#f-text", s.mine+" draft")
	s.twice(s.anna, `form[action$="/reply"]`, "button[value=ask]")
	s.reads(s.anna, ".notice", "Kept. A colleague is asked to agree; nothing was sent yet.")
	if n := s.anna.Count("#drafts article"); n != 1 {
		s.Errorf("a draft that was sent twice is kept %d times", n)
	}
	s.reads(s.anna, "#drafts", "It is your own draft.")
	s.looks(s.anna, "a draft of one's own")

	s.goes(s.clara, "/requests")
	s.reads(s.clara, "main", "Needs a second person")
	s.follows(s.clara, `section[aria-labelledby="asked"] a`)
	s.holds(s.clara, "#drafts", s.mine+" draft", "Anna (invented)")
	s.looks(s.clara, "a draft to agree to")
	s.again(code, s.mine+" meanwhile")
	s.waits(s.anna, path, "blockquote.said", s.mine+" meanwhile")
	s.refused(s.clara, `form[action$="/approve"] button`, "Somebody wrote in this conversation meanwhile. Read it, then send or change your answer; it is still here.")
	s.holds(s.clara, "blockquote.said", s.mine+" meanwhile")
	s.twice(s.clara, `form[action$="/approve"]`, "button")
	s.reads(s.clara, ".notice", "Your answer is on its way.")
	s.reads(s.clara, ".timeline", "%s, to the sender, agreed to by %s", "Anna (invented)", "Clara (invented)")
	s.hears(code, s.mine+" draft")
	s.goes(s.anna, path)
	if s.anna.Count("#drafts") != 0 {
		s.Error("the draft is still there")
	}
	s.goes(s.hanna, "/requests/two-people")
	browser.Eval[bool](s.hanna, `document.querySelectorAll('main [name="second"]').forEach(e => e.checked = false), true`)
	s.follows(s.hanna, "main form button.primary")
}

// joins finds that two codes are one person's, answers to one of them, and parts them.
func (s *operator) joins() {
	first, a := s.writes(s.mine+" first", "days", "en")
	_, b := s.writes(s.mine+" second", "days", "en")
	s.opens(s.anna, a, s.mine+" first")
	s.opens(s.anna, b, s.mine+" second")
	s.unfolds(s.anna, `[name="into"]`)
	s.anna.Set(`[name="into"]`, strings.TrimPrefix(a, "/requests/"))
	s.looks(s.anna, "before they are joined")
	s.twice(s.anna, `form[action$="/join"]`, "button")
	s.reads(s.anna, ".notice", "Both are shown as one now, and both codes go on working.")
	if address(s.anna) != s.w.desk+b {
		s.Errorf("it is shown at %s", s.anna.URL())
	}
	s.holds(s.anna, ".timeline", s.mine+" first", s.mine+" second", s.words.T("under another code"))
	s.goes(s.clara, a) // who comes by the other way is led here
	if address(s.clara) != s.w.desk+b {
		s.Errorf("the other way leads to %s", s.clara.URL())
	}
	browser.Eval[bool](s.anna, fmt.Sprintf(`document.querySelectorAll('[name="recipient"]').forEach(e => e.checked = e.value === %q), true`, strings.TrimPrefix(a, "/requests/")))
	s.anna.Fill("#f-text", s.mine+" to the first")
	s.follows(s.anna, send)
	s.hears(first, s.mine+" to the first")
	s.looks(s.anna, "joined")
	s.unfolds(s.anna, `form[action$="/part"] button`)
	s.follows(s.anna, `form[action$="/part"] button`)
	s.reads(s.anna, ".notice", "They are two conversations again.")
	s.goes(s.anna, a)
	s.holds(s.anna, ".timeline", s.mine+" first")
	if strings.Contains(s.anna.Text(".timeline"), s.mine+" second") {
		s.Error("they are still shown together")
	}
}

// translates puts a translation beside the words, which stay as they are.
func (s *operator) translates() {
	_, path := s.writes("Маршо ю 7f3a", "days", "ru")
	s.opens(s.anna, path, "Маршо ю 7f3a")
	s.unfolds(s.anna, `form[action$="/translate"] textarea`)
	s.refused(s.anna, `form[action$="/translate"] button`, "Write the translation first.")
	s.unfolds(s.anna, `form[action$="/translate"] textarea`)
	s.anna.Fill(`form[action$="/translate"] textarea`, s.mine+" beside")
	s.anna.Set(`form[action$="/translate"] select`, "en")
	s.twice(s.anna, `form[action$="/translate"]`, "button")
	s.reads(s.anna, ".notice", "The translation is kept beside the words.")
	s.holds(s.anna, ".timeline blockquote.said", "Маршо ю 7f3a")
	s.holds(s.anna, ".timeline .beside", s.mine+" beside", "Anna (invented)")
	if n := s.anna.Count(".timeline .beside"); n != 1 {
		s.Errorf("a translation that was sent twice stands there %d times", n)
	}
	if lang := browser.Eval[string](s.anna, `document.querySelector(".beside .said").lang + document.querySelector("blockquote.said").lang`); lang != "enru" {
		s.Errorf("a reader of the screen is told the languages %q", lang)
	}
	// Colleagues read what they answer in a language that is not theirs.
	s.anna.Fill("#f-text", "Дала аьтто бойла 7f3a")
	s.unfolds(s.anna, `[name="ours"]`)
	s.anna.Fill(`[name="ours"]`, s.mine+" ours")
	s.follows(s.anna, send)
	s.goes(s.clara, path)
	s.holds(s.clara, ".timeline", "Дала аьтто бойла 7f3a", s.mine+" ours")
	if s.script && s.words.Lang == "en" {
		s.spares(path)
	}
}

// spares sends one form while something stands in two others: the answer is kept as a
// draft, and what cannot be kept is not lost before the second press.
func (s *operator) spares(path string) {
	const note, translation = `form[action$="/note"]`, `form[action$="/translate"] textarea`
	s.goes(s.anna, path)
	s.anna.Fill("#f-text", s.mine+" to be kept")
	s.unfolds(s.anna, note+" textarea")
	s.anna.Fill(note+" textarea", s.mine+" note")
	s.follows(s.anna, note+" button") // at once, before the page keeps the answer by itself
	s.holds(s.anna, "#drafts", s.mine+" to be kept")
	s.holds(s.anna, ".timeline", s.mine+" note")
	s.follows(s.anna, `#drafts form[action$="/drop"] button`)

	s.unfolds(s.anna, translation)
	s.anna.Fill(translation, s.mine+" half")
	s.unfolds(s.anna, note+" textarea")
	s.anna.Fill(note+" textarea", s.mine+" another")
	s.anna.Click(note + " button")
	s.anna.Wait(`[role="alert"]`)
	s.reads(s.anna, `[role="alert"]`, "What you wrote elsewhere on this page is not kept, and this would lose it. Keep it first, or press again to go on without it.")
	s.looks(s.anna, "words elsewhere on the page")
	s.anna.Click(`[role="alert"] a`)
	s.anna.Until(fmt.Sprintf(`document.activeElement === document.querySelector(%q)`, translation))
	if got := s.anna.Value(translation); got != s.mine+" half" {
		s.Errorf("what was typed became %q", got)
	}
	s.follows(s.anna, note+" button") // the second press
	s.holds(s.anna, ".timeline", s.mine+" another")

	p := s.tab("anna")
	s.goes(p, path)
	s.unfolds(p, translation)
	p.Fill(translation, s.mine+" half")
	if p.Follow(`form[action="/lock"] button`); strings.Contains(p.Text("body"), "7f3a") {
		s.Error("locking waited")
	}
}

// meets sees who else is in a conversation, and who writes there.
func (s *operator) meets() {
	_, path := s.writes(s.mine, "days", "en")
	s.opens(s.anna, path, s.mine)
	s.goes(s.clara, path)
	s.reads(s.clara, ".here", "Also looking at this: %s.", "Anna (invented)")
	if s.script {
		s.clara.Fill("#f-text", s.mine+" half")
		s.clara.Until(`(() => { const k = document.querySelector("[data-kept]"); return k && !k.hidden })()`)
		s.anna.Fill("#f-text", "x") // asks who is here as soon as somebody begins to type
		want := s.words.T("Writing here now: %s.", "Clara (invented)")
		s.anna.Until(fmt.Sprintf(`document.querySelector(".here").textContent.includes(%q) && !document.querySelector(".here").hidden`, want))
	} else {
		s.clara.Fill("#f-text", s.mine+" half")
		s.follows(s.clara, `form[action$="/reply"] button[value=draft]`)
		s.goes(s.anna, path)
		s.reads(s.anna, ".here", "Also looking at this: %s.", "Clara (invented)")
	}
	s.looks(s.anna, "who writes")
	s.goes(s.anna, path) // and what she has so far
	s.holds(s.anna, "#drafts", s.mine+" half", "Clara (invented)")
	s.goes(s.clara, path)
	s.follows(s.clara, `#drafts a.button`)
	if got := s.clara.Value("#f-text"); got != s.mine+" half" {
		s.Errorf("the draft goes on with %q", got)
	}
	s.follows(s.clara, send)
	s.goes(s.anna, path)
	s.holds(s.anna, ".timeline", s.mine+" half")
	if s.anna.Count("#drafts") != 0 {
		s.Errorf("the draft stays after it was sent: %s", s.anna.Text("#drafts"))
	}
}

// listens writes a call down while somebody talks; one breaks off before a word.
func (s *operator) listens() {
	s.listed(s.anna)
	s.goes(s.anna, "/requests")
	s.follows(s.anna, `a[href="/requests/call"]`)
	s.anna.Fill(`[name="words"]`, s.mine+" whispers")
	s.anna.Fill(`[name="number"]`, "no number 7f3a")
	s.refused(s.anna, `main form button[value=on]`, "A number is kept only when they want to be called back. Mark that, or leave it out.")
	if got := s.anna.Value(`[name="words"]`); got != s.mine+" whispers" {
		s.Errorf("what was typed reads %q", got)
	}
	s.looks(s.anna, "a call that is refused")
	s.anna.Set(`[name="number"]`, "")
	fill(s.T, s.anna, map[string]string{"urgency": "now"})
	s.twice(s.anna, `main form[action$="/call"]`, "button[value=on]")
	s.reads(s.anna, ".notice", "Kept. Go on writing.")
	s.looks(s.anna, "in the middle of a call")
	if n := s.anna.Count(".timeline li"); n != 1 {
		s.Errorf("a step that was sent twice stands there %d times", n)
	}
	if s.script { // the page goes away while they talk
		s.anna.Fill(`[name="words"]`, s.mine+" then")
		s.anna.Until(`(() => { const k = document.querySelector("[data-kept]"); return k && !k.hidden })()`)
		at := strings.TrimPrefix(address(s.anna), s.w.desk)
		s.goes(s.anna, "/account")
		s.goes(s.anna, at)
		if got := s.anna.Value(`[name="words"]`); got != s.mine+" then" {
			s.Errorf("what was being typed is gone: %q", got)
		}
	} else {
		s.anna.Fill(`[name="words"]`, s.mine+" then")
	}
	s.twice(s.anna, `main form[action$="/call"]`, "button[value=broke-off]")
	s.reads(s.anna, ".notice", "The call is kept.")
	s.reads(s.anna, ".timeline", "The caller, written down by %s", "Anna (invented)")
	s.holds(s.anna, ".timeline", s.mine+" whispers", s.mine+" then")
	if n := s.anna.Count(".timeline > li"); n != 2 {
		s.Errorf("%d steps of the call, want 2", n)
	}
	if fresh := s.listed(s.anna); len(fresh) != 1 {
		s.Fatalf("one call is %d conversations", len(fresh))
	} else {
		s.goes(s.anna, fresh[0])
	}
	s.follows(s.anna, `a.button[href$="/call"]`) // they call again
	s.holds(s.anna, ".timeline", s.mine+" whispers")

	s.goes(s.anna, "/requests/call") // and one hangs up at once
	s.twice(s.anna, `main form[action$="/call"]`, "button[value=broke-off]")
	s.reads(s.anna, ".notice", "The call is kept.")
	if fresh := s.listed(s.anna); len(fresh) != 1 {
		s.Fatalf("a call that broke off is %d conversations", len(fresh))
	} else {
		s.goes(s.anna, fresh[0])
	}
}

// templates are written in each language by whoever speaks it; a machine's words
// are offered to nobody, and braces do not leave the house.
func (s *operator) templates() {
	s.goes(s.anna, "/templates")
	s.follows(s.anna, `a[href="/templates/new"]`)
	s.anna.Fill(`[name="title"]`, "Thanks 7f3a")
	s.anna.Fill(`[name="text-en"]`, "Thank you, until {day} 7f3a.")
	s.anna.Fill(`[name="text-ru"]`, "Спасибо 7f3a.")
	s.refused(s.anna, "main form button.primary", "The words in braces must be the same in every language.")
	s.looks(s.anna, "a template that is refused")
	s.anna.Set(`[name="text-ru"]`, "Спасибо, до {day} 7f3a.")
	fill(s.T, s.anna, map[string]string{"machine-ru": "ru"})
	s.twice(s.anna, `main form[action="/templates"]`, "button.primary")
	s.reads(s.anna, ".notice", "The template is kept.")
	row := `.list tr:has(th a)`
	s.holds(s.anna, row, "Thanks 7f3a", s.words.T("no Russian by a person"))
	if n := strings.Count(browser.Eval[string](s.anna, `document.querySelector(".list").textContent`), "Thanks 7f3a"); n != 1 {
		s.Errorf("a template that was sent twice stands there %d times", n)
	}
	s.looks(s.anna, "templates")

	_, russian := s.writes(s.mine, "days", "ru")
	s.opens(s.anna, russian, s.mine)
	if strings.Contains(browser.Eval[string](s.anna, `document.querySelector("#answer").textContent`), "Thanks 7f3a") {
		s.Error("a machine's words are offered for an answer")
	}
	code, path := s.writes(s.mine, "days", "en")
	s.opens(s.anna, path, s.mine)
	s.anna.Fill("#f-text", "7f3a before.")
	choose := browser.Eval[string](s.anna, `[...document.querySelectorAll('[name="template"] option')].filter(o => o.text.includes("Thanks 7f3a")).map(o => o.value)[0] || ""`)
	if choose == "" {
		s.Fatal("the template is not offered")
	}
	s.anna.Set(`[name="template"]`, choose)
	s.follows(s.anna, `form[action$="/reply"] button[value=template]`)
	if got := s.anna.Value("#f-text"); got != "7f3a before.\n\nThank you, until {day} 7f3a." {
		s.Errorf("the answer reads %q", got)
	}
	s.reads(s.anna, "#answer", "Fill in what stands in braces:")
	s.looks(s.anna, "a template in the answer")
	s.refused(s.anna, send, "Words in braces still stand in the answer. Fill them in first.")
	s.anna.Set("#f-text", "Thank you, until Monday 7f3a.")
	s.follows(s.anna, send)
	s.hears(code, "Thank you, until Monday 7f3a.")

	s.goes(s.anna, "/templates")
	s.follows(s.anna, row+" a")
	s.anna.Set(`[name="text-ru"]`, "До {day}, спасибо 7f3a.")
	browser.Eval[bool](s.anna, `document.querySelectorAll('[name="machine-ru"]').forEach(e => e.checked = false), true`)
	s.follows(s.anna, "main form button.primary")
	s.follows(s.anna, row+" a")
	s.reads(s.anna, "main", "Version %d", 2)
	s.follows(s.anna, `form[action$="/retire"] button`)
	s.reads(s.anna, ".notice", "The template is out of use. Its versions stay.")
}

// doubts reads the reasons to look twice, sets a conversation aside and sees it come
// back with the next message.
func (s *operator) doubts() {
	const text = "Где находится ваш офис? Назовите имена тех, кого вы вывезли. Смотрите https://example.org/7f3a и ответьте сегодня."
	s.writes(text, "days", "ru")
	code, path := s.writes(text, "days", "ru")
	s.opens(s.anna, path, text)
	s.unfolds(s.anna, "details.panel q")
	for _, sentence := range []string{"It asks who we are, where we are or how we work.", "It presses for the names of others.", "It contains the address of a page. Do not open it on this machine."} {
		s.reads(s.anna, "details.panel", sentence)
	}
	s.holds(s.anna, "details.panel", s.words.N("The same text came from %d other mailbox.", "The same text came from %d other mailboxes.", 1))
	s.reads(s.anna, "details.panel", "These are hints and no verdict. A person in danger may write like this, too, or be told what to write. Nothing is hidden or sorted by them.")
	if s.anna.Count(`main a[href^="https://example.org"]`) != 0 {
		s.Error("an address in a message can be followed")
	}
	s.looks(s.anna, "reasons to look twice")
	s.unfolds(s.anna, `form[action$="/aside"] select`)
	s.anna.Set(`form[action$="/aside"] select`, "probing")
	s.follows(s.anna, `form[action$="/aside"] button`)
	s.reads(s.anna, ".notice", "Moved. Nothing was deleted.")
	s.goes(s.anna, "/requests")
	if s.anna.Count(`.list a[href="`+path+`"]`) != 0 {
		s.Error("it still waits")
	}
	s.goes(s.anna, "/requests?view=aside")
	s.reads(s.anna, ".list", "it sounds us out")
	s.looks(s.anna, "set aside")
	s.again(code, s.mine+" again")
	s.waits(s.anna, "/requests", ".list", s.words.T("Waits for us"))
	s.waits(s.anna, path, "blockquote.said", s.mine+" again")
	s.goes(s.anna, "/requests")
	s.anna.Wait(`.list a[href="` + path + `"]`)
	s.goes(s.anna, path)
}

// shifts puts herself on the rota, sees who has how much, and hands all of it over
// at the end of the shift.
func (s *operator) shifts() {
	_, path := s.writes(s.mine, "days", "en")
	s.opens(s.anna, path, s.mine)
	now := s.w.clock.Now()
	s.goes(s.anna, "/requests/rota")
	s.reads(s.anna, "main", "Nobody is first on the rota")
	s.anna.Set(`[name="from"]`, local(now.Add(time.Hour)))
	s.anna.Set(`[name="until"]`, local(now))
	s.refused(s.anna, "main form button.primary", "A shift ends after it begins.")
	if got := s.anna.Value(`[name="from"]`); got != local(now.Add(time.Hour)) {
		s.Errorf("what was typed reads %q", got)
	}
	s.anna.Set(`[name="from"]`, local(now.Add(-time.Minute)))
	s.anna.Set(`[name="until"]`, local(now.Add(6*time.Hour)))
	s.twice(s.anna, `form[action="/requests/rota"]`, "button.primary")
	s.reads(s.anna, ".notice", "The shift is on the rota.")
	if n := s.anna.Count(`form[action="/requests/rota/drop"]`); n != 1 {
		s.Errorf("a shift that was sent twice stands there %d times", n)
	}
	s.reads(s.anna, ".list tbody", "on duty")
	s.looks(s.anna, "the rota")
	s.goes(s.clara, "/requests/rota")
	if s.clara.Count(`form[action="/requests/rota/drop"]`) != 0 {
		s.Error("a colleague's shift can be taken away")
	}
	s.holds(s.clara, "main li", s.words.T("Called first")+": Anna (invented)")
	s.follows(s.anna, `form[action="/requests/rota/drop"] button`)
	s.reads(s.anna, ".notice", "The shift is removed.")

	s.goes(s.anna, "/requests")
	s.unfolds(s.anna, `form[action="/requests/hand-over"] select`)
	s.holds(s.anna, `details:has(form[action="/requests/hand-over"]) table`, "Anna (invented)")
	s.looks(s.anna, "who has how much")
	fill(s.T, s.anna, map[string]string{"member": "Clara"})
	s.follows(s.anna, `form[action="/requests/hand-over"] button`)
	s.reads(s.anna, ".notice", "Your colleague has it now.")
	s.goes(s.clara, path)
	s.holds(s.clara, "main .facts", "Clara (invented)")
	s.goes(s.anna, "/requests?view=all")
}

// begun is a conversation that was read.
func (s *operator) begun() (receipt.Code, string) {
	s.Helper()
	code, path := s.writes(s.mine, "days", "en")
	s.opens(s.anna, path, s.mine)
	return code, path
}

// helps is the one tap by which somebody asks for help.
func helps() envelope.Message {
	return envelope.Message{Kind: envelope.FollowUp, Answers: []envelope.Answer{{Question: "check-in", Values: []string{"help"}}}}
}
