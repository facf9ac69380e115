package lists

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/fault"
	"waylight/linkage"
)

// Answer is what a person says of two records.
type Answer string

// The answers. Undo takes back every earlier answer to the pair.
const (
	Same      Answer = "same"
	Different Answer = "different"
	Unsure    Answer = "unsure"
	Undo      Answer = "undo"
)

// Pair is two records that somebody was asked about.
type Pair struct {
	Study, Token string
	Sealed       safe.Sealed
	Left, Right  linkage.Ref // from the safe
}

// Decision is one answer, never changed.
type Decision struct {
	Seq              int64
	Study, Pair, Run string
	Member           string
	Answer           Answer
	At               time.Time
}

// Stand is how a pair stands.
type Stand string

// The stands of a pair.
const (
	Unasked  Stand = "open"
	Second   Stand = "second"   // one person answered; another is asked, without seeing it
	Disputed Stand = "disputed" // a third person is asked, or one of the two thinks again
	Settled  Stand = "settled"
)

// Standing is a pair with what people said of it.
type Standing struct {
	Pair  Pair
	State Stand
	Same  bool              // when settled
	Said  map[string]Answer // by member: their last answer that was not taken back
	At    int64             // the decision by which it was settled
}

// Settle says how every pair stands. The last answer of each person counts,
// unless it was taken back; unsure counts for nothing. Two who agree settle a
// pair, against one at most.
func Settle(pairs []Pair, decided []Decision) []Standing {
	at := map[string]int{}
	out := make([]Standing, len(pairs))
	for i, p := range pairs {
		at[p.Token] = i
		out[i] = Standing{Pair: p, State: Unasked, Said: map[string]Answer{}}
	}
	for _, d := range decided {
		i, ok := at[d.Pair]
		if !ok {
			continue
		}
		s := &out[i]
		if d.Answer == Undo {
			*s = Standing{Pair: s.Pair, State: Unasked, Said: map[string]Answer{}}
			continue
		}
		s.Said[d.Member] = d.Answer
		s.weigh(d.Seq)
	}
	return out
}

func (s *Standing) weigh(seq int64) {
	same, different := 0, 0
	for _, a := range s.Said {
		switch a {
		case Same:
			same++
		case Different:
			different++
		}
	}
	was, sameWas := s.State, s.Same
	switch {
	case max(same, different) >= 2 && same != different:
		s.State, s.Same = Settled, same > different
	case same > 0 && different > 0:
		s.State, s.Same = Disputed, false
	case same+different > 0:
		s.State, s.Same = Second, false
	default:
		s.State, s.Same = Unasked, false
	}
	if s.State == Settled && (was != Settled || s.Same != sameWas) {
		s.At = seq
	}
}

// For reports whether a member is asked about the pair: who has not answered, while
// it is not settled; and who did, when another said otherwise.
func (s Standing) For(member string) bool {
	if s.State == Settled {
		return false
	}
	a, answered := s.Said[member]
	return !answered || s.State == Disputed && a != Unsure
}

// Seen are the answers that a member may see: all of a settled pair and of a
// disputed one in which they took sides; else their own alone.
func (s Standing) Seen(member string) map[string]Answer {
	mine, answered := s.Said[member]
	if s.State == Settled || s.State == Disputed && answered && mine != Unsure {
		return s.Said
	}
	if answered {
		return map[string]Answer{member: mine}
	}
	return nil
}

// Follows are the settled pairs that go when one is taken back: it, and
// everything settled after it about a record that it had brought into play.
func Follows(all []Standing, token string) []Standing {
	settled := slices.DeleteFunc(slices.Clone(all), func(s Standing) bool { return s.State != Settled })
	slices.SortFunc(settled, func(a, b Standing) int { return int(a.At - b.At) })
	touched := map[linkage.Ref]bool{}
	var out []Standing
	for _, s := range settled {
		switch {
		case s.Pair.Token == token:
		case len(out) > 0 && (touched[s.Pair.Left] || touched[s.Pair.Right]):
		default:
			continue
		}
		out = append(out, s)
		if s.Same || s.Pair.Token == token {
			touched[s.Pair.Left], touched[s.Pair.Right] = true, true
		}
	}
	return out
}

// between are the pairs of which both records stand on one of the lists.
func between(lists []List, all []Standing) (out []Standing) {
	names := map[string]bool{}
	for _, l := range lists {
		names[l.Facts.Name] = true
	}
	for _, s := range all {
		if names[s.Pair.Left.List] && names[s.Pair.Right.List] {
			out = append(out, s)
		}
	}
	return out
}

// reviews are what the settled pairs say to the engine.
func reviews(all []Standing) (out []linkage.Review) {
	for _, s := range all {
		if s.State == Settled {
			out = append(out, linkage.Review{Left: s.Pair.Left, Right: s.Pair.Right, Same: s.Same})
		}
	}
	return out
}

// token names two records under the safe's key, whichever comes first.
func token(box safe.Safe, a, b linkage.Ref) string {
	one, two := a.List+"\x00"+a.Record, b.List+"\x00"+b.Record
	if two < one {
		one, two = two, one
	}
	return box.Token("pair/" + itoa(len(one)) + "/" + one + "/" + two)
}

func pairs(ctx context.Context, tx Store, box safe.Safe) ([]Pair, error) {
	all, err := tx.StudyPairs(ctx, box.ID())
	for i := range all {
		plain, err := box.Take(pairLabel(all[i].Token), all[i].Sealed)
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(plain, &[]*linkage.Ref{&all[i].Left, &all[i].Right}); err != nil {
			return nil, err
		}
	}
	return all, err
}

