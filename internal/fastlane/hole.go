package fastlane

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
)

// Hole is an answer in which some bytes are new for every reader: a random value
// in a form. What stands before and after them is kept.
type Hole struct {
	before, after []byte
	size          int
	sums          *sums // of a packed page; nil: nothing follows from the new bytes
}

// NewHole makes a hole of the bytes from to to in an answer that was sent plainly.
func NewHole(answer []byte, from, to int) *Hole {
	return &Hole{before: answer[:from:from], after: answer[to:], size: to - from}
}

// Size is how many bytes Fill takes.
func (h *Hole) Size() int { return h.size }

// Fill appends the answer with these bytes in the hole to out.
func (h *Hole) Fill(fresh []byte, out [][]byte) [][]byte {
	if h.sums == nil {
		return append(out, h.before, fresh, h.after)
	}
	return append(out, h.before, fresh, h.after, h.sums.trailer(fresh))
}

// NewPackedHole packs a page as gzip, with the hole as a block that is not
// compressed, and sends it as one chunk below head. The sum at the end of the
// file (RFC 1952) follows from the parts, so that nothing is packed for a reader.
func NewPackedHole(head, page []byte, from, to int) (*Hole, error) {
	var b bytes.Buffer
	b.Write([]byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff}) // no name, no time
	w, err := flate.NewWriter(&b, flate.DefaultCompression)
	if err != nil {
		return nil, err
	}
	size := to - from
	if size < 1 || size > 0xffff {
		return nil, fmt.Errorf("a hole of %d bytes is no block", size)
	}
	_, _ = w.Write(page[:from]) // into memory
	_ = w.Flush()               // ends on a whole byte
	b.WriteByte(0)              // a block that is stored, and not the last (RFC 1951, 3.2.4)
	b.Write(binary.LittleEndian.AppendUint16(nil, uint16(size)))
	b.Write(binary.LittleEndian.AppendUint16(nil, ^uint16(size)))
	before := bytes.Clone(b.Bytes())
	b.Reset()
	w.Reset(&b)
	_, _ = w.Write(page[to:])
	_ = w.Close()
	h := &Hole{after: bytes.Clone(b.Bytes()), size: size, sums: newSums(page[:from], page[to:], len(page))}
	h.before = fmt.Appendf(bytes.Clone(head), "%x\r\n", len(before)+size+len(h.after)+8)
	h.before = append(h.before, before...)
	return h, nil
}

// Unpack reads a gzip file.
func Unpack(packed []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// sums makes the end of a gzip file: the sum of all bytes from the sums of its parts.
type sums struct {
	before, after uint32
	shift         [32]uint32 // what each bit of a sum becomes when the bytes after the hole follow
	length        uint32
}

func newSums(before, after []byte, length int) *sums {
	s := &sums{before: crc32.ChecksumIEEE(before), after: crc32.ChecksumIEEE(after), length: uint32(length)}
	zeros := make([]byte, len(after))
	for i := range s.shift {
		// A sum is linear: the sum of two texts is that of the first, shifted over as
		// many zeros as the second has bytes, and that of the second.
		s.shift[i] = ^crc32.Update(^uint32(1<<i), crc32.IEEETable, zeros)
	}
	return s
}

// trailer is the end of the file, and of the chunks.
func (s *sums) trailer(fresh []byte) []byte {
	sum, all := crc32.Update(s.before, crc32.IEEETable, fresh), s.after
	for i, x := range s.shift {
		if sum&(1<<i) != 0 {
			all ^= x
		}
	}
	b := binary.LittleEndian.AppendUint32(make([]byte, 0, 16), all)
	b = binary.LittleEndian.AppendUint32(b, s.length)
	return append(b, "\r\n0\r\n\r\n"...)
}
