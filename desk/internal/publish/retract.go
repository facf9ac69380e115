package publish

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"waylight/desk/internal/guard"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Person is somebody who does not agree any longer to be named in public: the owner
// of their terms in the guard, and their names as far as whoever took the consent
// back could read them. The names are held in memory only.
type Person struct {
	Owner string
	Names []string
}

// What was taken back of a publication.
const (
	TookName     = "name"     // the name was taken out; the rest stands
	TookPage     = "page"     // the version was taken down
	TookDraft    = "draft"    // a draft named them
	TookPetition = "petition" // the petition was taken down
)

// WhyTaken is the reason of a removal that nobody decided: it says nothing of whom.
const WhyTaken = "Somebody whom it names does not agree to it any longer."

// Taken is one thing that was taken back, until an editor has seen to it.
type Taken struct {
	ID      string
	Subject string // an edition or a petition
	What    string
	At      time.Time
}

// Shelf keeps what is public of one edition, and what was taken back.
type Shelf interface {
	EditionFiles(ctx context.Context, edition string) ([]File, error)
	PutTaken(ctx context.Context, t Taken) error
	OpenTaken(ctx context.Context) ([]Taken, error)        // that nobody has seen to, the newest first
	SeeTaken(ctx context.Context, id, member string) error // NotFound when there is none
	GuardTermsOf(ctx context.Context, owner string) ([]Watched, error)
}

// seeker looks for one person in texts.
type seeker struct {
	g     *Gateway
	s     Store
	owner string
	names []string
	index *guard.Index // of this person's terms alone
	all   []Edition    // as they stood before
}

// stands reports whether a version was public before anything was taken back.
func (k *seeker) stands(slug string, number int) bool {
	return slices.ContainsFunc(k.all, func(e Edition) bool {
		return e.Slug == slug && e.Number == number && (e.State == Published || e.State == Superseded)
	})
}

// Seek makes what tells whether a text names a person, as one transaction sees it.
func (g *Gateway) Seek(ctx context.Context, s Store, who Person) (func(ctx context.Context, subject string, texts []string) (bool, error), error) {
	k, err := g.seek(ctx, s, who)
	if err != nil {
		return nil, err
	}
	return k.in, nil
}

func (g *Gateway) seek(ctx context.Context, s Store, who Person) (*seeker, error) {
	k := &seeker{g: g, s: s, owner: who.Owner}
	for _, n := range who.Names {
		k.know(n)
	}
	terms, err := s.GuardTermsOf(ctx, who.Owner)
	if err != nil || len(terms) == 0 {
		return k, err
	}
	key, err := s.GuardKey(ctx)
	if err != nil {
		return nil, err
	}
	k.index = guard.NewIndex(key)
	for _, t := range terms {
		if t.Kind != guard.Facts { // a description is no name: nothing is taken back for it by itself
			k.index.Add(t.Term)
		}
	}
	return k, nil
}

// know looks for a name letter by letter too: the guard does not read every script. A
// single short word would be found in too much.
func (k *seeker) know(name string) {
	if n := flat(name); len(n) > 0 && (strings.Contains(n, " ") || len([]rune(n)) > 5) && !slices.Contains(k.names, n) {
		k.names = append(k.names, n)
	}
}

func flat(t string) string { return strings.Join(strings.Fields(strings.ToLower(t)), " ") }

// in reports whether texts name the person, and nothing lets it stand. The person's own
// terms are looked for first, since they are few; what is found must stop the text
// among all others too: a surname that many bear names nobody.
func (k *seeker) in(ctx context.Context, subject string, texts []string) (bool, error) {
	for _, t := range texts {
		t = flat(t)
		if slices.ContainsFunc(k.names, func(n string) bool { return holds(t, n) }) {
			return true, nil
		}
	}
	if k.index == nil {
		return false, nil
	}
	if !slices.ContainsFunc(k.index.Check(texts...), blocks) {
		return false, nil // the rest of the guard can only find less
	}
	all, err := k.g.match(ctx, k.s, texts)
	if err != nil {
		return false, err
	}
	for _, f := range all {
		if f.Owner != k.owner || f.Kind == guard.Facts || !blocks(f) {
			continue
		}
		stands, err := k.s.Lifted(ctx, Lift{Subject: subject, Class: "public", Owner: f.Owner, Kind: f.Kind, Term: f.Term, Now: clock.DayOf(k.g.Clock.Now())})
		if err != nil || !stands {
			return err == nil, err
		}
	}
	return false, nil
}

