package waylight_test

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"waylight/internal/browser"
	"waylight/internal/mailtest"
	"waylight/internal/seize"
)

const (
	newsMail  = "news@example.org"           // the account for supporters
	aliceMail = "alice.invented@example.net" // signs without the script
	borisMail = "boris.invented@example.net" // signs with it
)

// keepsAccount sets the organisation's account at a mail server on the page.
func (w *town) keepsAccount(t *testing.T, hanna *browser.Page, server *mailtest.Server) {
	t.Helper()
	hanna.Go(w.desk + "/mail")
	for name, value := range map[string]string{"address": ourMail, "user": ourMail, "password": mailtest.Password, "smtp-host": server.Host, "smtp-port": strconv.Itoa(server.SMTP),
		"imap-host": server.Host, "imap-port": strconv.Itoa(server.IMAP), "roots": string(server.Roots), "channel": "help"} {
		hanna.Set(fmt.Sprintf(`main [name=%q]`, name), value)
	}
	hanna.Follow(`main form button[value=keep]`)
}

// keepsSupporters sets the account for supporters on its page.
func (w *town) keepsSupporters(t *testing.T, hanna *browser.Page, server *mailtest.Server) {
	t.Helper()
	hanna.Go(w.desk + "/mail")
	hanna.Follow(`main a[href="/mail/supporters"]`)
	for name, value := range map[string]string{"address": newsMail, "user": newsMail, "password": mailtest.Password, "smtp-host": server.Host, "smtp-port": strconv.Itoa(server.SMTP), "per-hour": "100",
		"imap-host": server.Host, "imap-port": strconv.Itoa(server.IMAP), "roots": string(server.Roots), "channel": "help"} {
		hanna.Set(fmt.Sprintf(`main [name=%q]`, name), value)
	}
	hanna.Follow(`main form button[value=try]`)
	shows(t, hanna, "The server that sends lets us in.")
	shows(t, hanna, "The mailbox lets us in.")
	hanna.Set(`main [name="password"]`, mailtest.Password)
	hanna.Follow(`main form button[value=keep]`)
	shows(t, hanna, "From now on, mails to supporters go through it alone.")
	shows(t, hanna, "Wait to be sent")
}

// petitions begins a petition, lets two people agree, and makes it public. It
// returns the address of its page at the Desk.
func (w *town) petitions(t *testing.T, freya, goran *browser.Page, slug string) string {
	t.Helper()
	freya.Go(w.desk + "/petitions")
	fill(t, freya, map[string]string{"slug": slug, "title-en": "Let them pass (invented)", "title-ru": "Дайте им проехать (вымышлено)", "to-en": "The ministers of an invented union", "to-ru": "Министрам вымышленного союза",
		"body-en": "We ask for visas.\n\nNobody shall wait where he is hunted.", "body-ru": "Мы просим виз.\n\nНикто не должен ждать там, где за ним охотятся.", "until": time.Now().AddDate(0, 2, 0).Format(time.DateOnly), "goal": "100"})
	freya.Follow(`main form[action="/petitions"] button`)
	at := strings.TrimPrefix(strings.Split(freya.URL(), "?")[0], w.desk)
	fill(t, freya, map[string]string{"country": "DE", "office": "The Minister of an invented country", "email": "minister@gov.example.org", "subject": "Visas for people who are hunted", "words": "Dear Minister,\n\nplease give them visas."})
	freya.Follow(`form[action="` + at + `/letters"] button`)
	freya.Follow(`form[action="` + at + `/approve"] button`)
	shows(t, freya, "Your yes is noted.")
	if n := freya.Count(`form[action="` + at + `/publish"]`); n != 0 {
		t.Error("one yes is enough")
	}
	goran.Go(w.desk + at)
	goran.Follow(`form[action="` + at + `/approve"] button`)
	goran.Follow(`form[action="` + at + `/publish"] button`)
	shows(t, goran, "can be signed")
	return at
}

