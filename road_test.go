package waylight_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"waylight/desk"
	"waylight/front"
	"waylight/internal/browser"
	"waylight/internal/clock"
)

// town is a Front and a Desk with the demo's invented team, in this process, on
// a clock that can be moved.
type town struct {
	dir         string
	clock       *clock.Shifted
	front, desk string // http://host:port
	team        map[string]desk.Account
	log         *bytes.Buffer
}

func newTown(t *testing.T, change ...func(*desk.Config)) *town {
	t.Helper()
	w := &town{dir: t.TempDir(), clock: &clock.Shifted{}, team: map[string]desk.Account{}, log: &bytes.Buffer{}}
	log := slog.New(slog.NewTextHandler(w.log, nil))
	frontAddr := freeAddress(t)
	w.front = "http://" + frontAddr
	accounts := filepath.Join(w.dir, "accounts.json")
	var errs bytes.Buffer
	if n := desk.Main(t.Context(), []string{"init", "--demo", "--dir", filepath.Join(w.dir, "desk"), "--front", w.front, "--accounts", accounts}, nil, io.Discard, &errs); n != 0 {
		t.Fatalf("init: %s", errs.String())
	}
	b, err := os.ReadFile(accounts)
	if err != nil {
		t.Fatal(err)
	}
	var cast desk.Accounts
	if err := json.Unmarshal(b, &cast); err != nil {
		t.Fatal(err)
	}
	for _, a := range cast.Accounts {
		w.team[a.Login] = a
	}
	folder := filepath.Join(w.dir, "front")
	if err := front.Init(folder); err != nil {
		t.Fatal(err)
	}
	f, err := front.New(t.Context(), front.Config{Listen: frontAddr, Folder: folder, MaxForm: 64 << 20, Organisations: []front.Organisation{{
		Name: cast.Organisation, Key: decode(t, cast.OrganisationKey), Hatch: decode(t, cast.HatchKey),
		Channels: []front.Channel{{ID: "help", Form: "help"}, {ID: "information", Form: "information"}},
	}}}, w.clock, log)
	if err != nil {
		t.Fatal(err)
	}
	c := desk.Config{Dir: filepath.Join(w.dir, "desk"), Clock: w.clock, Log: log, PullEvery: 100 * time.Millisecond, WatchEvery: 50 * time.Millisecond}
	for _, f := range change {
		f(&c)
	}
	d, err := desk.New(c)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w.desk = "http://" + l.Addr().String()
	serve(t, func(ctx context.Context) error { return f.Run(ctx) })
	serve(t, func(ctx context.Context) error { return d.Run(ctx, l) })
	return w
}

// serve runs a server until the test ends.
func serve(t *testing.T, run func(context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("a server ended with: %v", err)
		}
	})
}

func decode(t *testing.T, s string) []byte {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// member opens a tab and signs a member in.
func (w *town) member(t *testing.T, login string, options ...browser.Option) *browser.Page {
	t.Helper()
	p := browser.Start(t, options...)
	w.signIn(t, p, login)
	return p
}

func (w *town) signIn(t *testing.T, p *browser.Page, login string) {
	t.Helper()
	p.Go(w.desk + "/sign-in")
	p.Fill("#f-login", login)
	p.Fill("#f-passphrase", w.team[login].Passphrase)
	p.Follow("main button")
	if got := p.URL(); got != w.desk+"/" {
		t.Fatalf("%s was not let in: %s", login, p.Text("main"))
	}
}

// see waits until the tab shows a text, loading the page again as a person would.
func see(t *testing.T, p *browser.Page, url, text string) {
	t.Helper()
	for deadline := time.Now().Add(60 * time.Second); ; {
		p.Go(url)
		body := browser.Eval[string](p, "document.body.innerText")
		if strings.Contains(body, text) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s does not show %q:\n%s", url, text, body)
		}
		<-time.After(150 * time.Millisecond) // not in the page: without a script its timers stand still
	}
}

// shows fails the test unless the page shows the text now.
func shows(t *testing.T, p *browser.Page, texts ...string) {
	t.Helper()
	body := browser.Eval[string](p, "document.body.innerText")
	for _, text := range texts {
		if !strings.Contains(body, text) {
			t.Fatalf("%s does not show %q:\n%s", p.URL(), text, body)
		}
	}
}

