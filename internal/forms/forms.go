// Package forms holds the questions that the Front asks, as data, and reads the
// answers from a posted form.
//
// No question needs an answer, none asks a name or an exact place, and every one
// can be skipped or put off. A questionnaire is versioned: what an answer meant
// when it was given stays known, because a message carries id and version. The
// package keeps nothing and judges nothing but size and form. It imports
// envelope (an answer's shape), i18n and fault.
package forms

import (
	"embed"
	"io/fs"
	"slices"
	"strings"
	"unicode/utf8"

	"waylight/internal/envelope"
	"waylight/internal/fault"
	"waylight/internal/i18n"
)

//go:embed locale/*.po
var locale embed.FS

// Locale is the catalogue of the questions.
func Locale() fs.FS { return locale }

// Kind says how a question is answered.
type Kind string

// The kinds of question.
const (
	Choice Kind = "choice" // one option
	Many   Kind = "many"   // any number of options
	Pick   Kind = "pick"   // one option of many, from a list that opens
	Words  Kind = "words"  // own words only
	Files  Kind = "files"  // attachments
)

// TextID is the question whose own words are the message's text.
const TextID = "text"

// Question is one screen. Text, Hint and labels are English sentences, keys of
// their translations.
type Question struct {
	ID      string
	Kind    Kind
	Text    string
	Hint    string
	Options []Option
	Own     string // label of a box for own words below the options; empty: none
	// Parts are further questions on the same screen. When names the answers to
	// the question above for which they are asked; where a browser cannot hide
	// them, their words say so. Empty: always.
	Parts []Question
	When  []string
}

// Option is one choice. Danger marks the answer to which the page shows first
// whom to call.
type Option struct {
	Value  string
	Label  string
	Danger bool
}

// Form is a questionnaire.
type Form struct {
	ID        string
	Version   int
	Questions []Question
}

// Name is the value of the page's hidden field: "help/1".
func (f Form) Name() string { return f.ID + "/" + string(rune('0'+f.Version)) }

// Help is what a person in danger is asked. The most urgent comes first, because
// a person may stop after each.
func Help() Form {
	return Form{ID: "help", Version: 2, Questions: []Question{
		{ID: "danger", Kind: Choice, Text: i18n.Key("Are you in danger now?"),
			Hint: i18n.Key("You, or the people this is about."),
			Options: []Option{
				{"now", i18n.Key("Yes, now"), true},
				{"days", i18n.Key("Not this minute, but within days"), false},
				{"not-now", i18n.Key("Not now"), false},
				{"unsure", i18n.Key("I do not know"), false},
			}},
		{ID: TextID, Kind: Words, Text: i18n.Key("What happened, or what do you need?"),
			Hint: i18n.Key("A few words are enough. Please leave out names and exact addresses: we ask for them later, if they are needed.")},
		forWhom(),
		{ID: "people", Kind: Choice, Text: i18n.Key("How many people is this about?"),
			Options: []Option{
				{"1", i18n.Key("Only me"), false},
				{"2-5", i18n.Key("2 to 5"), false},
				{"6-20", i18n.Key("6 to 20"), false},
				{"more", i18n.Key("More than 20"), false},
				{"unsure", i18n.Key("I do not know"), false},
			},
			Own: i18n.Key("If there are children, or people who are ill or hurt, you can say so here")},
		{ID: "place", Kind: Choice, Text: i18n.Key("Roughly where are you?"),
			Hint: i18n.Key("Never an address, please. A part of the country is enough."),
			Options: []Option{
				{"there", i18n.Key("In the place where the danger is"), false},
				{"country", i18n.Key("Elsewhere in the same country"), false},
				{"abroad", i18n.Key("In another country"), false},
				{"way", i18n.Key("On the way"), false},
			},
			Own: i18n.Key("Which region or country, if you want to say")},
		{ID: "threat", Kind: Choice, Text: i18n.Key("Who is the danger from?"),
			Options: []Option{
				{"authorities", i18n.Key("Police, soldiers or officials"), false},
				{"family", i18n.Key("My family"), false},
				{"around", i18n.Key("People around me"), false},
				{"armed-group", i18n.Key("An armed group"), false},
				{"online", i18n.Key("People on the internet"), false},
				{"other", i18n.Key("Another person or group"), false},
			},
			Own: i18n.Key("In your own words, if you like")},
		{ID: "contact", Kind: Words, Text: i18n.Key("When and how is it safe to answer you here?"),
			Hint:  i18n.Key("For example: only at night, only short words, not in a certain language, not before a certain day."),
			Parts: whenSafe()},
	}}
}

