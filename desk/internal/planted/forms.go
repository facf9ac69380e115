package planted

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"

	"waylight/desk/internal/guard"
)

// Group says what a form gives away, and with it which bar it is held to.
type Group string

// The groups.
const (
	Near    Group = "two or more parts of one name near each other"
	Whole   Group = "an element that is somebody's own: phone, address, document, nickname …"
	Surname Group = "a lone surname"
	Typing  Group = "a typing error in the surname, beside another part"
)

// form is one way in which a text gives a person away. A form that a person has
// not (no patronymic) gives an empty text; "\f" parts two cells of a table.
type form struct {
	name  string
	group Group
	kind  guard.Kind
	lang  string
	write func(r *rand.Rand, p Person) string
}

func forms() []form {
	return slices.Concat(russianForms(), latinForms(), otherScripts(), disguises(), numberForms(), placeForms(), typingForms(), hiddenForms(), twiceForms())
}

func any6(r *rand.Rand, p Person) []string { return p.In(r.IntN(cases)) }

func first(ws []string) string { return ws[0] }
func last(ws []string) string  { return ws[len(ws)-1] }
func initial(w string) string  { return string([]rune(w)[:1]) }

func russianForms() []form {
	var out []form
	add := func(name string, f func(r *rand.Rand, p Person) string) {
		out = append(out, form{name, Near, guard.Name, "ru", f})
	}
	for c, name := range []string{"nominative", "genitive", "dative", "accusative", "instrumental", "prepositional"} {
		add(name, func(_ *rand.Rand, p Person) string { return strings.Join(p.In(c), " ") })
		add(name+", surname first", func(_ *rand.Rand, p Person) string {
			ws := p.In(c)
			return last(ws) + " " + strings.Join(ws[:len(ws)-1], " ")
		})
	}
	add("given name and surname alone", func(r *rand.Rand, p Person) string { ws := any6(r, p); return first(ws) + " " + last(ws) })
	add("patronymic without surname", func(r *rand.Rand, p Person) string {
		if p.Patronymic == "" || strings.ContainsAny(p.Kept, "აا") {
			return ""
		}
		return strings.Join(any6(r, p)[:2], " ")
	})
	add("surname with initials", func(r *rand.Rand, p Person) string { ws := any6(r, p); return initial(p.Given) + ". " + last(ws) })
	add("initials behind", func(r *rand.Rand, p Person) string { ws := any6(r, p); return last(ws) + " " + initial(p.Given) + "." })
	add("capitals", func(r *rand.Rand, p Person) string { return strings.ToUpper(strings.Join(any6(r, p), " ")) })
	add("ё written as е", func(r *rand.Rand, p Person) string {
		return strings.NewReplacer("ё", "е", "Ё", "Е").Replace(strings.Join(any6(r, p), " "))
	})
	add("ten words apart", func(r *rand.Rand, p Person) string {
		ws := any6(r, p)
		return first(ws) + ", как рассказали нам родные, друзья и соседи по дому, " + last(ws)
	})
	add("in brackets", func(r *rand.Rand, p Person) string { ws := any6(r, p); return first(ws) + " (" + last(ws) + ")" })
	add("in two cells", func(r *rand.Rand, p Person) string { ws := p.In(0); return last(ws) + "\f" + first(ws) })
	add("with the year between", func(r *rand.Rand, p Person) string {
		ws := any6(r, p)
		return last(ws) + ", 1989 г. р., " + first(ws)
	})
	add("short form of the given name", func(r *rand.Rand, p Person) string {
		s := shortNames[p.Given]
		if s == "" {
			return ""
		}
		return s + " " + last(any6(r, p))
	})
	add("spoken patronymic", func(r *rand.Rand, p Person) string {
		if !strings.HasSuffix(p.Patronymic, "ович") || strings.ContainsAny(p.Kept, "აا") {
			return ""
		}
		return p.Given + " " + strings.TrimSuffix(p.Patronymic, "ович") + "ыч"
	})
	add("double name apart, joined", func(r *rand.Rand, p Person) string {
		a, b, ok := strings.Cut(p.Given, "-")
		if !ok {
			return ""
		}
		joined := map[bool]string{true: a + " " + b, false: a + strings.ToLower(b)}[r.IntN(2) == 0]
		return joined + " " + p.Surname
	})
	out = append(out, form{"surname", Surname, guard.Name, "ru", func(r *rand.Rand, p Person) string { return last(any6(r, p)) }},
		form{"surname, a family", Surname, guard.Name, "ru", func(r *rand.Rand, p Person) string {
			base := strings.TrimSuffix(p.Surname, "а")
			for _, e := range []string{"ов", "ев", "ин"} {
				if strings.HasSuffix(base, e) {
					return base + pick(r, []string{"ы", "ых", "ым", "ыми"})
				}
			}
			return ""
		}})
	return out
}

