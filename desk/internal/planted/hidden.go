package planted

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/idna"

	"waylight/desk/internal/guard"
)

// A name that somebody disguised. Names kept in Arabic letters are compared by their
// consonants, which stand too near to other words' to be sought in every disguise.
const (
	Hidden       Group = "two parts of one name in a disguise"
	HiddenArabic Group = "the same of a name that is kept in Arabic letters"
)

// Spot is the group of coordinates: nobody's own, so they ask and do not stop.
const Spot Group = "a spot by its coordinates, asked about"

// hiddenForms are names that somebody wrote so that a reader knows them and a program does not.
func hiddenForms() []form {
	var out []form
	add := func(name, lang string, f func(r *rand.Rand, words []string) string) {
		for _, arabic := range []bool{false, true} {
			out = append(out, form{name, map[bool]Group{false: Hidden, true: HiddenArabic}[arabic], guard.Name, lang, func(r *rand.Rand, p Person) string {
				switch {
				case arabic != strings.ContainsAny(p.Kept, "يا"):
					return ""
				case lang == "en":
					return f(r, strings.Fields(Latin(p.Given+" "+p.Surname, pick(r, []string{"icao", "english-loose"}))))
				}
				return f(r, any6(r, p))
			}})
		}
	}
	each := func(f func(r *rand.Rand, w string) string) func(r *rand.Rand, words []string) string {
		return func(r *rand.Rand, words []string) string {
			words = slices.Clone(words)
			for i, w := range words {
				words[i] = f(r, w)
			}
			return strings.Join(words, " ")
		}
	}
	for _, lang := range []string{"ru", "en"} {
		add("letters parted by dots", lang, each(func(_ *rand.Rand, w string) string { return strings.Join(strings.Split(w, ""), ".") }))
		add("letters parted by dashes", lang, each(func(_ *rand.Rand, w string) string { return strings.Join(strings.Split(w, ""), " – ") }))
		add("cut once by a space", lang, each(func(r *rand.Rand, w string) string { return cutWord(r, w, " ") }))
		add("cut once by a sign", lang, each(func(r *rand.Rand, w string) string {
			return cutWord(r, w, pick(r, []string{".", "/", "|", " - ", "  ", " / "}))
		}))
		add("cut into pieces of two and three", lang, each(syllables))
		add("backwards", lang, each(func(_ *rand.Rand, w string) string { return turned(w) }))
		add("backwards, small letters", lang, each(func(_ *rand.Rand, w string) string { return strings.ToLower(turned(w)) }))
		add("backwards, all of it", lang, func(_ *rand.Rand, ws []string) string { return turned(strings.Join(ws, " ")) })
		add("the other keyboard", lang, each(func(_ *rand.Rand, w string) string { return otherKeyboard(w) }))
		add("the other keyboard, small letters", lang, each(func(_ *rand.Rand, w string) string { return otherKeyboard(strings.ToLower(w)) }))
		add("half with the other keyboard", lang, func(_ *rand.Rand, ws []string) string { return first(ws) + " " + otherKeyboard(last(ws)) })
	}
	add("a host in a code", "ru", func(_ *rand.Rand, ws []string) string {
		s, err := idna.Punycode.ToASCII(strings.ToLower(first(ws) + "-" + last(ws) + ".рф"))
		if err != nil {
			return ""
		}
		return "https://" + s + "/"
	})
	return append(out, spotForms()...)
}

func turned(s string) string {
	rs := []rune(s)
	slices.Reverse(rs)
	return string(rs)
}

// cutWord cuts a word once, with two letters on each side at the least.
func cutWord(r *rand.Rand, w, by string) string {
	rs := []rune(w)
	if len(rs) < 4 {
		return w
	}
	i := 2 + r.IntN(len(rs)-3)
	return string(rs[:i]) + by + string(rs[i:])
}

func syllables(r *rand.Rand, w string) string {
	rs := []rune(w)
	var out []string
	for len(rs) > 3 {
		n := 2 + r.IntN(2)
		if len(rs)-n < 2 {
			n = 2
		}
		out, rs = append(out, string(rs[:n])), rs[n:]
	}
	return strings.Join(append(out, string(rs)), " ")
}

// rows are the keys of the two keyboards, row by row, as one sees them.
var rows = [][2]string{{"ё", "`"}, {"йцукенгшщзхъ", "qwertyuiop[]"}, {"фывапролджэ", "asdfghjkl;'"}, {"ячсмитьбю", "zxcvbnm,."}, {"Ё", "~"}, {"ЙЦУКЕНГШЩЗХЪ", "QWERTYUIOP{}"}, {"ФЫВАПРОЛДЖЭ", "ASDFGHJKL:\""}, {"ЯЧСМИТЬБЮ", "ZXCVBNM<>"}}

