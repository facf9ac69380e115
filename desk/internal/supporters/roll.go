package supporters

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"slices"
	"time"

	"waylight/desk/internal/campaign"
	"waylight/desk/internal/jobs"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/bundle"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/ids"
	"waylight/internal/petition"
)

// Jobs that carry something to the Front; the bodies are the hatch's own shapes.
const (
	JobStatements = "hatch.petitions"
	JobCodes      = "hatch.codes"
)

// Petitions keeps petitions.
type Petitions interface {
	Petition(ctx context.Context, id string) (Petition, error)
	PetitionByPublic(ctx context.Context, public string) (Petition, error)
	Petitions(ctx context.Context) ([]Petition, error)          // newest first
	PutPetition(ctx context.Context, p Petition, was int) error // was: the revision seen, 0 for a new one; Conflict when it moved
	ApprovePetition(ctx context.Context, id string, a Approval) error
	SavePetitionKey(ctx context.Context, p Petition) error // recipient, key, serial, tally: no new revision
	AddDoubles(ctx context.Context, id string, n int) error
}

// Signatures keeps who signed.
type Signatures interface {
	AddSignatureArrival(ctx context.Context, a Arrival) (fresh bool, err error)
	SignatureArrivals(ctx context.Context, public string, limit int) ([]Arrival, error) // those that wait
	SettleArrival(ctx context.Context, number, trouble string) error                    // "" removes it
	WaitingSignatures(ctx context.Context, public string) (waits, troubled int, err error)

	SupporterByAddress(ctx context.Context, petition, address string) (Supporter, error)
	SupporterByHash(ctx context.Context, hash string) (Supporter, error)
	SupportersOf(ctx context.Context, petition string, where Standing, after string, limit int) ([]Supporter, error) // by id; where "": all
	PutSupporter(ctx context.Context, s Supporter) error                                                             // adds or replaces
	EraseSupporter(ctx context.Context, id string) error
	DropSignatureArrivals(ctx context.Context, public string) error // also those that no key opens
	Standings(ctx context.Context, petition string) (map[Standing]int, error)
	Places(ctx context.Context, petition string) (map[string]int, error) // confirmed, by the keyed name of the country
	OfDomain(ctx context.Context, petition, domain string) (int, error)
	DomainTrusted(ctx context.Context, petition, domain string) (bool, error)
	TrustDomain(ctx context.Context, petition, domain string) error
	AddDelivery(ctx context.Context, d Delivery) (fresh bool, err error)
	Delivery(ctx context.Context, id string) (Delivery, error)
	DeliveriesOf(ctx context.Context, petition string) ([]Delivery, error) // newest first, without their bodies
	AddNews(ctx context.Context, petition, once string) (fresh bool, err error)
	Unconfirmed(ctx context.Context, before clock.Day, limit int) ([]Supporter, error) // waiting or held, that came before a day
}

// Store is all that the roll needs of its transaction.
type Store interface {
	Petitions
	Signatures
	safe.Store
	safe.Holders
	ledger.Appender
	jobs.Queue
	campaign.Store // what passes the gate passes it as a letter does
}

// Crypto makes keys and opens what was sealed to them.
type Crypto struct {
	Generate func(seed []byte) (recipient string, err error)
	Unseal   func(seed, sealed []byte) ([]byte, error)
	// SealTo seals to somebody outside, who is named by an age recipient.
	SealTo func(recipient string, plain []byte) ([]byte, error)
}

// Sieve says which rows of a list may not leave, because they name somebody whom a
// case protects; publish.Gateway is the only one.
type Sieve interface {
	StoppedOf(ctx context.Context, tx Store, subject, class string, rows []string) ([]int, error)
}

// Roll carries the verbs.
type Roll struct {
	Within  func(ctx context.Context, f func(Store) error) error
	Reading func(ctx context.Context, f func(Store) error) error
	Clock   clock.Clock
	Crypto  Crypto
	Gate    campaign.Gate // nil: nothing is published
	Sieve   Sieve         // nil: no list and no package leaves
	Mail    Mailer        // nil: nobody is written to
	Signer  bundle.Signer
	Names   map[string]string // of the organisation, by language
	// Page is the address of a page of the Front in a language: Page("en", "confirm/ABC").
	Page func(lang, path string) string
}

