package cases

import (
	"context"
	"slices"
	"strings"
	"time"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// FormKind is what a paper that a person signs is for.
type FormKind string

// The forms.
const (
	FormConsent   FormKind = "consent"
	FormDeparture FormKind = "departure" // a statement that one leaves of one's own will
	FormAttorney  FormKind = "attorney"  // a power of attorney
)

// AllFormKinds lists them.
func AllFormKinds() []FormKind { return []FormKind{FormConsent, FormDeparture, FormAttorney} }

// Form is one paper of one person, with the very words that they were given.
type Form struct {
	Kind    FormKind
	Party   string // item id
	Lang    string // of the words
	Text    int    // the version of the template
	Title   string
	Words   string // paragraphs, as they were read and signed
	Consent string // the consent that it proves, of FormConsent
	Day     clock.Day
	Signed  clock.Day // empty: not signed yet
	How     string    // on paper, spoken before two, through the mailbox
	Witness string
	Copy    Scan
	Expires clock.Day // empty: until withdrawn
	Ended   clock.Day // withdrawn; empty: it was not
	Why     string
}

// Holds reports whether the form is signed and in force on a day.
func (f Form) Holds(on clock.Day) bool {
	return f.Signed != "" && f.Ended == "" && (f.Expires == "" || on <= f.Expires)
}

// FormText is one version of the words of a form in one language.
type FormText struct {
	Kind    FormKind
	Lang    string // BCP 47: "ru", "ce", "ar"
	Version int    // 1, 2, …; the built-in ones are version 0
	Title   string
	Words   string
	By      string // empty: built in
	At      time.Time
}

// FormTexts keeps the words of forms that the organisation wrote.
type FormTexts interface {
	// AddFormText answers a Conflict when the version exists.
	AddFormText(ctx context.Context, t FormText) error
	FormTexts(ctx context.Context) ([]FormText, error)
}

// Texts lists the newest words of every form in every language, the built-in ones too.
func (b *Book) Texts(ctx context.Context, actor staff.Actor) (all []FormText, err error) {
	if err := actor.Must(staff.Caseworker); err != nil {
		return nil, err
	}
	err = b.reading(ctx, func(tx Store) error {
		all, err = texts(ctx, tx)
		return err
	})
	return all, err
}

func texts(ctx context.Context, tx Store) ([]FormText, error) {
	own, err := tx.FormTexts(ctx)
	newest := map[string]FormText{}
	for _, t := range append(builtIn(), own...) {
		key := string(t.Kind) + "/" + t.Lang
		if old, ok := newest[key]; !ok || t.Version >= old.Version {
			newest[key] = t
		}
	}
	var all []FormText
	for _, k := range sortedKeys(newest) {
		all = append(all, newest[k])
	}
	return all, err
}

// KeepText adds the next version of a form's words. Those that were signed keep the words that they had.
func (b *Book) KeepText(ctx context.Context, actor staff.Actor, saw int, t FormText) error {
	if err := actor.Must(staff.Caseworker, staff.Security); err != nil {
		return err
	}
	t.Lang, t.Title, t.Words = strings.TrimSpace(strings.ToLower(t.Lang)), strings.TrimSpace(t.Title), strings.TrimSpace(t.Words)
	var c fault.Check
	c.Field(among(t.Kind, AllFormKinds()), "kind", "Choose what the paper is for.")
	c.Field(len(t.Lang) >= 2 && len(t.Lang) <= 12 && strings.Trim(t.Lang, "abcdefghijklmnopqrstuvwxyz-") == "", "lang", "Give the language as a code, such as ru, en or ce.")
	c.Field(t.Title != "", "title", "Give the paper its title in this language.")
	c.Field(strings.Contains(t.Words, "{person}"), "words", "The words must name the person: write {person} where the name belongs.")
	for _, p := range placeholders(t.Words) {
		c.Field(slices.Contains(Placeholders(), p), "words", "There is a word in braces that stands for nothing here.")
	}
	if err := c.Err(); err != nil {
		return err
	}
	return b.within(ctx, func(tx Store) error {
		all, err := texts(ctx, tx)
		if err != nil {
			return err
		}
		have := 0
		for _, x := range all {
			if x.Kind == t.Kind && x.Lang == t.Lang {
				have = x.Version
				if x.Title == t.Title && x.Words == t.Words {
					return nil // the same form once more
				}
			}
		}
		if have != saw {
			return fault.New(fault.Conflict, "Somebody else changed these words meanwhile. Load the page again.")
		}
		t.Version, t.By, t.At = have+1, actor.ID, b.clock.Now()
		if err := tx.AddFormText(ctx, t); err != nil {
			return err
		}
		return tx.Append(ctx, ledger.Entry{Actor: actor.ID, Action: "form.words", Subject: string(t.Kind) + "/" + t.Lang, Detail: struct{ Version int }{t.Version}})
	})
}

// Placeholders lists what may stand in braces in the words of a form.
func Placeholders() []string {
	return []string{"{person}", "{organisation}", "{day}", "{purpose}", "{recipient}", "{data}", "{until}", "{attorney}", "{acts}"}
}

func placeholders(words string) (all []string) {
	for {
		_, rest, ok := strings.Cut(words, "{")
		if !ok {
			return all
		}
		name, after, ok := strings.Cut(rest, "}")
		if !ok {
			return append(all, "{"+rest)
		}
		all, words = append(all, "{"+name+"}"), after
	}
}

// Draw is what a form is drawn up from.
type Draw struct {
	Kind         FormKind
	Party        string
	Lang         string
	Consent      string // of FormConsent
	Attorney     string // of FormAttorney: who may act
	Acts         string // and in what
	Until        clock.Day
	Organisation string
}

// blank is where somebody writes by hand.
const blank = "____________________"

// DrawUp makes a paper for a person from the newest words in their language. The
// words are kept with it: whoever signs it signs these.
func (b *Book) DrawUp(ctx context.Context, actor staff.Actor, id, item string, d Draw) (Saved, error) {
	return b.edit(ctx, actor, id, func(o *open) (Saved, error) {
		all, err := texts(ctx, o.tx)
		if err != nil {
			return Saved{}, err
		}
		at := slices.IndexFunc(all, func(t FormText) bool { return t.Kind == d.Kind && t.Lang == d.Lang })
		party, known := find(o.Parties, d.Party)
		consent, agreed := find(o.Consents, d.Consent)
		var c fault.Check
		c.Field(known, "party", "Choose the person.")
		c.Field(among(d.Kind, AllFormKinds()), "kind", "Choose what the paper is for.")
		c.Field(at >= 0, "lang", "There are no words of this paper in this language. Add them first, or choose another.")
		c.Field(d.Kind != FormConsent || agreed && consent.Content().Party == d.Party, "consent", "Choose the consent of this person that it is to prove.")
		c.Field(d.Kind != FormAttorney || d.Attorney != "", "attorney", "Say who may act for them.")
		c.Field(d.Kind != FormAttorney || d.Acts != "", "acts", "Say what they may do.")
		c.Field(d.Until == "" || ValidDay(d.Until) && d.Until >= o.today(), "until", "Give a day that has not passed, or leave it empty.")
		if err := c.Err(); err != nil {
			return Saved{}, err
		}
		k := consent.Content()
		if d.Kind == FormConsent {
			d.Until = k.Expires
		} else {
			d.Consent = ""
		}
		t := all[at]
		f := Form{Kind: d.Kind, Party: d.Party, Lang: d.Lang, Text: t.Version, Title: t.Title, Consent: d.Consent, Day: o.today(), Expires: d.Until}
		f.Words = fill(t.Words, map[string]string{"{person}": party.Content().Name, "{organisation}": d.Organisation, "{day}": string(f.Day), "{purpose}": purposeIn(k.Purpose, d.Lang), "{recipient}": k.Recipient, "{data}": k.Data,
			"{until}": string(d.Until), "{attorney}": d.Attorney, "{acts}": d.Acts})
		if item == "" {
			item = ids.New(string(KindForm))
		}
		return keepNew(ctx, o, KindForm, item, 0, o.Forms, f)
	})
}

func fill(words string, with map[string]string) string {
	var pairs []string
	for _, k := range sortedKeys(with) {
		v := strings.TrimSpace(with[k])
		if v == "" {
			v = blank
		}
		pairs = append(pairs, k, v)
	}
	return strings.NewReplacer(pairs...).Replace(words) // once through: what a value holds is not read again
}

// Signing is how a paper was signed.
type Signing struct {
	Day     clock.Day
	How     string
	Witness string
	Expires clock.Day
	Name    string // of the file
	Copy    []byte // a picture or PDF of what was signed; may be empty
}

// Sign notes that a person signed a paper, and keeps its copy sealed.
func (b *Book) Sign(ctx context.Context, actor staff.Actor, id, item string, saw int, s Signing) (saved Saved, err error) {
	scan, err := b.keepScan(s.Name, s.Copy)
	if err != nil {
		return saved, err
	}
	saved, err = b.edit(ctx, actor, id, func(o *open) (Saved, error) {
		old, ok := find(o.Forms, item)
		if !ok {
			return Saved{}, fault.Missing()
		}
		f := old.Content()
		var c fault.Check
		c.Field(ValidDay(s.Day) && s.Day >= f.Day && s.Day <= o.today(), "signed", "Give the day of signing: not before the paper was drawn up, and not in the future.")
		c.Field(s.How != "", "how", "Say how they signed: by hand, by a mark, spoken before a witness.")
		c.Field(s.Expires == "" || ValidDay(s.Expires) && s.Expires >= s.Day, "expires", "Give a day that is not before the consent, or leave it empty.")
		c.Field(!scan.Exists() || among(scan.Type, []string{"image/jpeg", "image/png", "image/webp", "application/pdf"}), "copy", "Attach a picture or a PDF.")
		if err := c.Err(); err != nil {
			return Saved{}, err
		}
		if f.Ended != "" {
			return Saved{}, fault.New(fault.Conflict, "This paper was taken back. Draw up a new one.")
		}
		if f.Signed == s.Day && f.How == s.How && f.Copy.SHA256 == scan.SHA256 {
			return Saved{ID: item, Version: old.Saw()}, fault.New(fault.Conflict, "This was kept already.")
		}
		if !scan.Exists() {
			scan = f.Copy
		}
		f.Signed, f.How, f.Witness, f.Copy = s.Day, s.How, s.Witness, scan
		if s.Expires != "" {
			f.Expires = s.Expires
		}
		return o.write(ctx, KindForm, item, saw, old.Saw(), f)
	})
	if err != nil && len(s.Copy) > 0 && scan.ID != "" {
		if drop := b.options.Cabinet.Drop(scan.ID); drop != nil {
			return saved, drop
		}
	}
	return saved, err
}

// EndForm notes that a person took a statement or a power of attorney back. A
// consent is taken back itself, with its paper.
func (b *Book) EndForm(ctx context.Context, actor staff.Actor, id, item, why string) error {
	return b.change(ctx, actor, id, func(o *open) error { // also on a closed case
		s, ok := find(o.Forms, item)
		if !ok {
			return fault.Missing()
		}
		if s.Content().Ended != "" {
			return fault.New(fault.Conflict, "This paper was taken back already.")
		}
		if s.Content().Kind == FormConsent {
			return fault.New(fault.Conflict, "Take the consent itself back: its paper ends with it.")
		}
		return o.endForm(ctx, s, why)
	})
}

func (o *open) endForm(ctx context.Context, s Sheet[Form], why string) error {
	f := s.Content()
	f.Ended, f.Why = o.today(), why
	_, err := o.write(ctx, KindForm, s.ID, s.Saw(), s.Saw(), f)
	return err
}

// Form gives one paper to be printed; the reading is in the ledger.
func (b *Book) Form(ctx context.Context, actor staff.Actor, id, item string) (f Form, err error) {
	err = b.formRead(ctx, actor, id, item, "case.form-printed", &f)
	return f, err
}

// SignedCopy gives the file of a signed paper.
func (b *Book) SignedCopy(ctx context.Context, actor staff.Actor, id, item string) (f Form, raw []byte, err error) {
	if err = b.formRead(ctx, actor, id, item, "case.copy-read", &f); err == nil {
		raw, err = b.readScan(f.Copy)
	}
	return f, raw, err
}

func (b *Book) formRead(ctx context.Context, actor staff.Actor, id, item, action string, f *Form) error {
	if err := actor.Must(staff.Caseworker); err != nil {
		return err
	}
	return b.within(ctx, func(tx Store) error {
		o, err := b.load(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		s, ok := find(o.Forms, item)
		if !ok {
			return fault.Missing()
		}
		*f = s.Content()
		return o.log(ctx, action, detail{KindForm, item, s.Current.Version, false})
	})
}