// link returns the address of the first link in a row that contains a text.
func link(t *testing.T, p *browser.Page, row, text string) string {
	t.Helper()
	href := browser.Eval[string](p, fmt.Sprintf(`(() => { for (const r of document.querySelectorAll(%q)) { if (r.innerText.includes(%q)) { const a = r.querySelector("a"); if (a) return a.href } } return "" })()`, row, text))
	if href == "" {
		t.Fatalf("%s: no row with %q:\n%s", p.URL(), text, browser.Eval[string](p, "document.body.innerText"))
	}
	return href
}

// phone opens a tab on a small screen of somebody who reads Russian.
func phone(t *testing.T, script bool) *browser.Page {
	t.Helper()
	options := []browser.Option{browser.Phone, browser.Language("ru")}
	if !script {
		options = append(options, browser.NoScript)
	}
	return browser.Start(t, options...)
}

// write sends a message from a small screen, in Russian, and returns the code.
func (w *town) write(t *testing.T, text string, danger int, script bool) (*browser.Page, string) {
	t.Helper()
	p := phone(t, script)
	see(t, p, w.front+"/ru/help", "угрожает опасность")
	p.Click(fmt.Sprintf("#f-q-danger-%d", danger))
	p.Click("#q-danger a.button.primary")
	p.Fill("#f-text", text)
	p.Click(`#q-text a[href="#q-send"]`)
	p.Click("#q-send button.primary")
	p.Until(`document.querySelectorAll(".receipt > .code li").length === 8`)
	code := browser.Eval[string](p, `Array.from(document.querySelectorAll(".receipt > .code li")).map(e => e.innerText.trim()).join(" ")`)
	if n := len(strings.ReplaceAll(code, " ", "")); n != 32 {
		t.Fatalf("the code has %d digits: %q", n, browser.Eval[string](p, "document.body.innerText"))
	}
	return p, code
}

// TestRoad plays the whole road, with people who are all invented.
func TestRoad(t *testing.T) {
	w := newTown(t)
	officer := w.member(t, "hanna") // unlocks the Desk; its keys go to the Front
	_ = officer

	const (
		withScript    = "Выдуманное обращение: брат прячется у знакомых, ему нельзя домой."
		withoutScript = "Выдуманное обращение: родственники ищут меня, денег на два дня."
		answerA       = "Мы прочитали. Оставайтесь там, где вы есть."
		answerB       = "Мы прочитали ваше второе письмо."
	)
	_, codeA := w.write(t, withScript, 0, true)
	_, codeB := w.write(t, withoutScript, 1, false)

	anna := w.member(t, "anna")
	threads := map[string]string{}
	for road, answer := range map[string]string{"sealed on the device": answerA, "without script": answerB} {
		see(t, anna, w.desk+"/requests", road)
		thread := link(t, anna, "tbody tr", road)
		threads[road] = thread
		anna.Go(thread)
		anna.Follow(`form[action$="/take"] button`)
		if road == "without script" {
			shows(t, anna, withoutScript)
		} else {
			shows(t, anna, withScript)
		}
		anna.Fill("#f-text", answer)
		anna.Follow(`form[action$="/reply"] button`)
		shows(t, anna, answer)
	}

	w.read(t, codeA, answerA, true)
	w.read(t, codeB, answerB, false)

	boris, home := w.protect(t, anna, threads["sealed on the device"])
	w.testify(t, boris, home)
	w.publish(t)
}

// picture keeps a tab's picture for whoever wants to look: in the folder that
// WAYLIGHT_SCREENSHOTS names.
func picture(p *browser.Page, name string) {
	if dir := os.Getenv("WAYLIGHT_SCREENSHOTS"); dir != "" {
		p.Picture(filepath.Join(dir, "road-"+name+".png"))
	}
}

// read opens a mailbox with its code and waits for an answer.
func (w *town) read(t *testing.T, code, answer string, script bool) {
	t.Helper()
	p := phone(t, script)
	for deadline := time.Now().Add(20 * time.Second); ; {
		p.Go(w.front + "/ru/mailbox")
		p.Fill("#f-code", code)
		if script {
			p.Click("form[data-mailbox] button.primary")
			p.Until(`document.querySelector(".talk, [data-status]:not(:empty)[data-state=no-replies]") !== null`)
		} else {
			p.Follow("form[data-mailbox] button.primary")
		}
		body := browser.Eval[string](p, "document.body.innerText")
		if strings.Contains(body, answer) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the answer did not come:\n%s", body)
		}
	}
}
