package publish

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"waylight/desk/internal/jobs"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/traces"
	"waylight/internal/bundle"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Begin starts an edition of a report: the next number of its slug.
func (g *Gateway) Begin(ctx context.Context, a staff.Actor, slug string, r Report) (string, error) {
	if err := a.Must(writers...); err != nil {
		return "", err
	}
	e := Edition{ID: ids.New("edition"), Slug: Slug(slug), State: Draft, Report: r, Authors: []string{a.ID}}
	err := g.Within(ctx, func(s Store) error {
		all, err := s.Editions(ctx)
		if err != nil {
			return err
		}
		for _, o := range all {
			if o.Slug != e.Slug {
				continue
			}
			if o.State == Scheduled {
				return fault.New(fault.Conflict, "A version of this report waits for the end of its embargo. Hold it back first, or wait.")
			}
			if o.State == Draft {
				return fault.New(fault.Conflict, "There is a draft of this report already. Finish it first.")
			}
			e.Number = max(e.Number, o.Number)
		}
		e.Number++
		e.Report.since(e.Slug, all)
		return g.save(ctx, s, a, &e, 0, "publish.begun")
	})
	return e.ID, err
}

// Revise changes a draft; revision is the one that the writer saw. It voids what was agreed.
func (g *Gateway) Revise(ctx context.Context, a staff.Actor, id string, r Report, revision int) error {
	if err := a.Must(writers...); err != nil {
		return err
	}
	return g.Within(ctx, func(s Store) error {
		e, err := s.Edition(ctx, id)
		if err != nil {
			return err
		}
		if e.State != Draft {
			return fault.New(fault.Conflict, "What was published is never changed. Begin a new version.")
		}
		e.Report = r
		if !slices.Contains(e.Authors, a.ID) {
			e.Authors = append(e.Authors, a.ID)
		}
		return g.save(ctx, s, a, &e, revision, "publish.revised")
	})
}

// save renders, hashes and keeps a draft; the ledger learns how many hits it has,
// so that trying out names on the guard leaves a trace.
func (g *Gateway) save(ctx context.Context, s Store, a staff.Actor, e *Edition, was int, action string) error {
	if err := e.Report.Check(); err != nil {
		return err
	}
	e.Revision = was + 1
	files, err := g.Press.Report(*e)
	if err != nil {
		return err
	}
	e.Digest = DigestOf(files)
	hits, err := g.check(ctx, s, a, e.ID, "public", texts(*e, files))
	if err != nil {
		return err
	}
	if err := s.PutEdition(ctx, *e, was); err != nil {
		return err
	}
	return s.Append(ctx, ledger.Entry{Actor: a.ID, Action: action, Subject: e.ID, Detail: struct {
		SHA256 string
		Hits   int
	}{e.Digest, len(hits)}})
}

// texts are the paragraphs of the report and, behind them, the text of every
// rendered file: what the press adds or joins is checked too.
func texts(e Edition, files []File) []string {
	var out []string
	for _, p := range e.Report.Paragraphs() {
		out = append(out, p.Text)
	}
	for _, f := range files {
		switch {
		case strings.HasPrefix(f.Type, "text/html"):
			out = append(out, plainText(string(f.Body)))
		case strings.HasPrefix(f.Type, "text/css"), f.Type == "application/pdf", f.Type == "application/zip":
			// Set from the same words, which stand here already; but for what is not seen.
			out = append(out, traces.Bytes(f.Body).Hidden...)
		default:
			out = append(out, string(f.Body))
		}
	}
	return out
}

// Proof is an edition with all that a member needs to decide about it.
type Proof struct {
	Edition    Edition
	Paragraphs []Paragraph
	Hits       []Hit
	Advice     []Advice
	Files      []File
	Ready      bool        // nothing stops it and enough people have agreed
	Under      map[int]int // by place of a figure: how much changed under its estimate since; only those
	Stale      bool        // the press sets it otherwise than when it was kept: it must be kept again
}

// Open shows an edition with the guard's findings as this member may see them.
// Hits in rendered files alone come with a Paragraph beyond the list.
func (g *Gateway) Open(ctx context.Context, a staff.Actor, id string) (Proof, error) {
	if err := a.Must(readers...); err != nil {
		return Proof{}, err
	}
	var p Proof
	err := g.Reading(ctx, func(s Store) (err error) {
		p, err = g.proof(ctx, s, a, id)
		return err
	})
	return p, err
}

