package desk

import (
	"context"
	"embed"
	"io/fs"
	"net/http"
	"strings"

	"waylight/desk/internal/binder"
	"waylight/desk/internal/cases"
	"waylight/desk/internal/gazetteer"
	"waylight/desk/internal/press"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/desk/internal/web/archiveweb"
	"waylight/desk/internal/web/awayweb"
	"waylight/desk/internal/web/boardweb"
	"waylight/desk/internal/web/campaignweb"
	"waylight/desk/internal/web/captureweb"
	"waylight/desk/internal/web/caseweb"
	"waylight/desk/internal/web/deskweb"
	"waylight/desk/internal/web/evidenceweb"
	"waylight/desk/internal/web/exchangeweb"
	"waylight/desk/internal/web/figureweb"
	"waylight/desk/internal/web/glassweb"
	"waylight/desk/internal/web/harvestweb"
	"waylight/desk/internal/web/intakeweb"
	"waylight/desk/internal/web/listsweb"
	"waylight/desk/internal/web/lookweb"
	"waylight/desk/internal/web/movingweb"
	"waylight/desk/internal/web/opinionweb"
	"waylight/desk/internal/web/partyweb"
	"waylight/desk/internal/web/pathwayweb"
	"waylight/desk/internal/web/postweb"
	"waylight/desk/internal/web/proposeweb"
	"waylight/desk/internal/web/publishweb"
	"waylight/desk/internal/web/purseweb"
	"waylight/desk/internal/web/reactionweb"
	"waylight/desk/internal/web/recordweb"
	"waylight/desk/internal/web/redressweb"
	"waylight/desk/internal/web/submissionweb"
	"waylight/desk/internal/web/supportweb"
	"waylight/desk/internal/web/teamweb"
	"waylight/desk/internal/web/travelweb"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
	"waylight/internal/forms"
	"waylight/internal/i18n"
	"waylight/internal/page"
	"waylight/internal/serve"
)

//go:embed locale/*.po
var locale embed.FS

// locales are the catalogues of every room that shows something.
func locales() []fs.FS {
	return []fs.FS{page.Locale(), ui.Locale(), forms.Locale(), deskweb.Locale(), intakeweb.Locale(), caseweb.Locale(), purseweb.Locale(), pathwayweb.Locale(), boardweb.Locale(), proposeweb.Locale(), movingweb.Locale(), travelweb.Locale(), awayweb.Locale(), exchangeweb.Locale(), glassweb.Locale(), teamweb.Locale(), recordweb.Locale(), archiveweb.Locale(), partyweb.Locale(), lookweb.Locale(), harvestweb.Locale(), evidenceweb.Locale(), captureweb.Locale(), opinionweb.Locale(), binder.Locale(), figureweb.Locale(), listsweb.Locale(), campaignweb.Locale(), redressweb.Locale(), reactionweb.Locale(), submissionweb.Locale(), supportweb.Locale(), publishweb.Locale(), postweb.Locale(), press.Locale(), locale}
}

// Handler answers the Desk's requests: with the rooms while it is unlocked, with
// the door alone while it is locked.
func (d *Desk) Handler() (http.Handler, error) {
	locked, err := d.door(nil)
	if err != nil {
		return nil, err
	}
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if r := d.rooms(); r != nil {
			r.pages.ServeHTTP(w, req)
			return
		}
		locked.ServeHTTP(w, req)
	}), nil
}

// door is the router with the pages that need no room, and with those of r.
func (d *Desk) door(r *rooms) (*ui.Mux, error) {
	words, err := i18n.Load(locales()...)
	if err != nil {
		return nil, err
	}
	c := ui.Config{Catalogue: words, Clock: d.cfg.Clock, Site: serve.Site{Log: d.cfg.Log}, Actor: d.Actor, SignIn: "/sign-in", Unlock: "/sign-in", Mirror: d.cfg.Mirror}
	pages := deskweb.Config{SignIn: d.SignIn, Lock: d.leave, Locked: d.Locked, Recover: d.Recover, Cookie: d.cookie()}
	if r != nil {
		c.Waiting, c.Bells, c.Clock, c.Behind = r.counts, r.bells, r.clock, r.clock.Behind
		pages.Behind, pages.AcceptClock = r.clock.Behind, r.acceptClock
		c.Unchecked = r.unchecked
		c.Room, c.Full = r.spare.room, store.IsFull
		pages.Waiting, pages.Members, pages.Duty, pages.Ledger = r.waiting, r.members, r.duty, r.log
		pages.Add, pages.Remove, pages.Pending = r.addMember, r.removeMember, r.pending
		pages.Outside, pages.LookOutside, pages.AcceptOutside = r.outsideSeen, r.lookNow, r.acceptOutside
		pages.Papers, pages.MakePapers, pages.CheckPaper, pages.SawPapers = r.papers, r.makePapers, r.checkPaper, r.sawPapers
		pages.AnswerPapers = r.answerPapers
		pages.Roles, pages.Passphrase = r.changeRoles, r.changePassphrase
	}
	m := ui.NewMux(c)
	if err := deskweb.Routes(m, pages); err != nil {
		return nil, err
	}
	if r != nil {
		r.register(m)
	}
	return m, nil
}

