package intakeweb

import (
	"slices"
	"strings"
	"time"

	"waylight/desk/internal/duty"
	"waylight/desk/internal/intake"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

type rotaView struct {
	ui.Frame
	Messages bool // the member answers for messages
	Now      []string
	Gaps     []string
	Cases    []page.Fact // who is named for the rungs of a sign of life that did not come
	Shifts   []shift
	Fields   []page.Field
}

type shift struct {
	ID, Who, Rank, For, From, Until string
	On, CanDrop                     bool
}

// rotaDays is how far the rota is shown, and looked through for gaps.
const rotaDays = 7

func (r *Room) rota(c *ui.Context) error {
	v, err := r.rotaView(c, c.Form(nil))
	if err != nil {
		return err
	}
	return c.Render(pages, "rota", v)
}

func (r *Room) rotaView(c *ui.Context, f page.Form) (rotaView, error) {
	v := rotaView{Frame: c.Frame(c.T("Who is on duty"))}
	v.Form = f
	shifts, err := r.Rota.Shifts(c.Context(), rotaDays)
	if err != nil {
		return v, err
	}
	names, err := r.Names(c.Context())
	if err != nil {
		return v, err
	}
	channels, err := r.channelNames(c)
	if err != nil {
		return v, err
	}
	colleagues, err := r.Colleagues(c.Context())
	if err != nil {
		return v, err
	}
	options, err := r.channelOptions(c)
	if err != nil {
		return v, err
	}
	away, err := r.Rota.Away(c.Context())
	if err != nil {
		return v, err
	}
	v.fill(c.Words, shifts, colleagues, names, channels, away, c.Actor, c.Now())
	members := memberOptions(colleagues, func(m staff.Member) bool {
		return m.Roles.Any(duty.Roles()...) && (m.ID == c.Actor.ID || c.Actor.Roles.Has(staff.Security))
	})
	if len(members) > 0 {
		v.Fields = shiftFields(c.Words, f, members, options, c.Actor.Roles)
	}
	return v, nil
}

func (v *rotaView) fill(w i18n.Words, shifts []duty.Shift, colleagues []staff.Member, names, channels, away map[string]string, me staff.Actor, now time.Time) {
	v.Messages = me.Roles.Any(staff.Intake, staff.Security)
	for _, role := range duty.Roles()[1:] {
		var who []string
		for _, id := range duty.Named(role, shifts, colleagues, away, now) {
			who = append(who, names[id])
		}
		if len(who) == 0 {
			who = []string{w.T("nobody is on the rota: it is called to everybody who holds the role")}
		}
		v.Cases = append(v.Cases, page.Fact{Term: w.T(rotaWord(role)), Text: strings.Join(who, ", ")})
	}
	for step, text := range []string{w.T("Called first"), w.T("Called second"), w.T("Called last")} {
		var who []string
		for _, id := range duty.Called(step, "", "", shifts, colleagues, away, now) {
			who = append(who, names[id])
		}
		slices.Sort(who)
		v.Now = append(v.Now, text+": "+strings.Join(who, ", "))
	}
	for _, g := range duty.Gaps(shifts, staff.Intake, duty.Operator, now, now.AddDate(0, 0, rotaDays)) {
		v.Gaps = append(v.Gaps, w.T("%s to %s", w.Date(g.From), w.Date(g.Until)))
	}
	for _, s := range shifts {
		x := shift{ID: s.ID, Who: names[s.Member], Rank: rankName(w, s.Rank), From: w.Date(s.From), Until: w.Date(s.Until), On: !now.Before(s.From), CanDrop: s.Member == me.ID || me.Roles.Has(staff.Security)}
		var limits []string
		if s.Role != "" && s.Role != staff.Intake {
			limits = append(limits, w.T(rotaWord(s.Role)))
		}
		if s.Channel != "" {
			limits = append(limits, channels[s.Channel])
		}
		if s.Lang != "" {
			limits = append(limits, strings.ToUpper(s.Lang))
		}
		x.For = strings.Join(limits, ", ")
		if x.For == "" {
			x.For = w.T("all messages")
		}
		if deputy, gone := away[s.Member]; gone && x.On {
			x.Who = w.T("%s (away; nobody stands in)", x.Who)
			if deputy != "" {
				x.Who = w.T("%s (away; %s stands in)", names[s.Member], names[deputy])
			}
		}
		v.Shifts = append(v.Shifts, x)
	}
}

// rotaWord says what a role is called for.
func rotaWord(r staff.Role) string {
	return map[staff.Role]string{
		staff.Intake: i18n.Key("Messages"), staff.Caseworker: i18n.Key("Signs of life: to call, and the colleague"),
		staff.Advocate: i18n.Key("Signs of life: lawyer, missing person, court"), staff.Editor: i18n.Key("Signs of life: the public"),
	}[r]
}

func rankName(w i18n.Words, r duty.Rank) string {
	if r == duty.Operator {
		return w.T("first")
	}
	return w.T("second")
}

func shiftFields(w i18n.Words, f page.Form, members, channels []page.Option, held staff.Roles) []page.Field {
	all := page.Option{Label: w.T("everything")}
	var places []page.Option
	for _, role := range duty.Roles() {
		if held.Any(role, staff.Security) {
			places = append(places, page.Option{Value: string(role), Label: w.T(rotaWord(role))})
		}
	}
	fields := []page.Field{
		f.Select("member", w.T("Who"), members),
		f.Radios("role", w.T("For whose calls"), places).Or(places[0].Value),
		f.Radios("rank", w.T("Order"), []page.Option{{Value: "1", Label: w.T("first"), Hint: w.T("for messages: is called after 5 minutes")}, {Value: "2", Label: w.T("second"), Hint: w.T("for messages: is called after 10 minutes")}}).Or("1"),
		f.Moment("from", w.T("Begins"), time.Time{}).Short(),
		f.Moment("until", w.T("Ends"), time.Time{}).Short(),
	}
	if held.Any(staff.Intake, staff.Security) {
		fields = append(fields, f.Select("channel", w.T("Channel, for messages only"), append([]page.Option{all}, channels...)),
			f.Select("lang", w.T("Language, for messages only"), append([]page.Option{all}, langOptions(w)...)))
	}
	return fields
}

func (r *Room) putShift(c *ui.Context) error {
	rank, _ := c.Int("rank")
	s := duty.Shift{Member: c.Text("member"), Role: staff.Role(c.Text("role")), Rank: duty.Rank(rank), From: c.Time("from"), Until: c.Time("until"), Channel: c.Text("channel"), Lang: c.Text("lang")}
	err := c.Wrong()
	if err == nil {
		err = r.Rota.Put(c.Context(), c.Actor, s)
	}
	if err == nil {
		return c.See("/requests/rota", "shift")
	}
	if !shown(err) {
		return err
	}
	v, loadErr := r.rotaView(c, c.Form(err))
	if loadErr != nil {
		return loadErr
	}
	return c.Invalid(pages, "rota", v)
}

func (r *Room) dropShift(c *ui.Context) error {
	if err := r.Rota.Drop(c.Context(), c.Actor, c.Text("shift")); err != nil {
		return err
	}
	return c.See("/requests/rota", "shift-gone")
}

type bellsView struct {
	ui.Frame
	Bells []bell
}

type bell struct {
	Text, Href, Who, Step string
	Left                  page.TimeLeft
	You                   bool
}

// Bells gives the lines of the bar that stands over every page.
func (r *Room) Bells(c ui.Ringing) ([]ui.Bell, error) {
	all, err := r.rings(c)
	var out []ui.Bell
	for _, b := range all {
		line := ui.Bell{Text: b.Text, Href: b.Href, Who: b.Who, You: b.You, Left: b.Left}
		if line.Href == "" {
			line.Href = "/requests/alarms"
		}
		out = append(out, line)
	}
	return out, err
}

// rings gathers what rings: alarms that a mailbox raised, until somebody has ended
// them, then what waits too long. Without a way to it the actor cannot open it.
func (r *Room) rings(c ui.Ringing) ([]bell, error) {
	called, err := r.Rota.Bells(c.Context, c.Actor)
	if err != nil {
		return nil, err
	}
	alarms, err := r.Inbox.OpenAlarms(c.Context, c.Actor)
	if err != nil || len(called)+len(alarms) == 0 {
		return nil, err
	}
	mine, err := r.Inbox.List(c.Context, c.Actor)
	if err != nil {
		return nil, err
	}
	names, err := r.Names(c.Context)
	if err != nil {
		return nil, err
	}
	way := func(id string) string {
		if slices.ContainsFunc(mine, func(t thread) bool { return t.ID == id }) {
			return "/requests/" + id
		}
		return ""
	}
	out := alarming(c.Words, alarms, called, names)
	for i := range out {
		out[i].Href = way(out[i].Href)
	}
	for _, b := range called {
		if b.Round.Kind == duty.Forced || b.Round.Kind == duty.Help {
			continue // its alarm stands there already, and for longer
		}
		x := ringing(c.Words, b, names, c.Now)
		x.Href = way(b.Round.Subject)
		out = append(out, x)
	}
	return out, nil
}

// alarming makes one line of all alarms of a person; Href is the thread's id. It
// stays when somebody acts, and says who.
func alarming(w i18n.Words, alarms []intake.Alarm, called []duty.Bell, names map[string]string) []bell {
	var out []bell
	for _, lead := range leads(alarms) {
		x := bell{Href: lead, Text: w.T("They need help now")}
		waits := false
		var who []string
		for _, a := range alarms {
			if a.Lead != lead {
				continue
			}
			if a.Kind.Duress() {
				x.Text = w.T("Somebody may be forcing them at this moment")
			}
			if a.Acked.IsZero() {
				waits = true
			} else if !slices.Contains(who, names[a.Member]) {
				who = append(who, names[a.Member])
			}
			for _, b := range called {
				if b.Round.Subject == a.Thread && (b.Round.Kind == duty.Forced || b.Round.Kind == duty.Help) {
					r := ringing(w, b, names, b.Raised)
					x.You, x.Step = x.You || b.You, r.Step
					if waits {
						x.Who = r.Who
					}
				}
			}
		}
		switch {
		case !waits:
			x.Who = w.T("%s acts.", strings.Join(who, ", "))
		case x.Who == "":
			x.Who = w.T("Nobody acts yet.")
		}
		out = append(out, x)
	}
	return out
}

// leads are the conversations that alarm, in the order of their first alarm.
func leads(alarms []intake.Alarm) []string {
	var out []string
	for _, a := range alarms {
		if !slices.Contains(out, a.Lead) {
			out = append(out, a.Lead)
		}
	}
	return out
}

func ringing(w i18n.Words, b duty.Bell, names map[string]string, now time.Time) bell {
	x := bell{You: b.You, Left: page.TimeLeft{Words: w, Due: b.From.Add(last(b.Round.Kind)), Now: now, Danger: true}}
	switch b.Round.Kind {
	case duty.Unread:
		x.Text = w.T("Somebody says that they are in danger now, and nobody has read it.")
	case duty.Forced:
		x.Text = w.T("Somebody may be forcing them at this moment")
	case duty.Help:
		x.Text = w.T("They need help now")
	case duty.Unanswered:
		x.Text = w.T("Somebody in danger wrote, and nobody has answered.")
	default:
		x.Text = w.T("A sealed message waits that nobody could open yet. It may be from somebody in danger.")
	}
	var who []string
	for _, id := range b.Rung {
		who = append(who, names[id])
	}
	slices.Sort(who)
	x.Who = w.T("Called: %s", strings.Join(who, ", "))
	x.Step = []string{w.T("the duty operator"), w.T("the second"), w.T("everybody")}[min(b.Step, 2)]
	return x
}

// last is when the last rung is due after the beginning: the promise.
func last(k duty.Kind) time.Duration {
	l := duty.Ladder(k)
	return l[len(l)-1]
}

func (r *Room) alarms(c *ui.Context) error {
	all, err := r.rings(c.Ringing())
	if err != nil {
		return err
	}
	return c.Render(pages, "alarms", bellsView{Frame: c.Frame(c.T("What rings now")), Bells: all})
}