var (
	writers   = []staff.Role{staff.Advocate, staff.Editor}
	approvers = []staff.Role{staff.Advocate, staff.Editor, staff.Security}
)

// Today is the day of the clock.
func (r *Roll) Today() clock.Day { return clock.DayOf(r.Clock.Now()) }

func entry(a staff.Actor, action, id string, detail any) ledger.Entry {
	return ledger.Entry{Actor: a.ID, Action: action, Subject: id, Detail: detail}
}

// NewID is the id of a petition that a form will begin: sent twice, it begins one.
func NewID() string { return ids.New("petition") }

// Begin makes a draft under an id that the form chose.
func (r *Roll) Begin(ctx context.Context, a staff.Actor, id, slug, from string, c Content) error {
	if err := a.Must(writers...); err != nil {
		return err
	}
	if !ids.Valid("petition", id) {
		return fault.New(fault.Invalid, "The form could not be read. Please send it again.")
	}
	if err := c.Check(slug, r.Today()); err != nil {
		return err
	}
	var public [16]byte
	rand.Read(public[:])
	p := Petition{ID: id, Public: hex.EncodeToString(public[:]), Slug: slug, Campaign: from, State: Draft, Content: c, Revision: 1, Authors: []string{a.ID}, Begun: r.Clock.Now()}
	var err error
	if p.Digest, err = digest(slug, c); err != nil {
		return err
	}
	return r.Within(ctx, func(s Store) error {
		if known, err := s.Petition(ctx, id); err == nil && slices.Contains(known.Authors, a.ID) {
			return nil // the same form again
		}
		all, err := s.Petitions(ctx)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(all, func(o Petition) bool { return o.Slug == slug && o.State != Removed }) {
			return fault.Bad("slug", "There is a petition under this name already. Choose another one.")
		}
		if err := s.PutPetition(ctx, p, 0); err != nil {
			return err
		}
		return s.Append(ctx, entry(a, "petition.begun", id, nil))
	})
}

// change loads a petition, lets f change it, and keeps it as a new revision.
func (r *Roll) change(ctx context.Context, a staff.Actor, id, action string, f func(Store, *Petition) error) error {
	return r.Within(ctx, func(s Store) error {
		p, err := s.Petition(ctx, id)
		if err != nil {
			return err
		}
		was := p.Revision
		if err := f(s, &p); err != nil {
			return err
		}
		p.Revision = was + 1
		if err := s.PutPetition(ctx, p, was); err != nil {
			return err
		}
		return s.Append(ctx, entry(a, action, id, struct {
			State  State
			SHA256 string
		}{p.State, p.Digest}))
	})
}

// Revise changes a draft; it voids what was agreed.
func (r *Roll) Revise(ctx context.Context, a staff.Actor, id string, c Content, revision int) error {
	if err := a.Must(writers...); err != nil {
		return err
	}
	return r.change(ctx, a, id, "petition.revised", func(_ Store, p *Petition) (err error) {
		switch {
		case p.State != Draft:
			return fault.New(fault.Conflict, "What people have signed is never changed. Begin a new petition.")
		case p.Revision != revision:
			return fault.New(fault.Conflict, "Somebody changed this meanwhile. Look at it again.")
		}
		if err := c.Check(p.Slug, r.Today()); err != nil {
			return err
		}
		p.Content = c
		if !slices.Contains(p.Authors, a.ID) {
			p.Authors = append(p.Authors, a.ID)
		}
		p.Digest, err = digest(p.Slug, c)
		return err
	})
}

// pass lets the petition's words leave, or refuses them with the paragraphs that
// give somebody away.
func (r *Roll) pass(ctx context.Context, s Store, a staff.Actor, id string, texts []string) error {
	if r.Gate == nil {
		return fault.New(fault.Conflict, "Nothing can be published: the gate is not set up.")
	}
	return r.Gate.Pass(ctx, s, campaign.Leaving{ID: id, Actor: a.ID, Class: "public", Parts: texts})
}

