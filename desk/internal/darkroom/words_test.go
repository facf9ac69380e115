package darkroom_test

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"waylight/desk/internal/traces"
)

// archive puts parts into a ZIP; names and texts alternate.
func archive(t *testing.T, parts ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for pair := range slices.Chunk(parts, 2) {
		w, err := z.Create(pair[0])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(pair[1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// oneByte writes Russian in Windows-1251.
func oneByte(s string) string {
	var out []byte
	for _, r := range s {
		if r >= 'А' && r <= 'я' {
			r = r - 'А' + 0xc0
		}
		out = append(out, byte(r))
	}
	return string(out)
}

func twoBytes(s string) string {
	out := []byte("\xff\xfe")
	for _, u := range utf16.Encode([]rune(s)) {
		out = binary.LittleEndian.AppendUint16(out, u)
	}
	return string(out)
}

// TestWordsOfAnyFile: a protected name is stopped in a file of any kind that holds words,
// whatever its type is said to be and wherever in it the name stands; a file that nobody
// here can read is said to be unread.
func TestWordsOfAnyFile(t *testing.T) {
	t.Parallel()
	const types = `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`
	doc := func(body string) []byte {
		return archive(t, "[Content_Types].xml", types, "word/document.xml", `<w:document><w:body>`+body+`</w:body></w:document>`)
	}
	sheet := func(parts ...string) []byte {
		return archive(t, append([]string{"[Content_Types].xml", types}, parts...)...)
	}
	mail := "From: a@example.org\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
	long := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("Вымышленное письмо. ", 5) + protected + " ушёл."))
	for len(long) > 76 {
		mail, long = mail+long[:76]+"\r\n", long[76:]
	}
	mail += long + "\r\n"
	for _, c := range []struct {
		name string
		file []byte
	}{
		{"a drawing", []byte(`<svg xmlns="http://www.w3.org/2000/svg"><text x="1" y="9"><tspan>Зелимхан</tspan> <tspan>Несуществуев</tspan></text></svg>`)},
		{"the title of a drawing, cut by tags", []byte(`<svg><title>Зелим<tspan>хан</tspan> Несущест<tspan>вуев</tspan></title></svg>`)},
		{"a page with entities", []byte(`<p>&#1047;&#1077;&#1083;&#1080;&#1084;&#1093;&#1072;&#1085; Несу&shy;ществуев`)},
		{"another text for a picture", []byte(`<img src="a.png" alt="Зелимхан Несуществуев">`)},
		{"a card", []byte("BEGIN:VCARD\nN:Несуществуев;Зелимхан;;;\nTEL:+72004175563\nEND:VCARD\n")},
		{"a table with formulas", []byte(`"=""Зелим""&""хан ""&""Несущест""&""вуев"""`)},
		{"a formula that joins", []byte(`="Зелим"&"хан "&"Несущест"&"вуев"`)},
		{"data with escapes", []byte(`{"who":"\u0417\u0435\u043b\u0438\u043c\u0445\u0430\u043d \u041d\u0435\u0441\u0443\u0449\u0435\u0441\u0442\u0432\u0443\u0435\u0432"}`)},
		{"a text in Windows-1251", []byte(oneByte("Пришёл Зелимхан Несуществуев и ушёл"))},
		{"a text in UTF-16", []byte(twoBytes("Пришёл Зелимхан Несуществуев"))},
		{"a track", []byte(`<gpx><wpt lat="1" lon="2"><name>Зелимхан Несуществуев</name></wpt></gpx>`)},
		{"a mail, packed", []byte(mail)},
		{"a mail, in bytes", []byte("Content-Transfer-Encoding: quoted-printable\n\n=D0=97=D0=B5=D0=BB=D0=B8=D0=BC=D1=85=D0=B0=D0=BD =D0=9D=D0=B5=D1=81=D1=83=D1=89=D0=B5=D1=81=D1=82=D0=B2=D1=83=D0=B5=D0=B2\n")},
		{"a drawing among packed files", archive(t, "chart.svg", `<svg><text>Зелимхан Несуществуев</text></svg>`)},
		{"a mail among packed files", archive(t, "a.eml", "Subject: Зелимхан Несуществуев\n\n")},
		{"the name of a packed file", archive(t, "nesushchestvuev_zelimkhan.bin", "\x00\x01")},
		{"another text for a document's picture", doc(`<w:p><wp:docPr id="1" name="Picture 1" descr="Зелимхан Несуществуев"/></w:p>`)},
		{"a tip of a document's link", doc(`<w:p><w:hyperlink w:tooltip="x" tooltip="Зелимхан Несуществуев"><w:r><w:t>x</w:t></w:r></w:hyperlink></w:p>`)},
		{"struck out of a document", doc(`<w:p><w:del w:id="1"><w:r><w:delText>Зелимхан Несуществуев</w:delText></w:r></w:del></w:p>`)},
		{"a field of a document", doc(`<w:p><w:fldSimple w:instr=" AUTHOR &quot;Зелимхан Несуществуев&quot; "/></w:p>`)},
		{"a remark in a document", sheet("word/document.xml", "<w:document/>", "word/comments.xml", `<w:comments><w:comment w:author="x"><w:p><w:r><w:t>Зелим</w:t></w:r><w:r><w:t>хан Несуществуев</w:t></w:r></w:p></w:comment></w:comments>`)},
		{"the name of a sheet", sheet("xl/workbook.xml", `<workbook><sheets><sheet name="Несуществуев Зелимхан" sheetId="2" state="hidden"/></sheets></workbook>`)},
		{"a hidden sheet", sheet("xl/worksheets/sheet2.xml", `<worksheet><row><c t="inlineStr"><is><t>Несуществуев</t></is></c><c t="inlineStr"><is><t>Зелимхан</t></is></c></row></worksheet>`)},
		{"a hint at a cell", sheet("xl/worksheets/sheet1.xml", `<worksheet><dataValidation promptTitle="x" prompt="Зелимхан Несуществуев"/></worksheet>`)},
	} {
		if found, r := stopped(t, c.file); !found {
			t.Errorf("%s: the guard sees nothing (unread: %v)", c.name, r.Unread)
		}
	}
	for name, file := range map[string][]byte{"of an unknown kind": []byte("\x00\x01\x02\x03unknown"), "an old document": []byte("{\\rtf1 x}"), "an unknown kind among packed files": archive(t, "a.xyz", "\x00\x01")} {
		if _, r := stopped(t, file); !r.Unread {
			t.Errorf("a file %s is taken for read", name)
		}
	}
	for name, file := range map[string][]byte{"a plain text": []byte("Nobody is named here."), "nothing": nil} {
		if found, r := stopped(t, file); found || r.Unread || len(r.FoundKinds()) > 0 && r.Has(traces.Author) {
			t.Errorf("%s: found %v, unread %v", name, found, r.Unread)
		}
	}
}
