package desk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"waylight/desk/internal/admin"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/deskweb"
)

func membersVerb(ctx context.Context, t terminal, args []string) error {
	verbs := map[string]func(context.Context, terminal, []string) error{"list": listMembers, "add": addMember, "remove": removeMember}
	if len(args) == 0 || verbs[args[0]] == nil {
		return errors.New("say what: members list, members add or members remove")
	}
	return verbs[args[0]](ctx, t, args[1:])
}

const anOfficer = "who does this; a security officer"

func listMembers(ctx context.Context, t terminal, args []string) error {
	set := flags(t, "members list")
	who := t.identified(set, anOfficer)
	if err := set.Parse(args); err != nil {
		return err
	}
	d, actor, err := who.enter(ctx, t)
	if err != nil {
		return err
	}
	defer d.Lock()
	r := d.rooms()
	p, err := r.pending(ctx, actor)
	if err != nil {
		return err
	}
	all, err := r.everybody(ctx)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(t.out, 0, 0, 2, ' ', 0)
	for _, m := range all {
		roles := make([]string, len(m.Roles))
		for i, role := range m.Roles {
			roles[i] = string(role)
		}
		state := "since " + m.Joined.Format(time.DateOnly)
		if !m.Active {
			state = "left " + m.Left.Format(time.DateOnly)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", m.ID, m.Name, state, strings.Join(roles, ","))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	sayPending(t.out, p)
	return nil
}

func sayPending(out io.Writer, p deskweb.Pending) {
	if p.Safes > 0 {
		fmt.Fprintf(out, "%d conversations, cases or sources wait for a new key; each gets it when a member who can open it signs in\n", p.Safes)
	}
	if p.Desk {
		fmt.Fprintln(out, "the key of the whole database waits to be changed; it is at the next sign-in when no other program has the Desk open")
	}
}

func rolesOf(text string) (staff.Roles, error) {
	var out staff.Roles
	for role := range strings.SplitSeq(text, ",") {
		if role = strings.TrimSpace(role); !slices.Contains(staff.AllRoles(), staff.Role(role)) {
			return nil, fmt.Errorf("there is no role %q; the roles are %v", role, staff.AllRoles())
		}
		out = append(out, staff.Role(role))
	}
	return out, nil
}

func addMember(ctx context.Context, t terminal, args []string) error {
	set := flags(t, "members add")
	who := t.identified(set, anOfficer)
	login := set.String("new-login", "", "the new member's name for signing in")
	name := set.String("name", "", "the name that colleagues see; without it: the name for signing in")
	roles := set.String("roles", "", "comma-separated: intake,caseworker,documenter,analyst,advocate,editor,security")
	file := set.String("new-passphrase-file", "", "file with the new member's passphrase; without it: asked for on the terminal")
	generate := set.Bool("generate", false, "make a passphrase and print it, once")
	if err := set.Parse(args); err != nil {
		return err
	}
	if *login == "" || *roles == "" {
		return errors.New("say who comes, and for what: --new-login LOGIN --roles ROLES")
	}
	if *file == "-" {
		return errors.New("only one passphrase can come from standard input; write the new one to a file, or give --generate")
	}
	if *name == "" {
		*name = *login
	}
	n := deskweb.Newcomer{Login: *login, Name: *name}
	var err error
	if n.Roles, err = rolesOf(*roles); err != nil {
		return err
	}
	d, actor, err := who.enter(ctx, t)
	if err != nil {
		return err
	}
	defer d.Lock()
	if *generate {
		n.Passphrase = admin.Generate()
	} else if n.Passphrase, err = t.passphrase(*file, "Passphrase for "+*login+", chosen and typed by them (at least 16 characters): "); err != nil {
		return err
	}
	if err := d.rooms().addMember(ctx, actor, n); err != nil {
		return err
	}
	fmt.Fprintf(t.out, "added %s\n", *name)
	if *generate {
		fmt.Fprintf(t.out, "passphrase, shown once: %s\n", n.Passphrase)
	}
	return nil
}

func removeMember(ctx context.Context, t terminal, args []string) error {
	set := flags(t, "members remove")
	who := t.identified(set, anOfficer)
	member := set.String("member", "", "who goes: the id, the name that colleagues see, or the name for signing in")
	abandon := set.Bool("abandon", false, "also give up for ever what nobody else can open")
	if err := set.Parse(args); err != nil {
		return err
	}
	if *member == "" {
		return errors.New("say who goes: --member NAME")
	}
	d, actor, err := who.enter(ctx, t)
	if err != nil {
		return err
	}
	defer d.Lock()
	r := d.rooms()
	m, err := admin.FindMember(ctx, r.db, r.cfg.Dir, *member)
	if err != nil {
		return err
	}
	// Another program's sessions would go on with keys in memory: the removal must
	// happen where the Desk is open.
	if err := r.hold.Insist(); err != nil {
		return err
	}
	if err := r.removeMember(ctx, actor, m.ID, *abandon); err != nil {
		return err
	}
	fmt.Fprintf(t.out, "removed %s; what they could open has new keys\n", m.Name)
	p, err := r.pending(ctx, actor)
	sayPending(t.out, p)
	return err
}
