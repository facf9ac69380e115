package cases

import "waylight/internal/fault"

// Trait is what a place offers and asks: what the proposer of places weighs. It
// lies in the place's safe with the rest.
type Trait struct {
	Country string   `json:",omitempty"` // ISO 3166 code of two letters, such as "XX"; empty: nobody noted
	Suits   []string `json:",omitempty"` // what it is fit for, of AllSuits
	Papers  []string `json:",omitempty"` // what whoever comes must hold, of PaperKinds
	Night   int      `json:",omitempty"` // what a night costs for each person, in minor units of EUR
	Stay    int      `json:",omitempty"` // for how many days at most; 0: not bounded
}

// AllSuits lists what a place can be fit for, and what a person can need.
func AllSuits() []string {
	return []string{"minor", "step-free", "women-only", "medical", "pets", "long"}
}

func (t Trait) check(c *fault.Check) {
	c.Field(t.Country == "" || IsCountry(t.Country), "country", "Write the code of the country in two letters, such as DE.")
	c.Field(t.Night >= 0, "night", "A cost cannot be less than nothing.")
	c.Field(t.Stay >= 0 && t.Stay < 4000, "stay", "Write the number of days, or nothing.")
	for _, s := range t.Suits {
		c.Field(among(s, AllSuits()), "suits", "Choose from the list.")
	}
	for _, s := range t.Papers {
		c.Field(among(s, PaperKinds()), "asks", "Choose from the list.")
	}
}
