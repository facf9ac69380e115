package record

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/fault"
)

// Entity is one kind of thing of the record, as a whole export calls it.
type Entity string

// The entities, each after those that it names.
const (
	WholeSources    Entity = "sources"
	WholeItems      Entity = "items"
	WholeIncidents  Entity = "incidents"
	WholeActs       Entity = "acts"
	WholeClaims     Entity = "claims"
	WholeLinks      Entity = "links"
	WholeJudgements Entity = "judgements"
	WholeStatements Entity = "statements"
	WholeFindings   Entity = "findings"
	WholeReviews    Entity = "reviews"
	WholeOrigins    Entity = "origins"
	WholeMilestones Entity = "milestones"
)

// Entities lists them in the order in which they are taken in.
func Entities() []Entity {
	return []Entity{WholeSources, WholeItems, WholeIncidents, WholeActs, WholeClaims, WholeLinks, WholeJudgements, WholeStatements, WholeFindings, WholeReviews, WholeOrigins, WholeMilestones}
}

// Held says where the words of an item or a claim are.
type Held string

// The ways in which words are held.
const (
	HeldOpen   Held = "open"   // they stand openly
	HeldSealed Held = "sealed" // they lie in a safe, and stand here because they were opened for this
	HeldClosed Held = "closed" // they lie in a safe, and stand not here
	HeldGone   Held = "gone"   // they were destroyed
)

type wholeItem struct {
	Item
	Held Held
}

type wholeClaim struct {
	Claim
	Held Held
}

// Whole is everything of the record as rows of JSON, by entity.
type Whole map[Entity][]json.RawMessage

// WholeIn gathers everything of the record. Words in safes are opened, with an
// entry in the ledger for each, when sealed is wished and the actor has the key;
// who sources are is never among it.
func (a *Archive) WholeIn(ctx context.Context, tx Store, by staff.Actor, sealed bool) (Whole, error) {
	g := gather{ctx: ctx, tx: tx, by: by, sealed: sealed, out: Whole{}}
	for _, step := range []func() error{g.sources, g.items, g.incidents, g.claims, g.statements, g.rest} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return g.out, nil
}

type gather struct {
	ctx    context.Context
	tx     Store
	by     staff.Actor
	sealed bool
	out    Whole
}

// internal are the members that mean something on one Desk only.
var internal = []string{"Safe", "Sealed", "Key"}

func (g *gather) add(e Entity, v any) error { return g.out.Add(e, v) }

// Add adds a row: a value with the names of its members in small letters.
func (w Whole) Add(e Entity, v any) error {
	raw, err := json.Marshal(v)
	if err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	if _, err := d.Token(); err != nil {
		return err
	}
	var b bytes.Buffer
	b.WriteByte('{')
	for d.More() {
		k, err := d.Token()
		if err != nil {
			return err
		}
		var x json.RawMessage
		if err := d.Decode(&x); err != nil {
			return err
		}
		if name := k.(string); !slices.Contains(internal, name) {
			if b.Len() > 1 {
				b.WriteByte(',')
			}
			b.WriteString(`"` + strings.ToLower(name) + `":`)
			b.Write(x)
		}
	}
	b.WriteByte('}')
	w[e] = append(w[e], b.Bytes())
	return nil
}

func (g *gather) sources() error {
	all, err := g.tx.Sources(g.ctx)
	for _, s := range all {
		if err := g.add(WholeSources, s); err != nil {
			return err
		}
	}
	return err
}

func (g *gather) items() error {
	all, err := g.tx.RecordItems(g.ctx, "")
	for _, i := range all {
		if !i.Public() {
			continue
		}
		w := wholeItem{Item: i, Held: HeldOpen}
		if i.Safe != "" {
			if w.Held, err = g.held(i.Safe); err != nil {
				return err
			}
			if w.Held == HeldClosed && g.sealed {
				text, ok, err := unsealItem(g.ctx, g.tx, g.by, i)
				if err != nil {
					return err
				}
				if ok {
					w.Words, w.Held = text, HeldSealed
				}
			}
		}
		if err := g.add(WholeItems, w); err != nil {
			return err
		}
	}
	return err
}

func (g *gather) held(box string) (Held, error) {
	grants, err := g.tx.Grants(g.ctx, box)
	if err == nil && len(grants) == 0 {
		return HeldGone, nil
	}
	return HeldClosed, err
}

func (g *gather) incidents() error {
	all, err := g.tx.Incidents(g.ctx)
	if err != nil {
		return err
	}
	for _, i := range all {
		if err := g.add(WholeIncidents, i); err != nil {
			return err
		}
		deeds, err := g.tx.Deeds(g.ctx, i.ID)
		if err != nil {
			return err
		}
		for _, d := range deeds {
			if err := g.add(WholeActs, d); err != nil {
				return err
			}
			if err := g.findings(d.ID); err != nil {
				return err
			}
		}
		miles, err := g.tx.Milestones(g.ctx, i.ID)
		if err != nil {
			return err
		}
		for _, m := range miles {
			if err := g.add(WholeMilestones, m); err != nil {
				return err
			}
		}
	}
	return nil
}

func (g *gather) findings(deed string) error {
	all, err := g.tx.FindingsOf(g.ctx, deed)
	for _, f := range all {
		for _, r := range f.Reviews {
			if err := g.add(WholeReviews, r); err != nil {
				return err
			}
		}
		f.Reviews = nil
		if err := g.add(WholeFindings, f); err != nil {
			return err
		}
	}
	return err
}

