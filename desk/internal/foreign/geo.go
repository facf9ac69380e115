package foreign

import (
	"encoding/json"
	"strconv"
	"strings"

	"waylight/desk/internal/table"
)

// The columns of a feature's shape.
const (
	ShapeType  = "geometry.type"
	ShapePoint = "geometry.point" // the point, or the middle of what is larger
	Shape      = "geometry"       // word for word
)

// geo reads RFC 7946: longitude first, always.
func (s *Sheet) geo(data named) []table.Wrong {
	s.json = true
	v, bad := parse(data.bytes)
	if len(bad) > 0 {
		return bad
	}
	top, ok := object(v)
	if !ok {
		return whole(noFeatures)
	}
	if crs := string(get(top, "crs")); crs != "" && crs != "null" && !strings.Contains(crs, "CRS84") && !strings.Contains(crs, "4326") {
		return whole(otherGrid)
	}
	var all []json.RawMessage
	switch plain(get(top, "type")) {
	case "FeatureCollection":
		if all, ok = list(get(top, "features")); !ok {
			return whole(noFeatures)
		}
	case "Feature":
		all = []json.RawMessage{v}
	default:
		return whole(noFeatures)
	}
	if len(all) > MaxRows {
		return whole(tooMany)
	}
	seen := map[string]bool{}
	for i, raw := range all {
		s.Rows = append(s.Rows, s.feature(seen, i+1, raw))
	}
	return nil
}

func (s *Sheet) feature(seen map[string]bool, n int, raw json.RawMessage) Row {
	r := Row{Line: n, Cells: map[string]string{}, raw: raw}
	f, ok := object(raw)
	if !ok || plain(get(f, "type")) != "Feature" {
		r.bad("", oddFeature)
		return r
	}
	tell := func(path, text string) {
		if path == Problem {
			return
		}
		s.column(seen, path)
		r.Cells[path] = text
	}
	if id := plain(get(f, "id")); id != "" {
		tell("feature id", id)
	}
	if bad := flatten(get(f, "properties"), "", 0, func(path, text string) {
		if path != "" {
			tell(path, text)
		}
	}); bad != "" {
		r.bad("properties", bad)
	}
	g := get(f, "geometry")
	shape, ok := object(g)
	if !ok {
		if string(g) != "null" && g != nil {
			r.bad(Shape, oddGeometry)
		}
		return r
	}
	tell(ShapeType, plain(get(shape, "type")))
	b := box{}
	if bad := b.shape(shape, 0); bad != "" {
		r.bad(Shape, bad)
	} else if b.n > 0 {
		tell(ShapePoint, float((b.s+b.n2)/2)+", "+float((b.w+b.e)/2))
	}
	tell(Shape, compact(g))
	return r
}

func float(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// box is what a shape spans.
type box struct {
	n           int
	w, s, e, n2 float64
}

// How deep the positions of each shape lie.
func depth(shape string) int {
	switch shape {
	case "Point":
		return 0
	case "MultiPoint", "LineString":
		return 1
	case "Polygon", "MultiLineString":
		return 2
	case "MultiPolygon":
		return 3
	}
	return -1
}

func (b *box) shape(g []member, deep int) string {
	kind := plain(get(g, "type"))
	if kind == "GeometryCollection" && deep < maxDeep {
		all, ok := list(get(g, "geometries"))
		if !ok {
			return oddGeometry
		}
		for _, one := range all {
			m, ok := object(one)
			if !ok {
				return oddGeometry
			}
			if bad := b.shape(m, deep+1); bad != "" {
				return bad
			}
		}
		return ""
	}
	d := depth(kind)
	if d < 0 {
		return oddGeometry
	}
	return b.positions(get(g, "coordinates"), d, strings.Contains(kind, "Polygon"))
}

func (b *box) positions(raw json.RawMessage, deep int, area bool) string {
	all, ok := list(raw)
	if !ok {
		return oddGeometry
	}
	if deep == 0 {
		var at []float64
		if json.Unmarshal(raw, &at) != nil || len(at) < 2 {
			return oddGeometry
		}
		if bad := Range(at[1], at[0]); bad != "" {
			return bad
		}
		b.take(at[0], at[1])
		return ""
	}
	if area && deep == 1 && (len(all) < 4 || compact(all[0]) != compact(all[len(all)-1])) {
		return openRing
	}
	for _, one := range all {
		if bad := b.positions(one, deep-1, area); bad != "" {
			return bad
		}
	}
	return ""
}

func (b *box) take(lon, lat float64) {
	if b.n == 0 {
		b.w, b.e, b.s, b.n2 = lon, lon, lat, lat
	}
	b.n++
	b.w, b.e, b.s, b.n2 = min(b.w, lon), max(b.e, lon), min(b.s, lat), max(b.n2, lat)
}
