package guard

import (
	"slices"
	"strconv"
	"strings"
)

// Facts is the kind of what is known of a person besides names and numbers: an age, a
// profession, a place. Alone each fits many; together they may fit one.
const Facts Kind = "facts"

// Fact is what a fact is about. As a set they are the bits of a Finding's Gap.
type Fact uint8

// The facts, in the order of their bits.
const (
	Age Fact = iota
	Job
	Kin    // widow, orphan, twin
	Health // pregnant, blind, diabetic
	Spot   // a village or a town
	Nation
	Day // a day of a month on which something happened
	Sex
	Act  // what was done
	Sole // said to be the only one
	facts
)

// FactNames are the names of the facts, for the pages that put them into words.
func FactNames() []string {
	return []string{"age", "job", "kin", "health", "place", "nation", "day", "sex", "act", "only"}
}

// fact is one value.
type fact struct {
	is    Fact
	value string
}

// personal facts tell of a person and not of an event; one of them must be there. Weak
// ones say little: two that are not weak must be there.
const (
	personalFacts = 1<<Age | 1<<Job | 1<<Kin | 1<<Health
	weakFacts     = 1<<Sex | 1<<Act | 1<<Sole
	// sharedFacts of a case are true of everybody in it: where and when it was, and what.
	sharedFacts = 1<<Spot | 1<<Day | 1<<Act
)

const spaceFact = "fact:"

// mention is a fact as it stands in a text.
type mention struct {
	at         int // number of the word in the paragraph
	start, end int
	fact
}

// FactMarks fingerprints the facts that a text about one person tells. Year is the one in
// which it is written, for what an age and a year of birth say of each other; 0: unknown.
func (k Key) FactMarks(text string, year int) []Mark {
	m := marker{p: newPrinter(k), seen: map[Mark]bool{}}
	put := func(f fact) {
		if f.is != Sole {
			m.add(int(f.is), Strong, spaceFact+strconv.Itoa(int(f.is))+":", f.value)
		}
	}
	for line := range strings.SplitSeq(text, "\n") {
		cs := fold(line)
		ws := words(cs)
		for _, f := range factsIn(cs, ws) {
			put(f.fact)
			n, err := strconv.Atoi(strings.TrimPrefix(f.value, "born "))
			if f.is != Age || err != nil || year == 0 {
				continue
			}
			if strings.HasPrefix(f.value, "born ") {
				put(fact{Age, strconv.Itoa(year - n)})
				put(fact{Age, strconv.Itoa(year - n - 1)})
				continue
			}
			put(fact{Age, strconv.Itoa(n + 1)}) // a year later
			put(fact{Age, "born " + strconv.Itoa(year-n)})
			put(fact{Age, "born " + strconv.Itoa(year-n-1)})
		}
		for i, w := range ws {
			if i > 0 && w.capital() && placeSigns()[string(ws[i-1].letters())] && !weekdayOrMonth(w) {
				for _, stem := range spots(w, true) {
					put(fact{Spot, stem})
				}
			}
		}
	}
	return m.marks
}

// weekdayOrMonth reports a word that follows "in" as a place does.
func weekdayOrMonth(w word) bool {
	s := string(w.letters())
	return months()[s] > 0 || strings.HasSuffix(s, "day") || s == "case" || s == "person"
}

