package record

import (
	"context"
	"encoding/json"
	"strings"
	"sync"

	"waylight/desk/internal/edtf"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/stem"
)

// FoundKind says what was found.
type FoundKind string

// The kinds of things that can be found.
const (
	FoundIncident  FoundKind = "incident"
	FoundClaim     FoundKind = "claim"
	FoundItem      FoundKind = "item"
	FoundStatement FoundKind = "statement"
	FoundSource    FoundKind = "source"
)

// FoundKinds lists the kinds.
func FoundKinds() []FoundKind {
	return []FoundKind{FoundIncident, FoundClaim, FoundItem, FoundStatement, FoundSource}
}

// Doc is one thing that can be found.
type Doc struct {
	ID       string
	Kind     FoundKind
	Incident string
	Act      Act
	Source   string
	Dated    edtf.Date
}

// Public reports whether an item may be listed: not the paper that says who a source is.
func (i Item) Public() bool { return i.Material != identityPaper }

// Query is what is looked for; empty fields do not narrow.
type Query struct {
	Text     string
	Kind     FoundKind
	Act      Act
	Year     string
	Incident string
	Codes    []string // a term of the acts with everything below it
	Acts     []string // of our short list that are among those codes
	Sealed   []string // what was found in sealed words; filled by Search
}

// Facet is one value with the number of things that have it.
type Facet struct {
	Value string
	N     int
}

// Searched keeps what can be found. Sealed words are never among it.
type Searched interface {
	Found(ctx context.Context, q Query, limit int) ([]Doc, error)
	Facets(ctx context.Context, q Query) (map[string][]Facet, error) // by "kind", "act", "year"
	SealedFor(ctx context.Context, member string) (items, claims []string, err error)
}

// Hit is one thing that was found, with a piece of its text.
type Hit struct {
	Doc
	Title  string
	Piece  string // the words around what was found; "" when they are sealed
	Sealed bool   // found in words that lie in a safe
	From   Source
	Claim  Claim
}

// Hits is what a search gave.
type Hits struct {
	List   []Hit
	Facets map[string][]Facet
	More   bool
}

// sealedWords holds, in memory only, the stems of sealed words for each member
// who searched: of what this member has a key to, and of nothing else.
type sealedWords struct {
	mu   sync.Mutex
	held map[string]map[string]string // by member, then by item or claim
}

// Forget drops what the search holds for a member: they have signed out.
func (a *Archive) Forget(member string) {
	a.sealed.mu.Lock()
	defer a.sealed.mu.Unlock()
	delete(a.sealed.held, member)
}

// page is how many hits are shown; atOnce how many safes one transaction opens.
const (
	hitPage = 50
	atOnce  = 25
)

// Search finds what the actor may see: in any script, over everything that is not
// sealed and over the sealed words to which the actor has a key. Opening those for
// the search goes into the ledger, once for each until the actor signs out. Nobody
// finds, or is told the number of, what is sealed from them.
func (a *Archive) Search(ctx context.Context, by staff.Actor, q Query) (h Hits, err error) {
	if err := by.Must(Readers()...); err != nil {
		return h, err
	}
	if strings.TrimSpace(q.Text) != "" {
		if len(stem.Words(q.Text)) == 0 {
			return h, wrong("q", "Write a word or a number.")
		}
		if q.Sealed, err = a.amongSealed(ctx, by, q.Text); err != nil {
			return h, err
		}
	}
	err = a.reading(ctx, func(tx Store) error {
		docs, err := tx.Found(ctx, q, hitPage+1)
		if err != nil {
			return err
		}
		if h.More = len(docs) > hitPage; h.More {
			docs = docs[:hitPage]
		}
		if h.Facets, err = tx.Facets(ctx, q); err != nil {
			return err
		}
		asked := map[string]bool{}
		for _, w := range stem.Words(q.Text) {
			asked[w] = true
		}
		sealed := map[string]bool{}
		for _, id := range q.Sealed {
			sealed[id] = true
		}
		for _, d := range docs {
			hit, err := describe(ctx, tx, d, asked)
			if err != nil {
				return err
			}
			hit.Sealed = sealed[d.ID]
			h.List = append(h.List, hit)
		}
		return nil
	})
	return h, err
}

