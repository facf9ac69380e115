package gazetteer_test

import (
	"errors"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"waylight/desk/internal/desktest"
	"waylight/desk/internal/edtf"
	"waylight/desk/internal/gazetteer"
	"waylight/desk/internal/parties"
	"waylight/desk/internal/record"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// A table of GeoNames, with invented places.
const geonames = "1\tArgunsk\tArgunsk\tАргунск,أرغونسك\t43.3\t45.87\tP\tPPLA2\tRU\t\t12\t\t\t\t33000\t\t120\tEurope/Moscow\t2017-01-01\n" +
	"2\tRegion N\tRegion N\tОбласть Н\t43.0\t45.5\tA\tADM1\tRU\t\t12\t\t\t\t1200000\t\t0\tEurope/Moscow\t2017-01-01\n" +
	"3\tArgunsk Hill\tArgunsk Hill\t\t43.31\t45.9\tT\tHLL\tRU\t\t12\t\t\t\t0\t\t0\tEurope/Moscow\t2017-01-01\n"

// TestParse: both forms are read; every wrong row is named with its line and column.
func TestParse(t *testing.T) {
	t.Parallel()
	all, err := gazetteer.Parse(strings.NewReader(geonames), "A", "P")
	if err != nil || len(all) != 2 || all[0].Key != "geonames:1" || all[0].Names != "Аргунск,أرغونسك" || all[1].Reach != 100_000 {
		t.Fatalf("%+v %v", all, err)
	}
	all, err = gazetteer.Parse(strings.NewReader("\ufeffkey;name;lat;lon;names;reach\nown:1;Mill (invented);43.1;45.2;Мельница;300\n"))
	if err != nil || len(all) != 1 || all[0].Reach != 300 {
		t.Fatalf("%+v %v", all, err)
	}
	for text, want := range map[string]string{
		"":                               "line 1: the file is empty",
		"name,lat\nx,1\n":                "line 1, key: this column is missing",
		"key,name,lat,lon\na,b,91,0\n":   `line 2, lat: "91" is no number of degrees up to 90`,
		"key,name,lat,lon\na,b,1,NaN\n":  `line 2, lon: "NaN" is no number of degrees up to 180`,
		"key,name,lat,lon\na,,1,1\n":     "line 2, name: it has no name",
		"key,name,lat,lon\na,b,1\n":      "line 2: it has 3 fields, the head has 4",
		"key,name,lat,lon,x\na,b,1,1,1":  "line 1, x: there is no such column; there are key, name, names, lat, lon, country, kind, population, reach",
		geonames + "4\tshort\n":          "line 4: it has 2 columns, not 19",
		strings.Repeat(geonames, 2):      "line 4, key: line 1 has this key already",
		"key,name,lat,lon\na,\xff,1,1\n": "line 2, name: it is not in UTF-8",
	} {
		_, err := gazetteer.Parse(strings.NewReader(text))
		var wrong gazetteer.Wrongs
		if !errors.As(err, &wrong) || wrong[0].Error() != want {
			t.Errorf("%.40q: %v", text, err)
			if len(wrong) > 0 {
				t.Errorf("%v", wrong[0])
			}
		}
	}
}

// FuzzParse: no file makes it fall over, and what it takes has its coordinates on the earth.
func FuzzParse(f *testing.F) {
	f.Add(geonames)
	f.Add("key,name,lat,lon\na,b,1,1\n")
	f.Add("key;name;lat;lon\n\"a;b;1;1\n")
	f.Fuzz(func(t *testing.T, s string) {
		all, err := gazetteer.Parse(strings.NewReader(s))
		if err != nil && len(all) > 0 {
			t.Error("half of a file")
		}
		for _, p := range all {
			if !(math.Abs(p.Lat) <= 90 && math.Abs(p.Lon) <= 180) || p.Key == "" || p.Reach < gazetteer.Finest {
				t.Errorf("%+v", p)
			}
		}
	})
}

// TestBlur: whatever is blurred lies in its cell, no side of a cell is shorter than the
// radius, the middle says nothing of the point, and nobody is lost.
func TestBlur(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		var dots []gazetteer.Dot
		for range rapid.IntRange(1, 30).Draw(r, "n") {
			dots = append(dots, gazetteer.Dot{Spot: gazetteer.Spot{Lat: rapid.Float64Range(-85, 85).Draw(r, "lat"), Lon: rapid.Float64Range(-179, 179).Draw(r, "lon"), Within: rapid.IntRange(100, 50_000).Draw(r, "within")}})
		}
		radius := rapid.IntRange(1000, 100_000).Draw(r, "radius")
		cells, n := gazetteer.Blur(dots, radius), 0
		const metre = 1 / 111_320.0
		for _, c := range cells {
			n += c.N
			far := math.Max(math.Abs(c.South), math.Abs(c.North))
			if tall, wide := (c.North-c.South)/metre, (c.East-c.West)/metre*math.Cos(far*math.Pi/180); tall < float64(radius)-1 || wide < float64(radius)-1 {
				r.Fatalf("a cell of %.0f by %.0f m for %d", tall, wide, radius)
			}
		}
		if n != len(dots) {
			r.Fatalf("%d of %d are in cells", n, len(dots))
		}
		for _, d := range dots {
			one := gazetteer.Blur([]gazetteer.Dot{d}, radius)[0]
			if d.Lat < one.South-1e-9 || d.Lat > one.North+1e-9 || d.Lon < one.West-1e-9 || d.Lon > one.East+1e-9 || (one.North-one.South)/metre < float64(d.Within) {
				r.Fatalf("%+v is not in %+v", d.Spot, one)
			}
			near := d
			near.Lat, near.Lon = (one.South+one.North)/2, (one.West+one.East)/2
			if again := gazetteer.Blur([]gazetteer.Dot{near}, radius)[0]; again != one {
				r.Fatalf("the middle of a cell lies in another: %+v %+v", one, again)
			}
		}
	})
}

