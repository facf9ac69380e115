package record

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/stem"
	"waylight/internal/fault"
)

// Kinship is what a member decided about the origin of two sources. The last one
// about a pair holds, all are kept.
type Kinship struct {
	A, B   string // sources, A before B
	Same   bool   // one origin: together they count once
	Reason string
	By     string
	At     time.Time
}

// Kinships keeps decisions about origins.
type Kinships interface {
	AddKinship(ctx context.Context, k Kinship) error
	Kinships(ctx context.Context) ([]Kinship, error) // oldest first
	// OpenTexts lists the newest items whose words are not sealed, at most limit.
	OpenTexts(ctx context.Context, limit int) ([]Item, error)
}

// Likeness is a pair of sources that may share one origin, with what points there.
type Likeness struct {
	A, B         Source // A before B by id
	ItemA, ItemB Item   // the two that are most alike
	Shared       string // the longest run of words that both have, folded; "" when only one cites the other
	Words        int    // in that run
	Part         float64
	Cites        bool // one names the other
	Days         int  // between the dates of the two items; -1 when a date is not known to the day
	Reasons      []Reason
}

// What points to one origin: five words in a row are compared; wording is a sign
// when a quarter of the shorter text stands in the other, or ten words in a row do.
const (
	run       = 5
	alikePart = 0.25
	alikeRun  = 10
	common    = 40 // a run that more items than this have is a formula of the trade
)

// text is an item's words, ready to be compared.
type text struct {
	item   Item
	source Source
	words  []string
	runs   map[string]int // first place of each run
	stems  string         // for names
}

// Likenesses proposes which sources may share an origin, the likeliest first: from
// the wording of what came from them, from one naming the other, and from the days
// between. Sources of one group are left out, and pairs that somebody has decided.
// It decides nothing, and sees only words that are not sealed. Order of entry does not matter.
func Likenesses(items []Item, sources []Source, decided []Kinship) []Likeness {
	texts, holders := prepare(items, sources)
	shared := map[[2]int]int{}
	for _, in := range holders {
		if len(in) > common {
			continue
		}
		for i, a := range in {
			for _, b := range in[i+1:] {
				shared[[2]int{a, b}]++
			}
		}
	}
	done := map[[2]string]bool{}
	for _, k := range decided {
		done[[2]string{k.A, k.B}] = true
	}
	best := map[[2]string]Likeness{}
	consider := func(l Likeness) {
		p := [2]string{l.A.ID, l.B.ID}
		old, ok := best[p]
		if l.A.ID != l.B.ID && l.A.Group != l.B.Group && !done[p] && (!ok || nearer(l, old) < 0) {
			best[p] = l
		}
	}
	for p, n := range shared {
		a, b := texts[p[0]], texts[p[1]]
		if part := float64(n) / float64(min(len(a.runs), len(b.runs))); part >= alikePart || n > alikeRun-run {
			consider(liken(a, b, part))
		}
	}
	names := map[string]string{}
	for _, s := range sources {
		if n := strings.Join(stem.Words(s.Name), " "); s.Kind != PersonSource && len([]rune(n)) >= 5 {
			names[s.ID] = " " + n + " "
		}
	}
	of := map[string][]text{}
	for _, t := range texts {
		of[t.source.ID] = append(of[t.source.ID], t)
	}
	called := calling(names)
	for _, a := range texts {
		for _, id := range called.in(a.stems) {
			if id == a.source.ID {
				continue
			}
			for _, b := range of[id] {
				consider(liken(a, b, 0))
			}
		}
	}
	out := make([]Likeness, 0, len(best))
	for _, l := range best {
		for _, pair := range [][2]string{{l.ItemA.Words, l.B.ID}, {l.ItemB.Words, l.A.ID}} {
			l.Cites = l.Cites || names[pair[1]] != "" && strings.Contains(" "+strings.Join(stem.Words(pair[0]), " ")+" ", names[pair[1]])
		}
		l.explain()
		out = append(out, l)
	}
	slices.SortFunc(out, nearer)
	return out
}

// caller finds names in a text by their first words: every text was looked through for every name.
type caller map[string][]called

type called struct {
	id   string
	name []string
}

func calling(names map[string]string) caller {
	c := caller{}
	for id, n := range names {
		words := strings.Fields(n)
		c[words[0]] = append(c[words[0]], called{id, words})
	}
	return c
}

// in lists whose name stands in a text, each once.
func (c caller) in(stems string) (ids []string) {
	words := strings.Fields(stems)
	for at, w := range words {
		for _, x := range c[w] {
			if len(x.name) <= len(words)-at && slices.Equal(words[at:at+len(x.name)], x.name) && !slices.Contains(ids, x.id) {
				ids = append(ids, x.id)
			}
		}
	}
	return ids
}

// nearer orders the likelier pair first.
func nearer(x, y Likeness) int {
	return cmp.Or(cmp.Compare(y.Part, x.Part), cmp.Compare(y.Words, x.Words), cmp.Compare(x.A.ID, y.A.ID), cmp.Compare(x.B.ID, y.B.ID), cmp.Compare(x.ItemA.ID, y.ItemA.ID), cmp.Compare(x.ItemB.ID, y.ItemB.ID))
}

