package front_test

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"waylight/internal/browser"
	"waylight/internal/envelope"
	"waylight/internal/storybook"
)

const (
	plantedDevice = "PlantedTelephone 77"
	plantedNote   = "PlantedNote in a comment"
)

// photo is a JPEG that says where (43.318 N, 45.698 E), with what and when it was made.
func photo(t *testing.T) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 64, 48))
	for x := range 64 {
		for y := range 48 {
			img.Set(x, y, color.RGBA{uint8(4 * x), uint8(5 * y), 90, 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	segment := func(marker byte, body []byte) []byte {
		return append([]byte{0xff, marker, byte((len(body) + 2) >> 8), byte(len(body) + 2)}, body...)
	}
	out := append([]byte{0xff, 0xd8}, segment(0xe1, append([]byte("Exif\x00\x00"), tiff()...))...)
	out = append(out, segment(0xfe, []byte(plantedNote))...)
	return append(out, b.Bytes()[2:]...)
}

// tiff is an EXIF block with model, orientation, day and place.
func tiff() []byte {
	be := binary.BigEndian
	out := append([]byte("MM\x00*"), 0, 0, 0, 8)
	text := func(s string) []byte { return append([]byte(s), 0) }
	var tail []byte
	const heads = 8 + 2 + 4*12 + 4 + 2 + 4*12 + 4
	entry := func(tag, kind uint16, count uint32, value []byte) {
		out = be.AppendUint16(be.AppendUint16(out, tag), kind)
		out = be.AppendUint32(out, count)
		if len(value) <= 4 {
			out = append(out, append(value, 0, 0, 0, 0)[:4]...)
			return
		}
		out = be.AppendUint32(out, uint32(heads+len(tail)))
		tail = append(tail, value...)
	}
	degrees := func(d, m, s uint32) []byte {
		var b []byte
		for _, n := range []uint32{d, 1, m, 1, s, 100} {
			b = be.AppendUint32(b, n)
		}
		return b
	}
	out = be.AppendUint16(out, 4)
	entry(0x0110, 2, uint32(len(plantedDevice)+1), text(plantedDevice))
	entry(0x0112, 3, 1, []byte{0, 6})
	entry(0x0132, 2, 20, text("2017:04:09 10:11:12"))
	entry(0x8825, 4, 1, be.AppendUint32(nil, 8+2+4*12+4))
	out = be.AppendUint32(out, 0)
	out = be.AppendUint16(out, 4)
	entry(1, 2, 2, text("N"))
	entry(2, 5, 3, degrees(43, 19, 480))
	entry(3, 2, 2, text("E"))
	entry(4, 5, 3, degrees(45, 41, 5280))
	out = be.AppendUint32(out, 0)
	return append(out, tail...)
}

// on opens a form page of a house and waits until its script runs.
func on(p *browser.Page, address string) {
	p.Go(address)
	p.Until(`document.documentElement.getAttribute("data-script") === "on"`)
}

// looked waits until n chosen files have been looked at.
func looked(p *browser.Page, n int) {
	p.Until(`document.querySelectorAll(".paper[data-done]").length === ` + string(rune('0'+n)))
}

func save(t *testing.T, name string, b []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func picture(p *browser.Page, name string) {
	if dir := os.Getenv("WAYLIGHT_SCREENSHOTS"); dir != "" {
		p.Picture(filepath.Join(dir, "papers", name+".png"))
	}
}

// sends presses send and returns the message that came with it.
func sends(t *testing.T, h *house, p *browser.Page) envelope.Message {
	t.Helper()
	before := len(h.pull(t))
	browser.Eval[bool](p, `location.hash = "q-send", true`)
	p.Click("#q-send button.primary")
	p.Wait(".receipt .code")
	all := h.pull(t)
	if len(all) != before+1 {
		t.Fatalf("%d messages wait, %d before", len(all), before)
	}
	return h.open(t, all[len(all)-1].Sealed)
}

// A photo says where it was made; the person reads it, and it goes without.
func TestPhotoGoesWithoutItsPlace(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "ru"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			h := start(t)
			p := browser.Start(t, browser.Phone, browser.Language(lang))
			on(p, h.base+"/"+lang+"/information#q-files")
			original := photo(t)
			p.Upload(`input[name="file"]`, save(t, "Дом тёти 2017.jpg", original))
			looked(p, 1)
			tells := p.Text(".paper [data-tells]")
			for _, want := range []string{map[string]string{"en": "It says where it was made: 43.32 N, 45.70 E", "ru": "Место, где он сделан: 43.32 N, 45.70 E"}[lang], plantedDevice, "2017-04-09", plantedNote} {
				if !strings.Contains(tells, want) {
					t.Errorf("the page does not tell %q: %s", want, tells)
				}
			}
			if w := browser.Eval[int](p, "document.documentElement.scrollWidth"); w > 360 {
				t.Errorf("the page is %d px wide", w)
			}
			picture(p, lang+"-photo")
			if lang == "en" {
				t.Run("accessible", func(t *testing.T) { storybook.CheckTab(t, p, "a chosen file", 360) })
				browser.Eval[bool](p, `document.documentElement.dir = "rtl", true`)
				if w := browser.Eval[int](p, "document.documentElement.scrollWidth"); w > 360 {
					t.Errorf("the page is %d px wide, right to left", w)
				}
				picture(p, "rtl-photo")
				browser.Eval[bool](p, `document.documentElement.dir = "ltr", true`)
			}
			m := sends(t, h, p)
			if len(m.Files) != 1 || m.Files[0].State != envelope.Cleaned || m.Files[0].Name != "photo-1.jpg" || m.Files[0].Type != "image/jpeg" {
				t.Fatalf("files: %d", len(m.Files))
			}
			got := h.file(t, m.Files[0])
			for _, planted := range []string{plantedDevice, plantedNote, "2017:04", "GPS"} {
				if bytes.Contains(got, []byte(planted)) {
					t.Errorf("%q is still in the file", planted)
				}
			}
			samePicture(t, original, got)
			if !bytes.Contains(got, []byte{0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6}) {
				t.Error("nobody knows any more which way is up")
			}
		})
	}
}

func samePicture(t *testing.T, a, b []byte) {
	t.Helper()
	x, err := jpeg.Decode(bytes.NewReader(a))
	if err != nil {
		t.Fatal(err)
	}
	y, err := jpeg.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	for i := range x.Bounds().Dx() {
		for j := range x.Bounds().Dy() {
			if x.At(i, j) != y.At(i, j) {
				t.Fatalf("the picture changed at %d, %d", i, j)
			}
		}
	}
}

// Both: the cleaned one and, marked so, the untouched original. A second file is
// left out, a third of an unknown kind goes as it is and is called unknown.
func TestOriginalAsEvidenceAndUnknownKind(t *testing.T) {
	t.Parallel()
	h := start(t)
	p := browser.Start(t, browser.Phone)
	on(p, h.base+"/en/information#q-files")
	original, unknown := photo(t), []byte("Some format 1.0 that nobody knows, by PlantedAuthor")
	p.Upload(`input[name="file"]`, save(t, "evidence.jpg", original), save(t, "not this.jpg", original))
	looked(p, 2)
	p.Upload(`input[name="file"]`, save(t, "strange.xyz", unknown)) // choosing again adds
	looked(p, 3)
	p.Click(`.paper:nth-child(2) [data-leave]`)
	p.Until(`document.querySelectorAll(".paper").length === 2`)
	p.Click(`.paper:nth-child(1) [data-way="both"] input`)
	p.Click(`.paper:nth-child(2) [data-rename] input`)
	if verdict := p.Text(".paper:nth-child(2) [data-verdict]"); !strings.Contains(verdict, "We do not know this kind of file") {
		t.Errorf("the page says %q", verdict)
	}
	if ways := browser.Eval[int](p, `document.querySelectorAll(".paper:nth-child(2) [data-way]:not([hidden])").length`); ways != 1 {
		t.Errorf("%d ways to send what cannot be cleaned", ways)
	}
	picture(p, "en-both-unknown")
	m := sends(t, h, p)
	if len(m.Files) != 3 {
		t.Fatalf("%d files", len(m.Files))
	}
	clean, evidence, strange := m.Files[0], m.Files[1], m.Files[2]
	if clean.State != envelope.Cleaned || evidence.State != envelope.Original || evidence.Of != clean.Upload || strange.State != envelope.AsIs || clean.Of+strange.Of != "" {
		t.Errorf("states: %q, %q, %q", clean.State, evidence.State, strange.State)
	}
	if evidence.Name != "photo-1-original.jpg" || strange.Name != "strange.xyz" {
		t.Errorf("names: %q, %q", evidence.Name, strange.Name)
	}
	if !bytes.Equal(h.file(t, evidence), original) || !bytes.Equal(h.file(t, strange), unknown) || bytes.Contains(h.file(t, clean), []byte(plantedDevice)) {
		t.Error("the contents are not what the person chose")
	}
}

// A voice message: asked for on the press only, heard, attached, sealed.
func TestVoiceMessage(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "ru"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			h := start(t)
			p := browser.Start(t, browser.Phone, browser.Language(lang))
			on(p, h.base+"/"+lang+"/help#q-text") // a call for help can be spoken
			if !strings.Contains(p.Text(".voice"), map[string]string{"en": "A voice can be recognised", "ru": "Голос могут узнать"}[lang]) {
				t.Error("the page does not say that a voice can be recognised")
			}
			if browser.Eval[bool](p, `getComputedStyle(document.querySelector("[data-voice-field]")).display !== "none"`) {
				t.Error("the plain field is shown beside the recorder")
			}
			p.Click("[data-record]")
			p.Wait("[data-stop]")
			p.Until(`/0:0[1-9]/.test(document.querySelector("[data-voice-status]").textContent)`)
			picture(p, lang+"-recording")
			p.Click("[data-stop]")
			p.Wait("[data-attach]")
			p.Click("#q-text .actions a[href='#q-send']")
			p.Click("#q-send button.primary") // what is recorded and not attached is not lost without a word
			p.Until(`document.querySelector("form [data-status]").getAttribute("data-state") === "voice-open"`)
			browser.Eval[bool](p, `location.hash = "q-text", true`)
			p.Wait("[data-again]")
			if d := browser.Await[float64](p, `new Promise(done => { const a = document.querySelector("audio"); a.preload = "auto"; a.onerror = () => done(-1); a.oncanplay = () => done(1); a.load() })`); d != 1 {
				t.Error("the recording cannot be heard in the page")
			}
			picture(p, lang+"-recorded")
			if lang == "en" {
				t.Run("accessible", func(t *testing.T) { storybook.CheckTab(t, p, "a recording", 360) })
			}
			p.Click("[data-attach]")
			looked(p, 1)
			m := sends(t, h, p)
			if len(m.Files) != 1 || m.Files[0].Kind != envelope.Voice || m.Files[0].Name != "voice-1.webm" || m.Files[0].Type != "audio/webm" || m.Files[0].State != envelope.Cleaned {
				t.Fatalf("files: %+v", m.Files)
			}
			if got := h.file(t, m.Files[0]); len(got) < 500 || bytes.Contains(got, []byte("Chrome")) {
				t.Errorf("%d bytes; the program is named: %v", len(got), bytes.Contains(got, []byte("Chrome")))
			}
		})
	}
}

