// Package publish is the one gateway for everything that leaves the Desk: pages,
// reports, letters, exports, replies.
//
// Each outgoing text is matched against every protected identity (package guard);
// a hit that no consent lifts stops it, and nobody can approve past it. A page
// becomes public only when two different people have agreed to the very bytes,
// one of whom did not write them; any change voids what was agreed. What is
// public is signed by the organisation and handed to the courier in the same
// transaction. Each version is kept. Do-no-harm advice is advice.
//
// The package refuses a second path out, small cells, contact numbers of its own
// and any word about which identity was hit to people who may not know it. It
// imports the rooms below it on the stairs, guard, bundle, jobs, staff, ledger
// and the ground; rendering is a Press's work.
package publish

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"waylight/desk/internal/campaign"
	"waylight/internal/clock"
	"waylight/internal/fault"
)

// Text is a sentence in the languages of publication.
type Text = campaign.Text

// State is where an edition stands.
type State string

// The states.
const (
	Draft      State = "draft"
	Scheduled  State = "scheduled" // agreed to, and waits for the end of its embargo
	Published  State = "published"
	Superseded State = "superseded" // a newer edition stands in its place; it stays readable
	Removed    State = "removed"    // taken down for safety: nothing of it is public
)

// Edition is one version of a report.
type Edition struct {
	ID        string
	Slug      string // the report's name in addresses: "chechnya-april-2017"
	Number    int    // version, from 1
	State     State
	Report    Report
	Revision  int        // grows with each change
	Digest    string     // of the rendered files, in hex; what is approved
	Authors   []string   // members whose words stand in it, first the one who began
	Approvals []Approval // of any digest; Given counts those of the present one
	Published time.Time
	Serial    uint64 // of the manifest with which it went out
	Why       string // of a removal
}

// Approval is one member's yes to the bytes with this digest.
type Approval struct {
	Member string
	Digest string
	At     time.Time
}

// Need is how many people must agree.
const Need = 2

// Given lists the approvals of the present bytes, one for each member.
func (e Edition) Given() []Approval {
	var out []Approval
	for _, a := range e.Approvals {
		if a.Digest == e.Digest && !slices.ContainsFunc(out, func(o Approval) bool { return o.Member == a.Member }) {
			out = append(out, a)
		}
	}
	return out
}

// Void reports whether somebody agreed to bytes that were changed since.
func (e Edition) Void() bool {
	return slices.ContainsFunc(e.Approvals, func(a Approval) bool { return a.Digest != e.Digest })
}

// Agreed reports whether two people have agreed, one of whom is no author.
func (e Edition) Agreed() bool {
	given := e.Given()
	return len(given) >= Need && slices.ContainsFunc(given, func(a Approval) bool { return !slices.Contains(e.Authors, a.Member) })
}

// MayApprove tells whether a member's yes would help, or why not.
func (e Edition) MayApprove(member string) error {
	given := e.Given()
	switch {
	case e.State != Draft:
		return fault.New(fault.Conflict, "This edition is no draft any more.")
	case slices.ContainsFunc(given, func(a Approval) bool { return a.Member == member }):
		return fault.New(fault.Conflict, "You have agreed to this already. Another person must agree too.")
	case len(given) == Need-1 && slices.Contains(e.Authors, member) && slices.Contains(e.Authors, given[0].Member):
		return fault.New(fault.Denied, "Those who wrote it cannot approve it among themselves. Somebody who did not write must agree.")
	}
	return nil
}

// File is one public file.
type File struct {
	Path string // "report/chechnya-april-2017.v1.en.html"
	Lang string
	Type string
	Body []byte
}

