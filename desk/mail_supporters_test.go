package desk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"waylight/desk/internal/post"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/internal/fault"
	"waylight/internal/mailtest"
)

const newsAddress = "news@example.org" // the account for supporters

// supportersDesk is a Desk with both accounts at a real mail server.
func supportersDesk(t *testing.T, perHour int, others ...string) (*rooms, staff.Actor, *mailtest.Server) {
	t.Helper()
	r, olga, s := mailDesk(t, append(others, newsAddress)...)
	if err := r.post.SetAccount(t.Context(), olga.ID, post.Supporters, supportersAccount(t, r, s, perHour)); err != nil {
		t.Fatal(err)
	}
	return r, olga, s
}

func supportersAccount(t *testing.T, r *rooms, s *mailtest.Server, perHour int) post.Account {
	t.Helper()
	a, err := r.post.Account(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	a.Address, a.User, a.Name, a.PerHour = newsAddress, newsAddress, "", perHour
	a.IMAP = post.Server{Host: s.Host, Port: s.IMAP}
	return a
}

// queue puts a mail into the outbox.
func queue(t *testing.T, r *rooms, kind post.Kind, subject, to string) (id string) {
	t.Helper()
	if err := r.db.Write(t.Context(), func(tx *store.Tx) (err error) {
		id, err = r.post.QueueIn(t.Context(), tx, kind, subject, post.Draft{To: to, Subject: "x (invented)", Text: subject, Leave: "https://help.example.org/en/leave/x"})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return id
}

func lately(t *testing.T, r *rooms) post.Tally {
	t.Helper()
	n, err := r.post.Lately(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestSupportersHaveTheirAccount: mails to supporters go through the account that is
// theirs, no more in an hour than it may; a letter goes through the organisation's own
// and waits for none of them, and when theirs fails nothing of theirs goes the other way.
func TestSupportersHaveTheirAccount(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r, olga, s := supportersDesk(t, 3, theirAddress)
	for n := range 25 {
		queue(t, r, post.Supporter, fmt.Sprint("supporter_", n), theirAddress)
	}
	queue(t, r, post.Letter, "letter_a", theirAddress)
	if err := r.carryMail(ctx); err != nil {
		t.Fatal(err)
	}
	if m := post.Parse(arrived(t, s, theirAddress, 1)[0]); m.From != ourAddress || m.Text != "letter_a" {
		t.Errorf("%q %q", m.From, m.Text)
	}
	for range 2 {
		if err := r.carryToSupporters(ctx); err != nil {
			t.Fatal(err)
		}
	}
	from := map[string]int{}
	for _, raw := range arrived(t, s, theirAddress, 4) {
		from[post.Parse(raw).From]++
	}
	if from[newsAddress] != 3 || from[ourAddress] != 1 {
		t.Errorf("%v", from)
	}
	if n := lately(t, r); n != (post.Tally{Waiting: 22, Handed: 3}) {
		t.Errorf("%+v", n)
	}
	r.post.Clock = later{r.clock, time.Hour + time.Minute}
	if err := errors.Join(r.carryMail(ctx), r.carryToSupporters(ctx)); err != nil {
		t.Fatal(err)
	}
	arrived(t, s, theirAddress, 7)

	broken := supportersAccount(t, r, s, 0)
	broken.Password = "wrong"
	if err := r.post.SetAccount(ctx, olga.ID, post.Supporters, broken); err != nil {
		t.Fatal(err)
	}
	if err := r.carryToSupporters(ctx); err == nil {
		t.Error("a server that lets nobody in is no error")
	}
	r.post.Clock = later{r.clock, 3 * time.Hour}
	if err := r.carryMail(ctx); err != nil {
		t.Fatal(err)
	}
	if n := lately(t, r); n.Waiting != 19 {
		t.Errorf("%d wait, want 19: some went through the other account", n.Waiting)
	}
	arrived(t, s, theirAddress, 7)

	if err := r.post.SetAccount(ctx, olga.ID, post.Supporters, post.Account{}); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(r.carryToSupporters(ctx), r.carryMail(ctx)); err != nil {
		t.Fatal(err)
	}
	if n := lately(t, r); n.Waiting != 0 {
		t.Errorf("%d wait although the own account takes them", n.Waiting)
	}
	arrived(t, s, theirAddress, 26)
}

// TestSupportersComeBack: a mail to a mailbox that is not there comes back to the
// supporters' account, is counted, fills no inbox, and nobody writes there again for a
// while; what a supporter writes stands in the inbox.
func TestSupportersComeBack(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r, olga, s := supportersDesk(t, 0, theirAddress)
	queue(t, r, post.Supporter, "supporter_gone", "nobody.invented@example.net")
	queue(t, r, post.Supporter, "supporter_here", theirAddress)
	if err := r.carryToSupporters(ctx); err != nil {
		t.Fatal(err)
	}
	arrived(t, s, theirAddress, 1)
	arrived(t, s, newsAddress, 1)
	s.Deliver(t, newsAddress, []byte("From: "+theirAddress+"\r\n\r\nthank you\r\n"))
	if err := r.collectFromSupporters(ctx); err != nil {
		t.Fatal(err)
	}
	if n := len(s.Mails(t, newsAddress)); n != 0 {
		t.Errorf("%d mails are left at the server", n)
	}
	if all := opened(t, r, olga); len(all) != 1 || !all[0].IsMail() {
		t.Errorf("%d conversations, want the one of the supporter who wrote", len(all))
	}
	if n := lately(t, r); n != (post.Tally{Handed: 2, Returned: 1}) {
		t.Errorf("%+v", n)
	}
	if id := queue(t, r, post.Supporter, "supporter_gone", "nobody.invented@example.net"); id != "" {
		t.Error("a mailbox that is not there is written to again")
	}
	if id := queue(t, r, post.Supporter, "supporter_here", theirAddress); id == "" {
		t.Error("a mailbox that is there is not written to")
	}
	r.post.Clock = later{r.clock, 91 * 24 * time.Hour}
	if id := queue(t, r, post.Supporter, "supporter_gone", "nobody.invented@example.net"); id == "" {
		t.Error("a mailbox is never written to again")
	}
}

// TestSupportersAccountIsChecked: it is another one than the organisation's, in either
// order, may be without a mailbox, and says where mail goes when it has one.
func TestSupportersAccountIsChecked(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r, olga, s := supportersDesk(t, 0)
	set := func(b post.Box, change func(a *post.Account)) error {
		a := supportersAccount(t, r, s, 0)
		change(&a)
		return r.post.SetAccount(ctx, olga.ID, b, a)
	}
	for name, x := range map[string]struct {
		box    post.Box
		change func(a *post.Account)
		good   bool
	}{
		"as it is":                     {post.Supporters, func(*post.Account) {}, true},
		"without a mailbox":            {post.Supporters, func(a *post.Account) { a.IMAP, a.Channel = post.Server{}, "" }, true},
		"a mailbox that leads nowhere": {post.Supporters, func(a *post.Account) { a.Channel = "" }, false},
		"the organisation's own":       {post.Supporters, func(a *post.Account) { a.Address = "Help@example.org" }, false},
		"supporters' for all":          {post.Ours, func(*post.Account) {}, false},
		"less than nothing":            {post.Supporters, func(a *post.Account) { a.PerHour = -1 }, false},
		"ours without a mailbox":       {post.Ours, func(a *post.Account) { a.Address, a.IMAP = ourAddress, post.Server{} }, false},
	} {
		if err := set(x.box, x.change); (err == nil) != x.good || err != nil && fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := set(post.Supporters, func(a *post.Account) { a.IMAP, a.Channel = post.Server{}, "" }); err != nil {
		t.Fatal(err)
	}
	a, err := r.post.AccountOf(ctx, post.Supporters)
	if err != nil {
		t.Fatal(err)
	}
	if sends, receives := r.post.Try(ctx, a); sends != nil || receives != nil {
		t.Errorf("%v, %v", sends, receives)
	}
	keep := func(context.Context, post.Account, post.Mail) error { return errors.New("fetched") }
	if f, err := r.post.Collect(ctx, post.Supporters, keep); err != nil || f != (post.Fetched{}) {
		t.Errorf("without a mailbox something is fetched: %+v, %v", f, err)
	}
}

// TestSupportersAccountOnThePage: the security officer tries, keeps and takes away the
// account by the form, without a script; a limit that is no number is not taken for
// none; the password is never shown, and said to no other server; nobody else sees it.
func TestSupportersAccountOnThePage(t *testing.T) {
	t.Parallel()
	server := mailtest.Start(t, newsAddress)
	d, _, _, cast := demoDesk(t)
	h, err := d.Handler()
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(h)
	defer s.Close()
	browser := func(login string) *http.Client {
		jar, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		c := &http.Client{Jar: jar}
		res, err := c.PostForm(s.URL+"/sign-in", url.Values{"login": {login}, "passphrase": {phrase(t, cast, login)}})
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		return c
	}
	read := func(res *http.Response, err error) (int, string) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, strings.ReplaceAll(string(b), "&#39;", "'")
	}
	hanna, freya := browser("hanna"), browser("freya")
	page := s.URL + "/mail/supporters"
	send := func(do string, change url.Values) (int, string) {
		t.Helper()
		form := url.Values{"do": {do}, "address": {newsAddress}, "user": {newsAddress}, "password": {mailtest.Password}, "smtp-host": {server.Host}, "smtp-port": {strconv.Itoa(server.SMTP)}, "smtp-tls": {"tls"},
			"imap-host": {server.Host}, "imap-port": {strconv.Itoa(server.IMAP)}, "imap-tls": {"tls"}, "channel": {"help"}, "roots": {string(server.Roots)}, "per-hour": {"250"}}
		for name, v := range change {
			form[name] = v
		}
		return read(hanna.PostForm(page, form))
	}
	if n, _ := read(freya.Get(page)); n == http.StatusOK {
		t.Error("an advocate sees the page")
	}
	if _, body := read(hanna.Get(s.URL + "/mail")); !strings.Contains(body, `href="/mail/supporters"`) {
		t.Error("the page of the account does not lead there")
	}
	if _, body := read(hanna.Get(page)); !strings.Contains(body, "None is set: mails to supporters go through the organisation's own account") {
		t.Error("the page does not say what holds while there is none")
	}
	if n, body := send("try", nil); n != http.StatusOK || !strings.Contains(body, "The server that sends lets us in.") || !strings.Contains(body, "The mailbox lets us in.") || strings.Contains(body, mailtest.Password) {
		t.Errorf("trying: %d", n)
	}
	for _, bad := range []string{"many", "-3", "0"} {
		if n, body := send("keep", url.Values{"per-hour": {bad}}); n != http.StatusUnprocessableEntity || !strings.Contains(body, `href="#f-per-hour"`) {
			t.Errorf("a limit of %q: %d", bad, n)
		}
	}
	if n, body := send("keep", url.Values{"channel": {""}}); n != http.StatusUnprocessableEntity || !strings.Contains(body, "what supporters answer must not stay unread") {
		t.Errorf("a mailbox that leads nowhere: %d", n)
	}
	if n, body := send("keep", nil); n != http.StatusOK || !strings.Contains(body, "From now on, mails to supporters go through it alone.") || !strings.Contains(body, "Came back in the last 30 days") || strings.Contains(body, mailtest.Password) {
		t.Errorf("keeping: %d", n)
	}
	if n, _ := send("keep", url.Values{"password": {""}, "per-hour": {""}}); n != http.StatusOK {
		t.Errorf("keeping with the kept password: %d", n)
	}
	if n, _ := send("try", url.Values{"password": {""}, "smtp-host": {"127.0.0.9"}}); n != http.StatusUnprocessableEntity {
		t.Errorf("the kept password is said to another server: %d", n)
	}
	a, err := d.rooms().post.AccountOf(t.Context(), post.Supporters)
	if err != nil || a.Password != mailtest.Password || a.PerHour != 0 || a.Channel != "help" {
		t.Errorf("%d an hour, %v", a.PerHour, err)
	}
	if n, body := read(hanna.PostForm(page+"/remove", nil)); n != http.StatusOK || !strings.Contains(body, "Mails to supporters go through the organisation's own account.") {
		t.Errorf("taking it away: %d", n)
	}
	if _, err := d.rooms().post.AccountOf(t.Context(), post.Supporters); fault.KindOf(err) != fault.NotFound {
		t.Errorf("it is still there: %v", err)
	}
}
