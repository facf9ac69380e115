package publishweb

import (
	"io/fs"
	"strings"
	"testing"

	"waylight/desk/internal/guard"
	"waylight/desk/internal/web/ui"
	"waylight/internal/i18n"
	"waylight/internal/i18n/i18ntest"
	"waylight/internal/page"
)

func TestWords(t *testing.T) {
	t.Parallel()
	i18ntest.Check(t, i18ntest.Room{Templates: []fs.FS{templates}, Go: []string{".", "../../publish"}, Keys: []string{"Somebody changed this meanwhile. Look at it again."}, Locale: Locale(), Shared: []fs.FS{page.Locale(), ui.Locale()}})
}

// TestEveryReasonIsSaid looks that whatever the guard finds, the page says why, in both
// languages, and says each reason otherwise.
func TestEveryReasonIsSaid(t *testing.T) {
	t.Parallel()
	words, err := i18n.Load(page.Locale(), ui.Locale(), Locale())
	if err != nil {
		t.Fatal(err)
	}
	en, ru := words.For(i18n.English), words.For(i18n.Russian)
	for _, kind := range guard.Kinds() {
		said := map[string]guard.Reason{}
		for _, r := range guard.Reasons() {
			for _, gap := range []int{0, 2, 5, 21} {
				a, b := ui.LeakReason(en, string(kind), r.String(), "", gap), ui.LeakReason(ru, string(kind), r.String(), "", gap)
				if a == "" || b == "" || a == b || strings.Contains(a+b, "%") {
					t.Errorf("%s, %s, %d words apart: %q, %q", kind, r, gap, a, b)
				}
				if old, ok := said[a]; ok && old != r {
					t.Errorf("%s: %s and %s are both said as %q", kind, old, r, a)
				}
				said[a] = r
			}
		}
	}
	if got := ui.LeakReason(ru, "name", guard.Parts.String(), "", 3); !strings.Contains(got, "на расстоянии 3 слов.") {
		t.Error(got)
	}
	for _, w := range []i18n.Words{en, ru} {
		plain, said := ui.LeakReason(w, "name", guard.Parts.String(), guard.Written.String(), 1), map[string]bool{}
		for _, r := range guard.Reads() {
			got := ui.LeakReason(w, "name", guard.Parts.String(), r.String(), 1)
			if !strings.HasPrefix(got, plain+" ") || said[got] {
				t.Errorf("read as %s: %q", r, got)
			}
			said[got] = true
		}
	}
	if got := ui.LeakReason(en, "phone", "unknown", guard.Cut.String(), 0); got != "" {
		t.Error(got)
	}
}
