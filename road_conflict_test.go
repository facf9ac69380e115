package waylight_test

import (
	"strings"
	"testing"
	"time"

	"waylight/internal/browser"
)

// TestTwoColleaguesEditOneRisk: two members have the same assessment open in two
// browsers, one of them without the script. Whoever is second sees both, field by
// field, chooses once, and one assessment stands; both versions are in the history.
func TestTwoColleaguesEditOneRisk(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	boris, clara := w.member(t, "boris", browser.Desktop), w.member(t, "clara", browser.Phone, browser.NoScript)
	form(t, boris, w.desk+"/cases/new", map[string]string{"priority": "urgent"})
	home := address(boris)
	form(t, boris, home+"/team", map[string]string{"add": "Clara"})
	form(t, boris, home+"/risk", map[string]string{"what-state": "A search", "likely-state": "3", "impact-state": "3", "vulnerabilities": "Alone", "until": w.clock.Now().AddDate(0, 0, 14).Format(time.DateOnly)})

	boris.Go(home + "/risk")
	clara.Go(home + "/risk") // both have it open
	fill(t, boris, map[string]string{"vulnerabilities": "Alone, and ill", "what-family": "An uncle asks", "likely-family": "2", "impact-family": "4"})
	submit(t, boris)
	clara.Fill(`[name="vulnerabilities"]`, "Alone, without money")
	clara.Fill(`[name="digital"]`, "The old phone was read")
	submit(t, clara)

	if !strings.HasSuffix(address(clara), "/risk/settle") {
		t.Fatal("clara was sent to", clara.URL())
	}
	shows(t, clara, "Alone, and ill")
	shows(t, clara, "Alone, without money")
	shows(t, clara, "The old phone was read")
	shows(t, clara, "An uncle asks")
	shows(t, clara, "Boris")
	see(t, boris, home+"/people", "Two versions exist")
	clara.Click(`[name="take-vulnerabilities"][value="own"]`)
	clara.Fill(`[name="own-vulnerabilities"]`, "Alone, ill, without money")
	submit(t, clara)
	see(t, boris, home+"/people", "Alone, ill, without money")
	see(t, boris, home+"/people", "An uncle asks")
	see(t, boris, home+"/people", "The old phone was read")
	if text := boris.Text("main"); strings.Contains(text, "Two versions exist") {
		t.Error("two versions still stand")
	}
	see(t, boris, home+"/log", "Risk assessment: version 4")
}
