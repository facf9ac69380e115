package intake_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"waylight/desk/internal/desktest"
	"waylight/desk/internal/intake"
	"waylight/desk/internal/signs"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/internal/clock"
	"waylight/internal/envelope"
	"waylight/internal/fault"
	"waylight/internal/mailbox"
	"waylight/internal/receipt"
)

// arrive opens a first message of a new sender and returns its thread.
func (o *office) arrive(t *testing.T, by staff.Actor, text, danger string) (intake.Thread, mailbox.Keys) {
	t.Helper()
	ctx := context.Background()
	k := mailbox.Derive(receipt.New(), o.salt)
	o.receive(t, o.arrival(t, k, envelope.Message{Kind: envelope.Report, Lang: "ru", Text: text, Answers: []envelope.Answer{{Question: intake.QuestionUrgency, Values: []string{danger}}}}))
	if n, err := o.inbox.OpenArrivals(ctx, by); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	list, err := o.inbox.List(ctx, by)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(list, func(x intake.Thread) bool { return x.Mailbox == k.ID().String() })
	return list[i], k
}

func (o *office) more(t *testing.T, by staff.Actor, k mailbox.Keys, text string) {
	t.Helper()
	o.receive(t, o.arrival(t, k, envelope.Message{Kind: envelope.FollowUp, Lang: "ru", Text: text}))
	if n, err := o.inbox.OpenArrivals(context.Background(), by); n != 1 || err != nil {
		t.Fatal(n, err)
	}
}

func want(t *testing.T, what string, err error, k fault.Kind) {
	t.Helper()
	if err == nil || fault.KindOf(err) != k {
		t.Errorf("%s: %v", what, err)
	}
}

// opened are the texts that a sender finds in the mailbox; marks that somebody read are left out.
func (o *office) opened(t *testing.T, k mailbox.Keys) []string {
	t.Helper()
	var out []string
	for _, r := range o.replies(t) {
		if r.Mailbox != k.ID().String() {
			continue
		}
		m, err := k.Open(r.Sealed)
		if err != nil {
			t.Fatal(err)
		}
		if m.Kind == envelope.Reply {
			out = append(out, m.Text)
		}
	}
	return out
}

// TestWhoWritesAgainLosesNoTime: the clock of somebody who waits counts from the first message.
func TestWhoWritesAgainLosesNoTime(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	o, anna := newOffice(t)
	th, k := o.arrive(t, anna, "Мне нужна помощь", "now")
	due := th.Due()
	for range 3 {
		o.Clock.Advance(4 * time.Minute)
		o.more(t, anna, k, "Вы здесь?")
	}
	if now, err := o.inbox.Glance(ctx, anna, th.ID); err != nil || !now.Due().Equal(due) {
		t.Errorf("due %s, before %s, %v", now.Due(), due, err)
	}
	if err := o.inbox.Take(ctx, anna, th.ID); err != nil {
		t.Fatal(err)
	}
	if err := o.inbox.Reply(ctx, anna, th.ID, "Мы здесь.", false); err != nil {
		t.Fatal(err)
	}
	o.Clock.Advance(time.Hour)
	o.more(t, anna, k, "Спасибо. Ещё вопрос.")
	if now, _ := o.inbox.Glance(ctx, anna, th.ID); !now.Due().Equal(o.Clock.Now().Add(15 * time.Minute)) {
		t.Errorf("a new round is due %s", now.Due())
	}
}

// TestLockedNightCounts: what is fetched after the Desk was away waits since it was last at the Front.
func TestLockedNightCounts(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	o, anna := newOffice(t)
	if err := o.inbox.Called(ctx); err != nil {
		t.Fatal(err)
	}
	last := o.Clock.Now()
	o.Clock.Advance(8 * time.Hour)
	th, _ := o.arrive(t, anna, "Ночью мне никто не ответил", "now")
	if !th.Since.Equal(last) || !o.Clock.Now().After(th.Due()) {
		t.Errorf("since %s, due %s; the Desk was last there at %s", th.Since, th.Due(), last)
	}
}

