package cases_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/desktest"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/desk/internal/table"
	"waylight/desk/internal/vault"
	"waylight/desk/internal/watch"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// leave asks for something to leave, has Boris allow it and gives the parcel.
func (o *office) leave(e cases.Exit) cases.Parcel {
	o.t.Helper()
	e.ID, e.Reason = ids.New("exit"), "for work in a spreadsheet"
	o.ok(o.book.AskExit(o.ctx, o.anna, e))
	o.ok(o.book.AnswerExit(o.ctx, o.boris, e.ID, true))
	return must(o.book.Fetch(o.ctx, o.anna, e.ID))(o.t)
}

func (o *office) out(t cases.Table, f table.Format) []byte {
	o.t.Helper()
	return o.leave(cases.Exit{Kind: cases.ExitTable, Table: t, Format: f}).Bytes
}

// furnished is a case with everything of which there are tables.
func (o *office) furnished() string {
	o.t.Helper()
	id := o.open(o.anna)
	must(o.book.Judge(o.ctx, o.anna, id, 0, cases.Triage{Imminence: 3, Severity: 2, Feasibility: 1, Decided: true, Words: "=We act\r\nnow"}))(o.t)
	p := must(o.book.KeepParty(o.ctx, o.anna, id, "", 0, cases.Party{Code: "A", Name: "=Руслан, \"Example\"", Contact: "+7 200 000 00 01\r\n@ruslan", Minor: true, Interest: "-"}))(o.t).ID
	must(o.book.KeepPaper(o.ctx, o.anna, id, "", 0, cases.Paper{Party: p, Kind: "visa", Visa: "humanitarian", Country: "fr", Number: "V 123456", Status: cases.PaperApplied, Until: "2018-01-01", Words: "asked for by the lawyer"}))(o.t)
	must(o.book.Note(o.ctx, o.anna, id, "'first\r\nsecond"))(o.t)
	return id
}

// TestCaseTablesRoundTrip: what goes out comes in again without a change and goes out with the same bytes.
func TestCaseTablesRoundTrip(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.furnished()
	o.open(o.anna)
	foreign := must(o.book.Open(o.ctx, o.boris, cases.Opening{Assign: []string{o.boris.ID}}))(t)
	for _, f := range table.Formats() {
		for _, k := range cases.Tables() {
			before := o.out(k, f)
			r := must(o.book.TakeTable(o.ctx, o.anna, k, before, false))(t)
			if len(r.Wrong) > 0 || r.Created+r.Changed > 0 || r.Same == 0 {
				t.Errorf("%s as %s: %+v", k, f, r)
			}
			if after := o.out(k, f); !bytes.Equal(after, before) {
				t.Errorf("%s as %s came back otherwise:\n%s\n%s", k, f, before, after)
			}
			if bytes.Contains(before, []byte(foreign.Pseudonym)) {
				t.Error("a case of a colleague went out")
			}
		}
	}
	csv := string(o.out(cases.PeopleTable, table.CSV))
	if !strings.Contains(csv, `"'=Руслан`) || !strings.Contains(csv, `"'+7 200`) {
		t.Errorf("a formula goes out as one:\n%s", csv)
	}
	o.ok(o.DB.Read(o.ctx, func(tx *store.Tx) error { return tx.VerifyLedger(o.ctx) }))
}

