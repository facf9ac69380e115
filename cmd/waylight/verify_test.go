package main

import (
	"context"
	"encoding/json"
	"os"
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
	desk.Serve("/en/help", "text/html", `<form data-papers="/static/papers.00112233aabb.js"><script src="/static/waylight.00112233aabb.js" defer></script>`)
	desk.Serve("/en/mailbox", "text/html", `<script src="/static/waylight.00112233aabb.js" defer></script>`)
	desk.Serve("/static/waylight.00112233aabb.js", "text/javascript", "the script")
	desk.Serve("/static/papers.00112233aabb.js", "text/javascript", "the second script")
	folder := t.TempDir()
	for name, text := range map[string]string{"waylight.js": "the script", "papers.js": "the second script"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}

	// Its keys are of 2017: that is the one thing that is not as it should be.
	known := filepath.Join(t.TempDir(), "known")
	fingerprint := bundle.Fingerprint(desk.Organisation)
	status, out, errs := call(t, "", "verify", "front", desk.URL, "--org", fingerprint, "--script", folder, "--known", known)
	if status != 1 || !strings.Contains(out, fingerprint) || !strings.Contains(out, "WRONG         keys of help: its time ended on 2017-04-14") || !strings.Contains(errs, "hint: do not send over it") {
		t.Errorf("%d %s %s", status, out, errs)
	}
	if strings.Contains(out, "script: ") {
		t.Errorf("the expected scripts are called wrong: %s", out)
	}
	_, out, _ = call(t, "", "verify", "--front", desk.URL, "--script", write(t, "waylight.js", "another"), "--json")
	s := parse[lookout.Sight](t, out)
	var scripts []string
	for _, f := range s.Findings {
		if f.Part == "script" {
			scripts = append(scripts, f.What)
		}
	}
	if s.Channels != 2 || len(scripts) != 2 || scripts[0] != "waylight.js is not the expected one" || !strings.HasPrefix(scripts[1], "papers.js is not the one that was released with this program") {
		t.Errorf("%+v", s)
	}
	if status, _, errs := call(t, "", "verify", "--front", "http://127.0.0.1:1", "--for", "0s"); status != 1 || !strings.Contains(errs, "hint: look at the address") {
		t.Errorf("no line: %d %s", status, errs)
	}
}
