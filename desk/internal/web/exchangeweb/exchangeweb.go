// Package exchangeweb is the pages of the exchange with partner organisations:
// who they are, what goes there and comes from there, and the form by which a
// caseworker chooses, field by field, what of a person leaves.
//
// It refuses rules: what may leave is decided in exchange and cases. It imports
// exchange, cases, staff, ui, page and the ground.
package exchangeweb

import (
	"context"
	"embed"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"strings"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/exchange"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
	"waylight/internal/referral"
)

//go:embed templates/*.html
var templates embed.FS

//go:embed locale/*.po
var locale embed.FS

// Locale is the room's catalogue.
func Locale() fs.FS { return locale }

var pages = ui.Must(ui.Parse(templates))

// Room serves the pages.
type Room struct {
	Liaison *exchange.Liaison
	Book    *cases.Book
	Names   func(ctx context.Context) (map[string]string, error)
	Members func(ctx context.Context) ([]staff.Member, error)
}

// Register adds the room's routes.
func (r *Room) Register(m *ui.Mux) {
	m.Notices(map[string]string{
		"partner.entered":   i18n.Key("The partner is entered. Now a second member must compare the words."),
		"partner.confirmed": i18n.Key("The words are compared by two. Referrals can be exchanged with this partner."),
		"partner.newer":     i18n.Key("The partner's newer card is kept."),
		"partner.stopped":   i18n.Key("Nothing goes to this partner or comes from it any more."),
		"partner.key":       i18n.Key("The card is made. Give it to your partners."),
		"referral.agreed":   i18n.Key("The consent is kept."),
		"referral.made":     i18n.Key("The package is ready. Download it and carry it to the partner."),
		"referral.came":     i18n.Key("It was taken in."),
		"referral.again":    i18n.Key("This package is here already. Nothing was changed."),
		"referral.answered": i18n.Key("The answer is ready. Download it and carry it to the partner."),
		"referral.recalled": i18n.Key("It is called back here. Carry the revocation to the partner now."),
		"referral.over":     i18n.Key("The case is handed over."),
	})
	all := []staff.Role{staff.Intake, staff.Caseworker, staff.Security}
	carry, w := exchange.Carriers(), staff.Caseworker
	m.Get("/partners", r.partners, all...)
	m.Upload("/partners", 1<<20, r.enter, exchange.Keepers()...)
	m.Post("/partners/key", r.makeKey, carry...)
	m.Get("/partners/card", r.card, all...)
	m.Get("/partners/{partner}", r.partner, all...)
	m.Post("/partners/{partner}/confirm", r.confirm, exchange.Keepers()...)
	m.Post("/partners/{partner}/stop", r.stop, exchange.Keepers()...)
	m.Get("/referrals", r.list, carry...)
	m.Upload("/referrals/bring", referral.MaxSealed+1<<20, r.bring, carry...)
	m.Get("/referrals/{referral}", r.sheet, carry...)
	m.Post("/referrals/{referral}/accept", r.accept, carry...)
	m.Post("/referrals/{referral}/reject", r.reject, carry...)
	m.Post("/referrals/{referral}/end", r.end, w)
	m.Post("/referrals/{referral}/recall", r.recall, w)
	m.Post("/referrals/{referral}/hand-over", r.handOver, w)
	m.Post("/referrals/{referral}/packages/{package}", r.give, carry...)
	m.Get("/referrals/{referral}/files/{n}", r.file, carry...)
	m.Get("/cases/{case}/refer", r.referForm, w)
	m.Upload("/cases/{case}/refer", referral.MaxBytes+8<<20, r.refer, w)
	m.Get("/cases/{case}/refer/consent", r.consentForm, w)
	m.Post("/cases/{case}/refer/consent", r.agree, w)
}

// maxField bounds a text that comes with files.
const maxField = 256 << 10

// read takes a form with files, in memory only: nothing of it touches the disk unsealed.
func read(c *ui.Context, limit int) (url.Values, []referral.File, error) {
	values := url.Values{}
	m, err := c.R.MultipartReader()
	if err != nil {
		return values, nil, fault.New(fault.Invalid, "The form could not be read. Please send it again.")
	}
	var files []referral.File
	for {
		p, err := m.NextPart()
		if errors.Is(err, io.EOF) {
			return values, files, nil
		}
		if err != nil {
			return values, files, broken(err)
		}
		if p.FileName() == "" {
			b, err := io.ReadAll(io.LimitReader(p, maxField))
			if err != nil {
				return values, files, broken(err)
			}
			values.Add(p.FormName(), strings.TrimSpace(strings.ToValidUTF8(string(b), "\uFFFD")))
			continue
		}
		b, err := io.ReadAll(io.LimitReader(p, int64(limit)+1))
		if err != nil {
			return values, files, broken(err)
		}
		if len(b) > limit {
			return values, files, tooLarge()
		}
		kind := p.Header.Get("Content-Type")
		if len(kind) > 100 {
			kind = "application/octet-stream"
		}
		files = append(files, referral.File{Name: path.Base(strings.ToValidUTF8(p.FileName(), "_")), Type: kind, Bytes: b})
	}
}

func tooLarge() error {
	return fault.New(fault.TooLarge, "The file is too large: a package has at most 32 MB, and the files in it 24 MB.")
}

func broken(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return tooLarge()
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return fault.New(fault.Invalid, "The upload broke off. Nothing was kept. Please send it again.")
	}
	return err
}

// typed shows what was typed again, with what is wrong.
func typed(w i18n.Words, values url.Values, err error) page.Form {
	f := page.Form{Words: w, Values: values}
	var e *fault.Error
	if errors.As(err, &e) {
		f.Errors, f.Message, f.Args = e.Fields, e.Message, e.Args
	}
	return f
}

// again reports whether a page can be shown anew with what is wrong.
func again(err error) bool {
	k := fault.KindOf(err)
	return k == fault.Invalid || k == fault.Conflict || k == fault.TooLarge
}

// small is a short form.
type small struct {
	i18n.Words
	Title  string
	Note   string
	Action string
	Hidden []ui.Hidden
	Fields []page.Field
	Button string
	Main   bool
	Danger bool
	Files  bool // takes files
}
