package desk

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"waylight/desk/internal/campaign"
	"waylight/desk/internal/cases"
	"waylight/desk/internal/exchange"
	"waylight/desk/internal/keyring"
	"waylight/desk/internal/pathways"
	"waylight/desk/internal/publish"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/internal/bundle"
	"waylight/internal/clock"
	"waylight/internal/ids"
	"waylight/internal/referral"
)

// exits are the only functions of the web rooms that answer with a text or a
// file of their own instead of a page, and what stands between each and a leak.
// A new one belongs here only with its reason, and with a try in TestExits when
// it lets something leave.
var exits = map[string]string{
	// These let something leave. Each is tried below.
	"campaignweb.handOut":     "a letter as PDF or DOCX: a draft only while the leak guard stops nothing, a sent one as it passed the gate",
	"campaignweb.tableOut":    "what a campaign did, for a donor: rows that passed the gate",
	"campaignweb.tellAccount": "the same as a report to read, which passed the gate",
	"submissionweb.pdf":       "only what was filed, and filing passes the gate",
	"submissionweb.text":      "likewise",
	"publishweb.preview":      "data of an edition only while the leak guard stops nothing; pages are shown to those who write them",
	"movingweb.fetch":         "cases that two people let leave: a table, or everything sealed to a recipient; it names people by its nature, so it is not for the guard",
	"evidenceweb.export":      "a package for a court: its words, the text of its files, what is not seen in them and letters in their pictures passed the gate when it was approved",
	"exchangeweb.give":        "a package sealed to a partner: its words, the text of its files, what is not seen in them and letters in their pictures passed the leak guard and a consent when it was made",
	"exchangeweb.card":        "our own card for partners: name, public keys and a signature, nothing of anybody",
	"caseweb.paperPDF":        "a paper for the person whose it is, to be printed and signed, to those who may open the case; each printing is in the ledger",
	"caseweb.paperCopy":       "a signed paper as it was attached, to those who may open the case; each reading is in the ledger",
	"harvestweb.fetch":        "the whole record, sealed to a recipient or a passphrase; with sealed words after a second person's yes; never who sources are; each word that is opened is in the ledger",
	"purseweb.table":          "a donor report: totals, whose words passed the gate",
	"purseweb.pdf":            "likewise",
	"supportweb.fetchPack":    "a petition's package for whoever it is handed to: each line is a sealed promise, names stand in none; each fetching is in the ledger",
	"supportweb.lines":        "lines opened of a petition's package, each in the ledger",
	"supportweb.export":       "lists of supporters: rows that name somebody whom a case protects are left out, and each is in the ledger",
	"travelweb.give":          "a pack of a member's own cases, sealed under a passphrase; it names people by its nature, so it is not for the guard; extreme risk needs a second person, each download is in the ledger",
	// These show members, inside, what was sent to them or what they keep.
	"intakeweb.plain":      "who else reads a conversation",
	"intakeweb.serve":      "a sender's file, to those who may open the conversation",
	"campaignweb.mailFile": "a mail that an office sent to the campaign, as it came, to those who lead it",
	"exchangeweb.file":     "a file that a partner sent, to those who may open the case, as a download",
	"caseweb.receipt":      "a receipt's file, to those who may open the case, with an entry in the ledger",
	"evidenceweb.bytes":    "a picture, sound or film in the viewer",
	"evidenceweb.picture":  "what the darkroom drew, in the viewer",
	"evidenceweb.copyOut":  "evidence for work on it, with its purpose in the ledger",
	"harvestweb.mend":      "rows that a member brought and that cannot be taken, back to that member, with an entry in the ledger",
	"listsweb.overlaps":    "a drawing of counts in the page of a study, to those who hold its safe",
	"archiveweb.giveTable": "rows of the record for work in a spreadsheet, as members may read them anyway, with an entry in the ledger",
}

