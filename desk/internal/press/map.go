package press

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"math"
	"strconv"
	"strings"

	"waylight/desk/internal/publish"
	"waylight/desk/internal/typeset"
	"waylight/internal/i18n"
	"waylight/internal/pdftag"
)

// mapView is the map of a report, as it is drawn and as a table.
type mapView struct {
	i18n.Words
	Width, Height int
	Least, Size   string // in words
	Areas         []areaView
	Towns         []dotView
	Scale         string
	ScaleTo       int // how long the scale is
}

// areaView is an area; X to High are units of the drawing.
type areaView struct {
	X, Y, Wide, High, TX, TY int
	N                        string
	Where, Town              string
}

type dotView struct {
	X, Y, TX, TY int
	Label        string
}

const (
	mapWide, mapHigh, mapEdge = 640, 420, 46
	kmPerDegree               = 111.32
)

// drawMap lays the areas on the paper: as far north as east. Nil: there is no map.
func drawMap(w i18n.Words, m *publish.Map) *mapView {
	if m == nil {
		return nil
	}
	lang := w.Tag()
	v := &mapView{Words: w, Width: mapWide, Height: mapHigh, Least: w.Number(int64(m.Least)), Size: w.T("%s km", strconv.Itoa(m.Km))}
	if len(m.Areas) == 0 {
		return v
	}
	south, north, west, east := 90.0, -90.0, 180.0, -180.0
	for _, a := range m.Areas {
		south, north, west, east = min(south, a.South), max(north, a.North), min(west, a.West), max(east, a.East)
	}
	lat, lon := (south+north)/2, (west+east)/2
	shrink := math.Max(0.05, math.Cos(lat*math.Pi/180))
	scale := math.Min((mapHigh-2*mapEdge)/((north-south)*kmPerDegree), (mapWide-2*mapEdge)/((east-west)*kmPerDegree*shrink))
	at := func(y, x float64) (int, int) {
		return int(math.Round(mapWide/2 + (x-lon)*kmPerDegree*shrink*scale)), int(math.Round(mapHigh/2 - (y-lat)*kmPerDegree*scale))
	}
	for _, a := range m.Areas {
		x1, y1 := at(a.North, a.West)
		x2, y2 := at(a.South, a.East)
		n := w.Number(int64(a.Incidents))
		v.Areas = append(v.Areas, areaView{X: x1, Y: y1, Wide: max(4, x2-x1), High: max(4, y2-y1), TX: (x1 + x2) / 2, TY: y2 - 10, N: n, Town: a.Town.In(lang),
			Where: w.T("%s to %s north, %s to %s east", degrees(w, a.South), degrees(w, a.North), degrees(w, a.West), degrees(w, a.East))})
	}
	for _, t := range m.Towns {
		x, y := at(t.Lat, t.Lon)
		d := dotView{X: x, Y: y, TX: x + 7, TY: y - 6, Label: t.Name.In(lang)}
		if long := 9 * len([]rune(d.Label)); d.TX+long > mapWide {
			d.TX = max(2, x-7-long)
		}
		v.towns(d)
	}
	km := 1
	for _, k := range []int{2, 5, 10, 20, 50, 100, 200, 500, 1000} {
		if float64(k)*scale <= 200 {
			km = k
		}
	}
	v.Scale, v.ScaleTo = w.T("%s km", strconv.Itoa(km)), int(float64(km)*scale)
	return v
}

// towns adds a town whose name does not lie upon another's.
func (v *mapView) towns(d dotView) {
	for _, o := range v.Towns {
		if math.Abs(float64(o.TX-d.TX)) < 110 && math.Abs(float64(o.TY-d.TY)) < 20 {
			return
		}
	}
	v.Towns = append(v.Towns, d)
}

func degrees(w i18n.Words, deg float64) string {
	s := strconv.FormatFloat(deg, 'f', 2, 64)
	if w.Tag() == string(i18n.Russian) {
		s = strings.Replace(s, ".", ",", 1)
	}
	return s + "°"
}

