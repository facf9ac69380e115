package lists

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/staff"
	"waylight/estimate"
	"waylight/estimate/analysis"
	"waylight/internal/fault"
	"waylight/internal/ids"
	"waylight/linkage"
)

// work is a run that is being done in this process.
type work struct {
	actor  staff.Actor
	cancel context.CancelFunc
}

// Start asks for a run. It is done by Work, one at a time.
func (w *Workbench) Start(ctx context.Context, by staff.Actor, id string, kind Kind, plan Plan) (r Run, err error) {
	var k fault.Check
	if kind == Estimate {
		k.Field(plan.Method == "all" || slices.Contains(estimate.Methods(), plan.Method), "method", "Choose a method.")
		k.Field(plan.Draws >= 2 && plan.Draws <= 1000, "draws", "Between 2 and 1,000 matchings can be drawn.")
	}
	if err := k.Err(); err != nil {
		return r, err
	}
	r = Run{ID: ids.New("run"), Study: id, Kind: kind, State: Waiting, Phase: Reading, Total: plan.Draws, By: by.ID, At: w.Clock.Now(), Plan: plan}
	return r, w.Within(ctx, func(tx Store) error {
		box, err := open(ctx, tx, by, id)
		if err != nil {
			return err
		}
		s, err := sheet(ctx, tx, box)
		if err != nil {
			return err
		}
		switch {
		case len(s.In()) == 0:
			return fault.New(fault.Conflict, "There is no list yet. Bring one first.")
		case kind == Estimate && len(s.In()) < 3:
			return fault.New(fault.Conflict, "An estimate needs three lists or more: with two, nobody can know how one depends on the other.")
		}
		for _, o := range s.Runs {
			if o.Open() {
				return fault.New(fault.Conflict, "A run of this study is under way. Wait for it, or stop it.")
			}
		}
		decided, err := tx.StudyDecisions(ctx, id)
		if err != nil {
			return err
		}
		if n := len(decided); n > 0 {
			r.Until = decided[n-1].Seq
		}
		r.Seq = len(s.Runs) + 1
		if err := tx.AddStudyRun(ctx, r); err != nil {
			return err
		}
		return tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "lists.started", Subject: id, Detail: struct {
			Run  string
			Kind Kind
		}{r.ID, kind}})
	})
}

// Stop stops a run; what is done of it stays. GoOn lets it go on from there.
func (w *Workbench) Stop(ctx context.Context, by staff.Actor, id, run string) error {
	err := w.turn(ctx, by, id, run, "lists.stopped", func(r *Run) bool {
		ok := r.Open()
		r.State = Stopped
		return ok
	})
	if err == nil {
		w.mu.Lock()
		if x := w.live[run]; x != nil {
			x.cancel()
		}
		w.mu.Unlock()
	}
	return err
}

// GoOn lets a run that was stopped or that failed go on where it was.
func (w *Workbench) GoOn(ctx context.Context, by staff.Actor, id, run string) error {
	return w.turn(ctx, by, id, run, "lists.resumed", func(r *Run) bool {
		ok := r.State == Stopped || r.State == Paused
		r.State, r.By = Waiting, by.ID
		return ok
	})
}

func (w *Workbench) turn(ctx context.Context, by staff.Actor, id, run, action string, f func(*Run) bool) error {
	return w.Within(ctx, func(tx Store) error {
		if _, err := open(ctx, tx, by, id); err != nil {
			return err
		}
		r, err := tx.StudyRun(ctx, run)
		if err != nil || r.Study != id {
			return fault.Missing()
		}
		if !f(&r) {
			return fault.New(fault.Conflict, "The run is over, or somebody stopped it meanwhile.")
		}
		if err := tx.SetStudyRun(ctx, r); err != nil {
			return err
		}
		return tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: action, Subject: id, Detail: struct{ Run string }{run}})
	})
}

// Tend stops what is done for somebody who is signed out, or whose role went: it pauses.
func (w *Workbench) Tend(ctx context.Context, present []staff.Actor) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, x := range w.live {
		if !slices.ContainsFunc(present, func(a staff.Actor) bool { return a.ID == x.actor.ID && a.Roles.Any(Workers()...) }) {
			x.cancel()
		}
	}
}

// Work does what waits and can be done for one of those who are present: a run
// that nobody here can open stays. It answers when nothing more is to do.
func (w *Workbench) Work(ctx context.Context, present []staff.Actor) error {
	w.one.Lock()
	defer w.one.Unlock()
	var runs []Run
	if err := w.Reading(ctx, func(tx Store) (err error) { runs, err = tx.OpenStudyRuns(ctx); return err }); err != nil {
		return err
	}
	var errs []error
	for _, r := range runs {
		for _, a := range present {
			err := w.Reading(ctx, func(tx Store) error { _, err := open(ctx, tx, a, r.Study); return err })
			if err != nil {
				continue // another of those who are here may
			}
			errs = append(errs, w.do(ctx, a, r))
			break
		}
	}
	return errors.Join(errs...)
}

