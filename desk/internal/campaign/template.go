package campaign

import (
	"context"
	"slices"
	"strings"
	"time"

	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/fault"
)

// Template is from what a campaign's letters in one language are drafted. Of the
// marks in Body each stands for something of the record.
type Template struct {
	Campaign, Lang string
	Number         int // of its edition; 0: it came with the program
	Subject, Body  string
	Demands        map[string]string // by demand: its words in this language
	By             string
	At             time.Time
}

// The marks of a template. A paragraph whose mark has nothing to stand for is left out.
const (
	markFigures     = "[figures]"     // what the demands rest on, as a list
	markDemands     = "[demands]"     // what is asked, as a list
	markDay         = "[day]"         // until when an answer is wanted
	markCounterpart = "[counterpart]" // whom the target can press
	markHolder      = "[holder]"      // who holds the target's office
	markCampaign    = "[campaign]"    // the campaign's title
)

// Marks lists the marks.
func Marks() []string {
	return []string{markFigures, markDemands, markDay, markCounterpart, markHolder, markCampaign}
}

// Langs lists the languages of letters: those whose letters can be set on paper.
func Langs() []string {
	return []string{"en", "ru", "ar", "bg", "cs", "da", "de", "el", "es", "fi", "fr", "hu", "it", "nl", "no", "pl", "pt", "ro", "sr", "sv", "tr", "uk"}
}

// Templates keeps templates of letters.
type Templates interface {
	LetterTemplates(ctx context.Context, campaign string) ([]Template, error) // the latest of each language
	AddLetterTemplate(ctx context.Context, x Template) error                  // Conflict when the number is taken
}

// given are the templates that come with the program.
var given = []Template{
	{Lang: "en", Subject: "[campaign]: what we ask of you", Body: strings.Join([]string{
		"Dear [holder],",
		"We write to you about an emergency that threatens lives.",
		"What is established so far, with the range in which each number lies:\n[figures]\nEach number is given as a range because the sources differ. A number that nobody knows is not zero.",
		"We ask you:\n[demands]",
		"You can do this in your own contacts with: [counterpart].",
		"Please tell us by [day] what you have done or will do. We keep a public record of what was asked and what was answered, and your answer will stand in it as you give it.",
		"Yours faithfully,"}, "\n\n")},
	{Lang: "ru", Subject: "[campaign]: о чём мы вас просим", Body: strings.Join([]string{
		"Здравствуйте, [holder]!",
		"Мы пишем вам о чрезвычайном положении, которое угрожает жизни людей.",
		"Вот что установлено на сегодня. Для каждого числа указаны границы:\n[figures]\nЧисла даны в границах, потому что источники называют разные. Неизвестное число не равно нулю.",
		"Мы просим вас:\n[demands]",
		"Вы можете сделать это через ваши собственные контакты: [counterpart].",
		"Пожалуйста, сообщите нам до [day], что вы сделали или сделаете. Мы ведём открытый учёт просьб и ответов; ваш ответ будет приведён в нём так, как вы его дадите.",
		"С уважением,"}, "\n\n")},
}

// Given returns the template that comes with the program in a language; false: none.
func Given(lang string) (Template, bool) {
	i := slices.IndexFunc(given, func(x Template) bool { return x.Lang == lang })
	if i < 0 {
		return Template{Lang: lang, Demands: map[string]string{}}, false
	}
	return given[i], true
}

func (x Template) check() error {
	var k fault.Check
	k.Field(slices.Contains(Langs(), x.Lang), "lang", "Choose the language of letters.")
	k.Field(x.Subject != "", "subject", "Give the letter a subject.")
	k.Field(strings.Contains(x.Body, markDemands), "body", "The mark [demands] must stand in the text: without it nothing is asked.")
	left := x.Subject + x.Body
	for _, m := range Marks() {
		left = strings.ReplaceAll(left, m, "")
	}
	k.Field(!strings.ContainsAny(left, "[]"), "body", "Something in square brackets is not one of the marks. Use those that are listed, or other brackets.")
	return k.Err()
}

// Template gives the template of a campaign in a language: the team's own, else the
// one that comes with the program; ok is false when there is none.
func (b *Board) Template(ctx context.Context, a staff.Actor, campaign, lang string) (x Template, ok bool, err error) {
	if err := a.Must(leads...); err != nil {
		return x, false, err
	}
	err = b.Reading(ctx, func(s Store) error {
		x, ok, err = templateIn(ctx, s, campaign, lang)
		return err
	})
	return x, ok, err
}

// Templates lists the team's own templates of a campaign.
func (b *Board) Templates(ctx context.Context, a staff.Actor, campaign string) (out []Template, err error) {
	if err := a.Must(leads...); err != nil {
		return nil, err
	}
	err = b.Reading(ctx, func(s Store) error {
		out, err = s.LetterTemplates(ctx, campaign)
		return err
	})
	return out, err
}

func templateIn(ctx context.Context, s Store, campaign, lang string) (Template, bool, error) {
	own, err := s.LetterTemplates(ctx, campaign)
	if err != nil {
		return Template{}, false, err
	}
	if i := slices.IndexFunc(own, func(x Template) bool { return x.Lang == lang }); i >= 0 {
		return own[i], true, nil
	}
	x, ok := Given(lang)
	return x, ok, nil
}

