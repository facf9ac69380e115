package supporters

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"waylight/desk/internal/campaign"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/country"
	"waylight/internal/fault"
	"waylight/internal/ids"
	"waylight/internal/petition"
)

// unlock opens a petition's safe for an advocate.
func unlock(ctx context.Context, s Store, a staff.Actor, id string) (p Petition, box safe.Safe, err error) {
	if err := a.Must(staff.Advocate); err != nil {
		return p, box, err
	}
	if p, err = s.Petition(ctx, id); err != nil {
		return p, box, err
	}
	if p.Recipient == "" {
		return p, box, fault.New(fault.Conflict, "This petition was never public: nobody has signed it.")
	}
	box, err = open(ctx, s, a, id)
	return p, box, err
}

// countries counts those that are confirmed by their country.
func countries(ctx context.Context, s Store, box safe.Safe, id string) (map[string]int, error) {
	places, err := s.Places(ctx, id)
	if err != nil {
		return nil, err
	}
	out := map[string]int{}
	for _, c := range country.All() {
		if n := places[box.Token("country/"+c.Code)]; n > 0 {
			out[c.Code] = n
		}
	}
	return out, nil
}

// SignTally counts what is confirmed here and signs the public form of that count,
// by which anybody can hold the public server to what the organisation says.
func (r *Roll) SignTally(ctx context.Context, a staff.Actor, id string) error {
	return r.Within(ctx, func(s Store) error {
		p, box, err := unlock(ctx, s, a, id)
		if err != nil {
			return err
		}
		if p.State == Removed {
			return fault.New(fault.Conflict, "This petition is not public.")
		}
		counts, err := countries(ctx, s, box, id)
		if err != nil {
			return err
		}
		t := petition.Public(r.Today(), counts)
		p.Tally = &t
		if err := r.announce(ctx, s, &p); err != nil {
			return err
		}
		if err := s.SavePetitionKey(ctx, p); err != nil {
			return err
		}
		return s.Append(ctx, entry(a, "petition.counted", id, struct{ Total int }{t.Total}))
	})
}

// SendAgain gives the Front everything that it must have of a petition, for when
// it has lost it: the statement, and the codes of all who wait or have confirmed.
// What it has already stays as it is.
func (r *Roll) SendAgain(ctx context.Context, a staff.Actor, id string) error {
	return r.Within(ctx, func(s Store) error {
		p, box, err := unlock(ctx, s, a, id)
		if err != nil {
			return err
		}
		if err := r.announce(ctx, s, &p); err != nil {
			return err
		}
		if err := s.SavePetitionKey(ctx, p); err != nil {
			return err
		}
		var codes []Code
		for _, where := range []Standing{Waiting, Confirmed} {
			if err := each(ctx, s, id, where, func(x Supporter) error {
				person, err := x.person(box)
				codes = append(codes, r.code(p, person, where == Confirmed))
				return err
			}); err != nil {
				return err
			}
		}
		for some := range slices.Chunk(codes, 5000) { // a request has a limit
			if err := r.register(ctx, s, some, nil); err != nil {
				return err
			}
		}
		return s.Append(ctx, entry(a, "petition.sent-again", id, struct{ Codes int }{len(codes)}))
	})
}

// Group is a number of signatures that wait for a person, with what they share.
type Group struct {
	Key    string // keyed name of the domain; "trap" for those that filled in the hidden field
	Domain string // as it was written
	Number int
}

const trapGroup = "trap"

// Held lists what looks like machines, by their domains. It opens one of each
// group for the domain's name, which is noted.
func (r *Roll) Held(ctx context.Context, a staff.Actor, id string) (out []Group, err error) {
	err = r.Within(ctx, func(s Store) error {
		_, box, err := unlock(ctx, s, a, id)
		if err != nil {
			return err
		}
		all, err := s.SupportersOf(ctx, id, Held, "", 10000)
		if err != nil || len(all) == 0 {
			out = nil
			return err
		}
		groups := map[string]*Group{}
		for _, x := range all {
			key := group(x)
			if groups[key] == nil {
				p, err := x.person(box)
				if err != nil {
					return err
				}
				groups[key] = &Group{Key: key, Domain: petition.Domain(p.Email)}
			}
			groups[key].Number++
		}
		out = nil
		for _, k := range sortedKeys(groups) {
			out = append(out, *groups[k])
		}
		slices.SortStableFunc(out, func(a, b Group) int { return cmp.Compare(b.Number, a.Number) })
		return s.Append(ctx, entry(a, "petition.held-read", id, struct{ Groups int }{len(out)}))
	})
	return out, err
}

func group(x Supporter) string {
	if x.Why == trapGroup {
		return trapGroup
	}
	return x.Domain
}