func blocks(f guard.Finding) bool { return f.Level == guard.Block }

// holds reports whether a name stands in a text as whole words.
func holds(text, name string) bool {
	for from := 0; ; {
		i := strings.Index(text[from:], name)
		if i < 0 {
			return false
		}
		i += from
		before, _ := utf8.DecodeLastRuneInString(text[:i])
		after, _ := utf8.DecodeRuneInString(text[i+len(name):])
		if !unicode.IsLetter(before) && !unicode.IsLetter(after) {
			return true
		}
		from = i + len(name)
	}
}

// Retract takes a person out of everything that is public or about to be, in the
// transaction in which their consent ends: a name leaves the memorial; a version that
// names them elsewhere is taken down, and a page without a name says that it was.
// Nobody is asked first and no setting of a publication keeps it from happening. The
// editors are called. It returns how many publications it touched.
func (g *Gateway) Retract(ctx context.Context, s Store, actor string, who Person) (int, error) {
	all, err := s.Editions(ctx)
	if err != nil {
		return 0, err
	}
	for _, e := range all {
		for _, m := range e.Report.Memorial {
			if m.Of == who.Owner {
				who.Names = append(who.Names, m.Name) // whoever took it back may not have been able to read it
			}
		}
	}
	k, err := g.seek(ctx, s, who)
	if err != nil {
		return 0, err
	}
	k.all = all
	n, public := 0, false
	for _, e := range all {
		if e.State == Removed {
			continue
		}
		what, err := g.retract(ctx, k, e)
		if err != nil {
			return n, err
		}
		if what == "" {
			continue
		}
		n++
		public = public || what != TookDraft
		if err := g.call(ctx, s, actor, e.ID, what); err != nil {
			return n, err
		}
	}
	if public {
		_, err = g.push(ctx, s)
	}
	return n, err
}

// call asks the editors to see to something that was taken back.
func (g *Gateway) call(ctx context.Context, s Store, actor, subject, what string) error {
	if err := s.PutTaken(ctx, Taken{ID: ids.New("taken"), Subject: subject, What: what, At: g.Clock.Now()}); err != nil {
		return err
	}
	return s.Append(ctx, ledger.Entry{Actor: actor, Action: "publish.taken-back", Subject: subject, Detail: struct{ What string }{what}})
}

// Called notes that a petition was taken down, so that the editors see to it.
func (g *Gateway) Called(ctx context.Context, s Store, actor, petition string) error {
	return g.call(ctx, s, actor, petition, TookPetition)
}

// retract takes the person out of one edition; "" when it does not name them.
func (g *Gateway) retract(ctx context.Context, k *seeker, e Edition) (what string, err error) {
	var files []File
	if e.State == Published || e.State == Superseded {
		if files, err = k.s.EditionFiles(ctx, e.ID); err != nil {
			return "", err
		}
	}
	less, cut, err := k.without(ctx, e)
	if err != nil {
		return "", err
	}
	named, err := k.in(ctx, e.ID, texts(e, files))
	if err != nil || !named && !cut {
		return "", err
	}
	was := e.Revision
	e.Revision++
	if e.State == Draft || e.State == Scheduled {
		return TookDraft, g.unwrite(ctx, k, e, less, cut, was)
	}
	if cut {
		done, err := g.thin(ctx, k, e, less, files, was)
		if err != nil || done {
			return TookName, err
		}
	}
	e.State, e.Why = Removed, WhyTaken
	if err := g.bury(ctx, k, e, files, nil); err != nil {
		return "", err
	}
	return TookPage, k.s.PutEdition(ctx, e, was)
}

