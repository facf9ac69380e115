package evidence

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/record"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/vault"
	"waylight/internal/bundle"
	"waylight/internal/exhibit"
	"waylight/internal/fault"
	"waylight/internal/ids"
	"waylight/internal/stamp"
)

// Package is an evidence package that somebody prepares for a court, an inquiry
// or a family. A second person must agree before it leaves.
type Package struct {
	ID         string
	Purpose    Purpose // Court, Inquiry or Family
	Files      []string
	Opinions   []Enclosed
	By         string
	At         time.Time
	ApprovedBy string
	ApprovedAt time.Time
}

// PackagePurposes are those for which a package may be made.
func PackagePurposes() []Purpose { return []Purpose{Court, Inquiry, Family} }

// Packages keeps packages.
type Packages interface {
	AddPackage(ctx context.Context, p Package) error
	Package(ctx context.Context, id string) (Package, error)
	Packages(ctx context.Context) ([]Package, error) // newest first
	ApprovePackage(ctx context.Context, id, by string, at time.Time) error
}

// Gate is the one way out: it refuses a text that gives somebody away.
type Gate interface {
	PassPackage(ctx context.Context, tx Store, actor, id string, paragraphs []string) error
	// LookPackage says what the guard finds in texts out of a package's files.
	LookPackage(ctx context.Context, tx Store, by staff.Actor, id string, paragraphs []string) ([]Hit, error)
	// DecidePackage lets one term stand in a package: another person, or one who is meant to be in it.
	DecidePackage(ctx context.Context, by staff.Actor, id string, term int64, reason string) error
}

// Binder sets the pages of a package for people to read.
type Binder interface {
	// Opinions are signed editions, by the path of their entry.
	Bind(m exhibit.Manifest, opinions map[string][]byte) ([]exhibit.Content, error)
	// Method is the statement of how the organisation works, by language.
	Method() map[string]string
}

// Issuer is who signs packages.
type Issuer struct {
	Signer      bundle.Signer
	Names       map[string]string
	Binder      Binder
	Authorities []byte // PEM of the roots that the Desk trusts for time stamps
}

// Prepare notes that files shall leave, and for what, with the newest signed editions of
// opinions. Nothing leaves yet.
func (l *Locker) Prepare(ctx context.Context, by staff.Actor, why Purpose, files []string, opinions ...string) (p Package, err error) {
	if err := by.Must(staff.Documenter); err != nil {
		return p, err
	}
	var k fault.Check
	k.Field(slices.Contains(PackagePurposes(), why), "purpose", "Choose who the package is for.")
	k.Field(len(files) > 0, "files", "Choose at least one file.")
	if err := k.Err(); err != nil {
		return p, err
	}
	slices.Sort(files)
	p = Package{ID: ids.New("package"), Purpose: why, Files: slices.Compact(files), By: by.ID, At: l.Clock.Now()}
	return p, l.Within(ctx, func(tx Store) error {
		for _, id := range p.Files {
			f, err := tx.Evidence(ctx, id)
			if err != nil {
				return err
			}
			if _, ok, err := facts(ctx, tx, by, f); err != nil || !ok {
				return orMissing(err)
			}
			if err := agreed(ctx, tx, f); err != nil {
				return err
			}
		}
		if p.Opinions, err = l.enclosed(ctx, tx, opinions); err != nil {
			return err
		}
		if err := tx.AddPackage(ctx, p); err != nil {
			return err
		}
		return tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "package.prepared", Subject: p.ID, Detail: struct {
			Purpose Purpose
			Files   []string
		}{why, p.Files}})
	})
}

func orMissing(err error) error {
	if err != nil {
		return err
	}
	return fault.Missing()
}

// agreed refuses what a person gave us without a consent that is written down.
func agreed(ctx context.Context, tx Store, f File) error {
	i, err := tx.RecordItem(ctx, f.Item)
	if err != nil {
		return err
	}
	if i.Safe != "" && i.Consent == "" {
		return fault.New(fault.Conflict, "A person gave us one of these files, and no consent is written down with the item. It does not leave.")
	}
	return nil
}

