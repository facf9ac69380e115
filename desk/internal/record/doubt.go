package record

import (
	"context"
	"slices"
)

// Doubt is a pair of sources under one act that may repeat one another, of which
// nobody has decided. Until somebody does, the two count as one.
type Doubt struct {
	Likeness
	Apart Grade // what the claims would propose if these two were independent; if they share an origin, nothing changes
}

// doubtItems: at most so many items are compared for one page, those of the claims first: a page
// must come at once also where a newspaper has sent a hundred thousand articles.
const doubtItems = 60

// Suspected keeps what the look for common origins under an act needs.
type Suspected interface {
	// ItemsToCompare lists items of the sources whose words are not sealed, those
	// named first, then the newest, at most limit.
	ItemsToCompare(ctx context.Context, named, sources []string, limit int) ([]Item, error)
}

// doubted looks which sources of claims may repeat one another and are not decided.
func doubted(ctx context.Context, tx Store, claims []Weighed) ([]Likeness, error) {
	var items, ids []string
	var sources []Source
	groups := map[string]bool{}
	for _, c := range claims {
		if ok, _ := c.Standing(); !ok {
			continue
		}
		items = append(items, c.Item)
		if !slices.Contains(ids, c.Source) {
			ids, sources = append(ids, c.Source), append(sources, c.From)
		}
		groups[c.From.Group] = true
	}
	if len(groups) < 2 {
		return nil, nil
	}
	texts, err := tx.ItemsToCompare(ctx, items, ids, doubtItems)
	if err != nil {
		return nil, err
	}
	decided, err := tx.Kinships(ctx)
	if err != nil {
		return nil, err
	}
	return Likenesses(texts, sources, decided), nil
}

// origins tells the independent origin of each group: the groups that an undecided
// pair ties together count as one.
func origins(standing []Weighed, open []Likeness) (of map[string]string, held []Likeness) {
	of = map[string]string{}
	here := map[string]bool{}
	for _, c := range standing {
		of[c.From.Group], here[c.Source] = c.From.Group, true
	}
	root := func(g string) string {
		for of[g] != g {
			g = of[g]
		}
		return g
	}
	for _, l := range open {
		if !here[l.A.ID] || !here[l.B.ID] || l.A.Group == l.B.Group {
			continue
		}
		held = append(held, l)
		a, b := root(l.A.Group), root(l.B.Group)
		of[max(a, b)] = min(a, b)
	}
	for g := range of {
		of[g] = root(g)
	}
	return of, held
}

// doubts says of each open pair what deciding it would change.
func doubts(claims []Weighed, held []Likeness) []Doubt {
	out := make([]Doubt, len(held))
	for n, l := range held {
		out[n] = Doubt{Likeness: l, Apart: grade(claims, slices.Concat(held[:n], held[n+1:])).Grade}
	}
	return out
}

// sayDoubts says why independent-looking sources are not counted as such.
func (p *Proposal) sayDoubts(held []Likeness) {
	switch len(held) {
	case 0:
	case 1:
		p.say("Two of these sources may repeat one another: nobody has decided. Until then they count as one.")
	default:
		p.say("Pairs of these sources that may repeat one another, of which nobody has decided: %s. Until then each pair counts as one.", number(len(held)))
	}
}
