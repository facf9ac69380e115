package foreign_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"unicode/utf16"

	"waylight/desk/internal/foreign"
	"waylight/desk/internal/table"
)

func read(kind foreign.Kind, files ...[]byte) (foreign.Sheet, []table.Wrong) {
	var b [2]foreign.Bytes
	for i, f := range files {
		b[i] = foreign.Bytes{R: bytes.NewReader(f), Size: int64(len(f))}
	}
	return foreign.Read(kind, b[0], b[1])
}

type entry struct{ name, body string }

func zipped(t testing.TB, files ...entry) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range files {
		w, err := z.Create(f.name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, f.body); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestBroken: each broken variant of each kind says what is wrong, as a whole or row by row.
func TestBroken(t *testing.T) {
	t.Parallel()
	good := zipped(t, entry{"import.csv", "title,file\na,1.pdf\n"}, entry{"1.pdf", strings.Repeat("some pages ", 500)})
	bomb := zipped(t, entry{"import.csv", "title\na\n"}, entry{"1.pdf", strings.Repeat("\x00", 40<<20)})
	locked := bytes.Clone(good)
	for i := 0; i+10 < len(locked); i++ { // the flag of a password, in the table of contents
		if bytes.HasPrefix(locked[i:], []byte("PK\x01\x02")) {
			locked[i+8] |= 1
		}
	}
	var wide []byte
	for _, u := range utf16.Encode([]rune("title,note\nА,слово\n")) {
		wide = append(wide, byte(u), byte(u>>8))
	}
	manyRows := "title\n" + strings.Repeat("x\n", foreign.MaxRows+1)
	for name, x := range map[string]struct {
		kind foreign.Kind
		raw  []byte
		want string
	}{
		"no kind":             {"martus", []byte("x"), "Choose from which program"},
		"nothing":             {foreign.Uwazi, nil, "no rows"},
		"head alone":          {foreign.Uwazi, []byte("title,text\n"), "no rows"},
		"cut zip":             {foreign.Uwazi, good[:len(good)-40], "damaged or cut off"},
		"zip bomb":            {foreign.Uwazi, bomb, "unfolds to far more"},
		"locked zip":          {foreign.Uwazi, locked, "locked with a password"},
		"zip without rows":    {foreign.Uwazi, zipped(t, entry{"a/b/c.csv", "title\nx\n"}, entry{"1.pdf", "x"}), "no file with rows"},
		"two tables":          {foreign.Uwazi, zipped(t, entry{"a.csv", "title\nx\n"}, entry{"b.csv", "title\ny\n"}), "several files with rows"},
		"no title":            {foreign.Uwazi, []byte("name,text\na,b\n"), "column “title”"},
		"column twice":        {foreign.Uwazi, []byte("title,text,text\na,b,c\n"), "stands there twice"},
		"unclear letters":     {foreign.Uwazi, []byte("title,text\na,caf\xe9 na\xefve fa\xe7ade\n"), "cannot be told for sure"},
		"half of UTF-16":      {foreign.Uwazi, append([]byte("\xff\xfe"), wide[:len(wide)-1]...), "UTF-16"},
		"quotation mark":      {foreign.Uwazi, []byte("title,text\n\"a,b\nc,d\n"), "quotation marks"},
		"too many":            {foreign.Uwazi, []byte(manyRows), "more than 2,000"},
		"a spreadsheet":       {foreign.Uwazi, book(t), "This is a spreadsheet"},
		"a picture":           {foreign.Uwazi, []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), "no table"},
		"kobo: cut JSON":      {foreign.Kobo, []byte(`{"results":[{"_id":1,"a":"b"},{"_id":2,"a`), "ends in the middle"},
		"kobo: rubbish":       {foreign.Kobo, []byte(`{"results":[}`), "no JSON"},
		"kobo: two documents": {foreign.Kobo, []byte(`[{"_id":1}] [{"_id":2}]`), "no JSON"},
		"kobo: no list":       {foreign.Kobo, []byte(`{"detail":"Authentication credentials were not provided."}`), "no list of submissions"},
		"kobo: empty":         {foreign.Kobo, []byte(`{"results":[]}`), "no rows"},
		"kobo: orphan":        {foreign.Kobo, zipped(t, entry{"f.csv", "what,KEY\nx,uuid:1\n"}, entry{"f-men.csv", "name,PARENT_KEY,KEY\nA,uuid:9,u\n"}), "belongs to no submission"},
		"geo: no collection":  {foreign.GeoJSON, []byte(`{"type":"Topology"}`), "no GeoJSON"},
		"geo: a list":         {foreign.GeoJSON, []byte(`[1,2]`), "no GeoJSON"},
		"geo: other grid":     {foreign.GeoJSON, []byte(`{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"EPSG:3857"}},"features":[]}`), "another system"},
	} {
		_, bad := read(x.kind, x.raw)
		if len(bad) == 0 || !strings.Contains(bad[0].What, x.want) {
			t.Errorf("%s: %+v", name, bad)
		}
	}
}

