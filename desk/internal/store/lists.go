package store

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"waylight/desk/internal/lists"
	"waylight/desk/internal/safe"
	"waylight/internal/clock"
)

// AddStudy adds a study.
func (t *Tx) AddStudy(ctx context.Context, s lists.Study) error {
	return t.insert(ctx, "There is such a study already.", `INSERT INTO study (id, sealed, by_member, at_us) VALUES ($1, $2, $3, $4)`, s.ID, []byte(s.Sealed), s.By, clock.Micros(s.At))
}

func scanStudy(r scanner) (lists.Study, error) {
	var s lists.Study
	var at int64
	err := r.Scan(&s.ID, (*[]byte)(&s.Sealed), &s.By, &at)
	s.At = clock.FromMicros(at)
	return s, err
}

// Study returns one study.
func (t *Tx) Study(ctx context.Context, id string) (lists.Study, error) {
	return one(t.q.QueryRow(ctx, `SELECT id, sealed, by_member, at_us FROM study WHERE id = $1`, id), scanStudy)
}

// Studies lists the studies, the newest first.
func (t *Tx) Studies(ctx context.Context) ([]lists.Study, error) {
	return all(ctx, t, scanStudy, `SELECT id, sealed, by_member, at_us FROM study ORDER BY rowid DESC`)
}

