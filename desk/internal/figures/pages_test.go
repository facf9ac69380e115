package figures

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"waylight/desk/internal/count"
	"waylight/desk/internal/edtf"
	"waylight/desk/internal/record"
	"waylight/internal/clock"
)

// TestPagesAreTheWhole: over random lives of a record, with claims that come, are
// judged, replaced, denied, left out and taken in again, and days that go forward and
// back, what is reckoned by putting changes into pages is what is reckoned from all
// claims anew, with every use, rule and denial.
func TestPagesAreTheWhole(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f := Figure{ID: "figure", Status: record.Killed, Unit: record.Persons, Basis: rapid.SampledFrom([]Basis{"", "", NamedList, OneReport}).Draw(t, "basis")}
		size := rapid.IntRange(1, 4).Draw(t, "size")
		day := clock.Day("2017-04-09")
		l := life{t: t, out: map[string]Exclusion{}}
		var pages Pages
		for range rapid.IntRange(1, 25).Draw(t, "steps") {
			touched := l.step()
			before := day
			day = rapid.SampledFrom([]clock.Day{day, day, "2017-03-31", "2017-04-09", "2017-04-10", "2017-06-01", "2018-01-01"}).Draw(t, "day")
			if day != before {
				for _, p := range pages.List {
					if !p.Sum.holds(day) {
						for _, e := range p.Body {
							touched = append(touched, e.Claim)
						}
					}
				}
			}
			var entries []Entry
			slices.Sort(touched)
			for _, id := range slices.Compact(touched) {
				entries = append(entries, l.entry(f, day, id))
			}
			none := func(*Page) error { return nil } // each has its entries
			if len(pages.List) == 0 {
				slices.SortFunc(entries, func(a, b Entry) int { return a.Key.compare(b.Key) })
				pages.List = cut(entries, size)
			} else if _, err := pages.put(entries, size, none); err != nil {
				t.Fatal(err)
			}
			got, err := pages.reckoning(f, day, none)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range pages.List {
				for _, e := range p.Body {
					got.Uses = append(got.Uses, e.Use)
				}
			}
			want := Reckon(f, day, l.ordered(), l.out)
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("as of %s, pages of %d:\n%+v\n%+v", day, size, got, want)
			}
		}
	})
}

// life is a record whose claims change.
type life struct {
	t      *rapid.T
	claims []record.Weighed // in the order of entry: the row is the place
	out    map[string]Exclusion
}

var lifeDays = []edtf.Date{"2017-04-01", "2017-04", "2017-04-09", "2017-04-10", "2017", "2017-05~", ""}

func (l *life) step() []string {
	n := len(l.claims)
	what := rapid.IntRange(0, 6).Draw(l.t, "what")
	if n == 0 || what < 2 {
		c := record.Weighed{Claim: record.Claim{ID: fmt.Sprintf("claim_%02d", n), Status: record.Killed, Counts: rapid.IntRange(0, 5).Draw(l.t, "counts") > 0,
			Unit: rapid.SampledFrom([]record.Unit{record.Persons, record.Persons, record.Families}).Draw(l.t, "unit"), Asserted: rapid.SampledFrom(lifeDays).Draw(l.t, "asserted"),
			Counted: rapid.SampledFrom([]edtf.Date{"", "", "2017-04-09"}).Draw(l.t, "counted")},
			From: record.Source{ID: fmt.Sprint("source_", n%4), Group: fmt.Sprint("group_", n%3), Reliability: rapid.SampledFrom([]record.Reliability{"A", "C", "E"}).Draw(l.t, "reliability")}}
		if c.Counts {
			c.Bound = count.Bound{Word: rapid.SampledFrom(count.Words()).Draw(l.t, "word")}
			if c.Bound.Word != count.Unknown {
				c.Bound.Value = rapid.Int64Range(0, 6).Draw(l.t, "value")
				c.Bound.To = c.Bound.Value + 2
			}
		}
		l.claims = append(l.claims, c)
		return []string{c.ID}
	}
	a, b := rapid.IntRange(0, n-1).Draw(l.t, "a"), rapid.IntRange(0, n-1).Draw(l.t, "b")
	x, y := &l.claims[a], &l.claims[b]
	switch {
	case what == 2:
		x.Judgements = append(slices.Clip(x.Judgements), record.Judgement{Claim: x.ID, Credibility: rapid.IntRange(1, 6).Draw(l.t, "credibility"), Standing: rapid.SampledFrom(record.Standings()).Draw(l.t, "standing"), Reason: "invented"})
	case what == 3 && a != b:
		k := record.Link{From: x.ID, Kind: record.Supersedes, To: y.ID}
		x.Links, y.Links = append(slices.Clip(x.Links), k), append(slices.Clip(y.Links), k)
	case what == 4:
		x.Denials = append(slices.Clip(x.Denials), record.Statement{ID: fmt.Sprint("statement_", rapid.IntRange(0, 3).Draw(l.t, "statement")), Dated: "2017-04-10"})
	case what == 5:
		l.out[x.ID] = Exclusion{Claim: x.ID, Out: rapid.Bool().Draw(l.t, "out"), Reason: "invented"}
	case what == 6: // the source joins another's origin, or is rated: every claim of it is touched
		var ids []string
		group, rated := fmt.Sprint("group_", rapid.IntRange(0, 2).Draw(l.t, "group")), rapid.SampledFrom([]record.Reliability{"A", "E"}).Draw(l.t, "rated")
		for i := range l.claims {
			if l.claims[i].From.ID == x.From.ID {
				l.claims[i].From.Group, l.claims[i].From.Reliability = group, rated
				ids = append(ids, l.claims[i].ID)
			}
		}
		return ids
	}
	return []string{x.ID, y.ID}
}

func (l *life) entry(f Figure, day clock.Day, id string) Entry {
	n := slices.IndexFunc(l.claims, func(c record.Weighed) bool { return c.ID == id })
	c := l.claims[n]
	var superseder *record.Weighed
	if by := c.Superseded(); by != "" {
		superseder = &l.claims[slices.IndexFunc(l.claims, func(c record.Weighed) bool { return c.ID == by })]
	}
	e := look(f, day, c, superseder, l.out)
	e.Key.Row = int64(n)
	return e
}

func (l *life) ordered() []record.Weighed {
	out := slices.Clone(l.claims)
	slices.SortStableFunc(out, func(a, b record.Weighed) int {
		switch {
		case a.Asserted < b.Asserted:
			return -1
		case a.Asserted > b.Asserted:
			return 1
		}
		return 0
	})
	return out
}
