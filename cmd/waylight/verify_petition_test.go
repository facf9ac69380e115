package main

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"waylight/internal/bundle"
	"waylight/internal/petition"
)

// TestVerifyPetition: a recipient counts and samples, a supporter finds the own
// line, and a file that was altered or is another organisation's is refused.
func TestVerifyPetition(t *testing.T) {
	t.Parallel()
	s := packageSigner{ed25519.NewKeyFromSeed(make([]byte, 32))}
	dir := t.TempDir()
	d := petition.Delivery{Words: "Let them pass\x1b[2J (invented)\n\nPlease."}
	d.Head = petition.Head{Name: map[string]string{"en": "Invented Harbour"}, ID: benchPetition, Slug: "x", Day: "2017-05-02", Countries: []petition.Count{{Country: "DE", Number: 9}, {Number: 3}}, Method: "counted"}
	codes := make([]petition.Code, 12)
	var openings []petition.Opening
	for i := range codes {
		codes[i] = petition.NewCode()
		l := petition.Line{Country: "DE", Day: "2017-04-09"}
		if i == 1 {
			l.Name = "Alice (invented)"
		}
		o := codes[i].Open(l)
		h, err := o.Hash()
		if err != nil {
			t.Fatal(err)
		}
		d.Lines, openings = append(d.Lines, h), append(openings, o)
	}
	var b bytes.Buffer
	if err := petition.WriteDelivery(&b, s, d); err != nil {
		t.Fatal(err)
	}
	write := func(name string, body []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, body, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	file := write("petition.zip", b.Bytes())
	opened, err := json.Marshal(struct {
		Openings []petition.Opening `json:"openings"`
		Erased   int                `json:"erased"`
	}{openings[:3], 1})
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := json.Marshal([]petition.Opening{petition.NewCode().Open(petition.Line{Country: "DE", Day: "2017-04-09"})})
	if err != nil {
		t.Fatal(err)
	}
	first, named := write("first", []byte(codes[0].Groups()+"\n")), write("named", []byte(strings.ToLower(string(codes[1]))))
	stranger := write("stranger", []byte(petition.NewCode()))
	good, bad := write("good.json", opened), write("bad.json", foreign)
	org := strings.Join(bundle.Words(s.Public()), "-")
	for _, c := range []struct {
		args   []string
		status int
		says   string
	}{
		{[]string{file, "--org", org}, 0, "signatures     12"},
		{[]string{file}, 0, "whose key that is, compare"},
		{[]string{file, "--org", "00000"}, 1, "another organisation signed it"},
		{[]string{file, "--sample", "5", "--words", "chosen now"}, 0, "ask for lines"},
		{[]string{file, "--sample", "5"}, 2, "choose words"},
		{[]string{file, "--code-file", first, "--country", "DE"}, 0, "is there: DE, of 2017-04-09, without your name"},
		{[]string{file, "--code-file", named, "--country", "DE", "--name", "Alice (invented)"}, 0, "with your name"},
		{[]string{file, "--code-file", first, "--country", "FR"}, 1, "your line is not there"},
		{[]string{file, "--code-file", stranger, "--country", "DE"}, 1, "your line is not there"},
		{[]string{file, "--openings", good}, 0, "3 lines are in the package, 0 are not, 1 were erased since"},
		{[]string{file, "--openings", bad}, 1, "0 lines are in the package, 1 are not"},
		{[]string{write("altered.zip", bytes.Replace(b.Bytes(), []byte("Please."), []byte("Please!"), 1))}, 1, "does not hold together"},
		{[]string{file, "--json"}, 0, `"count":12`},
		{nil, 2, "say which file"},
	} {
		var out, errs bytes.Buffer
		status := run(t.Context(), terminal{in: strings.NewReader(""), out: &out, err: &errs}, append([]string{"verify", "petition"}, c.args...))
		if said := out.String() + errs.String(); status != c.status || !strings.Contains(said, c.says) || strings.Contains(said, "\x1b") {
			t.Errorf("%v: %d\n%s", c.args, status, said)
		}
	}
}
