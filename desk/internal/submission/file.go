package submission

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"waylight/desk/internal/campaign"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/record"
	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/fault"
)

// Package is what is handed over: frozen when it was filed.
type Package struct {
	Text string `json:"text"`
	PDF  []byte `json:"pdf"`
}

// File freezes the package after everything was looked at once more: the rules,
// each person's consent as of today, and the leak guard. The second person files;
// whoever changed it last cannot. Nothing is sent.
func (r *Registry) File(ctx context.Context, a staff.Actor, id string, revision int) error {
	if r.Gate == nil || r.Press == nil {
		return fault.New(fault.Conflict, "Nothing can be filed: the gate is not set up.")
	}
	return r.Within(ctx, func(s Store) error {
		d, f, box, err := unlock(ctx, s, a, id)
		if err != nil {
			return err
		}
		p, ok := Find(d.Procedure, d.Edition)
		switch {
		case !ok:
			return fault.New(fault.Conflict, "The rules of this draft are not here any more. Begin a new one.")
		case d.Filed:
			return fault.New(fault.Conflict, "This was filed. What was filed is never changed; begin a new one.")
		case d.Revision != revision:
			return fault.New(fault.Conflict, "Somebody changed this meanwhile. Look at it again.")
		case d.Last == a.ID:
			return fault.New(fault.Denied, "You changed this last. A second person must read it and file it.")
		}
		today := r.Today()
		if stops := Judge(p, f, today).Stops(); len(stops) > 0 {
			return fault.New(fault.Conflict, "It cannot be filed yet: %d points must be mended first. The check lists them.", len(stops))
		}
		text := Compose(p, f, today, r.Sender)
		if err := r.Gate.Pass(ctx, s, campaign.Leaving{ID: id, Actor: a.ID, Class: "body", Parts: Guarded(p, f, today)}); err != nil {
			return err
		}
		pdf, err := r.Press.Letter(sheet(p, f, text, today, r.Sender))
		if err != nil {
			return err
		}
		b, err := json.Marshal(Package{Text: text, PDF: pdf})
		if err != nil {
			return err
		}
		d.Filed, d.FiledAt, d.FiledBy, d.Revision = true, r.Clock.Now(), a.ID, revision+1
		d.Digest, d.Package = Sum(text), box.Put(packageLabel(id), b)
		d.Due = clock.DayOf(d.FiledAt.Add(time.Duration(p.AnswerDays) * 24 * time.Hour))
		if err := s.PutSubmission(ctx, d, revision); err != nil {
			return err
		}
		return s.Append(ctx, ledger.Entry{Actor: a.ID, Action: "submission.filed", Subject: id, Scope: id, Detail: struct{ SHA256 string }{d.Digest}})
	})
}

// Fetch gives the package of a filed submission; that it was taken stands in the ledger.
func (r *Registry) Fetch(ctx context.Context, a staff.Actor, id string) (out Package, err error) {
	err = r.Within(ctx, func(s Store) error {
		d, f, box, err := unlock(ctx, s, a, id)
		if err != nil {
			return err
		}
		if !d.Filed {
			return fault.New(fault.Conflict, "It was not filed yet. Nothing leaves before.")
		}
		if !d.leaves(f, r.Today()) {
			return fault.New(fault.Conflict, "A consent on which this rests has ended since it was filed. The package does not leave any more: ask the person again, or begin a new one without them.")
		}
		plain, err := box.Take(packageLabel(id), d.Package)
		if err != nil {
			return err
		}
		if err := json.Unmarshal(plain, &out); err != nil {
			return err
		}
		if Sum(out.Text) != d.Digest {
			return fault.New(fault.Conflict, "The package is not the one that was filed. Tell the security officer now.")
		}
		return s.Append(ctx, ledger.Entry{Actor: a.ID, Action: "submission.fetched", Subject: id, Scope: id})
	})
	return out, err
}

// Sum is the SHA-256 of a text, in hex.
func Sum(text string) string {
	s := sha256.Sum256([]byte(text))
	return hex.EncodeToString(s[:])
}

// Compose writes the package: the form's elements in their order, then the
// people with what each agreed to. The same form and day give the same text.
func Compose(p Procedure, f Form, today clock.Day, sender string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\nRules of edition %s, composed on %s by %s.\n", p.Title, p.Edition, today, sender)
	for _, e := range p.Elements {
		answer := strings.TrimSpace(f.Answers[e.ID])
		switch {
		case e.Kind == Yes && answer == "yes":
			answer = "Yes."
		case answer == "" && strings.TrimSpace(f.Reasons[e.ID]) != "":
			answer = "Not given, because: " + strings.TrimSpace(f.Reasons[e.ID])
		case answer == "":
			continue
		}
		fmt.Fprintf(&b, "\n%s\n\n%s\n", strings.TrimSpace(e.Number+" "+e.Label), answer)
	}
	if g := strings.TrimSpace(f.Group); g != "" {
		fmt.Fprintf(&b, "\nThe group\n\n%s\n", g)
	}
	for _, person := range f.People {
		fmt.Fprintf(&b, "\nPerson %d\n\nFull name: %s\n", person.Number, person.Name)
		if person.Born != "" {
			fmt.Fprintf(&b, "Born: %s\n", person.Born)
		}
		if person.About != "" {
			fmt.Fprintf(&b, "%s\n", person.About)
		}
		for _, s := range Scopes() {
			fmt.Fprintf(&b, "%s: %s\n", scopeWords[s], map[bool]string{true: "yes", false: "NO"}[person.Agrees(s, today)])
		}
	}
	return b.String()
}

