package desk

import (
	"bytes"
	"fmt"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/store"
)

// control is one thing in a form into which something can be put.
type control struct {
	name, kind, value string   // kind: of an input, or "textarea", "select"
	options           []string // of a select, or of radios with one name
	hidden            bool
}

// sheet is a form as a page shows it.
type sheet struct {
	who, page, action string
	files             bool
	controls          []control
}

// typed reports whether somebody has anything to fill in.
func (s sheet) typed() bool {
	return slices.ContainsFunc(s.controls, func(c control) bool { return !c.hidden })
}

var idIn = regexp.MustCompile(`[a-z]+_[a-z2-7]{26}`)

// pattern is the form's address without the ids in it.
func (s sheet) pattern() string {
	path, _, _ := strings.Cut(s.action, "?")
	return idIn.ReplaceAllString(path, "*")
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// read takes the links and the forms out of a page.
func readPage(t *testing.T, who, path string, body []byte) (links []string, forms []sheet) {
	t.Helper()
	root, err := html.Parse(bytes.NewReader(body))
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	var form *sheet
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch n.Data {
		case "a":
			if h := attr(n, "href"); strings.HasPrefix(h, "/") {
				h, _, _ = strings.Cut(h, "#")
				links = append(links, h)
			}
		case "form":
			if form = nil; strings.EqualFold(attr(n, "method"), "post") {
				forms = append(forms, sheet{who: who, page: path, action: attr(n, "action"), files: attr(n, "enctype") != ""})
				form = &forms[len(forms)-1]
			}
		case "input", "textarea", "select", "button":
			name := attr(n, "name")
			if attr(n, "type") == "" && n.Data == "input" {
				n.Attr = append(n.Attr, html.Attribute{Key: "type", Val: "text"})
			}
			if form == nil || name == "" || n.Data == "button" {
				continue
			}
			c := control{name: name, kind: n.Data, value: attr(n, "value"), hidden: attr(n, "type") == "hidden"}
			if n.Data == "input" {
				c.kind = attr(n, "type")
			}
			if n.Data == "select" {
				for o := range n.Descendants() {
					if o.Data == "option" {
						c.options = append(c.options, attr(o, "value"))
					}
				}
			}
			if i := slices.IndexFunc(form.controls, func(o control) bool { return o.name == name && c.kind == "radio" && o.kind == c.kind }); i >= 0 {
				form.controls[i].options = append(form.controls[i].options, c.value)
				continue
			}
			if c.kind == "radio" {
				c.options = []string{c.value}
			}
			form.controls = append(form.controls, c)
		}
	}
	return links, forms
}

// sensible is a value that the control could take.
func (c control) sensible() string {
	switch c.kind {
	case "select", "radio":
		for _, o := range c.options {
			if o != "" {
				return o
			}
		}
		return ""
	case "hidden", "checkbox":
		return c.value
	case "date":
		return "2030-01-02"
	case "datetime-local":
		return "2030-01-02T12:00"
	case "time":
		return "12:00"
	case "number":
		return "1"
	}
	return "Invented words"
}

// rubbish is what is put where it does not belong.
var rubbish = []string{
	"", "\x00", "\xff\xfe\xfd", strings.Repeat("я", 60_000), "-1", "99999999999999999999999999", "1e309", "NaN", "2017-02-30", "2017-02-30T99:99",
	"case_aaaaaaaaaaaaaaaaaaaaaaaaaa", "../../etc/passwd", `"><script>alert(1)</script>`, "\u202e\u2066\u2028", "' OR 1=1 --", "%s%d%v",
}

// left are actions that a test of forms must not do to itself.
var left = regexp.MustCompile(`^/(lock|lock/all|sign-in|unlock|sign-out)$|^/members/\*/(remove|roles)$|^/account/passphrase$`)

// answers are forms that change nothing and whose answer is a page or a file: what was
// asked for must not stand in an address.
var answers = map[string]bool{"/cases/search": true, "/money/report/csv": true, "/money/report/pdf": true, "/record/same/look": true, "/campaign/*/account": true}

// formTester is the demo with somebody signed in for each account.
type formTester struct {
	*testing.T
	h       http.Handler
	rooms   *rooms
	cookies map[string]string
}

func (b *formTester) ask(who, method, path, kind string, body []byte) *httptest.ResponseRecorder {
	r := httptest.NewRequestWithContext(b.Context(), method, path, bytes.NewReader(body))
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	r.AddCookie(&http.Cookie{Name: "waylight", Value: b.cookies[who]})
	w := httptest.NewRecorder()
	b.h.ServeHTTP(w, r)
	return w
}

// forms walks through all pages that a member can reach, and gives a form of each pattern.
func (b *formTester) forms(who string, have map[string]int) (all []sheet) {
	seen, queue := map[string]int{}, []string{"/"}
	for len(queue) > 0 {
		path := queue[0]
		queue = queue[1:]
		bare, _, _ := strings.Cut(path, "?")
		shape := idIn.ReplaceAllString(bare, "*")
		if seen[shape] > 2 || seen["at "+path] > 0 {
			continue
		}
		seen[shape]++
		seen["at "+path]++
		w := b.ask(who, http.MethodGet, path, "", nil)
		if w.Code >= 400 { // no page leads to what is closed to its reader
			b.Errorf("GET %s as %s: %d", path, who, w.Code)
		}
		if !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
			continue
		}
		links, forms := readPage(b.T, who, path, w.Body.Bytes())
		queue = append(queue, links...)
		for _, f := range forms {
			if f.action == "" {
				f.action = path
			}
			if p := f.pattern(); !left.MatchString(p) && have[p] == 0 {
				have[p]++
				all = append(all, f)
			}
		}
	}
	return all
}

