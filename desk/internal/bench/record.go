package bench

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"waylight/desk/internal/chronicle"
	"waylight/desk/internal/count"
	"waylight/desk/internal/edtf"
	"waylight/desk/internal/figures"
	"waylight/desk/internal/gazetteer"
	"waylight/desk/internal/parties"
	"waylight/desk/internal/record"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/internal/clock"
	"waylight/internal/ids"
)

// The record that is measured, of n claims: each incident has ten of them, but for one
// that has a tenth of all, from one source each hundred.
const (
	perIncident = 10
	perSource   = 1000
	perItem     = 4
	perSealed   = 200 // one item in so many lies in a safe, with its claims
	rounds      = 40
)

// RecordReport is all of one size.
type RecordReport struct {
	Claims, Incidents int
	Made              time.Duration
	Results           []Result
	Yardstick         time.Duration // one row of the same database by its key, in the middle
	Memory            uint64
	Disk              int64
}

type archive struct {
	db        *store.DB
	clock     *clock.Manual
	archive   *record.Archive
	tally     *figures.Tally
	dora      staff.Actor // a documenter who can open everything
	n         int
	sources   []record.Source
	incidents []string
	claims    []string
	items     []string
	figure    string
	box       safe.Safe
	parties   []string // the first is the unit that had a part in very much
	registry  *parties.Registry
	chronicle *chronicle.Chronicle
	atlas     *gazetteer.Atlas
}

// Record writes a synthetic record of n claims into dir and measures it.
func Record(ctx context.Context, dir string, n int, progress io.Writer) (r RecordReport, err error) {
	key := make([]byte, 32)
	rand.Read(key)
	b := &archive{clock: clock.NewManual(time.Date(2017, 4, 9, 12, 0, 0, 0, time.UTC)), n: n}
	path := filepath.Join(dir, "bench.db")
	if b.db, err = store.OpenRoomy(ctx, path, key, b.clock, 96); err != nil {
		return r, err
	}
	begun := machine.Now()
	err = b.sow(ctx, progress)
	if err = errors.Join(err, b.db.Close()); err != nil {
		return r, err
	}
	r.Claims, r.Incidents, r.Made = n, len(b.incidents), machine.Now().Sub(begun)
	if b.db, err = store.Open(ctx, path, key, b.clock); err != nil { // as a Desk opens it
		return r, err
	}
	defer b.db.Close()
	b.wire()
	f, err := b.tally.Add(ctx, b.dora, figures.Figure{Status: record.Killed, Unit: record.Persons, Scope: figures.Scope{Incident: b.incidents[0]}})
	if err != nil {
		return r, err
	}
	b.figure = f.ID
	if r.Results, err = b.measure(ctx); err != nil {
		return r, err
	}
	if r.Yardstick, err = b.yardstick(ctx); err != nil {
		return r, err
	}
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	r.Memory = m.Sys - m.HeapReleased
	runtime.KeepAlive(b)
	r.Disk, err = size(dir)
	return r, err
}

// wire gives the rooms their store, as a Desk does.
func (b *archive) wire() {
	asRecord, asFigures := func(tx *store.Tx) record.Store { return tx }, func(tx *store.Tx) figures.Store { return tx }
	b.archive = record.NewArchive(store.Within(b.db, asRecord), store.Reading(b.db, asRecord), b.clock)
	b.tally = figures.NewTally(store.Within(b.db, asFigures), store.Reading(b.db, asFigures), b.clock)
	asParties := func(tx *store.Tx) parties.Store { return tx }
	b.registry = &parties.Registry{Within: store.Within(b.db, asParties), Reading: store.Reading(b.db, asParties), Clock: b.clock}
	b.chronicle = &chronicle.Chronicle{Reading: store.Reading(b.db, func(tx *store.Tx) chronicle.Store { return tx })}
	asGazetteer := func(tx *store.Tx) gazetteer.Store { return tx }
	b.atlas = &gazetteer.Atlas{Within: store.Within(b.db, asGazetteer), Reading: store.Reading(b.db, asGazetteer), Clock: b.clock}
}

// sow writes sources, incidents, items, claims, judgements, links and statements in bulk.
func (b *archive) sow(ctx context.Context, progress io.Writer) (err error) {
	if b.dora, err = hire(0); err != nil {
		return err
	}
	b.dora.Roles = staff.Roles{staff.Documenter, staff.Analyst}
	if err := b.db.Write(ctx, func(tx *store.Tx) error {
		if err := tx.PutMember(ctx, b.dora.Member); err != nil {
			return err
		}
		return b.ground(ctx, tx)
	}); err != nil {
		return err
	}
	if err := b.inParts(ctx, max(2, b.n/perIncident), b.incident); err != nil {
		return err
	}
	fmt.Fprintf(progress, "%d incidents are written\n", len(b.incidents))
	for done := 0; done < b.n; {
		from := done
		done = min(b.n, done+100_000)
		if err := b.inParts(ctx, done-from, func(ctx context.Context, tx *store.Tx, i int) error { return b.claim(ctx, tx, from+i) }); err != nil {
			return err
		}
		fmt.Fprintf(progress, "%d of %d claims are written\n", done, b.n)
	}
	return nil
}

