package keyring

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"errors"
	"slices"
	"strings"
	"time"

	"waylight/internal/agekey"
	"waylight/internal/fault"
	"waylight/internal/shamir"
)

// Recovery is what a member's papers open: the seed under a key of which three papers
// have a part each, and two give it back. It is destroyed when what two of them set has
// taken effect or was stopped, when three were used or new papers are made, and with it
// all worth of the papers, but for an old copy of the key file.
type Recovery struct {
	Edition []byte   `json:"edition"` // which papers belong to it
	Seed    []byte   `json:"seed"`    // AES-256-GCM under the shared key
	Prints  [][]byte `json:"prints"`  // SHA-256 of each part, so that one paper alone can be checked
}

const (
	paperVersion = 1
	// Papers is how many are made; any two of them do.
	Papers      = 3
	editionSize = 6
	sumSize     = 4
)

// paperAlphabet has no letters that are taken for digits (I, L, O, U are missing).
var paperAlphabet = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// Paper is one part as it is printed.
type Paper struct {
	N    int
	Text string // groups of four
}

func paperSum(b []byte) []byte {
	sum := sha256.Sum256(append([]byte("waylight/v1/paper-sum\n"), b...))
	return sum[:sumSize]
}

func paperPrint(b []byte) []byte {
	sum := sha256.Sum256(append([]byte("waylight/v1/paper-print\n"), b...))
	return sum[:]
}

// part is a paper, read.
type part struct {
	edition []byte
	shamir.Part
	print []byte
}

// errPaper is one answer to everything that is wrong with the text of a paper.
var errPaper = errors.New("keyring: not a paper")

// readPaper reads what somebody typed from a paper: spaces, lines and small letters do
// not matter, and O, I, L are taken for the digits that they look like.
func readPaper(text string) (p part, err error) {
	if len(text) > 1000 {
		return p, errPaper
	}
	text = strings.Map(func(r rune) rune {
		switch {
		case r == 'O':
			return '0'
		case r == 'I' || r == 'L':
			return '1'
		case r >= '0' && r <= '9' || r >= 'A' && r <= 'Z':
			return r
		}
		return -1
	}, strings.ToUpper(text))
	b, err := paperAlphabet.DecodeString(text)
	if err != nil || len(b) != 1+editionSize+1+32+sumSize || b[0] != paperVersion {
		return p, errPaper
	}
	body := b[:len(b)-sumSize]
	if !bytes.Equal(paperSum(body), b[len(body):]) {
		return p, errPaper
	}
	return part{edition: body[1 : 1+editionSize], Part: shamir.Part{X: body[1+editionSize], Y: body[2+editionSize:]}, print: paperPrint(body)}, nil
}

// PaperEdition is the edition that papers made by one form have, so that the form sent
// twice is known again.
func PaperEdition(form string) []byte {
	sum := sha256.Sum256([]byte("waylight/v1/paper-edition\n" + form))
	return sum[:editionSize]
}

func paperCipher(key []byte) (cipher.AEAD, error) {
	b, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(b)
}

func (f *File) slotOf(member string) *Slot {
	i := slices.IndexFunc(f.Slots, func(s Slot) bool { return s.Member == member })
	if i < 0 {
		return nil
	}
	return &f.Slots[i]
}

// MakePapers splits a fresh key among three papers, closes the member's seed under it,
// and forgets it. Papers of before are worth nothing any more, nor is what two of them
// set. The caller writes the file.
func (f *File) MakePapers(ctx context.Context, member, passphrase string, edition []byte, now time.Time) ([]Paper, error) {
	slot := f.slotOf(member)
	if slot == nil {
		return nil, ErrSignIn
	}
	if slot.Recovery != nil && bytes.Equal(slot.Recovery.Edition, edition) {
		return nil, fault.New(fault.Conflict, "These papers were made already and are not shown twice. If they were not printed, load the page again and make new ones.")
	}
	c, err := passphraseCipher(ctx, member, passphrase, slot.Salt)
	if err != nil {
		return nil, err
	}
	seed, err := c.Open(nil, nil, slot.Seed, []byte("waylight/v1/member"))
	if err != nil {
		return nil, fault.Bad("passphrase", "This is not your passphrase. Check the keyboard language and try again.")
	}
	defer clear(seed)
	key := make([]byte, 32)
	rand.Read(key)
	defer clear(key)
	shut, err := paperCipher(key)
	if err != nil {
		return nil, err
	}
	parts, err := shamir.Split(key, 2, Papers)
	if err != nil {
		return nil, err
	}
	r := &Recovery{Edition: edition, Seed: shut.Seal(nil, nil, seed, paperLabel(member, edition))}
	var out []Paper
	for i, p := range parts {
		body := slices.Concat([]byte{paperVersion}, edition, []byte{p.X}, p.Y)
		r.Prints = append(r.Prints, paperPrint(body))
		text := paperAlphabet.EncodeToString(slices.Concat(body, paperSum(body)))
		var groups []string
		for g := range slices.Chunk([]byte(text), 4) {
			groups = append(groups, string(g))
		}
		out = append(out, Paper{i + 1, strings.Join(groups, " ")})
		clear(p.Y)
		clear(body)
	}
	f.end(slot, PapersFell, member, now)
	slot.Recovery = r
	return out, nil
}

