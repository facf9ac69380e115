package keyring

import (
	"bytes"
	"context"
	"encoding/hex"
	"time"

	"waylight/internal/fault"
	"waylight/internal/ids"
)

// WaitFor is how long a passphrase that two papers set opens nothing. It is no setting:
// what one person could shorten on a page would hold nobody, and a locked Desk cannot
// read settings. Three days are a weekend and a day on which somebody is at work.
const WaitFor = 72 * time.Hour

// Waiting is a passphrase that two papers set. It stands beside the member's own, which
// goes on opening everything, and opens nothing itself before it takes its place.
type Waiting struct {
	ID      string    `json:"id"`
	Used    time.Time `json:"used"`
	Papers  []int     `json:"papers"`  // which two
	Edition []byte    `json:"edition"` // of which making
	Salt    []byte    `json:"salt"`
	Seed    []byte    `json:"seed"`
	// Met says that somebody came with the member's own passphrase since: then time
	// alone is not enough, unless they said that it was they (Let).
	Met bool `json:"met,omitempty"`
	Let bool `json:"let,omitempty"`
}

// What papers led to.
const (
	PapersWait     = "waits"    // two were put together
	PapersLet      = "let"      // the member said that it was they
	PapersSet      = "set"      // the time was over
	PapersThree    = "three"    // three were put together
	PapersHastened = "hastened" // a security officer said yes
	PapersStopped  = "stopped"  // the member or a security officer said no
	PapersFell     = "fell"     // the member changed their passphrase, made new papers, or left
)

// Note is what papers led to, until the database knows it too: what happens at a locked
// Desk cannot be written elsewhere, and what is written twice is known by its id.
type Note struct {
	ID     string    `json:"id"`
	Wait   string    `json:"wait"`
	Member string    `json:"member"`
	What   string    `json:"what"`
	At     time.Time `json:"at"`
	By     string    `json:"by,omitempty"`     // the member who did it, when one was signed in
	Papers []int     `json:"papers,omitempty"` // which two, when they were put together
}

func (f *File) note(s *Slot, wait, what, by string, now time.Time) {
	n := Note{ID: ids.New("use"), Wait: wait, Member: s.Member, What: what, At: now.UTC().Truncate(time.Second), By: by}
	if what == PapersWait {
		n.Papers = s.Waiting.Papers
	}
	f.Notes = append(f.Notes, n)
}

// end takes away what waits and what the papers open: two of them are in one hand.
func (f *File) end(s *Slot, what, by string, now time.Time) {
	if s.Waiting != nil {
		f.note(s, s.Waiting.ID, what, by, now)
		s.Waiting, s.Recovery = nil, nil
	}
}

// take puts what waited in the place of the member's own passphrase.
func (s *Slot) take() {
	s.Salt, s.Seed = s.Waiting.Salt, s.Waiting.Seed
	s.Waiting, s.Recovery = nil, nil
}

// WaitingOf is what waits for a member; nil when nothing does.
func (f *File) WaitingOf(member string) *Waiting {
	if s := f.slotOf(member); s != nil {
		return s.Waiting
	}
	return nil
}

// SamePassphrase reports whether a member's passphrase is the same in both files.
func (f *File) SamePassphrase(o *File, member string) bool {
	a, b := f.slotOf(member), o.slotOf(member)
	return a != nil && b != nil && bytes.Equal(a.Seed, b.Seed)
}

// Waits lists the ids of all that waits.
func (f *File) Waits() (all []string) {
	for _, s := range f.Slots {
		if s.Waiting != nil {
			all = append(all, s.Waiting.ID)
		}
	}
	return all
}

// Ripen lets take effect what waited long enough. Where somebody came with the member's
// own passphrase since, it goes on waiting for their answer.
func (f *File) Ripen(passed func(wait string) time.Duration, now time.Time) (changed bool) {
	for i := range f.Slots {
		s := &f.Slots[i]
		if w := s.Waiting; w != nil && passed(w.ID) >= WaitFor && (w.Let || !w.Met) {
			f.note(s, w.ID, PapersSet, "", now)
			s.take()
			changed = true
		}
	}
	return changed
}

