package main

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"

	"waylight/internal/bundle"
	"waylight/internal/fronttest"
)

// TestVerifyReport: a stranger learns whether the organisation signed the very file
// that they have; an altered one, another organisation's and a foreign list are said.
func TestVerifyReport(t *testing.T) {
	t.Parallel()
	desk := fronttest.New(t)
	text := "a report (invented)"
	sum := sha256.Sum256([]byte(text))
	note, err := bundle.SignPages(desk.Signer(), bundle.Pages{Serial: 4, Day: "2017-04-12", Pages: []bundle.Page{{Path: "report/x.v2.en.pdf", Type: "application/pdf", SHA256: hex.EncodeToString(sum[:]), Size: int64(len(text))}}})
	if err != nil {
		t.Fatal(err)
	}
	desk.Serve("/p/manifest/"+bundle.ID(desk.Organisation), "text/plain", string(note))
	good, bad := write(t, "kept.pdf", text), write(t, "altered.pdf", text+" ")
	fingerprint := bundle.Fingerprint(desk.Organisation)
	status, out, errs := call(t, "", "verify", "report", good, "--front", desk.URL, "--org", fingerprint)
	if status != 0 || !strings.Contains(out, "kept.pdf is report/x.v2.en.pdf") || !strings.Contains(out, "no. 4 of 2017-04-12") || strings.Contains(out, "compare with what") {
		t.Errorf("%d %s %s", status, out, errs)
	}
	if _, out, _ = call(t, "", "verify", "report", good, "--front", desk.URL); !strings.Contains(out, "whose key that is") {
		t.Errorf("without a fingerprint: %s", out)
	}
	status, out, errs = call(t, "", "verify", "report", good, bad, "--front", desk.URL)
	if status != 1 || !strings.Contains(out, "NOT SIGNED") || !strings.Contains(out, "altered.pdf") || !strings.Contains(errs, "1 of 2 files") {
		t.Errorf("altered: %d %s %s", status, out, errs)
	}
	if status, _, errs = call(t, "", "verify", "report", good, "--front", desk.URL, "--org", strings.Repeat("0", 64)); status != 1 || !strings.Contains(errs, "not of the organisation") {
		t.Errorf("another organisation: %d %s", status, errs)
	}
	if status, _, errs = call(t, "", "verify", "report", good, "--front", desk.URL, "--list", bad); status != 1 || !strings.Contains(errs, "no signed list") {
		t.Errorf("a foreign list: %d %s", status, errs)
	}
	if status, out, _ = call(t, "", "verify", "report", good, "--front", desk.URL, "--list", write(t, "list", string(note))); status != 0 || !strings.Contains(out, "signed ") {
		t.Errorf("a kept list: %d %s", status, out)
	}
}
