// Package listsweb is the pages of lists: bringing them, matching and
// estimating with progress, judging pairs beside each other, and putting an
// estimate into a figure.
//
// A pair is shown with the words of both records and what speaks for one person
// or for two; the answer of a colleague is shown to nobody who has not given
// theirs. Every page works without a script. The package refuses rules: those
// stand in lists and figures. It imports lists, figures, the engines, staff, ui,
// page and the ground.
package listsweb

import (
	"context"
	"embed"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"strconv"

	"waylight/desk/internal/figures"
	"waylight/desk/internal/lists"
	"waylight/desk/internal/web/ui"
	"waylight/estimate/picture"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
	"waylight/linkage"
)

//go:embed templates/*.html
var templates embed.FS

//go:embed locale/*.po
var locale embed.FS

// Locale is the room's catalogue.
func Locale() fs.FS { return locale }

// Templates are the room's pages, for i18ntest.
func Templates() fs.FS { return templates }

var pages = ui.Must(ui.Parse(templates))

// Room serves the pages of lists.
type Room struct {
	Bench *lists.Workbench
	Tally *figures.Tally
	Names func(ctx context.Context) (map[string]string, error) // members' names by id
	Wake  func()                                               // a run waits to be done; may be nil
}

// Register adds the room's routes.
func (r *Room) Register(m *ui.Mux) {
	m.Notices(map[string]string{
		"lists.begun":    i18n.Key("The study is there. Bring the lists."),
		"lists.added":    i18n.Key("The list is kept as it came. See below what was read in it."),
		"lists.said":     i18n.Key("It is kept. The next run heeds it; match the lists anew."),
		"lists.started":  i18n.Key("The run is under way. You can leave this page; it goes on while somebody who may open the lists is signed in."),
		"lists.stopped":  i18n.Key("The run is stopped. What is done of it stays."),
		"lists.judged":   i18n.Key("Your answer is kept."),
		"lists.finished": i18n.Key("Your answer is kept. No pair waits for you."),
		"lists.undone":   i18n.Key("It is taken back, with what followed from it. The pairs are asked again; match the lists anew."),
		"lists.attached": i18n.Key("The figure rests on this estimate now, and was reckoned anew. Another person must check it."),
	})
	may := lists.Workers()
	m.Get("/lists", r.list, may...)
	m.Post("/lists", r.begin, may...)
	m.Get("/lists/{study}", r.study, may...)
	m.Upload("/lists/{study}/bring", lists.MaxList+1<<20, r.bring, may...)
	m.Get("/lists/{study}/of/{list}", r.one, may...)
	m.Post("/lists/{study}/of/{list}", r.say, may...)
	m.Post("/lists/{study}/start", r.start, may...)
	m.Post("/lists/{study}/runs/{run}/stop", r.stop, may...)
	m.Post("/lists/{study}/runs/{run}/go-on", r.goOn, may...)
	m.Get("/lists/{study}/runs/{run}/overlaps.svg", r.overlaps, may...)
	m.Get("/lists/{study}/pairs", r.pairs, may...)
	m.Get("/lists/{study}/pairs/{pair}", r.pair, may...)
	m.Post("/lists/{study}/pairs/{pair}", r.judge, may...)
	m.Post("/lists/{study}/pairs/{pair}/back", r.takeBack, may...)
	m.Post("/lists/{study}/attach", r.attach, may...)
}

