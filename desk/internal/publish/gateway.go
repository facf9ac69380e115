package publish

import (
	"context"
	"slices"
	"strings"
	"sync"

	"waylight/desk/internal/guard"
	"waylight/desk/internal/jobs"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/staff"
	"waylight/internal/bundle"
	"waylight/internal/clock"
	"waylight/internal/fault"
)

// Editions keeps reports and what of them is public.
type Editions interface {
	Edition(ctx context.Context, id string) (Edition, error)
	Editions(ctx context.Context) ([]Edition, error)          // newest first
	PutEdition(ctx context.Context, e Edition, was int) error // was: the revision seen, 0 for a new one; Conflict when it moved
	Approve(ctx context.Context, edition string, a Approval) error
	PutFiles(ctx context.Context, edition string, files []File) error // adds or replaces public files by path
	DropFiles(ctx context.Context, edition string) error
	PublicFiles(ctx context.Context) ([]File, error) // all that is public, the newest edition's pages first
	NextSerial(ctx context.Context) (uint64, error)
	ScheduledEditions(ctx context.Context) ([]string, error) // ids of those that wait for the end of an embargo
}

// Identities is what the guard matches against.
type Identities interface {
	GuardKey(ctx context.Context) (guard.Key, error) // NotFound while nothing is watched
	GuardState(ctx context.Context) (Watch, error)
	GuardTerms(ctx context.Context, from int64) ([]Watched, error)   // that id and all above, in order
	Lifted(ctx context.Context, l Lift) (bool, error)                // by a consent or a decision
	Decide(ctx context.Context, d Decision) error                    // notes a decision on one hit
	MayKnow(ctx context.Context, owner, member string) (bool, error) // the member can open the owner's safe
	FactsWatch(ctx context.Context) (FactsWatch, error)
	DropFacts(ctx context.Context) (owners int, err error) // removes all fingerprints of facts, and keeps none from now on
	KeepFacts(ctx context.Context) (lack int, err error)   // keeps them again
}

// Store is all that the gateway needs of its transaction.
type Store interface {
	Editions
	Identities
	Shelf
	ledger.Appender
	jobs.Queue
}

// Watch is the state of the guard's terms; the same state means the same terms.
type Watch struct {
	Removed int64  // how often terms were removed
	Last    int64  // id of the last term; 0: none
	Tip     string // what the last term is, so that an id given twice is noticed
}

// Watched is one term with what tells it from another of the same id.
type Watched struct {
	guard.Term
	Tip string
}

// Lift asks whether one hit may stand in one text for one kind of reader.
type Lift struct {
	Subject string // the edition's or letter's id
	Class   string // "public", "government", "partner"
	Owner   string
	Kind    guard.Kind
	Term    int64
	Now     clock.Day
}

// Decision says that a hit is another person or an ordinary word.
type Decision struct {
	Subject string
	Term    int64
	Reason  string // without personal data
	By      string
}

// Press renders an edition: the same edition gives the same bytes.
type Press interface {
	Report(e Edition) ([]File, error)
	// Gone sets, in the place of each page, one that says only that it was taken back.
	Gone(e Edition, day clock.Day, pages []File) ([]File, error)
	// Feed lists what is public for those who follow it, the newest first.
	Feed(public []Edition) ([]File, error)
}

// JobPages is the job that carries the public pages to the Front.
const JobPages = "hatch.pages"

// Push is the body of a JobPages: the signed list and the bytes of every page.
type Push struct {
	Manifest string     `json:"manifest"`
	Pages    []PushPage `json:"pages"`
}

// PushPage is the content of one page.
type PushPage struct {
	Path string `json:"path"`
	Body []byte `json:"body"`
}

// Gateway is the only way out. Make one for each database.
type Gateway struct {
	Within  func(ctx context.Context, f func(Store) error) error
	Reading func(ctx context.Context, f func(Store) error) error
	Clock   clock.Clock
	Press   Press
	// Signer is the organisation key, while the Desk is unlocked; a fault of kind Locked otherwise.
	Signer func() (bundle.Signer, error)

	// Shaken says, by version of a figure, how many things under its estimate were taken
	// back or came in since; nil where there are no estimates.
	Shaken func(ctx context.Context, s Store) (map[string]int, error)

	mu    sync.Mutex // guards the index: it grows with the terms that each check's transaction sees
	index *guard.Index
	key   guard.Key
	seen  Watch
}