// TestExitsAreKnown reads the source of every web room: whoever writes to the
// answer by himself stands in exits, and every one in exits does.
func TestExitsAreKnown(t *testing.T) {
	t.Parallel()
	found := map[string]bool{}
	err := filepath.WalkDir("internal/web", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || strings.HasPrefix(name, "internal/web/ui/") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, decl := range file.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && f.Body != nil && writes(f.Body) {
				found[file.Name.Name+"."+f.Name.Name] = true
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for name := range found {
		if exits[name] == "" {
			t.Errorf("%s answers by itself: say in exits what keeps a leak in, and try it", name)
		}
	}
	for name := range exits {
		if !found[name] {
			t.Errorf("%s stands in exits and answers nothing", name)
		}
	}
}

// writes reports whether something writes to an answer: W.Write, W.WriteHeader,
// or W handed to a function, except to one that sets a cookie.
func writes(body ast.Node) bool {
	isW := func(e ast.Expr) bool { s, ok := e.(*ast.SelectorExpr); return ok && s.Sel.Name == "W" }
	out := false
	ast.Inspect(body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		f, _ := call.Fun.(*ast.SelectorExpr)
		if f != nil && isW(f.X) && f.Sel.Name != "Header" {
			out = true
		}
		if f != nil && f.Sel.Name == "set" { // Cookie.set
			return true
		}
		out = out || slices.ContainsFunc(call.Args, isW)
		return true
	})
	return out
}

// TestWritesSees: the search finds what it looks for.
func TestWritesSees(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]bool{
		"c.W.Write(b)": true, "c.W.WriteHeader(200)": true, "io.Copy(c.W, b)": true, "http.ServeContent(c.W, c.R, name, at, b)": true, "b.Write(c.W)": true,
		`c.W.Header().Set("Cache-Control", "no-store")`: false, "d.cfg.Cookie.set(c.W, cookie)": false, "c.Render(set, name, view)": false,
	} {
		e, err := parser.ParseExpr(source)
		if err != nil {
			t.Fatal(err)
		}
		if writes(e) != want {
			t.Errorf("%s: %v", source, !want)
		}
	}
}

// TestExits plants a protected name in a letter, a submission and a report of a
// running Desk and goes to every address at which they could leave.
func TestExits(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	d, _, team, cast := demoDesk(t)
	r := d.rooms()
	const name = "Zelimkhan Nesushchestvuev" // invented
	if err := r.db.Write(ctx, func(tx *store.Tx) error { return tx.WatchTerm(ctx, "case_exits", "name", name) }); err != nil {
		t.Fatal(err)
	}
	cookies := map[string]string{}
	for _, a := range cast.Accounts {
		token, err := d.SignIn(ctx, a.Login, a.Passphrase)
		if err != nil {
			t.Fatal(err)
		}
		cookies[a.Login] = token
	}
	stopped := func(what, path string, who string) {
		t.Helper()
		w := knock(t, r.pages, http.MethodGet, path, cookies[who])
		if w.Code != http.StatusConflict || strings.Contains(w.Body.String(), "%PDF") {
			t.Errorf("%s at %s: %d %s", what, path, w.Code, w.Header().Get("Content-Type"))
		}
	}
	freya := team["freya"]
	path, send := plantLetter(t, r, freya, name)
	stopped("a letter", path, "freya")
	stopped("a letter as a document", strings.TrimSuffix(path, "pdf")+"docx", "freya")
	if err := send(); err == nil || !strings.Contains(err.Error(), "gives away") {
		t.Errorf("the letter was sent: %v", err)
	}
	// A confidential offer of places leaves no more than a name does.
	id := ids.New("offer")
	offer := pathways.Offer{Country: "LT", By: "An office (invented)", Places: 2, From: "2017-04-01"}
	if err := r.guide.KeepOffer(ctx, team["boris"], id, 0, offer); err != nil {
		t.Fatal(err)
	}
	if path, send = plantLetter(t, r, freya, "the two visas that Lithuania offered"); send() == nil {
		t.Error("a letter that tells of a confidential offer was sent")
	}
	stopped("a letter that tells of a confidential offer", path, "freya")
	draft := plantSubmission(t, r, freya, team["goran"], name)
	if w := knock(t, r.pages, http.MethodGet, "/submissions/"+draft, cookies["goran"]); !strings.Contains(w.Body.String(), "The leak guard stops it") || strings.Contains(w.Body.String(), draft+"/file") {
		t.Errorf("the page of the draft does not say what stops it, or offers to file it: %d", w.Code)
	}
	stopped("a submission's PDF", "/submissions/"+draft+"/pdf", "freya")
	stopped("a submission's text", "/submissions/"+draft+"/text", "goran")
	if err := plantReferral(t, r, team["boris"], team["clara"], name); err == nil || !strings.Contains(err.Error(), "gives away") {
		t.Errorf("the referral was made: %v", err)
	}
	for as, err := range accounts(t, r, freya, team["goran"], "Ramzan Nepridumannov") {
		if err == nil || !strings.Contains(err.Error(), "gives away") {
			t.Errorf("the account for a donor left as %s: %v", as, err)
		}
	}
	for _, path := range plantReport(t, r, team["goran"], name) {
		stopped("a report's data", path, "goran")
	}
}

