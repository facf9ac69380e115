package scenario

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"waylight/desk/internal/edtf"
	"waylight/internal/clock"
)

// reading collects errors while nodes become values.
type reading struct{ errors Errors }

func (r *reading) wrong(line int, path, format string, args ...any) {
	r.errors = append(r.errors, Error{Line: line, Path: path, Text: fmt.Sprintf(format, args...)})
}

// fields reads one object; done reports the fields that nobody asked for.
type fields struct {
	r     *reading
	node  node
	path  string
	asked []string
}

func (r *reading) object(n node, path string) *fields {
	if n.kind != object {
		r.wrong(n.line, path, "Here must stand an object in braces, not %s.", n.kind)
	}
	return &fields{r: r, node: n, path: path}
}

func (f *fields) find(name string) (node, bool) {
	f.asked = append(f.asked, name)
	for _, m := range f.node.members {
		if m.name == name {
			return m.node, true
		}
	}
	return node{}, false
}

func (f *fields) has(name string) bool {
	return slices.ContainsFunc(f.node.members, func(m member) bool { return m.name == name })
}

// need finds a field and reports its absence or its wrong kind.
func (f *fields) need(name string, k kind) (node, bool) {
	n, ok := f.find(name)
	if !ok {
		if f.node.kind == object {
			f.wrong("", "The field %q is missing. Add it.", name)
		}
		return node{}, false
	}
	return n, f.is(n, name, k)
}

// may finds a field that can be absent.
func (f *fields) may(name string, k kind) (node, bool) {
	n, ok := f.find(name)
	return n, ok && f.is(n, name, k)
}

func (f *fields) is(n node, name string, k kind) bool {
	if n.kind != k {
		f.r.wrong(n.line, join(f.path, name), "Here must stand %s, not %s.", k, n.kind)
	}
	return n.kind == k
}

// wrong reports an error at a field, or at the object when name is "".
func (f *fields) wrong(name, format string, args ...any) {
	line, path := f.node.line, f.path
	for _, m := range f.node.members {
		if m.name == name {
			line, path = m.line, join(f.path, name)
		}
	}
	f.r.wrong(line, path, format, args...)
}

func (f *fields) done() {
	for _, m := range f.node.members {
		if !slices.Contains(f.asked, m.name) {
			f.r.wrong(m.line, join(f.path, m.name), "This field is not known here. Remove it, or correct it to one of: %s.", strings.Join(f.asked, ", "))
		}
	}
}

// text needs a text that is not empty.
func (f *fields) text(name string) string {
	n, ok := f.need(name, text)
	if ok && strings.TrimSpace(n.text) == "" {
		f.wrong(name, "This text is empty. Write it, or remove the entry.")
	}
	return n.text
}

// words reads a text that may be absent.
func (f *fields) words(name string) string {
	n, _ := f.may(name, text)
	return n.text
}

// one needs a text out of a list.
func (f *fields) one(name string, of ...string) string {
	v := f.text(name)
	if v != "" && !slices.Contains(of, v) {
		f.wrong(name, "%q is not known here. Use one of: %s.", v, strings.Join(of, ", "))
	}
	return v
}

func (f *fields) truth(name string) bool {
	n, _ := f.need(name, boolean)
	return n.truth
}

// whole needs a whole number that is not negative.
func (f *fields) whole(name string) int64 {
	n, ok := f.need(name, number)
	if !ok {
		return 0
	}
	return f.integer(name, n)
}

func (f *fields) integer(name string, n node) int64 {
	v, err := strconv.ParseInt(n.text, 10, 64)
	if err != nil || v < 0 {
		f.wrong(name, "%s is not a whole number of zero or more.", n.text)
		return 0
	}
	return v
}

// tenths needs a number with at most one decimal place.
func (f *fields) tenths(name string) int64 {
	n, ok := f.need(name, number)
	if !ok {
		return 0
	}
	whole, part, _ := strings.Cut(n.text, ".")
	v, err := strconv.ParseInt(whole+(part + "0")[:1], 10, 64)
	if err != nil || v < 0 || len(part) > 1 {
		f.wrong(name, "%s is not a number of zero or more with one decimal place.", n.text)
		return 0
	}
	return v
}

func (f *fields) date(name string) edtf.Date {
	v := f.text(name)
	if strings.TrimSpace(v) == "" {
		return ""
	}
	d, err := edtf.Parse(v)
	if err != nil {
		f.wrong(name, "%s.", sentence(err))
	}
	return d
}

// day needs one calendar day.
func (f *fields) day(name string) clock.Day {
	d := f.date(name)
	if d != "" && (d.Precision() != "day" || d.Approximate()) {
		f.wrong(name, "%q is not one day; write it as 2017-04-09.", d)
	}
	return clock.Day(d)
}

// texts reads a list of texts that may be absent.
func (f *fields) texts(name string) []string {
	n, _ := f.may(name, list)
	var out []string
	for i, x := range n.items {
		if x.kind != text || strings.TrimSpace(x.text) == "" {
			f.r.wrong(x.line, fmt.Sprintf("%s[%d]", join(f.path, name), i), "Here must stand text that is not empty.")
			continue
		}
		out = append(out, x.text)
	}
	return out
}

// each reads a list of objects that may be absent.
func (f *fields) each(name string, read func(*fields)) {
	n, _ := f.may(name, list)
	for i, x := range n.items {
		o := f.r.object(x, fmt.Sprintf("%s[%d]", join(f.path, name), i))
		if x.kind == object {
			read(o)
			o.done()
		}
	}
}

// part reads an object that may be absent.
func (f *fields) part(name string, read func(*fields)) {
	n, ok := f.may(name, object)
	if !ok {
		return
	}
	o := f.r.object(n, join(f.path, name))
	read(o)
	o.done()
}

func sentence(err error) string {
	s := err.Error()
	return strings.ToUpper(s[:1]) + s[1:]
}
