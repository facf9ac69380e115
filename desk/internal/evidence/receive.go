package evidence

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/vault"
	"waylight/internal/exhibit"
	"waylight/internal/fault"
	"waylight/internal/ids"
	"waylight/internal/stamp"
)

// Receive keeps a file that came with an item.
func (l *Locker) Receive(ctx context.Context, by staff.Actor, item string, in In, r io.Reader) (File, error) {
	return l.keep(ctx, by, File{ID: ids.New("evidence"), Item: item}, in, r, staff.Documenter)
}

// TakeOver keeps a file that a sender attached and agreed to hand to the record.
// Who hands it over need not be able to open the item: the file gets a safe of
// the documenters alone.
func (l *Locker) TakeOver(ctx context.Context, by staff.Actor, item, name string, r io.Reader) (File, error) {
	// Nobody has looked at it yet: until somebody describes it, it counts as what may hurt to see.
	in := In{Name: name, Description: "A file that came with the words. Nobody has described it yet.", How: "attached by the sender, handed over by consent", Graphic: true}
	return l.keep(ctx, by, File{ID: ids.New("evidence"), Item: item}, in, r, staff.Caseworker, staff.Intake, staff.Documenter)
}

// Derive keeps a file that was made from another one. What it was made from stays as it is.
func (l *Locker) Derive(ctx context.Context, by staff.Actor, from string, step Step, in In, r io.Reader) (File, error) {
	if step == None {
		return File{}, fault.Bad("step", "Say how it was made.")
	}
	var f File
	err := l.Reading(ctx, func(tx Store) (err error) {
		f, err = tx.Evidence(ctx, from)
		return err
	})
	if err != nil {
		return File{}, err
	}
	return l.keep(ctx, by, File{ID: ids.New("evidence"), Item: f.Item, From: f.ID, Step: step, Sensitive: f.Sensitive}, in, r, staff.Documenter)
}

// keep seals the content first: it may take long and needs no transaction. What
// is not taken in then is removed again.
func (l *Locker) keep(ctx context.Context, by staff.Actor, f File, in In, r io.Reader, roles ...staff.Role) (File, error) {
	if err := by.Must(roles...); err != nil {
		return File{}, err
	}
	if err := in.check(); err != nil {
		return File{}, err
	}
	if err := l.Reading(ctx, func(tx Store) error { return mayAdd(ctx, tx, by, f.Item) }); err != nil {
		return File{}, err
	}
	b, err := l.Hold(r)
	if err != nil {
		return File{}, err
	}
	fresh := false
	err = l.Within(ctx, func(tx Store) (err error) {
		f, fresh, err = l.admit(ctx, tx, by, f, in, b)
		return err
	})
	if err != nil || !fresh {
		err = errors.Join(err, l.Vault.Remove(b.ID)) // the same content is here already, or it was refused
	}
	return f, err
}

// Hold seals content that is not evidence yet. Who holds it either has it admitted
// or removes it.
func (l *Locker) Hold(r io.Reader) (vault.Blob, error) {
	b, err := l.Vault.Seal(r)
	switch {
	case errors.Is(err, vault.ErrTooLarge):
		return vault.Blob{}, fault.New(fault.TooLarge, "One file may have 2 GiB. Cut it and send the parts.")
	case err != nil:
		return vault.Blob{}, err
	case b.Size == 0:
		err = fault.Bad("file", "The file is empty, or none was chosen.")
		return vault.Blob{}, errors.Join(err, l.Vault.Remove(b.ID))
	}
	return b, nil
}

// Held is content that was sealed beforehand, and what is said of it.
type Held struct {
	In   In
	Blob vault.Blob
	From string // the file that it was made from, or empty
	Step Step
}

// ReceiveIn keeps held content as evidence of an item, within a transaction of a
// room above. Fresh is false when the vault has the content already: the held one
// is then to be removed.
func (l *Locker) ReceiveIn(ctx context.Context, tx Store, by staff.Actor, item string, h Held) (f File, fresh bool, err error) {
	if err := by.Must(staff.Documenter); err != nil {
		return File{}, false, err
	}
	if err := h.In.check(); err != nil {
		return File{}, false, err
	}
	return l.admit(ctx, tx, by, File{ID: ids.New("evidence"), Item: item, From: h.From, Step: h.Step}, h.In, h.Blob)
}

func (in In) check() error {
	var k fault.Check
	k.Field(strings.TrimSpace(in.Description) != "", "description", "Say what it shows. A colleague must be able to decide whether to look.")
	return k.Err()
}

// mayAdd reports whether an item is there and open to the actor.
func mayAdd(ctx context.Context, tx Store, by staff.Actor, item string) error {
	i, err := tx.RecordItem(ctx, item)
	if err != nil || i.Safe == "" || !by.Roles.Has(staff.Documenter) {
		return err
	}
	_, err = openSafe(ctx, tx, by, i.Safe)
	return err
}

// openSafe answers as if there were nothing when the actor holds no grant.
func openSafe(ctx context.Context, tx Store, by staff.Actor, id string) (safe.Safe, error) {
	return safe.For(ctx, tx, by, id)
}

