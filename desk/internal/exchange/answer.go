package exchange

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"strconv"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/staff"
	"waylight/internal/fault"
	"waylight/internal/ids"
	"waylight/internal/referral"
)

// Accept opens a case from what came and gives it to caseworkers, and writes the
// answer. The bytes that came are destroyed: what they said lies in the case's safe.
func (l *Liaison) Accept(ctx context.Context, actor staff.Actor, id string, priority cases.Priority, assign []string, words string) (file string, err error) {
	if err := actor.Must(Carriers()...); err != nil {
		return "", err
	}
	err = l.Within(ctx, func(tx Store) error {
		s, err := l.waits(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		if err := s.Open.Late(l.today()); err != nil {
			return fault.New(fault.Conflict, "This referral could be taken in only until a day that has passed. Ask the partner for a new one, with the person's consent of today.")
		}
		o := s.Open
		h := cases.Handed{Partner: s.Partner.ID, Transfer: o.Transfer, Need: o.Need, Facts: o.Facts, Agreed: o.Consent, Proof: *o.Proof}
		for n, f := range o.Files {
			key := make([]byte, 32)
			rand.Read(key)
			if err := tx.AddReferralFile(ctx, id, n, fileCipher(key).Seal(nil, nil, f.Bytes, fileLabel(id, n))); err != nil {
				return err
			}
			h.Files = append(h.Files, cases.Enclosed{Name: f.Name, Type: f.Type, Size: f.Size, Key: key})
		}
		f, err := l.Book.TakeIn(ctx, tx, actor, cases.Opening{Priority: priority, Assign: assign}, id, o.Person, h)
		if err != nil {
			return err
		}
		file = f.ID
		s.Case, s.State = f.ID, cases.HandoverAccepted
		if err := tx.DropSealed(ctx, id, referral.Refer); err != nil {
			return err
		}
		return l.reply(ctx, tx, actor, s, referral.Accepted, words)
	})
	return file, err
}

// Reject sends a referral back undone; nothing of it stays here but that it came.
func (l *Liaison) Reject(ctx context.Context, actor staff.Actor, id, words string) error {
	if err := actor.Must(Carriers()...); err != nil {
		return err
	}
	return l.Within(ctx, func(tx Store) error {
		s, err := l.waits(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		s.State = cases.HandoverRejected
		if err := tx.DropSealed(ctx, id, referral.Refer); err != nil {
			return err
		}
		return l.reply(ctx, tx, actor, s, referral.Rejected, words)
	})
}

// Close tells the partner that what it asked for is done, or that it cannot be
// done after all.
func (l *Liaison) Close(ctx context.Context, actor staff.Actor, id string, done bool, words string) error {
	if err := actor.Must(staff.Caseworker); err != nil {
		return err
	}
	return l.Within(ctx, func(tx Store) error {
		h, err := mine(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		r := referral.Rejected
		if done {
			r = referral.Done
		}
		if h.State == stateOf(r) {
			return nil // sent twice
		}
		if !h.In || h.State != cases.HandoverAccepted {
			return fault.New(fault.Conflict, "Only a referral that was accepted here can be ended here.")
		}
		p, err := confirmed(ctx, tx, h.Partner)
		if err != nil {
			return err
		}
		h.State = stateOf(r)
		return l.reply(ctx, tx, actor, Sheet{Handover: h, Partner: p}, r, words)
	})
}

// reply keeps the state and writes the answer that carries it.
func (l *Liaison) reply(ctx context.Context, tx Store, actor staff.Actor, s Sheet, r referral.Reply, words string) error {
	if err := l.words(ctx, tx, actor, s.Handover, words); err != nil {
		return err
	}
	if err := tx.SaveHandover(ctx, s.Handover); err != nil {
		return err
	}
	return l.send(ctx, tx, actor, s.Partner, s.Handover, referral.Package{Kind: referral.Answer, ID: ids.New("package"), Referral: s.ID, To: s.Partner.Card.Organisation, Made: l.today(), Reply: r, About: s.Digest, Words: words}, false)
}

// HandOver moves the responsibility: once a partner has accepted a transfer, a
// caseworker ends our own work on the case. It never happens by itself, because
// until then the person's check-ins are watched here.
func (l *Liaison) HandOver(ctx context.Context, actor staff.Actor, id, reason string) error {
	var h cases.Handover
	if err := l.Reading(ctx, func(tx Store) (err error) {
		h, err = mine(ctx, tx, actor, id)
		return err
	}); err != nil {
		return err
	}
	if h.In || !h.Transfer || h.State != cases.HandoverAccepted && h.State != cases.HandoverDone {
		return fault.New(fault.Conflict, "The partner has not taken over. Until it has, the person is ours.")
	}
	return l.Book.Turn(ctx, actor, h.Case, cases.Referred, reason)
}

// File opens a file that came with a referral.
func (l *Liaison) File(ctx context.Context, actor staff.Actor, id string, n int) (e cases.Enclosed, body []byte, err error) {
	if err := actor.Must(Carriers()...); err != nil {
		return e, nil, err
	}
	err = l.Within(ctx, func(tx Store) error {
		h, err := mine(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		if h.Case == "" {
			return fault.New(fault.Conflict, "Accept the referral first; then its files can be opened in the case.")
		}
		handed, _, err := l.Book.Referral(ctx, tx, actor, h.Case, id)
		if err != nil {
			return err
		}
		if n < 0 || n >= len(handed.Files) || len(handed.Files[n].Key) != 32 {
			return fault.Missing()
		}
		e = handed.Files[n]
		sealed, err := tx.ReferralFile(ctx, id, n)
		if err != nil {
			return err
		}
		if body, err = fileCipher(e.Key).Open(nil, nil, sealed, fileLabel(id, n)); err != nil {
			return fault.New(fault.Conflict, "This file was altered in the database. Ask the partner for it again, and tell the security officer.")
		}
		return l.log(ctx, tx, actor.ID, h, "file-read", strconv.Itoa(n))
	})
	return e, body, err
}

func fileLabel(id string, n int) []byte { return []byte("exchange.file/" + id + "/" + strconv.Itoa(n)) }

func fileCipher(key []byte) cipher.AEAD {
	b, err := aes.NewCipher(key)
	if err != nil {
		panic(err) // the key has 32 bytes
	}
	g, err := cipher.NewGCMWithRandomNonce(b)
	if err != nil {
		panic(err) // AES has 16-byte blocks
	}
	return g
}
