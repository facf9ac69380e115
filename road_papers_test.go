package waylight_test

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"waylight/internal/browser"
)

// A call for help is spoken and comes with a picture, both ways; the operator
// sees which file is which, hears the voice on the page when they press play and
// not before, and other pages of the Desk may play nothing.
func TestRoadOfAVoiceAndAPicture(t *testing.T) {
	w := newTown(t)
	w.member(t, "hanna") // unlocks the Desk; its keys go to the Front
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewRGBA(image.Rect(0, 0, 8, 8))); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "Invented street 7.png")
	if err := os.WriteFile(file, append(b.Bytes(), "PlantedBehind"...), 0o600); err != nil {
		t.Fatal(err)
	}
	p := phone(t, true)
	see(t, p, w.front+"/ru/help", "угрожает опасность")
	p.Until(`document.documentElement.getAttribute("data-script") === "on"`)
	browser.Eval[bool](p, `location.hash = "q-text", true`)
	p.Upload(`input[name="file"]`, file)
	p.Until(`document.querySelectorAll(".paper[data-done]").length === 1`)
	p.Click(`.paper [data-way="both"] input`)
	p.Click("[data-record]")
	p.Until(`/0:0[1-9]/.test(document.querySelector("[data-voice-status]").textContent)`)
	p.Click("[data-stop]")
	p.Wait("[data-attach]")
	p.Click("[data-attach]")
	p.Until(`document.querySelectorAll(".paper[data-done]").length === 2`)
	p.Click(`#q-text a[href="#q-send"]`)
	p.Click("#q-send button.primary")
	p.Until(`document.querySelectorAll(".code li").length >= 8`) // with the second code there are more

	anna := w.member(t, "anna")
	see(t, anna, w.desk+"/requests", "sealed on the device")
	anna.Go(link(t, anna, "tbody tr", "sealed on the device"))
	anna.Follow(`form[action$="/take"] button`)
	shows(t, anna, "photo-1.png", "taken out by the sender", "photo-1-original.png", "the untouched original", "Voice message", "a voice can be recognised")
	fetched := `performance.getEntriesByType("resource").filter(e => e.name.includes("/files/")).length`
	if n := browser.Eval[int](anna, fetched); n != 0 {
		t.Errorf("%d files were fetched before anybody pressed play", n)
	}
	anna.Click("details:has(audio) summary")
	anna.Wait("audio")
	picture(anna, "voice")
	heard := browser.Await[string](anna, `new Promise(done => { const a = document.querySelector("audio"); a.muted = true; a.onerror = () => done("error " + a.error.message); a.onplaying = () => done("heard"); a.play().catch(e => done(String(e))) })`)
	if heard != "heard" {
		t.Errorf("the voice cannot be heard: %s", heard)
	}
	sound := browser.Eval[string](anna, `document.querySelector("audio").src`)
	anna.Go(w.desk + "/requests")
	if blocked := browser.Await[string](anna, fmt.Sprintf(`new Promise(done => { document.addEventListener("securitypolicyviolation", e => done(e.effectiveDirective)); const a = new Audio(%q); a.oncanplay = () => done("plays"); a.load() })`, sound)); blocked != "media-src" {
		t.Errorf("another page of the Desk: %s", blocked)
	}
}
