package caseweb

import (
	"waylight/desk/internal/cases"
	"waylight/desk/internal/watch"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// The functions of this file give the English sentences of the room's words, to
// be translated. A word that is not known is shown as it is.

func stateWord(s cases.State) string {
	switch s {
	case cases.Received:
		return i18n.Key("Received")
	case cases.Triaged:
		return i18n.Key("Triaged")
	case cases.Verifying:
		return i18n.Key("Being checked")
	case cases.Assessed:
		return i18n.Key("Assessed")
	case cases.Approved:
		return i18n.Key("Plan approved")
	case cases.Moving:
		return i18n.Key("On the way")
	case cases.Sheltered:
		return i18n.Key("Sheltered")
	case cases.Onward:
		return i18n.Key("Waits to go on")
	case cases.Relocated:
		return i18n.Key("Relocated")
	case cases.Followed:
		return i18n.Key("Followed up")
	case cases.Closed:
		return i18n.Key("Closed")
	case cases.Declined:
		return i18n.Key("Declined")
	case cases.Referred:
		return i18n.Key("Referred to others")
	case cases.Suspended:
		return i18n.Key("Suspended")
	case cases.Lost:
		return i18n.Key("Contact lost")
	case cases.Taken:
		return i18n.Key("Taken by force")
	case cases.Withdrawn:
		return i18n.Key("Withdrew")
	case cases.Deceased:
		return i18n.Key("Died")
	}
	return string(s)
}

func stateTone(s cases.State) page.Tone {
	switch s {
	case cases.Lost, cases.Taken:
		return page.Danger
	case cases.Moving:
		return page.Accent
	case cases.Sheltered, cases.Relocated, cases.Followed, cases.Closed:
		return page.Calm
	case cases.Onward, cases.Suspended:
		return page.Wait
	}
	return page.Plain
}

func priorityWord(p cases.Priority) string {
	switch p {
	case cases.Hours:
		return i18n.Key("Within hours")
	case cases.Emergency:
		return i18n.Key("Emergency")
	case cases.Urgent:
		return i18n.Key("Urgent")
	case cases.Normal:
		return i18n.Key("Normal")
	}
	return string(p)
}

func levelWord(l cases.Level) string {
	switch l {
	case cases.LevelLow:
		return i18n.Key("Low risk")
	case cases.LevelMiddle:
		return i18n.Key("Middle risk")
	case cases.LevelHigh:
		return i18n.Key("High risk")
	case cases.LevelExtreme:
		return i18n.Key("Extreme risk")
	}
	return i18n.Key("Not assessed")
}

func levelTone(l cases.Level) page.Tone {
	switch l {
	case cases.LevelExtreme:
		return page.Danger
	case cases.LevelHigh:
		return page.Accent
	case cases.LevelLow:
		return page.Calm
	}
	return page.Plain
}

func threatWord(by string) string {
	switch by {
	case "state":
		return i18n.Key("State services")
	case "family":
		return i18n.Key("Family")
	case "community":
		return i18n.Key("Community")
	case "armed":
		return i18n.Key("Armed group")
	case "traffickers":
		return i18n.Key("Traffickers")
	case "online":
		return i18n.Key("Online")
	}
	return i18n.Key("Somebody else")
}

func purposeWord(p cases.Purpose) string {
	switch p {
	case cases.ForHelp:
		return i18n.Key("To organise help")
	case cases.ForRefer:
		return i18n.Key("To pass on to another organisation")
	case cases.ForRecord:
		return i18n.Key("To record what happened, without the name")
	case cases.ForPublic:
		return i18n.Key("To publish")
	}
	return string(p)
}

func modeWord(m cases.Mode) string {
	switch m {
	case "foot":
		return i18n.Key("On foot")
	case "car":
		return i18n.Key("By car")
	case "taxi":
		return i18n.Key("By taxi")
	case "bus":
		return i18n.Key("By bus")
	case "train":
		return i18n.Key("By train")
	case "plane":
		return i18n.Key("By plane")
	case "boat":
		return i18n.Key("By boat")
	}
	return i18n.Key("Another way")
}

func legWord(s cases.LegState) string {
	switch s {
	case cases.LegPlanned:
		return i18n.Key("Planned")
	case cases.LegReady:
		return i18n.Key("Ready to go")
	case cases.LegUnderWay:
		return i18n.Key("Under way")
	case cases.LegArrived:
		return i18n.Key("They arrived")
	case cases.LegAborted:
		return i18n.Key("Given up")
	case cases.LegLost:
		return i18n.Key("Contact lost on the way")
	}
	return string(s)
}

func legTone(s cases.LegState) page.Tone {
	switch s {
	case cases.LegReady, cases.LegUnderWay:
		return page.Accent
	case cases.LegArrived:
		return page.Calm
	case cases.LegLost:
		return page.Danger
	case cases.LegPlanned:
		return page.Wait
	}
	return page.Plain
}

// stepWord is the button that takes a step.
func stepWord(s cases.LegState) string {
	switch s {
	case cases.LegUnderWay:
		return i18n.Key("They have left")
	case cases.LegArrived:
		return i18n.Key("They have arrived")
	case cases.LegAborted:
		return i18n.Key("Give the leg up")
	}
	return i18n.Key("Contact is lost")
}

func placeKindWord(k string) string {
	switch k {
	case "flat":
		return i18n.Key("Flat")
	case "house":
		return i18n.Key("House")
	case "host":
		return i18n.Key("With a host")
	case "hotel":
		return i18n.Key("Hotel")
	case "institution":
		return i18n.Key("Institution")
	}
	return i18n.Key("Other place")
}

func placeStatusWord(s cases.PlaceStatus) string {
	switch s {
	case cases.Available:
		return i18n.Key("Available")
	case cases.Resting:
		return i18n.Key("Resting")
	case cases.Exposed:
		return i18n.Key("Exposed")
	}
	return i18n.Key("Retired")
}

func placeTone(s cases.PlaceStatus) page.Tone {
	switch s {
	case cases.Available:
		return page.Calm
	case cases.Exposed:
		return page.Danger
	}
	return page.Plain
}

func channelWord(c string) string {
	switch c {
	case "phone":
		return i18n.Key("Phone")
	case "mailbox":
		return i18n.Key("Mailbox")
	case "proxy":
		return i18n.Key("Through somebody")
	}
	return i18n.Key("Another way")
}

func watchWord(s watch.State) string {
	switch s {
	case watch.Waiting:
		return i18n.Key("Waiting")
	case watch.OK:
		return i18n.Key("All is well")
	case watch.Late:
		return i18n.Key("Late")
	case watch.Missed:
		return i18n.Key("Missed")
	case watch.Duress:
		return i18n.Key("Under duress")
	}
	return i18n.Key("Stopped")
}

func watchTone(s watch.State) page.Tone {
	switch s {
	case watch.Late:
		return page.Accent
	case watch.Missed, watch.Duress:
		return page.Danger
	case watch.OK:
		return page.Calm
	}
	return page.Plain
}

func rungWord(name string) string {
	switch name {
	case "call":
		return i18n.Key("Call again")
	case "colleague":
		return i18n.Key("Bring in a second colleague")
	case "lawyer":
		return i18n.Key("Call the lawyer")
	case "missing":
		return i18n.Key("File a missing-person report")
	case "interim":
		return i18n.Key("Ask a court for interim measures")
	case "public":
		return i18n.Key("Decide about a public alert")
	}
	return name
}

func doneWord(d string) string {
	switch d {
	case "reached":
		return i18n.Key("I reached the person")
	case "no-answer":
		return i18n.Key("I tried, there was no answer")
	case "handed-on":
		return i18n.Key("I handed it on to somebody who acts")
	case "filed":
		return i18n.Key("It was filed")
	case "published":
		return i18n.Key("It was made public")
	}
	return i18n.Key("We decided not to do this")
}

func lineWord(l string) string {
	switch l {
	case "travel":
		return i18n.Key("Travel")
	case "visa":
		return i18n.Key("Visas")
	case "housing":
		return i18n.Key("Housing")
	case "food":
		return i18n.Key("Food")
	case "medical":
		return i18n.Key("Medical help")
	case "documents":
		return i18n.Key("Documents")
	case "social":
		return i18n.Key("Social work")
	}
	return i18n.Key("Other costs")
}

func outcomeWord(o string) string {
	switch o {
	case "open":
		return i18n.Key("Still open")
	case "credible":
		return i18n.Key("Credible")
	case "doubtful":
		return i18n.Key("Doubtful")
	}
	return i18n.Key("Looks like a trap")
}

func verifierWord(v string) string {
	switch v {
	case "partner":
		return i18n.Key("A partner")
	case "joint":
		return i18n.Key("A partner and we together")
	}
	return i18n.Key("We ourselves")
}

func kindWord(k cases.Kind) string {
	switch k {
	case cases.KindParty:
		return i18n.Key("Person")
	case cases.KindTriage:
		return i18n.Key("Triage")
	case cases.KindCheck:
		return i18n.Key("Credibility check")
	case cases.KindRisk:
		return i18n.Key("Risk assessment")
	case cases.KindConsent:
		return i18n.Key("Consent")
	case cases.KindHanded:
		return i18n.Key("Referral")
	case cases.KindBridge:
		return i18n.Key("Bridge to the record")
	case cases.KindPlan:
		return i18n.Key("Plan")
	case cases.KindCheckIn:
		return i18n.Key("Check-in planned")
	case cases.KindContact:
		return i18n.Key("Sign of life or alert answered")
	case cases.KindCost:
		return i18n.Key("Cost")
	case cases.KindAllot:
		return i18n.Key("Grant chosen for a cost")
	case cases.KindReceipt:
		return i18n.Key("Receipt")
	case cases.KindNeed:
		return i18n.Key("Need")
	case cases.KindDelivery:
		return i18n.Key("Delivery")
	case cases.KindNote:
		return i18n.Key("Note")
	case cases.KindFollowUp:
		return i18n.Key("Follow-up")
	case cases.KindTurn:
		return i18n.Key("State set by a person")
	case cases.KindClosure:
		return i18n.Key("Closure")
	case cases.KindLeg:
		return i18n.Key("Leg planned")
	case cases.KindStep:
		return i18n.Key("Step of a leg")
	case "task":
		return i18n.Key("Task or flag")
	case "handing":
		return i18n.Key("Note for a handover")
	case "readback":
		return i18n.Key("Answer to a handover")
	}
	return paperKindWord(k)
}

// scale gives the words of a step of a triage or risk scale.
func imminenceWord(n int) string {
	return [...]string{i18n.Key("No sign of it"), i18n.Key("In weeks"), i18n.Key("In days"), i18n.Key("In hours, or now")}[n&3]
}

func severityWord(n int) string {
	return [...]string{i18n.Key("Nothing serious"), i18n.Key("Serious harm"), i18n.Key("Bodily harm"), i18n.Key("Life")}[n&3]
}

func feasibilityWord(n int) string {
	return [...]string{i18n.Key("Out of our reach"), i18n.Key("Hard"), i18n.Key("Possible"), i18n.Key("We could begin now")}[n&3]
}

func amountWord(n int) string {
	return [...]string{i18n.Key("None"), i18n.Key("Some"), i18n.Key("Much"), i18n.Key("Great")}[n&3]
}

func todoWord(w i18n.Words, t cases.Todo) string {
	switch t.What {
	case "triage":
		return w.T("Judge how near and how bad the danger is")
	case "decide":
		return w.T("Decide whether we act")
	case "party":
		return w.T("Note who the people are")
	case "risk":
		return w.T("Assess the risk")
	case "risk-expired":
		return w.T("The risk assessment has run out: assess again")
	case "consent":
		return w.T("Ask for consent to organise help")
	case "plan":
		return w.T("Write the plan")
	case "approve":
		if t.Item == "plan" {
			return w.T("A second person must approve the plan")
		}
		return w.T("A second person must approve a cost")
	case "go":
		return w.N("A leg waits for the go of %d more person", "A leg waits for the go of %d more people", t.Missing)
	case "depart":
		return w.T("A leg is ready to go")
	case "watch":
		return w.T("Nobody watches them: plan a check-in")
	case "answer":
		return w.T("An alarm runs: act on it")
	case "search":
		return w.T("Look for them, and note what is learnt")
	case "exposed":
		return w.T("The place is exposed: move them")
	case "settle":
		return w.T("Two versions exist: settle them")
	case "appointment":
		return w.T("An appointment is near, or nobody said how it went")
	case "deadline":
		return w.T("A decision must be answered by a day")
	case "step":
		return w.T("A step of an application is due")
	case "follow":
		return w.T("Ask how they are")
	case "close":
		return w.T("Close the case")
	case "erase":
		return w.T("The day of erasure has come")
	}
	return t.What
}
