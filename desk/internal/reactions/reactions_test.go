package reactions

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

const rss = `<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>An invented paper</title>
<item><title>A &lt;b&gt;headline&lt;/b&gt;</title><link>https://paper.example.org/1</link><guid>1</guid><pubDate>Sun, 09 Apr 2017 10:00:00 +0300</pubDate><dc:creator>A. Writer (invented)</dc:creator><description><![CDATA[<p>Words <script>alert(1)</script> &amp; more</p>]]></description></item>
<item><title>Second</title><link>javascript:alert(1)</link><pubDate>someday</pubDate></item></channel></rss>`

const atom = `<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title><entry><title type="html">An entry</title><id>urn:1</id><link rel="self" href="https://x.example.org/self"/><link href="https://x.example.org/a"/><published>2017-04-09T23:30:00-05:00</published><summary>Words</summary><author><name>Somebody (invented)</name></author></entry></feed>`

func TestReadFeed(t *testing.T) {
	t.Parallel()
	got, err := ReadFeed([]byte(rss))
	if err != nil || len(got) != 2 {
		t.Fatalf("%d, %v", len(got), err)
	}
	if e := got[0]; e.Title != "A headline" || e.URL != "https://paper.example.org/1" || e.Key != "1" || e.Day != "2017-04-09" || e.Speaker != "A. Writer (invented)" || strings.ContainsAny(e.Words, "<>") || !strings.Contains(e.Words, "& more") {
		t.Errorf("%+v", e)
	}
	if e := got[1]; e.URL != "" || e.Key != "Second" || e.Day != "" {
		t.Errorf("%+v", e)
	}
	got, err = ReadFeed([]byte("\xef\xbb\xbf" + atom))
	if err != nil || len(got) != 1 || got[0].URL != "https://x.example.org/a" || got[0].Day != "2017-04-10" || got[0].Speaker != "Somebody (invented)" {
		t.Errorf("%+v, %v", got, err)
	}
	// Cut short, what is whole is taken; what is no feed is refused.
	if got, err = ReadFeed([]byte(rss[:strings.Index(rss, "<item><title>Second")+30])); err != nil || len(got) != 1 {
		t.Errorf("cut short: %d, %v", len(got), err)
	}
	for _, bad := range []string{"", "hello", "<html><body>no</body></html>", "{}", `<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>`, `<?xml version="1.0" encoding="windows-1251"?><rss><item><title>x</title></item></rss>`} {
		if got, err := ReadFeed([]byte(bad)); err == nil {
			t.Errorf("%q: %v", bad, got)
		}
	}
	many := "<rss>" + strings.Repeat("<item><title>x</title></item>", 1000) + "</rss>"
	if got, err := ReadFeed([]byte(many)); err != nil || len(got) != maxEntries {
		t.Errorf("%d entries of a thousand, %v", len(got), err)
	}
}

func FuzzReadFeed(f *testing.F) {
	for _, s := range []string{rss, atom, "<rss>", "<feed><entry>"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		all, err := ReadFeed(b)
		if err != nil && len(all) > 0 {
			t.Error("refused, and taken")
		}
		for _, e := range all {
			if e.Title == "" && e.Words == "" {
				t.Error("an entry without a word")
			}
			if e.URL != "" && !strings.HasPrefix(e.URL, "http") {
				t.Errorf("a link %q", e.URL)
			}
			if len(e.Words) > most+8 || !utf8.ValidString(cut(e.Words, 10)) && utf8.ValidString(e.Words) {
				t.Error("words too long, or a letter cut in two")
			}
		}
	})
}

func TestShares(t *testing.T) {
	t.Parallel()
	all := []Reaction{{Day: "2017-05-01", Tone: Support}, {Day: "2017-04-30", Tone: Hostile, Harms: []Harm{Denying}}, {Day: "2017-04-02"}, {Day: "2017-04-03", Tone: Aside, Harms: []Harm{Denying}}, {Day: "2017-04-04", Tone: Neutral}}
	want := []Share{{Month: "2017-04", Neutral: 1, Hostile: 1, Harmful: 1, Unread: 1}, {Month: "2017-05", Support: 1}}
	if got := Shares(all); !slices.Equal(got, want) {
		t.Errorf("%+v", got)
	}
	if got := Shares(all)[0].Read(); got != 2 {
		t.Errorf("%d of April were read", got)
	}
}

// Each harm has advice, once.
func TestAdvice(t *testing.T) {
	t.Parallel()
	var have []Harm
	for _, a := range Advices() {
		have = append(have, a.Harm)
		if a.Does == "" || len(a.Helps) == 0 || len(a.Avoid) == 0 {
			t.Errorf("%s: %+v", a.Harm, a)
		}
	}
	if !slices.Equal(have, Harms()) {
		t.Errorf("%v", have)
	}
}