// signs fills in the form at the Front and sends it.
func (w *town) signs(t *testing.T, p *browser.Page, slug, name, email string, script bool) {
	t.Helper()
	see(t, p, w.front+"/en/petitions/"+slug, "We ask for visas.")
	road := "You are on the simple way"
	if script {
		p.Until(`document.documentElement.getAttribute("data-script") === "on"`)
		road = "You are on the stronger way"
	}
	shows(t, p, road)
	p.Fill("#f-name", name)
	p.Fill("#f-email", email)
	p.Set("#f-country", "DE")
	p.Click("#f-wish-0")
	if script {
		p.Click("#sign button.primary")
		p.Until(`document.body.innerText.includes("Your signature is stored")`)
	} else {
		p.Follow("#sign button.primary")
		shows(t, p, "Your signature is stored. One press is still missing.")
	}
}

var confirmLink = regexp.MustCompile(`http://[^\s]+/confirm/[0-9A-Z]{20}`)

// confirmation waits for the mail in which somebody confirms, and reads its link.
func (w *town) confirmation(t *testing.T, server *mailtest.Server, address string) (link, text string) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; {
		if got := server.Mails(t, address); len(got) > 0 {
			raw := string(bytes.ReplaceAll(bytes.ReplaceAll(got[0], []byte("=\r\n"), nil), []byte("=\n"), nil))
			if link = confirmLink.FindString(raw); link == "" {
				t.Fatalf("no link in the mail:\n%s", raw)
			}
			return link, raw
		}
		if time.Now().After(deadline) {
			t.Fatalf("no mail came for %s\n%s", address, w.log)
		}
		<-time.After(100 * time.Millisecond)
	}
}

// TestPetition is the road of a petition: written and agreed to by two, signed on
// both ways, confirmed by a press and not by a program that follows links, counted,
// told of, stopped, and erased. What the Front keeps is searched for the people.
func TestPetition(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	server := mailtest.Start(t, ourMail, newsMail, aliceMail, borisMail)
	hanna, freya, goran := w.member(t, "hanna"), w.member(t, "freya"), w.member(t, "goran")
	w.keepsAccount(t, hanna, server)
	w.keepsSupporters(t, hanna, server)
	at := w.petitions(t, freya, goran, "safe-passage")

	alice, boris := browser.Start(t, browser.Phone, browser.NoScript), browser.Start(t, browser.Phone)
	w.signs(t, alice, "safe-passage", "Alice Vymyshlennaya", aliceMail, false)
	w.signs(t, boris, "safe-passage", "Boris Vymyshlenny", borisMail, true)
	alice.Go(w.front + "/en/petitions/safe-passage/letter")
	alice.Set("#f-country", "DE")
	alice.Follow("main form button")
	if got := alice.Value("#f-body"); !strings.Contains(got, "please give them visas.") || !strings.Contains(alice.HTML(), `href="mailto:minister@gov.example.org?`) {
		t.Errorf("the letter to one's own minister: %q", got)
	}
	w.clock.Advance(10 * time.Second) // a mail waits until the Front must know its code
	link, mail := w.confirmation(t, server, aliceMail)
	if !strings.Contains(mail, "From: <"+newsMail+">") || strings.Contains(mail, ourMail) {
		t.Errorf("the mail does not come from the account for supporters alone:\n%s", mail)
	}
	for _, leak := range []string{"visas", "passage", "Let them", "Alice", "petition"} {
		if strings.Contains(mail, leak) {
			t.Errorf("the mail says %q to whoever reads the mailbox:\n%s", leak, mail)
		}
	}
	for range 3 { // programs that look through mails
		if res, err := http.Get(link); err != nil || res.StatusCode != http.StatusOK {
			t.Fatalf("the link answers %v, %v", res, err)
		}
	}
	see(t, freya, w.desk+at, "Wait for their press")
	if got := w.stat(freya, "Confirmed"); got != "0" {
		t.Fatalf("%s confirmed by looking", got)
	}
	alice.Go(link)
	shows(t, alice, "Confirm your signature")
	alice.Follow("main form button")
	shows(t, alice, "Your signature counts")
	alice.Go(link)
	shows(t, alice, "Your signature counts")
	code := link[strings.LastIndex(link, "/")+1:]
	w.counts(t, freya, at, "Confirmed", "1")

	other, _ := w.confirmation(t, server, borisMail) // typed instead of followed
	typed := strings.ToLower(other[strings.LastIndex(other, "/")+1:])
	boris.Go(w.front + "/en/confirm")
	boris.Fill("#f-code", typed[:5]+" "+typed[5:10]+"-"+typed[10:])
	boris.Follow("main form button")
	shows(t, boris, "Your signature counts")
	w.counts(t, freya, at, "Confirmed", "2")
	w.blind(t, code)

	fill(t, freya, map[string]string{"subject-en": "News (invented)", "subject-ru": "Новости (вымышлено)", "news-en": "They have answered.", "news-ru": "Они ответили."})
	freya.Follow(`form[action="` + at + `/tell"] button`)
	var news string
	waitFor(t, "the news did not come", func() bool {
		all := server.Mails(t, aliceMail)
		for _, m := range all {
			if bytes.Contains(m, []byte("They have answered.")) {
				news = string(m)
			}
		}
		return news != ""
	})
	leave := regexp.MustCompile(`List-Unsubscribe: <(http://[^>]+)>`).FindStringSubmatch(strings.ReplaceAll(news, "\r\n ", ""))
	if leave == nil || !strings.Contains(news, "List-Unsubscribe-Post: List-Unsubscribe=One-Click") {
		t.Fatalf("the mail cannot be stopped with one press:\n%s", news)
	}
	res, err := http.Post(leave[1], "application/x-www-form-urlencoded", strings.NewReader("List-Unsubscribe=One-Click"))
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("a mail program that unsubscribes is answered %v, %v", res, err)
	}
	alice.Go(leave[1])
	alice.Follow(`main form button[value=erase]`)
	shows(t, alice, "Your signature is erased")
	w.counts(t, freya, at, "Confirmed", "1")
	if alice.Go(leave[1]); !strings.Contains(alice.Text("main"), "not known here") {
		waitFor(t, "the Front keeps the code of an erased signature", func() bool {
			alice.Go(leave[1])
			return strings.Contains(alice.Text("main"), "not known here")
		})
	}
	if s := w.log.String(); strings.Contains(s, "invented@") || strings.Contains(s, code) {
		t.Errorf("the log tells of people:\n%s", s)
	}
}

