package referral_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/binary"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"

	"waylight/internal/agekey"
	"waylight/internal/bundle"
	"waylight/internal/envelope"
	"waylight/internal/referral"
)

var write = flag.Bool("write-vectors", false, "write docs/formats/vectors/referral.json anew")

const vectorFile = "../../docs/formats/vectors/referral.json"

// signer signs what it is given: the keyring's own guards are tested there.
type signer struct{ key ed25519.PrivateKey }

func (s signer) Public() ed25519.PublicKey { return s.key.Public().(ed25519.PublicKey) }

func (s signer) Sign(_ string, message []byte) ([]byte, error) {
	return ed25519.Sign(s.key, message), nil
}

func seed(b byte) []byte { return bytes.Repeat([]byte{b}, 32) }

func org(b byte) signer { return signer{ed25519.NewKeyFromSeed(seed(b))} }

func identity(t testing.TB, b byte) *age.HybridIdentity {
	t.Helper()
	id, err := agekey.Identity(seed(b))
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// example is a referral of an invented person from organisation 1 to organisation 2.
func example() referral.Package {
	return referral.Package{Kind: referral.Refer, ID: "package_aaaaaaaaaaaaaaaaaaaaaaaaaa", Referral: "referral_bbbbbbbbbbbbbbbbbbbbbbbbba", To: bundle.ID(org(2).Public()),
		Made: "2017-04-09", Until: "2017-04-23", Person: "A", Need: "A bed for two weeks, from Friday.",
		Facts:   []referral.Fact{{Kind: referral.Name, Text: "Ruslan Example (invented)"}, {Kind: referral.Medical, Text: "Нужен врач (выдумано)"}},
		Consent: &referral.Consent{Data: []referral.Datum{referral.Name, referral.Medical, referral.FileData}, How: "spoken", Given: "2017-04-08"},
		Proof:   &referral.Proof{Say: "The lamp is lit.", Answer: "And the oil is full."},
		Files:   []referral.File{{Name: "letter.txt", Type: "text/plain", Bytes: []byte("An invented letter.\n")}}}
}

func known(id string) (ed25519.PublicKey, error) {
	if pub := org(1).Public(); id == bundle.ID(pub) {
		return pub, nil
	}
	return nil, referral.ErrUnknown
}

func open(t testing.TB, sealed []byte) (referral.Opened, error) {
	return referral.Open(sealed, []age.Identity{identity(t, 3), identity(t, 9)}, bundle.ID(org(2).Public()), known)
}

func seal(t testing.TB, p referral.Package) []byte {
	t.Helper()
	b, err := referral.Seal(org(1), identity(t, 9).Recipient().String(), p)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// raw seals any text as if it were a package's.
func raw(t testing.TB, note string, rest []byte) []byte {
	t.Helper()
	plain := append(binary.BigEndian.AppendUint32(nil, uint32(len(note))), note...)
	return encrypt(t, append(plain, rest...))
}

func encrypt(t testing.TB, plain []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := age.Encrypt(&out, identity(t, 9).Recipient())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(plain); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func sign(t testing.TB, s signer, tag string, p any) string {
	t.Helper()
	b, err := bundle.Sign(s, tag, p)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	sealed := seal(t, example())
	o, err := open(t, sealed)
	if err != nil {
		t.Fatal(err)
	}
	if o.From != bundle.ID(org(1).Public()) || o.Facts[1].Text != "Нужен врач (выдумано)" || string(o.Files[0].Bytes) != "An invented letter.\n" || o.Digest != referral.Digest(sealed) {
		t.Errorf("%+v", o)
	}
	if _, ok := envelope.Class(len(sealed)); !ok {
		t.Errorf("%d bytes is no size class: the length tells about the content", len(sealed))
	}
	for _, secret := range []string{"Ruslan", "waylight", bundle.ID(org(1).Public()), bundle.ID(org(2).Public())} {
		if bytes.Contains(sealed, []byte(secret)) {
			t.Errorf("%q can be read from outside", secret)
		}
	}
	if o.Late("2017-04-23") != nil || !errors.Is(o.Late("2017-04-24"), referral.ErrExpired) {
		t.Error("the last day")
	}
}

// Each thing that can go wrong on the way has its own error.
func TestRefuses(t *testing.T) {
	t.Parallel()
	good := seal(t, example())
	from := example()
	from.From = bundle.ID(org(1).Public())
	from.Files = nil
	change := func(f func(*referral.Package)) referral.Package {
		p := from
		c := *p.Consent
		p.Consent = &c
		f(&p)
		return p
	}
	altered := bytes.Clone(good)
	altered[len(altered)-100] ^= 1
	header := bytes.Clone(good) // another letter of base64, so that the head can still be read
	if header[60] = 'A'; good[60] == 'A' {
		header[60] = 'B'
	}
	other, err := referral.Seal(org(1), identity(t, 7).Recipient().String(), example())
	if err != nil {
		t.Fatal(err)
	}
	stranger, err := referral.Seal(org(4), identity(t, 9).Recipient().String(), example())
	if err != nil {
		t.Fatal(err)
	}
	asOurs := strings.ReplaceAll(sign(t, org(4), referral.Tag, from), bundle.ID(org(4).Public()), bundle.ID(org(1).Public()))
	for _, c := range []struct {
		name   string
		sealed []byte
		want   error
	}{
		{"nothing", nil, referral.ErrNotPackage},
		{"a photograph", []byte("\xff\xd8\xff\xe0 not a package"), referral.ErrNotPackage},
		{"too large", make([]byte, referral.MaxSealed+1), referral.ErrNotPackage},
		{"to another key", other, referral.ErrNotForUs},
		{"altered", altered, referral.ErrDamaged},
		{"head altered", header, referral.ErrNotForUs},
		{"cut short", good[:len(good)-1], referral.ErrDamaged},
		{"cut in the middle", good[:len(good)/2], referral.ErrDamaged},
		{"something behind it", append(bytes.Clone(good), 0), referral.ErrDamaged},
		{"a stranger's", stranger, referral.ErrUnknown},
		{"a stranger's in a partner's name", raw(t, asOurs, nil), referral.ErrSignature},
		{"for another organisation", raw(t, sign(t, org(1), referral.Tag, change(func(p *referral.Package) { p.To = bundle.ID(org(5).Public()) })), nil), referral.ErrRecipient},
		{"an older version", raw(t, sign(t, org(1), "waylight/v0/referral", from), nil), referral.ErrVersion},
		{"a later version", raw(t, sign(t, org(1), "waylight/v2/referral", from), nil), referral.ErrVersion},
		{"another kind of document", raw(t, sign(t, org(1), bundle.TagKeys, from), nil), referral.ErrContent},
		{"a key bundle's tag inside", raw(t, sign(t, org(1), referral.TagCard, from), nil), referral.ErrContent},
		{"no kind", raw(t, sign(t, org(1), referral.Tag, change(func(p *referral.Package) { p.Kind = "" })), nil), referral.ErrContent},
		{"more than was agreed to", raw(t, sign(t, org(1), referral.Tag, change(func(p *referral.Package) { p.Consent.Data = nil })), nil), referral.ErrContent},
		{"no consent", raw(t, sign(t, org(1), referral.Tag, change(func(p *referral.Package) { p.Consent = nil })), nil), referral.ErrContent},
		{"no proof", raw(t, sign(t, org(1), referral.Tag, change(func(p *referral.Package) { p.Proof = nil })), nil), referral.ErrContent},
		{"a file that is not there", raw(t, sign(t, org(1), referral.Tag, change(func(p *referral.Package) {
			p.Files = []referral.File{{Name: "a", Size: 10, SHA256: strings.Repeat("0", 64)}}
		})), nil), referral.ErrContent},
		{"a file that is another", raw(t, sign(t, org(1), referral.Tag, change(func(p *referral.Package) {
			p.Files = []referral.File{{Name: "a", Size: 2, SHA256: strings.Repeat("0", 64)}}
		})), []byte("ab")), referral.ErrContent},
		{"something in the padding", raw(t, sign(t, org(1), referral.Tag, from), []byte{0, 1}), referral.ErrContent},
		{"a length beyond the end", encrypt(t, []byte{0, 0, 1, 0}), referral.ErrContent},
		{"nothing inside", encrypt(t, nil), referral.ErrContent},
	} {
		if _, err := open(t, c.sealed); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
	if _, err := open(t, good); err != nil {
		t.Errorf("the control: %v", err)
	}
}

// What a sender may not write is not written.
func TestSealRefuses(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]func(*referral.Package){
		"a path as a file's name": func(p *referral.Package) { p.Files[0].Name = "../x" },
		"a name that turns round": func(p *referral.Package) { p.Files[0].Name = "a\u202etxt.exe" },
		"files without consent":   func(p *referral.Package) { p.Consent.Data = p.Consent.Data[:2] },
		"a fact without consent":  func(p *referral.Package) { p.Facts = append(p.Facts, referral.Fact{Kind: referral.Contact}) },
		"one fact twice":          func(p *referral.Package) { p.Facts = append(p.Facts, p.Facts[0]) },
		"a kind of our own":       func(p *referral.Package) { p.Consent.Data[0], p.Facts[0].Kind = "bank", "bank" },
		"no need":                 func(p *referral.Package) { p.Need = " " },
		"ends before it begins":   func(p *referral.Package) { p.Until = "2017-04-08" },
		"to oneself":              func(p *referral.Package) { p.To = bundle.ID(org(1).Public()) },
		"an answer in it":         func(p *referral.Package) { p.Reply = referral.Done },
		"an id of another kind":   func(p *referral.Package) { p.ID = "case_aaaaaaaaaaaaaaaaaaaaaaaaaa" },
	} {
		p := example()
		f(&p)
		if _, err := referral.Seal(org(1), identity(t, 9).Recipient().String(), p); !errors.Is(err, referral.ErrContent) {
			t.Errorf("%s: %v", name, err)
		}
	}
	x, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := referral.Seal(org(1), x.Recipient().String(), example()); !errors.Is(err, referral.ErrContent) {
		t.Errorf("a recipient that a quantum computer opens: %v", err)
	}
}

func TestCard(t *testing.T) {
	t.Parallel()
	text, err := referral.SignCard(org(1), referral.Card{Name: map[string]string{"en": "Invented Harbour"}, Recipient: identity(t, 3).Recipient().String(), Serial: 1, Day: "2017-04-09"})
	if err != nil {
		t.Fatal(err)
	}
	c, err := referral.OpenCard(text)
	if err != nil || !bytes.Equal(c.Key, org(1).Public()) || c.Organisation != bundle.ID(org(1).Public()) {
		t.Fatalf("%+v, %v", c, err)
	}
	if _, err := referral.OpenCard(bytes.Replace(text, []byte("Harbour"), []byte("Harbous"), 1)); !errors.Is(err, referral.ErrSignature) {
		t.Errorf("an altered name: %v", err)
	}
	stolen := bytes.Replace(text, []byte(c.Organisation), []byte(bundle.ID(org(2).Public())), 1)
	if _, err := referral.OpenCard(stolen); !errors.Is(err, referral.ErrSignature) {
		t.Errorf("another's id: %v", err)
	}
	for _, junk := range []string{"", "x", strings.Repeat("a", 1<<17), `"key":"` + strings.Repeat("A", 43) + `="`} {
		if _, err := referral.OpenCard([]byte(junk)); err == nil {
			t.Error("rubbish was taken for a card")
		}
	}
}

// The age tool opens a package: it is a plain age file. The tool is built from the
// module that we use, because distributions' tools may be too old for hybrid keys.
func TestAgeToolOpens(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	tool := filepath.Join(dir, "age")
	if out, err := exec.Command("go", "build", "-o", tool, "filippo.io/age/cmd/age").CombinedOutput(); err != nil {
		t.Fatalf("build the age tool: %v\n%s", err, out)
	}
	if err := os.WriteFile(filepath.Join(dir, "key"), []byte(identity(t, 9).String()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(tool, "-d", "-i", filepath.Join(dir, "key"))
	cmd.Stdin = bytes.NewReader(seal(t, example()))
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(out, []byte("Ruslan Example (invented)")) {
		t.Error("the tool opens something else")
	}
}

type vectors struct {
	SenderSeed    []byte `json:"sender_seed"`    // of the organisation key that signs
	RecipientSeed []byte `json:"recipient_seed"` // of the hybrid referral key
	Receiver      string `json:"receiver"`       // ID of the organisation it is written to
	Card          string `json:"card"`
	Text          string `json:"text"`   // the signed text of the referral
	Sealed        []byte `json:"sealed"` // an age file with it
	Answer        []byte `json:"answer"`
	Refused       []struct {
		Why    string `json:"why"`
		Sealed []byte `json:"sealed"`
	} `json:"refused"`
}

func TestVectors(t *testing.T) {
	t.Parallel()
	if *write {
		writeVectors(t)
	}
	b, err := os.ReadFile(vectorFile)
	if err != nil {
		t.Fatal(err)
	}
	var v vectors
	if err := json.Unmarshal(b, &v); err != nil || len(v.Refused) != 4 {
		t.Fatalf("%v, %d", err, len(v.Refused))
	}
	if c, err := referral.OpenCard([]byte(v.Card)); err != nil || c.Organisation != bundle.ID(org(1).Public()) {
		t.Errorf("card: %v", err)
	}
	o, err := open(t, v.Sealed)
	if err != nil || o.Facts[0].Text != example().Facts[0].Text {
		t.Fatalf("%+v, %v", o, err)
	}
	o.Files[0].Bytes = nil
	if again := sign(t, org(1), referral.Tag, o.Package); again != v.Text {
		t.Error("the same content gives another text")
	}
	if a, err := open(t, v.Answer); err != nil || a.Reply != referral.Accepted || a.About != referral.Digest(v.Sealed) {
		t.Errorf("%+v, %v", a, err)
	}
	for _, r := range v.Refused {
		if _, err := open(t, r.Sealed); err == nil {
			t.Errorf("%s: accepted", r.Why)
		}
	}
}

func writeVectors(t *testing.T) {
	t.Helper()
	v := vectors{SenderSeed: seed(1), RecipientSeed: seed(9), Receiver: bundle.ID(org(2).Public()), Sealed: seal(t, example())}
	card, err := referral.SignCard(org(1), referral.Card{Name: map[string]string{"en": "Invented Harbour", "ru": "Выдуманная гавань"}, Recipient: identity(t, 9).Recipient().String(), Serial: 1, Day: "2017-04-09"})
	if err != nil {
		t.Fatal(err)
	}
	o, err := open(t, v.Sealed)
	if err != nil {
		t.Fatal(err)
	}
	o.Files[0].Bytes = nil
	v.Card, v.Text = string(card), sign(t, org(1), referral.Tag, o.Package)
	v.Answer = seal(t, referral.Package{Kind: referral.Answer, ID: "package_cccccccccccccccccccccccccc", Referral: o.Referral, To: v.Receiver, Made: "2017-04-10", Reply: referral.Accepted, About: referral.Digest(v.Sealed)})
	refuse := func(why string, sealed []byte) {
		v.Refused = append(v.Refused, struct {
			Why    string `json:"why"`
			Sealed []byte `json:"sealed"`
		}{why, sealed})
	}
	more := o.Package
	more.Consent = &referral.Consent{How: "spoken", Given: "2017-04-08"}
	refuse("cut short", v.Sealed[:len(v.Sealed)-1])
	refuse("a later version", raw(t, sign(t, org(1), "waylight/v2/referral", o.Package), nil))
	refuse("more than was agreed to", raw(t, sign(t, org(1), referral.Tag, more), nil))
	stranger, err := referral.Seal(org(4), identity(t, 9).Recipient().String(), example())
	if err != nil {
		t.Fatal(err)
	}
	refuse("signed by somebody unknown", stranger)
	b, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(vectorFile, append(b, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}

// FuzzOpen: whatever lies in a file that opens, nothing but what the partner
// signed is taken for a package, and nothing breaks.
func FuzzOpen(f *testing.F) {
	sealed := seal(f, example())
	r, err := age.Decrypt(bytes.NewReader(sealed), identity(f, 9))
	if err != nil {
		f.Fatal(err)
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(plain)
	f.Add([]byte{0, 0, 0, 0})
	f.Add(plain[:200])
	f.Fuzz(func(t *testing.T, inside []byte) {
		if _, err := open(t, encrypt(t, inside)); err == nil && !bytes.HasPrefix(inside, plain[:bytes.LastIndexByte(plain, '\n')]) {
			t.Fatal("another text was accepted")
		}
	})
}

func FuzzOpenCard(f *testing.F) {
	text, err := referral.SignCard(org(1), referral.Card{Name: map[string]string{"en": "Invented"}, Recipient: identity(f, 3).Recipient().String(), Serial: 1, Day: "2017-04-09"})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Fuzz(func(t *testing.T, b []byte) {
		if c, err := referral.OpenCard(b); err == nil && bytes.Equal(c.Key, org(1).Public()) && !bytes.Equal(b, text) {
			t.Fatal("another text was accepted")
		}
	})
}
