package harvest_test

import (
	"slices"
	"testing"

	"waylight/desk/internal/foreign"
	"waylight/desk/internal/harvest"
)

// A column is known by what stands in it, whatever it is called; where each row is a
// person of its own it is proposed as who that is. Everybody here is invented.
func TestTelling(t *testing.T) {
	t.Parallel()
	rows := []map[string]string{
		{"text": "Ruslan Invented", "story": "They came at night and took him.", "reach": "+7 200 000 00 31", "mail": "r@invented.example", "day": "08-04-2017", "n": "12345678", "town": "Dovecote"},
		{"text": "Магомед Выдуманный", "story": "Three men, one car.", "reach": "", "mail": "", "day": "2017-04-10", "n": "3", "town": "Dovecote"},
		{"text": "unknown", "story": "Nothing More Was Said, he wrote.", "reach": "8 (200) 000-00-32", "mail": "m@invented.example", "day": "", "n": "", "town": ""},
	}
	s := foreign.Sheet{Kind: foreign.Kobo, Columns: []string{"text", "story", "reach", "mail", "day", "n", "town"}}
	for i, cells := range rows {
		s.Rows = append(s.Rows, foreign.Row{Line: i + 1, Cells: cells})
	}
	want := []string{"text", "reach", "mail"}
	if got := harvest.Telling(s); !slices.Equal(got, want) {
		t.Errorf("telling: %v, want %v", got, want)
	}
	m := harvest.Propose(s)
	for _, c := range want {
		if m.Roles[c] != harvest.Identity {
			t.Errorf("%s is proposed as %s", c, m.Roles[c])
		}
	}
	if m.Roles["story"] != harvest.Words || len(m.Untold(s)) != 0 {
		t.Errorf("story as %s, untold %v", m.Roles["story"], m.Untold(s))
	}
	s.Kind = foreign.Uwazi // one source says all: nobody's identity, but it is told
	if m = harvest.Propose(s); !slices.Equal(m.Untold(s), want) {
		t.Errorf("untold: %v, want %v", m.Untold(s), want)
	}
}