func (g *Gateway) proof(ctx context.Context, s Store, a staff.Actor, id string) (Proof, error) {
	e, err := s.Edition(ctx, id)
	if err != nil {
		return Proof{}, err
	}
	p := Proof{Edition: e, Paragraphs: e.Report.Paragraphs()}
	if p.Files, err = g.Press.Report(e); err != nil {
		return p, err
	}
	if p.Hits, err = g.check(ctx, s, a, e.ID, "public", texts(e, p.Files)); err != nil {
		return p, err
	}
	for i, para := range p.Paragraphs {
		p.Advice = append(p.Advice, Advise(i, para.Lang, para.Text)...)
	}
	if err := g.under(ctx, s, &p); err != nil {
		return p, err
	}
	p.Stale = e.State == Draft && DigestOf(p.Files) != e.Digest
	p.Ready = e.State == Draft && e.Agreed() && !Blocked(p.Hits) && !p.Stale && len(p.Overtaken()) == 0
	return p, nil
}

// under looks which figures rest on an estimate under which something changed.
func (g *Gateway) under(ctx context.Context, s Store, p *Proof) error {
	if g.Shaken == nil {
		return nil
	}
	shaken, err := g.Shaken(ctx, s)
	p.Under = map[int]int{}
	for i, f := range p.Edition.Report.Figures {
		if n := shaken[f.Version]; n > 0 && !f.Suppressed {
			p.Under[i] = n
		}
	}
	return err
}

// Overtaken lists the figures of a draft that nobody may publish before its writer has
// said, knowing what has changed, why they stand all the same.
func (p Proof) Overtaken() []int {
	var out []int
	for i, f := range p.Edition.Report.Figures {
		if f.Overtaken(p.Under[i]) {
			out = append(out, i)
		}
	}
	return out
}

// Editions lists all editions, the newest first.
func (g *Gateway) Editions(ctx context.Context, a staff.Actor) ([]Edition, error) {
	if err := a.Must(readers...); err != nil {
		return nil, err
	}
	var out []Edition
	err := g.Reading(ctx, func(s Store) (err error) {
		out, err = s.Editions(ctx)
		return err
	})
	return out, err
}

// Approve is a member's yes to the bytes with this digest, which the member has
// seen. A text that the guard stops cannot be approved.
func (g *Gateway) Approve(ctx context.Context, a staff.Actor, id, digest string) error {
	if err := a.Must(approvers...); err != nil {
		return err
	}
	return g.Within(ctx, func(s Store) error {
		p, err := g.proof(ctx, s, a, id)
		if err != nil {
			return err
		}
		if err := p.sound(digest); err != nil {
			return err
		}
		if p.Edition.Number > 1 && len(p.Edition.Report.Changed) == 0 {
			return fault.New(fault.Conflict, "Say what has changed since the last version: readers of that one must be able to see it.")
		}
		if err := p.Edition.MayApprove(a.ID); err != nil {
			return err
		}
		if err := s.Approve(ctx, id, Approval{Member: a.ID, Digest: digest, At: g.Clock.Now()}); err != nil {
			return err
		}
		return s.Append(ctx, ledger.Entry{Actor: a.ID, Action: "publish.approved", Subject: id, Detail: struct{ SHA256 string }{digest}})
	})
}

// sound refuses bytes that are not those that were seen, and texts that leak.
func (p Proof) sound(digest string) error {
	if p.Edition.State != Draft {
		return fault.New(fault.Conflict, "This edition is no draft any more.")
	}
	if digest != p.Edition.Digest || DigestOf(p.Files) != p.Edition.Digest {
		return fault.New(fault.Conflict, "The text was changed since you looked at it. Read it again.")
	}
	if Blocked(p.Hits) {
		return refusal(p.Hits)
	}
	if len(p.Overtaken()) > 0 {
		return fault.New(fault.Conflict, "A figure is overtaken: something under its estimate was taken back or came in since. Write beside it why it is published all the same, or take it anew in another draft.")
	}
	return nil
}

