package desk

import (
	"context"
	"slices"

	"waylight/desk/internal/binder"
	"waylight/desk/internal/campaign"
	"waylight/desk/internal/darkroom"
	"waylight/desk/internal/evidence"
	"waylight/desk/internal/exchange"
	"waylight/desk/internal/figures"
	"waylight/desk/internal/harvest"
	"waylight/desk/internal/letter"
	"waylight/desk/internal/opinion"
	"waylight/desk/internal/press"
	"waylight/desk/internal/publish"
	"waylight/desk/internal/reactions"
	"waylight/desk/internal/redress"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/desk/internal/submission"
	"waylight/desk/internal/takeout"
	"waylight/desk/internal/web/campaignweb"
	"waylight/desk/internal/web/publishweb"
	"waylight/desk/internal/web/reactionweb"
	"waylight/desk/internal/web/redressweb"
	"waylight/desk/internal/web/submissionweb"
	"waylight/desk/internal/web/supportweb"
	"waylight/desk/internal/web/ui"
	"waylight/internal/bundle"
	"waylight/internal/clock"
	"waylight/internal/fetch"
	"waylight/internal/i18n"
)

// openGate builds the one way out: the gateway, its press, and the campaign's
// letters behind it.
func (r *rooms) openGate() error {
	words, err := i18n.Load(locales()...)
	if err != nil {
		return err
	}
	if r.press, err = press.New(words); err != nil {
		return err
	}
	as := func(tx *store.Tx) publish.Store { return tx }
	r.gateway = &publish.Gateway{Within: store.Within(r.db, as), Reading: store.Reading(r.db, as), Clock: r.clock, Press: r.press,
		Signer: func() (bundle.Signer, error) { return r.id.Organisation, nil }}
	r.gateway.Shaken = func(ctx context.Context, s publish.Store) (map[string]int, error) {
		return r.tally.OvertakenIn(ctx, s.(*store.Tx))
	}
	r.inbox.Gate = store.Gate{Gateway: r.gateway}
	r.purse.Gate = store.Gate{Gateway: r.gateway}
	r.guide.Gate = store.Gate{Gateway: r.gateway}
	if r.binder, err = binder.New(words); err != nil {
		return err
	}
	locker := func(tx *store.Tx) evidence.Store { return tx }
	if err := r.openCaptures(); err != nil {
		return err
	}
	asSurgery := func(tx *store.Tx) opinion.Store { return tx }
	r.surgery = &opinion.Surgery{Within: store.Within(r.db, asSurgery), Reading: store.Reading(r.db, asSurgery), Clock: r.clock, Signer: r.id.Organisation, Book: r.book}
	asBarn := func(tx *store.Tx) harvest.Store { return tx }
	r.locker = &evidence.Locker{Experts: r.surgery, Within: store.Within(r.db, locker), Reading: store.Reading(r.db, locker), Vault: r.files, Clock: r.clock, Gate: store.Gate{Gateway: r.gateway}, Inspect: darkroom.Inspect}
	r.barn = &harvest.Barn{Within: store.Within(r.db, asBarn), Reading: store.Reading(r.db, asBarn), Archive: r.archive, Locker: r.locker, Vault: r.files, Clock: r.clock}
	asTakeout := func(tx *store.Tx) takeout.Store { return tx }
	r.takeout = &takeout.Office{Within: store.Within(r.db, asTakeout), Reading: store.Reading(r.db, asTakeout), Archive: r.archive, Registry: r.parties, Surgery: r.surgery, Clock: r.clock}
	partners := func(tx *store.Tx) exchange.Store { return tx }
	r.liaison = &exchange.Liaison{Within: store.Within(r.db, partners), Reading: store.Reading(r.db, partners), Clock: r.clock, Book: r.book, Gate: store.Gate{Gateway: r.gateway}, Inspect: darkroom.Inspect, Signer: r.id.Organisation, Names: r.id.Names}
	r.board.Gate, r.board.Press = store.Gate{Gateway: r.gateway}, letter.Press{}
	r.board.Signatory = r.organisation()
	r.board.Inside = store.Gate{Gateway: r.gateway}.Stay
	files := func(tx *store.Tx) submission.Store { return tx }
	r.filing = &submission.Registry{Within: store.Within(r.db, files), Reading: store.Reading(r.db, files), Clock: r.clock, Gate: r.board.Gate, Press: r.board.Press, Sender: r.organisation().EN}
	matters := func(tx *store.Tx) redress.Store { return tx }
	r.docket = &redress.Docket{Within: store.Within(r.db, matters), Reading: store.Reading(r.db, matters), Clock: r.clock}
	r.docket.Unpublish = r.unpublish
	said := func(tx *store.Tx) reactions.Store { return tx }
	r.heard = &reactions.Desk{Within: store.Within(r.db, said), Reading: store.Reading(r.db, said), Clock: r.clock, Inside: store.Gate{Gateway: r.gateway}.StayHere}
	if r.cfg.Feeds {
		feeds, err := fetch.New(fetch.Config{Proxy: r.cfg.FrontProxy})
		if err != nil {
			return err
		}
		r.heard.Fetch = func(ctx context.Context, url string) ([]byte, error) {
			p, err := feeds.Get(ctx, url)
			return p.Body, err
		}
	}
	r.board.Bases = press.Bases{Catalogue: words, Public: func(ctx context.Context) ([]figures.Public, error) { return r.publicFigures(ctx, "") }, Findings: r.findings}
	return nil
}