// describe loads what a hit shows. It opens nothing.
func describe(ctx context.Context, tx Store, d Doc, asked map[string]bool) (h Hit, err error) {
	h.Doc = d
	if d.Source != "" {
		if h.From, err = tx.Source(ctx, d.Source); err != nil {
			return h, err
		}
	}
	switch d.Kind {
	case FoundIncident:
		i, err := tx.Incident(ctx, d.ID)
		h.Title, h.Dated, h.Piece = i.Title, i.Span, piece(i.Narrative, asked)
		return h, err
	case FoundItem:
		i, err := tx.RecordItem(ctx, d.ID)
		h.Title, h.Dated, h.Piece = i.Title, i.Dated, piece(i.Words, asked)
		return h, err
	case FoundClaim:
		h.Claim, err = tx.Claim(ctx, d.ID)
		h.Dated, h.Piece = h.Claim.Asserted, piece(h.Claim.Verbatim+" "+h.Claim.Translation, asked)
		return h, err
	case FoundStatement:
		s, err := tx.Statement(ctx, d.ID)
		h.Title, h.Dated, h.Piece = s.Speaker, s.Dated, piece(s.Quote+" "+s.Summary, asked)
		return h, err
	}
	h.Title = h.From.Name
	return h, nil
}

// piece cuts some thirty words out of a text, around the first that was asked for.
func piece(text string, asked map[string]bool) string {
	words := strings.Fields(text)
	at := 0
	for n, w := range words {
		if s := stem.Words(w); len(s) > 0 && asked[s[0]] {
			at = n
			break
		}
	}
	from, to := max(0, at-12), min(len(words), at+20)
	out := strings.Join(words[from:to], " ")
	if from > 0 {
		out = "… " + out
	}
	if to < len(words) {
		out += " …"
	}
	return out
}

// amongSealed looks through the sealed words that the actor has a key to.
func (a *Archive) amongSealed(ctx context.Context, by staff.Actor, text string) ([]string, error) {
	var items, claims []string
	err := a.reading(ctx, func(tx Store) (err error) {
		items, claims, err = tx.SealedFor(ctx, by.ID)
		return err
	})
	if err != nil {
		return nil, err
	}
	a.sealed.mu.Lock()
	defer a.sealed.mu.Unlock()
	if a.sealed.held == nil {
		a.sealed.held = map[string]map[string]string{}
	}
	old, now := a.sealed.held[by.ID], map[string]string{}
	var fresh []string
	for _, id := range append(items, claims...) {
		if words, ok := old[id]; ok {
			now[id] = words
		} else {
			fresh = append(fresh, id)
		}
	}
	a.sealed.held[by.ID] = now // what is no longer open to the actor is gone with old
	claim := map[string]bool{}
	for _, id := range claims {
		claim[id] = true
	}
	for len(fresh) > 0 {
		n := min(len(fresh), atOnce)
		read := map[string]string{}
		err := a.within(ctx, func(tx Store) error {
			for _, id := range fresh[:n] {
				words, err := a.forSearch(ctx, tx, by, id, claim[id])
				if err != nil {
					return err
				}
				read[id] = words
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		for id, words := range read {
			now[id] = words
		}
		fresh = fresh[n:]
	}
	var out []string
	for id, words := range now {
		if holds(words, text) {
			out = append(out, id)
		}
	}
	return out, nil
}

// forSearch opens one item or claim and gives its stems, between spaces.
func (a *Archive) forSearch(ctx context.Context, tx Store, by staff.Actor, id string, claim bool) (string, error) {
	where, text := "", ""
	if claim {
		c, err := tx.Claim(ctx, id)
		if err != nil {
			return "", err
		}
		box, ok, err := open(ctx, tx, by, c.Safe)
		if err != nil || !ok || len(c.Sealed) == 0 {
			return "", err
		}
		plain, err := box.Take(claimLabel(c.ID), c.Sealed)
		if err != nil {
			return "", err
		}
		var w words
		if err := json.Unmarshal(plain, &w); err != nil {
			return "", err
		}
		where, text = c.Safe, w.Verbatim+"\n"+w.Translation
	} else {
		i, err := tx.RecordItem(ctx, id)
		if err != nil {
			return "", err
		}
		box, ok, err := open(ctx, tx, by, i.Safe)
		if err != nil || !ok || len(i.Sealed) == 0 {
			return "", err
		}
		plain, err := box.Take(itemLabel(i.ID), i.Sealed)
		if err != nil {
			return "", err
		}
		where, text = i.Safe, string(plain)
	}
	return " " + strings.Join(stem.Words(text), " ") + " ", tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "record.opened-for-search", Subject: id, Scope: where})
}

// holds reports whether every word of the query stands among stems; the last may be a beginning.
func holds(words, query string) bool {
	asked := stem.Words(query)
	for n, w := range asked {
		end := " "
		if n == len(asked)-1 && len([]rune(w)) >= 3 {
			end = ""
		}
		if !strings.Contains(words, " "+w+end) {
			return false
		}
	}
	return len(asked) > 0
}
