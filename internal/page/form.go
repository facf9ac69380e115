package page

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"waylight/internal/fault"
	"waylight/internal/i18n"
)

// Form is the state of a page's form: what was typed and what is wrong with it.
// Templates make fields from it, so that a field shows its value and its error:
//
//	{{template "field" ((.Form.Text "name" (.T "Name")).Hint (.T "As colleagues see it."))}}
type Form struct {
	i18n.Words
	Values  url.Values
	Errors  []fault.Field
	Message string // English sentence over the fields' errors; empty: a standing one
	Args    []any  // of the message
}

// Option is one choice of a select, radios or checkboxes.
type Option struct {
	Value, Label string // the label is already in the person's language
	Hint         string
}

// Field is one question of a form, drawn by the partial "field".
type Field struct {
	i18n.Words
	Kind       string // text, area, select, radios, checks, file, or an input's type
	Name, ID   string
	Label      string
	HintText   string
	Error      string // in the person's language
	Values     []string
	Options    []Option
	RowCount   int
	IsOptional bool
	Auto       string // autocomplete token; "off" unless set
	Width      string // short, medium, full
	Zone       string // of a day and time: in which zone it is typed
}

// Failed reports whether the form has errors to show.
func (f Form) Failed() bool { return len(f.Errors) > 0 || f.Message != "" }

// Problem is one line of the error summary.
type Problem struct{ Href, Text string }

// Problems lists the errors in the order of the fields.
func (f Form) Problems() []Problem {
	out := make([]Problem, 0, len(f.Errors))
	for _, e := range f.Errors {
		out = append(out, Problem{Text: f.T(e.Message)})
		if e.Name != "" {
			out[len(out)-1].Href = "#" + fieldID(e.Name)
		}
	}
	return out
}

// Head is the sentence over the error summary.
func (f Form) Head() string {
	if f.Message == "" {
		return f.T(i18n.Key("Please look at the marked fields."))
	}
	return f.T(f.Message, f.Args...)
}

func fieldID(name string) string {
	return "f-" + strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' {
			return r
		}
		return '-'
	}, name)
}

func (f Form) field(kind, name, label string, options []Option) Field {
	x := Field{Words: f.Words, Kind: kind, Name: name, ID: fieldID(name), Label: label, Values: f.Values[name], Options: options, Auto: "off", RowCount: 4}
	for _, e := range f.Errors {
		if e.Name == name {
			x.Error = f.T(e.Message)
			break
		}
	}
	return x
}

// Text is a one-line question.
func (f Form) Text(name, label string) Field { return f.field("text", name, label, nil) }

// Input is a one-line question of another input type: password, number, email, search, time.
func (f Form) Input(kind, name, label string) Field { return f.field(kind, name, label, nil) }

// Moment asks for a day and a time, in the zone of the form's words. The zone is
// said in the label and sent with the answer: what was typed keeps its meaning
// when the member has chosen another zone meanwhile.
func (f Form) Moment(name, label string, t time.Time) Field {
	x := f.field("datetime-local", name, label, nil)
	x.Zone = f.ZoneName()
	if sent := f.Values.Get(name + "-zone"); sent != "" {
		x.Zone = sent
	}
	x.Label += " (" + x.Zone + ")"
	if !t.IsZero() {
		x = x.Or(f.Here(t).Format("2006-01-02T15:04"))
	}
	return x
}

// Date asks for a calendar day as 2017-04-09.
func (f Form) Date(name, label string) Field {
	x := f.field("date", name, label, nil)
	x.Width = "short"
	return x
}

// Area is a question with room for several lines.
func (f Form) Area(name, label string) Field { return f.field("area", name, label, nil) }

// Select is a choice of one from a closed list.
func (f Form) Select(name, label string, options []Option) Field {
	return f.field("select", name, label, options)
}

// Radios is a choice of one, all in sight.
func (f Form) Radios(name, label string, options []Option) Field {
	return f.field("radios", name, label, options)
}

// Checks is a choice of any.
func (f Form) Checks(name, label string, options []Option) Field {
	return f.field("checks", name, label, options)
}

// File asks for files.
func (f Form) File(name, label string) Field { return f.field("file", name, label, nil) }

// Hint adds a line of help under the label.
func (x Field) Hint(s string) Field { x.HintText = s; return x }

// Optional says that the question may stay empty.
func (x Field) Optional() Field { x.IsOptional = true; return x }

// Rows sets the height of an area.
func (x Field) Rows(n int) Field { x.RowCount = n; return x }

// In tells apart fields of one name that stand in several forms of a page. The form
// to which errors lead has place "".
func (x Field) In(place string) Field {
	if place != "" {
		x.ID += "-" + place
	}
	return x
}

// Type is the input's type. A day that is none stands as text: a field of days would
// show nothing of it, and whoever typed it could not mend it.
func (x Field) Type() string {
	layouts := map[string]string{"date": time.DateOnly, "datetime-local": "2006-01-02T15:04"}
	if layout, day := layouts[x.Kind]; day && x.Value() != "" {
		if _, err := time.Parse(layout, x.Value()); err != nil {
			return "text"
		}
	}
	return x.Kind
}

// Short makes the field as wide as a number or a date.
func (x Field) Short() Field { x.Width = "short"; return x }

// Complete lets the browser fill the field in ("current-password", "username").
func (x Field) Complete(token string) Field { x.Auto = token; return x }

// Or gives the value that stands in the field until something is typed.
func (x Field) Or(values ...string) Field {
	if x.Values == nil {
		x.Values = values
	}
	return x
}

// Value is the first value.
func (x Field) Value() string {
	if len(x.Values) == 0 {
		return ""
	}
	return x.Values[0]
}

// Has reports whether an option is chosen.
func (x Field) Has(value string) bool { return slices.Contains(x.Values, value) }

// Describes lists the ids that describe the input, for aria-describedby.
func (x Field) Describes() string {
	var ids []string
	if x.HintText != "" {
		ids = append(ids, x.ID+"-hint")
	}
	if x.Error != "" {
		ids = append(ids, x.ID+"-error")
	}
	return strings.Join(ids, " ")
}
