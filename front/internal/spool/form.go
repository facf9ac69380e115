package spool

import (
	"context"
	"crypto/rand"
	"fmt"

	"waylight/internal/clock"
	"waylight/internal/sqldb"
)

// formDays is for how many days a form that was opened may be sent a second time and
// still be the same message.
const formDays = 2

const formPrefix = "form/"

// FormSecret is the random value of one day that makes a form without the script that
// is sent twice the same message: also when the server died in between, and when the
// second time goes to another Front with this store. Nothing that it makes can be
// reckoned from it alone; the random value in the form's page, which is kept nowhere
// here, and every word are needed as well. It is destroyed after formDays.
//
// A day that is not near today stands for today: nobody can have rows made here.
func (s *Spool) FormSecret(ctx context.Context, day clock.Day) (secret [32]byte, err error) {
	now, near := s.clock.Now(), false
	for d := -formDays; d <= 1; d++ { // another Front's clock may be past midnight already
		near = near || day == clock.DayOf(now.AddDate(0, 0, d))
	}
	if !near {
		day = clock.DayOf(now)
	}
	s.forms.Lock()
	defer s.forms.Unlock()
	if known, ok := s.formSecrets[day]; ok {
		return known, nil
	}
	rand.Read(secret[:])
	stands, err := s.Agree(ctx, formPrefix+string(day), secret[:])
	if err == nil && copy(secret[:], stands) != len(secret) {
		err = fmt.Errorf("spool: the secret of forms for %s is damaged", day)
	}
	if err != nil {
		return secret, err
	}
	for old := range s.formSecrets {
		if old < s.oldestForm() {
			delete(s.formSecrets, old)
		}
	}
	if s.formSecrets == nil {
		s.formSecrets = map[clock.Day][32]byte{}
	}
	s.formSecrets[day] = secret
	return secret, nil
}

func (s *Spool) oldestForm() clock.Day { return clock.DayOf(s.clock.Now().AddDate(0, 0, -formDays)) }

// forget destroys the secrets of days that are over.
func (s *Spool) forget(ctx context.Context, tx *sqldb.Tx) error {
	_, err := tx.Exec(ctx, `DELETE FROM agreed WHERE name > $1 AND name < $2`, formPrefix, formPrefix+string(s.oldestForm()))
	return err
}
