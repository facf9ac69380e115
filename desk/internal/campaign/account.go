package campaign

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Happening is one thing of a campaign's timeline.
type Happening struct {
	Day            clock.Day
	What           string // "asked", "answered", "promised", "letter", "task", "began", "ended"
	Demand, Target string
	Way            Way
	State          State
	Words          Text
	Who            string // member
	Public         bool   // two people have confirmed it
}

// Story is the timeline of a campaign, the oldest first. Letters come apart, since
// a file does not hold them.
func (f File) Story(letters []Letter) []Happening {
	out := []Happening{{Day: f.Campaign.AsOf, What: "began", Words: f.Campaign.Title}}
	for _, a := range f.Asks {
		if a.Withdrawn != "" {
			continue
		}
		out = append(out, Happening{Day: a.Sent, What: "asked", Demand: a.Demand, Target: a.Target, Way: a.Way, Words: Text{EN: a.Note}, Who: a.By})
	}
	for _, r := range f.Responses {
		if r.Withdrawn == "" {
			out = append(out, Happening{Day: r.Day, What: "answered", Demand: r.Demand, Target: r.Target, State: r.State, Words: r.Words, Who: r.Author, Public: r.Counts(true)})
		}
	}
	for _, p := range f.Commitments {
		if p.Due != "" {
			if r, err := f.response(p.Response); err == nil && r.Withdrawn == "" {
				out = append(out, Happening{Day: p.Due, What: "promised", Demand: r.Demand, Target: r.Target, Words: p.What})
			}
		}
	}
	for _, l := range letters {
		if l.Sent {
			out = append(out, Happening{Day: l.Day, What: "letter", Target: l.Target, Words: Text{EN: l.Subject}, Who: l.Author})
		}
	}
	for _, t := range f.Tasks {
		if t.Done != "" {
			out = append(out, Happening{Day: t.Done, What: "task", Demand: t.Demand, Target: t.Target, Words: Text{EN: t.What}, Who: t.DoneBy})
		}
	}
	for _, d := range f.Demands {
		if d.Ended != "" {
			out = append(out, Happening{Day: d.Ended, What: "ended", Demand: d.ID, Words: d.Text})
		}
	}
	slices.SortStableFunc(out, func(a, b Happening) int { return cmp.Compare(a.Day, b.Day) })
	return out
}

// Account is what a campaign did in a span of days, for those who paid for it.
type Account struct {
	From, Until clock.Day
	Asked       map[Way]int
	Letters     int
	Answers     map[State]int // that two people have confirmed
	Waiting     int           // that nobody has confirmed yet: not counted
	Promises    map[Outcome]int
	Targets     int // that were asked something
	Rows        []Happening
}

// Reckon counts what happened from one day to another, both included. Only answers
// that two people have confirmed count.
func (f File) Reckon(letters []Letter, from, until clock.Day) Account {
	acc := Account{From: from, Until: until, Asked: map[Way]int{}, Answers: map[State]int{}, Promises: map[Outcome]int{}}
	in := func(d clock.Day) bool { return d >= from && d <= until }
	asked := map[string]bool{}
	for _, a := range f.Asks {
		if in(a.Sent) && a.Withdrawn == "" {
			acc.Asked[a.Way]++
			asked[a.Target] = true
		}
	}
	acc.Targets = len(asked)
	for _, r := range f.Responses {
		switch {
		case !in(r.Day) || r.Withdrawn != "":
		case r.Counts(true):
			acc.Answers[r.State]++
		default:
			acc.Waiting++
		}
	}
	for _, p := range f.Commitments {
		if r, err := f.response(p.Response); err == nil && r.Counts(true) && in(r.Day) {
			acc.Promises[p.Became(true)]++
		}
	}
	for _, h := range f.Story(letters) {
		if in(h.Day) && h.What != "task" && h.What != "promised" && (h.What != "answered" || h.Public) {
			acc.Rows = append(acc.Rows, h)
		}
		if in(h.Day) && h.What == "letter" {
			acc.Letters++
		}
	}
	return acc
}

