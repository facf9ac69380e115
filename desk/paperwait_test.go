package desk

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"waylight/desk/internal/admin"
	"waylight/desk/internal/keyring"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/desk/internal/web/deskweb"
	"waylight/desk/internal/web/ui"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/i18n"
)

const (
	annaPhrase  = "the words that anna knows (invented)"
	zoePhrase   = "the words that zoe knows (invented)"
	freshPhrase = "a quite new set of words (invented)"
)

// paperDesk is a small Desk with Olga, who may do everything, Anna with three papers, and
// Zoe, a security officer who keeps the first of them.
type paperDesk struct {
	*testing.T
	*Desk
	dir    string
	olga   staff.Actor
	anna   staff.Actor
	zoe    staff.Actor
	papers []string
}

func newPaperDesk(t *testing.T, c clock.Clock) *paperDesk {
	t.Helper()
	p := &paperDesk{T: t, dir: smallDesk(t)}
	p.start(c)
	p.olga = p.enter("olga", olgaPhrase)
	for _, n := range []deskweb.Newcomer{{Login: "anna", Name: "Anna", Passphrase: annaPhrase, Roles: staff.Roles{staff.Caseworker}}, {Login: "zoe", Name: "Zoe", Passphrase: zoePhrase, Roles: staff.Roles{staff.Security}}} {
		if err := p.rooms().addMember(t.Context(), p.olga, n); err != nil {
			t.Fatal(err)
		}
	}
	p.zoe, p.anna = p.enter("zoe", zoePhrase), p.enter("anna", annaPhrase)
	p.make("first", p.zoe.ID, deskweb.Outsider, deskweb.Outsider)
	return p
}