func (r *Room) list(c *ui.Context) error {
	all, err := r.Bench.Titles(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	return c.Render(pages, "list", newList(c.Frame(c.T("Lists of people")), all))
}

func (r *Room) begin(c *ui.Context) error {
	s, err := r.Bench.Begin(c.Context(), c.Actor, c.Text("title"))
	if fault.KindOf(err) == fault.Invalid {
		all, lerr := r.Bench.Titles(c.Context(), c.Actor)
		if lerr != nil {
			return lerr
		}
		f := c.Frame(c.T("Lists of people"))
		f.Form = c.Form(err)
		return c.Invalid(pages, "list", newList(f, all))
	}
	if err != nil {
		return err
	}
	return c.See("/lists/"+s.ID, "lists.begun")
}

func (r *Room) view(c *ui.Context, f page.Form) (studyView, error) {
	s, err := r.Bench.Sheet(c.Context(), c.Actor, c.ID("study"))
	if err != nil {
		return studyView{}, err
	}
	rows, err := r.Tally.List(c.Context(), c.Actor)
	if err != nil {
		return studyView{}, err
	}
	frame := c.Frame(s.Study.Title)
	if f.Values != nil {
		frame.Form = f
	}
	return newStudy(frame, s, c.Actor.ID, rows), nil
}

func (r *Room) study(c *ui.Context) error {
	v, err := r.view(c, page.Form{})
	if err != nil {
		return err
	}
	return c.Render(pages, "study", v)
}

// again shows the study with what was wrong, or leads on.
func (r *Room) again(c *ui.Context, err error, form page.Form, notice string) error {
	if k := fault.KindOf(err); k == fault.Invalid || k == fault.Conflict || k == fault.TooLarge {
		v, verr := r.view(c, form)
		if verr != nil {
			return verr
		}
		return c.Invalid(pages, "study", v)
	}
	if err != nil {
		return err
	}
	return c.See("/lists/"+c.ID("study"), notice)
}

// bring takes a list as it comes. What is wrong with it is said with its line.
func (r *Room) bring(c *ui.Context) error {
	err := r.upload(c)
	var bad *linkage.Problem
	if errors.As(err, &bad) {
		where := c.T("The list was not kept: %s. What to do: %s.", c.T(bad.What), c.T(bad.Todo))
		if bad.Line > 0 {
			where = c.T("The list was not kept. Line %d: %s. What to do: %s.", bad.Line, c.T(bad.What), c.T(bad.Todo))
		}
		err = fault.New(fault.Invalid, "%s", where)
	}
	form := page.Form{Words: c.Words, Values: url.Values{}}
	var f *fault.Error
	if errors.As(err, &f) {
		form.Message, form.Args, form.Errors = f.Message, f.Args, f.Fields
	}
	return r.again(c, err, form, "lists.added")
}

func (r *Room) upload(c *ui.Context) error {
	m, err := c.R.MultipartReader()
	if err != nil {
		return fault.New(fault.Invalid, "The form could not be read. Please send it again.")
	}
	for {
		p, err := m.NextPart()
		if errors.Is(err, io.EOF) {
			var k fault.Check
			k.Field(false, "file", "Choose a file.")
			return k.Err()
		}
		if err != nil {
			return broken(err)
		}
		if p.FormName() != "file" || p.FileName() == "" {
			continue
		}
		_, err = r.Bench.AddList(c.Context(), c.Actor, c.ID("study"), path.Base(p.FileName()), p)
		return broken(err)
	}
}

// broken tells a line that broke from a list that is wrong.
func broken(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return fault.New(fault.TooLarge, "A list may have 64 MiB. Take out the columns that do not tell who a person is.")
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return fault.New(fault.Invalid, "The upload broke off. Nothing of that file was kept. Please send it again.")
	}
	return err
}

func (r *Room) start(c *ui.Context) error {
	kind, plan := lists.Match, lists.Plan{Seed: 1}
	if c.Text("kind") == string(lists.Estimate) {
		n, _ := c.Int("draws")
		seed, ok := c.Int("seed")
		if ok && seed >= 0 {
			plan.Seed = uint64(seed)
		}
		kind, plan.Method, plan.Draws = lists.Estimate, c.Text("method"), int(min(max(n, 0), 1<<20))
	}
	err := c.Wrong()
	if err == nil {
		_, err = r.Bench.Start(c.Context(), c.Actor, c.ID("study"), kind, plan)
	}
	return r.woken(c, err, "lists.started")
}

func (r *Room) woken(c *ui.Context, err error, notice string) error {
	if err == nil && r.Wake != nil {
		r.Wake()
	}
	return r.again(c, err, c.Form(err), notice)
}

func (r *Room) stop(c *ui.Context) error {
	err := r.Bench.Stop(c.Context(), c.Actor, c.ID("study"), c.ID("run"))
	return r.again(c, err, c.Form(err), "lists.stopped")
}

func (r *Room) goOn(c *ui.Context) error {
	return r.woken(c, r.Bench.GoOn(c.Context(), c.Actor, c.ID("study"), c.ID("run")), "lists.started")
}

