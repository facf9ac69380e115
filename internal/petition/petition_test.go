package petition_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"strings"
	"testing"

	"filippo.io/age"
	"pgregory.net/rapid"

	"waylight/internal/country"
	"waylight/internal/envelope"
	"waylight/internal/petition"
	"waylight/internal/seal"
)

type signer ed25519.PrivateKey

func (s signer) Public() ed25519.PublicKey { return ed25519.PrivateKey(s).Public().(ed25519.PublicKey) }

func (s signer) Sign(_ string, message []byte) ([]byte, error) {
	return ed25519.Sign(ed25519.PrivateKey(s), message), nil
}

func newSigner(t *testing.T) signer {
	t.Helper()
	_, k, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return signer(k)
}

func example() petition.Statement {
	return petition.Statement{Name: map[string]string{"en": "Invented Harbour"}, ID: strings.Repeat("ab", 16), Slug: "safe-passage", Serial: 1, Recipient: "age1pq1x", Until: "2017-12-31",
		Words: map[string]petition.Words{"en": {Title: "A title", To: "An office", Paragraphs: []string{"Please."}}}}
}

func TestStatement(t *testing.T) {
	t.Parallel()
	s, other := newSigner(t), newSigner(t)
	note, err := petition.Sign(s, example())
	if err != nil {
		t.Fatal(err)
	}
	if p, err := petition.Open(note, s.Public()); err != nil || p.Slug != "safe-passage" || !p.Signable("2017-12-31") || p.Signable("2018-01-01") {
		t.Errorf("%+v, %v", p, err)
	}
	if _, err := petition.Open(note, other.Public()); err == nil {
		t.Error("opens with the key of another organisation")
	}
	if _, err := petition.Open(bytes.Replace(note, []byte("Please."), []byte("Please!"), 1), s.Public()); err == nil {
		t.Error("altered words open")
	}
	for what, change := range map[string]func(*petition.Statement){
		"a key that is not hybrid":    func(p *petition.Statement) { p.Recipient = "age1x" },
		"no words":                    func(p *petition.Statement) { p.Words = nil },
		"a name with a slash":         func(p *petition.Statement) { p.Slug = "a/b" },
		"words of what is taken down": func(p *petition.Statement) { p.Removed, p.Recipient = true, "" },
		"two letters for one country": func(p *petition.Statement) {
			l := petition.Letter{Country: "DE", Office: "x", Subject: "x", Body: "x"}
			p.Letters = []petition.Letter{l, l}
		},
		"a letter for no country": func(p *petition.Statement) {
			p.Letters = []petition.Letter{{Country: "ZZ", Office: "x", Subject: "x", Body: "x"}}
		},
		"a title of two lines": func(p *petition.Statement) {
			p.Words["en"] = petition.Words{Title: "a\nb", To: "x", Paragraphs: []string{"x"}}
		},
		"an address that has a header": func(p *petition.Statement) {
			p.Letters = []petition.Letter{{Country: "DE", Email: "a@b.example\r\nBcc: c", Office: "x", Subject: "x", Body: "x"}}
		},
	} {
		p := example()
		change(&p)
		if _, err := petition.Sign(s, p); err == nil {
			t.Errorf("%s was signed", what)
		}
	}
	p := example()
	p.Recipient = ""
	if _, err := petition.Sign(s, p); err != nil || p.Signable("2017-01-01") {
		t.Errorf("a closed petition: %v", err)
	}
}

func sig() petition.Signature {
	return petition.Signature{Petition: strings.Repeat("ab", 16), Name: "Alice Vymyshlennaya", Email: "alice@example.net", Country: "DE", Lang: "en", Via: petition.ViaForm, Day: "2017-04-09"}
}

