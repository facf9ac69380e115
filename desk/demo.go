package desk

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"os"
	"strings"

	"waylight/desk/internal/admin"
	"waylight/desk/internal/staff"
	"waylight/internal/bundle"
	"waylight/internal/clock"
)

// Account is one invented member of the demo, with the means to sign in.
type Account struct {
	Login      string   `json:"login"`
	Passphrase string   `json:"passphrase"`
	Name       string   `json:"name"`
	Roles      []string `json:"roles"`
}

// Accounts is what init --demo writes for whoever tries the product.
type Accounts struct {
	Note            string    `json:"note"`
	Organisation    string    `json:"organisation"`
	OrganisationKey string    `json:"organisation_key"` // base64, for the Front's configuration
	HatchKey        string    `json:"hatch_key"`        // base64, likewise
	Fingerprint     string    `json:"fingerprint"`
	Accounts        []Account `json:"accounts"`
}

// demoMembers are invented; each stands for one kind of work.
func demoMembers() []admin.NewMember {
	return []admin.NewMember{
		{Login: "anna", Name: "Anna (invented)", Roles: staff.Roles{staff.Intake}},
		{Login: "boris", Name: "Boris (invented)", Roles: staff.Roles{staff.Caseworker}},
		{Login: "clara", Name: "Clara (invented)", Roles: staff.Roles{staff.Caseworker}},
		{Login: "dina", Name: "Dina (invented)", Roles: staff.Roles{staff.Documenter}},
		{Login: "emil", Name: "Emil (invented)", Roles: staff.Roles{staff.Analyst, staff.Documenter}},
		{Login: "freya", Name: "Freya (invented)", Roles: staff.Roles{staff.Advocate}},
		{Login: "goran", Name: "Goran (invented)", Roles: staff.Roles{staff.Editor}},
		{Login: "irina", Name: "Irina (invented)", Roles: staff.Roles{staff.Finance}},
		{Login: "hanna", Name: "Hanna (invented)", Roles: staff.Roles{staff.Editor, staff.Security}},
	}
}

// demoPhrase makes a passphrase that can be typed: five of 64 words and two digits.
func demoPhrase() string {
	words := []string{"amber", "anchor", "apple", "arrow", "autumn", "bakery", "barley", "basket", "beacon", "birch", "bottle", "bridge", "button", "candle", "canvas", "carpet",
		"cedar", "cherry", "circle", "clover", "copper", "corner", "cotton", "cradle", "daisy", "dough", "eagle", "ember", "feather", "field", "forest", "garden",
		"ginger", "harbor", "hazel", "honey", "island", "jacket", "kettle", "ladder", "lantern", "lemon", "linen", "maple", "meadow", "mirror", "needle", "oyster",
		"paper", "pebble", "pepper", "pillow", "quartz", "ribbon", "river", "saddle", "shadow", "silver", "spoon", "thread", "tulip", "velvet", "walnut", "willow"}
	phrase := ""
	for range 5 {
		n, err := rand.Int(rand.Reader, big.NewInt(int64(len(words))))
		if err != nil {
			panic(err) // the system has no randomness: nothing may go on
		}
		phrase += words[n.Int64()] + " "
	}
	n, err := rand.Int(rand.Reader, big.NewInt(90))
	if err != nil {
		panic(err)
	}
	return phrase + fmt.Sprint(10+n.Int64())
}

// initDemo makes a throw-away Desk with invented members, and fills it.
func initDemo(ctx context.Context, t terminal, dir, front, listen, accounts string) error {
	if accounts == "" {
		return errors.New("say where the accounts go: --accounts FILE")
	}
	members := demoMembers()
	out := Accounts{Note: "Everybody here is invented. This Desk is for trying out: never use it for real people.", Organisation: "Invented Harbour"}
	for i := range members {
		members[i].Passphrase = demoPhrase()
		a := Account{Login: members[i].Login, Passphrase: members[i].Passphrase, Name: members[i].Name}
		for _, r := range members[i].Roles {
			a.Roles = append(a.Roles, string(r))
		}
		out.Accounts = append(out.Accounts, a)
	}
	id, err := admin.Init(ctx, admin.Setup{Dir: dir, Names: map[string]string{"en": "Invented Harbour", "ru": "Вымышленная гавань"}, Front: front,
		Channels: channels(), Members: members}, clock.System())
	if err != nil {
		return err
	}
	if err := writeConf(dir, listen); err != nil {
		return err
	}
	if err := fillDemo(ctx, dir, members); err != nil {
		return fmt.Errorf("filling the demo: %w", err)
	}
	out.OrganisationKey = base64.StdEncoding.EncodeToString(id.PublicKey())
	out.HatchKey = base64.StdEncoding.EncodeToString(id.Hatch.Public())
	out.Fingerprint = strings.Join(bundle.Words(id.PublicKey()), " ")
	b, err := json.MarshalIndent(out, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(accounts, append(b, '\n'), 0o600); err != nil {
		return err
	}
	fmt.Fprintf(t.out, "made %s\n", dir)
	return nil
}

// fillDemo puts the founding scenario and invented cases into a fresh Desk, by
// the same verbs that its members use.
func fillDemo(ctx context.Context, dir string, members []admin.NewMember) error {
	d, err := New(Config{Dir: dir, Idle: true, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		return err
	}
	defer d.Lock()
	team := map[string]staff.Actor{}
	for _, m := range members {
		token, err := d.SignIn(ctx, m.Login, m.Passphrase)
		if err != nil {
			return err
		}
		if team[m.Login], err = d.actorOf(ctx, token); err != nil {
			return err
		}
	}
	return d.rooms().fill(ctx, team)
}
