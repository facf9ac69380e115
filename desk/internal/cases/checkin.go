package cases

import "waylight/internal/fault"

// CheckIn is what a check-in is about. It lies in the case's safe.
type CheckIn struct {
	Party   string // item id
	Channel string // phone, mailbox, proxy, other
	Contact string // how to reach the person, or they us
	Sign    string // what they say when all is well
	Duress  string // what they say when somebody forces them
}

func (c CheckIn) check(parties []Sheet[Party]) error {
	var k fault.Check
	_, known := find(parties, c.Party)
	k.Field(known, "party", "Choose the person.")
	k.Field(among(c.Channel, CheckInChannels()), "channel", "Choose how they report.")
	k.Field(c.Sign != "", "sign", "Agree on a sign that all is well.")
	k.Field(c.Duress != "", "duress", "Agree on a sign that they are being forced.")
	k.Field(c.Sign == "" || c.Sign != c.Duress, "duress", "The two signs must differ.")
	return k.Err()
}

// CheckInChannels lists the ways of reporting.
func CheckInChannels() []string { return []string{"phone", "mailbox", "proxy", "other"} }
