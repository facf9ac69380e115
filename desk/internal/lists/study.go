package lists

import (
	"context"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/vault"
	"waylight/internal/fault"
	"waylight/internal/ids"
	"waylight/linkage"
)

func itoa(n int) string { return strconv.Itoa(n) }

// Begin makes a study with a safe of its own, for every analyst and documenter.
func (w *Workbench) Begin(ctx context.Context, by staff.Actor, title string) (Study, error) {
	title = strings.TrimSpace(title)
	var k fault.Check
	k.Field(title != "" && len(title) <= 200, "title", "Give it a short title.")
	if err := k.Err(); err != nil {
		return Study{}, err
	}
	if err := by.Must(Workers()...); err != nil {
		return Study{}, err
	}
	s := Study{ID: ids.New("study"), By: by.ID, At: w.Clock.Now(), Title: title}
	return s, w.Within(ctx, func(tx Store) error {
		members, err := tx.Members(ctx)
		if err != nil {
			return err
		}
		box, err := safe.Make(ctx, tx, s.ID, staff.With(members, Workers()...)...)
		if err != nil {
			return err
		}
		s.Sealed = box.Put(titleLabel(), []byte(title))
		if err := tx.AddStudy(ctx, s); err != nil {
			return err
		}
		return tx.Append(ctx, entry(by.ID, "lists.begun", s.ID))
	})
}

// open opens a study's safe, and answers as if there were nothing to those who may not.
func open(ctx context.Context, tx Store, by staff.Actor, study string) (safe.Safe, error) {
	if err := by.Must(Workers()...); err != nil {
		return safe.Safe{}, err
	}
	return safe.For(ctx, tx, by, study)
}

// Titles lists the studies that the actor can open, with their titles.
func (w *Workbench) Titles(ctx context.Context, by staff.Actor) (out []Study, err error) {
	if err := by.Must(Workers()...); err != nil {
		return nil, err
	}
	err = w.Reading(ctx, func(tx Store) error {
		all, err := tx.Studies(ctx)
		if err != nil {
			return err
		}
		for _, s := range all {
			box, err := open(ctx, tx, by, s.ID)
			if fault.KindOf(err) == fault.NotFound {
				continue
			}
			if err != nil {
				return err
			}
			title, err := box.Take(titleLabel(), s.Sealed)
			if err != nil {
				return err
			}
			s.Title = string(title)
			out = append(out, s)
		}
		return nil
	})
	return out, err
}

// keep gives the safe a new key when somebody may no longer open it, and a
// grant to those who may since it was made.
func keep(ctx context.Context, tx Store, by staff.Actor, study string) (safe.Safe, error) {
	box, err := open(ctx, tx, by, study)
	if err != nil {
		return box, err
	}
	cells, err := tx.StudyCells(ctx, study)
	if err != nil {
		return box, err
	}
	changed, err := safe.Rekey(ctx, tx, box, cells)
	if err != nil {
		return box, err
	}
	if changed {
		if err := tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "safe.renewed", Subject: study, Scope: study}); err != nil {
			return box, err
		}
		if box, err = open(ctx, tx, by, study); err != nil {
			return box, err
		}
	}
	members, err := tx.Members(ctx)
	if err != nil {
		return box, err
	}
	for _, m := range staff.With(members, Workers()...) {
		if _, err := tx.Grant(ctx, study, m.ID); fault.KindOf(err) != fault.NotFound {
			if err != nil {
				return box, err
			}
			continue
		}
		g, err := box.Share(m)
		if err != nil {
			return box, err
		}
		if err := tx.PutGrant(ctx, g); err != nil {
			return box, err
		}
	}
	return box, nil
}

func study(ctx context.Context, tx Store, box safe.Safe) (Study, error) {
	s, err := tx.Study(ctx, box.ID())
	if err != nil {
		return s, err
	}
	title, err := box.Take(titleLabel(), s.Sealed)
	s.Title = string(title)
	return s, err
}

func lists(ctx context.Context, tx Store, box safe.Safe) ([]List, error) {
	all, err := tx.StudyLists(ctx, box.ID())
	for i := range all {
		plain, err := box.Take(listLabel(all[i].ID), all[i].Sealed)
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(plain, &all[i].Facts); err != nil {
			return nil, err
		}
	}
	return all, err
}

func (f Facts) blob(id string) vault.Blob {
	return vault.Blob{ID: id, Key: f.Key, Size: f.Size, SHA256: f.SHA256, Sums: f.Sums}
}

// AddList keeps a list sealed as it came, reads it, and says what is in its
// rows. What cannot be read is not kept: the error is a *linkage.Problem with
// its line, and what to do. The words of the list are in no error.
func (w *Workbench) AddList(ctx context.Context, by staff.Actor, id, name string, r io.Reader) (List, error) {
	l := List{ID: ids.New("list"), Study: id, By: by.ID, At: w.Clock.Now()}
	name = called(name)
	// Who may not come is sent away before anything is read.
	if err := w.Reading(ctx, func(tx Store) error { _, err := open(ctx, tx, by, id); return err }); err != nil {
		return l, err
	}
	blob, err := w.Vault.Seal(io.LimitReader(r, MaxList+1))
	if err != nil {
		return l, err
	}
	kept := false
	defer func() {
		if !kept {
			_ = w.Vault.Remove(blob.ID)
		}
	}()
	if blob.Size > MaxList {
		return l, fault.New(fault.TooLarge, "A list may have 64 MiB. Take out the columns that do not tell who a person is.")
	}
	content, err := w.Vault.Open(blob)
	if err != nil {
		return l, err
	}
	read, err := linkage.Read(content, name)
	content.Close()
	if err != nil {
		return l, err
	}
	l.Blob = blob.ID
	l.Facts = Facts{Name: name, Size: blob.Size, SHA256: blob.SHA256, Key: blob.Key, Sums: blob.Sums}
	if err := l.Facts.report(read); err != nil {
		return l, err
	}
	err = w.Within(ctx, func(tx Store) error {
		box, err := keep(ctx, tx, by, id)
		if err != nil {
			return err
		}
		before, err := lists(ctx, tx, box)
		if err != nil {
			return err
		}
		if err := room(before, l.Facts); err != nil {
			return err
		}
		l.Seq = len(before) + 1
		plain, err := json.Marshal(l.Facts)
		if err != nil {
			return err
		}
		l.Sealed = box.Put(listLabel(l.ID), plain)
		if err := tx.AddStudyList(ctx, l); err != nil {
			return err
		}
		return tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "lists.added", Subject: id, Detail: struct {
			List    string
			Records int
		}{l.ID, l.Facts.Records}})
	})
	kept = err == nil
	return l, err
}

