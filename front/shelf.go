package front

import (
	"bytes"
	"context"
	"maps"
	"net/http"
	"sync"
	"sync/atomic"

	"waylight/front/internal/letterbox"
	"waylight/internal/fastlane"
)

// shelf holds the answers that are the same for everybody, as net/http gave them
// once: published pages, first pages, and pages of petitions, with a hole for the
// random value of the form. One that was made before the last posting is never
// given out.
type shelf struct {
	handler http.Handler // made every answer; whatever is not here is asked of it
	places  []place
	up      func() bool // whether our onion address is told; nil: never
	shown   atomic.Pointer[shelves]
}

// edition says how everything stood when answers were made.
type edition struct {
	board, petitions any
	up               bool
}

// shelves are the answers of one edition; they are dropped with it.
type shelves struct {
	edition
	leaves map[string]*leaf // by path
}

// leaf is a page that may be kept.
type leaf struct {
	path     string
	body     []byte         // of a published page: lies in memory already
	box      *letterbox.Box // of another page
	petition string         // its id, or empty

	mu   sync.RWMutex
	kept map[variant]kept
}

// variant is how the same page is asked for.
type variant struct {
	host string // where the page names it
	gzip bool
}

// mostVariants bounds what strangers can make us keep, and make, of one page by
// inventing hosts. Further hosts are answered by net/http.
const mostVariants = 16

// kept is an answer: in two parts, or with a hole.
type kept struct {
	head, body []byte
	hole       *fastlane.Hole
	moment     letterbox.Moment // of a petition
}

// puts takes the signatures that scripts send to the root.
func (s *shelf) puts() (p fastlane.Puts, err error) {
	box := s.places[len(s.places)-1].box
	if !box.Signs() {
		return p, nil
	}
	var stored [2][]byte // before, now
	for i := range stored {
		a, err := fastlane.Ask(box.Stored(i == 1), "/", "localhost", false)
		if err != nil {
			return p, err
		}
		stored[i] = append(a.Head, a.Body...)
	}
	p.Wants = box.WantsSigned
	p.Take = func(r fastlane.Request, out [][]byte) [][]byte {
		switch fresh, ok := box.TakeSigned(r.Path, r.Body); {
		case !ok:
			return out
		case fresh:
			return append(out, stored[1])
		}
		return append(out, stored[0])
	}
	return p, nil
}

func (s *shelf) now() edition {
	// All places see the same board and the same petitions; a part of them each.
	e := edition{board: s.places[0].box.Board.Edition()}
	if p := s.places[0].box.Petitions; p != nil {
		e.petitions = p.Edition()
	}
	e.up = s.up != nil && s.up()
	return e
}

// answer is fastlane's question.
func (s *shelf) answer(r fastlane.Request, out [][]byte) [][]byte {
	now := s.now()
	shown := s.shown.Load()
	if shown == nil || shown.edition != now {
		shown = s.stock(now)
		s.shown.Store(shown) // whoever else does it now makes the same
	}
	l := shown.leaves[string(r.Path)]
	if l == nil {
		return out
	}
	var moment letterbox.Moment
	if l.petition != "" {
		var err error
		if moment, err = l.box.Moment(context.Background(), l.petition); err != nil {
			return out // whoever answers instead says it to the person
		}
	}
	if k, ok := l.find(r, moment); ok {
		return k.append(out)
	}
	if k, ok := s.make(l, l.of(r), now, moment); ok {
		return k.append(out)
	}
	return out
}

// stock lists the pages of an edition. None of them is made before it is asked for.
func (s *shelf) stock(now edition) *shelves {
	all := &shelves{edition: now, leaves: map[string]*leaf{}}
	for _, p := range s.places {
		for path, body := range p.box.Board.Bodies() {
			l := &leaf{path: p.base + "/p/" + path, body: body}
			all.leaves[l.path] = l
		}
		for _, r := range p.box.Ready() {
			all.leaves[r.Path] = &leaf{path: r.Path, box: p.box, petition: r.Petition}
		}
	}
	return all
}