// TestCaseTablesComeIn: new rows, changed rows, a try that keeps nothing, and what is refused.
func TestCaseTablesComeIn(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.furnished()
	c := must(o.book.Case(o.ctx, o.anna, id))(t)
	people := string(o.out(cases.PeopleTable, table.CSV))
	changed := strings.Replace(people, ",yes,", ",no,", 1)
	take := func(k cases.Table, text string, try bool) cases.TableReport {
		t.Helper()
		return must(o.book.TakeTable(o.ctx, o.anna, k, []byte(text), try))(t)
	}
	if r := take(cases.PeopleTable, changed, true); r.Changed != 1 || len(r.Wrong) > 0 || string(o.out(cases.PeopleTable, table.CSV)) != people {
		t.Errorf("a try: %+v", r)
	}
	if r := take(cases.PeopleTable, changed, false); r.Changed != 1 || !strings.Contains(string(o.out(cases.PeopleTable, table.CSV)), ",no,") {
		t.Errorf("a change: %+v", r)
	}
	// The first table is old now: nobody's change is lost by it.
	if r := take(cases.PeopleTable, people, false); len(r.Wrong) != 1 || !strings.Contains(r.Wrong[0].What, "was changed since this table") {
		t.Errorf("an old table: %+v", r)
	}
	before := len(must(o.book.Board(o.ctx, o.anna, cases.Filter{}))(t).Rows)
	r := take(cases.PeopleTable, "case;person;name;minor\nnew 1;A;Zelim Example;no\nnew 1;B;Said Example;no\nnew 2;A;Ali Example;\n"+c.Pseudonym+";B;Islam Example;нет\n", false)
	if len(r.Wrong) != 1 || r.Wrong[0].Line != 5 || r.Wrong[0].Column != "minor" || len(must(o.book.Board(o.ctx, o.anna, cases.Filter{}))(t).Rows) != before {
		t.Fatalf("one wrong row: %+v", r)
	}
	r = take(cases.PeopleTable, "case;person;name;minor\nnew 1;A;Zelim Example;no\nnew 1;B;Said Example;no\nnew 2;A;Ali Example;\n"+c.Pseudonym+";B;Islam Example;no\n", false)
	if r.Created != 4 || len(r.Opened) != 2 || len(must(o.book.Search(o.ctx, o.anna, "Саид"))(t)) != 1 {
		t.Fatalf("%+v", r)
	}
	if found := must(o.book.Search(o.ctx, o.anna, "Zelim"))(t); len(found) != 1 || found[0].People != 2 {
		t.Errorf("the people of a new case are not found together: %+v", found)
	}
	for name, x := range map[string]struct {
		k          cases.Table
		text, want string
	}{
		"a colleague's":  {cases.PeopleTable, "case,person\nZZ-0000,A\n", "2 case You have no case"},
		"an id":          {cases.PeopleTable, "id,case,person\nparty_x," + c.Pseudonym + ",A\n", "2 id There is nothing"},
		"a taken code":   {cases.PeopleTable, "case,person\n" + c.Pseudonym + ",A\n", "2 person Another person"},
		"a state":        {cases.CaseTable, "id,state\n" + id + ",closed\n", "2 state This follows"},
		"a number":       {cases.CaseTable, "near\n7\n", "2 near Write a number"},
		"a decision":     {cases.CaseTable, "near,decided\n1,yes\n", "2 decision Say what was decided."},
		"a priority":     {cases.CaseTable, "priority\nsoon\n", "2 priority Choose one"},
		"a paper":        {cases.PaperTable, "case,person,kind,status\n" + c.Pseudonym + ",A,napkin,held\n", "2 kind Choose what kind"},
		"nobody's paper": {cases.PaperTable, "case,person,kind,status\n" + c.Pseudonym + ",Q,id,held\n", "2 person Choose the person."},
		"a note":         {cases.NoteTable, "case,words\n" + c.Pseudonym + ",\n", "2  Write the note first."},
		"letters":        {cases.NoteTable, "\xff\xfec\x00a", "0 "},
	} {
		r := take(x.k, x.text, false)
		if len(r.Wrong) == 0 || !strings.HasPrefix(fmt.Sprint(r.Wrong[0].Line, " ", r.Wrong[0].Column, " ", r.Wrong[0].What), x.want) {
			t.Errorf("%s: %+v", name, r.Wrong)
		}
	}
	if _, err := o.book.TakeTable(o.ctx, staff.Actor{Member: staff.Member{ID: "member_x", Roles: staff.Roles{staff.Intake}}}, cases.NoteTable, nil, true); fault.KindOf(err) != fault.Denied {
		t.Error("an intake operator takes a table in:", err)
	}
}