// Approve is the second person's yes. Sure says that they looked at every file
// and that the consents cover this reader.
func (l *Locker) Approve(ctx context.Context, by staff.Actor, id string, sure bool) error {
	if err := by.Must(staff.Documenter, staff.Security); err != nil {
		return err
	}
	if !sure {
		return fault.Bad("sure", "Look at every file first, and say that you did.")
	}
	return l.Within(ctx, func(tx Store) error {
		p, err := tx.Package(ctx, id)
		if err != nil {
			return err
		}
		if p.By == by.ID {
			return fault.New(fault.Denied, "Two people must agree. Ask a colleague who did not prepare it.")
		}
		if p.ApprovedBy != "" {
			return fault.New(fault.Conflict, "Somebody agreed already.")
		}
		if err := tx.ApprovePackage(ctx, id, by.ID, l.Clock.Now()); err != nil {
			return err
		}
		return tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "package.approved", Subject: id})
	})
}

// PackageList gives the packages.
func (l *Locker) PackageList(ctx context.Context, by staff.Actor) (out []Package, err error) {
	if err := by.Must(staff.Documenter, staff.Security); err != nil {
		return nil, err
	}
	return out, l.Reading(ctx, func(tx Store) error {
		out, err = tx.Packages(ctx)
		return err
	})
}

// PackagePage gives a package with what may be known of its files.
func (l *Locker) PackagePage(ctx context.Context, by staff.Actor, id string) (p Package, files []Opened, err error) {
	if err := by.Must(staff.Documenter, staff.Security); err != nil {
		return p, nil, err
	}
	return p, files, l.Within(ctx, func(tx Store) error {
		if p, err = tx.Package(ctx, id); err != nil {
			return err
		}
		files = nil
		for _, id := range p.Files {
			f, err := tx.Evidence(ctx, id)
			if err != nil {
				return err
			}
			o, err := opened(ctx, tx, by, f)
			if err != nil {
				return err
			}
			files = append(files, o)
		}
		for i := range p.Opinions {
			_, err := tx.Grant(ctx, p.Opinions[i].ID, by.ID)
			if err != nil && fault.KindOf(err) != fault.NotFound {
				return err
			}
			p.Opinions[i].Open = err == nil
		}
		return tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "package.described", Subject: id})
	})
}

// Bound is a package that is ready to be written.
type Bound struct {
	Name     string
	manifest exhibit.Manifest
	contents []exhibit.Content
	signer   bundle.Signer
}

// Write writes the package. What was altered in the vault meanwhile stops it.
func (b *Bound) Write(w io.Writer) error {
	return exhibit.Write(w, b.signer, b.manifest, b.contents)
}

// Export gathers an approved package: each file's export is a custody event, the
// words pass the gate, and the ledger is signed as it stands, in one transaction.
func (l *Locker) Export(ctx context.Context, by staff.Actor, id string, from Issuer) (b *Bound, err error) {
	if err := by.Must(staff.Documenter); err != nil {
		return nil, err
	}
	ready := func(tx Store) (p Package, err error) {
		if p, err = tx.Package(ctx, id); err == nil && p.ApprovedBy == "" {
			err = fault.New(fault.Conflict, "A second person must agree before it leaves.")
		}
		return p, err
	}
	if err := l.Reading(ctx, func(tx Store) error { _, err := ready(tx); return err }); err != nil {
		return nil, err
	}
	// Files are looked through before the transaction: it may take minutes, and nobody waits for the database meanwhile.
	found, err := l.inspect(ctx, by, id)
	if err != nil {
		return nil, err
	}
	return b, l.Within(ctx, func(tx Store) error {
		p, err := ready(tx)
		if err != nil {
			return err
		}
		if err := l.passFiles(ctx, tx, by, p, found); err != nil {
			return err
		}
		g := gathering{l: l, tx: tx, by: by, m: exhibit.Manifest{Organisation: from.Names, Made: l.Clock.Now().UTC(), Purpose: string(p.Purpose), Method: from.Binder.Method()}}
		for _, file := range p.Files {
			if err := g.file(ctx, file, p.Purpose); err != nil {
				return err
			}
		}
		if err := g.finish(ctx); err != nil {
			return err
		}
		if err := g.opinions(ctx, p); err != nil {
			return err
		}
		if err := l.Gate.PassPackage(ctx, tx, by.ID, p.ID, g.words); err != nil {
			return err
		}
		if err := tx.Append(ctx, ledger.Entry{Actor: by.ID, Action: "package.exported", Subject: p.ID}); err != nil {
			return err
		}
		if err := g.custody(ctx); err != nil {
			return err
		}
		pages, err := from.Binder.Bind(g.m, g.signed)
		if err != nil {
			return err
		}
		if len(g.m.Stamps) > 0 && len(from.Authorities) > 0 {
			pages = append(pages, exhibit.Bytes("authorities.pem", from.Authorities))
		}
		b = &Bound{Name: "evidence-" + strings.TrimPrefix(p.ID, "package_") + ".zip", manifest: g.m, contents: append(pages, g.contents...), signer: from.Signer}
		return nil
	})
}

