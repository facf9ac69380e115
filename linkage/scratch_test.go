package linkage

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"waylight/linkage/invented"
)

func scratch(t *testing.T, dir string) *Scratch {
	t.Helper()
	s, err := NewScratch(dir, leastMemory)
	if !mappable {
		t.Skip("memory can be bounded on Linux only")
	}
	if err != nil {
		t.Fatal(err)
	}
	s.small = 1 << 10
	return s
}

// TestScratchSaysTheSame: a run whose tables lie in a file, and whose memory is
// taken from it all the time, says what a run in memory says, byte for byte.
func TestScratchSaysTheSame(t *testing.T) {
	var file bytes.Buffer
	if err := (invented.Census{Seed: 5, Records: 3_000}).Write(&file); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	answer := func(s *Scratch) string {
		var lists []*List
		for i, name := range []string{"one", "two"} { // the second holds half of the first
			text := file.Bytes()
			text = text[:len(text)/(i+1)]
			l, err := s.Read(bytes.NewReader(text[:bytes.LastIndexByte(text, '\n')+1]), name)
			if err != nil {
				t.Fatal(err)
			}
			lists = append(lists, l)
		}
		set := Settings{Seed: 3, Spend: true, Scratch: s, Must: [][2]Ref{{{"one", lists[0].Columns[0].Cell(0)}, {"two", lists[1].Columns[0].Cell(7)}}}}
		res := linked(t, lists, set)
		var out bytes.Buffer
		for _, write := range []error{res.WriteClusters(&out), res.WritePairs(&out, 0.05), res.WriteQuestions(&out, 200)} {
			if write != nil {
				t.Fatal(write)
			}
		}
		draws, err := res.Draws(context.Background(), 5, 1)
		if err == nil {
			err = res.WriteDraws(&out, draws)
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range res.Bridges(0.9) {
			out.WriteString(b.Cluster + b.Left + b.Right + "\n")
		}
		if s != nil && -s.room < 20 {
			t.Fatalf("%d tables lay in the file: nothing was tried", -s.room)
		}
		return out.String()
	}
	want := answer(nil)
	s := scratch(t, dir)
	got := answer(s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if got != want {
		a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
		for i := range min(len(a), len(b)) {
			if a[i] != b[i] {
				t.Fatalf("line %d is another: %q, in memory %q", i+1, a[i], b[i])
			}
		}
		t.Fatalf("%d lines, in memory %d", len(a), len(b))
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Fatal("something is left in the folder", left, err)
	}
}

// TestScratchWithoutRoom: a disk that is full ends a run with an error, wherever
// it is noticed, and with nothing else.
func TestScratchWithoutRoom(t *testing.T) {
	var file bytes.Buffer
	if err := (invented.Census{Seed: 5, Records: 3_000}).Write(&file); err != nil {
		t.Fatal(err)
	}
	run := func(tables int) (left int, err error) {
		s := scratch(t, t.TempDir())
		s.room = tables
		l, err := s.Read(bytes.NewReader(file.Bytes()), "list")
		if err == nil {
			_, err = Link(context.Background(), []*List{l}, Settings{Scratch: s})
		}
		return s.room, errors.Join(err, s.Close())
	}
	left, err := run(1 << 20)
	if err != nil {
		t.Fatal(err)
	}
	need := 1<<20 - left
	if need < 20 {
		t.Fatalf("%d tables lie in the file: nothing was tried", need)
	}
	for _, tables := range []int{0, need / 6, need / 3, need / 2, need * 3 / 4, need * 9 / 10} { // workers part the work anew each time
		if _, err := run(tables); err == nil || !strings.Contains(err.Error(), "no room for") {
			t.Errorf("with room for %d tables of %d: %v", tables, need, err)
		}
	}
}

func TestScratchRefuses(t *testing.T) {
	var p *Problem
	if _, err := NewScratch(t.TempDir(), 1<<20); !errors.As(err, &p) || p.Todo == "" {
		t.Error(err)
	}
	if _, err := NewScratch(t.TempDir()+"/none", 1<<30); mappable && !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}
