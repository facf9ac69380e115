package envelope

import (
	"encoding/binary"
	"math/bits"
)

const (
	prefix = 4        // the length before the JSON
	floor  = 4 << 10  // the smallest size class
	block  = 64 << 10 // age's own chunk of plaintext
	tag    = 16       // its authenticator
)

// headerSize is the size of an age header with one hybrid stanza, and the
// payload nonce after it. A test measures it.
const headerSize = 1643

// MaxSealed is the largest sealed envelope that Encode and seal can give.
var MaxSealed = SealedSize(SizeClass(prefix + MaxEncoded))

// SizeClass returns the padded size of n bytes (the four bytes of length
// included): Padmé above a floor of 4 KiB. It wastes at most 12 % above the
// floor, and an observer learns only the class.
func SizeClass(n int) int {
	if n <= floor {
		return floor
	}
	e := bits.Len(uint(n)) - 1
	s := bits.Len(uint(e))
	mask := 1<<(e-s) - 1
	return (n + mask) &^ mask
}

// SealedSize returns the size of a plaintext of n bytes once it is sealed.
func SealedSize(n int) int {
	return headerSize + n + tag*max(1, (n+block-1)/block)
}

// Class returns the size class of a sealed envelope of n bytes, and false when
// no class gives that size: such an envelope was not padded and is refused.
func Class(n int) (class int, ok bool) {
	p := n - headerSize
	p -= tag * max(1, (p+block+tag-1)/(block+tag))
	if p < floor || SizeClass(p) != p || SealedSize(p) != n {
		return 0, false
	}
	return p, true
}

// unpad returns the JSON inside, after checking every byte of the padding.
func unpad(p Plaintext) ([]byte, error) {
	if len(p) < floor {
		return nil, ErrPadding
	}
	n := uint64(binary.BigEndian.Uint32(p))
	if n > MaxEncoded {
		return nil, ErrTooLarge
	}
	end := prefix + int(n)
	if end > len(p) || SizeClass(end) != len(p) {
		return nil, ErrPadding
	}
	for _, b := range p[end:] {
		if b != 0 {
			return nil, ErrPadding
		}
	}
	return p[prefix:end], nil
}