// Information is what a person with knowledge is asked.
func Information() Form {
	yes, no := i18n.Key("Yes"), i18n.Key("No")
	return Form{ID: "information", Version: 1, Questions: []Question{
		{ID: TextID, Kind: Words, Text: i18n.Key("What do you know?"),
			Hint: i18n.Key("Tell it in your own order and your own words. We never change them.")},
		{ID: "when", Kind: Words, Text: i18n.Key("When did it happen?"),
			Hint: i18n.Key("As well as you know: a day, a month, \"after the holiday\".")},
		{ID: "place", Kind: Words, Text: i18n.Key("Roughly where?"),
			Hint: i18n.Key("A region or a town is enough.")},
		{ID: "knowledge", Kind: Choice, Text: i18n.Key("How do you know it?"),
			Options: []Option{
				{"saw", i18n.Key("I saw or lived through it myself"), false},
				{"told", i18n.Key("Somebody told me who was there"), false},
				{"heard", i18n.Key("I heard or read about it"), false},
				{"other", i18n.Key("In another way"), false},
			},
			Own: i18n.Key("In your own words, if you like")},
		{ID: "files", Kind: Files, Text: i18n.Key("Do you have pictures, recordings or papers?"),
			Hint: i18n.Key("A file can tell where and when it was made, and on which phone. We keep it locked and show nobody the original. Add it only if having it on this device is not a danger to you.")},
		{ID: "anonymous", Kind: Choice, Text: i18n.Key("Do you want to stay unknown, also to us?"),
			Options: []Option{
				{"yes", yes, false}, {"no", no, false}, {"unsure", i18n.Key("I do not know yet"), false},
			}},
		{ID: "contact", Kind: Choice, Text: i18n.Key("May we ask you more, here, under your code?"),
			Options: []Option{{"yes", yes, false}, {"no", no, false}},
			Own:     i18n.Key("When and how it is safe")},
	}}
}

// All lists the current questionnaires that begin a conversation.
func All() []Form { return []Form{Help(), Information()} }

// ByID returns the current questionnaire with this id, also of those that belong
// to a conversation.
func ByID(id string) (Form, bool) {
	for _, f := range append(All(), Arrange(), Signs()) {
		if f.ID == id {
			return f, true
		}
	}
	return Form{}, false
}

// MaxField is the most bytes of one field that are read.
const MaxField = 256 << 10

// Fields gives the values posted under a name.
type Fields func(name string) []string

// first is the value of a field: no more than one is expected.
func (f Fields) first(name string) string {
	if v := f(name); len(v) > 0 {
		return v[0]
	}
	return ""
}

// flat lists all questions, each part after the question that it belongs to.
func (f Form) flat() []Question {
	var out []Question
	for _, q := range f.Questions {
		out = append(append(out, q), q.Parts...)
	}
	return out
}

// Question finds a question or a part of one.
func (f Form) Question(id string) (Question, bool) {
	for _, q := range f.flat() {
		if q.ID == id {
			return q, true
		}
	}
	return Question{}, false
}

// Read takes the answers out of a posted form: text is the sender's own words,
// untouched but for the browser's line ends. A question with nothing under it
// is skipped. The error is a fault that names the fields.
func (f Form) Read(get Fields) (text string, answers []envelope.Answer, err error) {
	var check fault.Check
	for _, q := range f.flat() {
		name := "q." + q.ID
		later := get.first(name+".later") != ""
		switch q.Kind {
		case Files:
			if later {
				answers = append(answers, envelope.Answer{Question: q.ID, Later: true})
			}
			continue
		default:
		}
		if q.ID == TextID {
			text = lines(get.first(TextID))
			readable(&check, TextID, text)
			if later {
				answers = append(answers, envelope.Answer{Question: TextID, Later: true})
			}
			continue
		}
		a := envelope.Answer{Question: q.ID, Words: lines(get.first(name + ".words")), Later: later}
		for _, v := range get(name) {
			if v == "" {
				continue
			}
			known := slices.ContainsFunc(q.Options, func(o Option) bool { return o.Value == v })
			check.Field(known, name, "Please choose one of the answers, or none.")
			if q.Kind == Many || len(a.Values) == 0 {
				a.Values = append(a.Values, v)
			}
		}
		readable(&check, name+".words", a.Words)
		a.Skipped = len(a.Values) == 0 && a.Words == "" && !a.Later
		answers = append(answers, a)
	}
	return text, answers, check.Err()
}

func readable(check *fault.Check, name, text string) {
	check.Field(utf8.ValidString(text), name, "This text has letters that cannot be read. Please type it again.")
	check.Field(len(text) <= MaxField, name, "This text is too long for one message. Please send it in parts.")
}

// Said reports whether there is anything in the answers but what was skipped.
func Said(text string, answers []envelope.Answer) bool {
	if strings.TrimSpace(text) != "" {
		return true
	}
	return slices.ContainsFunc(answers, func(a envelope.Answer) bool {
		return len(a.Values) > 0 || strings.TrimSpace(a.Words) != ""
	})
}

// lines undoes the line ends that browsers put into a posted form.
func lines(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }
