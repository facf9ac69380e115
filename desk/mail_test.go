package desk

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"waylight/desk/internal/intake"
	"waylight/desk/internal/post"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/internal/envelope"
	"waylight/internal/fault"
	"waylight/internal/mailtest"
)

const (
	ourAddress   = "help@example.org"
	theirAddress = "somebody.invented@example.net"
)

// mailDesk is a Desk with an account at a real mail server.
func mailDesk(t *testing.T, others ...string) (*rooms, staff.Actor, *mailtest.Server) {
	t.Helper()
	s := mailtest.Start(t, append(others, ourAddress)...)
	d, err := New(Config{Dir: smallDesk(t), Idle: true, Public: "https://help.example.org"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Lock() })
	token, err := d.SignIn(t.Context(), "olga", olgaPhrase)
	if err != nil {
		t.Fatal(err)
	}
	olga, err := d.actorOf(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	r := d.rooms()
	channels, err := r.channels(t.Context())
	if err != nil || len(channels) == 0 {
		t.Fatal(len(channels), err)
	}
	if err := r.post.SetAccount(t.Context(), olga.ID, post.Ours, serverAccount(s, channels[0].ID)); err != nil {
		t.Fatal(err)
	}
	return r, olga, s
}

func serverAccount(s *mailtest.Server, channel string) post.Account {
	return post.Account{Address: ourAddress, Name: "Help (invented)", SMTP: post.Server{Host: s.Host, Port: s.SMTP}, IMAP: post.Server{Host: s.Host, Port: s.IMAP},
		User: ourAddress, Password: mailtest.Password, Roots: string(s.Roots), Channel: channel}
}

// opened fetches the mails and opens what came.
func opened(t *testing.T, r *rooms, a staff.Actor) []intake.Thread {
	t.Helper()
	if err := r.collectMail(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := r.inbox.OpenArrivals(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	all, err := r.inbox.List(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestMailConversation is a person who writes a mail, is answered by mail, and
// answers again, through exim and dovecot.
func TestMailConversation(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r, olga, s := mailDesk(t, theirAddress)
	raw := []byte("From: Somebody <" + theirAddress + ">\r\nTo: " + ourAddress + "\r\nSubject: please read\r\nMessage-ID: <first@example.net>\r\n" +
		"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nМне нужна помощь\r\n--b\r\n" +
		"Content-Type: image/png; name=x.png\r\nContent-Transfer-Encoding: base64\r\n\r\naGVsbG8=\r\n--b--\r\n")
	s.Deliver(t, ourAddress, raw)
	all := opened(t, r, olga)
	if len(all) != 1 || !all[0].IsMail() || all[0].Lang != "ru" || all[0].Via != envelope.Email || all[0].State() != intake.Unread {
		t.Fatalf("%+v", all)
	}
	if n := len(s.Mails(t, ourAddress)); n != 0 {
		t.Errorf("%d mails are left at the server", n)
	}
	id := all[0].ID
	if err := r.inbox.Take(ctx, olga, id); err != nil { // tells nobody by mail
		t.Fatal(err)
	}
	_, said, err := r.inbox.Open(ctx, olga, id)
	if err != nil || len(said) != 1 || said[0].Content.Text != "Мне нужна помощь" || len(said[0].Content.Files) != 2 {
		t.Fatalf("%d messages, %v", len(said), err)
	}
	var whole bytes.Buffer
	if err := r.files.Copy(&whole, said[0].Content.Files[1]); err != nil || !bytes.Equal(whole.Bytes(), raw) {
		t.Errorf("the mail as it came was not kept: %d bytes, %v", whole.Len(), err)
	}
	if err := r.inbox.Send(ctx, olga, id, intake.Answer{Text: "Мы вас слышим.", Invite: true}); err != nil {
		t.Fatal(err)
	}
	if err := r.carryMail(ctx); err != nil {
		t.Fatal(err)
	}
	got := arrived(t, s, theirAddress, 1)[0]
	answer := post.Parse(got)
	if answer.Subject != "Ваше сообщение" || answer.Text != "Мы вас слышим.\n\nНаписать можно и здесь: https://help.example.org/ru/help" || answer.From != ourAddress || len(answer.References) == 0 || answer.References[0] != "first@example.net" {
		t.Errorf("%q %q %v", answer.Subject, answer.Text, answer.References)
	}
	for _, leak := range []string{"User-Agent", "X-Mailer", "please read", "Мне нужна", "waylight", "localhost"} {
		if bytes.Contains(bytes.ToLower(got), []byte(strings.ToLower(leak))) {
			t.Errorf("the answer holds %q:\n%s", leak, got)
		}
	}
	// They answer from another address, by reference: the same conversation, and
	// our answers go on to the address that wrote first.
	s.Deliver(t, ourAddress, []byte("From: other.invented@example.com\r\nIn-Reply-To: <"+answer.MessageID+">\r\n\r\nспасибо\r\n"))
	s.Deliver(t, ourAddress, []byte("From: "+theirAddress+"\r\n\r\nи ещё\r\n"))
	if all = opened(t, r, olga); len(all) != 1 {
		t.Fatalf("%d conversations", len(all))
	}
	if _, said, err = r.inbox.Open(ctx, olga, id); err != nil || len(said) != 4 {
		t.Fatalf("%d messages, %v", len(said), err)
	}
	if err := r.inbox.Send(ctx, olga, id, intake.Answer{Text: "Вторая."}); err != nil {
		t.Fatal(err)
	}
	if err := r.carryMail(ctx); err != nil {
		t.Fatal(err)
	}
	arrived(t, s, theirAddress, 2)
	if err := r.inbox.Erase(ctx, olga, id); err != nil {
		t.Fatal(err)
	}
	if left, err := r.post.Of(ctx, id); err != nil || len(left) != 0 {
		t.Errorf("%d mails of an erased conversation are still known, %v", len(left), err)
	}
}

func arrived(t *testing.T, s *mailtest.Server, address string, n int) (got [][]byte) {
	t.Helper()
	eventually(t, "the mail did not arrive", func() bool { got = s.Mails(t, address); return len(got) >= n })
	if len(got) != n {
		t.Fatalf("%d mails arrived, want %d", len(got), n)
	}
	return got
}

// TestMailCutOff breaks off after each step of taking a mail in: nothing is lost
// and nothing doubled.
func TestMailCutOff(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r, olga, s := mailDesk(t)
	raw := []byte("From: " + theirAddress + "\r\n\r\nhello\r\n")
	s.Deliver(t, ourAddress, raw)
	cut := errors.New("cut off")
	a, err := r.post.Account(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		name string
		keep func(context.Context, post.Account, post.Mail) error
	}{ // in this order: what is durable is known, and its files are not made anew
		{"before anything", func(context.Context, post.Account, post.Mail) error { return cut }},
		{"after the file", func(_ context.Context, _ post.Account, m post.Mail) error {
			id, _, err := r.post.Names(ctx, m)
			if err != nil {
				return err
			}
			_, err = r.keepFile(id, 0, post.Attachment{Name: "mail.eml", Body: m.Raw})
			return errors.Join(err, cut)
		}},
		{"after all was durable", func(ctx context.Context, a post.Account, m post.Mail) error {
			return errors.Join(r.keepMail(ctx, a, m), cut)
		}},
	} {
		if f, err := r.post.Collect(ctx, post.Ours, step.keep); !errors.Is(err, cut) || f.Taken != 0 {
			t.Errorf("%s: %+v, %v", step.name, f, err)
		}
		if n := len(s.Mails(t, ourAddress)); n != 1 {
			t.Errorf("%s: %d mails at the server", step.name, n)
		}
	}
	if all := opened(t, r, olga); len(all) != 1 || all[0].Files != 1 {
		t.Fatalf("%+v", all)
	}
	if n := len(s.Mails(t, ourAddress)); n != 0 {
		t.Errorf("%d mails are left at the server", n)
	}
	if err := r.keepMail(ctx, a, post.Parse(raw)); err != nil { // and once more after it was opened
		t.Fatal(err)
	}
	all := opened(t, r, olga)
	if err := r.inbox.Take(ctx, olga, all[0].ID); err != nil {
		t.Fatal(err)
	}
	_, said, err := r.inbox.Open(ctx, olga, all[0].ID)
	if err != nil || len(said) != 1 {
		t.Fatalf("%d messages, %v", len(said), err)
	}
	if err := r.files.Copy(io.Discard, said[0].Content.Files[0]); err != nil {
		t.Error(err)
	}
}

// TestMailFromTheFront: a Front cannot pass something off as a mail.
func TestMailFromTheFront(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r, olga, s := mailDesk(t)
	s.Deliver(t, ourAddress, []byte("From: "+theirAddress+"\r\n\r\nhello\r\n"))
	th := opened(t, r, olga)[0]
	if _, err := r.inbox.Receive(ctx, []intake.Arrival{{ID: envelope.NewID(), Channel: th.Channel, Mailbox: th.Mailbox, SignKey: []byte{}, Day: "2017-04-09", Sealed: []byte("x")}}); err != nil {
		t.Fatal(err)
	}
	if _, err := r.inbox.OpenArrivals(ctx, olga); err != nil {
		t.Fatal(err)
	}
	if troubled, err := r.inbox.Troubled(ctx, olga); err != nil || len(troubled) != 1 || troubled[0].Mailbox == th.Mailbox {
		t.Errorf("%v", err)
	}
}

// TestMailTry looks at a wrong password and a server that is not who it says.
func TestMailTry(t *testing.T) {
	t.Parallel()
	r, olga, s := mailDesk(t)
	a := serverAccount(s, "")
	if sends, receives := r.post.Try(t.Context(), a); sends != nil || receives != nil {
		t.Errorf("%v, %v", sends, receives)
	}
	wrong := a
	wrong.Password = "wrong"
	if sends, receives := r.post.Try(t.Context(), wrong); sends == nil || receives == nil {
		t.Error("a wrong password is let in")
	}
	stranger := a
	stranger.Roots = ""
	if sends, receives := r.post.Try(t.Context(), stranger); sends == nil || receives == nil {
		t.Error("a server that proves nothing is trusted")
	}
	if err := r.post.SetAccount(t.Context(), olga.ID, post.Ours, post.Account{Address: "not an address"}); err == nil {
		t.Error("a wrong account is kept")
	}
	if _, err := r.post.Account(t.Context()); err != nil {
		t.Error("the account is gone", err)
	}
	if err := r.post.SetAccount(t.Context(), olga.ID, post.Ours, post.Account{}); err != nil {
		t.Fatal(err)
	}
	if _, err := r.post.Account(t.Context()); fault.KindOf(err) != fault.NotFound {
		t.Error("the account is still there", err)
	}
}

// TestOutboxAfterCrash: what was being handed over when the power went is sent
// again, but a letter is left to a person.
func TestOutboxAfterCrash(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r, olga, s := mailDesk(t, theirAddress)
	put := func(kind post.Kind, subject string) (id string) {
		t.Helper()
		if err := r.db.Write(ctx, func(tx *store.Tx) (err error) {
			if id, err = r.post.QueueIn(ctx, tx, kind, subject, post.Draft{To: theirAddress, Subject: "x", Text: string(kind)}); err != nil {
				return err
			}
			o, err := tx.Post(ctx, id)
			if err != nil {
				return err
			}
			if bytes.Contains(o.Sealed, []byte(theirAddress)) {
				t.Error("the address lies open in the outbox")
			}
			o.State = post.Sending // and the power went
			return tx.SavePost(ctx, o)
		}); err != nil {
			t.Fatal(err)
		}
		return id
	}
	put(post.Reply, "thread_a")
	letter := put(post.Letter, "letter_a")
	if err := r.post.Recover(ctx); err != nil {
		t.Fatal(err)
	}
	if err := r.carryMail(ctx); err != nil {
		t.Fatal(err)
	}
	if got := arrived(t, s, theirAddress, 1); post.Parse(got[0]).Text != "reply" {
		t.Errorf("%s", got[0])
	}
	if of, err := r.post.Of(ctx, "letter_a"); err != nil || of[0].State != post.Unsure {
		t.Fatalf("%+v, %v", of, err)
	}
	if err := r.post.Decide(ctx, olga.ID, letter, true); err != nil {
		t.Fatal(err)
	}
	if err := r.carryMail(ctx); err != nil {
		t.Fatal(err)
	}
	arrived(t, s, theirAddress, 2)
	if err := r.post.Decide(ctx, olga.ID, letter, true); err == nil {
		t.Error("a letter that was sent is sent again")
	}
	r.post.Clock = later{r.clock, time.Hour}
	if err := r.carryMail(ctx); err != nil {
		t.Fatal(err)
	}
	arrived(t, s, theirAddress, 2)
}

type later struct {
	clock interface{ Now() time.Time }
	by    time.Duration
}

func (l later) Now() time.Time { return l.clock.Now().Add(l.by) }

// TestNotices: a member who is called is told with words that say nothing, at most
// once in a quarter of an hour, and nobody is told once somebody acts.
func TestNotices(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	r, olga, s := mailDesk(t, theirAddress)
	if err := r.post.SetWish(ctx, olga.ID, post.Wish{On: true, Address: theirAddress, Lang: "ru"}); err != nil {
		t.Fatal(err)
	}
	if err := r.notify(ctx); err != nil {
		t.Fatal(err)
	}
	s.Deliver(t, ourAddress, []byte("From: other.invented@example.net\r\n\r\nhelp\r\n"))
	th := opened(t, r, olga)[0]
	if err := r.db.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.RaiseAlarm(ctx, intake.Alarm{ID: "alarm_a", Thread: th.ID, Kind: intake.Help, Token: "x", At: r.clock.Now()})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := errors.Join(r.notify(ctx), r.carryMail(ctx)); err != nil {
			t.Fatal(err)
		}
	}
	m := post.Parse(arrived(t, s, theirAddress, 1)[0])
	if m.Subject != "Напоминание" || m.Text != "Пожалуйста, загляните, когда сможете." || !m.Auto {
		t.Errorf("%q %q", m.Subject, m.Text)
	}
	r.post.Clock = later{r.clock, time.Hour}
	if err := errors.Join(r.notify(ctx), r.carryMail(ctx)); err != nil {
		t.Fatal(err)
	}
	arrived(t, s, theirAddress, 2)
	if err := r.inbox.ActOnAlarms(ctx, olga, th.ID); err != nil {
		t.Fatal(err)
	}
	r.post.Clock = later{r.clock, 3 * time.Hour}
	if err := errors.Join(r.notify(ctx), r.carryMail(ctx)); err != nil {
		t.Fatal(err)
	}
	arrived(t, s, theirAddress, 2)
	if err := r.post.SetWish(ctx, olga.ID, post.Wish{On: true, Address: "nowhere"}); err == nil {
		t.Error("a wrong address is kept")
	}
}
