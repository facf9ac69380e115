package figureweb_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"waylight/internal/browser"
)

// directive is what a step of the guide tells somebody to do or to see.
var directive = regexp.MustCompile(`(?i)\b(press|mark|as|read|and)\b[^.|*]{0,12}\*\*([^*]+)\*\*|below: \*\*([^*]+)\*\*|!\[[^\]]*\]\((pictures/[^)]+)\)|^\s*\| ([^|]+) \| ([^|]+) \|$`)

// TestFirstHour plays the guide of a documenter's first hour step by step in a real
// browser: what it tells to press is pressed, what it tells to write is written, what it
// says that one reads must stand there. When the text and the pages part, it fails.
// WAYLIGHT_PICTURES=yes draws the guide's pictures anew.
func TestFirstHour(t *testing.T) {
	const guide = "../../../../docs/documenter-first-hour.md"
	text, err := os.ReadFile(guide)
	if err != nil {
		t.Fatal(err)
	}
	d := newDesk(t)
	w := d.walk(browser.Desktop)
	w.as("dora")
	var fields []filled
	did := map[string]int{}
	for line := range strings.Lines(string(text)) {
		for _, m := range directive.FindAllStringSubmatch(strings.TrimRight(line, "\n"), -1) {
			verb, what := strings.ToLower(m[1]), m[2]
			switch {
			case m[3] != "":
				w.reads(m[3])
			case m[4] != "":
				did["picture"]++
				picture(t, w, filepath.Join(filepath.Dir(guide), m[4]))
			case m[5] == "field" || strings.HasPrefix(m[5], "---"):
			case m[5] != "":
				did["field"]++
				fields = append(fields, filled{m[5], m[6]})
			case verb == "press":
				w.press(what, fields...)
				fields = nil
			case verb == "mark":
				w.mark(what)
			case verb == "as":
				w.as(strings.ToLower(what))
			default:
				w.reads(what)
			}
			did[verb]++
			if t.Failed() {
				t.Fatalf("at: %s", line)
			}
		}
	}
	// A guide whose steps are no longer understood would pass without doing anything.
	for verb, least := range map[string]int{"press": 30, "field": 45, "mark": 4, "read": 10, "as": 2, "picture": 3} {
		if did[verb] < least {
			t.Errorf("%s was done %d times, want %d: is the guide still written so that it can be played?", verb, did[verb], least)
		}
	}
}

// picture draws a picture of the guide when that is asked for; else it must be there, and small.
func picture(t *testing.T, w *walker, file string) {
	t.Helper()
	if os.Getenv("WAYLIGHT_PICTURES") == "yes" {
		w.p.Size(1000, 640, false)
		w.p.Picture(file)
		shrink(t, file)
		w.p.Size(1280, 800, false)
	}
	if i, err := os.Stat(file); err != nil || i.Size() > 200<<10 {
		t.Errorf("%s: %v, or larger than 200 KB", file, err)
	}
}

// shrink keeps the 256 commonest colours of a picture and puts the nearest of them for
// every other: of a page nothing is lost that a reader would see.
func shrink(t *testing.T, file string) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	full, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	often := map[color.RGBA]int{}
	size := full.Bounds()
	at := func(x, y int) color.RGBA { return color.RGBAModel.Convert(full.At(x, y)).(color.RGBA) }
	for y := size.Min.Y; y < size.Max.Y; y++ {
		for x := size.Min.X; x < size.Max.X; x++ {
			often[at(x, y)]++
		}
	}
	colours := slices.SortedFunc(maps.Keys(often), func(a, b color.RGBA) int { return often[b] - often[a] })
	p := make(color.Palette, 0, 256)
	for _, c := range colours[:min(256, len(colours))] {
		p = append(p, c)
	}
	nearest := map[color.RGBA]uint8{}
	out := image.NewPaletted(size, p)
	for y := size.Min.Y; y < size.Max.Y; y++ {
		for x := size.Min.X; x < size.Max.X; x++ {
			c := at(x, y)
			n, ok := nearest[c]
			if !ok {
				n = uint8(p.Index(c))
				nearest[c] = n
			}
			out.SetColorIndex(x, y, n)
		}
	}
	var small bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&small, out); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, small.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}
