package harvest_test

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"waylight/desk/internal/desktest"
	"waylight/desk/internal/evidence"
	"waylight/desk/internal/foreign"
	"waylight/desk/internal/harvest"
	"waylight/desk/internal/record"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/desk/internal/table"
	"waylight/desk/internal/vault"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

var ctx = context.Background()

// barn is a Desk's record and vault with invented people.
type barn struct {
	*desktest.Ground
	*harvest.Barn
	t           *testing.T
	anna, boris staff.Actor
	chunks      string
	paper       record.Source
}

func newBarn(t *testing.T) *barn {
	t.Helper()
	g := desktest.New(t)
	b := &barn{Ground: g, t: t, chunks: t.TempDir(), anna: g.Member(t, "Anna (invented)", staff.Documenter), boris: g.Member(t, "Boris (invented)", staff.Documenter)}
	c, err := vault.Open(b.chunks)
	if err != nil {
		t.Fatal(err)
	}
	as, ar, ah := func(tx *store.Tx) evidence.Store { return tx }, func(tx *store.Tx) record.Store { return tx }, func(tx *store.Tx) harvest.Store { return tx }
	archive := record.NewArchive(store.Within(g.DB, ar), store.Reading(g.DB, ar), g.Clock)
	locker := &evidence.Locker{Within: store.Within(g.DB, as), Reading: store.Reading(g.DB, as), Vault: c, Clock: g.Clock}
	b.Barn = &harvest.Barn{Within: store.Within(g.DB, ah), Reading: store.Reading(g.DB, ah), Archive: archive, Locker: locker, Vault: c, Clock: g.Clock}
	if b.paper, err = archive.AddSource(ctx, b.anna, record.Source{Name: "An archive (invented)", Kind: record.Organisation, Named: true}, ""); err != nil {
		t.Fatal(err)
	}
	return b
}

// bring sends files and gives the load, or what is wrong with them.
func (b *barn) bring(kind foreign.Kind, files ...[]byte) (string, []table.Wrong) {
	b.t.Helper()
	var blobs []vault.Blob
	var names []string
	for _, f := range files {
		blob, err := b.Hold(bytes.NewReader(f))
		if err != nil {
			b.t.Fatal(err)
		}
		blobs, names = append(blobs, blob), append(names, "file")
	}
	l, bad, err := b.Bring(ctx, b.anna, ids.New("load"), kind, "A collection (invented)", blobs, names)
	if err != nil {
		b.t.Fatal(err)
	}
	return l.ID, bad
}

func (b *barn) run(id string, w harvest.Wish, change func(*harvest.Mapping)) harvest.Report {
	b.t.Helper()
	o, err := b.Open(ctx, b.anna, id)
	if err != nil {
		b.t.Fatal(err)
	}
	m := o.Mapping
	if m.Whom == harvest.OneSource {
		m.Source = b.paper.ID
	}
	if change != nil {
		change(&m)
	}
	r, err := b.Run(ctx, b.anna, id, m, w)
	if err != nil {
		b.t.Fatal(err)
	}
	return r
}

func (b *barn) items() []record.ItemPage {
	b.t.Helper()
	all, _, err := b.Archive.Items(ctx, b.anna, 0)
	if err != nil {
		b.t.Fatal(err)
	}
	return all
}

func (b *barn) words(id string) string {
	b.t.Helper()
	p, err := b.Archive.Item(ctx, b.anna, id)
	if err != nil {
		b.t.Fatal(err)
	}
	return p.Words
}

func (b *barn) folder() (n int) {
	b.t.Helper()
	if err := filepath.WalkDir(b.chunks, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			n++
		}
		return err
	}); err != nil {
		b.t.Fatal(err)
	}
	return n
}

// shared reads a file of the project's data, or skips.
func shared(t *testing.T, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("../../../../shared/data/uwazi", name))
	if err != nil {
		t.Skip("the shared data is not here: " + name)
	}
	return raw
}