func book(t testing.TB) []byte {
	t.Helper()
	raw, err := table.WriteXLSX("Form", []string{"title"}, [][]string{{"x"}})
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// TestWrongRows: what is wrong with one row stands with that row, and the others are whole.
func TestWrongRows(t *testing.T) {
	t.Parallel()
	s, bad := read(foreign.Uwazi, []byte("title,text\na,b\nc\nd,e,f\n,g\nh,i\n"))
	if len(bad) > 0 || len(s.Rows) != 5 {
		t.Fatalf("%+v %d", bad, len(s.Rows))
	}
	for i, want := range []string{"", "fewer fields", "more fields", "no title", ""} {
		got := fmt.Sprint(s.Rows[i].Wrong)
		if want == "" && len(s.Rows[i].Wrong) > 0 || !strings.Contains(got, want) {
			t.Errorf("row %d: %s", i, got)
		}
	}
	s, bad = read(foreign.GeoJSON, []byte(`{"type":"FeatureCollection","features":[1,{"type":"Feature","geometry":{"type":"Point","coordinates":["45","43"]}},{"type":"Feature","geometry":{"type":"Circle"}},
		{"type":"Feature","geometry":{"type":"Point","coordinates":[45,143]}},{"type":"Feature","geometry":{"type":"Point","coordinates":[445,43]}},{"type":"Feature","properties":{"a":{"b":[1,2]}},"geometry":{"type":"MultiPoint","coordinates":[[44,43],[46,44]]}}]}`))
	if len(bad) > 0 || len(s.Rows) != 6 {
		t.Fatalf("%+v", bad)
	}
	for i, want := range []string{"no feature", "cannot be read", "cannot be read", "exchanged", "nowhere", ""} {
		if got := fmt.Sprint(s.Rows[i].Wrong); want == "" && len(s.Rows[i].Wrong) > 0 || !strings.Contains(got, want) {
			t.Errorf("feature %d: %s", i, got)
		}
	}
	if c := s.Rows[5].Cells; c["a/b"] != "1|2" || c[foreign.ShapePoint] != "43.5, 45" {
		t.Errorf("%v", c)
	}
	s, _ = read(foreign.Kobo, []byte(`{"next":"https://kobo.example/?page=2","results":[null,{"_id":7,"a":{"b":"c"}}]}`))
	if len(s.Notes) != 1 || len(s.Rows[0].Wrong) != 1 || s.Rows[1].Cells["a/b"] != "c" || s.Rows[1].Cells["_id"] != "7" {
		t.Errorf("%+v", s)
	}
}

// TestLetters: UTF-16 and Windows-1251 are read, semicolons too.
func TestLetters(t *testing.T) {
	t.Parallel()
	wide := []byte("\xff\xfe")
	for _, u := range utf16.Encode([]rune("title;note\r\nИмя;слово\r\n")) {
		wide = append(wide, byte(u), byte(u>>8))
	}
	old := []byte("title;note\n\xc8\xec\xff \xee\xe4\xed\xee;\xf1\xeb\xee\xe2\xee \xee \xf2\xee\xec, \xf7\xf2\xee \xe1\xfb\xeb\xee\n")
	for _, raw := range [][]byte{wide, old} {
		s, bad := read(foreign.Uwazi, raw)
		if len(bad) > 0 || len(s.Rows) != 1 || !strings.HasPrefix(s.Rows[0].Cells["note"], "слово") {
			t.Errorf("%+v %+v", bad, s.Rows)
		}
	}
}

// TestFiles: a file is found by its whole path, by the folder of its submission, or by a name that stands once; otherwise not.
func TestFiles(t *testing.T) {
	t.Parallel()
	media := zipped(t, entry{"u/attachments/f/s-1/p.jpg", "one"}, entry{"u/attachments/f/s-2/p.jpg", "two"}, entry{"only.jpg", "three"}, entry{"../../etc/evil.jpg", "four"}, entry{"__MACOSX/only.jpg", "x"})
	s, bad := read(foreign.Kobo, []byte(`[{"_uuid":"s-2","pic":"p.jpg","_attachments":[{"filename":"u/attachments/f/s-2/p.jpg"}]},{"_uuid":"s-9","pic":"p.jpg"}]`), media)
	if len(bad) > 0 {
		t.Fatal(bad)
	}
	for _, x := range []struct {
		row  int
		cell string
		want string
	}{{0, "p.jpg", "two"}, {0, "u/attachments/f/s-1/p.jpg", "one"}, {0, s.Rows[0].Cells["_attachments"], "two"}, {1, "only.jpg", "three"}, {1, "p.jpg", ""}, {1, "none.jpg", ""}, {0, "evil.jpg", "four"}} {
		found, missing := s.Files(s.Rows[x.row], x.cell)
		if x.want == "" {
			if len(found) != 0 || len(missing) != 1 {
				t.Errorf("%q: %v", x.cell, found)
			}
			continue
		}
		if len(found) != 1 || strings.Contains(found[0].Name, "/") {
			t.Errorf("%q: %+v %v", x.cell, found, missing)
			continue
		}
		r, err := found[0].Open()
		if err != nil {
			t.Fatal(err)
		}
		if b, err := io.ReadAll(r); err != nil || string(b) != x.want {
			t.Errorf("%q: %q %v", x.cell, b, err)
		}
		r.Close()
	}
}

// FuzzRead: whatever comes, reading ends, and what it gives back can be read again.
func FuzzRead(f *testing.F) {
	f.Add("uwazi", []byte("title,text\na,b\n"))
	f.Add("kobo", []byte(`{"results":[{"_id":1,"g":[{"g/a":1}],"_attachments":[{"filename":"x"}]}]}`))
	f.Add("geojson", []byte(`{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Point","coordinates":[1,2]}}]}`))
	f.Add("uwazi", zipped(f, entry{"import.csv", "title\nx\n"}))
	f.Fuzz(func(t *testing.T, kind string, raw []byte) {
		s, bad := read(foreign.Kind(kind), raw)
		if len(bad) > 0 {
			return
		}
		why := map[int][]string{}
		for _, r := range s.Rows {
			why[r.Line] = []string{"x"}
		}
		if _, _, out := s.Mend(why); len(out) == 0 {
			t.Error("nothing is given back")
		}
	})
}
