package supporters

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"waylight/desk/internal/staff"
	"waylight/desk/internal/table"
	"waylight/internal/clock"
	"waylight/internal/country"
	"waylight/internal/fault"
	"waylight/internal/petition"
)

// Format is how a list of supporters is written.
type Format string

// The formats: a table, and the Open Supporter Data Interface 1.2 as JSON.
const (
	CSV  Format = "csv"
	OSDI Format = "osdi"
)

// Columns are those of the table.
func Columns() []string {
	return []string{"name", "email", "country", "lang", "updates", "shown", "day"}
}

// maxImport is the most rows that one import takes.
const maxImport = 20000

// Export gives the confirmed signatures out, for another system of the
// organisation's own. Rows that name somebody whom a case protects stay.
func (r *Roll) Export(ctx context.Context, a staff.Actor, id string, f Format) (out []byte, err error) {
	if r.Sieve == nil {
		return nil, fault.New(fault.Conflict, "Nothing can be published: the gate is not set up.")
	}
	err = r.Within(ctx, func(s Store) error {
		p, box, err := unlock(ctx, s, a, id)
		if err != nil {
			return err
		}
		all, err := confirmed(ctx, s, func(x Supporter) (Person, error) { return x.person(box) }, id)
		if err != nil {
			return err
		}
		var rows []string
		for _, x := range all {
			rows = append(rows, x.Name+"\n"+x.Email)
		}
		stopped, err := r.Sieve.StoppedOf(ctx, s, id, "supporters", rows)
		if err != nil {
			return err
		}
		var kept []entryOf
		for i, x := range all {
			if !slices.Contains(stopped, i) {
				kept = append(kept, x)
			}
		}
		if out, err = write(f, p, kept); err != nil {
			return err
		}
		return s.Append(ctx, entry(a, "petition.exported", id, struct {
			Format       Format
			Number, Kept int
		}{f, len(kept), len(stopped)}))
	})
	return out, err
}