// prepare cuts the words of items, and tells which texts hold each run.
func prepare(items []Item, sources []Source) ([]text, map[string][]int) {
	from := map[string]Source{}
	for _, s := range sources {
		from[s.ID] = s
	}
	var texts []text
	holders := map[string][]int{}
	for _, i := range items {
		s, ok := from[i.Source]
		if i.Words == "" || i.Safe != "" || !ok {
			continue
		}
		t := text{item: i, source: s, words: stem.Split(i.Words), runs: map[string]int{}}
		t.stems = " " + strings.Join(stem.Words(i.Words), " ") + " "
		for at := 0; at+run <= len(t.words); at++ {
			r := strings.Join(t.words[at:at+run], " ")
			if _, twice := t.runs[r]; !twice {
				t.runs[r] = at
				holders[r] = append(holders[r], len(texts))
			}
		}
		texts = append(texts, t)
	}
	return texts, holders
}

func liken(a, b text, part float64) Likeness {
	if b.source.ID < a.source.ID {
		a, b = b, a
	}
	l := Likeness{A: a.source, B: b.source, ItemA: a.item, ItemB: b.item, Part: min(part, 1), Days: between(a.item, b.item)}
	for at := 0; at+run <= len(a.words); {
		there, ok := b.runs[strings.Join(a.words[at:at+run], " ")]
		if !ok {
			at++
			continue
		}
		n := run
		for at+n < len(a.words) && there+n < len(b.words) && a.words[at+n] == b.words[there+n] {
			n++
		}
		if n > l.Words {
			l.Words, l.Shared = n, strings.Join(a.words[at:at+n], " ")
		}
		at += n - run + 1
	}
	return l
}

// between is the days between two items, -1 when one is not dated to the day.
func between(a, b Item) int {
	if a.Dated == "" || b.Dated == "" || a.Dated.Precision() != "day" || b.Dated.Precision() != "day" {
		return -1
	}
	at := func(i Item) time.Time {
		first, _ := i.Dated.Span()
		t, err := time.Parse(time.DateOnly, string(first))
		if err != nil {
			return time.Time{}
		}
		return t
	}
	d := int(at(a).Sub(at(b)).Hours() / 24)
	return max(d, -d)
}

func (l *Likeness) explain() {
	if l.Words >= run {
		l.Reasons = append(l.Reasons, Because("Words in a row that both have: %s.", number(l.Words)))
	}
	if l.Part >= alikePart {
		l.Reasons = append(l.Reasons, Because("Of the shorter text, %s percent stands in the other too.", number(int(l.Part*100))))
	}
	if l.Cites {
		l.Reasons = append(l.Reasons, Because("One names the other."))
	}
	switch {
	case l.Days == 0:
		l.Reasons = append(l.Reasons, Because("Both are of the same day."))
	case l.Days > 0:
		l.Reasons = append(l.Reasons, Because("Days between them: %s.", number(l.Days)))
	}
}

// So many texts the page of origins compares with one another, and so many pairs it shows.
const (
	comparedTexts = 2_000
	shownPairs    = 60
)

// Origins is what may share an origin, and what was decided.
type Origins struct {
	Open    []Likeness // the likeliest
	Pairs   int        // how many there are
	Newest  int        // only so many texts were compared, the newest; 0: all
	Decided []Kinship  // newest first
	Names   map[string]string
}

// Origins looks for sources that may share an origin.
func (a *Archive) Origins(ctx context.Context, by staff.Actor) (o Origins, err error) {
	err = a.read(ctx, by, func(tx Store) error {
		sources, err := tx.Sources(ctx)
		if err != nil {
			return err
		}
		items, err := tx.OpenTexts(ctx, comparedTexts+1)
		if err != nil {
			return err
		}
		if o.Newest = 0; len(items) > comparedTexts {
			o.Newest, items = comparedTexts, items[:comparedTexts]
		}
		if o.Decided, err = tx.Kinships(ctx); err != nil {
			return err
		}
		o.Open, o.Names = Likenesses(items, sources, o.Decided), map[string]string{}
		o.Pairs, o.Open = len(o.Open), o.Open[:min(shownPairs, len(o.Open))]
		for _, s := range sources {
			o.Names[s.ID] = s.Name
		}
		slices.Reverse(o.Decided)
		return nil
	})
	return o, err
}

// DecideOrigin keeps what a member decided about two sources. When they share an
// origin, everything of the one's group joins the other's: together they count as
// one from now on, in every grade that is proposed.
func (a *Archive) DecideOrigin(ctx context.Context, by staff.Actor, k Kinship) error {
	k.By, k.At = by.ID, a.clock.Now()
	if strings.TrimSpace(k.Reason) == "" {
		return wrong("reason", "Write why. Another person will read it.")
	}
	if k.B < k.A {
		k.A, k.B = k.B, k.A
	}
	return a.write(ctx, by, func(tx Store) error {
		first, err := tx.Source(ctx, k.A)
		if err != nil {
			return err
		}
		second, err := tx.Source(ctx, k.B)
		if err != nil {
			return err
		}
		if k.A == k.B {
			return fault.Missing()
		}
		if err := tx.AddKinship(ctx, k); err != nil {
			return err
		}
		joined := 0
		if k.Same && first.Group != second.Group {
			if joined, err = join(ctx, tx, first.Group, second.Group); err != nil {
				return err
			}
		}
		return tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "origin.decided", Subject: k.A, Detail: struct {
			Other  string
			Same   bool
			Joined int
		}{k.B, k.Same, joined}})
	})
}

// join moves every source of one group into another and tells how many.
func join(ctx context.Context, tx Store, into, from string) (n int, err error) {
	all, err := tx.Sources(ctx)
	if err != nil {
		return 0, err
	}
	for _, s := range all {
		if s.Group != from {
			continue
		}
		s.Group = into
		if err := tx.SaveSource(ctx, s); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}
