package caseweb

import (
	"waylight/desk/internal/cases"
	"waylight/desk/internal/web/ui"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// cardWords are ordinary things: a card of them looks like what somebody meant to buy.
func cardWords() []string {
	return []string{
		i18n.Key("apples"), i18n.Key("bread"), i18n.Key("butter"), i18n.Key("candles"), i18n.Key("carrots"), i18n.Key("cheese"), i18n.Key("coffee"), i18n.Key("eggs"),
		i18n.Key("flour"), i18n.Key("garlic"), i18n.Key("honey"), i18n.Key("jam"), i18n.Key("lemons"), i18n.Key("lentils"), i18n.Key("matches"), i18n.Key("milk"),
		i18n.Key("mint"), i18n.Key("mushrooms"), i18n.Key("mustard"), i18n.Key("needles"), i18n.Key("nuts"), i18n.Key("oats"), i18n.Key("oil"), i18n.Key("onions"),
		i18n.Key("oranges"), i18n.Key("pears"), i18n.Key("pepper"), i18n.Key("plums"), i18n.Key("potatoes"), i18n.Key("pumpkin"), i18n.Key("raisins"), i18n.Key("rice"),
		i18n.Key("rope"), i18n.Key("salt"), i18n.Key("soap"), i18n.Key("spoons"), i18n.Key("string"), i18n.Key("sugar"), i18n.Key("tea"), i18n.Key("thread"),
		i18n.Key("tomatoes"), i18n.Key("towels"), i18n.Key("vinegar"), i18n.Key("walnuts"), i18n.Key("water"), i18n.Key("wool"), i18n.Key("yeast"), i18n.Key("yoghurt"),
	}
}

func cardWord(w i18n.Words, n int) string {
	all := cardWords()
	return w.T(all[((n%len(all))+len(all))%len(all)])
}

// card shows to whoever holds the leg what its words mean. None of it is on the card.
func (r *Room) card(c *ui.Context) error {
	k, err := r.Book.Card(c.Context(), c.Actor, c.ID("leg"), "")
	if err != nil {
		return err
	}
	return c.Render(pages, "blocks", cardView(c.Frame(c.T("Card of leg %d", k.Number)), k))
}

func cardView(f ui.Frame, k cases.Carded) blocksView {
	base := "/legs/" + k.ID
	v := blocksView{Frame: f, Head: head{Title: f.T("Card of leg %d", k.Number)}}
	make := &Inline{Words: f.Words, Action: base + "/card", Hidden: []ui.Hidden{{Name: "saw", Value: num(k.Version)}}, Button: f.T("Draw words for a card")}
	if k.Version == 0 {
		v.Main = []Block{{Title: f.T("No words are drawn yet"), Note: f.T("A card is paper for whoever travels: ordinary words, hours after a time that is said by mouth, and two digits that show a misread line. Whoever finds it learns nothing."), Form: make, Links: []Link{{f.T("Leg %d", k.Number), base}}}}
		return v
	}
	make.Button = f.T("It was lost: draw new words, the old ones are void")
	say := Block{Title: f.T("Say this, do not write it"), Note: f.T("Agree on it with whoever travels, by mouth. It is not on the card."), Facts: []page.Fact{
		{Term: f.T("The hours are counted from"), Text: f.Date(k.Card.Base)},
		{Term: cardWord(f.Words, k.Card.From), Text: k.From.Words}, {Term: cardWord(f.Words, k.Card.To), Text: k.To.Words}, {Term: cardWord(f.Words, k.Card.People), Text: f.N("%d person travels", "%d people travel", k.People)},
		{Term: cardWord(f.Words, k.Card.Well), Text: f.T("said when all is well")}, {Term: cardWord(f.Words, k.Card.Forced), Text: f.T("said when somebody forces them")},
	}, Links: []Link{{f.T("Leg %d", k.Number), base}}}
	printing := Block{Title: f.T("Print a card"), Note: f.T("Each printing stands in the ledger. Say beforehand what becomes of it: burnt, eaten, torn.")}
	for _, role := range cases.CardRoles() {
		printing.Todo = append(printing.Todo, Line{Text: f.T(cardRoleWord(role)), Href: base + "/card/" + string(role)})
	}
	v.Main = []Block{say, printing, {Title: f.T("If a card was lost"), Form: make}}
	return v
}

func cardRoleWord(r cases.CardRole) string {
	switch r {
	case cases.CardEscort:
		return i18n.Key("For the escort: all of this leg")
	case cases.CardDriver:
		return i18n.Key("For a driver: from, to, when, how many")
	}
	return i18n.Key("For who travels: where to be, when, and the two signs")
}

func (r *Room) makeCard(c *ui.Context) error {
	saw, _ := c.Int("saw")
	return r.done(c, r.Book.MakeCard(c.Context(), c.Actor, c.ID("leg"), int(saw)), "/legs/"+c.ID("leg")+"/card", "case.kept")
}

// cardPaper is the card itself.
type cardPaper struct {
	ui.Frame
	Lines []cardLine
}

type cardLine struct{ Word, Text, Check string }

func (r *Room) printCard(c *ui.Context) error {
	role := cases.CardRole(c.ID("role"))
	k, err := r.Book.Card(c.Context(), c.Actor, c.ID("leg"), role)
	if err != nil {
		return err
	}
	return c.Render(pages, "card", cardPaperOf(c.Frame(c.T("List")), k, role))
}

func cardPaperOf(f ui.Frame, k cases.Carded, role cases.CardRole) cardPaper {
	v := cardPaper{Frame: f}
	v.Site = "" // whoever finds it must not learn where it was made
	for _, l := range k.Card.Lines(k.Leg, role) {
		v.Lines = append(v.Lines, cardLine{cardWord(f.Words, l.Word), l.Text, l.Check})
	}
	return v
}