var (
	writers   = []staff.Role{staff.Editor}
	readers   = []staff.Role{staff.Editor, staff.Security, staff.Advocate}
	approvers = []staff.Role{staff.Editor, staff.Security, staff.Advocate}
)

// Hit is a finding as one member may see it.
type Hit struct {
	Paragraph int // index into the checked paragraphs
	Level     guard.Level
	Kind      guard.Kind // of the term; always told, since it helps to mend the text
	Why       guard.Reason
	Gap       int // where two parts met: how many words on the second stands; of facts which they are, as guard.Finding has it
	Read      guard.Read
	Lifted    bool
	ID        int64  // of the term: says nothing by itself, and is for rooms that keep it from their pages
	Entitled  bool   // this member may know more:
	Words     string // the very words of the text
	Owner     string // the safe to which the identity belongs
	Term      int64
}

// Blocks reports whether the hit stops the text.
func (h Hit) Blocks() bool { return h.Level == guard.Block && !h.Lifted }

// Blocked reports whether any of the hits stops the text.
func Blocked(hits []Hit) bool { return slices.ContainsFunc(hits, Hit.Blocks) }

// check matches paragraphs against every identity that the transaction sees.
func (g *Gateway) check(ctx context.Context, s Store, a staff.Actor, subject, class string, paragraphs []string) ([]Hit, error) {
	found, err := g.match(ctx, s, paragraphs)
	if err != nil {
		return nil, err
	}
	out := make([]Hit, 0, len(found))
	for _, f := range found {
		h := Hit{Paragraph: f.Paragraph, Level: f.Level, Kind: f.Kind, Why: f.Why, Gap: f.Gap, Read: f.Read, ID: f.Term}
		h.Lifted, err = s.Lifted(ctx, Lift{Subject: subject, Class: class, Owner: f.Owner, Kind: f.Kind, Term: f.Term, Now: clock.DayOf(g.Clock.Now())})
		if err != nil {
			return nil, err
		}
		if a.ID != "" {
			h.Entitled = a.Roles.Has(staff.Security)
			if !h.Entitled {
				if h.Entitled, err = s.MayKnow(ctx, f.Owner, a.ID); err != nil {
					return nil, err
				}
			}
		}
		if h.Entitled {
			h.Words, h.Owner, h.Term = paragraphs[f.Paragraph][f.Start:f.End], f.Owner, f.Term
		}
		out = append(out, h)
	}
	return out, nil
}

