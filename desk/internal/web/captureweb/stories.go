package captureweb

import (
	"net/url"
	"time"

	"waylight/desk/internal/capture"
	"waylight/desk/internal/record"
	"waylight/desk/internal/snare"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// Stories are the pages of captures in their states. Everything in them is invented.
func Stories() []ui.Story {
	list := func(all []capture.Opened, p place, take, bring page.Form) func(i18n.Words) any {
		return func(w i18n.Words) any {
			take.Words, bring.Words = w, w
			return newList(frame(w, "Captured pages"), item(), all, people(), p, take, bring)
		}
	}
	one := func(o capture.Opened) func(i18n.Words) any {
		return func(w i18n.Words) any { return newCapture(frame(w, "Captured page"), o, people()) }
	}
	both := place{Ways: []capture.Way{capture.Still, capture.Browser, capture.Plain}, May: true}
	wrong := page.Form{Values: url.Values{"url": {"http://10.0.0.1/"}, "way": {"plain"}, "description": {"A list of names (invented)."}}, Errors: []fault.Field{
		{Name: "url", Message: "This address, or one to which it leads, is not of the public internet. It was not visited, and nothing was kept."}, {Name: "sure", Message: "Say that the site may learn of it, or bring a capture made elsewhere."}}}
	kind := page.Form{Values: url.Values{"tool": {"A program (invented)"}}, Errors: []fault.Field{{Name: "file", Message: "This is no WACZ, WARC, MHTML or HTML file. Keep it among the files of the item."}}}
	return []ui.Story{
		{Name: "capture/list", Set: pages, Template: "captures", View: list(captures(), both, page.Form{}, page.Form{})},
		{Name: "capture/list-empty", Set: pages, Template: "captures", View: list(nil, place{Ways: []capture.Way{capture.Plain}, Proxied: true, May: true}, page.Form{}, page.Form{})},
		{Name: "capture/list-closed", Set: pages, Template: "captures", View: list(nil, place{May: true}, page.Form{}, page.Form{})},
		{Name: "capture/list-reader", Set: pages, Template: "captures", View: list(captures(), place{}, page.Form{}, page.Form{})},
		{Name: "capture/list-error", Set: pages, Template: "captures", View: list(nil, both, wrong, page.Form{})},
		{Name: "capture/bring-error", Set: pages, Template: "captures", View: list(nil, both, page.Form{}, kind)},
		{Name: "capture/one", Set: pages, Template: "capture", View: one(captures()[0])},
		{Name: "capture/same", Set: pages, Template: "capture", View: one(captures()[1])},
		{Name: "capture/brought", Set: pages, Template: "capture", View: one(captures()[2])},
		{Name: "capture/taking", Set: pages, Template: "capture", View: one(captures()[3])},
		{Name: "capture/failed", Set: pages, Template: "capture", View: one(captures()[4])},
		{Name: "capture/not-open", Set: pages, Template: "capture", View: one(captures()[5])},
		{Name: "capture/destroyed", Set: pages, Template: "capture", View: one(captures()[6])},
	}
}

func frame(w i18n.Words, title string) ui.Frame {
	return ui.Example(w, w.T(title), "/record/captures/x", staff.Documenter, staff.Analyst)
}

func people() map[string]string { return map[string]string{"member_a": "Dora (invented)"} }

func item() record.Item {
	return record.Item{ID: "item_a", Title: "A page of a paper (invented)", Material: record.Press}
}

func captures() []capture.Opened {
	row := func(id string, way capture.Way, state capture.State) capture.Capture {
		return capture.Capture{ID: "capture_" + id, Item: "item_a", Way: way, State: state, By: "member_a", At: day}
	}
	full := capture.Facts{Asked: "https://paper.example.org/article-with-a-very-long-address-that-must-break-somewhere?page=1", Final: "https://paper.example.org/article", Title: "An invented denial — a paper that does not exist", Status: 200, Server: "192.0.2.7:443", Tool: "Waylight, with Chrome/140.0.0.0", Started: day, Ended: day.Add(20 * time.Second), Type: "text/html; charset=utf-8", Exchanges: 41,
		Hops:         []snare.Hop{{URL: "https://paper.example.org/article-with-a-very-long-address-that-must-break-somewhere?page=1", Status: 301}, {URL: "https://paper.example.org/article", Status: 200}},
		Certificates: []string{"CN=paper.example.org; from CN=An authority (invented); 2017-01-01 to 2018-01-01; SHA-256 5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"},
		Notes:        []snare.Note{snare.Restless, snare.Turned}, Turned: []string{"http://192.168.0.1"},
		Parts:  []capture.Part{{Kind: capture.Traffic, File: "evidence_a"}, {Kind: capture.Page, File: "evidence_b"}, {Kind: capture.Heads, File: "evidence_c"}, {Kind: capture.Picture, File: "evidence_d"}, {Kind: capture.Single, File: "evidence_e"}},
		Before: "capture_b", Difference: &capture.Difference{Added: []string{"Nobody was ever detained, says an invented spokesman."}, Gone: []string{"Some were detained, says an invented spokesman."}, More: 3}}
	same := full
	same.Notes, same.Turned, same.Title, same.Difference = nil, nil, "", &capture.Difference{Same: true, Words: true}
	brought := capture.Facts{Asked: "https://paper.example.org/article", Tool: "A program (invented)", When: "2017-04-02", Type: "application/warc", Parts: []capture.Part{{Kind: capture.Traffic, File: "evidence_f"}},
		Inside: &capture.Inside{Kind: capture.Traffic, Pages: []string{"https://paper.example.org/article"}, Entries: 12, Right: 10, Wrong: 1, Cut: true}}
	return []capture.Opened{
		{Capture: row("a", capture.Browser, capture.Kept), Facts: full, Open: true},
		{Capture: row("b", capture.Plain, capture.Kept), Facts: same, Open: true},
		{Capture: row("c", capture.Brought, capture.Kept), Facts: brought, Open: true},
		{Capture: row("d", capture.Browser, capture.Taking)},
		{Capture: row("e", capture.Plain, capture.Failed)},
		{Capture: row("f", capture.Plain, capture.Kept)},
		{Capture: row("g", capture.Plain, capture.Kept), Gone: true},
	}
}
