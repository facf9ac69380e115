package harvest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"waylight/desk/internal/count"
	"waylight/desk/internal/edtf"
	"waylight/desk/internal/foreign"
	"waylight/desk/internal/record"
	"waylight/desk/internal/table"
)

// entry is one row as it would be kept.
type entry struct {
	row          foreign.Row
	own, content []byte
	item         record.Item
	sayer        string // name of the source
	identity     string
	incident     *record.Incident
	claim        *record.Claim
	files        []foreign.File
}

// plan is what a mapping makes of a sheet.
type plan struct {
	entries []entry
	wrong   []table.Wrong
	box     *Box
}

// Box is what all positions of a sheet span, so that a person sees at once when
// latitude and longitude were exchanged.
type Box struct{ South, North, West, East float64 }

// prints are the keyed fingerprints of a Desk.
type prints struct{ secret [32]byte }

func (p prints) of(what string, parts ...string) []byte {
	h := hmac.New(sha256.New, p.secret[:])
	h.Write([]byte("waylight/v1/harvest-" + what + "\n"))
	for _, s := range parts {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(s)))
		h.Write(n[:])
		h.Write([]byte(s))
	}
	return h.Sum(nil)
}

// What can be wrong with a row for the record.
const (
	noOwn      = "The row has no id by which it could be known again."
	again      = "Another row of the file has the same id."
	noDay      = "This is no day. Write it as 2017-04-09, 2017-04 or 2017."
	unclearDay = "It cannot be told which part is the day and which the month. Say above how dates are written."
	severalDay = "There are several dates in this cell. Choose another column, or keep it as words."
	noNumber   = "This is no whole number."
	noSayer    = "The row does not name its source."
	noIncident = "The row has no title for its incident."
	lostFile   = "A file that this row names is not in the zip, or there are several of that name."
	badFile    = "A file of this row is damaged in the zip."
	halfPoint  = "One of latitude and longitude is missing."
	gone       = "What came from this row before was destroyed here. It is not taken in again."
	tongue     = "Write the language as a short code, such as ru or en."
)

// Sentences lists what can be wrong with a row, for translation.
func Sentences() []string {
	return []string{noOwn, again, noDay, unclearDay, severalDay, noNumber, noSayer, noIncident, lostFile, badFile, halfPoint, gone, tongue}
}

// lay makes entries of rows. A row with anything wrong becomes none.
func lay(s foreign.Sheet, m Mapping, collection string, missing bool, p prints, today edtf.Date) plan {
	var out plan
	seen := map[string]bool{}
	for _, row := range s.Rows {
		l := layer{s: s, m: m, row: row, missing: missing, wrong: slices.Clone(row.Wrong)}
		e := l.entry(collection, p, today)
		if e.own != nil && seen[string(e.own)] {
			_, column := m.cell(s, row, Own)
			l.bad(column, again)
		}
		if e.own != nil {
			seen[string(e.own)] = true
		}
		if len(l.wrong) > 0 {
			out.wrong = append(out.wrong, l.wrong...)
			continue
		}
		out.entries = append(out.entries, e)
		if l.placed {
			out.take(l.lat, l.lon)
		}
	}
	return out
}

func (p *plan) take(lat, lon float64) {
	if p.box == nil {
		p.box = &Box{lat, lat, lon, lon}
	}
	p.box.South, p.box.North = min(p.box.South, lat), max(p.box.North, lat)
	p.box.West, p.box.East = min(p.box.West, lon), max(p.box.East, lon)
}

// layer reads one row.
type layer struct {
	s        foreign.Sheet
	m        Mapping
	row      foreign.Row
	missing  bool // files may be missing
	wrong    []table.Wrong
	placed   bool
	lat, lon float64
}

func (l *layer) bad(column, what string) {
	l.wrong = append(l.wrong, table.Wrong{Line: l.row.Line, Column: column, What: what})
}

