package desk

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"testing"
)

// again are forms of which each sending is a thing of its own: a file that is received
// twice was received twice, and both receipts stand in its custody.
var again = map[string]bool{"/record/items/*/evidence": true}

// TestEveryFormSentTwiceIsOne fills every form of the Desk with words that fit, as far
// as they can be guessed, and sends it twice, as an impatient finger does: the second
// sending does nothing.
func TestEveryFormSentTwiceIsOne(t *testing.T) {
	t.Parallel()
	d, _, team, cast := demoDesk(t)
	r := d.rooms()
	things(t, r, team)
	b := &formTester{T: t, h: r.pages, rooms: r, cookies: map[string]string{}}
	for _, a := range cast.Accounts {
		c, err := d.SignIn(t.Context(), a.Login, a.Passphrase)
		if err != nil {
			t.Fatal(err)
		}
		b.cookies[a.Login] = c
	}
	have := map[string]int{}
	var forms []sheet
	for _, a := range cast.Accounts {
		forms = append(forms, b.forms(a.Login, have)...)
	}
	taken := 0
	for n, f := range forms {
		values := url.Values{}
		for _, c := range f.controls {
			s := c.sensible()
			if s == "Invented words" {
				s = fmt.Sprintf("Invented words %d", n)
			}
			if s != "" {
				values.Set(c.name, s)
			}
		}
		before := ledgerSize(t, r)
		if w := b.post(f, values); w.Code != http.StatusSeeOther {
			continue
		}
		did := deeds(t, r, before)
		if len(did) == 0 {
			continue
		}
		taken++
		before = ledgerSize(t, r)
		w := b.post(f, values)
		if twice := deeds(t, r, before); len(twice) > 0 && !again[f.pattern()] {
			t.Errorf("POST %s as %s, from %s, sent twice: %d, did %v and then %v", f.pattern(), f.who, f.page, w.Code, did, twice)
		} else if len(twice) == 0 && again[f.pattern()] {
			t.Errorf("POST %s sent twice does nothing more: take it from the exceptions", f.pattern())
		}
	}
	t.Logf("%d forms, %d were taken and sent again", len(forms), taken)
	if taken < 40 {
		t.Errorf("only %d forms could be filled", taken)
	}
}

// deeds are what was done since an entry, without what was only looked at.
func deeds(t *testing.T, r *rooms, from int64) (all []string) {
	t.Helper()
	for _, e := range entries(t, r, from) {
		if !reads.MatchString(e.Action) {
			all = append(all, e.Action)
		}
	}
	slices.Sort(all)
	return all
}
