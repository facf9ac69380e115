package letterbox

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"waylight/front/internal/signatures"
	"waylight/internal/clock"
	"waylight/internal/country"
	"waylight/internal/envelope"
	"waylight/internal/fault"
	"waylight/internal/i18n"
	"waylight/internal/page"
	"waylight/internal/petition"
	"waylight/internal/serve"
)

// petitionRoutes adds the pages of petitions below a language.
func (b *Box) petitionRoutes(at string, get, post func(string, serve.Handler)) {
	if b.Petitions == nil {
		return
	}
	get(at+"/petitions", b.petitions)
	get(at+"/petitions/{slug}", b.petition)
	post(at+"/petitions/{slug}", b.sign)
	get(at+"/petitions/{slug}/letter", b.ownLetter)
	get(at+"/confirm", b.askCode)
	post(at+"/confirm", b.confirm)
	get(at+"/confirm/{code}", b.askPress)
	get(at+"/leave/{code}", b.askLeave)
	post(at+"/leave/{code}", b.leave)
}

// petitionsView lists what can be signed.
type petitionsView struct {
	page.View
	Prefix string
	List   []petitionLine
}

type petitionLine struct{ Href, Title, To, Count string }

func (b *Box) petitions(w http.ResponseWriter, r *http.Request) error {
	v := petitionsView{View: b.view(r, "", "petitions", true)}
	v.Title, v.Prefix = v.T("Petitions"), prefix(v.View)
	for _, p := range b.Petitions.All() {
		t, err := b.Petitions.Tally(r.Context(), p.ID)
		if err != nil {
			return err
		}
		words := p.In(v.Tag())
		v.List = append(v.List, petitionLine{v.Prefix + "/petitions/" + p.Slug, words.Title, words.To, howMany(v.Words, t.Total)})
	}
	return b.render(w, http.StatusOK, "petitions", v)
}

// howMany says a public count; small ones are not told.
func howMany(w i18n.Words, n int) string {
	if n < petition.Least {
		return w.T("Fewer than %d people have confirmed so far.", petition.Least)
	}
	return w.N("%d person has confirmed.", "%d people have confirmed.", n)
}

// petitionView is a petition with its form.
type petitionView struct {
	page.View
	Prefix, Action string
	Petition       string // its id
	OrgKey         string // base64; the script verifies the statement with it
	Head, To       string
	Text           []string
	By             string
	Open           bool
	Until          string
	Once           string
	Fields         []page.Field
	Count          string
	Countries      []countLine
	Signed         string // what the organisation last counted and signed
	Goal           string
	Letters        bool
	Share          string // address to hand on; the script completes it
	Mail           string // mailto: with that address
	Done           bool
}

type countLine struct{ Name, Number string }

func (b *Box) find(r *http.Request) (signatures.Statement, error) {
	p, ok := b.Petitions.Find(r.PathValue("slug"))
	if !ok {
		return p, fault.Missing()
	}
	return p, nil
}

func (b *Box) petition(w http.ResponseWriter, r *http.Request) error {
	p, err := b.find(r)
	if err != nil {
		return err
	}
	v := b.view(r, "", "petitions/"+p.Slug, true)
	return b.petitionPage(w, r, http.StatusOK, p, v, func(*petitionView) {})
}

func (b *Box) petitionPage(w http.ResponseWriter, r *http.Request, status int, p signatures.Statement, base page.View, change func(*petitionView)) error {
	tally, err := b.Petitions.Tally(r.Context(), p.ID)
	if err != nil {
		return err
	}
	scheme := "http"
	if b.HTTPS || r.TLS != nil {
		scheme = "https"
	}
	v := showPetition(base, p, tally, clock.DayOf(b.Clock.Now()), scheme+"://"+r.Host)
	v.Once = envelope.NewID()
	change(&v)
	return b.render(w, status, "petition", v)
}

