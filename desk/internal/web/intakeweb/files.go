package intakeweb

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"waylight/desk/internal/web/ui"
	"waylight/internal/envelope"
	"waylight/internal/i18n"
)

// attachment is one file of a message.
type attachment struct {
	Href, Name, Size string
	State            string // which version it is, in words
	Sound            string // address to listen to; empty: not a voice message
}

func attach(w i18n.Words, href string, index int, f envelope.File) attachment {
	a := attachment{Href: href, Name: f.Name, Size: bytesText(w, f.Size), State: stateText(w, f)}
	if a.Name == "" {
		a.Name = w.T("File %d", index+1)
	}
	if f.Kind == envelope.Voice {
		a.Name = w.T("Voice message")
		if _, ok := soundType(f); ok {
			a.Sound = href + "/sound"
		}
	}
	return a
}

// stateText says which version of a file this is: what its sender chose.
func stateText(w i18n.Words, f envelope.File) string {
	switch {
	case f.Kind == envelope.Voice:
		return w.T("a voice can be recognised")
	case f.State == envelope.Cleaned:
		return w.T("without what it gave away: taken out by the sender")
	case f.State == envelope.Original:
		return w.T("the untouched original, kept as evidence: it can tell where and by whom it was made")
	case f.State == envelope.AsIs:
		return w.T("sent as it is: it can tell where and by whom it was made")
	default:
		return w.T("nobody looked at what it gives away")
	}
}

// file hands a sender's file out as a download under a neutral name: its own
// name may say who sent it, and nothing of it is shown in the browser.
func (r *Room) file(c *ui.Context) error {
	f, index, err := r.attached(c)
	if err != nil {
		return err
	}
	c.W.Header().Set("Content-Disposition", `attachment; filename="file-`+strconv.Itoa(index+1)+`"`)
	return r.serve(c, f, "application/octet-stream")
}

// sound lets a voice message be heard on the page of its conversation.
func (r *Room) sound(c *ui.Context) error {
	f, _, err := r.attached(c)
	if err != nil {
		return err
	}
	kind, ok := soundType(f)
	if !ok {
		return missing()
	}
	c.W.Header().Set("Content-Security-Policy", "default-src 'none'; sandbox")
	return r.serve(c, f, kind)
}

// soundType is the media type of a voice message that browsers play. It is one
// of a list, because the sender's device named it.
func soundType(f envelope.File) (string, bool) {
	kind, _, _ := strings.Cut(f.Type, ";")
	kind = strings.Replace(kind, "video/", "audio/", 1) // some recorders call sound in a film's wrapping so
	return kind, f.Kind == envelope.Voice && slices.Contains([]string{"audio/webm", "audio/ogg", "audio/mp4", "audio/m4a", "audio/x-m4a", "audio/aac", "audio/mpeg", "audio/wav", "audio/3gpp", "audio/amr"}, kind)
}

func (r *Room) attached(c *ui.Context) (envelope.File, int, error) {
	index, err := strconv.Atoi(c.ID("index"))
	if err != nil {
		return envelope.File{}, 0, missing()
	}
	f, err := r.Inbox.File(c.Context(), c.Actor, c.ID("thread"), c.ID("message"), index)
	return f, index, err
}

func (r *Room) serve(c *ui.Context, f envelope.File, kind string) error {
	h := c.W.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Length", strconv.FormatInt(f.Size, 10))
	c.W.WriteHeader(http.StatusOK)
	return r.Copy(c.W, f)
}
