package desk

import (
	"context"
	"errors"
	"fmt"
	"time"

	"waylight/desk/internal/admin"
	"waylight/internal/bundle"
	"waylight/internal/clock"
)

func backupVerb(ctx context.Context, t terminal, args []string) error {
	set := flags(t, "backup")
	who := t.identified(set, "who makes the backup; a security officer")
	out := set.String("out", "", "the file to write; it must not exist")
	if err := set.Parse(args); err != nil {
		return err
	}
	if *out == "" {
		return errors.New("say where it goes: --out FILE")
	}
	d, actor, err := who.enter(ctx, t)
	if err != nil {
		return err
	}
	defer d.Lock()
	r := d.rooms()
	m, err := admin.Backup(ctx, r.db, r.id, *who.dir, *out, actor, r.clock)
	if err != nil {
		return err
	}
	fmt.Fprintf(t.out, "wrote %s: %d files as of %s\nledger: %d entries, root %s\nfingerprint of the organisation: %s\n\n"+
		"A security officer's passphrase of today opens it, also on a new machine. Keep it on another machine, in another place.\n",
		*out, len(m.Files), m.Made.Format(time.RFC3339), m.LedgerSize, m.LedgerRoot, bundle.Fingerprint(m.Organisation))
	return nil
}

func restoreVerb(ctx context.Context, t terminal, args []string) error {
	set := flags(t, "restore")
	who := t.identified(set, "who restores; a security officer at the time of the backup")
	in := set.String("in", "", "the backup")
	print := set.String("fingerprint", "", "the organisation's fingerprint, as it stands on a poster; anything else is refused")
	replace := set.Bool("replace", false, "move a Desk that is there aside, and keep it")
	if err := set.Parse(args); err != nil {
		return err
	}
	if *in == "" {
		return errors.New("say which backup: --in FILE")
	}
	pass, err := who.passphrase(t)
	if err != nil {
		return err
	}
	out, err := admin.Restore(ctx, admin.Restoring{In: *in, Dir: *who.dir, Login: *who.login, Passphrase: pass, Fingerprint: *print, Replace: *replace}, clock.System())
	if err != nil {
		return err
	}
	fmt.Fprintf(t.out, "restored %s: %d files as of %s\nledger: %d entries, whole\nfingerprint of the organisation: %s\n", *who.dir, len(out.Files), out.Made.Format(time.RFC3339), out.LedgerSize, bundle.Fingerprint(out.Organisation))
	if *print == "" {
		fmt.Fprintln(t.out, "Compare the fingerprint with a poster: only then it is sure that the backup is yours.")
	}
	warn(t, out)
	return nil
}

// warn says what a restored Desk does not know.
func warn(t terminal, out admin.Restored) {
	fmt.Fprintf(t.out, "\nWhat this Desk confirmed to the Front after %s is not in the backup, and the Front has forgotten it.\n", out.Made.Format(time.RFC3339))
	if out.Aside != "" {
		fmt.Fprintf(t.out, "The Desk that was here is kept in %s.\n", out.Aside)
	}
	if out.Parted {
		fmt.Fprintln(t.out, "WARNING: the ledger of that Desk is not a continuation of the backup's. One of the two was altered; find out which.")
	}
	if out.Newer {
		fmt.Fprintln(t.out, "WARNING: the backup is older than that Desk.")
	}
	for _, a := range out.Missing {
		fmt.Fprintf(t.out, "possibly missing: message %s, confirmed %s\n", a.ID, a.At.Format(time.RFC3339))
	}
	for _, name := range out.Returned {
		fmt.Fprintf(t.out, "WARNING: %s had been removed since and can sign in again: remove them now.\n", name)
	}
	if len(out.Returned) == 0 {
		fmt.Fprintln(t.out, "Whoever was removed after the backup can sign in again: look at the members now. New intake keys are made at the first sign-in.")
	}
}
