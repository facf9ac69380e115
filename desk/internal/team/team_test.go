package team_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/desktest"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/desk/internal/team"
	"waylight/desk/internal/watch"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

type house struct {
	*desktest.Ground
	t                         testing.TB
	ctx                       context.Context
	book                      *cases.Book
	board                     *team.Board
	anna, boris, clara, hanna staff.Actor
}

func newHouse(t testing.TB) *house {
	g := desktest.New(t)
	h := &house{Ground: g, t: t, ctx: context.Background()}
	as := func(tx *store.Tx) cases.Store { return tx }
	h.book = cases.NewBook(store.Within(g.DB, as), store.Reading(g.DB, as), g.Clock, cases.Options{})
	asTeam := func(tx *store.Tx) team.Store { return tx }
	h.board = &team.Board{Within: store.Within(g.DB, asTeam), Reading: store.Reading(g.DB, asTeam), Clock: g.Clock, Book: h.book}
	h.anna, h.boris = g.Member(t, "Anna (invented)", staff.Caseworker), g.Member(t, "Boris (invented)", staff.Caseworker)
	h.clara, h.hanna = g.Member(t, "Clara (invented)", staff.Caseworker), g.Member(t, "Hanna (invented)", staff.Security)
	return h
}

func (h *house) ok(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) refused(err error, part string) {
	h.t.Helper()
	if err == nil || !strings.Contains(err.Error(), part) {
		h.t.Fatalf("got %v, want %q", err, part)
	}
}

func (h *house) open(who ...staff.Actor) string {
	h.t.Helper()
	var list []string
	for _, a := range who {
		list = append(list, a.ID)
	}
	f, err := h.book.Open(h.ctx, who[0], cases.Opening{Assign: list})
	h.ok(err)
	return f.ID
}

// watch plans a check-in that is due in an hour.
func (h *house) watch(a staff.Actor, file string) string {
	h.t.Helper()
	p, err := h.book.KeepParty(h.ctx, a, file, "", 0, cases.Party{Code: "A", Name: "Ruslan Example"})
	h.ok(err)
	s, err := h.book.Watch(h.ctx, a, file, cases.CheckIn{Party: p.ID, Channel: "phone", Sign: "the weather is fine", Duress: "the weather turns"}, watch.Round{Due: h.Clock.Now().Add(time.Hour), Grace: 10 * time.Minute, Every: 24 * time.Hour, Pace: watch.Fast})
	h.ok(err)
	return s.ID
}

func note() team.Note {
	return team.Note{Situation: "In the second flat, calm, does not sleep (invented).", Risk: "High: the brother knows the town.", Promised: "A doctor until Friday.", Next: "Tomorrow at nine, we call +7 000 555 01 99.",
		Phrases: "In the check-in of the case.", Never: "Nobody calls the mother.", Open: "The visa photograph."}
}

func (h *house) offer(from, to staff.Actor, file string) string {
	h.t.Helper()
	id := ids.New("handing")
	h.ok(h.board.Offer(h.ctx, from, team.Handing{ID: id, File: file, Taker: to.ID}, 24, 0, note()))
	return id
}

const back = "I call at nine; nobody calls the mother."

func (h *house) opens(a staff.Actor, file string) bool {
	h.t.Helper()
	_, err := h.book.Case(h.ctx, a, file)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		h.t.Fatal(err)
	}
	return err == nil
}

