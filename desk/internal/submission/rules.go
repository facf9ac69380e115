package submission

import (
	"slices"

	"waylight/internal/clock"
)

// Edition names the rules below. A draft keeps the edition with which it began.
// The rules restate, in our words, what the bodies ask for in their published
// forms; the deployment must look at the form itself before it files.
const Edition = "2026-11"

// Kind says how an element is answered.
type Kind string

// The kinds of answer.
const (
	Line  Kind = "line"
	Words Kind = "words"
	Date  Kind = "date" // 2017-04-09, 2017-04 or 2017
	Yes   Kind = "yes"  // a statement that somebody stands behind
)

// Element is one thing that a form asks for. Label and Ask are English sentence keys.
type Element struct {
	ID, Number string
	Label      string
	Ask        string // what to ask the family, or where to look
	Kind       Kind
	Required   bool
	Explain    bool // a reason why it cannot be given is enough
}

// Scope is what a person agrees to. Each is asked for separately.
type Scope string

// The scopes.
const (
	Send       Scope = "send"       // that the body gets it
	Government Scope = "government" // that the government learns the name
	Public     Scope = "public"     // that a public report gives the name
)

// Scopes lists the scopes.
func Scopes() []Scope { return []Scope{Send, Government, Public} }

// Procedure is the rules of one body in one edition.
type Procedure struct {
	ID, Edition string
	Title       string
	Intro       string
	Rests       []string // the published texts that the rules restate
	People      string   // number of the element that asks for the people's names; "" for none
	Elements    []Element
	Consents    []Scope // without which nothing is filed, person by person
	Group       bool    // a defined group will do instead of names
	NoPeople    bool    // it may name no victim at all
	Single      bool    // one person in each
	Languages   []string
	NotOnly     bool   // not from mass media alone
	Precise     bool   // month and year at least
	Within      int    // days since it happened within which it is urgent; 0: no limit
	Instrument  string // the treaty to which the State must be a party
	AnswerDays  int    // until an answer, or our own word, is due
	Due         string // what is due then
}

// Current returns the procedures of this edition.
func Current() []Procedure { return procedures }

// Find returns a procedure as of an edition.
func Find(id, edition string) (Procedure, bool) {
	i := slices.IndexFunc(procedures, func(p Procedure) bool { return p.ID == id && p.Edition == edition })
	if i < 0 {
		return Procedure{}, false
	}
	return procedures[i], true
}

func must(number string, e Element) Element {
	e.Number, e.Required = number, true
	return e
}

func helps(e Element) Element { return e }

// or lets a reason stand in for the answer.
func or(e Element) Element {
	e.Explain = true
	return e
}

