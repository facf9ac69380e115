package guard

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// The corpus: invented identities in the forms in which a text could carry them.
// Every person here is invented: given names and surnames are combined by chance.
// The declension and transliteration tables are written apart from the guard's
// own, so that the one can find the other's gaps.

type person struct {
	given, patronymic, surname string // nominative, Cyrillic
	woman                      bool
}

func (p person) full() string {
	return strings.TrimSpace(p.given + " " + p.patronymic + " " + p.surname)
}

var (
	menGiven   = strings.Fields("Анзор Магомед Руслан Заур Хусейн Али Муса Тимур Юсуп Джамал Шамиль Ахмед Ислам Рустам Павел Илья Сергей Андрей Юрий Дмитрий Аслан Беслан Зелимхан Хамзат Умар Яраги Айнди Эльбек Ширвани Цотн")
	womenGiven = strings.Fields("Марьям Хеда Айшат Седа Лариса Мария Анна Элина Луиза Юлия Зарема Амина Петимат Раяна Фатима Любовь Нурсет Щуанат Жарадат Эльза")
	bases      = strings.Fields("Исаев Дудаев Яндарбаев Хаджиев Цечоев Шишхаев Щербаков Жуков Ерзнкаев Гайрбеков Эльжуркаев Муцольгоев Тасуханов Юнусов Ибрагимов Оздоев Алханов Цакаев Чергизов Бисултанов Дашаев Хатуев Кутаев Вахаев Темирсултанов Арсанукаев Идигов Эдильгириев Закриев Сулейманов Чимаев Хочукаев Джабраилов Ильясов Махмутходжаев Тепсуркаев Абубакаров Гелогаев Зубайраев Пацаев Кантаев Нинциев Лорсанов Межидов Осмаев Якубов Усманов Фаргиев Бунхоев Шахидов Дзейтов Аюбов Мартынов Воронин Гришин Кузьмин Плиев Мальсагов")
	adjectives = strings.Fields("Заводский Белинский Полянский Крамской")
	stubborn   = strings.Fields("Гойти Ткаченко Дзадзие Шевчуки")
	surnameEnd = map[bool][]string{false: {"", "а", "у", "а", "ым", "е"}, true: {"а", "ой", "ой", "у", "ой", "ой"}}
)

func invent(r *rand.Rand) person {
	p := person{woman: r.IntN(3) == 0}
	if p.woman {
		p.given = womenGiven[r.IntN(len(womenGiven))]
	} else {
		p.given = menGiven[r.IntN(len(menGiven)-2)]
	}
	father := menGiven[r.IntN(12)]
	if last := father[len(father)-2:]; r.IntN(2) == 0 && last != "и" && last != "а" && last != "ь" && last != "й" {
		if p.woman {
			p.patronymic = father + "овна"
		} else {
			p.patronymic = father + "ович"
		}
	}
	switch r.IntN(12) {
	case 1:
		p.surname = stubborn[r.IntN(len(stubborn))]
	case 0:
		p.surname = adjectives[r.IntN(len(adjectives))]
		if p.woman {
			rs := []rune(p.surname)
			p.surname = string(rs[:len(rs)-2]) + "ая"
		}
	default:
		p.surname = bases[r.IntN(len(bases))]
		if p.woman {
			p.surname += "а"
		}
	}
	return p
}

// decline gives a name in one of six cases.
func declineGiven(name string, woman bool, c int) string {
	rs := []rune(name)
	last, stem := rs[len(rs)-1], string(rs[:len(rs)-1])
	forms := func(f string) string { return stem + strings.Split(f, ",")[c] }
	switch {
	case name == "Павел":
		return "Пав" + strings.Split("ел,ла,лу,ла,лом,ле", ",")[c]
	case name == "Любовь":
		return stem + strings.Split("ь,и,и,ь,ью,и", ",")[c]
	case strings.HasSuffix(name, "ия"):
		return forms("я,и,и,ю,ей,и")
	case last == 'я':
		return forms("я,и,е,ю,ей,е")
	case last == 'а':
		return forms("а,ы,е,у,ой,е")
	case last == 'й':
		return forms("й,я,ю,я,ем,е")
	case last == 'ь':
		return forms("ь,я,ю,я,ем,е")
	case last == 'и', woman:
		return name
	}
	return name + strings.Split(",а,у,а,ом,е", ",")[c]
}

