package letterbox

import (
	"bytes"
	"context"
	"time"

	"waylight/internal/clock"
	"waylight/internal/envelope"
)

// Ready is a page that is the same for everybody, but for the random value of a
// petition's form, until something is posted.
type Ready struct {
	Path     string // with the base
	Petition string // its id; empty: another page, without a form
}

// Ready lists such pages. What looks at the visitor's language, at a code or at the
// day is not among them, nor are the questionnaires: their random value and their
// day are part of what keeps a message from being stored twice.
func (b *Box) Ready() []Ready {
	var all []Ready
	for _, l := range b.languages {
		at := b.Base + "/" + string(l)
		for _, path := range []string{"/", "/safety", "/lost"} {
			all = append(all, Ready{Path: at + path})
		}
		if b.Petitions == nil {
			continue
		}
		for _, p := range b.Petitions.All() {
			all = append(all, Ready{at + "/petitions/" + p.Slug, p.ID})
		}
	}
	return all
}

// Moment is what a petition's page depends on besides its words: it is the same,
// for ==, as long as the page may stay as it is.
type Moment struct {
	counted time.Time
	day     clock.Day
}

// Moment says how a petition stands now.
func (b *Box) Moment(ctx context.Context, petition string) (Moment, error) {
	at, err := b.Petitions.Counted(ctx, petition)
	return Moment{at, clock.DayOf(b.Clock.Now())}, err
}

// NewOnce is a fresh random value for a form.
func NewOnce() string { return envelope.NewID() }

// Once finds the random value in a page with one form: it is page[from:to].
func Once(page []byte) (from, to int, ok bool) {
	const mark = `name="once" value="`
	from = bytes.Index(page, []byte(mark)) + len(mark)
	if from < len(mark) || bytes.Contains(page[from:], []byte(mark)) {
		return 0, 0, false
	}
	n := bytes.IndexByte(page[from:], '"')
	if n < 0 || !envelope.ValidID(string(page[from:from+n])) {
		return 0, 0, false
	}
	return from, from + n, true
}
