package waylight_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// plan is the floor plan: what each room may import of the house, besides
// internal/ids, internal/clock and internal/fault, which everybody may. A room
// that is not here does not belong in the house yet: give it a line.
var plan = map[string]string{
	".": "",
	// The ground: nothing here can open what was sealed to a Desk.
	"internal/agekey": "", "internal/shamir": "", "internal/browser": "", "internal/bundle": "", "internal/docx": "", "internal/pdftag": "", "internal/fetch": "", "internal/country": "", "internal/clock": "", "internal/envelope": "", "internal/fault": "",
	"internal/founding": "", "internal/hatchway": "", "internal/i18n": "", "internal/i18n/i18ntest": "internal/i18n", "internal/ids": "",
	"internal/receipt": "", "internal/referral": "internal/bundle internal/envelope", "internal/sqldb": "", "internal/serve": "", "internal/fastlane": "", "internal/wire": "", "internal/pagescript": "", "internal/seize": "", "internal/pgtest": "internal/sqldb", "internal/s3test": "", "internal/effort": "",
	// The engine that the tool and others use: mathematics only.
	"estimate": "", "estimate/study": "estimate", "estimate/picture": "estimate", "estimate/analysis": "estimate",
	"linkage": "", "linkage/invented": "",
	"internal/onion": "", "internal/tornet": "internal/onion",
	"internal/travelpack": "", "internal/stamp": "", "internal/stamptest": "", "internal/mailtest": "",
	"internal/exhibit":          "internal/bundle internal/stamp",
	"internal/seal":             "internal/envelope",
	"internal/petition":         "internal/country internal/bundle",
	"internal/mailbox":          "internal/agekey internal/envelope internal/receipt",
	"internal/page":             "internal/i18n",
	"internal/lookout":          "internal/bundle internal/petition internal/wire",
	"internal/sender":           "internal/effort internal/bundle internal/envelope internal/mailbox internal/receipt internal/seal internal/wire",
	"internal/fronttest":        "internal/bundle internal/envelope internal/mailbox internal/seal internal/wire",
	"internal/storybook":        "internal/browser internal/i18n internal/page internal/serve",
	"internal/tools/pagescript": "internal/pagescript",
	// The Front.
	"internal/forms":             "internal/envelope internal/i18n",
	"front/internal/spool":       "internal/envelope internal/sqldb",
	"front/internal/noticeboard": "internal/bundle internal/sqldb",
	"front/internal/signatures":  "internal/country internal/bundle internal/envelope internal/petition internal/sqldb",
	"front/internal/hatch":       "front/internal/noticeboard front/internal/signatures front/internal/spool internal/bundle internal/hatchway",
	"front/internal/letterbox": "internal/country internal/effort internal/forms front/internal/noticeboard front/internal/signatures front/internal/spool internal/bundle internal/petition internal/envelope internal/i18n " +
		"internal/mailbox internal/page internal/receipt internal/seal internal/serve internal/wire",
	"front": "front/internal/* internal/fastlane internal/forms internal/hatchway internal/mailbox internal/onion internal/serve",
	// The Desk: people and what guards them.
	"desk/internal/staff": "", "desk/internal/jobs": "", "desk/internal/ledger": "", "desk/internal/count": "", "desk/internal/edtf": "", "desk/internal/guard": "", "desk/internal/signs": "", "desk/internal/notice": "", "desk/internal/bell": "", "desk/internal/stem": "", "desk/internal/table": "", "desk/internal/merge": "",
	"desk/internal/planted":  "desk/internal/guard",
	"desk/internal/keyring":  "internal/agekey internal/shamir",
	"desk/internal/safe":     "desk/internal/staff",
	"desk/internal/unseal":   "internal/agekey internal/envelope",
	"desk/internal/vault":    "internal/envelope",
	"desk/internal/scenario": "desk/internal/count desk/internal/edtf",
	// The staircase: each may use the steps below it.
	"desk/internal/intake":     stairGround + " desk/internal/jobs desk/internal/signs internal/envelope",
	"desk/internal/duty":       "desk/internal/staff desk/internal/ledger",
	"desk/internal/wording":    "desk/internal/staff desk/internal/ledger",
	"desk/internal/vocabulary": "desk/internal/staff desk/internal/ledger desk/internal/stem",
	"desk/internal/lookup":     "linkage",
	"desk/internal/exposure":   "",
	"desk/internal/proposer":   "",
	"desk/internal/watch":      "desk/internal/staff desk/internal/ledger",
	"desk/internal/cases":      stairGround + " desk/internal/intake desk/internal/watch desk/internal/lookup desk/internal/exposure desk/internal/table internal/referral desk/internal/proposer",
	"desk/internal/pathways":   stairGround + " internal/country desk/internal/cases desk/internal/watch",
	"desk/internal/exchange":   stairGround + " desk/internal/traces desk/internal/cases internal/agekey internal/bundle internal/referral",
	"desk/internal/glass":      stairGround + " desk/internal/cases internal/agekey internal/shamir",
	"desk/internal/travel":     stairGround + " desk/internal/cases desk/internal/watch internal/travelpack",
	"desk/internal/team":       stairGround + " desk/internal/cases",
	"desk/internal/record":     stairGround + " desk/internal/intake desk/internal/cases desk/internal/count desk/internal/edtf desk/internal/scenario desk/internal/stem desk/internal/table",
	"desk/internal/parties":    stairGround + " desk/internal/record desk/internal/lookup desk/internal/count desk/internal/edtf",
	"desk/internal/chronicle":  "desk/internal/record desk/internal/parties desk/internal/edtf desk/internal/staff",
	"desk/internal/gazetteer":  "desk/internal/record desk/internal/parties desk/internal/stem desk/internal/staff desk/internal/ledger",
	"desk/internal/purse":      "desk/internal/staff desk/internal/ledger desk/internal/cases",
	"desk/internal/evidence":   stairGround + " desk/internal/traces desk/internal/record desk/internal/vault internal/bundle internal/exhibit internal/stamp",
	"desk/internal/snare":      "internal/fetch",
	"desk/internal/capture":    stairGround + " desk/internal/evidence desk/internal/record desk/internal/snare desk/internal/vault",
	"desk/internal/opinion":    stairGround + " desk/internal/cases desk/internal/record desk/internal/evidence internal/bundle internal/exhibit",
	"desk/internal/foreign":    "desk/internal/table",
	"desk/internal/harvest":    stairGround + " desk/internal/foreign desk/internal/evidence desk/internal/record desk/internal/vault desk/internal/edtf desk/internal/count desk/internal/table",
	"desk/internal/takeout":    "desk/internal/staff desk/internal/ledger desk/internal/record desk/internal/opinion desk/internal/parties desk/internal/gazetteer desk/internal/vocabulary desk/internal/table",
	"desk/internal/binder":     "desk/internal/evidence desk/internal/opinion internal/exhibit internal/i18n internal/page",
	"desk/internal/traces":     "",
	"desk/internal/darkroom":   "desk/internal/traces",
	"desk/internal/lists":      stairGround + " desk/internal/vault linkage estimate estimate/analysis",
	"desk/internal/figures":    stairGround + " desk/internal/cases desk/internal/record desk/internal/count desk/internal/edtf desk/internal/scenario estimate",
	"desk/internal/campaign":   stairGround + " desk/internal/cases desk/internal/record desk/internal/figures desk/internal/count desk/internal/edtf desk/internal/scenario",
	"desk/internal/publish":    stairGround + " desk/internal/campaign desk/internal/figures desk/internal/record desk/internal/guard desk/internal/traces desk/internal/jobs internal/bundle",
	"desk/internal/typeset":    "internal/docx internal/pdftag",
	"desk/internal/letter":     "desk/internal/campaign desk/internal/typeset internal/docx internal/pdftag",
	"desk/internal/submission": stairGround + " desk/internal/campaign desk/internal/record desk/internal/parties desk/internal/edtf",
	"desk/internal/reactions":  "desk/internal/staff desk/internal/ledger",
	"desk/internal/redress":    stairGround + " desk/internal/record",
	"desk/internal/supporters": stairGround + " internal/country desk/internal/campaign desk/internal/jobs desk/internal/table internal/bundle internal/petition",
	"desk/internal/press":      "desk/internal/publish desk/internal/typeset desk/internal/campaign desk/internal/figures desk/internal/count internal/i18n internal/page internal/pdftag",
	// What carries and keeps.
	"desk/internal/courier":  "desk/internal/intake desk/internal/jobs desk/internal/vault internal/hatchway",
	"desk/internal/store":    "desk/internal/* internal/exhibit internal/petition internal/referral internal/sqldb",
	"desk/internal/desktest": "desk/internal/staff desk/internal/store internal/agekey",
	"desk/internal/bench":    "desk/internal/chronicle desk/internal/gazetteer desk/internal/parties desk/internal/count desk/internal/edtf desk/internal/figures desk/internal/record desk/internal/safe desk/internal/cases desk/internal/exposure desk/internal/proposer desk/internal/staff desk/internal/store desk/internal/watch internal/agekey",
	"desk/internal/post":     "desk/internal/ledger desk/internal/notice",
	"desk/internal/admin":    "desk/internal/intake desk/internal/keyring desk/internal/ledger desk/internal/staff desk/internal/store internal/bundle internal/hatchway internal/seize internal/sqldb internal/onion internal/exhibit internal/petition internal/referral",
	// The pages: ui and their own room.
	"desk/internal/web/ui":            "desk/internal/staff internal/i18n internal/page internal/serve",
	"desk/internal/web/ui/uitest":     "desk/internal/staff desk/internal/web/ui internal/i18n internal/page",
	"desk/internal/web/deskweb":       webGround,
	"desk/internal/web/intakeweb":     webGround + " desk/internal/intake desk/internal/duty desk/internal/signs desk/internal/wording internal/envelope internal/forms",
	"desk/internal/web/caseweb":       webGround + " desk/internal/merge desk/internal/cases desk/internal/watch desk/internal/exposure desk/internal/vault",
	"desk/internal/web/movingweb":     webGround + " desk/internal/cases desk/internal/table",
	"desk/internal/web/glassweb":      webGround + " desk/internal/glass",
	"desk/internal/web/teamweb":       webGround + " desk/internal/team desk/internal/cases desk/internal/watch",
	"desk/internal/web/exchangeweb":   webGround + " desk/internal/exchange desk/internal/cases internal/bundle internal/referral",
	"desk/internal/web/boardweb":      webGround + " desk/internal/cases desk/internal/watch",
	"desk/internal/web/awayweb":       webGround + " desk/internal/travel desk/internal/cases desk/internal/watch desk/internal/web/caseweb internal/travelpack",
	"desk/internal/web/travelweb":     webGround + " desk/internal/travel desk/internal/cases internal/travelpack",
	"desk/internal/web/proposeweb":    webGround + " desk/internal/cases desk/internal/proposer",
	"desk/internal/web/pathwayweb":    webGround + " internal/country desk/internal/pathways desk/internal/cases desk/internal/watch",
	"desk/internal/web/purseweb":      webGround + " desk/internal/purse desk/internal/cases",
	"desk/internal/web/recordweb":     webGround + " desk/internal/record desk/internal/count desk/internal/edtf desk/internal/figures desk/internal/scenario",
	"desk/internal/web/archiveweb":    webGround + " desk/internal/table desk/internal/record desk/internal/vocabulary desk/internal/count desk/internal/edtf",
	"desk/internal/web/partyweb":      webGround + " desk/internal/parties desk/internal/record desk/internal/vocabulary desk/internal/count desk/internal/edtf desk/internal/web/recordweb",
	"desk/internal/web/harvestweb":    webGround + " desk/internal/harvest desk/internal/takeout desk/internal/foreign desk/internal/record desk/internal/count desk/internal/table desk/internal/vault",
	"desk/internal/web/lookweb":       webGround + " desk/internal/chronicle desk/internal/gazetteer desk/internal/parties desk/internal/record desk/internal/evidence desk/internal/figures desk/internal/vocabulary desk/internal/count desk/internal/edtf desk/internal/web/recordweb desk/internal/web/partyweb",
	"desk/internal/web/evidenceweb":   webGround + " desk/internal/evidence desk/internal/traces desk/internal/vault desk/internal/darkroom desk/internal/binder desk/internal/record internal/exhibit",
	"desk/internal/web/captureweb":    webGround + " desk/internal/capture desk/internal/snare desk/internal/record desk/internal/vault",
	"desk/internal/web/opinionweb":    webGround + " desk/internal/opinion desk/internal/cases internal/bundle",
	"desk/internal/web/listsweb":      webGround + " desk/internal/lists desk/internal/figures desk/internal/record linkage estimate estimate/analysis estimate/picture",
	"desk/internal/web/figureweb":     webGround + " desk/internal/figures desk/internal/record desk/internal/count desk/internal/edtf",
	"desk/internal/web/submissionweb": webGround + " desk/internal/submission",
	"desk/internal/web/supportweb":    webGround + " internal/country desk/internal/supporters desk/internal/table desk/internal/campaign desk/internal/publish desk/internal/guard internal/petition",
	"desk/internal/web/reactionweb":   webGround + " desk/internal/reactions",
	"desk/internal/web/redressweb":    webGround + " desk/internal/redress",
	"desk/internal/web/campaignweb":   webGround + " desk/internal/campaign desk/internal/publish desk/internal/guard desk/internal/table",
	"desk/internal/web/publishweb":    webGround + " desk/internal/publish desk/internal/campaign desk/internal/guard",
	"desk":                            "desk/internal/* internal/*",
	"cmd/waylight-front":              "front",
	"cmd/waylight-desk":               "desk",
	"cmd/waylight":                    "internal/country internal/bundle internal/petition internal/envelope internal/mailbox internal/receipt internal/seal internal/sender internal/lookout internal/wire internal/hatchway internal/sqldb internal/exhibit linkage linkage/invented estimate estimate/study estimate/picture estimate/analysis",
	"desk/internal/web/postweb":       webGround + " desk/internal/post",
}

