package front_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"strings"
	"testing"

	"waylight/internal/bundle"
	"waylight/internal/clock"
	"waylight/internal/hatchway"
	"waylight/internal/lookout"
	"waylight/internal/sender"
)

// publish signs and pushes one page.
func (h *house) publish(t testing.TB, serial uint64, text string) {
	t.Helper()
	sum := sha256.Sum256([]byte(text))
	note, err := bundle.SignPages(h.organisation, bundle.Pages{Serial: serial, Day: "2017-04-09", Pages: []bundle.Page{
		{Path: "report/index.html", Lang: "en", Type: "text/html; charset=utf-8", SHA256: hex.EncodeToString(sum[:]), Size: int64(len(text))},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if err := h.client.Publish(context.Background(), hatchway.Publication{Manifest: string(note), Pages: []hatchway.PageBody{{Path: "report/index.html", Body: []byte(text)}}}); err != nil {
		t.Fatal(err)
	}
}

// A stranger's look finds nothing on a genuine Front, and whatever a Front, or
// somebody between, changes.
func TestLookout(t *testing.T) {
	t.Parallel()
	h := start(t)
	ctx := context.Background()
	f := &sender.Front{URL: h.base}
	scripts := map[string][]byte{}
	for _, name := range []string{"waylight.js", "papers.js", "sign.js"} {
		var err error
		if scripts[name], err = os.ReadFile("internal/letterbox/static/" + name); err != nil {
			t.Fatal(err)
		}
	}
	expected := lookout.Expected{Organisation: bundle.Fingerprint(h.organisation.Public()), Scripts: scripts, Today: clock.DayOf(h.clock.Now())}
	look := func(fetch lookout.Fetch, e lookout.Expected) *lookout.Sight {
		t.Helper()
		s, err := lookout.Look(ctx, fetch, e)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	expected.Headers = f.Headers
	before := look(f.Get, expected)
	h.publish(t, 1, "<!doctype html><title>Invented report</title>")
	old := look(f.Get, expected)
	h.publish(t, 2, "<!doctype html><title>Invented report, second</title>")
	h.postKeys(t, 2)
	if err := h.petition(t, 2, same); err != nil {
		t.Fatal(err)
	}
	genuine := look(f.Get, expected)
	for name, s := range map[string]*lookout.Sight{"before the first page": before, "with a page": old, "now": genuine} {
		if len(s.Findings) > 0 || s.Channels != 2 || len(s.Organisations) != 1 {
			t.Errorf("%s: %d channels, findings %+v", name, s.Channels, s.Findings)
		}
	}
	if genuine.Pages != 1 || len(genuine.Seen.Keys) != 2 || len(genuine.Seen.Scripts) != 3 || genuine.Petitions != 1 {
		t.Errorf("seen: %+v", genuine)
	}

	// change answers a path with something else.
	change := func(prefix string, alter func(string) string) lookout.Fetch {
		return func(ctx context.Context, path string) (int, []byte, error) {
			status, body, err := f.Get(ctx, path)
			if strings.HasPrefix(path, prefix) {
				return status, []byte(alter(string(body))), err
			}
			return status, body, err
		}
	}
	other := newDesk(t)
	seen := expected
	seen.Seen = lookout.Seen{Keys: map[string]uint64{}, Pages: map[string]uint64{}, Scripts: genuine.Scripts}
	signed := expected
	signed.Seen = lookout.Seen{Petitions: map[string]uint64{petitionID: 3}}
	known, released := expected, expected
	known.Scripts, known.Seen = nil, lookout.Seen{Scripts: genuine.Scripts}
	released.Scripts, released.Released = nil, lookout.Released()
	if s := look(f.Get, released); len(s.Findings) > 0 {
		t.Errorf("lookout.Released is old, run go run ./internal/tools/pagescript: %+v", s.Findings)
	}
	for name := range genuine.Seen.Keys {
		seen.Seen.Keys[name] = 3
	}
	for id := range genuine.Seen.Pages {
		seen.Seen.Pages[id] = 3
	}
	late, stranger := expected, expected
	late.Today = "2099-01-01"
	stranger.Organisation = bundle.Fingerprint(other.organisation.Public())
	for name, c := range map[string]struct {
		fetch    lookout.Fetch
		expected lookout.Expected
		want     string
	}{
		"a page altered":                {change("/p/report", func(s string) string { return s + " " }), expected, "page report/index.html: not what was signed"},
		"the list altered":              {change("/p/manifest", func(s string) string { return strings.Replace(s, `"serial":2`, `"serial":9`, 1) }), expected, "the list of pages is not signed"},
		"the script altered":            {change("/static/waylight", func(s string) string { return s + ";fetch('/x')" }), expected, "script: waylight.js is not the expected one"},
		"the second script altered":     {change("/static/papers", func(s string) string { return s + ";fetch('/x')" }), expected, "script: papers.js is not the expected one"},
		"the petition's script altered": {change("/static/sign", func(s string) string { return s + ";fetch('/x')" }), expected, "script: sign.js is not the expected one"},
		"not what was released":         {change("/static/papers", func(s string) string { return s + ";fetch('/x')" }), released, "papers.js is not the one that was released"},
		"it changed since":              {change("/static/sign", func(s string) string { return s + ";fetch('/x')" }), known, "script: sign.js changed since the last look"},
		"the second script from elsewhere": {change("/en/help", func(s string) string {
			return strings.Replace(s, `data-papers="/static/papers`, `data-papers="https://evil.example/papers`, 1)
		}), expected, "papers.js comes from another server"},
		"another script in its place": {change("/en/help", func(s string) string {
			return strings.Replace(s, `data-papers="/static/papers`, `data-papers="/p/papers`, 1)
		}), expected, "papers.js is not where it should be"},
		"a petition's words altered": {change("/en/petitions/safe-passage", func(s string) string { return strings.Replace(s, "We ask for", "We do not ask for", 1) }), expected, "does not show the words that were signed"},
		"a petition's words added to": {change("/en/petitions/safe-passage", func(s string) string {
			return strings.Replace(s, `<p class="paragraph">`, `<p class="paragraph">And your telephone number.</p><p class="paragraph">`, 1)
		}), expected, "does not show the words that were signed"},
		"a petition not signed":   {change("/w/v1/petitions/", func(s string) string { return strings.Replace(s, `"serial`, `"seriam`, 1) }), expected, "not signed"},
		"a petition of before":    {f.Get, signed, "older than at the last look"},
		"a second script to sign": {change("/en/petitions/safe", func(s string) string { return s + "<script>1</script>" }), expected, "has 2 scripts instead of one"},
		"a second script":         {change("/en/help", func(s string) string { return s + "<SCRIPT>1</SCRIPT>" }), expected, "2 scripts instead of one"},
		"a script at the mailbox": {change("/en/mailbox", func(s string) string {
			return strings.Replace(s, `src="/static/waylight`, `src="/static/waylighter`, 1)
		}), expected, "waylight.js is not where it should be"},
		"a script from elsewhere": {change("/en/help", func(s string) string {
			return strings.Replace(s, `src="/static/waylight`, `src="//evil.example/waylight`, 1)
		}), expected, "from another server"},
		"a key altered":        {change("/w/v1/channels", func(s string) string { return strings.Replace(s, "age1pq1", "age1pq1q", 1) }), expected, "not signed for this channel"},
		"a key not logged":     {change("/w/v1/keylog", func(string) string { return `{"notes":[]}` }), expected, "its state is not signed"},
		"a header gone":        {f.Get, without(expected, f, "Content-Security-Policy"), "headers: Content-Security-Policy: default-src is not 'none'"},
		"no channels":          {change("/w/v1/channels", func(string) string { return "no" }), expected, "nobody can write"},
		"rolled back":          {f.Get, seen, "older than at the last look"},
		"an old key":           {f.Get, late, "its time ended"},
		"another organisation": {f.Get, stranger, "another organisation than the expected"},
	} {
		s := look(c.fetch, c.expected)
		text := ""
		for _, finding := range s.Findings {
			text += finding.Where + ": " + finding.What + "\n"
		}
		if !strings.Contains(text, c.want) {
			t.Errorf("%s: findings %q, want %q", name, text, c.want)
		}
	}
}

// without leaves a header out.
func without(e lookout.Expected, f *sender.Front, name string) lookout.Expected {
	e.Headers = func(ctx context.Context, path string) (map[string][]string, error) {
		h, err := f.Headers(ctx, path)
		delete(h, name)
		return h, err
	}
	return e
}

// Two keys under one serial are how a Front would give one sender another key.
func TestLookoutFindsTwoKeysOfOneSerial(t *testing.T) {
	t.Parallel()
	h := start(t)
	twin := *h.desk
	twin.intake = newDesk(t).intake
	f := &sender.Front{URL: h.base}
	fetch := func(ctx context.Context, path string) (int, []byte, error) {
		status, body, err := f.Get(ctx, path)
		if strings.HasPrefix(path, "/w/v1/keylog/") {
			extra := strings.ReplaceAll(strings.ReplaceAll(twin.keyNotes(t, 1)[0], `"`, `\"`), "\n", `\n`)
			body = []byte(strings.Replace(string(body), `{"notes":[`, `{"notes":["`+extra+`",`, 1))
		}
		return status, body, err
	}
	s, err := lookout.Look(context.Background(), fetch, lookout.Expected{})
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Findings) == 0 || !strings.Contains(s.Findings[0].What, "two keys of help have the serial 1") {
		t.Errorf("findings %+v", s.Findings)
	}
}
