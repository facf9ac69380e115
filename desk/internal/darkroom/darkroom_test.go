package darkroom_test

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"os/exec"
	"testing"
	"testing/iotest"

	"waylight/desk/internal/darkroom"
	"waylight/internal/fault"
)

// photo is a JPEG with a comment, a trailer and light pixels all over.
func photo(t *testing.T, w, h int) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for i := range m.Pix {
		m.Pix[i] = 200
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	exif := []byte("\xff\xe1\x00\x14Exif\x00\x00SECRET-PLACE")
	return append(append(append([]byte{}, b.Bytes()[:2]...), append(exif, b.Bytes()[2:]...)...), "SECRET-TRAILER"...)
}

func TestBlacken(t *testing.T) {
	t.Parallel()
	areas, err := darkroom.ParseAreas("10 20 30,5 40\n\n 0 0 1 1\n")
	if err != nil {
		t.Fatal(err)
	}
	out, err := darkroom.Blacken(bytes.NewReader(photo(t, 100, 50)), areas)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(out, []byte("SECRET")) {
		t.Error("metadata is left")
	}
	m, err := png.Decode(bytes.NewReader(out))
	if err != nil || m.Bounds() != image.Rect(0, 0, 100, 50) {
		t.Fatal(m.Bounds(), err)
	}
	for y := range 50 {
		for x := range 100 {
			in := x >= 10 && x < 31 && y >= 10 && y < 20 || x == 0 && y == 0
			if black := m.At(x, y) == (color.RGBA{A: 255}); black != in {
				t.Fatalf("pixel %d, %d: black %v", x, y, black)
			}
		}
	}
	grid, err := darkroom.Upright(bytes.NewReader(photo(t, 100, 50)), true)
	if err != nil {
		t.Fatal(err)
	}
	if m, err := png.Decode(bytes.NewReader(grid)); err != nil || m.At(10, 3) != (color.RGBA{255, 230, 0, 255}) {
		t.Errorf("no grid: %v", err)
	}
}

func TestAreasRefused(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "1 2 3", "1 2 3 4 5", "30 0 20 10", "0 30 10 20", "-1 0 10 10", "0 0 101 10", "a b c d", "NaN 0 1 1", "5 5 5 9"} {
		if a, err := darkroom.ParseAreas(s); err == nil {
			t.Errorf("%q was read as %v", s, a)
		}
	}
	for _, b := range [][]byte{nil, []byte("<svg></svg>"), []byte("RIFF....WEBPVP8 "), photo(t, 10, 10)[:60]} {
		if _, err := darkroom.Blacken(bytes.NewReader(b), nil); fault.KindOf(err) != fault.Conflict {
			t.Errorf("%.10q: %v", b, err)
		}
	}
	bomb := []byte("GIF89a\xff\xff\xff\xff\x00\x00\x00")
	if _, err := darkroom.Blacken(bytes.NewReader(bomb), nil); fault.KindOf(err) != fault.TooLarge {
		t.Errorf("a bomb: %v", err)
	}
}

// recording is a WAV of 10 frames a second with a text chunk before and behind the samples.
func recording(bits uint16, frames int) []byte {
	le := binary.LittleEndian
	block := bits / 8 * 2
	var f []byte
	for _, v := range []uint16{1, 2} {
		f = le.AppendUint16(f, v)
	}
	f = le.AppendUint32(f, 10)
	f = le.AppendUint32(f, 10*uint32(block))
	f = le.AppendUint16(le.AppendUint16(f, block), bits)
	chunk := func(name string, b []byte) []byte {
		out := append(le.AppendUint32([]byte(name), uint32(len(b))), b...)
		if len(b)%2 == 1 {
			out = append(out, 0)
		}
		return out
	}
	body := append(chunk("LIST", []byte("SECRET-PHONE1")), chunk("fmt ", f)...)
	body = append(body, chunk("data", bytes.Repeat([]byte{7}, frames*int(block)))...)
	body = append(body, chunk("bext", []byte("SECRET-PLACE"))...)
	return append(le.AppendUint32([]byte("RIFF"), uint32(4+len(body))), append([]byte("WAVE"), body...)...)
}

func TestSilence(t *testing.T) {
	t.Parallel()
	spans, err := darkroom.ParseSpans("1 2\n0:03,5 0:04\n")
	if err != nil {
		t.Fatal(err)
	}
	for _, bits := range []uint16{8, 16, 24} {
		quiet := byte(0)
		if bits == 8 {
			quiet = 128
		}
		r, err := darkroom.Silence(bytes.NewReader(recording(bits, 50)), spans)
		if err != nil {
			t.Fatal(err)
		}
		out, err := io.ReadAll(iotest.OneByteReader(r))
		if err != nil || bytes.Contains(out, []byte("SECRET")) || len(out) != 44+50*int(bits)/8*2 {
			t.Fatalf("%d bits: %d bytes, %v", bits, len(out), err)
		}
		for i, b := range out[44:] {
			frame := i / (int(bits) / 8 * 2)
			in := frame >= 10 && frame <= 20 || frame >= 35 && frame <= 40
			if want := map[bool]byte{true: quiet, false: 7}[in]; b != want {
				t.Fatalf("%d bits, frame %d: %d", bits, frame, b)
			}
		}
	}
	for _, s := range []string{"", "5", "2 1", "x y", "-1 2", "1 2 3"} {
		if _, err := darkroom.ParseSpans(s); err == nil {
			t.Errorf("%q was read", s)
		}
	}
	compressed := recording(16, 5)
	compressed[bytes.Index(compressed, []byte("fmt "))+8] = 0x55 // MP3 in a WAV
	for _, b := range [][]byte{nil, []byte("ID3"), compressed, recording(16, 5)[:40]} {
		if _, err := darkroom.Silence(bytes.NewReader(b), spans); fault.KindOf(err) != fault.Conflict {
			t.Errorf("%.8q: %v", b, err)
		}
	}
}

func TestPDFPage(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("pdftoppm"); err != nil {
		t.Skip("pdftoppm is not installed; scripts/install-test-tools installs it")
	}
	pdf := "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj 3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 144 72]>>endobj\ntrailer<</Root 1 0 R>>\n"
	out, err := darkroom.PDFPage(t.Context(), bytes.NewReader([]byte(pdf)), 1)
	if err != nil {
		t.Fatal(err)
	}
	if m, err := png.Decode(bytes.NewReader(out)); err != nil || m.Bounds().Dx() != 220 {
		t.Errorf("%v, %v", m, err)
	}
	if _, err := darkroom.PDFPage(t.Context(), bytes.NewReader([]byte(pdf)), 2); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a page that is not there: %v", err)
	}
}
