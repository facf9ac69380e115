package front_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"filippo.io/age"

	"waylight/front"
	"waylight/internal/clock"
	"waylight/internal/hatchway"
	"waylight/internal/petition"
	"waylight/internal/pgtest"
	"waylight/internal/seal"
	"waylight/internal/seize"
)

const petitionID = "00112233445566778899aabbccddeeff"

// petitions signs and posts a petition's statement.
func (d *desk) petition(t testing.TB, serial uint64, change func(*petition.Statement)) error {
	t.Helper()
	p := petition.Statement{Name: map[string]string{"en": "Invented Harbour"}, ID: petitionID, Slug: "safe-passage", Serial: serial, Recipient: d.intake.Recipient().String(), Until: "2099-01-01",
		Words: map[string]petition.Words{"en": {Title: "Let them pass (invented)", To: "An invented office", Paragraphs: []string{"We ask for <b>visas</b>."}}}}
	change(&p)
	note, err := petition.Sign(d.organisation, p)
	if err != nil {
		t.Fatal(err)
	}
	return d.client.PostPetitions(context.Background(), hatchway.Petitions{Notes: []string{string(note)}})
}

func same(*petition.Statement) {}

func (d *desk) signature(t testing.TB, name string) []byte {
	t.Helper()
	plain, err := petition.Signature{Petition: petitionID, Name: name, Email: "invented@example.net", Country: "DE", Lang: "en", Via: petition.ViaScript}.Encode()
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := seal.Fixed(d.intake.Recipient().String(), plain, petition.Size)
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

func number() string {
	var b [8]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

func put(t testing.TB, base, n string, sealed []byte) int {
	t.Helper()
	req, err := http.NewRequest(http.MethodPut, base+"/w/v1/petitions/"+petitionID+"/signatures/"+n, bytes.NewReader(sealed))
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	io.Copy(io.Discard, res.Body)
	res.Body.Close()
	return res.StatusCode
}

// form posts the form of a page without the script.
func form(t testing.TB, address string, values url.Values) (int, string) {
	t.Helper()
	res, err := http.PostForm(address, values)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(body)
}

func (d *desk) signed(t testing.TB) hatchway.SignedPage {
	t.Helper()
	var all hatchway.SignedPage
	for after := ""; ; {
		p, err := d.client.Signed(context.Background(), after, 100)
		if err != nil {
			t.Fatal(err)
		}
		all.Signatures, all.Presses = append(all.Signatures, p.Signatures...), append(all.Presses, p.Presses...)
		if !p.More {
			return all
		}
		after = p.Signatures[len(p.Signatures)-1].Number
	}
}

// TestSigning: the statement must be the organisation's, nothing is taken without
// a key, the same signature twice is one, and what was typed stays.
func TestSigning(t *testing.T) {
	t.Parallel()
	h := start(t)
	one := h.signature(t, "Alice")
	if got := put(t, h.base, number(), one); got != http.StatusConflict {
		t.Errorf("a signature for no petition: %d", got)
	}
	stranger := newDesk(t)
	stranger.client = h.client
	if err := stranger.petition(t, 1, same); err == nil {
		t.Error("a statement that another organisation signed is taken")
	}
	if err := h.petition(t, 2, same); err != nil {
		t.Fatal(err)
	}
	if err := h.petition(t, 1, same); err == nil {
		t.Error("an older statement is taken")
	}
	n := number()
	for i, want := range []int{http.StatusCreated, http.StatusOK, http.StatusOK} {
		if got := put(t, h.base, n, one); got != want {
			t.Errorf("time %d: %d", i+1, got)
		}
	}
	if got := put(t, h.base, n, h.signature(t, "Mallory")); got != http.StatusConflict {
		t.Errorf("another signature under the same number: %d", got)
	}
	for what, b := range map[string][]byte{"nothing": nil, "half": one[:1000], "more": append(bytes.Clone(one), 0), "not sealed": make([]byte, len(one))} {
		if got := put(t, h.base, number(), b); got != http.StatusBadRequest {
			t.Errorf("%s: %d", what, got)
		}
	}
	page := h.base + "/en/petitions/safe-passage"
	typed := url.Values{"once": {strings.Repeat("ab", 16)}, "name": {"Alice Vymyshlennaya"}, "email": {"alice@example.net"}, "country": {"DE"}, "wish": {"updates"}}
	for range 3 { // the button pressed again after a broken line
		if status, body := form(t, page, typed); status != http.StatusOK || !strings.Contains(body, "Your signature is stored") || !strings.Contains(body, "&lt;b&gt;visas") {
			t.Errorf("%d", status)
		}
	}
	all := h.signed(t)
	if len(all.Signatures) != 2 {
		t.Fatalf("%d signatures wait", len(all.Signatures))
	}
	for _, s := range all.Signatures {
		if got := h.unsealed(t, s.Sealed); got.Country != "DE" || got.Petition != petitionID {
			t.Errorf("%v", got)
		}
	}
	bad := maps.Clone(typed)
	bad["email"] = []string{"alice"}
	if status, body := form(t, page, bad); status != http.StatusUnprocessableEntity || !strings.Contains(body, "Alice Vymyshlennaya") || !strings.Contains(body, "Write an e-mail address") {
		t.Errorf("a wrong address: %d", status)
	}
	// The key is gone: it is refused, and what was typed stays.
	if err := h.petition(t, 3, func(p *petition.Statement) { p.Recipient = "" }); err != nil {
		t.Fatal(err)
	}
	if status, body := form(t, page, typed); status != http.StatusConflict || !strings.Contains(body, "there is no key to which a signature could be locked") || !strings.Contains(body, "alice@example.net") {
		t.Errorf("without a key: %d", status)
	}
	if got := put(t, h.base, number(), one); got != http.StatusConflict {
		t.Errorf("without a key: %d", got)
	}
	if err := h.petition(t, 4, func(p *petition.Statement) { p.Recipient, p.Removed, p.Words = "", true, nil }); err != nil {
		t.Fatal(err)
	}
	if res, err := http.Get(page); err != nil || res.StatusCode != http.StatusNotFound {
		t.Errorf("what was taken down is shown: %v %v", res.StatusCode, err)
	}
	if s := h.log.String(); s != "" {
		t.Errorf("the log is not empty: %s", s)
	}
}

func (d *desk) unsealed(t testing.TB, sealed []byte) petition.Signature {
	t.Helper()
	r, err := age.Decrypt(bytes.NewReader(sealed), d.intake)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	s, err := petition.Decode(plain)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// register registers fresh codes, as a Desk does that has sent its mails.
func (d *desk) register(t testing.TB, countries ...string) []petition.Code {
	t.Helper()
	var codes []petition.Code
	var body hatchway.Codes
	for _, country := range countries {
		c := petition.NewCode()
		h, l := c.Hash(), c.Leave().Hash()
		codes = append(codes, c)
		body.Codes = append(body.Codes, hatchway.SentCode{Hash: h[:], Leaving: l[:], Petition: petitionID, Country: country, Until: "2099-01-01"})
	}
	if err := d.client.Codes(context.Background(), body); err != nil {
		t.Fatal(err)
	}
	return codes
}

// TestPressing: looking changes nothing, a press counts once, leaving takes the
// count back, the Desk hears of each, and the public count shows no small number.
func TestPressing(t *testing.T) {
	t.Parallel()
	h := start(t)
	if err := h.petition(t, 1, same); err != nil {
		t.Fatal(err)
	}
	codes := h.register(t, "DE", "DE", "DE", "DE", "DE", "DE", "FR", "FR")
	count := func() map[string]int {
		got, err := h.client.Counts(context.Background(), petitionID)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	press := func(c petition.Code) int {
		status, _ := form(t, h.base+"/en/confirm", url.Values{"code": {c.Groups()}})
		return status
	}
	for range 3 {
		if res, err := http.Get(h.base + "/en/confirm/" + string(codes[0])); err != nil || res.StatusCode != http.StatusOK {
			t.Fatal(res.StatusCode, err)
		}
	}
	if len(count()) != 0 {
		t.Fatalf("looking counts: %v", count())
	}
	for range 2 {
		for _, c := range codes {
			if got := press(c); got != http.StatusOK {
				t.Errorf("%d", got)
			}
		}
	}
	if got := count(); got["DE"] != 6 || got["FR"] != 2 {
		t.Errorf("%v", got)
	}
	if got := press(petition.NewCode()); got != http.StatusNotFound {
		t.Errorf("an invented code: %d", got)
	}
	if got := press(codes[0].Leave()); got != http.StatusNotFound {
		t.Errorf("the code that leaves confirms: %d", got)
	}
	if status, _ := form(t, h.base+"/en/leave/"+string(codes[0]), url.Values{"do": {"erase"}}); status != http.StatusNotFound {
		t.Errorf("the code that confirms erases: %d", status)
	}
	shown := func() string {
		res, err := http.Get(h.base + "/en/petitions/safe-passage")
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	if s := shown(); !strings.Contains(s, "8 people have confirmed") || strings.Contains(s, "<td>France</td>") || strings.Contains(s, "<td>Germany</td>") || !strings.Contains(s, "Other countries together") {
		t.Error("France with two is shown, or can be reckoned from what is shown")
	}
	leave := func(c petition.Code, do string) int {
		status, _ := form(t, h.base+"/en/leave/"+string(c.Leave()), url.Values{"do": {do}})
		return status
	}
	if a, b, c := leave(codes[1], "stop"), leave(codes[2], "erase"), leave(codes[3], "never"); a+b+c != 600 {
		t.Error(a, b, c)
	}
	if got := leave(codes[4], "burn"); got != http.StatusUnprocessableEntity {
		t.Errorf("nonsense: %d", got)
	}
	if got := count()["DE"]; got != 4 {
		t.Errorf("%d after two were erased", got)
	}
	if s := shown(); !strings.Contains(s, "8 people have confirmed") {
		t.Error("the public count moves at once: whoever watches the lines knows who it was")
	}
	h.clock.Advance(11 * time.Minute)
	if s := shown(); !strings.Contains(s, "6 people have confirmed") {
		t.Error("the public count does not follow")
	}
	whats := map[string]int{}
	presses := h.signed(t).Presses
	for _, p := range presses {
		whats[p.What]++
	}
	if whats["confirm"] != 8 || whats["stop"] != 1 || whats["erase"] != 1 || whats["never"] != 1 {
		t.Errorf("%v", whats)
	}
	if err := h.client.ConfirmSigned(context.Background(), hatchway.SignedConfirm{Numbers: []string{}, Presses: presses}); err != nil {
		t.Fatal(err)
	}
	if left := h.signed(t).Presses; len(left) != 0 {
		t.Errorf("%d presses are left", len(left))
	}
	if got := press(codes[2]); got != http.StatusNotFound {
		t.Errorf("the code of an erased signature: %d", got)
	}
	// Another organisation's Desk sees and changes nothing of it.
	if _, err := h.client.Counts(context.Background(), strings.Repeat("0", 32)); err == nil {
		t.Error("the count of a petition that is not there")
	}
}

// TestSeizedPetition searches everything that the Front keeps for who signed, on
// both roads, with codes that were pressed.
func TestSeizedPetition(t *testing.T) {
	t.Parallel()
	h := start(t)
	if err := h.petition(t, 1, same); err != nil {
		t.Fatal(err)
	}
	put(t, h.base, number(), h.signature(t, "Alice Vymyshlennaya"))
	form(t, h.base+"/en/petitions/safe-passage", url.Values{"name": {"Boris Vymyshlenny"}, "email": {"boris.secret@example.net"}, "country": {"DE"}})
	code := h.register(t, "DE")[0]
	form(t, h.base+"/en/confirm", url.Values{"code": {string(code)}})
	if n := len(h.signed(t).Signatures); n != 2 {
		t.Fatalf("%d signatures", n)
	}
	h.stop()
	for control, want := range map[bool][]seize.Secret{
		false: {seize.Text("a name", "Vymyshlenn"), seize.Text("an address", "boris.secret"), seize.Text("an address", "invented@example.net"), seize.Text("a code", string(code)), seize.Text("a code", code.Groups())},
		true:  {seize.Text("the words", "Let them pass")},
	} {
		hits := 0
		err := filepath.WalkDir(h.folder, func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			b, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			found, err := seize.Bytes(path, b, want...)
			hits += len(found)
			return err
		})
		if err != nil || (hits > 0) != control {
			t.Errorf("control %v: %d hits, %v", control, hits, err)
		}
	}
}

// TestPetitionSurvivesKills kills the Front again and again while people sign and
// press: every signature and every press that was acknowledged is there, once, and
// the count is the number of codes that were pressed. On both engines.
func TestPetitionSurvivesKills(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{"SQLite", "PostgreSQL"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			d, dir := newDesk(t), t.TempDir()
			c := config(d, filepath.Join(dir, "data"))
			c.Listen = freePort(t)
			if engine == "PostgreSQL" {
				c.DatabaseFile = filepath.Join(dir, "database")
				if err := os.WriteFile(c.DatabaseFile, []byte(pgtest.Start(t).Database()+"\n"), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if err := front.Init(c.Folder); err != nil {
				t.Fatal(err)
			}
			var text bytes.Buffer
			if err := c.Write(&text); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(dir, "front.conf")
			if err := os.WriteFile(path, text.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
			killed(t, d, path)
		})
	}
}

// killed plays it on the Front of a configuration.
func killed(t *testing.T, d *desk, path string) {
	t.Helper()
	p := launch(t, path)
	defer func() { p.kill() }()
	var err error
	if d.client, err = hatchway.Dial(p.base, d.hatch, clock.System(), nil); err != nil {
		t.Fatal(err)
	}
	if err := d.petition(t, 1, same); err != nil {
		t.Fatal(err)
	}
	const people = 400
	var countries []string
	for i := range people {
		countries = append(countries, []string{"DE", "FR", "LT"}[i%3])
	}
	codes := d.register(t, countries...)
	base := p.base
	sealed := d.signature(t, "Alice")
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	var all sync.WaitGroup
	var mu sync.Mutex
	numbers, done := map[string]bool{}, 0
	work, progress := make(chan int, people), make(chan struct{}, people)
	for i := range people {
		work <- i
	}
	close(work)
	for range 8 {
		all.Go(func() {
			for i := range work {
				n := number()
				address := func() string { return base + "/w/v1/petitions/" + petitionID + "/signatures/" + n }
				if status, err := insist(ctx, http.MethodPut, address, sealed); err != nil || status != http.StatusCreated && status != http.StatusOK {
					t.Errorf("signature: %d, %v", status, err)
				}
				for { // the press, as a browser repeats it
					res, err := http.PostForm(base+"/en/confirm", url.Values{"code": {string(codes[i])}})
					if err != nil {
						if ctx.Err() != nil {
							t.Error(ctx.Err())
							return
						}
						continue
					}
					res.Body.Close()
					if res.StatusCode != http.StatusOK {
						t.Errorf("press: %d", res.StatusCode)
					}
					break
				}
				mu.Lock()
				numbers[fmt.Sprintf("%016x", heldNumber(t, n))] = true
				done++
				mu.Unlock()
				progress <- struct{}{}
			}
		})
	}
	// Killed after every 40th person, at whatever the others are doing.
	kills, over := 0, make(chan struct{})
	go func() { all.Wait(); close(over) }()
	for n, open := 0, true; open; {
		select {
		case <-progress:
			if n++; n%40 == 0 && n < people {
				p.kill()
				p = launch(t, path)
				kills++
			}
		case <-over:
			open = false
		}
	}
	got := d.signed(t)
	for _, s := range got.Signatures {
		if !numbers[s.Number] {
			t.Errorf("signature %s was never acknowledged", s.Number)
		}
		delete(numbers, s.Number)
	}
	counts, err := d.client.Counts(ctx, petitionID)
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for _, n := range counts {
		total += n
	}
	t.Logf("killed %d times; %d signatures, %d presses", kills, len(got.Signatures), total)
	if len(numbers) != 0 || len(got.Signatures) != people || total != people || len(got.Presses) != people || done != people {
		t.Errorf("%d signatures lost, %d there, count %v, %d presses", len(numbers), len(got.Signatures), counts, len(got.Presses))
	}
	if kills < 3 {
		t.Errorf("only %d kills: the test shows nothing", kills)
	}
}

// heldNumber is the number under which the Front keeps a signature.
func heldNumber(t *testing.T, text string) uint64 {
	t.Helper()
	b, err := hex.DecodeString(text)
	if err != nil {
		t.Error(err)
	}
	var n uint64
	for _, x := range b {
		n = n<<8 | uint64(x)
	}
	return n >> 1
}
