package harvest

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"waylight/desk/internal/count"
	"waylight/desk/internal/foreign"
	"waylight/desk/internal/record"
	"waylight/internal/fault"
)

// Role says what a column is.
type Role string

// The roles. Whatever a column is, its words are kept in the item as they stand,
// except those that are left out and those of the identity.
const (
	Words    Role = "words"
	Own      Role = "own"      // by which the row is known again
	Title    Role = "title"    // of the item: stands openly
	Dated    Role = "dated"    // the day of the material
	Language Role = "language" // of the words
	Sayer    Role = "source"   // who says it
	Identity Role = "identity" // who that really is
	Consent  Role = "consent"
	Incident Role = "incident" // title of the incident
	When     Role = "when"
	Where    Role = "where"
	Point    Role = "point"
	Lat      Role = "lat"
	Lon      Role = "lon"
	Number   Role = "number"
	Verbatim Role = "verbatim" // the words of the claim
	Attached Role = "file"
	Leave    Role = "leave" // not kept at all
)

// Roles lists them in the order of pages.
func Roles() []Role {
	return []Role{Words, Own, Title, Dated, Language, Sayer, Identity, Consent, Incident, When, Where, Point, Lat, Lon, Number, Verbatim, Attached, Leave}
}

// several reports whether more than one column may have the role.
func (r Role) several() bool {
	return r == Words || r == Leave || r == Attached || r == Identity
}

// Whom says from whom the rows are.
type Whom string

// From whom the rows are.
const (
	OneSource Whom = "one"    // one source of the record
	EachOwn   Whom = "person" // each row is a person of its own
	ByName    Whom = "named"  // a column names the source
)

// Becomes says to which incident the rows belong.
type Becomes string

// To which incident the rows belong.
const (
	NoIncident  Becomes = "none"
	OwnIncident Becomes = "row"
	TheIncident Becomes = "one"
)

// Mapping is what a person chose for a collection.
type Mapping struct {
	Roles     map[string]Role
	Days      string // how 03/04/2017 is meant: "dmy", "mdy"; "": such days are refused
	Turned    bool   // longitude stands before latitude
	Whom      Whom
	Source    string            // of OneSource
	Kind      record.SourceKind // of ByName
	Material  record.Material
	Language  string
	Consent   string // where no column says it
	Open      bool   // the words name nobody and may stand openly
	Incidents Becomes
	Incident  string        // of TheIncident
	Status    record.Status // what the number counts; "": no claims
	Word      count.Word
	Unit      record.Unit
	Hand      record.Hand
}

var (
	meta   = regexp.MustCompile(`(?i)^(deviceid|simserial|subscriberid|phonenumber|username|_submitted_by|__version__|_version_|formhub/uuid|_xform_id_string|_bamboo_dataset_id|_status|_validation_status.*|_tags|_notes|meta/.*|start|end|today|_index|_parent.*|_id|_geolocation_.*|ReviewState|SubmitterID|SubmitterName|DeviceID|Edits|FormVersion|AttachmentsPresent|AttachmentsExpected|Status|__system/.*|geometry\.type)$`)
	naming = regexp.MustCompile(`(?i)(^|[/_ .-])(name|names|full_?name|first_?name|last_?name|surname|phone|phone_?number|mobile|telephone|contact|e-?mail|address|passport|имя|фамилия|отчество|фио|телефон|адрес)($|[/_ .-])`)
)

// Propose recognises columns by their names, and those that tell who somebody is by
// what stands in them. A person looks at it and decides.
func Propose(s foreign.Sheet) Mapping {
	m := Mapping{Roles: map[string]Role{}, Whom: OneSource, Kind: record.Organisation, Material: record.Report, Incidents: NoIncident, Word: count.Exactly, Unit: record.Persons, Hand: record.Relayed}
	switch s.Kind {
	case foreign.Kobo:
		m.Whom, m.Material, m.Hand = EachOwn, record.Testimony, record.FirstHand
	case foreign.GeoJSON:
		m.Incidents = OwnIncident
	}
	m.complete(s)
	return m
}

// complete gives every column of a sheet a role that has none yet, and drops those that are not in it.
func (m *Mapping) complete(s foreign.Sheet) {
	if m.Roles == nil {
		m.Roles = map[string]Role{}
	}
	for c := range m.Roles {
		if !slices.Contains(s.Columns, c) {
			delete(m.Roles, c)
		}
	}
	taken := map[Role]bool{}
	for _, r := range m.Roles {
		taken[r] = true
	}
	for _, want := range proposals(s.Kind) {
		for _, c := range s.Columns {
			if m.Roles[c] != "" || taken[want.role] && !want.role.several() || !want.is(c) {
				continue
			}
			m.Roles[c] = want.role
			taken[want.role] = true
		}
	}
	if m.Whom != OneSource { // a source of its own has an identity
		for _, c := range Telling(s) {
			if m.Roles[c] == "" {
				m.Roles[c] = Identity
			}
		}
	}
	for _, c := range s.Columns {
		if m.Roles[c] == "" {
			m.Roles[c] = Words
		}
	}
}

