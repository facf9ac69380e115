package post

import (
	"context"
	"encoding/json"
	"time"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/notice"
	"waylight/internal/fault"
)

const settingNotices = "post.notices"

// Wish is what a member wants to be told by e-mail: that something waits, and
// nothing else.
type Wish struct {
	On      bool      `json:"on"`
	Address string    `json:"address"`
	Lang    string    `json:"lang"` // "en" or "ru"
	Last    time.Time `json:"last"` // when the last one went into the outbox
}

// wishes opens what every member wants; it lies sealed, because addresses name people.
func wishes(ctx context.Context, s Store) (map[string]Wish, error) {
	out := map[string]Wish{}
	b, err := s.Setting(ctx, settingNotices)
	if fault.KindOf(err) == fault.NotFound {
		return out, nil
	}
	if err != nil {
		return nil, err
	}
	k, err := key(ctx, s)
	if err != nil {
		return nil, err
	}
	a, err := aead(k)
	if err != nil {
		return nil, err
	}
	plain, err := a.Open(nil, nil, b, []byte(settingNotices))
	if err != nil {
		return nil, err
	}
	return out, json.Unmarshal(plain, &out)
}

func putWishes(ctx context.Context, s Store, all map[string]Wish) error {
	plain, err := json.Marshal(all)
	if err != nil {
		return err
	}
	k, err := key(ctx, s)
	if err != nil {
		return err
	}
	a, err := aead(k)
	if err != nil {
		return err
	}
	return s.PutSetting(ctx, settingNotices, a.Seal(nil, nil, plain, []byte(settingNotices)))
}

// WishOf is what a member wants.
func (o *Office) WishOf(ctx context.Context, member string) (w Wish, err error) {
	err = o.Reading(ctx, func(s Store) error {
		all, err := wishes(ctx, s)
		w = all[member]
		return err
	})
	return w, err
}

// SetWish keeps what a member wants for themself.
func (o *Office) SetWish(ctx context.Context, member string, w Wish) error {
	if (w.On || w.Address != "") && !IsAddress(w.Address) {
		return fault.Bad("address", "Write an e-mail address, such as help@example.org.")
	}
	return o.Within(ctx, func(s Store) error {
		all, err := wishes(ctx, s)
		if err != nil {
			return err
		}
		w.Last = all[member].Last // nobody is told more often by switching it off and on
		all[member] = w
		if w.Address == "" {
			delete(all, member)
		}
		if err := putWishes(ctx, s, all); err != nil {
			return err
		}
		return s.Append(ctx, ledger.Entry{Actor: member, Action: "post.notice-set", Subject: member})
	})
}

// Notify puts a notice into the outbox for each of these members who wants one and
// was not told lately. Whoever waits is asked again and again by the caller, from
// what lies in the store: no restart loses a notice. It returns how many were put in.
func (o *Office) Notify(ctx context.Context, members []string) (n int, err error) {
	err = o.Within(ctx, func(s Store) error {
		n = 0
		all, err := wishes(ctx, s)
		if err != nil {
			return err
		}
		now := o.Clock.Now()
		for _, m := range members {
			w, known := all[m]
			p := notice.Policy{On: known && w.On, Lang: w.Lang}
			if !notice.Send(notice.Event{}, p, w.Last, now) {
				continue
			}
			words := notice.Write(notice.Event{}, p)
			if _, err := o.QueueIn(ctx, s, Notice, m, Draft{To: w.Address, Subject: words.Subject, Text: words.Body, Auto: true}); err != nil {
				return err
			}
			w.Last = now
			all[m] = w
			n++
		}
		if n == 0 {
			return nil
		}
		return putWishes(ctx, s, all)
	})
	return n, err
}