// organisation is the deployment's own name.
func (r *rooms) organisation() campaign.Text {
	t := campaign.Text{EN: r.id.Names["en"], RU: r.id.Names["ru"]}
	if t.EN == "" {
		t.EN = t.RU
	}
	return t
}

// issuer is who signs evidence packages.
func (r *rooms) issuer() evidence.Issuer {
	return evidence.Issuer{Signer: r.id.Organisation, Names: r.id.Names, Binder: r.binder, Authorities: r.trusted}
}

// publicFigures are the figures as they may leave, as of a day; "" is now.
func (r *rooms) publicFigures(ctx context.Context, day clock.Day) (out []figures.Public, err error) {
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		out, err = r.tally.PublicIn(ctx, tx, day)
		return err
	})
	return out, err
}

// findings are what two people have concluded about an act, as a demand can rest on it.
func (r *rooms) findings(ctx context.Context) (out []press.Concluded, err error) {
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		incidents, err := tx.Incidents(ctx)
		if err != nil {
			return err
		}
		for _, i := range incidents {
			deeds, err := tx.Deeds(ctx, i.ID)
			if err != nil {
				return err
			}
			for _, d := range deeds {
				all, err := tx.FindingsOf(ctx, d.ID)
				if err != nil {
					return err
				}
				if len(all) == 0 || !all[len(all)-1].Reviewed() {
					continue
				}
				last := all[len(all)-1]
				out = append(out, press.Concluded{Deed: d.ID, Version: last.ID, Incident: i.Title, Act: d.Act.Label(), Grade: last.Decided.Label()})
			}
		}
		return nil
	})
	return out, err
}

// registerGate adds the pages of the campaign and of publication.
func (r *rooms) registerGate(m *ui.Mux) {
	(&campaignweb.Room{Board: r.board, Inspect: r.gateway.Inspect, Names: r.names, Members: r.colleagues, Copy: r.copyMail}).Register(m)
	(&reactionweb.Room{Desk: r.heard, Names: r.names}).Register(m)
	(&redressweb.Room{Docket: r.docket, Title: r.campaignTitle, Members: r.colleagues}).Register(m)
	(&submissionweb.Room{Registry: r.filing, Members: r.colleagues, Inspect: r.stopping}).Register(m)
	(&supportweb.Room{Roll: r.roll, Campaigns: r.campaignOptions, Names: r.names, Inspect: r.gateway.Inspect, Counted: r.countedOutside, Address: r.frontPage}).Register(m)
	(&publishweb.Room{Gateway: r.gateway, SetFacts: r.setFacts, Letters: darkroom.CanRead, Compose: r.compose, Campaigns: r.choices, Names: r.names}).Register(m)
}