// TestAtlas: a file is loaded whole, again changes nothing, a name in any of its scripts
// finds a place; a spot is kept no finer than a hundred metres, and its corrections stay.
func TestAtlas(t *testing.T) {
	t.Parallel()
	g, ctx := desktest.New(t), t.Context()
	dora, ana, cara := g.Member(t, "Dora (invented)", staff.Documenter), g.Member(t, "Ana (invented)", staff.Analyst), g.Member(t, "Cara (invented)", staff.Caseworker)
	ar, as := func(tx *store.Tx) record.Store { return tx }, func(tx *store.Tx) gazetteer.Store { return tx }
	archive := record.NewArchive(store.Within(g.DB, ar), store.Reading(g.DB, ar), g.Clock)
	a := &gazetteer.Atlas{Within: store.Within(g.DB, as), Reading: store.Reading(g.DB, as), Clock: g.Clock}
	all, err := gazetteer.Parse(strings.NewReader(geonames))
	must(t, err)
	for n, want := range []gazetteer.Loaded{{Added: 3}, {Same: 3}} {
		if got, err := a.Load(ctx, dora, all); err != nil || got != want {
			t.Errorf("load %d: %+v %v", n, got, err)
		}
	}
	all[0].Population++
	if got, err := a.Load(ctx, dora, all); err != nil || got != (gazetteer.Loaded{Changed: 1, Same: 2}) {
		t.Errorf("%+v %v", got, err)
	}
	if _, err := a.Load(ctx, ana, all); fault.KindOf(err) != fault.Denied {
		t.Errorf("an analyst loads: %v", err)
	}
	for _, name := range []string{"Аргунск", "أرغونسك", "argun", "ARGUNSK"} {
		if got, err := a.Find(ctx, cara, name, 5); err != nil || len(got) == 0 || got[0].Key != "geonames:1" {
			t.Errorf("%s: %+v %v", name, got, err)
		}
	}
	i, err := archive.AddIncident(ctx, dora, record.Incident{Title: "x (invented)", Place: "Argunsk"})
	must(t, err)
	must(t, a.Put(ctx, dora, gazetteer.Spot{Subject: i.ID, Place: "geonames:1"}, 0, ""))
	must(t, a.Put(ctx, dora, gazetteer.Spot{Subject: i.ID, Place: "geonames:1"}, 0, "")) // sent twice
	own := gazetteer.Spot{Subject: i.ID, Name: "a mill (invented)", Lat: 43.123456, Lon: 45.654321, Within: 100}
	if err := a.Put(ctx, dora, own, 1, ""); fault.KindOf(err) != fault.Invalid {
		t.Errorf("without a reason: %v", err)
	}
	must(t, a.Put(ctx, dora, own, 1, "another town (invented)"))
	if err := a.Put(ctx, dora, gazetteer.Spot{Subject: i.ID, Place: "geonames:2"}, 1, "late"); fault.KindOf(err) != fault.Conflict {
		t.Errorf("over a newer edition: %v", err)
	}
	d, e, known, err := a.Where(ctx, ana, i.ID)
	if err != nil || known != 3 || d.Lat != 43.123 || d.Lon != 45.654 || len(e) != 2 || !strings.Contains(string(e[0].Body), "Argunsk") {
		t.Errorf("%+v %d editions %v", d.Spot, len(e), err)
	}
	c, err := a.Map(ctx, ana, gazetteer.Box{}, "")
	if err != nil || len(c.Dots) != 1 || c.Dots[0].Incident.ID != i.ID {
		t.Errorf("%+v %v", c, err)
	}
	for what, s := range map[string]gazetteer.Spot{"too fine": {Subject: i.ID, Lat: 1, Lon: 1, Within: 10}, "off the earth": {Subject: i.ID, Lat: 91, Lon: 1, Within: 500}, "no place": {Subject: i.ID, Place: "geonames:99"}} {
		if err := a.Put(ctx, dora, s, 2, "x"); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := a.Put(ctx, dora, gazetteer.Spot{Subject: "case_x", Lat: 1, Lon: 1, Within: 500}, 0, ""); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a case on the map of the record: %v", err)
	}
	if _, err := a.Map(ctx, cara, gazetteer.Box{}, ""); fault.KindOf(err) != fault.Denied {
		t.Errorf("a caseworker looks at the record's map: %v", err)
	}
}