// The story: offered, a check-in is missed before the answer, both are called, the giver
// acts, the taker reads and accepts, and everything moves at once.
func TestHandingInTheMiddleOfAnAlarm(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	file := h.open(h.anna)
	checkin := h.watch(h.anna, file)
	task := ids.New("task")
	h.ok(h.board.Ask(h.ctx, h.anna, team.Ask{ID: task, File: file, Kind: team.Task, Owner: h.anna.ID, Due: h.Clock.Now().Add(48 * time.Hour)}, "Bring the photograph (invented)."))
	_, err := h.book.Draft(h.ctx, h.anna, file, 0, cases.Plan{Goals: "Safe abroad.", Actions: []cases.Action{{What: "Ask the consulate.", Owner: h.anna.ID}, {What: "Find a doctor.", Owner: h.anna.ID, Done: true}}})
	h.ok(err)
	id := h.offer(h.anna, h.boris, file)
	if !h.opens(h.anna, file) || !h.opens(h.boris, file) {
		t.Fatal("while it is offered both can open the case")
	}
	h.Clock.Advance(90 * time.Minute)
	_, err = h.book.Sweep(h.ctx)
	h.ok(err)
	for _, a := range []staff.Actor{h.anna, h.boris} {
		w, err := h.book.Wall(h.ctx, a)
		h.ok(err)
		if len(w.Calls) == 0 || !w.Calls[0].Mine {
			t.Fatalf("%s is not called: %+v", a.Name, w.Calls)
		}
	}
	w, err := h.book.Wall(h.ctx, h.anna)
	h.ok(err)
	h.ok(h.book.Acknowledge(h.ctx, h.anna, w.Calls[0].ID, "no-answer", ""))
	h.refused(second(h.board.Accept(h.ctx, h.clara, id, 1, back)), "nothing here")
	h.refused(second(h.board.Accept(h.ctx, h.boris, id, 0, back)), "Read the note")
	h.refused(second(h.board.Accept(h.ctx, h.boris, id, 1, "ok")), "own words")
	changed := note()
	changed.Never = "Nobody calls the mother or the brother."
	h.ok(h.board.Renote(h.ctx, h.anna, id, 1, changed))
	h.refused(second(h.board.Accept(h.ctx, h.boris, id, 1, back)), "changed since you read it")
	got, err := h.board.Accept(h.ctx, h.boris, id, 2, back)
	h.ok(err)
	if got != (team.Taken{Tasks: 1, Alerts: 1}) {
		t.Errorf("moved: %+v", got)
	}
	h.ok(second(h.board.Accept(h.ctx, h.boris, id, 2, back))) // sent twice
	if h.opens(h.anna, file) || !h.opens(h.boris, file) {
		t.Fatal("the giver still opens it, or the taker does not")
	}
	h.Clock.Advance(100 * time.Hour) // what was lent for the offer would be over
	h.ok(second(h.book.EndTimed(h.ctx, nil)))
	work, err := h.board.Work(h.ctx, h.boris, file)
	h.ok(err)
	var words []string
	for _, x := range work.Items {
		if x.Owner != h.boris.ID {
			t.Errorf("%q is not the taker's", x.What)
		}
		words = append(words, x.What)
	}
	if len(words) != 2 || !strings.Contains(strings.Join(words, "|"), team.TookAction+"Ask the consulate.") {
		t.Errorf("tasks: %q", words)
	}
	if work.Note.Content().Never != changed.Never || len(work.Note.History) != 2 || work.Backs[id] != back {
		t.Errorf("the note: %+v, read back %q", work.Note.Content(), work.Backs[id])
	}
	for _, a := range work.Case.Alerts {
		if !a.Acked.IsZero() && a.Member != h.boris.ID {
			t.Error("an alert is acted on by somebody who cannot open the case")
		}
	}
	if len(work.Case.CheckIns) != 1 || work.Case.CheckIns[0].Clock.ID != checkin || !work.Case.CheckIns[0].State.Alarmed() {
		t.Errorf("the check-in: %+v", work.Case.CheckIns)
	}
	h.ok(h.DB.Read(h.ctx, func(tx *store.Tx) error { return tx.VerifyLedger(h.ctx) }))
}

func second[T any](_ T, err error) error { return err }

func TestDeclinedWithdrawnLapsed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	file := h.open(h.anna)
	id := h.offer(h.anna, h.boris, file)
	h.refused(h.board.Offer(h.ctx, h.anna, team.Handing{ID: ids.New("handing"), File: file, Taker: h.clara.ID}, 24, 1, note()), "offered to somebody already")
	h.ok(h.board.Offer(h.ctx, h.anna, team.Handing{ID: id, File: file, Taker: h.boris.ID}, 24, 0, note())) // sent twice
	h.refused(h.board.Decline(h.ctx, h.boris, id, " "), "why you cannot")
	h.ok(h.board.Decline(h.ctx, h.boris, id, "I am on the road this week."))
	if h.opens(h.boris, file) || !h.opens(h.anna, file) {
		t.Fatal("after a refusal the taker still opens the case, or the giver does not")
	}
	unseen, err := h.board.Unseen(h.ctx, h.anna)
	h.ok(err)
	if len(unseen) != 1 || unseen[0].State != team.Declined {
		t.Fatalf("the giver is told: %+v", unseen)
	}
	h.ok(h.board.Saw(h.ctx, h.anna, id))
	if unseen, err = h.board.Unseen(h.ctx, h.anna); err != nil || len(unseen) != 0 {
		t.Fatal("it rings on", unseen, err)
	}
	two := ids.New("handing")
	h.refused(h.board.Offer(h.ctx, h.anna, team.Handing{ID: two, File: file, Taker: h.boris.ID}, 24, 0, note()), "wrote a note")
	h.ok(h.board.Offer(h.ctx, h.anna, team.Handing{ID: two, File: file, Taker: h.boris.ID}, 24, 1, note()))
	h.refused(h.board.Withdraw(h.ctx, h.boris, two), "nothing here")
	h.ok(h.board.Withdraw(h.ctx, h.anna, two))
	if h.opens(h.boris, file) {
		t.Fatal("open after it was taken back")
	}
	three := ids.New("handing")
	h.ok(h.board.Offer(h.ctx, h.anna, team.Handing{ID: three, File: file, Taker: h.boris.ID}, 4, 2, note()))
	h.Clock.Advance(4 * time.Hour)
	h.refused(second(h.board.Accept(h.ctx, h.boris, three, 3, back)), "its time is over")
	h.ok(h.board.Sweep(h.ctx))
	h.ok(second(h.book.EndTimed(h.ctx, []staff.Actor{h.anna})))
	if h.opens(h.boris, file) || !h.opens(h.anna, file) {
		t.Fatal("after its time the taker opens the case, or the giver does not")
	}
	// Somebody who was assigned anyway stays so, whatever becomes of an offer.
	h.ok(h.book.Assign(h.ctx, h.anna, file, h.clara.ID))
	four := ids.New("handing")
	h.ok(h.board.Offer(h.ctx, h.anna, team.Handing{ID: four, File: file, Taker: h.clara.ID}, 4, 3, note()))
	h.ok(h.board.Decline(h.ctx, h.clara, four, "No."))
	if !h.opens(h.clara, file) {
		t.Fatal("who was assigned for good lost the case by declining")
	}
}

