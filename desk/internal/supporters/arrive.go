package supporters

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"slices"
	"time"

	"waylight/desk/internal/jobs"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/ids"
	"waylight/internal/petition"
)

// Receive keeps sealed signatures durably; those that are here already are passed over.
func (r *Roll) Receive(ctx context.Context, all []Arrival) (fresh int, err error) {
	err = r.Within(ctx, func(s Store) error {
		fresh = 0
		for _, a := range all {
			if p, err := s.PetitionByPublic(ctx, a.Petition); err == nil && p.erased() {
				continue
			} else if err != nil && fault.KindOf(err) != fault.NotFound {
				return err
			}
			ok, err := s.AddSignatureArrival(ctx, a)
			if err != nil {
				return err
			}
			if ok {
				fresh++
			}
		}
		return nil
	})
	return fresh, err
}

// The limits by which machines and those who use others' addresses are held back.
const (
	domainLimit = 25             // signatures from one small domain before a person looks
	maxMails    = 3              // to one address about one petition, for confirming
	mailAgain   = 24 * time.Hour // between two of them
	batch       = 100            // arrivals that one transaction opens
)

// OpenArrivals opens what came for petitions whose safe the actor can open, and
// returns how many signatures are new.
func (r *Roll) OpenArrivals(ctx context.Context, a staff.Actor) (fresh int, err error) {
	if !a.Roles.Has(staff.Advocate) {
		return 0, nil
	}
	var all []Petition
	if err := r.Reading(ctx, func(s Store) (err error) {
		all, err = s.Petitions(ctx)
		return err
	}); err != nil {
		return 0, err
	}
	for _, p := range all {
		if p.Recipient == "" {
			continue
		}
		for {
			n, more, err := r.openSome(ctx, a, p.ID)
			fresh += n
			if fault.KindOf(err) == fault.NotFound {
				break // not this member's
			}
			if err != nil {
				return fresh, err
			}
			if !more {
				break
			}
		}
	}
	return fresh, nil
}

// work is one batch of signatures being opened.
type work struct {
	r       *Roll
	s       Store
	p       Petition
	box     safe.Safe
	seeds   []byte // the newest first
	codes   []Code
	fresh   int
	doubles int
	held    int
}

func (r *Roll) openSome(ctx context.Context, a staff.Actor, id string) (fresh int, more bool, err error) {
	err = r.Within(ctx, func(s Store) error {
		fresh, more = 0, false
		p, err := s.Petition(ctx, id)
		if err != nil {
			return err
		}
		waits, err := s.SignatureArrivals(ctx, p.Public, batch)
		if err != nil || len(waits) == 0 {
			return err
		}
		w := work{r: r, s: s, p: p}
		if w.box, err = open(ctx, s, a, id); err != nil {
			return err
		}
		if len(p.Key) > 0 {
			if w.seeds, err = w.box.Take(keyLabel(id), p.Key); err != nil {
				return err
			}
		}
		defer clear(w.seeds)
		for _, x := range waits {
			if err := w.one(ctx, x); err != nil {
				return err
			}
		}
		fresh, more = w.fresh, len(waits) == batch
		return w.finish(ctx, a)
	})
	return fresh, more, err
}

// one opens a signature and decides what it is. What cannot be opened is kept.
func (w *work) one(ctx context.Context, x Arrival) error {
	plain, opened := w.unseal(x.Sealed)
	if !opened {
		return w.s.SettleArrival(ctx, x.Number, "no key opens it")
	}
	sig, err := petition.Decode(plain)
	clear(plain)
	if err != nil || sig.Petition != w.p.Public {
		return w.s.SettleArrival(ctx, x.Number, "it is not a signature of this petition")
	}
	if err := w.take(ctx, sig, x.Day); err != nil {
		return err
	}
	return w.s.SettleArrival(ctx, x.Number, "")
}

// unseal tries the petition's keys, the newest first.
func (w *work) unseal(sealed []byte) ([]byte, bool) {
	for seeds := w.seeds; len(seeds) >= seedSize; seeds = seeds[seedSize:] {
		if plain, err := w.r.Crypto.Unseal(seeds[:seedSize], sealed); err == nil {
			return plain, true
		}
	}
	return nil, false
}

