package capture

import (
	"bytes"
	"context"
	"io"
	"strings"

	"golang.org/x/net/html"

	"waylight/desk/internal/evidence"
	"waylight/desk/internal/snare"
	"waylight/desk/internal/staff"
)

// Difference is how a page differs from the time before: in its visible words.
type Difference struct {
	Same    bool     `json:"same"`              // to the byte
	Words   bool     `json:"words"`             // the visible words are the same
	Unknown bool     `json:"unknown,omitempty"` // too large, or no page of words: only that it differs is known
	Added   []string `json:"added,omitempty"`   // lines, at most maxShown
	Gone    []string `json:"gone,omitempty"`
	More    int      `json:"more,omitempty"` // lines that are not shown
}

// How much is compared and shown.
const (
	maxCompared = 4 << 20
	maxLines    = 3000
	maxShown    = 100
)

// compare looks for the newest capture of the same address in the same item.
func (k *Keeper) compare(ctx context.Context, tx Store, by staff.Actor, c Capture, x *Facts, t *snare.Taken) error {
	all, err := tx.CapturesOf(ctx, c.Item)
	if err != nil {
		return err
	}
	for _, other := range all {
		o, err := k.open(ctx, tx, by, other)
		if err != nil {
			return err
		}
		if !o.Open || o.Way == Brought || o.Asked != x.Asked {
			continue
		}
		x.Before = o.ID
		x.Difference, err = k.differ(ctx, tx, by, o, t)
		return err
	}
	return nil
}

func (k *Keeper) differ(ctx context.Context, tx Store, by staff.Actor, before Opened, t *snare.Taken) (*Difference, error) {
	content, err := k.Locker.OpenIn(ctx, tx, by, before.part(Page), evidence.Examine)
	if err != nil {
		return nil, err
	}
	defer content.Close()
	d := &Difference{Unknown: true}
	if content.Facts.Size > maxCompared || len(t.Page) > maxCompared {
		return d, nil
	}
	was, err := io.ReadAll(content)
	if err != nil {
		return nil, err
	}
	if bytes.Equal(was, t.Page) {
		return &Difference{Same: true, Words: true}, nil
	}
	if !isWords(before.Type) || !isWords(t.Type) {
		return d, nil
	}
	return differ(lines(was), lines(t.Page)), nil
}

func (o Opened) part(k Kind) string {
	for _, p := range o.Parts {
		if p.Kind == k {
			return p.File
		}
	}
	return ""
}

func isWords(t string) bool {
	t, _, _ = strings.Cut(strings.ToLower(t), ";")
	t = strings.TrimSpace(t)
	return strings.HasPrefix(t, "text/") || t == "application/xhtml+xml" || t == ""
}

// lines are the visible words of a page, one block in a line.
func lines(page []byte) (out []string) {
	z := html.NewTokenizer(bytes.NewReader(page))
	var line strings.Builder
	end := func() {
		if s := strings.Join(strings.Fields(line.String()), " "); s != "" {
			out = append(out, s)
		}
		line.Reset()
	}
	for hidden := 0; ; {
		switch kind := z.Next(); kind {
		case html.ErrorToken:
			end()
			return out
		case html.TextToken:
			if hidden == 0 {
				line.Write(z.Text())
			}
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			switch string(name) {
			case "script", "style", "template", "noscript":
				if kind == html.StartTagToken {
					hidden++
				} else if kind == html.EndTagToken && hidden > 0 {
					hidden--
				}
			case "a", "b", "i", "em", "strong", "span", "small", "mark", "abbr", "code", "sub", "sup", "u", "s", "font", "time", "q", "cite", "bdi", "wbr":
			default:
				end()
			}
		}
	}
}

// differ tells which lines came and which went: what both begin and end with is
// left aside, the rest is compared by the longest run of lines that both have.
func differ(was, is []string) *Difference {
	d := &Difference{}
	for len(was) > 0 && len(is) > 0 && was[0] == is[0] {
		was, is = was[1:], is[1:]
	}
	for len(was) > 0 && len(is) > 0 && was[len(was)-1] == is[len(is)-1] {
		was, is = was[:len(was)-1], is[:len(is)-1]
	}
	if len(was) == 0 && len(is) == 0 {
		d.Words = true
		return d
	}
	if len(was) > maxLines || len(is) > maxLines {
		d.Unknown = true
		return d
	}
	long := make([][]uint16, len(was)+1) // of what is left from here on
	for i := range long {
		long[i] = make([]uint16, len(is)+1)
	}
	for i := len(was) - 1; i >= 0; i-- {
		for j := len(is) - 1; j >= 0; j-- {
			if was[i] == is[j] {
				long[i][j] = long[i+1][j+1] + 1
			} else {
				long[i][j] = max(long[i+1][j], long[i][j+1])
			}
		}
	}
	i, j := 0, 0
	for i < len(was) || j < len(is) {
		switch {
		case i < len(was) && j < len(is) && was[i] == is[j]:
			i, j = i+1, j+1
		case j == len(is) || i < len(was) && long[i+1][j] >= long[i][j+1]:
			d.show(&d.Gone, was[i])
			i++
		default:
			d.show(&d.Added, is[j])
			j++
		}
	}
	return d
}

func (d *Difference) show(to *[]string, line string) {
	if len(*to) >= maxShown {
		d.More++
		return
	}
	if r := []rune(line); len(r) > 400 {
		line = string(r[:399]) + "…"
	}
	*to = append(*to, line)
}
