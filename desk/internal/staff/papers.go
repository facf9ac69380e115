package staff

import "time"

// PaperSet is who keeps the three papers that together, two by two, give a member a
// new passphrase.
type PaperSet struct {
	Member  string
	Edition string // in hex; empty: made before it was noted
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

// PaperUse is one thing that papers led to.
type PaperUse struct {
	ID, Member string
	At         time.Time
	What       string // as the keyring names it: waits, set, three, hastened, stopped, fell, gone
	By         string // the member who did it; empty: nobody who was signed in
}

// PaperWait is a passphrase that two papers set and that waits.
type PaperWait struct {
	ID, Member string
	Used       time.Time
	Papers     []int  // which two
	Let        bool   // the member said that it was they
	Ended      string // what became of it; empty: it waits
}

// MayHasten answers whether a member may let it take effect at once: a security officer
// whose own account it is not and who had no part in it, as who keeps one of the two papers.
func (w PaperWait) MayHasten(m Member, sets []PaperSet) bool {
	if !m.Roles.Has(Security) || m.ID == w.Member {
		return false
	}
	for _, s := range sets {
		for _, n := range w.Papers {
			if s.Member == w.Member && n >= 1 && n <= len(s.Keepers) && s.Keepers[n-1] == m.ID {
				return false
			}
		}
	}
	return true
}
