package opinion

import "slices"

// Edition names the forms below. An opinion keeps the edition with which it began.
// They restate, in our words, what the Istanbul Protocol (edition of 2022) and the
// Minnesota Protocol (2016) ask of an expert. No doctor has gone through them.
const Edition = "2026-11"

// Kind says how an element is answered.
type Kind string

// The kinds of answer.
const (
	Line   Kind = "line"
	Words  Kind = "words"
	Date   Kind = "date"
	Choice Kind = "choice"
)

// Part keeps apart what must not be mixed.
type Part string

// The parts, in the order of the page.
const (
	Frame    Part = "frame"    // who asked, who examined, how
	Told     Part = "told"     // what was said to the expert, by whom
	Examined Part = "examined" // what the expert saw and measured, and could not
	Judged   Part = "judged"   // what the expert concludes from it
)

// Parts lists them in order.
func Parts() []Part { return []Part{Frame, Told, Examined, Judged} }

// Option is one answer of a choice.
type Option struct{ ID, Label string }

// Element is one thing that a form asks for. Label and Ask are English sentence keys.
type Element struct {
	ID, Label, Ask string
	Part           Part
	Kind           Kind
	Required       bool
	Options        []Option
}

// Scope is what is agreed to. Each is asked for separately.
type Scope string

// The scopes.
const (
	Examine Scope = "examine" // to be examined and questioned, or that the body is
	Keep    Scope = "keep"    // that the opinion is kept here
	Handing Scope = "handing" // that it is handed to a court or a body
)

// Scopes lists the scopes.
func Scopes() []Scope { return []Scope{Examine, Keep, Handing} }

// Form is one protocol's questions in one edition.
type Form struct {
	ID, Edition    string
	Title, Intro   string
	Elements       []Element
	FindingLabel   string // what a finding is set against
	Degrees        []Option
	DegreeLabel    string
	Needed         []Scope // without which nothing is signed
	ConsentBy      string  // who agrees, as a sentence key
	Person         string  // what the examined person is called
	ReasonInPlace  bool    // a reason why nobody could be asked is enough
	FindingsNeeded bool
}

// Forms returns the forms of this edition.
func Forms() []Form { return []Form{istanbul(), minnesota()} }

// Find returns a form as of an edition.
func Find(id, edition string) (Form, bool) {
	all := Forms()
	i := slices.IndexFunc(all, func(f Form) bool { return f.ID == id && f.Edition == edition })
	if i < 0 {
		return Form{}, false
	}
	return all[i], true
}

// Degrees of consistency, in the words of the Istanbul Protocol.
func degrees() []Option {
	return []Option{{"not-consistent", "Not consistent with"}, {"consistent", "Consistent with"}, {"highly-consistent", "Highly consistent with"}, {"typical", "Typical of"}, {"diagnostic", "Diagnostic of"}}
}

func frame() []Element {
	return []Element{
		{ID: "asked_by", Part: Frame, Kind: Line, Required: true, Label: "Who asked for the opinion, and what was asked", Ask: "The office or person, and the question in their words."},
		{ID: "day", Part: Frame, Kind: Date, Required: true, Label: "Day of the examination", Ask: "If it took several days, the first; say the others below."},
		{ID: "where", Part: Frame, Kind: Line, Required: true, Label: "Where, how long, and who was present", Ask: "Also who interpreted, and anybody of a police or prison."},
		{ID: "conditions", Part: Frame, Kind: Words, Required: true, Label: "Conditions, and what limited the examination", Ask: "Privacy, restraints, time, light, tools; by video or only from papers."},
		{ID: "interests", Part: Frame, Kind: Words, Required: true, Label: "Independence", Ask: "What ties you to the case, to the person or to a party; if nothing does, say so."},
	}
}

func istanbul() Form {
	return Form{ID: "istanbul", Edition: Edition, Title: "Clinical opinion after alleged torture or ill-treatment (Istanbul Protocol, 2022)",
		Intro:        "For a clinician who examined a person, or their papers. What the person said, what was found and what is concluded are kept apart.",
		FindingLabel: "What the person says that it comes from", DegreeLabel: "How consistent the finding is with it", Degrees: degrees(), Needed: []Scope{Examine, Keep},
		ConsentBy: "The person who is examined agrees, after they were told what it is for, who will read it, and that they may stop at any moment.", Person: "The person who was examined", FindingsNeeded: true,
		Elements: append(frame(),
			Element{ID: "account", Part: Told, Kind: Words, Required: true, Label: "What happened, in the person's own words", Ask: "Open questions first. Put quotation marks around words that you quote."},
			Element{ID: "before", Part: Told, Kind: Words, Label: "Health and life before", Ask: "Illnesses, injuries, operations, work; what could explain a finding in another way."},
			Element{ID: "since", Part: Told, Kind: Words, Required: true, Label: "Complaints since, of body and mind", Ask: "At once, in the weeks after, and now. Treatment, if there was any."},
			Element{ID: "papers", Part: Examined, Kind: Words, Label: "Papers, pictures and results that you saw", Ask: "With their day and from whom."},
			Element{ID: "body", Part: Examined, Kind: Words, Required: true, Label: "Examination of the body", Ask: "By region, also what was normal. If none was made, say why."},
			Element{ID: "mind", Part: Examined, Kind: Words, Required: true, Label: "Examination of the mind", Ask: "Appearance, mood, thought, memory, risk to themselves; tests by name. If none was made, say why."},
			Element{ID: "missing", Part: Examined, Kind: Words, Label: "What was not examined, and why", Ask: "What was refused, not allowed, or needs somebody else."},
			Element{ID: "whole", Part: Judged, Kind: Choice, Required: true, Label: "All findings together, with what was told", Ask: "No single scar decides: judge the whole.", Options: degrees()},
			Element{ID: "why", Part: Judged, Kind: Words, Required: true, Label: "Reasons", Ask: "What leads from the findings to the degree. The absence of marks does not prove that nothing happened."},
			Element{ID: "other", Part: Judged, Kind: Words, Required: true, Label: "Other explanations that were considered", Ask: "And why they fit less, or as well."},
			Element{ID: "open", Part: Judged, Kind: Words, Label: "What remains open"},
			Element{ID: "advice", Part: Judged, Kind: Words, Label: "What the person needs", Ask: "Treatment, further examination, protection."})}
}

