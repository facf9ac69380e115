package merge

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func side(version int, start, fields []Field) Side { return Side{version, start, fields} }

func fields(pairs ...string) []Field {
	var all []Field
	for i := 0; i < len(pairs); i += 2 {
		all = append(all, Field{pairs[i], []string{pairs[i+1]}})
	}
	return all
}

func TestRows(t *testing.T) {
	t.Parallel()
	was := fields("a", "1", "b", "2", "c", "3", "d", "4", "e", "5")
	theirs := fields("a", "1x", "b", "2", "c", "3x", "d", "4x", "e", "5")
	mine := fields("a", "1", "b", "2y", "c", "3y", "d", "4x\r\n", "e", "5")
	rows := Rows(side(2, was, theirs), []Side{side(3, was, mine)})
	got := map[string]Row{}
	for _, r := range rows {
		got[r.Name] = r
	}
	if len(got) != 4 || got["a"].Clash || got["b"].Clash || !got["c"].Clash || got["d"].Clash {
		t.Fatalf("%+v", rows)
	}
	if got["a"].Choices[0].Values[0] != "1x" || got["b"].Choices[0].Values[0] != "2y" || !slices.Equal(got["d"].Choices[0].Versions, []int{2, 3}) {
		t.Fatalf("%+v", rows)
	}
	if got["c"].Choices[0].Values[0] != "3x" || got["c"].Choices[1].Values[0] != "3y" || got["c"].Was[0] != "3" {
		t.Fatalf("%+v", got["c"])
	}
	all, open := Together(theirs, rows, func(Row) ([]string, bool) { return nil, false })
	if !slices.Equal(open, []string{"c"}) || value(all, "b")[0] != "2y" || value(all, "a")[0] != "1x" {
		t.Fatalf("%+v %v", all, open)
	}
}

// A field that a colleague emptied while another wrote into it is a clash, and so
// is one that is new on both sides.
func TestEmptyIsAValue(t *testing.T) {
	t.Parallel()
	was := fields("a", "1")
	rows := Rows(side(2, was, fields("a", "", "n", "x")), []Side{side(3, was, fields("a", "2", "n", "y"))})
	if len(rows) != 2 || !rows[0].Clash || !rows[1].Clash {
		t.Fatalf("%+v", rows)
	}
}

// Whatever any side typed into a field is either what becomes of it or stands
// among the choices; what nobody touched stays; and who picks gets what they picked.
func TestNoTypedFieldIsLost(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		names := []string{"a", "b", "c"}
		draw := func(label string) []Field {
			var all []Field
			for _, n := range names {
				if rapid.IntRange(0, 5).Draw(t, label+n+"?") > 0 {
					all = append(all, Field{n, []string{rapid.SampledFrom([]string{"", "1", "2", "3"}).Draw(t, label+n)}})
				}
			}
			return all
		}
		standing := side(1, nil, draw("standing"))
		var beside []Side
		for i := range rapid.IntRange(1, 3).Draw(t, "sides") {
			beside = append(beside, side(i+2, draw("start"), draw("beside")))
		}
		rows := Rows(standing, beside)
		find := func(n string) (Row, bool) {
			i := slices.IndexFunc(rows, func(r Row) bool { return r.Name == n })
			if i < 0 {
				return Row{}, false
			}
			return rows[i], true
		}
		last := func(r Row) ([]string, bool) { return r.Choices[len(r.Choices)-1].Values, true }
		all, open := Together(standing.Fields, rows, last)
		if len(open) > 0 {
			t.Fatal("a clash was left open that somebody picked")
		}
		for _, n := range names {
			r, changed := find(n)
			for _, s := range beside {
				if Same(value(s.Start, n), value(s.Fields, n)) {
					continue
				}
				if !changed || !slices.ContainsFunc(r.Choices, func(c Choice) bool {
					return Same(c.Values, value(s.Fields, n)) && slices.Contains(c.Versions, s.Version)
				}) {
					t.Fatalf("field %s of version %d is lost: %+v", n, s.Version, r)
				}
				if !r.Clash && !Same(value(all, n), value(s.Fields, n)) {
					t.Fatalf("field %s was changed by one side only and not taken over", n)
				}
			}
			if !changed && !Same(value(all, n), value(standing.Fields, n)) {
				t.Fatalf("field %s was touched by nobody and changed", n)
			}
			if r.Clash {
				want, _ := last(r)
				if !Same(value(all, n), want) {
					t.Fatalf("field %s is not what was picked", n)
				}
				// The standing value, when it moved, must be in sight as well.
				moved := slices.ContainsFunc(beside, func(s Side) bool { return !Same(value(s.Start, n), value(standing.Fields, n)) })
				if moved && !Same(r.Choices[0].Values, value(standing.Fields, n)) {
					t.Fatalf("the standing value of %s is not the first choice: %+v", n, r)
				}
			}
		}
	})
}