// AddStudyList adds a list to a study.
func (t *Tx) AddStudyList(ctx context.Context, l lists.List) error {
	return t.insert(ctx, "Somebody brought another list just now. Bring this one again.", `INSERT INTO study_list (id, study, seq, blob, sealed, by_member, at_us) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		l.ID, l.Study, l.Seq, l.Blob, []byte(l.Sealed), l.By, clock.Micros(l.At))
}

// StudyLists lists the lists of a study in the order in which they came.
func (t *Tx) StudyLists(ctx context.Context, study string) ([]lists.List, error) {
	return all(ctx, t, func(r scanner) (lists.List, error) {
		var l lists.List
		var at int64
		err := r.Scan(&l.ID, &l.Study, &l.Seq, &l.Blob, (*[]byte)(&l.Sealed), &l.By, &at)
		l.At = clock.FromMicros(at)
		return l, err
	}, `SELECT id, study, seq, blob, sealed, by_member, at_us FROM study_list WHERE study = $1 ORDER BY seq`, study)
}

// AddStudyWord keeps what somebody said of a list.
func (t *Tx) AddStudyWord(ctx context.Context, c lists.Change) error {
	return t.insert(ctx, "This was said already.", `INSERT INTO study_word (id, study, list, sealed, by_member, at_us) VALUES ($1, $2, $3, $4, $5, $6)`, c.ID, c.Study, c.List, []byte(c.Sealed), c.By, clock.Micros(c.At))
}

// StudyWords lists what was said of a study's lists, the oldest first.
func (t *Tx) StudyWords(ctx context.Context, study string) ([]lists.Change, error) {
	return all(ctx, t, func(r scanner) (lists.Change, error) {
		var c lists.Change
		var at int64
		err := r.Scan(&c.ID, &c.Study, &c.List, (*[]byte)(&c.Sealed), &c.By, &at)
		c.At = clock.FromMicros(at)
		return c, err
	}, `SELECT id, study, list, sealed, by_member, at_us FROM study_word WHERE study = $1 ORDER BY at_us, rowid`, study)
}

const runColumns = `id, study, seq, kind, state, phase, done, total, until, by_member, at_us, spent_us, ended_us, plan, sealed`

func scanRun(r scanner) (lists.Run, error) {
	var x lists.Run
	var at, spent, ended int64
	var plan string
	err := r.Scan(&x.ID, &x.Study, &x.Seq, &x.Kind, &x.State, &x.Phase, &x.Done, &x.Total, &x.Until, &x.By, &at, &spent, &ended, &plan, (*[]byte)(&x.Sealed))
	if err != nil {
		return x, err
	}
	x.At, x.Ended, x.Spent = clock.FromMicros(at), clock.FromMicros(ended), time.Duration(spent)*time.Microsecond
	return x, json.Unmarshal([]byte(plan), &x.Plan)
}

// AddStudyRun adds a run.
func (t *Tx) AddStudyRun(ctx context.Context, r lists.Run) error {
	plan, err := json.Marshal(r.Plan)
	if err != nil {
		return err
	}
	return t.insert(ctx, "Somebody started a run just now. Look at the study again.", `INSERT INTO study_run (`+runColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		r.ID, r.Study, r.Seq, string(r.Kind), string(r.State), string(r.Phase), r.Done, r.Total, r.Until, r.By, clock.Micros(r.At), r.Spent.Microseconds(), clock.Micros(r.Ended), string(plan), []byte{})
}

// SetStudyRun keeps how far a run is, and what it found.
func (t *Tx) SetStudyRun(ctx context.Context, r lists.Run) error {
	sealed := []byte(r.Sealed)
	if sealed == nil {
		sealed = []byte{}
	}
	return t.execOne(ctx, `UPDATE study_run SET state = $2, phase = $3, done = $4, by_member = $5, spent_us = $6, ended_us = $7, sealed = $8 WHERE id = $1`,
		r.ID, string(r.State), string(r.Phase), r.Done, r.By, r.Spent.Microseconds(), clock.Micros(r.Ended), sealed)
}

// StudyRun returns one run.
func (t *Tx) StudyRun(ctx context.Context, id string) (lists.Run, error) {
	return one(t.q.QueryRow(ctx, `SELECT `+runColumns+` FROM study_run WHERE id = $1`, id), scanRun)
}

// StudyRuns lists the runs of a study, the oldest first.
func (t *Tx) StudyRuns(ctx context.Context, study string) ([]lists.Run, error) {
	return all(ctx, t, scanRun, `SELECT `+runColumns+` FROM study_run WHERE study = $1 ORDER BY seq`, study)
}

// OpenStudyRuns lists what is not over, the oldest first.
func (t *Tx) OpenStudyRuns(ctx context.Context) ([]lists.Run, error) {
	return all(ctx, t, scanRun, `SELECT `+runColumns+` FROM study_run WHERE state IN ('waiting', 'running', 'paused') ORDER BY at_us, id`)
}

// AddStudyPart keeps a piece of what a run has done.
func (t *Tx) AddStudyPart(ctx context.Context, run string, seq int, sealed safe.Sealed) error {
	return t.insert(ctx, "This piece is kept already.", `INSERT INTO study_part (run, seq, sealed) VALUES ($1, $2, $3)`, run, seq, []byte(sealed))
}

// StudyParts lists the pieces in their order.
func (t *Tx) StudyParts(ctx context.Context, run string) ([]safe.Sealed, error) {
	return all(ctx, t, func(r scanner) (s safe.Sealed, err error) {
		err = r.Scan((*[]byte)(&s))
		return s, err
	}, `SELECT sealed FROM study_part WHERE run = $1 ORDER BY seq`, run)
}

// AddStudyPair keeps a pair that is asked about; one that is there stays.
func (t *Tx) AddStudyPair(ctx context.Context, p lists.Pair) error {
	_, err := t.exec(ctx, `INSERT INTO study_pair (study, token, sealed) VALUES ($1, $2, $3) ON CONFLICT (study, token) DO NOTHING`, p.Study, p.Token, []byte(p.Sealed))
	return err
}

// StudyPairs lists the pairs of a study.
func (t *Tx) StudyPairs(ctx context.Context, study string) ([]lists.Pair, error) {
	return all(ctx, t, func(r scanner) (lists.Pair, error) {
		var p lists.Pair
		err := r.Scan(&p.Study, &p.Token, (*[]byte)(&p.Sealed))
		return p, err
	}, `SELECT study, token, sealed FROM study_pair WHERE study = $1 ORDER BY token`, study)
}

// AddStudyDecision adds one answer.
func (t *Tx) AddStudyDecision(ctx context.Context, d lists.Decision) error {
	_, err := t.exec(ctx, `INSERT INTO study_decision (study, pair, run, member, answer, at_us) VALUES ($1, $2, $3, $4, $5, $6)`, d.Study, d.Pair, d.Run, d.Member, string(d.Answer), clock.Micros(d.At))
	return err
}

// StudyDecisions lists the answers of a study, the oldest first.
func (t *Tx) StudyDecisions(ctx context.Context, study string) ([]lists.Decision, error) {
	return all(ctx, t, func(r scanner) (lists.Decision, error) {
		var d lists.Decision
		var at int64
		err := r.Scan(&d.Seq, &d.Study, &d.Pair, &d.Run, &d.Member, &d.Answer, &at)
		d.At = clock.FromMicros(at)
		return d, err
	}, `SELECT seq, study, pair, run, member, answer, at_us FROM study_decision WHERE study = $1 ORDER BY seq`, study)
}

// StudyCells lists everything that lies in a study's safe, to be sealed again.
func (t *Tx) StudyCells(ctx context.Context, study string) (out []safe.Cell, err error) {
	type cell struct {
		id     string
		sealed []byte
	}
	for _, x := range []struct{ label, list, keep string }{
		{"study/title", `SELECT '', sealed FROM study WHERE id = $1`, `UPDATE study SET sealed = $2 WHERE id = $3 AND $1 = ''`},
		{"study/list/", `SELECT id, sealed FROM study_list WHERE study = $1`, `UPDATE study_list SET sealed = $2 WHERE id = $1 AND study = $3`},
		{"study/word/", `SELECT id, sealed FROM study_word WHERE study = $1`, `UPDATE study_word SET sealed = $2 WHERE id = $1 AND study = $3`},
		{"study/run/", `SELECT id, sealed FROM study_run WHERE study = $1 AND length(sealed) > 0`, `UPDATE study_run SET sealed = $2 WHERE id = $1 AND study = $3`},
		{"study/pair/", `SELECT token, sealed FROM study_pair WHERE study = $1`, `UPDATE study_pair SET sealed = $2 WHERE token = $1 AND study = $3`},
	} {
		cells, err := all(ctx, t, func(r scanner) (c cell, err error) { err = r.Scan(&c.id, &c.sealed); return c, err }, x.list, study)
		if err != nil {
			return nil, err
		}
		for _, c := range cells {
			out = append(out, safe.Cell{Label: x.label + c.id, Sealed: c.sealed, Keep: func(s safe.Sealed) error {
				return t.execOne(ctx, x.keep, c.id, []byte(s), study)
			}})
		}
	}
	type part struct {
		run    string
		seq    int
		sealed []byte
	}
	parts, err := all(ctx, t, func(r scanner) (p part, err error) { err = r.Scan(&p.run, &p.seq, &p.sealed); return p, err },
		`SELECT p.run, p.seq, p.sealed FROM study_part p JOIN study_run r ON r.id = p.run WHERE r.study = $1`, study)
	for _, p := range parts {
		out = append(out, safe.Cell{Label: "study/part/" + p.run + "/" + strconv.Itoa(p.seq), Sealed: p.sealed, Keep: func(s safe.Sealed) error {
			return t.execOne(ctx, `UPDATE study_part SET sealed = $3 WHERE run = $1 AND seq = $2`, p.run, p.seq, []byte(s))
		}})
	}
	return out, err
}

var _ lists.Store = (*Tx)(nil)
