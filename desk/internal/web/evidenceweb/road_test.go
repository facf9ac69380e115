package evidenceweb_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"waylight/desk/internal/binder"
	"waylight/desk/internal/desktest"
	"waylight/desk/internal/evidence"
	"waylight/desk/internal/publish"
	"waylight/desk/internal/record"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/desk/internal/vault"
	"waylight/desk/internal/web/evidenceweb"
	"waylight/desk/internal/web/ui"
	"waylight/internal/exhibit"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

type signer struct{ key ed25519.PrivateKey }

func (s signer) Public() ed25519.PublicKey               { return s.key.Public().(ed25519.PublicKey) }
func (s signer) Sign(_ string, m []byte) ([]byte, error) { return ed25519.Sign(s.key, m), nil }

// desk serves evidence over real storage; who acts is named by a header of the test.
type desk struct {
	t      *testing.T
	mux    http.Handler
	actors map[string]staff.Actor
	item   record.Item
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	g := desktest.New(t)
	d := &desk{t: t, actors: map[string]staff.Actor{"dora": g.Member(t, "Dora (invented)", staff.Documenter), "daniel": g.Member(t, "Daniel (invented)", staff.Documenter), "ana": g.Member(t, "Ana (invented)", staff.Analyst), "carina": g.Member(t, "Carina (invented)", staff.Caseworker)}}
	words, err := i18n.Load(page.Locale(), ui.Locale(), evidenceweb.Locale(), binder.Locale())
	if err != nil {
		t.Fatal(err)
	}
	b, err := binder.New(words)
	if err != nil {
		t.Fatal(err)
	}
	c, err := vault.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	as, ar, ap := func(tx *store.Tx) evidence.Store { return tx }, func(tx *store.Tx) record.Store { return tx }, func(tx *store.Tx) publish.Store { return tx }
	archive := record.NewArchive(store.Within(g.DB, ar), store.Reading(g.DB, ar), g.Clock)
	l := &evidence.Locker{Within: store.Within(g.DB, as), Reading: store.Reading(g.DB, as), Vault: c, Clock: g.Clock,
		Gate: store.Gate{Gateway: &publish.Gateway{Within: store.Within(g.DB, ap), Reading: store.Reading(g.DB, ap), Clock: g.Clock}}}
	s, err := archive.AddSource(context.Background(), d.actors["dora"], record.Source{Name: "Person R2 (invented)", Kind: record.PersonSource}, "")
	if err == nil {
		d.item, err = archive.AddItem(context.Background(), d.actors["dora"], record.Item{Source: s.ID, Title: "What somebody brought", Material: record.Photograph, Consent: "recorded consent"})
	}
	if err != nil {
		t.Fatal(err)
	}
	m := ui.NewMux(ui.Config{Catalogue: words, Clock: g.Clock, Actor: func(r *http.Request) (staff.Actor, error) {
		a, ok := d.actors[r.Header.Get("Test-Actor")]
		if !ok {
			return a, fault.New(fault.Denied, "Nobody is signed in.")
		}
		return a, nil
	}})
	(&evidenceweb.Room{Evidence: l, Names: func(context.Context) (map[string]string, error) { return map[string]string{}, nil },
		Issuer: func() evidence.Issuer {
			return evidence.Issuer{Signer: signer{ed25519.NewKeyFromSeed(make([]byte, 32))}, Names: map[string]string{"en": "An organisation (invented)"}, Binder: b}
		}}).Register(m)
	d.mux = m
	return d
}

func (d *desk) do(actor, method, path, contentType string, body io.Reader, header ...string) *httptest.ResponseRecorder {
	d.t.Helper()
	r := httptest.NewRequest(method, path, body)
	r.Header.Set("Test-Actor", actor)
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	d.mux.ServeHTTP(w, r)
	return w
}

func (d *desk) get(actor, path string, header ...string) *httptest.ResponseRecorder {
	return d.do(actor, "GET", path, "", nil, header...)
}

func (d *desk) post(actor, path string, form url.Values) *httptest.ResponseRecorder {
	return d.do(actor, "POST", path, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
}

// upload sends a form as a browser does; parts are names and values, "file" has a file.
func (d *desk) upload(actor, path string, file []byte, parts ...string) *httptest.ResponseRecorder {
	d.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		if err := m.WriteField(parts[i], parts[i+1]); err != nil {
			d.t.Fatal(err)
		}
	}
	p, err := m.CreateFormFile("file", map[bool]string{true: "IMG_0001.JPG"}[file != nil])
	if err == nil {
		_, err = p.Write(file)
	}
	if err != nil || m.Close() != nil {
		d.t.Fatal(err)
	}
	return d.do(actor, "POST", path, m.FormDataContentType(), &b)
}

