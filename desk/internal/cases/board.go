package cases

import (
	"context"
	"slices"
	"time"
	"unicode"

	"waylight/desk/internal/staff"
	"waylight/desk/internal/watch"
	"waylight/internal/clock"
	"waylight/internal/fault"
)

// Todo is what a case waits for.
type Todo struct {
	What    string    // "triage", "decide", "party", "risk", "risk-expired", "consent", "plan", "approve", "go", "depart", "watch", "answer", "search", "exposed", "settle", "follow", "close", "erase"
	Item    string    // the leg, check-in, place or item it is about; may be empty
	Due     time.Time // zero: no clock runs
	Missing int       // how many people
	Danger  bool
}

// Next lists what a case waits for, the most pressing first.
func Next(c *Case, now time.Time) []Todo {
	var all []Todo
	add := func(t Todo) { all = append(all, t) }
	today := clock.DayOf(now)
	for _, w := range c.Late() {
		add(Todo{What: "answer", Item: w.Clock.ID, Due: w.Due, Danger: w.State.Alarmed()})
	}
	if c.State == Closed {
		if c.EraseBy != "" && c.EraseBy <= today {
			add(Todo{What: "erase"})
		}
		return all
	}
	if c.State.Over() {
		return all
	}
	if c.State.Alarming() {
		add(Todo{What: "search", Danger: true})
	}
	if !c.Triage.Exists() {
		add(Todo{What: "triage", Due: c.DecideBy})
	} else if !c.Triage.Content().Decided {
		add(Todo{What: "decide", Due: c.DecideBy})
	}
	if settleNeeded(c) {
		add(Todo{What: "settle"})
	}
	if len(c.Parties) == 0 {
		add(Todo{What: "party"})
	}
	if !c.Risk.Exists() {
		add(Todo{What: "risk"})
	} else if !c.Risk.Content().Valid(today) {
		add(Todo{What: "risk-expired"})
	}
	if !slices.ContainsFunc(c.Consents, func(s Sheet[Consent]) bool {
		return s.Content().Purpose == ForHelp && s.Content().Holds(today)
	}) {
		add(Todo{What: "consent"})
	}
	if !c.Plan.Exists() {
		add(Todo{What: "plan"})
	} else if !c.PlanGo.Given() {
		add(Todo{What: "approve", Item: "plan", Missing: c.PlanGo.Missing})
	}
	for _, s := range c.Costs {
		if s.Needs && !s.Approval.Given() {
			add(Todo{What: "approve", Item: s.ID, Missing: s.Approval.Missing})
		}
	}
	for _, t := range nextLegs(c) {
		add(t)
	}
	for _, t := range c.Upshot.Todos {
		add(t)
	}
	if (c.State == Relocated) && len(c.FollowUps) == 0 {
		add(Todo{What: "follow"})
	}
	if c.State == Followed {
		add(Todo{What: "close"})
	}
	slices.SortStableFunc(all, func(a, b Todo) int {
		if a.Danger != b.Danger {
			return map[bool]int{true: -1, false: 1}[a.Danger]
		}
		if a.Due.IsZero() != b.Due.IsZero() {
			return map[bool]int{true: 1, false: -1}[a.Due.IsZero()]
		}
		return a.Due.Compare(b.Due)
	})
	return all
}

func nextLegs(c *Case) []Todo {
	var all []Todo
	out := false
	for _, l := range c.Legs {
		switch l.State {
		case LegPlanned:
			all = append(all, Todo{What: "go", Item: l.ID, Missing: l.Go.Missing, Due: l.Earliest})
		case LegReady:
			all = append(all, Todo{What: "depart", Item: l.ID, Due: l.Latest})
		case LegLost:
			all = append(all, Todo{What: "answer", Item: l.ID, Danger: true})
		}
		out = out || l.State == LegUnderWay
	}
	watched := slices.ContainsFunc(c.CheckIns, func(w Sign) bool { return w.State != watch.OK && w.State != watch.Stopped })
	if !watched && (out || c.State == Sheltered || c.State == Onward) {
		all = append(all, Todo{What: "watch", Danger: out})
	}
	for _, r := range c.Exposed {
		all = append(all, Todo{What: "exposed", Item: r, Danger: true})
	}
	return all
}

