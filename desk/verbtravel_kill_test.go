package desk

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"waylight/desk/internal/travel"
	"waylight/internal/clock"
	"waylight/internal/ids"
	"waylight/internal/travelpack"
)

// TestReaderKilled kills the program at random moments while notes are sent: each
// note of which a page said that it is kept is in the journal, once, and the
// journal opens.
func TestReaderKilled(t *testing.T) {
	t.Parallel()
	path, load := inventedPack(t, clock.System(), time.Hour)
	bin := filepath.Join(t.TempDir(), "waylight-desk")
	build := exec.Command("go", "build", "-o", bin, "waylight/cmd/waylight-desk")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	dice := rand.New(rand.NewPCG(seed, 1))
	var told []string
	kills := 0
	for round := range 12 {
		told = append(told, untilKilled(t, bin, path, load.Cases[0].ID, round, time.Duration(dice.IntN(120))*time.Millisecond)...)
		kills++
	}
	if len(told) < 5 {
		t.Fatalf("only %d notes were kept in %d rounds: the test means nothing", len(told), kills)
	}
	sealed, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	p, key, err := travelpack.Open(sealed, packPhrase, clock.System(), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(journalOf(path))
	if err != nil {
		t.Fatal(err)
	}
	all, _, err := travelpack.ReadJournal(b, p.ID, key.Journal())
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]int{}
	for _, e := range all {
		var x travel.Entry
		if err := json.Unmarshal(e.Body, &x); err != nil {
			t.Fatal(err)
		}
		found[x.Words]++
	}
	for _, words := range told {
		if found[words] != 1 {
			t.Errorf("%q was told to be kept and is in the journal %d times", words, found[words])
		}
	}
	t.Logf("%d kills, %d notes told, %d entries", kills, len(told), len(all))
}

// untilKilled starts the reader, sends notes until it is killed after a while, and
// gives those of which it said that they are kept. A note that got no answer is sent again once.
func untilKilled(t *testing.T, bin, path, file string, round int, after time.Duration) (told []string) {
	t.Helper()
	cmd := exec.Command(bin, "travel", path, "--passphrase-file", "-")
	cmd.Stdin = strings.NewReader(packPhrase + "\n")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { cmd.Process.Kill(); cmd.Wait() }()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	address, err := url.Parse(strings.TrimSpace(strings.TrimPrefix(line, "travel: ")))
	if err != nil {
		t.Fatal(err)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := &http.Client{Jar: jar, Timeout: 10 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := c.Get(address.String())
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	var kill sync.Once
	for n := range 200 {
		words := fmt.Sprintf("round %d, note %d", round, n)
		form := url.Values{"form": {ids.New("form")}, "words": {words}}
		res, err := c.PostForm("http://"+address.Host+"/cases/"+file+"/note", form)
		if err != nil {
			return told // killed
		}
		res.Body.Close()
		if res.StatusCode != http.StatusSeeOther {
			t.Fatal(res.StatusCode)
		}
		told = append(told, words)
		kill.Do(func() { time.AfterFunc(after, func() { cmd.Process.Kill() }) })
	}
	return told
}