func declineSurname(p person, c int) string {
	rs := []rune(p.surname)
	cut := func(n int) string { return string(rs[:len(rs)-n]) }
	switch {
	case slices.Contains(stubborn, p.surname):
		return p.surname
	case strings.HasSuffix(p.surname, "ий"):
		return cut(2) + strings.Split("ий,ого,ому,ого,им,ом", ",")[c]
	case strings.HasSuffix(p.surname, "ой"):
		return cut(2) + strings.Split("ой,ого,ому,ого,им,ом", ",")[c]
	case strings.HasSuffix(p.surname, "ая"):
		return cut(2) + strings.Split("ая,ой,ой,ую,ой,ой", ",")[c]
	case p.woman:
		return cut(1) + surnameEnd[true][c]
	}
	return p.surname + surnameEnd[false][c]
}

func (p person) inCase(c int) []string {
	out := []string{declineGiven(p.given, p.woman, c)}
	if p.patronymic != "" {
		if p.woman {
			out = append(out, declineGiven(p.patronymic, true, c))
		} else {
			out = append(out, p.patronymic+strings.Split(",а,у,а,ем,е", ",")[c])
		}
	}
	return append(out, declineSurname(p, c))
}

// schemes of transliteration: х ц ч ш щ ж й ё э ы ю я ъ ь в з у кс.
var schemes = map[string]map[rune]string{
	"icao":      {'х': "kh", 'ц': "ts", 'ч': "ch", 'ш': "sh", 'щ': "shch", 'ж': "zh", 'й': "i", 'ё': "e", 'э': "e", 'ы': "y", 'ю': "iu", 'я': "ia", 'ъ': "ie", 'ь': ""},
	"gost2010":  {'х': "kh", 'ц': "tc", 'ч': "ch", 'ш': "sh", 'щ': "shch", 'ж': "zh", 'й': "i", 'ё': "e", 'э': "e", 'ы': "y", 'ю': "iu", 'я': "ia", 'ъ': "", 'ь': ""},
	"mvd":       {'х': "kh", 'ц': "ts", 'ч': "ch", 'ш': "sh", 'щ': "shch", 'ж': "zh", 'й': "y", 'ё': "e", 'э': "e", 'ы': "y", 'ю': "yu", 'я': "ya", 'ъ': "", 'ь': "'"},
	"french":    {'х': "kh", 'ц': "ts", 'ч': "tch", 'ш': "ch", 'щ': "chtch", 'ж': "j", 'й': "i", 'ё': "e", 'э': "e", 'ы': "y", 'ю': "iou", 'я': "ia", 'ъ': "", 'ь': "", 'у': "ou"},
	"bgn":       {'х': "kh", 'ц': "ts", 'ч': "ch", 'ш': "sh", 'щ': "shch", 'ж': "zh", 'й': "y", 'ё': "yë", 'э': "e", 'ы': "y", 'ю': "yu", 'я': "ya", 'ъ': "”", 'ь': "’"},
	"iso9":      {'х': "h", 'ц': "c", 'ч': "č", 'ш': "š", 'щ': "ŝ", 'ж': "ž", 'й': "j", 'ё': "ë", 'э': "è", 'ы': "y", 'ю': "û", 'я': "â", 'ъ': "ʺ", 'ь': "ʹ"},
	"gost779b":  {'х': "x", 'ц': "cz", 'ч': "ch", 'ш': "sh", 'щ': "shh", 'ж': "zh", 'й': "j", 'ё': "yo", 'э': "e`", 'ы': "y'", 'ю': "yu", 'я': "ya", 'ъ': "``", 'ь': "`"},
	"scholarly": {'х': "x", 'ц': "c", 'ч': "č", 'ш': "š", 'щ': "šč", 'ж': "ž", 'й': "j", 'ё': "e", 'э': "e", 'ы': "y", 'ю': "ju", 'я': "ja", 'ъ': "", 'ь': "'"},
	"german":    {'х': "ch", 'ц': "z", 'ч': "tsch", 'ш': "sch", 'щ': "schtsch", 'ж': "sch", 'й': "i", 'ё': "jo", 'э': "e", 'ы': "y", 'ю': "ju", 'я': "ja", 'ъ': "", 'ь': "", 'в': "w", 'з': "s"},
	"turkish":   {'х': "h", 'ц': "ts", 'ч': "ç", 'ш': "ş", 'щ': "şç", 'ж': "j", 'й': "y", 'ё': "yo", 'э': "e", 'ы': "ı", 'ю': "yu", 'я': "ya", 'ъ': "", 'ь': ""},
}

