package staff

import "time"

// PaperSet is who keeps the three papers that together, two by two, give a member a
// new passphrase.
type PaperSet struct {
	Member  string
	Made    time.Time
	Keepers [3]string    // member ids; empty: somebody outside
	Checked [3]time.Time // when each was last found to be readable; zero: never
}

// DrillEvery is how often each paper is to be looked at.
const DrillEvery = 365 * 24 * time.Hour

// Due is when the paper is to be looked at next.
func (p PaperSet) Due(n int) time.Time {
	if p.Checked[n].IsZero() {
		return p.Made.Add(7 * 24 * time.Hour) // once, soon: is it well printed?
	}
	return p.Checked[n].Add(DrillEvery)
}

// Unread counts the papers that a member has to read, or to have read by an outsider
// who keeps one of theirs, within a week from now.
func Unread(sets []PaperSet, member string, now time.Time) (n int) {
	for _, s := range sets {
		for i, k := range s.Keepers {
			if (k == member || k == "" && s.Member == member) && s.Due(i).Before(now.Add(7*24*time.Hour)) {
				n++
			}
		}
	}
	return n
}

// PaperUse is one use of papers.
type PaperUse struct {
	ID, Member string
	At         time.Time
}