func settleNeeded(c *Case) bool {
	return len(c.Triage.Rivals)+len(c.Risk.Rivals)+len(c.Plan.Rivals)+len(c.Closure.Rivals) > 0 ||
		rivals(c.Parties) || rivals(c.Needs) || rivals(c.Given) || rivals(c.Papers) || rivals(c.Forms) || rivals(c.Consents) || rivals(c.Checks) ||
		slices.ContainsFunc(c.Costs, func(s Spend) bool { return len(s.Rivals) > 0 }) ||
		slices.ContainsFunc(c.Legs, func(l Movement) bool { return len(l.Sheet.Rivals) > 0 })
}

func rivals[T any](all []Sheet[T]) bool {
	return slices.ContainsFunc(all, func(s Sheet[T]) bool { return len(s.Rivals) > 0 })
}

// Wait is one thing that waits for a member, known without opening a safe.
type Wait struct {
	What      string // "decide", "go", "leg", "plan", "cost", "late", "alert", "erase"
	Case      string // empty: the member holds the leg alone
	Pseudonym string // empty likewise
	Item      string
	Due       time.Time
	Danger    bool
	Rung      string // of an alert
	Count     int
}

// Waiting lists what waits for the actor, the most pressing first. It opens nothing.
func (b *Book) Waiting(ctx context.Context, actor staff.Actor) (all []Wait, err error) {
	now := b.clock.Now()
	err = b.reading(ctx, func(tx Store) error {
		files, err := tx.FilesOf(ctx, actor.ID)
		if err != nil {
			return err
		}
		own := make(map[string]File, len(files))
		for _, f := range files {
			own[f.ID] = f
			if !f.DecideBy.IsZero() {
				all = append(all, Wait{What: "decide", Case: f.ID, Pseudonym: f.Pseudonym, Due: f.DecideBy})
			}
			if f.EraseBy != "" && f.EraseBy <= clock.DayOf(now) {
				all = append(all, Wait{What: "erase", Case: f.ID, Pseudonym: f.Pseudonym})
			}
		}
		asks, err := tx.AsksFor(ctx, actor.ID)
		if err != nil {
			return err
		}
		for _, a := range asks {
			file := a.Safe
			if a.Kind == "leg" {
				if file, err = tx.CaseOfLeg(ctx, a.Safe); err != nil {
					return err
				}
			} else if a.By == actor.ID {
				continue // who wrote it cannot approve it
			}
			if own[file].State.Over() {
				continue
			}
			w := Wait{What: "go", Case: file, Pseudonym: own[file].Pseudonym, Item: a.Item}
			if a.Kind != "leg" {
				w.What = a.Kind
			}
			if w.Pseudonym == "" {
				w.Case = ""
			}
			all = append(all, w)
		}
		alone, err := tx.LegsAlone(ctx, actor.ID)
		if err != nil {
			return err
		}
		for _, id := range alone {
			all = append(all, Wait{What: "leg", Item: id})
		}
		watched, err := tx.WatchUntil(ctx, actor.ID, now)
		if err != nil {
			return err
		}
		for _, w := range watched {
			all = append(all, Wait{What: "late", Case: w.Case, Pseudonym: own[w.Case].Pseudonym, Item: w.ID, Due: w.Due, Danger: w.State.Alarmed()})
		}
		exits, err := b.exitWaits(ctx, tx, actor, now)
		if err != nil {
			return err
		}
		all = append(all, exits...)
		steps, err := exposureWaits(ctx, tx, actor, own, now)
		if err != nil {
			return err
		}
		all = append(all, steps...)
		reminders, err := reminderWaits(ctx, tx, actor, own, now)
		if err != nil {
			return err
		}
		all = append(all, reminders...)
		alerts, err := b.alerts(ctx, tx, actor, own)
		for _, a := range alerts {
			all = append(all, Wait{What: "alert", Case: a.Case, Pseudonym: a.Pseudonym, Item: a.ID, Due: a.Since, Danger: true, Rung: a.Rung})
		}
		return err
	})
	slices.SortStableFunc(all, func(a, b Wait) int {
		if a.Danger != b.Danger {
			return map[bool]int{true: -1, false: 1}[a.Danger]
		}
		return a.Due.Compare(b.Due)
	})
	return all, err
}