type gathering struct {
	l        *Locker
	tx       Store
	by       staff.Actor
	m        exhibit.Manifest
	contents []exhibit.Content
	words    []string
	items    []record.Item
	files    []File
	signed   map[string][]byte // editions of opinions, by path
}

func (g *gathering) file(ctx context.Context, id string, why Purpose) error {
	f, err := g.tx.Evidence(ctx, id)
	if err != nil {
		return err
	}
	x, ok, err := facts(ctx, g.tx, g.by, f)
	if err != nil || !ok {
		return orMissing(err)
	}
	if err := agreed(ctx, g.tx, f); err != nil {
		return err
	}
	b, err := g.tx.Blob(ctx, f.Blob)
	if err != nil {
		return err
	}
	if err := note(ctx, g.tx, g.by.ID, f, "evidence.exported", exhibit.Detail{Purpose: string(why)}); err != nil {
		return err
	}
	path := "files/" + f.ID + Extension(x.Type)
	open := func() (io.ReadCloser, error) {
		return g.l.Vault.Open(vault.Blob{ID: b.ID, Key: x.Key, Size: x.Size, Sums: b.Sums})
	}
	g.m.Files = append(g.m.Files, exhibit.File{ID: f.ID, Item: f.Item, Path: path, Type: x.Type, Size: x.Size, SHA256: x.SHA256, Salt: x.Salt, Received: f.At.UTC(),
		Description: x.Description, DerivedFrom: f.From, Step: string(f.Step)})
	g.contents, g.files = append(g.contents, exhibit.Content{Path: path, Open: open}), append(g.files, f)
	g.words = append(g.words, x.Description)
	if !slices.ContainsFunc(g.items, func(i record.Item) bool { return i.ID == f.Item }) {
		i, err := g.tx.RecordItem(ctx, f.Item)
		if err != nil {
			return err
		}
		g.items = append(g.items, i)
	}
	return nil
}

// finish adds items, claims, findings and stamps.
func (g *gathering) finish(ctx context.Context) error {
	acts := map[string]bool{}
	for _, i := range g.items {
		if err := g.item(ctx, i, acts); err != nil {
			return err
		}
	}
	for act := range acts {
		if err := g.findings(ctx, act); err != nil {
			return err
		}
	}
	slices.SortFunc(g.m.Findings, func(a, b exhibit.Judged) int { return strings.Compare(a.Act+a.Reasoning, b.Act+b.Reasoning) })
	return g.stamps(ctx)
}