// Without the script the voice comes from the device's own recorder.
func TestVoiceWithoutScript(t *testing.T) {
	t.Parallel()
	h := start(t)
	p := browser.Start(t, browser.Phone, browser.NoScript)
	p.Go(h.base + "/en/help#q-text")
	if !strings.Contains(p.Text("#q-text"), "nothing is taken out") || browser.Eval[string](p, `document.querySelector("input[name=voice]").accept`) != "audio/*" {
		t.Error("the page does not say that nothing is taken out, or does not ask for a voice")
	}
	picture(p, "en-plain")
	p.Upload(`input[name="voice"]`, save(t, "rec.m4a", []byte("invented sound")))
	browser.Eval[bool](p, `location.hash = "q-send", true`)
	if status := p.Follow("#q-send button.primary"); status != http.StatusOK {
		t.Fatalf("status %d", status)
	}
	if m := h.open(t, h.pull(t)[0].Sealed); len(m.Files) != 1 || m.Files[0].Kind != envelope.Voice || m.Files[0].State != "" {
		t.Errorf("files: %+v", m.Files)
	}
}

// Where the browser keeps its cipher from the page (plain HTTP by name, as over
// an onion service), the second script brings one.
func TestFileWithoutTheBrowsersCipher(t *testing.T) {
	t.Parallel()
	h := start(t)
	p := browser.Start(t, browser.Phone)
	on(p, h.base+"/en/information#q-files")
	browser.Eval[bool](p, `Object.defineProperty(crypto, "subtle", { value: undefined }), true`)
	p.Upload(`input[name="file"]`, save(t, "a.xyz", []byte("invented content")))
	looked(p, 1)
	if m := sends(t, h, p); len(m.Files) != 1 || string(h.file(t, m.Files[0])) != "invented content" {
		t.Error("the file did not arrive as it was")
	}
}