func minnesota() Form {
	return Form{ID: "minnesota", Edition: Edition, Title: "Forensic opinion after a potentially unlawful death (Minnesota Protocol, 2016)",
		Intro:        "For a forensic expert who examined a body, remains, or their papers and pictures. What was told, what was examined and what is concluded are kept apart.",
		FindingLabel: "What could have caused it", DegreeLabel: "When it came about", Needed: []Scope{Examine, Keep},
		Degrees:   []Option{{"before", "Before death"}, {"around", "Around the time of death"}, {"after", "After death"}, {"unclear", "Cannot be said"}},
		ConsentBy: "The family agrees, or an authority ordered it. Where nobody could be asked, say why.", Person: "The person who died", ReasonInPlace: true, FindingsNeeded: true,
		Elements: append(frame(),
			Element{ID: "identity", Part: Examined, Kind: Words, Required: true, Label: "How the dead person was identified", Ask: "By which method (fingerprints, teeth, DNA, number of an implant; sight alone is weak), by whom, how surely."},
			Element{ID: "circumstances", Part: Told, Kind: Words, Required: true, Label: "What was told about the death, and by whom", Ask: "Family, witnesses, authorities: each by itself, as they said it."},
			Element{ID: "history", Part: Told, Kind: Words, Label: "Health before, as it was told"},
			Element{ID: "scene", Part: Examined, Kind: Words, Label: "The place where the body was found", Ask: "Seen yourself, or from pictures and notes of whom."},
			Element{ID: "material", Part: Examined, Kind: Words, Required: true, Label: "What was examined", Ask: "The body itself (outside, inside, X-rays, samples), or which papers and pictures; in what state; who had it before."},
			Element{ID: "results", Part: Examined, Kind: Words, Required: true, Label: "Results of the examination", Ask: "Also what was looked for and not found."},
			Element{ID: "missing", Part: Examined, Kind: Words, Required: true, Label: "What was not examined, and why", Ask: "What was refused, not allowed, lost, or needs somebody else."},
			Element{ID: "time", Part: Judged, Kind: Words, Label: "Time of death", Ask: "As a span, with how it was found."},
			Element{ID: "cause", Part: Judged, Kind: Words, Required: true, Label: "Cause of death", Ask: "The chain from what began it to what ended life; “not determined” is an answer."},
			Element{ID: "manner", Part: Judged, Kind: Choice, Required: true, Label: "Manner of death", Options: []Option{{"natural", "Natural"}, {"accident", "Accident"}, {"suicide", "Suicide"}, {"homicide", "Homicide (by somebody else)"}, {"undetermined", "Undetermined"}}},
			Element{ID: "why", Part: Judged, Kind: Words, Required: true, Label: "Reasons", Ask: "What leads from the findings to cause and manner."},
			Element{ID: "other", Part: Judged, Kind: Words, Required: true, Label: "Other explanations that were considered", Ask: "And why they fit less, or as well."},
			Element{ID: "open", Part: Judged, Kind: Words, Required: true, Label: "What remains open", Ask: "And what could answer it: samples, pictures, witnesses."})}
}

// Sentences lists every sentence of the forms, for the catalogues.
func Sentences() (out []string) {
	add := func(s ...string) {
		for _, x := range s {
			if x != "" && !slices.Contains(out, x) {
				out = append(out, x)
			}
		}
	}
	for _, f := range Forms() {
		add(f.Title, f.Intro, f.FindingLabel, f.DegreeLabel, f.ConsentBy, f.Person)
		for _, o := range f.Degrees {
			add(o.Label)
		}
		for _, e := range f.Elements {
			add(e.Label, e.Ask)
			for _, o := range e.Options {
				add(o.Label)
			}
		}
		for _, m := range append(Judge(f, Content{}), Judge(f, Content{Findings: []Finding{{}}})...) {
			add(m.Label, m.Say)
		}
	}
	return out
}
