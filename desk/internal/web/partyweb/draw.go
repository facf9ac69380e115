package partyweb

import (
	"cmp"
	"slices"

	"waylight/desk/internal/parties"
	"waylight/desk/internal/vocabulary"
	"waylight/desk/internal/web/recordweb"
	"waylight/internal/i18n"
)

// Measures of the drawing, in units of its own.
const (
	boxWide, boxHigh = 168, 52
	gapWide, gapHigh = 24, 92
	edge             = 16
	perRow           = 6
	letters          = 19 // that fit into a box
)

// drawing is a graph as it is drawn: who did it stands over what was done, those to
// whom it was done under it, and who commands over whom they command.
type drawing struct {
	Width, Height int
	Boxes         []box
	Lines         []stroke
}

type box struct {
	X, Y, MidX, TextY, SubY int
	Class, Name, Sub, Href  string
	Full                    string // for a pointer that rests on it
}

type stroke struct {
	X1, Y1, X2, Y2, MX, MY int
	Class, Label           string
}

// node is a party or an act while it is placed.
type node struct {
	id    string
	act   bool
	level int // rows of the drawing from the top
	row   int
	slot  float64
}

// levels says on which level each node stands: acts on 0, those who did it and who
// stand over them above (negative), everybody else below.
func levels(w parties.Web) map[string]int {
	above, out := map[string]bool{}, map[string]int{}
	suffers := map[string]bool{}
	for _, i := range w.Involvements {
		if i.Role.Does() {
			above[i.Party] = true
		} else {
			suffers[i.Party] = true
		}
	}
	for range w.Parties { // who stands over or under one that did it belongs to that side
		for _, r := range w.Relations {
			if r.Tie.Rank() == 0 || r.Tie == parties.ParentOf {
				continue
			}
			if above[r.One] && !suffers[r.Other] {
				above[r.Other] = true
			}
			if above[r.Other] && !suffers[r.One] {
				above[r.One] = true
			}
		}
	}
	height := map[string]int{}
	for range min(len(w.Parties), 6) { // a circle of commands ends here
		for _, r := range w.Relations {
			over, under := r.One, r.Other
			switch r.Tie.Rank() {
			case 0:
				continue
			case -1:
				over, under = r.Other, r.One
			}
			if above[over] == above[under] && height[over] <= height[under] {
				height[over] = min(height[under]+1, 6)
			}
		}
	}
	top := 0
	for _, p := range w.Parties {
		if !above[p.ID] {
			top = max(top, height[p.ID])
		}
	}
	for _, p := range w.Parties {
		if above[p.ID] {
			out[p.ID] = -1 - height[p.ID]
		} else {
			out[p.ID] = 1 + top - height[p.ID]
		}
	}
	for _, a := range w.Acts {
		out[a.ID] = 0
	}
	return out
}

// place puts the nodes into rows; those that hang together stand near one another.
func place(w parties.Web) (map[string]*node, int) {
	at := levels(w)
	nodes := map[string]*node{}
	byLevel := map[int][]*node{}
	add := func(id string, act bool) {
		n := &node{id: id, act: act, level: at[id]}
		n.slot = float64(len(byLevel[n.level]))
		nodes[id] = n
		byLevel[n.level] = append(byLevel[n.level], n)
	}
	for _, a := range w.Acts {
		add(a.ID, true)
	}
	for _, p := range w.Parties {
		add(p.ID, false)
	}
	beside := map[string][]string{}
	tie := func(a, b string) {
		if nodes[a] != nil && nodes[b] != nil {
			beside[a], beside[b] = append(beside[a], b), append(beside[b], a)
		}
	}
	for _, i := range w.Involvements {
		tie(i.Act, i.Party)
	}
	for _, r := range w.Relations {
		tie(r.One, r.Other)
	}
	order := []int{}
	for l := range byLevel {
		order = append(order, l)
	}
	slices.Sort(order)
	for range 4 {
		for _, l := range order {
			row, want := byLevel[l], map[string]float64{}
			for _, n := range row {
				sum := n.slot
				for _, b := range beside[n.id] {
					sum += nodes[b].slot
				}
				want[n.id] = sum / float64(1+len(beside[n.id]))
			}
			slices.SortStableFunc(row, func(a, b *node) int { return cmp.Or(cmp.Compare(want[a.id], want[b.id]), cmp.Compare(a.id, b.id)) })
			for i, n := range row {
				n.slot = float64(i) - float64(len(row)-1)/2
			}
		}
	}
	rows := 0
	for _, l := range order {
		for part := range slices.Chunk(byLevel[l], perRow) {
			for i, n := range part {
				n.row, n.slot = rows, float64(i)-float64(len(part)-1)/2
			}
			rows++
		}
	}
	return nodes, rows
}