// alone draws the map as a picture that stands alone.
func (v *mapView) alone() []byte {
	esc := func(s string) string {
		var b bytes.Buffer
		_ = xml.EscapeText(&b, []byte(s)) // a bytes.Buffer takes everything
		return b.String()
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" role="img" xml:lang="%s" font-family="Noto Sans, Verdana, sans-serif" font-size="17" fill="#1c2429">`+"\n", v.Width, v.Height, v.Width, v.Height, v.Tag())
	fmt.Fprintf(&b, `<title>%s</title><rect width="%d" height="%d" fill="#ffffff"/>`+"\n", esc(v.T("Where incidents were reported")), v.Width, v.Height)
	for _, a := range v.Areas {
		fmt.Fprintf(&b, `<rect x="%d" y="%d" width="%d" height="%d" fill="#125467" fill-opacity="0.25" stroke="#125467"/><text x="%d" y="%d" text-anchor="middle" font-weight="bold">%s</text>`+"\n", a.X, a.Y, a.Wide, a.High, a.TX, a.TY, esc(a.N))
	}
	for _, t := range v.Towns {
		fmt.Fprintf(&b, `<circle cx="%d" cy="%d" r="3"/><text x="%d" y="%d">%s</text>`+"\n", t.X, t.Y, t.TX, t.TY, esc(t.Label))
	}
	if v.Scale != "" {
		fmt.Fprintf(&b, `<rect x="20" y="%d" width="%d" height="2"/><text x="20" y="%d">%s</text>`+"\n", v.Height-15, v.ScaleTo, v.Height-20, esc(v.Scale))
	}
	b.WriteString("</svg>\n")
	return []byte(b.String())
}

// About says what the map shows and what not.
func (v *mapView) About() string {
	return v.T("Each area is at least %s wide, and a number says how many reported incidents were somewhere in it. Areas with fewer than %s incidents are not shown, so that nobody can be found by them: an empty part of the map does not say that nothing happened there.", v.Size, v.Least)
}

func mapCSV(m *publish.Map) []byte {
	rows := [][]string{{"south", "north", "west", "east", "incidents", "town_en", "town_ru", "least", "km"}, {"#geo+lat+min", "#geo+lat+max", "#geo+lon+min", "#geo+lon+max", "#affected+incidents", "#loc+name+v_en", "#loc+name+v_ru", "", ""}}
	f := func(v float64) string { return strconv.FormatFloat(v, 'f', 4, 64) }
	for _, a := range m.Areas {
		rows = append(rows, []string{f(a.South), f(a.North), f(a.West), f(a.East), strconv.Itoa(a.Incidents), a.Town.EN, a.Town.RU, strconv.Itoa(m.Least), strconv.Itoa(m.Km)})
	}
	return table(rows)
}

// chart sets the map on paper, with the same numbers as a table.
func (s *sheet) chart(v *mapView) {
	if v == nil {
		return
	}
	w := s.w
	unit := s.width / float64(v.Width)
	high := float64(v.Height) * unit
	if len(v.Areas) > 0 {
		s.Need(high + 40) // the heading stands above its map
	}
	s.heading(w.T("Where incidents were reported"))
	if len(v.Areas) == 0 {
		s.note(w.T("No area has enough incidents to be shown without pointing at somebody."))
		return
	}
	top := s.GetY()
	var said []string
	for _, a := range v.Areas {
		said = append(said, a.Where+": "+a.N)
	}
	s.In(pdftag.Figure, pdftag.Attr{Alt: w.T("Where incidents were reported") + ". " + strings.Join(said, "; "), Box: [4]float64{edge, top, edge + s.width, top + high}}, func() {
		s.Put(func() {
			s.SetDrawColor(18, 84, 103)
			s.SetLineWidth(0.3)
			s.SetFillColor(196, 213, 218)
			for _, a := range v.Areas {
				s.Rect(edge+float64(a.X)*unit, top+float64(a.Y)*unit, float64(a.Wide)*unit, float64(a.High)*unit, "FD")
			}
			s.font("", small, 0)
			for _, t := range v.Towns {
				s.SetFillColor(28, 36, 41)
				s.Circle(edge+float64(t.X)*unit, top+float64(t.Y)*unit, 0.7, "F")
				if typeset.Settable(t.Label) {
					s.SetY(top + float64(t.TY)*unit - 3)
					s.Set(edge+float64(t.TX)*unit, 40, 3.6, t.Label, "L")
				}
			}
			s.font("B", body, 0)
			for _, a := range v.Areas {
				s.SetY(top + float64(a.TY)*unit - 4)
				s.Set(edge+float64(a.X)*unit, float64(a.Wide)*unit, 4.6, a.N, "C")
			}
		})
	})
	s.SetXY(edge, top+high)
	s.note(v.About())
	widths := []float64{s.width * 0.55, s.width * 0.25, s.width * 0.2}
	s.In(pdftag.Table, pdftag.Attr{}, func() {
		s.row(widths, []string{w.T("Area"), w.T("Largest town in it"), w.T("Incidents")}, true)
		for _, a := range v.Areas {
			cells := []string{a.Where, a.Town, a.N}
			if s.high(widths, cells, "") > s.Left() {
				s.AddPage()
			}
			s.row(widths, cells, false)
		}
	})
	s.Ln(2)
}