func zipped(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, body := range files {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, body); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestUwaziReal takes the real files in, twice: the second time nothing changes.
func TestUwaziReal(t *testing.T) {
	t.Parallel()
	b := newBarn(t)
	raw := shared(t, "test.csv")
	id, bad := b.bring(foreign.Uwazi, raw)
	if len(bad) > 0 {
		t.Fatal(bad)
	}
	try := b.run(id, harvest.Wish{}, nil)
	if try.Created != 3 || try.Done || len(try.Wrong) > 0 || len(b.items()) != 0 {
		t.Fatalf("%+v, %d items", try, len(b.items()))
	}
	took := b.run(id, harvest.Wish{Take: true}, nil)
	if !took.Done || took.Created != 3 {
		t.Fatalf("%+v", took)
	}
	all := b.items()
	if len(all) != 3 || all[0].Item.Safe == "" {
		t.Fatalf("%d items; sealed: %q", len(all), all[0].Item.Safe)
	}
	found := false
	for _, i := range all {
		w := b.words(i.Item.ID)
		found = found || strings.Contains(w, "numeric label: 1977") || strings.Contains(w, "numeric label:  1977")
		if strings.Contains(i.Item.Title, "title1") {
			t.Errorf("a title that may name somebody stands openly: %q", i.Item.Title)
		}
	}
	if !found {
		t.Errorf("the words are not as they stood: %q", b.words(all[0].Item.ID))
	}
	if waiting, _ := b.Waiting(ctx, b.anna); len(waiting) != 0 || b.folder() != 0 {
		t.Errorf("%d loads and %d files are left", len(waiting), b.folder())
	}
	id, _ = b.bring(foreign.Uwazi, raw)
	if r := b.run(id, harvest.Wish{Take: true}, nil); r.Same != 3 || r.Created+r.Changed != 0 || len(b.items()) != 3 {
		t.Errorf("again: %+v, %d items", r, len(b.items()))
	}
	changed := bytes.Replace(raw, []byte("1977"), []byte("1978"), 1)
	id, _ = b.bring(foreign.Uwazi, changed)
	if r := b.run(id, harvest.Wish{Take: true}, nil); r.Changed != 1 || r.Same != 2 || len(b.items()) != 4 {
		t.Errorf("changed: %+v, %d items", r, len(b.items()))
	}
}

// TestUwaziZip: the real zip has a row whose file is missing. It stays with the
// person as a file, the others come in, and mended it comes in as well.
func TestUwaziZip(t *testing.T) {
	t.Parallel()
	b := newBarn(t)
	id, bad := b.bring(foreign.Uwazi, shared(t, "zipTest.zip"))
	if len(bad) > 0 {
		t.Fatal(bad)
	}
	r := b.run(id, harvest.Wish{Take: true}, nil)
	if r.Done || len(r.Wrong) != 1 || r.Wrong[0].Line != 5 || r.Wrong[0].Column != "file" || len(b.items()) != 0 {
		t.Fatalf("%+v", r)
	}
	r = b.run(id, harvest.Wish{Take: true, Rest: true}, nil)
	if !r.Done || r.Created != 2 || r.Files != 2 || len(b.items()) != 2 {
		t.Fatalf("%+v", r)
	}
	_, files, err := b.Locker.List(ctx, b.anna, b.items()[0].Item.ID)
	if err != nil || len(files) != 1 || files[0].Facts.Type != "application/pdf" || !files[0].Facts.Graphic {
		t.Fatalf("%+v %v", files, err)
	}
	o, err := b.Open(ctx, b.anna, id)
	if err != nil {
		t.Fatal(err)
	}
	name, _, mend, err := b.Mend(ctx, b.anna, id, o.Mapping, harvest.Wish{}, func(s string) string { return s })
	if err != nil || name != "to-mend.csv" || !strings.Contains(string(mend), "file3") || strings.Contains(string(mend), "file1") || !strings.Contains(string(mend), foreign.Problem) {
		t.Fatalf("%s %v\n%s", name, err, mend)
	}
	id, bad = b.bring(foreign.Uwazi, zipped(t, map[string]string{"import.csv": string(mend), "3.pdf": "%PDF-1.4 invented"}))
	if len(bad) > 0 {
		t.Fatal(bad)
	}
	if r := b.run(id, harvest.Wish{Take: true}, nil); !r.Done || r.Created != 1 || len(b.items()) != 3 {
		t.Errorf("mended: %+v", r)
	}
	if _, err := b.Open(ctx, b.boris, id); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a colleague opens a load: %v", err)
	}
}

const kobo = `{"count":2,"next":null,"results":[
{"_id":11,"_uuid":"aaaa-1","_submission_time":"2017-04-08T10:00:00","deviceid":"ee.x:1","respondent/name":"Zelim Invented","respondent/phone":"+7 000 000 00 00","what":"They took three men.\nIn a white car.","how_many":3,
 "men":[{"men/name":"A","men/age":30},{"men/name":"B"}],"photo":"p.jpg","_geolocation":[43.318123,45.694321],"_attachments":[{"filename":"anna/attachments/f1/aaaa-1/p.jpg"},{"filename":"anna/attachments/f1/aaaa-1/gone.jpg","is_deleted":true}]},
{"_id":12,"_uuid":"aaaa-2","_submission_time":"2017-04-09T10:00:00+03:00","deviceid":"ee.x:2","respondent/name":"Somebody Else (invented)","what":"I heard of it.","how_many":null,"_geolocation":[null,null],"_attachments":[]}]}`

