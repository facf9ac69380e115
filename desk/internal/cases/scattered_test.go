package cases

import (
	"slices"
	"testing"
)

// TestScattered: what is a telephone number, an address or an account by its form is
// found in any words, and dates, hours, money and codes are not taken for one.
func TestScattered(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]secret{
		"Call +7 (200) 000-00-01 after nine.":                      {{"phone", "+72000000001"}},
		"тётя: 8 200 000 00 02, потом 8(200)000‑00‑03":             {{"phone", "+72000000002"}, {"phone", "+72000000003"}},
		"+49 30 000000 and 0049 30 000000":                         {{"phone", "+4930000000"}, {"phone", "004930000000"}},
		"975 000-00-04 is the aunt's":                              {{"phone", "+79750000004"}},
		"+7 200 000 00 05 9.30":                                    {{"phone", "+72000000005"}},
		"write to a.b@example.org or t.me/example_name":            {{"email", "a.b@example.org"}, {"handle", "example_name"}},
		"on Telegram (@example_two)":                               {{"handle", "example_two"}},
		"8 April 2017, 09:30 to 18:45; 2017-04-08 12:00-14:00":     nil,
		"8-9.04.2017 at 7.15, 1 900.00 EUR, house 7, case RJ-4071": nil,
		"7 people, 8 nights, 9 beds; account 40817810000000000000": nil,
	} {
		if got := scattered(Note{Words: text}); !slices.Equal(got, want) && len(got)+len(want) > 0 {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
	deep := Plan{Goals: "x", Actions: []Action{{What: "Ring +7 200 000 00 06"}}}
	if got := scattered(deep); !slices.Equal(got, []secret{{"phone", "+72000000006"}}) {
		t.Error(got)
	}
}
