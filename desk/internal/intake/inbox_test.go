package intake_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"waylight/desk/internal/desktest"
	"waylight/desk/internal/intake"
	"waylight/desk/internal/jobs"
	"waylight/desk/internal/publish"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/desk/internal/unseal"
	"waylight/internal/envelope"
	"waylight/internal/fault"
	"waylight/internal/mailbox"
	"waylight/internal/receipt"
	"waylight/internal/seal"
)

type office struct {
	*desktest.Ground
	inbox *intake.Inbox
	key   intake.Key
	salt  mailbox.Salt
}

func newOffice(t *testing.T) (*office, staff.Actor) {
	t.Helper()
	g := desktest.New(t)
	o := &office{Ground: g, salt: mailbox.Salt{1}}
	anna := g.Member(t, "Anna (invented)", staff.Intake)
	as := func(tx *store.Tx) intake.Store { return tx }
	o.inbox = &intake.Inbox{Within: func(ctx context.Context, f func(intake.Store) error) error { return store.Within(o.DB, as)(ctx, f) },
		Reading: func(ctx context.Context, f func(intake.Store) error) error { return store.Reading(o.DB, as)(ctx, f) },
		Clock:   g.Clock, Crypto: intake.Crypto{Generate: unseal.Generate, Unseal: unseal.Open, Seal: seal.To, Looked: looked}, Gate: o.gate()}
	ctx := context.Background()
	if err := g.DB.Write(ctx, func(tx *store.Tx) error {
		return tx.PutChannel(ctx, intake.Channel{ID: "help", Names: map[string]string{"en": "Help", "ru": "Помощь"}})
	}); err != nil {
		t.Fatal(err)
	}
	var err error
	if o.key, err = o.inbox.NewKey(ctx, anna.ID, "help", "2017-04-09", "2017-04-23"); err != nil {
		t.Fatal(err)
	}
	return o, anna
}

// gate is the real one: replies pass the leak guard.
func (o *office) gate() intake.Gate {
	as := func(tx *store.Tx) publish.Store { return tx }
	return store.Gate{Gateway: &publish.Gateway{Within: store.Within(o.DB, as), Reading: store.Reading(o.DB, as), Clock: o.Clock}}
}

func (o *office) arrival(t *testing.T, k mailbox.Keys, m envelope.Message) intake.Arrival {
	t.Helper()
	m.Channel, m.Mailbox = "help", k.Address()
	p, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	s, err := seal.To(o.key.Recipient, p)
	if err != nil {
		t.Fatal(err)
	}
	return intake.Arrival{ID: envelope.NewID(), Channel: "help", Mailbox: k.ID().String(), SignKey: k.Public(), Day: "2017-04-09", Sealed: s}
}

func (o *office) receive(t *testing.T, a ...intake.Arrival) {
	t.Helper()
	if _, err := o.inbox.Receive(context.Background(), a); err != nil {
		t.Fatal(err)
	}
}