// The simple way, taken when the script fails, carries the cleaned file too.
func TestPlainRoadCarriesTheCleanedFile(t *testing.T) {
	t.Parallel()
	h := start(t)
	p := browser.Start(t, browser.Phone)
	on(p, h.base+"/en/information#q-files")
	p.Upload(`input[name="file"]`, save(t, "a.jpg", photo(t)))
	looked(p, 1)
	browser.Eval[bool](p, `crypto.getRandomValues = () => { throw new Error("broken") }, true`)
	browser.Eval[bool](p, `location.hash = "q-send", true`)
	p.Click("#q-send button.primary")
	p.Wait("[data-plain]")
	if status := p.Follow("[data-plain]"); status != http.StatusOK {
		t.Fatalf("status %d", status)
	}
	m := h.open(t, h.pull(t)[0].Sealed)
	if len(m.Files) != 1 || m.Via != envelope.PageForm {
		t.Fatalf("%d files", len(m.Files))
	}
	if got := h.file(t, m.Files[0]); m.Files[0].Name != "photo-1.jpg" || bytes.Contains(got, []byte(plantedDevice)) {
		t.Error("the file went as it was, although the person had chosen otherwise")
	}
}

// When the second script cannot be had, or is not the one that the first knows,
// the page says that nobody looked, and the files stay.
func TestOnlyTheKnownScriptLooks(t *testing.T) {
	t.Parallel()
	h := start(t)
	target, err := url.Parse(h.base)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.ModifyResponse = func(res *http.Response) error {
		if strings.HasPrefix(res.Request.URL.Path, "/static/papers.") {
			res.Header.Del("Content-Encoding")
			res.Header.Del("Content-Length")
			res.ContentLength = -1
			res.Body = io.NopCloser(strings.NewReader("document.title = 'taken over'"))
		}
		return nil
	}
	between := httptest.NewServer(proxy)
	t.Cleanup(between.Close)
	p := browser.Start(t, browser.Phone)
	on(p, between.URL+"/en/information#q-files")
	original := photo(t)
	p.Upload(`input[name="file"]`, save(t, "a.jpg", original))
	p.Wait("[data-not-looked]")
	if browser.Eval[string](p, "document.title") == "taken over" {
		t.Error("another script ran")
	}
	m := sends(t, h, p)
	if len(m.Files) != 1 || m.Files[0].State != "" || !bytes.Equal(h.file(t, m.Files[0]), original) {
		t.Error("the file was lost, or is said to be looked at")
	}
}