// room holds the limits of a study: they bound the memory of a run.
func room(before []List, f Facts) error {
	records, bytes := f.Records, f.Size
	for _, b := range before {
		if strings.EqualFold(b.Facts.Name, f.Name) {
			return fault.New(fault.Conflict, "There is a list of this name in the study. Give the file another name.")
		}
		if b.Facts.SHA256 == f.SHA256 {
			return fault.New(fault.Conflict, "This very list is in the study already.")
		}
		records, bytes = records+b.Facts.Records, bytes+b.Facts.Size
	}
	if len(before) >= MaxLists {
		return fault.New(fault.TooLarge, "A study takes 16 lists. Put lists of the same kind together.")
	}
	if records > MaxRecords || bytes > MaxBytes {
		return fault.New(fault.TooLarge, "A study takes a million records and 256 MiB. Use the program waylight on a machine of its own for more.")
	}
	return nil
}

// called makes a list's name of its file's: what it was called, without what
// would part a record's name.
func called(file string) string {
	s := strings.TrimSpace(strings.TrimSuffix(strings.TrimSuffix(file, ".csv"), ".CSV"))
	s = strings.Map(func(r rune) rune {
		if r == ':' || r == ',' || r == ';' || r == '"' || r < ' ' {
			return '_'
		}
		return r
	}, s)
	if r := []rune(s); len(r) > 60 {
		s = string(r[:60])
	}
	if s == "" {
		return "list"
	}
	return s
}

// Sheet is everything about one study.
type Sheet struct {
	Study Study
	Lists []List
	Runs  []Run // newest first
	Found Found // of the last run that is done
	Of    Run   // that run; zero when there is none
	Pairs []Standing
	Said  []Change // of lists, the oldest first
	Wrong Found    // why the newest run failed; zero when it did not
	Stale bool     // lists or decisions changed since that run
}

// In are the lists that are not left out.
func (s Sheet) In() []List { return in(s.Lists) }

// Sheet opens a study. That it was read is noted.
func (w *Workbench) Sheet(ctx context.Context, by staff.Actor, id string) (s Sheet, err error) {
	err = w.Within(ctx, func(tx Store) error {
		box, err := keep(ctx, tx, by, id)
		if err != nil {
			return err
		}
		if s, err = sheet(ctx, tx, box); err != nil {
			return err
		}
		return tx.Append(ctx, entry(by.ID, "lists.opened", id))
	})
	return s, err
}

func sheet(ctx context.Context, tx Store, box safe.Safe) (s Sheet, err error) {
	if s.Study, err = study(ctx, tx, box); err != nil {
		return s, err
	}
	if s.Lists, err = lists(ctx, tx, box); err != nil {
		return s, err
	}
	runs, err := tx.StudyRuns(ctx, box.ID())
	if err != nil {
		return s, err
	}
	for _, r := range runs {
		s.Runs = append([]Run{r}, s.Runs...)
		if r.State == Done {
			s.Of = r
		}
	}
	if len(s.Runs) > 0 && s.Runs[0].State == Failed {
		if s.Wrong, err = found(box, s.Runs[0]); err != nil {
			return s, err
		}
	}
	if s.Of.ID != "" {
		if s.Found, err = found(box, s.Of); err != nil {
			return s, err
		}
	}
	decided, err := tx.StudyDecisions(ctx, box.ID())
	if err != nil {
		return s, err
	}
	pairs, err := pairs(ctx, tx, box)
	if err != nil {
		return s, err
	}
	s.Pairs = Settle(pairs, decided)
	said, err := words(ctx, tx, box)
	if err != nil {
		return s, err
	}
	heed(s.Lists, said, time.Time{})
	s.Said = said
	overtaken := slices.ContainsFunc(said, func(c Change) bool { return c.At.After(s.Of.At) })
	s.Stale = s.Of.ID != "" && (overtaken || len(in(s.Lists)) != len(s.Found.Inputs) || newer(s.Pairs, decided, s.Of.Until))
	return s, nil
}

// newer reports whether what is settled is another than a run knew.
func newer(now []Standing, decided []Decision, until int64) bool {
	var old []Decision
	for _, d := range decided {
		if d.Seq <= until {
			old = append(old, d)
		}
	}
	if len(old) == len(decided) {
		return false
	}
	ps := make([]Pair, len(now))
	for i, s := range now {
		ps[i] = s.Pair
	}
	for i, b := range Settle(ps, old) {
		if b.State != now[i].State && (b.State == Settled || now[i].State == Settled) || b.Same != now[i].Same {
			return true
		}
	}
	return false
}

func found(box safe.Safe, r Run) (f Found, err error) {
	plain, err := box.Take(runLabel(r.ID), r.Sealed)
	if err != nil {
		return f, err
	}
	return f, json.Unmarshal(plain, &f)
}