func write(f Format, p Petition, all []entryOf) ([]byte, error) {
	switch f {
	case CSV:
		var rows [][]string
		for _, x := range all {
			rows = append(rows, []string{x.Name, x.Email, x.Country, x.Lang, yes(x.Updates && !x.Stopped), yes(x.Shown), string(x.Day)})
		}
		return table.WriteCSV(Columns(), rows), nil
	case OSDI:
		return json.MarshalIndent(osdiOf(p, all), "", " ")
	}
	return nil, fault.Missing()
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// The shapes of the Open Supporter Data Interface that a petition needs
// (opensupporter.github.io/osdi-docs): a page of signatures with their people.
type osdiPage struct {
	TotalRecords int           `json:"total_records"`
	Petition     *osdiPetition `json:"osdi:petition,omitempty"`
	Embedded     osdiEmbedded  `json:"_embedded"`
}

type osdiPetition struct {
	Identifiers []string `json:"identifiers"`
	Title       string   `json:"title"`
	Name        string   `json:"name"`
	Total       int      `json:"total_signatures"`
}

type osdiEmbedded struct {
	Signatures []osdiSignature `json:"osdi:signatures,omitempty"`
	People     []osdiPerson    `json:"osdi:people,omitempty"`
}

type osdiSignature struct {
	Identifiers []string `json:"identifiers,omitempty"`
	Created     string   `json:"created_date,omitempty"`
	Embedded    struct {
		Person osdiPerson `json:"osdi:person"`
	} `json:"_embedded"`
}

type osdiPerson struct {
	Given  string            `json:"given_name,omitempty"`
	Family string            `json:"family_name,omitempty"`
	Emails []osdiEmail       `json:"email_addresses"`
	Places []osdiPlace       `json:"postal_addresses,omitempty"`
	Langs  []string          `json:"languages_spoken,omitempty"`
	Custom map[string]string `json:"custom_fields,omitempty"`
}

type osdiEmail struct {
	Primary bool   `json:"primary"`
	Address string `json:"address"`
	Status  string `json:"status,omitempty"` // subscribed, unsubscribed
}

type osdiPlace struct {
	Primary bool   `json:"primary"`
	Country string `json:"country"`
}

func osdiOf(p Petition, all []entryOf) osdiPage {
	out := osdiPage{TotalRecords: len(all), Petition: &osdiPetition{Identifiers: []string{"waylight:" + p.Public}, Title: p.Content.Title.In("en"), Name: p.Slug, Total: len(all)}}
	for _, x := range all {
		s := osdiSignature{Identifiers: []string{"waylight:" + x.ID}, Created: string(x.Day) + "T00:00:00Z"}
		status := "unsubscribed"
		if x.Updates && !x.Stopped {
			status = "subscribed"
		}
		// A name is one thing here: it is not cut into parts that somebody guessed.
		s.Embedded.Person = osdiPerson{Given: x.Name, Emails: []osdiEmail{{true, x.Email, status}}, Places: []osdiPlace{{true, x.Country}}, Langs: []string{x.Lang}, Custom: map[string]string{"name": x.Name, "show_name": yes(x.Shown)}}
		out.Embedded.Signatures = append(out.Embedded.Signatures, s)
	}
	return out
}

// What can be wrong with a row; each is the key of its translation.
const (
	wrongName    = "Write the name on one line, with a letter and without the address of a page."
	wrongEmail   = "This is not an e-mail address."
	wrongCountry = "Write the country by its two letters, such as DE."
	wrongLang    = "Write the language as en or ru."
	wrongYes     = "Write yes or no."
	wrongDay     = "Write the day as 2017-04-09."
	wrongTwice   = "This mailbox stands in the list before."
	wrongFile    = "This is neither a table nor a page of the Open Supporter Data Interface."
)

// Sentences lists them, and those of tables, for translation.
func Sentences() []string {
	return append(table.Sentences(), wrongName, wrongEmail, wrongCountry, wrongLang, wrongYes, wrongDay, wrongTwice, wrongFile)
}

// came is one row of a list that comes in.
type came struct {
	line int
	Person
	day clock.Day
}

// read reads a list in whichever format it is.
func read(raw []byte, today clock.Day) ([]came, []table.Wrong) {
	if text := strings.TrimSpace(string(raw)); strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[") {
		return readOSDI([]byte(text), today)
	}
	rows, bad := table.Read(raw, Columns())
	if len(bad) > 0 {
		return nil, bad
	}
	var out []came
	for _, row := range rows {
		x := came{line: row.Line, day: clock.Day(strings.TrimSpace(row.Get("day")))}
		x.Name, x.Email, x.Country, x.Lang = strings.TrimSpace(row.Get("name")), strings.TrimSpace(row.Get("email")), strings.ToUpper(strings.TrimSpace(row.Get("country"))), strings.ToLower(strings.TrimSpace(row.Get("lang")))
		var ok bool
		if x.Updates, ok = isYes(row.Get("updates")); !ok {
			bad = append(bad, table.Wrong{Line: row.Line, Column: "updates", What: wrongYes})
		}
		if x.Shown, ok = isYes(row.Get("shown")); !ok {
			bad = append(bad, table.Wrong{Line: row.Line, Column: "shown", What: wrongYes})
		}
		out = append(out, x)
	}
	return checked(out, bad, today)
}

func isYes(s string) (yes, ok bool) {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "yes", "true", "1", "да":
		return true, true
	case "", "no", "false", "0", "нет":
		return false, true
	}
	return false, false
}