// do does one run to its end, or until it is stopped.
func (w *Workbench) do(parent context.Context, by staff.Actor, r Run) error {
	ctx, cancel := context.WithCancel(parent)
	defer cancel()
	w.mu.Lock()
	if w.live == nil {
		w.live = map[string]*work{}
	}
	w.live[r.ID] = &work{actor: by, cancel: cancel}
	w.mu.Unlock()
	defer func() {
		w.mu.Lock()
		delete(w.live, r.ID)
		w.mu.Unlock()
	}()
	r.State = Running
	err := w.set(ctx, r)
	if err == nil {
		var f Found
		if f, err = w.find(ctx, by, &r); err == nil {
			return w.finish(ctx, by, r, f, Done)
		}
	}
	var bad *linkage.Problem
	var table *estimate.BadTable
	switch {
	case errors.Is(err, errTurned):
		return nil // somebody stopped it: its row says so
	case ctx.Err() != nil || fault.KindOf(err) == fault.Locked:
		r.State = Paused
		if e := w.set(context.WithoutCancel(parent), r); !errors.Is(e, errTurned) {
			return e
		}
		return nil
	case errors.As(err, &bad):
		return w.finish(ctx, by, r, Found{Line: bad.Line, What: bad.What, Todo: bad.Todo, In: bad.List}, Failed)
	case errors.As(err, &table):
		return w.finish(ctx, by, r, Found{What: table.What, Todo: table.Todo}, Failed)
	}
	// A trouble of ours: it is said, and can be tried again.
	r.State = Stopped
	return errors.Join(err, w.set(context.WithoutCancel(parent), r))
}

var errTurned = errors.New("lists: the run was stopped")

// set keeps how far a run is, unless somebody stopped it.
func (w *Workbench) set(ctx context.Context, r Run) error {
	return w.Within(ctx, func(tx Store) error {
		now, err := tx.StudyRun(ctx, r.ID)
		if err != nil {
			return err
		}
		if !now.Open() {
			return errTurned
		}
		return tx.SetStudyRun(ctx, r)
	})
}

func (w *Workbench) finish(ctx context.Context, by staff.Actor, r Run, f Found, state State) error {
	return w.Within(ctx, func(tx Store) error {
		now, err := tx.StudyRun(ctx, r.ID)
		if err != nil || !now.Open() {
			return err
		}
		box, err := open(ctx, tx, by, r.Study)
		if err != nil {
			return err
		}
		for i, q := range f.Questions {
			f.Questions[i].Token = token(box, q.Left, q.Right)
			refs, err := json.Marshal([]linkage.Ref{q.Left, q.Right})
			if err != nil {
				return err
			}
			p := Pair{Study: r.Study, Token: f.Questions[i].Token}
			p.Sealed = box.Put(pairLabel(p.Token), refs)
			if err := tx.AddStudyPair(ctx, p); err != nil {
				return err
			}
		}
		plain, err := json.Marshal(f)
		if err != nil {
			return err
		}
		r.State, r.Ended, r.Sealed = state, w.Clock.Now(), box.Put(runLabel(r.ID), plain)
		if err := tx.SetStudyRun(ctx, r); err != nil {
			return err
		}
		return tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "lists." + string(state), Subject: r.Study, Detail: struct{ Run string }{r.ID}})
	})
}

// material is what a run works on.
type material struct {
	lists  []*linkage.List
	inputs []analysis.Input
	set    linkage.Settings
}

// gather opens the safe for as long as it takes to read, and closes it again.
func (w *Workbench) gather(ctx context.Context, by staff.Actor, r Run) (m material, err error) {
	var all []List
	var previous Found
	err = w.Reading(ctx, func(tx Store) error {
		box, err := open(ctx, tx, by, r.Study)
		if err != nil {
			return err
		}
		s, err := sheet(ctx, tx, box)
		if err != nil {
			return err
		}
		decided, err := tx.StudyDecisions(ctx, r.Study)
		if err != nil {
			return err
		}
		ps := make([]Pair, len(s.Pairs))
		for i, p := range s.Pairs {
			ps[i] = p.Pair
		}
		// What was decided since it began is for the next run: this one must
		// come out the same when it goes on.
		decided = slices.DeleteFunc(decided, func(d Decision) bool { return d.Seq > r.Until })
		heed(s.Lists, s.Said, r.At)
		all = slices.DeleteFunc(s.In(), func(l List) bool { return l.At.After(r.At) })
		previous, m.set = s.Found, linkage.Settings{Seed: r.Plan.Seed, Columns: columns(all), Reviewed: reviews(between(all, Settle(ps, decided)))}
		return nil
	})
	if err != nil {
		return m, err
	}
	for _, l := range all {
		content, err := w.Vault.Open(l.Facts.blob(l.Blob))
		if err != nil {
			return m, err
		}
		read, err := linkage.Read(content, l.Facts.Name)
		content.Close()
		if err != nil {
			return m, err
		}
		m.lists = append(m.lists, read)
		m.inputs = append(m.inputs, analysis.Input{Name: l.Facts.Name, Bytes: int(l.Facts.Size), SHA256: hex.EncodeToString(l.Facts.SHA256[:])})
	}
	if previous.Clusters.ID != "" {
		content, err := w.Vault.Open(previous.Clusters)
		if err != nil {
			return m, err
		}
		defer content.Close()
		if m.set.Previous, err = linkage.ReadClusters(content, "clusters"); err != nil {
			return m, err
		}
	}
	return m, nil
}