// draw lays a web on paper; nil when there is nothing.
func draw(w i18n.Words, b vocabulary.Book, g parties.Web) *drawing {
	if len(g.Parties)+len(g.Acts) == 0 {
		return nil
	}
	nodes, rows := place(g)
	widest := 0
	count := map[int]int{}
	for _, n := range nodes {
		count[n.row]++
		widest = max(widest, count[n.row])
	}
	d := &drawing{Width: max(2, widest)*(boxWide+gapWide) - gapWide + 2*edge, Height: rows*(boxHigh+gapHigh) - gapHigh + 2*edge}
	mid := func(id string) (x, y int) {
		n := nodes[id]
		return d.Width/2 + int(n.slot*(boxWide+gapWide)), edge + n.row*(boxHigh+gapHigh)
	}
	put := func(id, class, name, sub, href string) {
		x, y := mid(id)
		d.Boxes = append(d.Boxes, box{X: x - boxWide/2, Y: y, MidX: x, TextY: y + 22, SubY: y + 40, Class: class, Name: cut(name), Sub: cut(sub), Href: href, Full: name})
	}
	for _, a := range g.Acts {
		put(a.ID, "act", ActName(w, b, a), recordweb.When(w, a.Dated), "/record/acts/"+a.ID)
	}
	for _, p := range g.Parties {
		class := "party"
		if p.ID == g.Centre {
			class = "party centre"
		}
		sub := word(w, kinds(), p.Kind)
		if s := size(w, p.Size); s != "" {
			sub = s
		}
		put(p.ID, class, p.Called, sub, "/record/parties/"+p.ID)
	}
	line := func(from, to, class, label string) {
		if nodes[from] == nil || nodes[to] == nil {
			return
		}
		s := stroke{Class: class, Label: label}
		s.X1, s.Y1 = mid(from)
		s.X2, s.Y2 = mid(to)
		switch {
		case s.Y1 < s.Y2:
			s.Y1 += boxHigh
		case s.Y1 > s.Y2:
			s.Y2 += boxHigh
		case s.X1 < s.X2:
			s.X1, s.X2, s.Y1, s.Y2 = s.X1+boxWide/2, s.X2-boxWide/2, s.Y1+boxHigh/2, s.Y2+boxHigh/2
		default:
			s.X1, s.X2, s.Y1, s.Y2 = s.X1-boxWide/2, s.X2+boxWide/2, s.Y1+boxHigh/2, s.Y2+boxHigh/2
		}
		// Labels of neighbouring lines stand at different heights.
		part := []int{36, 50, 64}[len(d.Lines)%3]
		s.MX, s.MY = s.X1+(s.X2-s.X1)*part/100, s.Y1+(s.Y2-s.Y1)*part/100+4
		d.Lines = append(d.Lines, s)
	}
	for _, i := range g.Involvements {
		role := word(w, roles(), i.Role)
		if i.Degree != "" {
			role = word(w, degrees(), i.Degree)
		}
		if i.Role.Does() {
			line(i.Party, i.Act, "part", role)
		} else {
			line(i.Act, i.Party, "part "+string(i.Role), role)
		}
	}
	for _, r := range g.Relations {
		line(r.One, r.Other, "tie", word(w, ties(), r.Tie)+lasting(w, r))
	}
	return d
}

// lasting says from when until when, short enough for an edge.
func lasting(w i18n.Words, r parties.Relation) string {
	switch {
	case r.Since != "" && r.Until != "":
		return " " + w.T("%s to %s", string(r.Since), string(r.Until))
	case r.Since != "":
		return " " + w.T("since %s", string(r.Since))
	case r.Until != "":
		return " " + w.T("until %s", string(r.Until))
	}
	return ""
}

func cut(s string) string {
	if r := []rune(s); len(r) > letters {
		return string(r[:letters-1]) + "…"
	}
	return s
}
