package partyweb

import (
	"waylight/desk/internal/count"
	"waylight/desk/internal/parties"
	"waylight/internal/i18n"
)

// Size says how many a group is; "" when it is not said.
func Size(w i18n.Words, r count.Range) string { return size(w, r) }

// Part says the part that a party had, with how far it is answerable.
func Part(w i18n.Words, i parties.Involvement) string {
	if i.Degree == "" {
		return word(w, roles(), i.Role)
	}
	return word(w, roles(), i.Role) + ": " + word(w, degrees(), i.Degree)
}

// Sentence says a relation from left to right.
func Sentence(w i18n.Words, x parties.Relation, who map[string]parties.Party) string {
	return who[x.One].Called + " " + word(w, ties(), x.Tie) + " " + who[x.Other].Called
}

// Lasting says from when until when a relation was; a dash when it is not known.
func Lasting(w i18n.Words, x parties.Relation) string {
	if s := lasting(w, x); s != "" {
		return s[1:]
	}
	return "—"
}
