package partyweb

import (
	"strings"

	"waylight/desk/internal/count"
	"waylight/desk/internal/parties"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// phrase is a code with the words that people read.
type phrase struct{ code, words string }

func kinds() []phrase {
	return []phrase{{string(parties.Person), i18n.Key("A person")}, {string(parties.Unnamed), i18n.Key("A person whose name nobody knows")}, {string(parties.Group), i18n.Key("A group of people")}, {string(parties.Organisation), i18n.Key("An organisation, unit or office")}}
}

func roles() []phrase {
	return []phrase{{string(parties.Perpetrator), i18n.Key("did it")}, {string(parties.Commander), i18n.Key("commanded those who did it")}, {string(parties.Victim), i18n.Key("it was done to them")}, {string(parties.Witness), i18n.Key("saw it")}, {string(parties.Helper), i18n.Key("helped those to whom it was done")}}
}

func degrees() []phrase {
	return []phrase{{string(parties.CarriedOut), i18n.Key("carried it out")}, {string(parties.Ordered), i18n.Key("ordered it")}, {string(parties.Planned), i18n.Key("planned it")}, {string(parties.Incited), i18n.Key("incited it")},
		{string(parties.Assisted), i18n.Key("assisted")}, {string(parties.Forced), i18n.Key("took part under duress")}, {string(parties.KnewOf), i18n.Key("knew and did not prevent it")}}
}

func ties() []phrase {
	return []phrase{{string(parties.Commands), i18n.Key("commands")}, {string(parties.ControlsIt), i18n.Key("controls")}, {string(parties.MemberOf), i18n.Key("is a member of")}, {string(parties.PartOf), i18n.Key("is a part of")}, {string(parties.Succeeds), i18n.Key("came after")},
		{string(parties.ParentOf), i18n.Key("is a parent of")}, {string(parties.Married), i18n.Key("is married to")}, {string(parties.Kin), i18n.Key("is kin of")}, {string(parties.FriendOf), i18n.Key("is a friend or partner of")}, {string(parties.WorksWith), i18n.Key("works with")}}
}

func statuses() []phrase {
	return []phrase{{"released", i18n.Key("released")}, {"held", i18n.Key("still held")}, {"escaped", i18n.Key("escaped")}, {"dead", i18n.Key("dead")}, {"missing", i18n.Key("gone missing")}, {"unknown", i18n.Key("not known")}}
}

// word gives the words of a code; a code that is not on the list as it is.
func word[C ~string](w i18n.Words, list []phrase, code C) string {
	for _, p := range list {
		if p.code == string(code) {
			return w.T(p.words)
		}
	}
	return string(code)
}

func options(w i18n.Words, list []phrase) []page.Option {
	out := make([]page.Option, len(list))
	for i, p := range list {
		out[i] = page.Option{Value: p.code, Label: w.T(p.words)}
	}
	return out
}

// choose puts an empty choice before others.
func choose(w i18n.Words, rest []page.Option) []page.Option {
	return append([]page.Option{{Value: "", Label: w.T("Choose")}}, rest...)
}

func fieldNames() []phrase {
	return []phrase{{"Kind", i18n.Key("Kind")}, {"Called", i18n.Key("Called")}, {"Names", i18n.Key("Other names")}, {"Published", i18n.Key("Name that may be published")}, {"Why", i18n.Key("By what right")}, {"Size", i18n.Key("How many")}, {"Note", i18n.Key("Note")},
		{"Code", i18n.Key("Code")}, {"Title", i18n.Key("In a few words")}, {"Dated", i18n.Key("When")}, {"Place", i18n.Key("Place")}, {"Method", i18n.Key("How it was done")}, {"Status", i18n.Key("How it stands with them at its end")}, {"Motive", i18n.Key("Motive")}, {"Withdrawn", i18n.Key("Withdrawn by a correction")},
		{"Role", i18n.Key("Part")}, {"Degree", i18n.Key("How far answerable")}, {"Capacity", i18n.Key("As what")}, {"Claims", i18n.Key("Claims")}, {"Tie", i18n.Key("Relation")}, {"Since", i18n.Key("Since")}, {"Until", i18n.Key("Until when")}}
}

// fieldName is what a field of an edition is called; "" one that is not shown.
func fieldName(w i18n.Words, field string) string {
	for _, p := range fieldNames() {
		if p.code == field {
			return w.T(p.words)
		}
	}
	return ""
}

// size says how many a group is.
func size(w i18n.Words, r count.Range) string {
	var out []string
	for _, x := range []struct {
		n   count.Number
		key string
	}{{r.Low, i18n.Key("at least %s")}, {r.Best, i18n.Key("probably %s")}, {r.High, i18n.Key("at most %s")}} {
		if x.n.Known {
			out = append(out, w.T(x.key, w.Number(x.n.N)))
		}
	}
	return strings.Join(out, ", ")
}

// script names the scripts in which a name is written.
func script(w i18n.Words, name string) string {
	var latin, cyrillic, arabic, other bool
	for _, c := range name {
		switch {
		case c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= 0xC0 && c < 0x250:
			latin = true
		case c >= 0x400 && c < 0x530:
			cyrillic = true
		case c >= 0x600 && c < 0x780:
			arabic = true
		case c > 0x780:
			other = true
		}
	}
	switch {
	case cyrillic && latin:
		return w.T("letters of two scripts are mixed: look closely")
	case cyrillic:
		return w.T("Cyrillic")
	case arabic:
		return w.T("Arabic")
	case other:
		return w.T("another script")
	}
	return w.T("Latin")
}