func (g *gather) claims() error {
	claims, err := g.tx.ClaimsWhere(g.ctx, Where{})
	if err != nil {
		return err
	}
	all, err := Weigh(g.ctx, g.tx, claims)
	if err != nil {
		return err
	}
	if g.sealed {
		if err := unseal(g.ctx, g.tx, g.by, all); err != nil {
			return err
		}
	}
	for _, c := range all {
		w := wholeClaim{Claim: c.Claim, Held: HeldOpen}
		if c.Safe != "" {
			if w.Held, err = g.held(c.Safe); err != nil {
				return err
			}
			if c.Verbatim+c.Translation != "" {
				w.Held = HeldSealed
			}
		}
		if err := g.add(WholeClaims, w); err != nil {
			return err
		}
		for _, l := range c.Links {
			if l.From == c.ID {
				if err := g.add(WholeLinks, l); err != nil {
					return err
				}
			}
		}
		for _, j := range c.Judgements {
			if err := g.add(WholeJudgements, j); err != nil {
				return err
			}
		}
	}
	return nil
}

func (g *gather) statements() error {
	all, err := g.tx.Statements(g.ctx)
	for _, s := range all {
		if err := g.add(WholeStatements, s); err != nil {
			return err
		}
	}
	return err
}

func (g *gather) rest() error {
	all, err := g.tx.Kinships(g.ctx)
	for _, k := range all {
		if err := g.add(WholeOrigins, k); err != nil {
			return err
		}
	}
	return err
}

// WholeReport is what taking a whole record in did.
type WholeReport struct {
	Created, Same int
	Left          int // whose words were not in the file, and what hangs on them
	Wrong         []WholeWrong
}

// WholeWrong is a row that cannot be taken in.
type WholeWrong struct {
	Entity Entity
	Line   int
	What   string
}

// ErrOther says that a row of a whole export is here with other content.
var ErrOther = fault.New(fault.Conflict, "Something else is kept under this id.")

// TakeWholeIn takes rows in that WholeIn gave, here or on another Desk, under
// their ids. What is here already stays as it is; what is here with other content
// is wrong. Sealed words are sealed anew, for the documenters of this Desk.
func (a *Archive) TakeWholeIn(ctx context.Context, tx Store, by staff.Actor, w Whole) (r WholeReport, err error) {
	if err := by.Must(staff.Documenter); err != nil {
		return r, err
	}
	here, err := a.WholeIn(ctx, tx, by, true)
	if err != nil {
		return r, err
	}
	t := settle{a: a, ctx: ctx, tx: tx, by: by, boxes: map[string]safe.Safe{}, left: map[string]bool{}}
	if r, err = Settle(Entities(), here, w, t.one); err != nil {
		return r, err
	}
	if r.Created == 0 || len(r.Wrong) > 0 {
		return r, nil
	}
	return r, tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "record.whole-taken", Detail: struct{ Created, Same, Left int }{r.Created, r.Same, r.Left}})
}

// Settle takes the rows of entities in, one after another: what is here already stays as
// it is, what is here with other content is wrong, and so is what one refuses as a
// mistake. one answers false for what it leaves out.
func Settle(entities []Entity, here, w Whole, one func(Entity, json.RawMessage) (bool, error)) (r WholeReport, err error) {
	for _, e := range entities {
		known := map[string]json.RawMessage{}
		for _, raw := range here[e] {
			known[rowKey(raw)] = raw
		}
		for n, raw := range w[e] {
			key := rowKey(raw)
			if old, ok := known[key]; ok {
				if alike(old, raw) {
					r.Same++
				} else {
					r.Wrong = append(r.Wrong, WholeWrong{e, n + 1, ErrOther.Message})
				}
				continue
			}
			kept, err := one(e, raw)
			switch {
			case fault.KindOf(err) == fault.Invalid || fault.KindOf(err) == fault.Conflict || fault.KindOf(err) == fault.NotFound:
				r.Wrong = append(r.Wrong, WholeWrong{e, n + 1, sentence(err)})
			case err != nil:
				return r, err
			case kept:
				r.Created++
				known[key] = raw
			default:
				r.Left++
			}
		}
	}
	return r, nil
}

// And adds what taking other rows in did.
func (r *WholeReport) And(more WholeReport) {
	r.Created, r.Same, r.Left, r.Wrong = r.Created+more.Created, r.Same+more.Same, r.Left+more.Left, append(r.Wrong, more.Wrong...)
}

// sentence is what a fault says to a person, of its first field when it has any.
func sentence(err error) string {
	var f *fault.Error
	switch {
	case !errors.As(err, &f):
		return ErrShape.Message
	case len(f.Fields) > 0:
		return f.Fields[0].Message
	}
	return f.Message
}

// rowKey is by what a row is known: its id, or all of it.
func rowKey(raw json.RawMessage) string {
	var x struct{ ID string }
	if json.Unmarshal(raw, &x) == nil && x.ID != "" {
		return x.ID
	}
	return string(raw)
}

// alike compares two rows; words that one of them does not have do not count.
func alike(a, b json.RawMessage) bool {
	var x, y map[string]json.RawMessage
	if json.Unmarshal(a, &x) != nil || json.Unmarshal(b, &y) != nil {
		return false
	}
	closed := func(m map[string]json.RawMessage) bool {
		return string(m["held"]) == `"closed"` || string(m["held"]) == `"gone"`
	}
	if closed(x) || closed(y) {
		for _, m := range []map[string]json.RawMessage{x, y} {
			for _, k := range []string{"held", "words", "verbatim", "translation", "content", "frozen"} {
				delete(m, k)
			}
		}
	}
	if len(x) != len(y) {
		return false
	}
	for k, v := range x {
		if !bytes.Equal(v, y[k]) {
			return false
		}
	}
	return true
}
