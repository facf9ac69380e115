package cases

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
)

// Guard is told what identifies people, so that no outgoing text gives it away.
// It keeps fingerprints only; the words themselves stay in the safe.
type Guard interface {
	WatchTerm(ctx context.Context, owner, kind, term string) error
	// TermOwners lists who keeps a term, as the owners that WatchTerm was given. It opens nothing.
	TermOwners(ctx context.Context, kind, term string) ([]string, error)
	// WithdrawTerm ends what a consent let be shown.
	WithdrawTerm(ctx context.Context, consent string) error
	// ForgetDecisions takes back what let an owner's terms stand in texts, and counts.
	ForgetDecisions(ctx context.Context, owner string) (int64, error)
	// WatchFacts protects what a text tells of a person that was written at a time.
	WatchFacts(ctx context.Context, owner, text string, written time.Time) error
	// FactsUntold lists which owners' facts the guard lacks, and FactsTold notes that it was told.
	FactsUntold(ctx context.Context, owners []string) ([]string, error)
	FactsTold(ctx context.Context, owner string) error
	// ForgetTerms removes all that an owner and its parts gave.
	ForgetTerms(ctx context.Context, owner string) error
}

// secret is one term of an item, with its kind as the leak guard calls it.
type secret struct{ kind, term string }

// secrets lists what of an item's content identifies somebody or a place.
func secrets(content any) []secret {
	var out []secret
	switch c := content.(type) {
	case Party:
		out = append(append(nameSecrets(c.Name), contactSecrets(c.Contact)...), paperSecrets(c.Papers)...)
	case *Party:
		out = append(append(nameSecrets(c.Name), contactSecrets(c.Contact)...), paperSecrets(c.Papers)...)
	case Provider:
		out = append(nameSecrets(c.Name), contactSecrets(c.Contact)...)
	case Contacting:
		out = contactSecrets(c.Contacts())
	case CheckIn:
		out = contactSecrets(c.Contact)
	case Paper:
		if len(onlyDigits(c.Number)) >= 5 {
			out = []secret{{"document", c.Number}}
		}
	case Place:
		out = append(contactSecrets(c.Contact), secret{"address", c.Address})
	}
	return out
}

// nameSecrets splits a field in which people write several forms of a name.
func nameSecrets(text string) []secret {
	var out []secret
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",;/()\n\"«»", r) }) {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, secret{"name", part})
		}
	}
	return out
}

// paperSecrets finds the numbers of documents: groups of letters and digits with at least six digits.
func paperSecrets(text string) []secret {
	var out []secret
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune(",;\n", r) }) {
		var number []string
		digits := 0
		for word := range strings.FieldsSeq(part) {
			if strings.ContainsFunc(word, unicode.IsDigit) {
				number = append(number, word)
				digits += len(onlyDigits(word))
			}
		}
		if digits >= 6 {
			out = append(out, secret{"document", strings.Join(number, " ")})
		}
	}
	return out
}

// contactSecrets tells phones, addresses and account names apart.
func contactSecrets(text string) []secret {
	var out []secret
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",;\n", r) }) {
		part = strings.TrimSpace(part)
		digits := 0
		for _, r := range part {
			if unicode.IsDigit(r) {
				digits++
			}
		}
		at := strings.IndexByte(part, '@')
		switch {
		case at > 0 && strings.Contains(part[at:], "."):
			word := part
			for w := range strings.FieldsSeq(part) {
				if strings.Contains(w, "@") {
					word = w
				}
			}
			out = append(out, secret{"email", word})
		case digits >= 6:
			out = append(out, secret{"phone", part})
		case at >= 0 || strings.Contains(part, "t.me/"):
			out = append(out, secret{"handle", part[strings.LastIndexAny(part, "@/")+1:]})
		}
	}
	return out
}

// protect tells the guard of an item's terms. The owner is the safe and the item,
// so that a consent for one person lifts nothing of another.
func protect(ctx context.Context, tx Store, i Item, content any) error {
	all := append(secrets(content), scattered(content)...)
	if text := factText(content); text != "" {
		all = append(all, secret{factKind, text})
	}
	for _, s := range all {
		if err := tx.WatchTerm(ctx, i.Safe+"/"+i.ID, s.kind, s.term); err != nil {
			return err
		}
	}
	return nil
}

// factKind is how the leak guard calls what a text tells of a person: an age, a
// profession, a village. Together they may fit one person only.
const factKind = "facts"

// factText is what of an item's content tells facts about people: of a party what is
// written of this person, of a note all. Names are told apart from it.
func factText(content any) string {
	switch c := content.(type) {
	case Party:
		return strings.TrimSpace(strings.Join([]string{c.Role, c.Medical, c.Interest, c.Papers, c.Other}, "\n"))
	case *Party:
		return factText(*c)
	case Note:
		return strings.TrimSpace(c.Words)
	case *Note:
		return factText(*c)
	}
	return ""
}

// told is a text of an item that tells facts.
type told struct {
	owner, text string
	at          time.Time
}

// factsOf opens what of a case tells facts. Every edition counts, as with names.
func factsOf(s safe.Safe, items []Item) (out []told, err error) {
	add := func(i Item, content any, at time.Time) {
		if text := factText(content); text != "" {
			out = append(out, told{i.Safe + "/" + i.ID, text, at})
		}
	}
	for _, i := range items {
		switch i.Kind {
		case KindParty:
			err = take(s, i, func(e Edition[Party]) { add(i, e.Content, e.At) })
		case KindNote:
			err = take(s, i, func(e Edition[Note]) { add(i, e.Content, e.At) })
		}
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// tellFacts tells the guard the facts of cases that it lacks: those that were written
// before it knew of facts, or while none were kept.
func tellFacts(ctx context.Context, tx Store, opened []opening) error {
	var ids []string
	for _, o := range opened {
		ids = append(ids, o.file)
	}
	lack, err := tx.FactsUntold(ctx, ids)
	if err != nil {
		return err
	}
	for _, o := range opened {
		if !slices.Contains(lack, o.file) {
			continue
		}
		for _, f := range o.facts {
			if err := tx.WatchFacts(ctx, f.owner, f.text, f.at); err != nil {
				return err
			}
		}
		if err := tx.FactsTold(ctx, o.file); err != nil {
			return err
		}
	}
	return nil
}

// TellFacts opens a case for the leak guard, which lacks its facts, and shows nobody
// anything of it. The ledger says so.
func (b *Book) TellFacts(ctx context.Context, actor staff.Actor, file string) error {
	return b.within(ctx, func(tx Store) error {
		s, err := unlock(ctx, tx, actor, file)
		if err != nil {
			return err
		}
		items, err := tx.Items(ctx, file)
		if err != nil {
			return err
		}
		facts, err := factsOf(s, items)
		if err != nil {
			return err
		}
		if err := tellFacts(ctx, tx, []opening{{file: file, facts: facts}}); err != nil {
			return err
		}
		return tx.Append(ctx, ledger.Entry{Actor: actor.ID, Action: "guard.told", Subject: file, Scope: file})
	})
}