func TestConversation(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	o, anna := newOffice(t)
	sender := mailbox.Derive(receipt.New(), o.salt)
	first := o.arrival(t, sender, envelope.Message{Kind: envelope.Report, Lang: "ru", Via: envelope.PageScript, Text: "Мне нужна помощь",
		Answers: []envelope.Answer{{Question: intake.QuestionUrgency, Values: []string{"now"}}}})
	o.receive(t, first)
	o.receive(t, first) // the courier was cut off before it could confirm, and came again
	if n, err := o.inbox.OpenArrivals(ctx, anna); n != 1 || err != nil {
		t.Fatalf("opened %d, %v; want 1", n, err)
	}
	o.receive(t, first) // and once more after it was opened
	if n, err := o.inbox.OpenArrivals(ctx, anna); n != 0 || err != nil {
		t.Fatalf("opened %d, %v; want 0", n, err)
	}
	list, err := o.inbox.List(ctx, anna)
	if err != nil || len(list) != 1 {
		t.Fatalf("%d threads, %v", len(list), err)
	}
	th := list[0]
	if th.State() != intake.Unread || th.Urgency != intake.Now || !th.Due().Equal(desktest.Noon.Add(15*time.Minute)) {
		t.Errorf("state %s, urgency %s, due %s", th.State(), th.Urgency, th.Due())
	}
	if err := o.inbox.Take(ctx, anna, th.ID); err != nil {
		t.Fatal(err)
	}
	o.Clock.Advance(time.Minute)
	if err := o.inbox.Reply(ctx, anna, th.ID, "Мы вас слышим.", false); err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, r := range o.replies(t) {
		m, err := sender.Open(r.Sealed)
		if err != nil || r.Mailbox != sender.ID().String() {
			t.Fatalf("reply: %v", err)
		}
		texts = append(texts, string(m.Kind)+":"+m.Text)
	}
	slices.Sort(texts)
	if got := strings.Join(texts, "|"); got != "read-mark:|reply:Мы вас слышим." {
		t.Errorf("sent %q", got)
	}
	o.Clock.Advance(time.Minute)
	o.receive(t, o.arrival(t, sender, envelope.Message{Kind: envelope.FollowUp, Text: "Спасибо"}))
	if _, err := o.inbox.OpenArrivals(ctx, anna); err != nil {
		t.Fatal(err)
	}
	th, said, err := o.inbox.Open(ctx, anna, th.ID)
	if err != nil || len(said) != 3 || said[0].Content.Text != "Мне нужна помощь" || said[2].Content.Text != "Спасибо" || th.State() != intake.Ours {
		t.Errorf("%d messages, state %s, %v", len(said), th.State(), err)
	}
	if err := o.DB.Read(ctx, func(tx *store.Tx) error { return tx.VerifyLedger(ctx) }); err != nil {
		t.Error(err)
	}
}

func TestReplyNamesNobody(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	o, anna := newOffice(t)
	if err := o.DB.Write(ctx, func(tx *store.Tx) error {
		return tx.WatchTerm(ctx, "case_other", "name", "Залимхан Выдумкин") // invented
	}); err != nil {
		t.Fatal(err)
	}
	o.receive(t, o.arrival(t, mailbox.Derive(receipt.New(), o.salt), envelope.Message{Kind: envelope.Report, Text: "x"}))
	if _, err := o.inbox.OpenArrivals(ctx, anna); err != nil {
		t.Fatal(err)
	}
	list, err := o.inbox.List(ctx, anna)
	if err != nil {
		t.Fatal(err)
	}
	if err := o.inbox.Reply(ctx, anna, list[0].ID, "Мы уже вывезли Залимхана Выдумкина.", false); fault.KindOf(err) == fault.Internal {
		t.Errorf("an answer that names somebody of a case left, or failed otherwise: %v", err)
	}
	if n := len(o.replies(t)); n != 0 {
		t.Errorf("%d answers are on their way; want none", n)
	}
	// Her own case: it may be told to the person it is for, when she says that it is meant.
	if _, grants, err := safe.Create("case_other", anna.Member); err != nil {
		t.Fatal(err)
	} else if err := o.DB.Write(ctx, func(tx *store.Tx) error { return tx.PutGrant(ctx, grants[0]) }); err != nil {
		t.Fatal(err)
	}
	if err := o.inbox.Reply(ctx, anna, list[0].ID, "Вас встретит Залимхан Выдумкин.", false); fault.KindOf(err) != fault.Conflict {
		t.Errorf("not said to be meant: %v", err)
	}
	if err := o.inbox.Reply(ctx, anna, list[0].ID, "Вас встретит Залимхан Выдумкин.", true); err != nil {
		t.Errorf("meant for the person: %v", err)
	}
	if err := o.inbox.Reply(ctx, anna, list[0].ID, "Мы вас слышим.", false); err != nil {
		t.Errorf("an answer that names nobody: %v", err)
	}
}

