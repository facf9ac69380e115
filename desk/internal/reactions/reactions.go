// Package reactions keeps what is said in public about a crisis, for people to read:
// who said what, where, in which tone, what of it does harm, and how it could be
// answered.
//
// Nothing here judges by itself. A tone and a harm are what a member of the team read
// and wrote down, with their name; the program gathers, sorts and counts. What a harm
// does, and what is known to help against it, is advice of an edition (Advice). The
// package refuses scores and lists of persons: it notes statements. It imports staff,
// ledger and the ground; feeds are read by a plain function from bytes, and fetched by
// whoever is given to it.
package reactions

import (
	"slices"
	"strings"
	"time"

	"waylight/internal/clock"
	"waylight/internal/fault"
)

// Tone is how a statement speaks of the people concerned, as a reader heard it.
type Tone string

// The tones.
const (
	Unread  Tone = ""
	Support Tone = "support"
	Neutral Tone = "neutral"
	Hostile Tone = "hostile"
	Aside   Tone = "aside" // it is about something else
)

// Tones lists what a reader can choose.
func Tones() []Tone { return []Tone{Support, Neutral, Hostile, Aside} }

// Harm is what a statement does, whoever made it.
type Harm string

// The harms.
const (
	Dehumanising Harm = "dehumanising"
	Inciting     Harm = "inciting"
	Denying      Harm = "denying"
	Blaming      Harm = "blaming"
	Turning      Harm = "turning" // against another people or faith
	Exposing     Harm = "exposing"
)

// Harms lists the harms.
func Harms() []Harm { return []Harm{Dehumanising, Inciting, Denying, Blaming, Turning, Exposing} }

// Decision is what is done about a statement.
type Decision string

// The decisions.
const (
	Open     Decision = ""
	Answer   Decision = "answer"
	Silence  Decision = "silence" // to answer would only carry it further
	Report   Decision = "report"  // to the platform, a court, a body
	Answered Decision = "answered"
)

// Decisions lists what can be decided.
func Decisions() []Decision { return []Decision{Answer, Silence, Report, Answered} }

// Way is how a statement came.
type Way string

// The ways.
const (
	ByFeed Way = "feed"
	ByLink Way = "link"
	ByMail Way = "mail"
)

// Source is a feed that is read.
type Source struct {
	ID      string
	Name    string
	URL     string
	Paused  bool
	Looked  time.Time
	Trouble string // in English, for whoever keeps the list; empty: the last look was well
	By      string
	At      time.Time
}

// Reaction is one statement or report.
type Reaction struct {
	ID       string
	Source   string // of the feed; empty: a member put it in
	Key      string // names it within its source, so that it comes in once
	Way      Way
	URL      string
	Title    string
	Words    string // an excerpt
	Speaker  string // as published
	Day      clock.Day
	At       time.Time // when it came in
	By       string    // who put it in
	Tone     Tone
	Harms    []Harm
	Note     string // what it does, in the reader's words
	Decision Decision
	Reply    string // the answer that is proposed
	Reader   string
	ReadAt   time.Time
	Revision int
}

// Harmful reports whether a reader found a harm.
func (r Reaction) Harmful() bool { return len(r.Harms) > 0 }

// KeptBack stands in the place of a feed's words that name somebody whom the Desk
// protects: a sentence key. Somebody may be exposed by them.
const KeptBack = "Kept back: it names somebody whom the Desk protects. Tell the security officer, and look at the address."

// most of what is kept of a statement's words.
const most = 4000

// cut keeps the beginning of a text, whole letters alone.
func cut(s string, n int) string {
	s = strings.TrimSpace(s)
	if len(s) <= n {
		return s
	}
	s = strings.ToValidUTF8(s[:n], "")
	return strings.TrimSpace(s) + " …"
}

func (r Reaction) check() error {
	var k fault.Check
	k.Field(r.Title != "" || r.Words != "", "title", "Write what was said, or the title of the report.")
	k.Field(r.Day == "" || isDay(r.Day), "day", "Write the day as 2017-04-09.")
	k.Field(r.URL == "" || strings.HasPrefix(r.URL, "https://") || strings.HasPrefix(r.URL, "http://"), "url", "Write an address that begins with https:// or http://.")
	return k.Err()
}

// Reading is what a member read.
type Reading struct {
	Tone     Tone
	Harms    []Harm
	Note     string
	Decision Decision
	Reply    string
}

func (x Reading) check() error {
	var k fault.Check
	k.Field(slices.Contains(Tones(), x.Tone), "tone", "Choose how it speaks of the people concerned.")
	for _, h := range x.Harms {
		k.Field(slices.Contains(Harms(), h), "harm", "Choose what it does from the list.")
	}
	k.Field(len(x.Harms) == 0 || x.Note != "", "note", "Say what it does, in your own words: a harm without a reason helps nobody.")
	k.Field(x.Decision == Open || slices.Contains(Decisions(), x.Decision), "decision", "Choose what is done about it.")
	k.Field(x.Decision != Answer && x.Decision != Answered || x.Reply != "", "reply", "Write the answer that you propose.")
	return k.Err()
}

// Share is what was read of one month.
type Share struct {
	Month                              string // "2017-04"
	Support, Neutral, Hostile, Harmful int
	Unread                             int
}

// Read is how many of the month were read and are about the crisis.
func (s Share) Read() int { return s.Support + s.Neutral + s.Hostile }

// Shares counts by month, the earliest first. What is aside does not count.
func Shares(all []Reaction) []Share {
	by := map[string]*Share{}
	var months []string
	for _, r := range all {
		m := string(r.Day)
		if len(m) < 7 {
			m = string(clock.DayOf(r.At))
		}
		m = m[:7]
		if by[m] == nil {
			by[m] = &Share{Month: m}
			months = append(months, m)
		}
		s := by[m]
		switch r.Tone {
		case Unread:
			s.Unread++
		case Support:
			s.Support++
		case Neutral:
			s.Neutral++
		case Hostile:
			s.Hostile++
		}
		if r.Harmful() && r.Tone != Aside {
			s.Harmful++
		}
	}
	slices.Sort(months)
	out := make([]Share, len(months))
	for i, m := range months {
		out[i] = *by[m]
	}
	return out
}

func isDay(d clock.Day) bool {
	_, err := time.Parse(time.DateOnly, string(d))
	return err == nil
}