// TestExitNeedsTwo: who asks cannot allow, who allows cannot fetch, a no and the passing of time end it, a form sent twice asks once.
func TestExitNeedsTwo(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.furnished()
	e := cases.Exit{ID: ids.New("exit"), Kind: cases.ExitTable, Table: cases.PeopleTable, Format: table.CSV, Reason: "r"}
	o.ok(o.book.AskExit(o.ctx, o.anna, e))
	o.ok(o.book.AskExit(o.ctx, o.anna, e))
	if all := must(o.book.Exits(o.ctx, o.boris))(t); len(all) != 1 {
		t.Fatal(all)
	}
	o.refused(o.book.AnswerExit(o.ctx, o.anna, e.ID, true), fault.Conflict, "cannot allow it")
	fetch := func(a staff.Actor) error { _, err := o.book.Fetch(o.ctx, a, e.ID); return err }
	o.refused(fetch(o.anna), fault.Conflict, "Nobody allowed")
	o.ok(o.book.AnswerExit(o.ctx, o.boris, e.ID, true))
	o.refused(fetch(o.boris), fault.NotFound, "")
	o.refused(o.book.AnswerExit(o.ctx, o.clara, e.ID, false), fault.Conflict, "answered already")
	o.ok(fetch(o.anna))
	o.Clock.Advance(25 * time.Hour)
	o.refused(fetch(o.anna), fault.Conflict, "Nobody allowed")
	e.ID = ids.New("exit")
	o.ok(o.book.AskExit(o.ctx, o.anna, e))
	o.ok(o.book.AnswerExit(o.ctx, o.boris, e.ID, false))
	o.refused(fetch(o.anna), fault.Conflict, "Nobody allowed")
	e.ID = ids.New("exit")
	e.Kind = cases.ExitAll
	o.refused(o.book.AskExit(o.ctx, o.anna, e), fault.Invalid, "sealed only")
	e.Recipient = "age1 nonsense"
	o.refused(o.book.AskExit(o.ctx, o.anna, e), fault.Invalid, "no age recipient")
}

// TestMovingAway: everything of one Desk goes sealed to an empty one and has equal content there.
func TestMovingAway(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.withCabinet()
	id := o.furnished()
	c := must(o.book.Case(o.ctx, o.anna, id))(t)
	party := c.Parties[0].ID
	place := must(o.book.KeepPlace(o.ctx, o.anna, "", 0, cases.Place{Code: "Mill", Kind: "flat", Address: "12 Invented Street", Capacity: 2, Status: cases.Available}))(t).ID
	must(o.book.Assign(o.ctx, o.anna, id, o.boris.ID), error(nil))
	leg := o.leg(id, party, false, cases.Spot{Place: place, Words: "the flat"})
	o.travel(leg)
	o.leg(id, party, true, cases.Spot{Words: "abroad"})
	must(o.book.Draft(o.ctx, o.anna, id, 0, cases.Plan{Goals: "Abroad."}))(t)
	must(o.book.Watch(o.ctx, o.anna, id, cases.CheckIn{Party: party, Channel: "phone", Sign: "the kettle is on", Duress: "greet your aunt"}, watch.Round{Due: o.Clock.Now().Add(time.Hour), Grace: 10 * time.Minute, Pace: watch.Steady}))(t)
	key, err := age.GenerateX25519Identity()
	o.ok(err)
	p := o.leave(cases.Exit{Kind: cases.ExitAll, Recipient: key.Recipient().String()})
	if bytes.Contains(p.Bytes, []byte("Invented Street")) || !strings.HasSuffix(p.Name, ".zip.age") {
		t.Fatal("it is not sealed: ", p.Name)
	}

	n := newOffice(t)
	n.withCabinet()
	n.Clock.Advance(time.Minute)
	_, err = n.book.Arrive(n.ctx, n.anna, p.Bytes, "AGE-SECRET-KEY-1XXX")
	n.refused(err, fault.Invalid, "secret key")
	other, _ := age.GenerateX25519Identity()
	_, err = n.book.Arrive(n.ctx, n.anna, p.Bytes, other.String())
	n.refused(err, fault.Invalid, "does not open")
	_, err = n.book.Arrive(n.ctx, n.anna, p.Bytes[:len(p.Bytes)-20], key.String())
	n.refused(err, fault.Invalid, "damaged")
	got := must(n.book.Arrive(n.ctx, n.anna, p.Bytes, key.String()))(t)
	if got.Cases != 1 || got.Places != 1 || got.Files != 0 || got.Items < 10 {
		t.Errorf("%+v", got)
	}
	_, err = n.book.Arrive(n.ctx, n.anna, p.Bytes, key.String())
	n.refused(err, fault.Conflict, "here already")
	if _, err := n.book.Case(n.ctx, n.boris, id); fault.KindOf(err) != fault.NotFound {
		t.Error("a colleague who was not given the case opens it:", err)
	}
	again := n.leave(cases.Exit{Kind: cases.ExitAll, Recipient: key.Recipient().String()})
	before, after := parts(t, p.Bytes, key), parts(t, again.Bytes, key)
	for name, body := range before {
		switch {
		case name == "manifest.json" || name == "members.jsonl": // the day, and the people of the new Desk too
		case body != after[name]:
			t.Errorf("%s is not equal:\n%s\n---\n%s", name, body, after[name])
		}
	}
	if len(before) != len(after) {
		t.Error("other files")
	}
	// What was known of people is guarded on the new Desk as well, and its clock runs.
	hit := must(n.book.Search(n.ctx, n.anna, "Руслан"))(t)
	if len(hit) != 1 || hit[0].State != c.State && hit[0].State != cases.Onward {
		t.Errorf("%+v", hit)
	}
	n.Clock.Advance(2 * time.Hour)
	if k := must(n.book.Sweep(n.ctx))(t); k == 0 {
		t.Error("the check-in that came along is watched by nobody")
	}
	n.ok(n.DB.Read(n.ctx, func(tx *store.Tx) error {
		owners, err := tx.TermOwners(n.ctx, "address", "12 Invented Street")
		if !slices.Contains(owners, place+"/"+place) {
			t.Errorf("the guard does not know the address: %v", owners)
		}
		return err
	}))
}