// Meet notes that somebody came with the member's own passphrase.
func (f *File) Meet(member string) (changed bool) {
	w := f.WaitingOf(member)
	if w == nil || w.Met {
		return false
	}
	w.Met = true
	return true
}

func (f *File) waiting(id string) (*Slot, error) {
	for i := range f.Slots {
		if w := f.Slots[i].Waiting; w != nil && w.ID == id {
			return &f.Slots[i], nil
		}
	}
	return nil, fault.New(fault.Conflict, "This passphrase does not wait any more. Load the page again: it says what became of it.")
}

// Stop drops what waits and makes the papers worthless.
func (f *File) Stop(id, by string, now time.Time) error {
	s, err := f.waiting(id)
	if err == nil {
		f.end(s, PapersStopped, by, now)
	}
	return err
}

// LetWait is the member's word that it was they: it waits on and needs no other answer.
func (f *File) LetWait(id, by string, now time.Time) error {
	s, err := f.waiting(id)
	if err != nil {
		return err
	}
	if s.Member != by {
		return fault.New(fault.Denied, "Only the member can say that it was they.")
	}
	if !s.Waiting.Let {
		s.Waiting.Let = true
		f.note(s, id, PapersLet, by, now)
	}
	return nil
}

// Hasten lets what waits take effect now. Who may ask for it is the caller's affair.
func (f *File) Hasten(id, by string, now time.Time) error {
	s, err := f.waiting(id)
	if err != nil {
		return err
	}
	if s.Member == by {
		return fault.New(fault.Denied, "Another member must say this, not the one whose papers were used.")
	}
	f.note(s, id, PapersHastened, by, now)
	s.take()
	return nil
}

// Past is what the database knows of papers.
type Past struct {
	Ended    map[string]string // what became of each that does not wait any more
	Editions map[string]string // by member, of the papers that are good; "": good, and not known which
	Active   map[string]bool
}

// Agree brings the file to what the database knows: an older file that was put in the
// place of this one brings back neither what was stopped nor papers that are worthless.
func (f *File) Agree(p Past, now time.Time) (changed bool) {
	for i := range f.Slots {
		s := &f.Slots[i]
		if w := s.Waiting; w != nil && p.Ended[w.ID] != "" {
			if was := p.Ended[w.ID]; was == PapersSet || was == PapersHastened {
				s.take()
			}
			s.Waiting, s.Recovery, changed = nil, nil, true
		}
		want, good := p.Editions[s.Member]
		if s.Recovery != nil && (!p.Active[s.Member] || !good || want != "" && want != hex.EncodeToString(s.Recovery.Edition)) {
			f.end(s, PapersFell, "", now)
			s.Recovery, changed = nil, true
		}
	}
	return changed
}

// set is what is left to do when papers were found to be good.
func (f *File) set(ctx context.Context, s *Slot, seed []byte, numbers []int, fresh string, now time.Time) (err error) {
	if len(numbers) == Papers {
		wait := ids.New("wait")
		if s.Waiting != nil {
			wait = s.Waiting.ID
		}
		if s.Salt, s.Seed, err = lockSeed(s.Member, seed, fresh); err != nil {
			return err
		}
		f.note(s, wait, PapersThree, "", now)
		s.Waiting, s.Recovery = nil, nil
		return nil
	}
	if w := s.Waiting; w != nil {
		c, err := passphraseCipher(ctx, s.Member, fresh, w.Salt)
		if err != nil {
			return err
		}
		again, err := c.Open(nil, nil, w.Seed, []byte("waylight/v1/member"))
		clear(again)
		if err != nil {
			return fault.New(fault.Conflict, "Two of these papers were used already, and the passphrase that was set then waits. Nothing was changed. With the third paper a new one works at once.")
		}
		return nil // the same form, once more
	}
	w := &Waiting{ID: ids.New("wait"), Used: now.UTC().Truncate(time.Second), Papers: numbers, Edition: bytes.Clone(s.Recovery.Edition)}
	if w.Salt, w.Seed, err = lockSeed(s.Member, seed, fresh); err != nil {
		return err
	}
	s.Waiting = w
	f.note(s, w.ID, PapersWait, "", now)
	return nil
}
