// Package wording keeps the team's templates of answers: one text for each
// language, with placeholders, and every version that there was.
//
// A text is marked with who wrote it in that language. One that a machine made is
// kept apart until a person who knows the language has read it: until then nobody
// can put it into an answer. Templates hold nothing about anybody. The package
// refuses what was said in conversations; it imports staff, ledger and the ground.
package wording

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Text is a template in one language.
type Text struct {
	Words   string `json:"words"`
	Machine bool   `json:"machine,omitempty"` // made by a machine and read by nobody yet
	Reader  string `json:"reader,omitempty"`  // member who wrote it or read it in this language
}

// Template is one version of a template.
type Template struct {
	ID      string
	Version int
	Title   string
	Texts   map[string]Text // by language
	Author  string
	At      time.Time
	Retired bool
}

// Usable reports whether there is a text in this language that a person answers for.
func (t Template) Usable(lang string) bool {
	x, ok := t.Texts[lang]
	return ok && !x.Machine && strings.TrimSpace(x.Words) != ""
}

// Missing lists the languages among wanted in which no person answers for a text.
func (t Template) Missing(wanted ...string) []string {
	return slices.DeleteFunc(slices.Clone(wanted), t.Usable)
}

var placeholder = regexp.MustCompile(`\{[^{}\n]{0,40}\}`)

// Placeholders lists what stands in braces, such as {day}, in the order of the text.
func Placeholders(words string) []string {
	var out []string
	for _, p := range placeholder.FindAllString(words, -1) {
		if !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

// Left gives the placeholders of a template that still stand in an answer: it must not leave like this.
func Left(t Template, lang, answer string) []string {
	return slices.DeleteFunc(Placeholders(t.Texts[lang].Words), func(p string) bool { return !strings.Contains(answer, p) })
}

// Check answers what is wrong with a template: the placeholders must be the same in every language.
func Check(t Template) error {
	var c fault.Check
	c.Field(strings.TrimSpace(t.Title) != "" && len(t.Title) <= 120, "title", "Give the template a short title.")
	some := false
	var first []string
	for _, lang := range sorted(t.Texts) {
		w := t.Texts[lang].Words
		if strings.TrimSpace(w) == "" {
			continue
		}
		c.Field(len(w) <= 20_000, "text-"+lang, "This text is too long for a template.")
		p := Placeholders(w)
		slices.Sort(p)
		if !some {
			first = p
		}
		c.Field(slices.Equal(first, p), "text-"+lang, "The words in braces must be the same in every language.")
		some = true
	}
	c.Field(some, "text-en", "Write the text in at least one language.")
	return c.Err()
}

func sorted(texts map[string]Text) []string {
	out := make([]string, 0, len(texts))
	for l := range texts {
		out = append(out, l)
	}
	slices.Sort(out)
	return out
}

// Store keeps templates.
type Store interface {
	AddTemplate(ctx context.Context, t Template) error // a Conflict when this version exists
	Templates(ctx context.Context) ([]Template, error) // the newest version of each, by title
	Versions(ctx context.Context, id string) ([]Template, error)
	ledger.Appender
}

// Shelf carries the verbs of the room.
type Shelf struct {
	Within  func(ctx context.Context, f func(Store) error) error
	Reading func(ctx context.Context, f func(Store) error) error
	Clock   clock.Clock
}

// Keep keeps a new template, or the next version of one that the author saw in
// version saw. A new one may bring an id, made with its form: a form that is sent
// twice is one version.
func (h *Shelf) Keep(ctx context.Context, actor staff.Actor, t Template, saw int) (Template, error) {
	if err := actor.Must(staff.Intake, staff.Caseworker); err != nil {
		return t, err
	}
	if err := Check(t); err != nil {
		return t, err
	}
	err := h.Within(ctx, func(s Store) error {
		var before map[string]Text
		if t.ID == "" {
			t.ID, saw = ids.New("wording"), 0
		} else {
			all, err := s.Versions(ctx, t.ID)
			if err != nil {
				return err
			}
			switch {
			case len(all) == 0 && saw == 0 && ids.Valid("wording", t.ID):
			case len(all) == 0:
				return fault.Missing()
			case all[0].Version == saw+1 && all[0].Author == actor.ID && !all[0].Retired && all[0].Title == t.Title && sameWords(all[0].Texts, t.Texts):
				t = all[0]
				return nil
			case all[0].Version != saw:
				return fault.New(fault.Conflict, "A colleague changed this template meanwhile. What you wrote is still here; look at the new version first.")
			default:
				before = all[0].Texts
			}
		}
		t.Version, t.Author, t.At = saw+1, actor.ID, h.Clock.Now()
		texts := map[string]Text{}
		for lang, x := range t.Texts {
			if strings.TrimSpace(x.Words) == "" {
				continue
			}
			switch old := before[lang]; {
			case x.Machine:
				x.Reader = ""
			case old.Words == x.Words && !old.Machine:
				x.Reader = old.Reader
			default:
				x.Reader = actor.ID
			}
			texts[lang] = x
		}
		t.Texts = texts
		if err := s.AddTemplate(ctx, t); err != nil {
			return err
		}
		return s.Append(ctx, ledger.Entry{Actor: actor.ID, Action: "template.kept", Subject: t.ID})
	})
	return t, err
}

// sameWords compares texts, without those that are empty.
func sameWords(a, b map[string]Text) bool {
	for _, pair := range [][2]map[string]Text{{a, b}, {b, a}} {
		for lang, x := range pair[0] {
			y := pair[1][lang]
			if strings.TrimSpace(x.Words) != "" && (x.Words != y.Words || x.Machine != y.Machine) {
				return false
			}
		}
	}
	return true
}

// Retire takes a template out of use; its versions stay.
func (h *Shelf) Retire(ctx context.Context, actor staff.Actor, id string, saw int) error {
	if err := actor.Must(staff.Intake, staff.Caseworker); err != nil {
		return err
	}
	return h.Within(ctx, func(s Store) error {
		all, err := s.Versions(ctx, id)
		if err != nil {
			return err
		}
		if len(all) == 0 {
			return fault.Missing()
		}
		if all[0].Version != saw {
			return fault.New(fault.Conflict, "A colleague changed this template meanwhile. What you wrote is still here; look at the new version first.")
		}
		t := all[0]
		t.Version, t.Author, t.At, t.Retired = saw+1, actor.ID, h.Clock.Now(), true
		if err := s.AddTemplate(ctx, t); err != nil {
			return err
		}
		return s.Append(ctx, ledger.Entry{Actor: actor.ID, Action: "template.retired", Subject: id})
	})
}

// All lists the templates in use, by title.
func (h *Shelf) All(ctx context.Context) (out []Template, err error) {
	err = h.Reading(ctx, func(s Store) error {
		all, err := s.Templates(ctx)
		out = slices.DeleteFunc(all, func(t Template) bool { return t.Retired })
		return err
	})
	return out, err
}

// Versions lists every version of one template, the newest first.
func (h *Shelf) Versions(ctx context.Context, id string) (out []Template, err error) {
	err = h.Reading(ctx, func(s Store) error {
		out, err = s.Versions(ctx, id)
		if err == nil && len(out) == 0 {
			err = fault.Missing()
		}
		return err
	})
	return out, err
}