var plainLetters = map[rune]string{'а': "a", 'б': "b", 'в': "v", 'г': "g", 'д': "d", 'е': "e", 'з': "z", 'и': "i", 'к': "k", 'л': "l", 'м': "m", 'н': "n", 'о': "o", 'п': "p", 'р': "r", 'с': "s", 'т': "t", 'у': "u", 'ф': "f"}

func transliterate(s, scheme string) string {
	var b strings.Builder
	up := true
	for _, r := range s {
		lower := []rune(strings.ToLower(string(r)))[0]
		t, ok := schemes[scheme][lower]
		if !ok {
			t, ok = plainLetters[lower]
		}
		if !ok {
			t = string(r)
		}
		if up && t != "" {
			rs := []rune(t)
			t = strings.ToUpper(string(rs[:1])) + string(rs[1:])
			up = false
		}
		b.WriteString(t)
		if r == ' ' || r == '-' {
			up = true
		}
	}
	return b.String()
}

// plant is one form of one person inside a sentence.
type plant struct {
	form string
	text string
}

func plants(r *rand.Rand, p person) []plant {
	var out []plant
	ru := func(form, name string) {
		out = append(out, plant{form, []string{"По словам соседей, %s увезли ночью.", "Об этом рассказали %s и двое свидетелей.", "Вчера в посёлке видели %s, потом связь пропала."}[r.IntN(3)]}.with(name))
	}
	en := func(form, name string) {
		out = append(out, plant{form, []string{"According to the neighbours, %s was taken at night.", "We spoke with %s before the line broke.", "The list names %s and two others."}[r.IntN(3)]}.with(name))
	}
	c := r.IntN(6)
	words := p.inCase(c)
	full := strings.Join(words, " ")
	ru(fmt.Sprintf("case %d", c), full)
	ru("surname first", words[len(words)-1]+" "+strings.Join(words[:len(words)-1], " "))
	ru("capitals", strings.ToUpper(full))
	ru("without ё", strings.NewReplacer("ё", "е", "Ё", "Е").Replace(full))
	ru("look-alikes", strings.NewReplacer("а", "a", "е", "e", "о", "o", "с", "c", "р", "p", "х", "x").Replace(full))
	ru("zero width", strings.Join(strings.Split(full, ""), "\u200b"))
	ru("soft hyphens", strings.Join(strings.Split(full, ""), "\u00ad"))
	ru("letter spaced", spacedOut(full))
	ru("stress mark", stress(full))
	ru("broken line", breakLine(full))
	ru("apart", words[0]+", по рассказам родных и близких друзей, "+words[len(words)-1])
	for scheme := range schemes {
		en(scheme, transliterate(p.full(), scheme))
		en(scheme+" declined", transliterate(full, scheme))
	}
	lat := transliterate(p.given, "icao") + "." + transliterate(p.surname, "icao")
	en("mail", strings.ToLower(lat)+"@example.org")
	en("camel case", transliterate(p.given, "mvd")+transliterate(p.surname, "mvd"))
	en("possessive", transliterate(p.given, "mvd")+" "+transliterate(p.surname, "mvd")+"'s brother")
	return out
}

func (p plant) with(name string) plant { return plant{p.form, fmt.Sprintf(p.text, name)} }

func spacedOut(s string) string {
	words := strings.Fields(s)
	for i, w := range words {
		words[i] = strings.Join(strings.Split(w, ""), " ")
	}
	return strings.Join(words, "  ")
}

func stress(s string) string {
	rs := []rune(s)
	return string(rs[:2]) + "\u0301" + string(rs[2:])
}

func breakLine(s string) string {
	rs := []rune(s)
	n := len(rs) - 3
	return string(rs[:n]) + "-\n" + string(rs[n:])
}
