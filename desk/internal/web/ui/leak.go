package ui

import "waylight/internal/i18n"

// LeakReason says in plain words why the leak guard found something of a kind, without
// naming whom it gives away. Kind is a guard.Kind, why the name of a guard.Reason, and gap
// how many words on the second of two parts stands. It is empty for a reason that is not
// known here.
func LeakReason(w i18n.Words, kind, why string, gap int) string {
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
		return w.T("What is a surname but for one letter stands beside another part of the same person's name.")
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
	}
	return ""
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
