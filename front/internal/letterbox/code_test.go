package letterbox

import (
	"testing"

	"pgregory.net/rapid"

	"waylight/internal/receipt"
)

// Any random bytes with thirty usable ones give a right code, and other bytes another.
func TestCodeFromBytes(t *testing.T) {
	t.Parallel()
	seen := map[receipt.Code]string{}
	rapid.Check(t, func(rt *rapid.T) {
		b := rapid.SliceOfN(rapid.ByteRange(0, 249), 30, 40).Draw(rt, "random")
		c, err := codeFrom(b)
		if err != nil {
			rt.Fatalf("%v: %v", b, err)
		}
		digits := ""
		for _, r := range b[:30] {
			digits += string(rune('0' + r%10))
		}
		if other, ok := seen[c]; ok && other != digits {
			rt.Fatal("two contents, one code")
		}
		seen[c] = digits
		if string(c.Secret()[:30]) != digits {
			rt.Fatal("the code is not what the bytes say")
		}
	})
	if _, err := codeFrom(make([]byte, 29)); err == nil {
		t.Error("a code of too few bytes")
	}
	long := append(make([]byte, 10), 250, 251, 255)
	if _, err := codeFrom(long); err == nil {
		t.Error("bytes over 249 were taken")
	}
}
