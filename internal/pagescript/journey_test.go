package pagescript_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"waylight/internal/browser"
	"waylight/internal/envelope"
	"waylight/internal/fronttest"
	"waylight/internal/pagescript"
	"waylight/internal/receipt"
	"waylight/internal/wire"
)

// The smallest pages that follow the script's contract (its README).
const (
	sealPage = `<!doctype html><html lang="ru"><meta charset="utf-8"><title>help</title><script src="/waylight.js" defer></script>
<p id="with" data-with-script hidden>sealed here</p><p id="without" data-without-script>sealed by the server</p>
<main><form id="seal" method="post" action="/help" data-seal data-channel="help" data-org-key="%s"
 data-msg-empty="EMPTY" data-msg-retry="RETRY {seconds}" data-msg-not-genuine="NOT GENUINE" data-msg-code-short="SHORT {count}"
 data-msg-code-checksum="CHECK" data-msg-sending="SENDING" data-msg-failed="FAILED" data-msg-files="FILE {done}/{all}">
<input type="hidden" name="lang" value="ru"><input type="hidden" name="form" value="help/3">
<textarea name="text"></textarea><input type="checkbox" name="q.text.later">
<fieldset data-q="urgency"><legend>urgency</legend><input type="radio" name="q.urgency" value="now" id="now"><input type="radio" name="q.urgency" value="days"></fieldset>
<fieldset data-q="where"><input name="q.where"><input type="checkbox" name="q.where.later" id="later"><textarea name="q.where.words"></textarea></fieldset>
<fieldset data-q="who"><input type="checkbox" name="q.who" value="me" checked><input type="checkbox" name="q.who" value="child" checked><input type="checkbox" name="q.who" value="other"></fieldset>
<fieldset data-q="when" data-first><textarea name="q.when.words"></textarea></fieldset>
<input type="file" name="file" multiple><input name="code"><p data-status role="status"></p>
<button type="button" data-plain hidden>plain</button><button id="send">send</button></form></main>
<template data-receipt><h2>Your code</h2><p id="code"><span data-group="1"></span> <span data-group="2"></span> <span data-group="3"></span> <span data-group="4"></span>
 <span data-group="5"></span> <span data-group="6"></span> <span data-group="7"></span> <span data-group="8"></span></p><button data-copy data-msg-copied="COPIED">copy</button></template>`
	mailboxPage = `<!doctype html><html lang="ru"><meta charset="utf-8"><title>mailbox</title><script src="/waylight.js" defer></script>
<form id="open" data-mailbox data-msg-no-replies="NO REPLIES" data-msg-no-mailbox="NO MAILBOX" data-msg-erased="ERASED" data-msg-code-digit="DIGIT">
<input name="code"><p data-status role="status"></p><button id="read">read</button></form>
<template data-conversation><h2>Conversation</h2><ol data-messages></ol>
<form data-followup data-msg-sent="SENT" data-msg-empty="EMPTY"><textarea name="text" id="more"></textarea><p data-status role="status"></p><button id="followup">send</button></form>
<button data-erase id="erase">erase</button></template>
<template data-message><li class="message"><b data-from></b> <i data-day></i><p data-text></p><em data-kind="read-mark">READ</em><em data-kind="unopened">UNOPENED</em></li></template>`
)

// pages starts a Front that serves the committed script and the two pages.
func pages(t *testing.T, orgKey []byte) *fronttest.Front {
	t.Helper()
	desk := fronttest.New(t)
	if orgKey == nil {
		orgKey = desk.Organisation
	}
	script, err := os.ReadFile(filepath.Join(root, pagescript.Built))
	if err != nil {
		t.Fatal(err)
	}
	key := base64.StdEncoding.EncodeToString(orgKey)
	desk.Serve("/waylight.js", "text/javascript", string(script))
	desk.Serve("/help", "text/html; charset=utf-8", fmt.Sprintf(sealPage, key))
	desk.Serve("/mailbox", "text/html; charset=utf-8", mailboxPage)
	return desk
}

const status = "#seal [data-status]"

func statusIs(p *browser.Page, sel, want string) {
	p.Until(fmt.Sprintf("document.querySelector(%q).textContent === %q", sel, want))
}

