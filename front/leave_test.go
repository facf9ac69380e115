package front_test

import (
	"testing"

	"waylight/internal/browser"
)

// Three times Escape, or the way out, in the middle of the questions: the page is
// emptied, and "back" does not lead to what was typed.
func TestLeavingSurvivesBack(t *testing.T) {
	t.Parallel()
	h := start(t)
	for name, how := range map[string]func(p *browser.Page){
		"Escape": func(p *browser.Page) { p.Press("\x1b"); p.Press("\x1b"); p.Press("\x1b") },
		"link":   func(p *browser.Page) { p.Click("a.exit") },
		// A slow machine tells of the keys before it tells that another question was opened.
		"before it is told": func(p *browser.Page) {
			browser.Eval[bool](p, `(document.querySelector("#" + location.hash.slice(1) + " .actions a.button").click(),
				[1, 2, 3].forEach(() => document.dispatchEvent(new KeyboardEvent("keydown", {key: "Escape", bubbles: true}))), true)`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := browser.Start(t, browser.Phone)
			p.Go(h.base + "/en/")
			p.Go(h.base + "/en/help")
			p.Until(`document.documentElement.getAttribute("data-script") === "on"`)
			p.Click(`input[name="q.danger"][value="now"]`)
			p.Click("#q-danger .actions a.button")
			p.Wait("#q-text textarea")
			p.Fill("#q-text textarea", "what nobody may see 8c1d")
			p.Click("#q-text .actions a.button")
			how(p)
			p.Until(`location.pathname === "/calendar"`)
			spared := func(where string) {
				t.Helper()
				if browser.Eval[bool](p, `document.documentElement.outerHTML.indexOf("8c1d") >= 0 || [...document.querySelectorAll("textarea")].some(t => t.value !== "")`) {
					t.Error("what was typed is shown again by going", where)
				}
			}
			browser.Eval[bool](p, `(setTimeout(() => history.back()), true)`)
			p.Until(`location.pathname !== "/calendar" && document.readyState === "complete"`)
			// A question that was opened in the same moment may leave one entry more, of the empty form.
			if at := browser.Eval[string](p, `location.pathname`); at != "/en/" && (at != "/en/help" || name != "before it is told") {
				t.Errorf("back leads to %s", at)
			}
			spared("back")
			browser.Eval[bool](p, `(setTimeout(() => history.forward()), true)`)
			p.Until(`location.pathname === "/calendar" && document.readyState === "complete"`)
			// The questions were entries of their own: the next one, or this page when there is none.
			browser.Eval[bool](p, `(window.waylightHere = performance.now(), setTimeout(() => history.forward()), true)`)
			p.Until(`window.waylightHere === undefined ? document.readyState === "complete" : performance.now() - window.waylightHere > 2000`)
			spared("forward")
		})
	}
}
