package purseweb_test

import (
	"bytes"
	"context"
	"html"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/desktest"
	"waylight/desk/internal/publish"
	"waylight/desk/internal/purse"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/desk/internal/vault"
	"waylight/desk/internal/web/caseweb"
	"waylight/desk/internal/web/purseweb"
	"waylight/desk/internal/web/ui"
	"waylight/internal/browser"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// house is cases and money over real storage and a real vault. Nobody in it is real.
type house struct {
	*desktest.Ground
	book                       *cases.Book
	keeper                     *purse.Keeper
	vault                      *vault.Chunks
	anna, boris, tamara, sonya staff.Actor
}

// told tells cases about money, as the Desk does.
type told struct{ k *purse.Keeper }

func (f told) Limit(ctx context.Context, tx cases.Store, by staff.Actor, line, currency string) (int64, bool, error) {
	all, err := f.k.LimitsIn(ctx, tx.(*store.Tx))
	n, listed := purse.LimitFor(all, by.Roles, line, currency)
	return n, listed, err
}

func (f told) Price(ctx context.Context, tx cases.Store, m cases.Money, day clock.Day) (cases.Price, error) {
	return f.k.PriceIn(ctx, tx.(*store.Tx), m, day)
}

func (f told) Grant(ctx context.Context, tx cases.Store, id string, c cases.Cost) (cases.Money, error) {
	return f.k.GrantIn(ctx, tx.(*store.Tx), id, c)
}

func newHouse(t *testing.T) *house {
	t.Helper()
	g := desktest.New(t)
	h := &house{Ground: g, anna: g.Member(t, "Anna (invented)", staff.Caseworker), boris: g.Member(t, "Boris (invented)", staff.Caseworker),
		tamara: g.Member(t, "Tamara (invented)", staff.Finance), sonya: g.Member(t, "Sonya (invented)", staff.Security)}
	h.begin(t)
	return h
}

// begin makes the rooms, as a start does.
func (h *house) begin(t *testing.T) {
	g := h.Ground
	as, gate, book := func(tx *store.Tx) purse.Store { return tx }, func(tx *store.Tx) publish.Store { return tx }, func(tx *store.Tx) cases.Store { return tx }
	h.keeper = &purse.Keeper{Within: store.Within(g.DB, as), Reading: store.Reading(g.DB, as), Clock: g.Clock, Currency: "EUR", Limits: []purse.Limit{{Currency: "EUR", Minor: 500_00}},
		Gate: store.Gate{Gateway: &publish.Gateway{Within: store.Within(g.DB, gate), Reading: store.Reading(g.DB, gate), Clock: g.Clock}}}
	h.book = cases.NewBook(store.Within(g.DB, book), store.Reading(g.DB, book), g.Clock, cases.Options{Purse: told{h.keeper}})
	var err error
	h.vault, err = vault.Open(t.TempDir())
	must(t, err)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// mux serves cases and money to one member.
func (h *house) mux(t *testing.T, who staff.Actor) http.Handler {
	t.Helper()
	words, err := i18n.Load(page.Locale(), ui.Locale(), caseweb.Locale(), purseweb.Locale())
	must(t, err)
	m := ui.NewMux(ui.Config{Catalogue: words, Clock: h.Clock, Actor: func(*http.Request) (staff.Actor, error) { return who, nil }})
	(&caseweb.Room{Book: h.book, Vault: h.vault, Grants: func(ctx context.Context, a staff.Actor) (out []page.Option, err error) {
		all, err := h.keeper.Choices(ctx, a)
		for _, g := range all {
			out = append(out, page.Option{Value: g.ID, Label: g.Title})
		}
		return out, err
	}}).Register(m)
	(&purseweb.Room{Keeper: h.keeper, Names: func(context.Context) (map[string]string, error) {
		return map[string]string{h.tamara.ID: h.tamara.Name, h.sonya.ID: h.sonya.Name}, nil
	}, PDF: func(_, title string, lines []string) ([]byte, error) {
		return []byte(title + strings.Join(lines, "\n")), nil
	}}).Register(m)
	return m
}

func (h *house) serve(t *testing.T, who staff.Actor) string {
	s := httptest.NewServer(h.mux(t, who))
	t.Cleanup(s.Close)
	return s.URL
}

func says(t *testing.T, p *browser.Page, want ...string) {
	t.Helper()
	text := html.UnescapeString(p.HTML())
	for _, w := range want {
		if !strings.Contains(text, w) {
			t.Fatalf("%q is not on the page:\n%s", w, p.Text("main"))
		}
	}
}

// TestNeedToReport plays the whole way in Chromium without a script: a need, who
// gives it, a cost over the limit, the second person, a receipt, the grant that is
// used up, and the donor report that does not tell what is about one person.
func TestNeedToReport(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx := t.Context()
	f, err := h.book.Open(ctx, h.anna, cases.Opening{Assign: []string{h.anna.ID, h.boris.ID}})
	must(t, err)
	_, err = h.book.KeepParty(ctx, h.anna, f.ID, "", 0, cases.Party{Code: "A", Name: "Ruslan Example"})
	must(t, err)
	anna, boris, tamara, sonya := h.serve(t, h.anna), h.serve(t, h.boris), h.serve(t, h.tamara), h.serve(t, h.sonya)
	c := "/cases/" + f.ID
	p := browser.Start(t, browser.NoScript)

	p.Go(tamara + "/money/grants/new")
	for name, value := range map[string]string{"donor": "Example Foundation (invented)", "title": "Way out", "amount": "2000.00", "currency": "EUR", "countries": "de, lt", "ceilings": "medical 1500.00"} {
		p.Fill(`[name="`+name+`"]`, value)
	}
	p.Set(`input[name=from]`, "2017-04-01")
	p.Set(`input[name=to]`, "2017-06-30")
	p.Follow(`main form button.primary`)
	says(t, p, "Way out", "2000.00 EUR")
	grant := strings.TrimPrefix(strings.Split(p.URL(), "?")[0], tamara+"/money/grants/")

	p.Go(anna + "/providers/new")
	p.Fill(`[name=name]`, "Doctor Nevidimova")
	p.Click(`input[name=gives][value=medical]`)
	p.Follow(`main form button.primary`)
	says(t, p, "Doctor Nevidimova", "Medical help")

	p.Go(anna + c + "/needs/new")
	p.Set(`select[name=kind]`, "medical")
	p.Fill(`[name=words]`, "An operation of the hand")
	p.Click(`input[name=urgency][value=urgent]`)
	p.Follow(`main form button.primary`)
	says(t, p, "An operation of the hand", "Open")

	p.Go(anna + c + "/given/new")
	p.Fill(`[name=what]`, "Surgery in a small clinic")
	p.Set(`select[name=provider]`, idIn(t, p.HTML(), "provider"))
	p.Set(`input[name=due]`, "2017-04-12")
	p.Follow(`main form button.primary`)
	says(t, p, "Delivery: Surgery in a small clinic", "Doctor Nevidimova", "Agreed")

	cost := func(country, amount string) {
		p.Go(anna + c + "/money/new")
		p.Fill(`[name=amount]`, amount)
		p.Set(`select[name=line]`, "medical")
		p.Fill(`[name=what]`, "Operation")
		p.Fill(`[name=country]`, country)
		p.Set(`select[name=need]`, idIn(t, p.HTML(), "need"))
		p.Set(`select[name=delivery]`, idIn(t, p.HTML(), "delivery"))
		p.Set(`select[name=grant]`, grant)
		p.Follow(`main form button.primary`)
	}
	cost("GE", "900.00")
	says(t, p, "The grant “Way out” pays nothing in GE.")
	cost("DE", "1600.00")
	says(t, p, "has 1500.00 EUR left for this line; this would take 1600.00 EUR")
	cost("DE", "900.00")
	says(t, p, "900.00 EUR", "Waits", "You wrote it, so somebody else must agree.", "Paid by a grant")

	p.Go(tamara + "/money/grants/" + grant)
	says(t, p, "Burn-down of the grant", "2000.00 EUR")
	p.Go(boris + c + "/money")
	p.Follow(`.approvals form button`)
	says(t, p, "Counted")

	receipt := filepath.Join(t.TempDir(), "IMG_0001.JPG")
	must(t, os.WriteFile(receipt, []byte("\xff\xd8\xff an invented receipt"), 0o600))
	p.Go(anna + c + "/money")
	p.Upload(`input[name=file]`, receipt)
	p.Follow(`form[enctype] button`)
	says(t, p, "The receipt is kept as it came", "IMG_0001.JPG", "SHA-256")

	p.Go(anna + c + "/given/" + idIn(t, p.HTML(), "delivery") + "/edit")
	p.Set(`input[name=done]`, "2017-04-09")
	p.Set(`select[name=outcome]`, "good")
	p.Follow(`main form button.primary`)
	says(t, p, "Met", "Delivered")

	p.Go(tamara + "/money/grants/" + grant)
	says(t, p, "1100.00 EUR", "<polyline", "900.00 EUR used")
	h.others(t, grant)
	p.Go(sonya + "/money/report?from=2017-04&to=2017-06")
	says(t, p, "withheld", "Totals only.")
	if text := p.Text("#report"); strings.Contains(text, "900.00") {
		t.Fatalf("the report tells what one person's operation cost:\n%s", text)
	}
	if n := p.Count(`form[action="/money/report/pdf"]`); n != 0 {
		t.Error("an officer who is not the treasurer may hand it over")
	}
	h.leaves(t)
}

// others gives food and travel to enough people that their sums can be told.
func (h *house) others(t *testing.T, grant string) {
	t.Helper()
	for range 6 {
		f, err := h.book.Open(t.Context(), h.anna, cases.Opening{Assign: []string{h.anna.ID}})
		must(t, err)
		for line, n := range map[string]int64{"food": 41_07, "travel": 13_13, "housing": 99_01} {
			g := ""
			if line == "travel" {
				g = grant
			}
			_, err = h.book.Spend(t.Context(), h.anna, f.ID, "", g, cases.Cost{Money: cases.Money{Minor: n, Currency: "EUR"}, Line: line, What: "Invented", Day: "2017-04-09", Country: "DE"})
			must(t, err)
		}
	}
}

// leaves: the treasurer hands the report over; it stays inside while a donor's name
// is one that a case protects; and no amount of one person is in it.
func (h *house) leaves(t *testing.T) {
	t.Helper()
	ask := url.Values{"from": {"2017-04"}, "to": {"2017-06"}}
	post := func(path string, form url.Values) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		h.mux(t, h.tamara).ServeHTTP(w, r)
		return w
	}
	for _, path := range []string{"/money/report/csv", "/money/report/pdf"} {
		w := post(path, ask)
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "withheld") || strings.Contains(w.Body.String(), "900.00") {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
	id, err := h.keeper.KeepGrant(t.Context(), h.tamara, "", 0, purse.Terms{Donor: "For Ruslan Example", Title: "One man", Amount: cases.Money{Minor: 100, Currency: "EUR"}, From: "2017-04-01", To: "2017-06-30"})
	must(t, err)
	ask.Set("grant", id)
	if w := post("/money/report/csv", ask); w.Code != http.StatusConflict || strings.Contains(w.Body.String(), "text/csv") {
		t.Errorf("a report that names a man of a case left: %d", w.Code)
	}
}

// idIn finds the first id of a kind.
func idIn(t *testing.T, text, kind string) string {
	t.Helper()
	id := regexp.MustCompile(kind + `_[a-z2-7]{26}`).FindString(text)
	if id == "" {
		t.Fatalf("no %s on the page", kind)
	}
	return id
}

// TestReceiptDies: a receipt is as it came, is sealed on disk, and its bytes are
// asked away when the case is erased; the sums of the case stay.
func TestReceiptDies(t *testing.T) {
	t.Parallel()
	h, ctx := newHouse(t), t.Context()
	f, err := h.book.Open(ctx, h.anna, cases.Opening{Assign: []string{h.anna.ID}})
	must(t, err)
	s, err := h.book.Spend(ctx, h.anna, f.ID, "", "", cases.Cost{Money: cases.Money{Minor: 7_00, Currency: "EUR"}, Line: "food", What: "Bread", Day: "2017-04-09"})
	must(t, err)
	content := []byte("an invented receipt for bread")
	for _, fresh := range []bool{true, false} {
		b, err := h.vault.Seal(bytes.NewReader(content))
		must(t, err)
		got, err := h.book.Prove(ctx, h.anna, f.ID, s.ID, cases.Receipt{Name: "a.jpg", Type: b.Type, Size: b.Size, SHA256: b.SHA256, Blob: b.ID, Key: b.Key, Sums: b.Sums})
		if err != nil || got != fresh {
			t.Fatalf("%v, %v", got, err)
		}
	}
	c, err := h.book.Case(ctx, h.anna, f.ID)
	must(t, err)
	if len(c.Costs[0].Receipts) != 1 {
		t.Fatalf("%d receipts", len(c.Costs[0].Receipts))
	}
	id := c.Costs[0].Receipts[0].ID
	if _, err := h.book.Receipt(ctx, h.boris, f.ID, id); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a colleague who is not assigned: %v", err)
	}
	r, err := h.book.Receipt(ctx, h.anna, f.ID, id)
	must(t, err)
	file, err := h.vault.Open(vault.Blob{ID: r.Blob, Key: r.Key, Size: r.Size, SHA256: r.SHA256, Sums: r.Sums})
	must(t, err)
	got, err := io.ReadAll(file)
	must(t, err)
	must(t, file.Close())
	if !bytes.Equal(got, content) {
		t.Errorf("it came back as %q", got)
	}
	must(t, h.book.Turn(ctx, h.anna, f.ID, cases.Withdrawn, "invented"))
	must(t, h.book.Erase(ctx, h.anna, f.ID))
	must(t, h.DB.Read(ctx, func(tx *store.Tx) error {
		jobs, err := tx.DueJobs(ctx, h.Clock.Now(), 50)
		if err != nil {
			return err
		}
		found := false
		for _, j := range jobs {
			found = found || strings.Contains(string(j.Body), r.Blob)
		}
		if !found {
			t.Error("nothing asks for the sealed bytes to go")
		}
		sums, err := tx.PurseSums(ctx)
		if err != nil || len(sums) != 1 || sums[0].Minor != 7_00 || sums[0].Proven != 7_00 {
			t.Errorf("after the erasure: %+v, %v", sums, err)
		}
		return nil
	}))
}

func (h *house) ctx() context.Context { return context.Background() }

func rat(t *testing.T, s string) *big.Rat {
	t.Helper()
	r, ok := purse.ParseRate(s)
	if !ok {
		t.Fatal(s)
	}
	return r
}
