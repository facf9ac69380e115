package planted

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"waylight/desk/internal/guard"
)

func digitsOf(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// national is the number as it is dialled at home: ten digits of Russia's, the
// others behind their country's code.
func national(p Person) (code, number string) {
	head, rest, _ := strings.Cut(strings.TrimPrefix(p.Phone, "+"), " ")
	return head, digitsOf(rest)
}

func trunk(code string) string {
	if code == "7" || code == "370" {
		return "8"
	}
	return "0"
}

func numberForms() []form {
	var out []form
	add := func(name string, kind guard.Kind, lang string, f func(r *rand.Rand, p Person) string) {
		out = append(out, form{string(kind) + ": " + name, Whole, kind, lang, f})
	}
	phone := func(name, lang string, f func(code, n string) string) {
		add(name, guard.Phone, lang, func(_ *rand.Rand, p Person) string { c, n := national(p); return f(c, n) })
	}
	grouped := func(n, gap string) string {
		return n[:3] + gap + n[3:len(n)-4] + gap + n[len(n)-4:len(n)-2] + gap + n[len(n)-2:]
	}
	phone("as it was typed", "ru", func(c, n string) string { return "+" + c + " " + n })
	phone("without a space", "en", func(c, n string) string { return "+" + c + n })
	phone("00 before it", "en", func(c, n string) string { return "00 " + c + " " + grouped(n, " ") })
	phone("as at home", "ru", func(c, n string) string { return trunk(c) + " (" + n[:3] + ") " + n[3:] })
	phone("hyphens", "ru", func(c, n string) string { return trunk(c) + "-" + grouped(n, "-") })
	phone("dots", "en", func(c, n string) string { return "+" + c + "." + grouped(n, ".") })
	phone("slash", "en", func(c, n string) string { return trunk(c) + n[:3] + "/" + n[3:] })
	phone("long dashes", "ru", func(c, n string) string { return "+" + c + " " + grouped(n, " – ") })
	phone("pairs", "en", func(c, n string) string { return "+" + c + " " + strings.Join(chunks(n, 2), " ") })
	phone("each digit apart", "ru", func(c, n string) string { return strings.Join(chunks(trunk(c)+n, 1), " ") })
	phone("fixed narrow spaces", "ru", func(c, n string) string { return "+" + c + "\u202f" + grouped(n, "\u202f") })
	phone("digits as words", "ru", func(_, n string) string { return say(n, digitNamesRU) })
	phone("digits as words", "en", func(_, n string) string { return say(n, digitNamesEN) })
	phone("numbers as words", "ru", func(c, n string) string { return sayNumbersRU(n) })
	phone("numbers as words", "en", func(c, n string) string { return sayNumbersEN(n) })
	phone("Arabic digits", "ru", func(_, n string) string { return shift(n, '٠') })
	phone("full-width digits", "en", func(_, n string) string { return shift(n, '０') })
	phone("letter O for zero", "en", func(c, n string) string { return "+" + c + " " + strings.ReplaceAll(n, "0", "O") })
	phone("link", "en", func(c, n string) string { return "https://wa.me/" + c + n })
	phone("over two lines", "ru", func(c, n string) string { return "+" + c + " " + n[:4] + "\n" + n[4:] })

	mail := func(name string, f func(local, domain string) string) {
		add(name, guard.Email, "en", func(_ *rand.Rand, p Person) string { l, d, _ := strings.Cut(p.Mail, "@"); return f(l, d) })
	}
	mail("as it was typed", func(l, d string) string { return l + "@" + d })
	mail("capitals", func(l, d string) string { return strings.ToUpper(l + "@" + d) })
	mail("(at)", func(l, d string) string { return l + " (at) " + d })
	mail("[at] and [dot]", func(l, d string) string { return l + " [at] " + strings.ReplaceAll(d, ".", " [dot] ") })
	mail("at and dot", func(l, d string) string {
		return strings.ReplaceAll(l, ".", " dot ") + " at " + strings.ReplaceAll(d, ".", " dot ")
	})
	mail("собака", func(l, d string) string { return l + " собака " + strings.ReplaceAll(d, ".", " точка ") })
	mail("tag and dots", func(l, d string) string { return strings.ReplaceAll(l, ".", "") + "+news@" + d })
	mail("link", func(l, d string) string { return "mailto:" + l + "@" + d + "?subject=x" })
	mail("percent sign", func(l, d string) string { return l + "%40" + d })

	handle := func(name string, f func(h string) string) {
		add(name, guard.Handle, "en", func(_ *rand.Rand, p Person) string { return f(strings.TrimPrefix(p.Handle, "@")) })
	}
	handle("as it was typed", func(h string) string { return "@" + h })
	handle("link", func(h string) string { return "https://t.me/" + h + "?start=1" })
	handle("capitals", strings.ToUpper)
	handle("without underscores", func(h string) string { return strings.ReplaceAll(h, "_", "") })
	handle("spaces", func(h string) string { return strings.ReplaceAll(h, "_", " ") })
	handle("possessive", func(h string) string { return h + "'s page" })

	doc := func(name, lang string, f func(n string) string) {
		add("passport, "+name, guard.Document, lang, func(_ *rand.Rand, p Person) string { return f(digitsOf(p.Passport)) })
	}
	doc("groups", "ru", func(n string) string { return n[:2] + " " + n[2:4] + " " + n[4:] })
	doc("№", "ru", func(n string) string { return n[:4] + " № " + n[4:] })
	doc("серия и номер", "ru", func(n string) string { return "серия " + n[:4] + " номер " + n[4:] })
	doc("no. between", "en", func(n string) string { return "series " + n[:4] + ", no. " + n[4:] })
	doc("in one", "en", func(n string) string { return n })
	plate := func(name, lang string, f func(s string) string) {
		add("plate, "+name, guard.Document, lang, func(_ *rand.Rand, p Person) string { return f(p.Plate) })
	}
	plate("as it was typed", "ru", func(s string) string { return s })
	plate("small letters, spaces", "ru", func(s string) string {
		rs := []rune(strings.ToLower(s))
		return string(rs[:1]) + " " + string(rs[1:4]) + " " + string(rs[4:6]) + " " + string(rs[6:])
	})
	plate("Latin letters of the same look", "en", func(s string) string {
		return strings.NewReplacer("А", "A", "В", "B", "Е", "E", "К", "K", "М", "M", "Н", "H", "О", "O", "Р", "P", "С", "C", "Т", "T", "У", "Y", "Х", "X").Replace(s)
	})
	plate("Latin letters of the same sound", "en", func(s string) string {
		return strings.NewReplacer("А", "A", "В", "V", "Е", "E", "К", "K", "М", "M", "Н", "N", "О", "O", "Р", "R", "С", "S", "Т", "T", "У", "U", "Х", "H").Replace(s)
	})
	plate("RUS behind", "en", func(s string) string { return s + " RUS" })
	plate("without the region", "ru", func(s string) string { rs := []rune(s); return "номер " + string(rs[:6]) })
	return out
}

func placeForms() []form {
	var out []form
	add := func(name string, kind guard.Kind, lang string, f func(r *rand.Rand, p Person) string) {
		out = append(out, form{string(kind) + ": " + name, Whole, kind, lang, f})
	}
	addr := func(name, lang string, f func(s Street, house, flat int) string) {
		add(name, guard.Address, lang, func(_ *rand.Rand, p Person) string { return f(p.Street, p.House, p.Flat) })
	}
	addr("whole", "ru", func(s Street, h, f int) string {
		return fmt.Sprintf("г. %s, ул. %s, дом %d, кв. %d", s.Town, s.Name, h, f)
	})
	addr("street and house", "ru", func(s Street, h, _ int) string { return fmt.Sprintf("на улице %s, %d", s.Name, h) })
	addr("street, slash", "ru", func(s Street, h, f int) string { return fmt.Sprintf("%s %d/%d", s.Name, h, f) })
	addr("house and street", "ru", func(s Street, h, _ int) string { return fmt.Sprintf("в доме %d по улице %s", h, s.Name) })
	addr("capitals", "ru", func(s Street, h, _ int) string { return strings.ToUpper(fmt.Sprintf("ул. %s, %d", s.Name, h)) })
	addr("Latin", "en", func(s Street, h, f int) string { return fmt.Sprintf("%d %s Street", h, Latin(s.Name, "bgn")) })
	addr("Latin, passports", "en", func(s Street, h, f int) string {
		return fmt.Sprintf("ul. %s, d. %d, kv. %d", Latin(s.Name, "icao"), h, f)
	})
	addr("as English has it", "en", func(s Street, h, _ int) string {
		return fmt.Sprintf("%d %s Street", h, Latin(s.Plain, "english-loose"))
	})
	addr("house as words", "ru", func(s Street, h, _ int) string { return fmt.Sprintf("улица %s, дом %s", s.Name, numberRU(h)) })
	addr("house as words", "en", func(s Street, h, _ int) string {
		return fmt.Sprintf("house %s in %s Street", numberEN(h), Latin(s.Name, "bgn"))
	})
	add("as it was typed", guard.Place, "ru", func(_ *rand.Rand, p Person) string { return p.Place.Words })
	add("in it", guard.Place, "ru", func(_ *rand.Rand, p Person) string { return p.Place.In })
	add("capitals", guard.Place, "ru", func(_ *rand.Rand, p Person) string { return strings.ToUpper(p.Place.In) })
	add("small letters", guard.Place, "ru", func(_ *rand.Rand, p Person) string { return strings.ToLower(p.Place.In) })
	add("Latin", guard.Place, "en", func(r *rand.Rand, p Person) string { return Latin(p.Place.Words, pick(r, Schemes())) })
	alias := func(name, lang string, f func(r *rand.Rand, p Person) string) {
		add(name, guard.Alias, lang, f)
	}
	alias("as it was typed", "ru", func(_ *rand.Rand, p Person) string { return p.Alias })
	alias("quotes", "ru", func(_ *rand.Rand, p Person) string { return "«" + p.Alias + "»" })
	alias("Latin", "en", func(r *rand.Rand, p Person) string {
		return Latin(p.Alias, pick(r, []string{"icao", "bgn-pcgn", "mvd-1997", "english-loose"}))
	})
	alias("declined", "ru", func(r *rand.Rand, p Person) string {
		ws := strings.Fields(p.Alias)
		ws[0] = declineAlias(ws[0], r.IntN(cases))
		return strings.Join(ws, " ")
	})
	return out
}

// declineAlias declines a nickname of one word; behind a number it stays.
func declineAlias(w string, c int) string {
	if strings.Contains(w, "-") {
		return w
	}
	switch {
	case strings.HasSuffix(w, "ий"):
		return strings.TrimSuffix(w, "ий") + strings.Split("ий,ого,ому,ого,им,ом", ",")[c]
	case w == "Пчела", w == "Юнга":
		return declineGiven(w, true, c)
	case w == "Шрам", w == "Курьер", w == "Сапёр", w == "Филин", w == "Бархан", w == "Жираф", w == "Хирург", w == "Дрозд", w == "Ментор", w == "Химик", w == "Барсук", w == "Лектор":
		return w + strings.Split(",а,у,а,ом,е", ",")[c]
	}
	return w
}

func chunks(s string, n int) []string {
	var out []string
	for c := range slices.Chunk([]byte(s), n) {
		out = append(out, string(c))
	}
	return out
}

func shift(n string, zero rune) string {
	return strings.Map(func(r rune) rune { return zero + r - '0' }, n)
}

var (
	digitNamesRU = strings.Fields("ноль один два три четыре пять шесть семь восемь девять")
	digitNamesEN = strings.Fields("zero one two three four five six seven eight nine")
	tensRU       = strings.Fields("- - двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто")
	teensRU      = strings.Fields("десять одиннадцать двенадцать тринадцать четырнадцать пятнадцать шестнадцать семнадцать восемнадцать девятнадцать")
	hundredsRU   = strings.Fields("- сто двести триста четыреста пятьсот шестьсот семьсот восемьсот девятьсот")
	tensEN       = strings.Fields("- - twenty thirty forty fifty sixty seventy eighty ninety")
	teensEN      = strings.Fields("ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen")
)

func say(n string, names []string) string {
	var out []string
	for _, d := range n {
		out = append(out, names[d-'0'])
	}
	return strings.Join(out, " ")
}

// numberRU says a number under a thousand.
func numberRU(n int) string {
	var out []string
	if n >= 100 {
		out, n = append(out, hundredsRU[n/100]), n%100
	}
	switch {
	case n >= 20:
		out = append(out, tensRU[n/10])
		if n%10 > 0 {
			out = append(out, digitNamesRU[n%10])
		}
	case n >= 10:
		out = append(out, teensRU[n-10])
	case n > 0 || len(out) == 0:
		out = append(out, digitNamesRU[n])
	}
	return strings.Join(out, " ")
}

// numberEN says a number under a thousand.
func numberEN(n int) string {
	var out []string
	if n >= 100 {
		out, n = append(out, digitNamesEN[n/100], "hundred"), n%100
	}
	switch {
	case n >= 20 && n%10 > 0:
		out = append(out, tensEN[n/10]+"-"+digitNamesEN[n%10])
	case n >= 20:
		out = append(out, tensEN[n/10])
	case n >= 10:
		out = append(out, teensEN[n-10])
	case n > 0 || len(out) == 0:
		out = append(out, digitNamesEN[n])
	}
	return strings.Join(out, " ")
}

// group says a group of digits, zeros before it one by one.
func group(s string, number func(int) string, zero string) string {
	var out []string
	for len(s) > 1 && s[0] == '0' {
		out, s = append(out, zero), s[1:]
	}
	n := 0
	for _, d := range s {
		n = 10*n + int(d-'0')
	}
	return strings.Join(append(out, number(n)), " ")
}

func sayNumbersRU(n string) string {
	var out []string
	for _, g := range append([]string{n[:3], n[3 : len(n)-4]}, n[len(n)-4:len(n)-2], n[len(n)-2:]) {
		out = append(out, group(g, numberRU, "ноль"))
	}
	return strings.Join(out, ", ")
}

func sayNumbersEN(n string) string {
	var out []string
	for _, g := range append(chunks(n[:len(n)-4], 1), n[len(n)-4:len(n)-2], n[len(n)-2:]) {
		out = append(out, group(g, numberEN, "oh"))
	}
	return strings.Join(out, " ")
}