// TestTwoNeverAnswerAtOnce: an answer by somebody who did not see a colleague's is
// refused, and so is one that a new message overtook.
func TestTwoNeverAnswerAtOnce(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	o, anna := newOffice(t)
	boris := o.Member(t, "Boris (invented)", staff.Intake)
	th, k := o.arrive(t, anna, "Мне нужна помощь", "days")
	if err := o.inbox.Take(ctx, anna, th.ID); err != nil {
		t.Fatal(err)
	}
	if err := o.inbox.Send(ctx, anna, th.ID, intake.Answer{Text: "Ответ Анны", Saw: 1}); err != nil {
		t.Fatal(err)
	}
	want(t, "the second answer", o.inbox.Send(ctx, boris, th.ID, intake.Answer{Text: "Ответ Бориса", Saw: 1}), fault.Conflict)
	o.more(t, anna, k, "Ещё сообщение")
	want(t, "overtaken by a message", o.inbox.Send(ctx, boris, th.ID, intake.Answer{Text: "Ответ Бориса", Saw: 2}), fault.Conflict)
	if err := o.inbox.Note(ctx, anna, th.ID, "", "a note between colleagues"); err != nil {
		t.Fatal(err)
	}
	if err := o.inbox.Send(ctx, boris, th.ID, intake.Answer{Text: "Ответ Бориса", Saw: 3}); err != nil {
		t.Errorf("a note is in the way: %v", err)
	}
	if got := o.opened(t, k); len(got) != 2 {
		t.Errorf("the sender finds %q", got)
	}
}

// TestTwoPeople plays a draft over its whole life.
func TestTwoPeople(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	o, anna := newOffice(t)
	boris, vera := o.Member(t, "Boris (invented)", staff.Intake), o.Member(t, "Vera (invented)", staff.Intake)
	th, k := o.arrive(t, anna, "Мне нужна помощь", "days")
	if err := o.inbox.Take(ctx, anna, th.ID); err != nil {
		t.Fatal(err)
	}
	if err := o.inbox.AskSecond(ctx, anna, th.ID, true); err != nil {
		t.Fatal(err)
	}
	want(t, "alone", o.inbox.Send(ctx, anna, th.ID, intake.Answer{Text: "Одна"}), fault.Conflict)
	d, forked, err := o.inbox.KeepDraft(ctx, anna, th.ID, "", 0, intake.Answer{Text: "Первый набросок", Ours: "A first draft", OursLang: "en"}, false)
	if err != nil || forked {
		t.Fatal(err, forked)
	}
	want(t, "nobody was asked", o.inbox.Approve(ctx, boris, th.ID, d.ID, d.Revision, 1), fault.Conflict)
	d2, forked, err := o.inbox.KeepDraft(ctx, anna, th.ID, d.ID, d.Revision, intake.Answer{Text: "Второй набросок", Ours: "A second draft", OursLang: "en"}, true)
	if err != nil || forked || d2.ID != d.ID || d2.Revision != 2 {
		t.Fatal(d2, forked, err)
	}
	stale, forked, err := o.inbox.KeepDraft(ctx, anna, th.ID, d.ID, 1, intake.Answer{Text: "С другого экрана"}, false)
	if err != nil || !forked || stale.ID == d.ID {
		t.Errorf("words typed over an older revision: %v, %v, %v", stale, forked, err)
	}
	want(t, "one's own", o.inbox.Approve(ctx, anna, th.ID, d.ID, 2, 1), fault.Conflict)
	want(t, "another revision", o.inbox.Approve(ctx, boris, th.ID, d.ID, 1, 1), fault.Conflict)
	asked, err := o.inbox.Asked(ctx, vera)
	if err != nil || len(asked) != 1 {
		t.Errorf("Vera is asked about %d drafts, %v", len(asked), err)
	}
	o.more(t, anna, k, "Ещё сообщение")
	want(t, "somebody wrote meanwhile", o.inbox.Approve(ctx, boris, th.ID, d.ID, 2, 1), fault.Conflict)
	if err := o.inbox.Approve(ctx, boris, th.ID, d.ID, 2, 2); err != nil {
		t.Fatal(err)
	}
	want(t, "twice", o.inbox.Approve(ctx, vera, th.ID, d.ID, 2, 3), fault.Conflict)
	if got := o.opened(t, k); !slices.Equal(got, []string{"Второй набросок"}) {
		t.Errorf("the sender finds %q", got)
	}
	_, said, err := o.inbox.Open(ctx, vera, th.ID)
	if err != nil {
		t.Fatal(err)
	}
	sent := said[len(said)-1]
	if sent.Author != anna.ID || sent.Approver != boris.ID || len(sent.Translations) != 1 || sent.Translations[0].Text != "A second draft" {
		t.Errorf("%+v", sent)
	}
	drafts, err := o.inbox.OpenDrafts(ctx, anna, th.ID)
	if err != nil || len(drafts) != 1 || drafts[0].Text != "С другого экрана" {
		t.Errorf("%v, %v", drafts, err)
	}
}

