package harvest

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"

	"waylight/desk/internal/edtf"
	"waylight/desk/internal/evidence"
	"waylight/desk/internal/foreign"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/record"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/table"
	"waylight/desk/internal/vault"
	"waylight/internal/clock"
	"waylight/internal/fault"
)

// Wish says what is to be done with a load.
type Wish struct {
	Take    bool // false: only tell what would happen
	Rest    bool // take what is right, leave what is wrong waiting
	Missing bool // files that a row names and nobody sent do not stop it
}

// Report is what taking in did, or would do.
type Report struct {
	Created, Changed, Same            int // rows
	Sources, Incidents, Claims, Files int
	Bytes                             int64
	Wrong                             []table.Wrong
	Notes                             []string
	Box                               *Box
	Done                              bool // something was kept
}

var errUndo = errors.New("harvest: nothing is to be kept")

// Run tries a load, or takes it in. What was chosen is kept for the collection either way.
func (b *Barn) Run(ctx context.Context, by staff.Actor, id string, m Mapping, w Wish) (Report, error) {
	o, p, r, err := b.prepare(ctx, by, id, m, w)
	if err != nil {
		return r, err
	}
	held, err := b.hold(ctx, o.Load, &p, &r, w)
	if err != nil {
		return r, err
	}
	keep := w.Take && (len(r.Wrong) == 0 || w.Rest)
	run := &taking{b: b, by: by, o: o, m: m, held: held, sources: map[string]record.Source{}}
	err = b.Within(ctx, func(tx Store) error {
		run.reset(r)
		for _, e := range p.entries {
			if err := run.one(ctx, tx, e); err != nil {
				return err
			}
		}
		if keep = keep && (len(run.r.Wrong) == 0 || w.Rest); !keep {
			return errUndo
		}
		if len(run.r.Wrong) == 0 {
			if err := drop(ctx, tx, by.ID, o.Load); err != nil {
				return err
			}
		}
		return tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "harvest.taken", Subject: id,
			Detail: struct{ Created, Changed, Same, Left int }{run.r.Created, run.r.Changed, run.r.Same, lines(run.r.Wrong)}})
	})
	r = run.r
	r.Done = err == nil
	if err != nil {
		for _, all := range held {
			for _, h := range all {
				b.forget([]string{h.Blob.ID})
			}
		}
		if errors.Is(err, errUndo) {
			err = nil
		}
		return r, err
	}
	b.forget(run.stale)
	if len(r.Wrong) == 0 {
		b.forget(o.Load.Blobs)
	}
	return r, nil
}

func lines(all []table.Wrong) int {
	seen := map[int]bool{}
	for _, w := range all {
		seen[w.Line] = true
	}
	return len(seen)
}

func (b *Barn) prepare(ctx context.Context, by staff.Actor, id string, m Mapping, w Wish) (o Opened, p plan, r Report, err error) {
	if o, err = b.Open(ctx, by, id); err != nil {
		return o, p, r, err
	}
	if err := m.check(o.Sheet); err != nil {
		return o, p, r, err
	}
	var key prints
	err = b.Within(ctx, func(tx Store) error {
		if key.secret, err = tx.EvidenceSecret(ctx); err != nil {
			return err
		}
		if m.Whom == OneSource {
			if _, err := tx.Source(ctx, m.Source); err != nil {
				return fault.Bad("source", "Choose the source.")
			}
		}
		if m.Incidents == TheIncident {
			if _, err := tx.Incident(ctx, m.Incident); err != nil {
				return fault.Bad("incident", "Choose the incident.")
			}
		}
		body, err := json.Marshal(m)
		if err != nil {
			return err
		}
		return tx.PutMapping(ctx, o.Load.Collection, o.Load.Kind, body, by.ID, b.Clock.Now())
	})
	if err != nil {
		return o, p, r, err
	}
	p = lay(o.Sheet, m, o.Load.Collection, w.Missing, key, edtf.Of(clock.DayOf(b.Clock.Now())))
	r.Wrong, r.Notes, r.Box = p.wrong, o.Sheet.Notes, p.box
	return o, p, r, nil
}

