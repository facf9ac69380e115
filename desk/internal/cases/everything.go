package cases

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"waylight/desk/internal/safe"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/watch"
	"waylight/internal/clock"
	"waylight/internal/fault"
)

// The format of a full export: docs/formats/cases.md.
const (
	archiveFormat  = "waylight-cases"
	archiveVersion = 1
)

// manifest is the first file of an export: what the others are, and their hashes.
type manifest struct {
	Format  string         `json:"format"`
	Version int            `json:"version"`
	Made    time.Time      `json:"made"`
	Files   []manifestFile `json:"files"`
	Not     []string       `json:"not_included"`
}

type manifestFile struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
	Rows   int    `json:"rows,omitempty"`
}

// The lines of an export.
type (
	memberLine struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	}
	caseLine struct {
		ID       string    `json:"id"`
		Code     string    `json:"code"`
		Opened   clock.Day `json:"opened"`
		Priority Priority  `json:"priority"`
		DecideBy time.Time `json:"decide_by"`
	}
	itemLine struct {
		Safe    string          `json:"safe"` // of a case, a leg or a place
		ID      string          `json:"id"`
		Kind    Kind            `json:"kind"`
		Version int             `json:"version"`
		Base    int             `json:"base"`
		Author  string          `json:"author"`
		At      time.Time       `json:"at"`
		Content json.RawMessage `json:"content"`
	}
	legLine struct {
		ID    string `json:"id"`
		Case  string `json:"case"`
		Stage Stage  `json:"stage"`
	}
	clockLine struct {
		ID    string        `json:"id"`
		Case  string        `json:"case"`
		Due   time.Time     `json:"due"`
		Grace time.Duration `json:"grace_ns"`
		Every time.Duration `json:"every_ns"`
		Pace  watch.Pace    `json:"pace"`
		State watch.State   `json:"state"`
		Alarm time.Time     `json:"alarm"`
		Step  int           `json:"step"`
		Next  time.Time     `json:"next"`
	}
	voiceLine struct {
		Safe    string    `json:"safe"`
		Item    string    `json:"item"`
		Version int       `json:"version"`
		Member  string    `json:"member"`
		Yes     bool      `json:"yes"`
		At      time.Time `json:"at"`
	}
)

// archive is an export in memory.
type archive struct {
	members []memberLine
	cases   []caseLine
	items   []itemLine
	legs    []legLine
	clocks  []clockLine
	voices  []voiceLine
	holds   []holdLine
	rows    map[string][]rowLine // of rooms above, by their part
	files   map[string][]byte    // by the hash of their content
}

