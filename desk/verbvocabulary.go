package desk

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"waylight/desk/internal/vocabulary"
)

func importVocabularyVerb(ctx context.Context, t terminal, path string, args []string) error {
	set := flags(t, "import vocabulary")
	who := t.identified(set, "who imports; a documenter or a security officer")
	dry := set.Bool("dry-run", false, "only look through the file; no Desk is needed")
	if err := set.Parse(args); err != nil {
		return err
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	terms, err := vocabulary.Parse(text)
	var wrong vocabulary.Wrongs
	if errors.As(err, &wrong) {
		for _, w := range wrong {
			fmt.Fprintf(t.err, "%s, %v\n", filepath.Base(path), w)
		}
		return fmt.Errorf("errors in %s: %d; nothing was imported", filepath.Base(path), len(wrong))
	}
	if err != nil {
		return err
	}
	if *dry {
		fmt.Fprintf(t.out, "%s: terms %d, no errors; nothing was imported\n", filepath.Base(path), len(terms))
		return nil
	}
	d, actor, err := who.enter(ctx, t)
	if err != nil {
		return err
	}
	defer d.Lock()
	got, err := d.rooms().lexicon.Take(ctx, actor, terms)
	if err != nil {
		return err
	}
	fmt.Fprintf(t.out, "imported %s: added %d, changed %d, as before %d, no longer in the file %d\n", filepath.Base(path), got.Added, got.Changed, got.Same, got.Gone)
	return nil
}
