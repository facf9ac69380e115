package desk

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"waylight/desk/internal/gazetteer"
)

func importGazetteerVerb(ctx context.Context, t terminal, path string, args []string) error {
	set := flags(t, "import gazetteer")
	who := t.identified(set, "who imports; a documenter or a security officer")
	dry := set.Bool("dry-run", false, "only look through the file; no Desk is needed")
	only := set.String("only", "", "keep the kinds that begin with one of these, such as A,P (regions and settlements)")
	if err := set.Parse(args); err != nil {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	all, err := gazetteer.Parse(f, strings.FieldsFunc(*only, func(r rune) bool { return r == ',' || r == ' ' })...)
	var wrong gazetteer.Wrongs
	if errors.As(err, &wrong) {
		for _, w := range wrong {
			fmt.Fprintf(t.err, "%s, %v\n", filepath.Base(path), w)
		}
		return fmt.Errorf("errors in %s: %d, as far as they are counted; nothing was imported", filepath.Base(path), len(wrong))
	}
	if err != nil {
		return err
	}
	if *dry {
		fmt.Fprintf(t.out, "%s: places %d, no errors; nothing was imported\n", filepath.Base(path), len(all))
		return nil
	}
	d, actor, err := who.enter(ctx, t)
	if err != nil {
		return err
	}
	defer d.Lock()
	got, err := d.rooms().atlas.Load(ctx, actor, all)
	if err != nil {
		return err
	}
	fmt.Fprintf(t.out, "imported %s: added %d, changed %d, as before %d\n", filepath.Base(path), got.Added, got.Changed, got.Same)
	return nil
}
