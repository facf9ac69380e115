package cases

import (
	"waylight/internal/clock"
	"waylight/internal/fault"
)

// Threat is what one adversary may do.
type Threat struct {
	By         string // one of ThreatSources
	What       string
	Likelihood int // 1 rare … 5 almost certain
	Impact     int // 1 small … 5 life
}

// ThreatSources lists from whom danger comes.
func ThreatSources() []string {
	return []string{"state", "family", "community", "armed", "traffickers", "online", "other"}
}

// Level is how great the risk is.
type Level string

// The levels, and the answer when nothing was assessed.
const (
	LevelUnknown Level = ""
	LevelLow     Level = "low"
	LevelMiddle  Level = "middle"
	LevelHigh    Level = "high"
	LevelExtreme Level = "extreme"
)

// AllLevels lists the levels, the lowest first.
func AllLevels() []Level { return []Level{LevelLow, LevelMiddle, LevelHigh, LevelExtreme} }

// Risk is an assessment: threat x vulnerability / capacity.
type Risk struct {
	Threats         []Threat
	Vulnerabilities string
	Vulnerability   int // 0 none … 3 great
	Capacities      string
	Capacity        int    // 0 none … 3 great
	Digital         string // phones, accounts, what the adversary can read
	Exposed         bool   // the adversary can read a device or an account
	Overrule        Level  // empty: the computed level holds
	Why             string // the reason of the overrule
	Until           clock.Day
}

// A Reason is one step of the computed level: a key for the sentence and its numbers.
type Reason struct {
	Key string // "worst", "many", "vulnerable", "capable", "exposed", "none"
	By  string // for "worst": the source of the threat
	N   int
}

// Computed gives the level that follows from the entries, with its reasons.
// The worst threat counts (likelihood x impact, 1 to 25); vulnerability raises it
// by 2 a step, capacity lowers it by 2 a step but never below a third of the
// threat; an exposed device raises it by 3; three threats of 9 or more raise it by 2.
func (r Risk) Computed() (Level, []Reason) {
	if len(r.Threats) == 0 {
		return LevelUnknown, []Reason{{Key: "none"}}
	}
	worst, serious := r.Threats[0], 0
	for _, t := range r.Threats {
		if t.Likelihood*t.Impact > worst.Likelihood*worst.Impact {
			worst = t
		}
		if t.Likelihood*t.Impact >= 9 {
			serious++
		}
	}
	base := worst.Likelihood * worst.Impact
	n := base
	why := []Reason{{Key: "worst", By: worst.By, N: base}}
	if serious >= 3 {
		n += 2
		why = append(why, Reason{Key: "many", N: serious})
	}
	if r.Vulnerability > 0 {
		n += 2 * r.Vulnerability
		why = append(why, Reason{Key: "vulnerable", N: 2 * r.Vulnerability})
	}
	if r.Exposed {
		n += 3
		why = append(why, Reason{Key: "exposed", N: 3})
	}
	if r.Capacity > 0 {
		less := min(2*r.Capacity, n-(base+2)/3)
		n -= less
		why = append(why, Reason{Key: "capable", N: less})
	}
	switch {
	case n >= 20:
		return LevelExtreme, why
	case n >= 12:
		return LevelHigh, why
	case n >= 6:
		return LevelMiddle, why
	}
	return LevelLow, why
}

// Level is the overruled or the computed one.
func (r Risk) Level() Level {
	if r.Overrule != "" {
		return r.Overrule
	}
	l, _ := r.Computed()
	return l
}

// Valid reports whether the assessment may still be relied on.
func (r Risk) Valid(on clock.Day) bool { return on <= r.Until }

func (r Risk) check() error {
	var c fault.Check
	c.Field(len(r.Threats) > 0, "threats", "Name at least one threat.")
	for _, t := range r.Threats {
		ok := among(t.By, ThreatSources()) && t.Likelihood >= 1 && t.Likelihood <= 5 && t.Impact >= 1 && t.Impact <= 5
		c.Field(ok, "threats", "Each threat needs a source, a likelihood and an impact from 1 to 5.")
		if !ok {
			break
		}
	}
	c.Field(r.Vulnerability >= 0 && r.Vulnerability <= 3, "vulnerability", "Choose from none to great.")
	c.Field(r.Capacity >= 0 && r.Capacity <= 3, "capacity", "Choose from none to great.")
	c.Field(r.Overrule == "" || among(r.Overrule, AllLevels()), "overrule", "Choose one of the levels.")
	c.Field(r.Overrule == "" || r.Why != "", "why", "Say why the computed level is wrong.")
	c.Field(ValidDay(r.Until), "until", "Say until which day this holds, as in 2017-04-09.")
	return c.Err()
}

// Check says what is wrong with an assessment, or nil.
func (r Risk) Check() error { return r.check() }