// TestKobo: submissions become sealed items of unnamed people; who they are goes
// into the identity, is known to the leak guard, and stands in no word.
func TestKobo(t *testing.T) {
	t.Parallel()
	b := newBarn(t)
	media := zipped(t, map[string]string{"anna/attachments/f1/aaaa-1/p.jpg": "\xff\xd8\xff\xe0 invented", "anna/attachments/f1/aaaa-2/p.jpg": "\xff\xd8\xff\xe0 other"})
	id, bad := b.bring(foreign.Kobo, []byte(kobo), media)
	if len(bad) > 0 {
		t.Fatal(bad)
	}
	counting := func(m *harvest.Mapping) {
		m.Roles["how_many"], m.Roles["what"] = harvest.Number, harvest.Verbatim
		m.Status = record.Detained
	}
	r := b.run(id, harvest.Wish{Take: true}, counting)
	if !r.Done || r.Created != 2 || r.Sources != 2 || r.Claims != 1 || r.Files != 1 {
		t.Fatalf("%+v", r)
	}
	var first record.ItemPage
	for _, i := range b.items() {
		if i.From.Kind != record.PersonSource || i.Item.Safe == "" || strings.Contains(i.From.Name+i.Item.Title, "Zelim") {
			t.Errorf("%+v", i)
		}
		w := b.words(i.Item.ID)
		if strings.Contains(w, "Zelim") || strings.Contains(w, "ee.x") {
			t.Errorf("the words name somebody: %q", w)
		}
		if strings.Contains(w, "white car") {
			first = i
			if !strings.Contains(w, "men: 1. name: A; age: 30;\n2. name: B;") || !strings.Contains(w, "what: They took three men.\nIn a white car.") {
				t.Errorf("the words are not as they stood: %q", w)
			}
		}
	}
	who, err := b.Archive.Identity(ctx, b.anna, first.From.ID)
	if err != nil || !strings.Contains(who, "Zelim Invented") {
		t.Errorf("%q %v", who, err)
	}
	p, err := b.Archive.Item(ctx, b.anna, first.Item.ID)
	if err != nil || len(p.Claims) != 1 || p.Claims[0].Verbatim != "They took three men.\nIn a white car." || p.Claims[0].Bound.Value != 3 || p.Claims[0].Hand != record.FirstHand {
		t.Errorf("%+v %v", p.Claims, err)
	}
	// A changed submission stands beside the old one, its claim takes the old one's place.
	id, _ = b.bring(foreign.Kobo, []byte(strings.Replace(kobo, `"how_many":3`, `"how_many":4`, 1)), media)
	if r := b.run(id, harvest.Wish{Take: true}, nil); r.Changed != 1 || r.Same != 1 || r.Sources != 0 || r.Claims != 1 {
		t.Errorf("%+v", r)
	}
	p, err = b.Archive.Item(ctx, b.anna, first.Item.ID)
	if err != nil || len(p.Claims) != 1 || p.Claims[0].Superseded() == "" {
		t.Errorf("the old claim stands still: %+v %v", p.Claims, err)
	}
	// What was destroyed does not come back.
	for _, i := range b.items() {
		if err := b.Archive.Destroy(ctx, b.anna, i.Item.ID, "The person took their consent back.", false); err != nil {
			t.Fatal(err)
		}
	}
	n := len(b.items())
	id, _ = b.bring(foreign.Kobo, []byte(strings.Replace(kobo, `"how_many":3`, `"how_many":5`, 1)), media)
	if r := b.run(id, harvest.Wish{Take: true, Rest: true}, nil); r.Changed+r.Created != 0 || len(r.Wrong) != 1 || r.Same != 1 || len(b.items()) != n {
		t.Errorf("destroyed words came back: %+v", r)
	}
}

