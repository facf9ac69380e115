package desk

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"waylight/desk/internal/campaign"
	"waylight/desk/internal/intake"
	"waylight/desk/internal/post"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/desk/internal/web/postweb"
	"waylight/internal/envelope"
	"waylight/internal/fault"
)

// openPost makes the post room and looks after what a crash left in it.
func (r *rooms) openPost(ctx context.Context) error {
	as := func(tx *store.Tx) post.Store { return tx }
	r.post = &post.Office{Within: store.Within(r.db, as), Reading: store.Reading(r.db, as), Clock: r.clock}
	r.inbox.Mail = replies{r.post}
	r.inbox.Page = r.visitorPage
	r.board.Mail = letters{r.post}
	r.openRoll()
	return r.post.Recover(ctx)
}

// visitorPage is where people write to us; empty when nobody said where visitors come.
func (r *rooms) visitorPage(lang string) string {
	address := r.publicAddress()
	if address == "" {
		return ""
	}
	return address + "/" + lang + "/help"
}

// publicAddress is where visitors come.
func (r *rooms) publicAddress() string {
	address := r.cfg.Public
	if address == "" {
		address = r.id.Front
	}
	return strings.TrimSuffix(address, "/")
}

// replies carries answers of the inbox.
type replies struct{ office *post.Office }

// MailReply implements intake.Mailer.
func (x replies) MailReply(ctx context.Context, tx intake.Store, m intake.MailReply) error {
	_, err := x.office.QueueIn(ctx, tx.(*store.Tx), post.Reply, m.Thread, post.Draft{To: m.To, Subject: m.Subject, Text: m.Text, InReplyTo: m.InReplyTo})
	return err
}

// carryMail hands our mails to the mail server.
func (r *rooms) carryMail(ctx context.Context) error {
	_, err := r.post.Carry(ctx)
	return err
}

// carryToSupporters hands mails to supporters to the server of their own account. It has
// a loop of its own: a provider that takes its time with thousands holds up no letter.
func (r *rooms) carryToSupporters(ctx context.Context) error {
	if _, err := r.post.CarrySupporters(ctx); err != nil {
		return fmt.Errorf("the account for supporters: %w", err)
	}
	return nil
}

// collectMail fetches what came by e-mail. While the disk has no room it waits there.
func (r *rooms) collectMail(ctx context.Context) error {
	if err := r.spare.room(); err != nil {
		return err
	}
	return r.collect(ctx, post.Ours, "the mailbox")
}

// collectFromSupporters does the same for the account of supporters, in a loop of its own.
func (r *rooms) collectFromSupporters(ctx context.Context) error {
	if err := r.spare.room(); err != nil {
		return err
	}
	return r.collect(ctx, post.Supporters, "the mailbox for supporters")
}

