package cases

import (
	"slices"
	"time"

	"waylight/internal/fault"
)

// Plan is what we want to reach and what is done for it.
type Plan struct {
	Goals     string
	Actions   []Action
	NoContact string // what we do when we hear nothing
	Arrest    string // what we do when somebody is taken
	Device    string // phones, accounts, what to leave behind
}

// Action is one thing to do.
type Action struct {
	Key   string `json:",omitempty"` // by which it is the same action in every version; empty in old ones
	What  string
	Owner string // member id; empty: nobody yet
	Due   time.Time
	Done  bool
}

func (p Plan) check() error {
	var c fault.Check
	c.Field(p.Goals != "", "goals", "Say what the plan is to reach.")
	for _, a := range p.Actions {
		c.Field(a.What != "", "actions", "Each action needs words.")
	}
	return c.Err()
}

// Ask is something that waits for a second person.
type Ask struct {
	Safe, Item string
	Version    int    // a changed item must be asked for again
	Kind       string // "leg", "plan", "cost"
	By         string // member id
	At         time.Time
}

// Voice is one member's answer to an ask.
type Voice struct {
	Safe, Item string
	Version    int
	Member     string
	Yes        bool
	At         time.Time
}

// Approval is where an ask stands.
type Approval struct {
	Yes, No []Voice // one for each member
	Missing int     // how many more different members must say yes
}

// Given reports whether enough different people said yes and nobody said no.
func (a Approval) Given() bool { return a.Missing == 0 && len(a.No) == 0 && len(a.Yes) > 0 }

// Said reports whether the member has spoken.
func (a Approval) Said(member string) bool { return spoke(a.Yes, member) || spoke(a.No, member) }

// Agreed reports whether the member said yes.
func (a Approval) Agreed(member string) bool { return spoke(a.Yes, member) }

func spoke(voices []Voice, member string) bool {
	return slices.ContainsFunc(voices, func(v Voice) bool { return v.Member == member })
}

// Two counts the voices on one version of an item: two different members must say yes.
func Two(voices []Voice, item string, version int) Approval {
	a := tally(voices, item, version)
	a.Missing = max(0, 2-len(a.Yes))
	return a
}

// Second counts the voices on one version: one member other than its author must say yes.
func Second(voices []Voice, item string, version int, author string) Approval {
	a := tally(voices, item, version)
	a.Missing = 1
	for _, v := range a.Yes {
		if v.Member != author {
			a.Missing = 0
		}
	}
	return a
}

func tally(voices []Voice, item string, version int) Approval {
	last := map[string]Voice{}
	var order []string
	for _, v := range voices {
		if v.Item != item || v.Version != version {
			continue
		}
		if _, spoke := last[v.Member]; !spoke {
			order = append(order, v.Member)
		}
		last[v.Member] = v
	}
	var a Approval
	for _, m := range order {
		if v := last[m]; v.Yes {
			a.Yes = append(a.Yes, v)
		} else {
			a.No = append(a.No, v)
		}
	}
	return a
}