func (g *gathering) item(ctx context.Context, i record.Item, acts map[string]bool) error {
	s, err := g.tx.Source(ctx, i.Source)
	if err != nil {
		return err
	}
	title := i.Title
	if i.Safe != "" {
		title = "" // it may carry a pseudonym
	}
	g.m.Items = append(g.m.Items, exhibit.Item{ID: i.ID, Title: title, Source: s.Public(), Material: string(i.Material), Dated: string(i.Dated), Received: i.Received.UTC(), How: i.How, Consent: i.Consent})
	g.words = append(g.words, title, i.How, i.Consent)
	claims, err := g.tx.ClaimsWhere(ctx, record.Where{Item: i.ID})
	if err != nil {
		return err
	}
	weighed, err := record.Weigh(ctx, g.tx, claims)
	if err != nil {
		return err
	}
	for _, w := range weighed {
		says := string(w.Status)
		if w.Counts {
			says = fmt.Sprintf("%s: %s %d %s", w.Status, w.Bound.Word, w.Bound.Value, w.Unit)
		}
		// Words that lie in a safe stay there: the file itself is what the court gets.
		g.m.Claims = append(g.m.Claims, exhibit.Claim{ID: w.ID, Item: i.ID, Says: says, Verbatim: w.Verbatim, Translation: w.Translation, Asserted: string(w.Asserted),
			Hand: string(w.Hand), Locator: w.Locator, Standing: string(w.Judgement().Standing)})
		g.words = append(g.words, says, w.Verbatim, w.Translation, w.Locator)
		if w.Incident != "" && w.Act != "" {
			acts[w.Incident+"/"+string(w.Act)] = true
		}
	}
	return nil
}

func (g *gathering) findings(ctx context.Context, act string) error {
	incident, kind, _ := strings.Cut(act, "/")
	deeds, err := g.tx.Deeds(ctx, incident)
	if err != nil {
		return err
	}
	for _, d := range deeds {
		if string(d.Act) != kind {
			continue
		}
		all, err := g.tx.FindingsOf(ctx, d.ID)
		if err != nil {
			return err
		}
		if len(all) == 0 {
			continue
		}
		f := all[len(all)-1]
		g.m.Findings = append(g.m.Findings, exhibit.Judged{Act: kind, Grade: f.Decided.Label(), Standard: string(f.Standard), Reasoning: f.Reasoning, Reviewed: f.Reviewed()})
		g.words = append(g.words, f.Reasoning)
	}
	return nil
}

func (g *gathering) stamps(ctx context.Context) error {
	at := map[string]int{}
	for _, f := range g.files {
		batches, err := g.tx.BatchesOf(ctx, f.ID)
		if err != nil {
			return err
		}
		for _, b := range batches {
			tree, err := stamp.NewBatch(b.Commits)
			if err != nil {
				return err
			}
			k, seen := at[b.ID]
			if !seen {
				root, err := tree.Root()
				if err != nil {
					return err
				}
				k = len(g.m.Stamps)
				at[b.ID] = k
				g.m.Stamps = append(g.m.Stamps, exhibit.Stamped{Token: b.Token, Size: tree.Size, Root: root})
			}
			index := int64(slices.Index(b.Files, f.ID))
			proof, err := tree.Proof(index)
			if err != nil {
				return err
			}
			g.m.Stamps[k].Members = append(g.m.Stamps[k].Members, exhibit.Member{File: f.ID, Index: index, Proof: proof})
		}
	}
	return nil
}

// custody gives every event of every file with its proof in the ledger as it stands now.
func (g *gathering) custody(ctx context.Context) error {
	var seqs []int64
	for i, f := range g.files {
		events, err := g.tx.Events(ctx, f.ID)
		if err != nil {
			return err
		}
		g.m.Files[i].Events = len(events)
		for _, e := range events {
			seqs = append(seqs, e.Seq)
			g.m.Custody = append(g.m.Custody, exhibit.Event{File: f.ID, Number: e.Number, Record: e.Record})
		}
	}
	state, proofs, err := g.tx.ProveEvents(ctx, seqs)
	if err != nil {
		return err
	}
	g.m.Ledger = state
	for i := range proofs {
		g.m.Custody[i].Proof = proofs[i]
	}
	return nil
}

// Extension is what a file is called in a package, for the programs of who opens it.
func Extension(mediaType string) string {
	kind, _, _ := strings.Cut(mediaType, ";")
	return map[string]string{"image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "image/webp": ".webp", "application/pdf": ".pdf", "video/mp4": ".mp4", "video/webm": ".webm",
		"audio/mpeg": ".mp3", "audio/wave": ".wav", "application/ogg": ".ogg", "text/plain": ".txt", "text/html": ".html.txt", "application/zip": ".zip",
		"application/warc": ".warc", "application/warc+gzip": ".warc.gz", "application/wacz": ".wacz", "multipart/related": ".mhtml.txt"}[kind]
}
