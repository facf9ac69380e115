package exhibit

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"strconv"
)

// The container is a zip file in one exact form: nothing compressed, no dates,
// no extra fields, entries in a stated order. Every byte of it follows from the
// names and contents, so a reader can hold every byte against what it must be,
// and no two programs can see different things in one file.

const (
	maxPackage = 1<<32 - 1 - 1<<20 // the form has no zip64
	maxEntries = 60000
	maxName    = 200
)

type header struct {
	name string
	crc  uint32
	size int64
	at   int64 // offset of the local header
}

const localLen = 30

// local is an entry's header in front of its content.
func (h header) local() []byte {
	b := binary.LittleEndian.AppendUint32(nil, 0x04034b50)
	b = h.common(b)
	return append(b, h.name...)
}

// common are the fields that stand in both headers.
func (h header) common(b []byte) []byte {
	for _, v := range []uint16{20, 0x0800, 0, 0, 0x21} { // version, UTF-8 names, stored, 00:00, 1980-01-01
		b = binary.LittleEndian.AppendUint16(b, v)
	}
	for _, v := range []uint32{h.crc, uint32(h.size), uint32(h.size)} {
		b = binary.LittleEndian.AppendUint32(b, v)
	}
	b = binary.LittleEndian.AppendUint16(b, uint16(len(h.name)))
	return binary.LittleEndian.AppendUint16(b, 0) // no extra field
}

// directory is what stands behind the last entry.
func directory(all []header, at int64) []byte {
	var b []byte
	for _, h := range all {
		b = binary.LittleEndian.AppendUint32(b, 0x02014b50)
		b = binary.LittleEndian.AppendUint16(b, 20)
		b = h.common(b)
		b = append(b, make([]byte, 10)...) // comment, disk, attributes: none
		b = binary.LittleEndian.AppendUint32(b, uint32(h.at))
		b = append(b, h.name...)
	}
	size := len(b)
	b = binary.LittleEndian.AppendUint32(b, 0x06054b50)
	b = append(b, make([]byte, 4)...)
	b = binary.LittleEndian.AppendUint16(b, uint16(len(all)))
	b = binary.LittleEndian.AppendUint16(b, uint16(len(all)))
	b = binary.LittleEndian.AppendUint32(b, uint32(size))
	b = binary.LittleEndian.AppendUint32(b, uint32(at))
	return append(b, 0, 0)
}

type zipWriter struct {
	w   io.Writer
	at  int64
	all []header
}

var errTooLarge = errors.New("exhibit: more than 4 GiB do not fit into one package; make several")

// add writes one entry whose checksum and size are known.
func (z *zipWriter) add(name string, crc uint32, size int64, content io.Reader) error {
	h := header{name, crc, size, z.at}
	if z.at+size+localLen+int64(len(name)) > maxPackage || len(z.all) >= maxEntries {
		return errTooLarge
	}
	if _, err := z.w.Write(h.local()); err != nil {
		return err
	}
	sum := crc32.NewIEEE()
	n, err := io.Copy(io.MultiWriter(z.w, sum), content)
	if err != nil {
		return err
	}
	if n != size || sum.Sum32() != crc {
		return errors.New("exhibit: the content of an entry changed while it was written")
	}
	z.at += int64(len(h.local())) + size
	z.all = append(z.all, h)
	return nil
}

func (z *zipWriter) close() error {
	_, err := z.w.Write(directory(z.all, z.at))
	return err
}

// zipReader reads the one form and nothing else.
type zipReader struct {
	r   io.Reader
	at  int64
	all []header
}

// next reads the next entry's header; io.EOF when the directory begins.
func (z *zipReader) next() (header, error) {
	b := make([]byte, localLen)
	if _, err := io.ReadFull(z.r, b[:4]); err != nil {
		return header{}, errForm
	}
	if bytes.Equal(b[:4], []byte("PK\x01\x02")) {
		return header{}, io.EOF
	}
	if _, err := io.ReadFull(z.r, b[4:]); err != nil {
		return header{}, errForm
	}
	name := make([]byte, binary.LittleEndian.Uint16(b[26:]))
	if len(name) == 0 || len(name) > maxName {
		return header{}, errForm
	}
	if _, err := io.ReadFull(z.r, name); err != nil {
		return header{}, errForm
	}
	h := header{string(name), binary.LittleEndian.Uint32(b[14:]), int64(binary.LittleEndian.Uint32(b[18:])), z.at}
	if !bytes.Equal(h.local(), append(b, name...)) {
		return h, errForm
	}
	return h, nil
}

var errForm = errors.New("exhibit: not in the form of a package")

// content reads an entry's content into w and compares its checksum.
func (z *zipReader) content(h header, w io.Writer) error {
	sum := crc32.NewIEEE()
	n, err := io.Copy(io.MultiWriter(w, sum), io.LimitReader(z.r, h.size))
	if err != nil {
		return err
	}
	if n != h.size {
		return errForm
	}
	z.at += int64(len(h.local())) + h.size
	z.all = append(z.all, h)
	if sum.Sum32() != h.crc {
		return errSum
	}
	return nil
}

var errSum = errors.New("exhibit: the content does not fit its checksum")

// end compares what stands behind the last entry, of which four bytes were read.
func (z *zipReader) end() error {
	want := directory(z.all, z.at)[4:]
	got, err := io.ReadAll(io.LimitReader(z.r, int64(len(want))+1))
	if err != nil || !bytes.Equal(got, want) {
		return errForm
	}
	return nil
}

// goodName keeps a package from writing outside its folder or hiding behind odd names.
func goodName(s string) bool {
	if s == "" || len(s) > maxName || s[0] == '/' {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.' && (i == 0 || s[i-1] != '.') || c == '/' && s[i-1] != '/') {
			return false
		}
	}
	return true
}

func itoa(n int) string { return strconv.Itoa(n) }
