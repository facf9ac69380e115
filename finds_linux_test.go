package waylight_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"waylight/internal/clock"
	"waylight/internal/receipt"
	"waylight/internal/sender"
)

// finds are the reports that an operator read.
type finds struct {
	seen  map[string]bool
	times map[string]int
	files map[string][]byte
}

func newFinds() *finds {
	return &finds{map[string]bool{}, map[string]int{}, map[string][]byte{}}
}

var fileLink = regexp.MustCompile(`/requests/thread_[a-z2-7]+/files/[^"/]+/[0-9]+`)

// look reads each conversation that was not read before, with its file.
func (f *finds) look(t *testing.T, h *harbour) {
	t.Helper()
	c := h.signIn(t)
	page, err := c.get(h.ctx, "/requests")
	if err != nil {
		return // the Desk is not there yet
	}
	for _, path := range threadLink.FindAllString(page, -1) {
		if f.seen[path] {
			continue
		}
		body, err := c.post(h.ctx, path+"/take", nil)
		if err != nil {
			t.Fatal(err)
		}
		f.seen[path] = true
		if strings.Contains(body, "kept words") {
			f.times["kept words"]++
		}
		for _, text := range reportText.FindAllString(body, -1) {
			text = strings.NewReplacer("&lt;", "<", "&gt;", ">").Replace(text)
			f.times[text]++
			if file := fileLink.FindString(body); file != "" {
				content, err := c.get(h.ctx, file)
				if err != nil {
					t.Fatal(err)
				}
				f.files[text] = []byte(content)
			}
		}
	}
}

func (f *finds) until(t *testing.T, h *harbour, text string, content []byte) {
	t.Helper()
	for f.times[text] == 0 {
		f.look(t, h)
		h.pause(t)
	}
	if !bytes.Equal(f.files[text], content) {
		t.Errorf("its file came as %d bytes of %d, or otherwise", len(f.files[text]), len(content))
	}
}

var shownCode = regexp.MustCompile(`(?s)<ol class="code"[^>]*>(.*?)</ol>`)

// sendsForm is a person without the script who sends a form, with a file, and presses
// "reload" until a code is shown. What is shown opens a mailbox.
func (h *harbour) sendsForm(base, once, text string, content []byte) error {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, value := range map[string]string{"once": once, "day": string(clock.DayOf(clock.System().Now())), "text": text} {
		if err := w.WriteField(name, value); err != nil {
			return err
		}
	}
	part, err := w.CreateFormFile("file", "file.bin")
	if err == nil {
		_, err = part.Write(content)
	}
	if err := errors.Join(err, w.Close()); err != nil {
		return err
	}
	for {
		page, status := "", 0
		if res, err := plainClient.Post(base+"/en/help", w.FormDataContentType(), bytes.NewReader(body.Bytes())); err == nil {
			b, err := io.ReadAll(res.Body)
			res.Body.Close()
			if err == nil {
				page, status = string(b), res.StatusCode
			}
		}
		if list := shownCode.FindStringSubmatch(page); status == http.StatusOK && list != nil {
			code, err := receipt.Parse(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(list[1], " "))
			if err != nil {
				return fmt.Errorf("%w: %s", err, list[1])
			}
			_, err = (&sender.Front{URL: h.public.url, Patience: time.Minute}).Read(h.ctx, code, clock.DayOf(clock.System().Now()))
			return err
		}
		select {
		case <-h.ctx.Done():
			return fmt.Errorf("no code was shown: status %d\n%.2000s", status, page)
		case <-time.After(100 * time.Millisecond):
		}
	}
}
