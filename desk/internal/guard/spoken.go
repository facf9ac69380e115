package guard

import (
	"strconv"
	"strings"
	"sync"
)

// phrase is a number that is said in words: "двести", "forty-five".
type phrase struct {
	first, last int // words of the text
	digits      string
}

// said is what one word says: a digit, a ten, a hundred, or what changes the next.
type said struct {
	value int
	class byte // 'u' a unit, 't' a teen, 'x' a ten, 'c' hundreds, 'h' "hundred" behind a unit, 'r' repeat the next unit
}

var numberWords = sync.OnceValue(func() map[string]said {
	m := map[string]said{}
	for _, row := range []struct {
		words       string
		class       byte
		first, step int
	}{
		{"ноль один два три четыре пять шесть семь восемь девять", 'u', 0, 1}, {"нуль одна две", 'u', 0, 1}, {"ноля одного двух трёх четырёх пяти шести семи восьми девяти", 'u', 0, 1},
		{"zero one two three four five six seven eight nine", 'u', 0, 1}, {"oh", 'u', 0, 1},
		{"nol odin dva tri chetyre pyat shest sem vosem devyat", 'u', 0, 1}, {"nol' odin dva tri chetire pyat' shest' sem' vosem' devyat'", 'u', 0, 1},
		{"desyat odinnadtsat dvenadtsat trinadtsat chetyrnadtsat pyatnadtsat shestnadtsat semnadtsat vosemnadtsat devyatnadtsat", 't', 10, 1},
		{"dvadtsat tridtsat sorok pyatdesyat shestdesyat semdesyat vosemdesyat devyanosto", 'x', 20, 10},
		{"sto dvesti trista chetyresta pyatsot shestsot semsot vosemsot devyatsot", 'c', 100, 100},
		{"нуль один два три чотири п'ять шість сім вісім дев'ять", 'u', 0, 1}, {"ноль цхьаъ шиъ кхоъ диъ пхиъ ялх ворхӏ бархӏ исс", 'u', 0, 1}, {"нуль цхьа ши кхо ди пхи ялх ворх1 барх1 исс", 'u', 0, 1},
		{"null eins zwei drei vier fünf sechs sieben acht neun", 'u', 0, 1}, {"zéro un deux trois quatre cinq six sept huit neuf", 'u', 0, 1}, {"sıfır bir iki üç dört beş altı yedi sekiz dokuz", 'u', 0, 1},
		{"десять одиннадцать двенадцать тринадцать четырнадцать пятнадцать шестнадцать семнадцать восемнадцать девятнадцать", 't', 10, 1},
		{"ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen", 't', 10, 1},
		{"двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто", 'x', 20, 10},
		{"twenty thirty forty fifty sixty seventy eighty ninety", 'x', 20, 10},
		{"сто двести триста четыреста пятьсот шестьсот семьсот восемьсот девятьсот", 'c', 100, 100},
		{"hundred", 'h', 0, 0}, {"double triple", 'r', 2, 1}, {"дважды трижды", 'r', 2, 1},
	} {
		for i, w := range strings.Fields(row.words) {
			m[string(foldRunes(w))] = said{row.first + i*row.step, row.class}
		}
	}
	return m
})

// phrases finds the numbers that are said in words. "Forty five" is 45, "four five" is 4 and 5.
func phrases(ws []word) []phrase {
	var tokens []said
	var at []int
	for i, w := range ws {
		for _, half := range w.split() {
			s, ok := numberWords()[string(half.letters())]
			if ok {
				tokens, at = append(tokens, s), append(at, i)
			}
		}
	}
	var out []phrase
	for i := 0; i < len(tokens); {
		digits, n := sayOne(tokens[i:], func(k int) bool {
			return adjacent(ws, at[i+k-1], at[i+k], strings.IndexByte("ch", tokens[i+k-1].class) >= 0)
		})
		if digits != "" {
			out = append(out, phrase{at[i], at[i+n-1], digits})
		}
		i += n
	}
	return out
}

// adjacent says whether two number words may belong together; behind hundreds "and"
// may stand between.
func adjacent(ws []word, a, b int, hundreds bool) bool {
	switch {
	case a == b:
		return true
	case b == a+1:
		return ws[b].start()-ws[a].end() <= 2
	}
	return hundreds && b == a+2 && string(ws[a+1].letters()) == "and"
}

// sayOne reads one number from the front and says how many words it took.
func sayOne(ts []said, joined func(k int) bool) (string, int) {
	next := func(k int, classes string) bool {
		return k < len(ts) && strings.IndexByte(classes, ts[k].class) >= 0 && joined(k)
	}
	k, value := 1, ts[0].value
	switch ts[0].class {
	case 'h':
		return "", 1
	case 'r':
		if next(1, "u") {
			return strings.Repeat(strconv.Itoa(ts[1].value), value), 2
		}
		return "", 1
	case 't':
		return strconv.Itoa(value), 1
	case 'u':
		if value == 0 || !next(1, "h") {
			return strconv.Itoa(value), 1
		}
		k, value = 2, 100*value
		fallthrough
	case 'c':
		if next(k, "t") {
			return strconv.Itoa(value + ts[k].value), k + 1
		}
		if next(k, "x") {
			value, k = value+ts[k].value, k+1
		}
	}
	if next(k, "u") && ts[k].value > 0 && !(k+1 < len(ts) && ts[k+1].class == 'h') {
		value, k = value+ts[k].value, k+1
	}
	return strconv.Itoa(value), k
}
