package lookweb

import (
	"fmt"
	"math"
	"strconv"

	"waylight/desk/internal/gazetteer"
	"waylight/desk/internal/vocabulary"
	"waylight/desk/internal/web/partyweb"
	"waylight/desk/internal/web/recordweb"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// mapView shows where incidents and acts were, as a picture and as a table.
type mapView struct {
	ui.Frame
	Filter  ui.Filter
	Picture *picture
	Table   ui.Table
	None    ui.Empty
	More    bool
	Known   string
	Blurred string // the distance, in words, when the map may be published
}

// picture is a map as it is drawn.
type picture struct {
	Width, Height int
	Grid          []gridLine
	Pins          []pin
	Towns         []pin
	Cells         []cell
	Scale         string
	ScaleX        int
	ScaleY        int
	ScaleT        int
}

type gridLine struct {
	X1, Y1, X2, Y2, TX, TY int
	Label                  string
}

type pin struct {
	X, Y, Ring, TX, TY int
	Class, Label       string
}

type cell struct {
	X, Y, Wide, High, TX, TY int
	Label                    string
}

const (
	mapWide, mapHigh, mapEdge = 900, 620, 40
	kmPerDegree               = 111.32
)

// projection lays degrees on the paper: as far north as east, in the middle of what is shown.
type projection struct{ lat, lon, shrink, scale float64 }

func project(b gazetteer.Box) projection {
	p := projection{lat: (b.South + b.North) / 2, lon: (b.West + b.East) / 2}
	p.shrink = math.Max(0.05, math.Cos(p.lat*math.Pi/180))
	tall, broad := math.Max(2, (b.North-b.South)*kmPerDegree), math.Max(2, (b.East-b.West)*kmPerDegree*p.shrink)
	p.scale = math.Min((mapHigh-2*mapEdge)/tall, (mapWide-2*mapEdge)/broad)
	return p
}

func (p projection) at(lat, lon float64) (x, y int) {
	return int(math.Round(mapWide/2 + (lon-p.lon)*kmPerDegree*p.shrink*p.scale)), int(math.Round(mapHigh/2 - (lat-p.lat)*kmPerDegree*p.scale))
}

func (r *Room) chart(c *ui.Context) error {
	b, err := r.Lexicon.Book(c.Context())
	if err != nil {
		return err
	}
	m, err := r.Atlas.Map(c.Context(), c.Actor, gazetteer.Box{}, c.Text("kind"))
	if err != nil {
		return err
	}
	return c.Render(pages, "map", newMap(c.Frame(c.T("Map")), b, m, c.Text("kind"), c.Text("blur")))
}

// radii are how coarse a map may be made for the public, in kilometres.
func radii(w i18n.Words) []page.Option {
	out := []page.Option{{Value: "", Label: w.T("for us: as exactly as it is known")}}
	for _, km := range []int{5, 10, 25, 50, 100} {
		out = append(out, page.Option{Value: strconv.Itoa(km), Label: w.T("to be published: cells of %s km or more", strconv.Itoa(km))})
	}
	return out
}

func newMap(f ui.Frame, b vocabulary.Book, m gazetteer.Chart, kind, blur string) mapView {
	w := f.Words
	v := mapView{Frame: f, More: m.More, None: ui.Empty{Title: w.T("Nothing stands on the map yet"), Text: w.T("On the page of an incident or act follow “On the map”, and choose the place.")}}
	v.Known = w.T("Places in the gazetteer: %s. Nothing on this map was fetched from anywhere.", w.Number(m.Known))
	form := page.Form{Words: w}
	v.Filter = ui.Filter{Words: w, Action: "/record/map", Active: kind != "" || blur != "", Fields: []page.Field{
		form.Select("kind", w.T("What it is"), []page.Option{{Value: "", Label: w.T("everything")}, {Value: "incident", Label: w.T("Incidents")}, {Value: "act", Label: w.T("Acts")}}).Or(kind), form.Select("blur", w.T("How exactly"), radii(w)).Or(blur)}}
	km, err := strconv.Atoi(blur)
	hidden := err == nil && km >= 1 && km <= 1000
	if hidden {
		v.Blurred = w.T("%s km", strconv.Itoa(km))
		v.cells(m, km)
		return v
	}
	v.Picture = drawMap(w, b, m)
	v.Table = ui.Table{Words: w, Caption: w.T("The same as a table"), Columns: []ui.Column{{Label: w.T("What")}, {Label: w.T("Place")}, {Label: w.T("How exactly it is known")}, {Label: w.T("When")}}, Empty: v.None}
	for _, d := range m.Dots {
		name, when, href := d.Incident.Title, recordweb.When(w, d.Incident.Span), "/record/incidents/"+d.Incident.ID
		if d.Act.ID != "" {
			name, when, href = partyweb.ActName(w, b, d.Act), recordweb.When(w, d.Act.Dated), "/record/acts/"+d.Act.ID
		}
		v.Table.Rows = append(v.Table.Rows, ui.Row{Href: href, Cells: []ui.Cell{{Text: name}, {Text: d.Name, Sub: degrees(d.Lat, d.Lon)}, {Text: metres(w, d.Within)}, {Text: when}}})
	}
	return v
}

func degrees(lat, lon float64) string { return fmt.Sprintf("%.3f, %.3f", lat, lon) }

func metres(w i18n.Words, m int) string {
	if m < 1000 {
		return w.T("%s m", strconv.Itoa(m))
	}
	return w.T("%s km", strconv.Itoa((m+500)/1000))
}

// cells draws what may be published: cells with how many lie in them, and nothing else of them.
func (v *mapView) cells(m gazetteer.Chart, km int) {
	w := v.Words
	all := gazetteer.Blur(m.Dots, km*1000)
	v.Table = ui.Table{Words: w, Caption: w.T("The same as a table"), Columns: []ui.Column{{Label: w.T("Middle of the cell")}, {Label: w.T("Size")}, {Label: w.T("How many"), Numeric: true}}, Empty: v.None}
	if len(all) == 0 {
		return
	}
	box := gazetteer.Box{South: 90, North: -90, West: 180, East: -180}
	for _, c := range all {
		box = gazetteer.Box{South: math.Min(box.South, c.South), North: math.Max(box.North, c.North), West: math.Min(box.West, c.West), East: math.Max(box.East, c.East)}
		size := int(math.Round((c.North - c.South) * kmPerDegree))
		v.Table.Rows = append(v.Table.Rows, ui.Row{Cells: []ui.Cell{{Text: degrees((c.South+c.North)/2, (c.West+c.East)/2)}, {Text: w.T("%s km", strconv.Itoa(size))}, {Text: few(w, c.N)}}})
	}
	p := project(box)
	d := &picture{Width: mapWide, Height: mapHigh}
	d.grid(p)
	for _, c := range all {
		x1, y1 := p.at(c.North, c.West)
		x2, y2 := p.at(c.South, c.East)
		d.Cells = append(d.Cells, cell{X: x1, Y: y1, Wide: max(4, x2-x1), High: max(4, y2-y1), TX: (x1 + x2) / 2, TY: (y1+y2)/2 + 5, Label: few(w, c.N)})
	}
	d.towns(p, m.Towns)
	d.measure(w, p)
	v.Picture = d
}

// few says how many lie in a cell; a number that could point at somebody is not said.
func few(w i18n.Words, n int) string {
	if n < 5 {
		return w.T("fewer than 5")
	}
	return w.Number(int64(n))
}

// drawMap makes the picture for us; nil when nothing stands on the map.
func drawMap(w i18n.Words, b vocabulary.Book, m gazetteer.Chart) *picture {
	if len(m.Dots) == 0 {
		return nil
	}
	p := project(gazetteer.Around(m.Dots))
	d := &picture{Width: mapWide, Height: mapHigh}
	d.grid(p)
	d.towns(p, m.Towns)
	for _, x := range m.Dots {
		class, label := "open", cut(x.Incident.Title, 26)
		if x.Act.ID != "" {
			class, label = "act", cut(partyweb.ActName(w, b, x.Act), 26)
		}
		if len(m.Dots) > 15 {
			label = ""
		}
		px, py := p.at(x.Lat, x.Lon)
		d.Pins = append(d.Pins, pin{X: px, Y: py, Ring: max(8, int(float64(x.Within)/1000*p.scale)), TX: px + 11, TY: py + 5, Class: class, Label: label})
	}
	d.spread()
	d.measure(w, p)
	return d
}

// spread moves the labels of pins down until none lies upon another.
func (d *picture) spread() {
	for i := range d.Pins {
		for again := true; again && d.Pins[i].Label != ""; {
			again = false
			for j := range i {
				a, b := d.Pins[i], d.Pins[j]
				if b.Label != "" && abs(a.TX-b.TX) < 9*max(len([]rune(a.Label)), len([]rune(b.Label))) && abs(a.TY-b.TY) < 18 {
					d.Pins[i].TY, again = b.TY+18, true
				}
			}
		}
		if long := 9 * len([]rune(d.Pins[i].Label)); d.Pins[i].TX+long > d.Width { // it would leave the paper
			d.Pins[i].TX = max(4, d.Pins[i].X-11-long)
		}
	}
}

func (d *picture) towns(p projection, all []gazetteer.Place) {
	for _, t := range all {
		x, y := p.at(t.Lat, t.Lon)
		if x < 0 || y < 0 || x > d.Width || y > d.Height {
			continue
		}
		far := true
		for _, o := range d.Towns {
			far = far && (abs(o.X-x) > 90 || abs(o.Y-y) > 16)
		}
		if far {
			d.Towns = append(d.Towns, pin{X: x, Y: y, TX: x + 6, TY: y - 5, Label: cut(t.Name, 18)})
		}
	}
}

func abs(n int) int { return max(n, -n) }

// grid draws lines of whole degrees, or of parts or multiples of them, as many as fit.
func (d *picture) grid(p projection) {
	step := 0.05
	for _, s := range []float64{0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 30} {
		if kmPerDegree*p.scale*step > 110 {
			break
		}
		step = s
	}
	tall, wide := mapHigh/2/kmPerDegree/p.scale, mapWide/2/kmPerDegree/p.scale/p.shrink
	for n := math.Ceil((p.lat - tall) / step); n*step <= p.lat+tall; n++ {
		_, y := p.at(n*step, p.lon)
		d.Grid = append(d.Grid, gridLine{X1: 0, Y1: y, X2: mapWide, Y2: y, TX: 4, TY: y - 4, Label: strconv.FormatFloat(math.Round(n*step*100)/100, 'f', -1, 64) + "°"})
	}
	for n := math.Ceil((p.lon - wide) / step); n*step <= p.lon+wide; n++ {
		x, _ := p.at(p.lat, n*step)
		d.Grid = append(d.Grid, gridLine{X1: x, Y1: 0, X2: x, Y2: mapHigh, TX: x + 4, TY: mapHigh - 6, Label: strconv.FormatFloat(math.Round(n*step*100)/100, 'f', -1, 64) + "°"})
	}
}

// measure draws a length by which distances can be judged.
func (d *picture) measure(w i18n.Words, p projection) {
	km := 1
	for _, k := range []int{2, 5, 10, 20, 50, 100, 200, 500, 1000} {
		if float64(k)*p.scale > 220 {
			break
		}
		km = k
	}
	d.Scale, d.ScaleX, d.ScaleY, d.ScaleT = w.T("%s km", strconv.Itoa(km)), 60+int(float64(km)*p.scale), mapHigh-28, mapHigh-36
}

// placeView is the page on which an incident or an act is put on the map.
type placeView struct {
	ui.Frame
	Back, BackText string
	Facts          []page.Fact
	May            bool
	Search         ui.Filter
	Hidden         []ui.Hidden
	Choose         page.Field
	None           string
	Own            []page.Field
	Reason         *page.Field
	History        []page.Event
	Action         string
}

func (r *Room) place(c *ui.Context) error {
	v, err := r.placePage(c, page.Form{})
	if err != nil {
		return err
	}
	return c.Render(pages, "place", v)
}

func (r *Room) placePage(c *ui.Context, f page.Form) (placeView, error) {
	d, editions, known, err := r.Atlas.Where(c.Context(), c.Actor, c.ID("subject"))
	if err != nil {
		return placeView{}, err
	}
	b, err := r.Lexicon.Book(c.Context())
	if err != nil {
		return placeView{}, err
	}
	q := c.Text("q")
	if q == "" && !c.R.URL.Query().Has("q") {
		if q = d.Incident.Place; d.Act.ID != "" && d.Act.Place != "" {
			q = d.Act.Place
		}
	}
	found, err := r.Atlas.Find(c.Context(), c.Actor, q, 12)
	if err != nil {
		return placeView{}, err
	}
	h, err := r.history(c, editions)
	if err != nil {
		return placeView{}, err
	}
	frame := c.Frame(c.T("On the map"))
	if f.Values != nil {
		frame.Form = f
	}
	return newPlace(frame, b, d, q, found, known, h, documenter(c)), nil
}

func newPlace(f ui.Frame, b vocabulary.Book, d gazetteer.Dot, q string, found []gazetteer.Place, known int64, history []page.Event, may bool) placeView {
	w := f.Words
	v := placeView{Frame: f, Back: "/record/incidents/" + d.Incident.ID, BackText: d.Incident.Title, May: may, Action: "/record/places/" + d.Subject, History: history}
	if d.Act.ID != "" {
		v.Back, v.BackText = "/record/acts/"+d.Act.ID, partyweb.ActName(w, b, d.Act)
	}
	v.Facts = []page.Fact{{Term: w.T("Place"), Text: w.T("not on the map yet")}}
	if d.Version > 0 {
		v.Facts = []page.Fact{{Term: w.T("Place"), Text: d.Name, Note: degrees(d.Lat, d.Lon)}, {Term: w.T("How exactly it is known"), Text: metres(w, d.Within)}}
	}
	if !may {
		return v
	}
	form := page.Form{Words: w}
	v.Search = ui.Filter{Words: w, Action: v.Action, Active: q != "", Fields: []page.Field{form.Text("q", w.T("Find the place by its name")).Or(q).Hint(w.T("in any script that the gazetteer has"))}}
	seen := strconv.Itoa(d.Version)
	if had := f.Form.Values.Get("seen"); had != "" {
		seen = had
	}
	v.Hidden = []ui.Hidden{{Name: "seen", Value: seen}, {Name: "q", Value: q}}
	var options []page.Option
	for _, p := range found {
		options = append(options, page.Option{Value: p.Key, Label: p.Name, Hint: p.Country + " · " + degrees(p.Lat, p.Lon) + " · " + metres(w, p.Reach) + " · " + cut(p.Names, 60)})
	}
	switch {
	case len(options) > 0:
		v.Choose = f.Form.Radios("place", w.T("Which place is meant"), append(options, page.Option{Value: "own", Label: w.T("none of these: the coordinates below")}))
	case known == 0:
		v.None = w.T("No gazetteer was loaded. Whoever runs the Desk can import one; until then write coordinates.")
	default:
		v.None = w.T("The gazetteer has no such place. Try another spelling, or write coordinates.")
	}
	within := ""
	if d.Version > 0 {
		within = strconv.Itoa(d.Within)
	}
	v.Own = []page.Field{
		f.Form.Text("name", w.T("What the place is called")).Optional().Hint(w.T("no address of a person")).Or(d.Name),
		f.Form.Text("lat", w.T("Degrees north")).Short().Optional().Or(number(d.Version, d.Lat)), f.Form.Text("lon", w.T("Degrees east")).Short().Optional().Or(number(d.Version, d.Lon)),
		f.Form.Input("number", "within", w.T("Known to, in metres")).Short().Optional().Hint(w.T("100 at the least: a place is kept no finer")).Or(within),
	}
	if d.Version > 0 {
		why := f.Form.Area("reason", w.T("Why it is corrected")).Rows(2).Hint(w.T("It must name nobody."))
		v.Reason = &why
	}
	return v
}

func number(version int, deg float64) string {
	if version == 0 {
		return ""
	}
	return strconv.FormatFloat(deg, 'f', -1, 64)
}

func (r *Room) put(c *ui.Context) error {
	s := gazetteer.Spot{Subject: c.ID("subject"), Name: c.Text("name"), Place: c.Text("place")}
	if n, ok := c.Int("within"); ok {
		s.Within = int(min(n, 10_000_000))
	}
	if s.Place == "own" || s.Place == "" {
		s.Place = ""
		for name, to := range map[string]*float64{"lat": &s.Lat, "lon": &s.Lon} {
			d, err := strconv.ParseFloat(c.Text(name), 64)
			if err != nil {
				c.Bad(name, "Write degrees as a number, such as 43.3.")
			}
			*to = d
		}
	} else {
		s.Within = 0 // the place's own reach; what stands in the other fields is of another place
	}
	seen, err := strconv.Atoi(c.Text("seen"))
	if err != nil {
		seen = 0
	}
	if err = c.Wrong(); err == nil {
		err = r.Atlas.Put(c.Context(), c.Actor, s, seen, c.Text("reason"))
	}
	if k := fault.KindOf(err); err != nil && (k == fault.Invalid || k == fault.Conflict) {
		v, verr := r.placePage(c, c.Form(err))
		if verr != nil {
			return verr
		}
		return c.Invalid(pages, "place", v)
	}
	if err != nil {
		return err
	}
	return c.See("/record/places/"+s.Subject, "look.put")
}
