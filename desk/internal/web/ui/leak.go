package ui

import (
	"strings"

	"waylight/internal/i18n"
)

// LeakReason says in plain words why the leak guard found something of a kind, without
// naming whom it gives away. Kind is a guard.Kind, why the name of a guard.Reason, and gap
// how many words on the second of two parts stands. Where the place was read otherwise than
// it is written, read, the name of a guard.Read, says how. It is empty for a reason that is
// not known here.
func LeakReason(w i18n.Words, kind, why, read string, gap int) string {
	says := leakReason(w, kind, why, gap)
	if how := leakRead(w, read); says != "" && how != "" {
		return says + " " + how
	}
	return says
}

// leakRead says how a place was read.
func leakRead(w i18n.Words, read string) string {
	switch read {
	case "shown":
		return w.T("It was read as a program shows it: without codes, tags and signs within the words.")
	case "cut":
		return w.T("It is cut into pieces; they were read together.")
	case "keyboard":
		return w.T("It was read as if typed with the keyboard in the other language.")
	case "backwards":
		return w.T("It was read backwards.")
	case "host":
		return w.T("It stands in a code in an address of the web (xn--), and was read from it.")
	}
	return ""
}

// SpotText says that coordinates stand in a paragraph, counted from 0.
func SpotText(w i18n.Words, paragraph int) string {
	return w.T("Coordinates stand in paragraph %d.", paragraph+1)
}

func leakReason(w i18n.Words, kind, why string, gap int) string {
	switch why {
	case "own":
		return w.T(leakOwn(kind))
	case "only":
		return w.T("This is the only name by which somebody is known here.")
	case "surname":
		return w.T("This is a surname that few of the people whom the Desk protects bear.")
	case "initial":
		return w.T("A surname stands beside the initial of somebody who bears it.")
	case "parts":
		return leakParts(w, kind, gap)
	case "spelling":
		return w.T("What is a part of somebody's name but for one letter stands beside another part of it.")
	case "letters":
		return w.T("Two words stand near each other that have the consonants of one person's name, which is kept in other letters.")
	case "piece":
		return w.T(leakPiece(kind))
	case "word":
		return w.T("It is written here as an ordinary word is.")
	case "shared":
		return w.T("This is a part of somebody's name, without another part near it.")
	case "chance":
		return w.T("Two words stand near each other that may be parts of one person's name, or may have met by chance.")
	case "few":
		return w.T("Few of the people whom the Desk protects fit this: %s.", leakFacts(w, gap))
	case "one":
		return w.T("Only one person whom the Desk protects fits this: %s.", leakFacts(w, gap))
	case "fine":
		return w.T("It says where something is more finely than the map of a report may, which has areas of 25 kilometres. Who lives or hides there can be found.")
	}
	return ""
}

// leakFacts names facts that stand together, by the bits of guard.Fact.
func leakFacts(w i18n.Words, bits int) string {
	names := []string{w.T("an age"), w.T("a profession"), w.T("a widow, an orphan, a twin"), w.T("an illness, a disability or a pregnancy"), w.T("a place"), w.T("a nationality"), w.T("a day"), w.T("a man or a woman"), w.T("what was done"), w.T("the word only")}
	var out []string
	for i, n := range names {
		if bits>>i&1 == 1 {
			out = append(out, n)
		}
	}
	return strings.Join(out, ", ")
}

func leakOwn(kind string) string {
	switch kind {
	case "alias":
		return i18n.Key("This is somebody's nickname.")
	case "pseudonym":
		return i18n.Key("This is the inner name of a case.")
	case "place":
		return i18n.Key("This is the name of a place that is kept secret.")
	case "phone":
		return i18n.Key("This is somebody's telephone number.")
	case "email":
		return i18n.Key("This is somebody's e-mail address.")
	case "handle":
		return i18n.Key("This is the name of somebody's account.")
	case "document":
		return i18n.Key("This is the number of somebody's document or car.")
	}
	return i18n.Key("This stands here as it is kept.")
}

func leakPiece(kind string) string {
	switch kind {
	case "phone":
		return i18n.Key("These are the last digits of somebody's telephone number.")
	case "email":
		return i18n.Key("This is the first part of somebody's e-mail address.")
	}
	return i18n.Key("This is a piece of what is kept.")
}

// leakParts says how near two parts stand.
func leakParts(w i18n.Words, kind string, gap int) string {
	switch {
	case kind == "address":
		return w.T("The street and the number of somebody's house stand near each other.")
	case kind != "name":
		return w.T("The words of which it is made stand near each other.")
	case gap <= 1:
		return w.T("Two parts of one person's name, such as given name and surname, stand side by side.")
	}
	return w.N("Two parts of one person's name, such as given name and surname, stand %d word apart.", "Two parts of one person's name, such as given name and surname, stand %d words apart.", gap)
}

// TraceSays says what a file tells besides what it shows, without the value. Kind is a
// traces.Kind; it is empty for one that is not known here.
func TraceSays(w i18n.Words, kind string) string {
	switch kind {
	case "place":
		return w.T("It says where it was made.")
	case "device":
		return w.T("It says with which device it was made.")
	case "author":
		return w.T("It says who made it.")
	case "time":
		return w.T("It says when it was made.")
	case "program":
		return w.T("It says with which program it was made.")
	case "note":
		return w.T("It holds a remark, a title or key words that are not seen.")
	case "changes":
		return w.T("It holds what was struck out, changed or hidden.")
	case "inside":
		return w.T("It holds another file or a small picture.")
	}
	return ""
}