// find does the work of a run.
func (w *Workbench) find(ctx context.Context, by staff.Actor, r *Run) (f Found, err error) {
	m, err := w.gather(ctx, by, *r)
	if err != nil {
		return f, err
	}
	r.Phase = Matching
	if err := w.set(ctx, *r); err != nil {
		return f, err
	}
	res, err := linkage.Link(ctx, m.lists, m.set)
	if err != nil {
		return f, err
	}
	f = tell(res, m)
	if r.Kind == Estimate {
		if f.Outcome, f.Examined, f.Table, err = w.estimate(ctx, by, r, m, res); err != nil {
			return f, err
		}
	}
	text := &bytes.Buffer{}
	if err := res.WriteClusters(text); err != nil {
		return f, err
	}
	f.Clusters, err = w.Vault.Seal(text)
	return f, err
}

// estimate draws matchings and estimates from each; what is done is kept.
func (w *Workbench) estimate(ctx context.Context, by staff.Actor, r *Run, m material, res *linkage.Result) (*analysis.Outcome, *estimate.Examination, *estimate.Table, error) {
	r.Phase = Drawing
	if err := w.set(ctx, *r); err != nil {
		return nil, nil, nil, err
	}
	drawn, err := res.Draws(ctx, r.Plan.Draws, r.Plan.Seed)
	if err != nil {
		return nil, nil, nil, err
	}
	draws := make([][]estimate.Cell, len(drawn))
	for i, d := range drawn {
		for _, c := range d.Cells {
			draws[i] = append(draws[i], estimate.Cell{On: estimate.Pattern(c.Pattern), Count: c.Count})
		}
	}
	matching, err := json.Marshal(m.set)
	if err != nil {
		return nil, nil, nil, err
	}
	spec := analysis.Spec{Format: analysis.Format, Version: analysis.Version, Inputs: m.inputs, Matching: matching, Draws: r.Plan.Draws, Seed: r.Plan.Seed, Method: r.Plan.Method, Settings: analysis.Settings{Sweeps: r.Plan.Sweeps}}
	state, err := w.state(ctx, by, *r)
	if err != nil {
		return nil, nil, nil, err
	}
	r.Phase = Reckoning
	before := w.Clock.Now()
	had := r.Done
	o, err := analysis.Run(ctx, spec, res.Lists(), draws, state, func(done, all int) {
		now := w.Clock.Now()
		if done > had { // what was done before was paid for then
			r.Spent += now.Sub(before)
		}
		before, r.Done = now, max(done, had)
		if err := w.set(ctx, *r); err != nil {
			state.err = err
		}
	})
	if err = errors.Join(state.err, err); err != nil {
		return nil, nil, nil, err
	}
	r.Phase = Examining
	if err := w.set(ctx, *r); err != nil {
		return nil, nil, nil, err
	}
	t, err := estimate.NewTable(res.Lists(), draws[0])
	if err != nil {
		return nil, nil, nil, err
	}
	e, err := estimate.Examine(ctx, t, estimate.Settings{Seed: r.Plan.Seed, Sweeps: r.Plan.Sweeps})
	return &o, &e, &t, err
}

// state is what analysis keeps of its draws: parts in the safe.
type state struct {
	read *bytes.Reader
	keep func(p []byte) error
	err  error
}

func (s *state) Read(p []byte) (int, error) { return s.read.Read(p) }

func (s *state) Write(p []byte) (int, error) {
	if s.err != nil {
		return 0, s.err
	}
	return len(p), s.keep(p)
}

func (w *Workbench) state(ctx context.Context, by staff.Actor, r Run) (*state, error) {
	text := &bytes.Buffer{}
	n := 0
	err := w.Reading(ctx, func(tx Store) error {
		box, err := open(ctx, tx, by, r.Study)
		if err != nil {
			return err
		}
		parts, err := tx.StudyParts(ctx, r.ID)
		for i, p := range parts {
			plain, err := box.Take(partLabel(r.ID, i+1), p)
			if err != nil {
				return err
			}
			text.Write(plain)
		}
		n = len(parts)
		return err
	})
	keep := func(p []byte) error {
		return w.Within(ctx, func(tx Store) error {
			box, err := open(ctx, tx, by, r.Study) // who was signed out meanwhile works no more
			if err != nil {
				return err
			}
			n++
			return tx.AddStudyPart(ctx, r.ID, n, box.Put(partLabel(r.ID, n), p))
		})
	}
	return &state{read: bytes.NewReader(text.Bytes()), keep: keep}, err
}
