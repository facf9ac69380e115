package waylight_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"waylight/desk"
	"waylight/internal/browser"
)

const packPhrase = "kettle over northern bricks" // of a test

// TestTravel plays a day without a line: Boris takes a case along, notes on the
// laptop what happens, Clara changes the same risk at the Desk meanwhile, and at
// home both versions are settled field by field.
func TestTravel(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	boris, clara := w.member(t, "boris", browser.Desktop), w.member(t, "clara", browser.Phone, browser.NoScript)
	form(t, boris, w.desk+"/cases/new", map[string]string{"priority": "urgent"})
	home := address(boris)
	form(t, boris, home+"/team", map[string]string{"add": "Clara"})
	form(t, boris, home+"/people/new", map[string]string{"code": "A", "name": planted})
	risk := map[string]string{"what-state": "A search", "likely-state": "3", "impact-state": "3", "vulnerabilities": "Alone", "until": w.clock.Now().AddDate(0, 0, 14).Format(time.DateOnly)}
	form(t, boris, home+"/risk", risk)
	form(t, boris, home+"/watch/new", map[string]string{"party": "A", "channel": "phone", "sign": "the kettle is on", "duress": "greet your aunt", "due": local(w.clock.Now().Add(30 * time.Minute)), "grace": "10", "every": "0", "pace": "steady"})

	pack := w.takeAlong(t, boris, strings.TrimPrefix(home, w.desk+"/cases/"))
	laptop, shut := openPack(t, pack)
	shows(t, laptop, "Cases in this pack", "The Desk goes on watching")
	laptop.Follow("tbody a")
	file := address(laptop)
	shows(t, laptop, planted, "the kettle is on", "greet your aunt", "A search")
	laptop.Fill(`form[action$="/note"] textarea`, "The inhaler is nearly empty.")
	press(t, laptop, `form[action$="/note"] button`)
	shows(t, laptop, "It is in the journal on this laptop.", "The inhaler is nearly empty.")
	laptop.Click(`form[action*="/heard/"] input[value="ok"]`)
	press(t, laptop, `form[action*="/heard/"] button`)
	form(t, laptop, file+"/risk", map[string]string{"vulnerabilities": "Alone, without money", "digital": "The old phone was read"})
	shows(t, laptop, "Alone, without money")
	outside := browser.Eval[string](laptop, `performance.getEntriesByType("resource").map(e => e.name).filter(n => !n.startsWith(location.origin)).join(" ")`)
	if outside != "" {
		t.Error("the laptop asked outside for", outside)
	}

	form(t, clara, home+"/risk", map[string]string{"vulnerabilities": "Alone, and ill", "capacities": "A friend abroad"})

	laptop.Follow(".crumb a")
	press(t, laptop, `form[action="/shut"] button`)
	shut()
	see(t, boris, w.desk+"/travel", "Taken along")
	boris.Go(link(t, boris, "tbody tr", "Taken along"))
	boris.Upload(`input[name="journal"]`, strings.TrimSuffix(pack, ".pack")+".journal")
	press(t, boris, `form[action$="/home"] button`)
	shows(t, boris, "The journal is taken in.", "Somebody changed it meanwhile")
	trip := address(boris)
	boris.Go(link(t, boris, ".entries li", "Somebody changed it meanwhile"))
	shows(t, boris, "Alone, and ill", "Alone, without money", "The old phone was read", "A friend abroad", "Clara")
	fill(t, boris, map[string]string{"take-vulnerabilities": "own", "own-vulnerabilities": "Alone, ill, without money"})
	submit(t, boris)
	shows(t, boris, "Alone, ill, without money", "The old phone was read", "A friend abroad")
	see(t, clara, home, "The inhaler is nearly empty.")
	see(t, clara, home+"/watch", "All is well")

	boris.Go(trip)
	boris.Upload(`input[name="journal"]`, strings.TrimSuffix(pack, ".pack")+".journal")
	press(t, boris, `form[action$="/home"] button`)
	shows(t, boris, "Everything in this journal came home before.")
}

// takeAlong takes one case along and downloads the pack, as the page's form does.
func (w *town) takeAlong(t *testing.T, p *browser.Page, file string) string {
	t.Helper()
	form(t, p, w.desk+"/travel", map[string]string{"cases": file, "reason": "A day at the coast"})
	fill(t, p, map[string]string{"passphrase": packPhrase, "again": packPhrase})
	text := browser.Await[string](p, `(async () => {
		const f = document.querySelector('form[action$="/fetch"]');
		const r = await fetch(f.action, {method: "POST", body: new URLSearchParams(new FormData(f))});
		const b = new Uint8Array(await r.arrayBuffer());
		let s = r.status + " "; for (const x of b) s += String.fromCharCode(x);
		return btoa(s) })()`)
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil || !strings.HasPrefix(string(b), "200 waylight/v1/travel-pack\n") || strings.Contains(string(b), planted) {
		t.Fatalf("the download: %.80s %v", b, err)
	}
	path := filepath.Join(t.TempDir(), "day.pack")
	if err := os.WriteFile(path, b[4:], 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// openPack runs the reader as a traveller does and opens its address.
func openPack(t *testing.T, pack string) (p *browser.Page, shut func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	out, tell := io.Pipe()
	done := make(chan int, 1)
	go func() {
		done <- desk.Main(ctx, []string{"travel", pack, "--passphrase-file", "-"}, strings.NewReader(packPhrase+"\n"), tell, io.Discard)
	}()
	var at string
	if _, err := fmt.Fscanf(out, "travel: %s\n", &at); err != nil {
		t.Fatal(err)
	}
	go io.Copy(io.Discard, out)
	t.Cleanup(cancel)
	p = browser.Start(t, browser.Phone, browser.NoScript)
	p.Go(at)
	p.Until(`document.querySelector("main") !== null`)
	return p, func() {
		if n := <-done; n != 0 {
			t.Error("the reader ended with", n)
		}
	}
}
