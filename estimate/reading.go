package estimate

import (
	"fmt"
	"strings"
)

// Verdict is whether a report may be published at all.
type Verdict string

const (
	// Never: no number of the report may be published, only the count.
	Never Verdict = "do not publish"
	// Both: two answers fit; all of them or none.
	Both Verdict = "publish all answers or none"
	// Range: the range may be published, with everything that is said about it.
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
	if r.shared() < 10 {
		verdict = Never
		out = append(out, w["thin"])
	}
	if len(r.Lists) < 3 {
		verdict = Never
		out = append(out, w["two"])
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
	for _, x := range r.Estimates {
		if x.Method == "chao" {
			out = append(out, fmt.Sprintf(w["floor"], float64(x.Estimate)))
		}
	}
	switch verdict {
	case Never:
		out = append(out, fmt.Sprintf(w["never"], r.Observed))
	case Both:
		out = append(out, w["both"])
	default:
		out = append(out, w["may"], w["hidden"])
	}
	return verdict, append(out, w["safe"])
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

func (r Report) shared() int {
	for _, d := range r.Diagnostics {
		if d.Name == "on_two_lists_or_more" {
			return int(d.Value)
		}
	}
	return 0
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
		"floor":   "As a floor, about %.0f: if nobody was kept off one list by being on another.",
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
		"floor":   "Нижняя оценка — около %.0f, если попадание в один список никому не мешало попасть в другой.",
		"never":   "Не публикуйте оценку по этим данным. Публикуйте счёт: названо не менее %d человек.",
		"both":    "Публикуйте все ответы и то, от чего они меняются, — или только счёт названных.",
		"hidden":  "Скажите вместе с ним: если какая-то группа почти не могла попасть ни в один список, все эти методы считают слишком мало. На придуманных списках с такой группой лучшие промежутки содержали истину в четырёх случаях из пяти.",
		"may":     "Промежуток можно публиковать, указав рядом списки, сопоставление, метод и его предположения.",
		"safe":    "Не публикуйте ничего, что может вывести на человека, которого ещё не назвали.",
	},
}
