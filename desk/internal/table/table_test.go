package table_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"
	"pgregory.net/rapid"

	"waylight/desk/internal/table"
)

var columns = []string{"id", "name", "phone", "day", "minor", "note"}

func wide(s string, order binary.ByteOrder, mark bool) []byte {
	var b bytes.Buffer
	if mark {
		s = "\ufeff" + s
	}
	for _, u := range utf16.Encode([]rune(s)) {
		binary.Write(&b, order, u)
	}
	return b.Bytes()
}

func narrow(t *testing.T, c *charmap.Charmap, s string) []byte {
	t.Helper()
	b, err := c.NewEncoder().Bytes([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestLetters: every way of writing letters is read or refused with a sentence, and never guessed wrongly.
func TestLetters(t *testing.T) {
	t.Parallel()
	const s = "id,name,note\n,Руслан Пример,«Живёт у тёти» — Грозный №5\n"
	for name, raw := range map[string][]byte{
		"utf-8": []byte(s), "utf-8 with a mark": []byte("\ufeff" + s),
		"utf-16 little": wide(s, binary.LittleEndian, true), "utf-16 big": wide(s, binary.BigEndian, true),
		"utf-16 little unmarked": wide("id,name\n,Ruslan\n", binary.LittleEndian, false), "utf-16 big unmarked": wide("id,name\n,Ruslan\n", binary.BigEndian, false),
		"windows-1251": narrow(t, charmap.Windows1251, s),
	} {
		rows, bad := table.Read(raw, columns)
		if len(bad) > 0 || len(rows) != 1 || !strings.Contains(strings.ToLower(rows[0].Get("name")), "руслан") && !strings.Contains(rows[0].Get("name"), "Ruslan") {
			t.Errorf("%s: %v %v", name, rows, bad)
		}
	}
	for name, raw := range map[string][]byte{
		"koi8-r":                   narrow(t, charmap.KOI8R, s[:strings.Index(s, ",«")]+"\n"),
		"koi8-r small":             narrow(t, charmap.KOI8R, "id,name,note\n,руслан,он живёт у тёти\n"),
		"windows-1251 in capitals": narrow(t, charmap.Windows1251, "id,name\n,РУСЛАН ПРИМЕР\n"), // could be KOI8 in small letters
		"windows-1252":             narrow(t, charmap.Windows1252, "id,name\n,José Müller Renée\n"),
		"half a letter":            wide(s, binary.LittleEndian, true)[:31],
		"cut utf-8":                []byte("\ufeffid,name\n,\xd0"),
		"a picture":                append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), 0, 1, 2, 3),
		"xls":                      []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
		"empty":                    {},
		"no zip":                   []byte("PK\x03\x04 and then nothing"),
	} {
		if rows, bad := table.Read(raw, columns); len(bad) == 0 {
			t.Errorf("%s was read as %v", name, rows)
		}
	}
}

// TestForeign reads a file that another program wrote: a hidden sheet before it,
// numbers, days, truths, a text that looks like a formula, an empty row.
func TestForeign(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("testdata/openpyxl.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	rows, bad := table.Read(raw, columns)
	if len(bad) > 0 || len(rows) != 3 {
		t.Fatal(rows, bad)
	}
	for _, w := range []struct {
		row        int
		column, is string
	}{{0, "name", "Руслан Пример"}, {0, "phone", "79990000001"}, {0, "day", "2017-04-09"}, {0, "minor", "yes"}, {0, "note", "=1+1"}, {1, "day", "2017-04-09T14:05"}, {1, "minor", "no"}, {1, "note", "two\nlines"}, {2, "name", "0012"}, {2, "phone", "0.5"}} {
		if got := rows[w.row].Get(w.column); got != w.is {
			t.Errorf("row %d, %s: %q, not %q", w.row, w.column, got, w.is)
		}
	}
	if rows[2].Line != 5 {
		t.Errorf("the third row stands in line %d", rows[2].Line)
	}
}

// TestSeparators: what spreadsheets write where the comma is the decimal sign.
func TestSeparators(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{"id;name;note\r\n;\"A;B\";x, y\r\n;;\r\n", "id\tname\tnote\n\tA;B\tx, y\n\t\t\n"} {
		rows, bad := table.Read([]byte(raw), columns)
		if len(bad) > 0 || len(rows) != 1 || rows[0].Get("name") != "A;B" || rows[0].Get("note") != "x, y" {
			t.Errorf("%q: %v %v", raw, rows, bad)
		}
	}
}

func TestWrong(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"id,name,colour\n":                     "1 colour There is no such column",
		"id,id\n":                              "1 id This column stands there twice",
		"id,name\nx\n":                         "2  The row has another number of fields",
		"id,name\n,\"open\n":                   "2  The quotation marks",
		"id,name\n,a\ufffd\n":                  "2 name The letters cannot be read",
		strings.Repeat("id,", 300):             "1  The row has too many fields",
		"id\n" + strings.Repeat("x\n", 20_001): "20002  The table is too long",
	} {
		rows, bad := table.Read([]byte(raw), columns)
		if len(bad) == 0 || rows != nil || !strings.HasPrefix(fmt.Sprint(bad[0].Line, " ", bad[0].Column, " ", bad[0].What), want) {
			t.Errorf("%.30q: %v", raw, bad)
		}
	}
}

// TestBomb: a small file that unfolds to more than there is room for is refused.
func TestBomb(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, body := range map[string]string{
		"xl/workbook.xml":            `<workbook><sheets><sheet name="a" sheetId="1" r:id="r"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="r" Target="worksheets/s.xml"/></Relationships>`,
		"xl/worksheets/s.xml":        `<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>id` + strings.Repeat(" ", 80<<20) + `</t></is></c></row></sheetData></worksheet>`,
	} {
		w, _ := z.Create(name)
		w.Write([]byte(body))
	}
	z.Close()
	if _, bad := table.Read(b.Bytes(), columns); len(bad) != 1 || !strings.Contains(bad[0].What, "unfolds to too much") {
		t.Error(bad)
	}
}

// TestRoundTrip: whatever the cells hold, what is written is read back as it was, and gives the same bytes.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		cell := rapid.OneOf(rapid.StringMatching(`[=+\-@'_x0D"; ,\n\tа-яёА-Яa-z0-9＝]{0,8}`), rapid.SampledFrom([]string{"", "=cmd|' /C calc'!A0", "'=1", "''x", "+7 200 000 00 01", "-", "_x000D_", "a\nb", " x "}))
		head := []string{"id", "name", "note"}
		var rows [][]string
		for range rapid.IntRange(0, 6).Draw(t, "rows") {
			row := []string{"k" + cell.Draw(t, "a"), cell.Draw(t, "b"), cell.Draw(t, "c")}
			rows = append(rows, row)
		}
		for _, f := range table.Formats() {
			out, err := table.Write(f, "Cases", head, rows)
			if err != nil {
				t.Fatal(err)
			}
			back, bad := table.Read(out, columns)
			if len(bad) > 0 || len(back) != len(rows) {
				t.Fatal(f, bad, len(back), rows)
			}
			var again [][]string
			for i, r := range back {
				again = append(again, []string{r.Get("id"), r.Get("name"), r.Get("note")})
				if !slices.Equal(again[i], rows[i]) {
					t.Fatalf("%s: %q became %q", f, rows[i], again[i])
				}
			}
			second, err := table.Write(f, "Cases", head, again)
			if err != nil || !bytes.Equal(out, second) {
				t.Fatal("other bytes the second time", err)
			}
		}
	})
}

// TestNoFormula: no cell of a CSV begins as a formula does.
func TestNoFormula(t *testing.T) {
	t.Parallel()
	out := table.WriteCSV([]string{"id"}, [][]string{{"=1+1"}, {"+7"}, {"-1"}, {"@x"}, {"\tx"}, {"＝1"}})
	for line := range strings.Lines(string(out)) {
		if strings.ContainsAny(strings.Trim(line, "\"")[:1], "=+-@\t") || strings.HasPrefix(line, "＝") {
			t.Errorf("%q", line)
		}
	}
}

func FuzzRead(f *testing.F) {
	raw, err := os.ReadFile("testdata/openpyxl.xlsx")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw)
	f.Add([]byte("id,name\n,\"x\"\n"))
	f.Add(wide("id;name\n;x\n", binary.LittleEndian, true))
	f.Fuzz(func(t *testing.T, raw []byte) {
		rows, bad := table.Read(raw, columns)
		if len(bad) > 0 && rows != nil {
			t.Error("rows beside faults")
		}
		table.AsCSV(raw)
	})
}
