package planted

import (
	"slices"
	"strings"
)

// Cases are the six cases of Russian: nominative, genitive, dative, accusative,
// instrumental, prepositional.
const cases = 6

func declineGiven(name string, woman bool, c int) string {
	if a, b, ok := strings.Cut(name, "-"); ok { // Саид-Эмин: the last part alone
		return a + "-" + declineGiven(b, woman, c)
	}
	rs := []rune(name)
	last, stem := rs[len(rs)-1], string(rs[:len(rs)-1])
	forms := func(f string) string { return stem + strings.Split(f, ",")[c] }
	irregular := map[string]string{"Павел": "Павел,Павла,Павлу,Павла,Павлом,Павле", "Лев": "Лев,Льва,Льву,Льва,Львом,Льве", "Пётр": "Пётр,Петра,Петру,Петра,Петром,Петре", "Любовь": "Любовь,Любови,Любови,Любовь,Любовью,Любови"}
	switch f, ok := irregular[name]; {
	case ok:
		return strings.Split(f, ",")[c]
	case strings.HasSuffix(name, "ия"):
		return forms("я,и,и,ю,ей,и")
	case last == 'я':
		return forms("я,и,е,ю,ей,е")
	case last == 'а' && strings.ContainsRune("гкхжшчщ", rs[len(rs)-2]):
		return forms("а,и,е,у,ой,е")
	case last == 'а':
		return forms("а,ы,е,у,ой,е")
	case strings.HasSuffix(name, "ий"):
		return forms("й,я,ю,я,ем,и")
	case last == 'й', last == 'ь' && !woman:
		return stem + strings.Split(string(last)+",я,ю,я,ем,е", ",")[c]
	case strings.ContainsRune("иоуэеь", last), woman:
		return name
	}
	return name + strings.Split(",а,у,а,ом,е", ",")[c]
}

func declinePatronymic(p string, woman bool, c int) string {
	if woman {
		return declineGiven(p, true, c)
	}
	return p + strings.Split(",а,у,а,ем,е", ",")[c]
}

func declineSurname(p Person, c int) string {
	rs := []rune(p.Surname)
	cut := func(n int, f string) string { return string(rs[:len(rs)-n]) + strings.Split(f, ",")[c] }
	last := rs[len(rs)-1]
	switch {
	case strings.HasSuffix(p.Surname, "ий"):
		return cut(2, "ий,ого,ому,ого,им,ом")
	case strings.HasSuffix(p.Surname, "ая"):
		return cut(2, "ая,ой,ой,ую,ой,ой")
	case strings.HasSuffix(p.Surname, "ия"):
		return cut(1, "я,и,и,ю,ей,и")
	case strings.HasSuffix(p.Surname, "ых"), strings.HasSuffix(p.Surname, "их"), slices.Contains([]rune("иоеуэ"), last):
		return p.Surname
	case p.Woman && last == 'а':
		return cut(1, "а,ой,ой,у,ой,ой")
	case p.Woman:
		return p.Surname // Шевчук, as a woman's
	case strings.HasSuffix(p.Surname, "ов"), strings.HasSuffix(p.Surname, "ев"), strings.HasSuffix(p.Surname, "ин"):
		return cut(0, ",а,у,а,ым,е")
	}
	return cut(0, ",а,у,а,ом,е")
}

// In gives the parts of the name in a case: given name, patronymic if there is one, surname.
func (p Person) In(c int) []string {
	out := []string{declineGiven(p.Given, p.Woman, c)}
	if p.Patronymic != "" {
		out = append(out, declinePatronymic(p.Patronymic, p.Woman, c))
	}
	return append(out, declineSurname(p, c))
}
