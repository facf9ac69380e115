package estimate

import (
	"fmt"
	"math"
	"strings"
)

// Verdict is whether a report may be published at all.
type Verdict string

const (
	// Never: no number of the report may be published, only the count.
	Never Verdict = "do not publish"
	// Both: two answers fit; all of them or none.
	Both Verdict = "publish all answers or none"
	// AtLeast: no range, but the floor may be published.
	AtLeast Verdict = "publish at least, and no range"
	// Range: the range may be published, with everything that is said about it;
	// at least is what should be.
	Range Verdict = "publish the range, with its conditions"
)

// Read says what the report comes to, in plain sentences of the language "en"
// or "ru", and whether it may be published. An examination may be nil.
func (r Report) Read(language string, e *Examination) (Verdict, []string) {
	w := readings[language]
	if w == nil {
		w = readings["en"]
	}
	out := []string{fmt.Sprintf(w["named"], r.Observed)}
	verdict := Range
	var low, high float64
	given, refusedHere, several := 0, 0, false
	for _, x := range r.Estimates {
		if x.Method == "chao" {
			continue
		}
		several = several || len(x.Modes) > 1
		if !x.Low.Known() {
			refusedHere++
			continue
		}
		if given == 0 || float64(x.Low) < low {
			low = float64(x.Low)
		}
		high = max(high, float64(x.High))
		given++
	}
	switch {
	case given == 0:
		verdict = Never
		out = append(out, w["none"])
	default:
		out = append(out, fmt.Sprintf(w["range"], low, high, given))
	}
	if refusedHere > 0 && given > 0 {
		out = append(out, fmt.Sprintf(w["refused"], refusedHere))
	}
	if several {
		verdict = stricter(verdict, Both)
		out = append(out, w["modes"])
	}
	if r.apart() {
		verdict = Never
		out = append(out, w["apart"])
	}
	if r.fact(onTwo) < fewShared {
		verdict = Never
		out = append(out, w["thin"])
	}
	switch len(r.Lists) {
	case 0, 1, 2:
		verdict = Never
		out = append(out, w["two"])
	case 3:
		verdict = Never
		out = append(out, w["three"])
	}
	if high > 10*float64(r.Observed) {
		out = append(out, w["unseen"])
	}
	moved := r.moved()
	if e != nil {
		moved = max(moved, len(e.Warnings))
	}
	if moved > 0 {
		verdict = stricter(verdict, Both)
		out = append(out, fmt.Sprintf(w["moves"], moved))
	}
	verdict, last := r.conclude(w, verdict)
	return verdict, append(out, last...)
}

// conclude says what may be published: the range or the answers as far as they
// may be, and the floor where there is one.
func (r Report) conclude(w map[string]string, verdict Verdict) (Verdict, []string) {
	var out []string
	floor, ok := r.Floor()
	if n := r.fact(apart); n > 0 {
		out = append(out, fmt.Sprintf(w["keeps"], n))
	}
	if ok {
		out = append(out, fmt.Sprintf(w["floor"], floor))
		if verdict == Never {
			verdict = AtLeast
		}
	}
	switch verdict {
	case Never:
		out = append(out, fmt.Sprintf(w["never"], r.Observed))
	case AtLeast:
		out = append(out, fmt.Sprintf(w["least"], floor, r.Observed))
	case Both:
		out = append(out, w["both"])
		if ok {
			out = append(out, fmt.Sprintf(w["safer"], floor))
		}
	default:
		out = append(out, w["hidden"])
		if ok {
			out = append(out, fmt.Sprintf(w["safer"], floor))
		}
		out = append(out, w["may"])
	}
	return verdict, append(out, w["safe"])
}

// fewShared are so few people on two lists or more that nothing rests on them.
const fewShared = 10

// Floor is the number of people, those never named included, that may be said
// with "at least": the lower end of Chao's bound. It holds whether or not some
// people are much harder to find than others, and whatever the other methods say.
// There is none with two lists, hardly anybody on two, or lists that keep people
// off each other, and none that is not more than the count of the named.
func (r Report) Floor() (int, bool) {
	if len(r.Lists) < 3 || r.fact(onTwo) < fewShared || r.fact(apart) > 0 {
		return 0, false
	}
	for _, x := range r.Estimates {
		if x.Method == "chao" && x.Low.Known() {
			low := int(math.Floor(float64(x.Low)))
			return low, low > r.Observed
		}
	}
	return 0, false
}

// stricter is the one that allows less.
func stricter(a, b Verdict) Verdict {
	if a == Never || b == Never {
		return Never
	}
	if a == Both || b == Both {
		return Both
	}
	return Range
}

func (r Report) apart() bool { return len(disagreements(r.Estimates)) > 0 }

