package waylight_test

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"waylight/internal/browser"
	"waylight/internal/mailtest"
	"waylight/internal/petition"
	"waylight/internal/seal"
	"waylight/internal/wire"
)

// crowd is everybody who comes to the petition of TestThousandSign. Nobody in it is real.
type crowd struct {
	people  []petition.Signature // each another mailbox
	doubles []petition.Signature // of people of the crowd, spelt otherwise
	trapped []petition.Signature // filled in the field that nobody sees
	farm    []petition.Signature // from one domain that somebody owns
}

func newCrowd(id string) crowd {
	var c crowd
	sig := func(name, email, country string) petition.Signature {
		return petition.Signature{Petition: id, Name: name, Email: email, Country: country, Lang: []string{"en", "ru"}[len(name)%2], Via: petition.ViaScript, Updates: len(name)%3 == 0, Shown: len(name)%5 == 0}
	}
	countries := []string{"DE", "DE", "DE", "FR", "FR", "LT", "PL"}
	for i := range 1000 {
		domain := []string{"gmail.com", "yandex.ru", "gmx.de", fmt.Sprintf("town%d.example", i/20)}[i%4]
		country := countries[i%len(countries)]
		if i < 3 {
			country = "IS" // three of one country: never shown
		}
		c.people = append(c.people, sig(fmt.Sprintf("Invented %d", i), fmt.Sprintf("person%d@%s", i, domain), country))
	}
	for i := range 150 {
		s := c.people[i*6]
		local, domain, _ := strings.Cut(s.Email, "@")
		s.Email = []string{strings.ToUpper(local) + "@" + domain, local + "+again@" + domain, s.Email}[i%3]
		s.Name = "Somebody else " + s.Name
		c.doubles = append(c.doubles, s)
	}
	for i := range 60 {
		s := sig(fmt.Sprintf("Pills %d", i), fmt.Sprintf("trap%d@gmail.com", i), "US")
		s.Trap = true
		c.trapped = append(c.trapped, s)
	}
	for i := range 100 {
		c.farm = append(c.farm, sig(fmt.Sprintf("Farm %d", i), fmt.Sprintf("bot%d@farm.example", i), "US"))
	}
	return c
}

// TestThousandSign lets a thousand people sign and confirm through a real mail
// server, with doubles, machines and programs that follow links; afterwards the
// Desk, the Front and the package that is handed over say the same number.
func TestThousandSign(t *testing.T) {
	if testing.Short() {
		t.Skip("some minutes")
	}
	t.Parallel()
	w := newTown(t)
	c := newCrowd("")
	boxes := []string{ourMail}
	for _, s := range append(c.people, c.trapped...) {
		boxes = append(boxes, s.Email)
	}
	server := mailtest.Start(t, boxes...)
	hanna, freya, goran := w.member(t, "hanna"), w.member(t, "freya"), w.member(t, "goran")
	w.keepsAccount(t, hanna, server)
	at := w.petitions(t, freya, goran, "thousand")
	visitor := browser.Start(t, browser.Phone)
	see(t, visitor, w.front+"/en/petitions/thousand", "Fewer than 5 people have confirmed")
	id := browser.Eval[string](visitor, `document.querySelector("form[data-petition]").getAttribute("data-petition")`)
	c = newCrowd(id)

	w.sign(t, id, c.people)
	w.counts(t, freya, at, "Wait for their press", "1,000") // opened, before the doubles come
	w.sign(t, id, append(append(c.doubles, c.trapped...), c.farm...))
	w.counts(t, freya, at, "Signed twice, counted once", "150")
	w.counts(t, freya, at, "Look like machines", "135") // 60 in the trap, and 75 of the farm beyond 25
	w.clock.Advance(10 * time.Second)

	links := w.links(t, server, c.people)
	for _, s := range c.trapped {
		if n := len(server.Mails(t, s.Email)); n != 0 {
			t.Errorf("%d mails to a machine", n)
		}
	}
	each(links, func(l string) { w.get(t, l) }) // programs that look through mail
	freya.Go(w.desk + at)
	if got := w.stat(freya, "Confirmed"); got != "0" {
		t.Fatalf("%s confirmed by looking", got)
	}
	press := links[:960] // forty never do
	each(append(press, press[:50]...), func(l string) { w.presses(t, l, "confirm", url.Values{"code": {l[strings.LastIndex(l, "/")+1:]}}) })
	w.counts(t, freya, at, "Confirmed", "960")
	each(press[:30], func(l string) {
		code, _ := petition.ParseCode(l[strings.LastIndex(l, "/")+1:])
		w.presses(t, l, "leave/"+string(code.Leave()), url.Values{"do": {"erase"}})
	})
	w.counts(t, freya, at, "Confirmed", "930")
	shows(t, freya, "930") // and so the public server counts, on the same page
	if got := browser.Eval[string](freya, `[...document.querySelectorAll(".facts > div")].map(e => e.innerText.replace(/\s+/g, " ")).find(s => s.startsWith("The public server counts")) || ""`); !strings.HasSuffix(got, " 930") {
		t.Errorf("the Front counts: %q", got)
	}
	w.clock.Advance(11 * time.Minute)
	visitor.Go(w.front + "/en/petitions/thousand")
	shows(t, visitor, "930 people have confirmed.")
	if strings.Contains(visitor.HTML(), "<td>Iceland</td>") {
		t.Error("a country with fewer than five is shown")
	}
	w.handsOver(t, freya, at, 930)
}

