package figureweb_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"waylight/desk/internal/web/ui"
	"waylight/internal/browser"
	"waylight/internal/page"
	"waylight/internal/serve"
)

// walker uses the pages as a person does: by what stands on them, never by addresses
// or names of fields.
type walker struct {
	t    *testing.T
	p    *browser.Page
	at   map[string]string // by member: their Desk
	here string
}

// walk opens the desk's pages in a browser, for each member at an address of their own.
func (d *desk) walk(options ...browser.Option) *walker {
	d.t.Helper()
	w := &walker{t: d.t, p: browser.Start(d.t, options...), at: map[string]string{}}
	for name := range d.actors {
		mux := http.NewServeMux()
		mux.Handle("GET "+page.Prefix, page.Serve(true, page.Ground(), ui.Assets()))
		mux.HandleFunc("/", func(rw http.ResponseWriter, r *http.Request) {
			r.Header.Set("Test-Actor", name)
			d.mux.ServeHTTP(rw, r)
		})
		s := httptest.NewServer(serve.Headers(serve.Policy{}, mux))
		d.t.Cleanup(s.Close)
		w.at[name] = s.URL
	}
	return w
}

// as goes on as another member, at the same page.
func (w *walker) as(name string) {
	w.t.Helper()
	path := "/record"
	if w.here != "" {
		path = strings.TrimPrefix(w.p.URL(), w.here)
	}
	if w.here = w.at[name]; w.here == "" {
		w.t.Fatalf("nobody here is called %s", name)
	}
	w.open(path)
}

func (w *walker) open(path string) {
	w.t.Helper()
	if status := w.p.Go(w.here + path); status != http.StatusOK {
		w.t.Fatalf("%s: %d\n%s", path, status, w.p.Text("body"))
	}
}

// filled is a field by its label, and what is put there.
type filled struct{ Label, Value string }

const pressing = `((label, fields) => {
  const norm = s => s.replace(/\s+/g, " ").trim();
  const own = l => norm([...l.childNodes].filter(n => n.nodeType === 3).map(n => n.textContent).join(" "));
  document.querySelectorAll("[data-walk]").forEach(n => n.removeAttribute("data-walk"));
  const pick = sel => [...document.querySelectorAll(sel)].find(n => norm(n.textContent) === label);
  const to = pick("main button") || pick("main a") || pick("a");
  if (!to) return "there is nothing to press that says " + label;
  for (const { Label, Value } of fields) {
    const scope = to.form || document;
    const field = [...scope.querySelectorAll("label, legend")].filter(l => !l.closest(".choice")).find(l => own(l) === Label);
    if (!field) return "there is no field " + Label;
    if (field.tagName === "LEGEND") {
      const choice = [...field.parentElement.querySelectorAll(".choice")].find(c => norm(c.querySelector("label").textContent) === Value && !c.querySelector("input").checked || norm(c.textContent) === Value);
      if (!choice) return Label + " has no choice " + Value;
      choice.querySelector("input").checked = true;
      continue;
    }
    const f = document.getElementById(field.htmlFor);
    if (f.tagName === "SELECT") {
      const o = [...f.options].find(o => norm(o.textContent) === Value);
      if (!o) return Label + " does not offer " + Value + ", but " + [...f.options].map(o => norm(o.textContent)).join("; ");
      f.value = o.value;
    } else f.value = Value;
  }
  for (let n = to.closest("details"); n; n = n.parentElement.closest("details")) n.open = true;
  to.setAttribute("data-walk", "");
  return "";
})`

// press fills the form that a button belongs to, and presses it, or follows a link.
func (w *walker) press(label string, fields ...filled) {
	w.t.Helper()
	if fields == nil {
		fields = []filled{}
	}
	args, err := json.Marshal([]any{label, fields})
	if err != nil {
		w.t.Fatal(err)
	}
	if wrong := browser.Eval[string](w.p, pressing+`(...`+string(args)+`)`); wrong != "" {
		w.t.Fatalf("%s: %s", w.p.URL(), wrong)
	}
	if status := w.p.Follow(`[data-walk]`); status != http.StatusOK {
		w.t.Fatalf("after %s: %d\n%s", label, status, w.p.Text("main"))
	}
}

// reads fails the test unless the page says each of want.
func (w *walker) reads(want ...string) {
	w.t.Helper()
	text := w.text()
	for _, s := range want {
		if !strings.Contains(text, s) {
			w.t.Errorf("%s does not say %q:\n%s", w.p.URL(), s, text)
		}
	}
}

func (w *walker) text() string {
	return browser.Eval[string](w.p, `(() => {
  const words = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) words.push(walk.currentNode.data);
  return words.join(" ").replace(/\s+/g, " ");
})()`)
}

// mark selects words of the text that is quoted on the page, as with a mouse, and waits
// until they stand in the field.
func (w *walker) mark(words string) {
	w.t.Helper()
	b, err := json.Marshal(words)
	if err != nil {
		w.t.Fatal(err)
	}
	if !browser.Eval[bool](w.p, `(words => {
  const n = document.querySelector("[data-take]")?.firstChild, at = n ? n.textContent.indexOf(words) : -1;
  if (at < 0) return false;
  const r = document.createRange();
  r.setStart(n, at); r.setEnd(n, at + words.length);
  getSelection().removeAllRanges(); getSelection().addRange(r);
  return true;
})(`+string(b)+`)`) {
		w.t.Fatalf("%q does not stand in the item", words)
	}
	w.p.Until(`document.querySelector("textarea[name=verbatim]").value === ` + string(b))
}