// post sends a form's values as a browser would.
func (b *formTester) post(f sheet, values url.Values) *httptest.ResponseRecorder {
	if !f.files {
		return b.ask(f.who, http.MethodPost, f.action, "application/x-www-form-urlencoded", []byte(values.Encode()))
	}
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for _, c := range f.controls { // in the order of the page, as a browser does
		if c.kind != "file" {
			if err := w.WriteField(c.name, values.Get(c.name)); err != nil {
				b.Fatal(err)
			}
			continue
		}
		part, err := w.CreateFormFile(c.name, "rubbish.csv")
		if err != nil {
			b.Fatal(err)
		}
		fmt.Fprint(part, "id,\xff\x00\"rubbish\n", values.Get(c.name))
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	return b.ask(f.who, http.MethodPost, f.action, w.FormDataContentType(), body.Bytes())
}

// variants are the ways in which a form is filled with rubbish, by a name for each.
func (f sheet) variants() map[string]url.Values {
	base := func() url.Values {
		v := url.Values{}
		for _, c := range f.controls {
			if s := c.sensible(); s != "" {
				v.Set(c.name, s)
			}
		}
		return v
	}
	all := map[string]url.Values{"nothing at all": {}}
	for i, r := range rubbish {
		v := base()
		for _, c := range f.controls {
			if !c.hidden {
				v.Set(c.name, r)
			}
		}
		all[fmt.Sprintf("rubbish %d everywhere", i)] = v
	}
	for n, c := range f.controls {
		for i, r := range []string{"", "\xff\x00rubbish"} {
			v := base()
			v.Set(c.name, r)
			all[fmt.Sprintf("field %d %s with rubbish %d", n, c.name, i)] = v
		}
	}
	return all
}

// inward are words of the program that no member should have to read.
var inward = []string{"sql:", "SQLITE", "UNIQUE constraint", "strconv.", "%!", "runtime error", "panic", "json:", "invalid memory", "desk/internal", "<nil>", "no rows"}

// reads are the entries that a refused form may leave: the page was shown again, or a try was noted.
var reads = regexp.MustCompile(`[.-](read|listed|places|seen|searched|opened|tried|refused|kept-from)$`)

// TestEveryFormRefusesRubbish fills every form of the Desk that the demo's people can
// reach with rubbish of many kinds: nothing fails, nothing is half kept, what is
// refused says why in words for people, and what was typed beside it is still there.
func TestEveryFormRefusesRubbish(t *testing.T) {
	t.Parallel()
	d, _, team, cast := demoDesk(t)
	r := d.rooms()
	things(t, r, team)
	b := &formTester{T: t, h: r.pages, rooms: r, cookies: map[string]string{}}
	for _, a := range cast.Accounts {
		c, err := d.SignIn(t.Context(), a.Login, a.Passphrase)
		if err != nil {
			t.Fatal(err)
		}
		b.cookies[a.Login] = c
	}
	have := map[string]int{}
	var forms []sheet
	for _, a := range cast.Accounts {
		forms = append(forms, b.forms(a.Login, have)...)
	}
	if len(have) < 100 {
		t.Errorf("only %d forms were found", len(have))
	}
	tries, refused := 0, 0
	for _, f := range forms {
		variants := f.variants()
		if !f.typed() {
			variants = map[string]url.Values{"nothing at all": {}, "hidden rubbish": {}}
			for _, c := range f.controls {
				variants["hidden rubbish"].Set(c.name, "\xff\x00rubbish")
			}
		}
		for _, name := range slices.Sorted(maps.Keys(variants)) {
			before := ledgerSize(t, r)
			w := b.post(f, variants[name])
			tries++
			about := fmt.Sprintf("POST %s as %s, from %s, %s: %d", f.pattern(), f.who, f.page, name, w.Code)
			body := w.Body.String()
			switch {
			case w.Code == http.StatusOK && answers[f.pattern()]:
				continue
			case w.Code >= 500 || w.Code < 300:
				t.Error(about)
			case w.Code < 400:
				continue // taken: words are words
			}
			refused++
			if !utf8.ValidString(body) || !strings.Contains(body, "<main") {
				t.Errorf("%s: no page", about)
			}
			for _, m := range inward {
				if strings.Contains(body, m) && !strings.Contains(fmt.Sprint(variants[name]), m) {
					t.Errorf("%s: says %q", about, m)
				}
			}
			if w.Code == http.StatusUnprocessableEntity {
				kept(t, about, f, variants[name], body)
			}
			for _, e := range entries(t, r, before) {
				if !reads.MatchString(e.Action) {
					t.Errorf("%s: left %s", about, e.Action)
				}
			}
		}
	}
	t.Logf("%d forms, %d tries, %d refused", len(forms), tries, refused)
	if err := r.db.Read(t.Context(), func(tx *store.Tx) error { return tx.VerifyLedger(t.Context()) }); err != nil {
		t.Error(err)
	}
}

// kept fails when words that were typed beside the rubbish are gone from the page.
func kept(t *testing.T, about string, f sheet, v url.Values, body string) {
	t.Helper()
	for _, c := range f.controls {
		if c.name == "identity" || f.files && c.name == "file" { // a key is not sent back into a page; a table that was chosen takes the place of a pasted one
			continue
		}
		if (c.kind == "text" || c.kind == "textarea") && v.Get(c.name) == "Invented words" && !strings.Contains(body, "Invented words") {
			t.Errorf("%s: what was typed in %s is lost", about, c.name)
			return
		}
	}
}

func entries(t *testing.T, r *rooms, from int64) (all []ledger.Record) {
	t.Helper()
	if err := r.db.Read(t.Context(), func(tx *store.Tx) (err error) {
		all, err = tx.LedgerRecords(t.Context(), "", from, 1000)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return all
}
