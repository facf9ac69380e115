package recordweb

import (
	"strconv"
	"strings"

	"waylight/desk/internal/count"
	"waylight/desk/internal/edtf"
	"waylight/desk/internal/record"
	"waylight/internal/clock"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// phrase is a code of the record with the words that people read.
type phrase struct{ code, words string }

func kinds() []phrase {
	return []phrase{
		{string(record.PersonSource), i18n.Key("A person")}, {string(record.Organisation), i18n.Key("An organisation")}, {string(record.UnnamedGroup), i18n.Key("A group that is not named")},
		{string(record.Media), i18n.Key("Press, radio, television")}, {string(record.Authority), i18n.Key("An authority")}, {string(record.Document), i18n.Key("A document without a speaker")}, {string(record.OpenWeb), i18n.Key("The open web")},
	}
}

func materials() []phrase {
	return []phrase{
		{string(record.Testimony), i18n.Key("Testimony")}, {string(record.Report), i18n.Key("Report")}, {string(record.Press), i18n.Key("Press article")}, {string(record.Paper), i18n.Key("Paper document")},
		{string(record.Photograph), i18n.Key("Photograph")}, {string(record.Film), i18n.Key("Film")}, {string(record.Recording), i18n.Key("Sound recording")}, {string(record.Medical), i18n.Key("Medical finding")}, {string(record.Restated), i18n.Key("Restated facts")},
	}
}

func hands() []phrase {
	return []phrase{{string(record.FirstHand), i18n.Key("First hand: was there")}, {string(record.Relayed), i18n.Key("Relayed: heard it from others")}, {string(record.Inferred), i18n.Key("Inferred: concludes it")}}
}

func ties() []phrase {
	return []phrase{
		{string(record.Confirms), i18n.Key("confirms")}, {string(record.Supports), i18n.Key("supports")}, {string(record.Contradicts), i18n.Key("contradicts")}, {string(record.Supersedes), i18n.Key("takes the place of")},
	}
}

func standings() []phrase {
	return []phrase{{string(record.Stands), i18n.Key("It stands")}, {string(record.Refuted), i18n.Key("It is refuted")}, {string(record.Withdrawn), i18n.Key("Its source withdrew it")}}
}

func speeches() []phrase {
	return []phrase{
		{string(record.Denial), i18n.Key("Denial")}, {string(record.Admission), i18n.Key("Admission")}, {string(record.Incitement), i18n.Key("Incitement")}, {string(record.Condemnation), i18n.Key("Condemnation")},
		{string(record.Promise), i18n.Key("Promise")}, {string(record.CallFor), i18n.Key("Call for accountability")}, {string(record.Warning), i18n.Key("Warning against harmful use")},
	}
}

func standards() []phrase {
	return []phrase{
		{string(record.Suspicion), i18n.Key("Reasonable suspicion")}, {string(record.Grounds), i18n.Key("Reasonable grounds to believe")}, {string(record.Balance), i18n.Key("Balance of probabilities")},
		{string(record.Convincing), i18n.Key("Clear and convincing")}, {string(record.NoDoubt), i18n.Key("Beyond reasonable doubt")},
	}
}

func reliabilities() []phrase {
	return []phrase{
		{"A", i18n.Key("A – completely reliable")}, {"B", i18n.Key("B – usually reliable")}, {"C", i18n.Key("C – fairly reliable")}, {"D", i18n.Key("D – not usually reliable")},
		{"E", i18n.Key("E – unreliable")}, {"F", i18n.Key("F – cannot be judged yet")},
	}
}

func credibilities() []phrase {
	return []phrase{
		{"1", i18n.Key("1 – confirmed by others")}, {"2", i18n.Key("2 – probably true")}, {"3", i18n.Key("3 – possibly true")}, {"4", i18n.Key("4 – doubtful")},
		{"5", i18n.Key("5 – improbable")}, {"6", i18n.Key("6 – cannot be judged yet")},
	}
}

func bounds() []phrase {
	return []phrase{
		{string(count.Exactly), i18n.Key("exactly")}, {string(count.About), i18n.Key("about")}, {string(count.AtLeast), i18n.Key("at least")}, {string(count.MoreThan), i18n.Key("more than")},
		{string(count.UpTo), i18n.Key("up to")}, {string(count.Between), i18n.Key("between")}, {string(count.Unknown), i18n.Key("number unknown")},
	}
}

func units() []phrase {
	return []phrase{{string(record.Persons), i18n.Key("people")}, {string(record.Families), i18n.Key("families")}, {string(record.Events), i18n.Key("events")}}
}

// word gives the words of a code; a code that is not on the list as it is.
func word[C ~string](w i18n.Words, list []phrase, code C) string {
	for _, p := range list {
		if p.code == string(code) {
			return w.T(p.words)
		}
	}
	return string(code)
}

func options(w i18n.Words, list []phrase) []page.Option {
	out := make([]page.Option, len(list))
	for i, p := range list {
		out[i] = page.Option{Value: p.code, Label: w.T(p.words)}
	}
	return out
}

func acts() []phrase {
	var out []phrase
	for _, a := range record.Acts() {
		out = append(out, phrase{string(a), a.Label()})
	}
	return out
}

// counted are acts and counts of help as one list: what a claim can be about.
func counted() []phrase {
	var out []phrase
	for _, s := range record.Statuses() {
		out = append(out, phrase{string(s), s.Label()})
	}
	return out
}

func grades() []phrase {
	var out []phrase
	for _, g := range record.Grades() {
		out = append(out, phrase{string(g), g.Label()})
	}
	return out
}

// when says an EDTF date in words, without more precision than it has.
func when(w i18n.Words, d edtf.Date) string {
	first, last := d.Span()
	about := func(s string) string {
		if d.Approximate() {
			return w.T("about %s", s)
		}
		return s
	}
	switch d.Precision() {
	case "unknown":
		return w.T("date unknown")
	case "day":
		return about(w.Day(first))
	case "year":
		if len(strings.TrimRight(string(d), "?~%")) == 4 && !strings.Contains(string(d), "X") {
			return about(string(d)[:4])
		}
	}
	return about(span(w, first, last))
}

func span(w i18n.Words, first, last clock.Day) string {
	switch {
	case first == "":
		return w.T("until %s", w.Day(last))
	case last == "":
		return w.T("since %s", w.Day(first))
	}
	return w.T("%s to %s", w.Day(first), w.Day(last))
}

// saidOn says when a claim was made; for a running total, until when it counts.
func saidOn(w i18n.Words, c record.Claim) string {
	if c.Counted != "" {
		return w.T("as of %s", when(w, c.Counted))
	}
	return when(w, c.Asserted)
}

// says puts a claim's number in words, as its source said it.
func says(w i18n.Words, c record.Claim) string {
	if !c.Counts {
		return w.T("it happened; no number")
	}
	n, unit := w.Number(c.Bound.Value), ""
	if c.Unit != record.Persons { // people are what is counted unless it is said otherwise
		unit = " · " + word(w, units(), c.Unit)
	}
	switch c.Bound.Word {
	case count.Unknown:
		return w.T("number unknown")
	case count.Between:
		return w.T("between %s and %s", n, w.Number(c.Bound.To)) + unit
	}
	return word(w, bounds(), c.Bound.Word) + " " + n + unit
}

// admiralty is the two-character grade of a claim: source, then credibility.
func admiralty(c record.Weighed) string {
	return string(c.From.Reliability) + strconv.Itoa(c.Judgement().Credibility)
}
