package campaign

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"waylight/internal/clock"
	"waylight/internal/fault"
)

// Letter is a letter to one target. A sent one is never changed.
type Letter struct {
	ID, Campaign string
	Target       string
	Demands      []string
	Lang         string // "en" or "ru"
	Addressee    string // two or three lines
	Subject      string
	Paragraphs   []string // the body, with salutation and close
	Basis        []Basis  // frozen
	Signatory    string   // who signs for the organisation
	Day          clock.Day
	Author       string
	At           time.Time
	Revision     int // grows with each change
	Sent         bool
	Digest       string // SHA-256 of Text, in hex, of the sent copy
	PDF          []byte // of the sent copy
}

// Text is the letter as plain text; its digest names the letter that was sent.
func (l Letter) Text() string {
	var b strings.Builder
	for _, part := range []string{l.Addressee, string(l.Day), l.Subject, strings.Join(l.Paragraphs, "\n\n"), l.Signatory} {
		if part != "" {
			b.WriteString(part + "\n\n")
		}
	}
	return strings.TrimSpace(b.String()) + "\n"
}

// Parts are the pieces that the leak guard reads.
func (l Letter) Parts() []string {
	return append([]string{l.Addressee, l.Subject, l.Signatory}, l.Paragraphs...)
}

// Sum is the digest of the text.
func (l Letter) Sum() string {
	s := sha256.Sum256([]byte(l.Text()))
	return hex.EncodeToString(s[:])
}

// Check tests a letter before it leaves.
func (l Letter) Check() error {
	var c fault.Check
	c.Field(strings.TrimSpace(l.Addressee) != "", "addressee", "Say to whom the letter goes.")
	c.Field(strings.TrimSpace(l.Subject) != "", "subject", "Give the letter a subject.")
	c.Field(len(l.Paragraphs) > 0, "body", "The letter has no text.")
	c.Field(strings.TrimSpace(l.Signatory) != "", "signatory", "Say who signs.")
	c.Field(IsDay(l.Day), "day", "Write the day as 2017-04-09.")
	return c.Err()
}

// Leaving is a text on its way out, as the gate sees it.
type Leaving struct {
	ID    string // of the letter
	Actor string // member
	Class string // who will read it: "government"
	Parts []string
}

// Gate lets a text leave or refuses it. It runs in the transaction of the
// sending; publish.Gateway is the only one.
type Gate interface {
	Pass(ctx context.Context, tx Store, out Leaving) error
}

// Typesetter makes the PDF of a letter, and a document (DOCX): the same letter gives the same bytes.
type Typesetter interface {
	Letter(l Letter) ([]byte, error)
	Word(l Letter) ([]byte, error)
}

// phrases of a letter in one language.
type phrases struct {
	subject, opening, found, ask, askOne, through, range_, close_, sign string
}

var letterPhrases = map[string]phrases{
	"en": {
		subject: "The persecution of men perceived to be gay in Chechnya: what we ask of you",
		opening: "We write to you about an emergency that threatens lives.",
		found:   "What is established so far, with the range in which each number lies:",
		range_:  "Each number is given as a range because the sources differ. A number that nobody knows is not zero.",
		ask:     "We ask you:",
		askOne:  "We ask you for one thing:",
		through: "You can do this in your own contacts with the authorities of the Russian Federation.",
		close_:  "Please tell us by %s what you have done or will do. We keep a public record of what was asked and what was answered, and your answer will stand in it as you give it.",
		sign:    "Yours faithfully,",
	},
	"ru": {
		subject: "Преследование мужчин, которых считают геями, в Чечне: о чём мы вас просим",
		opening: "Мы пишем вам о чрезвычайном положении, которое угрожает жизни людей.",
		found:   "Вот что установлено на сегодня. Для каждого числа указаны границы:",
		range_:  "Числа даны в границах, потому что источники называют разные. Неизвестное число не равно нулю.",
		ask:     "Мы просим вас:",
		askOne:  "Мы просим вас об одном:",
		through: "Вы можете сделать это в ваших собственных контактах с властями Российской Федерации.",
		close_:  "Пожалуйста, сообщите нам до %s, что вы сделали или сделаете. Мы ведём открытый учёт просьб и ответов; ваш ответ будет приведён в нём так, как вы его дадите.",
		sign:    "С уважением,",
	},
}

var months = map[string][]string{
	"en": strings.Fields("January February March April May June July August September October November December"),
	"ru": strings.Fields("января февраля марта апреля мая июня июля августа сентября октября ноября декабря"),
}

// DayIn writes a day in words: "9 April 2017".
func DayIn(d clock.Day, lang string) string {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil || len(months[lang]) == 0 { // as the standard writes it, which everybody can read
		return string(d)
	}
	return strings.Join([]string{t.Format("2"), months[lang][t.Month()-1], t.Format("2006")}, " ")
}

// Compose writes a letter from the template and the record. The figures stand in
// it as they are frozen in the demands.
func Compose(c Campaign, t Target, demands []Demand, lang string, day, answerBy clock.Day) Letter {
	p, ok := letterPhrases[lang]
	if !ok {
		lang, p = "en", letterPhrases["en"]
	}
	l := Letter{Campaign: c.ID, Target: t.ID, Lang: lang, Subject: p.subject, Day: day, Signatory: c.By}
	l.Addressee = t.Address
	if l.Addressee == "" {
		l.Addressee = t.Label(lang)
	}
	seen := map[string]bool{}
	var facts, asks []string
	through := false
	for _, d := range demands {
		l.Demands = append(l.Demands, d.ID)
		asks = append(asks, "— "+d.Text.In(lang)+".")
		through = through || strings.Contains(d.Through, "counterpart")
		for _, b := range d.Basis {
			if !seen[b.Kind+b.Key] {
				seen[b.Kind+b.Key] = true
				l.Basis = append(l.Basis, b)
				facts = append(facts, "— "+b.Says.In(lang)+";")
			}
		}
	}
	add := func(s string) { l.Paragraphs = append(l.Paragraphs, s) }
	add(p.opening)
	if len(facts) > 0 {
		facts[len(facts)-1] = strings.TrimSuffix(facts[len(facts)-1], ";") + "."
		add(p.found + "\n" + strings.Join(facts, "\n"))
		add(p.range_)
	}
	if len(asks) == 1 {
		add(p.askOne + "\n" + asks[0])
	} else if len(asks) > 1 {
		add(p.ask + "\n" + strings.Join(asks, "\n"))
	}
	if through && t.Kind == Government {
		add(p.through)
	}
	add(strings.Replace(p.close_, "%s", DayIn(answerBy, lang), 1))
	add(p.sign)
	return l
}
