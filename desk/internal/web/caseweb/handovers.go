package caseweb

import (
	"waylight/desk/internal/cases"
	"waylight/internal/i18n"
)

// handovers are what must be known of the exchange with partners on every page of a case.
func (s show) handovers() (all []Line) {
	for _, h := range s.c.Handovers {
		href := "/referrals/" + h.ID
		switch {
		case h.In && h.State == cases.HandoverRevoked:
			all = append(all, Line{Text: s.T("The partner called this case's referral back. Stop using what came with it."), Href: href, Danger: true})
		case !h.In && h.Transfer && h.State == cases.HandoverAccepted && !s.c.State.Over():
			all = append(all, Line{Text: s.T("The partner has taken over. End our own work when their watch runs."), Href: href})
		}
	}
	return all
}

// referrals lists what went to partners and came from them.
func (s show) referrals() (all []Line) {
	for _, h := range s.c.Handovers {
		way := s.T("To a partner, %s: %s", s.Date(h.Made), s.T(handoverWord(h.State)))
		if h.In {
			way = s.T("From a partner, %s: %s", s.Date(h.Made), s.T(handoverWord(h.State)))
		}
		all = append(all, Line{Text: way, Href: "/referrals/" + h.ID, Danger: h.State == cases.HandoverRevoked})
	}
	return all
}

func handoverWord(h cases.HandoverState) string {
	switch h {
	case cases.HandoverAccepted:
		return i18n.Key("accepted")
	case cases.HandoverRejected:
		return i18n.Key("rejected")
	case cases.HandoverDone:
		return i18n.Key("done")
	case cases.HandoverRevoked:
		return i18n.Key("called back")
	}
	return i18n.Key("no answer yet")
}
