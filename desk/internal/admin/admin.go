// Package admin holds the operator's verbs: what is done to a Desk as a whole,
// from the command line or by the security officer. It may open files, the
// keyring and the store; pages never reach it directly. It refuses to print or
// log a secret: what must be written down once is returned to the caller.
package admin

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"waylight/desk/internal/intake"
	"waylight/desk/internal/keyring"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/internal/bundle"
	"waylight/internal/clock"
	"waylight/internal/exhibit"
	"waylight/internal/fault"
	"waylight/internal/hatchway"
	"waylight/internal/ids"
	"waylight/internal/onion"
	"waylight/internal/petition"
	"waylight/internal/referral"
)

// The files of a Desk's folder.
const (
	KeyFile  = "desk.keys" // one slot a member
	Database = "desk.db"   // encrypted
	Chunks   = "chunks"    // sealed files

	WaitFile = "desk.wait" // how long a passphrase that two papers set has waited; in no backup
	BellFile = "desk.bell" // when somebody would be called next, for a Desk that is locked
	confFile = "desk.conf" // settings, nothing secret
	lockFile = "desk.lock" // empty; says who has the Desk open
)

// The settings that init writes.
const (
	settingOrganisation = "organisation.seed"
	settingHatch        = "hatch.seed"
	settingFront        = "front.address"
	settingNames        = "organisation.names"
	settingFloor        = "serial.floor"      // written by a restore
	settingClient       = "hatch.client.seed" // of the key to the hatch's onion service
)

// NewMember is a person to be added.
type NewMember struct {
	Login      string
	Name       string
	Roles      staff.Roles
	Passphrase string
	OffDuty    bool
}

// Setup is what a new Desk needs.
type Setup struct {
	Dir      string
	Names    map[string]string // of the organisation, by language
	Front    string            // address of the Front's hatch
	Channels []intake.Channel
	Members  []NewMember // the first ones; at least one security officer
}

// Identity is what the organisation is known by, to be given to the Front's configuration and printed on posters.
type Identity struct {
	Names        map[string]string
	Front        string
	Organisation *keyring.Signer // signs key bundles and pages
	Hatch        *keyring.Signer // signs the Desk's calls to the Front
	Client       onion.ClientKey // lets the Desk's tor into the hatch's onion service
}

// Init makes a Desk in an empty or absent folder. Nothing is left of one that failed.
func Init(ctx context.Context, s Setup, c clock.Clock) (id Identity, err error) {
	if err := checkSetup(s); err != nil {
		return id, err
	}
	if entries, err := os.ReadDir(s.Dir); err == nil && len(entries) > 0 {
		return id, fmt.Errorf("the folder %s is not empty; choose another one, or remove the old Desk if you mean to", s.Dir)
	}
	if err := os.MkdirAll(s.Dir, 0o700); err != nil {
		return id, err
	}
	defer func() {
		if err != nil {
			for _, name := range []string{KeyFile, Database, Database + "-wal", Database + "-shm"} {
				os.Remove(filepath.Join(s.Dir, name))
			}
		}
	}()
	var deskKey, orgSeed, hatchSeed, clientSeed [32]byte
	for _, k := range []*[32]byte{&deskKey, &orgSeed, &hatchSeed, &clientSeed} {
		rand.Read(k[:])
	}
	defer clear(deskKey[:])
	f := keyring.NewFile()
	db, err := store.Open(ctx, filepath.Join(s.Dir, Database), deskKey[:], c)
	if err != nil {
		return id, err
	}
	defer db.Close()
	names, err := json.Marshal(s.Names)
	if err != nil {
		return id, err
	}
	err = db.Write(ctx, func(tx *store.Tx) error {
		for name, v := range map[string][]byte{settingOrganisation: orgSeed[:], settingHatch: hatchSeed[:], settingClient: clientSeed[:], settingFront: []byte(s.Front), settingNames: names} {
			if err := tx.PutSetting(ctx, name, v); err != nil {
				return err
			}
		}
		for _, ch := range s.Channels {
			if err := tx.PutChannel(ctx, ch); err != nil {
				return err
			}
		}
		for _, m := range s.Members {
			if _, err := enrol(ctx, tx, f, m, deskKey, ledger.Desk, c); err != nil {
				return fmt.Errorf("member %q: %w", m.Login, err)
			}
		}
		return nil
	})
	if err != nil {
		return id, err
	}
	if err := f.Write(filepath.Join(s.Dir, KeyFile)); err != nil {
		return id, err
	}
	err = db.Read(ctx, func(tx *store.Tx) (err error) {
		id, err = LoadIdentity(ctx, tx)
		return err
	})
	return id, err
}

func checkSetup(s Setup) error {
	if len(s.Channels) == 0 {
		return errors.New("a Desk needs at least one channel, such as help")
	}
	if !slices.ContainsFunc(s.Members, func(m NewMember) bool { return m.Roles.Has(staff.Security) }) {
		return errors.New("one of the first members must be a security officer")
	}
	if !slices.ContainsFunc(s.Members, func(m NewMember) bool { return m.Roles.Has(staff.Intake) }) {
		return errors.New("one of the first members must be an intake operator; one person may hold several roles")
	}
	return nil
}