// scopeWords stand in the package, which is in the body's language, not the member's.
var scopeWords = map[Scope]string{
	Send: "Agrees to this submission", Government: "Agrees that the government learns the name", Public: "Agrees to be named in a public report",
}

// Part is one text that the leak guard reads, and where it stands.
type Part struct {
	Element string // "" outside the elements
	Person  int    // 0 outside the people's sheets
	Text    string
}

// Parts are what the leak guard reads: everything but the sheets of the people
// who have agreed to be named to this body. Where their full name stands in
// another text it is theirs too; anything else that the guard knows stops the filing.
func Parts(p Procedure, f Form, today clock.Day) []Part {
	var out []Part
	var agreed []string
	for _, person := range f.People {
		if !slices.ContainsFunc(p.Consents, func(s Scope) bool { return !person.Agrees(s, today) }) {
			agreed = append(agreed, person.Name, fmt.Sprintf("Person %d", person.Number))
			continue
		}
		for _, text := range []string{person.Name, person.Born} {
			out = append(out, Part{Person: person.Number, Text: text})
		}
	}
	mask := strings.NewReplacer(agreed...)
	for _, e := range p.Elements {
		out = append(out, Part{Element: e.ID, Text: mask.Replace(f.Answers[e.ID])}, Part{Element: e.ID, Text: mask.Replace(f.Reasons[e.ID])})
	}
	for _, person := range f.People { // a relative's name needs the relative's own consent
		out = append(out, Part{Person: person.Number, Text: mask.Replace(person.About)})
	}
	return append(out, Part{Text: mask.Replace(f.Group)})
}

// Guarded are the texts of the parts.
func Guarded(p Procedure, f Form, today clock.Day) []string {
	var out []string
	for _, part := range Parts(p, f, today) {
		out = append(out, part.Text)
	}
	return out
}

// sheet is the package as a letter, for the typesetter.
func sheet(p Procedure, f Form, text string, today clock.Day, sender string) campaign.Letter {
	_, rest, _ := strings.Cut(text, "\n\n")
	lang := f.Lang
	if lang != "ru" {
		lang = "en"
	}
	return campaign.Letter{Lang: lang, Addressee: p.Title, Subject: p.Title, Paragraphs: strings.Split(strings.TrimSpace(rest), "\n\n"), Signatory: sender, Day: today}
}

// basisOf reads what the record knows of an incident.
func basisOf(ctx context.Context, s Store, incident string) (b Basis, err error) {
	i, err := s.Incident(ctx, incident)
	if err != nil {
		return b, err
	}
	b = Basis{Title: i.Title, Date: string(i.Span), Place: i.Place, Account: i.Narrative}
	claims, err := s.ClaimsWhere(ctx, record.Where{Incident: incident})
	if err != nil {
		return b, err
	}
	b.Claims, b.MediaOnly = len(claims), len(claims) > 0
	kinds := map[string]record.SourceKind{}
	for _, c := range claims {
		if c.Perpetrator != "" && !slices.Contains(b.Forces, c.Perpetrator) {
			b.Forces = append(b.Forces, c.Perpetrator)
		}
		from, err := s.Source(ctx, c.Source)
		if err != nil {
			return b, err
		}
		kinds[c.Source] = from.Kind
		if from.Kind != record.Media && from.Kind != record.OpenWeb {
			b.MediaOnly = false
		}
	}
	deeds, err := s.Deeds(ctx, incident)
	if err != nil {
		return b, err
	}
	for _, d := range deeds {
		if d.Attribution != "" && !slices.Contains(b.Forces, d.Attribution) {
			b.Forces = append(b.Forces, d.Attribution)
		}
		findings, err := s.FindingsOf(ctx, d.ID)
		if err != nil {
			return b, err
		}
		if n := len(findings); n > 0 && slices.Index(record.Grades(), findings[n-1].Decided) > slices.Index(record.Grades(), record.Grade(b.Grade)) {
			b.Grade = string(findings[n-1].Decided)
		}
	}
	slices.Sort(b.Forces)
	b.Proof = proofs(claims, kinds)
	return b, b.command(ctx, s, incident)
}
