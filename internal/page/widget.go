package page

import (
	"math"
	"time"

	"waylight/internal/i18n"
)

// Badge is a word in a coloured frame: {{template "badge" .Status}}. Its text says
// what its colour says.
type Badge struct {
	Text string
	Tone Tone
}

// Tone is the colour of a badge, an event or a row.
type Tone string

// The tones. Danger is for a person in danger and nothing else.
const (
	Plain  Tone = ""
	Calm   Tone = "calm"   // done, safe, kept
	Accent Tone = "accent" // needs somebody
	Wait   Tone = "wait"   // somebody else's turn
	Danger Tone = "danger"
)

// TimeLeft shows how long something can wait: {{template "left" .Due}}.
type TimeLeft struct {
	i18n.Words
	Due, Now time.Time
	Danger   bool // a person is in danger when it passes
}

// Late reports whether the time has passed.
func (l TimeLeft) Late() bool { return !l.Due.IsZero() && l.Now.After(l.Due) }

// Soon reports whether less than an hour is left.
func (l TimeLeft) Soon() bool { return !l.Late() && l.Due.Sub(l.Now) < time.Hour }

// Text is the time left in words.
func (l TimeLeft) Text() string { return l.Left(l.Due.Sub(l.Now)) }

// Machine is the due time for the datetime attribute.
func (l TimeLeft) Machine() string { return l.Due.UTC().Format(time.RFC3339) }

// Fact is one line of a definition list: {{template "facts" .Facts}} takes a slice.
type Fact struct {
	Term, Text string
	Href       string
	Note       string
}

// Event is one entry of a timeline: {{template "timeline" .Events}} takes a slice.
type Event struct {
	When   string // in words: "9 April 2017", "20 min ago"
	Title  string
	Who    string
	Text   string // several paragraphs are parted by line breaks
	Href   string
	Tone   Tone
	Quoted bool // a source's own words
}

// Progress says in words how far something is: {{template "progress" .Step}}.
type Progress struct {
	i18n.Words
	Done, Of int
	Note     string // "you can stop after each"
}

// Range is a number with its uncertainty, drawn as a bar: ends where they are
// known, fading where open, hatched where unknown. {{template "range" .Killed}}
// draws it with its claims in a table behind it.
type Range struct {
	i18n.Words
	ID              string // unique on the page: letters and digits
	Label           string // "Killed"
	Note            string // what is counted, as of when
	Low, Best, High *int64 // nil: not known
	Max             int64  // right end of the scale, if the numbers fit; 0: chosen from them
	Claims          []RangeClaim
}

// RangeClaim is one claim under a figure.
type RangeClaim struct {
	Source    string
	Says      string // the source's words or the bound in words
	Low, High *int64
	Href      string
	Excluded  string // why it is not counted; empty: it is
}

// Bar is the geometry of one bar on a scale from 0 to 100.
type Bar struct {
	X, W, High float64 // start, width and end
	Best       float64
	HasBest    bool
	Open       bool // no upper end: it fades
	Floorless  bool // no lower end: hatched from zero
	Unknown    bool
	Point      bool // both ends are the same
}

// Number makes a known end of a range.
func Number(n int64) *int64 { return &n }

// Top is the right end of the scale: a round number over every known end.
func (r Range) Top() int64 {
	top := max(r.Max, 2)
	ends := []*int64{r.Low, r.Best, r.High}
	for _, c := range r.Claims {
		ends = append(ends, c.Low, c.High)
	}
	for _, e := range ends {
		if e != nil && *e > top {
			top = *e
		}
	}
	if top == r.Max && (r.High != nil || r.Low == nil || *r.Low < top) {
		return top
	}
	if r.High == nil && r.Low != nil {
		top += top / 2 // room to fade
	}
	step := int64(1)
	for step*10 <= top {
		step *= 10
	}
	top = (top + step - 1) / step * step
	return top + top%2 // its half is a tick, so it must be whole
}

// Scaled reports whether the bar has a scale: a number that nobody knows lies on none.
func (r Range) Scaled() bool { return r.Low != nil || r.Best != nil || r.High != nil || r.Max > 0 }

// Middle is half of the scale, for its tick.
func (r Range) Middle() int64 { return r.Top() / 2 }

// Bar is the geometry of the figure's own bar.
func (r Range) Bar() Bar {
	low, high := r.Low, r.High
	at := func(n int64) float64 { return min(100, math.Round(1000*float64(n)/float64(r.Top()))/10) }
	b := Bar{}
	switch {
	case low == nil && high == nil:
		b.Unknown, b.W = true, 100
	case low == nil:
		b.Floorless, b.W = true, at(*high)
	case high == nil:
		b.Open, b.X, b.W = true, at(*low), 100-at(*low)
	default:
		b.X, b.W = at(*low), at(*high)-at(*low)
		b.Point = *low == *high
	}
	b.High = b.X + b.W
	if r.Best != nil && !b.Point {
		b.Best, b.HasBest = at(*r.Best), true
	}
	return b
}

// HasOwnBest reports whether there is a best estimate that the ends do not say already.
func (r Range) HasOwnBest() bool {
	return (r.Low != nil || r.High != nil) && r.Best != nil && (r.Low == nil || r.High == nil || *r.Low != *r.High)
}

// Count writes a known number.
func (r Range) Count(n *int64) string { return r.Number(*n) }

// Says is the range in words: "3 to 20", "at least 101", "up to 20", "about 60", "not known".
func (r Range) Says() string {
	if r.Low == nil && r.High == nil && r.Best != nil {
		return r.T("about %s", r.Number(*r.Best)) // a best without ends: how far "about" reaches was not said
	}
	return r.Bound(r.Low, r.High)
}

// Bound writes two ends in words.
func (r Range) Bound(low, high *int64) string {
	switch {
	case low == nil && high == nil:
		return r.T("not known")
	case low == nil:
		return r.T("up to %s", r.Number(*high))
	case high == nil:
		return r.T("at least %s", r.Number(*low))
	case *low == *high:
		return r.Number(*low)
	}
	return r.T("%s to %s", r.Number(*low), r.Number(*high))
}
