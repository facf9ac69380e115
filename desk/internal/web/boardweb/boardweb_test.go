package boardweb

import (
	"io/fs"
	"math"
	"os"
	"testing"
	"time"

	"pgregory.net/rapid"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/web/ui"
	"waylight/internal/i18n"
	"waylight/internal/i18n/i18ntest"
	"waylight/internal/page"
	"waylight/internal/storybook"
)

func TestWords(t *testing.T) {
	t.Parallel()
	i18ntest.Check(t, i18ntest.Room{Templates: []fs.FS{os.DirFS("templates")}, Go: []string{"."}, Locale: Locale(), Shared: []fs.FS{page.Locale(), ui.Locale()}})
}

func TestStories(t *testing.T) {
	t.Parallel()
	storybook.Check(t, storybook.Book{Stories: Stories(), Catalogue: i18n.Must(i18n.Load(page.Locale(), ui.Locale(), Locale()))})
}

// A month is whole weeks that hold it, a week begins on Monday, and each day stands
// once, also where the clocks change and a day has 23 or 25 hours.
func TestSpans(t *testing.T) {
	t.Parallel()
	zones := []*time.Location{time.UTC}
	for _, name := range []string{"Europe/Berlin", "America/Sao_Paulo", "Asia/Kolkata", "Pacific/Auckland"} {
		z, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		zones = append(zones, z)
	}
	rapid.Check(t, func(r *rapid.T) {
		z := zones[rapid.IntRange(0, len(zones)-1).Draw(r, "zone")]
		of := time.Date(2017, 1, 1, 12, 0, 0, 0, z).AddDate(0, 0, rapid.IntRange(0, 2500).Draw(r, "day"))
		if rapid.IntRange(0, 4).Draw(r, "where midnight does not exist") == 0 {
			z = zones[2]
			of = time.Date(2017, 10, 15, 12, 0, 0, 0, z)
		}
		for _, shape := range []string{day, week, month} {
			a := span(shape, of)
			if of.Before(a.first) || !of.Before(a.until) {
				r.Fatalf("%s does not hold its day: %v %v %v", shape, a.first, of, a.until)
			}
			if shape != day && a.first.Weekday() != time.Monday {
				r.Fatalf("%s begins on %v", shape, a.first)
			}
			if a.until.Sub(a.first) > 45*24*time.Hour {
				r.Fatal("longer than the calendar gives")
			}
			v := calendarOf(ui.Frame{View: page.View{Words: i18n.Words{}.In(z)}, Now: of}, a, cases.Calendar{})
			seen := map[string]int{}
			for _, d := range v.Days {
				seen[d.Name]++
			}
			for _, w := range v.Weeks {
				if len(w) != 7 {
					r.Fatalf("a week of %d days", len(w))
				}
				for _, d := range w {
					seen[d.Name]++
				}
			}
			for name, n := range seen {
				if n != 1 {
					r.Fatalf("%s stands %d times", name, n)
				}
			}
			if want := map[string]int{day: 1, week: 7}[shape]; want > 0 && len(seen) != want {
				r.Fatalf("%s has %d days", shape, len(seen))
			}
		}
	})
}

// Whatever the coordinates, everything stands on the paper, and what lies farther
// north or east is drawn so.
func TestMapHoldsEverything(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		var c cases.Chart
		n := rapid.IntRange(1, 12).Draw(r, "places")
		for range n {
			p := cases.Point{Lat: rapid.Float64Range(-80, 80).Draw(r, "lat"), Lon: rapid.Float64Range(-170, 170).Draw(r, "lon"), Within: rapid.IntRange(1, 200).Draw(r, "within")}
			c.Places = append(c.Places, cases.Refuge{ID: string(rune('a' + len(c.Places))), Place: cases.Place{Code: "Mill", Capacity: 1, Point: &p}})
		}
		v, missing := draw(i18n.Words{}, c)
		if missing != 0 || len(v.Pins) != n {
			r.Fatal(missing, len(v.Pins))
		}
		for _, a := range v.Pins {
			if a.X < 0 || a.X > width || a.Y < 0 || a.Y > height || a.TX < 0 {
				r.Fatalf("a pin stands beside the paper: %+v", a)
			}
			for _, b := range v.Pins {
				if a.at.Lat > b.at.Lat+0.01 && a.Y > b.Y || a.at.Lon > b.at.Lon+0.01 && a.X < b.X {
					r.Fatalf("north is not up or east not right: %+v %+v", a, b)
				}
			}
		}
		b := v.box()
		for _, p := range c.Places {
			if p.Point.Lat < b.South || p.Point.Lat > b.North || p.Point.Lon < b.West || p.Point.Lon > b.East {
				r.Fatalf("the box %+v leaves a place out: %+v", b, p.Point)
			}
		}
		var towns []Town
		for range rapid.IntRange(0, 20).Draw(r, "towns") {
			towns = append(towns, Town{"Town (invented)", rapid.Float64Range(b.South-1, b.North+1).Draw(r, "town lat"), rapid.Float64Range(b.West-1, b.East+1).Draw(r, "town lon")})
		}
		v.towns(towns)
		for i, a := range v.Towns {
			if a.X < 0 || a.X > width || a.Y < 0 || a.Y > height {
				r.Fatalf("a town stands beside the paper: %+v", a)
			}
			for _, b := range v.Towns[:i] {
				if abs(a.Y-b.Y) <= 14 && abs(a.X-b.X) < 60 {
					r.Fatalf("two towns lie on one another: %+v %+v", a, b)
				}
			}
		}
		if len(v.Grid) == 0 || len(v.Grid) > 60 || v.ScaleX <= 20-1 {
			r.Fatalf("%d lines of the grid, a scale of %d", len(v.Grid), v.ScaleX)
		}
	})
	if d := (cases.Point{Lat: 0, Lon: 0}).Kilometres(cases.Point{Lat: 0, Lon: 90}); math.Abs(d-10007.5) > 1 {
		t.Error("a quarter of the equator is", d)
	}
}