// TestKoboBook: the spreadsheet and the CSV of exports, with repeated groups, and Central's zip.
func TestKoboOtherForms(t *testing.T) {
	t.Parallel()
	central := zipped(t, map[string]string{"form.csv": "SubmissionDate,what,KEY\n2017-04-08T10:00:00.000Z,They took him,uuid:1\n", "form-men.csv": "name,PARENT_KEY,KEY\nA,uuid:1,uuid:1/men[1]\nB,uuid:1,uuid:1/men[2]\n", "media/p.jpg": "x"})
	for name, raw := range map[string][]byte{
		"semicolons": []byte("\xef\xbb\xbf\"what\";\"_uuid\";\"_submission_time\"\n\"They took him\";\"u1\";\"2017-04-08T10:00:00\"\n"),
		"central":    central,
		"odata":      []byte(`{"value":[{"__id":"uuid:1","__system":{"submissionDate":"2017-04-08T10:00:00Z"},"what":"They took him","at":{"type":"Point","coordinates":[45.69,43.31]}}]}`),
	} {
		b := newBarn(t)
		id, bad := b.bring(foreign.Kobo, raw)
		if len(bad) > 0 {
			t.Fatalf("%s: %v", name, bad)
		}
		if r := b.run(id, harvest.Wish{Take: true}, nil); !r.Done || r.Created != 1 {
			t.Fatalf("%s: %+v", name, r)
		}
		i := b.items()[0]
		if w := b.words(i.Item.ID); i.Item.Dated != "2017-04-08" || !strings.Contains(w, "They took him") || name == "central" && !strings.Contains(w, "form-men: 1. name: A;\n2. name: B;") || name == "odata" && !strings.Contains(w, "at: 43.31, 45.69") {
			t.Errorf("%s: %q %q", name, i.Item.Dated, w)
		}
	}
}

const geo = `{"type":"FeatureCollection","features":[
{"type":"Feature","id":"a","properties":{"title":"A raid (invented)","date":"2017-04-01","note":"двое"},"geometry":{"type":"Point","coordinates":[45.694321,43.318123]}},
{"type":"Feature","id":"b","properties":{"title":"A closed road (invented)","date":"2017-02-30"},"geometry":{"type":"Polygon","coordinates":[[[45,43],[46,43],[46,44],[45,43]]]}},
{"type":"Feature","id":"c","properties":{"title":"Exchanged (invented)"},"geometry":{"type":"Point","coordinates":[43.3,125.6]}},
{"type":"Feature","id":"d","properties":{"title":"Open (invented)"},"geometry":{"type":"Polygon","coordinates":[[[45,43],[46,43],[46,44]]]}},
{"type":"Feature","id":"a","properties":{"title":"Twice (invented)"},"geometry":null}]}`

// TestGeoJSON: each feature becomes an incident, its spot rough; each wrong one says why and is given back word for word.
func TestGeoJSON(t *testing.T) {
	t.Parallel()
	b := newBarn(t)
	id, bad := b.bring(foreign.GeoJSON, []byte(geo))
	if len(bad) > 0 {
		t.Fatal(bad)
	}
	r := b.run(id, harvest.Wish{Take: true, Rest: true}, nil)
	if !r.Done || r.Created != 1 || r.Incidents != 1 || len(r.Wrong) != 4 || r.Box == nil || r.Box.South < 43.3 || r.Box.South > 43.4 {
		t.Fatalf("%+v", r)
	}
	for i, want := range []int{2, 3, 4, 5} {
		if r.Wrong[i].Line != want || r.Wrong[i].What == "" {
			t.Errorf("%+v", r.Wrong[i])
		}
	}
	all, err := b.Archive.Incidents(ctx, b.anna)
	if err != nil || len(all) != 1 || all[0].Title != "A raid (invented)" || all[0].Place != "43.32, 45.69" || all[0].Span != "2017-04-01" {
		t.Errorf("%+v %v", all, err)
	}
	if w := b.words(b.items()[0].Item.ID); !strings.Contains(w, `geometry: {"type":"Point","coordinates":[45.694321,43.318123]}`) || !strings.Contains(w, "note: двое") {
		t.Errorf("%q", w)
	}
	o, err := b.Open(ctx, b.anna, id)
	if err != nil {
		t.Fatal(err)
	}
	name, _, mend, err := b.Mend(ctx, b.anna, id, o.Mapping, harvest.Wish{}, func(s string) string { return s })
	if err != nil || name != "to-mend.geojson" || !strings.Contains(string(mend), `"coordinates":[43.3,125.6]`) {
		t.Fatalf("%v\n%s", err, mend)
	}
	fixed := strings.NewReplacer("2017-02-30", "2017-02-28", "[43.3,125.6]", "[125.6,43.3]", "[46,44]]]", "[46,44],[45,43]]]", `"id":"a"`, `"id":"e"`).Replace(string(mend))
	id, bad = b.bring(foreign.GeoJSON, []byte(fixed))
	if len(bad) > 0 {
		t.Fatalf("%v\n%s", bad, fixed)
	}
	if r := b.run(id, harvest.Wish{Take: true}, nil); !r.Done || r.Created != 4 {
		t.Errorf("mended: %+v\n%s", r, fixed)
	}
}

