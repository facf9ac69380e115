package pdftag

import (
	"bytes"
	"compress/zlib"
	"encoding/xml"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf16"

	"golang.org/x/text/unicode/norm"
)

// file is a PDF as the library writes it: whole objects, a table of where they lie, and
// nothing packed into streams but content.
type file struct {
	objects    [][]byte // by number; the first is empty
	root, info int
}

// read takes such a file apart (ISO 32000-1, 7.5).
func read(b []byte) (*file, error) {
	bad := func(what string) (*file, error) { return nil, fmt.Errorf("pdftag: the file has no %s", what) }
	at := bytes.LastIndex(b, []byte("startxref\n"))
	if at < 0 {
		return bad("startxref")
	}
	var table, count int
	if _, err := fmt.Sscanf(string(b[at:]), "startxref\n%d", &table); err != nil || table <= 0 || table >= at {
		return bad("table of objects")
	}
	if _, err := fmt.Sscanf(string(b[table:at]), "xref\n0 %d\n", &count); err != nil || count < 2 {
		return bad("table of objects")
	}
	f := &file{objects: make([][]byte, count)}
	rows := strings.Split(string(b[table:at]), "\n")
	if len(rows) < count+2 {
		return bad("whole table of objects")
	}
	starts := []int{table}
	for _, row := range rows[3 : count+2] {
		n, err := strconv.Atoi(row[:min(10, len(row))])
		if err != nil || n >= table {
			return bad("place of an object")
		}
		starts = append(starts, n)
	}
	sorted := slices.Clone(starts)
	slices.Sort(sorted)
	for n := 1; n < count; n++ {
		i, _ := slices.BinarySearch(sorted, starts[n])
		body, ok := bytes.CutPrefix(b[starts[n]:sorted[i+1]], fmt.Appendf(nil, "%d 0 obj\n", n))
		end := bytes.LastIndex(body, []byte("endobj"))
		if !ok || end < 0 {
			return bad("object " + strconv.Itoa(n))
		}
		f.objects[n] = bytes.TrimRight(body[:end], "\n")
	}
	trailer := string(b[table:at])
	for name, to := range map[string]*int{"/Root ": &f.root, "/Info ": &f.info} {
		_, after, _ := strings.Cut(trailer, name)
		if _, err := fmt.Sscanf(after, "%d 0 R", to); err != nil || *to <= 0 || *to >= count {
			return bad(strings.TrimSpace(name))
		}
	}
	return f, nil
}

// add gives an object a number.
func (f *file) add(body string) int {
	f.objects = append(f.objects, []byte(body))
	return len(f.objects) - 1
}

// bytes writes the file anew.
func (f *file) bytes() []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n%\xC2\xB5\xC2\xB6\n")
	var at []int
	for n, o := range f.objects[1:] {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", n+1, o)
	}
	table := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(f.objects))
	for _, n := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", n)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d /Root %d 0 R /Info %d 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(f.objects), f.root, f.info, table)
	return b.Bytes()
}

// rewrite adds the tree of elements to what the library wrote.
func (d *Doc) rewrite(b []byte) ([]byte, error) {
	f, err := read(b)
	if err != nil {
		return nil, err
	}
	var pages []int
	letters, err := meanings()
	if err != nil {
		return nil, err
	}
	for n, o := range f.objects {
		switch {
		case bytes.HasPrefix(o, []byte("<</Type /Page\n")):
			f.objects[n] = bytes.Replace(o, []byte("<</Type /Page\n"), fmt.Appendf(nil, "<</Type /Page\n/StructParents %d /Tabs /S\n", len(pages)), 1)
			pages = append(pages, n)
		case bytes.Contains(o, []byte("/CMapName /Adobe-Identity-UCS")):
			f.objects[n] = letters
		}
	}
	for len(d.marks) < len(pages) {
		d.marks = append(d.marks, nil)
	}
	number := map[*element]int{} // all get their numbers first: parents name kids and kids parents
	root := f.add("")
	var give func(e *element)
	give = func(e *element) {
		number[e] = f.add("")
		for _, k := range e.kids {
			if k.of != nil {
				give(k.of)
			}
		}
	}
	give(d.root)
	var write func(e *element, parent int)
	write = func(e *element, parent int) {
		f.objects[number[e]] = []byte(e.object(parent, number, pages))
		for _, k := range e.kids {
			if k.of != nil {
				write(k.of, number[e])
			}
		}
	}
	write(d.root, root)
	var parents strings.Builder // whose each mark of a page is (ISO 32000-1, 14.7.4.4)
	for page, marks := range d.marks {
		fmt.Fprintf(&parents, "%d [", page)
		for _, e := range marks {
			fmt.Fprintf(&parents, "%d 0 R ", number[e])
		}
		parents.WriteString("]\n")
	}
	tree := f.add("<</Nums [" + parents.String() + "]>>")
	f.objects[root] = fmt.Appendf(nil, "<</Type /StructTreeRoot /K [%d 0 R] /ParentTree %d 0 R /ParentTreeNextKey %d>>", number[d.root], tree, len(d.marks))
	catalog := bytes.Replace(f.objects[f.root], []byte("/Names <<\n/EmbeddedFiles <</Names [] >>\n>>\n"), nil, 1)
	end := bytes.LastIndex(catalog, []byte(">>"))
	if !bytes.Contains(catalog, []byte("/Type /Catalog")) || end < 0 {
		return nil, fmt.Errorf("pdftag: the file has no catalogue")
	}
	f.objects[f.root] = fmt.Appendf(nil, "%s/MarkInfo <</Marked true>>\n/StructTreeRoot %d 0 R\n/ViewerPreferences <</DisplayDocTitle true>>\n>>", catalog[:end], root)
	return f.bytes(), nil
}

