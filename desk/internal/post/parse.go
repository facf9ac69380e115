package post

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/emersion/go-message"
	"github.com/emersion/go-message/charset"
	"golang.org/x/net/html"
)

// The limits of what is taken apart. Beyond them nothing is lost: the mail is
// kept whole beside what could be read of it.
const (
	maxDepth   = 8
	maxParts   = 200     // looked at
	maxFiles   = 40      // taken out
	maxText    = 200_000 // bytes to read
	maxField   = 2_000   // bytes of a header field
	maxHeaders = 256 << 10
)

// Mail is a mail that came, as far as it could be read. Nothing in it is proven:
// anybody can write any sender.
type Mail struct {
	Raw        []byte
	From       string // the address; empty when there is none that can be written to
	FromName   string
	Subject    string
	MessageID  string
	References []string // Message-IDs that it answers, without brackets
	Text       string
	FromHTML   bool // Text was taken out of HTML: what was only shown there is in Raw
	Cut        bool // Text is not all of it
	Auto       bool // written by a machine: a bounce, a holiday notice
	Bounce     bool // says that a mail of ours did not arrive
	Failed     bool // a bounce that says for good: the mailbox is not there (RFC 3464, 2.3.3 and 2.3.4)
	Files      []Attachment
	Trouble    bool // something in it could not be read, or was too much
}

// Parse reads a mail. It never fails and never looks elsewhere: what cannot be
// read is in Raw.
func Parse(raw []byte) Mail {
	m := Mail{Raw: raw}
	e, err := message.ReadWithOptions(bytes.NewReader(raw), &message.ReadOptions{MaxHeaderBytes: maxHeaders})
	if e == nil {
		m.Trouble = true
		return m
	}
	if err != nil && !message.IsUnknownCharset(err) && !message.IsUnknownEncoding(err) {
		m.Trouble = true
	}
	m.headers(&e.Header)
	r := reader{mail: &m}
	r.part(e, 0)
	m.Text = r.plain.String()
	if strings.TrimSpace(m.Text) == "" && r.marked.Len() > 0 {
		m.Text, m.FromHTML = words(r.marked.String()), true
	}
	m.Text = tidy(m.Text)
	if len(m.Text) > maxText {
		m.Text, m.Cut = clip(m.Text, maxText), true
	}
	return m
}

func (m *Mail) headers(h *message.Header) {
	if list, err := mail.ParseAddressList(field(h, "From")); err == nil && len(list) > 0 && IsAddress(list[0].Address) {
		m.From, m.FromName = list[0].Address, tidy(clip(list[0].Name, 200))
	} else if a := bare.FindString(field(h, "From")); IsAddress(a) {
		m.From, m.Trouble = a, true
	}
	m.Subject = tidy(clip(decoded(h.Get("Subject")), maxField))
	if ids := inBrackets(h.Get("Message-Id")); len(ids) > 0 {
		m.MessageID = ids[0]
	}
	m.References = append(inBrackets(h.Get("In-Reply-To")), inBrackets(h.Get("References"))...)
	if auto := strings.ToLower(h.Get("Auto-Submitted")); auto != "" && auto != "no" {
		m.Auto = true
	}
	kind, params, _ := mime.ParseMediaType(h.Get("Content-Type"))
	if kind == "multipart/report" && strings.EqualFold(params["report-type"], "delivery-status") || h.Has("X-Failed-Recipients") {
		m.Auto, m.Bounce = true, true
	}
}

var (
	bare     = regexp.MustCompile(`[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9.\-]{1,180}`)
	brackets = regexp.MustCompile(`<([^<>\s]{3,250})>`)
)

func inBrackets(s string) []string {
	var out []string
	for _, x := range brackets.FindAllStringSubmatch(clip(s, 16<<10), 50) {
		out = append(out, x[1])
	}
	return out
}

// field is a header field of an address: its encoded words are read by the address parser.
func field(h *message.Header, name string) string { return clip(h.Get(name), maxField) }

var wordDecoder = mime.WordDecoder{CharsetReader: charset.Reader}

func decoded(s string) string {
	if out, err := wordDecoder.DecodeHeader(clip(s, maxField)); err == nil {
		return out
	}
	return s
}

// reader walks through the parts.
type reader struct {
	mail          *Mail
	plain, marked strings.Builder
	parts         int
}

func (r *reader) part(e *message.Entity, depth int) {
	if r.parts++; r.parts > maxParts || depth > maxDepth {
		r.mail.Trouble = true
		return
	}
	kind, params, err := e.Header.ContentType()
	if err != nil {
		kind = "application/octet-stream"
	}
	if mr := e.MultipartReader(); mr != nil {
		r.children(mr, depth)
		return
	}
	disposition, named, _ := e.Header.ContentDisposition()
	name := named["filename"]
	if name == "" {
		name = params["name"]
	}
	body, err := io.ReadAll(io.LimitReader(e.Body, MaxMail))
	if err != nil {
		r.mail.Trouble = true
	}
	switch {
	case kind == "text/plain" && disposition != "attachment" && r.plain.Len() < maxText:
		r.plain.WriteString(readable(body))
		r.plain.WriteString("\n")
	case kind == "text/html" && disposition != "attachment" && r.marked.Len() < 4*maxText:
		r.marked.WriteString(readable(body))
	case kind == "message/delivery-status" || kind == "message/global-delivery-status": // the second since addresses may hold any letter (RFC 6533)
		r.mail.Auto, r.mail.Bounce = true, true
		r.mail.Failed = failedForGood(body)
	case slices.Contains(returnedAs, kind) && r.mail.Auto:
		r.returned(body)
	case len(r.mail.Files) >= maxFiles:
		r.mail.Trouble = true
	default:
		r.mail.Files = append(r.mail.Files, Attachment{Name: fileName(decoded(name)), Type: clip(kind, 100), Body: body})
	}
}

