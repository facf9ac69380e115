package boardweb

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/web/ui"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// chart shows the map. Opening the places is noted in the ledger, place by place.
func (r *Room) chart(c *ui.Context) error {
	all, err := r.Book.Chart(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	v := chartView(c.Frame(c.T("Map")), all)
	if r.Towns != nil && v.Picture != nil {
		towns, err := r.Towns(c, v.Picture.box())
		if err != nil {
			return err
		}
		v.Picture.towns(towns)
	}
	return c.Render(pages, "map", v)
}

type mapView struct {
	ui.Frame
	Tabs         *ui.Tabs
	Stats        []ui.Stat
	Missing      []string
	Picture      *picture
	None         ui.Empty
	Legs, Places *ui.Table
}

// picture is the map in its own units.
type picture struct {
	Width, Height          int
	Grid, Lines            []stroke
	Pins, Towns            []pin
	ScaleX, ScaleY, ScaleT int
	Scale                  string
	of                     projection
}

// Box is a part of the world in degrees.
type Box struct{ South, North, West, East float64 }

// Town is written on the map so that a person knows where they look.
type Town struct {
	Name     string
	Lat, Lon float64
}

type stroke struct {
	X1, Y1, X2, Y2, TX, TY int
	Class, Label           string
}

type pin struct {
	X, Y, Ring, TX, TY int
	Class, Label       string
	at                 cases.Point
}

const (
	width, height = 900, 560
	margin        = 70
	least         = 60.0 // kilometres that the map spans at least, so that one place is not a wall of paper
	perDegree     = 111.2
)

// projection lays degrees on the paper: as far north as east, at the middle of what is shown.
type projection struct{ lat, lon, shrink, scale float64 }

// project finds the scale at which all points and their rings stand on the paper.
func project(points []cases.Point) projection {
	south, north, west, east := 90.0, -90.0, 180.0, -180.0
	for _, p := range points {
		reach := float64(p.Within) / perDegree
		wide := reach / math.Max(0.05, math.Cos(p.Lat*math.Pi/180))
		south, north = math.Min(south, p.Lat-reach), math.Max(north, p.Lat+reach)
		west, east = math.Min(west, p.Lon-wide), math.Max(east, p.Lon+wide)
	}
	p := projection{lat: (south + north) / 2, lon: (west + east) / 2}
	p.shrink = math.Max(0.05, math.Cos(p.lat*math.Pi/180))
	tall, broad := math.Max(least, (north-south)*perDegree), math.Max(least, (east-west)*perDegree*p.shrink)
	p.scale = math.Min((height-2*margin)/tall, (width-2*margin)/broad) // units of paper for a kilometre
	return p
}

func (p projection) at(q cases.Point) (x, y int) {
	return int(math.Round(width/2 + (q.Lon-p.lon)*perDegree*p.shrink*p.scale)), int(math.Round(height/2 - (q.Lat-p.lat)*perDegree*p.scale))
}

// draw makes the picture; nil when nothing has coordinates.
func draw(w i18n.Words, c cases.Chart) (*picture, int) {
	spots, missing := map[string]cases.Refuge{}, 0
	var points []cases.Point
	for _, p := range c.Places {
		spots[p.ID] = p
		if p.Point != nil {
			points = append(points, *p.Point)
		} else {
			missing++
		}
	}
	where := func(s cases.Spot) *cases.Point {
		if s.Place != "" {
			return spots[s.Place].Point
		}
		return s.Point
	}
	for _, l := range c.Legs {
		for _, s := range []cases.Spot{l.From, l.To} {
			if s.Place == "" && s.Point != nil {
				points = append(points, *s.Point)
			}
		}
	}
	if len(points) == 0 {
		return nil, missing
	}
	p := project(points)
	v := &picture{Width: width, Height: height, of: p}
	v.grid(p)
	seen := map[cases.Point]bool{}
	for _, l := range c.Legs {
		from, to := where(l.From), where(l.To)
		if from == nil || to == nil {
			missing++
		} else {
			v.Lines = append(v.Lines, legLine(p, l, *from, *to))
		}
		for _, s := range []cases.Spot{l.From, l.To} {
			if s.Place == "" && s.Point != nil && !seen[*s.Point] {
				seen[*s.Point] = true
				v.pin(p, *s.Point, "other", "")
			}
		}
	}
	for _, x := range c.Places {
		if x.Point != nil {
			class := "other"
			switch x.Status {
			case cases.Exposed:
				class = "exposed"
			case cases.Available:
				class = "open"
			}
			v.pin(p, *x.Point, class, w.T("%s (%d of %d)", x.Code, x.Inside(), x.Capacity))
		}
	}
	v.spread()
	v.measure(w, p)
	return v, missing
}

// box is what the paper shows.
func (v *picture) box() Box {
	tall, broad := height/2/perDegree/v.of.scale, width/2/perDegree/v.of.scale/v.of.shrink
	return Box{v.of.lat - tall, v.of.lat + tall, v.of.lon - broad, v.of.lon + broad}
}

// towns writes those for which there is room, the first before the others.
func (v *picture) towns(all []Town) {
	for _, t := range all {
		x, y := v.of.at(cases.Point{Lat: t.Lat, Lon: t.Lon})
		long := 8 * len([]rune(t.Name))
		free := x > 4 && y > 20 && x+long < v.Width && y < v.Height-30
		for _, o := range slices.Concat(v.Pins, v.Towns) {
			free = free && (abs(o.X-x) > max(long, 9*len([]rune(o.Label)))+12 || abs(o.Y-y) > 22)
		}
		if free {
			v.Towns = append(v.Towns, pin{X: x, Y: y, TX: x + 6, TY: y + 4, Label: t.Name})
		}
	}
}

func legLine(p projection, l cases.Stretch, from, to cases.Point) stroke {
	s := stroke{Class: string(l.State.Stage())}
	s.X1, s.Y1 = p.at(from)
	s.X2, s.Y2 = p.at(to)
	if l.State == cases.LegLost {
		s.Class = "lost"
	}
	if l.State.Stage() == cases.StageOut {
		s.Label = l.Pseudonym
		s.TX, s.TY = (s.X1+s.X2)/2+8, (s.Y1+s.Y2)/2-8
	}
	return s
}

func (v *picture) pin(p projection, at cases.Point, class, label string) {
	x, y := p.at(at)
	v.Pins = append(v.Pins, pin{X: x, Y: y, Ring: max(8, int(float64(at.Within)*p.scale)), TX: x + 10, TY: y + 5, Class: class, Label: label, at: at})
}

// spread moves labels down until none lies upon another.
func (v *picture) spread() {
	slices.SortStableFunc(v.Pins, func(a, b pin) int { return a.TY - b.TY })
	for i := range v.Pins {
		for again := true; again; {
			again = false
			for j := range i {
				a, b := v.Pins[i], v.Pins[j]
				if a.Label != "" && b.Label != "" && abs(a.TX-b.TX) < 9*max(len([]rune(a.Label)), len([]rune(b.Label))) && abs(a.TY-b.TY) < 18 {
					v.Pins[i].TY, again = b.TY+18, true
				}
			}
		}
	}
	for i, p := range v.Pins { // a label that would leave the paper stands before its place
		if long := 9 * len([]rune(p.Label)); p.TX+long > v.Width {
			v.Pins[i].TX = max(4, p.X-10-long)
		}
	}
}

func abs(n int) int { return max(n, -n) }

// grid draws the lines of whole degrees, or of every second, fifth, tenth one.
func (v *picture) grid(p projection) {
	step := 0.5
	for _, s := range []float64{1, 2, 5, 10, 20, 30} {
		if perDegree*p.scale*step > 110 {
			break
		}
		step = s
	}
	half := func(units float64) float64 { return units / 2 / perDegree / p.scale }
	for lat := math.Ceil((p.lat-half(height))/step) * step; lat <= p.lat+half(height); lat += step {
		_, y := p.at(cases.Point{Lat: lat, Lon: p.lon})
		v.Grid = append(v.Grid, stroke{X1: 0, X2: width, Y1: y, Y2: y, TX: 4, TY: y - 4, Label: degrees(lat)})
	}
	for lon := math.Ceil((p.lon-half(width)/p.shrink)/step) * step; lon <= p.lon+half(width)/p.shrink; lon += step {
		x, _ := p.at(cases.Point{Lat: p.lat, Lon: lon})
		v.Grid = append(v.Grid, stroke{X1: x, X2: x, Y1: 0, Y2: height, TX: x + 4, TY: 16, Label: degrees(lon)})
	}
}

func degrees(d float64) string { return strconv.FormatFloat(d, 'f', -1, 64) + "°" }

// measure draws the scale: a round number of kilometres.
func (v *picture) measure(w i18n.Words, p projection) {
	km := 1
	for _, n := range []int{1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000} {
		if float64(n)*p.scale <= 200 {
			km = n
		}
	}
	v.ScaleX, v.ScaleY, v.ScaleT = 20+int(float64(km)*p.scale), height-18, height-24
	v.Scale = w.T("%d km", km)
}

func chartView(f ui.Frame, c cases.Chart) mapView {
	v := mapView{Frame: f, Tabs: ui.ProtectionTabs(f.Words, "/cases/map")}
	v.Stats = []ui.Stat{{Label: f.T("People in open cases"), Value: strconv.Itoa(c.People)}, {Label: f.T("On the way"), Value: strconv.Itoa(c.Way)}, {Label: f.T("In a place that we keep"), Value: strconv.Itoa(c.Inside)}, {Label: f.T("Elsewhere, or not noted"), Value: strconv.Itoa(c.Other)}}
	if c.Lost > 0 {
		v.Stats = append(v.Stats, ui.Stat{Label: f.T("Contact lost on the way"), Value: strconv.Itoa(c.Lost), Tone: page.Danger})
	}
	if c.Plain {
		v.Missing = append(v.Missing, f.T("You are assigned to so many cases that their legs are left out here."))
	}
	missing := 0
	v.Picture, missing = draw(f.Words, c)
	if v.Picture != nil && missing > 0 {
		v.Missing = append(v.Missing, f.N("%d place or leg without coordinates stands in the tables alone.", "%d places and legs without coordinates stand in the tables alone.", missing))
	}
	v.None = ui.Empty{Title: f.T("Nothing has coordinates yet."), Text: f.T("Write rough coordinates with a place, or with the meeting point of a leg, and it stands on this map. Rough ones are enough, and safer."), Href: "/places", Action: f.T("Places")}
	v.Legs = &ui.Table{Words: f.Words, Caption: f.T("Legs that are ahead or under way"), Columns: []ui.Column{{Label: f.T("Case")}, {Label: f.T("From and to")}, {Label: f.T("State")}, {Label: f.T("People")}, {Label: f.T("Leaves at the latest")}}, Empty: ui.Empty{Title: f.T("No leg is planned.")}}
	names := map[string]string{}
	for _, p := range c.Places {
		names[p.ID] = p.Code
	}
	for _, l := range c.Legs {
		if l.State.Stage() == cases.StageOver {
			continue
		}
		row := ui.Row{Href: "/legs/" + l.Leg, Cells: []ui.Cell{{Text: fmt.Sprintf("%s · %d", l.Pseudonym, l.Number)}, {Text: end(f.Words, names, l.From) + " → " + end(f.Words, names, l.To), Sub: apart(f.Words, c, l)}, {Text: f.T(stateWord(l.State))}, {Text: strconv.Itoa(l.People)}, {Text: f.Date(l.Latest)}}}
		if l.State == cases.LegLost {
			row.Tone = page.Danger
		}
		v.Legs.Rows = append(v.Legs.Rows, row)
	}
	v.Places = &ui.Table{Words: f.Words, Caption: f.T("Places that I know"), Columns: []ui.Column{{Label: f.T("Place")}, {Label: f.T("Country")}, {Label: f.T("People in it")}, {Label: f.T("Known within")}}, Empty: ui.Empty{Title: f.T("You know no place.")}}
	for _, p := range c.Places {
		row := ui.Row{Href: "/places/" + p.ID, Cells: []ui.Cell{{Text: p.Code}, {Text: p.Country}, {Text: f.T("%d of %d", p.Inside(), p.Capacity)}, {Text: "—"}}}
		if p.Point != nil {
			row.Cells[3].Text = f.T("%d km", p.Point.Within)
		}
		if p.Status == cases.Exposed {
			row.Cells[0].Badge = &page.Badge{Text: f.T("Exposed"), Tone: page.Danger}
		}
		v.Places.Rows = append(v.Places.Rows, row)
	}
	return v
}

// end is where a leg begins or ends, by the code of the place.
func end(w i18n.Words, names map[string]string, s cases.Spot) string {
	switch {
	case s.Place == "":
		return w.T("a meeting point")
	case names[s.Place] == "":
		return w.T("a place that you do not know")
	}
	return names[s.Place]
}

// apart says how far a leg leads, as the crow flies.
func apart(w i18n.Words, c cases.Chart, l cases.Stretch) string {
	at := func(s cases.Spot) *cases.Point {
		for _, p := range c.Places {
			if p.ID == s.Place {
				return p.Point
			}
		}
		return s.Point
	}
	from, to := at(l.From), at(l.To)
	if from == nil || to == nil {
		return ""
	}
	return w.T("about %d km", int(math.Round(from.Kilometres(*to))))
}

func stateWord(s cases.LegState) string {
	switch s {
	case cases.LegPlanned:
		return i18n.Key("Waits for the go")
	case cases.LegReady:
		return i18n.Key("Ready")
	case cases.LegUnderWay:
		return i18n.Key("On the way")
	}
	return i18n.Key("Contact lost")
}
