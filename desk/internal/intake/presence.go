package intake

import (
	"slices"
	"sync"
	"time"

	"waylight/internal/clock"
)

// Presence knows who looks at a conversation and who writes in it, for some
// minutes and in memory only: it is a courtesy between colleagues. What keeps two
// from answering at once is Answer.Saw.
type Presence struct {
	Clock clock.Clock
	mu    sync.Mutex
	at    map[string]map[string]Here // thread, member
}

// Here is one colleague in a conversation.
type Here struct {
	Member  string
	Writing bool
	Seen    time.Time
}

// hereFor is how long somebody counts as there after they were last seen.
const hereFor = 4 * time.Minute

// Note notes that a member looks at a conversation now, and whether they write.
func (p *Presence) Note(thread, member string, writing bool) {
	now := p.Clock.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.at == nil {
		p.at = map[string]map[string]Here{}
	}
	for t, here := range p.at {
		for m, h := range here {
			if h.gone(now) {
				delete(here, m)
			}
		}
		if len(here) == 0 {
			delete(p.at, t)
		}
	}
	if p.at[thread] == nil {
		p.at[thread] = map[string]Here{}
	}
	p.at[thread][member] = Here{member, writing, now}
}

// gone also drops what was seen in the future, by a clock that was set back since.
func (h Here) gone(now time.Time) bool { return now.Sub(h.Seen) > hereFor || h.Seen.After(now) }

// Leave notes that a member is done with a conversation.
func (p *Presence) Leave(thread, member string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.at[thread], member)
}

// Others lists the colleagues who are there, those who write first.
func (p *Presence) Others(thread, member string) []Here {
	now := p.Clock.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []Here
	for m, h := range p.at[thread] {
		if m != member && !h.gone(now) {
			out = append(out, h)
		}
	}
	slices.SortFunc(out, func(a, b Here) int {
		switch {
		case a.Writing != b.Writing && a.Writing:
			return -1
		case a.Writing != b.Writing:
			return 1
		}
		return b.Seen.Compare(a.Seen)
	})
	return out
}
