package main

import (
	"context"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"waylight/internal/bundle"
	"waylight/internal/fronttest"
	"waylight/internal/lookout"
	"waylight/internal/sender"
)

func TestVerify(t *testing.T) {
	t.Parallel()
	desk := fronttest.New(t)
	published, err := (&sender.Front{URL: desk.URL}).Channels(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	log := struct {
		Notes      []string `json:"notes"`
		Checkpoint string   `json:"checkpoint"`
	}{}
	for _, c := range published.Channels {
		log.Notes = append(log.Notes, c.Keys)
	}
	log.Checkpoint = desk.Checkpoint(log.Notes)
	text, err := json.Marshal(log)
	if err != nil {
		t.Fatal(err)
	}
	desk.Serve("/w/v1/keylog/"+bundle.ID(desk.Organisation), "application/json", string(text))
	desk.Serve("/en/help", "text/html", `<script src="/static/a.js" defer></script>`)
	desk.Serve("/static/a.js", "text/javascript", "the script")

	// Its keys are of 2017: that is the one thing that is not as it should be.
	known := filepath.Join(t.TempDir(), "known")
	fingerprint := bundle.Fingerprint(desk.Organisation)
	status, out, errs := call(t, "", "verify", "front", desk.URL, "--org", fingerprint, "--script", write(t, "a.js", "the script"), "--known", known)
	if status != 1 || !strings.Contains(out, fingerprint) || !strings.Contains(out, "WRONG         keys of help: its time ended on 2017-04-14") || !strings.Contains(errs, "hint: do not send over it") {
		t.Errorf("%d %s %s", status, out, errs)
	}
	_, out, _ = call(t, "", "verify", "--front", desk.URL, "--script", write(t, "a.js", "another"), "--json")
	s := parse[lookout.Sight](t, out)
	if len(s.Findings) < 3 || s.Findings[2].Where != "script" || s.Channels != 2 {
		t.Errorf("%+v", s)
	}
	if status, _, errs := call(t, "", "verify", "--front", "http://127.0.0.1:1", "--for", "0s"); status != 1 || !strings.Contains(errs, "hint: look at the address") {
		t.Errorf("no line: %d %s", status, errs)
	}
}