const (
	stairGround = "desk/internal/staff desk/internal/safe desk/internal/ledger"
	webGround   = "desk/internal/staff desk/internal/web/ui internal/i18n internal/page"
)

// everybody may import these.
var everybody = []string{"internal/ids", "internal/clock", "internal/fault"}

type room struct {
	ImportPath, Dir, Doc string
	Imports, Deps        []string
	GoFiles              []string
}

func rooms(t *testing.T) []room {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Dir,Doc,Imports,Deps,GoFiles", "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []room
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var r room
		if err := d.Decode(&r); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
}

// name is a package's path inside the house; empty for others.
func name(path string) string {
	if path == "waylight" {
		return "."
	}
	n, ok := strings.CutPrefix(path, "waylight/")
	if !ok {
		return ""
	}
	return n
}

func allowed(rule []string, to string) bool {
	return slices.ContainsFunc(rule, func(r string) bool {
		if base, ok := strings.CutSuffix(r, "/*"); ok {
			return strings.HasPrefix(to, base+"/")
		}
		return r == to
	})
}

func TestFloorPlan(t *testing.T) {
	t.Parallel()
	for _, r := range rooms(t) {
		from := name(r.ImportPath)
		rule, ok := plan[from]
		if !ok {
			t.Errorf("%s is not in the floor plan", from)
			continue
		}
		may := append(strings.Fields(rule), everybody...)
		for _, i := range r.Imports {
			if to := name(i); to != "" && !allowed(may, to) {
				t.Errorf("%s may not import %s", from, to)
			}
		}
		if r.Doc == "" && !strings.HasPrefix(from, "internal/tools") {
			t.Errorf("%s has no package comment", from)
		}
	}
}

