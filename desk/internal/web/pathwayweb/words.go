package pathwayweb

import (
	"waylight/desk/internal/pathways"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

func kindWord(k string) string {
	switch k {
	case "humanitarian":
		return i18n.Key("Humanitarian visa")
	case "arrival":
		return i18n.Key("Asylum on arrival")
	case "resettlement":
		return i18n.Key("Resettlement")
	case "evacuation":
		return i18n.Key("Evacuation programme")
	case "sponsor":
		return i18n.Key("Private sponsorship")
	case "work":
		return i18n.Key("Visa to work")
	case "study":
		return i18n.Key("Visa to study")
	case "family":
		return i18n.Key("Joining the family")
	case "transit":
		return i18n.Key("Passing through")
	}
	return i18n.Key("Another way")
}

func doorWord(k string) string {
	switch k {
	case "consulate":
		return i18n.Key("At a consulate")
	case "border":
		return i18n.Key("At the border or the airport")
	case "online":
		return i18n.Key("On a web page")
	case "agency":
		return i18n.Key("At an agency, such as that of the United Nations")
	}
	return i18n.Key("Through us: a list that we hand over")
}

func minorsWord(k string) string {
	switch k {
	case "alone":
		return i18n.Key("Minors can go alone")
	case "with":
		return i18n.Key("Minors with an adult only")
	case "no":
		return i18n.Key("No minors")
	}
	return i18n.Key("Not known for minors")
}

func partWord(k string) string {
	switch k {
	case "qualifies":
		return i18n.Key("Who qualifies")
	case "papers":
		return i18n.Key("About the papers")
	case "steps":
		return i18n.Key("About the steps")
	case "apply":
		return i18n.Key("Where it is applied for")
	case "contact":
		return i18n.Key("Whom to ask")
	case "decides":
		return i18n.Key("Who decides")
	}
	return i18n.Key("What leads nowhere")
}

func holderWord(k string) string {
	switch k {
	case "person":
		return i18n.Key("they themselves")
	case "us":
		return i18n.Key("we")
	case "office":
		return i18n.Key("the office")
	case "lawyer":
		return i18n.Key("a lawyer")
	case "helper":
		return i18n.Key("a helper")
	}
	return i18n.Key("nobody knows: lost")
}

func stateWord(s pathways.State) string {
	switch s {
	case pathways.Preparing:
		return i18n.Key("being prepared")
	case pathways.Underway:
		return i18n.Key("on its way")
	case pathways.MoreAsked:
		return i18n.Key("the office asks for more")
	case pathways.Appealed:
		return i18n.Key("appealed")
	case pathways.Success:
		return i18n.Key("granted")
	case pathways.Failure:
		return i18n.Key("refused")
	}
	return i18n.Key("given up")
}

func stateTone(s pathways.State) page.Tone {
	switch s {
	case pathways.Success:
		return page.Calm
	case pathways.MoreAsked, pathways.Failure:
		return page.Accent
	case pathways.Preparing:
		return page.Wait
	}
	return page.Plain
}

func visitWord(s string) string {
	switch s {
	case pathways.Attended:
		return i18n.Key("They were there")
	case pathways.Missed:
		return i18n.Key("Missed")
	case pathways.Moved:
		return i18n.Key("Moved: a new one is noted")
	case pathways.Cancelled:
		return i18n.Key("Cancelled")
	}
	return i18n.Key("Still to come")
}

func visitTone(s string) page.Tone {
	switch s {
	case pathways.Attended:
		return page.Calm
	case pathways.Missed:
		return page.Danger
	}
	return page.Plain
}

func outcomeWord(s string) string {
	switch s {
	case pathways.Granted:
		return i18n.Key("Granted")
	case pathways.Refused:
		return i18n.Key("Refused")
	case pathways.More:
		return i18n.Key("More is asked for")
	}
	return i18n.Key("It lapsed")
}

func outcomeTone(s string) page.Tone {
	switch s {
	case pathways.Granted:
		return page.Calm
	case pathways.Refused, pathways.More:
		return page.Accent
	}
	return page.Plain
}

func channelWord(s string) string {
	switch s {
	case "phone":
		return i18n.Key("By telephone")
	case "mailbox":
		return i18n.Key("Through the mailbox")
	case "proxy":
		return i18n.Key("Through somebody they trust")
	}
	return i18n.Key("In another way")
}