func (g *Gateway) match(ctx context.Context, s Store, paragraphs []string) ([]guard.Finding, error) {
	now, err := s.GuardState(ctx)
	switch {
	case err != nil:
		return nil, err
	case now.Last == 0: // nobody is protected yet; coordinates are looked at all the same
		return guard.NewIndex(guard.Key{}).Check(paragraphs...), nil
	}
	key, err := s.GuardKey(ctx)
	if err != nil {
		return nil, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if err := g.sync(ctx, s, key, now); err != nil {
		return nil, err
	}
	return g.index.Check(paragraphs...), nil
}

// sync brings the index to the state that the transaction sees. Terms are only
// added, except for removals, which are counted; so when our last term is still
// what it was, all before it are too, also after a transaction that was undone.
func (g *Gateway) sync(ctx context.Context, s Store, key guard.Key, now Watch) error {
	if g.index != nil && g.key == key && g.seen == now {
		return nil
	}
	from := int64(0)
	if g.index != nil && g.key == key && g.seen.Removed == now.Removed && g.seen.Last <= now.Last {
		from = g.seen.Last
	}
	terms, err := s.GuardTerms(ctx, from)
	if err != nil {
		return err
	}
	if from > 0 && len(terms) > 0 && terms[0].ID == from && terms[0].Tip == g.seen.Tip {
		terms = terms[1:]
	} else {
		if from > 0 {
			if terms, err = s.GuardTerms(ctx, 0); err != nil {
				return err
			}
		}
		g.index = guard.NewIndex(key)
	}
	for _, t := range terms {
		g.index.Add(t.Term)
	}
	g.key, g.seen = key, now
	return nil
}

// Pass lets a text leave, inside the transaction of its sending, or refuses it
// with the paragraphs that give somebody away.
func (g *Gateway) Pass(ctx context.Context, s Store, actor, subject, class string, paragraphs []string) error {
	hits, err := g.check(ctx, s, staff.Actor{}, subject, class, paragraphs)
	if err != nil {
		return err
	}
	if Blocked(hits) {
		return refusal(hits)
	}
	return passed(ctx, s, ledger.Entry{Actor: actor, Subject: subject}, class, hits)
}

// PassInside lets a text stay in the house where many members read it, or refuses it
// with the paragraphs that give somebody away. What is kept from the public alone,
// under an owner of a kind that is named, may stand in it.
func (g *Gateway) PassInside(ctx context.Context, s Store, actor, subject string, paragraphs []string, kind string) error {
	hits, err := g.match(ctx, s, paragraphs)
	if err != nil {
		return err
	}
	var stop []Hit
	for _, f := range hits {
		// Members may describe a person to each other: what facts together give away is for texts that leave.
		if !strings.HasPrefix(f.Owner, kind+"_") && f.Kind != guard.Facts {
			stop = append(stop, Hit{Paragraph: f.Paragraph, Level: f.Level, Kind: f.Kind})
		}
	}
	if Blocked(stop) {
		return refusal(stop)
	}
	return nil
}

// PassTo is Pass for words to one reader, such as the answer to a sender. What a
// case protects may be told to the person it is for: by a member who can open
// that case, and who says that it is meant. It is in the ledger.
func (g *Gateway) PassTo(ctx context.Context, s Store, a staff.Actor, subject, class string, paragraphs []string, meant bool) error {
	hits, err := g.check(ctx, s, a, subject, class, paragraphs)
	if err != nil {
		return err
	}
	entitled := 0
	for i, h := range hits {
		if h.Blocks() && h.Entitled {
			entitled++
			hits[i].Lifted = meant
		}
	}
	switch {
	case !Blocked(hits):
	case entitled > 0 && !meant && !slices.ContainsFunc(hits, func(h Hit) bool { return h.Blocks() && !h.Entitled }):
		return fault.New(fault.Conflict, "This tells something that a case of yours protects. If it is meant for this very person, say so and send it again.")
	default:
		return refusal(hits)
	}
	return passed(ctx, s, ledger.Entry{Actor: a.ID, Subject: subject, Scope: subject}, class, hits)
}

// passed notes that a text may leave, and how far it was checked.
func passed(ctx context.Context, s Store, e ledger.Entry, class string, hits []Hit) error {
	w, err := s.FactsWatch(ctx)
	if err != nil {
		return err
	}
	e.Action, e.Detail = "publish.passed", struct {
		Class       string
		Lifted      int
		FactsOff    bool `json:",omitempty"` // it was not checked for facts
		FactsLacked int  `json:",omitempty"` // whose facts were not known yet
	}{class, lifted(hits), w.Off, w.Lack}
	return s.Append(ctx, e)
}

// Stopped says which of many texts may not leave, so that they can be left out,
// such as the row of somebody whom a case protects in a long list.
func (g *Gateway) Stopped(ctx context.Context, s Store, subject, class string, paragraphs []string) ([]int, error) {
	hits, err := g.check(ctx, s, staff.Actor{}, subject, class, paragraphs)
	var out []int
	for _, h := range hits {
		if h.Blocks() && !slices.Contains(out, h.Paragraph) {
			out = append(out, h.Paragraph)
		}
	}
	return out, err
}

func lifted(hits []Hit) int {
	n := 0
	for _, h := range hits {
		if h.Lifted {
			n++
		}
	}
	return n
}

// refusal names paragraphs, never identities.
func refusal(hits []Hit) error {
	var where []string
	for _, h := range hits {
		if p := itoa(h.Paragraph + 1); h.Blocks() && !slices.Contains(where, p) {
			where = append(where, p)
		}
	}
	return fault.New(fault.Conflict, "This text gives away somebody whom the Desk protects, in paragraph %s. Change it, or ask the security officer.", strings.Join(where, ", "))
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + string(rune('0'+n%10))
}

// Look checks texts in a room's own transaction and lets nothing leave.
func (g *Gateway) Look(ctx context.Context, s Store, a staff.Actor, subject, class string, paragraphs []string) ([]Hit, error) {
	return g.check(ctx, s, a, subject, class, paragraphs)
}

// Inspect checks any text for a member who writes it, such as a letter.
func (g *Gateway) Inspect(ctx context.Context, a staff.Actor, subject, class string, paragraphs []string) (hits []Hit, err error) {
	err = g.Reading(ctx, func(s Store) error {
		hits, err = g.check(ctx, s, a, subject, class, paragraphs)
		return err
	})
	return hits, err
}