// otherKeyboard is what stands there when the keyboard was in the other language.
func otherKeyboard(s string) string {
	cyrillic := strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) })
	return strings.Map(func(r rune) rune {
		for _, row := range rows {
			from, to := []rune(row[0]), []rune(row[1])
			if !cyrillic {
				from, to = to, from
			}
			if i := slices.Index(from, r); i >= 0 {
				return to[i]
			}
		}
		return r
	}, s)
}

// spotForms give a spot in the usual notations and in links to maps.
func spotForms() []form {
	var out []form
	add := func(name, lang string, f func(lat, lon float64) string) {
		out = append(out, form{"spot: " + name, Spot, guard.Coordinates, lang, func(r *rand.Rand, _ Person) string { return f(41+3*r.Float64(), 42+6*r.Float64()) }})
	}
	dms := func(v float64) (d, m, s int) {
		all := int(math.Round(v * 3600))
		return all / 3600, all / 60 % 60, all % 60
	}
	for _, lang := range []string{"ru", "en"} {
		add("four decimals, "+lang, lang, func(a, o float64) string { return fmt.Sprintf("%.4f, %.4f", a, o) })
	}
	add("decimal commas", "ru", func(a, o float64) string {
		return strings.ReplaceAll(fmt.Sprintf("%.5f; %.5f", a, o), ".", ",")
	})
	add("degrees, minutes, seconds", "en", func(a, o float64) string {
		d, m, s := dms(a)
		e, n, t := dms(o)
		return fmt.Sprintf("%d°%02d′%02d″N %d°%02d′%02d″E", d, m, s, e, n, t)
	})
	add("degrees, minutes, seconds", "ru", func(a, o float64) string {
		d, m, s := dms(a)
		e, n, t := dms(o)
		return fmt.Sprintf("%d° %d' %d\" с. ш., %d° %d' %d\" в. д.", d, m, s, e, n, t)
	})
	add("degrees and minutes", "en", func(a, o float64) string {
		return fmt.Sprintf("N %d° %.3f' E %d° %.3f'", int(a), 60*(a-math.Floor(a)), int(o), 60*(o-math.Floor(o)))
	})
	add("sides before decimals", "en", func(a, o float64) string { return fmt.Sprintf("N%.3f E%.3f", a, o) })
	add("words before them", "ru", func(a, o float64) string { return fmt.Sprintf("широта %.2f, долгота %.2f", a, o) })
	add("geo:", "en", func(a, o float64) string { return fmt.Sprintf("geo:%.3f,%.3f;u=40", a, o) })
	add("@ of a map", "en", func(a, o float64) string { return fmt.Sprintf("https://www.google.com/maps/@%.5f,%.5f,17z", a, o) })
	add("?q= of a map", "en", func(a, o float64) string {
		return fmt.Sprintf("https://maps.google.com/maps?q=%.4f%%2C%.4f&z=16", a, o)
	})
	add("#map= of a map", "en", func(a, o float64) string { return fmt.Sprintf("https://www.openstreetmap.org/#map=15/%.3f/%.3f", a, o) })
	add("ll= of a map", "ru", func(a, o float64) string { return fmt.Sprintf("https://yandex.ru/maps/?ll=%.4f%%2C%.4f&z=15", o, a) })
	add("plus code", "en", func(a, o float64) string { return plusCode(a, o) })
	return out
}

// plusCode is the Open Location Code of a spot, of ten digits.
func plusCode(lat, lon float64) string {
	const digits = "23456789CFGHJMPQRVWX"
	a, o, size := lat+90, lon+180, 20.0
	var b strings.Builder
	for i := range 5 {
		if i == 4 {
			b.WriteByte('+')
		}
		b.WriteByte(digits[int(a/size)])
		b.WriteByte(digits[int(o/size)])
		a, o, size = math.Mod(a, size), math.Mod(o, size), size/20
	}
	return b.String()
}

// twiceForms have an error in each of two parts of one name.
func twiceForms() []form {
	letters := map[string][]rune{"ru": []rune("авекинорст"), "en": []rune("aeiournst")}
	var out []form
	for _, lang := range []string{"ru", "en"} {
		add := func(name string, f func(r *rand.Rand, rs []rune, i int) []rune) {
			out = append(out, form{name + " in each of two parts, " + lang, Typing, guard.Name, lang, func(r *rand.Rand, p Person) string {
				given, surname := p.Given, p.Surname
				if lang == "en" {
					given, surname = Latin(given, "icao"), Latin(surname, "icao")
				}
				g, s := []rune(given), []rune(surname)
				if len(g) < 5 || len(s) < 6 {
					return ""
				}
				return string(f(r, g, 1+r.IntN(len(g)-3))) + " " + string(f(r, s, 1+r.IntN(len(s)-3)))
			}})
		}
		add("a letter missing", func(_ *rand.Rand, rs []rune, i int) []rune { return slices.Delete(rs, i, i+1) })
		add("another letter", func(r *rand.Rand, rs []rune, i int) []rune { rs[i] = pick(r, letters[lang]); return rs })
	}
	return out
}
