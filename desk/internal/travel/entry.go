package travel

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"waylight/desk/internal/cases"
	"waylight/internal/fault"
	"waylight/internal/travelpack"
)

// The kinds of entries of a journal.
const (
	Opened = "opened" // the pack was opened on the laptop
	Noted  = "note"
	Heard  = "heard" // of somebody whose check-in lies in the pack
	Moved  = "step"  // a leg
	Judged = "risk"
)

// Entry is what stands in one entry of a journal.
type Entry struct {
	Form  string      // made with the form on the laptop: one that is sent twice is written once
	Case  string      `json:",omitempty"`
	Item  string      `json:",omitempty"` // of Heard a check-in, of Moved a leg
	What  string      `json:",omitempty"` // of Heard one of HeardKinds, of Moved the leg's new state
	Words string      `json:",omitempty"`
	Saw   int         `json:",omitempty"` // of Judged
	Risk  *cases.Risk `json:",omitempty"`
}

// HeardKinds lists what can be noted of a check-in on the way.
func HeardKinds() []string { return []string{"ok", "duress", "none"} }

// rowID names an entry by what stands in it, under the journal's key, so that the
// same entry is the same row however often it comes home.
func rowID(key travelpack.JournalKey, number int, e travelpack.Entry) string {
	h := hmac.New(sha256.New, key[:])
	h.Write(binary.BigEndian.AppendUint64(nil, uint64(number)))
	h.Write(binary.BigEndian.AppendUint64(nil, uint64(e.At.UnixMicro())))
	h.Write([]byte(e.Kind + "\n"))
	h.Write(e.Body)
	return "entry_" + strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(h.Sum(nil)[:16]))
}

// Bag is an opened pack with what was written into its journal: what the reader on
// the laptop shows.
type Bag struct {
	Pack travelpack.Pack
	Load Load
	Line []Written
}

// Written is an entry with its time.
type Written struct {
	At   time.Time
	Kind string
	Entry
}

// Unpack reads the body of an opened pack and the entries of its journal.
func Unpack(p travelpack.Pack, journal []travelpack.Entry) (*Bag, error) {
	b := &Bag{Pack: p}
	if err := json.Unmarshal(p.Body, &b.Load); err != nil || b.Load.Format != loadFormat {
		return nil, fault.New(fault.Invalid, "This pack is of another version than this program knows. Use the program of the Desk that made it.")
	}
	for _, e := range journal {
		w, err := read(e)
		if err != nil {
			return nil, err
		}
		b.Line = append(b.Line, w)
	}
	return b, nil
}

func read(e travelpack.Entry) (Written, error) {
	w := Written{At: e.At, Kind: e.Kind}
	if err := json.Unmarshal(e.Body, &w.Entry); err != nil {
		return w, fault.New(fault.Invalid, "An entry of the journal has another form than expected.")
	}
	return w, nil
}

// Latest is the latest time of the journal: a clock that was set back counts no further than to it.
func (b *Bag) Latest() time.Time {
	t := b.Pack.Made
	for _, w := range b.Line {
		if w.At.After(t) {
			t = w.At
		}
	}
	return t
}

// Has reports whether a form was written already.
func (b *Bag) Has(form string) bool {
	return slices.ContainsFunc(b.Line, func(w Written) bool { return w.Form == form })
}

// Case finds a case in the pack, with what was written on the way.
func (b *Bag) Case(id string) (Carried, error) {
	for _, c := range b.Load.Cases {
		if c.ID == id {
			return b.now(c), nil
		}
	}
	return Carried{}, fault.Missing()
}

// Cases lists the cases of the pack with what was written on the way.
func (b *Bag) Cases() []Carried {
	var all []Carried
	for _, c := range b.Load.Cases {
		all = append(all, b.now(c))
	}
	return all
}

func (b *Bag) now(c Carried) Carried {
	c.Legs = slices.Clone(c.Legs)
	for _, w := range b.Line {
		switch {
		case w.Kind == Judged && w.Case == c.ID && w.Risk != nil:
			c.Risk = *w.Risk
			c.Level = c.Risk.Level()
		case w.Kind == Moved:
			for i := range c.Legs {
				if c.Legs[i].ID == w.Item {
					c.Legs[i].State = cases.LegState(w.What)
				}
			}
		}
	}
	return c
}

// Of lists what was written about a case, the latest first.
func (b *Bag) Of(file string) (all []Written) {
	for _, w := range slices.Backward(b.Line) {
		if w.Case == file {
			all = append(all, w)
		}
	}
	return all
}

// Check says what is wrong with an entry before it is written, or nil.
func (b *Bag) Check(kind string, e Entry) error {
	c, err := b.Case(e.Case)
	if err != nil {
		return err
	}
	var k fault.Check
	switch kind {
	case Noted:
		k.Field(e.Words != "", "words", "Write the note first.")
	case Heard:
		k.Field(slices.ContainsFunc(c.CheckIns, func(d Due) bool { return d.ID == e.Item }), "item", "Choose the check-in.")
		k.Field(slices.Contains(HeardKinds(), e.What), "what", "Choose what you heard.")
	case Moved:
		i := slices.IndexFunc(c.Legs, func(l Leg) bool { return l.ID == e.Item })
		k.Field(i >= 0 && slices.Contains(c.Legs[max(i, 0)].State.Next(), cases.LegState(e.What)), "what", "Choose what happened.")
		k.Field(e.What != string(cases.LegAborted) && e.What != string(cases.LegLost) || e.Words != "", "words", "Say what happened.")
	case Judged:
		if e.Risk == nil {
			return fault.Missing()
		}
		return e.Risk.Check()
	}
	return k.Err()
}