// register adds the rooms' pages.
func (r *rooms) register(m *ui.Mux) {
	m.Notices(intakeweb.Notices())
	r.intakeRoom().Routes(m)
	r.caseRoom().Register(m)
	(&movingweb.Room{Book: r.book, Names: r.names}).Register(m)
	(&travelweb.Room{Luggage: r.luggage, Names: r.names}).Register(m)
	(&exchangeweb.Room{Liaison: r.liaison, Book: r.book, Names: r.names, Members: r.colleagues}).Register(m)
	(&pathwayweb.Room{Guide: r.guide, Names: r.names, Targets: r.governments}).Register(m)
	(&boardweb.Room{Book: r.book, Towns: r.townsWithin}).Register(m)
	(&proposeweb.Room{Book: r.book}).Register(m)
	r.glassRoom().Register(m)
	r.teamRoom().Register(m)
	(&purseweb.Room{Keeper: r.purse, Names: r.names, PDF: r.setReport}).Register(m)
	(&recordweb.Room{Archive: r.archive, Import: r.importDocument, Members: r.everybody}).Register(m)
	(&archiveweb.Room{Archive: r.archive, Lexicon: r.lexicon, Members: r.everybody}).Register(m)
	(&partyweb.Room{Registry: r.parties, Archive: r.archive, Lexicon: r.lexicon, Names: r.names}).Register(m)
	(&harvestweb.Room{Barn: r.barn, Office: r.takeout, Names: r.names}).Register(m)
	(&lookweb.Room{Chronicle: r.chronicle, Atlas: r.atlas, Registry: r.parties, Archive: r.archive, Lexicon: r.lexicon, Evidence: r.locker, Tally: r.tally, Names: r.names}).Register(m)
	(&evidenceweb.Room{Evidence: r.locker, Names: r.names, Issuer: r.issuer}).Register(m)
	(&captureweb.Room{Keeper: r.captures, Names: r.names}).Register(m)
	(&opinionweb.Room{Surgery: r.surgery, Names: r.names, Members: r.colleagues}).Register(m)
	(&listsweb.Room{Bench: r.bench, Tally: r.tally, Names: r.names, Wake: r.wakeBench}).Register(m)
	(&figureweb.Room{Tally: r.tally, Incidents: r.archive.Incidents, Members: r.everybody}).Register(m)
	r.registerGate(m)
	(&postweb.Room{Office: r.post, Channels: r.mailChannels}).Register(m)
}

func (r *rooms) intakeRoom() *intakeweb.Room {
	return &intakeweb.Room{Inbox: r.inbox, Rota: r.rota, Shelf: r.shelf, Here: r.here, Channels: r.channels, Names: r.names, Copy: r.files.Copy, Mailed: r.mailedAnswers, TakeOver: r.takeOver, OpenCase: r.openCase, Colleagues: r.colleagues}
}

func (r *rooms) caseRoom() *caseweb.Room {
	return &caseweb.Room{Book: r.book, Link: r.inbox.Link, Grants: r.grantChoices, Vault: r.files, Packs: r.packChoices, Print: r.printPaper, Organisation: r.organisation().EN, Beside: r.beside, Absent: r.teamRoom().Absent, Named: r.named, Hints: r.teamRoom().Hints, Towns: r.towns}
}

// cookie is how the session's cookie is called: __Host- binds it to this host
// and to TLS, which a Desk on the same machine's loopback does without.
func (d *Desk) cookie() deskweb.Cookie {
	if d.cfg.CertFile != "" {
		return deskweb.Cookie{Name: "__Host-waylight", Secure: true}
	}
	return deskweb.Cookie{}
}

// leave ends the actor's session; with all it locks the Desk.
func (d *Desk) leave(ctx context.Context, a staff.Actor, all bool) error {
	r := d.rooms()
	if r == nil {
		return nil
	}
	if all {
		if err := r.endSessions(ctx, a.ID); err != nil {
			return err
		}
		// Not within the request that asks for it: it waits for what runs.
		go func() {
			if err := d.Lock(); err != nil {
				d.cfg.Log.Warn("locking left something open", "error", err)
			}
		}()
		return nil
	}
	return r.signOut(ctx, a)
}