// TestTranslationsStandBeside: the words stay as they came, byte for byte, and both translations are kept.
func TestTranslationsStandBeside(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	o, anna := newOffice(t)
	boris := o.Member(t, "Boris (invented)", staff.Intake)
	const words = "  Слова — как есть…\n"
	th, _ := o.arrive(t, anna, words, "days")
	_, said, err := o.inbox.Open(ctx, anna, th.ID)
	if err != nil {
		t.Fatal(err)
	}
	for by, text := range map[string]string{"anna": "Words, as they are", "boris": "The words as is"} {
		actor := anna
		if by == "boris" {
			actor = boris
		}
		if err := o.inbox.Translate(ctx, actor, th.ID, said[0].ID, "en", text); err != nil {
			t.Fatal(err)
		}
	}
	want(t, "of another conversation", o.inbox.Translate(ctx, anna, th.ID, "message_x", "en", "x"), fault.NotFound)
	if _, said, err = o.inbox.Open(ctx, boris, th.ID); err != nil || said[0].Content.Text != words || len(said[0].Translations) != 2 {
		t.Errorf("%+v, %v", said[0], err)
	}
}

// TestJoinAndPart: one person with two codes.
func TestJoinAndPart(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	o, anna := newOffice(t)
	first, k1 := o.arrive(t, anna, "Первое сообщение", "days")
	vera := o.Member(t, "Vera (invented)", staff.Intake) // can open the second only
	o.Clock.Advance(time.Hour)
	second, k2 := o.arrive(t, anna, "Я потеряла код, это снова я", "now")
	if _, err := o.inbox.Glance(ctx, vera, first.ID); err == nil {
		t.Fatal("Vera can open the first already")
	}
	if err := o.inbox.Link(ctx, anna, second.ID, "case_x"); err != nil {
		t.Fatal(err)
	}
	want(t, "with itself", o.inbox.Join(ctx, anna, first.ID, first.ID), fault.Invalid)
	want(t, "by somebody who cannot open both", o.inbox.Join(ctx, vera, second.ID, first.ID), fault.NotFound)
	if err := o.inbox.Join(ctx, anna, second.ID, first.ID); err != nil {
		t.Fatal(err)
	}
	list, err := o.inbox.List(ctx, anna)
	if err != nil || len(list) != 1 || list[0].ID != first.ID || list[0].Urgency != intake.Now || list[0].Case != "case_x" || list[0].State() != intake.Unread {
		t.Fatalf("%+v, %v", list, err)
	}
	if err := o.inbox.Take(ctx, vera, first.ID); err != nil {
		t.Fatalf("who can open one can open the other: %v", err)
	}
	_, said, err := o.inbox.Open(ctx, anna, first.ID)
	if err != nil || len(said) != 2 || said[0].Thread != first.ID || said[1].Thread != second.ID {
		t.Fatalf("%+v, %v", said, err)
	}
	if err := o.inbox.Send(ctx, anna, first.ID, intake.Answer{Text: "на последний", Saw: 2}); err != nil {
		t.Fatal(err)
	}
	if err := o.inbox.Send(ctx, anna, first.ID, intake.Answer{Text: "на первый", Saw: 3, To: []string{first.ID}}); err != nil {
		t.Fatal(err)
	}
	if a, b := o.opened(t, k1), o.opened(t, k2); !slices.Equal(a, []string{"на первый"}) || !slices.Equal(b, []string{"на последний"}) {
		t.Errorf("%q, %q", a, b)
	}
	o.Clock.Advance(time.Minute)
	o.more(t, anna, k1, "пишу с первого")
	o.more(t, anna, k2, "пишу со второго")
	if list, _ = o.inbox.List(ctx, anna); len(list) != 1 || list[0].State() != intake.Ours {
		t.Errorf("%+v", list)
	}
	if err := o.inbox.Part(ctx, anna, second.ID); err != nil {
		t.Fatal(err)
	}
	list, err = o.inbox.List(ctx, anna)
	if err != nil || len(list) != 2 {
		t.Fatalf("%+v, %v", list, err)
	}
	for _, x := range list {
		if (x.Case == "case_x") != (x.ID == second.ID) {
			t.Errorf("after parting, the case of %s is %q", x.ID, x.Case)
		}
	}
	want(t, "parted twice", o.inbox.Part(ctx, anna, second.ID), fault.Conflict)
}