// TestMapOfKinds: a map of incidents or of acts alone has what looking at each spot
// gives, from the south on, and nothing that was withdrawn.
func TestMapOfKinds(t *testing.T) {
	t.Parallel()
	g, ctx := desktest.New(t), t.Context()
	ana, as := g.Member(t, "Ana (invented)", staff.Analyst), func(tx *store.Tx) gazetteer.Store { return tx }
	a := &gazetteer.Atlas{Within: store.Within(g.DB, as), Reading: store.Reading(g.DB, as), Clock: g.Clock}
	want := map[string][]string{}
	must(t, g.DB.Write(ctx, func(tx *store.Tx) error {
		for n := range 40 {
			i := record.Incident{ID: ids.New("incident"), Title: "x (invented)", At: g.Clock.Now()}
			if err := tx.AddIncident(ctx, i); err != nil {
				return err
			}
			act := parties.Act{ID: ids.New("act"), Version: 1, Incident: i.ID, Code: "W01", Withdrawn: n%7 == 3, At: g.Clock.Now()}
			if err := tx.AddAct(ctx, act); err != nil {
				return err
			}
			for k, of := range []string{i.ID, act.ID} {
				if err := tx.PutSpot(ctx, gazetteer.Spot{Subject: of, Version: 1, Name: "a mill (invented)", Lat: float64(n)/10 - float64(k)*1.05, Lon: 45, Within: 100}); err != nil {
					return err
				}
			}
			want["incident"] = append(want["incident"], i.ID)
			if !act.Withdrawn {
				want["act"] = append(want["act"], act.ID)
			}
		}
		return nil
	}))
	for _, kind := range []string{"incident", "act", ""} {
		c, err := a.Map(ctx, ana, gazetteer.Box{}, kind)
		must(t, err)
		var got []string
		for n, d := range c.Dots {
			if n > 0 && d.Lat < c.Dots[n-1].Lat {
				t.Errorf("%q: %v lies before %v", kind, c.Dots[n-1].Lat, d.Lat)
			}
			got = append(got, d.Subject)
			one, _, _, err := a.Where(ctx, ana, d.Subject)
			if err != nil || !reflect.DeepEqual(one, d) {
				t.Errorf("%+v\n%+v\n%v", d, one, err)
			}
		}
		if kind == "" {
			if len(got) != len(want["incident"])+len(want["act"]) {
				t.Errorf("%d dots", len(got))
			}
		} else if !slices.Equal(got, want[kind]) {
			t.Errorf("%s: %v\n%v", kind, got, want[kind])
		}
	}
}

