package cases

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"filippo.io/age"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/watch"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Arrived is what came in with a package of another Desk.
type Arrived struct {
	Cases, Items, Places, Files int
}

// arrival is a package, opened and checked, and not kept yet.
type arrival struct {
	archive
	files map[string][]byte // every part by its name
	kept  []string          // files of the vault, to be dropped when it fails
}

// maxArrival is what a package may unfold to.
const maxArrival = 512 << 20

// Arrive takes in everything that a Desk gave for moving away, sealed to the key
// that is named, or as the bare package. The cases become the actor's, with every
// edition, author and time as it was. All or nothing; a case that is here already
// is refused.
func (b *Book) Arrive(ctx context.Context, actor staff.Actor, sealed []byte, identity string) (out Arrived, err error) {
	if err := actor.Must(staff.Caseworker); err != nil {
		return out, err
	}
	plain, err := unwrap(sealed, identity)
	if err != nil {
		return out, err
	}
	a, err := readArchive(plain)
	if err != nil {
		return out, err
	}
	err = b.within(ctx, func(tx Store) error { return b.arrive(ctx, tx, actor, a, &out) })
	if err != nil && b.options.Cabinet != nil {
		for _, id := range a.kept {
			err = errors.Join(err, b.options.Cabinet.Drop(id))
		}
	}
	if err == nil {
		b.finder.changed(actor.ID)
	}
	return out, err
}

func unwrap(sealed []byte, identity string) ([]byte, error) {
	if len(sealed) == 0 {
		return nil, fault.Bad("file", "Choose the file.")
	}
	if bytes.HasPrefix(sealed, []byte("PK\x03\x04")) {
		return sealed, nil
	}
	keys, err := age.ParseIdentities(strings.NewReader(identity))
	if err != nil || len(keys) == 0 {
		return nil, fault.Bad("identity", "Paste the secret key to which it was sealed: the line that begins with AGE-SECRET-KEY.")
	}
	r, err := age.Decrypt(bytes.NewReader(sealed), keys...)
	if err != nil {
		return nil, fault.Bad("identity", "This key does not open the file, or the file is no age file.")
	}
	plain, err := io.ReadAll(io.LimitReader(r, maxArrival+1))
	if err != nil || len(plain) > maxArrival {
		return nil, fault.Bad("file", "The file is damaged or was cut off. Nothing was kept.")
	}
	return plain, nil
}

func readArchive(raw []byte) (*arrival, error) {
	broken := fault.Bad("file", "This is no package of cases, or it is damaged. Nothing was kept.")
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return nil, broken
	}
	a := &arrival{files: map[string][]byte{}}
	left := int64(maxArrival)
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			return nil, broken
		}
		body, err := io.ReadAll(io.LimitReader(r, left+1))
		r.Close()
		if left -= int64(len(body)); err != nil || left < 0 {
			return nil, broken
		}
		if _, twice := a.files[f.Name]; twice {
			return nil, broken
		}
		a.files[f.Name] = body
	}
	var m manifest
	if json.Unmarshal(a.files["manifest.json"], &m) != nil || m.Format != archiveFormat {
		return nil, broken
	}
	if m.Version != archiveVersion {
		return nil, fault.Bad("file", "This package is of a newer version than this Desk knows. Bring this Desk up to date first.")
	}
	for _, f := range m.Files {
		if body, ok := a.files[f.Name]; !ok || hexed(sha256.Sum256(body)) != f.SHA256 {
			return nil, fault.Bad("file", "A part of the package is missing or was altered. Nothing was kept.")
		}
	}
	if len(a.files) != len(m.Files)+1 {
		return nil, broken
	}
	if rows("members.jsonl", a, &a.members) != nil || rows("cases.jsonl", a, &a.cases) != nil || rows("legs.jsonl", a, &a.legs) != nil ||
		rows("checkins.jsonl", a, &a.clocks) != nil || rows("items.jsonl", a, &a.items) != nil || rows("approvals.jsonl", a, &a.voices) != nil || rows("holds.jsonl", a, &a.archive.holds) != nil {
		return nil, broken
	}
	return a, nil
}

func rows[T any](name string, a *arrival, to *[]T) error {
	d := json.NewDecoder(bytes.NewReader(a.files[name]))
	for {
		var x T
		if err := d.Decode(&x); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		*to = append(*to, x)
	}
}

