// Package i18n gives every page its words: gettext catalogues whose keys are the
// English sentences themselves.
//
// A Catalogue is read once from the locale folders of the rooms (locale/ru.po in
// each) and gives Words for a language; a typed view embeds Words, so that a
// template writes {{.T "Save"}}. Besides English and Russian there are two
// languages for tests: x-pseudo (accents, forty per cent longer, in brackets) and
// x-rtl (the same, from right to left). It refuses, at load and with file, line and key: fuzzy entries, missing
// translations and plural forms, differing placeholders, and one key with two
// translations. PO files are read by a strict reader of its own, because gotext's
// skips what it does not understand; gotext evaluates the plural rule. It imports
// the ground's clock only.
package i18n

import (
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/leonelquinteros/gotext/plurals"
)

// Lang is a language tag: "en", "ru".
type Lang string

// The languages of the product, and two for tests.
const (
	English Lang = "en"
	Russian Lang = "ru"
	Pseudo  Lang = "x-pseudo" // accents, longer, in brackets: shows what is not translated and what does not fit
	Mirror  Lang = "x-rtl"    // the same from right to left
)

//go:embed locale/*.po
var own embed.FS

// Locale is this package's own catalogue: dates, times left, numbers.
func Locale() fs.FS { return own }

// Key marks an English sentence in Go code that is translated later, so that
// i18ntest finds it. It returns its argument.
func Key(sentence string) string { return sentence }

// entry is one translation: one form, or one for each plural class.
type entry struct {
	forms []string
	where string // file:line, for messages
}

// table holds all that is known in one language.
type table struct {
	entries map[string]entry
	plural  plurals.Expression
	count   int // plural forms
}

// Catalogue holds the translations of all rooms. It does not change after Load.
type Catalogue struct {
	tables map[Lang]*table
}

// Load reads locale/*.po of each file system, and this package's own. A language
// is known when any of them has a file for it. Errors name file, line and key.
func Load(rooms ...fs.FS) (*Catalogue, error) {
	c := &Catalogue{tables: map[Lang]*table{}}
	for _, room := range append([]fs.FS{own}, rooms...) {
		files, err := fs.Glob(room, "locale/*.po")
		if err != nil {
			return nil, err
		}
		for _, name := range files {
			b, err := fs.ReadFile(room, name)
			if err != nil {
				return nil, err
			}
			lang := Lang(strings.TrimSuffix(path.Base(name), ".po"))
			if err := c.add(lang, name, string(b)); err != nil {
				return nil, err
			}
		}
	}
	return c, nil
}

// Must is Load for catalogues that are part of the binary and tested.
func Must(c *Catalogue, err error) *Catalogue {
	if err != nil {
		panic(err)
	}
	return c
}

func (c *Catalogue) add(lang Lang, name, text string) error {
	f, err := readPO(name, text)
	if err != nil {
		return err
	}
	t := c.tables[lang]
	if t == nil {
		t = &table{entries: map[string]entry{}, plural: f.plural, count: f.count}
		c.tables[lang] = t
	}
	if t.count != f.count {
		return fmt.Errorf("%s: %d plural forms, other catalogues of %s have %d", name, f.count, lang, t.count)
	}
	for _, m := range f.messages {
		if err := m.check(f.count); err != nil {
			return fmt.Errorf("%s: %w", m.where, err)
		}
		if old, ok := t.entries[m.id]; ok && !slices.Equal(old.forms, m.forms) {
			return fmt.Errorf("%s: %q is translated differently at %s: choose one word for one thing", m.where, m.id, old.where)
		}
		t.entries[m.id] = entry{forms: m.forms, where: m.where}
	}
	return nil
}

// Langs lists the languages that people can choose: English first.
func (c *Catalogue) Langs() []Lang {
	rest := slices.Sorted(maps.Keys(c.tables))
	return append([]Lang{English}, slices.DeleteFunc(rest, func(l Lang) bool { return l == English })...)
}

// Has reports whether key has a translation in l (every key has one in English).
func (c *Catalogue) Has(l Lang, key string) bool {
	if l == English {
		return true
	}
	t := c.tables[l]
	if t == nil {
		return false
	}
	_, ok := t.entries[key]
	return ok
}

// Keys lists the keys of one room's catalogue in language l.
func Keys(room fs.FS, l Lang) ([]string, error) {
	name := "locale/" + string(l) + ".po"
	b, err := fs.ReadFile(room, name)
	if err != nil {
		return nil, err
	}
	f, err := readPO(name, string(b))
	if err != nil {
		return nil, err
	}
	keys := make([]string, 0, len(f.messages))
	for _, m := range f.messages {
		keys = append(keys, m.id)
	}
	return keys, nil
}

// For gives the words of a language; an unknown one gives English.
func (c *Catalogue) For(l Lang) Words {
	if c == nil {
		return Words{Lang: English}
	}
	if l == Pseudo || l == Mirror {
		return Words{Lang: l}
	}
	if t := c.tables[l]; t != nil {
		return Words{Lang: l, table: t}
	}
	return Words{Lang: English}
}

// Match picks from have the language that an Accept-Language header prefers; the
// first of have when none fits.
func Match(accept string, have []Lang) Lang {
	best, quality := Lang(""), 0.0
	for part := range strings.SplitSeq(accept, ",") {
		tag, rest, _ := strings.Cut(strings.TrimSpace(part), ";")
		q := 1.0
		if v, ok := strings.CutPrefix(strings.TrimSpace(rest), "q="); ok {
			if _, err := fmt.Sscanf(v, "%f", &q); err != nil {
				continue
			}
		}
		base, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(tag)), "-")
		if q > quality && slices.Contains(have, Lang(base)) {
			best, quality = Lang(base), q
		}
	}
	if best == "" && len(have) > 0 {
		return have[0]
	}
	return best
}