type proposal struct {
	role Role
	is   func(column string) bool
}

func called(names ...string) func(string) bool {
	return func(c string) bool {
		return slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(c, n) })
	}
}

func ends(suffix string) func(string) bool {
	return func(c string) bool { return strings.HasSuffix(strings.ToLower(c), suffix) }
}

func proposals(k foreign.Kind) []proposal {
	switch k {
	case foreign.Uwazi:
		return []proposal{{Own, called("id")}, {Own, called("sharedId")}, {Own, called("title")}, {Own, func(c string) bool { b, _, _ := strings.Cut(strings.ToLower(c), "__"); return b == "title" }},
			{Point, ends("_geolocation")}, {Point, called("geolocation")}, {Attached, called("file", "documents", "attachments", "supporting files", "primary documents")}, {Language, called("language")}}
	case foreign.Kobo:
		return []proposal{{Own, called("_uuid")}, {Own, called("meta/instanceID", "instanceID", "KEY", "__id")}, {Own, called("_id")}, {Dated, called("_submission_time", "SubmissionDate", "__system/submissionDate")},
			{Point, called("_geolocation")}, {Lat, called("_geolocation_latitude")}, {Lon, called("_geolocation_longitude")}, {Attached, called("_attachments")},
			{Leave, meta.MatchString}, {Identity, naming.MatchString}, {Consent, func(c string) bool { return strings.Contains(strings.ToLower(c), "consent") }}}
	}
	return []proposal{{Own, called("feature id")}, {Own, called("id", "uuid", "fid", "ogc_fid")}, {Point, called(foreign.ShapePoint)}, {Leave, called(foreign.ShapeType)}, {Incident, called("title", "name", "label")},
		{When, called("date", "event_date", "when")}, {Where, called("place", "location", "admin1", "settlement")}, {Number, called("victims", "number", "count", "fatalities")}}
}

// check looks whether a mapping fits together; f names the field of the form.
func (m Mapping) check(s foreign.Sheet) error {
	var k fault.Check
	once := map[Role]bool{}
	for _, c := range s.Columns {
		r := m.Roles[c]
		i := slices.Index(s.Columns, c)
		name := ColumnField(i)
		k.Field(slices.Contains(Roles(), r), name, "Say what this column is.")
		k.Field(r.several() || !once[r], name, "Only one column can be this.")
		once[r] = true
	}
	k.Field(slices.Contains([]Whom{OneSource, EachOwn, ByName}, m.Whom), "whom", "Say from whom it is.")
	k.Field(m.Whom != OneSource || m.Source != "", "source", "Choose the source.")
	k.Field(m.Whom != ByName || once[Sayer], "whom", "Say which column names the source.")
	k.Field(m.Whom != ByName || slices.Contains(record.SourceKinds(), m.Kind), "kind", "Choose what kind of source it is.")
	k.Field(m.Whom != OneSource || !once[Sayer] && !once[Identity], "whom", "Columns name who says it. Choose that each row is of its own.")
	k.Field(slices.Contains(record.Materials(), m.Material), "material", "Choose what kind of material it is.")
	k.Field(slices.Contains([]Becomes{NoIncident, OwnIncident, TheIncident}, m.Incidents), "incidents", "Say what becomes of incidents.")
	k.Field(m.Incidents != OwnIncident || once[Incident], "incidents", "Say which column is the title of the incident.")
	k.Field(m.Incidents != TheIncident || m.Incident != "", "incident", "Choose the incident.")
	k.Field(once[Lat] == once[Lon], "turned", "Latitude and longitude belong together.")
	k.Field(!(once[Point] && once[Lat]), "turned", "The position stands in one column or in two, not both.")
	if m.Status != "" {
		k.Field(m.Status.Label() != "", "status", "Choose what is counted.")
		k.Field(once[Number] || m.Word == count.Unknown, "word", "Say which column is the number, or choose “number unknown”.")
		k.Field(m.Word != count.Between, "word", "A column holds one number. Choose another way.")
		k.Field(slices.Contains(record.Units(), m.Unit), "unit", "Choose the unit.")
		k.Field(slices.Contains(record.Hands(), m.Hand), "hand", "Say how near the source was.")
	} else {
		k.Field(!once[Number], "status", "Say what the number counts.")
	}
	return k.Err()
}

// ColumnField is the name of the form's field for a column, by its place.
func ColumnField(i int) string {
	return "column" + string(rune('0'+i/100%10)) + string(rune('0'+i/10%10)) + string(rune('0'+i%10))
}

// by gives the columns of a role, in the order of the sheet.
func (m Mapping) by(s foreign.Sheet, r Role) (all []string) {
	for _, c := range s.Columns {
		if m.Roles[c] == r {
			all = append(all, c)
		}
	}
	return all
}

// cell is what the first column of a role holds in a row.
func (m Mapping) cell(s foreign.Sheet, row foreign.Row, r Role) (text, column string) {
	for _, c := range m.by(s, r) {
		return strings.TrimSpace(row.Cells[c]), c
	}
	return "", ""
}

// blank reports whether there is nothing to see.
func blank(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return !unicode.IsSpace(r) }) < 0
}