func (l *layer) entry(collection string, p prints, today edtf.Date) entry {
	e := entry{row: l.row}
	e.files = l.files()
	own, column := l.m.cell(l.s, l.row, Own)
	var parts []string
	for _, c := range l.s.Columns {
		if l.m.Roles[c] != Leave && l.row.Cells[c] != "" {
			parts = append(parts, c, l.row.Cells[c])
		}
	}
	for _, f := range e.files {
		parts = append(parts, f.Name, strconv.FormatInt(f.Size, 10), strconv.FormatUint(uint64(f.CRC), 16))
	}
	e.content = p.of("content", parts...)
	switch {
	case own != "":
		e.own = p.of("own", collection, own)
	case column == "": // nobody said which column it is: the whole row is its own id
		e.own = p.of("own", append([]string{collection}, parts...)...)
	default:
		l.bad(column, noOwn)
	}
	short := strings.ToUpper(hex.EncodeToString(e.content[:3]))
	if e.own != nil {
		short = strings.ToUpper(hex.EncodeToString(e.own[:3]))
	}
	l.position()
	l.item(&e, collection, short)
	l.who(&e, short)
	l.happened(&e)
	l.claimed(&e, today)
	return e
}

func (l *layer) item(e *entry, collection, short string) {
	title, _ := l.m.cell(l.s, l.row, Title)
	if title == "" {
		title = collection + ", " + short
	}
	consent, _ := l.m.cell(l.s, l.row, Consent)
	if consent == "" {
		consent = l.m.Consent
	}
	lang, column := l.m.cell(l.s, l.row, Language)
	if lang == "" {
		lang = l.m.Language
	}
	if len(lang) > 35 || lang != "" && !code.MatchString(lang) {
		if column != "" {
			lang = "" // "Spanish" stays in the words
		} else {
			l.bad("", tongue)
		}
	}
	e.item = record.Item{Title: title, Material: l.m.Material, Language: lang, Dated: l.day(Dated), Consent: consent, Words: l.words(false),
		How: "taken over from " + string(l.s.Kind) + ", collection " + collection}
}

