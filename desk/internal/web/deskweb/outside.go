package deskweb

import (
	"strconv"
	"time"

	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/internal/clock"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// Outside is how the Front looked to a stranger the last time.
type Outside struct {
	Address string    // where it was looked at; empty: nobody said where visitors come
	At      time.Time // of the last look that was answered; zero: none yet
	Silent  time.Time // since when no look was answered; zero: the last one was
	Warns   bool      // it differs, or has been silent for several looks
	Differs []Difference
	Fetch   Fetch
}

// Fetch is how the Desk fares when it fetches what was sent.
type Fetch struct {
	Failing time.Time // since when every call failed; zero: they do not
	Left    int       // messages that could not be fetched whole and stay at the Front
	Oldest  clock.Day // when the first of them came
	Until   clock.Day // its last day there; empty: not known
	Refuses string    // what the Front does not take because its disk is full: "files", "all", or empty
}

// FetchStat is the alarm on the home page; none when all is fetched.
func FetchStat(c *ui.Context, f Fetch) (ui.Stat, bool) {
	switch {
	case f.Refuses == "all":
		return ui.Stat{Label: c.T("The Front is full"), Value: c.T("nobody can write"), Note: c.T("People are told to try again or to use another way."), Href: "/outside", Tone: page.Danger}, true
	case !f.Failing.IsZero():
		return ui.Stat{Label: c.T("Messages are not being fetched"), Value: c.T("since %s", c.Date(f.Failing)), Note: c.T("The Front does not answer us, or not as it should. What is sent waits there."), Href: "/outside", Tone: page.Danger}, true
	case f.Refuses != "":
		return ui.Stat{Label: c.T("The Front is full"), Value: c.T("no files"), Note: c.T("Words still arrive. Files are refused, and people are told so."), Href: "/outside", Tone: page.Danger}, true
	case f.Left > 0:
		s := ui.Stat{Label: c.T("Messages that could not be fetched whole"), Value: strconv.Itoa(f.Left), Href: "/outside", Tone: page.Danger}
		if f.Until != "" {
			s.Note = c.T("The first of them is deleted at the Front after %s.", c.Words.Day(f.Until))
		}
		return s, true
	}
	return ui.Stat{}, false
}

// Difference is one thing that is not as the organisation signed it.
type Difference struct {
	Part   string // "keys", "log", "pages", "script", "headers", "front"
	Detail string // for the administrator, in English
}

// sentence says in a person's words what it means.
func (d Difference) sentence() string {
	switch d.Part {
	case "keys":
		return i18n.Key("The keys that senders are given are not the ones that we signed. Somebody else might read what is sent.")
	case "log":
		return i18n.Key("The public log of keys is not the one that we signed.")
	case "pages":
		return i18n.Key("A published page is not the one that we signed.")
	case "script":
		return i18n.Key("The script that seals on the senders' devices has changed. If we did not install a new release, somebody else did this.")
	case "headers":
		return i18n.Key("The Front's protective headers are missing or changed.")
	}
	return i18n.Key("The Front answers otherwise than it should.")
}

type outsideView struct {
	ui.Frame
	Outside
	Rows      []difference
	MayAccept bool
}

type difference struct{ Sentence, Detail string }

func outsidePage(f ui.Frame, o Outside, mayAccept bool) outsideView {
	v := outsideView{Frame: f, Outside: o, MayAccept: mayAccept && len(o.Differs) > 0}
	for _, d := range o.Differs {
		v.Rows = append(v.Rows, difference{f.T(d.sentence()), d.Detail})
	}
	return v
}

// OutsideStat is the alarm on the home page; none when all is well.
func OutsideStat(c *ui.Context, o Outside) (ui.Stat, bool) {
	if !o.Warns {
		return ui.Stat{}, false
	}
	s := ui.Stat{Label: c.T("The Front, seen from outside"), Value: c.T("differs"), Href: "/outside", Tone: page.Danger}
	if len(o.Differs) == 0 {
		s.Value = c.T("does not answer")
	}
	return s, true
}

func (d doors) outside(c *ui.Context) error {
	o, err := d.cfg.Outside(c.Context())
	if err != nil {
		return err
	}
	return c.Render(d.set, "outside", outsidePage(c.Frame(c.T("The Front, seen from outside")), o, c.Actor.Roles.Has(staff.Security)))
}

func (d doors) lookOutside(c *ui.Context) error {
	if err := d.cfg.LookOutside(c.Context(), c.Actor); err != nil {
		return err
	}
	return c.See("/outside", "outside.looked")
}

func (d doors) acceptOutside(c *ui.Context) error {
	if err := d.cfg.AcceptOutside(c.Context(), c.Actor); err != nil {
		return err
	}
	return c.See("/outside", "outside.accepted")
}
