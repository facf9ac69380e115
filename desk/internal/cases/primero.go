package cases

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/table"
	"waylight/internal/fault"
)

// Mapped is one field of another system and what it becomes here.
type Mapped struct {
	Field string // its name there
	To    string // what it becomes, an English sentence, key of its translation
}

// PrimeroMap is how fields of Primero's standard case forms are taken over. What
// stands here not is kept in a note of the case, word for word.
func PrimeroMap() []Mapped {
	return []Mapped{
		{"name_first, name_middle, name_last, name, name_nickname, name_other", "the name of the first person"},
		{"telephone_current, address_current, location_current", "the contact of the first person"},
		{"national_id_no, other_id_type, other_id_no, unhcr_individual_no", "the papers in words of the first person"},
		{"age, date_of_birth", "a minor, below 18; the age and birthday stand under anything else"},
		{"risk_level", "the time in which a decision is owed: high a day, medium three days, low two weeks"},
		{"family_details_section", "further persons of the case, with name, contact and role"},
		{"notes_section", "notes, each with its own day and author"},
		{"case_id", "a fingerprint, so that the same case does not come in twice"},
		{"consent_for_services, consent_reporting, disclosure_other_orgs", "a note: a consent without a day and a recipient is none here; ask again"},
	}
}

// Foreign is what an import from another system did, or would do.
type Foreign struct {
	Cases []ForeignCase
	Wrong []table.Wrong // Line counts the cases of the file, from 1
}

// ForeignCase is one case that came from another system.
type ForeignCase struct {
	Theirs string // the number by which their people call it, as the file gives it
	Ours   string // the code here
	People int
	Notes  int
	Left   []string // names of fields that were kept as a note
	Known  bool     // it came in before: nothing was done
}

// TakePrimero takes cases in that were exported from Primero as JSON: one case, a
// list of them, or an answer of its interface ({"data": […]}). All or nothing;
// with try nothing is kept.
func (b *Book) TakePrimero(ctx context.Context, actor staff.Actor, raw []byte, try bool) (out Foreign, err error) {
	if err := actor.Must(staff.Caseworker); err != nil {
		return out, err
	}
	text, bad := table.Decode(raw)
	if bad != "" {
		return out, fault.Bad("file", bad)
	}
	list, err := primeroCases([]byte(text))
	if err != nil {
		return out, err
	}
	if len(list) > mostRows {
		return out, fault.Bad("file", "One file may hold 1,000 cases. Send it in parts.")
	}
	err = b.within(ctx, func(tx Store) error {
		out = Foreign{}
		var r TableReport
		in := newTaking(ctx, b, tx, actor, &r)
		for i, c := range list {
			f, err := in.primero(c)
			if err := in.note(i+1, err); err != nil {
				return err
			}
			out.Cases = append(out.Cases, f)
		}
		if out.Wrong = r.Wrong; try || len(out.Wrong) > 0 {
			return errUndo
		}
		return tx.Append(ctx, ledger.Entry{Actor: actor.ID, Action: "cases.primero-taken", Detail: struct{ Cases int }{len(list)}})
	})
	if errors.Is(err, errUndo) {
		return out, nil
	}
	if err == nil {
		b.finder.changed(actor.ID)
	}
	return out, err
}

// record is one JSON object whose fields have not been looked at yet.
type foreignRecord map[string]json.RawMessage

func primeroCases(raw []byte) ([]foreignRecord, error) {
	notJSON := fault.Bad("file", "This is no JSON of cases. Export the cases from Primero as JSON and send that file.")
	if len(bytes.TrimSpace(raw)) == 0 {
		return nil, fault.Bad("file", "Choose a file.")
	}
	var list []foreignRecord
	switch d := json.NewDecoder(bytes.NewReader(raw)); bytes.TrimSpace(raw)[0] {
	case '[':
		if d.Decode(&list) != nil || trailing(d) {
			return nil, notJSON
		}
	case '{':
		var one foreignRecord
		if d.Decode(&one) != nil || trailing(d) {
			return nil, notJSON
		}
		list = []foreignRecord{one}
		if data, ok := one["data"]; ok {
			var whole struct {
				Data json.RawMessage `json:"data"`
			}
			if json.Unmarshal(raw, &whole) != nil {
				return nil, notJSON
			}
			list = nil
			if json.Unmarshal(data, &list) != nil {
				var single foreignRecord
				if json.Unmarshal(data, &single) != nil {
					return nil, notJSON
				}
				list = []foreignRecord{single}
			}
		}
	default:
		return nil, notJSON
	}
	if len(list) == 0 {
		return nil, fault.Bad("file", "There is no case in this file.")
	}
	for _, c := range list {
		if c == nil {
			return nil, notJSON
		}
	}
	return list, nil
}