// overlaps draws which lists share how many people. It holds no name of a person.
func (r *Room) overlaps(c *ui.Context) error {
	s, err := r.Bench.Sheet(c.Context(), c.Actor, c.ID("study"))
	if err != nil {
		return err
	}
	if s.Of.ID != c.ID("run") || s.Found.Table == nil {
		return fault.Missing()
	}
	c.W.Header().Set("Content-Type", "image/svg+xml")
	_, err = c.W.Write(picture.UpSet(*s.Found.Table, onPicture(c.Words)))
	return err
}

func onPicture(w i18n.Words) picture.Words {
	if w.Tag() == "ru" {
		return picture.Russian()
	}
	return picture.English()
}

func (r *Room) pairs(c *ui.Context) error {
	s, err := r.Bench.Sheet(c.Context(), c.Actor, c.ID("study"))
	if err != nil {
		return err
	}
	return c.Render(pages, "pairs", newPairs(c.Frame(c.T("Pairs to judge")), s, c.Actor.ID))
}

func (r *Room) asked(c *ui.Context, err error) (pairView, error) {
	a, lerr := r.Bench.Look(c.Context(), c.Actor, c.ID("study"), c.ID("pair"))
	if lerr != nil {
		return pairView{}, lerr
	}
	n, lerr := r.Names(c.Context())
	if lerr != nil {
		return pairView{}, lerr
	}
	f := c.Frame(c.T("One person, or two?"))
	if err != nil {
		f.Form = c.Form(err)
	}
	return newPair(f, a, n, c.Actor.ID), nil
}

func (r *Room) pair(c *ui.Context) error {
	v, err := r.asked(c, nil)
	if err != nil {
		return err
	}
	return c.Render(pages, "pair", v)
}

func (r *Room) pairWrong(c *ui.Context, err error) error {
	if k := fault.KindOf(err); k != fault.Invalid && k != fault.Conflict {
		return err
	}
	v, verr := r.asked(c, err)
	if verr != nil {
		return verr
	}
	return c.Invalid(pages, "pair", v)
}

func (r *Room) judge(c *ui.Context) error {
	if err := r.Bench.Judge(c.Context(), c.Actor, c.ID("study"), c.ID("pair"), lists.Answer(c.Text("answer"))); err != nil {
		return r.pairWrong(c, err)
	}
	base := "/lists/" + c.ID("study") + "/pairs"
	s, err := r.Bench.Sheet(c.Context(), c.Actor, c.ID("study"))
	if err != nil {
		return err
	}
	for _, q := range s.Queue(c.Actor.ID) {
		if q.Token != c.ID("pair") {
			return c.See(base+"/"+q.Token, "lists.judged")
		}
	}
	return c.See(base, "lists.finished")
}

func (r *Room) takeBack(c *ui.Context) error {
	seen, err := strconv.Atoi(c.Text("seen"))
	if err != nil {
		seen = -1
	}
	if err := r.Bench.TakeBack(c.Context(), c.Actor, c.ID("study"), c.ID("pair"), seen); err != nil {
		return r.pairWrong(c, err)
	}
	return c.See("/lists/"+c.ID("study"), "lists.undone")
}

func (r *Room) attach(c *ui.Context) error {
	c.Need("figure", "Choose the figure.")
	c.Need("form", "Choose what is said.")
	err := c.Wrong()
	if err == nil {
		err = r.putInto(c)
	}
	if err != nil {
		return r.again(c, err, c.Form(err), "")
	}
	return c.See("/figures/"+c.Text("figure"), "lists.attached")
}

func (r *Room) putInto(c *ui.Context) error {
	f, err := r.Bench.Result(c.Context(), c.Actor, c.ID("study"), c.Text("run"))
	if err != nil {
		return err
	}
	report, ok := f.Report()
	if !ok {
		return fault.Missing()
	}
	digest, err := f.Digest()
	if err != nil {
		return err
	}
	return r.Tally.Attach(c.Context(), c.Actor, c.Text("figure"), report, f.Examined, figures.Estimated{Study: c.ID("study"), Run: c.Text("run"), Analysis: digest, Form: figures.Form(c.Text("form"))})
}
