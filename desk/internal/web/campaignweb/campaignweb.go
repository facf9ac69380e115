// Package campaignweb is the pages of the campaign: the scoreboard, each target,
// asks and answers, demands and what they rest on, letters.
//
// A handler reads a form, calls one verb of campaign.Board and sends the person
// on; views are made by plain functions from a campaign.File, so that the
// storybook and the tests render them from literals. It refuses rules. It
// imports campaign, publish (for the leak guard's findings), staff, ui, page and the ground.
package campaignweb

import (
	"context"
	"embed"
	"io"
	"io/fs"
	"slices"

	"waylight/desk/internal/campaign"
	"waylight/desk/internal/publish"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/internal/clock"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

//go:embed templates/*.html
var templates embed.FS

//go:embed locale/*.po
var locale embed.FS

// Locale is the room's catalogue.
func Locale() fs.FS { return locale }

// Room serves the pages of the campaign.
type Room struct {
	Board *campaign.Board
	// Inspect shows what the leak guard finds in a letter; nil: nothing is shown, and the gate still holds.
	Inspect func(ctx context.Context, a staff.Actor, subject, class string, parts []string) ([]publish.Hit, error)
	// Names gives members' names by id.
	Names func(ctx context.Context) (map[string]string, error)
	// Members lists who can take on a task; nil: only who asks.
	Members func(ctx context.Context) ([]staff.Member, error)
	// Copy gives out a mail as it came; nil: no mail comes.
	Copy func(w io.Writer, m campaign.Mail) error

	set *page.Set
}

// Register adds the room's routes.
func (r *Room) Register(m *ui.Mux) {
	r.set = ui.Must(ui.Parse(templates))
	m.Notices(notices())
	who := []staff.Role{staff.Advocate, staff.Editor}
	r.mailRoutes(m)
	r.templateRoutes(m)
	r.planRoutes(m)
	r.storyRoutes(m)
	m.Get("/campaign", r.home, who...)
	m.Get("/campaign/{campaign}", r.board, who...)
	m.Get("/campaign/{campaign}/next", r.next, who...)
	m.Get("/campaign/{campaign}/answers", r.answers, who...)
	m.Post("/campaign/{campaign}/answers/confirm", r.confirm, who...)
	m.Get("/campaign/{campaign}/demands", r.demands, who...)
	m.Post("/campaign/{campaign}/demands/{demand}/basis", r.freeze, who...)
	m.Get("/campaign/{campaign}/targets/{target}", r.target, who...)
	m.Post("/campaign/{campaign}/targets/{target}/name", r.name, who...)
	m.Get("/campaign/{campaign}/ask", r.askForm, who...)
	m.Post("/campaign/{campaign}/ask", r.ask, who...)
	m.Post("/campaign/{campaign}/asks/{ask}/withdraw", r.withdrawAsk, who...)
	m.Get("/campaign/{campaign}/answer", r.answerForm, who...)
	m.Post("/campaign/{campaign}/answer", r.answer, who...)
	m.Post("/campaign/{campaign}/responses/{response}/prove", r.prove, who...)
	m.Post("/campaign/{campaign}/responses/{response}/withdraw", r.withdraw, who...)
	m.Post("/campaign/{campaign}/promises/{promise}", r.settle, who...)
	m.Get("/campaign/{campaign}/letters", r.letters, who...)
	m.Post("/campaign/{campaign}/letters", r.write, who...)
	m.Get("/campaign/{campaign}/letters/{letter}", r.letter, who...)
	m.Get("/campaign/{campaign}/letters/{letter}/pdf", r.pdf, who...)
	m.Get("/campaign/{campaign}/letters/{letter}/docx", r.docx, who...)
	m.Post("/campaign/{campaign}/letters/{letter}", r.revise, who...)
	m.Post("/campaign/{campaign}/letters/{letter}/send", r.send, who...)
}

func notices() map[string]string {
	return map[string]string{
		"campaign.begun":     i18n.Key("The campaign is begun. Add what is demanded and of whom."),
		"campaign.named":     i18n.Key("The name is kept."),
		"campaign.asked":     i18n.Key("Kept. The silence is counted from that day."),
		"campaign.answered":  i18n.Key("Kept. A second person must confirm it before it is public."),
		"campaign.confirmed": i18n.Key("Confirmed. It counts in public now."),
		"campaign.kept":      i18n.Key("Kept."),
		"campaign.frozen":    i18n.Key("The demand rests on these figures as they stand now."),
		"campaign.drafted":   i18n.Key("The letter is drafted. Read it before it leaves."),
		"campaign.sent":      i18n.Key("The letter is marked as sent. Its copy is kept and never changed."),
	}
}

// Waiting counts what waits for a member in the campaign: answers to confirm, to
// prove, and passed deadlines.
func Waiting(ctx context.Context, b *campaign.Board, a staff.Actor) (int, error) {
	if !a.Roles.Any(staff.Advocate, staff.Editor) {
		return 0, nil
	}
	all, err := b.Campaigns(ctx, a)
	if err != nil {
		return 0, err
	}
	n, today := 0, clock.DayOf(b.Clock.Now())
	for _, c := range all {
		f, err := b.Open(ctx, a, c.ID)
		if err != nil {
			return 0, err
		}
		for _, d := range f.Next(today) {
			if mine(d, f, a.ID, today) {
				n++
			}
		}
	}
	return n, nil
}

// mine tells whether something to do can be done by this member now.
func mine(d campaign.Due, f campaign.File, member string, today clock.Day) bool {
	switch d.What {
	case "confirm":
		for _, r := range f.Responses {
			if r.ID == d.ID {
				return r.Author != member
			}
		}
		for _, p := range f.Commitments {
			if p.ID == d.ID {
				return p.By != member
			}
		}
		return false
	case "prove":
		return true
	case "task":
		return d.Who == member && d.Day <= today
	}
	return d.Day <= today
}

// StateName is a state's word on the board.
func StateName(s campaign.State) string {
	switch s {
	case campaign.Acknowledged:
		return i18n.Key("Acknowledged")
	case campaign.Declined:
		return i18n.Key("Refused")
	case campaign.Denied:
		return i18n.Key("Denied")
	case campaign.Stated:
		return i18n.Key("Statement")
	case campaign.Committed:
		return i18n.Key("Commitment")
	case campaign.Acted:
		return i18n.Key("Action")
	case campaign.Resulted:
		return i18n.Key("Result")
	}
	return i18n.Key("No answer")
}

// tone is a state's colour; its word says the same. Red is for people in danger.
func tone(s campaign.State) page.Tone {
	switch s {
	case campaign.Stated, campaign.Committed:
		return page.Accent
	case campaign.Acted, campaign.Resulted:
		return page.Calm
	case campaign.None:
		return page.Wait
	}
	return page.Plain
}

func wayName(w campaign.Way) string {
	switch w {
	case campaign.ByMeeting:
		return i18n.Key("Meeting")
	case campaign.ByCall:
		return i18n.Key("Call")
	case campaign.ByPetition:
		return i18n.Key("Petition")
	case campaign.BySubmission:
		return i18n.Key("Submission")
	}
	return i18n.Key("Letter")
}

func kindName(k campaign.Kind) string {
	switch k {
	case campaign.Institution:
		return i18n.Key("Institution")
	case campaign.Official:
		return i18n.Key("Official")
	case campaign.Counterpart:
		return i18n.Key("Counterpart that is pressed")
	}
	return i18n.Key("Government")
}

func outcomeName(o campaign.Outcome) string {
	switch o {
	case campaign.Kept:
		return i18n.Key("Promise kept")
	case campaign.Partly:
		return i18n.Key("Promise partly kept")
	case campaign.Broken:
		return i18n.Key("Promise broken")
	}
	return i18n.Key("Promise open")
}

// open loads the campaign of the address.
func (r *Room) open(c *ui.Context) (campaign.File, error) {
	return r.Board.Open(c.Context(), c.Actor, c.ID("campaign"))
}

func (r *Room) home(c *ui.Context) error {
	all, err := r.Board.Campaigns(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	if len(all) == 1 && c.Text("all") == "" {
		return c.See("/campaign/"+all[0].ID, "")
	}
	return c.Render(r.set, "campaigns", campaignsPage(c.Frame(c.T("Campaign")), all))
}

type campaignsView struct {
	ui.Frame
	Table ui.Table
}

func campaignsPage(f ui.Frame, all []campaign.Campaign) campaignsView {
	v := campaignsView{Frame: f, Table: ui.Table{
		Words: f.Words, Caption: f.T("Campaigns"), Columns: []ui.Column{{Label: f.T("Campaign")}, {Label: f.T("Led by")}, {Label: f.T("Begun")}},
		Empty: ui.Empty{Title: f.T("There is no campaign yet"), Text: f.T("Begin one on a page, or import a scenario with demands."), Href: "/campaign-new", Action: f.T("Begin a campaign")},
	}}
	for _, k := range all {
		v.Table.Rows = append(v.Table.Rows, ui.Row{Href: "/campaign/" + k.ID, Cells: []ui.Cell{{Text: k.Title.In(f.Tag())}, {Text: k.By}, {Text: f.Day(k.AsOf)}}})
	}
	return v
}

// tabs of a campaign's pages.
func tabs(w i18n.Words, f campaign.File, current string, today clock.Day) ui.Tabs {
	base := "/campaign/" + f.Campaign.ID
	waits := 0
	for _, r := range f.Responses {
		if r.Withdrawn == "" && (r.Second == "" || r.Evidence == "") {
			waits++
		}
	}
	late := 0
	for _, d := range f.Next(today) {
		if d.What == "confirm" && slices.ContainsFunc(f.Commitments, func(p campaign.Commitment) bool { return p.ID == d.ID }) {
			waits++
		}
		if d.Day <= today && d.What != "confirm" && d.What != "prove" {
			late++
		}
	}
	items := []ui.Item{
		{Label: w.T("Scoreboard"), Path: base}, {Label: w.T("What is next"), Path: base + "/next", Count: late}, {Label: w.T("Answers"), Path: base + "/answers", Count: waits},
		{Label: w.T("Demands"), Path: base + "/demands"}, {Label: w.T("Letters"), Path: base + "/letters"}, {Label: w.T("What was reached"), Path: base + "/followed"}, {Label: w.T("Plan"), Path: base + "/plan"},
	}
	more := []ui.Item{{Label: w.T("Timeline"), Path: base + "/timeline"}, {Label: w.T("For a donor report"), Path: base + "/account"}, {Label: w.T("Reactions"), Path: "/reactions"},
		{Label: w.T("Submissions"), Path: "/submissions"}, {Label: w.T("Petitions"), Path: "/petitions"}, {Label: w.T("All campaigns"), Path: "/campaign?all=1"}}
	for _, list := range [][]ui.Item{items, more} {
		for i := range list {
			list[i].Current = list[i].Path == base+current
		}
	}
	return ui.Tabs{Label: w.T("Parts of the campaign"), Items: items, Rest: w.T("More"), More: more}
}
