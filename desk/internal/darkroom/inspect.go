package darkroom

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"waylight/desk/internal/traces"
)

// Bounds of one file.
const (
	inspectTime = 5 * time.Minute
	readTime    = time.Minute // of one picture
	maxScans    = 24          // pages and pictures in a document in which letters are read
	maxLetters  = 12e6        // pixels of a picture in which letters are read; a larger one is made smaller
	fewPixels   = 1.5e6       // a smaller one is made larger: small letters are read badly
)

// Inspect looks through a file of a length in bytes: what it tells besides what it
// shows, the text of a document, and the letters in pictures where Tesseract is
// installed. What could not be read is said in the report.
func Inspect(ctx context.Context, r io.ReadSeeker, size int64) (traces.Report, error) {
	rep, err := Traces(r, size)
	if err != nil {
		return rep, err
	}
	ctx, cancel := context.WithTimeout(ctx, inspectTime)
	defer cancel()
	head := make([]byte, min(size, 1024))
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return rep, err
	}
	if _, err := io.ReadFull(r, head); err != nil {
		return rep, err
	}
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return rep, err
	}
	switch {
	case bytes.Contains(head, []byte("%PDF-")):
		err = pdfText(ctx, &rep, r)
	case isPicture(head):
		err = letters(ctx, &rep, r, rep.Turn, "3", "11")
	case len(head) >= 12 && (string(head[4:8]) == "ftyp" || bytes.HasPrefix(head, []byte("\x1aE\xdf\xa3")) || string(head[8:12]) == "AVI "):
		rep.Blind = true // films, and pictures that cannot be taken apart here
	}
	for i, p := range rep.Pictures {
		if err != nil {
			break
		}
		if i == maxScans {
			rep.Unread = true
			break
		}
		err = letters(ctx, &rep, bytes.NewReader(p), 0, "11")
	}
	rep.Pictures = nil
	if errors.Is(err, context.DeadlineExceeded) { // it took too long: what was read is kept
		rep.Unread, err = true, nil
	}
	return rep, err
}

// Traces reads what a file tells besides what it shows, without any outside program.
func Traces(r io.ReadSeeker, size int64) (traces.Report, error) {
	return traces.Read(&placed{r: r}, size)
}

func isPicture(head []byte) bool {
	for _, m := range []string{"\xff\xd8\xff", "\x89PNG", "GIF8", "II*\x00", "MM\x00*"} {
		if bytes.HasPrefix(head, []byte(m)) {
			return true
		}
	}
	return len(head) >= 12 && string(head[:4]) == "RIFF" && string(head[8:12]) == "WEBP"
}

// placed reads at a place of what can only be wound.
type placed struct {
	mu sync.Mutex
	r  io.ReadSeeker
}

func (p *placed) ReadAt(b []byte, off int64) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, err := p.r.Seek(off, io.SeekStart); err != nil {
		return 0, err
	}
	n, err := io.ReadFull(p.r, b)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	return n, err
}

// pdfText reads the text of a PDF, and the letters on pages that have none.
func pdfText(ctx context.Context, rep *traces.Report, r io.ReadSeeker) error {
	text, err := run(ctx, "pdftotext", pdfTime, r, "-enc", "UTF-8", "-", "-")
	if err != nil {
		rep.Unread = true
		return ctx.Err()
	}
	pages := strings.Split(strings.TrimSuffix(string(text), "\f"), "\f")
	scans := 0
	for i, page := range pages {
		if page = strings.TrimSpace(page); page != "" {
			rep.Body = append(rep.Body, page)
		}
		if len([]rune(page)) > 40 { // a picture of a page bears a stamp or a number at the most
			continue
		}
		if scans++; scans > maxScans {
			rep.Unread = true
			break
		}
		if _, err := r.Seek(0, io.SeekStart); err != nil {
			return err
		}
		n := strconv.Itoa(i + 1)
		drawn, err := run(ctx, "pdftoppm", pdfTime, r, "-png", "-gray", "-r", "200", "-scale-to", "3400", "-f", n, "-l", n, "-")
		if err != nil {
			rep.Unread = true
			if ctx.Err() != nil {
				return ctx.Err()
			}
			continue
		}
		if err := letters(ctx, rep, bytes.NewReader(drawn), 0, "3"); err != nil {
			return err
		}
	}
	return nil
}

// CanRead reports whether letters in pictures can be read, and in which languages, by
// the names that Tesseract gives them.
func CanRead() (languages []string) { return reads() }

// reads asks Tesseract once which languages it knows, and keeps those of our texts.
var reads = sync.OnceValue(func() (out []string) {
	list, err := run(context.Background(), "tesseract", readTime, nil, "--list-langs")
	if err != nil {
		return nil
	}
	known := strings.Fields(string(list))
	for _, l := range []string{"rus", "eng", "ara"} {
		if slices.Contains(known, l) {
			out = append(out, l)
		}
	}
	return out
})