// TestAreas: a public map has areas with enough incidents alone, of what had happened by
// its day, with large towns and no small ones; nothing on it is an act.
func TestAreas(t *testing.T) {
	t.Parallel()
	g, ctx := desktest.New(t), t.Context()
	dora, ed, cara := g.Member(t, "Dora (invented)", staff.Documenter), g.Member(t, "Edi (invented)", staff.Editor), g.Member(t, "Cara (invented)", staff.Caseworker)
	as := func(tx *store.Tx) gazetteer.Store { return tx }
	a := &gazetteer.Atlas{Within: store.Within(g.DB, as), Reading: store.Reading(g.DB, as), Clock: g.Clock}
	_, err := a.Load(ctx, dora, []gazetteer.Place{
		{Key: "x:1", Name: "Argunsk", Names: "Argunsk,Аргунск", Kind: "P.PPL", Lat: 43.3, Lon: 45.9, Population: 50_000, Reach: 5000},
		{Key: "x:2", Name: "Hamlet", Kind: "P.PPL", Lat: 43.31, Lon: 45.91, Population: 90, Reach: 500},
	})
	must(t, err)
	put := func(n int, lat, lon float64, day edtf.Date) {
		for range n {
			i := record.Incident{ID: ids.New("incident"), Title: "x (invented)", Span: day, At: g.Clock.Now()}
			must(t, g.DB.Write(ctx, func(tx *store.Tx) error { return tx.AddIncident(ctx, i) }))
			must(t, a.Put(ctx, dora, gazetteer.Spot{Subject: i.ID, Name: "x (invented)", Lat: lat, Lon: lon, Within: 500}, 0, ""))
		}
	}
	put(5, 43.3, 45.9, "2017-03")
	put(1, 43.3, 45.9, "") // when is not known
	put(2, 43.3, 45.9, "2018-01-05")
	put(4, 44.9, 47.9, "2017-03") // few: somebody could be found by them
	cells, towns, err := a.Areas(ctx, ed, 25, 5, "2017-04-09")
	if err != nil || len(cells) != 1 || cells[0].N != 6 || len(towns) != 1 || towns[0].Russian() != "Аргунск" {
		t.Errorf("%+v %+v %v", cells, towns, err)
	}
	if cells, _, err := a.Areas(ctx, ed, 25, 5, "2018-12-31"); err != nil || len(cells) != 1 || cells[0].N != 8 {
		t.Errorf("later: %+v %v", cells, err)
	}
	if cells, towns, err := a.Areas(ctx, ed, 25, 9, "2018-12-31"); err != nil || len(cells)+len(towns) != 0 {
		t.Errorf("none has nine: %+v %+v %v", cells, towns, err)
	}
	if _, _, err := a.Areas(ctx, cara, 25, 5, "2018-12-31"); fault.KindOf(err) != fault.Denied {
		t.Errorf("a caseworker draws it: %v", err)
	}
}
