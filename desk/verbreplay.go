package desk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"waylight/desk/internal/admin"
	"waylight/desk/internal/purse"
	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/founding"
)

// replayVerb plays the published year with invented people on a throw-away Desk
// and prints what its dashboard and its donor report say at the end.
func replayVerb(ctx context.Context, t terminal, args []string) error {
	set := flags(t, "replay")
	tmp := set.String("tmp", "", "where the throw-away Desk is written and removed again; the system's folder for such by default")
	if err := set.Parse(args); err != nil {
		return err
	}
	dir, err := os.MkdirTemp(*tmp, "waylight-replay-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	y, d, err := newReplay(ctx, filepath.Join(dir, "desk"), func(f string, a ...any) { fmt.Fprintf(t.err, f, a...) })
	if err != nil {
		return err
	}
	defer d.Lock()
	if err := y.play(); err != nil {
		return err
	}
	return y.print(t.out)
}

// newReplay makes a Desk with invented members whose clock stands before the year.
func newReplay(ctx context.Context, dir string, tell func(string, ...any)) (*replay, *Desk, error) {
	facts, shares, err := readPublished(founding.Later())
	if err != nil {
		return nil, nil, err
	}
	c := clock.NewManual(facts.day("the help line").Add(8 * time.Hour))
	members := demoMembers()
	for i := range members {
		members[i].Passphrase = demoPhrase()
	}
	if _, err := admin.Init(ctx, admin.Setup{Dir: dir, Names: map[string]string{"en": "Invented Harbour", "ru": "Вымышленная гавань"}, Front: "http://127.0.0.1:1", Channels: channels(), Members: members}, c); err != nil {
		return nil, nil, err
	}
	d, err := New(Config{Dir: dir, Clock: c, Idle: true, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		return nil, nil, err
	}
	y := &replay{ctx: ctx, clock: c, team: map[string]staff.Actor{}, facts: facts, shares: shares, first: facts.day("first request"), tell: tell}
	for _, m := range members {
		if m.Login == "irina" {
			y.phrase = m.Passphrase
		}
		token, err := d.SignIn(ctx, m.Login, m.Passphrase)
		if err == nil {
			y.team[m.Login], err = d.actorOf(ctx, token)
		}
		if err != nil {
			return nil, nil, errors.Join(err, d.Lock())
		}
	}
	y.r = d.rooms()
	return y, d, nil
}

// print says what the Desk shows, beside what was published.
func (y *replay) print(w io.Writer) error {
	year := fmt.Sprint(y.facts.Money.Year)
	d, err := y.r.purse.Dash(y.ctx, y.team["irina"], year)
	if err != nil {
		return err
	}
	r, err := y.r.purse.DonorReport(y.ctx, y.team["irina"], purse.Ask{From: year + "-01", To: year + "-12"})
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "Everybody in this year is invented; the totals are those that were published.\n\nasked %d, evacuated %d, left the country %d, contact lost %d, safe %d\n", d.Asked, d.Evacuated, d.Left, d.Lost, d.Safe)
	fmt.Fprintf(w, "median days to safety %d; months of support: mean %d.%d, from %d.%d to %d.%d\n", d.Wait, d.Support.Mean/10, d.Support.Mean%10, d.Support.Min/10, d.Support.Min%10, d.Support.Max/10, d.Support.Max%10)
	fmt.Fprintf(w, "spent %d.%02d %s, raised %d.%02d, for each evacuated %d.%02d\n\n", d.Spent/100, d.Spent%100, d.Currency, d.Raised/100, d.Raised%100, d.PerPerson/100, d.PerPerson%100)
	for _, l := range d.Lines {
		fmt.Fprintf(w, "  %-10s %9d.%02d  %3d.%d %%  published %3d.%d %%\n", l.Line, l.Base/100, l.Base%100, l.Share/10, l.Share%10, l.Published/10, l.Published%10)
	}
	fmt.Fprintf(w, "\ndonor report, %s to %s: %d lines, %d quarters, total %d.%02d %s\n", r.From, r.To, len(r.Lines), len(r.Spans), r.Total/100, r.Total%100, r.Currency)
	return nil
}