func enrol(ctx context.Context, tx *store.Tx, f *keyring.File, m NewMember, deskKey [32]byte, actor string, c clock.Clock) (staff.Member, error) {
	if err := CheckMember(m); err != nil {
		return staff.Member{}, err
	}
	row := staff.Member{ID: ids.New("member"), Name: strings.TrimSpace(m.Name), Active: true, OnDuty: !m.OffDuty, Joined: c.Now()}
	var err error
	if row.Roles, err = ordered(m.Roles); err != nil {
		return row, err
	}
	if row.Recipient, err = f.Enrol(row.ID, m.Login, m.Passphrase, deskKey); err != nil {
		return row, err
	}
	if err := tx.PutMember(ctx, row); err != nil {
		return row, err
	}
	return row, tx.Append(ctx, ledger.Entry{Actor: actor, Action: "member.added", Subject: row.ID, Detail: struct {
		Roles staff.Roles `json:"roles"`
	}{row.Roles}})
}

// CheckMember answers what is wrong with a new member's details.
func CheckMember(m NewMember) error {
	var c fault.Check
	c.Field(strings.TrimSpace(m.Login) != "", "login", "Choose a sign-in name.")
	c.Field(strings.TrimSpace(m.Name) != "", "name", "Write the name that colleagues will see.")
	c.Field(len(m.Roles) > 0, "roles", "Choose at least one role.")
	for _, r := range m.Roles {
		c.Field(slices.Contains(staff.AllRoles(), r), "roles", "One of the roles does not exist.")
	}
	if keyring.CheckPassphrase(m.Passphrase) != nil {
		c.Field(false, "passphrase", "A passphrase needs at least 16 characters. Four or five words that you can remember are good.")
	}
	return c.Err()
}

// AddMember adds a member to a running Desk. The key file is written before the
// row commits: a slot without a row opens nothing, a row without a slot would be
// a person who cannot come in.
func AddMember(ctx context.Context, db *store.DB, dir string, deskKey [32]byte, actor string, m NewMember, c clock.Clock) (staff.Member, error) {
	path := filepath.Join(dir, KeyFile)
	f, err := keyring.ReadFile(path)
	if err != nil {
		return staff.Member{}, err
	}
	var row staff.Member
	err = db.Write(ctx, func(tx *store.Tx) error {
		if row, err = enrol(ctx, tx, f, m, deskKey, actor, c); err != nil {
			return err
		}
		return f.Write(path)
	})
	return row, err
}

// LoadIdentity reads the organisation's keys and names.
func LoadIdentity(ctx context.Context, tx *store.Tx) (Identity, error) {
	var id Identity
	var front, names, organisation, hatch []byte
	for name, into := range map[string]*[]byte{settingFront: &front, settingNames: &names, settingOrganisation: &organisation, settingHatch: &hatch} {
		var err error
		if *into, err = tx.Setting(ctx, name); err != nil {
			return id, fmt.Errorf("the setting %s: %w", name, err)
		}
	}
	id.Front = string(front)
	if err := json.Unmarshal(names, &id.Names); err != nil {
		return id, fmt.Errorf("the setting %s: %w", settingNames, err)
	}
	var err error
	// Its log's name holds the key's own fingerprint, so the key must be known first.
	if id.Organisation, err = keyring.NewSigner(organisation); err != nil {
		return id, err
	}
	if id.Organisation, err = keyring.NewSigner(organisation, bundle.TagKeys, bundle.TagPages, bundle.LogOrigin(id.Organisation.Public()), TagBackup, exhibit.Tag, referral.Tag, referral.TagCard, petition.Tag, petition.TagDelivery); err != nil {
		return id, err
	}
	if id.Hatch, err = keyring.NewSigner(hatch, hatchway.Tag); err != nil {
		return id, err
	}
	client, err := tx.Setting(ctx, settingClient)
	if fault.KindOf(err) == fault.NotFound {
		return id, nil // of an older version; Complete makes it
	}
	if err != nil {
		return id, err
	}
	id.Client, err = onion.NewClientKey(client)
	return id, err
}

// Complete makes the settings that a Desk of an older version lacks.
func Complete(ctx context.Context, tx *store.Tx) error {
	_, err := tx.Setting(ctx, settingClient)
	if err == nil || fault.KindOf(err) != fault.NotFound {
		return err
	}
	return tx.PutSetting(ctx, settingClient, onion.NewSeed())
}

// Move sets the address at which the Desk calls its Front from its next unlocking on.
func Move(ctx context.Context, tx *store.Tx, by staff.Actor, address string) error {
	if err := by.Must(staff.Security); err != nil {
		return err
	}
	if err := hatchway.CheckAddress(address); err != nil {
		return err
	}
	if err := tx.PutSetting(ctx, settingFront, []byte(address)); err != nil {
		return err
	}
	return tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "front.moved", Subject: "front"})
}

// SerialFloor is the serial below which nothing is sent to the Front any more; 0 unless the Desk was restored.
func SerialFloor(ctx context.Context, tx *store.Tx) (uint64, error) {
	v, err := tx.Setting(ctx, settingFloor)
	if fault.KindOf(err) == fault.NotFound {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return strconv.ParseUint(string(v), 10, 63)
}

// PublicKey is the organisation's public key.
func (id Identity) PublicKey() ed25519.PublicKey { return id.Organisation.Public() }

// SecretSettings names the settings that hold private keys, for the seizure drill.
func SecretSettings() []string {
	return []string{settingOrganisation, settingHatch, settingClient, "guard-key"}
}
