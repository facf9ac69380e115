// Package darkroom makes what may be shown from what may not: pictures with
// regions blackened, recordings with seconds silenced, pages of a PDF as pictures.
//
// A redaction is never laid over: a picture is decoded, its pixels are replaced,
// and a new picture without any metadata is built of what is left; of a recording
// only the samples are kept. The original is read and never written. Formats that
// it cannot take apart it refuses, rather than let something through. Pages of a
// PDF are drawn by pdftoppm, an outside program, when it is installed; likewise
// pdftotext reads the text of a PDF and Tesseract the letters in pictures, for the leak
// guard (Inspect). It imports traces, the standard library and fault.
package darkroom

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/draw"
	_ "image/gif"  // decoded
	_ "image/jpeg" // decoded
	"image/png"
	"io"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"waylight/internal/fault"
)

// maxPixels bounds the memory that a small file can ask for: 4 bytes each.
const maxPixels = 60e6

// Area is a part of a picture in percent of its width and height, from the upper left.
type Area struct{ Left, Top, Right, Bottom float64 }

// ParseAreas reads areas as a person writes them: one a line, four numbers.
func ParseAreas(text string) ([]Area, error) {
	var out []Area
	for line := range strings.Lines(text) {
		n, err := numbers(line)
		if err != nil {
			return nil, errAreas
		}
		if len(n) == 0 {
			continue
		}
		if len(n) != 4 || n[0] < 0 || n[1] < 0 || n[2] > 100 || n[3] > 100 || n[0] >= n[2] || n[1] >= n[3] {
			return nil, errAreas
		}
		out = append(out, Area{n[0], n[1], n[2], n[3]})
	}
	if len(out) == 0 {
		return nil, errAreas
	}
	return out, nil
}

var errAreas = errors.New("darkroom: not areas")

// numbers reads the numbers of a line, with a point or a comma inside.
func numbers(line string) (out []float64, err error) {
	for _, s := range strings.Fields(line) {
		x, err := strconv.ParseFloat(strings.ReplaceAll(s, ",", "."), 64)
		if err != nil || x != x {
			return nil, errAreas
		}
		out = append(out, x)
	}
	return out, nil
}

// decode reads a picture as pixels and nothing else.
func decode(r io.Reader) (*image.RGBA, error) {
	var head bytes.Buffer
	c, _, err := image.DecodeConfig(io.TeeReader(r, &head))
	if err != nil {
		return nil, fault.New(fault.Conflict, "This picture cannot be taken apart here. JPEG, PNG and GIF can; turn it into one of them with a program that you trust.")
	}
	if c.Width <= 0 || c.Height <= 0 || float64(c.Width)*float64(c.Height) > maxPixels {
		return nil, fault.New(fault.TooLarge, "This picture has too many pixels to be worked on here.")
	}
	m, _, err := image.Decode(io.MultiReader(&head, r))
	if err != nil {
		return nil, fault.New(fault.Conflict, "This picture is damaged and cannot be worked on.")
	}
	out := image.NewRGBA(image.Rect(0, 0, c.Width, c.Height))
	draw.Draw(out, out.Bounds(), m, m.Bounds().Min, draw.Src)
	return out, nil
}

// Upright gives the picture as it will be worked on, with a line at each tenth of
// its width and height, as PNG. Marks in the file that would turn it are not
// followed, here as in Blacken: what is seen is what is measured.
func Upright(r io.Reader, grid bool) ([]byte, error) {
	m, err := decode(r)
	if err != nil {
		return nil, err
	}
	if grid {
		lines := image.NewUniform(color.RGBA{255, 230, 0, 255})
		for i := 1; i < 10; i++ {
			thick := 1
			if i == 5 {
				thick = 3
			}
			x, y := m.Bounds().Dx()*i/10, m.Bounds().Dy()*i/10
			draw.Draw(m, image.Rect(x, 0, x+thick, m.Bounds().Dy()), lines, image.Point{}, draw.Src)
			draw.Draw(m, image.Rect(0, y, m.Bounds().Dx(), y+thick), lines, image.Point{}, draw.Src)
		}
	}
	return encode(m)
}

// Blacken replaces areas by black and builds a new PNG of the pixels alone. An
// area takes every pixel that it touches.
func Blacken(r io.Reader, areas []Area) ([]byte, error) {
	m, err := decode(r)
	if err != nil {
		return nil, err
	}
	for _, a := range areas {
		draw.Draw(m, a.in(m.Bounds()), image.NewUniform(color.RGBA{A: 255}), image.Point{}, draw.Src)
	}
	return encode(m)
}

// in gives the pixels of an area; a part of a pixel counts as the whole.
func (a Area) in(b image.Rectangle) image.Rectangle {
	w, h := float64(b.Dx()), float64(b.Dy())
	up := func(x float64) int {
		n := int(x)
		if float64(n) < x {
			n++
		}
		return n
	}
	return image.Rect(int(a.Left*w/100), int(a.Top*h/100), up(a.Right*w/100), up(a.Bottom*h/100)).Intersect(b)
}

func encode(m image.Image) ([]byte, error) {
	var out bytes.Buffer
	err := png.Encode(&out, m)
	return out.Bytes(), err
}

// pdfTime is how long drawing one page may take.
const pdfTime = time.Minute

// PDFPage draws one page of a PDF (from 1) as PNG with pdftoppm, through pipes:
// nothing of it touches the disk.
func PDFPage(ctx context.Context, r io.Reader, n int) ([]byte, error) {
	page := strconv.Itoa(n)
	out, err := run(ctx, "pdftoppm", pdfTime, r, "-png", "-r", "110", "-f", page, "-l", page, "-")
	if errors.Is(err, exec.ErrNotFound) {
		return nil, fault.New(fault.Conflict, "This machine cannot draw a PDF: pdftoppm (package poppler-utils) is not installed. Copy the file and look at it on a machine without a network.")
	}
	if err != nil || len(out) == 0 {
		return nil, fault.New(fault.NotFound, "There is no such page, or it cannot be drawn.")
	}
	return out, nil
}