// showPetition makes the view of a petition, for pages and stories alike.
func showPetition(base page.View, p signatures.Statement, tally petition.Tally, today clock.Day, host string) petitionView {
	words := p.In(base.Tag())
	v := petitionView{View: base, Prefix: prefix(base), Petition: p.ID, Head: words.Title, To: words.To, Text: words.Paragraphs, By: teamName(p.Name, base.Tag()), Open: p.Signable(today), Letters: len(p.Letters) > 0}
	v.Title = v.T("Petition")
	v.Action, v.Until = v.Prefix+"/petitions/"+p.Slug, v.Day(p.Until)
	v.OrgKey = base64.StdEncoding.EncodeToString(p.Key)
	v.Count = howMany(v.Words, tally.Total)
	for _, c := range tally.Countries {
		name := country.Name(c.Country, v.Tag())
		if c.Country == "" {
			name = v.T("Other countries together")
		}
		v.Countries = append(v.Countries, countLine{name, v.Number(int64(c.Number))})
	}
	if t := p.Tally; t != nil && t.Total >= petition.Least {
		v.Signed = v.T("On %s the organisation counted %s and signed that number.", v.Day(t.Day), v.Number(int64(t.Total)))
	}
	if p.Goal > 0 {
		v.Goal = v.T("The goal is %s.", v.Number(int64(p.Goal)))
	}
	v.Share = host + v.Action
	v.Mail = "mailto:?" + strings.ReplaceAll(url.Values{"subject": {words.Title}, "body": {v.Share}}.Encode(), "+", "%20")
	v.Fields = signFields(v.Form)
	return v
}

// signFields are the questions to somebody who signs.
func signFields(f page.Form) []page.Field {
	return []page.Field{
		f.Text("name", f.T("Your name")).Hint(f.T("As you want to be counted. Another name than the one in your papers is allowed where yours would put you in danger.")).Complete("name"),
		f.Input("email", "email", f.T("Your e-mail address")).Hint(f.T("For one message in which you confirm. It is shown to nobody.")).Complete("email"),
		f.Select("country", f.T("The country in which you live"), countryOptions(f.Words)).Complete("country"),
		f.Checks("wish", f.T("If you want"), []page.Option{
			{Value: "updates", Label: f.T("Write to me how it goes on"), Hint: f.T("You can stop this at any time with one press.")},
			{Value: "shown", Label: f.T("My name may be shown to those to whom this is addressed"), Hint: f.T("Without this only the number and your country are handed over.")},
		}).Optional(),
	}
}

func countryOptions(w i18n.Words) []page.Option {
	all := []page.Option{}
	for _, c := range country.All() {
		all = append(all, page.Option{Value: c.Code, Label: country.Name(c.Code, w.Tag())})
	}
	slices.SortStableFunc(all, func(a, b page.Option) int { return strings.Compare(sortable(a.Label), sortable(b.Label)) })
	return append([]page.Option{{Value: "", Label: w.T("Please choose")}}, all...)
}

// sortable puts letters with marks where people look for them.
func sortable(s string) string {
	return strings.NewReplacer("Å", "A", "Ё", "Е", "ё", "е", "ô", "o", "ç", "c", "é", "e", "í", "i", "ã", "a").Replace(s)
}

// letterView proposes a letter to a supporter's own minister.
type letterView struct {
	page.View
	Prefix, Action, Head string
	Choice               page.Field
	Chosen               bool
	Lang                 string
	Office, Email        string
	Subject, Body        string
	Mail                 string
	None                 string // said when there is no proposal for the country
}

// ownLetter shows the proposal for a country. The person sends it; nothing is
// stored, and the Front does not learn whether it was sent.
func (b *Box) ownLetter(w http.ResponseWriter, r *http.Request) error {
	p, err := b.find(r)
	if err != nil {
		return err
	}
	if len(p.Letters) == 0 {
		return fault.Missing()
	}
	v := showLetter(b.view(r, "", "petitions/"+p.Slug+"/letter", true), p.Statement, r.URL.Query().Get("country"))
	return b.render(w, http.StatusOK, "letter", v)
}

func showLetter(base page.View, p petition.Statement, from string) letterView {
	v := letterView{View: base, Prefix: prefix(base), Head: p.In(base.Tag()).Title}
	v.Title = v.T("Write to your own minister")
	v.Action = v.Prefix + "/petitions/" + p.Slug
	var options []page.Option
	for _, l := range p.Letters {
		options = append(options, page.Option{Value: l.Country, Label: country.Name(l.Country, base.Tag())})
	}
	slices.SortFunc(options, func(a, b page.Option) int { return strings.Compare(sortable(a.Label), sortable(b.Label)) })
	v.Choice = v.Form.Select("country", v.T("Your country"), options).Or(from)
	l, ok := p.Letter(from)
	if !ok {
		if from != "" {
			v.None = v.T("There is no proposal for this country yet.")
		}
		return v
	}
	v.Chosen, v.Lang, v.Office, v.Email, v.Subject, v.Body = true, l.Lang, l.Office, l.Email, l.Subject, l.Body
	if l.Email != "" {
		v.Mail = "mailto:" + url.PathEscape(l.Email) + "?" + strings.ReplaceAll(url.Values{"subject": {l.Subject}, "body": {strings.ReplaceAll(l.Body, "\n", "\r\n")}}.Encode(), "+", "%20")
	}
	return v
}