// everything gives all cases, legs, places and providers that the actor may open, as a zip
// of JSON lines with a manifest. Each opening is in the ledger.
func (b *Book) everything(ctx context.Context, actor staff.Actor) ([]byte, error) {
	var files, beside []string
	a := archive{files: map[string][]byte{}, rows: map[string][]rowLine{}}
	err := b.reading(ctx, func(tx Store) (err error) {
		if files, err = tx.SafesOf(ctx, "case", actor.ID); err != nil {
			return err
		}
		if beside, err = tx.SafesOf(ctx, "place", actor.ID); err != nil {
			return err
		}
		providers, err := tx.SafesOf(ctx, "provider", actor.ID)
		if err != nil {
			return err
		}
		beside = append(beside, providers...)
		members, err := tx.Members(ctx)
		for _, m := range members {
			a.members = append(a.members, memberLine{m.ID, m.Name})
		}
		return err
	})
	for err == nil && len(files) > 0 {
		n := min(len(files), atOnce)
		err = b.within(ctx, func(tx Store) error {
			for _, id := range files[:n] {
				if err := b.packCase(ctx, tx, actor, id, &a); err != nil && fault.KindOf(err) != fault.NotFound {
					return err
				}
			}
			return nil
		})
		files = files[n:]
	}
	if err == nil {
		err = b.within(ctx, func(tx Store) error {
			for _, id := range beside {
				if err := b.packSafe(ctx, tx, actor, id, &a); err != nil && fault.KindOf(err) != fault.NotFound {
					return err
				}
				kind, _, _ := strings.Cut(id, "_")
				if err := logPlace(ctx, tx, actor, id, kind+".exported", nil); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err != nil {
		return nil, err
	}
	return a.zip(b.clock.Now())
}

func (b *Book) packCase(ctx context.Context, tx Store, actor staff.Actor, id string, a *archive) error {
	o, err := b.load(ctx, tx, actor, id)
	if err != nil {
		return err
	}
	if err := b.packRows(ctx, tx, id, a); err != nil {
		return err
	}
	a.cases = append(a.cases, caseLine{o.ID, o.Pseudonym, o.File.Opened, o.Priority, o.DecideBy.UTC()})
	if err := b.packSafe(ctx, tx, actor, id, a); err != nil {
		return err
	}
	for _, w := range o.CheckIns {
		a.clocks = append(a.clocks, clockLine{w.Clock.ID, id, w.Due.UTC(), w.Grace, w.Every, w.Pace, w.State, w.Alarm.UTC(), w.Step, w.Next.UTC()})
	}
	for _, l := range o.Legs {
		stage, err := tx.StageOf(ctx, l.ID)
		if err != nil {
			return err
		}
		a.legs = append(a.legs, legLine{l.ID, id, stage})
		if err := b.packSafe(ctx, tx, actor, l.ID, a); err != nil {
			return err
		}
	}
	return o.log(ctx, "case.exported", nil)
}

// packSafe opens every edition in a safe, and what a second person said of it.
func (b *Book) packSafe(ctx context.Context, tx Store, actor staff.Actor, id string, a *archive) error {
	s, err := unlock(ctx, tx, actor, id)
	if err != nil {
		return err
	}
	items, err := tx.Items(ctx, id)
	if err != nil {
		return err
	}
	for _, i := range items {
		if i.Kind == KindTally {
			continue // what this Desk's sums hold of the case; the other Desk counts it anew
		}
		plain, err := s.Take(i.label(), i.Sealed)
		if err != nil {
			return fmt.Errorf("cases: a %s: %w", i.Kind, err)
		}
		if plain, err = b.packFiles(i.Kind, plain, a); err != nil {
			return err
		}
		a.items = append(a.items, itemLine{id, i.ID, i.Kind, i.Version, i.Base, i.Author, i.At.UTC(), plain})
	}
	voices, err := tx.VoicesIn(ctx, id)
	for _, v := range voices {
		a.voices = append(a.voices, voiceLine{v.Safe, v.Item, v.Version, v.Member, v.Yes, v.At.UTC()})
	}
	return err
}

// lines writes rows as JSON, one on a line.
func lines[T any](all []T) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	for _, x := range all {
		if err := e.Encode(x); err != nil {
			return nil, err
		}
	}
	return b.Bytes(), nil
}

func (a *archive) zip(now time.Time) ([]byte, error) {
	m := manifest{Format: archiveFormat, Version: archiveVersion, Made: now.UTC(), Not: []string{"conversations", "what became known (exposures)", "alerts", "money beside the case", "the record", "figures", "campaigns", "publications", "the ledger"}}
	var names []string
	parts := map[string][]byte{}
	add := func(name string, rows int, body []byte, err error) error {
		if err != nil {
			return err
		}
		sum := sha256.Sum256(body)
		m.Files = append(m.Files, manifestFile{name, hex.EncodeToString(sum[:]), rows})
		names, parts[name] = append(names, name), body
		return nil
	}
	slices.SortFunc(a.voices, func(x, y voiceLine) int {
		return strings.Compare(fmt.Sprint(x.Safe, x.Item, x.Version, x.Member), fmt.Sprint(y.Safe, y.Item, y.Version, y.Member))
	})
	slices.SortFunc(a.members, func(x, y memberLine) int { return strings.Compare(x.ID, y.ID) })
	slices.SortFunc(a.clocks, func(x, y clockLine) int { return strings.Compare(x.ID, y.ID) })
	slices.SortStableFunc(a.items, func(x, y itemLine) int { return strings.Compare(x.Safe, y.Safe) })
	type part struct {
		name string
		rows int
		make func() ([]byte, error)
	}
	all := []part{
		{"members.jsonl", len(a.members), func() ([]byte, error) { return lines(a.members) }},
		{"cases.jsonl", len(a.cases), func() ([]byte, error) { return lines(a.cases) }},
		{"legs.jsonl", len(a.legs), func() ([]byte, error) { return lines(a.legs) }},
		{"checkins.jsonl", len(a.clocks), func() ([]byte, error) { return lines(a.clocks) }},
		{"items.jsonl", len(a.items), func() ([]byte, error) { return lines(a.items) }},
		{"approvals.jsonl", len(a.voices), func() ([]byte, error) { return lines(a.voices) }},
		{"holds.jsonl", len(a.holds), func() ([]byte, error) { return lines(a.holds) }},
	}
	for _, name := range sortedKeys(a.rows) {
		all = append(all, part{name + ".jsonl", len(a.rows[name]), func() ([]byte, error) { return lines(a.rows[name]) }})
	}
	for _, x := range all {
		body, err := x.make()
		if err := add(x.name, x.rows, body, err); err != nil {
			return nil, err
		}
	}
	for _, sum := range sortedKeys(a.files) {
		if err := add("files/"+sum, 0, a.files[sum], nil); err != nil {
			return nil, err
		}
	}
	head, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return nil, err
	}
	names, parts["manifest.json"] = append([]string{"manifest.json"}, names...), head
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, n := range names {
		w, err := z.CreateHeader(&zip.FileHeader{Name: n, Method: zip.Deflate})
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(parts[n]); err != nil {
			return nil, err
		}
	}
	err = z.Close()
	return out.Bytes(), err
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// grantAll makes a safe under an id that an export gave, for one member.
func grantAll(ctx context.Context, tx Store, id string, m staff.Member) (safe.Safe, error) {
	s, err := safe.Make(ctx, tx, id, m)
	if err != nil {
		return s, err
	}
	return s, cover(ctx, tx, s)
}