// TestZones holds the wall: the public program contains nothing of the Desk,
// and the Desk's nothing of the Front's.
func TestZones(t *testing.T) {
	t.Parallel()
	walls := map[string][]string{
		"cmd/waylight-front": {"waylight/desk", "filippo.io/age/agessh", "github.com/chromedp", "waylight/internal/browser", "waylight/internal/tornet"},
		"cmd/waylight-desk":  {"waylight/front/", "github.com/chromedp", "waylight/internal/browser", "waylight/internal/tornet"},
		"cmd/waylight":       {"waylight/desk", "waylight/front"},
	}
	seen := 0
	for _, r := range rooms(t) {
		for _, wall := range walls[name(r.ImportPath)] {
			seen++
			for _, d := range r.Deps {
				if strings.HasPrefix(d, wall) {
					t.Errorf("%s contains %s", name(r.ImportPath), d)
				}
			}
		}
	}
	if seen == 0 {
		t.Error("the programs were not found")
	}
}

// stairs are the rooms of rules: they never touch the world themselves.
var stairs = []string{"intake", "watch", "lookup", "exposure", "proposer", "cases", "record", "figures", "campaign", "submission", "publish", "guard", "traces", "planted", "count", "edtf", "scenario", "ledger", "evidence", "duty", "wording", "signs", "notice", "bell", "stem", "vocabulary", "lists", "table", "exchange", "glass", "purse", "merge", "travel", "team", "supporters", "pathways", "parties", "chronicle", "gazetteer", "foreign", "harvest", "takeout", "redress", "reactions", "capture", "opinion"}