func (o *office) replies(t *testing.T) []intake.Reply {
	t.Helper()
	var out []intake.Reply
	var due []jobs.Job
	ctx := context.Background()
	if err := o.DB.Read(ctx, func(tx *store.Tx) (err error) {
		due, err = tx.DueJobs(ctx, o.Clock.Now(), 100)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	for _, j := range due {
		if j.Kind != intake.JobReplies {
			continue
		}
		var r []intake.Reply
		if err := json.Unmarshal(j.Body, &r); err != nil {
			t.Fatal(err)
		}
		out = append(out, r...)
	}
	return out
}

func TestColleagueWithoutGrantSeesNothing(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	o, anna := newOffice(t)
	boris := o.Member(t, "Boris (invented)", staff.Caseworker)
	o.receive(t, o.arrival(t, mailbox.Derive(receipt.New(), o.salt), envelope.Message{Kind: envelope.Report, Text: "x"}))
	if n, err := o.inbox.OpenArrivals(ctx, boris); n != 0 || err != nil {
		t.Errorf("a colleague without the key opened %d, %v", n, err)
	}
	if _, err := o.inbox.OpenArrivals(ctx, anna); err != nil {
		t.Fatal(err)
	}
	list, _ := o.inbox.List(ctx, anna)
	if _, _, err := o.inbox.Open(ctx, boris, list[0].ID); fault.KindOf(err) != fault.NotFound {
		t.Errorf("opened by a colleague without a grant: %v", err)
	}
	if _, _, err := o.inbox.Open(ctx, boris, "thread_absent"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("absent: %v", err)
	}
	if err := o.inbox.Share(ctx, anna, list[0].ID, boris.ID); err != nil {
		t.Fatal(err)
	}
	if _, said, err := o.inbox.Open(ctx, boris, list[0].ID); err != nil || said[0].Content.Text != "x" {
		t.Errorf("after sharing: %v", err)
	}
}

func TestTroubledArrivalsAreKept(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	o, anna := newOffice(t)
	sender, stranger := mailbox.Derive(receipt.New(), o.salt), mailbox.Derive(receipt.New(), o.salt)
	good := o.arrival(t, sender, envelope.Message{Kind: envelope.Report, Text: "first"})
	o.receive(t, good)
	if _, err := o.inbox.OpenArrivals(ctx, anna); err != nil {
		t.Fatal(err)
	}
	altered := o.arrival(t, sender, envelope.Message{Kind: envelope.FollowUp, Text: "x"})
	altered.Sealed[len(altered.Sealed)-1] ^= 1
	other := o.arrival(t, sender, envelope.Message{Kind: envelope.FollowUp, Text: "x"})
	other.Mailbox, other.SignKey = stranger.ID().String(), stranger.Public()
	forged := o.arrival(t, stranger, envelope.Message{Kind: envelope.FollowUp, Text: "x"})
	forged.Mailbox = sender.ID().String()
	o.receive(t, altered, other, forged)
	if n, err := o.inbox.OpenArrivals(ctx, anna); n != 0 || err != nil {
		t.Errorf("opened %d, %v", n, err)
	}
	bad, err := o.inbox.Troubled(ctx, anna)
	if err != nil || len(bad) != 3 {
		t.Fatalf("%d troubled, %v; want 3", len(bad), err)
	}
	for _, a := range bad {
		if a.Trouble == "" || len(a.Sealed) == 0 {
			t.Error("a troubled arrival lost its reason or its bytes")
		}
	}
	list, _ := o.inbox.List(ctx, anna)
	if len(list) != 1 {
		t.Errorf("%d threads, want 1", len(list))
	}
}

func TestPhoneCallsAndClosing(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	o, anna := newOffice(t)
	if _, err := o.inbox.LogCall(ctx, anna, intake.Call{Channel: "help"}); fault.KindOf(err) != fault.Invalid {
		t.Errorf("an empty call: %v", err)
	}
	id, err := o.inbox.LogCall(ctx, anna, intake.Call{Channel: "help", Urgency: intake.Now, HungUp: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := o.inbox.Reply(ctx, anna, id, "hello", false); fault.KindOf(err) != fault.Conflict {
		t.Errorf("a reply to a phone call: %v", err)
	}
	o.Clock.Advance(time.Minute)
	if err := o.inbox.Close(ctx, anna, id); err != nil {
		t.Fatal(err)
	}
	th, err := o.inbox.Glance(ctx, anna, id)
	if err != nil || th.State() != intake.Closed || !th.Due().IsZero() {
		t.Errorf("after closing: %s, %v", th.State(), err)
	}
}

func TestEraseLeavesNothing(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	o, anna := newOffice(t)
	sender := mailbox.Derive(receipt.New(), o.salt)
	file := envelope.NewFile("photo.jpg", "image/jpeg", 10)
	o.receive(t, o.arrival(t, sender, envelope.Message{Kind: envelope.Report, Text: "x", Files: []envelope.File{file}}))
	if _, err := o.inbox.OpenArrivals(ctx, anna); err != nil {
		t.Fatal(err)
	}
	list, err := o.inbox.List(ctx, anna)
	if err != nil || len(list) != 1 {
		t.Fatal(err)
	}
	if err := o.inbox.Erase(ctx, anna, list[0].ID); err != nil {
		t.Fatal(err)
	}
	if _, _, err := o.inbox.Open(ctx, anna, list[0].ID); fault.KindOf(err) != fault.NotFound {
		t.Errorf("after the erasure: %v", err)
	}
	if err := o.DB.Read(ctx, func(tx *store.Tx) error {
		due, err := tx.DueJobs(ctx, o.Clock.Now(), 10)
		body := map[string]string{}
		for _, j := range due {
			body[j.Kind] = string(j.Body)
		}
		if err != nil || len(due) != 2 || !strings.Contains(body[intake.JobErase], sender.ID().String()) || !strings.Contains(body[intake.JobForget], file.Upload) {
			t.Errorf("the Front and the vault are not told: %v, %v", due, err)
		}
		records, err := tx.LedgerRecords(ctx, list[0].ID, 0, 100)
		if err != nil || len(records) != 0 {
			t.Errorf("%d ledger records still lead to it, %v", len(records), err)
		}
		return tx.VerifyLedger(ctx)
	}); err != nil {
		t.Error(err)
	}
}

// TestFloodOfOneConversationHoldsNobodyUp: what continues a colleague's
// conversation waits for the colleague, and however much it is, others' first
// messages are opened.
func TestFloodOfOneConversationHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	o, anna := newOffice(t)
	flooder := mailbox.Derive(receipt.New(), o.salt)
	o.receive(t, o.arrival(t, flooder, envelope.Message{Kind: envelope.Report, Text: "first"}))
	if _, err := o.inbox.OpenArrivals(ctx, anna); err != nil {
		t.Fatal(err)
	}
	vera := o.Member(t, "Vera (invented)", staff.Intake)
	if err := o.inbox.ShareKeys(ctx, anna); err != nil {
		t.Fatal(err)
	}
	more := o.arrival(t, flooder, envelope.Message{Kind: envelope.FollowUp, Text: "again"})
	flood := make([]intake.Arrival, 250)
	for i := range flood {
		flood[i] = more
		flood[i].ID = envelope.NewID()
	}
	o.receive(t, flood...)
	o.Clock.Advance(time.Minute)
	o.receive(t, o.arrival(t, mailbox.Derive(receipt.New(), o.salt), envelope.Message{Kind: envelope.Report, Text: "please help"}))
	if n, err := o.inbox.OpenArrivals(ctx, vera); n != 1 || err != nil {
		t.Fatalf("the other operator opened %d, %v; want the one new conversation", n, err)
	}
	total := 0
	for {
		n, err := o.inbox.OpenArrivals(ctx, anna)
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			break
		}
		total += n
	}
	if total != len(flood) {
		t.Errorf("her colleague opened %d of %d", total, len(flood))
	}
}