func readOSDI(raw []byte, today clock.Day) ([]came, []table.Wrong) {
	var page osdiPage
	if json.Unmarshal(raw, &page) != nil {
		page = osdiPage{}
		if json.Unmarshal(raw, &page.Embedded.People) != nil {
			return nil, []table.Wrong{{What: wrongFile}}
		}
	}
	var out []came
	add := func(p osdiPerson, created string) {
		x := came{line: len(out) + 1}
		x.Name = p.Custom["name"]
		if x.Name == "" {
			x.Name = strings.TrimSpace(p.Given + " " + p.Family)
		}
		for i, e := range p.Emails {
			if i == 0 || e.Primary {
				x.Email, x.Updates = e.Address, e.Status == "subscribed"
			}
		}
		for i, a := range p.Places {
			if i == 0 || a.Primary {
				x.Country = strings.ToUpper(a.Country)
			}
		}
		if len(p.Langs) > 0 {
			x.Lang = p.Langs[0]
		}
		x.Shown = p.Custom["show_name"] == "yes"
		if len(created) >= len(today) {
			x.day = clock.Day(created[:len(today)])
		}
		out = append(out, x)
	}
	for _, s := range page.Embedded.Signatures {
		add(s.Embedded.Person, s.Created)
	}
	for _, p := range page.Embedded.People {
		add(p, "")
	}
	if len(out) == 0 {
		return nil, []table.Wrong{{What: wrongFile}}
	}
	return checked(out, nil, today)
}

// checked tests every row and says what is wrong with each.
func checked(all []came, bad []table.Wrong, today clock.Day) ([]came, []table.Wrong) {
	if len(all) > maxImport {
		return nil, []table.Wrong{{What: table.TooLong}}
	}
	seen := map[string]bool{}
	for i := range all {
		x := &all[i]
		if x.Lang == "" {
			x.Lang = "en"
		}
		if x.day == "" {
			x.day = today
		}
		note := func(ok bool, column, what string) {
			if !ok {
				bad = append(bad, table.Wrong{Line: x.line, Column: column, What: what})
			}
		}
		note(petition.IsName(x.Name), "name", wrongName)
		note(petition.IsAddress(x.Email), "email", wrongEmail)
		note(country.Is(x.Country), "country", wrongCountry)
		note(x.Lang == "en" || x.Lang == "ru", "lang", wrongLang)
		note(isDay(x.day), "day", wrongDay)
		box := petition.Canonical(x.Email)
		note(!seen[box], "email", wrongTwice)
		seen[box] = true
		x.Via, x.Code = "import", petition.NewCode()
	}
	if len(bad) > 0 {
		return nil, bad
	}
	return all, nil
}

func isDay(d clock.Day) bool {
	var y, m, day int
	n, err := fmt.Sscanf(string(d), "%4d-%2d-%2d", &y, &m, &day)
	return err == nil && n == 3 && len(d) == len("2017-04-09") && m >= 1 && m <= 12 && day >= 1 && day <= 31
}

// Imported says what a list came to, or would.
type Imported struct {
	New   int
	Known int // mailboxes that have signed already
	Wrong []table.Wrong
}

// Import takes a list in, all of it or nothing. elsewhere says that these people
// confirmed on paper or to another service, and that somebody can show it: they
// count at once. Otherwise each is asked by mail.
func (r *Roll) Import(ctx context.Context, a staff.Actor, id string, raw []byte, elsewhere, try bool) (out Imported, err error) {
	rows, bad := read(raw, r.Today())
	if len(bad) > 0 {
		return Imported{Wrong: bad}, a.Must(staff.Advocate)
	}
	err = r.Within(ctx, func(s Store) error {
		out = Imported{}
		p, box, err := unlock(ctx, s, a, id)
		if err != nil {
			return err
		}
		w := work{r: r, s: s, p: p, box: box}
		for _, x := range rows {
			fresh := newSupporter(box, id, x.Person, x.day)
			if _, err := s.SupporterByAddress(ctx, id, fresh.Address); err == nil {
				out.Known++
				continue
			} else if fault.KindOf(err) != fault.NotFound {
				return err
			}
			out.New++
			if try {
				continue
			}
			if elsewhere {
				fresh.Standing = Confirmed
				w.codes = append(w.codes, r.code(p, x.Person, true))
			} else if err := w.ask(ctx, &fresh, x.Person); err != nil {
				return err
			}
			if err := s.PutSupporter(ctx, fresh); err != nil {
				return err
			}
		}
		if try {
			return nil
		}
		if err := r.register(ctx, s, w.codes, nil); err != nil {
			return err
		}
		return s.Append(ctx, entry(a, "petition.imported", id, struct {
			New, Known int
			Elsewhere  bool
		}{out.New, out.Known, elsewhere}))
	})
	return out, err
}