func TestRulesTouchNothing(t *testing.T) {
	t.Parallel()
	forbidden := []string{"net", "net/http", "html/template", "database/sql", "os", "os/exec", "log", "log/slog", "waylight/internal/sqldb", "waylight/internal/serve"}
	for _, r := range rooms(t) {
		short, ok := strings.CutPrefix(name(r.ImportPath), "desk/internal/")
		if !ok || !slices.Contains(stairs, short) {
			continue
		}
		for _, i := range r.Imports {
			if slices.Contains(forbidden, i) {
				t.Errorf("%s imports %s: rules are plain functions", name(r.ImportPath), i)
			}
		}
	}
}

// TestForbiddenCalls walks the source: the machine's clock is read in package
// clock alone (and where a server waits or a command measures), nothing prints
// past its writer, nothing runs in init.
func TestForbiddenCalls(t *testing.T) {
	t.Parallel()
	mayTellTime := []string{"internal/clock", "internal/storybook", "internal/browser", "cmd/waylight", "internal/serve", "internal/fastlane", "internal/sender", "internal/stamptest", "internal/mailtest"}
	for _, r := range rooms(t) {
		n := name(r.ImportPath)
		if strings.HasPrefix(n, "internal/tools/") {
			continue // programs for the builder's own terminal
		}
		for _, file := range r.GoFiles {
			f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(r.Dir, file), nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(f, func(x ast.Node) bool {
				if fn, ok := x.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
					t.Errorf("%s/%s works in init", n, file)
				}
				call, ok := x.(*ast.CallExpr)
				if !ok {
					return true
				}
				sel, ok := call.Fun.(*ast.SelectorExpr)
				if !ok {
					return true
				}
				pkg, ok := sel.X.(*ast.Ident)
				if !ok {
					return true
				}
				switch c := pkg.Name + "." + sel.Sel.Name; {
				case (c == "time.Now" || c == "time.Since") && !slices.Contains(mayTellTime, n):
					t.Errorf("%s/%s calls %s: take a clock", n, file, c)
				case c == "fmt.Print" || c == "fmt.Println" || c == "fmt.Printf" || c == "log.Print" || c == "log.Printf" || c == "log.Fatal":
					t.Errorf("%s/%s calls %s: write to a writer or a logger that was given", n, file, c)
				}
				return true
			})
		}
	}
}

