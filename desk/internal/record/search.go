package record

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"sync"

	"waylight/desk/internal/edtf"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/safe"
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
	// Facets counts by "kind", "act", "year": of a query with words at most so many, the
	// newest, and then says that there are more.
	Facets(ctx context.Context, q Query, most int) (facets map[string][]Facet, more bool, err error)
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
	Newest int // of so many, the newest, the facets count; 0: of all
}

// sealedWords holds, in memory only, the stems of sealed words for each member
// who searched: of what this member has a key to, and of nothing else.
type sealedWords struct {
	mu sync.Mutex
	of map[string]*opened // by member
}

// opened is what one member's searches have opened. Nobody waits for another's.
type opened struct {
	mu   sync.Mutex
	held map[string]string // stems by item or claim; nil until they searched
	at   int64             // what the store's count of changes was when all of it had been read; -1 until then
}

func (s *sealedWords) member(id string) *opened {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.of == nil {
		s.of = map[string]*opened{}
	}
	if s.of[id] == nil {
		s.of[id] = &opened{at: -1}
	}
	return s.of[id]
}

// Forget drops what the search holds for a member: they have signed out.
func (a *Archive) Forget(member string) {
	a.sealed.mu.Lock()
	defer a.sealed.mu.Unlock()
	delete(a.sealed.of, member)
}

// page is how many hits are shown; atOnce how many safes one transaction opens.
const (
	hitPage = 50
	atOnce  = 50

	// So many hits the facets count: more would keep a search of a million texts waiting. Hits of a
	// kind, act or year lie far from one another in the index, so that each takes longer.
	counted       = 2_000
	countedNarrow = 500
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
		most, many := counted, false
		if q.Kind != "" || q.Act != "" || q.Year != "" {
			most = countedNarrow
		}
		if h.Facets, many, err = tx.Facets(ctx, q, most); err != nil {
			return err
		}
		if h.Newest = 0; many {
			h.Newest = most
		}
		asked := map[string]bool{}
		for _, w := range stem.Words(q.Text) {
			asked[w] = true
		}
		sealed := map[string]bool{}
		for _, id := range q.Sealed {
			sealed[id] = true
		}
		sources, err := sourcesOf(ctx, tx, docs)
		if err != nil {
			return err
		}
		for _, d := range docs {
			hit, err := describe(ctx, tx, d, asked)
			if err != nil {
				return err
			}
			hit.From, hit.Sealed = sources[d.Source], sealed[d.ID]
			if d.Kind == FoundSource {
				hit.Title = hit.From.Name
			}
			h.List = append(h.List, hit)
		}
		return nil
	})
	return h, err
}

// sourcesOf gives the sources of what was found, by id.
func sourcesOf(ctx context.Context, tx Store, docs []Doc) (map[string]Source, error) {
	out := map[string]Source{}
	for _, d := range docs {
		out[d.Source] = Source{}
	}
	list, err := tx.SourcesAmong(ctx, slices.Collect(maps.Keys(out)))
	for _, s := range list {
		out[s.ID] = s
	}
	return out, err
}

// describe loads what a hit shows, but for its source. It opens nothing.
func describe(ctx context.Context, tx Store, d Doc, asked map[string]bool) (h Hit, err error) {
	h.Doc = d
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
	mine := a.sealed.member(by.ID)
	mine.mu.Lock()
	defer mine.mu.Unlock()
	var items, claims []string
	changes, same := int64(0), false
	err := a.reading(ctx, func(tx Store) (err error) {
		if changes, err = tx.RecordCount(ctx, "sealed"); err != nil {
			return err
		}
		if same = mine.at == changes; same {
			return nil // nothing came and no right changed since this member searched
		}
		items, claims, err = tx.SealedFor(ctx, by.ID)
		return err
	})
	if err != nil {
		return nil, err
	}
	if same {
		return among(mine.held, text), nil
	}
	now := map[string]string{}
	var fresh []string
	for _, id := range append(items, claims...) {
		if words, ok := mine.held[id]; ok {
			now[id] = words
		} else {
			fresh = append(fresh, id)
		}
	}
	mine.held, mine.at = now, -1 // what is no longer open to the actor is gone
	claim := map[string]bool{}
	for _, id := range claims {
		claim[id] = true
	}
	for part := range slices.Chunk(fresh, atOnce) {
		read := map[string]string{}
		err := a.within(ctx, func(tx Store) error {
			boxes := keysAtHand{by: by, boxes: map[string]*safe.Safe{}}
			for _, id := range part {
				words, err := boxes.forSearch(ctx, tx, id, claim[id])
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
		maps.Copy(now, read)
	}
	mine.at = changes
	return among(now, text), nil
}

// among lists what holds a text.
func among(held map[string]string, text string) []string {
	var out []string
	asked := stem.Words(text)
	for id, words := range held {
		if holds(words, asked) {
			out = append(out, id)
		}
	}
	return out
}

// keysAtHand opens each safe once within a transaction: an item and its claims share one.
type keysAtHand struct {
	by    staff.Actor
	boxes map[string]*safe.Safe // nil: the actor has no grant
}

func (k keysAtHand) open(ctx context.Context, tx Store, id string) (*safe.Safe, error) {
	if box, ok := k.boxes[id]; ok {
		return box, nil
	}
	box, ok, err := open(ctx, tx, k.by, id)
	if err != nil {
		return nil, err
	}
	k.boxes[id] = nil
	if ok {
		k.boxes[id] = &box
	}
	return k.boxes[id], nil
}

// forSearch opens one item or claim and gives its stems, between spaces.
func (k keysAtHand) forSearch(ctx context.Context, tx Store, id string, claim bool) (string, error) {
	var where, label string
	var sealed []byte
	if claim {
		c, err := tx.Claim(ctx, id)
		if err != nil {
			return "", err
		}
		where, label, sealed = c.Safe, claimLabel(c.ID), c.Sealed
	} else {
		i, err := tx.RecordItem(ctx, id)
		if err != nil {
			return "", err
		}
		where, label, sealed = i.Safe, itemLabel(i.ID), i.Sealed
	}
	box, err := k.open(ctx, tx, where)
	if err != nil || box == nil || len(sealed) == 0 {
		return "", err
	}
	plain, err := box.Take(label, sealed)
	if err != nil {
		return "", err
	}
	text := string(plain)
	if claim {
		var w words
		if err := json.Unmarshal(plain, &w); err != nil {
			return "", err
		}
		text = w.Verbatim + "\n" + w.Translation
	}
	return " " + strings.Join(stem.Words(text), " ") + " ", tx.Append(ctx, ledger.Entry{Actor: k.by.ID, Action: "record.opened-for-search", Subject: id, Scope: where})
}

// holds reports whether every word of the query stands among stems; the last may be a beginning.
func holds(words string, asked []string) bool {
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