// compose drafts a report of a campaign as everything stood on a day.
// The map has areas of so many kilometres; 0: the report has none.
func (r *rooms) compose(ctx context.Context, a staff.Actor, id string, day clock.Day, km int) (string, publish.Report, error) {
	f, err := r.board.Open(ctx, a, id)
	if err != nil {
		return "", publish.Report{}, err
	}
	public, err := r.publicFigures(ctx, day)
	if err != nil {
		return "", publish.Report{}, err
	}
	report := r.press.Compose(f, public, day)
	if km > 0 {
		if report.Map, err = r.areas(ctx, a, km, day); err != nil {
			return "", publish.Report{}, err
		}
	}
	report.By = r.organisation().EN // who signs it, not who led the campaign that is reported on
	named, _, _, err := r.docket.Remember(ctx, a, id)
	for _, n := range named {
		report.Memorial = append(report.Memorial, publish.Remembered{Of: n.ID, Name: n.Name, Words: publish.Text{EN: n.Words, RU: n.WordsRU}})
	}
	return f.Campaign.Key, report, err
}

// areas freezes the map of the record's incidents until a day.
func (r *rooms) areas(ctx context.Context, a staff.Actor, km int, day clock.Day) (*publish.Map, error) {
	cells, towns, err := r.atlas.Areas(ctx, a, max(km, publish.FinestArea), publish.LeastInArea, day)
	if err != nil {
		return nil, err
	}
	m := &publish.Map{Km: max(km, publish.FinestArea), Least: publish.LeastInArea}
	for _, c := range cells {
		area := publish.Area{South: c.South, North: c.North, West: c.West, East: c.East, Incidents: c.N}
		for _, t := range towns { // those with most people first
			if area.Town == (publish.Text{}) && area.Holds(t.Lat, t.Lon) {
				area.Town = publish.Text{EN: t.Name, RU: t.Russian()}
			}
		}
		m.Areas = append(m.Areas, area)
	}
	for _, t := range towns {
		m.Towns = append(m.Towns, publish.Town{Name: publish.Text{EN: t.Name, RU: t.Russian()}, Lat: t.Lat, Lon: t.Lon})
	}
	return m, nil
}

func (r *rooms) choices(ctx context.Context, a staff.Actor) ([]publishweb.Choice, error) {
	all, err := r.board.Campaigns(ctx, a)
	if err != nil {
		return nil, err
	}
	var out []publishweb.Choice
	for _, c := range all {
		out = append(out, publishweb.Choice{ID: c.ID, Title: choiceTitle(c)})
	}
	return out, nil
}

// hear looks at the feeds whose time has come.
func (r *rooms) hear(ctx context.Context) error {
	if err := r.spare.room(); err != nil {
		return err
	}
	_, err := r.heard.Collect(ctx)
	return err
}

// campaignTitle is a campaign's title in a language.
func (r *rooms) campaignTitle(ctx context.Context, a staff.Actor, id, lang string) (string, error) {
	f, err := r.board.Open(ctx, a, id)
	return f.Campaign.Title.In(lang), err
}

func choiceTitle(c campaign.Campaign) string {
	if c.Title.EN != "" {
		return c.Title.EN
	}
	return c.Key
}

// stopping says which of a submission's texts the leak guard stops.
func (r *rooms) stopping(ctx context.Context, a staff.Actor, id string, texts []string) ([]int, error) {
	hits, err := r.gateway.Inspect(ctx, a, id, "body", texts)
	var out []int
	for _, h := range hits {
		if h.Blocks() && !slices.Contains(out, h.Paragraph) {
			out = append(out, h.Paragraph)
		}
	}
	return out, err
}
