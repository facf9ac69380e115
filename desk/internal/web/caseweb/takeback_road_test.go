package caseweb_test

import (
	"context"
	"encoding/hex"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"waylight/desk/internal/campaign"
	"waylight/desk/internal/cases"
	"waylight/desk/internal/desktest"
	"waylight/desk/internal/letter"
	"waylight/desk/internal/record"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/desk/internal/vault"
	"waylight/desk/internal/web/caseweb"
	"waylight/desk/internal/web/ui"
	"waylight/internal/browser"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// drawer is a real vault behind the pages.
type drawer struct{ chunks *vault.Chunks }

func (c drawer) Keep(r io.Reader) (cases.Scan, error) {
	b, err := c.chunks.Seal(r)
	return cases.Scan{Type: b.Type, ID: b.ID, Key: b.Key[:], Size: b.Size, SHA256: hex.EncodeToString(b.SHA256[:]), Sums: b.Sums}, err
}

func (c drawer) Open(s cases.Scan) (io.ReadCloser, error) {
	return c.chunks.Open(vault.Blob{ID: s.ID, Key: [32]byte(s.Key), Size: s.Size, Type: s.Type, Sums: s.Sums})
}

func (c drawer) Drop(id string) error { return c.chunks.Remove(id) }

// TestConsentTakenBack plays it in Chromium without a script: a consent in
// Russian is drawn up, printed, signed with a copy; words go to the record by it;
// the person takes it back, and everything that rested on it ends at once.
func TestConsentTakenBack(t *testing.T) {
	t.Parallel()
	g := desktest.New(t)
	chunks, err := vault.Open(filepath.Join(g.Dir, "chunks"))
	if err != nil {
		t.Fatal(err)
	}
	asRecord := func(tx *store.Tx) record.Store { return tx }
	archive := record.NewArchive(store.Within(g.DB, asRecord), store.Reading(g.DB, asRecord), g.Clock)
	as := func(tx *store.Tx) cases.Store { return tx }
	book := cases.NewBook(store.Within(g.DB, as), store.Reading(g.DB, as), g.Clock, cases.Options{Testimonies: archive, Retractions: []cases.Retractions{archive}, Cabinet: drawer{chunks}})
	anna, dora := g.Member(t, "anna (invented)", staff.Caseworker), g.Member(t, "dora (invented)", staff.Documenter)
	words, err := i18n.Load(page.Locale(), ui.Locale(), caseweb.Locale())
	if err != nil {
		t.Fatal(err)
	}
	m := ui.NewMux(ui.Config{Catalogue: words, Clock: g.Clock, Actor: func(*http.Request) (staff.Actor, error) { return anna, nil }})
	(&caseweb.Room{Book: book, Organisation: "Example (invented)", Print: func(f cases.Form) ([]byte, error) {
		return letter.Press{Head: "Example"}.Letter(campaign.Letter{Lang: f.Lang, Subject: f.Title, Paragraphs: strings.Split(f.Words, "\n\n"), Day: f.Day})
	}}).Register(m)
	s := httptest.NewServer(m)
	t.Cleanup(s.Close)
	ctx := t.Context()
	f, err := book.Open(ctx, anna, cases.Opening{Assign: []string{anna.ID}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := book.KeepParty(ctx, anna, f.ID, "", 0, cases.Party{Code: "A", Name: "Руслан Вымышленный"}); err != nil {
		t.Fatal(err)
	}
	at := s.URL + "/cases/" + f.ID
	p := browser.Start(t, browser.NoScript)
	says := func(want ...string) {
		t.Helper()
		text := html.UnescapeString(p.HTML())
		for _, w := range want {
			if !strings.Contains(text, w) {
				t.Fatalf("%q is not on the page:\n%s", w, p.Text("main"))
			}
		}
	}
	send := func() { p.Follow(`main form[method=post] button.primary`) }

	p.Go(at + "/consent/new")
	p.Click(`input[name=party]`)
	p.Click(`input[name=purpose][value=record]`)
	p.Fill(`input[name=recipient]`, "the record of this organisation")
	p.Fill(`input[name=data]`, "what happened in the cellar")
	p.Fill(`input[name=how]`, "on paper")
	send()
	p.Go(at + "/forms/new")
	p.Click(`input[name=party]`)
	p.Click(`input[name=kind][value=consent]`)
	send()
	says("Choose the consent of this person that it is to prove.")
	p.Set(`select[name=consent]`, p.Value(`select[name=consent] option:nth-child(2)`))
	send()
	says("Not signed yet")
	p.Follow(`a[href$="/print"]`)
	says("Я, Руслан Вымышленный", "без моего имени", "what happened in the cellar", "Подпись:")
	p.Go(at + "/consent")
	pdf := p.HTML()[:strings.Index(p.HTML(), `/pdf"`)+4]
	pdf = pdf[strings.LastIndex(pdf, `"`)+1:]
	if b := get(t, s.URL+pdf); !strings.HasPrefix(b, "%PDF-") {
		t.Errorf("no PDF: %.40q", b)
	}
	p.Follow(`a[href$="/sign"]`)
	p.Fill(`input[name=how]`, "by hand")
	scan := filepath.Join(t.TempDir(), "scan.pdf")
	if err := os.WriteFile(scan, []byte("%PDF-1.4\n% an invented signature\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p.Upload(`input[name=copy]`, scan)
	send()
	says("Signed copy", "scan.pdf", "In force")
	p.Follow(`a[href$="/testify"]`)
	p.Fill(`textarea[name=words]`, "They beat me in a cellar.")
	send()
	says("handed to the record without a name")
	if readable(t, ctx, archive, dora) != 1 {
		t.Fatal("the record has no words that it could lose")
	}
	if !strings.Contains(get(t, s.URL+strings.Replace(pdf, "/pdf", "/copy", 1)), "an invented signature") {
		t.Error("the signed copy does not come back")
	}

	says("What becomes of the words that were handed to the record?")
	p.Follow(`form[action$="/withdraw"] button`)
	says("Taken back on", "The signed paper ended with it.", "The bridge to the record was cut.", "What was handed to the record is destroyed, and its claims are withdrawn.", "Submissions to courts and other bodies keep consents of their own and were not touched.")
	if n := readable(t, ctx, archive, dora); n != 0 {
		t.Errorf("the record still reads %d", n)
	}
	if p.Count(`a[href$="/testify"]`) != 0 || p.Count(`form[action$="/withdraw"]`) != 0 || p.Count(`form[action$="/cut"]`) != 0 {
		t.Error("the page still offers what rested on the consent")
	}
}

func readable(t *testing.T, ctx context.Context, a *record.Archive, by staff.Actor) (n int) {
	t.Helper()
	all, _, err := a.Items(ctx, by, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range all {
		i, err := a.Item(ctx, by, p.Item.ID)
		if err != nil {
			t.Fatal(err)
		}
		if i.Readable && !i.Gone && i.Words != "" {
			n++
		}
	}
	return n
}

func get(t *testing.T, address string) string {
	t.Helper()
	r, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err != nil || r.StatusCode != http.StatusOK {
		t.Fatal(r.Status, err)
	}
	return string(b)
}