// letters reads the letters in a picture. It is taken apart and drawn anew here, so that
// the outside program gets pixels and nothing that a stranger made. The ways are
// Tesseract's: 3 reads it as a page, 11 words that are strewn over a photograph.
func letters(ctx context.Context, rep *traces.Report, r io.Reader, turn int, ways ...string) error {
	languages := reads()
	m, err := decode(r)
	if err != nil || len(languages) == 0 {
		rep.Blind = true
		return nil
	}
	gray := upright(m, turn)
	for _, way := range ways {
		text, err := run(ctx, "tesseract", readTime, bytes.NewReader(gray), "-", "-", "-l", strings.Join(languages, "+"), "--psm", way, "quiet")
		if errors.Is(err, exec.ErrNotFound) {
			rep.Blind = true
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			rep.Blind = true
			continue
		}
		keep(rep, string(text))
	}
	return nil
}

// keep takes what was read, and what else it may be: programs take a zero for a letter.
func keep(rep *traces.Report, text string) {
	text = strings.TrimSpace(strings.ToValidUTF8(text, " "))
	if text == "" {
		return
	}
	for _, t := range []string{text, asLetters(text), asDigits(text)} {
		if !slices.Contains(rep.Letters, t) {
			rep.Letters = append(rep.Letters, t)
		}
	}
}

// asLetters reads digits that stand among letters as the letters that they look like.
func asLetters(text string) string {
	return mend(text, func(word []rune, letters, digits int) []rune {
		if letters <= digits || digits == 0 {
			return word
		}
		cyrillic := slices.ContainsFunc(word, func(r rune) bool { return r >= 'А' && r <= 'я' })
		for i, r := range word {
			for _, p := range []struct {
				sign        rune
				latin, ours rune
			}{{'0', 'o', 'о'}, {'1', 'l', 'г'}, {'3', 'e', 'з'}, {'4', 'a', 'ч'}, {'5', 's', 'б'}, {'6', 'b', 'б'}, {'8', 'b', 'в'}, {'|', 'l', 'л'}} {
				switch {
				case r == p.sign && cyrillic:
					word[i] = p.ours
				case r == p.sign:
					word[i] = p.latin
				}
			}
		}
		return word
	})
}

// asDigits reads letters that stand among digits as the digits that they look like.
func asDigits(text string) string {
	like := map[rune]rune{'O': '0', 'o': '0', 'О': '0', 'о': '0', 'D': '0', 'l': '1', 'I': '1', '|': '1', 'i': '1', 'З': '3', 'з': '3', 'Ч': '4', 'S': '5', 's': '5', 'б': '6', 'G': '6', 'B': '8', 'В': '8', 'g': '9', 'q': '9', 'Z': '2', 'z': '2'}
	return mend(text, func(word []rune, letters, digits int) []rune {
		if digits < letters || letters == 0 {
			return word
		}
		for i, r := range word {
			if d, ok := like[r]; ok {
				word[i] = d
			}
		}
		return word
	})
}

// mend changes words that hold letters and digits; what stands between them stays.
func mend(text string, change func(word []rune, letters, digits int) []rune) string {
	var out, word []rune
	letters, digits := 0, 0
	end := func() {
		out = append(out, change(word, letters, digits)...)
		word, letters, digits = word[:0], 0, 0
	}
	for _, r := range text {
		switch {
		case r >= '0' && r <= '9' || r == '|':
			digits++
		case r == ' ' || r == '\n' || r == '\t' || r < 'A':
			end()
			out = append(out, r)
			continue
		default:
			letters++
		}
		word = append(word, r)
	}
	end()
	return string(out)
}

// upright gives a picture in grey, as a PGM, turned as EXIF says and of a size in which
// letters are read well. What is seen through is white.
func upright(m *image.RGBA, turn int) []byte {
	w, h := m.Bounds().Dx(), m.Bounds().Dy()
	tw, th := w, h
	if turn >= 5 && turn <= 8 {
		tw, th = h, w
	}
	up, down := 1, 1
	for float64(w*h)/float64(down*down) > maxLetters {
		down++
	}
	if float64(w*h) < fewPixels {
		up = 2
	}
	ow, oh := max(1, tw*up/down), max(1, th*up/down)
	out := fmt.Appendf(nil, "P5\n%d %d\n255\n", ow, oh)
	for y := range oh {
		for x := range ow {
			out = append(out, shade(m, x*down/up, y*down/up, down, turn))
		}
	}
	return out
}

// shade is how bright a square of the turned picture is.
func shade(m *image.RGBA, x, y, side, turn int) byte {
	w, h := m.Bounds().Dx(), m.Bounds().Dy()
	sum, n := 0, 0
	for dy := range side {
		for dx := range side {
			a, b := x+dx, y+dy
			switch turn {
			case 2:
				a = w - 1 - a
			case 3:
				a, b = w-1-a, h-1-b
			case 4:
				b = h - 1 - b
			case 5:
				a, b = b, a
			case 6:
				a, b = b, h-1-a
			case 7:
				a, b = w-1-b, h-1-a
			case 8:
				a, b = w-1-b, a
			}
			if a < 0 || b < 0 || a >= w || b >= h {
				continue
			}
			p := m.Pix[m.PixOffset(a, b):]
			// Colours are kept multiplied by how opaque they are.
			sum += (299*int(p[0])+587*int(p[1])+114*int(p[2]))/1000 + 255 - int(p[3])
			n++
		}
	}
	return byte(min(255, sum/max(n, 1)))
}
