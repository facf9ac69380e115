package desk

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"waylight/desk/internal/campaign"
	"waylight/desk/internal/cases"
	"waylight/desk/internal/chronicle"
	"waylight/desk/internal/duty"
	"waylight/desk/internal/figures"
	"waylight/desk/internal/gazetteer"
	"waylight/desk/internal/glass"
	"waylight/desk/internal/intake"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/lists"
	"waylight/desk/internal/opinion"
	"waylight/desk/internal/parties"
	"waylight/desk/internal/pathways"
	"waylight/desk/internal/record"
	"waylight/desk/internal/scenario"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/desk/internal/team"
	"waylight/desk/internal/travel"
	"waylight/desk/internal/vocabulary"
	"waylight/desk/internal/wording"
	"waylight/internal/fault"
)

type channel = intake.Channel

func entry(a staff.Actor, action, subject string) ledger.Entry {
	return ledger.Entry{Actor: a.ID, Action: action, Subject: subject}
}

// stairs builds the rooms of the staircase, each on the one store.
func (r *rooms) stairs() {
	archive := func(tx *store.Tx) record.Store { return tx }
	r.archive = record.NewArchive(store.Within(r.db, archive), store.Reading(r.db, archive), r.clock)
	words := func(tx *store.Tx) vocabulary.Store { return tx }
	r.lexicon = &vocabulary.Lexicon{Within: store.Within(r.db, words), Reading: store.Reading(r.db, words), Clock: r.clock}
	asParties := func(tx *store.Tx) parties.Store { return tx }
	r.parties = &parties.Registry{Within: store.Within(r.db, asParties), Reading: store.Reading(r.db, asParties), Clock: r.clock, HasCode: r.hasAct}
	r.chronicle = &chronicle.Chronicle{Reading: store.Reading(r.db, func(tx *store.Tx) chronicle.Store { return tx })}
	asAtlas := func(tx *store.Tx) gazetteer.Store { return tx }
	r.atlas = &gazetteer.Atlas{Within: store.Within(r.db, asAtlas), Reading: store.Reading(r.db, asAtlas), Clock: r.clock}
	tally := func(tx *store.Tx) figures.Store { return tx }
	r.tally = figures.NewTally(store.Within(r.db, tally), store.Reading(r.db, tally), r.clock)
	asLists := func(tx *store.Tx) lists.Store { return tx }
	r.bench = &lists.Workbench{Within: store.Within(r.db, asLists), Reading: store.Reading(r.db, asLists), Vault: r.files, Clock: r.clock}
	book := func(tx *store.Tx) cases.Store { return tx }
	r.book = cases.NewBook(store.Within(r.db, book), store.Reading(r.db, book), r.clock,
		cases.Options{Limits: spendingLimits(), Testimonies: fromCase{r.archive}, Purse: r.openPurse(), Cabinet: cabinet{r.files}, Annexes: []cases.Annex{pathways.Annex{}, opinion.Annex{Clock: r.clock}}, Rows: []cases.Rows{team.Rows{}}, Retractions: []cases.Retractions{r.archive, toPartner{r}, toPublic{r}}})
	r.openGuide()
	r.inbox.Record = fromThread{r.archive}
	asDuty := func(tx *store.Tx) duty.Store { return tx }
	r.rota = &duty.Rota{Within: store.Within(r.db, asDuty), Reading: store.Reading(r.db, asDuty), Clock: r.clock}
	asShelf := func(tx *store.Tx) wording.Store { return tx }
	r.shelf = &wording.Shelf{Within: store.Within(r.db, asShelf), Reading: store.Reading(r.db, asShelf), Clock: r.clock}
	r.here = &intake.Presence{Clock: r.clock}
	r.inbox.Signs = toCase{r.book}
	asGlass := func(tx *store.Tx) glass.Store { return tx }
	r.pane = &glass.Pane{Within: store.Within(r.db, asGlass), Reading: store.Reading(r.db, asGlass), Clock: r.clock, Book: r.book}
	asTeam := func(tx *store.Tx) team.Store { return tx }
	r.team = &team.Board{Within: store.Within(r.db, asTeam), Reading: store.Reading(r.db, asTeam), Clock: r.clock, Book: r.book, Conversations: talk{r}}
	asTravel := func(tx *store.Tx) travel.Store { return tx }
	r.luggage = &travel.Luggage{Within: store.Within(r.db, asTravel), Reading: store.Reading(r.db, asTravel), Clock: r.clock, Book: r.book, Organisation: r.organisation().EN}
	board := func(tx *store.Tx) campaign.Store { return tx }
	r.board = &campaign.Board{Within: store.Within(r.db, board), Reading: store.Reading(r.db, board), Clock: r.clock}
}

// fromCase hands a testimony from a case to the record, in the case's transaction.
type fromCase struct{ archive *record.Archive }

