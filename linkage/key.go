package linkage

import "strings"

// A part is one way to group the records by one field.
type part struct {
	field int
	name  string
	key   func(*value) uint32 // 0 is none
	hash  []uint32            // by value of the field, made when a pass needs it
}

// fnv hashes a key: FNV-1a, the same on every machine, never 0.
func fnv(salt uint32, s string) uint32 {
	h := 2166136261 ^ salt
	for i := range len(s) {
		h = (h ^ uint32(s[i])) * 16777619
	}
	h ^= h >> 15
	h *= 0x2c1b3c6d
	return h ^ h>>13 | 1
}

func mix(h uint64) uint64 {
	h ^= h >> 32
	h *= 0xd6e8feb86659fd93
	h ^= h >> 32
	return h
}

func whole(v *value) uint32 { return fnv(0, v.plain) }

func head(n int) func(*value) uint32 {
	return func(v *value) uint32 {
		if len(v.skel) < n {
			return 0
		}
		return fnv(1, v.skel[:n])
	}
}

func tail(n int) func(*value) uint32 {
	return func(v *value) uint32 {
		if len(v.skel) < n {
			return 0
		}
		return fnv(2, v.skel[len(v.skel)-n:])
	}
}

func phonetic(v *value) uint32 {
	if len(v.phon) < 2 {
		return 0
	}
	return fnv(3, v.phon)
}

// word gives the sound of the longest word of a text of several, or of the next.
func word(next bool) func(*value) uint32 {
	return func(v *value) uint32 {
		first, second := "", ""
		for w := range strings.SplitSeq(v.words, " ") {
			if len(w) > len(first) {
				first, second = w, first
			} else if len(w) > len(second) {
				second = w
			}
		}
		if next {
			first = second
		}
		if first == "" {
			return 0
		}
		return fnv(4, Phonetic(first))
	}
}

func half(second bool) func(*value) uint32 {
	return func(v *value) uint32 {
		h := len(v.plain) / 2
		switch {
		case h < 2:
			return 0
		case second:
			return fnv(5, v.plain[len(v.plain)-h:])
		}
		return fnv(6, v.plain[:h])
	}
}

func dateParts(from, to int) func(*value) uint32 {
	return func(v *value) uint32 {
		b := [8]byte{}
		n := copy(b[:], v.plain[:from])
		n += copy(b[n:], v.plain[to:])
		return fnv(uint32(from)+7, string(b[:n]))
	}
}

// grams is the least hash of the pairs of letters of a word: two words have the
// same with the chance of the share of pairs that they have in common (Broder,
// "On the resemblance and containment of documents", 1997). Each of several
// salts is another such key; two at once sort finer.
func grams(salt uint32) func(*value) uint32 {
	return func(v *value) uint32 {
		s := v.skel
		if s == "" {
			s = v.plain
		}
		if len(s) < 3 {
			return 0
		}
		var least [2]uint32
		for k := range uint32(2) {
			least[k] = ^uint32(0)
			last := uint32('^')
			for i := range len(s) + 1 {
				c := uint32('$')
				if i < len(s) {
					c = uint32(s[i])
				}
				x := (last<<8 | c) ^ (2*salt+k)*0x9e3779b9
				x *= 0x85ebca6b
				x ^= x >> 13
				x *= 0xc2b2ae35
				x ^= x >> 16
				least[k] = min(least[k], x)
				last = c
			}
		}
		return uint32(mix(uint64(least[0])<<32|uint64(least[1]))>>16) | 1
	}
}

// partsOf are the keys of a field: whole, phonetic, first and last letters,
// q-grams, halves of numbers, two parts of a date of three.
func partsOf(i int, f *field) []*part {
	keys := []*part{{field: i, name: f.name, key: whole}}
	add := func(name string, key func(*value) uint32) {
		keys = append(keys, &part{field: i, name: f.name + name, key: key})
	}
	switch f.kind {
	case Date:
		add(" without day", dateParts(6, 8))
		add(" without month", dateParts(4, 6))
		add(" without year", dateParts(0, 4))
	case ID, Phone:
		add(" first half", half(false))
		add(" second half", half(true))
		add(" q-grams", grams(0))
	case Number, Category, Age:
	case FullName, Address:
		add(" longest word", word(false))
		add(" next word", word(true))
		add(" q-grams", grams(0))
		add(" other q-grams", grams(1))
	default:
		add(" sound", phonetic)
		add(" first letters", head(4))
		add(" last letters", tail(4))
		add(" q-grams", grams(0))
		add(" other q-grams", grams(1))
	}
	return keys
}

// hashes makes the key of every value of the field.
func (p *part) hashes(on *Scratch, f *field) {
	p.hash = room[uint32](on, len(f.entries))
	for c := 1; c < len(p.hash); c++ {
		v := f.value(uint32(c))
		p.hash[c] = p.key(&v)
	}
}

// order is a number that sorts values as their first ten letters do, from the
// first letter on or from the last.
func order(s string, letters int, backward bool) (k uint64) {
	for i := range letters {
		c := uint64(0)
		if i < len(s) {
			j := i
			if backward {
				j = len(s) - 1 - i
			}
			switch b := s[j]; {
			case 'a' <= b && b <= 'z':
				c = uint64(b-'a') + 12
			case '0' <= b && b <= '9':
				c = uint64(b-'0') + 1
			default:
				c = 40 + uint64(b)%24
			}
		}
		k = k<<6 | c
	}
	return k
}
