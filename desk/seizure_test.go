package desk

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"waylight/desk/internal/admin"
	"waylight/desk/internal/cases"
	"waylight/desk/internal/intake"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/internal/envelope"
	"waylight/internal/mailbox"
	"waylight/internal/receipt"
	"waylight/internal/seal"
	"waylight/internal/seize"
	"waylight/internal/sqldb"
)

// demoDesk makes a filled Desk and signs its invented team in.
func demoDesk(t *testing.T) (*Desk, string, map[string]staff.Actor, Accounts) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "desk")
	accounts := filepath.Join(t.TempDir(), "accounts.json")
	var errs bytes.Buffer
	if n := Main(t.Context(), []string{"init", "--demo", "--dir", dir, "--front", "http://127.0.0.1:1", "--accounts", accounts}, nil, io.Discard, &errs); n != 0 {
		t.Fatal(errs.String())
	}
	b, err := os.ReadFile(accounts)
	if err != nil {
		t.Fatal(err)
	}
	var cast Accounts
	if err := json.Unmarshal(b, &cast); err != nil {
		t.Fatal(err)
	}
	d, err := New(Config{Dir: dir, Idle: true, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Lock() })
	team := map[string]staff.Actor{}
	for _, a := range cast.Accounts {
		token, err := d.SignIn(t.Context(), a.Login, a.Passphrase)
		if err != nil {
			t.Fatal(err)
		}
		if team[a.Login], err = d.actorOf(t.Context(), token); err != nil {
			t.Fatal(err)
		}
	}
	return d, dir, team, cast
}

// TestSeizedLockedDesk looks through every byte of a locked Desk's folder, as
// whoever carries the machine away would.
func TestSeizedLockedDesk(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	d, dir, team, cast := demoDesk(t)
	r := d.rooms()
	const (
		sentence = "A sentence that stands nowhere else: the lighthouse keeper counts to nine."
		answer   = "An answer that stands nowhere else: the ferry waits behind the mill."
		name     = "Zacharias Invented-Person"
	)
	code := receipt.New()
	secrets := []seize.Secret{seize.Text("what the sender wrote", sentence), seize.Text("what was answered", answer), seize.Text("a name in a case", name),
		{Name: "the sender's code", Value: code.Secret()}, seize.Text("the code in groups", strings.Join(groups(code), " ")), {Name: "the desk key", Value: bytes.Clone(r.deskKey[:])}}
	for _, a := range cast.Accounts {
		secrets = append(secrets, seize.Text("the passphrase of "+a.Login, a.Passphrase), seize.Text("the name of "+a.Login, a.Name))
	}
	secrets = append(secrets, organisationSecrets(t, r, team["anna"])...)

	converse(t, r, team["anna"], code, sentence, answer)
	f, err := r.book.Open(ctx, team["anna"], cases.Opening{Assign: []string{team["boris"].ID}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.book.Note(ctx, team["boris"], f.ID, "This is about "+name); err != nil {
		t.Fatal(err)
	}
	if err := d.Lock(); err != nil {
		t.Fatal(err)
	}
	found, err := seize.Folder(dir, secrets...)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range found {
		t.Error(x)
	}

	// The search itself, on a store that was left unsealed on purpose.
	plain, err := sqldb.Open(ctx, sqldb.Config{Path: filepath.Join(dir, "unsealed.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Close()
	if err := plain.Write(ctx, func(tx *sqldb.Tx) error {
		if _, err := tx.Exec(ctx, `CREATE TABLE t (a TEXT, b BLOB)`); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `INSERT INTO t VALUES ($1, $2)`, sentence, secrets[5].Value)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if found, err = seize.Folder(dir, secrets[0], secrets[5]); err != nil || len(found) < 2 {
		t.Errorf("the search does not find what lies open: %v", err)
	}
}

func groups(c receipt.Code) []string {
	g := c.Groups()
	return g[:]
}

// organisationSecrets are the private keys that the database keeps.
func organisationSecrets(t *testing.T, r *rooms, anna staff.Actor) []seize.Secret {
	t.Helper()
	ctx := t.Context()
	var out []seize.Secret
	if err := r.db.Read(ctx, func(tx *store.Tx) error {
		for _, s := range admin.SecretSettings() {
			v, err := tx.Setting(ctx, s)
			if err != nil {
				return err
			}
			out = append(out, seize.Secret{Name: s, Value: v})
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	seeds, err := r.inbox.Seeds(ctx, anna)
	if err != nil || len(seeds) < 2 {
		t.Fatalf("%d intake keys, %v", len(seeds), err)
	}
	for _, s := range seeds {
		out = append(out, seize.Secret{Name: "an intake key", Value: s})
	}
	return out
}

// converse lets one message arrive, be opened and be answered.
func converse(t *testing.T, r *rooms, anna staff.Actor, code receipt.Code, sentence, answer string) {
	t.Helper()
	ctx := context.Background()
	k := mailbox.Derive(code, mailbox.Salt{9})
	p, err := envelope.Message{Kind: envelope.Report, Channel: "help", Lang: "en", Via: envelope.Command, Text: sentence, Mailbox: k.Address()}.Encode()
	if err != nil {
		t.Fatal(err)
	}
	var keys []intake.Key
	if err := r.db.Read(ctx, func(tx *store.Tx) (err error) {
		keys, err = tx.IntakeKeys(ctx, "help")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	sealed, err := seal.To(keys[0].Recipient, p)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.inbox.Receive(ctx, []intake.Arrival{{ID: envelope.NewID(), Channel: "help", Mailbox: k.ID().String(), SignKey: k.Public(), Day: "2017-04-09", Sealed: sealed}}); err != nil {
		t.Fatal(err)
	}
	if n, err := r.inbox.OpenArrivals(ctx, anna); n != 1 || err != nil {
		t.Fatalf("opened %d, %v", n, err)
	}
	list, err := r.inbox.List(ctx, anna)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.inbox.Reply(ctx, anna, list[0].ID, answer, false); err != nil {
		t.Fatal(err)
	}
}
