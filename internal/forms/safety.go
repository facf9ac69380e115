package forms

import (
	"strconv"

	"waylight/internal/i18n"
)

// The questions about how it is safe to reach somebody, and about who writes.
// The Desk takes up what is answered under these ids.
const (
	For      = "for" // me, other, both
	Relation = "relation"
	Knows    = "knows"
	Reach    = "reach"
	Hide     = "hide"
	Days     = "days"     // mon … sun
	Hours    = "hours"    // morning, day, evening, night
	Zone     = "zone"     // minutes east of UTC
	Never    = "never"    // call, text, mail, visit
	Answered = "answered" // what to say when somebody else answers
	Ours     = "ours"
	Theirs   = "theirs"
	Fine     = "fine"
	NeedHelp = "need-help"
	Shows    = "shows" // what the second code shows: opening, lessons, parcel, or own words
)

// forWhom asks whether somebody writes for another person, and then what must be
// known so that help does not bring that person into danger.
func forWhom() Question {
	yes, no, unsure := i18n.Key("Yes"), i18n.Key("No"), i18n.Key("I do not know")
	other := []string{"other", "both"}
	return Question{ID: For, Kind: Choice, Text: i18n.Key("For whom are you writing?"),
		Options: []Option{
			{"me", i18n.Key("For myself"), false},
			{"other", i18n.Key("For somebody else"), false},
			{"both", i18n.Key("For myself and for others"), false},
		},
		Parts: []Question{
			{ID: Relation, Kind: Words, When: other, Text: i18n.Key("If you write for somebody else: who are you to them?"), Hint: i18n.Key("For example: sister, friend, neighbour. No names, please.")},
			{ID: Knows, Kind: Choice, When: other, Text: i18n.Key("Do they know that you are writing?"), Options: []Option{{"yes", yes, false}, {"no", no, false}, {"unsure", unsure, false}}},
			{ID: Reach, Kind: Choice, When: other, Text: i18n.Key("Can they be reached without danger?"), Options: []Option{{"yes", yes, false}, {"no", no, false}, {"unsure", unsure, false}},
				Own: i18n.Key("How, if you know")},
			{ID: Hide, Kind: Words, When: other, Text: i18n.Key("Who must not learn of this?"), Hint: i18n.Key("For example: the father, people at work. No names, please.")},
		}}
}

// whenSafe asks for days, hours and ways.
func whenSafe() []Question {
	return []Question{
		{ID: Days, Kind: Many, Text: i18n.Key("On which days is it safe?"), Hint: i18n.Key("None chosen: on every day."), Options: []Option{
			{"mon", i18n.Key("Monday"), false}, {"tue", i18n.Key("Tuesday"), false}, {"wed", i18n.Key("Wednesday"), false}, {"thu", i18n.Key("Thursday"), false},
			{"fri", i18n.Key("Friday"), false}, {"sat", i18n.Key("Saturday"), false}, {"sun", i18n.Key("Sunday"), false}}},
		{ID: Hours, Kind: Many, Text: i18n.Key("At what time is it safe?"), Hint: i18n.Key("None chosen: at any time."), Options: []Option{
			{"morning", i18n.Key("In the morning, 6 to 12 o'clock"), false}, {"day", i18n.Key("In the afternoon, 12 to 18 o'clock"), false},
			{"evening", i18n.Key("In the evening, 18 to 23 o'clock"), false}, {"night", i18n.Key("At night, 23 to 6 o'clock"), false}}},
		{ID: Zone, Kind: Pick, Text: i18n.Key("Whose clock is that?"), Hint: i18n.Key("Many places share one clock. This does not tell us where you are."), Options: zones()},
		{ID: Never, Kind: Many, Text: i18n.Key("What should we never do?"), Options: []Option{
			{"call", i18n.Key("Never call me"), false}, {"text", i18n.Key("Never send me a text message"), false},
			{"mail", i18n.Key("Never write me an e-mail"), false}, {"visit", i18n.Key("Never come to me"), false}}},
	}
}

// zones are the clocks of the world by their distance from London's winter time.
func zones() []Option {
	all := []Option{{"", i18n.Key("I would rather not say"), false}, {"180", i18n.Key("Moscow, Grozny, Istanbul (UTC+3)"), false}}
	for h := -11; h <= 14; h++ {
		if h == 3 {
			continue
		}
		sign := "+"
		if h < 0 {
			sign = "\u2212"
		}
		all = append(all, Option{strconv.Itoa(h * 60), "UTC" + sign + strconv.Itoa(max(h, -h)), false})
	}
	return all
}

// Arrange is what can be agreed in a conversation that has begun: when and how
// it is safe, and by which words both sides know each other. Whoever forces
// somebody sees these questions, so none of them names a hidden sign: Signs does.
func Arrange() Form {
	return Form{ID: "arrange", Version: 2, Questions: append(whenSafe(),
		Question{ID: Answered, Kind: Words, Text: i18n.Key("If somebody else answers the telephone, what should we say?"), Hint: i18n.Key("For example: that we have a question about a delivery.")},
		Question{ID: Ours, Kind: Words, Text: i18n.Key("A sentence by which you know that it is really us"), Hint: i18n.Key("We write or say it when we reach you. An ordinary sentence is best.")},
		Question{ID: Theirs, Kind: Words, Text: i18n.Key("A sentence by which we know that it is really you"), Hint: i18n.Key("We ask for it on the telephone.")},
	)}
}

// Signs is what must not be known to whoever forces somebody: sentences that mean
// more than they say, and what the second code shows. It is asked once, on the page
// that shows the codes, when the person is most probably alone.
func Signs() Form {
	return Form{ID: "signs", Version: 1, Questions: []Question{
		{ID: Fine, Kind: Words, Text: i18n.Key("An ordinary sentence that shall mean: I am safe"), Hint: i18n.Key("When you send exactly this sentence, it counts like the button.")},
		{ID: NeedHelp, Kind: Words, Text: i18n.Key("An ordinary sentence that shall mean: I need help"), Hint: i18n.Key("Another one than above. Something that you could write before anybody's eyes.")},
		{ID: Shows, Kind: Choice, Text: i18n.Key("What shall the second code show?"), Hint: i18n.Key("Something of every day. It may stay empty."), Options: []Option{
			{"opening", i18n.Key("An answer about opening hours"), false}, {"lessons", i18n.Key("An answer about lessons for beginners"), false}, {"parcel", i18n.Key("An answer about a parcel"), false}},
			Own: i18n.Key("Or write yourself what it shall say")},
	}}
}

// Agreed finds the question of something that is agreed, whichever page asked it.
func Agreed(id string) (Question, bool) {
	if q, ok := Arrange().Question(id); ok {
		return q, true
	}
	return Signs().Question(id)
}