// TestNothingHalf: a row that is wrong in the middle keeps everything out, also its
// neighbours' files; and a zip that is damaged inside is told by its row.
func TestNothingHalf(t *testing.T) {
	t.Parallel()
	b := newBarn(t)
	raw := zipped(t, map[string]string{"import.csv": "id,title,file\n1,a,1.pdf\n2,b,2.pdf\n2,c,\n", "1.pdf": "%PDF one", "2.pdf": "%PDF " + strings.Repeat("two ", 50)})
	damaged := bytes.Clone(raw)
	at := bytes.Index(damaged, []byte("2.pdf")) + 12 // inside the packed bytes
	damaged[at] ^= 0xff
	damaged[at+3] ^= 0xff
	id, bad := b.bring(foreign.Uwazi, damaged)
	if len(bad) > 0 {
		t.Fatal(bad)
	}
	r := b.run(id, harvest.Wish{Take: true}, nil)
	if r.Done || len(b.items()) != 0 {
		t.Fatalf("%+v", r)
	}
	told := map[int]bool{}
	for _, w := range r.Wrong {
		told[w.Line] = true
	}
	if !told[3] || !told[4] || told[2] {
		t.Errorf("%+v", r.Wrong)
	}
	if n := b.folder(); n != 1 {
		t.Errorf("%d sealed files lie there; the load alone should", n)
	}
	if err := b.Drop(ctx, b.boris, id); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a colleague drops it: %v", err)
	}
	if err := b.Drop(ctx, b.anna, id); err != nil || b.folder() != 0 {
		t.Errorf("%v, %d", err, b.folder())
	}
	// What waits too long goes by itself.
	if _, bad := b.bring(foreign.Uwazi, raw); len(bad) > 0 {
		t.Fatal(bad)
	}
	b.Ground.Clock.Advance(harvest.Keep + time.Minute)
	if err := b.Tend(ctx); err != nil || b.folder() != 0 {
		t.Errorf("%v, %d files", err, b.folder())
	}
}

// TestDates: days as other programs write them; what is not clear is refused.
func TestDates(t *testing.T) {
	t.Parallel()
	b := newBarn(t)
	for text, want := range map[string]string{"2017/4/1": "2017-04-01", "01.04.2017": "2017-04-01", "2017-04": "2017-04", "2017/02/01:2017/03/01": "2017-02-01/2017-03-01", "03/04/2017": "", "2017-13-01": "", "1|2": "", "soon": ""} {
		id, bad := b.bring(foreign.Uwazi, []byte("id,title,day\n\""+text+"\",a,\""+text+"\"\n"))
		if len(bad) > 0 {
			t.Fatal(bad)
		}
		r := b.run(id, harvest.Wish{}, func(m *harvest.Mapping) { m.Roles["day"] = harvest.Dated })
		if (want == "") != (len(r.Wrong) == 1) {
			t.Errorf("%q: %+v", text, r)
		}
		if want == "" {
			continue
		}
		b.run(id, harvest.Wish{Take: true}, func(m *harvest.Mapping) { m.Roles["day"] = harvest.Dated })
		if all := b.items(); len(all) == 0 || string(all[0].Item.Dated) != want {
			found := false
			for _, i := range all {
				found = found || string(i.Item.Dated) == want
			}
			if !found {
				t.Errorf("%q is not kept as %s", text, want)
			}
		}
	}
}

// TestMany: two thousand rows come in in one step, in seconds.
func TestMany(t *testing.T) {
	if testing.Short() {
		t.Skip("long")
	}
	b := newBarn(t)
	var raw bytes.Buffer
	raw.WriteString("id,title,text\n")
	for i := range foreign.MaxRows {
		raw.WriteString(ids.New("row") + ",a," + strings.Repeat("words ", i%20) + "\n")
	}
	id, bad := b.bring(foreign.Uwazi, raw.Bytes())
	if len(bad) > 0 {
		t.Fatal(bad)
	}
	if r := b.run(id, harvest.Wish{Take: true}, nil); r.Created != foreign.MaxRows {
		t.Fatalf("%+v", r)
	}
}