func waitFor(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !ok(); <-time.After(100 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal(what)
		}
	}
}

// stat reads one number of a petition's page.
func (w *town) stat(p *browser.Page, label string) string {
	return browser.Eval[string](p, fmt.Sprintf(`(() => { for (const s of document.querySelectorAll(".stat")) if (s.querySelector(".stat-label").innerText.trim() === %q) return s.querySelector(".stat-value").innerText.trim(); return "" })()`, label))
}

func (w *town) counts(t *testing.T, p *browser.Page, at, label, want string) {
	t.Helper()
	got := ""
	waitFor(t, "the Desk does not count "+want, func() bool {
		p.Go(w.desk + at)
		got = w.stat(p, label)
		return got == want
	})
}

// blind searches everything that the Front keeps for the people and their codes;
// the control finds the petition's own words there.
func (w *town) blind(t *testing.T, code string) {
	t.Helper()
	var all []byte
	err := filepath.WalkDir(filepath.Join(w.dir, "front"), func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			var b []byte
			b, err = os.ReadFile(path)
			all = append(all, b...)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	found, err := seize.Bytes("the Front's folder", all, seize.Text("a name", "Vymyshlenn"), seize.Text("an address", "invented@example.net"), seize.Text("a code", code))
	if err != nil || len(found) > 0 {
		t.Errorf("the Front keeps %v, %v", found, err)
	}
	if found, err := seize.Bytes("the Front's folder", all, seize.Text("the words", "We ask for visas.")); err != nil || len(found) == 0 {
		t.Errorf("the control: the search finds nothing: %v", err)
	}
}