func (w *work) take(ctx context.Context, sig petition.Signature, day clock.Day) error {
	address := w.box.Token("address/" + petition.Canonical(sig.Email))
	known, err := w.s.SupporterByAddress(ctx, w.p.ID, address)
	switch {
	case err == nil:
		w.doubles++
		return w.again(ctx, known)
	case fault.KindOf(err) != fault.NotFound:
		return err
	}
	p := Person{Name: sig.Name, Email: sig.Email, Country: sig.Country, Lang: sig.Lang, Updates: sig.Updates, Shown: sig.Shown, Via: sig.Via, Code: petition.NewCode()}
	s := newSupporter(w.box, w.p.ID, p, day)
	if s.Why, err = w.suspicion(ctx, sig, s.Domain); err != nil {
		return err
	}
	if s.Why != "" {
		s.Standing = Held
		w.held++
	} else if err := w.ask(ctx, &s, p); err != nil {
		return err
	}
	w.fresh++
	return w.s.PutSupporter(ctx, s)
}

// newSupporter makes the row of a signature that waits.
func newSupporter(box safe.Safe, id string, p Person, day clock.Day) Supporter {
	h := p.Code.Hash()
	s := Supporter{ID: ids.New("supporter"), Petition: id, Hash: hex.EncodeToString(h[:]), Standing: Waiting, Day: day,
		Address: box.Token("address/" + petition.Canonical(p.Email)), Domain: box.Token("domain/" + petition.Domain(p.Email)), Place: box.Token("country/" + p.Country)}
	s.seal(box, p)
	return s
}

func (s *Supporter) seal(box safe.Safe, p Person) {
	b, _ := json.Marshal(p) // strings and days: cannot fail
	s.Sealed = box.Put(supporterLabel(s.ID), b)
}

func supporterLabel(id string) string { return "petition.supporter/" + id }

func (s Supporter) person(box safe.Safe) (p Person, err error) {
	b, err := box.Take(supporterLabel(s.ID), s.Sealed)
	if err != nil {
		return p, err
	}
	defer clear(b)
	return p, json.Unmarshal(b, &p)
}

// suspicion says why a person should look first; "" when nothing speaks for a machine.
func (w *work) suspicion(ctx context.Context, sig petition.Signature, domain string) (string, error) {
	if sig.Trap {
		return "trap", nil
	}
	if petition.Shared(petition.Domain(sig.Email)) {
		return "", nil
	}
	trusted, err := w.s.DomainTrusted(ctx, w.p.ID, domain)
	if err != nil || trusted {
		return "", err
	}
	n, err := w.s.OfDomain(ctx, w.p.ID, domain)
	if n >= domainLimit {
		return "domain", err
	}
	return "", err
}

// ask registers the code of a signature and sends the mail in which it is confirmed.
func (w *work) ask(ctx context.Context, s *Supporter, p Person) error {
	w.codes = append(w.codes, w.r.code(w.p, p, false))
	return w.r.ask(ctx, w.s, s, p)
}

func (r *Roll) code(of Petition, p Person, confirmed bool) Code {
	return Code{Hash: p.Code.Hash(), Leaving: p.Code.Leave().Hash(), Petition: of.Public, Country: p.Country, Confirmed: confirmed, Until: clock.DayOf(r.Clock.Now().Add(patience))}
}

// soon lets the Front learn a code before the person reads of it.
const soon = 5 * time.Second

func (r *Roll) ask(ctx context.Context, tx Store, s *Supporter, p Person) error {
	s.Mails++
	s.Mailed = r.Clock.Now()
	if r.Mail == nil {
		return fault.New(fault.Conflict, "Nobody could confirm: no e-mail can leave this Desk.")
	}
	return r.Mail.MailSupporter(ctx, tx, r.confirmation(s.ID, p))
}

// again is a signature of a mailbox that has signed: at most another mail, when
// the first was not answered for a day.
func (w *work) again(ctx context.Context, s Supporter) error {
	if s.Standing != Waiting || s.Mails >= maxMails || w.r.Clock.Now().Sub(s.Mailed) < mailAgain {
		return nil
	}
	p, err := s.person(w.box)
	if err != nil {
		return err
	}
	if err := w.r.ask(ctx, w.s, &s, p); err != nil {
		return err
	}
	return w.s.PutSupporter(ctx, s)
}

// finish hands the codes to the courier and notes what was done.
func (w *work) finish(ctx context.Context, a staff.Actor) error {
	if err := w.r.register(ctx, w.s, w.codes, nil); err != nil {
		return err
	}
	if w.doubles > 0 {
		if err := w.s.AddDoubles(ctx, w.p.ID, w.doubles); err != nil {
			return err
		}
	}
	return w.s.Append(ctx, entry(a, "petition.signatures-opened", w.p.ID, struct{ New, Doubles, Held int }{w.fresh, w.doubles, w.held}))
}