// shortNames are short forms that Russians use, by the full name.
var shortNames = map[string]string{"Павел": "Паша", "Сергей": "Серёжа", "Юрий": "Юра", "Дмитрий": "Дима", "Мария": "Маша", "Анна": "Аня", "Юлия": "Юля", "Тимур": "Тима", "Магомед": "Мага", "Руслан": "Русик",
	"Наталья": "Наташа", "Ольга": "Оля", "Екатерина": "Катя", "Софья": "Соня", "Ирина": "Ира", "Дарья": "Даша", "Ксения": "Ксюша", "Пётр": "Петя", "Лев": "Лёва", "Игорь": "Гоша", "Кирилл": "Кирюша", "Геннадий": "Гена", "Вячеслав": "Слава",
	"Фёдор": "Федя", "Семён": "Сеня", "Эдуард": "Эдик", "Тамара": "Тома", "Илья": "Илюша", "Андрей": "Андрюша", "Лариса": "Лара", "Любовь": "Люба", "Олег": "Олежка", "Давид": "Дато", "Артур": "Артурчик"}

func latinForms() []form {
	var out []form
	for _, s := range Schemes() {
		out = append(out, form{"Latin, " + s, Near, guard.Name, "en", func(r *rand.Rand, p Person) string { return Latin(strings.Join(p.In(0), " "), s) }},
			form{"Latin, " + s + ", declined", Near, guard.Name, "en", func(r *rand.Rand, p Person) string { return Latin(strings.Join(any6(r, p), " "), s) }},
			form{"Latin, " + s, Surname, guard.Name, "en", func(r *rand.Rand, p Person) string { return Latin(p.Surname, s) }})
	}
	add := func(name string, f func(given, surname string) string) {
		out = append(out, form{name, Near, guard.Name, "en", func(r *rand.Rand, p Person) string {
			s := pick(r, []string{"icao", "mvd-1997", "english-loose", "bgn-pcgn"})
			return f(Latin(p.Given, s), Latin(p.Surname, s))
		}})
	}
	add("possessive", func(g, s string) string { return g + " " + s + "'s brother" })
	add("possessive, curled", func(g, s string) string { return g + " " + s + "’s" })
	add("mail address made of the name", func(g, s string) string { return plainWord(g) + "." + plainWord(s) + "@example.net" })
	add("name of a file", func(g, s string) string { return plainWord(s) + "_" + plainWord(g) + "_scan.pdf" })
	add("in an address of the web", func(g, s string) string { return "https://example.org/people/" + plainWord(g) + "-" + plainWord(s) })
	add("words without a space", func(g, s string) string { return capital(plainWord(g)) + capital(plainWord(s)) })
	add("hashtag", func(g, s string) string { return "#" + capital(plainWord(g)) + capital(plainWord(s)) })
	add("hashtag in small letters", func(g, s string) string { return "#free" + plainWord(g) + plainWord(s) })
	add("account made of the name", func(g, s string) string { return "@" + plainWord(g) + plainWord(s) + "95" })
	add("percent signs in an address", func(g, s string) string { return "https://example.org/?q=" + url.QueryEscape(g+" "+s) })
	add("surname in capitals", func(g, s string) string { return strings.ToUpper(s) + ", " + g })
	return out
}

func plainWord(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("'’”\"`- ", r) {
			return -1
		}
		return r
	}, strings.ToLower(s))
}

func capital(s string) string {
	rs := []rune(s)
	return strings.ToUpper(string(rs[:1])) + string(rs[1:])
}

func otherScripts() []form {
	var out []form
	for name, write := range map[string]func(string) string{"Georgian letters": Georgian, "Armenian letters": Armenian, "Greek letters": Greek, "Arabic letters": Arabic, "Arabic letters, vowels left out": ArabicShort} {
		out = append(out, form{name, Near, guard.Name, "en", func(r *rand.Rand, p Person) string {
			ws := strings.Fields(write(p.Given + " " + p.Surname))
			for i, w := range ws {
				ws[i] = capital(w)
			}
			return strings.Join(ws, " ")
		}})
	}
	slices.SortFunc(out, func(a, b form) int { return strings.Compare(a.name, b.name) })
	return append(out, form{"Ukrainian letters", Near, guard.Name, "ru", func(_ *rand.Rand, p Person) string {
		return strings.NewReplacer("ы", "и", "и", "і", "э", "е", "ё", "йо", "ъ", "'").Replace(p.Given + " " + p.Surname)
	}})
}