// Testify implements cases.Testimonies.
func (f fromCase) Testify(ctx context.Context, tx cases.Store, by staff.Actor, t cases.Testimony) error {
	_, err := f.archive.ReceiveTestimonyIn(ctx, tx.(*store.Tx), by, record.Told{Bridge: t.Source, Words: t.Words, Language: t.Language, Consent: t.How})
	return err
}

// toPartner calls back what was sent by a consent, in the transaction of taking it back.
type toPartner struct{ r *rooms }

// TakenBack implements cases.Retractions.
func (p toPartner) TakenBack(ctx context.Context, tx cases.Store, by staff.Actor, t cases.TakenBack) ([]string, error) {
	return p.r.liaison.TakenBack(ctx, tx.(*store.Tx), by, t)
}

// fromThread hands a sender's words to the record, in the inbox's transaction.
type fromThread struct{ archive *record.Archive }

// Testify implements intake.Testimonies.
func (f fromThread) Testify(ctx context.Context, tx intake.Store, by staff.Actor, t intake.Testimony) (string, error) {
	return f.archive.ReceiveTestimonyIn(ctx, tx.(*store.Tx), by, record.Told{Bridge: t.Source, Words: t.Words, Language: t.Language, Consent: "agreed in the conversation"})
}

// openCase makes a case of a conversation, gives it to a caseworker and lets
// them read the conversation: all of it in one transaction, or nothing.
func (r *rooms) openCase(ctx context.Context, a staff.Actor, thread, caseworker string) (string, error) {
	th, err := r.inbox.Glance(ctx, a, thread)
	if err != nil {
		return "", err
	}
	if th.Case != "" {
		return "", fault.New(fault.Conflict, "A case was opened from this conversation already.")
	}
	var f cases.File
	if err := r.db.Write(ctx, func(tx *store.Tx) error {
		f, err = r.openCaseIn(ctx, tx, tx, a, thread, caseworker, priority(th.Urgency))
		return err
	}); err != nil {
		return "", err
	}
	if caseworker != a.ID {
		return "/requests/" + thread, nil
	}
	return "/cases/" + f.ID, nil
}

// openCaseIn shares, opens and links in one transaction, which both rooms see through their own interface.
func (r *rooms) openCaseIn(ctx context.Context, threads intake.Store, files cases.Store, a staff.Actor, thread, caseworker string, p cases.Priority) (f cases.File, err error) {
	if err := r.inbox.ShareIn(ctx, threads, a, thread, caseworker); err != nil {
		return f, err
	}
	if f, err = r.book.OpenIn(ctx, files, a, cases.Opening{Thread: thread, Priority: p, Assign: []string{caseworker}}); err != nil {
		return f, err
	}
	return f, r.inbox.LinkIn(ctx, threads, a, thread, f.ID)
}

func priority(u intake.Urgency) cases.Priority {
	switch u {
	case intake.Now:
		return cases.Hours
	case intake.NotNow:
		return cases.Normal
	}
	return cases.Urgent
}

// importScenario reads a scenario into every room that has a part in it and
// reports what was taken in.
func (r *rooms) importScenario(ctx context.Context, a staff.Actor, text []byte) (string, error) {
	doc, err := scenario.Parse(text)
	if err != nil {
		return "", err // scenario.Errors: every one of them, with its place
	}
	out, err := r.importDocument(ctx, a, doc)
	if err != nil {
		return "", err
	}
	if out.Already {
		return "this file was imported before; nothing was changed\n", nil
	}
	kinds := slices.Sorted(maps.Keys(out.Counts))
	for i, k := range kinds {
		kinds[i] = fmt.Sprintf("%s %d", k, out.Counts[k])
	}
	return "imported " + doc.Name + ": " + strings.Join(kinds, ", ") + "\n", nil
}

// importDocument takes a document into the record, the figures and the campaign:
// all of it in one transaction, or nothing.
func (r *rooms) importDocument(ctx context.Context, a staff.Actor, doc scenario.Document) (out record.Imported, err error) {
	if err := a.Must(staff.Documenter, staff.Analyst, staff.Security); err != nil {
		return out, err
	}
	err = r.db.Write(ctx, func(tx *store.Tx) error {
		if out, err = r.archive.ImportIn(ctx, tx, a.ID, doc); err != nil || out.Already {
			return err
		}
		if err := r.tally.ImportIn(ctx, tx, a.ID, doc, out); err != nil {
			return err
		}
		_, err := r.board.ImportIn(ctx, tx, a, doc)
		return err
	})
	return out, err
}

// hasAct reports whether a code is on the list of types of acts: of our short list,
// also while no base layer was imported.
func (r *rooms) hasAct(ctx context.Context, code string) (bool, error) {
	for _, a := range record.Acts() {
		if a.HURIDOCS() == code {
			return true, nil
		}
	}
	b, err := r.lexicon.Book(ctx)
	_, ok := b.Term(vocabulary.Acts, code)
	return ok, err
}