var (
	state    = Element{ID: "state", Kind: Line, Label: "The State concerned", Ask: "Two letters, such as RU."}
	date     = Element{ID: "date", Kind: Date, Label: "When it happened", Ask: "Ask: on which day, or at least in which month, did it happen?"}
	place    = Element{ID: "place", Kind: Line, Label: "Where it happened", Ask: "Ask: where was the person taken, held or last seen?"}
	forces   = Element{ID: "forces", Kind: Words, Label: "Who did it, and why this is believed", Ask: "Ask: who were they, what did they wear and drive, what did they say?"}
	account  = Element{ID: "account", Kind: Words, Label: "What happened", Ask: "Tell it in order, as facts, without names: write Person 1, Person 2."}
	steps    = Element{ID: "steps", Kind: Words, Label: "What was done at home to find or help the person", Ask: "Ask: to whom did you go, when, and what did they answer? If nobody could go, why not?"}
	sender   = Element{ID: "sender", Kind: Words, Label: "Who sends this, and how to reach them", Ask: "No body takes an anonymous submission. Give the organisation, not a person at risk."}
	relation = Element{ID: "relation", Kind: Line, Label: "How the sender knows the family or the person", Ask: "Ask: did the family itself ask us to write?"}
	urgency  = Element{ID: "urgency", Kind: Words, Label: "Why harm can still be stopped", Ask: "Say what threatens, whom, and how soon."}
	demand   = Element{ID: "demand", Kind: Words, Label: "What is asked for", Ask: "Name the measure: protect, search, release, investigate."}
	secret   = Element{ID: "secret", Kind: Words, Label: "What must stay confidential", Ask: "Ask: what would put you in danger if the authorities learned it?"}
	other    = Element{ID: "other", Kind: Words, Label: "Other bodies that have the same matter", Ask: "Ask: has anybody written about this to another body? If nobody has, write: none."}
	proof    = Element{ID: "proof", Kind: Words, Label: "List of the evidence", Ask: "One line for each document, with its SHA-256 from the evidence package."}
	alone    = Element{ID: "alone", Kind: Yes, Label: "The same matter is not before another body of the same kind", Ask: "Look before you say so."}
	home     = Element{ID: "home", Kind: Yes, Label: "The matter was put to a body at home, as far as that was possible", Ask: "Say under the steps to which one, or why it was not possible."}
	reach    = Element{ID: "reach", Kind: Yes, Label: "We stay within reach and carry questions and answers both ways", Ask: "Somebody must answer until the fate of the person is known."}
	ongoing  = Element{ID: "ongoing", Kind: Yes, Label: "The disappearance still goes on", Ask: "Ask: is there any news since?"}
	signed   = Element{ID: "signed", Kind: Yes, Label: "The applicant has signed the form of authority", Ask: "Without the signature the request is not looked at."}
	hour     = Element{ID: "hour", Kind: Line, Label: "Expected day and hour of the removal", Ask: "Ask: what do the papers say, and which flight?"}
	held     = Element{ID: "held", Kind: Line, Label: "Where the person is held, and where they would be sent", Ask: "Ask: where are you now, and to which country do they want to send you?"}
	articles = Element{ID: "articles", Kind: Line, Label: "Rights at stake, by article", Ask: "For example articles 2 and 3 of the Convention."}
	rulings  = Element{ID: "rulings", Kind: Words, Label: "Decisions at home, each attached", Ask: "Copies, not mentions: a decision that is only mentioned does not count."}
	suspect  = Element{ID: "suspect", Kind: Line, Label: "Who is accused: name and office", Ask: "Only what is published or proven; a mistaken name is a harm of its own."}
	part     = Element{ID: "part", Kind: Words, Label: "How this person took part", Ask: "Ordered, did, was present, knew and did not prevent: for each act, with the evidence."}
	chain    = Element{ID: "chain", Kind: Words, Label: "Chain of command", Ask: "Who gave orders to whom, in which years, and how this is known."}
	law      = Element{ID: "law", Kind: Line, Label: "Under which law or list", Ask: "The law of the country that is asked, with the paragraph."}
)

const answerFromState = "The State was asked to answer by now: look, and tell the family."