func paperLabel(member string, edition []byte) []byte {
	return slices.Concat([]byte("waylight/v1/paper/"+member+"/"), edition)
}

// HasPapers reports whether a member's papers are worth something.
func (f *File) HasPapers(member string) bool {
	s := f.slotOf(member)
	return s != nil && s.Recovery != nil
}

// CheckPaper tells which of a member's papers a text is. It needs no second paper and
// opens nothing.
func (f *File) CheckPaper(member, text string) (n int, err error) {
	p, err := readPaper(text)
	if err != nil {
		return 0, fault.Bad("paper", "This cannot be read as a paper: a letter is wrong or missing. Compare group by group.")
	}
	s := f.slotOf(member)
	if s == nil || s.Recovery == nil {
		return 0, fault.Bad("paper", "There are no papers of this member that are worth something. New ones must be made.")
	}
	for i, print := range s.Recovery.Prints {
		if subtle.ConstantTimeCompare(print, p.print) == 1 {
			return i + 1, nil
		}
	}
	return 0, fault.Bad("paper", "This paper is of somebody else, or of an earlier edition: it opens nothing. Destroy it.")
}

// Recover lets two of a member's papers set a passphrase that waits, and three of them
// one that works at once; the third may be empty. A wrong name and papers that do not fit
// have one answer. The caller writes the file.
func (f *File) Recover(ctx context.Context, login string, texts [Papers]string, fresh string, now time.Time) (member string, err error) {
	papers, err := readPapers(texts, fresh)
	if err != nil {
		return "", err
	}
	slot := f.find(login)
	if slot == nil || slot.Recovery == nil || !bytes.Equal(slot.Recovery.Edition, papers[0].edition) {
		return "", ErrPapers
	}
	key, err := shamir.Combine(papers[0].Part, papers[1].Part)
	if err != nil {
		return "", ErrPapers
	}
	defer clear(key)
	var numbers []int
	for _, p := range papers {
		n := slices.IndexFunc(slot.Recovery.Prints, func(print []byte) bool { return subtle.ConstantTimeCompare(print, p.print) == 1 })
		if n < 0 {
			return "", ErrPapers
		}
		numbers = append(numbers, n+1)
	}
	open, err := paperCipher(key)
	if err != nil {
		return "", ErrPapers
	}
	seed, err := open.Open(nil, nil, slot.Recovery.Seed, paperLabel(slot.Member, papers[0].edition))
	if err != nil {
		return "", ErrPapers
	}
	defer clear(seed)
	id, err := agekey.Identity(seed)
	if err != nil || id.Recipient().String() != slot.Recipient {
		return "", ErrPapers
	}
	return slot.Member, f.set(ctx, slot, seed, numbers, fresh, now)
}

// readPapers reads two papers, or three, of one making; a fault of the fields one, two,
// three and fresh.
func readPapers(texts [Papers]string, fresh string) (papers []part, err error) {
	var wrong fault.Check
	wrong.Field(CheckPassphrase(fresh) == nil, "fresh", "A passphrase needs at least 16 characters. Four or five words that you can remember are good.")
	for i, name := range []string{"one", "two", "three"} {
		if i == 2 && strings.TrimSpace(texts[i]) == "" {
			continue
		}
		p, err := readPaper(texts[i])
		wrong.Field(err == nil, name, "This cannot be read as a paper: a letter is wrong or missing. Compare group by group.")
		if err != nil {
			continue
		}
		if len(papers) > 0 {
			wrong.Field(!slices.ContainsFunc(papers, func(o part) bool { return o.X == p.X }), name, "This is the same paper twice. One alone opens nothing.")
			wrong.Field(bytes.Equal(papers[0].edition, p.edition), name, "These two papers do not belong together.")
		}
		papers = append(papers, p)
	}
	return papers, wrong.Err()
}

// ErrPapers is the one answer to a wrong name and to papers that do not fit.
var ErrPapers = fault.New(fault.Denied, "Name and papers do not fit together, or newer papers were made. Nothing was changed.")