func TestTasksAndFlags(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	file := h.open(h.anna, h.boris)
	due := h.Clock.Now().Add(time.Hour)
	ask := func(a team.Ask, what string) error { return h.board.Ask(h.ctx, h.anna, a, what) }
	flag := team.Ask{ID: ids.New("task"), File: file, Kind: team.Flag, Owner: h.boris.ID, Due: due, Grave: true}
	h.refused(ask(team.Ask{ID: ids.New("task"), File: file, Kind: team.Flag}, "Look."), "who is to look")
	h.refused(ask(team.Ask{ID: ids.New("task"), File: file, Kind: team.Task, Owner: h.clara.ID}, "Do."), "Assign them first")
	h.refused(ask(team.Ask{ID: ids.New("task"), File: file, Kind: team.Task, Grave: true}, "Do."), "until when")
	h.refused(h.board.Ask(h.ctx, h.clara, flag, "Look."), "nothing here")
	h.ok(ask(flag, "The brother asked around (invented). Is the flat still safe?"))
	h.ok(ask(flag, "sent twice"))
	loose := team.Ask{ID: ids.New("task"), File: file, Kind: team.Task}
	h.ok(ask(loose, "Buy a telephone."))
	waits := func(a staff.Actor) (n int) {
		t.Helper()
		all, err := h.board.Waiting(h.ctx, a)
		h.ok(err)
		return len(all)
	}
	if a, b, c := waits(h.anna), waits(h.boris), waits(h.clara); a != 1 || b != 2 || c != 0 {
		t.Fatalf("waiting: anna %d, boris %d, clara %d", a, b, c)
	}
	// Who can no longer open the case has no task in it: everybody else has.
	h.ok(h.book.Unassign(h.ctx, h.anna, file, h.boris.ID))
	if a, b := waits(h.anna), waits(h.boris); a != 2 || b != 0 {
		t.Fatalf("after the owner left the case: anna %d, boris %d", a, b)
	}
	h.refused(h.board.Finish(h.ctx, h.anna, flag.ID, team.Done, ""), "Write your answer")
	h.refused(h.board.Finish(h.ctx, h.anna, loose.ID, team.Dropped, ""), "Write your answer")
	h.ok(h.board.Finish(h.ctx, h.anna, flag.ID, team.Done, "It is not: they move tonight."))
	h.ok(h.board.Finish(h.ctx, h.anna, flag.ID, team.Done, "It is not: they move tonight.")) // sent twice
	h.refused(h.board.Finish(h.ctx, h.anna, flag.ID, team.Dropped, "x"), "done or dropped already")
	h.ok(h.board.Pass(h.ctx, h.anna, loose.ID, h.anna.ID, due, false))
	w, err := h.board.Work(h.ctx, h.anna, file)
	h.ok(err)
	if len(w.Items) != 2 || w.Items[0].ID != loose.ID || w.Items[0].Owner != h.anna.ID || w.Items[1].Answer != "It is not: they move tonight." {
		t.Fatalf("%+v", w.Items)
	}
	// An erased case takes its tasks with it.
	h.ok(h.book.Turn(h.ctx, h.anna, file, cases.Declined, "Invented."))
	if n := waits(h.anna); n != 0 {
		t.Errorf("%d tasks of a case that is over", n)
	}
	id := ids.New("handing")
	h.refused(h.board.Offer(h.ctx, h.anna, team.Handing{ID: id, File: file, Taker: h.clara.ID}, 4, 0, note()), "has ended")
	h.ok(h.book.Erase(h.ctx, h.anna, file))
	h.ok(h.DB.Read(h.ctx, func(tx *store.Tx) error {
		if _, err := tx.Chore(h.ctx, loose.ID); fault.KindOf(err) != fault.NotFound {
			t.Error("a task outlives its case:", err)
		}
		return nil
	}))
}

// What lies in the note and in tasks is nowhere on the disk in the clear, nor in plain
// columns; the guard knows the number of the next contact.
func TestNoteIsSealed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	file := h.open(h.anna)
	h.offer(h.anna, h.boris, file)
	h.ok(h.DB.Read(h.ctx, func(tx *store.Tx) error {
		items, err := tx.Items(h.ctx, file)
		if err != nil {
			return err
		}
		for _, i := range items {
			if strings.Contains(string(i.Sealed), "mother") {
				t.Error("a note lies open")
			}
		}
		owners, err := tx.TermOwners(h.ctx, "phone", "+7 000 555 01 99")
		if len(owners) != 1 {
			t.Errorf("the guard knows the next contact %d times", len(owners))
		}
		return err
	}))
}