func trailing(d *json.Decoder) bool {
	_, err := d.Token()
	return !errors.Is(err, io.EOF)
}

// taker takes fields out of a record and remembers which are left.
type taker struct{ left foreignRecord }

// text takes a field as words: a list is joined, a number written out.
func (t taker) text(name string) string {
	raw, ok := t.left[name]
	if !ok {
		return ""
	}
	delete(t.left, name)
	return plainJSON(raw)
}

func (t taker) join(sep string, names ...string) string {
	var out []string
	for _, n := range names {
		if s := t.text(n); s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return strings.Join(out, sep)
}

func plainJSON(raw json.RawMessage) string {
	var v any
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if d.Decode(&v) != nil {
		return string(raw)
	}
	return plainValue(v)
}

func plainValue(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return strings.TrimSpace(v)
	case bool:
		return word(v)
	case []any:
		var all []string
		for _, x := range v {
			if s := plainValue(x); s != "" {
				all = append(all, s)
			}
		}
		return strings.Join(all, ", ")
	case map[string]any:
		var all []string
		for _, k := range slices.Sorted(maps.Keys(v)) {
			if s := plainValue(v[k]); s != "" {
				all = append(all, k+": "+s)
			}
		}
		return strings.Join(all, "; ")
	}
	return fmt.Sprint(v)
}

// primero takes one case in.
func (in *taking) primero(c foreignRecord) (f ForeignCase, err error) {
	t := taker{left: maps.Clone(c)}
	id := t.text("case_id")
	if id == "" {
		id = t.text("id")
	}
	f.Theirs = t.join(" ", "case_id_display")
	if f.Theirs == "" {
		f.Theirs = t.text("short_id")
	}
	if id == "" {
		return f, fault.Bad("case_id", "This case has no case_id. Was it exported from Primero?")
	}
	print, err := phrasePrint(in.ctx, in.tx, "primero/"+id)
	if err != nil {
		return f, err
	}
	file, err := in.tx.FileOfOrigin(in.ctx, print)
	if err == nil {
		f.Known = true
		if _, err := in.tx.Grant(in.ctx, file, in.actor.ID); err == nil {
			if known, err := in.tx.File(in.ctx, file); err == nil {
				f.Ours = known.Pseudonym
			}
		}
		return f, nil
	}
	if fault.KindOf(err) != fault.NotFound {
		return f, err
	}
	first, err := firstPerson(t)
	if err != nil {
		return f, err
	}
	priority := map[string]Priority{"high": Emergency, "medium": Urgent, "low": Normal}[strings.ToLower(plainJSON(c["risk_level"]))]
	file0, err := in.inner.OpenIn(in.ctx, in.tx, in.actor, Opening{Priority: priority, Assign: []string{in.actor.ID}})
	if err != nil {
		return f, err
	}
	f.Ours = file0.Pseudonym
	if err := in.tx.AddOrigin(in.ctx, print, file0.ID); err != nil {
		return f, err
	}
	people, err := family(t)
	if err != nil {
		return f, err
	}
	for i, p := range append([]Party{first}, people...) {
		p.Code = personCode(i)
		if _, err := in.inner.KeepParty(in.ctx, in.actor, file0.ID, "", 0, p); err != nil {
			return f, err
		}
		f.People++
	}
	notes, err := foreignNotes(t)
	if err != nil {
		return f, err
	}
	rest := ""
	for _, name := range slices.Sorted(maps.Keys(t.left)) {
		if s := plainJSON(t.left[name]); s != "" {
			f.Left = append(f.Left, name)
			rest += "\n" + name + ": " + s
		}
	}
	notes = append(notes, strings.TrimSpace("Taken over from Primero, case "+f.Theirs)+". What has no place of its own here, as it stood there:"+rest)
	for _, n := range notes {
		if _, err := in.inner.Note(in.ctx, in.actor, file0.ID, n); err != nil {
			return f, err
		}
		f.Notes++
	}
	return f, nil
}