// to follows a redirect and returns its address.
func (d *desk) to(w *httptest.ResponseRecorder) string {
	d.t.Helper()
	if w.Code != http.StatusSeeOther {
		d.t.Fatalf("%d, not sent on:\n%s", w.Code, w.Body)
	}
	path, _, _ := strings.Cut(w.Header().Get("Location"), "?")
	return path
}

func photo(t *testing.T) []byte {
	t.Helper()
	m := image.NewGray(image.Rect(0, 0, 200, 100))
	for i := range m.Pix {
		m.Pix[i] = 220
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var fileLink = regexp.MustCompile(`/record/evidence/(evidence_[a-z0-9]+)"`)

// TestRoad: a picture comes in, is described, looked at, redacted, copied, and leaves in a package that two agreed to.
func TestRoad(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	body, list := photo(t), "/record/items/"+d.item.ID+"/evidence"
	if w := d.upload("dora", list, body); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "Say what it shows.") {
		t.Errorf("without a description: %d", w.Code)
	}
	if w := d.upload("dora", list, nil, "description", "A room."); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "Choose a file.") {
		t.Errorf("without a file: %d %s", w.Code, w.Body)
	}
	if w := d.upload("ana", list, body, "description", "A room."); w.Code != http.StatusForbidden {
		t.Errorf("an analyst kept a file: %d", w.Code)
	}
	d.to(d.upload("dora", list, body, "description", "A hand with a burn.", "marks", "graphic"))
	html := d.get("dora", list).Body.String()
	if !strings.Contains(html, "A hand with a burn.") || !strings.Contains(html, "shows violence") || strings.Contains(html, "<img") || strings.Contains(html, "IMG_0001") {
		t.Error("the list says too little or shows too much")
	}
	file := "/record/evidence/" + fileLink.FindStringSubmatch(html)[1]
	if w := d.get("ana", file); w.Code != http.StatusOK || strings.Contains(w.Body.String(), "burn") {
		t.Errorf("without a grant: %d", w.Code)
	}
	if w := d.post("dora", file+"/look", url.Values{}); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "Say what you open it for.") {
		t.Errorf("looked without a purpose: %d", w.Code)
	}
	if w := d.post("ana", file+"/look", url.Values{"purpose": {"examine"}}); w.Code != http.StatusNotFound {
		t.Errorf("looked without a grant: %d", w.Code)
	}
	look := d.to(d.post("daniel", file+"/look", url.Values{"purpose": {"describe"}}))
	w := d.get("daniel", look)
	if !strings.Contains(w.Header().Get("Content-Security-Policy"), "default-src 'none'") || !strings.Contains(w.Header().Get("Content-Security-Policy"), "media-src 'self'") || !strings.Contains(w.Body.String(), look+"/bytes") {
		t.Errorf("the viewer: %v", w.Header())
	}
	d.served(look, body)
	made := d.redact(look)
	d.copied(file, body)
	if got := d.get("dora", file).Body.String(); !strings.Contains(got, "looked at, to describe it") || !strings.Contains(got, "copied, for a court") || !strings.Contains(got, made) {
		t.Errorf("custody does not tell all:\n%s", got)
	}
	if to := d.post("dora", file+"/rehash", nil).Header().Get("Location"); !strings.HasSuffix(to, "done=evidence.good") {
		t.Error("hashed again:", to)
	}
	d.handedOver(file, made)
}

// served: the bytes come whole and in ranges, to the one who looks alone, under a policy that lets them do nothing.
func (d *desk) served(look string, body []byte) {
	t := d.t
	t.Helper()
	w := d.get("daniel", look+"/bytes")
	h := w.Header()
	if !bytes.Equal(w.Body.Bytes(), body) || h.Get("Content-Type") != "image/jpeg" || !strings.HasPrefix(h.Get("Content-Security-Policy"), "sandbox") || h.Get("Cache-Control") != "no-store" || h.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%d bytes, %v", w.Body.Len(), h)
	}
	if w := d.get("daniel", look+"/bytes", "Range", "bytes=100-199"); w.Code != http.StatusPartialContent || !bytes.Equal(w.Body.Bytes(), body[100:200]) {
		t.Errorf("a range: %d", w.Code)
	}
	for _, other := range []string{"dora", "ana"} {
		if w := d.get(other, look+"/bytes"); w.Code != http.StatusNotFound {
			t.Errorf("%s used the view of another: %d", other, w.Code)
		}
	}
	if w := d.get("carina", look); w.Code != http.StatusForbidden {
		t.Errorf("a caseworker: %d", w.Code)
	}
}

