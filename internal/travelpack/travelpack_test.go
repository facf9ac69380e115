package travelpack_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"waylight/internal/clock"
	"waylight/internal/ids"
	"waylight/internal/travelpack"
)

const passphrase = "four invented words here"

var noon = time.Date(2017, 4, 9, 12, 0, 0, 0, time.UTC)

func sealed(t testing.TB) ([]byte, travelpack.Pack, travelpack.Key) {
	t.Helper()
	p := travelpack.Pack{ID: ids.New("pack"), Until: noon.Add(12 * time.Hour), Body: []byte("Zelimkhan Vydumanov (invented)")}
	b, k, err := travelpack.Seal(p, passphrase, clock.NewManual(noon))
	if err != nil {
		t.Fatal(err)
	}
	return b, p, k
}

func TestPack(t *testing.T) {
	t.Parallel()
	b, p, key := sealed(t)
	c := clock.NewManual(noon)
	got, k, err := travelpack.Open(b, passphrase, c, time.Time{})
	if err != nil || string(got.Body) != string(p.Body) || k != key || !got.Made.Equal(noon) {
		t.Fatalf("%+v, %v", got, err)
	}
	for _, secret := range []string{"Zelimkhan", p.ID, passphrase, "2017"} {
		if bytes.Contains(b, []byte(secret)) {
			t.Errorf("%q can be read in the sealed file", secret)
		}
	}
	if s := fmt.Sprintf("%v %+v %#v", key, key, key.Journal()); strings.ContainsAny(s, "0123456789") {
		t.Errorf("a key prints: %s", s)
	}
	bad := func(name string, b []byte, pass string, want error) {
		t.Helper()
		if got, _, err := travelpack.Open(b, pass, c, time.Time{}); !errors.Is(err, want) || got.Body != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	flip := func(at int) []byte { x := bytes.Clone(b); x[at] ^= 1; return x }
	bad("a wrong passphrase", b, passphrase+" ", travelpack.ErrPassphrase)
	bad("another salt", flip(30), passphrase, travelpack.ErrPassphrase)
	bad("altered content", flip(len(b)-5), passphrase, travelpack.ErrAltered)
	bad("cut short", b[:len(b)-1], passphrase, travelpack.ErrAltered)
	bad("cut in the head", b[:50], passphrase, travelpack.ErrNotPack)
	bad("rubbish", []byte("hello"), passphrase, travelpack.ErrNotPack)
	bad("another version", bytes.Replace(b, []byte("v1"), []byte("v2"), 1), passphrase, travelpack.ErrNotPack)
}

// TestEnds: after its end nothing is given out, also with a clock that was set back behind what was seen.
func TestEnds(t *testing.T) {
	t.Parallel()
	b, p, _ := sealed(t)
	c := clock.NewManual(p.Until.Add(-time.Second))
	if _, _, err := travelpack.Open(b, passphrase, c, time.Time{}); err != nil {
		t.Fatal(err)
	}
	for name, latest := range map[string]time.Time{"by the clock": {}, "by what was seen": p.Until} {
		now := clock.NewManual(p.Until)
		if name != "by the clock" {
			now = clock.NewManual(noon)
		}
		got, _, err := travelpack.Open(b, passphrase, now, latest)
		if !errors.Is(err, travelpack.ErrExpired) || got.Body != nil || got.ID != p.ID {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	for name, until := range map[string]time.Time{"none": {}, "past": noon, "too far": noon.Add(travelpack.Longest + time.Second)} {
		if _, _, err := travelpack.Seal(travelpack.Pack{ID: ids.New("pack"), Until: until}, passphrase, clock.NewManual(noon)); !errors.Is(err, travelpack.ErrEnd) {
			t.Errorf("an end that is %s: %v", name, err)
		}
	}
}

func entry(n int) travelpack.Entry {
	return travelpack.Entry{At: noon.Add(time.Duration(n) * time.Minute), Kind: "note", Body: []byte("invented note " + strconv.Itoa(n))}
}

func journal(t *testing.T, n int) (path, pack string, key travelpack.JournalKey, b []byte) {
	t.Helper()
	pack, key = ids.New("pack"), travelpack.Key{7}.Journal()
	path = filepath.Join(t.TempDir(), "journal")
	j, _, err := travelpack.OpenJournal(path, pack, key)
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		if err := j.Append(entry(i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	if b, err = os.ReadFile(path); err != nil {
		t.Fatal(err)
	}
	return path, pack, key, b
}

// TestJournalCut cuts the file at every byte, as a crash may: what was whole stays,
// and what is written afterwards stands behind it.
func TestJournalCut(t *testing.T) {
	t.Parallel()
	path, pack, key, b := journal(t, 2)
	if bytes.Contains(b, []byte("invented")) {
		t.Error("a note can be read on the disk")
	}
	before := 0
	for cut := 0; cut <= len(b); cut++ {
		if cut%3 == 1 && cut+2 < len(b) {
			cut++ // each opening of a cut file waits for the disk: two of three must do
		}
		if err := os.WriteFile(path, b[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		j, all, err := travelpack.OpenJournal(path, pack, key)
		if err != nil {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		if len(all) < before || len(all) > 2 {
			t.Fatalf("cut at %d: %d entries", cut, len(all))
		}
		before = len(all)
		if cut%29 != 0 && cut != len(b) { // each Append waits for the disk
			j.Close()
			continue
		}
		if err := errors.Join(j.Append(entry(9)), j.Close()); err != nil {
			t.Fatal(err)
		}
		now, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		got, lost, err := travelpack.ReadJournal(now, pack, key)
		if err != nil || lost != 0 || len(got) != before+1 || string(got[before].Body) != "invented note 9" {
			t.Fatalf("cut at %d, then written: %d entries, %d lost, %v", cut, len(got), lost, err)
		}
	}
	if before != 2 {
		t.Errorf("the whole file gave %d entries", before)
	}
}

// TestJournalAltered: what is whole and does not open is refused, not dropped.
func TestJournalAltered(t *testing.T) {
	t.Parallel()
	path, pack, key, b := journal(t, 3)
	flipped := bytes.Clone(b)
	flipped[40] ^= 1
	first := 4 + int(b[len("waylight/v1/travel-journal\n")+3]) // an entry here is shorter than 256 bytes
	head := len("waylight/v1/travel-journal\n")
	left := append(bytes.Clone(b[:head]), b[head+first:]...)
	twice := append(bytes.Clone(b), b[head:head+first]...)
	for name, x := range map[string][]byte{"a bit": flipped, "the first left out": left, "one twice": twice} {
		if _, _, err := travelpack.ReadJournal(x, pack, key); !errors.Is(err, travelpack.ErrAltered) {
			t.Errorf("%s: %v", name, err)
		}
		if err := os.WriteFile(path, x, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, _, err := travelpack.OpenJournal(path, pack, key); !errors.Is(err, travelpack.ErrAltered) {
			t.Errorf("%s, opened to be written: %v", name, err)
		}
		if now, err := os.ReadFile(path); err != nil || !bytes.Equal(now, x) {
			t.Errorf("%s: the file was changed", name)
		}
	}
	if _, _, err := travelpack.ReadJournal(b, ids.New("pack"), key); !errors.Is(err, travelpack.ErrAltered) {
		t.Errorf("another pack's: %v", err)
	}
	if _, _, err := travelpack.ReadJournal(b, pack, travelpack.Key{8}.Journal()); !errors.Is(err, travelpack.ErrAltered) {
		t.Errorf("another key: %v", err)
	}
}

// TestJournalKilled lets another process write and kills it at random: every entry
// that it said was kept is there.
func TestJournalKilled(t *testing.T) {
	t.Parallel()
	pack, key := ids.New("pack"), travelpack.Key{7}.Journal()
	path := filepath.Join(t.TempDir(), "journal")
	if os.Getenv("TRAVEL_JOURNAL") != "" {
		writeUntilKilled(t)
		return
	}
	kept := 0
	for round := range 5 {
		cmd := exec.Command(os.Args[0], "-test.run=^TestJournalKilled$", "-test.v")
		cmd.Env = append(os.Environ(), "TRAVEL_JOURNAL="+path, "TRAVEL_PACK="+pack)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		want := 1 + rand.IntN(20)
		for lines := bufio.NewScanner(out); want > 0 && lines.Scan(); {
			if _, found := strings.CutPrefix(lines.Text(), "kept "); found {
				kept++
				want--
			}
		}
		cmd.Process.Kill()
		cmd.Wait()
		if want > 0 {
			t.Fatalf("round %d: the writer ended by itself", round)
		}
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all, _, err := travelpack.ReadJournal(b, pack, key)
		if err != nil || len(all) < kept {
			t.Fatalf("round %d: %d entries of %d that were kept, %v", round, len(all), kept, err)
		}
		kept = len(all) // some were written and not yet told
		for i, e := range all {
			if string(e.Body) != "invented note "+strconv.Itoa(i) {
				t.Fatalf("entry %d says %q", i, e.Body)
			}
		}
	}
}

func writeUntilKilled(t *testing.T) {
	j, all, err := travelpack.OpenJournal(os.Getenv("TRAVEL_JOURNAL"), os.Getenv("TRAVEL_PACK"), travelpack.Key{7}.Journal())
	if err != nil {
		t.Fatal(err)
	}
	for n := len(all); n < 10_000; n++ {
		if err := j.Append(entry(n)); err != nil {
			t.Fatal(err)
		}
		os.Stdout.WriteString("kept " + strconv.Itoa(n) + "\n")
	}
}

func FuzzReadJournal(f *testing.F) {
	f.Add([]byte("waylight/v1/travel-journal\n"))
	f.Add([]byte("waylight/v1/travel-journal\n\x00\x00\x00\x02ab"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if all, _, err := travelpack.ReadJournal(b, "pack_x", travelpack.JournalKey{1}); err == nil && len(all) > 0 {
			t.Fatal("an entry that nobody sealed was read")
		}
	})
}
