package boardweb

import (
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/watch"
	"waylight/desk/internal/web/ui"
	"waylight/internal/i18n"
)

// Stories are the room's pages in their states, with invented people.
func Stories() []ui.Story {
	calendar := func(name, shape string, zone *time.Location, c cases.Calendar) ui.Story {
		return ui.Story{Name: "board/calendar-" + name, Set: pages, Template: "calendar", View: func(w i18n.Words) any {
			w = w.In(zone)
			f := ui.Example(w, w.T("Calendar"), "/cases/calendar", staff.Caseworker)
			return calendarOf(f, span(shape, w.Here(f.Now)), c)
		}}
	}
	chart := func(name string, c cases.Chart) ui.Story {
		return ui.Story{Name: "board/map-" + name, Set: pages, Template: "map", View: func(w i18n.Words) any {
			v := chartView(ui.Example(w, w.T("Map"), "/cases/map", staff.Caseworker), c)
			if v.Picture != nil {
				v.Picture.towns([]Town{{"Town A (invented)", 12.4, 20.9}, {"Town B (invented)", 10.9, 22.4}, {"Elsewhere (invented)", 60, 60}})
			}
			return v
		}}
	}
	full := storyCalendar()
	many := cases.Calendar{Dates: full.Dates, More: true, Plain: true}
	return []ui.Story{
		calendar("month", month, time.FixedZone("Europe/Berlin", 2*3600), full), calendar("week", week, nil, full), calendar("day", day, nil, full), calendar("empty", week, nil, cases.Calendar{}), calendar("more", day, nil, many),
		chart("legs", storyChart()), chart("empty", cases.Chart{}), chart("one", cases.Chart{Places: storyChart().Places[:1], Plain: true}),
	}
}

// storyNow is the time of ui.Example's frames.
var storyNow = time.Date(2017, 4, 12, 4, 0, 0, 0, time.UTC)

func storyCalendar() cases.Calendar {
	at := func(h int) time.Time { return storyNow.Add(time.Duration(h) * time.Hour) }
	c := cases.Calendar{Dates: []cases.Date{
		{Kind: cases.DateCheckIn, At: at(-1), Case: "case_a", Pseudonym: "RJ-4071", Watch: watch.Missed, Danger: true},
		{Kind: cases.DateDecide, At: at(1), Case: "case_b", Pseudonym: "DU-0007"},
		{Kind: cases.DateLeg, At: at(2), Until: at(4), Case: "case_a", Pseudonym: "RJ-4071", Item: "leg_x", Text: "the invented bus stop → Mill", Leg: cases.LegPlanned},
		{Kind: cases.DateStep, At: at(3), Case: "case_b", Pseudonym: "DU-0007", Item: "leak_x", Text: "move", Danger: true},
		{Kind: cases.DateAction, At: at(30), Case: "case_b", Pseudonym: "DU-0007", Text: "Appointment at the invented office, with all papers and the two photographs"},
		{Kind: cases.DateConsent, Day: "2017-04-14", Case: "case_a", Pseudonym: "RJ-4071"},
		{Kind: cases.DateReview, Day: "2017-04-26", Case: "case_b", Pseudonym: "DU-0007"},
		{Kind: cases.DateErase, Day: "2017-04-28", Case: "case_c", Pseudonym: "VZ-1203"},
	}}
	for i := range 6 {
		c.Dates = append(c.Dates, cases.Date{Kind: cases.DateCheckIn, At: at(9 + 2*i), Case: "case_b", Pseudonym: "DU-0007", Watch: watch.Waiting, Expected: i > 0})
	}
	return c
}

func storyChart() cases.Chart {
	place := func(id, code string, s cases.PlaceStatus, p *cases.Point) cases.Refuge {
		return cases.Refuge{ID: id, Place: cases.Place{Code: code, Kind: "flat", Capacity: 3, Status: s, Point: p, Trait: cases.Trait{Country: "XA"}}}
	}
	spot := func(lat, lon float64) cases.Spot {
		return cases.Spot{Words: "an invented corner", Point: &cases.Point{Lat: lat, Lon: lon, Within: 5}}
	}
	leg := func(id string, n int, s cases.LegState, from, to cases.Spot) cases.Stretch {
		return cases.Stretch{Case: "case_a", Leg: id, Pseudonym: "RJ-4071", Number: n, People: 2, From: from, To: to, State: s, Earliest: storyNow, Latest: storyNow.Add(3 * time.Hour)}
	}
	at := func(id string) cases.Spot { return cases.Spot{Place: id} }
	return cases.Chart{People: 7, Way: 2, Lost: 1, Inside: 3, Other: 1,
		Places: []cases.Refuge{place("place_a", "Mill", cases.Available, &cases.Point{Lat: 10.2, Lon: 20.4, Within: 20}), place("place_b", "Lighthouse", cases.Exposed, &cases.Point{Lat: 11.9, Lon: 23.1, Within: 40}),
			place("place_c", "Orchard", cases.Available, &cases.Point{Lat: 13.4, Lon: 21.2, Within: 10}), place("place_d", "Attic", cases.Resting, nil)},
		Legs: []cases.Stretch{leg("leg_a", 1, cases.LegArrived, spot(9.1, 19.2), at("place_a")), leg("leg_b", 2, cases.LegUnderWay, at("place_a"), at("place_c")), leg("leg_c", 3, cases.LegPlanned, at("place_c"), spot(14.5, 24)), leg("leg_d", 1, cases.LegLost, at("place_b"), at("place_d"))}}
}