// register hands codes, and those that are taken back, to the courier.
func (r *Roll) register(ctx context.Context, s Store, codes []Code, withdrawn [][]byte) error {
	if len(codes) == 0 && len(withdrawn) == 0 {
		return nil
	}
	body := codesBody{Codes: []codeBody{}, Withdrawn: withdrawn}
	for _, c := range codes {
		body.Codes = append(body.Codes, codeBody{c.Hash[:], c.Leaving[:], c.Petition, c.Country, c.Confirmed, c.Until})
	}
	b, err := json.Marshal(body)
	if err != nil {
		return err
	}
	return s.Enqueue(ctx, jobs.Job{Kind: JobCodes, Subject: ids.New("codes"), Body: b, Due: r.Clock.Now()})
}

// codesBody is what the courier carries: the hatch's shape.
type codesBody struct {
	Codes     []codeBody `json:"codes"`
	Withdrawn [][]byte   `json:"withdrawn,omitempty"`
}

type codeBody struct {
	Hash      []byte    `json:"hash"`
	Leaving   []byte    `json:"leaving"`
	Petition  string    `json:"petition"`
	Country   string    `json:"country"`
	Confirmed bool      `json:"confirmed,omitempty"`
	Until     clock.Day `json:"until"`
}

// Pressed does what people pressed at the Front. It opens no safe. A code that is
// not known any more was erased here before.
func (r *Roll) Pressed(ctx context.Context, all []Press) error {
	if len(all) == 0 {
		return nil
	}
	counts := map[string]map[string]int{}
	return r.Within(ctx, func(s Store) error {
		clear(counts)
		for _, x := range all {
			p, err := s.SupporterByHash(ctx, x.Hash)
			if fault.KindOf(err) == fault.NotFound {
				continue
			}
			if err != nil {
				return err
			}
			if err := r.pressed(ctx, s, p, x.What); err != nil {
				return err
			}
			if counts[p.Petition] == nil {
				counts[p.Petition] = map[string]int{}
			}
			counts[p.Petition][x.What]++
		}
		for _, id := range sortedKeys(counts) {
			if err := s.Append(ctx, ledger.Entry{Actor: ledger.Desk, Action: "petition.pressed", Subject: id, Detail: counts[id]}); err != nil {
				return err
			}
		}
		return nil
	})
}

func (r *Roll) pressed(ctx context.Context, s Store, p Supporter, what string) error {
	switch what {
	case "confirm":
		if p.Standing != Waiting {
			return nil
		}
		p.Standing = Confirmed
	case "stop":
		p.Stopped = true
	case "erase", "never":
		if r.Mail != nil {
			if err := r.Mail.DropMails(ctx, s, p.ID); err != nil {
				return err
			}
		}
		if what == "erase" {
			return s.EraseSupporter(ctx, p.ID)
		}
		p = Supporter{ID: p.ID, Petition: p.Petition, Hash: p.Hash, Address: p.Address, Standing: Blocked, Sealed: safe.Sealed{}}
	}
	return s.PutSupporter(ctx, p)
}

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// Tend forgets what was not confirmed in its time, and destroys the keys of
// petitions that have not been open for as long: nothing can be on its way any more.
func (r *Roll) Tend(ctx context.Context) error {
	before := clock.DayOf(r.Clock.Now().Add(-patience))
	return r.Within(ctx, func(s Store) error {
		all, err := s.Petitions(ctx)
		if err != nil {
			return err
		}
		for _, p := range all {
			if len(p.Key) == 0 || p.Content.Until >= before {
				continue
			}
			p.Key = nil
			if err := s.SavePetitionKey(ctx, p); err != nil {
				return err
			}
			if err := s.Append(ctx, ledger.Entry{Actor: ledger.Desk, Action: "petition.key-destroyed", Subject: p.ID}); err != nil {
				return err
			}
		}
		old, err := s.Unconfirmed(ctx, before, 5000)
		if err != nil || len(old) == 0 {
			return err
		}
		for _, p := range old {
			if r.Mail != nil {
				if err := r.Mail.DropMails(ctx, s, p.ID); err != nil {
					return err
				}
			}
			if err := s.EraseSupporter(ctx, p.ID); err != nil {
				return err
			}
		}
		return s.Append(ctx, ledger.Entry{Actor: ledger.Desk, Action: "petition.unconfirmed-forgotten", Subject: "petitions", Detail: struct{ Count int }{len(old)}})
	})
}