// object writes one element (ISO 32000-1, 14.7.2, 14.8.5 and 14.9).
func (e *element) object(parent int, number map[*element]int, pages []int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "<</Type /StructElem /S /%s /P %d 0 R", e.role, parent)
	if e.Lang != "" {
		b.WriteString(" /Lang " + str(e.Lang))
	}
	if e.Alt != "" {
		b.WriteString(" /Alt " + str(e.Alt))
	}
	switch {
	case e.role == Figure:
		const point, high = 72 / 25.4, 297.0 // A4; the file counts from the bottom
		fmt.Fprintf(&b, " /A <</O /Layout /Placement /Block /BBox [%.2f %.2f %.2f %.2f]>>", e.Box[0]*point, (high-e.Box[3])*point, e.Box[2]*point, (high-e.Box[1])*point)
	case e.role == List:
		b.WriteString(" /A <</O /List /ListNumbering /Disc>>")
	case e.Scope != "":
		fmt.Fprintf(&b, " /A <</O /Table /Scope /%s>>", e.Scope)
	}
	b.WriteString(" /K [")
	for _, k := range e.kids {
		if k.of != nil {
			fmt.Fprintf(&b, "%d 0 R ", number[k.of])
			continue
		}
		fmt.Fprintf(&b, "<</Type /MCR /Pg %d 0 R /MCID %d>> ", pages[k.page], k.mark)
	}
	b.WriteString("]>>")
	return b.String()
}

// str writes a text string (ISO 32000-1, 7.9.2.2).
func str(s string) string {
	var b strings.Builder
	b.WriteString("<FEFF")
	for _, u := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, "%04X", u)
	}
	b.WriteByte('>')
	return b.String()
}

// metadata says in XMP what the document is and that it keeps to PDF/UA-1 (ISO 14289-1, 5
// and 7.1). It holds no date and no program.
func metadata(a About) []byte {
	esc := func(s string) string {
		var b bytes.Buffer
		_ = xml.EscapeText(&b, []byte(s)) // a bytes.Buffer takes everything
		return b.String()
	}
	author := ""
	if a.Author != "" {
		author = "<dc:creator><rdf:Seq><rdf:li>" + esc(a.Author) + "</rdf:li></rdf:Seq></dc:creator>\n"
	}
	return []byte("<?xpacket begin=\"\uFEFF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n" + `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">` + esc(a.Title) + `</rdf:li></rdf:Alt></dc:title>
` + author + `<dc:language><rdf:Bag><rdf:li>` + esc(a.Lang) + `</rdf:li></rdf:Bag></dc:language>
<pdfuaid:part>1</pdfuaid:part>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>`)
}

// meanings is the map from what is drawn to what it says (ISO 32000-1, 9.10.3). The
// library names each glyph by its sign in Unicode. An Arabic letter is drawn in the form
// that it has beside others and says the letter itself; lam with alef says two.
var meanings = sync.OnceValues(func() ([]byte, error) {
	says := func(r rune) string {
		if r >= 0xFB50 && r <= 0xFDFB || r >= 0xFE80 && r <= 0xFEFC {
			return norm.NFKC.String(string(r))
		}
		return string(r)
	}
	var ranges, single []string
	for high := rune(0); high < 0x100; high++ {
		if high >= 0xD8 && high <= 0xDF { // halves of pairs
			continue
		}
		for from := high << 8; from < (high+1)<<8; {
			if from == 0 || from == 0xFEFF || from >= 0xFFFE { // ISO 14289-1, 7.21.7
				from++
				continue
			}
			to := from
			for to < (high+1)<<8 && says(to) == string(to) && to != 0xFEFF && to < 0xFFFE {
				to++
			}
			if to > from {
				ranges = append(ranges, fmt.Sprintf("<%04X> <%04X> <%04X>", from, to-1, from))
				from = to
				continue
			}
			var hex strings.Builder
			for _, u := range utf16.Encode([]rune(says(from))) {
				fmt.Fprintf(&hex, "%04X", u)
			}
			single = append(single, fmt.Sprintf("<%04X> <%s>", from, &hex))
			from++
		}
	}
	var b strings.Builder
	b.WriteString("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n")
	for part := range slices.Chunk(ranges, 100) { // no more stand in one block
		fmt.Fprintf(&b, "%d beginbfrange\n%s\nendbfrange\n", len(part), strings.Join(part, "\n"))
	}
	for part := range slices.Chunk(single, 100) {
		fmt.Fprintf(&b, "%d beginbfchar\n%s\nendbfchar\n", len(part), strings.Join(part, "\n"))
	}
	b.WriteString("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend")
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	if _, err := z.Write([]byte(b.String())); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return fmt.Appendf(nil, "<</Length %d /Filter /FlateDecode>>\nstream\n%s\nendstream", packed.Len(), packed.Bytes()), nil
})
