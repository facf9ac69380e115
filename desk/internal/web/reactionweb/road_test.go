package reactionweb_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"waylight/desk/internal/desktest"
	"waylight/desk/internal/reactions"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/desk/internal/web/reactionweb"
	"waylight/desk/internal/web/ui"
	"waylight/internal/browser"
	"waylight/internal/fault"
	"waylight/internal/fetch"
	"waylight/internal/i18n"
	"waylight/internal/ids"
	"waylight/internal/page"
)

// A feed is fetched from a real server, once for each thing in it; a person reads a
// statement in a browser, and a second one who saw an older state is told. Nobody but
// a person says what anything is.
func TestReactionsRoad(t *testing.T) {
	t.Parallel()
	g, ctx := desktest.New(t), context.Background()
	var broken, third atomic.Bool
	paper := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if broken.Load() {
			http.Error(w, "later", http.StatusServiceUnavailable)
			return
		}
		if third.Load() {
			fmt.Fprint(w, `<rss><channel><item><title>An article about Protected Person</title><guid>3</guid></item><item><title>An invented denial</title><guid>1</guid></item></channel></rss>`)
			return
		}
		fmt.Fprint(w, `<rss><channel><item><title>An invented denial</title><guid>1</guid><link>https://paper.example.org/1</link><pubDate>Sun, 09 Apr 2017 10:00:00 +0300</pubDate><description>Nobody was hurt, says an invented spokesman.</description></item><item><title>An invented vigil</title><guid>2</guid></item></channel></rss>`)
	}))
	t.Cleanup(paper.Close)
	f, err := fetch.New(fetch.Config{Allow: func(a netip.AddrPort) bool { return "http://"+a.String() == paper.URL }})
	if err != nil {
		t.Fatal(err)
	}
	as := func(tx *store.Tx) reactions.Store { return tx }
	d := &reactions.Desk{Within: store.Within(g.DB, as), Reading: store.Reading(g.DB, as), Clock: g.Clock, Fetch: func(ctx context.Context, url string) ([]byte, error) {
		p, err := f.Get(ctx, url)
		return p.Body, err
	}}
	freya, worker := g.Member(t, "Freya (invented)", staff.Advocate), g.Member(t, "Caseworker (invented)", staff.Caseworker)
	me := freya
	m := ui.NewMux(ui.Config{Catalogue: i18n.Must(i18n.Load(page.Locale(), ui.Locale(), reactionweb.Locale())), Clock: g.Clock, Actor: func(*http.Request) (staff.Actor, error) { return me, nil }})
	(&reactionweb.Room{Desk: d, Names: func(context.Context) (map[string]string, error) {
		return map[string]string{freya.ID: freya.Name}, nil
	}}).Register(m)
	s := httptest.NewServer(m)
	t.Cleanup(s.Close)
	p := browser.Start(t, browser.Phone, browser.NoScript)
	p.Go(s.URL + "/reaction-feeds")
	p.Set("#f-name", "An invented paper")
	p.Set("#f-url", paper.URL+"/feed")
	p.Follow(`main section form button`)
	for want := 2; want >= 0; want -= 2 { // the second time nothing is new
		n, err := d.Collect(ctx)
		if err != nil || n != want {
			t.Fatalf("%d new, %v", n, err)
		}
		g.Clock.Advance(4 * time.Hour)
	}
	broken.Store(true)
	if n, err := d.Collect(ctx); err != nil || n != 0 {
		t.Fatalf("%d, %v", n, err)
	}
	p.Go(s.URL + "/reaction-feeds")
	if got := p.Text("main"); !strings.Contains(got, "The last look failed") || !strings.Contains(got, "503") {
		t.Errorf("the trouble is not said:\n%s", got)
	}

	p.Go(s.URL + "/reactions?show=unread")
	if n := p.Count("table.list tbody tr th a[href^='/reactions/']"); n != 2 {
		t.Errorf("%d wait for a reader", n)
	}
	p.Go(s.URL + "/reactions")
	p.Follow("table.list tbody tr th a[href^='/reactions/']")
	at := strings.Split(p.URL(), "?")[0]
	id := at[strings.LastIndexByte(at, '/')+1:]
	r, err := d.Open(ctx, freya, id)
	if err != nil || r.Tone != reactions.Unread || len(r.Harms) != 0 {
		t.Fatalf("the program judged: %+v, %v", r, err)
	}
	stale := browser.Start(t, browser.NoScript)
	stale.Go(at)
	p.Click("input[name=harm][value=denying]")
	p.Click("input[name=tone][value=hostile]")
	p.Follow("main form button.primary")
	if got := p.Text("main"); !strings.Contains(got, "a harm without a reason helps nobody") {
		t.Errorf("a harm without a reason was taken:\n%s", got)
	}
	p.Set("#f-note", "It says that nobody was hurt.")
	p.Set("#f-decision", "answer")
	p.Set("#f-reply", "The numbers, with their sources.")
	p.Follow("main form button.primary")
	p.Go(s.URL + "/reactions?show=harmful")
	if got := p.Text("main"); !strings.Contains(got, "Denies what happened") {
		t.Errorf("the reading is not in the list:\n%s", got)
	}
	stale.Click("input[name=tone][value=support]")
	stale.Follow("main form button.primary")
	if got := stale.Text("main"); !strings.Contains(got, "Somebody read this meanwhile") {
		t.Errorf("the second reader was not told:\n%s", got)
	}
	if r, err = d.Open(ctx, freya, id); err != nil || r.Tone != reactions.Hostile || r.Reader != freya.ID {
		t.Errorf("%+v, %v", r, err)
	}
	// Words that name somebody whom a case protects are refused from people, and kept back from feeds.
	d.Inside = func(_ context.Context, _ reactions.Store, _, _ string, parts []string) error {
		if strings.Contains(strings.Join(parts, " "), "Protected Person") {
			return fault.New(fault.Conflict, "This text gives away somebody.")
		}
		return nil
	}
	if err := d.PutIn(ctx, freya, reactions.Reaction{ID: ids.New("reaction"), Title: "About Protected Person"}); fault.KindOf(err) != fault.Conflict {
		t.Errorf("a protected name was put in: %v", err)
	}
	broken.Store(false)
	third.Store(true)
	g.Clock.Advance(4 * time.Hour)
	if n, err := d.Collect(ctx); err != nil || n != 1 {
		t.Fatalf("%d new, %v", n, err)
	}
	all, _, err := d.List(ctx, freya)
	if err != nil || len(all) != 3 || strings.Contains(fmt.Sprint(all), "Protected Person") || !strings.Contains(fmt.Sprint(all), reactions.KeptBack) {
		t.Errorf("%+v, %v", all, err)
	}
	// Erased, its words are gone, and the feed does not bring it back.
	p.Go(at)
	p.Click("details:has(form[action$='/erase']) summary")
	p.Follow("form[action$='/erase'] button")
	g.Clock.Advance(4 * time.Hour)
	if n, err := d.Collect(ctx); err != nil || n != 0 {
		t.Errorf("after it was erased: %d new, %v", n, err)
	}
	if r, err = d.Open(ctx, freya, id); err != nil || r.Title != "" || r.Words != "" || r.Note != "" || r.Harmful() {
		t.Errorf("%+v, %v", r, err)
	}
	me = worker
	if got := p.Go(s.URL + "/reactions"); got != http.StatusForbidden {
		t.Errorf("a caseworker opens it: %d", got)
	}
	if err := d.PutIn(ctx, worker, reactions.Reaction{}); fault.KindOf(err) != fault.Denied {
		t.Errorf("a caseworker puts something in: %v", err)
	}
}
