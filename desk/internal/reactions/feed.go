package reactions

import (
	"bytes"
	"encoding/xml"
	"errors"
	"html"
	"io"
	"strings"
	"time"

	"waylight/internal/clock"
)

// Entry is one thing of a feed.
type Entry struct {
	Key, URL, Title, Words, Speaker string
	Day                             clock.Day
}

// ErrNoFeed says that the bytes are no feed.
var ErrNoFeed = errors.New("reactions: this is no RSS or Atom feed")

// maxEntries is how much of one feed is taken at a time.
const maxEntries = 200

// rssItem and atomItem are what both kinds of feeds call an entry.
type item struct {
	Title     string     `xml:"title"`
	Links     []itemLink `xml:"link"`
	GUID      string     `xml:"guid"`
	ID        string     `xml:"id"`
	Summary   string     `xml:"summary"`
	Content   string     `xml:"content"`
	Describes string     `xml:"description"`
	PubDate   string     `xml:"pubDate"`
	Date      string     `xml:"date"`
	Published string     `xml:"published"`
	Updated   string     `xml:"updated"`
	Creator   string     `xml:"creator"`
	Author    struct {
		Name string `xml:"name"`
		Text string `xml:",chardata"`
	} `xml:"author"`
}

type itemLink struct {
	Rel  string `xml:"rel,attr"`
	Href string `xml:"href,attr"`
	Text string `xml:",chardata"`
}

// ReadFeed reads RSS (0.9 to 2.0) and Atom. It takes what is there and refuses what
// is no feed; entities of its own and other encodings than UTF-8 are refused.
func ReadFeed(raw []byte) ([]Entry, error) {
	d := xml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf"))))
	d.Strict = false
	d.Entity = xml.HTMLEntity
	d.CharsetReader = func(label string, in io.Reader) (io.Reader, error) {
		if strings.EqualFold(label, "utf8") {
			return in, nil
		}
		return nil, errors.New("reactions: the feed is not in UTF-8")
	}
	var out []Entry
	root := false
	for len(out) < maxEntries {
		t, err := d.Token()
		if err != nil {
			if root && (errors.Is(err, io.EOF) || len(out) > 0) {
				return out, nil // what is whole is taken, also of a feed that was cut
			}
			return nil, ErrNoFeed
		}
		start, ok := t.(xml.StartElement)
		if !ok {
			continue
		}
		switch strings.ToLower(start.Name.Local) {
		case "rss", "feed", "rdf":
			root = true
		case "item", "entry":
			if !root {
				return nil, ErrNoFeed
			}
			var i item
			if err := d.DecodeElement(&i, &start); err != nil {
				if len(out) > 0 {
					return out, nil
				}
				return nil, ErrNoFeed
			}
			if e := i.entry(); e.Title != "" || e.Words != "" {
				out = append(out, e)
			}
		default:
			if !root {
				return nil, ErrNoFeed
			}
		}
	}
	return out, nil
}

func (i item) entry() Entry {
	e := Entry{Title: cut(plain(i.Title), 300), Speaker: cut(plain(first(i.Creator, i.Author.Name, i.Author.Text)), 200), Words: cut(plain(first(i.Summary, i.Describes, i.Content)), most)}
	for _, l := range i.Links {
		u := strings.TrimSpace(first(l.Href, l.Text))
		if (l.Rel == "" || l.Rel == "alternate") && (strings.HasPrefix(u, "https://") || strings.HasPrefix(u, "http://")) && len(u) < 2000 {
			e.URL = u
			break
		}
	}
	e.Key = cut(first(i.GUID, i.ID, e.URL, e.Title), 500)
	when := strings.TrimSpace(first(i.PubDate, i.Published, i.Date, i.Updated))
	for _, layout := range []string{time.RFC3339, time.RFC1123Z, time.RFC1123, "Mon, 2 Jan 2006 15:04:05 -0700", "Mon, 2 Jan 2006 15:04:05 MST", "2 Jan 2006 15:04:05 -0700", time.DateOnly} {
		if t, err := time.Parse(layout, when); err == nil {
			e.Day = clock.DayOf(t)
			break
		}
	}
	return e
}

func first(all ...string) string {
	for _, s := range all {
		if strings.TrimSpace(s) != "" {
			return s
		}
	}
	return ""
}

// plain takes tags out of words: nothing of a feed is shown as it came.
func plain(s string) string {
	s = html.UnescapeString(s)
	var b strings.Builder
	in := false
	for _, r := range s {
		switch {
		case r == '<':
			in = true
			b.WriteByte(' ')
		case r == '>' && in:
			in = false
		case in || r == 0xfeff || r < ' ' && r != '\n' && r != '\t':
		default:
			b.WriteRune(r)
		}
	}
	return strings.Join(strings.Fields(html.UnescapeString(b.String())), " ")
}
