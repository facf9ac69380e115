package linkage

import (
	"hash/maphash"
	"math"
)

// An interner finds the number of a text that it saw before. It keeps numbers
// only; get gives the text of one.
type interner struct {
	seed  maphash.Seed
	on    *Scratch
	get   func(v uint32) (string, bool)
	slots []uint64 // half of the hash above, the number below; 0 is free
	used  int
	spot  uint64
	hash  uint64
}

func newInterner(on *Scratch, get func(v uint32) (string, bool)) *interner {
	return &interner{seed: maphash.MakeSeed(), on: on, get: get, slots: make([]uint64, 1<<10)}
}

// end gives back what only finding needs.
func (in *interner) end() { free(in.on, in.slots) }

// find looks a text up; when it is new, add gives it a number.
func (in *interner) find(s string, mark bool) (uint32, bool) {
	h := maphash.String(in.seed, s)
	if mark {
		h = h*0x9e3779b97f4a7c15 + 1
	}
	in.hash = h &^ math.MaxUint32
	mask := uint64(len(in.slots) - 1)
	for i := h >> 32 & mask; ; i = (i + 1) & mask {
		x := in.slots[i]
		if x == 0 {
			in.spot = i
			return 0, false
		}
		if x&^math.MaxUint32 == in.hash {
			if t, m := in.get(uint32(x)); t == s && m == mark {
				return uint32(x), true
			}
		}
	}
}

// add gives a number from 1 up to the text that find just missed.
func (in *interner) add(v uint32) uint32 {
	in.slots[in.spot] = in.hash | uint64(v)
	if in.used++; in.used*2 > len(in.slots) {
		old := in.slots
		in.slots = room[uint64](in.on, 2*len(old))
		mask := uint64(len(in.slots) - 1)
		for _, x := range old {
			if x == 0 {
				continue
			}
			i := x >> 32 & mask
			for in.slots[i] != 0 {
				i = (i + 1) & mask
			}
			in.slots[i] = x
		}
		free(in.on, old)
	}
	return v
}
