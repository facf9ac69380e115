package guard

import (
	"strings"

	"golang.org/x/net/idna"
)

// hostCode begins a label of a host's name whose letters are in a code (RFC 3492).
const hostCode = "xn--"

// hasHost reports whether a text may hold such a label.
func hasHost(text string) bool {
	for i := strings.IndexByte(text, '-'); i >= 0; {
		if i >= 2 && startsHost(text[i-2:]) {
			return true
		}
		next := strings.IndexByte(text[i+1:], '-')
		if next < 0 {
			return false
		}
		i += 1 + next
	}
	return false
}

func startsHost(text string) bool {
	return len(text) > len(hostCode) && strings.EqualFold(text[:len(hostCode)], hostCode)
}

// host reads a label in a code at the beginning of a text, and how many bytes it took.
func host(text string) (string, int) {
	if !startsHost(text) {
		return "", 0
	}
	n := len(hostCode)
	for n < len(text) && n <= longestLabel && (isLatin(rune(text[n])) || text[n] >= '0' && text[n] <= '9' || text[n] == '-') {
		n++
	}
	label := strings.ToLower(strings.TrimRight(text[:n], "-"))
	s, err := idna.Punycode.ToUnicode(label)
	if err != nil || s == label {
		return "", 0
	}
	return s, n
}

// longestLabel is how long a label of a host's name is at the most, and some more for what
// nobody checked.
const longestLabel = 255
