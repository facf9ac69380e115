package typeset

import (
	"encoding/binary"
	"sync"
)

// covered holds the signs for which a typeface has a picture. What it lacks would be
// drawn as an empty box, and a tagged file may hold none (ISO 14289-1, 7.21.8).
var covered = sync.OnceValue(func() map[string]map[rune]bool {
	out := map[string]map[rune]bool{}
	for family, faces := range map[string][2][]byte{"serif": {regular, bold}, "naskh": {naskh, naskhBold}} {
		plain, strong := signsOf(faces[0]), signsOf(faces[1])
		for r := range plain {
			if !strong[r] {
				delete(plain, r)
			}
		}
		out[family] = plain
	}
	return out
})

// signsOf reads which signs a TrueType font has, from its table of the Basic
// Multilingual Plane (OpenType 1.9, cmap, format 4). Of a font that cannot be read it
// has none.
func signsOf(font []byte) map[rune]bool {
	out := map[rune]bool{}
	u16 := func(at int) int {
		if at < 0 || at+2 > len(font) {
			return 0
		}
		return int(binary.BigEndian.Uint16(font[at:]))
	}
	u32 := func(at int) int { return u16(at)<<16 | u16(at+2) }
	cmap := 0
	for n := range u16(4) {
		if at := 12 + 16*n; u32(at) == 0x636D6170 { // "cmap"
			cmap = u32(at + 8)
		}
	}
	for n := range u16(cmap + 2) {
		table := cmap + u32(cmap+4+8*n+4)
		if cmap == 0 || u16(table) != 4 {
			continue
		}
		parts := u16(table+6) / 2
		ends, starts, deltas, offsets := table+14, table+16+2*parts, table+16+4*parts, table+16+6*parts
		for p := range parts {
			for r := u16(starts + 2*p); r <= u16(ends+2*p) && r < 0xFFFF; r++ {
				glyph := r
				if off := u16(offsets + 2*p); off != 0 {
					if glyph = u16(offsets + 2*p + off + 2*(r-u16(starts+2*p))); glyph == 0 {
						continue
					}
				}
				if (glyph+u16(deltas+2*p))&0xFFFF != 0 {
					out[rune(r)] = true
				}
			}
		}
	}
	return out
}
