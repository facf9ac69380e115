package keyring

import (
	"encoding/hex"
	"encoding/json"
	"testing"
	"time"

	"waylight/internal/fault"
)

// withPapers is a key file with Anna and her papers.
func withPapers(t *testing.T) (*File, []Paper) {
	t.Helper()
	f := NewFile()
	for _, m := range []string{"anna", "boris"} {
		if _, err := f.Enrol("member_"+m, m, firstPhrase, [32]byte{7}); err != nil {
			t.Fatal(err)
		}
	}
	papers, err := f.MakePapers(t.Context(), "member_anna", firstPhrase, PaperEdition("x"), noon)
	if err != nil {
		t.Fatal(err)
	}
	return f, papers
}

func (f *File) use(t *testing.T, fresh string, papers ...Paper) error {
	t.Helper()
	var texts [Papers]string
	for i, p := range papers {
		texts[i] = p.Text
	}
	_, err := f.Recover(t.Context(), "anna", texts, fresh, noon)
	return err
}

// opens checks which of the two passphrases is Anna's.
func (f *File) opens(t *testing.T, phrase string) {
	t.Helper()
	for _, p := range []string{firstPhrase, secondPhrase} {
		if _, _, err := f.SignIn(t.Context(), "anna", p); (err == nil) != (p == phrase) {
			t.Errorf("%q opens: %v", p, err)
		}
	}
}

func (f *File) copy(t *testing.T) *File {
	t.Helper()
	b, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	out, err := ParseFile("copy", b)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func after(d time.Duration) func(string) time.Duration {
	return func(string) time.Duration { return d }
}

// What two papers set opens nothing before its time, and then takes the place of the old
// one. The form sent twice is one; another passphrase does not creep in, nor does it
// begin anew.
func TestWaiting(t *testing.T) {
	t.Parallel()
	f, papers := withPapers(t)
	if err := f.use(t, secondPhrase, papers[2], papers[0]); err != nil {
		t.Fatal(err)
	}
	f.opens(t, firstPhrase)
	w := *f.WaitingOf("member_anna")
	if err := f.use(t, secondPhrase, papers[0], papers[1]); err != nil || f.WaitingOf("member_anna").ID != w.ID || len(f.Notes) != 1 {
		t.Errorf("sent twice: %v, %+v", err, f.Notes)
	}
	if err := f.use(t, "a third one of nobody (invented)", papers[0], papers[1]); fault.KindOf(err) != fault.Conflict {
		t.Error("another passphrase while one waits:", err)
	}
	if w.Papers[0] != 3 || w.Papers[1] != 1 {
		t.Error("which papers:", w.Papers)
	}
	if f.Ripen(after(WaitFor-time.Second), noon) {
		t.Error("it takes effect a second early")
	}
	f.opens(t, firstPhrase)
	if !f.Ripen(after(WaitFor), noon) || f.HasPapers("member_anna") || len(f.Waits()) != 0 {
		t.Error("it does not take effect")
	}
	f.opens(t, secondPhrase)
	if err := f.use(t, firstPhrase, papers[0], papers[1]); fault.KindOf(err) != fault.Denied {
		t.Error("the papers open again:", err)
	}
}

// Whoever comes with the old passphrase holds it up until they say that it was they.
func TestWaitingIsHeldUp(t *testing.T) {
	t.Parallel()
	f, papers := withPapers(t)
	if err := f.use(t, secondPhrase, papers[0], papers[1]); err != nil {
		t.Fatal(err)
	}
	if !f.Meet("member_anna") || f.Meet("member_anna") || f.Meet("member_boris") {
		t.Error("meeting")
	}
	if f.Ripen(after(100*WaitFor), noon) {
		t.Fatal("it takes effect though the member came and said nothing")
	}
	id := f.WaitingOf("member_anna").ID
	if err := f.LetWait(id, "member_boris", noon); fault.KindOf(err) != fault.Denied {
		t.Error("somebody else says that it was they:", err)
	}
	for range 2 { // pressed twice
		if err := f.LetWait(id, "member_anna", noon); err != nil {
			t.Error(err)
		}
	}
	if len(f.Notes) != 2 || !f.Ripen(after(WaitFor), noon) {
		t.Error("it does not take effect after the member said that it was they:", f.Notes)
	}
}

// Each way in which it ends leaves one passphrase, and papers that open nothing.
func TestWaitingEnds(t *testing.T) {
	t.Parallel()
	const third = "one that the member chose (invented)"
	used, papers := withPapers(t)
	if err := used.use(t, secondPhrase, papers[0], papers[1]); err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		what, opens string
		end         func(f *File, id string, papers []Paper) error
	}{
		{PapersStopped, firstPhrase, func(f *File, id string, _ []Paper) error { return f.Stop(id, "member_anna", noon) }},
		{PapersHastened, secondPhrase, func(f *File, id string, _ []Paper) error { return f.Hasten(id, "member_boris", noon) }},
		{PapersThree, secondPhrase, func(f *File, _ string, papers []Paper) error { return f.use(t, secondPhrase, papers...) }},
		{PapersFell, "", func(f *File, _ string, _ []Paper) error {
			return f.SetPassphrase(t.Context(), "member_anna", firstPhrase, third, noon)
		}},
		{PapersFell, firstPhrase, func(f *File, _ string, _ []Paper) error {
			_, err := f.MakePapers(t.Context(), "member_anna", firstPhrase, PaperEdition("y"), noon)
			return err
		}},
		{PapersFell, firstPhrase, func(f *File, _ string, _ []Paper) error {
			f.Agree(Past{Editions: map[string]string{"member_anna": ""}}, noon) // who left
			return nil
		}},
	} {
		f := used.copy(t)
		id := f.WaitingOf("member_anna").ID
		if err := x.end(f, id, papers); err != nil {
			t.Fatal(x.what, err)
		}
		f.opens(t, x.opens)
		if n := f.Notes[len(f.Notes)-1]; len(f.Notes) != 2 || n.What != x.what || n.Wait != id || len(f.Waits()) != 0 {
			t.Errorf("%s: %+v", x.what, f.Notes)
		}
		if err := f.use(t, firstPhrase, papers[0], papers[1]); fault.KindOf(err) != fault.Denied {
			t.Errorf("%s: the same two papers again: %v", x.what, err)
		}
		for what, err := range map[string]error{"stop": f.Stop(id, "member_anna", noon), "let": f.LetWait(id, "member_anna", noon), "hasten": f.Hasten(id, "member_boris", noon)} {
			if fault.KindOf(err) != fault.Conflict {
				t.Errorf("%s, then %s: %v", x.what, what, err)
			}
		}
	}
}