// Asked is a pair with its question, as one member may see it.
type Asked struct {
	Study    Study
	Question Question
	Standing Standing
	Seen     map[string]Answer
	Left     int      // pairs that wait for this member, this one included
	Next     string   // token of the next one; "" when this is the last
	Follows  []string // tokens of what is taken back with it; of a settled pair
}

// Queue are the questions that wait for a member, the most telling first;
// disputes before all others.
func (s Sheet) Queue(member string) (out []Question) {
	standing := s.byToken()
	for _, p := range s.Pairs {
		if len(between(s.In(), []Standing{p})) == 0 {
			delete(standing, p.Pair.Token) // a list of it is left out
		}
	}
	for _, disputed := range []bool{true, false} {
		for _, q := range s.Found.Questions {
			p, known := standing[q.Token]
			if known && p.For(member) && (p.State == Disputed) == disputed {
				out = append(out, q)
			}
		}
	}
	return out
}

func (s Sheet) byToken() map[string]Standing {
	m := map[string]Standing{}
	for _, p := range s.Pairs {
		m[p.Pair.Token] = p
	}
	return m
}

// Look opens one pair. That it was read is noted.
func (w *Workbench) Look(ctx context.Context, by staff.Actor, id, pair string) (a Asked, err error) {
	err = w.Within(ctx, func(tx Store) error {
		box, err := keep(ctx, tx, by, id)
		if err != nil {
			return err
		}
		s, err := sheet(ctx, tx, box)
		if err != nil {
			return err
		}
		standing, ok := s.byToken()[pair]
		if !ok {
			return fault.Missing()
		}
		a = Asked{Study: s.Study, Standing: standing, Seen: standing.Seen(by.ID)}
		if a.Question, err = w.question(ctx, tx, box, s, pair); err != nil {
			return err
		}
		queue := s.Queue(by.ID)
		a.Left = len(queue)
		for i, q := range queue {
			if q.Token == pair && i+1 < len(queue) {
				a.Next = queue[i+1].Token
			}
		}
		if a.Next == "" && len(queue) > 0 && queue[0].Token != pair {
			a.Next = queue[0].Token
		}
		for _, f := range Follows(s.Pairs, pair) {
			a.Follows = append(a.Follows, f.Pair.Token)
		}
		return tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "lists.pair-opened", Subject: id, Detail: struct{ Pair string }{pair}})
	})
	return a, err
}

// question finds what was asked about a pair, in the last run that asked it.
func (w *Workbench) question(ctx context.Context, tx Store, box safe.Safe, s Sheet, pair string) (Question, error) {
	for _, r := range s.Runs {
		if r.State != Done {
			continue
		}
		f, err := found(box, r)
		if err != nil {
			return Question{}, err
		}
		for _, q := range f.Questions {
			if q.Token == pair {
				return q, nil
			}
		}
	}
	return Question{}, fault.Missing()
}

// Judge keeps a member's answer. Nobody sees it before they gave theirs.
func (w *Workbench) Judge(ctx context.Context, by staff.Actor, id, pair string, answer Answer) error {
	var k fault.Check
	k.Field(slices.Contains([]Answer{Same, Different, Unsure}, answer), "answer", "Choose an answer.")
	if err := k.Err(); err != nil {
		return err
	}
	return w.Within(ctx, func(tx Store) error {
		box, err := open(ctx, tx, by, id)
		if err != nil {
			return err
		}
		s, err := sheet(ctx, tx, box)
		if err != nil {
			return err
		}
		standing, ok := s.byToken()[pair]
		if !ok {
			return fault.Missing()
		}
		// Before it is settled, anybody may think again about their own answer.
		if standing.State == Settled {
			return fault.New(fault.Conflict, "This pair is settled. Take the decision back if it is wrong.")
		}
		return w.decide(ctx, tx, by, Decision{Study: id, Pair: pair, Run: s.Of.ID, Answer: answer})
	})
}

func (w *Workbench) decide(ctx context.Context, tx Store, by staff.Actor, d Decision) error {
	d.Member, d.At = by.ID, w.Clock.Now()
	if err := tx.AddStudyDecision(ctx, d); err != nil {
		return err
	}
	return tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "lists.judged", Subject: d.Study, Detail: struct {
		Pair   string
		Answer Answer
	}{d.Pair, d.Answer}})
}

// TakeBack takes back what was settled about a pair, with everything that
// followed from it: Follows. The pairs are asked again. seen is how many pairs
// the person was told would go; when it is another number by now, nothing is done.
func (w *Workbench) TakeBack(ctx context.Context, by staff.Actor, id, pair string, seen int) error {
	return w.Within(ctx, func(tx Store) error {
		box, err := open(ctx, tx, by, id)
		if err != nil {
			return err
		}
		s, err := sheet(ctx, tx, box)
		if err != nil {
			return err
		}
		gone := Follows(s.Pairs, pair)
		if len(gone) == 0 || len(gone) != seen {
			return fault.New(fault.Conflict, "Something was decided meanwhile. Look at the pair again.")
		}
		for _, g := range gone {
			if err := w.decide(ctx, tx, by, Decision{Study: id, Pair: g.Pair.Token, Run: s.Of.ID, Answer: Undo}); err != nil {
				return err
			}
		}
		return nil
	})
}