// heldOf lists the signatures of one group.
func heldOf(ctx context.Context, s Store, id, key string) ([]Supporter, error) {
	all, err := s.SupportersOf(ctx, id, Held, "", 10000)
	return slices.DeleteFunc(all, func(x Supporter) bool { return group(x) != key }), err
}

// Release asks the people of a group to confirm: a person has looked. Further
// signatures from the domain are not held any more.
func (r *Roll) Release(ctx context.Context, a staff.Actor, id, key string) error {
	return r.Within(ctx, func(s Store) error {
		p, box, err := unlock(ctx, s, a, id)
		if err != nil {
			return err
		}
		some, err := heldOf(ctx, s, id, key)
		if err != nil {
			return err
		}
		w := work{r: r, s: s, p: p, box: box}
		for _, x := range some {
			person, err := x.person(box)
			if err != nil {
				return err
			}
			x.Standing, x.Why = Waiting, ""
			if err := w.ask(ctx, &x, person); err != nil {
				return err
			}
			if err := s.PutSupporter(ctx, x); err != nil {
				return err
			}
		}
		if key != trapGroup && len(some) > 0 {
			if err := s.TrustDomain(ctx, id, key); err != nil {
				return err
			}
		}
		if err := r.register(ctx, s, w.codes, nil); err != nil {
			return err
		}
		return s.Append(ctx, entry(a, "petition.held-released", id, struct{ Number int }{len(some)}))
	})
}

// Discard erases a group that a person has taken for machines.
func (r *Roll) Discard(ctx context.Context, a staff.Actor, id, key string) error {
	return r.Within(ctx, func(s Store) error {
		if _, _, err := unlock(ctx, s, a, id); err != nil {
			return err
		}
		some, err := heldOf(ctx, s, id, key)
		if err != nil {
			return err
		}
		for _, x := range some {
			if err := s.EraseSupporter(ctx, x.ID); err != nil {
				return err
			}
		}
		return s.Append(ctx, entry(a, "petition.held-discarded", id, struct{ Number int }{len(some)}))
	})
}

// News is what supporters are told who asked to hear how it goes on.
type News struct {
	Once    string // chosen by the form: sent twice, it is told once
	Subject campaign.Text
	Words   campaign.Text
}

// NewNews is the name of news that a form will send.
func NewNews() string { return ids.New("news") }

// Tell writes to those who have confirmed, asked for it, and did not stop it.
func (r *Roll) Tell(ctx context.Context, a staff.Actor, id string, n News) error {
	if err := a.Must(staff.Advocate); err != nil {
		return err
	}
	var k fault.Check
	k.Field(n.Subject.EN != "" && n.Subject.RU != "", "subject-en", "Write the subject in both languages.")
	k.Field(n.Words.EN != "" && n.Words.RU != "", "news-en", "Write the words in both languages.")
	k.Field(ids.Valid("news", n.Once), "", "The form could not be read. Please send it again.")
	if err := k.Err(); err != nil {
		return err
	}
	return r.Within(ctx, func(s Store) error {
		_, box, err := unlock(ctx, s, a, id)
		if err != nil {
			return err
		}
		fresh, err := s.AddNews(ctx, id, n.Once)
		if err != nil || !fresh {
			return err
		}
		if err := r.pass(ctx, s, a, id, []string{n.Subject.EN, n.Subject.RU, n.Words.EN, n.Words.RU}); err != nil {
			return err
		}
		told := 0
		err = each(ctx, s, id, Confirmed, func(x Supporter) error {
			if x.Stopped {
				return nil
			}
			p, err := x.person(box)
			if err != nil || !p.Updates {
				return err
			}
			told++
			return r.Mail.MailSupporter(ctx, s, r.news(x.ID, p, n))
		})
		if err != nil {
			return err
		}
		return s.Append(ctx, entry(a, "petition.told", id, struct{ Number int }{told}))
	})
}

func (r *Roll) news(id string, p Person, n News) Outgoing {
	lang, foot := "en", footEN
	if p.Lang == "ru" {
		lang, foot = "ru", footRU
	}
	leave := r.Page(lang, "leave/"+string(p.Code.Leave()))
	return Outgoing{Supporter: id, To: p.Email, Subject: n.Subject.In(lang), Text: n.Words.In(lang) + fmt.Sprintf(foot, leave), Leave: leave}
}

// each goes through the signatures of a standing.
func each(ctx context.Context, s Store, id string, where Standing, f func(Supporter) error) error {
	for after := ""; ; {
		some, err := s.SupportersOf(ctx, id, where, after, 500)
		if err != nil {
			return err
		}
		for _, x := range some {
			after = x.ID
			if err := f(x); err != nil {
				return err
			}
		}
		if len(some) < 500 {
			return nil
		}
	}
}
