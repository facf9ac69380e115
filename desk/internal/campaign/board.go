package campaign

import (
	"context"
	"slices"
	"strings"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Plans keeps campaigns, demands and targets.
type Plans interface {
	Campaigns(ctx context.Context) ([]Campaign, error)
	CampaignFile(ctx context.Context, id string) (File, error) // all of it, in a fixed order
	PutCampaign(ctx context.Context, c Campaign) error
	PutDemand(ctx context.Context, d Demand) error
	PutTarget(ctx context.Context, t Target) error
}

// Answers keeps asks, responses and commitments.
type Answers interface {
	AddAsk(ctx context.Context, a Ask) error
	WithdrawAsk(ctx context.Context, ask, why string) error
	PutResponse(ctx context.Context, r Response) error
	PutCommitment(ctx context.Context, c Commitment) error
	CampaignImported(ctx context.Context, hash string) (fresh bool, err error) // notes the hash
}

// Letters keeps letters.
type Letters interface {
	Letter(ctx context.Context, id string) (Letter, error)
	CampaignLetters(ctx context.Context, campaign string) ([]Letter, error) // without PDFs, newest first
	PutLetter(ctx context.Context, l Letter, was int) error                 // was: the revision seen; Conflict when it moved or the letter is sent
}

// Store is all that the board needs of its transaction.
type Store interface {
	Plans
	Answers
	Letters
	Templates
	Mails
	Editions
	Tasks
	ledger.Appender
}

// Bases answers how a figure or finding stands now, for freezing and for warnings.
type Bases interface {
	Basis(ctx context.Context, kind, key string) (Basis, error) // fault.NotFound when it is gone
	Bases(ctx context.Context) ([]Basis, error)                 // all that a demand may rest on
}

// Board is where the campaign is led.
type Board struct {
	Within  func(ctx context.Context, f func(Store) error) error
	Reading func(ctx context.Context, f func(Store) error) error
	Clock   clock.Clock
	Bases   Bases // nil: nothing can be frozen and nothing changes
	Gate    Gate  // nil: no letter leaves
	Press   Typesetter
	Mail    Mailer // nil: no letter goes by e-mail
	// Signatory signs letters: the deployment's own organisation, which need not
	// be the one that a scenario reports as leading the campaign. Empty: that one.
	Signatory Text
	// Inside lets words stay that everybody on the campaign reads, or refuses them
	// because they name somebody whom the Desk protects; nil: nothing is checked.
	Inside func(ctx context.Context, s Store, actor, subject string, parts []string) error
}

var leads = []staff.Role{staff.Advocate, staff.Editor}

// Campaigns lists the campaigns.
func (b *Board) Campaigns(ctx context.Context, a staff.Actor) ([]Campaign, error) {
	if err := a.Must(leads...); err != nil {
		return nil, err
	}
	var out []Campaign
	err := b.Reading(ctx, func(s Store) (err error) {
		out, err = s.Campaigns(ctx)
		return err
	})
	return out, err
}

// Open loads a campaign.
func (b *Board) Open(ctx context.Context, a staff.Actor, id string) (File, error) {
	if err := a.Must(leads...); err != nil {
		return File{}, err
	}
	var f File
	err := b.Reading(ctx, func(s Store) (err error) {
		f, err = s.CampaignFile(ctx, id)
		return err
	})
	return f, err
}

// change runs a verb of one campaign in one transaction with its ledger entry.
func (b *Board) change(ctx context.Context, a staff.Actor, campaign, action, subject string, detail any, f func(Store, File) error) error {
	if err := a.Must(leads...); err != nil {
		return err
	}
	return b.Within(ctx, func(s Store) error {
		file, err := s.CampaignFile(ctx, campaign)
		if err != nil {
			return err
		}
		if err := f(s, file); err != nil {
			return err
		}
		return s.Append(ctx, ledger.Entry{Actor: a.ID, Action: action, Subject: subject, Detail: detail})
	})
}

// NameTarget gives a name to a target that the report did not name.
func (b *Board) NameTarget(ctx context.Context, a staff.Actor, campaign, target string, name Text, address, lang string) error {
	if name.EN == "" && name.RU == "" {
		var c fault.Check
		c.Field(false, "name", "Write the name.")
		return c.Err()
	}
	if lang != "" && !slices.Contains(Langs(), lang) {
		return fault.Bad("lang", "Choose the language of letters.")
	}
	return b.change(ctx, a, campaign, "campaign.target-named", target, nil, func(s Store, f File) error {
		t, err := f.target(target)
		if err != nil {
			return err
		}
		if err := b.stays(ctx, s, a, target, name, Text{EN: address}); err != nil {
			return err
		}
		t.Name, t.Address, t.Lang = name, address, lang
		return s.PutTarget(ctx, t)
	})
}

// AddTarget adds somebody who is asked.
func (b *Board) AddTarget(ctx context.Context, a staff.Actor, t Target) (string, error) {
	t.ID = ids.New("target")
	err := b.change(ctx, a, t.Campaign, "campaign.target-added", t.ID, nil, func(s Store, f File) error {
		if !slices.Contains(Kinds(), t.Kind) {
			return fault.New(fault.Invalid, "Choose what the target is.")
		}
		for _, o := range f.Targets {
			if o.Kind == t.Kind {
				t.Number = max(t.Number, o.Number)
			}
		}
		t.Number++
		return s.PutTarget(ctx, t)
	})
	return t.ID, err
}

// Asked notes that demands were put to targets: one ask for each pair.
func (b *Board) Asked(ctx context.Context, a staff.Actor, ask Ask, demands, targets []string) error {
	return b.change(ctx, a, ask.Campaign, "campaign.asked", ask.Campaign, struct{ Demands, Targets int }{len(demands), len(targets)}, func(s Store, f File) error {
		var c fault.Check
		c.Field(len(demands) > 0, "demand", "Choose what is asked.")
		c.Field(len(targets) > 0, "target", "Choose who is asked.")
		if err := c.Err(); err != nil {
			return err
		}
		if err := b.stays(ctx, s, a, ask.Campaign, Text{EN: ask.Note}); err != nil {
			return err
		}
		for _, d := range demands {
			for _, t := range targets {
				if err := addAsk(ctx, s, f, a, ask, d, t); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func addAsk(ctx context.Context, s Store, f File, a staff.Actor, ask Ask, demand, target string) error {
	if _, err := f.demand(demand); err != nil {
		return err
	}
	if _, err := f.target(target); err != nil {
		return err
	}
	ask.ID, ask.Campaign, ask.Demand, ask.Target, ask.By = ids.New("ask"), f.Campaign.ID, demand, target, a.ID
	if err := ask.Check(); err != nil {
		return err
	}
	return s.AddAsk(ctx, ask)
}

// WithdrawAsk says that what was noted was never asked: no silence counts from it. It
// stays in the file with the reason. What a letter asked that left was asked.
func (b *Board) WithdrawAsk(ctx context.Context, a staff.Actor, campaign, ask, reason string) error {
	return b.change(ctx, a, campaign, "campaign.ask-withdrawn", ask, nil, func(s Store, f File) error {
		i := slices.IndexFunc(f.Asks, func(x Ask) bool { return x.ID == ask })
		switch reason = strings.TrimSpace(reason); {
		case i < 0:
			return fault.Missing()
		case f.Asks[i].Letter != "":
			return fault.New(fault.Conflict, "A letter that left asked this. It cannot be withdrawn.")
		case reason == "":
			return fault.New(fault.Invalid, "Say why it is withdrawn.")
		}
		if err := b.stays(ctx, s, a, ask, Text{EN: reason}); err != nil {
			return err
		}
		return s.WithdrawAsk(ctx, ask, reason)
	})
}

// Answered notes a response; a commitment comes with what was promised and by when.
func (b *Board) Answered(ctx context.Context, a staff.Actor, r Response, promise Text, due clock.Day) (string, error) {
	r.ID, r.Author, r.Second, r.At, r.Withdrawn = ids.New("response"), a.ID, "", b.Clock.Now(), ""
	r.Evidence = strings.TrimSpace(r.Evidence)
	err := b.change(ctx, a, r.Campaign, "campaign.answered", r.ID, struct{ State string }{r.State.String()}, func(s Store, f File) error {
		if err := r.Check(); err != nil {
			return err
		}
		if _, err := f.demand(r.Demand); err != nil {
			return err
		}
		if _, err := f.target(r.Target); err != nil {
			return err
		}
		if err := b.stays(ctx, s, a, r.ID, r.Words, Text{EN: r.Evidence}); err != nil {
			return err
		}
		if err := s.PutResponse(ctx, r); err != nil {
			return err
		}
		if r.State != Committed {
			return nil
		}
		if promise.EN == "" && promise.RU == "" {
			promise = r.Words
		}
		return s.PutCommitment(ctx, Commitment{ID: ids.New("promise"), Campaign: r.Campaign, Response: r.ID, What: promise, Due: due, Outcome: Open})
	})
	return r.ID, err
}

// Prove attaches evidence to a response that had none. It is a change of the
// response, so whoever confirmed it must do so again.
func (b *Board) Prove(ctx context.Context, a staff.Actor, campaign, response, evidence string) error {
	return b.change(ctx, a, campaign, "campaign.proved", response, nil, func(s Store, f File) error {
		r, err := f.response(response)
		if err != nil {
			return err
		}
		if r.Evidence = strings.TrimSpace(evidence); r.Evidence == "" {
			return fault.New(fault.Invalid, "Say what proves it.")
		}
		r.Author, r.Second = a.ID, ""
		return s.PutResponse(ctx, r)
	})
}

// Confirm is the second person's yes to responses, and to what became of promises: they
// may be shown in public then.
func (b *Board) Confirm(ctx context.Context, a staff.Actor, campaign string, ids ...string) error {
	return b.change(ctx, a, campaign, "campaign.confirmed", campaign, struct{ Responses []string }{ids}, func(s Store, f File) error {
		for _, id := range ids {
			if p, err := f.promise(id); err == nil {
				switch {
				case !p.Waits():
					return fault.New(fault.Conflict, "Nobody asks this any more. Load the page again.")
				case p.By == a.ID:
					return fault.New(fault.Denied, "You entered this answer yourself. A second person must confirm it.")
				}
				p.Second = a.ID
				if err := s.PutCommitment(ctx, p); err != nil {
					return err
				}
				continue
			}
			r, err := f.response(id)
			if err != nil {
				return err
			}
			switch {
			case r.Evidence == "":
				return fault.New(fault.Conflict, "There is no evidence for this answer yet. Add it first.")
			case r.Author == a.ID:
				return fault.New(fault.Denied, "You entered this answer yourself. A second person must confirm it.")
			case r.Withdrawn != "":
				return fault.New(fault.Conflict, "This answer was withdrawn.")
			}
			r.Second = a.ID
			if err := s.PutResponse(ctx, r); err != nil {
				return err
			}
		}
		return nil
	})
}

// Withdraw takes a response back; it stays in the file with the reason.
func (b *Board) Withdraw(ctx context.Context, a staff.Actor, campaign, response, reason string) error {
	return b.change(ctx, a, campaign, "campaign.answer-withdrawn", response, nil, func(s Store, f File) error {
		r, err := f.response(response)
		if err != nil {
			return err
		}
		if r.Withdrawn = strings.TrimSpace(reason); r.Withdrawn == "" {
			return fault.New(fault.Invalid, "Say why it is withdrawn.")
		}
		return s.PutResponse(ctx, r)
	})
}

// Settle says what became of a promise, with its evidence. Whoever had confirmed what was
// said before must do so again.
func (b *Board) Settle(ctx context.Context, a staff.Actor, campaign, promise string, o Outcome, evidence string) error {
	return b.change(ctx, a, campaign, "campaign.promise-settled", promise, struct{ Outcome Outcome }{o}, func(s Store, f File) error {
		c, err := f.promise(promise)
		if err != nil {
			return err
		}
		if !slices.Contains(Outcomes(), o) {
			return fault.New(fault.Invalid, "Choose what became of it.")
		}
		if o != Open && strings.TrimSpace(evidence) == "" {
			return fault.New(fault.Invalid, "Say what proves it.")
		}
		if evidence = strings.TrimSpace(evidence); o == c.Outcome && evidence == c.Evidence {
			return nil
		}
		c.Outcome, c.Evidence, c.By, c.Second = o, evidence, a.ID, ""
		return s.PutCommitment(ctx, c)
	})
}

// Freeze lets a demand rest on figures and findings as they stand now.
func (b *Board) Freeze(ctx context.Context, a staff.Actor, campaign, demand string, keys ...string) error {
	if b.Bases == nil {
		return fault.New(fault.Conflict, "There are no figures to rest on yet.")
	}
	return b.change(ctx, a, campaign, "campaign.basis-frozen", demand, struct{ Keys []string }{keys}, func(s Store, f File) error {
		d, err := f.demand(demand)
		if err != nil {
			return err
		}
		d.Basis = nil
		for _, k := range keys {
			kind, key, _ := strings.Cut(k, ":")
			basis, err := b.Bases.Basis(ctx, kind, key)
			if err != nil {
				return err
			}
			d.Basis = append(d.Basis, basis)
		}
		return s.PutDemand(ctx, d)
	})
}

func (f File) promise(id string) (Commitment, error) {
	for _, p := range f.Commitments {
		if p.ID == id {
			return p, nil
		}
	}
	return Commitment{}, fault.Missing()
}

func (f File) demand(id string) (Demand, error) {
	for _, d := range f.Demands {
		if d.ID == id {
			return d, nil
		}
	}
	return Demand{}, fault.Missing()
}

func (f File) target(id string) (Target, error) {
	for _, t := range f.Targets {
		if t.ID == id {
			return t, nil
		}
	}
	return Target{}, fault.Missing()
}

func (f File) response(id string) (Response, error) {
	for _, r := range f.Responses {
		if r.ID == id {
			return r, nil
		}
	}
	return Response{}, fault.Missing()
}

// Demand finds a demand; the zero Demand when there is none.
func (f File) Demand(id string) Demand { d, _ := f.demand(id); return d }

// Target finds a target; the zero Target when there is none.
func (f File) Target(id string) Target { t, _ := f.target(id); return t }