// TestAlteredPackage: a package in which a byte was changed, a row repeated or an edition left out keeps nothing.
func TestAlteredPackage(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.furnished()
	key, err := age.GenerateX25519Identity()
	o.ok(err)
	whole := parts(t, o.leave(cases.Exit{Kind: cases.ExitAll, Recipient: key.Recipient().String()}).Bytes, key)
	n := newOffice(t)
	for name, change := range map[string]func(map[string]string){
		"another name": func(p map[string]string) {
			p["items.jsonl"] = strings.Replace(p["items.jsonl"], "Example", "Exemple", 1)
		},
		"a part more": func(p map[string]string) { p["more.txt"] = "x" },
		"a part less": func(p map[string]string) { delete(p, "legs.jsonl") },
		"no manifest": func(p map[string]string) { delete(p, "manifest.json") },
		"another kind": func(p map[string]string) {
			p["manifest.json"] = strings.Replace(p["manifest.json"], "waylight-cases", "other", 1)
		},
		"a new version": func(p map[string]string) {
			p["manifest.json"] = strings.Replace(p["manifest.json"], `"version": 1`, `"version": 9`, 1)
		},
	} {
		copied := map[string]string{}
		for k, v := range whole {
			copied[k] = v
		}
		change(copied)
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for k, v := range copied {
			w, _ := z.Create(k)
			io.WriteString(w, v)
		}
		z.Close()
		if _, err := n.book.Arrive(n.ctx, n.anna, b.Bytes(), ""); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if l := must(n.book.Board(n.ctx, n.anna, cases.Filter{}))(t); l.Mine != 0 {
		t.Error("something was kept")
	}
}

func parts(t *testing.T, sealed []byte, key *age.X25519Identity) map[string]string {
	t.Helper()
	r, err := age.Decrypt(bytes.NewReader(sealed), key)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, f := range z.File {
		r, _ := f.Open()
		b, _ := io.ReadAll(r)
		all[f.Name] = string(b)
	}
	return all
}

// cabinet is a real vault behind the cases.
type cabinet struct{ chunks *vault.Chunks }

func (c cabinet) Keep(r io.Reader) (cases.Scan, error) {
	b, err := c.chunks.Seal(r)
	return cases.Scan{Type: b.Type, ID: b.ID, Key: b.Key[:], Size: b.Size, SHA256: fmt.Sprintf("%x", b.SHA256), Sums: b.Sums}, err
}

func (c cabinet) Open(s cases.Scan) (io.ReadCloser, error) {
	return c.chunks.Open(vault.Blob{ID: s.ID, Key: [32]byte(s.Key), Size: s.Size, Type: s.Type, Sums: s.Sums})
}

func (c cabinet) Drop(id string) error { return c.chunks.Remove(id) }

func (o *office) withCabinet() {
	chunks := must(vault.Open(o.Dir + "/chunks"))(o.t)
	as := func(tx *store.Tx) cases.Store { return tx }
	o.book = cases.NewBook(store.Within(o.DB, as), store.Reading(o.DB, as), o.Clock, cases.Options{Limits: map[string]int64{"EUR": 50_000}, Testimonies: o.record, Cabinet: cabinet{chunks}})
}

// primeroCase has the shape of what Primero gives out; everybody in it is invented.
const primeroCase = `{"data":[{"id":"0f3c","case_id":"9a1f-22","case_id_display":"9af2210","status":"open","name":"Ruslan Vymyshlenny","name_first":"Ruslan","name_last":"Vymyshlenny","name_nickname":"Rus","age":17,
"sex":"male","date_of_birth":"2000-01-05","national_id_no":"12 34 567890","telephone_current":"+7 200 000 00 07","address_current":"a street (invented)","risk_level":"high","protection_concerns":["arbitrary_detention","torture"],
"consent_for_services":true,"family_details_section":[{"unique_id":"u1","relation_name":"Mariam Vymyshlennaya","relation":"mother","relation_age":44,"relation_telephone":"+7 200 000 00 08","relation_language":["che"]}],
"notes_section":[{"note_date":"2017-04-01","note_subject":"First call","note_text":"He is hiding.","note_created_by":"worker1"}],"services_section":[{"service_type":"safehouse_service"}]}]}`

// TestPrimero: a case of Primero becomes one here; what has no place is kept as a note and listed; the same case does not come twice.
func TestPrimero(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	dry := must(o.book.TakePrimero(o.ctx, o.anna, []byte(primeroCase), true))(t)
	if len(dry.Cases) != 1 || must(o.book.Board(o.ctx, o.anna, cases.Filter{}))(t).Mine != 0 {
		t.Fatalf("%+v", dry)
	}
	got := must(o.book.TakePrimero(o.ctx, o.anna, []byte(primeroCase), false))(t)
	f := got.Cases[0]
	if f.Theirs != "9af2210" || f.People != 2 || f.Notes != 2 || f.Known {
		t.Fatalf("%+v", f)
	}
	for _, name := range []string{"consent_for_services", "protection_concerns", "services_section", "sex", "risk_level", "status"} {
		if !slices.Contains(f.Left, name) {
			t.Errorf("%s is not listed as left", name)
		}
	}
	rows := must(o.book.Search(o.ctx, o.anna, "Вымышленный"))(t)
	if len(rows) != 1 || rows[0].Priority != cases.Emergency {
		t.Fatalf("%+v", rows)
	}
	c := must(o.book.Case(o.ctx, o.anna, rows[0].ID))(t)
	first, mother := c.Parties[0].Content(), c.Parties[1].Content()
	if first.Name != "Ruslan Vymyshlenny, Rus" || !first.Minor || !strings.Contains(first.Contact, "+7 200 000 00 07") || first.Papers != "12 34 567890" || mother.Role != "mother" || mother.Minor || !strings.Contains(mother.Other, "relation_language: che") {
		t.Errorf("%+v\n%+v", first, mother)
	}
	notes := ""
	for _, n := range c.Notes {
		notes += n.Content.Words + "\n"
	}
	// Every value of the file is somewhere in the case.
	for _, v := range []string{"First call", "He is hiding.", "worker1", "2017-04-01", "arbitrary_detention", "torture", "safehouse_service", "consent_for_services: yes", "sex: male", "risk_level: high"} {
		if !strings.Contains(notes, v) {
			t.Errorf("%q was lost:\n%s", v, notes)
		}
	}
	if len(c.Consents) != 0 {
		t.Error("a tick without a day became a consent")
	}
	twice := must(o.book.TakePrimero(o.ctx, o.anna, []byte(primeroCase), false))(t)
	if !twice.Cases[0].Known || twice.Cases[0].Ours != c.Pseudonym || must(o.book.Board(o.ctx, o.anna, cases.Filter{}))(t).Mine != 1 {
		t.Errorf("it came in twice: %+v", twice)
	}
	for _, raw := range []string{"", "x", "[]", "[1]", "{}", `{"data":7}`, `[{"name":"a"}] [`, `[null]`, `[{"case_id":"1","age":"old"}]`} {
		got, err := o.book.TakePrimero(o.ctx, o.anna, []byte(raw), false)
		if err == nil && len(got.Wrong) == 0 {
			t.Errorf("%s was taken: %+v", raw, got)
		}
	}
	if must(o.book.Board(o.ctx, o.anna, cases.Filter{}))(t).Mine != 1 {
		t.Error("something of a broken file was kept")
	}
}

func FuzzPrimero(f *testing.F) {
	g := desktest.New(f)
	as := func(tx *store.Tx) cases.Store { return tx }
	book := cases.NewBook(store.Within(g.DB, as), store.Reading(g.DB, as), g.Clock, cases.Options{})
	anna := g.Member(f, "Anna (invented)", staff.Caseworker)
	f.Add([]byte(primeroCase))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if _, err := book.TakePrimero(t.Context(), anna, raw, true); err != nil && fault.KindOf(err) == fault.Internal {
			t.Error(err)
		}
	})
}