// Call is an alert with the pseudonym of its case: all that a duty person needs to ask who knows more.
type Call struct {
	watch.Alert
	Pseudonym string
	Mine      bool // the actor is assigned and may open the case
}

// alerts lists the open alerts that are for the actor: by assignment (mine are the
// actor's cases) or by role.
func (b *Book) alerts(ctx context.Context, tx Store, actor staff.Actor, mine map[string]File) ([]Call, error) {
	open, err := tx.AlertsOpen(ctx)
	if err != nil {
		return nil, err
	}
	var all []Call
	for _, a := range open {
		f, assigned := mine[a.Case]
		if !assigned && !actor.Roles.Any(a.Role, staff.Security) {
			continue
		}
		if !assigned {
			if f, err = tx.File(ctx, a.Case); err != nil {
				return nil, err
			}
		}
		all = append(all, Call{Alert: a, Pseudonym: f.Pseudonym, Mine: assigned})
	}
	return all, nil
}

// mine gives the actor's cases by id.
func mine(ctx context.Context, tx Store, actor staff.Actor) (map[string]File, error) {
	files, err := tx.FilesOf(ctx, actor.ID)
	all := make(map[string]File, len(files))
	for _, f := range files {
		all[f.ID] = f
	}
	return all, err
}

// Wall is the next six hours.
type Wall struct {
	Calls []Call
	Due   []Hour
}

// Hour is one check-in on the wall.
type Hour struct {
	watch.Clock
	Pseudonym string
}

// Ahead is how far the wall looks.
const Ahead = 6 * time.Hour

// Wall lists the open alerts that are for the actor, and the actor's check-ins
// of the next six hours. It opens nothing.
func (b *Book) Wall(ctx context.Context, actor staff.Actor) (w Wall, err error) {
	err = b.reading(ctx, func(tx Store) error {
		own, err := mine(ctx, tx, actor)
		if err != nil {
			return err
		}
		if w.Calls, err = b.alerts(ctx, tx, actor, own); err != nil {
			return err
		}
		due, err := tx.WatchUntil(ctx, actor.ID, b.clock.Now().Add(Ahead))
		if err != nil {
			return err
		}
		for _, d := range due {
			w.Due = append(w.Due, Hour{d, own[d.Case].Pseudonym})
		}
		return nil
	})
	return w, err
}

// Call returns one alert for its page.
func (b *Book) Call(ctx context.Context, actor staff.Actor, id string) (c Call, err error) {
	err = b.reading(ctx, func(tx Store) error {
		own, err := mine(ctx, tx, actor)
		if err != nil {
			return err
		}
		open, err := b.alerts(ctx, tx, actor, own)
		if err != nil {
			return err
		}
		for _, o := range open {
			if o.ID == id {
				c = o
				return nil
			}
		}
		return fault.Missing()
	})
	return c, err
}

// Colleagues lists the active members, for the choices in forms.
func (b *Book) Colleagues(ctx context.Context) (all []staff.Member, err error) {
	err = b.reading(ctx, func(tx Store) error {
		all, err = tx.Members(ctx)
		return err
	})
	return all, err
}

func sortEvents(all []Event) {
	slices.SortFunc(all, func(a, b Event) int { return int(b.Seq - a.Seq) })
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
