package evidence

import (
	"context"
	"slices"
	"strings"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/traces"
	"waylight/internal/fault"
)

// Seen is what one file of a package tells besides what it shows. A file is never
// changed for it: its hash is what a court relies on. Whoever agrees must know.
type Seen struct {
	File   string
	Tells  []traces.Kind // without any value
	Unread bool          // something in it could not be looked through
	Blind  bool          // it has pictures or a film in which nobody read letters
	Hits   []Hit
}

// Stops reports whether something in the file stops the package.
func (s Seen) Stops() bool { return slices.ContainsFunc(s.Hits, Hit.Blocks) }

// Hit is one finding of the leak guard in what a file holds, without the words.
type Hit struct {
	Paragraph int
	Kind, Why string // as the leak guard calls them
	Gap       int    // words on that the second of two parts stands
	Read      string // how the place was read, a guard.Read; empty: as it is written
	Stops     bool
	Lifted    bool // by a consent or a decision
	Hidden    bool // it stands in what is not seen
	Picture   bool // letters in a picture say it
	Term      int64
}

// Blocks reports whether it stops the package.
func (h Hit) Blocks() bool { return h.Stops && !h.Lifted }

// LookThrough has every file of a package looked through, and tells what each tells
// besides what it shows, and what of it the leak guard finds. Nothing of it is kept but
// in memory. It can take minutes.
func (l *Locker) LookThrough(ctx context.Context, by staff.Actor, id string) error {
	if err := by.Must(staff.Documenter); err != nil {
		return err
	}
	found, err := l.inspect(ctx, by, id)
	if err != nil {
		return err
	}
	var out []Seen
	if err := l.Within(ctx, func(tx Store) error {
		p, err := tx.Package(ctx, id)
		if err != nil {
			return err
		}
		if out, err = l.seenIn(ctx, tx, by, p, found); err != nil {
			return err
		}
		return tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "package.looked-through", Subject: id})
	}); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.seen == nil {
		l.seen = map[string][]Seen{}
	}
	l.seen[id] = out
	return nil
}

// SeenIn gives what LookThrough saw in a package since the Desk was unlocked; nil when
// it was not looked through. Terms are told to the security officer alone, who decides.
func (l *Locker) SeenIn(by staff.Actor, id string) (out []Seen) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, s := range l.seen[id] {
		s.Hits = slices.Clone(s.Hits)
		for i := range s.Hits {
			if !by.Roles.Has(staff.Security) {
				s.Hits[i].Term = 0
			}
		}
		out = append(out, s)
	}
	return out
}

// Decide lets one term stand in a package: it is another person, or one who agreed to be
// in it. The security officer says why, and not for a package of their own.
func (l *Locker) Decide(ctx context.Context, by staff.Actor, id string, term int64, reason string) error {
	if err := by.Must(staff.Security); err != nil {
		return err
	}
	if err := l.Reading(ctx, func(tx Store) error {
		p, err := tx.Package(ctx, id)
		if err == nil && p.By == by.ID {
			err = fault.New(fault.Denied, "You prepared it. Another security officer must decide.")
		}
		return err
	}); err != nil {
		return err
	}
	if err := l.Gate.DecidePackage(ctx, by, id, term, reason); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, s := range l.seen[id] {
		for i := range s.Hits {
			s.Hits[i].Lifted = s.Hits[i].Lifted || s.Hits[i].Term == term
		}
	}
	return nil
}

// maxGuarded is how much of a text file the guard reads, in bytes.
const maxGuarded = 4 << 20

// inspect looks through the files of a package, one after another and in no transaction.
func (l *Locker) inspect(ctx context.Context, by staff.Actor, id string) (map[string]traces.Report, error) {
	var files []string
	if err := l.Reading(ctx, func(tx Store) error {
		p, err := tx.Package(ctx, id)
		files = p.Files
		return err
	}); err != nil {
		return nil, err
	}
	out := map[string]traces.Report{}
	for _, file := range files {
		r, err := l.inspectOne(ctx, by, file)
		if err != nil {
			return nil, err
		}
		out[file] = r
	}
	return out, nil
}

func (l *Locker) inspectOne(ctx context.Context, by staff.Actor, file string) (r traces.Report, err error) {
	var c *Content
	if err := l.Reading(ctx, func(tx Store) error {
		f, err := tx.Evidence(ctx, file)
		if err != nil {
			return err
		}
		x, ok, err := facts(ctx, tx, by, f)
		if err != nil || !ok {
			return orMissing(err)
		}
		c, err = l.content(ctx, tx, f, x)
		return err
	}); err != nil {
		return r, err
	}
	defer c.Close()
	if strings.HasPrefix(c.Facts.Type, "text/") && c.Facts.Size > maxGuarded {
		return r, fault.New(fault.TooLarge, "A text file is too long for the leak guard. Cut it and send the parts.")
	}
	if l.Inspect == nil {
		return traces.Report{Unread: true}, nil
	}
	return l.Inspect(ctx, c, c.Facts.Size)
}

// seenIn puts what was found before the guard.
func (l *Locker) seenIn(ctx context.Context, tx Store, by staff.Actor, p Package, found map[string]traces.Report) (out []Seen, err error) {
	for _, file := range p.Files {
		r, ok := found[file]
		if !ok { // never: a package's files do not change
			return nil, fault.Missing()
		}
		s := Seen{File: file, Tells: r.FoundKinds(), Unread: r.Unread, Blind: r.Blind}
		if s.Hits, err = l.Gate.LookPackage(ctx, tx, by, p.ID, r.Texts()); err != nil {
			return nil, err
		}
		for i, h := range s.Hits {
			s.Hits[i].Hidden = h.Paragraph < len(r.Hidden)
			s.Hits[i].Picture = h.Paragraph >= len(r.Hidden)+len(r.Body)
		}
		out = append(out, s)
	}
	return out, nil
}

// passFiles refuses a package in whose files the guard finds somebody.
func (l *Locker) passFiles(ctx context.Context, tx Store, by staff.Actor, p Package, found map[string]traces.Report) error {
	seen, err := l.seenIn(ctx, tx, by, p, found)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(seen, Seen.Stops) {
		return fault.New(fault.Conflict, "A file of this package gives away somebody whom the Desk protects. Have the files looked through: the page says then which file, and why. The security officer decides.")
	}
	return nil
}
