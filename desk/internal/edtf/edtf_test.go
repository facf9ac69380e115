package edtf_test

import (
	"testing"

	"waylight/desk/internal/edtf"
	"waylight/internal/clock"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in          string
		first, last clock.Day
		precision   string
		about       bool
	}{
		{"2017-04-09", "2017-04-09", "2017-04-09", "day", false},
		{"2017-04-09~", "2017-04-09", "2017-04-09", "day", true},
		{"2016-02", "2016-02-01", "2016-02-29", "month", false},
		{"2017", "2017-01-01", "2017-12-31", "year", false},
		{"201X", "2010-01-01", "2019-12-31", "year", false},
		{"2017-04-XX", "2017-04-01", "2017-04-30", "month", false},
		{"2017-21", "2017-03-01", "2017-05-31", "season", false},
		{"2017-24", "2017-12-01", "2018-02-28", "season", false},
		{"2017-02/2017-04", "2017-02-01", "2017-04-30", "span", false},
		{"2017-02/..", "2017-02-01", "", "span", false},
		{"../2017-04-09", "", "2017-04-09", "span", false},
		{"2016?/2017~", "2016-01-01", "2017-12-31", "span", true},
	} {
		d, err := edtf.Parse(c.in)
		if err != nil {
			t.Errorf("%s: %v", c.in, err)
			continue
		}
		if a, b := d.Span(); a != c.first || b != c.last || d.Precision() != c.precision || d.Approximate() != c.about {
			t.Errorf("%s: %s to %s, %s, about %v", c.in, a, b, d.Precision(), d.Approximate())
		}
	}
	for _, bad := range []string{"", "9 April", "2017-13", "2017-02-30", "2017-00", "2017-04-09T12:00", "2017-05/2017-04", "../..", "17-04-09", "2017-XX-03", "2017-21-03", "2017-04-09/x"} {
		if _, err := edtf.Parse(bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

func TestOn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		d    edtf.Date
		day  clock.Day
		want bool
	}{{"2017-04-09", "2017-04-09", true}, {"2017-04", "2017-04-09", false}, {"2017-04", "2017-04-30", true}, {"2017/..", "2030-01-01", false}, {"", "2030-01-01", false}} {
		if got := c.d.On(c.day); got != c.want {
			t.Errorf("%s on %s: %v", c.d, c.day, got)
		}
	}
}