// moved counts the other priors of decomposable graphs that give an answer more
// than a quarter away.
func (r Report) moved() int {
	n := 0
	for _, x := range r.Estimates {
		for _, d := range x.Diagnostics {
			if ratio := float64(d.Value / x.Estimate); strings.HasPrefix(d.Name, atDelta) && (ratio > 1.25 || ratio < 0.8) {
				n++
			}
		}
	}
	return n
}

var readings = map[string]map[string]string{
	"en": {
		"named":   "%d people are named on the lists; that is certain as far as the matching is.",
		"none":    "No method gives an interval: these lists do not tell how many were never named.",
		"range":   "Those never named included, there were between %.0f and %.0f in all; this range takes in the intervals of %d results. The range is the answer, not a number within it.",
		"refused": "%d results were refused an interval.",
		"modes":   "More than one answer fits the lists about alike.",
		"apart":   "Intervals of two methods lie apart, so at least one of them is wrong.",
		"thin":    "Fewer than ten people are on more than one list; everything rests on them.",
		"two":     "There are two lists only; nothing can be known about how they depend on each other.",
		"unseen":  "At the upper end, more than nine in ten are people whom nobody saw.",
		"moves":   "Asked a little differently, the answer moves in %d cases: it rests on priors or on single lists.",
		"three":   "There are three lists: how all three hang together cannot be seen, and none can be left out to see what a range rests on.",
		"keeps":   "Pairs of lists of which one keeps people off the other: %d. Then even the floor may be too high, so there is none.",
		"floor":   "The floor is %d: at least so many in all, if nobody was kept off one list by being on another. It holds also where some people are much harder to find than others.",
		"least":   "Do not publish a range from this. Publish \"at least %d, those never named included\", or the count alone: %d named.",
		"safer":   "Unless you can say why no group was out of reach of every list, say \"at least %d\".",
		"never":   "Do not publish a number from this. Publish the count: at least %d named.",
		"both":    "Publish all answers with what moves them, or none and the count alone.",
		"hidden":  "Say this with it: if a group had little chance to be on any list, every method here counts too few. On invented lists with such a group the best ranges held the truth in four cases of five.",
		"may":     "The range may be published, with the lists, the matching, the method and its assumptions beside it.",
		"safe":    "Publish nothing that could lead to somebody who was not named yet.",
	},
	"ru": {
		"named":   "В списках названо людей: %d. Это число надёжно настолько, насколько надёжно сопоставление записей.",
		"none":    "Ни один метод не даёт интервала: по этим спискам нельзя сказать, сколько людей не назвал никто.",
		"range":   "Вместе с теми, кого не назвал никто, всего было от %.0f до %.0f человек; этот промежуток охватывает интервалы по результатам: %d. Ответом служит весь промежуток, а не число внутри него.",
		"refused": "Результатов, для которых интервал не выдан: %d.",
		"modes":   "Со списками почти одинаково согласуется больше одного ответа.",
		"apart":   "Интервалы двух методов не пересекаются: хотя бы один из них неверен.",
		"thin":    "Больше чем в одном списке значится меньше десяти человек; всё держится на них.",
		"two":     "Списков всего два; как они зависят друг от друга, узнать нельзя.",
		"unseen":  "У верхней границы больше девяти из десяти — люди, которых никто не видел.",
		"moves":   "Если спросить немного иначе, ответ меняется. Таких случаев: %d. Он держится на предположениях или на отдельных списках.",
		"three":   "Списков три: как все три связаны между собой, увидеть нельзя, и ни один нельзя убрать, чтобы узнать, на чём держится промежуток.",
		"keeps":   "Пары списков, в которых один мешает попасть в другой: %d. Тогда и нижняя оценка может быть завышена, поэтому её нет.",
		"floor":   "Нижняя оценка — %d: всего было не меньше, если попадание в один список никому не мешало попасть в другой. Она верна и тогда, когда некоторых людей найти намного труднее, чем других.",
		"least":   "Не публикуйте промежуток по этим данным. Публикуйте «не менее %d, включая тех, кого не назвал никто» или только счёт. Названо: %d.",
		"safer":   "Если вы не можете сказать, почему ни одна группа не осталась вне всех списков, пишите «не менее %d».",
		"never":   "Не публикуйте оценку по этим данным. Публикуйте счёт: названо не менее %d человек.",
		"both":    "Публикуйте все ответы и то, от чего они меняются, — или только счёт названных.",
		"hidden":  "Скажите вместе с ним: если какая-то группа почти не могла попасть ни в один список, все эти методы считают слишком мало. На придуманных списках с такой группой лучшие промежутки содержали истину в четырёх случаях из пяти.",
		"may":     "Промежуток можно публиковать, указав рядом списки, сопоставление, метод и его предположения.",
		"safe":    "Не публикуйте ничего, что может вывести на человека, которого ещё не назвали.",
	},
}
