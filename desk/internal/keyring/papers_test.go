package keyring

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"waylight/internal/fault"
	"waylight/internal/shamir"
)

const firstPhrase, secondPhrase = "four words of spring (invented)", "five other words of autumn (invented)"

var noon = time.Date(2017, 4, 9, 12, 0, 0, 0, time.UTC)

// Two of three papers set a new passphrase for the same keys, once it has waited; one
// opens nothing, nor do two of different editions or members, and used papers are dead.
func TestPapers(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	f := NewFile()
	var desk [32]byte
	desk[0] = 7
	for _, m := range []string{"anna", "boris"} {
		if _, err := f.Enrol("member_"+m, m, firstPhrase, desk); err != nil {
			t.Fatal(err)
		}
	}
	make3 := func(member, form string) []Paper {
		t.Helper()
		out, err := f.MakePapers(ctx, member, firstPhrase, PaperEdition(form), noon)
		if err != nil || len(out) != Papers {
			t.Fatal(len(out), err)
		}
		return out
	}
	if _, err := f.MakePapers(ctx, "member_anna", secondPhrase, PaperEdition("x"), noon); fault.KindOf(err) != fault.Invalid {
		t.Fatal("papers without the passphrase:", err)
	}
	old, theirs := make3("member_anna", "one"), make3("member_boris", "two")
	if _, err := f.MakePapers(ctx, "member_anna", firstPhrase, PaperEdition("one"), noon); fault.KindOf(err) != fault.Conflict {
		t.Fatal("a form sent twice made papers twice:", err)
	}
	papers := make3("member_anna", "three")
	refused := func(what, login, a, b string, kind fault.Kind) {
		t.Helper()
		if who, err := f.Recover(ctx, login, [3]string{a, b}, secondPhrase, noon); err == nil || fault.KindOf(err) != kind {
			t.Errorf("%s: %q, %v", what, who, err)
		}
	}
	refused("one paper twice", "anna", papers[0].Text, papers[0].Text, fault.Invalid)
	refused("one paper and nothing", "anna", papers[0].Text, "", fault.Invalid)
	refused("two editions", "anna", papers[0].Text, old[1].Text, fault.Invalid)
	refused("an earlier edition", "anna", old[0].Text, old[1].Text, fault.Denied)
	refused("somebody else's", "anna", theirs[0].Text, theirs[1].Text, fault.Denied)
	refused("an unknown name", "clara", papers[0].Text, papers[1].Text, fault.Denied)
	broken := []byte(papers[1].Text)
	if broken[3] = 'A'; papers[1].Text[3] == 'A' {
		broken[3] = 'B'
	}
	refused("a letter wrong", "anna", papers[0].Text, string(broken), fault.Invalid)
	if _, err := f.Recover(ctx, "anna", [3]string{papers[0].Text, papers[1].Text}, "short", noon); fault.KindOf(err) != fault.Invalid {
		t.Error("a short passphrase:", err)
	}
	// The drill needs one paper, and tells which.
	if n, err := f.CheckPaper("member_anna", strings.ToLower(strings.ReplaceAll(papers[2].Text, "0", "o"))); n != 3 || err != nil {
		t.Error("the drill:", n, err)
	}
	for _, text := range []string{old[0].Text, theirs[0].Text, "", "nonsense"} {
		if _, err := f.CheckPaper("member_anna", text); fault.KindOf(err) != fault.Invalid {
			t.Errorf("the drill of %.8q: %v", text, err)
		}
	}
	path := filepath.Join(t.TempDir(), "keys")
	if err := f.Write(path); err != nil {
		t.Fatal(err)
	}
	f, err := ReadFile(path) // over a restart
	if err != nil {
		t.Fatal(err)
	}
	if who, err := f.Recover(ctx, " Anna ", [3]string{papers[2].Text, papers[0].Text}, secondPhrase, noon); err != nil || who != "member_anna" {
		t.Fatal(who, err)
	}
	if !f.Ripen(func(string) time.Duration { return WaitFor }, noon) {
		t.Fatal("it waits for ever")
	}
	if _, _, err := f.SignIn(ctx, "anna", firstPhrase); err == nil {
		t.Error("the lost passphrase still opens")
	}
	k, got, err := f.SignIn(ctx, "anna", secondPhrase)
	if err != nil || got != desk || k.Member() != "member_anna" {
		t.Fatal("the new passphrase:", err)
	}
	if _, err := f.Recover(ctx, "anna", [3]string{papers[0].Text, papers[1].Text}, firstPhrase, noon); fault.KindOf(err) != fault.Denied || f.HasPapers("member_anna") {
		t.Error("used papers still open:", err)
	}
	if !f.HasPapers("member_boris") {
		t.Error("another member's papers died")
	}
}

// One part with any made-up second one gives no key that opens the seed: a part alone
// fits every key.
func TestOnePaperFitsEveryKey(t *testing.T) {
	t.Parallel()
	f := NewFile()
	if _, err := f.Enrol("member_anna", "anna", firstPhrase, [32]byte{}); err != nil {
		t.Fatal(err)
	}
	papers, err := f.MakePapers(t.Context(), "member_anna", firstPhrase, PaperEdition("x"), noon)
	if err != nil {
		t.Fatal(err)
	}
	p, err := readPaper(papers[0].Text)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for i := range 64 {
		y := make([]byte, 32)
		y[0] = byte(i)
		key, err := shamir.Combine(p.Part, shamir.Part{X: p.X%3 + 1, Y: y})
		if err != nil {
			t.Fatal(err)
		}
		c, err := paperCipher(key)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Open(nil, nil, f.Slots[0].Recovery.Seed, paperLabel("member_anna", p.edition)); err == nil {
			t.Fatal("opened with one paper")
		}
		seen[string(key)] = true
	}
	if len(seen) != 64 {
		t.Errorf("%d keys from 64 second parts", len(seen))
	}
}

func FuzzReadPaper(f *testing.F) {
	f.Add("0123 4567")
	f.Fuzz(func(t *testing.T, s string) {
		if p, err := readPaper(s); err == nil && (len(p.Y) != 32 || len(p.edition) != editionSize) {
			t.Errorf("%q is taken for a paper", s)
		}
	})
}
