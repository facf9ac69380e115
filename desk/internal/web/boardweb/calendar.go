package boardweb

import (
	"net/url"
	"slices"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/watch"
	"waylight/desk/internal/web/ui"
	"waylight/internal/clock"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// shapes of the calendar.
const (
	month = "month"
	week  = "week"
	day   = "day"
)

// perCell is how many dates stand in one cell of a month.
const perCell = 4

// asked is what part of the calendar is wanted, in the zone of the device.
type asked struct {
	shape string
	first time.Time // midnight of the first day that is shown
	until time.Time // midnight after the last
	of    time.Time // the day, or a day of the week or month, that is wanted
	kinds []string  // of cases.DateKinds; none: all
}

// begin is the first moment of a day: midnight, or the hour after it where clocks
// are put forward at midnight and there is none.
func begin(year int, m time.Month, of int, zone *time.Location) time.Time {
	t := time.Date(year, m, of, 0, 0, 0, 0, zone)
	if t.Format(time.DateOnly) < time.Date(year, m, of, 0, 0, 0, 0, time.UTC).Format(time.DateOnly) {
		t = t.Add(time.Hour)
	}
	return t
}

// span finds the first and the last day of a shape around a day.
func span(shape string, of time.Time) asked {
	at := func(add int, t time.Time) time.Time { return begin(t.Year(), t.Month(), t.Day()+add, t.Location()) }
	monday := func(t time.Time) time.Time { return at(-(int(t.Weekday())+6)%7, t) }
	of = at(0, of)
	switch shape {
	case day:
		return asked{shape: day, first: of, until: at(1, of), of: of}
	case month:
		first, last := begin(of.Year(), of.Month(), 1, of.Location()), begin(of.Year(), of.Month()+1, 0, of.Location())
		return asked{shape: month, first: monday(first), until: at(7, monday(last)), of: of}
	}
	return asked{shape: week, first: monday(of), until: at(7, monday(of)), of: of}
}

func (r *Room) calendar(c *ui.Context) error {
	now := c.Here(c.Now())
	of := now
	if d, err := time.ParseInLocation(time.DateOnly, c.Text("day"), now.Location()); err == nil && d.Year() > 1900 && d.Year() < 2200 {
		of = d
	}
	a := span(c.Text("shape"), of)
	for _, k := range c.Values("kind") {
		if slices.Contains(cases.DateKinds(), cases.DateKind(k)) {
			a.kinds = append(a.kinds, k)
		}
	}
	all, err := r.Book.Calendar(c.Context(), c.Actor, cases.Span{From: a.first, Until: a.until, Zone: now.Location()})
	if err != nil {
		return err
	}
	return c.Render(pages, "calendar", calendarOf(c.Frame(c.T("Calendar")), a, all))
}

// line is one date as it is shown.
type line struct {
	When, What, Note, Case, Href string
	Machine                      string
	Danger, Expected             bool
}

// dayView is one day.
type dayView struct {
	Name, Number, Href string
	Today, Other       bool // it is today; it is of another month
	Lines              []line
	More               int
}

type calendarView struct {
	ui.Frame
	Tabs, Shapes        *ui.Tabs
	Span                string
	Before, Now, After  string // addresses
	Weekdays            []string
	Weeks               [][]dayView // of a month
	Days                []dayView   // of a week or a day
	Filter              *ui.Filter
	Missing             []string // sentences: what is not shown
	Printed, CalendarOf string
}

// address is where another part of the calendar stands.
func (a asked) address(shape string, of time.Time) string {
	v := url.Values{"shape": {shape}, "day": {of.Format(time.DateOnly)}}
	if len(a.kinds) > 0 {
		v["kind"] = a.kinds
	}
	return "/cases/calendar?" + v.Encode()
}

// step is the same shape before or after.
func (a asked) step(n int) string {
	switch a.shape {
	case day:
		return a.address(day, begin(a.of.Year(), a.of.Month(), a.of.Day()+n, a.of.Location()))
	case month:
		return a.address(month, begin(a.of.Year(), a.of.Month()+time.Month(n), 1, a.of.Location()))
	}
	return a.address(week, begin(a.of.Year(), a.of.Month(), a.of.Day()+7*n, a.of.Location()))
}

func calendarOf(f ui.Frame, a asked, c cases.Calendar) calendarView {
	w := f.Words
	v := calendarView{Frame: f, Tabs: ui.ProtectionTabs(w, "/cases/calendar"), Before: a.step(-1), After: a.step(1), Now: a.address(a.shape, w.Here(f.Now)),
		Printed: f.T("As of %s. Destroy it when the day is over.", f.Date(f.Now)), CalendarOf: f.Member}
	v.Shapes = &ui.Tabs{Label: w.T("How much"), Items: []ui.Item{{Label: w.T("Day"), Path: a.address(day, a.of), Current: a.shape == day}, {Label: w.T("Week"), Path: a.address(week, a.of), Current: a.shape == week}, {Label: w.T("Month"), Path: a.address(month, a.of), Current: a.shape == month}}}
	v.Span = w.Day(clock.Day(a.first.Format(time.DateOnly)))
	if last := a.until.AddDate(0, 0, -1); a.shape != day {
		v.Span += " – " + w.Day(clock.Day(last.Format(time.DateOnly)))
	}
	var kinds []page.Option
	for _, k := range cases.DateKinds() {
		kinds = append(kinds, page.Option{Value: string(k), Label: w.T(kindWord(k))})
	}
	v.Filter = &ui.Filter{Words: w, Action: "/cases/calendar", Active: len(a.kinds) > 0, Fields: []page.Field{f.Form.Checks("kind", w.T("What"), kinds).Or(a.kinds...),
		f.Form.Select("shape", w.T("How much"), []page.Option{{Value: day, Label: w.T("Day")}, {Value: week, Label: w.T("Week")}, {Value: month, Label: w.T("Month")}}).Or(a.shape), f.Form.Date("day", w.T("Around")).Or(a.of.Format(time.DateOnly))}}
	if c.More {
		v.Missing = append(v.Missing, f.T("There is more than can be shown. Choose a shorter time."))
	}
	if c.Plain {
		v.Missing = append(v.Missing, f.T("You are assigned to so many cases that legs, actions and consents are shown on the pages of each case alone."))
	}
	days := map[string][]line{}
	for _, d := range c.Dates {
		if len(a.kinds) > 0 && !slices.Contains(a.kinds, string(d.Kind)) {
			continue
		}
		key := string(d.Day)
		if !d.At.IsZero() {
			key = w.Here(d.At).Format(time.DateOnly)
		}
		days[key] = append(days[key], lineOf(w, d))
	}
	today := w.Here(f.Now).Format(time.DateOnly)
	for t := a.first; t.Before(a.until); t = begin(t.Year(), t.Month(), t.Day()+1, t.Location()) {
		key := t.Format(time.DateOnly)
		d := dayView{Name: w.T(weekdays()[int(t.Weekday())]) + ", " + w.Day(clock.Day(key)), Number: t.Format("2"), Href: a.address(day, t), Today: key == today, Other: t.Month() != a.of.Month(), Lines: days[key]}
		if a.shape == month {
			if len(d.Lines) > perCell {
				d.More, d.Lines = len(d.Lines)-perCell+1, d.Lines[:perCell-1]
			}
			if t.Weekday() == time.Monday {
				v.Weeks = append(v.Weeks, nil)
			}
			v.Weeks[len(v.Weeks)-1] = append(v.Weeks[len(v.Weeks)-1], d)
			continue
		}
		v.Days = append(v.Days, d)
	}
	for i := range 7 {
		v.Weekdays = append(v.Weekdays, w.T(weekdays()[(i+1)%7]))
	}
	return v
}

func weekdays() []string {
	return []string{i18n.Key("Sunday"), i18n.Key("Monday"), i18n.Key("Tuesday"), i18n.Key("Wednesday"), i18n.Key("Thursday"), i18n.Key("Friday"), i18n.Key("Saturday")}
}

func lineOf(w i18n.Words, d cases.Date) line {
	l := line{What: w.T(kindWord(d.Kind)), Note: d.Text, Case: d.Pseudonym, Href: href(d), Danger: d.Danger, Expected: d.Expected}
	if d.Kind == cases.DateStep || d.Kind == cases.DatePaper {
		l.Note = "" // a code: its page says what is to be done
	}
	if !d.At.IsZero() {
		l.When, l.Machine = w.Here(d.At).Format("15:04"), d.At.UTC().Format(time.RFC3339)
		if !d.Until.IsZero() && d.Until.After(d.At) {
			l.When += "–" + w.Here(d.Until).Format("15:04")
			if w.Here(d.Until).YearDay() != w.Here(d.At).YearDay() {
				l.When = w.Here(d.At).Format("15:04") + "…"
			}
		}
	}
	switch {
	case d.Watch == watch.Late:
		l.What = w.T("Sign of life: late")
	case d.Watch == watch.Missed:
		l.What = w.T("Sign of life: missed")
	case d.Watch == watch.Duress:
		l.What = w.T("Sign of duress")
	case d.Leg == cases.LegUnderWay:
		l.What = w.T("A leg: on the way")
	case d.Leg == cases.LegLost:
		l.What = w.T("A leg: contact lost")
	case d.Leg == cases.LegPlanned:
		l.What = w.T("A leg: waits for the go")
	}
	return l
}

func href(d cases.Date) string {
	switch d.Kind {
	case cases.DateCheckIn:
		return "/cases/" + d.Case + "/watch"
	case cases.DateStep:
		return "/exposures/" + d.Item
	case cases.DateLeg:
		return "/legs/" + d.Item
	case cases.DateAction:
		return "/cases/" + d.Case + "/plan"
	case cases.DateConsent:
		return "/cases/" + d.Case + "/consent"
	case cases.DateAppoint, cases.DateDeadline:
		return "/cases/" + d.Case + "/ways"
	case cases.DatePaper:
		return "/cases/" + d.Case + "/people#documents"
	}
	return "/cases/" + d.Case
}

func kindWord(k cases.DateKind) string {
	switch k {
	case cases.DateCheckIn:
		return i18n.Key("Sign of life")
	case cases.DateDecide:
		return i18n.Key("Decision")
	case cases.DateStep:
		return i18n.Key("After something became known")
	case cases.DateLeg:
		return i18n.Key("A leg")
	case cases.DateAction:
		return i18n.Key("Action, appointment")
	case cases.DateConsent:
		return i18n.Key("Consent runs out")
	case cases.DateFollow:
		return i18n.Key("Ask how they are")
	case cases.DateReview:
		return i18n.Key("Risk to be judged again")
	case cases.DateAppoint:
		return i18n.Key("Appointment")
	case cases.DateDeadline:
		return i18n.Key("Deadline of a decision")
	case cases.DatePaper:
		return i18n.Key("A document runs out")
	}
	return i18n.Key("To be erased")
}
