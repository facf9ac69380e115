package desk

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"waylight/desk/internal/admin"
	"waylight/desk/internal/intake"
	"waylight/desk/internal/staff"
	"waylight/internal/bundle"
	"waylight/internal/clock"
)

func initVerb(ctx context.Context, t terminal, args []string) error {
	set := flags(t, "init")
	dir := set.String("dir", "", "folder to make")
	name := set.String("name", "", "the organisation's name, as the public reads it")
	nameRU := set.String("name-ru", "", "the same in Russian")
	front := set.String("front", "", "address of the Front's hatch, such as https://example.org")
	login := set.String("login", "", "sign-in name of the first member, who holds every role")
	member := set.String("member", "", "the name colleagues see; without it: the sign-in name")
	listen := set.String("listen", "127.0.0.1:8090", "where the Desk's pages are served")
	file := set.String("passphrase-file", "", "file with the first member's passphrase; - is standard input")
	demo := set.Bool("demo", false, "fill a throw-away Desk with the founding scenario and invented people")
	accounts := set.String("accounts", "", "with --demo: where the invented accounts are written")
	if err := set.Parse(args); err != nil {
		return err
	}
	if *dir == "" || *front == "" {
		return errors.New("say where and for which Front: --dir DIR --front ADDRESS")
	}
	if *demo {
		return initDemo(ctx, t, *dir, *front, *listen, *accounts)
	}
	if *name == "" || *login == "" {
		return errors.New("say whose Desk it is: --name NAME --login LOGIN")
	}
	if *member == "" {
		*member = *login
	}
	pass, err := t.passphrase(*file, "Passphrase for "+*login+" (at least 16 characters): ")
	if err != nil {
		return err
	}
	names := map[string]string{"en": *name}
	if *nameRU != "" {
		names["ru"] = *nameRU
	}
	id, err := admin.Init(ctx, admin.Setup{Dir: *dir, Names: names, Front: *front, Channels: channels(),
		Members: []admin.NewMember{{Login: *login, Name: *member, Roles: staff.AllRoles(), Passphrase: pass}}}, clock.System())
	if err != nil {
		return err
	}
	if err := writeConf(*dir, *listen); err != nil {
		return err
	}
	fmt.Fprintf(t.out, "made %s\n\nFor the Front's configuration:\norganisation-key = %s\nhatch-key = %s\n# only with an onion service:\nhatch-client-auth = %s\n\nFor posters and the telephone, the organisation's fingerprint:\n%s\n\nnow: waylight-desk run --dir %s\n",
		*dir, base64.StdEncoding.EncodeToString(id.PublicKey()), base64.StdEncoding.EncodeToString(id.Hatch.Public()), id.Client.Public(), strings.Join(bundle.Words(id.PublicKey()), " "), *dir)
	return nil
}

// channels are the two ways in that every organisation begins with.
func channels() []intake.Channel {
	return []intake.Channel{
		{ID: "help", Names: map[string]string{"en": "Help", "ru": "Помощь"}},
		{ID: "information", Names: map[string]string{"en": "Information", "ru": "Сведения"}},
	}
}