// TestSize: every signature has one length, sealed and unsealed, whatever the name.
func TestSize(t *testing.T) {
	t.Parallel()
	id, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"A", strings.Repeat("Ы", petition.MaxName/2), strings.Repeat(`"\`, petition.MaxName/2-1) + "a"} {
		s := sig()
		s.Name, s.Email = name, strings.Repeat("a", petition.MaxEmail-12)+"@example.net"
		plain, err := s.Encode()
		if err != nil || len(plain) != petition.Size {
			t.Fatalf("%d bytes, %v", len(plain), err)
		}
		sealed, err := seal.Fixed(id.Recipient().String(), plain, petition.Size)
		if err != nil || len(sealed) != envelope.SealedSize(petition.Size) {
			t.Errorf("%d bytes sealed, %v", len(sealed), err)
		}
		if back, err := petition.Decode(plain); err != nil || back.Name != name {
			t.Errorf("does not come back: %v", err)
		}
	}
}

func TestSignatureRefuses(t *testing.T) {
	t.Parallel()
	for what, change := range map[string]func(*petition.Signature){
		"no name": func(s *petition.Signature) { s.Name = " " }, "a page for a name": func(s *petition.Signature) { s.Name = "cheap pills http://x.example" },
		"two lines": func(s *petition.Signature) { s.Name = "a\nb" }, "no letters": func(s *petition.Signature) { s.Name = "123" },
		"no address": func(s *petition.Signature) { s.Email = "alice" }, "a header": func(s *petition.Signature) { s.Email = "a@b.example\r\nBcc: x@y.example" },
		"two addresses": func(s *petition.Signature) { s.Email = "a@b.example,c@d.example" }, "a name before it": func(s *petition.Signature) { s.Email = "A <a@b.example>" },
		"no country": func(s *petition.Signature) { s.Country = "XX" }, "no petition": func(s *petition.Signature) { s.Petition = "x" }, "no road": func(s *petition.Signature) { s.Via = "" },
	} {
		s := sig()
		change(&s)
		if _, err := s.Encode(); err == nil {
			t.Errorf("%s was written", what)
		}
	}
	if got := fmt.Sprintf("%v %+v %s", sig(), sig(), sig()); strings.Contains(got, "Alice") {
		t.Errorf("a signature prints: %s", got)
	}
}

func FuzzDecode(f *testing.F) {
	plain, err := sig().Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(plain)
	f.Add(make([]byte, petition.Size))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := petition.Decode(b)
		if err != nil {
			return
		}
		if _, err := s.Encode(); err != nil {
			t.Error("what was read cannot be written")
		}
	})
}

func TestCanonical(t *testing.T) {
	t.Parallel()
	for _, same := range [][]string{
		{"a.li.ce@gmail.com", "Alice+news@GoogleMail.com", "alice@gmail.com"}, {"a.b@yandex.ru", "a-b@ya.ru"}, {"x@example.org", "X+y@Example.ORG"}, {"a.b@proton.me", "ab@pm.me"},
	} {
		for _, a := range same[1:] {
			if petition.Canonical(a) != petition.Canonical(same[0]) {
				t.Errorf("%s and %s are one mailbox", a, same[0])
			}
		}
	}
	if petition.Canonical("a.b@example.org") == petition.Canonical("ab@example.org") {
		t.Error("dots count at other providers")
	}
}

func TestCode(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		c := petition.NewCode()
		typed := strings.ToLower(c.Groups())
		typed = strings.NewReplacer("0", rapid.SampledFrom([]string{"0", "o", "O"}).Draw(r, "zero"), "1", rapid.SampledFrom([]string{"1", "l", "I"}).Draw(r, "one")).Replace(typed)
		if back, ok := petition.ParseCode(" " + typed + "\n"); !ok || back != c {
			r.Fatalf("%q is not read as it was", typed)
		}
		if l, ok := petition.ParseCode(string(c.Leave())); !ok || l == c || l.Hash() == c.Hash() {
			r.Fatal("the code that leaves is none, or the same")
		}
	})
	for _, bad := range []string{"", "0123456789", strings.Repeat("0", 21), strings.Repeat("U", 20), strings.Repeat("é", 20)} {
		if _, ok := petition.ParseCode(bad); ok {
			t.Errorf("%q is taken", bad)
		}
	}
}

// TestPublic: no small number is shown, and none can be reckoned from the others.
func TestPublic(t *testing.T) {
	t.Parallel()
	countries := country.All()
	rapid.Check(t, func(r *rapid.T) {
		counts, total := map[string]int{}, 0
		for range rapid.IntRange(0, 12).Draw(r, "countries") {
			c := countries[rapid.IntRange(0, 30).Draw(r, "country")].Code
			total -= counts[c]
			counts[c] = rapid.IntRange(0, 12).Draw(r, "number")
			total += counts[c]
		}
		got := petition.Public("2017-04-09", counts)
		if total < petition.Least {
			if got.Total != 0 || len(got.Countries) != 0 {
				r.Fatalf("%d shown as %+v", total, got)
			}
			return
		}
		sum := 0
		for _, c := range got.Countries {
			if sum += c.Number; c.Number < petition.Least {
				r.Fatalf("a small number is shown: %+v of %v", got, counts)
			}
			if c.Country != "" && counts[c.Country] != c.Number {
				r.Fatalf("%s has %d", c.Country, counts[c.Country])
			}
		}
		if got.Total != total || sum != total {
			r.Fatalf("%+v does not add up to %d", got, total)
		}
	})
}