// Approve is a member's yes to the words with this digest, which the member has seen.
func (r *Roll) Approve(ctx context.Context, a staff.Actor, id, seen string) error {
	if err := a.Must(approvers...); err != nil {
		return err
	}
	return r.Within(ctx, func(s Store) error {
		p, err := s.Petition(ctx, id)
		if err != nil {
			return err
		}
		if p.Digest != seen {
			return fault.New(fault.Conflict, "The text was changed since you looked at it. Read it again.")
		}
		if err := p.MayApprove(a.ID); err != nil {
			return err
		}
		if err := r.pass(ctx, s, a, id, p.Content.Texts()); err != nil {
			return err
		}
		if err := s.ApprovePetition(ctx, id, Approval{a.ID, p.Digest}); err != nil {
			return err
		}
		return s.Append(ctx, entry(a, "petition.approved", id, struct{ SHA256 string }{p.Digest}))
	})
}

// Publish opens a petition that two people agreed to: its key is made, its
// statement signed and handed to the courier.
func (r *Roll) Publish(ctx context.Context, a staff.Actor, id string) error {
	if err := a.Must(writers...); err != nil {
		return err
	}
	if r.Mail == nil {
		return fault.New(fault.Conflict, "Nobody could confirm: no e-mail can leave this Desk.")
	}
	return r.change(ctx, a, id, "petition.published", func(s Store, p *Petition) error {
		switch {
		case p.State != Draft:
			return fault.New(fault.Conflict, "This petition is no draft any more.")
		case !p.Agreed():
			return fault.New(fault.Conflict, "Two people must agree first, one of whom did not write it.")
		}
		if err := p.Content.Check(p.Slug, r.Today()); err != nil {
			return err
		}
		if err := r.pass(ctx, s, a, id, p.Content.Texts()); err != nil {
			return err
		}
		members, err := s.Members(ctx)
		if err != nil {
			return err
		}
		to := staff.With(members, staff.Advocate)
		if len(to) == 0 {
			return fault.New(fault.Conflict, "Nobody is an advocate: nobody could open the signatures. Give one member that role first.")
		}
		box, err := safe.Make(ctx, s, p.ID, to...)
		if err != nil {
			return err
		}
		p.State = Open
		if err := r.newKey(box, p); err != nil {
			return err
		}
		return r.announce(ctx, s, p)
	})
}

func keyLabel(id string) string { return "petition.key/" + id }

// seedSize is the length of a key's secret.
const seedSize = 32

// newKey makes the key to which signatures are sealed from now on. Older ones stay
// behind it: signatures may be on their way.
func (r *Roll) newKey(box safe.Safe, p *Petition) (err error) {
	seeds := make([]byte, seedSize)
	rand.Read(seeds)
	if p.Recipient, err = r.Crypto.Generate(seeds); err != nil {
		return err
	}
	if len(p.Key) > 0 {
		older, err := box.Take(keyLabel(p.ID), p.Key)
		if err != nil {
			return err
		}
		seeds = append(seeds, older...)
		clear(older)
	}
	defer clear(seeds)
	p.Key = box.Put(keyLabel(p.ID), seeds)
	return nil
}

// announce signs the statement anew and hands it to the courier. The caller keeps p.
func (r *Roll) announce(ctx context.Context, s Store, p *Petition) error {
	// Above the last one also on a Desk that was brought back from an older copy.
	p.Serial = max(p.Serial+1, uint64(r.Clock.Now().Unix()))
	note, err := petition.Sign(r.Signer, r.statement(*p))
	if err != nil {
		return err
	}
	body, err := json.Marshal(struct {
		Notes []string `json:"notes"`
	}{[]string{string(note)}})
	if err != nil {
		return err
	}
	return s.Enqueue(ctx, jobs.Job{Kind: JobStatements, Subject: p.ID, Body: body, Due: r.Clock.Now()})
}