// A third paper that is not of the three, and the member's own yes, do not make it quick.
func TestShortWaysThatAreNone(t *testing.T) {
	t.Parallel()
	f, papers := withPapers(t)
	other, err := f.MakePapers(t.Context(), "member_boris", firstPhrase, PaperEdition("x"), noon) // of the same edition
	if err != nil {
		t.Fatal(err)
	}
	if err := f.use(t, secondPhrase, papers[0], papers[1], other[2]); fault.KindOf(err) != fault.Denied || len(f.Notes) != 0 {
		t.Error("somebody else's third paper:", err)
	}
	if err := f.use(t, secondPhrase, papers[0], papers[1], papers[1]); fault.KindOf(err) != fault.Invalid {
		t.Error("the second paper twice:", err)
	}
	if err := f.use(t, secondPhrase, papers[0], papers[1]); err != nil {
		t.Fatal(err)
	}
	if err := f.Hasten(f.WaitingOf("member_anna").ID, "member_anna", noon); fault.KindOf(err) != fault.Denied {
		t.Error("the member's own yes:", err)
	}
	f.opens(t, firstPhrase)
}

// An older file brings back neither what was stopped nor papers that are worthless; what
// took effect is in effect in it, too.
func TestAgree(t *testing.T) {
	t.Parallel()
	f, papers := withPapers(t)
	active := map[string]bool{"member_anna": true}
	good := map[string]string{"member_anna": hex.EncodeToString(f.Slots[0].Recovery.Edition)}
	if f.Agree(Past{Editions: good, Active: active}, noon) {
		t.Error("a file is changed that needs nothing")
	}
	if f.Agree(Past{Editions: map[string]string{"member_anna": ""}, Active: active}, noon) {
		t.Error("papers of before editions were noted die")
	}
	if err := f.use(t, secondPhrase, papers[0], papers[1]); err != nil {
		t.Fatal(err)
	}
	ripe := f.copy(t)
	ripe.Ripen(after(WaitFor), noon)
	for what, same := range map[string]*File{PapersStopped: f, PapersFell: f, "gone": f, PapersSet: ripe, PapersHastened: ripe} {
		old := f.copy(t)
		if !old.Agree(Past{Ended: map[string]string{old.Waits()[0]: what}, Editions: good, Active: active}, noon) {
			t.Error(what, "changes nothing")
		}
		if !old.SamePassphrase(same, "member_anna") || len(old.Waits()) != 0 || old.HasPapers("member_anna") {
			t.Error(what, "leaves something, or another passphrase")
		}
	}
	for what, editions := range map[string]map[string]string{"no papers": {}, "newer papers": {"member_anna": "aa"}} {
		old := f.copy(t)
		if old.Agree(Past{Editions: editions, Active: active}, noon); !old.SamePassphrase(f, "member_anna") || len(old.Waits()) != 0 || old.HasPapers("member_anna") {
			t.Error("of a file with", what, "something is left")
		}
	}
}

// Another desk key leaves what waits as it is, and it goes with the slot of who leaves.
func TestWaitingAndAnotherDeskKey(t *testing.T) {
	t.Parallel()
	f, papers := withPapers(t)
	if err := f.use(t, secondPhrase, papers[0], papers[1]); err != nil {
		t.Fatal(err)
	}
	if err := f.Rekey([32]byte{9}, []string{"member_anna", "member_boris"}); err != nil || len(f.Waits()) != 1 {
		t.Fatal(err, f.Waits())
	}
	stays := f.copy(t)
	stays.Ripen(after(WaitFor), noon)
	if _, desk, err := stays.SignIn(t.Context(), "anna", secondPhrase); err != nil || desk != [32]byte{9} {
		t.Error("the new desk key by what waited:", err)
	}
	if err := f.Rekey([32]byte{8}, []string{"member_boris"}); err != nil || len(f.Waits()) != 0 {
		t.Error(err, f.Waits())
	}
	for _, s := range f.Only("member_boris").Slots {
		if s.Waiting != nil || s.Recovery != nil {
			t.Error("a backup's beginning shows papers")
		}
	}
}