// sign seals and sends signatures as the page's script does.
func (w *town) sign(t *testing.T, id string, all []petition.Signature) {
	t.Helper()
	res, err := http.Get(w.front + strings.Replace(wire.PathPetition, "{petition}", id, 1))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var in wire.Petition
	if err := json.NewDecoder(res.Body).Decode(&in); err != nil {
		t.Fatal(err)
	}
	p, err := petition.Open([]byte(in.Statement), in.OrganisationKey)
	if err != nil {
		t.Fatal(err)
	}
	each(all, func(s petition.Signature) {
		plain, err := s.Encode()
		if err != nil {
			t.Error(err)
			return
		}
		sealed, err := seal.Fixed(p.Recipient, plain, petition.Size)
		if err != nil {
			t.Error(err)
			return
		}
		var number [8]byte
		rand.Read(number[:])
		req, err := http.NewRequest(http.MethodPut, w.front+"/w/v1/petitions/"+id+"/signatures/"+hex.EncodeToString(number[:]), bytes.NewReader(sealed))
		if err != nil {
			t.Error(err)
			return
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Error(err)
			return
		}
		_, _ = io.Copy(io.Discard, res.Body)
		res.Body.Close()
		if res.StatusCode != http.StatusCreated {
			t.Errorf("a signature is answered %d", res.StatusCode)
		}
	})
}

// each does f for all, eight at a time.
func each[T any](all []T, f func(T)) {
	work := make(chan T)
	var done sync.WaitGroup
	for range 8 {
		done.Go(func() {
			for x := range work {
				f(x)
			}
		})
	}
	for _, x := range all {
		work <- x
	}
	close(work)
	done.Wait()
}

var anyLink = regexp.MustCompile(`http://[^\s]+/confirm/[0-9A-Z]{20}`)

// links waits until everybody has exactly one mail, and reads the links.
func (w *town) links(t *testing.T, server *mailtest.Server, people []petition.Signature) []string {
	t.Helper()
	out := make([]string, 0, len(people))
	deadline := time.Now().Add(8 * time.Minute)
	for _, p := range people {
		var got [][]byte
		for got = server.Mails(t, p.Email); len(got) == 0; got = server.Mails(t, p.Email) {
			if time.Now().After(deadline) {
				t.Fatalf("no mail after %d\n%s", len(out), w.log)
			}
			<-time.After(50 * time.Millisecond)
		}
		if len(got) != 1 {
			t.Fatalf("%d mails to one person", len(got))
		}
		out = append(out, anyLink.FindString(string(bytes.ReplaceAll(bytes.ReplaceAll(got[0], []byte("=\r\n"), nil), []byte("=\n"), nil))))
	}
	return out
}

func (w *town) get(t *testing.T, address string) {
	res, err := http.Get(address)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Errorf("%v, %v", res, err)
		return
	}
	res.Body.Close()
}

// presses sends the form of a page behind a link.
func (w *town) presses(t *testing.T, link, path string, values url.Values) {
	res, err := http.PostForm(link[:strings.Index(link, "/confirm/")]+"/"+path, values)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Errorf("%v, %v", res, err)
		return
	}
	res.Body.Close()
}

// handsOver makes the package on the page and checks it as a recipient does.
func (w *town) handsOver(t *testing.T, freya *browser.Page, at string, want int) {
	t.Helper()
	freya.Go(w.desk + at + "/handover")
	freya.Follow(`form[action="` + at + `/packages"] button`)
	shows(t, freya, "The package is made.")
	href := browser.Eval[string](freya, `document.querySelector("table.list a").href`)
	raw := browser.Await[string](freya, fmt.Sprintf(`fetch(%q).then(r => r.arrayBuffer()).then(b => { let s = ""; for (const x of new Uint8Array(b)) s += x.toString(16).padStart(2, "0"); return s })`, href))
	file, err := hex.DecodeString(raw)
	if err != nil {
		t.Fatal(err)
	}
	d, err := petition.ReadDelivery(bytes.NewReader(file), int64(len(file)))
	if err != nil || d.Count != want {
		t.Fatalf("%d signatures in the package, %v", d.Count, err)
	}
	for _, leak := range []string{"Invented 5", "person5", "gmail"} {
		if bytes.Contains(file, []byte(leak)) {
			t.Errorf("the package holds %q", leak)
		}
	}
	for _, x := range d.Countries {
		if x.Number < petition.Least {
			t.Errorf("%d of %q are shown", x.Number, x.Country)
		}
	}
}