// AccountHead are the columns of an account's table.
func AccountHead() []string {
	return []string{"day", "what", "how", "demand", "target", "amounts_to", "words"}
}

// table gives an account as rows. Minutes stay inside: they were written for us.
func (acc Account) table(f File, lang string) [][]string {
	var rows [][]string
	for _, h := range acc.Rows {
		how, state := string(h.Way), ""
		if h.What == "answered" {
			state = h.State.String()
		}
		words := h.Words.In(lang)
		if h.What == "asked" {
			words = ""
		}
		target := ""
		if h.Target != "" {
			target = f.Target(h.Target).Label(lang)
		}
		rows = append(rows, []string{string(h.Day), h.What, how, f.Demand(h.Demand).Text.In(lang), target, state, words})
	}
	rows = append(rows, []string{"", "", "", "", "", "", ""})
	for _, w := range Ways() {
		if n := acc.Asked[w]; n > 0 {
			rows = append(rows, []string{"", "asked together", string(w), "", "", "", strconv.Itoa(n)})
		}
	}
	for _, s := range States() {
		if n := acc.Answers[s]; n > 0 {
			rows = append(rows, []string{"", "answered together", "", "", "", s.String(), strconv.Itoa(n)})
		}
	}
	return rows
}

// Export gives the account of a span as rows for a donor. It leaves the Desk, so
// its words pass the gate, and it stands in the ledger.
func (b *Board) Export(ctx context.Context, a staff.Actor, campaign, lang string, from, until clock.Day) (rows [][]string, err error) {
	err = b.account(ctx, a, campaign, from, until, func(f File, acc Account) []string {
		rows = acc.table(f, lang)
		var parts []string
		for _, r := range rows {
			parts = append(parts, r...)
		}
		return parts
	})
	return rows, err
}

// Tell gives the account of a span as a text for a donor to read, under the same
// rules: tell writes it from the account.
func (b *Board) Tell(ctx context.Context, a staff.Actor, campaign string, from, until clock.Day, tell func(File, Account) Letter) (l Letter, err error) {
	err = b.account(ctx, a, campaign, from, until, func(f File, acc Account) []string {
		l = tell(f, acc)
		l.Day = clock.DayOf(b.Clock.Now())
		if l.Signatory = b.Signatory.In(l.Lang); l.Signatory == "" {
			l.Signatory = f.Campaign.By
		}
		return l.Parts()
	})
	return l, err
}

// account lets what is written from an account pass the gate.
func (b *Board) account(ctx context.Context, a staff.Actor, campaign string, from, until clock.Day, write func(File, Account) []string) error {
	var k fault.Check
	k.Field(IsDay(from), "from", "Write the day as 2017-04-09.")
	k.Field(IsDay(until) && until >= from, "until", "Write the last day as 2017-04-09; it cannot lie before the first.")
	if err := k.Err(); err != nil {
		return err
	}
	if err := a.Must(leads...); err != nil {
		return err
	}
	return b.Within(ctx, func(s Store) error {
		f, err := s.CampaignFile(ctx, campaign)
		if err != nil {
			return err
		}
		letters, err := s.CampaignLetters(ctx, campaign)
		if err != nil {
			return err
		}
		if b.Gate == nil {
			return fault.New(fault.Conflict, "Nothing can leave: the gate is closed.")
		}
		parts := write(f, f.Reckon(letters, from, until))
		if err := b.Gate.Pass(ctx, s, Leaving{ID: ids.New("account"), Actor: a.ID, Class: "donor", Parts: parts}); err != nil {
			return err
		}
		return s.Append(ctx, ledger.Entry{Actor: a.ID, Action: "campaign.account-given", Subject: campaign, Detail: struct{ From, Until clock.Day }{from, until}})
	})
}