// children walks through a multipart. A part that cannot be read ends it; what
// came before counts.
func (r *reader) children(mr message.MultipartReader, depth int) {
	for {
		p, err := mr.NextPart()
		if errors.Is(err, io.EOF) {
			return
		}
		if p == nil {
			r.mail.Trouble = true
			return
		}
		if err != nil && !message.IsUnknownCharset(err) && !message.IsUnknownEncoding(err) {
			r.mail.Trouble = true
		}
		r.part(p, depth+1)
		if r.parts > maxParts {
			return
		}
	}
}

// What a report says of a recipient (RFC 3464, 2.3.4 and 2.3.6): the status that our
// server gives, and what the other one said, which knows better.
var (
	folded   = regexp.MustCompile(`\r?\n[ \t]+`)
	said     = regexp.MustCompile(`(?im)^Diagnostic-Code:.*?\b5\.(\d{1,3}\.\d{1,3})\b`)
	status   = regexp.MustCompile(`(?im)^Status:[ \t]*5\.(\d{1,3}\.\d{1,3})\b`)
	noMailed = []string{"1.1", "1.2", "1.3", "1.10", "2.1"} // no such mailbox, system or address; closed (RFC 3463, 3.2 and 3.3)
)

// failedForGood reports whether a mailbox is not there, going by a report of delivery. A
// full one, or a server that did not like the words, is another matter.
func failedForGood(report []byte) bool {
	report = folded.ReplaceAll(report, []byte(" "))
	if m := said.FindSubmatch(report); m != nil {
		return slices.Contains(noMailed, string(m[1]))
	}
	m := status.FindSubmatch(report)
	return m != nil && (slices.Contains(noMailed, string(m[1])) || string(m[1]) == "0.0") // 5.0.0: many servers say no more
}

// returnedAs is how a report holds the mail that it is about, or its head (RFC 3462, RFC 6533).
var returnedAs = []string{"message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"}

// returned finds which mail of ours a bounce is about.
func (r *reader) returned(body []byte) {
	if e, _ := message.ReadWithOptions(bytes.NewReader(body), &message.ReadOptions{MaxHeaderBytes: maxHeaders}); e != nil {
		r.mail.References = append(r.mail.References, inBrackets(e.Header.Get("Message-Id"))...)
	}
}

// readable makes text of bytes: a charset that nobody knows shows as signs for
// unreadable characters, and the bytes are in Raw.
func readable(b []byte) string { return strings.ToValidUTF8(string(b), "\uFFFD") }

// tidy takes out what is no text: control characters, and those that turn the
// direction of writing, which can show a file's or a sender's name otherwise than it is.
func tidy(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n")
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == '\r':
			return '\n'
		case unicode.IsControl(r), r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069:
			return -1
		}
		return r
	}, s))
}

// clip cuts at a whole character.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// fileName keeps the last part of a name and nothing that a file system or a
// header could take for more.
func fileName(name string) string {
	name = tidy(name)
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || r == '"' || r == 0x7f {
			return '_'
		}
		return r
	}, name)
	return clip(strings.TrimSpace(name), 200)
}

// words takes the text out of HTML. Nothing is run and nothing is fetched; of a
// link its text is shown and its address beside it, so that no text hides one.
func words(page string) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(page))
	z.SetMaxBuf(1 << 20)
	hidden, link := 0, ""
	for {
		switch z.Next() {
		case html.ErrorToken:
			return collapse(b.String())
		case html.TextToken:
			if hidden == 0 {
				b.Write(z.Text())
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			switch t.Data {
			case "script", "style", "head", "template", "title":
				if t.Type == html.StartTagToken {
					hidden++
				}
			case "br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "blockquote", "table":
				b.WriteString("\n")
			case "a":
				link = ""
				for _, a := range t.Attr {
					if a.Key == "href" {
						link = clip(a.Val, 500)
					}
				}
			}
		case html.EndTagToken:
			switch t := z.Token(); t.Data {
			case "script", "style", "head", "template", "title":
				hidden = max(0, hidden-1)
			case "p", "div", "tr", "blockquote":
				b.WriteString("\n")
			case "a":
				if link != "" {
					b.WriteString(" [" + link + "]")
				}
				link = ""
			}
		}
	}
}

var (
	manySpaces = regexp.MustCompile(`[ \t\x{00a0}]+`)
	manyLines  = regexp.MustCompile(`\n\s*\n\s*`)
)

func collapse(s string) string {
	return strings.TrimSpace(manyLines.ReplaceAllString(manySpaces.ReplaceAllString(s, " "), "\n\n"))
}
