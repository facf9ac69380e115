package cases

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"waylight/desk/internal/safe"
)

// Kind says what an item is. It is a plain column: it tells the shape, not the story.
type Kind string

// The kinds.
const (
	KindParty    Kind = "party"
	KindTriage   Kind = "triage"
	KindCheck    Kind = "check"
	KindRisk     Kind = "risk"
	KindConsent  Kind = "consent"
	KindBridge   Kind = "bridge"
	KindPlan     Kind = "plan"
	KindCheckIn  Kind = "checkin"
	KindContact  Kind = "contact" // what happened at a check-in or an alert
	KindCost     Kind = "cost"
	KindAllot    Kind = "allot" // which grant pays a cost
	KindReceipt  Kind = "receipt"
	KindNeed     Kind = "need"
	KindDelivery Kind = "delivery"
	KindProvider Kind = "provider" // in the provider's own safe
	KindTally    Kind = "tally"    // what this case gave to the house's sums
	KindNote     Kind = "note"
	KindFollowUp Kind = "followup"
	KindTurn     Kind = "turn"
	KindClosure  Kind = "closure"
	KindPaper    Kind = "paper"
	KindHold     Kind = "hold" // why it must not be erased
	KindForm     Kind = "form" // a paper that the person signs
	KindLeg      Kind = "leg"  // in the leg's own safe
	KindStep     Kind = "step" // likewise
	KindPlace    Kind = "place"
	KindStay     Kind = "stay"   // in the place's safe
	KindKnown    Kind = "known"  // likewise: somebody learnt of the place
	KindRoute    Kind = "route"  // likewise: a leg leads to the place or from it
	KindLeak     Kind = "leak"   // in a breach's safe
	KindHanded   Kind = "handed" // to a partner, or from one
	KindPack     Kind = "pack"   // in a travel pack's safe: why, and the key of its journal
	KindEntry    Kind = "entry"  // likewise: what of a journal waits for a person
	KindView     Kind = "view"   // in a member's drawer
)

// Item is one edition as it is kept: sealed.
type Item struct {
	Seq     int64  // the order in which editions came, over all safes; given by the store
	Safe    string // "case_…", "leg_…" or "place_…"
	ID      string
	Kind    Kind
	Version int // 1, 2, …
	Base    int // the version that its author had seen; Version-1 unless two wrote at once
	Author  string
	At      time.Time
	Sealed  safe.Sealed
}

func (i Item) label() string {
	return "case." + string(i.Kind) + "/" + i.ID + "/" + strconv.Itoa(i.Version)
}

// Edition is one item, opened.
type Edition[T any] struct {
	ID            string
	Seq           int64
	Version, Base int
	Author        string
	At            time.Time
	Content       T
}

// Sheet is all editions of one item.
type Sheet[T any] struct {
	ID      string
	Current Edition[T]
	Rivals  []Edition[T] // written without having seen the current one; nobody has settled them yet
	History []Edition[T] // every edition, the oldest first
}

// Exists reports whether there is an edition.
func (s Sheet[T]) Exists() bool { return len(s.History) > 0 }

// Saw is the version that an edit made from this sheet has seen: the last of all, rivals too.
func (s Sheet[T]) Saw() int { return len(s.History) }

// Content is the current edition's content, the zero value when there is none.
func (s Sheet[T]) Content() T { return s.Current.Content }

// add takes the next edition. One that had seen all before it is the current one
// and settles its rivals; any other is a rival of the current one.
func (s *Sheet[T]) add(e Edition[T]) {
	s.ID = e.ID
	s.History = append(s.History, e)
	if e.Base == e.Version-1 {
		s.Current, s.Rivals = e, nil
		return
	}
	s.Rivals = append(s.Rivals, e)
}

// sheets adds an edition to the sheet of its id, in order of appearance.
func sheets[T any](all []Sheet[T], e Edition[T]) []Sheet[T] {
	for i := range all {
		if all[i].ID == e.ID {
			all[i].add(e)
			return all
		}
	}
	var s Sheet[T]
	s.add(e)
	return append(all, s)
}

func find[T any](all []Sheet[T], id string) (Sheet[T], bool) {
	for _, s := range all {
		if s.ID == id {
			return s, true
		}
	}
	return Sheet[T]{}, false
}

func openItem[T any](s safe.Safe, i Item) (Edition[T], error) {
	e := Edition[T]{ID: i.ID, Seq: i.Seq, Version: i.Version, Base: i.Base, Author: i.Author, At: i.At}
	plain, err := s.Take(i.label(), i.Sealed)
	if err != nil {
		return e, fmt.Errorf("cases: a %s: %w", i.Kind, err)
	}
	defer clear(plain)
	if err := json.Unmarshal(plain, &e.Content); err != nil {
		return e, fmt.Errorf("cases: a %s has another form than expected", i.Kind) // the error's text could quote the content
	}
	return e, nil
}

func sealItem(s safe.Safe, i Item, content any) (Item, error) {
	plain, err := json.Marshal(content)
	if err != nil {
		return i, fmt.Errorf("cases: a %s cannot be written", i.Kind)
	}
	i.Sealed = s.Put(i.label(), plain)
	clear(plain)
	return i, nil
}
