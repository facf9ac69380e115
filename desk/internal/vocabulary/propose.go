package vocabulary

import (
	"cmp"
	"context"
	"math"
	"slices"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/stem"
	"waylight/internal/clock"
	"waylight/internal/fault"
)

// Proposal is a term that plain words may mean, and which of them led to it.
type Proposal struct {
	Term  Term
	Words []string // stems that were found
	Score float64  // the higher, the nearer; compared within one answer only
}

// Propose finds the terms of a list that plain words in any of the languages may
// mean, the nearest first, at most n. A word that few terms have counts more; a
// term all of whose words were said counts more than a long one that has one of them.
func (b Book) Propose(list, plain string, day clock.Day, n int) []Proposal {
	asked := map[string]bool{}
	for _, w := range stem.Words(plain) {
		asked[w] = true
	}
	if len(asked) == 0 {
		return nil
	}
	words := map[string]map[string]bool{} // of each code
	often := map[string]int{}
	for k, t := range b.terms {
		if k.list != list || !t.Valid(day) {
			continue
		}
		set := map[string]bool{}
		for _, text := range append(namesOf(t), plainOf(t)) {
			for _, w := range stem.Words(text) {
				set[w] = true
			}
		}
		words[k.code] = set
		for w := range set {
			often[w]++
		}
	}
	var out []Proposal
	for code, set := range words {
		t := b.terms[key{list, code}]
		p := Proposal{Term: t}
		for w := range asked {
			if set[w] {
				p.Score += math.Log1p(float64(len(words)) / float64(often[w]))
				p.Words = append(p.Words, w)
			}
		}
		if len(p.Words) == 0 {
			continue
		}
		slices.Sort(p.Words)
		p.Score *= 1 + whole(t, asked)
		out = append(out, p)
	}
	slices.SortFunc(out, func(x, y Proposal) int {
		return cmp.Or(cmp.Compare(y.Score, x.Score), cmp.Compare(x.Term.Code, y.Term.Code))
	})
	return out[:min(n, len(out))]
}

// whole is the largest part of one name of the term that was said, 0 to 1.
func whole(t Term, asked map[string]bool) (most float64) {
	for _, name := range namesOf(t) {
		all := stem.Words(name)
		hit := 0
		for _, w := range all {
			if asked[w] {
				hit++
			}
		}
		if len(all) > 0 {
			most = max(most, float64(hit)/float64(len(all)))
		}
	}
	return most
}

func namesOf(t Term) []string {
	out := make([]string, 0, len(t.Names))
	for _, lang := range Languages() {
		if n := t.Names[lang]; n != "" {
			out = append(out, n)
		}
	}
	return out
}

func plainOf(t Term) string {
	if t.List != Acts {
		return ""
	}
	if t.Layer == Ours {
		for _, o := range ourTerms {
			if o.code == t.Code {
				return o.plain
			}
		}
	}
	return plainWords[t.Code]
}

// Code files an incident or a deed under a term that is valid today.
func (l *Lexicon) Code(ctx context.Context, by staff.Actor, c Coding) error {
	if err := by.Must(staff.Documenter); err != nil {
		return err
	}
	c.By, c.At = by.ID, l.Clock.Now()
	var k fault.Check
	k.Field(len(c.Note) <= 1000, "note", "Keep the note short; the narrative is the place for more.")
	if err := k.Err(); err != nil {
		return err
	}
	return l.Within(ctx, func(s Store) error {
		terms, err := s.Terms(ctx)
		if err != nil {
			return err
		}
		t, ok := NewBook(terms).Term(c.List, c.Code)
		if !ok {
			return fault.Missing()
		}
		if !t.Valid(l.Today()) {
			return fault.New(fault.Conflict, "This term is no longer in use. Choose another one.")
		}
		if err := s.AddCoding(ctx, c); err != nil {
			return err
		}
		return s.Append(ctx, ledger.Entry{Actor: by.ID, Action: "vocabulary.coded", Subject: c.Subject, Detail: struct{ List, Code string }{c.List, c.Code}})
	})
}

// Uncode takes a code off again; the ledger keeps that it was there.
func (l *Lexicon) Uncode(ctx context.Context, by staff.Actor, subject, list, code string) error {
	if err := by.Must(staff.Documenter); err != nil {
		return err
	}
	return l.Within(ctx, func(s Store) error {
		if err := s.RemoveCoding(ctx, subject, list, code); err != nil {
			return err
		}
		return s.Append(ctx, ledger.Entry{Actor: by.ID, Action: "vocabulary.uncoded", Subject: subject, Detail: struct{ List, Code string }{list, code}})
	})
}

// CodingsOf lists the codes of an incident or a deed.
func (l *Lexicon) CodingsOf(ctx context.Context, subject string) (out []Coding, err error) {
	err = l.Reading(ctx, func(s Store) error {
		out, err = s.CodingsOf(ctx, subject)
		return err
	})
	return out, err
}

// Filed lists the subjects under a code or any code below it.
func (l *Lexicon) Filed(ctx context.Context, list, code string) (out []string, err error) {
	err = l.Reading(ctx, func(s Store) error {
		terms, err := s.Terms(ctx)
		if err != nil {
			return err
		}
		out, err = s.Coded(ctx, list, NewBook(terms).Under(list, code))
		return err
	})
	return out, err
}