// admit makes the row, in the transaction; fresh is false when the vault has this content already.
func (l *Locker) admit(ctx context.Context, tx Store, by staff.Actor, f File, in In, b vault.Blob) (File, bool, error) {
	fresh, err := l.settle(ctx, tx, &b)
	if err != nil {
		return f, false, err
	}
	i, err := tx.RecordItem(ctx, f.Item)
	if err != nil {
		return f, false, err
	}
	var box safe.Safe
	if i.Safe != "" && by.Roles.Has(staff.Documenter) {
		box, err = openSafe(ctx, tx, by, i.Safe)
	} else {
		box, err = ownSafe(ctx, tx, f.ID)
	}
	if err != nil {
		return f, false, err
	}
	facts := Facts{Name: in.Name, Type: b.Type, Size: b.Size, SHA256: b.SHA256, Key: b.Key, Description: strings.TrimSpace(in.Description), Graphic: in.Graphic, How: in.How, URL: in.URL}
	if in.Type != "" {
		facts.Type = in.Type
	}
	rand.Read(facts.Salt[:])
	f.Blob, f.Safe, f.Commit, f.By, f.At = b.ID, box.ID(), stamp.Commit(facts.Salt, facts.SHA256), by.ID, l.Clock.Now()
	f.Sensitive = f.Sensitive || in.Sensitive
	plain, err := json.Marshal(facts)
	if err != nil {
		return f, false, err
	}
	f.Sealed = box.Put(Label(f.ID), plain)
	if err := tx.AddEvidence(ctx, f); err != nil {
		return f, false, err
	}
	action := "evidence.received"
	if f.From != "" {
		action = "evidence.derived"
	}
	if err := note(ctx, tx, by.ID, f, action, exhibit.Detail{Of: f.From, Step: string(f.Step)}); err != nil || f.From == "" {
		return f, fresh, err
	}
	parent, err := tx.Evidence(ctx, f.From)
	if err != nil {
		return f, false, err
	}
	return f, fresh, note(ctx, tx, by.ID, parent, "evidence.copied", exhibit.Detail{Of: f.ID, Step: string(f.Step)})
}

// Label says where a file's facts lie in its safe.
func Label(id string) string { return "evidence/" + id }

// ownSafe makes a safe of a file's own, for every documenter.
func ownSafe(ctx context.Context, tx Store, id string) (safe.Safe, error) {
	members, err := tx.Members(ctx)
	if err != nil {
		return safe.Safe{}, err
	}
	to := staff.With(members, staff.Documenter)
	if len(to) == 0 {
		return safe.Safe{}, fault.New(fault.Conflict, "No documenter could read this. Ask the security officer to make somebody a documenter first.")
	}
	return safe.Make(ctx, tx, id, to...)
}

// settle finds out whether the vault has this content already. The key of a blob
// lies wrapped under the content itself and a secret of this Desk: who brings the
// content may use the bytes that are there, and nobody else learns that they are.
func (l *Locker) settle(ctx context.Context, tx Store, b *vault.Blob) (fresh bool, err error) {
	secret, err := tx.EvidenceSecret(ctx)
	if err != nil {
		return false, err
	}
	tag, wrap := mac(secret, "tag", b.SHA256), mac(secret, "key", b.SHA256)
	aead, err := wrapper(wrap)
	if err != nil {
		return false, err
	}
	known, err := tx.BlobByTag(ctx, tag)
	switch {
	case fault.KindOf(err) == fault.NotFound:
		return true, tx.AddBlob(ctx, Blob{ID: b.ID, Tag: tag, Wrapped: aead.Seal(nil, nil, b.Key[:], []byte(b.ID)), Sums: b.Sums, Checked: l.Clock.Now(), State: Good})
	case err != nil:
		return false, err
	}
	if l.Vault.Check(known.ID, known.Sums) != nil {
		// The bytes that were kept are not good any more; here they are again.
		if err := tx.BlobChecked(ctx, known.ID, Altered, l.Clock.Now()); err != nil {
			return false, err
		}
		return false, fault.New(fault.Conflict, "The vault holds this very content, and its bytes were altered. Nothing was kept. Tell the security officer now, and keep your copy safe.")
	}
	key, err := aead.Open(nil, nil, known.Wrapped, []byte(known.ID))
	if err != nil || len(key) != 32 {
		return false, errors.New("evidence: the key of a blob does not unwrap")
	}
	b.ID, b.Key, b.Sums = known.ID, [32]byte(key), known.Sums
	return false, nil
}

func mac(secret [32]byte, what string, content [32]byte) [32]byte {
	h := hmac.New(sha256.New, secret[:])
	h.Write([]byte("waylight/v1/blob-" + what + "\n"))
	h.Write(content[:])
	return [32]byte(h.Sum(nil))
}

func wrapper(key [32]byte) (cipher.AEAD, error) {
	b, err := aes.NewCipher(key[:])
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(b)
}

// note writes a custody event. What it says of the content dies with the safe.
func note(ctx context.Context, tx Store, actor string, f File, action string, d exhibit.Detail) error {
	n, before, err := tx.LastEvent(ctx, f.ID)
	if err != nil {
		return err
	}
	d.Number, d.Before, d.Commit = n+1, before, hex.EncodeToString(f.Commit[:])
	return tx.AppendEvent(ctx, f.ID, d.Number, ledger.Entry{Actor: actor, Action: action, Subject: f.ID, Scope: f.Safe, Detail: d})
}