func TestJourney(t *testing.T) {
	t.Parallel()
	desk := pages(t, nil)
	p := browser.Start(t, browser.Phone)
	p.Go(desk.URL + "/help")
	p.Wait("#with")
	if browser.Eval[bool](p, `!document.querySelector("#without").hidden`) {
		t.Error("the page still says that the server seals")
	}
	content := bytes.Repeat([]byte("evidence"), 50_000) // two chunks
	file := filepath.Join(t.TempDir(), "фото.jpg")
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	const words = "Меня ищут.\nНас <двое>."
	p.Set(`#seal [name="text"]`, words)
	p.Click("#now")
	p.Click("#later")
	p.Set(`[name="q.where.words"]`, "у границы")
	p.Upload(`[name="file"]`, file)
	p.Click("#send")
	p.Wait("#code")
	code := p.Text("#code")
	if _, err := receipt.Parse(code); err != nil {
		t.Fatalf("the page shows no code: %v", err)
	}
	if browser.Eval[string](p, "document.activeElement.textContent") != "Your code" {
		t.Error("the focus is not on the receipt")
	}
	if p.Count("form") != 0 || strings.Contains(p.HTML(), "ищут") {
		t.Error("what was written is still in the page")
	}
	if strings.Contains(p.URL(), code[:4]) || browser.Eval[int](p, "localStorage.length + sessionStorage.length + document.cookie.length") != 0 {
		t.Error("something was stored")
	}
	got := desk.Received()
	if len(got) != 1 {
		t.Fatalf("%d messages arrived", len(got))
	}
	m := got[0]
	if m.Text != words || m.Kind != envelope.Report || m.Via != envelope.PageScript || m.Lang != "ru" || m.Form == nil || *m.Form != (envelope.Form{ID: "help", Version: 3}) {
		t.Errorf("the message is not what was written")
	}
	want := []envelope.Answer{{Question: "when", Skipped: true}, {Question: "urgency", Values: []string{"now"}}, {Question: "where", Words: "у границы", Later: true}, {Question: "who", Values: []string{"me", "child"}}}
	if fmt.Sprintf("%+v", m.Answers) != fmt.Sprintf("%+v", want) {
		t.Errorf("answers: %+v", m.Answers)
	}
	if len(m.Files) != 1 || m.Files[0].Name != "фото.jpg" || !bytes.Equal(desk.File(m.Files[0]), content) {
		t.Error("the file did not arrive as it was")
	}

	p.Go(desk.URL + "/mailbox")
	p.Wait("#open")
	p.Set(`[name="code"]`, code)
	p.Click("#read")
	statusIs(p, "#open [data-status]", "NO REPLIES")
	desk.Reply(m, envelope.Message{Kind: envelope.ReadMark, Channel: "help"})
	desk.Reply(m, envelope.Message{Kind: envelope.Reply, Channel: "help", Text: "Мы <b>здесь</b>.", From: "команда", Day: "2017-04-09"})
	p.Click("#read")
	p.Until(`document.querySelectorAll(".message").length === 2`)
	if p.Text(".message:nth-child(2) [data-text]") != "Мы <b>здесь</b>." || p.Text(".message:nth-child(1) em") != "READ" || p.Count(`.message:nth-child(2) em:not([hidden])`) != 0 {
		t.Errorf("the answers are not shown as they are: %s", p.HTML())
	}
	p.Set("#more", "Спасибо")
	p.Click("#followup")
	statusIs(p, "[data-followup] [data-status]", "SENT")
	p.Set("#more", "Спасибо") // the same words again are a second message
	p.Click("#followup")
	p.Until(`document.querySelector("#more").value === ""`)
	if got := desk.Received(); len(got) != 3 || got[1].Kind != envelope.FollowUp || got[1].Text != "Спасибо" || got[1].Mailbox.ID != m.Mailbox.ID {
		t.Errorf("%d messages arrived", len(got))
	}
	p.Click("#erase")
	statusIs(p, "#open [data-status]", "ERASED")
	if got := desk.Received(); got[len(got)-1].Kind != envelope.Erased || got[len(got)-1].Mailbox.ID != m.Mailbox.ID {
		t.Error("the team is not told of the erasure")
	}
	p.Set(`[name="code"]`, code)
	p.Click("#read")
	statusIs(p, "#open [data-status]", "NO MAILBOX")
}