// DigestOf names a set of files by their paths, types and bytes.
func DigestOf(files []File) string {
	sorted := slices.SortedFunc(slices.Values(files), func(a, b File) int { return cmp.Compare(a.Path, b.Path) })
	h := sha256.New()
	for _, f := range sorted {
		sum := sha256.Sum256(f.Body)
		fmt.Fprintf(h, "%s\n%s\n%s\n%x\n", f.Path, f.Lang, f.Type, sum)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Report is the document: what an editor wrote and what is frozen from the record.
type Report struct {
	Title      Text      `json:"title"`
	AsOf       clock.Day `json:"as_of"`
	Historical bool      `json:"historical"` // never to be presented as current
	By         string    `json:"by"`         // the organisation
	Summary    []Text    `json:"summary"`
	Changed    []Text    `json:"changed"` // since the last version
	Figures    []Figure  `json:"figures"`
	Denials    []Denial  `json:"denials"`
	Map        *Map      `json:"map,omitempty"` // where incidents were, blurred; nil: none was chosen
	Board      Board     `json:"board"`
	Reader     []Text    `json:"reader"` // what a reader can do
	Help       []Text    `json:"help"`   // how to get help: the deployment's own channels
	Limits     []Text    `json:"limits"` // what is not known
	// Memorial holds the dead whose families agreed that they are named.
	Memorial []Remembered `json:"memorial,omitempty"`
	// History lists the earlier versions, with what each had changed.
	History  []Version `json:"history,omitempty"`
	Contacts []Text    `json:"contacts,omitempty"` // for the press
	Licence  []Text    `json:"licence,omitempty"`
	// NotBefore is the end of an embargo, RFC 3339 in UTC; empty: none.
	NotBefore string `json:"not_before,omitempty"`
	// Taken is the day on which a name was taken out after it had been published.
	Taken clock.Day `json:"taken_out,omitempty"`
}

// Remembered is one name with the words that the family chose.
type Remembered struct {
	Of    string `json:"of,omitempty"` // the matter whose consent lets the name stand; never public
	Name  string `json:"name"`
	Words Text   `json:"words"`
}

// Version is an earlier version of a report.
type Version struct {
	Number  int       `json:"number"`
	AsOf    clock.Day `json:"as_of"`
	Changed []Text    `json:"changed,omitempty"`
}

// Embargo is the time before which the report may not be public; zero: none.
func (r Report) Embargo() time.Time {
	t, _ := time.Parse(time.RFC3339, r.NotBefore) // Check refuses what is no time
	return t
}

// Figure is a number with its range, frozen.
type Figure struct {
	Key        string    `json:"key"`
	Version    string    `json:"version"`
	Label      Text      `json:"label"`
	Says       Text      `json:"says"` // the range in words
	Low        *int64    `json:"low"`
	Best       *int64    `json:"best"`
	High       *int64    `json:"high"`
	AsOf       clock.Day `json:"as_of"`
	Method     []Text    `json:"method"`
	Sources    []Source  `json:"sources"`
	Denials    []Denial  `json:"denials"`
	Suppressed bool      `json:"suppressed"` // a small cell: no number is shown
	// Despite says why the figure is published although something under its estimate was
	// taken back or came in since; Known is how many such things there were when it was written.
	Despite Text `json:"despite,omitzero"`
	Known   int  `json:"despite_known,omitempty"`
}

// Overtaken reports whether a figure under whose estimate n things changed has no
// reason that knows of all of them.
func (f Figure) Overtaken(n int) bool { return n > 0 && (f.Despite == Text{} || f.Known < n) }

// Source is one claim under a figure by its public name.
type Source struct {
	Name Text   `json:"name"`
	Day  string `json:"day"`
	Says Text   `json:"says"`
	Used bool   `json:"used"`
	Why  Text   `json:"why"`
}

// Denial is a statement beside what contradicts it.
type Denial struct {
	Speaker Text   `json:"speaker"`
	Day     string `json:"day"`
	Words   Text   `json:"words"`
	Quoted  bool   `json:"quoted"`
	Against []Text `json:"against"` // public names of the sources whose claims it contradicts
}

// Board is the public scoreboard, frozen.
type Board struct {
	AsOf    clock.Day  `json:"as_of"`
	Demands []Text     `json:"demands"`
	Rows    []BoardRow `json:"rows"`
}

// BoardRow is one target's line.
type BoardRow struct {
	Target Text        `json:"target"`
	Kind   string      `json:"kind"`
	Count  int         `json:"count"` // how many targets share the line
	Cells  []BoardCell `json:"cells"` // in the order of the demands
	// Places is how many places it offered in public, and Proofs what proves each offer.
	Places int      `json:"places_offered,omitempty"`
	Proofs []string `json:"places_evidence,omitempty"`

	unnamed bool
}

// BoardCell is how one demand stands before one target.
type BoardCell struct {
	State    string    `json:"state"`
	Since    clock.Day `json:"since,omitempty"`
	Evidence string    `json:"evidence,omitempty"`
	Asked    int       `json:"asked"`
	Silence  int       `json:"silence_days"`
}

// FreezeBoard takes the public scoreboard of a campaign as of a day.
func FreezeBoard(f campaign.File, day clock.Day) Board {
	s := f.Score(day, true)
	b := Board{AsOf: day}
	for _, d := range s.Demands {
		b.Demands = append(b.Demands, d.Text)
	}
	for _, t := range s.Targets {
		row := BoardRow{Target: Text{EN: t.Label("en"), RU: t.Label("ru")}, Kind: string(t.Kind), Count: 1}
		offers, n := f.Offered(t.ID, day)
		row.Places = n
		for _, o := range offers {
			row.Proofs = append(row.Proofs, o.Evidence)
		}
		known := n > 0
		for _, d := range s.Demands {
			c := s.Cell(d.ID, t.ID)
			known = known || c.Asks() || c.Best != 0
			row.Cells = append(row.Cells, BoardCell{State: c.Best.String(), Since: c.Since, Evidence: c.Evidence, Asked: c.Asked, Silence: c.Silence})
		}
		if !known {
			continue // on that day nobody had asked it anything, and it had done nothing
		}
		// Those without a name who stand alike share one line.
		if n := len(b.Rows); t.Name == (Text{}) && n > 0 && b.Rows[n-1].unnamed && b.Rows[n-1].Kind == row.Kind && b.Rows[n-1].Places == 0 && row.Places == 0 && slices.Equal(b.Rows[n-1].Cells, row.Cells) {
			last := &b.Rows[n-1]
			last.Count++
			last.Target = together(t.Kind, last.Count)
			continue
		}
		row.unnamed = t.Name == (Text{})
		b.Rows = append(b.Rows, row)
	}
	return b
}

// together names several targets that the report did not name.
func together(k campaign.Kind, n int) Text {
	en := map[campaign.Kind]string{campaign.Government: "governments", campaign.Institution: "institutions", campaign.Official: "officials", campaign.Counterpart: "authorities"}[k]
	ru := map[campaign.Kind][3]string{
		campaign.Government: {"правительство", "правительства", "правительств"}, campaign.Institution: {"учреждение", "учреждения", "учреждений"},
		campaign.Official: {"должностное лицо", "должностных лица", "должностных лиц"}, campaign.Counterpart: {"орган власти", "органа власти", "органов власти"},
	}[k]
	form := ru[2]
	switch {
	case n%100 >= 11 && n%100 <= 14:
	case n%10 == 1:
		form = ru[0]
	case n%10 >= 2 && n%10 <= 4:
		form = ru[1]
	}
	return Text{EN: fmt.Sprintf("%d %s (not named in the report)", n, en), RU: fmt.Sprintf("%d %s (в сообщении не названы)", n, form)}
}

// Paragraph is one piece of an outgoing text with where it stands, for people.
type Paragraph struct {
	Where string // English key: "Summary"
	Lang  string
	Text  string
}

// Paragraphs lists every text of the report, in both languages.
func (r Report) Paragraphs() []Paragraph {
	var out []Paragraph
	add := func(where string, texts ...Text) {
		for _, t := range texts {
			if t.EN != "" {
				out = append(out, Paragraph{where, "en", t.EN})
			}
			if t.RU != "" && t.RU != t.EN {
				out = append(out, Paragraph{where, "ru", t.RU})
			}
		}
	}
	add("Title", r.Title)
	add("Summary", r.Summary...)
	add("What changed", r.Changed...)
	for _, f := range r.Figures {
		add("Figures", f.Label, f.Says, f.Despite)
		add("Figures", f.Method...)
		for _, s := range f.Sources {
			add("Figures", s.Name, s.Says, s.Why)
		}
		for _, d := range f.Denials {
			add("What is denied", d.Speaker, d.Words)
			add("What is denied", d.Against...)
		}
	}
	for _, d := range r.Denials {
		add("What is denied", d.Speaker, d.Words)
		add("What is denied", d.Against...)
	}
	add("Map", r.Map.texts()...)
	add("Demands and answers", r.Board.Demands...)
	for _, row := range r.Board.Rows {
		add("Demands and answers", row.Target)
		for _, c := range row.Cells {
			add("Demands and answers", Text{EN: c.Evidence})
		}
	}
	add("What you can do", r.Reader...)
	add("How to get help", r.Help...)
	add("What is not known", r.Limits...)
	for _, m := range r.Memorial {
		add("Memorial", Text{EN: m.Name}, m.Words)
	}
	for _, v := range r.History {
		add("Earlier versions", v.Changed...)
	}
	add("Contacts for the press", r.Contacts...)
	add("Licence", r.Licence...)
	add("Published by", Text{EN: r.By})
	return out
}

// Check tests a report before it is saved.
func (r Report) Check() error {
	var c fault.Check
	c.Field(r.Title.EN != "" && r.Title.RU != "", "title", "Write the title in both languages.")
	c.Field(len(r.Summary) > 0, "summary", "Write a summary.")
	c.Field(campaign.IsDay(r.AsOf), "as_of", "Write the day as 2017-04-09.")
	for name, texts := range map[string][]Text{"summary": r.Summary, "reader": r.Reader, "help": r.Help, "limits": r.Limits, "changed": r.Changed, "contacts": r.Contacts, "licence": r.Licence} {
		ok := !slices.ContainsFunc(texts, func(t Text) bool { return (t.EN == "") != (t.RU == "") })
		c.Field(ok, name, "Both languages must have the same number of paragraphs.")
	}
	r.Map.check(&c)
	_, err := time.Parse(time.RFC3339, r.NotBefore)
	c.Field(r.NotBefore == "" || err == nil, "embargo", "Write until when nothing may be public, or leave it empty.")
	for i, f := range r.Figures {
		c.Field((f.Despite.EN == "") == (f.Despite.RU == ""), fmt.Sprintf("despite-%d", i), "Write the reason in both languages.")
		c.Field(!f.Suppressed || f.Low == nil && f.Best == nil && f.High == nil, "figures", "A figure that is too small to be shown still carries its number.")
	}
	return c.Err()
}

// Slug makes a report's name for addresses of a scenario's or campaign's name.
func Slug(name string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(name), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	}), "-")
}
