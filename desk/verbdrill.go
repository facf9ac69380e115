package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"waylight/desk/internal/admin"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
)

func drillVerb(ctx context.Context, t terminal, args []string) error {
	set := flags(t, "drill")
	who := t.identified(set, "with a security officer the bytes are searched as well; without, only counted")
	front := set.String("front-dir", "", "the Front's folder, when it is on this machine")
	asJSON := set.Bool("json", false, "for programs")
	if err := set.Parse(args); err != nil {
		return err
	}
	if *who.dir == "" {
		return errors.New("say which Desk: --dir DIR")
	}
	var inside *admin.Insider
	if *who.login != "" {
		d, actor, err := who.enter(ctx, t)
		if err != nil {
			return err
		}
		defer d.Lock()
		if inside, err = d.rooms().insider(ctx, actor); err != nil {
			return err
		}
	}
	table, err := admin.RunDrill(ctx, *who.dir, *front, inside)
	if err != nil {
		return err
	}
	if *asJSON {
		e := json.NewEncoder(t.out)
		e.SetIndent("", "  ")
		return e.Encode(table)
	}
	printDrill(t, table)
	return nil
}

func (r *rooms) insider(ctx context.Context, a staff.Actor) (*admin.Insider, error) {
	if err := a.Must(staff.Security); err != nil {
		return nil, err
	}
	seeds, err := r.inbox.Seeds(ctx, a)
	if err != nil {
		return nil, err
	}
	secrets, err := admin.DrillSecrets(ctx, r.db, r.deskKey[:], seeds)
	if err != nil {
		return nil, err
	}
	err = r.db.Write(ctx, func(tx *store.Tx) error {
		return tx.Append(ctx, ledger.Entry{Actor: a.ID, Action: "desk.drilled", Subject: "desk"})
	})
	return &admin.Insider{DB: r.db, Actor: a, Secrets: secrets}, err
}

func printDrill(t terminal, table admin.Drill) {
	fmt.Fprintln(t.out, "What whoever takes a thing gets, on this deployment.")
	wrong := 0
	for _, row := range table.Rows {
		fmt.Fprintf(t.out, "\n%s\n", row.Taken)
		for _, g := range row.Gets {
			fmt.Fprintf(t.out, "  gets      %s\n", g)
		}
		fmt.Fprintf(t.out, "  not       %s\n  how sure  %s\n", row.GetsNot, row.Proof)
		for _, f := range row.Found {
			fmt.Fprintf(t.out, "  WRONG     %s\n", f)
			wrong++
		}
	}
	if wrong == 0 {
		fmt.Fprintln(t.out, "\nNothing was found that should not be there.")
		return
	}
	fmt.Fprintf(t.out, "\nThings that should not be as they are: %d. They are marked WRONG.\n", wrong)
}
