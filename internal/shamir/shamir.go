// Package shamir splits a secret so that any k of n parts give it back, and fewer
// tell nothing of it: Shamir, "How to share a secret", Communications of the ACM
// 22 (1979), byte by byte over the field of 256 elements that AES uses.
//
// Whether parts belong together it cannot tell: combine what was split and compare
// with something public of the secret. It refuses to know what the secret is, and
// imports nothing of the house.
package shamir

import (
	"crypto/rand"
	"errors"
)

// Part is one share: where the polynomials were evaluated, and their values there.
type Part struct {
	X byte // 1 to 255
	Y []byte
}

// Split makes n parts of which any k give the secret back.
func Split(secret []byte, k, n int) ([]Part, error) {
	if k < 2 || n < k || n > 255 || len(secret) == 0 {
		return nil, errors.New("shamir: it takes a secret, two or more of at most 255 parts")
	}
	parts := make([]Part, n)
	for i := range parts {
		parts[i] = Part{X: byte(i + 1), Y: make([]byte, len(secret))}
	}
	c := make([]byte, k) // the coefficients of one byte's polynomial
	defer clear(c)
	for at, b := range secret {
		rand.Read(c[1:])
		c[0] = b
		for _, p := range parts {
			y := byte(0)
			for i := k - 1; i >= 0; i-- {
				y = times(y, p.X) ^ c[i]
			}
			p.Y[at] = y
		}
	}
	return parts, nil
}

// Combine gives the secret of exactly as many parts as were asked for when it was
// split. With other parts it gives some other bytes.
func Combine(parts ...Part) ([]byte, error) {
	if len(parts) < 2 {
		return nil, errors.New("shamir: one part tells nothing")
	}
	size := len(parts[0].Y)
	for i, p := range parts {
		if p.X == 0 || len(p.Y) != size || size == 0 {
			return nil, errors.New("shamir: this is no part")
		}
		for _, q := range parts[:i] {
			if p.X == q.X {
				return nil, errors.New("shamir: the same part twice")
			}
		}
	}
	out := make([]byte, size)
	for i, p := range parts {
		// Lagrange's basis at zero; subtraction is exclusive or here.
		basis := byte(1)
		for j, q := range parts {
			if i != j {
				basis = times(basis, times(q.X, inverse(q.X^p.X)))
			}
		}
		for at, y := range p.Y {
			out[at] ^= times(y, basis)
		}
	}
	return out, nil
}

// times multiplies in the field, modulo x⁸+x⁴+x³+x+1, in the same time for all values.
func times(a, b byte) byte {
	var out byte
	for range 8 {
		out ^= a & -(b & 1)
		a = a<<1 ^ 0x1b&-(a>>7)
		b >>= 1
	}
	return out
}

// inverse is a to the power of 254; of zero it is zero.
func inverse(a byte) byte {
	out := byte(1)
	for range 7 {
		a = times(a, a)
		out = times(out, a)
	}
	return out
}