// KeepTemplate keeps a template as a further edition. x.Number is the edition that
// the writer saw.
func (b *Board) KeepTemplate(ctx context.Context, a staff.Actor, x Template) error {
	x.Subject, x.Body = strings.TrimSpace(x.Subject), strings.TrimSpace(strings.ReplaceAll(x.Body, "\r\n", "\n"))
	return b.change(ctx, a, x.Campaign, "campaign.template-kept", x.Campaign, struct{ Lang string }{x.Lang}, func(s Store, f File) error {
		if err := x.check(); err != nil {
			return err
		}
		words := []Text{{EN: x.Subject}, {EN: x.Body}}
		for id, w := range x.Demands {
			if _, err := f.demand(id); err != nil {
				return err
			}
			words = append(words, Text{EN: w})
		}
		if err := b.stays(ctx, s, a, x.Campaign, words...); err != nil {
			return err
		}
		x.Number, x.By, x.At = x.Number+1, a.ID, b.Clock.Now()
		return s.AddLetterTemplate(ctx, x)
	})
}

// Why a target cannot be written to.
const (
	NoName     = "name"     // nobody knows yet who it is
	NoLang     = "lang"     // no language is noted
	NoTemplate = "template" // nobody has written a template in its language
)

// Unready is a target to which no letter can be drafted yet.
type Unready struct{ Target, Lang, Why string }

// unready says why no letter can be drafted to a target in a language; "" when one can.
func unready(t Target, lang string, ok bool) string {
	switch {
	case t.Name == (Text{}):
		return NoName
	case lang == "":
		return NoLang
	case !ok:
		return NoTemplate
	}
	return ""
}

// presses gives whom a target can press: its counterpart, else the only one of the campaign.
func (f File) presses(t Target) (Target, bool) {
	if o, err := f.target(t.Counterpart); err == nil {
		return o, true
	}
	var all []Target
	for _, o := range f.Targets {
		if o.Kind == Counterpart && o.ID != t.ID {
			all = append(all, o)
		}
	}
	if len(all) != 1 {
		return Target{}, false
	}
	return all[0], true
}

// Compose writes a letter from a template and the record. The figures stand in it as
// they are frozen in the demands. Foreign is set when words stand in it that nobody has
// written in its language.
func Compose(f File, x Template, t Target, demands []Demand, day, answerBy clock.Day) Letter {
	c := f.Campaign
	l := Letter{Campaign: c.ID, Target: t.ID, Lang: x.Lang, Day: day, Signatory: c.By}
	if l.Addressee = t.Address; l.Addressee == "" {
		l.Addressee = t.Label(x.Lang)
	}
	in := func(text Text) string {
		if x.Lang == "ru" && text.RU == "" || x.Lang != "ru" && (x.Lang != "en" || text.EN == "") {
			l.Foreign = true
		}
		return text.In(x.Lang)
	}
	var facts, asks []string
	seen, through := map[string]bool{}, false
	for _, d := range demands {
		l.Demands = append(l.Demands, d.ID)
		words := x.Demands[d.ID]
		if words == "" {
			words = in(d.Text)
		}
		asks = append(asks, "— "+strings.TrimSuffix(words, ".")+".")
		through = through || strings.Contains(d.Through, "counterpart")
		for _, b := range d.Basis {
			if !seen[b.Kind+b.Key] {
				seen[b.Kind+b.Key] = true
				l.Basis = append(l.Basis, b)
				facts = append(facts, "— "+in(b.Says)+".")
			}
		}
	}
	stands := map[string]string{markFigures: strings.Join(facts, "\n"), markDemands: strings.Join(asks, "\n"), markDay: DayIn(answerBy, x.Lang)}
	if o, ok := f.presses(t); ok && through {
		stands[markCounterpart] = o.Label(x.Lang)
	}
	if held := t.Held(day); len(held) > 0 {
		stands[markHolder] = held[0].Holder
	}
	if strings.Contains(x.Subject+x.Body, markCampaign) {
		stands[markCampaign] = in(c.Title)
	}
	fill := func(text string) (string, bool) {
		var pairs []string
		for _, m := range Marks() {
			if strings.Contains(text, m) && stands[m] == "" {
				return "", false
			}
			pairs = append(pairs, m, stands[m])
		}
		return strings.NewReplacer(pairs...).Replace(text), true
	}
	if l.Subject, _ = fill(x.Subject); l.Subject == "" {
		l.Subject = in(c.Title)
	}
	for paragraph := range strings.SplitSeq(x.Body, "\n\n") {
		if p, ok := fill(strings.TrimSpace(paragraph)); ok && p != "" {
			l.Paragraphs = append(l.Paragraphs, p)
		}
	}
	return l
}

// LangsOf lists the languages in which the targets of a campaign are written to.
func (f File) LangsOf() []string {
	var out []string
	for _, l := range Langs() {
		if slices.ContainsFunc(f.Targets, func(t Target) bool { return t.Lang == l }) {
			out = append(out, l)
		}
	}
	return out
}