// A broken line, a busy Front and a new key lose nothing and double nothing.
func TestJourneyOverABrokenLine(t *testing.T) {
	t.Parallel()
	desk := pages(t, nil)
	var mu sync.Mutex
	posts, puts := 0, 0
	desk.Fault = func(r *http.Request) fronttest.Fault {
		mu.Lock()
		defer mu.Unlock()
		if r.Method == http.MethodPut {
			puts++
			return map[int]fronttest.Fault{1: fronttest.CutAfter, 3: fronttest.CutBefore, 4: fronttest.Busy}[puts]
		}
		if r.URL.Path != wire.PathEnvelopes {
			return fronttest.None
		}
		posts++
		return map[int]fronttest.Fault{1: fronttest.OldKey, 2: fronttest.CutBefore, 3: fronttest.CutAfter}[posts]
	}
	p := browser.Start(t, browser.Phone)
	p.Go(desk.URL + "/help")
	p.Wait("#with")
	content := bytes.Repeat([]byte{7}, 2*envelope.ChunkSize+5)
	file := filepath.Join(t.TempDir(), "a.bin")
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	p.Set(`#seal [name="text"]`, "Помогите")
	p.Upload(`[name="file"]`, file)
	p.Click("#send")
	p.Until(`document.querySelector("` + status + `").textContent.startsWith("RETRY")`)
	if !browser.Eval[bool](p, `document.querySelector('#seal [name="text"]').disabled && document.querySelector("#now").disabled`) {
		t.Error("what is being sent can still be changed, and would be lost")
	}
	// A device that comes back on line does not wait for the pause to end.
	p.Until(`document.querySelector("#code") ? true : (window.dispatchEvent(new Event("online")), false)`)
	got := desk.Received()
	if len(got) != 1 || got[0].Text != "Помогите" || posts != 4 || !bytes.Equal(desk.File(got[0].Files[0]), content) {
		t.Errorf("%d messages arrived after %d posts", len(got), posts)
	}
	if puts != 6 { // three chunks, three faults: nothing is sent again that the Front has
		t.Errorf("%d uploads", puts)
	}
}

// What cannot be sent is said in the page's words, and what was written stays.
func TestProblemsKeepTheForm(t *testing.T) {
	t.Parallel()
	other := fronttest.New(t)
	desk := pages(t, other.Organisation)
	p := browser.Start(t)
	p.Go(desk.URL + "/help")
	p.Wait("#with")
	browser.Eval[bool](p, `document.querySelectorAll('[name="q.who"]').forEach((e) => e.checked = false) || true`)
	p.Click("#send")
	statusIs(p, status, "EMPTY")
	p.Set(`#seal [name="text"]`, "Помогите")
	p.Set(`#seal [name="code"]`, "1234 5678")
	p.Click("#send")
	statusIs(p, status, "SHORT 8")
	p.Set(`#seal [name="code"]`, strings.Repeat("1", 32))
	p.Click("#send")
	statusIs(p, status, "CHECK")
	p.Set(`#seal [name="code"]`, "")
	p.Click("#send")
	statusIs(p, status, "NOT GENUINE")
	if p.Value(`#seal [name="text"]`) != "Помогите" || len(desk.Received()) != 0 {
		t.Error("the form did not keep what was written, or it was sent under a false key")
	}
	if browser.Eval[bool](p, `document.querySelector('#seal [name="text"]').disabled`) || p.Count("[aria-busy]") != 0 {
		t.Error("the form cannot be used again")
	}
	if p.Count("[data-plain]:not([hidden])") != 0 {
		t.Error("the page offers to go on although the key is not genuine")
	}
}

// A device on which the script fails can still send: the form goes as without it.
func TestFailingScriptOffersThePlainRoad(t *testing.T) {
	t.Parallel()
	desk := pages(t, nil)
	posted := make(chan string, 1)
	desk.Fault = func(r *http.Request) fronttest.Fault {
		if r.Method == http.MethodPost && r.URL.Path == "/help" {
			posted <- r.PostFormValue("text")
		}
		return fronttest.None
	}
	p := browser.Start(t)
	p.Go(desk.URL + "/help")
	p.Wait("#with")
	p.Set(`#seal [name="text"]`, "Помогите")
	browser.Eval[bool](p, `crypto.getRandomValues = () => { throw new Error("broken") }, true`)
	p.Click("#send")
	statusIs(p, status, "FAILED")
	p.Click("[data-plain]")
	if got := <-posted; got != "Помогите" {
		t.Errorf("the Front got %q", got)
	}
}

// Where the script cannot run, the form is an ordinary form and the page says so.
func TestWithoutScript(t *testing.T) {
	t.Parallel()
	desk := pages(t, nil)
	p := browser.Start(t, browser.NoScript)
	p.Go(desk.URL + "/help")
	p.Wait("#without")
	if p.Count("#with:not([hidden])") != 0 {
		t.Error("the page says that it seals here")
	}
}