var code = regexp.MustCompile(`^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)

// words are the row's cells as they stand; who somebody is goes into the identity instead.
func (l *layer) words(identity bool) string {
	var b strings.Builder
	for _, c := range l.s.Columns {
		if v := l.row.Cells[c]; !blank(v) && l.m.Roles[c] != Leave && (l.m.Roles[c] == Identity) == identity {
			b.WriteString(c + ": " + v + "\n")
		}
	}
	return strings.TrimRight(b.String(), "\n")
}

func (l *layer) who(e *entry, short string) {
	name, column := l.m.cell(l.s, l.row, Sayer)
	switch l.m.Whom {
	case EachOwn:
		if e.sayer = name; name == "" {
			e.sayer = "Person " + short
		}
	case ByName:
		if e.sayer = name; name == "" {
			l.bad(column, noSayer)
		}
	}
	var parts []string
	for _, c := range l.m.by(l.s, Identity) {
		if v := strings.TrimSpace(l.row.Cells[c]); v != "" {
			parts = append(parts, v)
		}
	}
	e.identity = strings.Join(parts, "\n")
}

func (l *layer) happened(e *entry) {
	if l.m.Incidents != OwnIncident {
		l.day(When) // looked at all the same
		return
	}
	title, column := l.m.cell(l.s, l.row, Incident)
	if title == "" {
		l.bad(column, noIncident)
	}
	place, _ := l.m.cell(l.s, l.row, Where)
	if l.placed { // to about a kilometre: the very spot stays in the item
		at := strconv.FormatFloat(l.lat, 'f', 2, 64) + ", " + strconv.FormatFloat(l.lon, 'f', 2, 64)
		if place == "" {
			place = at
		} else {
			place += " (" + at + ")"
		}
	}
	e.incident = &record.Incident{Title: title, Place: place, PlaceRough: true, Span: l.day(When)}
}

func (l *layer) position() {
	text, column := l.m.cell(l.s, l.row, Point)
	if text == "" {
		lat, c := l.m.cell(l.s, l.row, Lat)
		lon, c2 := l.m.cell(l.s, l.row, Lon)
		switch {
		case lat == "" && lon == "":
			return
		case lat == "" || lon == "":
			l.bad(c+c2, halfPoint)
			return
		}
		text, column = strings.ReplaceAll(lat, ",", ".")+" "+strings.ReplaceAll(lon, ",", "."), c
	}
	bad := ""
	turned := l.m.Turned && l.s.Kind != foreign.GeoJSON // there the reader has put them right
	if l.lat, l.lon, bad = foreign.Point(text, turned); bad != "" {
		l.bad(column, bad)
		return
	}
	l.placed = true
}

func (l *layer) claimed(e *entry, today edtf.Date) {
	if l.m.Status == "" {
		return
	}
	text, column := l.m.cell(l.s, l.row, Number)
	c := record.Claim{Status: l.m.Status, Counts: true, Unit: l.m.Unit, Hand: l.m.Hand, Asserted: e.item.Dated}
	if c.Asserted == "" {
		c.Asserted = today
	}
	switch {
	case l.m.Word == count.Unknown:
		c.Bound = count.Bound{Word: count.Unknown}
	case text == "":
		return // the row says no number: it claims none
	default:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < 0 || n > count.Limit {
			l.bad(column, noNumber)
			return
		}
		c.Bound = count.Bound{Word: l.m.Word, Value: n}
	}
	if said, _ := l.m.cell(l.s, l.row, Verbatim); said != "" {
		c.Verbatim = said
	}
	e.claim = &c
}

func (l *layer) files() (all []foreign.File) {
	for _, c := range l.m.by(l.s, Attached) {
		found, missing := l.s.Files(l.row, l.row.Cells[c])
		all = append(all, found...)
		if len(missing) > 0 && !l.missing {
			l.bad(c, lostFile)
		}
	}
	return all
}

// day reads the date of a role.
func (l *layer) day(r Role) edtf.Date {
	text, column := l.m.cell(l.s, l.row, r)
	d, bad := day(text, l.m.Days)
	if bad != "" {
		l.bad(column, bad)
	}
	return d
}

var (
	moment  = regexp.MustCompile(`^(\d{4}-\d{2}-\d{2})[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?$`)
	slashed = regexp.MustCompile(`^(\d{4})/(\d{1,2})/(\d{1,2})$`)
	turned  = regexp.MustCompile(`^(\d{1,2})[./-](\d{1,2})[./-](\d{4})$`)
)

// day reads a date as other programs write it; a span as Uwazi does, with a colon.
func day(text, order string) (edtf.Date, string) {
	if text == "" {
		return "", ""
	}
	if strings.Contains(text, "|") {
		return "", severalDay
	}
	if m := moment.FindStringSubmatch(text); m != nil {
		text = m[1]
	}
	if from, to, ok := strings.Cut(text, ":"); ok {
		a, bad := day(strings.TrimSpace(from), order)
		b, bad2 := day(strings.TrimSpace(to), order)
		switch {
		case bad+bad2 != "":
			return "", max(bad, bad2)
		case a == "" || b == "":
			return parsed(ends2(a, b))
		}
		return parsed(string(a) + "/" + string(b))
	}
	if m := slashed.FindStringSubmatch(text); m != nil {
		return parsed(m[1] + "-" + two(m[2]) + "-" + two(m[3]))
	}
	if m := turned.FindStringSubmatch(text); m != nil {
		switch {
		case order == "dmy" || strings.Contains(text, "."): // with full stops the day always comes first
			return parsed(m[3] + "-" + two(m[2]) + "-" + two(m[1]))
		case order == "mdy":
			return parsed(m[3] + "-" + two(m[1]) + "-" + two(m[2]))
		}
		return "", unclearDay
	}
	return parsed(text)
}

func ends2(a, b edtf.Date) string {
	if a == "" {
		return "../" + string(b)
	}
	return string(a) + "/.."
}

func two(s string) string {
	if len(s) == 1 {
		return "0" + s
	}
	return s
}

func parsed(text string) (edtf.Date, string) {
	d, err := edtf.Parse(text)
	if err != nil {
		return "", noDay
	}
	return d, ""
}
