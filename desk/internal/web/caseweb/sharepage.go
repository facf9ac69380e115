package caseweb

import (
	"slices"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/web/ui"
	"waylight/internal/clock"
	"waylight/internal/page"
)

func (s show) consent() []Block {
	c := s.c
	blocks := []Block{{Title: s.T("Consent"), Note: s.T("Nothing about a person leaves this case without a consent that holds."), Links: []Link{{s.T("Note a consent"), s.url("/consent/new")}, {s.T("Refer to a partner"), s.url("/refer")}, {s.T("Opinions of experts"), s.url("/opinions")}}}}
	if l := s.referrals(); len(l) > 0 {
		blocks = append(blocks, Block{Title: s.T("Referrals"), Todo: l})
	}
	for _, x := range slices.Backward(c.Consents) {
		k := x.Content()
		b := Block{ID: x.ID, Title: s.T("%s: %s", partyLabel(s.Words, c.Party(k.Party)), s.T(purposeWord(k.Purpose))), Note: s.stamp(x.Current.Author, x.Current.At)}
		b.Facts = []page.Fact{{Term: s.T("Recipient"), Text: k.Recipient}, {Term: s.T("Data"), Text: k.Data}, {Term: s.T("Given"), Text: s.Day(k.Given), Note: k.How}}
		if k.Expires != "" {
			b.Facts = append(b.Facts, page.Fact{Term: s.T("Until"), Text: s.Day(k.Expires)})
		}
		holds := k.Holds(clock.DayOf(s.now))
		switch {
		case holds:
			b.Badge = &page.Badge{Text: s.T("In force"), Tone: page.Calm}
			if k.Purpose == cases.ForRecord {
				b.Links = append(b.Links, Link{s.T("Hand words to the record"), s.url("/consent/" + x.ID + "/testify")})
			}
			b.Form = s.takeBack(x.ID, k)
		case k.Withdrawn != "":
			b.Badge = &page.Badge{Text: s.T("Taken back on %s", s.Day(k.Withdrawn))}
			for _, a := range k.Acted {
				b.Todo = append(b.Todo, Line{Text: s.T(actWord(a))})
			}
			if k.Withdrawn >= clock.DayOf(s.now.AddDate(0, 0, -30)) {
				b.Todo = append(b.Todo, Line{Text: s.T("Submissions to courts and other bodies keep consents of their own and were not touched. Ask an advocate whether this person is named in one.")})
			}
		default:
			b.Badge = &page.Badge{Text: s.T("Has run out")}
		}
		for _, br := range c.Bridges {
			if br.Content().Consent == x.ID {
				b.Confirm = &ui.Confirm{Words: s.Words, Title: s.T("Bridge to the record"), Sentences: []string{s.T("By this consent words were handed to the record. Cutting the bridge leaves them there, and nobody can tell any more from whom they came, not even from this case.")}, Action: s.url("/consent/" + x.ID + "/cut"), Button: s.T("Cut the bridge"), Hidden: []ui.Hidden{{Name: "party", Value: k.Party}}}
			}
		}
		blocks = append(blocks, b)
	}
	return append(blocks, s.papersToSign()...)
}

// takeBack is the form by which a consent ends, everywhere at once.
func (s show) takeBack(id string, k cases.Consent) *Inline {
	f := page.Form{Words: s.Words}
	x := &Inline{Words: s.Words, Action: s.url("/consent/" + id + "/withdraw"), Fields: []page.Field{ided(f.Text("why", s.T("Why it is taken back")).Optional(), id)}, Button: s.T("The person takes it back")}
	for _, b := range s.c.Bridges {
		if k.Purpose == cases.ForRecord && b.Content().Party == k.Party {
			x.Fields = append(x.Fields, ided(f.Radios("handed", s.T("What becomes of the words that were handed to the record?"), []page.Option{{Value: "destroy", Label: s.T("They are destroyed, and what was counted from them is withdrawn")}, {Value: "keep", Label: s.T("They stay, without any way back to the person")}}).Or("destroy"), id))
			break
		}
	}
	return x
}

// ided gives a field an id of its own where a page has several forms.
func ided(f page.Field, id string) page.Field {
	f.ID += "-" + id
	return f
}