func disguises() []form {
	var out []form
	add := func(name string, f func(full string) string) {
		out = append(out, form{name, Near, guard.Name, "ru", func(r *rand.Rand, p Person) string { return f(strings.Join(any6(r, p), " ")) }})
	}
	add("look-alike letters", strings.NewReplacer("а", "a", "е", "e", "о", "o", "с", "c", "р", "p", "х", "x", "А", "A", "М", "M", "Н", "H").Replace)
	add("signs without width", func(s string) string { return strings.Join(strings.Split(s, ""), "\u200b") })
	add("soft hyphens", func(s string) string { return strings.Join(strings.Split(s, ""), "\u00ad") })
	add("spaced letters", func(s string) string {
		ws := strings.Fields(s)
		for i, w := range ws {
			ws[i] = strings.Join(strings.Split(w, ""), " ")
		}
		return strings.Join(ws, "  ")
	})
	add("stress accents", func(s string) string {
		return strings.NewReplacer("а", "а\u0301", "е", "е\u0301", "и", "и\u0301", "о", "о\u0301").Replace(s)
	})
	add("broken at the end of a line", func(s string) string { rs := []rune(s); return string(rs[:len(rs)-3]) + "-\n" + string(rs[len(rs)-3:]) })
	add("fixed spaces", func(s string) string { return strings.ReplaceAll(s, " ", "\u00a0") })
	add("entities", func(s string) string {
		var b strings.Builder
		for _, r := range s {
			fmt.Fprintf(&b, "&#%d;", r)
		}
		return b.String()
	})
	add("tags inside the words", func(s string) string {
		rs := []rune(s)
		return string(rs[:2]) + "<b>" + string(rs[2:len(rs)-2]) + "</b>" + string(rs[len(rs)-2:])
	})
	add("underscores", func(s string) string { return strings.ReplaceAll(s, " ", "_") })
	add("turned letters for digits", strings.NewReplacer("о", "0", "з", "3", "б", "6").Replace)
	return out
}

func typingForms() []form {
	var out []form
	letters := []rune("авекинорст")
	add := func(name, lang string, f func(r *rand.Rand, rs []rune, i int) []rune) {
		out = append(out, form{name, Typing, guard.Name, lang, func(r *rand.Rand, p Person) string {
			word := p.Surname
			if lang == "en" {
				word = Latin(word, "icao")
			}
			rs := []rune(word)
			if len(rs) < 6 {
				return ""
			}
			given := p.Given
			if lang == "en" {
				given = Latin(given, "icao")
			}
			return given + " " + string(f(r, slices.Clone(rs), 1+r.IntN(len(rs)-3)))
		}})
	}
	for _, lang := range []string{"ru", "en"} {
		add("a letter missing, "+lang, lang, func(_ *rand.Rand, rs []rune, i int) []rune { return slices.Delete(rs, i, i+1) })
		add("a letter twice, "+lang, lang, func(_ *rand.Rand, rs []rune, i int) []rune { return slices.Insert(rs, i, rs[i]) })
		add("two letters turned round, "+lang, lang, func(_ *rand.Rand, rs []rune, i int) []rune { rs[i], rs[i+1] = rs[i+1], rs[i]; return rs })
	}
	add("another letter, ru", "ru", func(r *rand.Rand, rs []rune, i int) []rune { rs[i] = pick(r, letters); return rs })
	add("a letter too many, ru", "ru", func(r *rand.Rand, rs []rune, i int) []rune { return slices.Insert(rs, i, pick(r, letters)) })
	add("another letter, en", "en", func(r *rand.Rand, rs []rune, i int) []rune { rs[i] = pick(r, []rune("aeiournst")); return rs })
	add("a letter too many, en", "en", func(r *rand.Rand, rs []rune, i int) []rune { return slices.Insert(rs, i, pick(r, []rune("aeiournst"))) })
	out = append(out, form{"a letter missing in the given name", Typing, guard.Name, "ru", func(r *rand.Rand, p Person) string {
		rs := []rune(p.Given)
		if len(rs) < 5 {
			return ""
		}
		i := 1 + r.IntN(len(rs)-2)
		return fmt.Sprintf("%s %s", string(slices.Delete(rs, i, i+1)), p.Surname)
	}})
	return out
}