// hold reads every file of the rows that are new or changed to its end; it seals
// them when they are to be kept. A row with a damaged file becomes a wrong one.
func (b *Barn) hold(ctx context.Context, l Load, p *plan, r *Report, w Wish) (map[string][]evidence.Held, error) {
	held := map[string][]evidence.Held{}
	fresh := map[string]bool{}
	err := b.Reading(ctx, func(tx Store) error {
		for _, e := range p.entries {
			k, err := tx.KnownRow(ctx, l.Collection, e.own)
			if err != nil && fault.KindOf(err) != fault.NotFound {
				return err
			}
			fresh[string(e.own)] = err != nil || string(k.Content) != string(e.content)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	undo := func() {
		for _, all := range held {
			for _, h := range all {
				b.forget([]string{h.Blob.ID})
			}
		}
	}
	p.entries = slices.DeleteFunc(p.entries, func(e entry) bool {
		if err != nil || !fresh[string(e.own)] {
			return false
		}
		for _, f := range e.files {
			var blob vault.Blob
			blob, err = b.file(f, w.Take)
			if err != nil && fault.KindOf(err) == fault.Invalid {
				err = nil
				r.Wrong = append(r.Wrong, table.Wrong{Line: e.row.Line, What: badFile})
				for _, h := range held[string(e.own)] {
					b.forget([]string{h.Blob.ID})
				}
				delete(held, string(e.own))
				return true
			}
			if err != nil {
				return false
			}
			if w.Take {
				in := evidence.In{Name: f.Name, Graphic: true, How: e.item.How,
					Description: "A file that came with an entry of another program. Nobody has described it yet."}
				held[string(e.own)] = append(held[string(e.own)], evidence.Held{In: in, Blob: blob})
			}
		}
		return false
	})
	if err != nil {
		undo()
		return nil, err
	}
	return held, nil
}

// file reads one attached file; a damaged one is an Invalid fault.
func (b *Barn) file(f foreign.File, keep bool) (vault.Blob, error) {
	src, err := f.Open()
	if err != nil {
		return vault.Blob{}, fault.Bad("file", badFile)
	}
	defer src.Close()
	watched := &watch{r: src}
	if !keep {
		n, err := io.Copy(io.Discard, watched)
		if err != nil || n == 0 {
			return vault.Blob{}, fault.Bad("file", badFile)
		}
		return vault.Blob{}, nil
	}
	blob, err := b.Locker.Hold(watched)
	if err != nil && watched.failed {
		return vault.Blob{}, fault.Bad("file", badFile)
	}
	return blob, err
}

// watch knows whether the reading failed, not the keeping.
type watch struct {
	r      io.Reader
	failed bool
}

// Read reads.
func (w *watch) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		w.failed = true
	}
	return n, err
}

// taking is one load on its way into the record.
type taking struct {
	b       *Barn
	by      staff.Actor
	o       Opened
	m       Mapping
	held    map[string][]evidence.Held
	sources map[string]record.Source
	stale   []string // blobs whose content the vault has already
	r       Report
}

func (t *taking) reset(r Report) {
	r.Wrong = slices.Clone(r.Wrong)
	t.r, t.stale, t.sources = r, nil, map[string]record.Source{}
}

func (t *taking) one(ctx context.Context, tx Store, e entry) error {
	k, err := tx.KnownRow(ctx, t.o.Load.Collection, e.own)
	known := err == nil
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return err
	}
	if known && string(k.Content) == string(e.content) {
		t.r.Same++
		return nil
	}
	if known {
		old, err := tx.RecordItem(ctx, k.Item)
		if err != nil {
			return err
		}
		if dead, err := record.Destroyed(ctx, tx, old); err != nil || dead {
			t.r.Wrong = append(t.r.Wrong, table.Wrong{Line: e.row.Line, What: gone})
			return err
		}
		t.r.Changed++
	} else {
		t.r.Created++
		k = Known{Collection: t.o.Load.Collection, Own: e.own}
	}
	if err := t.keep(ctx, tx, e, &k, known); err != nil {
		return err
	}
	k.Content, k.At = e.content, t.b.Clock.Now()
	return tx.PutKnownRow(ctx, k)
}