// of is the variant of a page that a request gets.
func (l *leaf) of(r fastlane.Request) (v variant) {
	if l.box != nil {
		v.gzip = r.Gzip
	}
	if l.petition != "" {
		v.host = string(r.Host)
	}
	return v
}

func (l *leaf) find(r fastlane.Request, moment letterbox.Moment) (k kept, ok bool) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	switch {
	case l.petition != "":
		k, ok = l.kept[variant{string(r.Host), r.Gzip}]
	case l.box != nil:
		k, ok = l.kept[variant{"", r.Gzip}]
	default:
		k, ok = l.kept[variant{}]
	}
	return k, ok && k.moment == moment
}

// make asks net/http, twice: only what came the same both times, apart from the
// form's random value, is the same for everybody. It is kept when nothing was
// posted meanwhile. Whoever asks for the same page at the same time waits for it.
func (s *shelf) make(l *leaf, v variant, now edition, moment letterbox.Moment) (k kept, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if k, ok = l.kept[v]; ok && k.moment == moment {
		return k, true
	}
	maps.DeleteFunc(l.kept, func(_ variant, old kept) bool { return old.moment != moment })
	if len(l.kept) >= mostVariants {
		return k, false
	}
	if k, ok = s.twice(l, v); !ok || s.now() != now {
		return k, false
	}
	k.moment = moment
	if l.petition != "" {
		if again, err := l.box.Moment(context.Background(), l.petition); err != nil || again != moment {
			return k, false
		}
	}
	if l.kept == nil {
		l.kept = map[variant]kept{}
	}
	l.kept[v] = k
	return k, true
}

func (s *shelf) twice(l *leaf, v variant) (k kept, ok bool) {
	var raw [2][]byte
	for i := range raw {
		a, err := s.ask(l, v)
		if err != nil || a.Status != http.StatusOK {
			return k, false
		}
		raw[i] = append(a.Head, a.Body...)
		if l.petition == "" {
			continue
		}
		if hole, ok := punch(a, raw[i], v.gzip); ok { // one that is closed has no form
			k.hole = hole
			raw[i] = bytes.Join(hole.Fill(make([]byte, hole.Size()), nil), nil)
		}
	}
	if !bytes.Equal(raw[0], raw[1]) {
		return k, false
	}
	if k.hole != nil {
		return k, true
	}
	k.head = raw[0]
	if l.body != nil && bytes.HasSuffix(k.head, l.body) { // it need not lie in memory twice
		k.head, k.body = bytes.Clone(k.head[:len(k.head)-len(l.body)]), l.body
	}
	return k, true
}

func (s *shelf) ask(l *leaf, v variant) (fastlane.Answer, error) {
	host := v.host
	if host == "" {
		host = "localhost" // no other page names it
	}
	return fastlane.Ask(s.handler, l.path, host, v.gzip)
}

// punch takes the random value out of a petition's page.
func punch(a fastlane.Answer, raw []byte, gzip bool) (*fastlane.Hole, bool) {
	if !gzip {
		from, to, ok := letterbox.Once(raw)
		if !ok {
			return nil, false
		}
		return fastlane.NewHole(raw, from, to), true
	}
	page, err := fastlane.Unpack(a.Content)
	if err != nil {
		return nil, false
	}
	from, to, ok := letterbox.Once(page)
	if !ok || !bytes.Contains(a.Head, []byte("\r\nTransfer-Encoding: chunked\r\n")) {
		return nil, false
	}
	hole, err := fastlane.NewPackedHole(a.Head, page, from, to)
	return hole, err == nil
}

func (k kept) append(out [][]byte) [][]byte {
	switch {
	case k.hole != nil:
		return k.hole.Fill([]byte(letterbox.NewOnce()), out)
	case k.body != nil:
		return append(out, k.head, k.body)
	}
	return append(out, k.head)
}