// personCode is A, B, … Z, P27, …
func personCode(i int) string {
	if i < 26 {
		return string(rune('A' + i))
	}
	return "P" + strconv.Itoa(i+1)
}

func firstPerson(t taker) (Party, error) {
	var p Party
	whole := t.text("name")
	p.Name = t.join(" ", "name_first", "name_middle", "name_last")
	if p.Name == "" {
		p.Name = whole
	} else if whole != "" && whole != p.Name {
		p.Name += ", " + whole
	}
	if more := t.join(", ", "name_nickname", "name_other"); more != "" {
		p.Name = strings.TrimPrefix(p.Name+", "+more, ", ")
	}
	p.Contact = t.join("\n", "telephone_current", "address_current", "location_current")
	p.Papers = t.join(", ", "national_id_no", "other_id_type", "other_id_no", "unhcr_individual_no")
	age, birth := t.text("age"), t.text("date_of_birth")
	return grown(p, age, birth)
}

// grown notes age and birthday, and whether the person is a minor.
func grown(p Party, age, birth string) (Party, error) {
	if age != "" {
		p.Other = strings.TrimSpace(p.Other + "\nage as given: " + age)
		n, err := strconv.ParseFloat(age, 64)
		if err != nil || n < 0 || n > 130 {
			return p, fault.Bad("age", "The age is no number from 0 to 130.")
		}
		p.Minor = n < 18
	}
	if birth != "" {
		p.Other = strings.TrimSpace(p.Other + "\nborn: " + birth)
	}
	if p.Minor {
		p.Interest = "Not known yet: taken over from another system. Say what is best for them and who looks after them."
	}
	return p, nil
}

func family(t taker) ([]Party, error) {
	raw, ok := t.left["family_details_section"]
	if !ok {
		return nil, nil
	}
	var all []foreignRecord
	if json.Unmarshal(raw, &all) != nil {
		return nil, nil // another shape: it stays among what is kept as a note
	}
	delete(t.left, "family_details_section")
	var people []Party
	for _, r := range all {
		s := taker{left: r}
		p := Party{Name: s.join(", ", "relation_name", "relation_nickname"), Contact: s.join("\n", "relation_telephone", "relation_address_current", "relation_location_current"), Role: s.text("relation")}
		p, err := grown(p, s.text("relation_age"), s.text("relation_date_of_birth"))
		if err != nil {
			return nil, err
		}
		delete(s.left, "unique_id")
		for _, name := range slices.Sorted(maps.Keys(s.left)) {
			if v := plainJSON(s.left[name]); v != "" {
				p.Other = strings.TrimSpace(p.Other + "\n" + name + ": " + v)
			}
		}
		people = append(people, p)
	}
	return people, nil
}

func foreignNotes(t taker) ([]string, error) {
	raw, ok := t.left["notes_section"]
	if !ok {
		return nil, nil
	}
	var all []foreignRecord
	if json.Unmarshal(raw, &all) != nil {
		return nil, nil
	}
	delete(t.left, "notes_section")
	var notes []string
	for _, r := range all {
		s := taker{left: r}
		head := s.join(", ", "note_date", "note_created_by", "note_subject")
		body := s.text("note_text")
		delete(s.left, "unique_id")
		for _, name := range slices.Sorted(maps.Keys(s.left)) {
			if v := plainJSON(s.left[name]); v != "" {
				body += "\n" + name + ": " + v
			}
		}
		if text := strings.TrimSpace(head + "\n" + body); text != "" {
			notes = append(notes, text)
		}
	}
	return notes, nil
}