// accounts takes a campaign's account out after an answer in it names somebody whom a
// case protects since.
func accounts(t *testing.T, r *rooms, a, second staff.Actor, name string) map[string]error {
	t.Helper()
	ctx := t.Context()
	all, err := r.board.Campaigns(ctx, a)
	if err != nil || len(all) == 0 {
		t.Fatal(len(all), err)
	}
	f, err := r.board.Open(ctx, a, all[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	answer := campaign.Response{Campaign: f.Campaign.ID, Demand: f.Demands[0].ID, Target: f.Targets[0].ID, State: campaign.Stated, Day: "2017-04-09", Evidence: "an item (invented)", Words: campaign.Text{EN: "They spoke of " + name + "."}}
	id, err := r.board.Answered(ctx, a, answer, campaign.Text{}, "")
	if err != nil {
		t.Fatal(err)
	}
	if err := r.board.Confirm(ctx, second, f.Campaign.ID, id); err != nil {
		t.Fatal(err)
	}
	if err := r.db.Write(ctx, func(tx *store.Tx) error { return tx.WatchTerm(ctx, "case_account", "name", name) }); err != nil {
		t.Fatal(err)
	}
	_, rows := r.board.Export(ctx, a, f.Campaign.ID, "en", "2017-01-01", "2030-01-01")
	_, told := r.board.Tell(ctx, a, f.Campaign.ID, "2017-01-01", "2030-01-01", func(_ campaign.File, acc campaign.Account) campaign.Letter {
		l := campaign.Letter{Lang: "en", Subject: "x"}
		for _, h := range acc.Rows {
			l.Paragraphs = append(l.Paragraphs, h.Words.EN)
		}
		return l
	})
	return map[string]error{"a table": rows, "a report": told}
}

func plantLetter(t *testing.T, r *rooms, a staff.Actor, name string) (string, func() error) {
	t.Helper()
	ctx := t.Context()
	all, err := r.board.Campaigns(ctx, a)
	if err != nil || len(all) == 0 {
		t.Fatalf("%d campaigns, %v", len(all), err)
	}
	f, err := r.board.Open(ctx, a, all[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.board.NameTarget(ctx, a, f.Campaign.ID, f.Targets[0].ID, campaign.Text{EN: "An invented government"}, "", "en"); err != nil {
		t.Fatal(err)
	}
	id, err := r.board.Write(ctx, a, f.Campaign.ID, f.Targets[0].ID, "en", []string{f.Demands[0].ID})
	if err != nil {
		t.Fatal(err)
	}
	l := campaign.Letter{ID: id, Addressee: "To the Minister", Subject: "What we ask", Paragraphs: []string{"We write about " + name + "."}, Signatory: "Example"}
	if err := r.board.Revise(ctx, a, l, 1); err != nil {
		t.Fatal(err)
	}
	return "/campaign/" + f.Campaign.ID + "/letters/" + id + "/pdf", func() error { return r.board.Send(ctx, a, id, 2, "") }
}

// plantSubmission makes an appeal in which all is there but the named man's consent, and tries to file it.
func plantSubmission(t *testing.T, r *rooms, a, second staff.Actor, name string) string {
	t.Helper()
	ctx := t.Context()
	id, err := r.filing.Begin(ctx, a, "un-urgent", "", "en")
	if err != nil {
		t.Fatal(err)
	}
	answers := map[string]string{"state": "RU", "date": "2017-03", "place": "a town", "account": name + " was taken.", "forces": "men in uniform", "urgency": "others were beaten", "sender": "Example"}
	if err := r.filing.Write(ctx, a, id, 1, "en", "ten men of one town", answers, nil); err != nil {
		t.Fatal(err)
	}
	if err := r.filing.Admit(ctx, a, id, second.ID); err != nil {
		t.Fatal(err)
	}
	o, err := r.filing.Open(ctx, second, id)
	if err != nil {
		t.Fatal(err)
	}
	if stops := o.Report.Stops(); len(stops) > 0 {
		t.Fatalf("the rules stop it before the guard does: %+v", stops)
	}
	if err := r.filing.File(ctx, second, id, o.Revision); err == nil || !strings.Contains(err.Error(), "gives away") {
		t.Errorf("the submission was filed: %v", err)
	}
	return id
}

// plantReferral tries to refer somebody of one case to a confirmed partner in words that name somebody of another.
func plantReferral(t *testing.T, r *rooms, a, second staff.Actor, name string) error {
	t.Helper()
	ctx := t.Context()
	other, err := keyring.NewSigner(bytes.Repeat([]byte{7}, 32), referral.TagCard)
	if err != nil {
		t.Fatal(err)
	}
	card, err := referral.SignCard(other, referral.Card{Name: map[string]string{"en": "Invented Shore"}, Recipient: a.Recipient, Serial: 1, Day: "2017-04-09"})
	if err != nil {
		t.Fatal(err)
	}
	words := strings.Join(bundle.Words(other.Public()), " ")
	partner, err := r.liaison.Enter(ctx, a, card, words)
	if err == nil {
		err = r.liaison.Confirm(ctx, second, partner, words)
	}
	if err != nil {
		t.Fatal(err)
	}
	f, err := r.book.Open(ctx, a, cases.Opening{Assign: []string{a.ID}})
	if err != nil {
		t.Fatal(err)
	}
	p, err := r.book.KeepParty(ctx, a, f.ID, "", 0, cases.Party{Code: "A", Name: "Somebody Else (invented)"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.book.Agree(ctx, a, f.ID, "", 0, cases.Consent{Party: p.ID, Purpose: cases.ForRefer, Recipient: "Invented Shore", Data: "name", How: "spoken", Given: "2017-04-08", Partner: partner, Kinds: []referral.Datum{referral.Name}}); err != nil {
		t.Fatal(err)
	}
	w := exchange.Wish{ID: ids.New("referral"), Case: f.ID, Partner: partner, Party: p.ID, Data: []referral.Datum{referral.Name}, Need: "A bed beside " + name + ".", Proof: referral.Proof{Say: "The lamp is lit", Answer: "The oil is full"}, Days: 7}
	leak := r.liaison.Refer(ctx, a, w)
	w.Need = "A bed."
	if err := r.liaison.Refer(ctx, a, w); err != nil {
		t.Errorf("the control was stopped as well: %v", err)
	}
	return leak
}

// plantReport begins a report with the name in it and gives the addresses of its data.
func plantReport(t *testing.T, r *rooms, a staff.Actor, name string) (paths []string) {
	t.Helper()
	ctx := t.Context()
	all, err := r.board.Campaigns(ctx, a)
	if err != nil {
		t.Fatal(err)
	}
	slug, report, err := r.compose(ctx, a, all[0].ID, clock.DayOf(r.clock.Now()), 0)
	if err != nil {
		t.Fatal(err)
	}
	report.Summary = append(report.Summary, publish.Text{EN: "We met " + name + ".", RU: "Мы встретили его."})
	id, err := r.gateway.Begin(ctx, a, slug+"-exits", report)
	if err != nil {
		t.Fatal(err)
	}
	p, err := r.gateway.Open(ctx, a, id)
	if err != nil || !publish.Blocked(p.Hits) {
		t.Fatalf("the guard finds nothing: %v", err)
	}
	for _, f := range p.Files {
		if !strings.HasPrefix(f.Type, "text/html") && !strings.HasPrefix(f.Type, "text/css") {
			paths = append(paths, "/publish/"+id+"/preview/"+filepath.Base(f.Path))
		}
	}
	if len(paths) == 0 {
		t.Fatal("the report has no data")
	}
	return paths
}

// callers are the packages that may speak to the network: each to whom the
// operator named, and with what passed the gate or is sealed.
var callers = map[string]string{
	"desk":                "the Front, time stamping authorities, the look from outside, feeds where the operator allowed it (internal/fetch: the public internet alone)",
	"desk/internal/admin": "the Front, when a Desk is set up",
	"desk/internal/post":  "the organisation's own mail server",
	"desk/internal/snare": "a page of the web that a documenter asked for, where the administrator allowed it (internal/fetch: the public internet alone)",
}

// TestOneWayToTheNetwork: no other package of the Desk calls anybody.
func TestOneWayToTheNetwork(t *testing.T) {
	t.Parallel()
	calls := []string{"http.Client", "http.Get", "http.Head", "http.Post", "http.PostForm", "http.NewRequest", "http.NewRequestWithContext", "http.DefaultClient", "http.DefaultTransport", "http.Transport",
		"fetch.New", "net.Dial", "net.DialTimeout", "net.Dialer", "tls.Dial", "tls.Dialer", "smtp.Dial", "smtp.SendMail", "smtp.NewClient", "hatchway.Dial"}
	used := map[string]bool{}
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		room := filepath.ToSlash(filepath.Join("desk", filepath.Dir(name)))
		ast.Inspect(file, func(n ast.Node) bool {
			s, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if x, ok := s.X.(*ast.Ident); ok && slices.Contains(calls, x.Name+"."+s.Sel.Name) {
				used[room] = true
				if callers[room] == "" {
					t.Errorf("%s uses %s.%s: whatever leaves the Desk leaves through the gate and by those who may call", name, x.Name, s.Sel.Name)
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if !used["desk"] {
		t.Error("the search finds no call at all: it looks in the wrong place")
	}
}
