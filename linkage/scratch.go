package linkage

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"
)

// A Scratch lets a run keep to a bound of memory: its large tables lie in a file
// that is mapped, and what was not looked at for a while is let go of, to be
// read again from the file. The answer is the same, byte for byte.
//
// The file has no name in its folder, and is gone with the process. It holds
// what the lists hold, in clear. What the system keeps of it in its file cache
// is not counted as memory of the process: the system takes that back when it
// needs it.
//
// A nil Scratch keeps everything in memory. Lists that were read with one, and
// every Result from them, are good until Close.
type Scratch struct {
	mu     sync.Mutex
	file   *os.File
	end    int64 // bytes of the file that were given out
	most   int64
	breath atomic.Int64
	near   atomic.Bool // the bound is near
	pieces []piece
	hand   int // where letting go goes on: a piece, and a place in it
	place  int
	held   [][]byte
	small  int // bytes of a table from which it lies in the file
	room   int // pieces until the disk is full, in a test; less than 0: as many as it has
	err    error
	quit   chan struct{}
	done   sync.WaitGroup
}

// A piece is a stretch of the file that is mapped.
type piece struct {
	bytes []byte
	at    int64
}

const (
	leastMemory = 64 << 20
	smallTable  = 256 << 10 // smaller tables stay on the heap
	page        = 4 << 20   // bytes of text that are asked for at once
	stretch     = 16 << 20  // bytes that are let go of at once
)

// NewScratch makes a scratch file in dir for runs that keep to so many bytes of
// memory, 64 MiB at least. Close gives it back.
func NewScratch(dir string, memory int64) (*Scratch, error) {
	if memory < leastMemory {
		return nil, &Problem{List: "settings", What: "a run cannot keep to less than 64 MiB of memory", Todo: "give it 64 MiB or more"}
	}
	if !mappable {
		return nil, &Problem{List: "settings", What: "memory can be bounded on Linux only", Todo: "leave the bound out"}
	}
	f, err := os.CreateTemp(dir, ".waylight-scratch-")
	if err != nil {
		return nil, err
	}
	if err := os.Remove(f.Name()); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	s := &Scratch{file: f, most: memory, small: smallTable, room: -1, quit: make(chan struct{})}
	s.done.Go(s.keep)
	return s, nil
}

// Close gives the room back. What lies in it must not be used any more.
func (s *Scratch) Close() error {
	if s == nil {
		return nil
	}
	close(s.quit)
	s.done.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	var err error
	for _, p := range s.pieces {
		err = errors.Join(err, unmap(p.bytes))
	}
	s.pieces, s.held = nil, nil
	return errors.Join(err, s.file.Close())
}

// Err says why there was no room in the file. What was asked for then lies on
// the heap.
func (s *Scratch) Err() error {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// piece maps so many bytes, all zero; nil where there is no room.
func (s *Scratch) piece(size int) []byte {
	whole := int64(os.Getpagesize())
	length := (int64(size) + whole - 1) / whole * whole
	s.mu.Lock()
	failed, full, at := s.err != nil, s.room == 0, s.end
	s.end += length
	s.room--
	s.mu.Unlock()
	if failed {
		return nil
	}
	b, err := []byte(nil), error(syscall.ENOSPC)
	if !full {
		b, err = take(s.file, at, length)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		s.err = errors.Join(s.err, fmt.Errorf("no room for %d MiB more in the scratch file: %w", length>>20, err))
		return nil
	}
	s.pieces = append(s.pieces, piece{b, at})
	return b
}

// take reserves room beforehand: a full disk is an error here, and would be the
// end of the process at the first write.
func take(f *os.File, at, length int64) ([]byte, error) {
	if err := reserve(f, at, length); err != nil {
		return nil, err
	}
	return mapped(f, at, length)
}

// text is room for so many bytes of text, that is there until Close.
func (s *Scratch) text(size int) []byte {
	b := s.piece(size)
	if b == nil {
		// Nothing that points to it may be seen by the collector: it is held here.
		b = make([]byte, size)
		s.mu.Lock()
		s.held = append(s.held, b)
		s.mu.Unlock()
	}
	return b[:0]
}

// drop unmaps the piece that begins here, if one does.
func (s *Scratch) drop(at unsafe.Pointer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, p := range s.pieces {
		if unsafe.Pointer(unsafe.SliceData(p.bytes)) == at {
			s.pieces[i] = s.pieces[len(s.pieces)-1]
			s.pieces = s.pieces[:len(s.pieces)-1]
			s.err = errors.Join(s.err, unmap(p.bytes))
			giveBack(s.file, p.at, int64(len(p.bytes)))
			return
		}
	}
}

// keep looks at what the process holds from time to time.
func (s *Scratch) keep() {
	for {
		select {
		case <-s.quit:
			return
		case <-time.After(4 * time.Millisecond):
			s.look()
		}
	}
}

// breathe is called by those who fill the memory, who may leave no turn to keep.
func (s *Scratch) breathe() {
	if s != nil && (s.breath.Add(1)%4 == 0 || s.near.Load()) {
		s.look()
	}
}

// look lets go of some of what the process holds when it is too much.
func (s *Scratch) look() {
	holds := resident()
	s.near.Store(holds > s.most/8*5)
	if holds < s.most/8*7 {
		return
	}
	for range 64 { // not for ever: the heap alone may be more
		if !s.letGo() || resident() < s.most/4*3 {
			return
		}
	}
}

// letGo lets go of the next piece, or of a stretch of it; false where there is none.
func (s *Scratch) letGo() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.pieces) == 0 {
		return false
	}
	for gone := 0; gone < stretch; {
		if s.hand >= len(s.pieces) || s.place >= len(s.pieces[s.hand].bytes) {
			s.hand, s.place = (s.hand+1)%len(s.pieces), 0
		}
		b := s.pieces[s.hand].bytes[s.place:]
		b = b[:min(len(b), stretch)]
		forget(b)
		s.place += len(b)
		gone += len(b)
	}
	return true
}

// flat are things without pointers that the collector must follow. A text in a
// table of texts is one too where it lies in the scratch itself.
type flat interface {
	byte | uint16 | uint32 | int32 | uint64 | float32 | edge | entry | Pair | span | string
}

// room gives n of something, all zero: on the heap where s is nil or they are few.
func room[T flat](s *Scratch, n int) []T {
	size := n * int(unsafe.Sizeof(*new(T)))
	if s == nil || size < s.small {
		return make([]T, n)
	}
	b := s.piece(size)
	if b == nil {
		return make([]T, n)
	}
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(b))), n)
}

// push adds one to a table that grows.
func push[T flat](s *Scratch, to []T, one ...T) []T {
	if s != nil && len(to)+len(one) > cap(to) {
		more := room[T](s, max(2*cap(to), len(to)+len(one), 64))
		n := copy(more, to)
		free(s, to)
		to = more[:n]
	}
	return append(to, one...)
}

// free gives a table back that nobody looks at any more.
func free[T flat](s *Scratch, t []T) {
	if s != nil && cap(t) > 0 {
		s.drop(unsafe.Pointer(unsafe.SliceData(t)))
	}
}