// Decide says that a hit is another person or an ordinary word. Only the security
// officer may, and not for a text of their own.
func (g *Gateway) Decide(ctx context.Context, a staff.Actor, id string, term int64, reason string) error {
	if err := a.Must(staff.Security); err != nil {
		return err
	}
	reason = strings.TrimSpace(reason)
	if reason == "" {
		return fault.New(fault.Invalid, "Say why this is no danger, without naming anybody.")
	}
	return g.Within(ctx, func(s Store) error {
		e, err := s.Edition(ctx, id)
		if err == nil && slices.Contains(e.Authors, a.ID) {
			return fault.New(fault.Denied, "You wrote in this text. Another security officer must decide.")
		}
		if err != nil && fault.KindOf(err) != fault.NotFound { // a letter has another room's id
			return err
		}
		if hits, err := g.match(ctx, s, []string{reason}); err != nil {
			return err
		} else if len(hits) > 0 {
			return fault.New(fault.Invalid, "The reason names somebody. Say it without a name.")
		}
		if err := s.Decide(ctx, Decision{Subject: id, Term: term, Reason: reason, By: a.ID}); err != nil {
			return err
		}
		return s.Append(ctx, ledger.Entry{Actor: a.ID, Action: "publish.hit-decided", Subject: id})
	})
}

// Publish makes an approved edition public: it is signed, and the courier gets
// the pages in the same transaction.
func (g *Gateway) Publish(ctx context.Context, a staff.Actor, id string) error {
	if err := a.Must(writers...); err != nil {
		return err
	}
	return g.Within(ctx, func(s Store) error {
		p, err := g.proof(ctx, s, a, id)
		if err != nil {
			return err
		}
		if err := p.sound(p.Edition.Digest); err != nil {
			return err
		}
		if !p.Edition.Agreed() {
			return fault.New(fault.Conflict, "Two people must agree first, one of whom did not write it.")
		}
		if p.Edition.Report.Embargo().After(g.Clock.Now()) {
			e, was := p.Edition, p.Edition.Revision
			e.State, e.Revision = Scheduled, was+1
			if err := s.PutEdition(ctx, e, was); err != nil {
				return err
			}
			return s.Append(ctx, ledger.Entry{Actor: a.ID, Action: "publish.scheduled", Subject: id, Detail: struct{ SHA256 string }{e.Digest}})
		}
		return g.release(ctx, s, a.ID, p)
	})
}

// Remove takes an edition down at once, for safety. One person suffices: taking
// away harms nobody. The reason stays inside.
func (g *Gateway) Remove(ctx context.Context, a staff.Actor, id, reason string) error {
	if err := a.Must(staff.Editor, staff.Security); err != nil {
		return err
	}
	if strings.TrimSpace(reason) == "" {
		return fault.New(fault.Invalid, "Say why it is taken down.")
	}
	return g.Within(ctx, func(s Store) error {
		e, err := s.Edition(ctx, id)
		if err != nil {
			return err
		}
		if e.State != Published && e.State != Superseded {
			return fault.New(fault.Conflict, "This edition is not public.")
		}
		if err := s.DropFiles(ctx, id); err != nil {
			return err
		}
		was := e.Revision
		e.State, e.Why, e.Revision = Removed, strings.TrimSpace(reason), was+1
		if err := s.PutEdition(ctx, e, was); err != nil {
			return err
		}
		was = e.Revision
		if e.Serial, err = g.push(ctx, s); err != nil { // the feed forgets it
			return err
		}
		e.Revision++
		if err := s.PutEdition(ctx, e, was); err != nil {
			return err
		}
		return s.Append(ctx, ledger.Entry{Actor: a.ID, Action: "publish.removed", Subject: id})
	})
}

// push signs the list of all public files and hands them to the courier.
func (g *Gateway) push(ctx context.Context, s Store) (uint64, error) {
	signer, err := g.Signer()
	if err != nil {
		return 0, err
	}
	files, err := s.PublicFiles(ctx)
	if err != nil {
		return 0, err
	}
	serial, err := s.NextSerial(ctx)
	if err != nil {
		return 0, err
	}
	list := bundle.Pages{Serial: serial, Day: clock.DayOf(g.Clock.Now())}
	push := Push{}
	feed, err := g.feed(ctx, s)
	if err != nil {
		return 0, err
	}
	for _, f := range append(files, feed...) {
		list.Pages = append(list.Pages, bundle.Page{Path: f.Path, Lang: f.Lang, Type: f.Type, SHA256: sumOf(f.Body), Size: int64(len(f.Body))})
		push.Pages = append(push.Pages, PushPage{Path: f.Path, Body: f.Body})
	}
	note, err := bundle.SignPages(signer, list)
	if err != nil {
		return 0, err
	}
	push.Manifest = string(note)
	body, err := json.Marshal(push)
	if err != nil {
		return 0, err
	}
	return serial, s.Enqueue(ctx, jobs.Job{Kind: JobPages, Subject: "pages", Body: body, Due: g.Clock.Now()})
}
