package cases

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"

	"waylight/desk/internal/intake"
	"waylight/internal/fault"
)

// Phrases keeps keyed fingerprints of the signs that were agreed for check-ins.
// The words lie in the case's safe; whoever opens a message may not open that, and
// a sign of duress must not wait for somebody who may.
type Phrases interface {
	PutPhrase(ctx context.Context, checkin string, duress bool, print []byte) error
	// PhraseIn tells whether a fingerprint is a sign of a check-in of the case that has not been stopped.
	PhraseIn(ctx context.Context, file string, print []byte) (fine, duress bool, err error)
	Setting(ctx context.Context, name string) ([]byte, error)
	PutSetting(ctx context.Context, name string, value []byte) error
}

const settingPhrase = "cases.phrase"

// phrasePrint is the fingerprint of a sentence of which only the bare words are left.
func phrasePrint(ctx context.Context, tx Phrases, bare string) ([]byte, error) {
	key, err := tx.Setting(ctx, settingPhrase)
	if fault.KindOf(err) == fault.NotFound {
		key = make([]byte, 32)
		rand.Read(key)
		err = tx.PutSetting(ctx, settingPhrase, key)
	}
	if err != nil {
		return nil, err
	}
	h := hmac.New(sha256.New, key)
	h.Write([]byte(bare))
	return h.Sum(nil)[:16], nil
}

// putPhrases keeps what the two signs of a check-in are known by.
func putPhrases(ctx context.Context, tx Phrases, id string, c CheckIn) error {
	for _, x := range []struct {
		duress bool
		words  string
	}{{false, c.Sign}, {true, c.Duress}} {
		bare := intake.Bare(x.words)
		if bare == "" {
			continue // a sign without words cannot come in writing
		}
		print, err := phrasePrint(ctx, tx, bare)
		if err != nil {
			return err
		}
		if err := tx.PutPhrase(ctx, id, x.duress, print); err != nil {
			return err
		}
	}
	return nil
}

// MeaningIn is what a text means by the signs of a case's check-ins: being forced
// before being well, or nothing. It opens no safe.
func (b *Book) MeaningIn(ctx context.Context, tx Store, id, text string) (HeardSign, error) {
	bare := intake.Bare(text)
	if bare == "" {
		return "", nil
	}
	print, err := phrasePrint(ctx, tx, bare)
	if err != nil {
		return "", err
	}
	fine, duress, err := tx.PhraseIn(ctx, id, print)
	switch {
	case duress:
		return SignDuress, err
	case fine:
		return SignFine, err
	}
	return "", err
}
