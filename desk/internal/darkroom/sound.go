package darkroom

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"strings"

	"waylight/internal/fault"
)

// Span is a part of a recording in seconds from its beginning.
type Span struct{ From, To float64 }

// ParseSpans reads spans as a person writes them: one a line, "12 14.5" or "1:02 1:10".
func ParseSpans(text string) ([]Span, error) {
	var out []Span
	for line := range strings.Lines(text) {
		parts := strings.Fields(line)
		if len(parts) == 0 {
			continue
		}
		if len(parts) != 2 {
			return nil, errSpans
		}
		from, ferr := seconds(parts[0])
		to, terr := seconds(parts[1])
		if ferr != nil || terr != nil || from < 0 || to <= from {
			return nil, errSpans
		}
		out = append(out, Span{from, to})
	}
	if len(out) == 0 {
		return nil, errSpans
	}
	return out, nil
}

var errSpans = errors.New("darkroom: not spans")

// seconds reads "75", "75.5", "1:15" or "0:01:15".
func seconds(s string) (total float64, err error) {
	for part := range strings.SplitSeq(s, ":") {
		n, err := numbers(part)
		if err != nil || len(n) != 1 || n[0] < 0 {
			return 0, errSpans
		}
		total = total*60 + n[0]
	}
	return total, nil
}

// wave is the form of a recording's samples.
type wave struct {
	fmt   [16]byte
	rate  float64 // frames a second
	frame int64   // bytes of one frame
	start int64   // of the samples
	size  int64   // of the samples, bytes
}

var errWave = fault.New(fault.Conflict, "Only recordings in WAV with plain samples (PCM) can be silenced here. Turn it into WAV with a program that you trust, such as ffmpeg.")

// readWave finds form and samples; everything else in the file is passed over.
func readWave(r io.ReadSeeker) (w wave, err error) {
	head := make([]byte, 12)
	if _, err := io.ReadFull(r, head); err != nil || string(head[:4]) != "RIFF" || string(head[8:]) != "WAVE" {
		return w, errWave
	}
	for at := int64(12); ; {
		chunk := make([]byte, 8)
		if _, err := r.Seek(at, io.SeekStart); err != nil {
			return w, err
		}
		if _, err := io.ReadFull(r, chunk); err != nil {
			return w, errWave
		}
		size := int64(binary.LittleEndian.Uint32(chunk[4:]))
		switch string(chunk[:4]) {
		case "fmt ":
			if _, err := io.ReadFull(r, w.fmt[:]); err != nil || size < 16 || binary.LittleEndian.Uint16(w.fmt[:]) != 1 {
				return w, errWave
			}
			w.rate, w.frame = float64(binary.LittleEndian.Uint32(w.fmt[4:])), int64(binary.LittleEndian.Uint16(w.fmt[12:]))
		case "data":
			end, err := r.Seek(0, io.SeekEnd)
			if err != nil {
				return w, err
			}
			w.start = at + 8
			w.size = min(size, end-w.start) // a recorder that was cut off leaves a size that is not true
			if w.rate <= 0 || w.frame <= 0 {
				return w, errWave
			}
			w.size -= w.size % w.frame
			return w, nil
		}
		at += 8 + size + size%2
	}
}

// Silence gives a new WAV of the samples alone, with spans replaced by silence.
// Memory: a block.
func Silence(r io.ReadSeeker, spans []Span) (io.Reader, error) {
	w, err := readWave(r)
	if err != nil {
		return nil, err
	}
	if _, err := r.Seek(w.start, io.SeekStart); err != nil {
		return nil, err
	}
	var head bytes.Buffer
	head.WriteString("RIFF")
	head.Write(binary.LittleEndian.AppendUint32(nil, uint32(36+w.size)))
	head.WriteString("WAVEfmt ")
	head.Write(binary.LittleEndian.AppendUint32(nil, 16))
	head.Write(w.fmt[:])
	head.WriteString("data")
	head.Write(binary.LittleEndian.AppendUint32(nil, uint32(w.size)))
	quiet := byte(0)
	if binary.LittleEndian.Uint16(w.fmt[14:]) == 8 {
		quiet = 128 // samples of 8 bits have no sign
	}
	s := &silencer{r: io.LimitReader(r, w.size), quiet: quiet}
	for _, p := range spans {
		s.spans = append(s.spans, [2]int64{int64(p.From*w.rate) * w.frame, (int64(p.To*w.rate) + 1) * w.frame})
	}
	return io.MultiReader(&head, s), nil
}

type silencer struct {
	r     io.Reader
	at    int64
	spans [][2]int64 // bytes
	quiet byte
}

func (s *silencer) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	for _, span := range s.spans {
		for i := max(0, span[0]-s.at); i < min(int64(n), span[1]-s.at); i++ {
			p[i] = s.quiet
		}
	}
	s.at += int64(n)
	return n, err
}
