// Package receipt makes and reads the sender's code: thirty random decimal
// digits and two check digits, shown in eight groups of four.
//
// The code is the only way back to a conversation. It is chosen on the sender's
// device, never leaves it with the script and is never stored by anybody else.
// Digits were chosen because every keyboard, script and phone line has them.
// Thirty of them carry 99.6 bits, so that keys can be derived from the code
// without stretching. The two check digits (ISO 7064 MOD 97-10) catch every
// single wrong digit and every two neighbours exchanged, before anything is sent.
//
// A Code refuses to be printed: there is no String method, and the fmt verbs
// show a placeholder. It imports only the standard library. The format is
// described in docs/formats/code.md.
package receipt

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"unicode"
)

// Length is the number of digits of a code, check digits included.
const Length = 32

// random is the number of random digits.
const random = Length - 2

// A Code is what the sender keeps. Codes can be compared with ==. The zero Code
// is not a code; New and Parse never return it without an error.
type Code struct{ digits [Length]byte } // ASCII '0' to '9'

// The errors of Parse. A LengthError says how many digits there were.
var (
	ErrDigit    = errors.New("the code has digits only")
	ErrChecksum = errors.New("the code has a mistake: one digit is probably wrong, or two are exchanged")
)

var errHidden = errors.New("receipt: a code is written out by Groups only")

// LengthError is the error of Parse for too few or too many digits.
type LengthError struct{ Digits int }

func (e *LengthError) Error() string {
	if e.Digits < Length {
		return fmt.Sprintf("the code is too short: %d of %d digits", e.Digits, Length)
	}
	return fmt.Sprintf("the code is too long: %d digits instead of %d", e.Digits, Length)
}

// New chooses a code with the system's randomness.
func New() Code {
	var c Code
	var b [1]byte
	for i := 0; i < random; {
		rand.Read(b[:]) // never fails
		if b[0] < 250 { // 250 to 255 would favour the digits 0 to 5
			c.digits[i] = '0' + b[0]%10
			i++
		}
	}
	c.setCheck()
	return c
}

// Parse reads a code as a person types or pastes it. Spaces of every kind,
// dashes and dots between digits and invisible direction marks are skipped;
// digits of every script (full-width, Arabic-Indic, Devanagari, …) are read.
// A list with exactly eight prices is read as what Prices wrote, whatever words
// stand between them. The error is ErrDigit, a *LengthError or ErrChecksum, and
// never repeats what was typed.
func Parse(s string) (Code, error) {
	c, err := parse(s)
	if err == nil {
		return c, nil
	}
	if p := fromPrices(s); p != "" {
		return parse(p)
	}
	return c, err
}

func parse(s string) (Code, error) {
	var c Code
	n := 0
	for _, r := range s {
		if skipped(r) {
			continue
		}
		d, ok := digit(r)
		if !ok {
			return Code{}, ErrDigit
		}
		if n < Length {
			c.digits[n] = '0' + d
		}
		n++
	}
	if n != Length {
		return Code{}, &LengthError{Digits: n}
	}
	if c.mod97() != 1 {
		return Code{}, ErrChecksum
	}
	return c, nil
}

// Groups returns the code for display: eight groups of four ASCII digits.
func (c Code) Groups() [8]string {
	var g [8]string
	for i := range g {
		g[i] = string(c.digits[4*i : 4*i+4])
	}
	return g
}

// Secret returns the 32 ASCII digits, the input of the key derivation.
func (c Code) Secret() []byte { return append([]byte(nil), c.digits[:]...) }

// IsZero reports whether c is the zero value, which is not a code.
func (c Code) IsZero() bool { return c == Code{} }

// Format keeps the code out of logs and messages: every verb prints a placeholder.
func (Code) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "(code)") }

// MarshalText refuses: a code reaches no JSON, log or file by accident.
func (Code) MarshalText() ([]byte, error) { return nil, errHidden }

// setCheck sets the last two digits so that the whole number is 1 modulo 97.
func (c *Code) setCheck() {
	c.digits[random], c.digits[random+1] = '0', '0'
	check := 98 - c.mod97()
	c.digits[random] = '0' + byte(check/10)
	c.digits[random+1] = '0' + byte(check%10)
}

// mod97 is the 32-digit number modulo 97.
func (c *Code) mod97() int {
	m := 0
	for _, d := range c.digits {
		m = (m*10 + int(d-'0')) % 97
	}
	return m
}

// skipped tells what people and programs put between the digits.
func skipped(r rune) bool {
	return unicode.IsSpace(r) || unicode.Is(unicode.Zs, r) || unicode.Is(unicode.Pd, r) ||
		unicode.Is(unicode.Cf, r) || r == '.' || r == '·' || r == '\u2212' // minus sign
}

// digit returns the value of a decimal digit of any script: in Unicode they
// stand in runs of ten, zero first.
func digit(r rune) (byte, bool) {
	if r >= '0' && r <= '9' {
		return byte(r - '0'), true
	}
	if !unicode.Is(unicode.Nd, r) {
		return 0, false
	}
	for _, r16 := range unicode.Nd.R16 {
		if r >= rune(r16.Lo) && r <= rune(r16.Hi) {
			return byte((r - rune(r16.Lo)) % 10), true
		}
	}
	for _, r32 := range unicode.Nd.R32 {
		if r >= rune(r32.Lo) && r <= rune(r32.Hi) {
			return byte((r - rune(r32.Lo)) % 10), true
		}
	}
	return 0, false
}