func (d *desk) redact(look string) (path string) {
	t := d.t
	t.Helper()
	if w := d.get("daniel", look+"/grid"); w.Header().Get("Content-Type") != "image/png" {
		t.Errorf("no grid: %d", w.Code)
	}
	if w := d.post("daniel", look+"/redact", url.Values{"areas": {"1 2"}, "description": {"x"}}); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "Write one area in a line") {
		t.Errorf("wrong areas: %d", w.Code)
	}
	path = d.to(d.post("daniel", look+"/redact", url.Values{"areas": {"10 10 50 50"}, "description": {"The hand, the face closed."}}))
	w := d.get("daniel", d.to(d.post("daniel", path+"/look", url.Values{"purpose": {"examine"}}))+"/bytes")
	m, err := png.Decode(w.Body)
	if err != nil || m.At(40, 20) != (color.RGBA{A: 255}) || m.At(150, 80) == (color.RGBA{A: 255}) {
		t.Errorf("the copy is not blackened where it should be: %v", err)
	}
	return path
}

func (d *desk) copied(file string, body []byte) {
	d.t.Helper()
	w := d.post("dora", file+"/copy", url.Values{"purpose": {"court"}})
	if !bytes.Equal(w.Body.Bytes(), body) || !strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment; filename=\"evidence_") || strings.Contains(w.Header().Get("Content-Disposition"), "IMG") {
		d.t.Errorf("%d bytes, %v", w.Body.Len(), w.Header())
	}
}

func (d *desk) handedOver(paths ...string) {
	t := d.t
	t.Helper()
	form := url.Values{"reader": {"court"}}
	for _, p := range paths {
		form.Add("files", strings.TrimPrefix(p, "/record/evidence/"))
	}
	pack := d.to(d.post("dora", "/record/items/"+d.item.ID+"/package", form))
	if w := d.post("dora", pack+"/export", nil); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("left alone: %d", w.Code)
	}
	if html := d.get("dora", pack).Body.String(); strings.Contains(html, pack+"/approve") {
		t.Error("who prepared it is asked to agree")
	}
	d.to(d.post("daniel", pack+"/approve", url.Values{"sure": {"yes"}}))
	w := d.post("dora", pack+"/export", nil)
	r, err := exhibit.Verify(bytes.NewReader(w.Body.Bytes()), exhibit.Options{})
	if err != nil || !r.Whole() || r.Files != 2 {
		t.Errorf("%+v, %v", r, err)
	}
	if html := d.get("dora", "/record/packages").Body.String(); !strings.Contains(html, pack) {
		t.Error("the package is not listed")
	}
}

// TestCutUpload: a request that breaks off keeps nothing of the file and says so.
func TestCutUpload(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	list := "/record/items/" + d.item.ID + "/evidence"
	body := "--b\r\nContent-Disposition: form-data; name=\"description\"\r\n\r\nA room.\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nhalf of a tes"
	w := d.do("dora", "POST", list, "multipart/form-data; boundary=b", strings.NewReader(body))
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "The upload broke off.") || !strings.Contains(w.Body.String(), "A room.") {
		t.Errorf("%d\n%s", w.Code, w.Body)
	}
	if html := d.get("dora", list).Body.String(); fileLink.MatchString(html) {
		t.Error("half a file was kept")
	}
}

// TestHostileFile: a page with a script is never served as a page.
func TestHostileFile(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	list := "/record/items/" + d.item.ID + "/evidence"
	for _, body := range []string{"<html><script>alert(1)</script>", "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>", "%PDF-1.4 broken"} {
		d.to(d.upload("dora", list, []byte(body), "description", "A page."))
		all := fileLink.FindAllStringSubmatch(d.get("dora", list).Body.String(), -1)
		file := "/record/evidence/" + all[len(all)-1][1]
		look := d.to(d.post("dora", file+"/look", url.Values{"purpose": {"examine"}}))
		if w := d.get("dora", look+"/bytes"); w.Code != http.StatusNotFound {
			t.Errorf("%.12q was served: %d %v", body, w.Code, w.Header())
		}
		if w := d.post("dora", file+"/copy", url.Values{"purpose": {"examine"}}); w.Header().Get("Content-Type") != "application/octet-stream" || !strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment") {
			t.Errorf("%.12q: %v", body, w.Header())
		}
	}
}