func (b *Book) arrive(ctx context.Context, tx Store, actor staff.Actor, a *arrival, out *Arrived) error {
	if err := strangers(ctx, tx, a); err != nil {
		return err
	}
	kinds := map[string]string{} // of every safe that is made: case, leg or place
	for _, c := range a.cases {
		if !ids.Valid("case", c.ID) || !pseudonymous(c.Code) || !ValidDay(c.Opened) || !among(c.Priority, AllPriorities()) {
			return fault.Bad("file", "A case of the package has no proper id or code. Nothing was kept.")
		}
		f := File{ID: c.ID, Pseudonym: c.Code, State: Received, Priority: c.Priority, DecideBy: c.DecideBy, Opened: c.Opened}
		if err := tx.AddFile(ctx, f); fault.KindOf(err) == fault.Conflict {
			return fault.New(fault.Conflict, "A case of the package is here already, by its id or its code. Nothing was kept.")
		} else if err != nil {
			return err
		}
		if err := tx.WatchTerm(ctx, c.ID, "pseudonym", c.Code); err != nil {
			return err
		}
		kinds[c.ID] = "case"
		out.Cases++
	}
	for _, l := range a.legs {
		if !ids.Valid("leg", l.ID) || kinds[l.Case] != "case" || !among(l.Stage, []Stage{StageAhead, StageOut, StageOver}) {
			return fault.Bad("file", "A leg of the package belongs to no case in it. Nothing was kept.")
		}
		if err := tx.AddLeg(ctx, l.ID, l.Case); err != nil {
			return err
		}
		if err := tx.SetStage(ctx, l.ID, l.Stage); err != nil {
			return err
		}
		kinds[l.ID] = "leg"
	}
	for _, w := range a.clocks {
		if !ids.Valid("checkin", w.ID) || kinds[w.Case] != "case" {
			return fault.Bad("file", "A check-in of the package belongs to no case in it. Nothing was kept.")
		}
		// There is no conversation here, so no sign comes through a mailbox.
		k := watch.Clock{ID: w.ID, Case: w.Case, Due: w.Due, Grace: w.Grace, Every: w.Every, Pace: w.Pace, State: w.State, Alarm: w.Alarm, Step: w.Step, Next: w.Next}
		if err := tx.AddWatch(ctx, k); err != nil {
			return err
		}
	}
	if err := b.arriveItems(ctx, tx, actor, a, kinds, out); err != nil {
		return err
	}
	if err := b.arriveRows(ctx, tx, a, kinds); err != nil {
		return err
	}
	for _, v := range a.voices {
		if kinds[v.Safe] == "" {
			continue
		}
		if err := tx.PutVoice(ctx, Voice(v)); err != nil {
			return err
		}
	}
	for _, c := range a.cases {
		o, err := b.load(ctx, tx, actor, c.ID)
		if err != nil {
			return err
		}
		if err := o.askAgain(ctx); err != nil {
			return err
		}
		if err := o.derive(ctx); err != nil {
			return err
		}
		if err := o.log(ctx, "case.arrived", nil); err != nil {
			return err
		}
	}
	return tx.Append(ctx, ledger.Entry{Actor: actor.ID, Action: "cases.arrived", Detail: *out})
}

// strangers notes the names of those who worked on the other Desk, as people who left.
func strangers(ctx context.Context, tx Store, a *arrival) error {
	for _, m := range a.members {
		if !ids.Valid("member", m.ID) {
			return fault.Bad("file", "A member of the package has no proper id. Nothing was kept.")
		}
		if _, err := tx.Member(ctx, m.ID); fault.KindOf(err) != fault.NotFound {
			if err != nil {
				return err
			}
			continue
		}
		if err := tx.PutMember(ctx, staff.Member{ID: m.ID, Name: m.Name}); err != nil {
			return err
		}
	}
	return nil
}

func (b *Book) arriveItems(ctx context.Context, tx Store, actor staff.Actor, a *arrival, kinds map[string]string, out *Arrived) error {
	safes := map[string]bool{}
	have := map[string]int{}
	here := map[string]map[string][]byte{} // what lies in a shared safe already
	for _, i := range a.items {
		for _, kind := range []string{"place", "provider"} {
			if kinds[i.Safe] == "" && ids.Valid(kind, i.Safe) {
				kinds[i.Safe] = kind
				out.Places += map[string]int{"place": 1}[kind]
			}
		}
		key := i.Safe + "/" + i.ID
		if kinds[i.Safe] == "" || i.ID == "" || i.Version != have[key]+1 || i.Base < 0 || i.Base >= i.Version {
			return fault.Bad("file", "The editions of the package do not follow one another. Nothing was kept.")
		}
		have[key]++
		shared := kinds[i.Safe] == "place" || kinds[i.Safe] == "provider"
		if shared && !safes[i.Safe] {
			safes[i.Safe] = true
			var err error
			if here[i.Safe], err = sharedSafe(ctx, tx, actor, i.Safe); err != nil {
				return err
			}
		}
		if i.Kind == KindTally {
			continue // of a package from before it stayed where it was counted
		}
		if old, ok := here[i.Safe][i.item().label()]; ok {
			if !sameThere(old, i.Content) {
				return fault.New(fault.Conflict, "A place or provider of the package is here already and was changed since. Nothing was kept: put in the package that was made first, and write the change there by hand.")
			}
			continue // a colleague's package brought it
		}
		if !safes[i.Safe] {
			safes[i.Safe] = true
			if grants, err := tx.Grants(ctx, i.Safe); err != nil || len(grants) > 0 {
				return errors.Join(err, fault.New(fault.Conflict, "A leg of the package is here already. Nothing was kept."))
			}
			if _, err := grantAll(ctx, tx, i.Safe, actor.Member); err != nil {
				return err
			}
		}
		if err := b.arriveItem(ctx, tx, actor, a, i); err != nil {
			return err
		}
		out.Items++
	}
	for id, kind := range kinds { // one in which nothing lies yet
		if kind == "provider" {
			if err := ShowFolder[Provider](ctx, tx, actor, KindProvider, id, staff.Caseworker); err != nil {
				return err
			}
		}
		if safes[id] || kind == "place" || kind == "provider" {
			continue
		}
		if _, err := grantAll(ctx, tx, id, actor.Member); err != nil {
			return err
		}
	}
	out.Files = len(a.kept)
	return nil
}

