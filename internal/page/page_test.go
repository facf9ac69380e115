package page_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/i18n/i18ntest"
	"waylight/internal/page"
)

func TestWords(t *testing.T) {
	t.Parallel()
	i18ntest.Check(t, i18ntest.Room{Templates: []fs.FS{page.Templates()}, Go: []string{"."}, Locale: page.Locale()})
}

type hello struct {
	page.View
	Name string
	Fail func() (string, error)
}

func set(t *testing.T, body string) *page.Set {
	t.Helper()
	s, err := page.Parse(fstest.MapFS{"templates/hello.html": {Data: []byte(`{{template "front" .}}{{define "main"}}` + body + `{{end}}`)}})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func render(t *testing.T, s *page.Set, v any) string {
	t.Helper()
	var b strings.Builder
	if err := s.Render(&b, "hello", v); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestRender(t *testing.T) {
	t.Parallel()
	words := i18n.Must(i18n.Load(page.Locale())).For("ru")
	v := hello{View: page.View{Words: words, Title: "A <b>", Exit: "/weather", Notice: "Saved."}, Name: `"><script>alert(1)</script>`}
	html := render(t, set(t, `<h1 title="{{.Name}}">{{.Name}}</h1>`), v)
	for _, want := range []string{`<html lang="ru" dir="ltr">`, "<title>A &lt;b&gt;</title>", "Покинуть страницу", `href="/weather"`, `role="status">Saved.`, "&lt;script&gt;alert"} {
		if !strings.Contains(html, want) {
			t.Errorf("the page lacks %q:\n%s", want, html)
		}
	}
	if strings.Contains(html, "<script>") {
		t.Error("a text became a script")
	}
}

func TestRenderIsWholeOrNothing(t *testing.T) {
	t.Parallel()
	s := set(t, `<p>begun</p>{{call .Fail}}`)
	var b bytes.Buffer
	err := s.Render(&b, "hello", hello{Fail: func() (string, error) { return "", fault.Missing() }})
	if err == nil || b.Len() != 0 {
		t.Errorf("Render: %v with %d bytes, want an error and nothing written", err, b.Len())
	}
	if err := s.Render(&b, "absent", hello{}); err == nil {
		t.Error("a page that does not exist was rendered")
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for name, files := range map[string]fstest.MapFS{
		"nothing":   {},
		"bad asset": {"templates/a.html": {Data: []byte(`{{asset "none.css"}}`)}},
		"syntax":    {"templates/a.html": {Data: []byte(`{{if}}`)}},
		"two":       {"templates/a.html": {Data: []byte("x")}, "more/a.html": {Data: []byte("y")}},
	} {
		s, err := page.Parse(files, "templates/*.html", "more/*.html")
		if err == nil {
			err = s.Render(io.Discard, "a", hello{})
		}
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestFieldKeepsWhatWasTypedAndSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	f := page.Form{Words: i18n.Must(i18n.Load(page.Locale())).For("ru"), Values: url.Values{"q.a": {"typed <before>"}, "pass": {"secret"}}, Errors: []fault.Field{{Name: "q.a", Message: "Please look at the marked fields."}}}
	v := hello{View: page.View{Form: f}}
	html := render(t, set(t, `{{template "errors" .Form}}{{template "field" ((.Form.Text "q.a" "What").Hint "Short")}}{{template "field" (.Form.Input "password" "pass" "Pass")}}`), v)
	for _, want := range []string{`href="#f-q-a"`, `id="f-q-a"`, `value="typed &lt;before&gt;"`, `aria-describedby="f-q-a-hint f-q-a-error"`, `aria-invalid="true"`, `<label for="f-q-a">`, "Посмотрите, пожалуйста"} {
		if !strings.Contains(html, want) {
			t.Errorf("the form lacks %q", want)
		}
	}
	if strings.Contains(html, "secret") {
		t.Error("a passphrase came back in the page")
	}
}

func TestAssets(t *testing.T) {
	t.Parallel()
	a, err := page.LoadAssets(fstest.MapFS{"static/x.js": {Data: []byte(strings.Repeat("let a = 1\n", 100))}})
	if err != nil {
		t.Fatal(err)
	}
	b, err := page.LoadAssets(fstest.MapFS{"x.js": {Data: []byte("other")}})
	if err != nil {
		t.Fatal(err)
	}
	one, _ := a.Path("x.js")
	two, _ := b.Path("x.js")
	if one == two || !strings.HasPrefix(one, page.Prefix) {
		t.Errorf("paths %s and %s must differ with their content", one, two)
	}
	for _, c := range []struct {
		forget  bool
		accept  string
		caching string
		zipped  bool
	}{{false, "", "immutable", false}, {true, "gzip, br", "no-store", true}} {
		r := httptest.NewRequest(http.MethodGet, one, nil)
		r.Header.Set("Accept-Encoding", c.accept)
		w := httptest.NewRecorder()
		a.Handler(c.forget).ServeHTTP(w, r)
		var body io.Reader = w.Body
		if c.zipped {
			if body, err = gzip.NewReader(w.Body); err != nil {
				t.Fatal(err)
			}
		}
		got, err := io.ReadAll(body)
		if err != nil || !bytes.Equal(got, a.Bytes("x.js")) {
			t.Errorf("content differs: %v", err)
		}
		if h := w.Header().Get("Cache-Control"); !strings.Contains(h, c.caching) {
			t.Errorf("Cache-Control %q, want %q", h, c.caching)
		}
	}
	w := httptest.NewRecorder()
	a.Handler(false).ServeHTTP(w, httptest.NewRequest(http.MethodGet, page.Prefix+"../page.go", nil))
	if w.Code != http.StatusNotFound {
		t.Errorf("status %d for a file that is no asset", w.Code)
	}
}

// TestBar holds for all ranges: a bar lies on the scale, and its ends are drawn
// exactly where they are known.
func TestBar(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		end := rapid.Ptr(rapid.Int64Range(0, 1e12), true)
		r := page.Range{Low: end.Draw(t, "low"), High: end.Draw(t, "high"), Best: end.Draw(t, "best"), Max: rapid.SampledFrom([]int64{0, 1, 100}).Draw(t, "max")}
		if r.Low != nil && r.High != nil && *r.Low > *r.High {
			r.Low, r.High = r.High, r.Low
		}
		b := r.Bar()
		if b.X < 0 || b.W < -0.001 || b.X+b.W > 100.001 || b.Best < 0 || b.Best > 100 {
			t.Fatalf("bar %+v leaves the scale 0 to %d", b, r.Top())
		}
		if b.Open != (r.Low != nil && r.High == nil) || b.Floorless != (r.Low == nil && r.High != nil) || b.Unknown != (r.Low == nil && r.High == nil) {
			t.Fatalf("bar %+v hides which ends are known of %+v", b, r)
		}
		if b.Open && b.W <= 0 {
			t.Fatalf("an open end has no room to fade: %+v", b)
		}
		for _, n := range []*int64{r.Low, r.Best, r.High} {
			if n != nil && *n > r.Top() {
				t.Fatalf("%d is over the scale's end %d", *n, r.Top())
			}
		}
	})
}

func TestRangeSays(t *testing.T) {
	t.Parallel()
	n := page.Number
	ru := i18n.Must(i18n.Load(page.Locale())).For("ru")
	for _, c := range []struct {
		r      page.Range
		en, ru string
	}{
		{page.Range{Low: n(101)}, "at least 101", "не менее 101"},
		{page.Range{Low: n(3), High: n(20)}, "3 to 20", "от 3 до 20"},
		{page.Range{High: n(20)}, "up to 20", "до 20"},
		{page.Range{Low: n(0), High: n(0)}, "0", "0"},
		{page.Range{}, "not known", "неизвестно"},
	} {
		if got := c.r.Says(); got != c.en {
			t.Errorf("%q, want %q", got, c.en)
		}
		c.r.Words = ru
		if got := c.r.Says(); got != c.ru {
			t.Errorf("%q, want %q", got, c.ru)
		}
	}
}

// TestFirstPageIsLight keeps what every visitor loads within reach of a slow line.
func TestFirstPageIsLight(t *testing.T) {
	t.Parallel()
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	w.Write(page.Ground().Bytes("waylight.css")) //nolint:errcheck // to memory
	w.Close()                                    //nolint:errcheck // to memory
	if z.Len() > 8<<10 {
		t.Errorf("the stylesheet is %d bytes compressed, the limit is 8 KiB", z.Len())
	}
}