// A form with its script is under 50 kB on the line; the second script comes
// only with a file, and only the pages with a recorder may use the microphone.
func TestFormIsLight(t *testing.T) {
	t.Parallel()
	h := start(t)
	for _, path := range []string{"/ru/help", "/en/help", "/ru/mailbox"} {
		_, html := h.get(t, path)
		total := onTheLine(t, h.base+path)
		for _, m := range regexp.MustCompile(`(?:src|rel="stylesheet" href)="(/static/[^"]+)"`).FindAllStringSubmatch(html, -1) {
			n := onTheLine(t, h.base+m[1])
			total += n
			t.Logf("%6d %s", n, m[1])
		}
		t.Logf("%6d %s in all", total, path)
		if total >= 50_000 {
			t.Errorf("%s and all it needs is %d bytes", path, total)
		}
		second := regexp.MustCompile(`data-papers="([^"]+)"`).FindStringSubmatch(html)
		if second == nil {
			t.Fatalf("%s does not name the second script", path)
		}
		if n := onTheLine(t, h.base+second[1]); n > 20_000 {
			t.Errorf("the second script is %d bytes", n)
		}
	}
	for path, want := range map[string]bool{"/en/help": true, "/en/information": true, "/en/mailbox": true, "/en/": false, "/en/safety": false} {
		res, err := http.Get(h.base + path)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if got := strings.Contains(res.Header.Get("Permissions-Policy"), "microphone=(self)"); got != want || got != strings.Contains(res.Header.Get("Content-Security-Policy"), "media-src blob:") {
			t.Errorf("%s: microphone %v", path, got)
		}
	}
}

// onTheLine is how many bytes of an answer's body a phone's browser gets.
func onTheLine(t *testing.T, url string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept-Encoding", "gzip, br")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	n, err := io.Copy(io.Discard, res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s: status %d, %v", url, res.StatusCode, err)
	}
	return int(n)
}