// inParts writes n things, so many in one transaction as the memory of a connection holds.
func (b *archive) inParts(ctx context.Context, n int, write func(ctx context.Context, tx *store.Tx, i int) error) error {
	const part = 20_000
	for done := 0; done < n; done += part {
		if err := b.db.Write(ctx, func(tx *store.Tx) error {
			for i := done; i < min(n, done+part); i++ {
				if err := write(ctx, tx, i); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

// ground writes sources, parties and the safe.
func (b *archive) ground(ctx context.Context, tx *store.Tx) error {
	for i := range max(20, b.n/perSource) {
		s := record.Source{ID: ids.New("source"), Name: fmt.Sprintf("%s %s %d (invented)", given[i%len(given)], family[i/3%len(family)], i), Kind: record.Media, Place: towns[i%len(towns)],
			Reliability: record.Reliabilities()[i%4], Named: true, Received: b.clock.Now()}
		s.Group = s.ID
		if err := tx.AddSource(ctx, s); err != nil {
			return err
		}
		b.sources = append(b.sources, s)
	}
	if err := b.people(ctx, tx); err != nil {
		return err
	}
	if err := b.gazetteer(ctx, tx); err != nil {
		return err
	}
	var err error
	b.box, err = safe.Make(ctx, tx, ids.New("item"), b.dora.Member)
	return err
}

// incident writes the i-th incident with what was done.
func (b *archive) incident(ctx context.Context, tx *store.Tx, i int) error {
	b.clock.Advance(time.Second)
	in := record.Incident{ID: ids.New("incident"), Title: fmt.Sprintf("%s near %s, number %d (invented)", acts[i%len(acts)], towns[i/5%len(towns)], i), Place: towns[i/5%len(towns)], PlaceRough: true,
		Span: day(i), Narrative: sentence(i) + " " + sentence(i*7+1), By: b.dora.ID, At: b.clock.Now()}
	if err := tx.AddIncident(ctx, in); err != nil {
		return err
	}
	b.incidents = append(b.incidents, in.ID)
	for k := range 1 + i%2 {
		if err := tx.AddDeed(ctx, record.Deed{ID: ids.New("deed"), Incident: in.ID, Act: record.Acts()[(i+k)%4], By: b.dora.ID, At: b.clock.Now()}); err != nil {
			return err
		}
	}
	if err := b.spot(ctx, tx, in.ID, i, i/5, north); err != nil {
		return err
	}
	return b.act(ctx, tx, i, in)
}

// claim writes the i-th invented claim, and before each fourth the item that it is from.
func (b *archive) claim(ctx context.Context, tx *store.Tx, i int) error {
	s := b.sources[(i/perItem)%len(b.sources)]
	if i%perItem == 0 {
		item := record.Item{ID: ids.New("item"), Source: s.ID, Title: fmt.Sprintf("Article %d (invented)", i), Material: record.Press, Language: "en", Dated: day(i), Received: b.clock.Now(), By: b.dora.ID}
		if item.Words = sentence(i) + " " + sentence(i+3) + " " + sentence(i*5); (i/perItem)%perSealed == perSealed-1 {
			item.Safe, item.Sealed, item.Words, item.Material = b.box.ID(), b.box.Put("record.item/"+item.ID, []byte(item.Words)), "", record.Testimony
		}
		if err := tx.AddRecordItem(ctx, item); err != nil {
			return err
		}
		b.items = append(b.items, item.ID)
		b.clock.Advance(time.Second)
	}
	in, act := i/perIncident%len(b.incidents), record.Acts()[(i/perIncident+i%2*(i/perIncident%2))%4]
	if i%10 == 9 {
		in, act = 0, record.Killing // a tenth of all is about one incident
	}
	c := record.Claim{ID: ids.New("claim"), Item: b.items[len(b.items)-1], Source: s.ID, Incident: b.incidents[in], Status: act.Status(), Act: act, Counts: true, Unit: record.Persons,
		Bound: count.Bound{Word: []count.Word{count.AtLeast, count.UpTo, count.Exactly, count.About, count.Unknown}[i%5]}, Verbatim: sentence(i), Hand: record.Hands()[i%3], Asserted: day(i), By: b.dora.ID, At: b.clock.Now()}
	if c.Bound.Word != count.Unknown {
		c.Bound.Value = int64(1 + i%97)
	}
	if err := tx.AddClaim(ctx, c); err != nil {
		return err
	}
	b.claims = append(b.claims, c.ID)
	if i%10 != 0 {
		if err := tx.AddJudgement(ctx, record.Judgement{Claim: c.ID, Credibility: 1 + i%6, Standing: record.Stands, Reason: "invented", By: b.dora.ID, At: b.clock.Now()}); err != nil {
			return err
		}
	}
	if i%20 == 5 {
		if err := tx.AddLink(ctx, record.Link{From: c.ID, Kind: record.Confirms, To: b.claims[i-1], By: b.dora.ID, At: b.clock.Now()}); err != nil {
			return err
		}
	}
	if i%500 == 7 {
		return tx.AddStatement(ctx, record.Statement{ID: ids.New("statement"), Speaker: "A spokesman (invented)", Kind: record.Denial, Dated: day(i), Summary: "Denies it. " + sentence(i), Incident: c.Incident, Contradicts: []string{c.ID}, By: b.dora.ID, At: b.clock.Now()})
	}
	return nil
}

func day(i int) edtf.Date {
	return edtf.Date(time.Date(2007+i%11, time.Month(1+i/11%12), 1+i/7%28, 0, 0, 0, 0, time.UTC).Format(time.DateOnly))
}

// measure asks what documenters and analysts wait for.
func (b *archive) measure(ctx context.Context) (all []Result, err error) {
	run := func(what string, times int, f func(i int) (int, error)) {
		if err != nil {
			return
		}
		r := Result{What: what}
		var took []time.Duration
		for i := range times {
			begun := machine.Now()
			if r.N, err = f(i); err != nil {
				err = fmt.Errorf("%s: %w", what, err)
				return
			}
			took = append(took, machine.Now().Sub(begun))
		}
		slices.Sort(took)
		r.Median, r.P99, r.Max = took[len(took)/2], took[len(took)*99/100], took[len(took)-1]
		all = append(all, r)
	}
	search := func(of func(i int) record.Query) func(int) (int, error) {
		return func(i int) (int, error) {
			h, err := b.archive.Search(ctx, b.dora, of(i))
			return len(h.List), err
		}
	}
	run("search, the first after signing in", 1, search(func(int) record.Query { return record.Query{Text: "quarry"} }))
	run("search, a word that few texts have", rounds, search(func(i int) record.Query { return record.Query{Text: fmt.Sprintf("witness%d", i*13)} }))
	run("search, two words", rounds, search(func(i int) record.Query {
		return record.Query{Text: rare[i%len(rare)] + " " + towns[i%len(towns)]}
	}))
	run("search, a phrase", rounds, search(func(i int) record.Query { return record.Query{Text: `"` + rare[i%len(rare)] + ` behind"`} }))
	run("search, a word that every text has", rounds, search(func(i int) record.Query { return record.Query{Text: "taken"} }))
	run("search, the same, of one kind and year", rounds, search(func(i int) record.Query {
		return record.Query{Text: "taken", Kind: record.FoundIncident, Year: fmt.Sprint(2007 + i%11)}
	}))
	run("all there is, with the numbers beside it", rounds, search(func(int) record.Query { return record.Query{} }))
	run("all of one act and year", rounds, search(func(i int) record.Query { return record.Query{Act: record.Acts()[i%4], Year: fmt.Sprint(2007 + i%11)} }))
	run("all of one kind: sources", rounds, search(func(int) record.Query { return record.Query{Kind: record.FoundSource} }))
	run("the record's first page", rounds, func(int) (int, error) { d, err := b.archive.Desk(ctx, b.dora); return d.Waits, err })
	run("home page: what waits in the record", rounds, func(int) (int, error) { w, err := b.archive.Waiting(ctx, b.dora); return w.Unjudged, err })
	run("items, the first page", rounds, func(int) (int, error) { l, _, err := b.archive.Items(ctx, b.dora, 0); return len(l), err })
	run("items, a page in the middle", rounds, func(i int) (int, error) {
		l, _, err := b.archive.Items(ctx, b.dora, len(b.items)/200-i)
		return len(l), err
	})
	run("statements, the first page", rounds, func(int) (int, error) { l, _, err := b.archive.Statements(ctx, b.dora, 0); return len(l), err })
	run("a source's page", rounds, func(i int) (int, error) {
		p, err := b.archive.Source(ctx, b.dora, b.sources[i*7%len(b.sources)].ID)
		return len(p.Items), err
	})
	run("an incident's page", rounds, func(i int) (int, error) {
		r, err := b.archive.Incident(ctx, b.dora, b.incidents[1+i*7919%(len(b.incidents)-1)])
		return len(r.Deeds), err
	})
	run("an item's page", rounds, func(i int) (int, error) {
		p, err := b.archive.Item(ctx, b.dora, b.items[i*7919%len(b.items)])
		return len(p.Claims), err
	})
	run("a claim's page", rounds, func(i int) (int, error) {
		p, err := b.archive.Claim(ctx, b.dora, b.claims[1+i*7910%(len(b.claims)-1)])
		return len(p.Others), err
	})
	run("the timeline as a whole", rounds, b.line(ctx, func(int) chronicle.Query { return chronicle.Query{} }))
	run("the timeline, of one kind of act", rounds, b.line(ctx, func(i int) chronicle.Query {
		return chronicle.Query{Codes: []string{record.Acts()[i%4].HURIDOCS()}}
	}))
	run("the timeline, acts only", rounds, b.line(ctx, func(int) chronicle.Query { return chronicle.Query{Kind: chronicle.Act} }))
	run("the timeline, statements from a late day on", rounds, b.line(ctx, func(i int) chronicle.Query {
		return chronicle.Query{Kind: chronicle.Statement, From: clock.Day(fmt.Sprintf("2017-%02d-01", 1+i%4))}
	}))
	run("the timeline, from a late day on", rounds, b.line(ctx, func(i int) chronicle.Query {
		return chronicle.Query{From: clock.Day(fmt.Sprintf("2017-%02d-01", 1+i%4))}
	}))
	run("the timeline, of one place", rounds, b.line(ctx, func(i int) chronicle.Query { return chronicle.Query{Place: towns[i%len(towns)]} }))
	run("the timeline, of one place, kind, act and late day", rounds, b.line(ctx, func(i int) chronicle.Query {
		return chronicle.Query{Kind: chronicle.Act, Place: towns[i%len(towns)], Codes: []string{record.Acts()[i%4].HURIDOCS()}, From: "2016-06-01"}
	}))
	run("the timeline, two places that never meet", rounds, b.line(ctx, func(int) chronicle.Query { return chronicle.Query{Place: towns[0] + " " + towns[5]} }))
	run("the map as a whole", rounds, b.chart(ctx, "", 0))
	run("the map, acts only", rounds, b.chart(ctx, "act", 0))
	run("the map, incidents only", rounds, b.chart(ctx, "incident", 0))
	run("the map, blurred to 25 km for the public", rounds, b.chart(ctx, "", 25))
	run("what hangs together around a party, two steps", rounds, b.around(ctx, func(i int) parties.Around {
		return parties.Around{Party: b.parties[1+i*7919%(len(b.parties)-1)], Steps: 2}
	}))
	run("what hangs together around an incident, two steps", rounds, b.around(ctx, func(i int) parties.Around {
		return parties.Around{Incident: b.incidents[i*7919%len(b.incidents)], Steps: 2}
	}))
	run("what hangs together around a unit that had a part in a tenth of all acts", rounds, b.around(ctx, func(int) parties.Around { return parties.Around{Party: b.parties[0], Steps: 2} }))
	run("the page of an incident with a tenth of all claims", 5, func(int) (int, error) {
		r, err := b.archive.Incident(ctx, b.dora, b.incidents[0])
		return len(r.Deeds), err
	})
	many := fmt.Sprintf(" with %d claims", b.n/10)
	sheet := func(i int) (int, error) {
		s, err := b.tally.SheetPart(ctx, b.dora, b.figure, i)
		return s.Last.Used + s.Last.Left, err
	}
	run("a figure"+many+", the first look after a change", 1, sheet)
	run("a figure"+many, rounds, sheet)
	run("all figures, one of them"+many, rounds, func(int) (int, error) { l, err := b.tally.List(ctx, b.dora); return len(l), err })
	run("a figure reckoned anew"+many, 3, func(i int) (int, error) {
		r, err := b.tally.Reckon(ctx, b.dora, b.figure, clock.Day(fmt.Sprintf("2016-01-%02d", i+1)))
		return r.Used, err
	})
	run("one claim added", rounds, func(i int) (int, error) {
		_, err := b.archive.AddClaim(ctx, b.dora, record.Claim{Item: b.items[0], Incident: b.incidents[1], Status: record.Killed, Act: record.Killing, Hand: record.Relayed, Asserted: "2017-04-01"})
		return 1, err
	})
	return all, err
}

// yardstick reads one row by its key, for each round: what the same machine needs at that moment for the least.
func (b *archive) yardstick(ctx context.Context) (time.Duration, error) {
	var took []time.Duration
	for i := range rounds * 5 {
		begun := machine.Now()
		if err := b.db.Read(ctx, func(tx *store.Tx) error { _, err := tx.Claim(ctx, b.claims[i*7919%len(b.claims)]); return err }); err != nil {
			return 0, err
		}
		took = append(took, machine.Now().Sub(begun))
	}
	slices.Sort(took)
	return took[len(took)/2], nil
}
