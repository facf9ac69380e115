// Package binder sets the pages of an evidence package: what lies in it, where it
// came from and who had it, in English and Russian, for people who open the file
// on a machine of their own. The pages need no script and no network. It refuses
// to leave anything out: every file, event, claim, finding and opinion of the manifest
// is there. It imports exhibit, evidence, opinion, i18n and page.
package binder

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"time"

	"waylight/desk/internal/evidence"
	"waylight/internal/exhibit"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

//go:embed templates/*.html
var templates embed.FS

//go:embed locale/*.po
var locale embed.FS

//go:embed static/style.css
var style []byte

// Locale is the catalogue of the pages.
func Locale() fs.FS { return locale }

// Templates are the pages, for i18ntest.
func Templates() fs.FS { return templates }

// Binder sets pages.
type Binder struct {
	set *page.Set
	cat *i18n.Catalogue
}

// New makes a binder. The catalogue must hold Locale().
func New(cat *i18n.Catalogue) (*Binder, error) {
	set, err := page.Parse(templates)
	if err != nil {
		return nil, err
	}
	return &Binder{set: set, cat: cat}, nil
}

type view struct {
	i18n.Words
	Name, Purpose, Method, Other, OtherName string
	M                                       exhibit.Manifest
	Files                                   []file
	Opinions                                []expertise
}

type file struct {
	exhibit.File
	Step   string
	Item   exhibit.Item
	Events []event
}

type event struct {
	Number            int
	At, Who           string
	What, Purpose, Of string
}

func names() map[i18n.Lang]string {
	return map[i18n.Lang]string{i18n.English: "index.html", i18n.Russian: "index.ru.html"}
}

// Bind gives the pages and their stylesheet. Opinions are signed editions by their path.
func (b *Binder) Bind(m exhibit.Manifest, opinions map[string][]byte) ([]exhibit.Content, error) {
	var out []exhibit.Content
	for _, l := range []i18n.Lang{i18n.English, i18n.Russian} {
		v, err := newView(b.cat.For(l), m, opinions)
		if err != nil {
			return nil, err
		}
		var w bytes.Buffer
		if err := b.set.Render(&w, "index", v); err != nil {
			return nil, err
		}
		out = append(out, exhibit.Bytes(names()[l], w.Bytes()))
	}
	return append(out, exhibit.Bytes("style.css", style)), nil
}

func newView(w i18n.Words, m exhibit.Manifest, opinions map[string][]byte) (view, error) {
	v := view{Words: w, M: m, Purpose: w.T(PurposeName(evidence.Purpose(m.Purpose))), Method: m.Method[string(w.Lang)], Name: m.Organisation[string(w.Lang)], Other: names()[i18n.Russian], OtherName: "Русский"}
	if w.Lang == i18n.Russian {
		v.Other, v.OtherName = names()[i18n.English], "English"
	}
	if v.Name == "" {
		v.Name = m.Organisation["en"]
	}
	for _, f := range m.Files {
		x := file{File: f, Step: w.T(StepName(evidence.Step(f.Step)))}
		for _, i := range m.Items {
			if i.ID == f.Item {
				x.Item = i
			}
		}
		for _, e := range m.Custody {
			if e.File != f.ID {
				continue
			}
			var r struct {
				At            time.Time
				Actor, Action string
				Detail        exhibit.Detail
			}
			if err := json.Unmarshal(e.Record, &r); err != nil {
				return v, fmt.Errorf("binder: a custody event cannot be read: %w", err)
			}
			x.Events = append(x.Events, event{e.Number, r.At.Format("2006-01-02 15:04:05 MST"), r.Actor, w.T(ActionName(r.Action)), w.T(PurposeName(evidence.Purpose(r.Detail.Purpose))), r.Detail.Of})
		}
		v.Files = append(v.Files, x)
	}
	for _, o := range m.Opinions {
		x, err := newExpertise(w, o, opinions[o.Path])
		if err != nil {
			return v, err
		}
		v.Opinions = append(v.Opinions, x)
	}
	return v, nil
}

// Method is the statement of method, by language.
func (b *Binder) Method() map[string]string {
	out := map[string]string{}
	for _, l := range []i18n.Lang{i18n.English, i18n.Russian} {
		out[string(l)] = b.cat.For(l).T("Each file was hashed with SHA-256 while it was received, and sealed. It was not changed since; whatever was made from it is a file of its own that says so. Everything that was done with a file is an entry of an append-only ledger, numbered, each naming the one before it. Staff appear under opaque numbers for their safety; the organisation knows who they are. Claims are what sources said; findings are what members of the organisation concluded, with their reasons; where a second person agreed, it says so.")
	}
	return out
}

// ActionName is a custody event in words, to be translated.
func ActionName(action string) string {
	switch action {
	case "evidence.received":
		return i18n.Key("received")
	case "evidence.derived":
		return i18n.Key("made from another file")
	case "evidence.viewed":
		return i18n.Key("looked at")
	case "evidence.copied":
		return i18n.Key("copied")
	case "evidence.exported":
		return i18n.Key("put into a package")
	case "evidence.rehashed":
		return i18n.Key("hashed again: unchanged")
	case "evidence.altered":
		return i18n.Key("found altered or missing")
	case "evidence.stamped":
		return i18n.Key("time-stamped")
	}
	return i18n.Key("destroyed entry")
}

// PurposeName is a purpose in words, to be translated.
func PurposeName(p evidence.Purpose) string {
	switch p {
	case evidence.Examine:
		return i18n.Key("to examine it")
	case evidence.Describe:
		return i18n.Key("to describe it")
	case evidence.Redact:
		return i18n.Key("to make a redacted copy")
	case evidence.Court:
		return i18n.Key("for a court")
	case evidence.Inquiry:
		return i18n.Key("for an inquiry")
	case evidence.Family:
		return i18n.Key("for the family")
	case evidence.Safety:
		return i18n.Key("for somebody's safety")
	}
	return ""
}

// StepName says how a file was made, to be translated.
func StepName(s evidence.Step) string {
	switch s {
	case evidence.Redaction:
		return i18n.Key("Redaction")
	case evidence.Transcript:
		return i18n.Key("Transcript")
	case evidence.Translation:
		return i18n.Key("Translation")
	case evidence.Frame:
		return i18n.Key("Picture out of a film")
	case evidence.Excerpt:
		return i18n.Key("Excerpt")
	case evidence.Body:
		return i18n.Key("Page as it was received")
	case evidence.Heads:
		return i18n.Key("Heads and certificates of the answer")
	case evidence.Drawn:
		return i18n.Key("Page as a browser drew it")
	case evidence.Whole:
		return i18n.Key("Page with its parts in one file")
	}
	return ""
}
