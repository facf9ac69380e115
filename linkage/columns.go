package linkage

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// Kind is what a column holds.
type Kind string

// The kinds of columns. Ignore and RecordID are never evidence.
const (
	Given      Kind = "given"
	Surname    Kind = "surname"
	Patronymic Kind = "patronymic"
	FullName   Kind = "name"
	Date       Kind = "date"
	Age        Kind = "age" // or a year
	ID         Kind = "id"  // a document, a number of a person
	Phone      Kind = "phone"
	Place      Kind = "place"
	Address    Kind = "address"
	Number     Kind = "number" // house, postcode
	Category   Kind = "category"
	Text       Kind = "text"
	RecordID   Kind = "record"
	Ignore     Kind = "ignore"
)

// Kinds lists every kind that settings may name.
func Kinds() []Kind {
	return []Kind{Given, Surname, Patronymic, FullName, Date, Age, ID, Phone, Place, Address, Number, Category, Text, RecordID, Ignore}
}

// headers are words of column names, the first that fits wins. A word that
// ends in "=" must be the whole name.
var headers = []struct {
	kind  Kind
	words []string
}{
	{RecordID, []string{"rec id=", "record id=", "id=", "recid=", "record=", "row id=", "entry id=", "запись=", "ид=", "ид записи=", "номер записи="}},
	{Number, []string{"street number", "house", "postcode", "post code", "postal", "zip", "дом", "индекс", "квартира"}},
	{Patronymic, []string{"patronym", "middle name", "father", "second name", "отчество"}},
	{Given, []string{"given", "first name", "firstname", "forename", "fname", "vorname", "имя"}},
	{Surname, []string{"surname", "last name", "lastname", "family name", "lname", "nachname", "фамилия"}},
	{FullName, []string{"name=", "full name", "fullname", "fio=", "фио=", "person="}},
	{Date, []string{"date", "dob", "birthday", "born=", "дата", "родился", "родилась"}},
	{Age, []string{"age=", "возраст", "birth year", "year of birth", "yob", "год"}},
	{Phone, []string{"phone", "mobile", "tel=", "телефон"}},
	{ID, []string{"soc sec", "ssn", "passport", "document", "national id", "паспорт", "снилс", "инн="}},
	{Category, []string{"sex=", "gender", "state=", "region", "nationality", "пол=", "область", "регион"}},
	{Address, []string{"address", "street", "адрес", "улица"}},
	{Place, []string{"suburb", "city", "town", "village", "place", "locality", "district", "город", "село", "место", "район"}},
}

// A Reading is how a column was understood, to be shown and put right.
type Reading struct {
	List   string `json:"list"`
	Header string `json:"column"`
	Kind   Kind   `json:"kind"`
	Why    string `json:"why"` // "name", "content" or "settings"
}

// recognise says what a column holds, by its name, else by its content.
func recognise(c *Column, n int) (Kind, string) {
	name := plainHeader(c.Header)
	for _, h := range headers {
		for _, w := range h.words {
			whole, must := strings.CutSuffix(w, "=")
			if name == whole || !must && strings.Contains(name, whole) {
				return h.kind, "name"
			}
		}
	}
	return byContent(c, n), "content"
}

func plainHeader(h string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(h), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), " ")
}

func byContent(c *Column, n int) Kind {
	filled, dates, digits, long := 0, 0, 0, 0
	for i, v := range c.Values {
		if i == 0 || filled == 5000 {
			continue
		}
		filled++
		if _, ok := parseDate(v); ok {
			dates++
		}
		if strings.IndexFunc(v, unicode.IsLetter) < 0 {
			digits++
		}
		if len([]rune(v)) > 60 {
			long++
		}
	}
	switch {
	case filled == 0 || 2*long > filled:
		return Ignore
	case 10*dates >= 8*filled:
		return Date
	case 10*digits >= 9*filled && len(c.Values) > n/2:
		return ID
	case 10*digits >= 9*filled:
		return Number
	case filled <= 60 && filled*10 < n:
		return Category
	}
	return Text
}

// understand recognises the columns of every list and joins those that hold the
// same thing. Settings win: "column" or "list:column" to kind.
func understand(lists []*List, settings map[string]Kind) ([]Reading, []*field, error) {
	used := map[string]bool{}
	var readings []Reading
	var fields []*field
	for li, l := range lists {
		taken := map[*field]bool{}
		for _, c := range l.Columns {
			kind, why := recognise(c, l.Len)
			for _, key := range []string{c.Header, l.Name + ":" + c.Header} {
				if k, ok := settings[key]; ok {
					kind, why, used[key] = k, "settings", true
				}
			}
			if !slices.Contains(Kinds(), kind) {
				return nil, nil, &Problem{List: l.Name, What: fmt.Sprintf("column %q: there is no kind %q", clip(c.Header), clip(string(kind))), Todo: fmt.Sprintf("the kinds are %v", Kinds())}
			}
			readings = append(readings, Reading{l.Name, c.Header, kind, why})
			switch kind {
			case RecordID:
				if err := l.identify(c); err != nil {
					return nil, nil, err
				}
			case Ignore:
			default:
				f := place(&fields, taken, c.Header, kind)
				taken[f] = true
				f.columns[li] = c
			}
		}
	}
	for key := range settings {
		if !used[key] {
			return nil, nil, &Problem{List: "settings", What: fmt.Sprintf("no list has a column %q", clip(key)), Todo: "name a column as the list names it, or LIST:COLUMN"}
		}
	}
	fields = slices.DeleteFunc(fields, func(f *field) bool { return len(lists) > 1 && len(f.columns) < 2 })
	if len(fields) == 0 {
		return nil, nil, &Problem{List: lists[0].Name, What: "no column can be used to tell people apart", Todo: "name the columns in the settings: given, surname, date, place, id, phone"}
	}
	if len(fields) > maxFields {
		return nil, nil, &Problem{List: lists[0].Name, What: fmt.Sprintf("%d columns would be compared; at most %d can be", len(fields), maxFields), Todo: "set the kind of the least telling ones to ignore"}
	}
	return readings, fields, nil
}

// place finds the field that a column belongs to: the same name, or the same
// kind where the list has none of the kind yet.
func place(fields *[]*field, taken map[*field]bool, header string, kind Kind) *field {
	name := plainHeader(header)
	for _, f := range *fields {
		if f.kind == kind && f.plain == name && !taken[f] {
			return f
		}
	}
	for _, f := range *fields {
		if f.kind == kind && !taken[f] && kind != Text && kind != Category && kind != Number {
			return f
		}
	}
	f := &field{name: header, plain: name, kind: kind, columns: map[int]*Column{}}
	*fields = append(*fields, f)
	return f
}

// identify takes c as the column of ids.
func (l *List) identify(c *Column) error {
	first := room[int32](l.scratch, len(c.Values)) // by value: the record that has it, from 1
	defer free(l.scratch, first)
	for i, v := range c.Code {
		if v == 0 {
			return &Problem{List: l.Name, Line: i + 2, What: fmt.Sprintf("no id in column %q", clip(c.Header)), Todo: "give each record an id, or set the column to ignore: records are then counted"}
		}
		if j := first[v]; j > 0 {
			return &Problem{List: l.Name, Line: i + 2, What: fmt.Sprintf("the id in column %q already stands at record %d", clip(c.Header), j), Todo: "give each record its own id, or set the column to id or ignore"}
		}
		first[v] = int32(i + 1)
	}
	l.ids = c
	return nil
}