// spots gives the skeletons by which the name of a place is known: of what is kept its
// stems, of a text every stem that it may have.
func spots(w word, kept bool) (out []string) {
	if len(w.letters()) < 4 {
		return nil
	}
	for _, r := range w.readings() {
		if kept {
			for _, s := range stems(r) {
				if len(s) >= minStem {
					out = append(out, s)
				}
			}
			continue
		}
		candidates(r, func(stem string) { out = append(out, stem) })
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// factsIn finds ages, days and words of the vocabulary in a folded line.
func factsIn(cs []char, ws []word) (out []mention) {
	text := make([]string, len(ws))
	for i, w := range ws {
		text[i] = runesOf(w.chars) // with hyphens
	}
	put := func(from, to int, f fact) {
		out = append(out, mention{from, ws[from].start(), ws[to].end(), f})
	}
	known := factWords()
	for i, w := range text {
		if onlyWords()[w] {
			put(i, i, fact{Sole, "only"})
		}
		if !hasDigit(w) {
			for _, f := range known.of(w) {
				put(i, i, f)
			}
			if j := strings.IndexByte(w, '-'); j > 0 { // "vet-and-surgeon": the pieces too
				for p := range strings.SplitSeq(w, "-") {
					for _, f := range known.of(p) {
						put(i, i, f)
					}
				}
			}
			continue
		}
		if a, to, ok := ageAt(cs, ws, text, i); ok {
			put(i, to, fact{Age, a})
		}
		if d, from, to, ok := dayAt(cs, ws, text, i); ok {
			put(from, to, fact{Day, d})
		}
	}
	return out
}

// ageAt reads an age or a year of birth that stands at a word with digits.
func ageAt(cs []char, ws []word, text []string, i int) (value string, to int, ok bool) {
	next := func(k int) string {
		if i+k < len(text) && i+k >= 0 {
			return text[i+k]
		}
		return ""
	}
	w := text[i]
	number, rest, _ := strings.Cut(w, "-")
	n, err := strconv.Atoi(number)
	switch {
	case err != nil || len(number) > 4:
		return "", i, false
	case n >= 1900 && n < 2100:
		born := next(-1) == "born" || next(-2) == "born" || strings.HasPrefix(next(-1), "родил") || strings.HasPrefix(next(-2), "родил") || strings.HasPrefix(next(1), "рожд") || strings.HasPrefix(next(2), "рожд")
		if born || next(1) == "гр" || next(1) == "г" && next(2) == "р" {
			return "born " + number, i, true
		}
		return "", i, false
	case n < 1 || n > 110:
		return "", i, false
	case strings.HasPrefix(rest, "year") || strings.HasPrefix(rest, "летн") || rest == "yo": // 43-year-old, 43-летний
		return number, i, true
	case rest != "":
		return "", i, false
	case strings.HasPrefix(next(1), "year") && (next(2) == "old" || next(2) == "of" && next(3) == "age"):
		return number, min(i+2, len(ws)-1), true
	case next(1) == "year-old" || next(1) == "yo":
		return number, i + 1, true
	case next(-1) == "aged" || next(-1) == "age" || next(-1) == "возраст" || next(-1) == "возрасте" || next(-2) == "возраст" || next(-1) == "ему" || next(-1) == "ей" || next(-1) == "мне":
		return number, i, true
	case yearsWords()[next(1)] && next(2) != "назад" && next(2) != "спустя" && next(2) != "колонии" && next(2) != "лишения" && next(2) != "тюрьмы":
		return number, i + 1, !spanWord(next(-1))
	}
	// ", 43," behind somebody: between commas or brackets, or at the end of a sentence.
	if i == 0 || n < 10 {
		return "", i, false
	}
	before, after := between(cs, ws[i-1].after, ws[i].after-len(ws[i].chars)), behind(cs, ws[i].after)
	if strings.ContainsAny(before, ",(") && !hasDigit(text[i-1]) && (after == "" || strings.ContainsAny(after[:1], ",).;!?\n")) && !money(next(1)) {
		return number, i, true
	}
	return "", i, false
}

// spanWord reports words before "5 years" that tell how long, and not how old.
func spanWord(w string) bool {
	return slices.Contains([]string{"за", "на", "через", "более", "почти", "около", "последние", "прошло", "спустя", "после", "дали", "получил", "срок", "сроком", "к", "for", "over"}, w)
}

func money(w string) bool { return strings.HasPrefix(w, "руб") || strings.HasPrefix(w, "тыс") }

// between is what stands between two places of a folded text.
func between(cs []char, from, to int) string {
	if from < 0 || from > to || to > len(cs) {
		return ""
	}
	return runesOf(cs[from:to])
}

// behind is the sign that follows, without spaces.
func behind(cs []char, at int) string {
	return strings.TrimLeft(between(cs, at, min(len(cs), at+3)), " ")
}

// dayAt reads a day of a month at a word with digits: 12 March, March 12, 12 марта,
// 12.03.2017, 2017-03-12.
func dayAt(cs []char, ws []word, text []string, i int) (value string, from, to int, ok bool) {
	name := func(month, day int) string { return strconv.Itoa(month) + "/" + strconv.Itoa(day) }
	at := func(k int) string {
		if k < 0 || k >= len(text) {
			return ""
		}
		return text[k]
	}
	num := func(s string) int {
		n, err := strconv.Atoi(strings.TrimRight(s, "thsndr"))
		if err != nil || len(s) > 4 {
			return 0
		}
		return n
	}
	d := num(at(i))
	if parts := strings.Split(text[i], "-"); len(parts) == 3 && len(parts[0]) == 4 {
		if m, d := num(parts[1]), num(parts[2]); m >= 1 && m <= 12 && d >= 1 && d <= 31 {
			return name(m, d), i, i, true
		}
	}
	if d < 1 || d > 31 {
		return "", i, i, false
	}
	if m := months()[at(i+1)]; m > 0 {
		return name(m, d), i, i + 1, true
	}
	if m := months()[at(i-1)]; m > 0 && at(i-1) != "may" {
		return name(m, d), i - 1, i, true
	}
	if m := num(at(i + 1)); m >= 1 && m <= 12 && len(at(i+2)) == 4 && num(at(i+2)) > 1900 && between(cs, ws[i].after, ws[i+1].after-len(ws[i+1].chars)) == "." {
		return name(m, d), i, i + 2, true
	}
	return "", i, i, false
}
