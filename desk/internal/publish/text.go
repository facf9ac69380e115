package publish

import (
	"crypto/sha256"
	"encoding/hex"
	"html"
	"strings"
)

func sumOf(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}

// inline elements do not part words: a name may not hide behind a tag.
var inline = map[string]bool{"a": true, "b": true, "i": true, "em": true, "strong": true, "span": true, "abbr": true, "q": true, "mark": true, "time": true, "small": true, "sup": true, "sub": true}

// plainText takes the tags out of a page that our own press made. Attributes that
// people read or hear stay.
func plainText(page string) string {
	var b strings.Builder
	for page != "" {
		text, rest, found := strings.Cut(page, "<")
		b.WriteString(html.UnescapeString(text))
		if !found {
			break
		}
		tag, after, _ := strings.Cut(rest, ">")
		page = after
		name := strings.ToLower(strings.TrimPrefix(strings.Fields(tag + " x")[0], "/"))
		if !inline[strings.TrimSuffix(name, "/")] {
			b.WriteByte('\n')
		}
		for _, attr := range []string{`title="`, `alt="`, `aria-label="`, `content="`, `href="`} {
			if _, v, ok := strings.Cut(tag, attr); ok {
				v, _, _ = strings.Cut(v, `"`)
				b.WriteString("\n" + html.UnescapeString(v) + "\n")
			}
		}
	}
	return b.String()
}
