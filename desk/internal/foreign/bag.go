package foreign

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"path"
	"slices"
	"strings"

	"waylight/desk/internal/table"
)

// What a zip may hold. A bomb says that it unfolds to far more than it has.
const (
	maxEntries  = 20_000
	maxAttached = 2 << 30 // one file
	maxAll      = 8 << 30
	maxRatio    = 150
	smallEntry  = 4 << 20 // below this no ratio is looked at: a page of nothing but spaces is no bomb
)

type named struct {
	name  string
	bytes []byte
	more  []named // further tables: repeat groups
}

// attached is a file of a parcel.
type attached struct {
	path  string
	entry *zip.File
}

// File is one attached file, found for a row.
type File struct {
	Name  string // the last part of its path
	Size  int64
	CRC   uint32
	entry *zip.File
}

// Open reads it. A file that is not as the zip says answers an error at its end.
func (f File) Open() (io.ReadCloser, error) {
	r, err := f.entry.Open()
	if err != nil {
		return nil, err
	}
	return struct {
		io.Reader
		io.Closer
	}{&bounded{r: r, left: f.Size}, r}, nil
}

var errGrown = errors.New("foreign: a file of the zip is longer than it says")

// bounded refuses what is longer than was said.
type bounded struct {
	r    io.Reader
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, errGrown
	}
	return n, err
}

// unpack finds the file with the rows: the whole, or the one in a zip.
func (s *Sheet) unpack(b Bytes) (named, []table.Wrong) {
	var head [4]byte
	if n, _ := b.R.ReadAt(head[:], 0); n == 4 && string(head[:]) == "PK\x03\x04" {
		return s.list(b, true)
	}
	if b.Size > maxData {
		return named{}, whole(tooLarge)
	}
	raw, err := io.ReadAll(io.NewSectionReader(b.R, 0, b.Size))
	if err != nil {
		return named{}, whole(damaged)
	}
	return named{bytes: raw}, nil
}

// list reads the table of contents of a zip; with rows it also finds the file with the rows.
func (s *Sheet) list(b Bytes, rows bool) (data named, bad []table.Wrong) {
	z, err := zip.NewReader(b.R, b.Size)
	if err != nil {
		return data, whole(damaged)
	}
	if rows && slices.ContainsFunc(z.File, func(f *zip.File) bool { return f.Name == "xl/workbook.xml" }) {
		return s.workbook(b)
	}
	if len(z.File) > maxEntries {
		return data, whole(bomb)
	}
	total := uint64(0)
	var tables []*zip.File
	for _, f := range z.File {
		base := path.Base(strings.ReplaceAll(f.Name, `\`, "/"))
		if strings.HasSuffix(f.Name, "/") || strings.HasPrefix(base, ".") || strings.HasPrefix(f.Name, "__MACOSX/") {
			continue
		}
		total += f.UncompressedSize64
		if f.Flags&1 != 0 {
			return data, whole(locked)
		}
		if f.UncompressedSize64 > maxAttached || total > maxAll || f.UncompressedSize64 > smallEntry && f.UncompressedSize64/max(f.CompressedSize64, 1) > maxRatio {
			return data, whole(bomb)
		}
		if rows && s.holdsRows(f.Name) {
			tables = append(tables, f)
			continue
		}
		s.files = append(s.files, attached{path: strings.ReplaceAll(f.Name, `\`, "/"), entry: f})
	}
	if !rows {
		return data, nil
	}
	return s.tables(tables)
}

func (s *Sheet) workbook(b Bytes) (data named, bad []table.Wrong) {
	if b.Size > maxData {
		return data, whole(tooLarge)
	}
	raw, err := io.ReadAll(io.NewSectionReader(b.R, 0, b.Size))
	if err != nil {
		return data, whole(damaged)
	}
	return named{bytes: raw}, nil
}

// holdsRows tells a file with rows from one that was attached.
func (s *Sheet) holdsRows(name string) bool {
	deep := strings.Contains(strings.Trim(strings.ReplaceAll(name, `\`, "/"), "/"), "/")
	ext := strings.ToLower(path.Ext(name))
	switch s.Kind {
	case Uwazi:
		return !deep && ext == ".csv"
	case Kobo:
		return !deep && (ext == ".csv" || ext == ".xlsx" || ext == ".json")
	}
	return !deep && (ext == ".geojson" || ext == ".json")
}

// tables unfolds the files with rows, the main one first.
func (s *Sheet) tables(all []*zip.File) (data named, bad []table.Wrong) {
	if len(all) == 0 {
		return data, whole(noRows)
	}
	left := int64(maxData)
	var read []named
	for _, f := range all {
		raw, err := unfold(f, left)
		if err != nil {
			return data, whole(damaged)
		}
		left -= int64(len(raw))
		read = append(read, named{name: path.Base(f.Name), bytes: raw})
	}
	main := 0
	if len(read) > 1 {
		i := slices.IndexFunc(read, func(n named) bool { return strings.EqualFold(n.name, "import.csv") })
		if s.Kind == Kobo {
			i = slices.IndexFunc(read, func(n named) bool { return !bytes.Contains(firstLine(n.bytes), []byte("PARENT_KEY")) })
			rest := slices.Concat(read[:max(i, 0)], read[max(i, 0)+1:])
			if i >= 0 && slices.ContainsFunc(rest, func(n named) bool { return !bytes.Contains(firstLine(n.bytes), []byte("PARENT_KEY")) }) {
				i = -1
			}
		}
		if i < 0 {
			return data, whole(severalTables)
		}
		main = i
	}
	data = read[main]
	data.more = slices.Concat(read[:main], read[main+1:])
	return data, nil
}

func firstLine(b []byte) []byte {
	line, _, _ := bytes.Cut(b, []byte("\n"))
	return line
}

func unfold(f *zip.File, most int64) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	raw, err := io.ReadAll(io.LimitReader(r, most+1))
	if err == nil && int64(len(raw)) > most {
		err = errGrown
	}
	return raw, err
}

// Files finds the files that a row names in a cell. Missing names those that are
// not in the parcel, or of which it has several.
func (s Sheet) Files(r Row, cell string) (found []File, missing []string) {
	for _, name := range Values(cell) {
		if f, ok := s.find(r, name); ok {
			found = append(found, f)
		} else {
			missing = append(missing, name)
		}
	}
	return found, missing
}

func (s Sheet) find(r Row, name string) (File, bool) {
	clean := strings.Trim(strings.ReplaceAll(name, `\`, "/"), "/")
	base := path.Base(clean)
	var exact, own, far []attached
	for _, a := range s.files {
		p := strings.Trim(a.path, "/")
		mine := r.own != "" && strings.Contains(p, r.own)
		switch {
		case p == clean || strings.Contains(clean, "/") && strings.HasSuffix(p, "/"+clean):
			exact = append(exact, a)
		case path.Base(p) != base:
		case mine:
			own = append(own, a)
		default:
			far = append(far, a)
		}
	}
	near := exact
	if len(near) == 0 {
		near = own
	}
	if len(near) == 0 {
		near = far
	}
	if len(near) != 1 {
		return File{}, false
	}
	e := near[0].entry
	return File{Name: base, Size: int64(e.UncompressedSize64), CRC: e.CRC32, entry: e}, true
}
