package intake_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"waylight/desk/internal/intake"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/internal/envelope"
	"waylight/internal/fault"
	"waylight/internal/mailbox"
	"waylight/internal/receipt"
	"waylight/internal/wire"
)

func looked(signKey []byte, l intake.Look) bool {
	return mailbox.Verify(signKey, mailbox.Read, l.Signature, wire.AccessParts(l.Mailbox, l.Nonce, l.Day)...)
}

func look(k mailbox.Keys) intake.Look {
	l := intake.Look{Mailbox: k.ID().String(), Day: "2017-04-09", Nonce: envelope.NewID()}
	l.Signature = k.Sign(mailbox.Read, wire.AccessParts(l.Mailbox, l.Nonce, l.Day)...)
	return l
}

// two are the mailboxes of one sender.
type two struct{ first, second mailbox.Keys }

// writes lets a new sender write and gives the thread.
func (o *office) writes(t *testing.T, anna staff.Actor, m envelope.Message) (two, string) {
	t.Helper()
	ctx := context.Background()
	k := two{mailbox.Derive(receipt.New(), o.salt), mailbox.Derive(receipt.New(), o.salt)}
	m.Kind, m.Second = envelope.Report, k.second.Second()
	a := o.arrival(t, k.first, m)
	if k.second.ID().String() < a.Mailbox { // the envelope names the lower of the two
		a.Mailbox, a.SignKey = k.second.ID().String(), k.second.Public()
	}
	o.receive(t, a)
	o.opens(t, anna)
	var th intake.Thread
	if err := o.DB.Read(ctx, func(tx *store.Tx) (err error) {
		th, err = tx.ThreadOfMailbox(ctx, k.first.ID().String())
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return k, th.ID
}

func (o *office) opens(t *testing.T, anna staff.Actor) {
	t.Helper()
	if n, err := o.inbox.OpenArrivals(context.Background(), anna); n != 1 || err != nil {
		t.Fatalf("opened %d, %v; want 1", n, err)
	}
}

func (o *office) alarms(t *testing.T, anna staff.Actor) []intake.AlarmKind {
	t.Helper()
	open, err := o.inbox.OpenAlarms(context.Background(), anna)
	if err != nil {
		t.Fatal(err)
	}
	var kinds []intake.AlarmKind
	for _, a := range open {
		kinds = append(kinds, a.Kind)
	}
	return kinds
}

func (o *office) entries(t *testing.T) (n int64) {
	t.Helper()
	if err := o.DB.Read(context.Background(), func(tx *store.Tx) (err error) {
		n, err = tx.LedgerSize(context.Background())
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

// The second code shows a harmless exchange, gets for every answer of ours one of
// the same size, and holds none of them.
func TestSecondCodeShowsNothingOfOurs(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	for range 6 { // either mailbox can be the one that the envelope names
		o, anna := newOffice(t)
		k, thread := o.writes(t, anna, envelope.Message{Lang: "ru", Text: "Мне нужна помощь"})
		if err := o.inbox.Take(ctx, anna, thread); err != nil {
			t.Fatal(err)
		}
		secret := "Мы приедем на рассвете. " + strings.Repeat("Возьмите паспорт. ", 400)
		for _, words := range []string{"Мы вас слышим.", secret} {
			if err := o.inbox.Reply(ctx, anna, thread, words, false); err != nil {
				t.Fatal(err)
			}
		}
		all := o.replies(t)
		if len(all) != 6 {
			t.Fatalf("%d messages are on their way, want three to each mailbox", len(all))
		}
		shown := map[string][]string{}
		for i := 0; i < len(all); i += 2 {
			a, b := all[i], all[i+1]
			if len(a.Sealed) != len(b.Sealed) || a.Expires != b.Expires || a.Mailbox >= b.Mailbox {
				t.Errorf("pair %d can be told apart: %d and %d bytes", i/2, len(a.Sealed), len(b.Sealed))
			}
			for _, r := range []intake.Reply{a, b} {
				m, err := k.first.Open(r.Sealed)
				if r.Mailbox == k.second.ID().String() {
					if m, err = k.second.Open(r.Sealed); strings.Contains(m.Text, "рассвете") || strings.Contains(m.Text, "слышим") {
						t.Error("an answer of ours lies under the second code")
					}
				}
				if err != nil {
					t.Fatal(err)
				}
				shown[r.Mailbox] = append(shown[r.Mailbox], string(m.Kind))
			}
		}
		for _, kinds := range shown { // jobs of one moment have no order
			slices.Sort(kinds)
		}
		if got := strings.Join(shown[k.second.ID().String()], " "); got != "cover read-mark reply" {
			t.Errorf("the second code shows %q", got)
		}
		if got := strings.Join(shown[k.first.ID().String()], " "); got != "read-mark reply reply" {
			t.Errorf("the first code shows %q", got)
		}
	}
}

// A signed reading of the second code alarms, also when nobody is signed in;
// one of the first code leaves no trace at all, and nobody can forge one.
func TestSecondCodeAlarms(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	o, anna := newOffice(t)
	k, thread := o.writes(t, anna, envelope.Message{Text: "x"})
	before := o.entries(t)
	forged := look(k.second)
	forged.Nonce = envelope.NewID()
	stranger := look(mailbox.Derive(receipt.New(), o.salt))
	if err := o.inbox.Looked(ctx, []intake.Look{look(k.first), forged, stranger}); err != nil {
		t.Fatal(err)
	}
	if after := o.entries(t); after != before || len(o.alarms(t, anna)) != 0 {
		t.Errorf("readings of ordinary mailboxes left a trace: %d entries, %d before", after, before)
	}
	l := look(k.second)
	for range 3 { // the courier was cut off and came again
		if err := o.inbox.Looked(ctx, []intake.Look{look(k.first), l}); err != nil {
			t.Fatal(err)
		}
	}
	if got := o.alarms(t, anna); !slices.Equal(got, []intake.AlarmKind{intake.Watched}) {
		t.Fatalf("alarms: %v", got)
	}
	if err := o.inbox.Reply(ctx, anna, thread, "Мы едем", false); fault.KindOf(err) != fault.Conflict {
		t.Errorf("an ordinary answer left while somebody forces them: %v", err)
	}
	if err := o.inbox.Lift(ctx, anna, thread, "They asked us before to write at this hour."); err != nil {
		t.Fatal(err)
	}
	if err := o.inbox.Reply(ctx, anna, thread, "Мы едем", false); err != nil {
		t.Errorf("after a reason was given: %v", err)
	}
	o.Clock.Advance(16 * time.Minute)
	if err := o.inbox.Reply(ctx, anna, thread, "Мы едем", false); fault.KindOf(err) != fault.Conflict {
		t.Errorf("a reason counts for ever: %v", err)
	}
	if err := o.inbox.ActOnAlarms(ctx, anna, thread); err != nil {
		t.Fatal(err)
	}
	if err := o.inbox.EndAlarms(ctx, anna, thread, " "); fault.KindOf(err) != fault.Invalid {
		t.Errorf("ended without words: %v", err)
	}
	if err := o.inbox.EndAlarms(ctx, anna, thread, "Spoke to them at the agreed place."); err != nil {
		t.Fatal(err)
	}
	if got := o.alarms(t, anna); len(got) != 0 {
		t.Errorf("alarms after the end: %v", got)
	}
	if err := o.inbox.Looked(ctx, []intake.Look{look(k.second)}); err != nil || len(o.alarms(t, anna)) != 1 {
		t.Errorf("the next use of the second code raises nothing: %v", err)
	}
}

// What is written with the second code is kept, marked and never taken for the
// sender's own free words; "I am safe" with it is no sign of life.
func TestWrittenWithTheSecondCode(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	o, anna := newOffice(t)
	k, thread := o.writes(t, anna, envelope.Message{Text: "x"})
	o.receive(t, o.arrival(t, k.second, envelope.Message{Kind: envelope.FollowUp, Answers: tap("safe")}))
	o.opens(t, anna)
	o.receive(t, o.arrival(t, k.second, envelope.Message{Kind: envelope.Erased}))
	o.opens(t, anna)
	_, said, err := o.inbox.Open(ctx, anna, thread)
	if err != nil || len(said) != 3 || said[1].Direction != intake.Forced || said[2].Direction != intake.Forced {
		t.Fatalf("%d messages, %v", len(said), err)
	}
	if got := o.alarms(t, anna); !slices.Equal(got, []intake.AlarmKind{intake.Written, intake.Written}) {
		t.Errorf("alarms: %v", got)
	}
	// Somebody who does not hold the code cannot raise them.
	a := o.arrival(t, k.second, envelope.Message{Kind: envelope.FollowUp, Text: "y"})
	a.SignKey = k.first.Public()
	o.receive(t, a)
	if _, err := o.inbox.OpenArrivals(ctx, anna); err != nil || len(o.alarms(t, anna)) != 2 {
		t.Errorf("an envelope with another key raised an alarm: %v", err)
	}
}

func tap(sign string) []envelope.Answer {
	return []envelope.Answer{{Question: intake.QuestionSign, Values: []string{sign}}}
}

// Erasing a thread takes both mailboxes from the Front, and every row.
func TestEraseTakesTheSecondMailbox(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	o, anna := newOffice(t)
	k, thread := o.writes(t, anna, envelope.Message{Text: "x", Answers: []envelope.Answer{{Question: "theirs", Words: "Сегодня ветрено"}}})
	if err := o.inbox.Looked(ctx, []intake.Look{look(k.second)}); err != nil {
		t.Fatal(err)
	}
	if err := o.inbox.Erase(ctx, anna, thread); err != nil {
		t.Fatal(err)
	}
	if err := o.DB.Read(ctx, func(tx *store.Tx) error {
		due, err := tx.DueJobs(ctx, o.Clock.Now(), 10)
		if err != nil {
			return err
		}
		if len(due) != 1 || !strings.Contains(string(due[0].Body), k.first.ID().String()) || !strings.Contains(string(due[0].Body), k.second.ID().String()) {
			t.Errorf("%d jobs, want one that names both mailboxes", len(due))
		}
		_, err = tx.SecondBox(ctx, k.second.ID().String())
		if fault.KindOf(err) != fault.NotFound {
			t.Error("the second mailbox is still known")
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// A sender cannot claim somebody else's mailbox as their second one.
func TestSecondOfAnother(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	o, anna := newOffice(t)
	k, _ := o.writes(t, anna, envelope.Message{Text: "x"})
	thief := mailbox.Derive(receipt.New(), o.salt)
	for _, victim := range []mailbox.Keys{k.first, k.second} {
		claim := victim.Second()
		claim.SignKey = thief.Public()
		o.receive(t, o.arrival(t, mailbox.Derive(receipt.New(), o.salt), envelope.Message{Kind: envelope.Report, Text: "y", Second: claim}))
		o.opens(t, anna)
	}
	if err := o.inbox.Looked(ctx, []intake.Look{look(k.first), look(k.second)}); err != nil {
		t.Fatal(err)
	}
	if got := o.alarms(t, anna); len(got) != 1 {
		t.Errorf("alarms: %v, want the one of the rightful owner", got)
	}
}

// Taps and agreed sentences are heard once each, whatever their capitals and marks.
func TestSigns(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	o, anna := newOffice(t)
	heard := &ear{}
	o.inbox.Signs = heard
	k, thread := o.writes(t, anna, envelope.Message{Text: "x", Answers: []envelope.Answer{
		{Question: "fine", Words: "Котёнок ест хорошо."}, {Question: "need-help", Words: "Котёнок не ест"}}})
	if err := o.inbox.Link(ctx, anna, thread, "case_x"); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		m    envelope.Message
		want intake.AlarmKind
	}{
		{envelope.Message{Answers: tap("safe")}, intake.Fine},
		{envelope.Message{Answers: tap("help")}, intake.Help},
		{envelope.Message{Text: "котенок  ест, ХОРОШО"}, intake.Fine},
		{envelope.Message{Text: "Котёнок не ест!!"}, intake.Help},
		{envelope.Message{Text: "Котёнок ест хорошо. Спасибо"}, ""},
		{envelope.Message{Answers: tap("else")}, ""},
	} {
		heard.signs = nil
		c.m.Kind = envelope.FollowUp
		a := o.arrival(t, k.first, c.m)
		o.receive(t, a)
		o.opens(t, anna)
		o.receive(t, a) // late and once more
		if n, err := o.inbox.OpenArrivals(ctx, anna); n != 0 || err != nil {
			t.Fatal(n, err)
		}
		want := []intake.AlarmKind{c.want}
		if c.want == "" {
			want = nil
		}
		if !slices.Equal(heard.signs, want) {
			t.Errorf("heard %v, want %v", heard.signs, want)
		}
	}
	if got := o.alarms(t, anna); !slices.Equal(got, []intake.AlarmKind{intake.Help, intake.Help}) {
		t.Errorf("alarms: %v", got)
	}
	if th, err := o.inbox.Glance(ctx, anna, thread); err != nil || th.Urgency != intake.Now {
		t.Errorf("a call for help is of urgency %q, %v", th.Urgency, err)
	}
	// A call for help does not hold an answer back.
	if err := o.inbox.Reply(ctx, anna, thread, "Мы вас слышим.", false); err != nil {
		t.Error(err)
	}
}

type ear struct {
	signs []intake.AlarmKind
	means map[string]intake.AlarmKind
}

func (e *ear) Meaning(_ context.Context, _ intake.Store, _, text string) (intake.AlarmKind, error) {
	return e.means[text], nil
}

func (e *ear) Heard(_ context.Context, _ intake.Store, s intake.Sign) error {
	e.signs = append(e.signs, s.Kind)
	return nil
}

func TestWindow(t *testing.T) {
	t.Parallel()
	at := func(s string) time.Time {
		x, err := time.Parse("2006-01-02 15:04", s)
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	for _, c := range []struct {
		name   string
		agreed intake.Agreed
		utc    string
		open   bool
	}{
		{"nothing agreed", intake.Agreed{}, "2017-04-09 03:00", true},
		{"evening in Grozny", intake.Agreed{Hours: []string{"evening"}, Zone: "180"}, "2017-04-09 15:00", true},
		{"a minute before", intake.Agreed{Hours: []string{"evening"}, Zone: "180"}, "2017-04-09 14:59", false},
		{"its end", intake.Agreed{Hours: []string{"evening"}, Zone: "180"}, "2017-04-09 20:00", false},
		{"hours without a clock", intake.Agreed{Hours: []string{"evening"}}, "2017-04-09 15:00", false},
		{"Sunday there, Saturday here", intake.Agreed{Days: []string{"sun"}, Zone: "180"}, "2017-04-08 22:00", true},
		{"the night of Saturday lasts until Sunday morning", intake.Agreed{Days: []string{"sat"}, Hours: []string{"night"}, Zone: "180"}, "2017-04-09 01:00", true},
		{"the night of Sunday has not begun", intake.Agreed{Days: []string{"sun"}, Hours: []string{"night"}, Zone: "180"}, "2017-04-09 01:00", false},
		{"west", intake.Agreed{Hours: []string{"morning"}, Zone: "-300"}, "2017-04-09 11:00", true},
	} {
		if w := c.agreed.Window(at(c.utc)); w.Open != c.open {
			t.Errorf("%s: open %v, want %v", c.name, w.Open, c.open)
		}
	}
}

// Outside the hours that a sender called safe an answer is held back, until
// somebody gives a reason; and who writes for another is marked and can be joined.
func TestHoursAndProxies(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	o, anna := newOffice(t)
	_, thread := o.writes(t, anna, envelope.Message{Text: "Моя сестра в опасности", Answers: []envelope.Answer{
		{Question: "for", Values: []string{"other"}}, {Question: "relation", Words: "брат"}, {Question: "knows", Values: []string{"no"}},
		{Question: "hours", Values: []string{"night"}}, {Question: "zone", Values: []string{"180"}}}})
	if err := o.inbox.Reply(ctx, anna, thread, "Мы вас слышим.", false); fault.KindOf(err) != fault.Conflict { // noon in London, afternoon there
		t.Errorf("an answer outside the hours: %v", err)
	}
	o.Clock.Advance(9 * time.Hour) // midnight there
	if err := o.inbox.Reply(ctx, anna, thread, "Мы вас слышим.", false); err != nil {
		t.Errorf("an answer within the hours: %v", err)
	}
	agreed, card, err := o.inbox.Agreed(ctx, anna, thread)
	if err != nil || !card.Proxy || agreed.Relation != "брат" || agreed.Knows != "no" {
		t.Errorf("the card: %+v, proxy %v, %v", agreed, card.Proxy, err)
	}
	_, own := o.writes(t, anna, envelope.Message{Text: "Это я"})
	if err := o.inbox.JoinOwn(ctx, anna, own, thread); fault.KindOf(err) != fault.Conflict {
		t.Errorf("joined the wrong way round: %v", err)
	}
	if err := o.inbox.JoinOwn(ctx, anna, thread, own); err != nil {
		t.Fatal(err)
	}
	cards, err := o.inbox.Cards(ctx, anna)
	if err != nil || cards[thread].Own != own {
		t.Errorf("joined to %q, %v", cards[thread].Own, err)
	}
	if err := o.inbox.Agree(ctx, anna, thread, intake.Agreed{Fine: "Да", Help: "да!"}); fault.KindOf(err) != fault.Invalid {
		t.Errorf("two meanings of one sentence were agreed: %v", err)
	}
	if _, _, err := o.inbox.Agreed(ctx, o.Member(t, "Bela (invented)", staff.Intake), thread); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a colleague without the thread reads the card: %v", err)
	}
}