// TestAside: a view, no bin, and never somebody who is in danger now.
func TestAside(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	o, anna := newOffice(t)
	danger, _ := o.arrive(t, anna, "Мне угрожают сейчас", "now")
	want(t, "in danger now", o.inbox.SetAside(ctx, anna, danger.ID, intake.Spam), fault.Conflict)
	th, k := o.arrive(t, anna, "Купите окна", "not-now")
	if err := o.inbox.SetAside(ctx, anna, th.ID, intake.Spam); err != nil {
		t.Fatal(err)
	}
	if x, _ := o.inbox.Glance(ctx, anna, th.ID); !x.IsAside() || !x.Due().IsZero() {
		t.Errorf("%+v", x)
	}
	o.Clock.Advance(time.Minute)
	o.more(t, anna, k, "На самом деле мне нужна помощь")
	if x, _ := o.inbox.Glance(ctx, anna, th.ID); x.IsAside() || x.Due().IsZero() {
		t.Errorf("a new message did not bring it back: %+v", x)
	}
}

// TestExpire: the dry run names what goes, holds and cases keep it, and with the
// time it goes with words, keys, files and mailbox, by nobody's hand.
func TestExpire(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	o, anna := newOffice(t)
	hanna := o.Member(t, "Hanna (invented)", staff.Security)
	names := []string{"goes", "held", "case", "ours", "dated"}
	threads := map[string]string{}
	for _, name := range names {
		k := mailbox.Derive(receipt.New(), o.salt)
		o.receive(t, o.arrival(t, k, envelope.Message{Kind: envelope.Report, Lang: "ru", Text: name, Files: []envelope.File{envelope.NewFile("a.jpg", "image/jpeg", 10)}}))
		if _, err := o.inbox.OpenArrivals(ctx, anna); err != nil {
			t.Fatal(err)
		}
		list, _ := o.inbox.List(ctx, anna)
		for _, x := range list {
			if x.Mailbox == k.ID().String() {
				threads[name] = x.ID
			}
		}
		o.Clock.Advance(time.Second)
		if name == "dated" {
			if err := o.inbox.Reply(ctx, anna, threads[name], "Ответ", false); err != nil {
				t.Fatal(err)
			}
		}
		if name != "ours" && name != "dated" {
			if err := o.inbox.Close(ctx, anna, threads[name]); err != nil {
				t.Fatal(err)
			}
		}
	}
	want(t, "by an operator", o.inbox.SetKeeping(ctx, anna, intake.Keeping{Closed: 30}), fault.Denied)
	want(t, "too short", o.inbox.SetKeeping(ctx, hanna, intake.Keeping{Closed: 1}), fault.Invalid)
	for _, err := range []error{o.inbox.SetKeeping(ctx, hanna, intake.Keeping{Closed: 30}), o.inbox.KeepFor(ctx, anna, threads["held"], intake.Lawyer, ""),
		o.inbox.Link(ctx, anna, threads["case"], "case_x"), o.inbox.KeepFor(ctx, anna, threads["dated"], intake.NoHold, "2017-04-20"),
		o.inbox.KeepFor(ctx, anna, threads["ours"], intake.NoHold, "2017-04-20")} { // nobody has read this one: it stays whatever the day
		if err != nil {
			t.Fatal(err)
		}
	}
	due, err := o.inbox.Expiring(ctx, hanna, "2017-12-31")
	if err != nil || len(due) != 2 {
		t.Fatalf("the dry run: %+v, %v", due, err)
	}
	if n, err := o.inbox.Expire(ctx); n != 0 || err != nil {
		t.Fatal("before its day", n, err)
	}
	o.Clock.Advance(31 * 24 * time.Hour)
	if n, err := o.inbox.Expire(ctx); n != 2 || err != nil {
		t.Fatal(n, err)
	}
	for name, id := range threads {
		_, err := o.inbox.Glance(ctx, anna, id)
		if gone := name == "goes" || name == "dated"; (err != nil) != gone {
			t.Errorf("%s: %v", name, err)
		}
	}
	kinds := map[string]int{}
	if err := o.DB.Read(ctx, func(tx *store.Tx) error {
		jobs, err := tx.DueJobs(ctx, o.Clock.Now(), 100)
		for _, j := range jobs {
			kinds[j.Kind]++
		}
		if grants, _ := tx.Grants(ctx, threads["goes"]); len(grants) != 0 {
			t.Errorf("%d keys are left", len(grants))
		}
		if records, _ := tx.LedgerRecords(ctx, threads["goes"], 0, 100); len(records) != 0 {
			t.Errorf("%d ledger records lead to it", len(records))
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if kinds[intake.JobErase] != 2 || kinds[intake.JobForget] != 2 {
		t.Errorf("jobs: %v", kinds)
	}
}

// TestCallIsKept: a call that breaks off after its first second is there, each step
// stays, and no number is kept that the caller did not want kept.
func TestCallIsKept(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	o, anna := newOffice(t)
	id, err := o.inbox.Begin(ctx, anna, "", "help", "ce")
	if err != nil {
		t.Fatal(err)
	}
	if list, _ := o.inbox.List(ctx, anna); len(list) != 1 || list[0].Due().IsZero() {
		t.Errorf("an empty call: %+v", list)
	}
	want(t, "nothing", o.inbox.Write(ctx, anna, id, intake.Step{}), fault.Invalid)
	want(t, "a number that they did not want kept", o.inbox.Write(ctx, anna, id, intake.Step{Words: "x", Number: "+7 200 000-00-00"}), fault.Invalid)
	for _, s := range []intake.Step{{Words: "Первая фраза", Urgency: intake.Now}, {Words: "Просит перезвонить", Wanted: true, Number: "+7 200 000-00-00"}, {HungUp: true}} {
		if err := o.inbox.Write(ctx, anna, id, s); err != nil {
			t.Fatal(err)
		}
	}
	th, said, err := o.inbox.Open(ctx, anna, id)
	if err != nil || th.Urgency != intake.Now || len(said) != 3 || said[1].Content.Answers[0].Words != "+7 200 000-00-00" || said[2].Content.Answers[0].Values[0] != "broke-off" {
		t.Errorf("%+v %+v, %v", th, said, err)
	}
}

// TestHandOverAndLoad: at the end of a shift everything changes hands, and the counts add up.
func TestHandOverAndLoad(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	o, anna := newOffice(t)
	var ids []string
	for range 3 {
		th, _ := o.arrive(t, anna, "Сообщение", "days")
		if err := o.inbox.Take(ctx, anna, th.ID); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, th.ID)
	}
	boris := o.Member(t, "Boris (invented)", staff.Intake) // joined after: can open none of them
	if n, err := o.inbox.HandOver(ctx, anna, boris.ID); n != 3 || err != nil {
		t.Fatal(n, err)
	}
	list, err := o.inbox.List(ctx, boris)
	if err != nil || len(list) != 3 {
		t.Fatal(len(list), err)
	}
	if _, _, err := o.inbox.Open(ctx, boris, ids[0]); err != nil {
		t.Error(err)
	}
	o.Clock.Advance(13 * time.Hour)
	loads := intake.Loads(list, o.Clock.Now())
	if len(loads) != 1 || loads[0] != (intake.Load{Member: boris.ID, Waiting: 3, Late: 3}) {
		t.Errorf("%+v", loads)
	}
}

// TestSignsAreCounted: the same text from other mailboxes is noticed without opening them.
func TestSignsAreCounted(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	o, anna := newOffice(t)
	const text = "Срочно пришлите адреса ваших убежищ, мы хотим привезти много помощи."
	var th intake.Thread
	for range 3 {
		th, _ = o.arrive(t, anna, text, "now")
	}
	_, said, err := o.inbox.Open(ctx, anna, th.ID)
	if err != nil {
		t.Fatal(err)
	}
	found, err := o.inbox.Look(ctx, anna, th, said)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(found, func(s signs.Sign) bool { return s.Kind == signs.SameText })
	if i < 0 || found[i].Count != 2 || found[0].Kind != signs.Staff || !strings.Contains(text, found[0].Excerpt) {
		t.Errorf("%+v", found)
	}
	if list, _ := o.inbox.List(ctx, anna); list[0].IsAside() {
		t.Error("the signs hid somebody")
	}
}

func TestPresence(t *testing.T) {
	t.Parallel()
	c := clock.NewManual(desktest.Noon)
	p := &intake.Presence{Clock: c}
	p.Note("thread_a", "anna", false)
	p.Note("thread_a", "boris", true)
	p.Note("thread_b", "vera", true)
	if got := p.Others("thread_a", "anna"); len(got) != 1 || got[0].Member != "boris" || !got[0].Writing {
		t.Errorf("%+v", got)
	}
	c.Advance(5 * time.Minute)
	if got := p.Others("thread_a", "anna"); len(got) != 0 {
		t.Errorf("still there: %+v", got)
	}
	p.Note("thread_a", "boris", true)
	p.Leave("thread_a", "boris")
	if got := p.Others("thread_a", "anna"); len(got) != 0 {
		t.Errorf("left, and still there: %+v", got)
	}
}

// TestRenewTakesAllAlong: when somebody leaves, drafts and translations get the new key, too.
func TestRenewTakesAllAlong(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	o, anna := newOffice(t)
	boris := o.Member(t, "Boris (invented)", staff.Intake)
	th, _ := o.arrive(t, anna, "Сообщение", "days")
	_, said, err := o.inbox.Open(ctx, anna, th.ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := o.inbox.Translate(ctx, anna, th.ID, said[0].ID, "en", "A message"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := o.inbox.KeepDraft(ctx, anna, th.ID, "", 0, intake.Answer{Text: "Набросок"}, false); err != nil {
		t.Fatal(err)
	}
	m := boris.Member
	m.Active = false
	if err := o.DB.Write(ctx, func(tx *store.Tx) error { return tx.PutMember(ctx, m) }); err != nil {
		t.Fatal(err)
	}
	if err := o.inbox.Renew(ctx, anna, th.ID); err != nil {
		t.Fatal(err)
	}
	_, said, err = o.inbox.Open(ctx, anna, th.ID)
	if err != nil || said[0].Translations[0].Text != "A message" {
		t.Errorf("%v", err)
	}
	if drafts, err := o.inbox.OpenDrafts(ctx, anna, th.ID); err != nil || drafts[0].Text != "Набросок" {
		t.Errorf("%v", err)
	}
}
