package record

import "slices"

// Act is the type of a violation: one code of our short list, mapped to list 4
// of the HURIDOCS micro-thesauri or, with the prefix W, to our own layer on top.
type Act string

// The acts (design 2, entities; issue 5 loads the whole vocabulary).
const (
	Detention      Act = "arbitrary detention"
	Killing        Act = "killing"
	Torture        Act = "torture"
	FamilyThreat   Act = "threat of family violence"
	Disappearance  Act = "enforced disappearance"
	Abduction      Act = "abduction"
	Outing         Act = "outing"
	Blackmail      Act = "blackmail"
	notAnAct       Act = ""
	extensionLayer     = "W"
)

// Status is what is counted of people. Statuses never merge with one another.
type Status string

// The statuses. Those of the help are not violations and have no act.
const (
	Detained    Status = "detained"
	Killed      Status = "killed"
	Tortured    Status = "tortured"
	Threatened  Status = "threatened by their family"
	Disappeared Status = "disappeared"
	Abducted    Status = "abducted"
	Outed       Status = "outed"
	Blackmailed Status = "blackmailed"
	AskedHelp   Status = "asked for help"
	Supported   Status = "supported"
	LostContact Status = "contact lost"
	Evacuated   Status = "evacuated"
	LeftCountry Status = "left the country"
)

type actCode struct {
	act      Act
	huridocs string // list 4, or our own layer
	status   Status
	label    string // for pages; key of the translation
}

var actCodes = []actCode{
	{act: Detention, huridocs: "030102000000", status: Detained, label: "Arbitrary detention"},
	{act: Killing, huridocs: "010101000000", status: Killed, label: "Killing"},
	{act: Torture, huridocs: "020111110000", status: Tortured, label: "Torture"},
	{act: FamilyThreat, huridocs: extensionLayer + "04", status: Threatened, label: "Threat of violence by the family"},
	{act: Disappearance, huridocs: "030103000000", status: Disappeared, label: "Enforced disappearance"},
	{act: Abduction, huridocs: "030104000000", status: Abducted, label: "Abduction"},
	{act: Outing, huridocs: extensionLayer + "01", status: Outed, label: "Outing"},
	{act: Blackmail, huridocs: extensionLayer + "02", status: Blackmailed, label: "Blackmail over orientation"},
}

// Acts lists the acts in the order in which forms show them.
func Acts() []Act {
	out := make([]Act, len(actCodes))
	for i, c := range actCodes {
		out[i] = c.act
	}
	return out
}

func (a Act) code() actCode {
	i := slices.IndexFunc(actCodes, func(c actCode) bool { return c.act == a })
	if i < 0 {
		return actCode{}
	}
	return actCodes[i]
}

// Valid reports whether the act is on the list.
func (a Act) Valid() bool { return a.code().act != notAnAct }

// HURIDOCS is the act's code in list 4, or one beginning with W in our own layer.
func (a Act) HURIDOCS() string { return a.code().huridocs }

// Status is what people are to whom the act was done.
func (a Act) Status() Status { return a.code().status }

// Label names the act on pages: an English sentence key.
func (a Act) Label() string { return a.code().label }

var statusLabels = []struct {
	status Status
	label  string
	helped bool
}{
	{Detained, "People detained", false},
	{Killed, "People killed", false},
	{Tortured, "People tortured", false},
	{Threatened, "People threatened by their family", false},
	{Disappeared, "People forcibly disappeared", false},
	{Abducted, "People abducted", false},
	{Outed, "People outed", false},
	{Blackmailed, "People blackmailed", false},
	{AskedHelp, "People who asked for help", true},
	{Supported, "People supported", true},
	{LostContact, "People with whom contact was lost", true},
	{Evacuated, "People evacuated", true},
	{LeftCountry, "People who left the country", true},
}

// Statuses lists what can be counted.
func Statuses() []Status {
	out := make([]Status, len(statusLabels))
	for i, s := range statusLabels {
		out[i] = s.status
	}
	return out
}

// Label names what is counted: an English sentence key.
func (s Status) Label() string {
	for _, l := range statusLabels {
		if l.status == s {
			return l.label
		}
	}
	return ""
}

// OfHelp reports whether the status counts help given rather than harm done.
func (s Status) OfHelp() bool {
	for _, l := range statusLabels {
		if l.status == s {
			return l.helped
		}
	}
	return false
}

// Unit is what one of the number is.
type Unit string

// The units.
const (
	Persons  Unit = "persons"
	Families Unit = "families"
	Events   Unit = "events"
)

// Units lists the units.
func Units() []Unit { return []Unit{Persons, Families, Events} }

// SourceKind says what a source is.
type SourceKind string

// The kinds of source (HURIDOCS 19, shortened).
const (
	PersonSource SourceKind = "person"
	Organisation SourceKind = "organisation"
	UnnamedGroup SourceKind = "unnamed group"
	Media        SourceKind = "media"
	Authority    SourceKind = "authority"
	Document     SourceKind = "document"
	OpenWeb      SourceKind = "open web"
)

// SourceKinds lists the kinds of source.
func SourceKinds() []SourceKind {
	return []SourceKind{PersonSource, Organisation, UnnamedGroup, Media, Authority, Document, OpenWeb}
}

// Material is the kind of an item (HURIDOCS 16, shortened).
type Material string

// The materials. Physical ones can raise a finding to grade 4.
const (
	Testimony  Material = "testimony"
	Report     Material = "report"
	Press      Material = "press"
	Paper      Material = "document"
	Photograph Material = "photograph"
	Film       Material = "film"
	Recording  Material = "recording"
	Medical    Material = "medical finding"
	Restated   Material = "restated facts"
)

// Materials lists the materials.
func Materials() []Material {
	return []Material{Testimony, Report, Press, Paper, Photograph, Film, Recording, Medical, Restated}
}

// Physical reports whether the material is itself a trace: a document, a picture, a medical finding.
func (m Material) Physical() bool {
	return slices.Contains([]Material{Paper, Photograph, Film, Recording, Medical}, m)
}

// Hand says how near the source was.
type Hand string

// The hands.
const (
	FirstHand Hand = "first hand"
	Relayed   Hand = "relayed"
	Inferred  Hand = "inferred"
)

// Hands lists the hands.
func Hands() []Hand { return []Hand{FirstHand, Relayed, Inferred} }

// StatementKind says what an official or an organisation did by speaking.
type StatementKind string

// The kinds of statement.
const (
	Denial       StatementKind = "denial"
	Admission    StatementKind = "admission"
	Incitement   StatementKind = "incitement"
	Condemnation StatementKind = "condemnation"
	Promise      StatementKind = "promise"
	CallFor      StatementKind = "call for accountability"
	Warning      StatementKind = "warning against harmful use"
)

// StatementKinds lists the kinds of statement.
func StatementKinds() []StatementKind {
	return []StatementKind{Denial, Admission, Incitement, Condemnation, Promise, CallFor, Warning}
}