func (b *Book) arriveItem(ctx context.Context, tx Store, actor staff.Actor, a *arrival, l itemLine) error {
	s, err := unlock(ctx, tx, actor, l.Safe)
	if err != nil {
		return err
	}
	plain, err := b.unpackFiles(l.Kind, l.Content, a)
	if err != nil {
		return err
	}
	i := l.item()
	content, err := known(l.Kind, plain)
	if err != nil {
		return fault.Bad("file", "An edition of the package has another form than this Desk knows. Nothing was kept.")
	}
	if err := protect(ctx, tx, i, content); err != nil {
		return err
	}
	if annex := b.annex(l.Kind); annex != nil {
		found, err := annex.Secrets(l.Kind, plain)
		if err != nil {
			return fault.Bad("file", "An edition of the package has another form than this Desk knows. Nothing was kept.")
		}
		for _, x := range found {
			if err := tx.WatchTerm(ctx, i.Safe+"/"+i.ID, x.Kind, x.Term); err != nil {
				return err
			}
		}
	}
	if c, ok := content.(CheckIn); ok {
		if err := putPhrases(ctx, tx, l.ID, c); err != nil {
			return err
		}
	}
	i.Sealed = s.Put(i.label(), plain)
	return tx.AddItem(ctx, i)
}

// item is the edition, not sealed yet.
func (l itemLine) item() Item {
	return Item{Safe: l.Safe, ID: l.ID, Kind: l.Kind, Version: l.Version, Base: l.Base, Author: l.Author, At: l.At}
}

// known reads the content of an item for the leak guard, which must know what its
// kind is where it tells who or where somebody is; of the others it takes the texts.
func known(k Kind, plain []byte) (any, error) {
	switch k {
	case KindParty:
		return typed[Party](plain)
	case KindCheckIn:
		return typed[CheckIn](plain)
	case KindPlace:
		return typed[Place](plain)
	case KindPaper:
		return typed[Paper](plain)
	case KindProvider:
		return typed[Provider](plain)
	}
	if !json.Valid(plain) {
		return nil, errors.New("cases: not JSON")
	}
	return json.RawMessage(plain), nil
}

func typed[T any](plain []byte) (any, error) {
	var v T
	err := json.Unmarshal(plain, &v)
	return v, err
}

// askAgain asks for what had not been agreed to when the package was made.
func (o *open) askAgain(ctx context.Context) error {
	if o.Plan.Exists() && !o.PlanGo.Given() {
		e := o.Plan.Current
		if err := ask(ctx, o.tx, Ask{Safe: o.ID, Item: "plan", Version: e.Version, Kind: "plan", By: e.Author, At: e.At}); err != nil {
			return err
		}
	}
	for _, c := range o.Costs {
		if e := c.Current; c.Needs && !c.Approval.Given() {
			if err := ask(ctx, o.tx, Ask{Safe: o.ID, Item: c.ID, Version: e.Version, Kind: "cost", By: e.Author, At: e.At}); err != nil {
				return err
			}
		}
	}
	for _, l := range o.Legs {
		if e := l.Sheet.Current; l.State == LegPlanned {
			if err := ask(ctx, o.tx, Ask{Safe: l.ID, Item: l.ID, Version: e.Version, Kind: "leg", By: e.Author, At: e.At}); err != nil {
				return err
			}
		}
	}
	return nil
}

// pseudonymous reports whether a code has the form of NewPseudonym.
func pseudonymous(code string) bool {
	return len(code) == 7 && strings.Trim(code[:2], letters) == "" && code[2] == '-' && strings.Trim(code[3:], "0123456789") == ""
}