// unwrite takes the person out of a draft's memorial, which voids what was agreed, and
// takes a report that waits for the end of its embargo back to the drafts. What an
// editor wrote elsewhere stays theirs to mend: the guard lets none of it out.
func (g *Gateway) unwrite(ctx context.Context, k *seeker, e Edition, less Report, cut bool, was int) error {
	if !cut && e.State == Draft {
		return nil
	}
	e.State = Draft
	if cut {
		e.Report = less
		files, err := g.Press.Report(e)
		if err != nil {
			return err
		}
		e.Digest = DigestOf(files)
	}
	return k.s.PutEdition(ctx, e, was)
}

// without is the edition's report with the person out of its memorial.
func (k *seeker) without(ctx context.Context, e Edition) (r Report, cut bool, err error) {
	r = e.Report
	r.Memorial = nil
	for _, m := range e.Report.Memorial {
		out := m.Of == k.owner
		if !out {
			if out, err = k.in(ctx, e.ID, []string{m.Name, m.Words.EN, m.Words.RU}); err != nil {
				return r, false, err
			}
		}
		if out {
			cut = true
			continue
		}
		r.Memorial = append(r.Memorial, m)
	}
	if cut && e.State != Draft && e.State != Scheduled {
		r.Taken = clock.DayOf(k.g.Clock.Now())
	}
	return r, cut, nil
}

// thin puts the pages without the name in the place of those with it, unless they name
// the person all the same.
func (g *Gateway) thin(ctx context.Context, k *seeker, e Edition, less Report, files []File, was int) (bool, error) {
	e.Report = less
	fresh, err := g.Press.Report(e)
	if err != nil {
		return false, err
	}
	if named, err := k.in(ctx, e.ID, texts(e, fresh)); err != nil || named {
		return false, err
	}
	e.Digest = DigestOf(fresh)
	if err := g.bury(ctx, k, e, files, fresh); err != nil {
		return false, err
	}
	return true, k.s.PutEdition(ctx, e, was)
}

// bury takes an edition's files down. Those of fresh that are still this edition's own
// stand in their place (a newer version may have taken the short address), and where a
// page was and none is any more, one without a name says that it was taken back.
func (g *Gateway) bury(ctx context.Context, k *seeker, e Edition, was, fresh []File) error {
	if err := k.s.DropFiles(ctx, e.ID); err != nil {
		return err
	}
	has := func(all []File, path string) bool {
		return slices.ContainsFunc(all, func(f File) bool { return f.Path == path })
	}
	var out, gone []File
	for _, f := range fresh {
		if has(was, f.Path) {
			out = append(out, f)
		}
	}
	for _, f := range was {
		if strings.HasPrefix(f.Type, "text/html") && !has(fresh, f.Path) {
			gone = append(gone, f)
		}
	}
	e.Report.History = slices.DeleteFunc(slices.Clone(e.Report.History), func(v Version) bool { return !k.stands(e.Slug, v.Number) })
	stones, err := g.Press.Gone(e, clock.DayOf(g.Clock.Now()), gone)
	if err != nil {
		return err
	}
	if named, err := k.in(ctx, e.ID, texts(Edition{}, stones)); err != nil {
		return err
	} else if !named { // the address itself could hold the name: then nothing stands there
		out = append(out, stones...)
	}
	return k.s.PutFiles(ctx, e.ID, out)
}

// Takings lists what was taken back and nobody has seen to.
func (g *Gateway) Takings(ctx context.Context, a staff.Actor) (out []Taken, err error) {
	if err := a.Must(readers...); err != nil {
		return nil, err
	}
	err = g.Reading(ctx, func(s Store) error {
		out, err = s.OpenTaken(ctx)
		return err
	})
	return out, err
}

// Saw notes that an editor has seen to what was taken back. The same again changes nothing.
func (g *Gateway) Saw(ctx context.Context, a staff.Actor, id string) error {
	if err := a.Must(staff.Editor, staff.Security); err != nil {
		return err
	}
	return g.Within(ctx, func(s Store) error {
		err := s.SeeTaken(ctx, id, a.ID)
		if fault.KindOf(err) == fault.Conflict { // somebody was quicker, or the form was sent twice
			return nil
		}
		if err != nil {
			return err
		}
		return s.Append(ctx, ledger.Entry{Actor: a.ID, Action: "publish.taken-seen", Subject: id})
	})
}