func (r *rooms) collect(ctx context.Context, b post.Box, name string) error {
	f, err := r.post.Collect(ctx, b, r.keepMail)
	if f.Large > 0 {
		r.cfg.Log.Warn("mails stay at the mail server because they are too large", "count", f.Large)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// keepMail makes one mail durable: in the campaign when it answers a letter of
// ours, otherwise sealed into the inbox.
func (r *rooms) keepMail(ctx context.Context, a post.Account, m post.Mail) error {
	id, sender, err := r.post.Names(ctx, m)
	if err != nil {
		return err
	}
	known, err := r.inbox.MailKnown(ctx, id)
	if err != nil || known {
		return err
	}
	ours, err := r.post.Answers(ctx, m)
	if err != nil {
		return err
	}
	if mine, err := r.keepForLetter(ctx, id, ours, m); err != nil || mine {
		return err
	}
	if (m.Bounce || m.Auto) && slices.ContainsFunc(ours, func(o post.Out) bool { return o.Kind == post.Supporter }) {
		if m.Failed {
			return r.post.ReturnedNow(ctx, ours)
		}
		return nil // a holiday notice, or a mail that is late: it must not fill the inbox of people who need help
	}
	in := intake.Mailed{ID: id, Sender: sender, Channel: a.Channel, Content: mailContent(m)}
	for _, o := range ours {
		if o.Kind == post.Reply {
			in.Thread = o.Subject
		}
	}
	files := append(slices.Clone(m.Files), post.Attachment{Name: "mail.eml", Type: "message/rfc822", Body: m.Raw})
	for i, f := range files {
		kept, err := r.keepFile(id, i, f)
		if err != nil {
			return err
		}
		in.Content.Files = append(in.Content.Files, kept)
		in.Uploads = append(in.Uploads, intake.Upload{ID: kept.Upload, Chunks: len(kept.Chunks)})
	}
	return r.inbox.ReceiveMail(ctx, in)
}

// keepFile seals a file of a mail into the vault. Its place follows from the mail,
// so that a crash leaves nothing behind: what was begun is made anew.
func (r *rooms) keepFile(mail string, index int, a post.Attachment) (envelope.File, error) {
	f := envelope.NewFile(a.Name, a.Type, int64(len(a.Body)))
	sum := sha256.Sum256(fmt.Appendf(nil, "mail file\n%s\n%d", mail, index))
	f.Upload = hex.EncodeToString(sum[:16])
	if err := r.files.Remove(f.Upload); err != nil {
		return f, err
	}
	for i := range f.Chunks {
		plain := make([]byte, min(envelope.ChunkSize, len(a.Body)-i*envelope.ChunkSize))
		if _, err := io.ReadFull(bytes.NewReader(a.Body[i*envelope.ChunkSize:]), plain); err != nil && !errors.Is(err, io.EOF) {
			return f, err
		}
		sealed, hash, err := envelope.SealChunk(f.Key, i, len(f.Chunks), plain)
		if err != nil {
			return f, err
		}
		if err := r.files.Put(f.Upload, i, sealed); err != nil {
			return f, err
		}
		f.Chunks[i] = hash
	}
	return f, nil
}

// mailContent is what the operator reads of a mail; the whole of it is a file.
func mailContent(m post.Mail) envelope.Message {
	c := envelope.Message{Text: m.Text, Lang: guessLanguage(m.Text + m.Subject)}
	say := func(question, words string) {
		if words != "" {
			c.Answers = append(c.Answers, envelope.Answer{Question: question, Words: words})
		}
	}
	say(intake.QuestionMailFrom, m.From)
	say(intake.QuestionMailSubject, m.Subject)
	say(intake.QuestionMailID, m.MessageID)
	var marks []string
	for _, x := range []struct {
		is   bool
		mark string
	}{{m.FromHTML, "html"}, {m.Cut, "cut"}, {m.Trouble, "trouble"}, {m.Bounce, "bounce"}, {m.Auto && !m.Bounce, "auto"}} {
		if x.is {
			marks = append(marks, x.mark)
		}
	}
	if len(marks) > 0 {
		c.Answers = append(c.Answers, envelope.Answer{Question: intake.QuestionMail, Values: marks})
	}
	return c
}

// guessLanguage tells Russian letters from others; the operator sees the rest.
func guessLanguage(text string) string {
	cyrillic, other := 0, 0
	for _, r := range text {
		switch {
		case unicode.Is(unicode.Cyrillic, r):
			cyrillic++
		case unicode.IsLetter(r):
			other++
		}
	}
	switch {
	case cyrillic > other:
		return "ru"
	case other > 0:
		return "en"
	}
	return "und"
}

// mailChannels lists the inbox's channels for the page of the account.
func (r *rooms) mailChannels(ctx context.Context, lang string) ([]postweb.Channel, error) {
	all, err := r.channels(ctx)
	out := make([]postweb.Channel, len(all))
	for i, c := range all {
		out[i] = postweb.Channel{ID: c.ID, Name: c.Names[lang]}
		if out[i].Name == "" {
			out[i].Name = c.ID
		}
	}
	return out, err
}

// mailedAnswers counts the answers of a conversation that are not at the mail
// server yet, and those that it refused.
func (r *rooms) mailedAnswers(ctx context.Context, thread string) (waiting, refused int, err error) {
	all, err := r.post.Of(ctx, thread)
	for _, o := range all {
		switch o.State {
		case post.Waiting, post.Sending:
			waiting++
		case post.Refused:
			refused++
		}
	}
	return waiting, refused, err
}

// letters carries letters of the campaign.
type letters struct{ office *post.Office }

// MailLetter implements campaign.Mailer: the words of the letter, and its PDF as it is kept.
func (x letters) MailLetter(ctx context.Context, tx campaign.Store, l campaign.Letter, to string) error {
	_, err := x.office.QueueIn(ctx, tx.(*store.Tx), post.Letter, l.ID, post.Draft{To: to, Subject: l.Subject, Text: l.Text(), Files: []post.Attachment{{Name: "letter.pdf", Type: "application/pdf", Body: l.PDF}}})
	return err
}

// Carried implements campaign.Mailer.
func (x letters) Carried(ctx context.Context, letter string) (campaign.Carried, error) {
	all, err := x.office.Of(ctx, letter)
	if err != nil || len(all) == 0 {
		return campaign.Carried{}, err
	}
	o := all[len(all)-1]
	return campaign.Carried{State: string(o.State), Trouble: o.Trouble, At: o.Done}, nil
}

// Decide implements campaign.Mailer.
func (x letters) Decide(ctx context.Context, a staff.Actor, letter string, again bool) error {
	if err := a.Must(staff.Advocate, staff.Editor); err != nil {
		return err
	}
	all, err := x.office.Of(ctx, letter)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return fault.Missing()
	}
	return x.office.Decide(ctx, a.ID, all[len(all)-1].ID, again)
}

// keepForLetter keeps a mail with the campaign when it answers a letter of ours.
func (r *rooms) keepForLetter(ctx context.Context, id string, ours []post.Out, m post.Mail) (bool, error) {
	if known, err := r.board.MailKnown(ctx, id); err != nil || known {
		return known, err
	}
	named := ""
	for _, o := range ours {
		if o.Kind == post.Letter {
			named = o.Subject
		}
	}
	l, by, err := r.board.LetterOf(ctx, named, m.From)
	if fault.KindOf(err) == fault.NotFound {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	file, err := r.keepFile(id, 0, post.Attachment{Name: "mail.eml", Type: "message/rfc822", Body: m.Raw})
	if err != nil {
		return false, err
	}
	manifest, err := json.Marshal(file)
	if err != nil {
		return false, err
	}
	sum := sha256.Sum256(m.Raw)
	in := campaign.Mail{ID: id, Campaign: l.Campaign, Letter: l.ID, Target: l.Target, FoundBy: by, Kind: campaign.MailAnswer, Sender: m.From, Subject: m.Subject, Words: m.Text, Hash: hex.EncodeToString(sum[:]), File: string(manifest)}
	switch {
	case m.Bounce:
		in.Kind = campaign.MailBounce
	case m.Auto:
		in.Kind = campaign.MailMachine
	}
	return true, r.board.MailIn(ctx, in)
}

// copyMail gives out a mail of the campaign as it came.
func (r *rooms) copyMail(w io.Writer, m campaign.Mail) error {
	var f envelope.File
	if err := json.Unmarshal([]byte(m.File), &f); err != nil {
		return err
	}
	return r.files.Copy(w, f)
}
