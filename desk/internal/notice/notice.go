// Package notice writes the words that may leave the Desk to tell a member that
// something waits: to a pocket, a screen on the table, a mail server that others
// read. They say nothing: no subject, no number, no urgency, no name, no link, and
// the same words at the same length for every event. Who reads them over a
// shoulder learns that somebody is asked to look at something.
//
// It decides whether a notice is sent at all, and with which words; carrying is
// somebody else's work. It refuses clocks and stores and imports nothing of the house.
package notice

import "time"

// Event is what happened at the Desk. None of its fields reaches the words.
type Event struct {
	Kind    string // "alarm", "arrival", "draft", "check-in"
	Subject string // a thread's or a case's id
	Channel string
	Lang    string // of the sender
	Step    int    // of a ladder
	Count   int
	Member  string // who is called
	Details string
	At      time.Time
}

// Policy is what an organisation decided about notices.
type Policy struct {
	On bool // off until somebody switches it on
	// Every is the shortest time between two notices to one member, so that their
	// number says nothing about how much waits. At least MinEvery.
	Every time.Duration
	// Lang of the words, by the member's choice; "en" or "ru".
	Lang string
}

// MinEvery is the shortest time between two notices to one member.
const MinEvery = 15 * time.Minute

// Text is a notice.
type Text struct{ Subject, Body string }

// words are whole sentences without a placeholder: there is nothing that a field
// could be put into.
var words = map[string]Text{
	"en": {"Reminder", "Please look in when you can."},
	"ru": {"Напоминание", "Пожалуйста, загляните, когда сможете."},
}

// Write gives the words of a notice. They depend on the policy's language and on
// nothing of the event.
func Write(_ Event, p Policy) Text {
	if t, ok := words[p.Lang]; ok {
		return t
	}
	return words["en"]
}

// Send decides whether a member is told now, who was last told at a time (zero:
// never). A clock that was set back does not silence it.
func Send(_ Event, p Policy, last, now time.Time) bool {
	if !p.On {
		return false
	}
	every := max(p.Every, MinEvery)
	return last.IsZero() || now.Before(last) || now.Sub(last) >= every
}