// TestSizes keeps files and rooms small enough to live in.
func TestSizes(t *testing.T) {
	t.Parallel()
	for _, r := range rooms(t) {
		lines := 0
		for _, file := range r.GoFiles {
			n := countLines(t, filepath.Join(r.Dir, file))
			lines += n
			if n > 500 {
				t.Errorf("%s/%s has %d lines; 500 are enough for one thing", name(r.ImportPath), file, n)
			}
		}
		if lines > 2500 {
			t.Logf("%s has %d lines: is it one room?", name(r.ImportPath), lines)
		}
	}
}

func countLines(t *testing.T, path string) int {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	n := 0
	for s := bufio.NewScanner(f); s.Scan(); n++ {
	}
	return n
}

// TestNoMachinePaths keeps what belongs to one machine out of the project.
func TestNoMachinePaths(t *testing.T) {
	t.Parallel()
	words := []string{"/ho" + "me/", "/ro" + "ot/", "/wo" + "rk/"}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if slices.Contains([]string{".git", "bin", ".cache", "screenshots", "third_party"}, d.Name()) {
				return filepath.SkipDir
			}
			return nil
		}
		if path == ".git" {
			return nil // of a second working tree
		}
		b, err := os.ReadFile(path)
		for _, w := range words {
			if bytes.Contains(b, []byte(w)) {
				t.Errorf("%s names %s", path, w)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
