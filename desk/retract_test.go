package desk

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ncruces/go-sqlite3/ext/fts5"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/publish"
	"waylight/desk/internal/redress"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/internal/clock"
	"waylight/internal/ids"
	"waylight/internal/sqldb"
)

// goesPublic takes a draft through two people to the public.
func goesPublic(t *testing.T, r *rooms, editor, second staff.Actor, id string) {
	t.Helper()
	for _, a := range []staff.Actor{editor, second} {
		p, err := r.gateway.Open(t.Context(), a, id)
		if err != nil {
			t.Fatal(err)
		}
		if err := r.gateway.Approve(t.Context(), a, id, p.Edition.Digest); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.gateway.Publish(t.Context(), editor, id); err != nil {
		t.Fatal(err)
	}
}

// naming lists the public files that hold a name.
func naming(t *testing.T, r *rooms, name string) (out []string) {
	t.Helper()
	if err := r.db.Read(t.Context(), func(tx *store.Tx) error {
		all, err := tx.PublicFiles(t.Context())
		for _, f := range all {
			if strings.Contains(string(f.Body), name) {
				out = append(out, f.Path)
			}
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestConsentsEnd: a family's consent and one of a person in a case end by their last
// day, and another person takes theirs back; all leave nothing public, in the transactions of the real house.
func TestConsentsEnd(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	d, _, team, _ := demoDesk(t)
	r := d.rooms()
	boris, freya, goran := team["boris"], team["freya"], team["goran"]
	const dead, living, third = "Zelim Nesushchestvuev", "Ruslan Vymyshlennyj", "Magomed Nevernyjj" // invented
	campaigns, err := r.choices(ctx, goran)
	if err != nil || len(campaigns) == 0 {
		t.Fatal(err)
	}
	today := clock.DayOf(r.clock.Now())
	m := redress.Matter{ID: ids.New("matter"), Campaign: campaigns[0].ID, Kind: redress.Memorial}
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	check(r.docket.Begin(ctx, goran, m, redress.Details{Who: dead, Words: "He sang.", WordsRU: "Он пел."}))
	check(r.docket.Agree(ctx, goran, m.ID, redress.Consent{Given: today, Until: today, How: "for a day (invented)"}))
	f, err := r.book.Open(ctx, boris, cases.Opening{Assign: []string{boris.ID}})
	check(err)
	person, err := r.book.KeepParty(ctx, boris, f.ID, "", 0, cases.Party{Code: "A", Name: living})
	check(err)
	consent, err := r.book.Agree(ctx, boris, f.ID, "", 0, cases.Consent{Party: person.ID, Given: today, Purpose: cases.ForPublic, Data: "the name", Recipient: "everybody", How: "in writing (invented)"})
	check(err)
	briefly, err := r.book.KeepParty(ctx, boris, f.ID, "", 0, cases.Party{Code: "B", Name: third})
	check(err)
	_, err = r.book.Agree(ctx, boris, f.ID, "", 0, cases.Consent{Party: briefly.ID, Given: today, Expires: today, Purpose: cases.ForPublic, Data: "the name", Recipient: "everybody", How: "for a day (invented)"})
	check(err)

	begin := func(slug string, change func(*publish.Report)) string {
		_, report, err := r.compose(ctx, goran, campaigns[0].ID, "2018-12-31", 0)
		check(err)
		change(&report)
		id, err := r.gateway.Begin(ctx, goran, slug, report)
		check(err)
		return id
	}
	memorial := begin("memorial", func(*publish.Report) {})
	goesPublic(t, r, goran, freya, memorial)
	named := begin("named", func(r *publish.Report) {
		r.Memorial = nil
		r.Summary = append(r.Summary, publish.Text{EN: living + " is free.", RU: "Один человек на свободе."})
	})
	ends := begin("ends", func(r *publish.Report) {
		r.Memorial = nil
		r.Summary = append(r.Summary, publish.Text{EN: third + " is free.", RU: "Ещё один человек на свободе."})
	})
	hanna := team["hanna"]
	for _, id := range []string{named, ends} {
		p, err := r.gateway.Open(ctx, hanna, id)
		check(err)
		for _, h := range p.Hits {
			if h.Blocks() {
				check(r.gateway.Decide(ctx, hanna, id, h.Term, "Agreed to (invented)."))
			}
		}
		goesPublic(t, r, goran, freya, id)
	}
	if len(naming(t, r, dead)) == 0 || len(naming(t, r, living)) == 0 || len(naming(t, r, third)) == 0 {
		t.Fatal("the control: nobody is named")
	}

	check(r.endConsents(ctx))
	if len(naming(t, r, dead)) == 0 || len(naming(t, r, third)) == 0 {
		t.Fatal("taken out on the last day itself")
	}
	r.clock = clock.NewSteady(later{clock.System(), 25 * time.Hour})
	for range 2 { // the second time nothing is left to do
		check(r.endConsents(ctx))
	}
	if at := naming(t, r, dead); len(at) != 0 {
		t.Errorf("after its last day the name stands in %v", at)
	}

	if at := naming(t, r, third); len(at) != 0 {
		t.Errorf("after the last day of the consent in the case the name stands in %v", at)
	}
	if len(naming(t, r, living)) == 0 {
		t.Error("whose consent holds is taken down too")
	}

	check(r.book.TakeBack(ctx, boris, f.ID, consent.ID, "asked us to", false))
	if at := naming(t, r, living); len(at) != 0 {
		t.Errorf("taken back, and named in %v", at)
	}
	c, err := r.book.Case(ctx, boris, f.ID)
	check(err)
	if acts := c.Consents[0].Content().Acted; !strings.Contains(strings.Join(acts, " "), cases.ActPublic) {
		t.Errorf("the case says %v", acts)
	}
	taken, err := r.gateway.Takings(ctx, goran)
	check(err)
	if len(taken) != 3 {
		t.Errorf("%d calls, want 3: %+v", len(taken), taken)
	}
}

// TestOldConsentsEnd: consents that an earlier version noted, of which nothing stood under
// the clock, come under it when somebody who can open their case signs in, and end by
// their last day. It is made from a database of today by removing what that version
// lacked, and cut short after the first case.
func TestOldConsentsEnd(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	d, dir, team, cast := demoDesk(t)
	r := d.rooms()
	boris := team["boris"]
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	today := clock.DayOf(r.clock.Now())
	var files []string
	for range 3 {
		f, err := r.book.Open(ctx, boris, cases.Opening{Assign: []string{boris.ID}})
		check(err)
		p, err := r.book.KeepParty(ctx, boris, f.ID, "", 0, cases.Party{Code: "A", Name: "Magomed Nevernyjj (invented)"})
		check(err)
		_, err = r.book.Agree(ctx, boris, f.ID, "", 0, cases.Consent{Party: p.ID, Given: today, Expires: today, Purpose: cases.ForPublic, Data: "the name", Recipient: "everybody", How: "for a day (invented)"})
		check(err)
		files = append(files, f.ID)
	}
	key := r.deskKey
	check(d.Lock())
	db, err := sqldb.Open(ctx, sqldb.Config{Path: filepath.Join(dir, "desk.db"), Key: key[:], Extend: fts5.Register})
	check(err)
	check(db.Write(ctx, func(tx *sqldb.Tx) error {
		for _, s := range []string{`DELETE FROM case_reminder WHERE what = 'consent'`, `DROP TABLE consent_unclocked`, `DELETE FROM migration WHERE name LIKE '0597%'`} {
			if _, err := tx.Exec(ctx, s); err != nil {
				return err
			}
		}
		return nil
	}))
	check(db.Close())

	_, err = d.SignIn(ctx, "boris", phrase(t, cast, "boris"))
	check(err)
	r = d.rooms()
	boris = r.present(ctx)[0]
	stands := func() (n int) {
		t.Helper()
		check(r.db.Read(ctx, func(tx *store.Tx) error {
			for _, f := range files {
				all, err := tx.RemindersOf(ctx, f)
				if err != nil {
					return err
				}
				n += len(all)
			}
			return nil
		}))
		return n
	}
	if n := stands(); n != 0 {
		t.Fatalf("the control: %d consents stand under the clock", n)
	}
	var left []string
	unclocked := func() int {
		t.Helper()
		check(r.db.Read(ctx, func(tx *store.Tx) (err error) {
			left, err = tx.ConsentsUnclocked(ctx, boris.ID)
			return err
		}))
		return len(left)
	}
	was := unclocked()
	if was < len(files) {
		t.Fatalf("%d cases are to be looked at", was)
	}
	short, cancel := context.WithCancel(ctx)
	cut := cases.NewBook(func(ctx context.Context, f func(cases.Store) error) error {
		defer cancel() // the power fails behind the first case
		return store.Within(r.db, func(tx *store.Tx) cases.Store { return tx })(ctx, f)
	}, store.Reading(r.db, func(tx *store.Tx) cases.Store { return tx }), r.clock, cases.Options{})
	if n, err := cut.ClockConsents(short, boris); n != 1 || err == nil {
		t.Fatalf("%d were done before it was cut short: %v", n, err)
	}
	if n := unclocked(); n != was-1 {
		t.Fatalf("%d are left of %d", n, was)
	}
	n, err := r.book.ClockConsents(ctx, boris)
	check(err)
	if n != was-1 || unclocked() != 0 || stands() != len(files) {
		t.Fatalf("%d were done, %d are left, %d stand under the clock", n, unclocked(), stands())
	}
	r.clock = clock.NewSteady(later{clock.System(), 25 * time.Hour})
	check(r.endConsents(ctx))
	check(r.db.Read(ctx, func(tx *store.Tx) error {
		for _, f := range files {
			all, err := tx.RemindersOf(ctx, f)
			if err != nil {
				return err
			}
			if len(all) != 1 || all[0].What != cases.RemindLapsed {
				t.Errorf("after its last day a consent is %+v", all)
			}
		}
		return nil
	}))
}
