package cases

import (
	"context"
	"maps"
	"slices"
	"time"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/watch"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Case is a case, opened.
type Case struct {
	File
	Assigned  []string             // member ids
	Until     map[string]time.Time // of those who are assigned for a time
	Parties   []Sheet[Party]
	Triage    Sheet[Triage]
	Checks    []Sheet[Credibility]
	Risk      Sheet[Risk]
	Consents  []Sheet[Consent]
	Bridges   []Sheet[Bridge]
	Plan      Sheet[Plan]
	PlanGo    Approval
	Legs      []Movement
	CheckIns  []Sign
	Alerts    []watch.Alert
	Needs     []Sheet[Need]
	Given     []Sheet[Delivery]
	Costs     []Spend
	Notes     []Edition[Note]
	FollowUps []Edition[FollowUp]
	Turns     []Edition[Turn]
	Contacts  []Edition[Contact]
	Closure   Sheet[Closure]
	Papers    []Sheet[Paper]
	Forms     []Sheet[Form]
	Exposed   []string        // ids of exposed places in which somebody is, or to which a leg leads
	Holds     map[string]Hold // by the id of their row
	Handovers []Handover
	Heeds     map[string]Heed // by paper
	Leaves    []Leaf          // what rooms above keep here
	Upshot    Upshot          // what follows from that
	Timeline  []Event         // everything that happened, the latest first
}

// Sign is a check-in, opened: what it is about, and its clock.
type Sign struct {
	watch.Clock
	Sheet[CheckIn]
}

// Event is one line of the timeline.
type Event struct {
	At      time.Time
	Seq     int64
	Member  string // member id; ledger.Desk for what happened by itself
	Kind    Kind
	Item    string
	Version int
	Rival   bool
}

// Party finds a party by its item id.
func (c *Case) Party(id string) Party {
	s, _ := find(c.Parties, id)
	return s.Content()
}

// Late lists the check-ins that are late or under alarm.
func (c *Case) Late() []Sign {
	var late []Sign
	for _, w := range c.CheckIns {
		if w.State == watch.Late || w.State.Alarmed() {
			late = append(late, w)
		}
	}
	return late
}

// open is a case whose safe is open, inside one transaction.
type open struct {
	*Case
	tx    Store
	actor staff.Actor
	safe  safe.Safe
	legs  map[string]safe.Safe
	now   time.Time
	book  *Book
	tally Tally // what the house's sums hold of this case
	kept  bool  // a leg was kept from the actor

	places map[string]Refuge // of the legs, as far as the actor knows them
	doors  map[string]safe.Safe
}

// unlock opens a safe with the actor's grant; without one it does not exist.
func unlock(ctx context.Context, tx Store, actor staff.Actor, id string) (safe.Safe, error) {
	return safe.For(ctx, tx, actor, id)
}

// load opens a case and folds its editions.
func (b *Book) load(ctx context.Context, tx Store, actor staff.Actor, id string) (*open, error) {
	if !ids.Valid("case", id) {
		return nil, fault.Missing()
	}
	s, err := unlock(ctx, tx, actor, id)
	if err != nil {
		return nil, err
	}
	f, err := tx.File(ctx, id)
	if err != nil {
		return nil, err
	}
	o := &open{Case: &Case{File: f, Until: map[string]time.Time{}, Heeds: map[string]Heed{}}, tx: tx, actor: actor, safe: s, legs: map[string]safe.Safe{}, places: map[string]Refuge{}, doors: map[string]safe.Safe{}, now: b.clock.Now(), book: b}
	grants, err := tx.Grants(ctx, id)
	if err != nil {
		return nil, err
	}
	if s, grants, err = renew(ctx, tx, s, grants); err != nil {
		return nil, err
	}
	o.safe = s
	for _, g := range grants {
		o.Assigned = append(o.Assigned, g.Member)
	}
	timed, err := tx.TimedIn(ctx, id)
	if err != nil {
		return nil, err
	}
	for _, t := range timed {
		o.Until[t.Member] = t.Until
	}
	items, err := tx.Items(ctx, id)
	if err != nil {
		return nil, err
	}
	watched, err := tx.WatchOf(ctx, id)
	if err != nil {
		return nil, err
	}
	for _, w := range watched {
		o.CheckIns = append(o.CheckIns, Sign{Clock: w})
	}
	for _, i := range items {
		if err := o.fold(i); err != nil {
			return nil, err
		}
	}
	return o, o.rest(ctx)
}

// rest loads what lies beside the case's own safe: legs, voices, alerts.
func (o *open) rest(ctx context.Context) error {
	voices, err := o.tx.VoicesIn(ctx, o.ID)
	if err != nil {
		return err
	}
	if o.Plan.Exists() {
		o.PlanGo = Second(voices, o.Plan.ID, o.Plan.Current.Version, o.Plan.Current.Author)
	}
	for i := range o.Costs {
		c := &o.Costs[i]
		c.Needs = c.Content().second(o.book.options)
		c.Approval = Second(voices, c.ID, c.Current.Version, c.Current.Author)
	}
	legs, err := o.tx.LegsOf(ctx, o.ID)
	if err != nil {
		return err
	}
	for _, id := range legs {
		m, s, err := loadLeg(ctx, o.tx, o.actor, id)
		if fault.KindOf(err) == fault.NotFound {
			o.kept = true
			continue // a leg that was kept from this member
		}
		if err != nil {
			return err
		}
		o.Legs = append(o.Legs, m)
		o.legs[id] = s
		for _, e := range m.Sheet.History {
			o.event(Item{Kind: KindLeg, ID: id, Version: e.Version, Base: e.Base, Author: e.Author, At: e.At, Seq: e.Seq})
		}
		for _, e := range m.Steps {
			o.event(Item{Kind: KindStep, ID: e.ID, Version: 1, Author: e.Author, At: e.At, Seq: e.Seq})
		}
	}
	o.settleCosts()
	o.Upshot = o.book.tell(o.Leaves, o.now)
	if err := o.loadPlaces(ctx); err != nil {
		return err
	}
	if o.Handovers, err = o.tx.HandoversOf(ctx, o.ID); err != nil {
		return err
	}
	o.Alerts, err = o.tx.AlertsOf(ctx, o.ID)
	sortEvents(o.Timeline)
	return err
}

// loadPlaces opens the places of the legs that the actor knows, and finds the
// exposed ones among those that still matter.
func (o *open) loadPlaces(ctx context.Context) error {
	for _, l := range o.Legs {
		for _, id := range []string{l.From.Place, l.To.Place} {
			if _, done := o.places[id]; done || id == "" {
				continue
			}
			r, s, err := loadPlace(ctx, o.tx, o.actor, id)
			if fault.KindOf(err) == fault.NotFound {
				continue
			}
			if err != nil {
				return err
			}
			o.places[id], o.doors[id] = r, s
		}
	}
	matter := map[string]bool{}
	for _, l := range o.Legs {
		if len(l.State.Next()) > 0 {
			matter[l.To.Place] = true
		}
	}
	for _, p := range o.Parties {
		if w := WhereIs(o.Legs, p.ID); !w.OnTheWay && !w.Lost {
			matter[w.At.Place] = true
		}
	}
	for id, r := range o.places {
		if matter[id] && r.Status == Exposed {
			o.Exposed = append(o.Exposed, id)
		}
	}
	slices.Sort(o.Exposed)
	return nil
}

// take opens one edition and gives it to where it belongs.
func take[T any](s safe.Safe, i Item, put func(Edition[T])) error {
	e, err := openItem[T](s, i)
	if err == nil {
		put(e)
	}
	return err
}

func (o *open) fold(i Item) error {
	if i.Kind == KindTally {
		return take(o.safe, i, func(e Edition[Tally]) { o.tally = e.Content })
	}
	o.event(i)
	switch i.Kind {
	case KindNeed:
		return take(o.safe, i, func(e Edition[Need]) { o.Needs = sheets(o.Needs, e) })
	case KindDelivery:
		return take(o.safe, i, func(e Edition[Delivery]) { o.Given = sheets(o.Given, e) })
	case KindAllot:
		return take(o.safe, i, o.foldAllot)
	case KindReceipt:
		return take(o.safe, i, o.foldReceipt)
	case KindParty:
		return take(o.safe, i, func(e Edition[Party]) { o.Parties = sheets(o.Parties, e) })
	case KindTriage:
		return take(o.safe, i, o.Triage.add)
	case KindCheck:
		return take(o.safe, i, func(e Edition[Credibility]) { o.Checks = sheets(o.Checks, e) })
	case KindRisk:
		return take(o.safe, i, o.Risk.add)
	case KindConsent:
		return take(o.safe, i, func(e Edition[Consent]) { o.Consents = sheets(o.Consents, e) })
	case KindBridge:
		return take(o.safe, i, func(e Edition[Bridge]) { o.Bridges = sheets(o.Bridges, e) })
	case KindPlan:
		return take(o.safe, i, o.Plan.add)
	case KindCheckIn:
		return take(o.safe, i, o.foldCheckIn)
	case KindCost:
		return take(o.safe, i, o.foldCost)
	case KindNote:
		return take(o.safe, i, func(e Edition[Note]) { o.Notes = append(o.Notes, e) })
	case KindFollowUp:
		return take(o.safe, i, func(e Edition[FollowUp]) { o.FollowUps = append(o.FollowUps, e) })
	case KindTurn:
		return take(o.safe, i, func(e Edition[Turn]) { o.Turns = append(o.Turns, e) })
	case KindContact:
		return take(o.safe, i, func(e Edition[Contact]) { o.Contacts = append(o.Contacts, e) })
	case KindClosure:
		return take(o.safe, i, o.Closure.add)
	case KindPaper:
		return take(o.safe, i, func(e Edition[Paper]) { o.Papers = sheets(o.Papers, e) })
	case KindHold:
		return take(o.safe, i, func(e Edition[Hold]) {
			if o.Holds == nil {
				o.Holds = map[string]Hold{}
			}
			o.Holds[e.ID] = e.Content
		})
	case KindForm:
		return take(o.safe, i, func(e Edition[Form]) { o.Forms = sheets(o.Forms, e) })
	}
	if i.Kind == KindHeed {
		return take(o.safe, i, func(e Edition[Heed]) { o.Heeds[e.Content.Item] = e.Content })
	}
	return o.foldAnnex(i)
}

func (o *open) foldCheckIn(e Edition[CheckIn]) {
	for n := range o.CheckIns {
		if o.CheckIns[n].Clock.ID == e.ID {
			o.CheckIns[n].Sheet.add(e)
		}
	}
}

func (o *open) event(i Item) {
	o.Timeline = append(o.Timeline, Event{At: i.At, Seq: i.Seq, Member: i.Author, Kind: i.Kind, Item: i.ID, Version: i.Version, Rival: i.Base != i.Version-1 && i.Version > 1})
}

// Saved is what a change became.
type Saved struct {
	ID      string
	Version int
	Rival   bool // somebody else had changed it meanwhile: both are kept, and a person must settle them
}

// put seals and keeps one edition. Saw is the version that the author had seen.
func put(ctx context.Context, tx Store, s safe.Safe, i Item, have int, content any) (Saved, error) {
	i.Safe, i.Version = s.ID(), have+1
	if i.Base > have {
		return Saved{}, fault.New(fault.Invalid, "This form names a version that does not exist. Load the page again.")
	}
	i, err := sealItem(s, i, content)
	if err != nil {
		return Saved{}, err
	}
	if err := protect(ctx, tx, i, content); err != nil {
		return Saved{}, err
	}
	return Saved{ID: i.ID, Version: i.Version, Rival: i.Base != have}, tx.AddItem(ctx, i)
}

// change opens a case, lets f change it, and keeps the derived state. The ledger
// says who did what to which item, never what it says.
func (b *Book) change(ctx context.Context, actor staff.Actor, id string, f func(*open) error) error {
	return b.within(ctx, func(tx Store) error { return b.changeIn(ctx, tx, actor, id, f) })
}

func (b *Book) changeIn(ctx context.Context, tx Store, actor staff.Actor, id string, f func(*open) error) error {
	if err := actor.Must(staff.Caseworker); err != nil {
		return err
	}
	o, err := b.load(ctx, tx, actor, id)
	if err != nil {
		return err
	}
	if err := f(o); err != nil {
		return err
	}
	if err := o.logDoors(ctx); err != nil {
		return err
	}
	return b.refresh(ctx, tx, actor, id)
}

// refresh derives the plain row from what is known now.
func (b *Book) refresh(ctx context.Context, tx Store, actor staff.Actor, id string) error {
	o, err := b.load(ctx, tx, actor, id)
	if err != nil {
		return err
	}
	return o.derive(ctx)
}

// derive notes in the places who came and left, and keeps the plain row.
func (o *open) derive(ctx context.Context) error {
	if err := o.settleStays(ctx); err != nil {
		return err
	}
	f, was := o.File, o.File
	f.State = Derive(o.Case)
	f.CheckIn = time.Time{}
	for _, w := range o.CheckIns {
		if w.State != watch.OK && w.State != watch.Stopped && (f.CheckIn.IsZero() || w.Due.Before(f.CheckIn)) {
			f.CheckIn = w.Due
		}
	}
	if o.Triage.Exists() {
		t := o.pressing()
		f.Priority, f.DecideBy = t.Content.Priority(), t.At.Add(t.Content.Priority().Within())
		if t.Content.Decided {
			f.DecideBy = time.Time{}
		}
	}
	if f.State.Over() {
		f.DecideBy = time.Time{}
	}
	f.EraseBy = ""
	if o.Closure.Exists() && !o.reopened() {
		f.EraseBy = o.Closure.Content().EraseBy
	}
	o.File = f
	o.Card = CardOf(o.Case, o.now)
	if err := o.count(ctx); err != nil {
		return err
	}
	if err := o.remind(ctx); err != nil {
		return err
	}
	if err := o.caution(ctx); err != nil {
		return err
	}
	if o.File == was {
		return nil
	}
	if o.State != was.State {
		if err := o.log(ctx, "case.state", struct{ From, To State }{was.State, o.State}); err != nil {
			return err
		}
	}
	return o.tx.SaveFile(ctx, o.File)
}

// detail is what a ledger entry says of a changed item.
type detail struct {
	Kind    Kind   `json:"kind"`
	Item    string `json:"item"`
	Version int    `json:"version"`
	Rival   bool   `json:"rival,omitempty"`
}

// write keeps one edition of the case and its ledger entry.
func (o *open) write(ctx context.Context, k Kind, id string, saw, have int, content any) (Saved, error) {
	s, err := put(ctx, o.tx, o.safe, Item{ID: id, Kind: k, Base: saw, Author: o.actor.ID, At: o.now}, have, content)
	if err != nil {
		return s, err
	}
	return s, o.log(ctx, "case."+string(k), detail{k, id, s.Version, s.Rival})
}

func (o *open) log(ctx context.Context, action string, d any) error {
	return o.tx.Append(ctx, ledger.Entry{Actor: o.actor.ID, Action: action, Subject: o.ID, Scope: o.ID, Detail: d})
}

// opened names the places that were opened together with the case.
type opened struct {
	Places []string `json:"places"`
}

func (o *open) opened() any {
	if len(o.doors) == 0 {
		return nil
	}
	return opened{slices.Sorted(maps.Keys(o.doors))}
}

// logDoors notes which places were opened on the way of a change.
func (o *open) logDoors(ctx context.Context) error {
	if len(o.doors) == 0 {
		return nil
	}
	return o.log(ctx, "case.places", o.opened())
}

func (o *open) today() clock.Day { return clock.DayOf(o.now) }