var procedures = []Procedure{
	{ID: "un-urgent", Edition: Edition, Title: "UN Special Procedures: urgent appeal", Intro: "For harm that can still be stopped. Remedies at home need not be exhausted.",
		Rests:    []string{"Human Rights Council resolution 5/2 (2007), Code of Conduct, articles 9 and 10", "Manual of Operations of the Special Procedures (2008)"},
		Elements: []Element{must("1", state), must("2", date), must("3", place), must("4", account), or(must("5", forces)), must("6", urgency), must("7", sender), helps(steps), helps(demand), helps(secret), helps(proof)},
		Consents: []Scope{Send, Government}, Group: true, Languages: []string{"en", "fr", "es"}, NotOnly: true, AnswerDays: 60, Due: answerFromState},
	{ID: "un-allegation", Edition: Edition, Title: "UN Special Procedures: letter of allegation", Intro: "For what has happened already. Where harm can still be stopped, send an urgent appeal.",
		Rests:    []string{"Human Rights Council resolution 5/2 (2007), Code of Conduct, article 9", "Manual of Operations of the Special Procedures (2008)"},
		Elements: []Element{must("1", state), must("2", date), must("3", place), must("4", account), or(must("5", forces)), must("6", sender), helps(steps), helps(demand), helps(secret), helps(proof)},
		Consents: []Scope{Send, Government}, Group: true, Languages: []string{"en", "fr", "es"}, NotOnly: true, AnswerDays: 60, Due: answerFromState},
	{ID: "wgeid", Edition: Edition, Title: "UN Working Group on Enforced or Involuntary Disappearances", Intro: "Six elements are required, one form for each person. If one cannot be given, say why.",
		Rests: []string{"Methods of work of the Working Group (2014), A/HRC/WGEID/102/2", "Human Rights Council resolution 7/12 (2008)"}, People: "1",
		Elements: []Element{must("2", date), must("3", place), or(must("4", forces)), or(must("5", steps)), must("6", sender), must("6", relation), must("6", reach), helps(state), helps(account), helps(secret), helps(other)},
		Consents: []Scope{Send, Government}, Languages: []string{"en", "fr", "es"}, Single: true, Precise: true, Within: 90, AnswerDays: 180,
		Due: "Six months: if the government answered and we stay silent, the case may be closed. Write to the Working Group."},
	{ID: "ced", Edition: Edition, Title: "UN Committee on Enforced Disappearances: urgent action", Intro: "Article 30 of the Convention: the State must be a party, and the disappearance still going on.",
		Rests:    []string{"International Convention for the Protection of All Persons from Enforced Disappearance (2006), article 30", "Rules of procedure of the Committee, CED/C/1 and later revisions"},
		Elements: []Element{must("1", state), must("2", date), must("3", place), must("4", account), or(must("5", forces)), must("6", steps), must("7", home), must("8", ongoing), must("9", alone), must("10", sender), must("11", reach), helps(demand), helps(secret)},
		Consents: []Scope{Send, Government}, Single: true, Languages: []string{"en", "fr", "es", "ru"}, Instrument: "CED", AnswerDays: 14, Due: answerFromState},
	{ID: "echr39", Edition: Edition, Title: "European Court of Human Rights: facts for Rule 39", Intro: "Only where a removal or the like would do harm that nothing repairs. Sent through the Court's own page, by fax or by post, never by e-mail.",
		Rests:    []string{"Rules of Court, Rule 39, as amended on 28 March 2024", "Practice Direction on requests for interim measures", "European Convention on Human Rights, articles 34 and 58"},
		Elements: []Element{must("1", state), must("2", date), must("3", held), must("4", hour), must("5", account), must("6", articles), must("7", urgency), must("8", demand), or(must("9", rulings)), must("10", signed), must("11", sender), must("12", other)},
		Consents: []Scope{Send, Government}, Instrument: "ECHR", AnswerDays: 14, Due: "Ask the Court how the request stands; letters that stay without an answer end it."},
	{ID: "sanctions", Edition: Edition, Title: "Sanctions: dossier on an alleged perpetrator", Intro: "Acts, the part that the person had in them, the chain of command, the evidence.",
		Rests:    []string{"Council Regulation (EU) 2020/1998", "Global Human Rights Sanctions Regulations 2020 (United Kingdom), S.I. 2020/680", "Global Magnitsky Human Rights Accountability Act (United States) and Executive Order 13818 (2017)"},
		Elements: []Element{must("1", suspect), must("2", state), must("3", date), must("4", account), must("5", part), or(must("6", chain)), must("7", proof), must("8", law), must("9", sender)},
		Consents: []Scope{Send}, NoPeople: true, NotOnly: true, AnswerDays: 90, Due: "Ask what became of the dossier."},
	{ID: "complaint", Edition: Edition, Title: "Criminal complaint against an alleged perpetrator", Intro: "For a prosecutor who may act beyond the borders of the country. A lawyer must read it.",
		Rests:    []string{"Rome Statute of the International Criminal Court (1998), articles 25 and 28, for the forms of involvement", "The criminal procedure of the country that is asked"},
		Elements: []Element{must("1", suspect), must("2", state), must("3", date), must("4", place), must("5", account), must("6", part), or(must("7", chain)), must("8", proof), must("9", law), must("10", sender), helps(other)},
		Consents: []Scope{Send, Government}, NoPeople: true, NotOnly: true, AnswerDays: 90, Due: "Ask what became of the complaint."},
}

// party is what is known of a State and a treaty. What is not here is unknown
// and must be looked up by a person; it is never guessed.
type party struct {
	state, instrument string
	is                bool
	until             clock.Day // last day on which an act falls under it; "" for no end
	source            string    // where it is published
}

// treaties as of the edition, from the treaties' own registers.
var treaties = []party{
	{state: "RU", instrument: "CED", source: "United Nations Treaty Collection, chapter IV, 16"},
	{state: "RU", instrument: "ECHR", is: true, until: "2022-09-16", source: "European Court of Human Rights, resolution of 22 March 2022"},
}

// Sentences lists every sentence of the rules that people read, for the catalogues.
func Sentences() []string {
	var out []string
	for _, p := range procedures {
		out = append(append(out, p.Title, p.Intro, p.Due), p.Rests...)
		for _, e := range p.Elements {
			out = append(out, e.Label, e.Ask)
		}
	}
	for _, l := range says {
		out = append(out, l)
	}
	for _, p := range treaties {
		out = append(out, p.source)
	}
	out = append(out, fullName)
	slices.Sort(out)
	return slices.DeleteFunc(slices.Compact(out), func(s string) bool { return s == "" })
}