func (p *paperDesk) start(c clock.Clock) {
	p.Helper()
	var err error
	p.Desk, err = New(Config{Dir: p.dir, Idle: true, Clock: c, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		p.Fatal(err)
	}
	d := p.Desk
	p.Cleanup(func() { d.Lock() })
}

func (p *paperDesk) make(form string, keepers ...string) {
	p.Helper()
	var err error
	if p.papers, err = p.rooms().makePapers(p.Context(), p.anna, form, annaPhrase, keepers); err != nil {
		p.Fatal(err)
	}
}

func (p *paperDesk) enter(login, phrase string) staff.Actor {
	p.Helper()
	cookie, err := p.SignIn(p.Context(), login, phrase)
	if err != nil {
		p.Fatalf("%s does not come in: %v", login, err)
	}
	a, err := p.actorOf(p.Context(), cookie)
	if err != nil {
		p.Fatal(err)
	}
	return a
}

func (p *paperDesk) lock() {
	p.Helper()
	if err := p.Lock(); err != nil {
		p.Fatal(err)
	}
}

// shut checks that a passphrase of Anna's opens nothing, in the words of every wrong one,
// and that a locked Desk stays locked.
func (p *paperDesk) shut(phrase string) {
	p.Helper()
	locked := p.Locked()
	if _, err := p.SignIn(p.Context(), "anna", phrase); fault.KindOf(err) != fault.Denied || err.Error() != keyring.ErrSignIn.Error() || p.Locked() != locked {
		p.Errorf("%q: %v, locked %v", phrase, err, p.Locked())
	}
}

// use puts papers together: two, or three.
func (p *paperDesk) use(n int) (deskweb.Recovered, error) {
	var texts [3]string
	copy(texts[:], p.papers[:n])
	return p.Recover(p.Context(), "anna", texts, freshPhrase)
}

func (p *paperDesk) mustUse(n int) deskweb.Recovered {
	p.Helper()
	got, err := p.use(n)
	if err != nil {
		p.Fatal(err)
	}
	return got
}

// did counts the ledger's entries of an action.
func (p *paperDesk) did(action string) (n int) {
	p.Helper()
	if err := p.rooms().db.Read(p.Context(), func(tx *store.Tx) error {
		_, size, err := tx.LedgerRoot(p.Context())
		if err != nil {
			return err
		}
		all, err := tx.LedgerRecords(p.Context(), "", 0, int(size))
		for _, e := range all {
			if e.Action == action {
				n++
			}
		}
		return err
	}); err != nil {
		p.Fatal(err)
	}
	return n
}

// rings is what rings for an actor because of papers.
func (p *paperDesk) rings(a staff.Actor) string {
	p.Helper()
	words, err := i18n.Load(locales()...)
	if err != nil {
		p.Fatal(err)
	}
	bells, err := p.rooms().paperBells(ui.Ringing{Context: p.Context(), Words: words.For("en"), Actor: a, Now: p.rooms().clock.Now()})
	if err != nil {
		p.Fatal(err)
	}
	var all []string
	for _, b := range bells {
		all = append(all, b.Text)
	}
	return strings.Join(all, "\n")
}

// wait is the id of what waits.
func (p *paperDesk) wait() string {
	p.Helper()
	f, err := keyring.ReadFile(filepath.Join(p.dir, admin.KeyFile))
	if err != nil || len(f.Waits()) != 1 {
		p.Fatalf("what waits: %v", err)
	}
	return f.Waits()[0]
}

func (p *paperDesk) files() (keys, waited []byte) {
	p.Helper()
	keys, err := os.ReadFile(filepath.Join(p.dir, admin.KeyFile))
	if err != nil {
		p.Fatal(err)
	}
	waited, _ = os.ReadFile(filepath.Join(p.dir, admin.WaitFile))
	return keys, waited
}

func (p *paperDesk) put(name string, b []byte) {
	p.Helper()
	if err := os.WriteFile(filepath.Join(p.dir, name), b, 0o600); err != nil {
		p.Fatal(err)
	}
}

func soon() *clock.Manual {
	return clock.NewManual(clock.System().Now().Add(time.Hour)) // later than the Desk was made
}

// TestPapersWaitAndAreStopped: two papers at a locked Desk open nothing; the owner comes
// in as ever, is asked, holds it up by that alone, and stops it; the papers are dead.
func TestPapersWaitAndAreStopped(t *testing.T) {
	t.Parallel()
	c := soon()
	p := newPaperDesk(t, c)
	p.lock()
	if got := p.mustUse(2); got.Now || !got.Until.Equal(c.Now().Add(keyring.WaitFor)) {
		t.Errorf("two papers: %+v", got)
	}
	if !p.Locked() {
		t.Fatal("two papers opened the Desk")
	}
	p.shut(freshPhrase)
	c.Advance(time.Hour)
	if got := p.mustUse(2); !got.Until.Equal(c.Now().Add(keyring.WaitFor - time.Hour)) {
		t.Errorf("the same form again: %+v", got)
	}
	p.anna = p.enter("anna", annaPhrase)
	if n := p.did("papers.waits"); n != 1 {
		t.Errorf("%d entries of one use", n)
	}
	p.olga, p.zoe = p.enter("olga", olgaPhrase), p.enter("zoe", zoePhrase)
	for a, want := range map[*staff.Actor]string{&p.anna: "Was it you? Answer now.", &p.olga: "Two papers of Anna were used", &p.zoe: "Two papers of Anna were used"} {
		if got := p.rings(*a); !strings.Contains(got, want) || strings.Contains(got, "\n") {
			t.Errorf("it rings %q", got)
		}
	}
	c.Advance(2 * keyring.WaitFor)
	p.shut(freshPhrase) // the member came and has not answered
	p.anna = p.enter("anna", annaPhrase)
	wait := p.wait()
	for range 2 {
		err := p.rooms().answerPapers(t.Context(), p.anna, wait, deskweb.PapersStop)
		if err != nil && fault.KindOf(err) != fault.Conflict {
			t.Error(err)
		}
	}
	if n := p.did("papers.stopped"); n != 1 {
		t.Errorf("stopped %d times", n)
	}
	p.olga = p.enter("olga", olgaPhrase)
	if got := p.rings(p.anna); got != "" && !strings.HasPrefix(got, "Two papers of Anna") {
		t.Errorf("for who stopped it rings %q", got)
	}
	if got := p.rings(p.olga); !strings.Contains(got, "was stopped") {
		t.Errorf("for the officer it rings %q", got)
	}
	if _, err := p.use(2); fault.KindOf(err) != fault.Denied {
		t.Error("the same two papers again:", err)
	}
	if _, err := p.use(3); fault.KindOf(err) != fault.Denied {
		t.Error("with the third one:", err)
	}
	mine, err := p.rooms().papers(t.Context(), p.anna)
	if err != nil || len(mine.Sets) != 0 || len(mine.Waits) != 0 {
		t.Errorf("the page shows %+v, %v", mine, err)
	}
	p.shut(freshPhrase)
}

// TestPapersTakeEffect: after its time the new passphrase works, at a locked Desk too, the
// old one does not, and who is signed in with it is out.
func TestPapersTakeEffect(t *testing.T) {
	t.Parallel()
	c := soon()
	p := newPaperDesk(t, c)
	p.mustUse(2) // while Anna is signed in, and nobody has come since
	c.Advance(keyring.WaitFor - time.Second)
	p.shut(freshPhrase)
	c.Advance(time.Second)
	if err := p.rooms().watchPapers(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := p.anna.Keys.Unwrap(nil); fault.KindOf(err) != fault.Locked {
		t.Error("the old session goes on:", err)
	}
	p.shut(annaPhrase)
	p.anna = p.enter("anna", freshPhrase)
	if got := p.rings(p.anna); !strings.Contains(got, "Two papers gave Anna a new passphrase") || p.did("papers.set") != 1 {
		t.Errorf("it rings %q", got)
	}
	mine, err := p.rooms().papers(t.Context(), p.anna)
	if err != nil || len(mine.Sets) != 0 {
		t.Errorf("used papers stand on the page: %+v, %v", mine, err)
	}

	p.papers, err = p.rooms().makePapers(t.Context(), p.anna, "second", freshPhrase, []string{deskweb.Outsider, p.zoe.ID, deskweb.Outsider})
	if err != nil {
		t.Fatal(err)
	}
	p.lock()
	if _, err := p.Recover(t.Context(), "anna", [3]string{p.papers[0], p.papers[1]}, annaPhrase); err != nil {
		t.Fatal(err)
	}
	c.Advance(keyring.WaitFor)
	p.shut(freshPhrase)
	if !p.Locked() {
		t.Fatal("the old passphrase opened the Desk")
	}
	p.enter("anna", annaPhrase)
	if p.did("papers.set") != 2 || p.did("papers.waits") != 2 {
		t.Error("the ledger does not know what happened at the locked Desk")
	}
}

// TestShortWays: a security officer's yes, not of one who keeps one of the two papers or
// whose own account it is; and three papers, at a locked Desk.
func TestShortWays(t *testing.T) {
	t.Parallel()
	p := newPaperDesk(t, soon())
	p.mustUse(2)
	wait := p.wait()
	for who, a := range map[string]staff.Actor{"a keeper of one of the two": p.zoe, "the member": p.anna} {
		if err := p.rooms().answerPapers(t.Context(), a, wait, deskweb.PapersNow); fault.KindOf(err) != fault.Denied {
			t.Errorf("%s lets it work at once: %v", who, err)
		}
	}
	if err := p.rooms().answerPapers(t.Context(), p.olga, wait, deskweb.PapersMine); fault.KindOf(err) != fault.Denied {
		t.Error("an officer says for the member that it was they:", err)
	}
	for _, x := range [][2]string{{"wait_nobody", deskweb.PapersStop}, {wait, "what"}} {
		if err := p.rooms().answerPapers(t.Context(), p.olga, x[0], x[1]); fault.KindOf(err) != fault.NotFound {
			t.Error(x, err)
		}
	}
	p.shut(freshPhrase)
	if err := p.rooms().answerPapers(t.Context(), p.anna, wait, deskweb.PapersMine); err != nil {
		t.Fatal(err)
	}
	if got := p.rings(p.anna); !strings.Contains(got, "Stop it if it was not you.") || p.did("papers.let") != 1 {
		t.Errorf("after somebody said for Anna that it was she, it rings %q", got)
	}
	if err := p.rooms().answerPapers(t.Context(), p.olga, wait, deskweb.PapersNow); err != nil {
		t.Fatal(err)
	}
	p.shut(annaPhrase)
	p.anna = p.enter("anna", freshPhrase)
	if got := p.rings(p.anna); !strings.Contains(got, "Two papers and a security officer gave Anna") || p.did("papers.hastened") != 1 {
		t.Errorf("it rings %q", got)
	}
	if got := p.rings(p.zoe); !strings.Contains(got, "and a security officer") {
		t.Errorf("for the other officer it rings %q", got)
	}

	var err error
	if p.papers, err = p.rooms().makePapers(t.Context(), p.anna, "second", freshPhrase, []string{p.zoe.ID, p.olga.ID, deskweb.Outsider}); err != nil {
		t.Fatal(err)
	}
	p.lock()
	texts := [3]string(p.papers)
	if got, err := p.Recover(t.Context(), "anna", texts, annaPhrase); err != nil || !got.Now || !p.Locked() {
		t.Fatalf("three papers: %+v, %v", got, err)
	}
	if got, err := p.Recover(t.Context(), "anna", texts, annaPhrase); err != nil || !got.Now {
		t.Error("three papers, sent twice:", err)
	}
	if _, err := p.Recover(t.Context(), "anna", texts, freshPhrase); fault.KindOf(err) != fault.Denied {
		t.Error("used papers, with another passphrase:", err)
	}
	p.shut(freshPhrase)
	p.enter("anna", annaPhrase)
	p.olga = p.enter("olga", olgaPhrase)
	if got := p.rings(p.olga); !strings.Contains(got, "Three papers gave Anna") || p.did("papers.three") != 1 {
		t.Errorf("it rings %q", got)
	}
}

// turned is a clock whose hands somebody turns; what really passes it cannot hide.
type turned struct {
	*clock.Manual
	by time.Duration
}

func (c *turned) Now() time.Time { return c.Manual.Now().Add(c.by) }

// TestWaitIsWhatReallyPasses: a clock that is turned forward shortens nothing, nor do
// hours in which the program did not run; a restart does not begin anew.
func TestWaitIsWhatReallyPasses(t *testing.T) {
	t.Parallel()
	c := &turned{Manual: soon()}
	p := newPaperDesk(t, c)
	p.lock()
	p.mustUse(2)
	c.by = 10 * keyring.WaitFor
	p.shut(freshPhrase)
	c.Advance(40 * time.Hour)
	p.shut(freshPhrase)
	off := &turned{Manual: clock.NewManual(c.Now().Add(100 * time.Hour))} // the machine was off
	p.start(off)
	p.shut(freshPhrase)
	off.Advance(31 * time.Hour)
	p.shut(freshPhrase)
	off.Advance(time.Hour)
	p.enter("anna", freshPhrase)
	if _, err := os.Stat(filepath.Join(p.dir, admin.WaitFile)); !os.IsNotExist(err) {
		t.Error("it is counted on after the end:", err)
	}
}

// TestOlderKeyFile: what was stopped does not come back with an older key file, at a
// locked Desk either; papers that are worthless stay so; the officers hear of a file that
// lost what waited.
func TestOlderKeyFile(t *testing.T) {
	t.Parallel()
	c := soon()
	p := newPaperDesk(t, c)
	before, _ := p.files()
	p.mustUse(2)
	c.Advance(keyring.WaitFor - time.Hour)
	p.shut(freshPhrase) // counts
	keys, waited := p.files()
	p.olga = p.enter("olga", olgaPhrase)
	if err := p.rooms().answerPapers(t.Context(), p.olga, p.wait(), deskweb.PapersStop); err != nil {
		t.Fatal(err)
	}
	p.lock()
	p.put(admin.KeyFile, keys)
	p.put(admin.WaitFile, waited)
	p.start(c)
	c.Advance(2 * time.Hour)
	p.shut(freshPhrase)
	if !p.Locked() {
		t.Fatal("a passphrase that was stopped opened the Desk")
	}
	p.anna = p.enter("anna", annaPhrase)
	if f, err := keyring.ReadFile(filepath.Join(p.dir, admin.KeyFile)); err != nil || len(f.Waits()) != 0 || f.HasPapers(p.anna.ID) {
		t.Error("the older file stays as it is:", err)
	}

	p.lock()
	p.put(admin.KeyFile, before) // with papers, and nothing that waits
	p.mustUse(2)                 // a locked Desk cannot know better
	p.olga = p.enter("olga", olgaPhrase)
	if f, err := keyring.ReadFile(filepath.Join(p.dir, admin.KeyFile)); err != nil || len(f.Waits()) != 0 || p.did("papers.fell") != 1 {
		t.Error("dead papers set something:", err)
	}
	p.put(admin.KeyFile, before)
	if _, err := p.use(3); fault.KindOf(err) != fault.Denied {
		t.Error("dead papers at the open Desk:", err)
	}

	p.anna = p.enter("anna", annaPhrase)
	p.make("second", p.zoe.ID, deskweb.Outsider, deskweb.Outsider)
	fresh, _ := p.files()
	p.mustUse(2)
	p.put(admin.KeyFile, fresh)
	p.olga = p.enter("olga", olgaPhrase)
	if got := p.rings(p.olga); !strings.Contains(got, "not in the key file any more") || p.did("papers.gone") != 1 {
		t.Errorf("a file that lost what waited: %q", got)
	}
}

// TestPapersCutOff: whatever was written last before a crash, the key file reads, one
// passphrase holds, and all is noted once.
func TestPapersCutOff(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	p := newPaperDesk(t, soon())
	path := filepath.Join(p.dir, admin.KeyFile)
	now := p.rooms().clock.Now()
	for _, step := range []struct {
		what, opens string
		do          func(f *keyring.File) error
	}{
		{keyring.PapersWait, annaPhrase, func(f *keyring.File) error {
			_, err := f.Recover(ctx, "anna", [3]string{p.papers[0], p.papers[1]}, freshPhrase, now)
			return err
		}},
		{keyring.PapersLet, annaPhrase, func(f *keyring.File) error { return f.LetWait(f.Waits()[0], p.anna.ID, now) }},
		{keyring.PapersHastened, freshPhrase, func(f *keyring.File) error { return f.Hasten(f.Waits()[0], p.olga.ID, now) }},
	} {
		f, err := keyring.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := step.do(f); err != nil {
			t.Fatal(step.what, err)
		}
		if err := f.Write(path); err != nil { // and here the power goes
			t.Fatal(err)
		}
		noted, _ := p.files()
		for range 2 { // the second time: noted in the database, and cut off before the file knew
			p.put(admin.KeyFile, noted)
			if _, err := p.rooms().settlePapers(ctx, ""); err != nil {
				t.Fatal(step.what, err)
			}
			if n := p.did("papers." + step.what); n != 1 {
				t.Errorf("%s is noted %d times", step.what, n)
			}
		}
		if f, err = keyring.ReadFile(path); err != nil || len(f.Notes) != 0 {
			t.Error(step.what, "stays in the file:", err)
		}
		if _, _, err := f.SignIn(ctx, "anna", step.opens); err != nil {
			t.Error(step.what, err)
		}
	}
}

// TestWaitFalls: when the member changes their passphrase, makes new papers, or is removed.
func TestWaitFalls(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	c := soon()
	p := newPaperDesk(t, c)
	const chosen = "words that anna chose now (invented)"
	p.mustUse(2)
	old := p.papers
	p.make("second", p.zoe.ID, deskweb.Outsider, deskweb.Outsider)
	if mine, err := p.rooms().papers(ctx, p.anna); err != nil || p.did("papers.fell") != 1 || len(mine.Sets) != 1 || len(mine.Waits) != 0 {
		t.Errorf("after new papers: %+v, %v", mine, err)
	}
	if _, err := p.Recover(ctx, "anna", [3]string(old), freshPhrase); fault.KindOf(err) != fault.Denied {
		t.Error("papers of before:", err)
	}
	p.mustUse(2)
	if err := p.rooms().changePassphrase(ctx, p.anna, annaPhrase, chosen); err != nil {
		t.Fatal(err)
	}
	if mine, err := p.rooms().papers(ctx, p.anna); err != nil || p.did("papers.fell") != 2 || len(mine.Sets) != 0 || len(mine.Waits) != 0 {
		t.Errorf("after a change of the passphrase: %+v, %v", mine, err)
	}
	if _, err := p.use(2); fault.KindOf(err) != fault.Denied {
		t.Error("the two papers again:", err)
	}
	var err error
	if p.papers, err = p.rooms().makePapers(ctx, p.anna, "third", chosen, []string{p.zoe.ID, deskweb.Outsider, deskweb.Outsider}); err != nil {
		t.Fatal(err)
	}
	p.mustUse(2)
	wait := p.wait()
	if err := p.rooms().removeMember(ctx, p.olga, p.anna.ID, true); err != nil {
		t.Fatal(err)
	}
	if f, err := keyring.ReadFile(filepath.Join(p.dir, admin.KeyFile)); err != nil || len(f.Waits()) != 0 || p.did("papers.fell") != 3 {
		t.Error("what waits for a member who left:", err)
	}
	if err := p.rooms().answerPapers(ctx, p.olga, wait, deskweb.PapersNow); fault.KindOf(err) != fault.Conflict {
		t.Error("an officer lets it work for a member who left:", err)
	}
	if _, err := p.use(3); fault.KindOf(err) != fault.Denied {
		t.Error("papers of a member who left:", err)
	}
	c.Advance(2 * keyring.WaitFor)
	p.shut(freshPhrase)
}

// TestRestoredWaitBeginsAnew: a backup from the time in which a passphrase waited brings
// it back waiting, and not one hour of what it had waited.
func TestRestoredWaitBeginsAnew(t *testing.T) {
	t.Parallel()
	c := soon()
	p := newPaperDesk(t, c)
	p.mustUse(2)
	c.Advance(keyring.WaitFor - time.Hour)
	p.olga = p.enter("olga", olgaPhrase)
	backup := filepath.Join(t.TempDir(), "desk.backup")
	done(t, olgaPhrase, "backup", "--dir", p.dir, "--out", backup, "--login", "olga", "--passphrase-file", "-")
	p.lock()
	p.dir = filepath.Join(t.TempDir(), "desk")
	done(t, olgaPhrase, "restore", "--in", backup, "--dir", p.dir, "--login", "olga", "--passphrase-file", "-")
	p.start(c)
	p.shut(freshPhrase)
	c.Advance(keyring.WaitFor - time.Second)
	p.shut(freshPhrase)
	c.Advance(time.Second)
	p.enter("anna", freshPhrase)
}

// TestPapersRingTheOuterBell: at a locked Desk nobody looks at a page.
func TestPapersRingTheOuterBell(t *testing.T) {
	t.Parallel()
	c := soon()
	p := newPaperDesk(t, c)
	p.lock()
	p.Desk.bell = hangBell(Config{Bell: "/bin/true", BellLocked: 24 * time.Hour, BellEvery: time.Hour, Dir: p.dir, Log: p.cfg.Log}, p.awake)
	rings := func() bool {
		return p.Desk.bell.policy.Rings(p.Desk.bell.state, p.awake.Now())
	}
	if _, err := p.Recover(context.Background(), "anna", [3]string{p.papers[0], p.papers[0]}, freshPhrase); err == nil || rings() {
		t.Error("one paper rings:", err)
	}
	if p.mustUse(2); !rings() {
		t.Error("two papers do not ring")
	}
	p.Desk.bell = hangBell(Config{Bell: "/bin/true", BellLocked: 24 * time.Hour, BellEvery: time.Hour, Dir: p.dir, Log: p.cfg.Log}, p.awake) // a restart
	if !rings() {
		t.Error("after a restart it is silent")
	}
}