func (t *taking) keep(ctx context.Context, tx Store, e entry, k *Known, known bool) error {
	s, fresh, err := t.source(ctx, tx, e)
	if err != nil {
		return err
	}
	i := e.item
	i.Source = s.ID
	if e.identity != "" && !fresh {
		// The source is known already: what the row says of it now lies beside the words, and is watched.
		if err := t.b.Archive.WatchIn(ctx, tx, s, e.identity); err != nil {
			return err
		}
		i.Words = strings.TrimSpace(i.Words + "\n" + e.identity)
	}
	sealed := !t.m.Open || e.identity != ""
	if i, err = t.b.Archive.AddItemIn(ctx, tx, t.by, i, sealed); err != nil {
		return err
	}
	k.Item = i.ID
	if k.Incident == "" {
		switch {
		case e.incident != nil:
			made, err := t.b.Archive.AddIncidentIn(ctx, tx, t.by, *e.incident)
			if err != nil {
				return err
			}
			t.r.Incidents++
			k.Incident = made.ID
		case t.m.Incidents == TheIncident:
			k.Incident = t.m.Incident
		}
	}
	if e.claim != nil {
		c := *e.claim
		c.Item, c.Incident = i.ID, k.Incident
		instead := ""
		if known {
			instead = k.Claim
		}
		if c, err = t.b.Archive.AddClaimIn(ctx, tx, t.by, c, instead); err != nil {
			return err
		}
		t.r.Claims++
		k.Claim = c.ID
	}
	t.r.Files += len(e.files)
	for _, f := range e.files {
		t.r.Bytes += f.Size
	}
	for _, h := range t.held[string(e.own)] {
		_, fresh, err := t.b.Locker.ReceiveIn(ctx, tx, t.by, i.ID, h)
		if err != nil {
			return err
		}
		if !fresh {
			t.stale = append(t.stale, h.Blob.ID)
		}
	}
	return nil
}

// source finds or makes the source of a row; fresh when its identity was kept with it.
func (t *taking) source(ctx context.Context, tx Store, e entry) (s record.Source, fresh bool, err error) {
	if t.m.Whom == OneSource {
		s, err = tx.Source(ctx, t.m.Source)
		return s, false, err
	}
	want := record.Source{Name: e.sayer, Kind: record.PersonSource, Key: "harvest/" + hex.EncodeToString(e.own)}
	if t.m.Whom == ByName {
		if len(t.sources) == 0 {
			all, err := tx.Sources(ctx)
			if err != nil {
				return s, false, err
			}
			for _, x := range all {
				t.sources[string(x.Kind)+"/"+x.Name] = x
			}
		}
		want.Kind, want.Key = t.m.Kind, ""
		if s, ok := t.sources[string(want.Kind)+"/"+want.Name]; ok {
			return s, false, nil
		}
	} else if s, err = tx.SourceByKey(ctx, want.Key); err == nil {
		return s, false, nil
	}
	if s, err = t.b.Archive.AddSourceIn(ctx, tx, t.by, want, e.identity); err != nil {
		return s, false, err
	}
	t.r.Sources++
	t.sources[string(want.Kind)+"/"+want.Name] = s
	return s, true, nil
}

// Mend gives the rows that cannot be taken as a file to be mended, each with what is wrong with it.
func (b *Barn) Mend(ctx context.Context, by staff.Actor, id string, m Mapping, w Wish, words func(string) string) (name, mediaType string, out []byte, err error) {
	w.Take = false
	r, err := b.Run(ctx, by, id, m, w)
	if err != nil {
		return "", "", nil, err
	}
	o, err := b.Open(ctx, by, id)
	if err != nil {
		return "", "", nil, err
	}
	why := map[int][]string{}
	for _, x := range r.Wrong {
		said := words(x.What)
		if x.Column != "" {
			said = x.Column + ": " + said
		}
		why[x.Line] = append(why[x.Line], said)
	}
	if len(why) == 0 {
		return "", "", nil, fault.New(fault.Conflict, "There is nothing wrong with any row.")
	}
	name, mediaType, out = o.Sheet.Mend(why)
	return name, mediaType, out, b.Within(ctx, func(tx Store) error {
		return tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "harvest.given-back", Subject: id, Scope: id, Detail: struct{ Rows int }{len(why)}})
	})
}
