package intake

import (
	"context"
	"time"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/internal/envelope"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Translation is what somebody wrote beside the words of a message. The words
// themselves are never changed, and no translation takes another's place.
type Translation struct {
	ID      string
	Thread  string
	Message string
	Lang    string
	Author  string
	At      time.Time
	Sealed  safe.Sealed // in the thread's safe
}

// Translated is an opened translation.
type Translated struct {
	Translation
	Text string
}

// Translations keeps translations.
type Translations interface {
	AddTranslation(ctx context.Context, t Translation) error
	Translations(ctx context.Context, thread string) ([]Translation, error) // oldest first
	ResealTranslation(ctx context.Context, t Translation) error
}

// Translate puts a translation beside a message, marked with who made it. The same
// words again, by the same person and in the same language, change nothing.
func (b *Inbox) Translate(ctx context.Context, actor staff.Actor, thread, message, lang, text string) error {
	var c fault.Check
	c.Field(!blank(text), "translation", "Write the translation first.")
	c.Field(len(text) <= envelope.MaxText, "translation", "The answer is too long. Send it in parts.")
	c.Field(lang != "" && len(lang) <= 35, "translation-lang", "Choose the language of the translation.")
	if err := c.Err(); err != nil {
		return err
	}
	return b.Within(ctx, func(s Store) error {
		sf, err := open(ctx, s, actor, thread)
		if err != nil {
			return err
		}
		messages, err := s.Messages(ctx, thread)
		if err != nil {
			return err
		}
		beside, err := translated(ctx, s, sf, thread)
		if err != nil {
			return err
		}
		for _, t := range beside[message] {
			if t.Author == actor.ID && t.Lang == lang && t.Text == text {
				return nil
			}
		}
		for _, m := range messages {
			if m.ID == message {
				return b.translateIn(ctx, s, sf, actor.ID, Translation{Thread: thread, Message: message, Lang: lang}, text)
			}
		}
		return fault.Missing()
	})
}

func (b *Inbox) translateIn(ctx context.Context, s Store, sf safe.Safe, author string, t Translation, text string) error {
	t.ID, t.Author, t.At = ids.New("translation"), author, b.Clock.Now()
	t.Sealed = sf.Put("thread.translation/"+t.ID, []byte(text))
	if err := s.AddTranslation(ctx, t); err != nil {
		return err
	}
	return s.Append(ctx, ledger.Entry{Actor: author, Action: "message.translated", Subject: t.Thread, Scope: t.Thread, Detail: struct {
		Message string `json:"message"`
		Lang    string `json:"lang"`
	}{t.Message, t.Lang}})
}

// translated opens a thread's translations, by message.
func translated(ctx context.Context, s Translations, sf safe.Safe, thread string) (map[string][]Translated, error) {
	all, err := s.Translations(ctx, thread)
	if err != nil {
		return nil, err
	}
	out := map[string][]Translated{}
	for _, t := range all {
		plain, err := sf.Take("thread.translation/"+t.ID, t.Sealed)
		if err != nil {
			return nil, err
		}
		out[t.Message] = append(out[t.Message], Translated{t, string(plain)})
	}
	return out, nil
}