func (r *Roll) statement(p Petition) petition.Statement {
	out := petition.Statement{Name: r.Names, ID: p.Public, Slug: p.Slug, Serial: p.Serial, Until: p.Content.Until}
	if p.State == Removed {
		out.Removed = true
		return out
	}
	if p.State == Open {
		out.Recipient = p.Recipient
	}
	c := p.Content
	out.Goal, out.Letters, out.Tally = c.Goal, c.Letters, p.Tally
	out.Words = map[string]petition.Words{
		"en": {Title: c.Title.EN, To: c.To.EN, Paragraphs: Paragraphs(c.Body.EN)},
		"ru": {Title: c.Title.RU, To: c.To.RU, Paragraphs: Paragraphs(c.Body.RU)},
	}
	return out
}

// Close ends the signing; the petition stays readable and mails can still be confirmed.
func (r *Roll) Close(ctx context.Context, a staff.Actor, id string) error {
	if err := a.Must(writers...); err != nil {
		return err
	}
	return r.change(ctx, a, id, "petition.closed", func(s Store, p *Petition) error {
		if p.State != Open {
			return fault.New(fault.Conflict, "This petition is not open.")
		}
		p.State = Closed
		return r.announce(ctx, s, p)
	})
}

// Remove takes a petition down at once, for safety. One person suffices.
func (r *Roll) Remove(ctx context.Context, a staff.Actor, id string) error {
	if err := a.Must(staff.Advocate, staff.Editor, staff.Security); err != nil {
		return err
	}
	return r.change(ctx, a, id, "petition.removed", func(s Store, p *Petition) error {
		switch p.State {
		case Removed:
			return fault.New(fault.Conflict, "This petition is not public.")
		case Draft:
			p.State = Removed
			return nil
		}
		p.State = Removed
		return r.announce(ctx, s, p)
	})
}

// Approvers lists the roles whose members agree to a petition's words.
func Approvers() []staff.Role { return slices.Clone(approvers) }

// List shows all petitions.
func (r *Roll) List(ctx context.Context, a staff.Actor) (out []Petition, err error) {
	if err := a.Must(approvers...); err != nil {
		return nil, err
	}
	err = r.Reading(ctx, func(s Store) error {
		out, err = s.Petitions(ctx)
		return err
	})
	return out, err
}

// Any reports whether there is a petition for which something could wait at the Front.
func (r *Roll) Any(ctx context.Context) (any bool, err error) {
	err = r.Reading(ctx, func(s Store) error {
		all, err := s.Petitions(ctx)
		any = slices.ContainsFunc(all, func(p Petition) bool { return p.Recipient != "" })
		return err
	})
	return any, err
}

// File is a petition with what can be said of its signatures without opening one.
type File struct {
	Petition
	Standings map[Standing]int
	Waiting   int // sealed signatures that nobody has opened yet
	Troubled  int // that no key opens
	Holders   []string
}

// Open shows one petition. Nothing of a person is opened.
func (r *Roll) Open(ctx context.Context, a staff.Actor, id string) (f File, err error) {
	if err := a.Must(approvers...); err != nil {
		return f, err
	}
	err = r.Reading(ctx, func(s Store) error {
		if f.Petition, err = s.Petition(ctx, id); err != nil {
			return err
		}
		if f.Standings, err = s.Standings(ctx, id); err != nil {
			return err
		}
		if f.Waiting, f.Troubled, err = s.WaitingSignatures(ctx, f.Public); err != nil {
			return err
		}
		grants, err := s.Grants(ctx, id)
		for _, g := range grants {
			f.Holders = append(f.Holders, g.Member)
		}
		return err
	})
	return f, err
}

// open opens the safe of a petition. To a member without a grant it is as if there were none.
func open(ctx context.Context, s safe.Store, a staff.Actor, id string) (safe.Safe, error) {
	return safe.For(ctx, s, a, id)
}

// patience is how long somebody may wait with the press.
const patience = 30 * 24 * time.Hour
