package exchangeweb

import (
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/exchange"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
	"waylight/internal/referral"
)

// Stories are the room's pages in their states, with invented people.
func Stories() []ui.Story {
	story := func(name, template string, view func(i18n.Words) any) ui.Story {
		return ui.Story{Name: "exchange/" + name, Set: pages, Template: template, View: view}
	}
	anna := staff.Actor{Member: staff.Member{ID: "member_anna", Name: "Anna Example", Roles: staff.Roles{staff.Caseworker}}}
	names := map[string]string{"member_anna": "Anna Example", "member_boris": "Boris Example"}
	at := time.Date(2017, 4, 11, 9, 30, 0, 0, time.UTC)
	partner := func(state exchange.PartnerState, vouch ...string) exchange.Partner {
		p := exchange.Partner{ID: "partner_x", State: state, At: at, Card: referral.Card{Organisation: "0123456789abcdef0123456789abcdef", Key: make([]byte, 32), Name: map[string]string{"en": "Invented Shore", "ru": "Выдуманный берег"}, Day: "2017-04-09"}}
		for _, m := range vouch {
			p.Words = append(p.Words, exchange.Vouch{Member: m, At: at})
		}
		return p
	}
	words := "10234 55821 00417 61002 33990 20718 48151 09944"
	list := func(w i18n.Words, all []exchange.Partner, card []byte) any {
		return partnersPage(ui.Example(w, w.T("Partners"), "/partners", staff.Caseworker), words, card, w.Day("2017-04-09"), all, anna)
	}
	one := func(w i18n.Words, p exchange.Partner) any {
		return partnerPage(ui.Example(w, p.Name(w.Tag()), "/partners/partner_x", staff.Caseworker), p, names, anna)
	}
	kase := func(agreed bool) *cases.Case {
		k := &cases.Case{File: cases.File{ID: "case_x", Pseudonym: "RJ-4071"}}
		party := cases.Edition[cases.Party]{ID: "party_a", Version: 1, Content: cases.Party{Code: "A", Name: "Ruslan Example"}}
		k.Parties = []cases.Sheet[cases.Party]{{ID: "party_a", Current: party, History: []cases.Edition[cases.Party]{party}}}
		if agreed {
			c := cases.Edition[cases.Consent]{ID: "consent_x", Version: 1, Content: cases.Consent{Party: "party_a", Purpose: cases.ForRefer, Partner: "partner_x", Kinds: []referral.Datum{referral.Name, referral.Medical}, Given: "2017-04-08"}}
			k.Consents = []cases.Sheet[cases.Consent]{{ID: "consent_x", Current: c, History: []cases.Edition[cases.Consent]{c}}}
		}
		return k
	}
	handed := func(in bool, state cases.HandoverState, transfer bool) exchange.Sheet {
		s := exchange.Sheet{Handover: cases.Handover{ID: "referral_x", In: in, Partner: "partner_x", Transfer: transfer, State: state, Made: at, Until: "2017-04-25"}, Partner: partner(exchange.Confirmed)}
		facts := []referral.Fact{{Kind: referral.Name, Text: "Ruslan Example (invented)"}, {Kind: referral.Medical, Text: "Insulin, twice a day"}}
		agreed, proof := &referral.Consent{Data: []referral.Datum{referral.Name, referral.Medical, referral.FileData}, How: w0, Given: "2017-04-08"}, referral.Proof{Say: "The lamp is lit", Answer: "And the oil is full"}
		if in && state == cases.HandoverOpen {
			s.Open = &referral.Opened{Package: referral.Package{Need: "A bed for two weeks, from Friday.", Facts: facts, Consent: agreed, Proof: &proof, Files: []referral.File{{Name: "letter.pdf"}}}}
		} else {
			s.Case, s.Pseudonym = "case_x", "RJ-4071"
			s.Handed = &cases.Handed{Need: "A bed for two weeks, from Friday.", Facts: facts, Agreed: agreed, Proof: proof, Files: []cases.Enclosed{{Name: "letter.pdf", Key: []byte{1}}}}
		}
		s.Parcels = []exchange.Told{{Parcel: exchange.Parcel{ID: "package_a", In: in, Kind: referral.Refer, At: at}}}
		if state != cases.HandoverOpen {
			s.Parcels = append(s.Parcels, exchange.Told{Parcel: exchange.Parcel{ID: "package_b", In: !in, Kind: referral.Answer, Reply: referral.Accepted, At: at.Add(time.Hour)}, Words: "They can come on Friday."})
		}
		if state == cases.HandoverRevoked {
			s.Parcels = append(s.Parcels, exchange.Told{Parcel: exchange.Parcel{ID: "package_c", In: in, Kind: referral.Revoke, At: at.Add(2 * time.Hour)}})
		}
		return s
	}
	sheet := func(s exchange.Sheet) func(i18n.Words) any {
		return func(w i18n.Words) any {
			return sheetPage(ui.Example(w, w.T("Referral: %s", s.Partner.Name(w.Tag())), "/referrals/referral_x", staff.Caseworker), s, anna, []staff.Member{anna.Member})
		}
	}
	refer := func(w i18n.Words) ui.Frame {
		return ui.Example(w, w.T("Refer to a partner"), "/cases/case_x/refer", staff.Caseworker)
	}
	return []ui.Story{
		story("partners-empty", "partners", func(w i18n.Words) any { return list(w, nil, nil) }),
		story("partners", "partners", func(w i18n.Words) any {
			return list(w, []exchange.Partner{partner(exchange.Confirmed), partner(exchange.Asked), partner(exchange.Stopped)}, []byte("waylight/v1/partner\n{…}\n"))
		}),
		story("partner-asked", "partner", func(w i18n.Words) any { return one(w, partner(exchange.Asked, "member_boris")) }),
		story("partner-mine", "partner", func(w i18n.Words) any { return one(w, partner(exchange.Asked, "member_anna")) }),
		story("partner-confirmed", "partner", func(w i18n.Words) any { return one(w, partner(exchange.Confirmed, "member_anna", "member_boris")) }),
		story("refer-nobody", "refer", func(w i18n.Words) any { return referPage(refer(w), kase(false), nil, "referral_x") }),
		story("refer", "refer", func(w i18n.Words) any {
			return referPage(refer(w), kase(true), []exchange.Partner{partner(exchange.Confirmed)}, "referral_x")
		}),
		story("refer-refused", "refer", func(w i18n.Words) any {
			f := refer(w)
			f.Form = page.Form{Words: w, Values: map[string][]string{"data": {"contact"}, "need": {"A bed for Ruslan Example"}}, Message: "Please look at the marked fields.", Errors: []fault.Field{
				{Name: "data", Message: "The consent does not cover: how to reach the person."},
				{Name: "need", Message: "This gives away somebody, a contact or a place that the chosen data and the consent do not cover. Change the words, or choose and agree on more."}}}
			return referPage(f, kase(true), []exchange.Partner{partner(exchange.Confirmed)}, "referral_x")
		}),
		story("consent", "consent", func(w i18n.Words) any {
			return consentPage(ui.Example(w, w.T("Consent to be referred"), "/cases/case_x/refer/consent", staff.Caseworker), kase(true), []exchange.Partner{partner(exchange.Confirmed)})
		}),
		story("referrals-empty", "referrals", func(w i18n.Words) any {
			return listPage(ui.Example(w, w.T("Referrals"), "/referrals", staff.Intake), nil)
		}),
		story("referrals", "referrals", func(w i18n.Words) any {
			rows := []exchange.Row{{Handover: handed(true, cases.HandoverOpen, true).Handover, Name: "Invented Shore", Since: at}, {Handover: handed(false, cases.HandoverRevoked, false).Handover, Name: "Invented Shore", Since: at, Waiting: true}}
			return listPage(ui.Example(w, w.T("Referrals"), "/referrals", staff.Intake), rows)
		}),
		story("referral-came", "referral", sheet(handed(true, cases.HandoverOpen, true))),
		story("referral-sent", "referral", sheet(handed(false, cases.HandoverOpen, false))),
		story("referral-taken-over", "referral", sheet(handed(false, cases.HandoverAccepted, true))),
		story("referral-called-back", "referral", sheet(handed(true, cases.HandoverRevoked, false))),
	}
}

// w0 is how an invented consent was given.
const w0 = "spoken"
