package teamweb_test

import (
	"context"
	"html"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/desktest"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/desk/internal/team"
	"waylight/desk/internal/watch"
	"waylight/desk/internal/web/caseweb"
	"waylight/desk/internal/web/teamweb"
	"waylight/desk/internal/web/ui"
	"waylight/internal/browser"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// road is a Desk with three caseworkers, each at an address of their own.
type road struct {
	*desktest.Ground
	t     *testing.T
	book  *cases.Book
	board *team.Board
	who   map[string]staff.Actor
	at    map[string]string
}

func newRoad(t *testing.T) *road {
	g := desktest.New(t)
	r := &road{Ground: g, t: t, who: map[string]staff.Actor{}, at: map[string]string{}}
	as := func(tx *store.Tx) cases.Store { return tx }
	r.book = cases.NewBook(store.Within(g.DB, as), store.Reading(g.DB, as), g.Clock, cases.Options{})
	asTeam := func(tx *store.Tx) team.Store { return tx }
	r.board = &team.Board{Within: store.Within(g.DB, asTeam), Reading: store.Reading(g.DB, asTeam), Clock: g.Clock, Book: r.book}
	words := i18n.Must(i18n.Load(page.Locale(), ui.Locale(), caseweb.Locale(), teamweb.Locale()))
	room := &teamweb.Room{Board: r.board, Members: func(ctx context.Context) (all []staff.Member, err error) {
		err = g.DB.Read(ctx, func(tx *store.Tx) (err error) { all, err = tx.Members(ctx); return err })
		return all, err
	}}
	for _, name := range []string{"anna", "boris", "clara"} {
		me := g.Member(t, name+" (invented)", staff.Caseworker)
		r.who[name] = me
		m := ui.NewMux(ui.Config{Catalogue: words, Clock: g.Clock, Bells: room.Bells, Actor: func(*http.Request) (staff.Actor, error) { return me, nil }})
		room.Register(m)
		(&caseweb.Room{Book: r.book, Beside: func(c *ui.Context, k *cases.Case) (caseweb.Beside, error) {
			p, err := room.Panel(c, k)
			b := caseweb.Beside{Link: caseweb.Link{Text: p.Title, Href: p.Href}, Count: p.Count}
			for _, l := range p.Alarm {
				b.Alarm = append(b.Alarm, caseweb.Line{Text: l.Text, Href: l.Href})
			}
			return b, err
		}}).Register(m)
		s := httptest.NewServer(m)
		t.Cleanup(s.Close)
		r.at[name] = s.URL
	}
	return r
}

func (r *road) ok(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

// watched is a case of Anna's with a check-in that is due in an hour.
func (r *road) watched() cases.File {
	r.t.Helper()
	ctx, anna := r.t.Context(), r.who["anna"]
	f, err := r.book.Open(ctx, anna, cases.Opening{Assign: []string{anna.ID}})
	r.ok(err)
	p, err := r.book.KeepParty(ctx, anna, f.ID, "", 0, cases.Party{Code: "A", Name: "Ruslan Example"})
	r.ok(err)
	_, err = r.book.Watch(ctx, anna, f.ID, cases.CheckIn{Party: p.ID, Channel: "phone", Sign: "the weather is fine", Duress: "the weather turns"}, watch.Round{Due: r.Clock.Now().Add(time.Hour), Grace: 10 * time.Minute, Pace: watch.Fast})
	r.ok(err)
	return f
}

func (r *road) says(p *browser.Page, want ...string) {
	r.t.Helper()
	text := html.UnescapeString(p.HTML())
	for _, w := range want {
		if !strings.Contains(text, w) {
			r.t.Fatalf("%q is not on the page:\n%s", w, p.Text("body"))
		}
	}
}

// TestHandoverInTheMiddle plays it in two browsers, one without a script on a small
// screen: Anna writes the note and offers the case, a check-in is missed, both are
// called, Boris reads, forgets to say so, accepts, and Anna can open nothing any more.
func TestHandoverInTheMiddle(t *testing.T) {
	t.Parallel()
	r := newRoad(t)
	f := r.watched()
	anna, boris := browser.Start(t, browser.Desktop), browser.Start(t, browser.NoScript, browser.Phone)

	anna.Go(r.at["anna"] + "/cases/" + f.ID)
	anna.Follow(`nav.tabs a[href$="/work"]`)
	anna.Fill(`textarea[name=what]`, "Bring the photograph (invented).")
	anna.Set(`section form[action$="/work"] select[name=owner]`, r.who["anna"].ID)
	anna.Follow(`form[action$="/work"] button.primary`)
	r.says(anna, "Kept. Whoever it is for", "Bring the photograph (invented).")
	anna.Follow(`a[href$="/handover"]`)
	for name, text := range map[string]string{"situation": "In the second flat, calm (invented).", "risk": "High: the brother is in town.", "promised": "A doctor by Friday.", "next": "Tomorrow at nine, we call.", "phrases": "In the check-in."} {
		anna.Fill(`textarea[name=`+name+`]`, text)
	}
	anna.Click(`input[name=taker][value="` + r.who["boris"].ID + `"]`)
	anna.Follow(`form[action$="/handover"] button.primary`)
	r.says(anna, "Say what must not happen.", "In the second flat, calm (invented).") // kept what was typed
	anna.Fill(`textarea[name=never]`, "Nobody calls the mother.")
	anna.Follow(`form[action$="/handover"] button.primary`)
	r.says(anna, "Offered. The case stays yours", "It waits for an answer")

	// The check-in is missed before anybody has answered.
	r.Clock.Advance(90 * time.Minute)
	_, err := r.book.Sweep(t.Context())
	r.ok(err)
	for name, p := range map[string]*browser.Page{"anna": anna, "boris": boris} {
		p.Go(r.at[name] + "/alerts")
		r.says(p, f.Pseudonym)
	}
	anna.Go(r.at["anna"] + "/cases/" + f.ID)
	r.says(anna, "no sign of life. The ladder runs.")
	w, err := r.book.Wall(t.Context(), r.who["anna"])
	r.ok(err)
	r.ok(r.book.Acknowledge(t.Context(), r.who["anna"], w.Calls[0].ID, "no-answer", ""))

	boris.Go(r.at["boris"] + "/cases")
	r.says(boris, "Case "+f.Pseudonym+" is offered to you.", "You are called.")
	boris.Follow(`section.bells a[href^="/handovers/"]`)
	r.says(boris, "no sign of life. The ladder runs.", "Nobody calls the mother.", "Bring the photograph (invented).", "anna (invented) acts on an alarm of this case.")
	boris.Fill(`textarea[name=back]`, "I look for A now; nobody calls the mother.")
	boris.Follow(`form[action$="/accept"] button`)
	r.says(boris, "Read the note, and say that you have.", "I look for A now;")
	boris.Click(`input[name=read]`)
	boris.Follow(`form[action$="/accept"] button`)
	r.says(boris, "The case is yours.", "no sign of life. The ladder runs.", "Bring the photograph (invented).", "I look for A now;")

	if n := anna.Go(r.at["anna"] + "/cases/" + f.ID); n != http.StatusNotFound {
		t.Fatalf("the giver still opens the case: %d", n)
	}
	anna.Go(r.at["anna"] + "/handovers")
	r.says(anna, "Case "+f.Pseudonym+" was accepted.")
	anna.Follow(`form[action$="/seen"] button`)
	r.says(anna, "Noted that you have seen it.")
	if strings.Contains(anna.HTML(), "Case "+f.Pseudonym+" was accepted.") {
		t.Fatal("it rings on after it was seen")
	}
	boris.Go(r.at["boris"] + "/cases/" + f.ID + "/watch")
	r.says(boris, "boris (invented)")
}

// TestFlagAnswered: a flag rings when it is grave and late, is answered, and somebody
// who is not assigned sees nothing of it.
func TestFlagAnswered(t *testing.T) {
	t.Parallel()
	r := newRoad(t)
	f := r.watched()
	r.ok(r.book.Assign(t.Context(), r.who["anna"], f.ID, r.who["boris"].ID))
	p := browser.Start(t, browser.NoScript, browser.Phone)
	p.Go(r.at["anna"] + "/cases/" + f.ID + "/work")
	p.Click(`input[name=kind][value=flag]`)
	p.Fill(`textarea[name=what]`, "The brother asked around (invented). Is the flat still safe?")
	p.Set(`section form[action$="/work"] select[name=owner]`, r.who["boris"].ID)
	p.Click(`form[action$="/work"] input[name=grave]`)
	p.Follow(`form[action$="/work"] button.primary`)
	r.says(p, "Say until when: what is grave rings")
	p.Set(`form[action$="/work"] input[name=due]`, r.Clock.Now().Add(time.Hour).UTC().Format("2006-01-02T15:04"))
	p.Follow(`form[action$="/work"] button.primary`)
	r.says(p, "Kept. Whoever it is for")

	r.Clock.Advance(2 * time.Hour)
	p.Go(r.at["boris"] + "/cases")
	r.says(p, "A grave task in case "+f.Pseudonym+" is overdue.")
	p.Follow(`section.bells a[href$="/work"]`)
	p.Click(`details summary`)
	p.Fill(`textarea[name=answer]`, "It is not: they move tonight.")
	p.Follow(`form[action$="/finish"] button[value=done]`)
	r.says(p, "Kept as done.", "It is not: they move tonight.")
	p.Go(r.at["boris"] + "/cases")
	if strings.Contains(p.HTML(), "is overdue.") {
		t.Fatal("it rings on after it was answered")
	}
	p.Go(r.at["clara"] + "/cases")
	if strings.Contains(p.HTML(), f.Pseudonym) {
		t.Fatal("somebody who is not assigned reads of the case")
	}
	if n := p.Go(r.at["clara"] + "/cases/" + f.ID + "/work"); n != http.StatusNotFound {
		t.Fatalf("somebody who is not assigned opens it: %d", n)
	}
}

// TestLeaveIsCovered plays a leave: refused while a case would have nobody, kept when the
// cases are lent to who stands in; while it lasts the deputy is called for the tasks, and
// a deputy who falls ill leaves a case that rings at everybody concerned.
func TestLeaveIsCovered(t *testing.T) {
	t.Parallel()
	r := newRoad(t)
	f := r.watched()
	p := browser.Start(t, browser.NoScript, browser.Phone)
	when := func(days int) string { return r.Clock.Now().AddDate(0, 0, days).UTC().Format("2006-01-02T15:04") }
	p.Go(r.at["anna"] + "/cases/" + f.ID + "/work")
	p.Go(r.at["anna"] + "/leave")
	p.Set(`input[name=from]`, when(2))
	p.Set(`input[name=until]`, when(9))
	p.Set(`select[name=deputy]`, r.who["boris"].ID)
	p.Follow(`form[action="/leave"] button`)
	r.says(p, "While you are away nobody could open some of your cases.", "These cases would have nobody", "Case "+f.Pseudonym)
	p.Click(`input[name=lend]`)
	p.Follow(`form[action="/leave"] button`)
	r.says(p, "The leave is noted.", "anna (invented)", "boris (invented)")
	if n := p.Go(r.at["boris"] + "/cases/" + f.ID); n != http.StatusOK {
		t.Fatalf("who stands in cannot open the case: %d", n)
	}
	r.says(p, "Only one person is assigned for good.")
	r.Clock.Advance(3 * 24 * time.Hour)
	p.Go(r.at["clara"] + "/load")
	r.says(p, "until ", "boris (invented)")
	// Clara offers nothing to Anna while she is away; her load says so.
	mine, err := r.book.Open(t.Context(), r.who["clara"], cases.Opening{Assign: []string{r.who["clara"].ID}})
	r.ok(err)
	p.Go(r.at["clara"] + "/cases/" + mine.ID + "/handover")
	r.says(p, "away until", "1 open case")
	p.Go(r.at["boris"] + "/leave")
	p.Set(`input[name=from]`, when(0))
	p.Set(`input[name=until]`, when(1))
	p.Follow(`form[action="/leave"] button`)
	r.says(p, "These cases would have nobody")
	p.Click(`input[name=anyway]`)
	p.Follow(`form[action="/leave"] button`)
	r.says(p, "The leave is noted.", "Case "+f.Pseudonym+" has nobody now")
	p.Go(r.at["anna"] + "/cases")
	r.says(p, "Case "+f.Pseudonym+" has nobody now: everybody who can open it is away.")
	p.Go(r.at["clara"] + "/cases")
	if strings.Contains(p.HTML(), f.Pseudonym) {
		t.Fatal("somebody who is not concerned reads of the case")
	}
}