func (r *rooms) channels(ctx context.Context) (all []channel, err error) {
	err = r.db.Read(ctx, func(tx *store.Tx) (err error) {
		all, err = tx.Channels(ctx)
		return err
	})
	return all, err
}

// names gives members' names by id.
func (r *rooms) names(ctx context.Context) (map[string]string, error) {
	all, err := r.everybody(ctx)
	out := make(map[string]string, len(all))
	for _, m := range all {
		out[m.ID] = m.Name
	}
	return out, err
}

func (r *rooms) everybody(ctx context.Context) (all []staff.Member, err error) {
	err = r.db.Read(ctx, func(tx *store.Tx) (err error) {
		all, err = tx.Members(ctx)
		return err
	})
	return all, err
}

func (r *rooms) colleagues(ctx context.Context) ([]staff.Member, error) {
	all, err := r.everybody(ctx)
	return staff.With(all), err
}

func (r *rooms) members(ctx context.Context, _ staff.Actor) ([]staff.Member, error) {
	return r.everybody(ctx)
}

// duty puts a member on or off duty. Who is on duty gets what arrives from now on.
func (r *rooms) duty(ctx context.Context, a staff.Actor, member string, on bool) error {
	if err := a.Must(staff.Security); err != nil {
		return err
	}
	return r.db.Write(ctx, func(tx *store.Tx) error {
		m, err := tx.Member(ctx, member)
		if err != nil {
			return err
		}
		if !m.Active {
			return fault.New(fault.Conflict, "This member has left.")
		}
		m.OnDuty = on
		if err := tx.PutMember(ctx, m); err != nil {
			return err
		}
		return tx.Append(ctx, entry(a, "member.duty", m.ID))
	})
}

// ledgerPage is how many entries stand on one page.
const ledgerPage = 50

// log reads a page of the ledger and checks the whole of it.
func (r *rooms) log(ctx context.Context, a staff.Actor, before int64) (l deskweb.Log, err error) {
	if err := a.Must(staff.Security); err != nil {
		return l, err
	}
	names, err := r.names(ctx)
	if err != nil {
		return l, err
	}
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		root, size, err := tx.LedgerRoot(ctx)
		if err != nil {
			return err
		}
		if before <= 0 || before > size {
			before = size
		}
		from := max(0, before-ledgerPage)
		records, err := tx.LedgerRecords(ctx, "", from, int(before-from))
		if err != nil {
			return err
		}
		for i := len(records) - 1; i >= 0; i-- {
			e := records[i]
			who := names[e.Actor]
			if who == "" {
				who = e.Actor
			}
			subject := e.Subject
			if name := names[subject]; name != "" {
				subject = name
			} else if kind, tail, ok := strings.Cut(subject, "_"); ok && len(tail) > 6 {
				subject = kind + " …" + tail[len(tail)-6:]
			}
			l.Entries = append(l.Entries, deskweb.Line{Seq: e.Seq, At: e.At, Actor: who, Action: e.Action, Subject: subject})
		}
		l.Size, l.Root, l.Before = size, root.String(), from
		l.Whole = tx.VerifyLedger(ctx) == nil
		return nil
	})
	return l, err
}

// named gives the names of those who are on the rota for a role's calls now.
func (r *rooms) named(c *ui.Context, role staff.Role) ([]string, error) {
	on, err := r.rota.Named(c.Context(), role)
	if err != nil || len(on) == 0 {
		return nil, err
	}
	names, err := r.names(c.Context())
	for i, id := range on {
		on[i] = names[id]
	}
	return on, err
}

// towns asks the gazetteer for whoever writes down where something is.
func (r *rooms) towns(c *ui.Context, name string) ([]caseweb.Town, error) {
	all, err := r.atlas.Find(c.Context(), c.Actor, name, 100)
	var out []caseweb.Town
	for _, p := range all {
		out = append(out, caseweb.Town{Name: p.Name, Names: strings.Split(p.Names, ","), Country: p.Country, Point: cases.Point{Lat: p.Lat, Lon: p.Lon, Within: (p.Reach + 999) / 1000}})
	}
	return out, err
}

// townsWithin gives the map the largest towns of what it shows.
func (r *rooms) townsWithin(c *ui.Context, b boardweb.Box) ([]boardweb.Town, error) {
	all, err := r.atlas.Towns(c.Context(), c.Actor, gazetteer.Box{South: b.South, North: b.North, West: b.West, East: b.East}, 60)
	out := make([]boardweb.Town, len(all))
	for n, p := range all {
		out[n] = boardweb.Town{Name: p.Name, Lat: p.Lat, Lon: p.Lon}
	}
	return out, err
}
