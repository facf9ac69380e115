package cases

import (
	"time"

	"math"
	"strconv"
	"strings"

	"waylight/internal/clock"
	"waylight/internal/fault"
)

// Money is an amount in minor units (cents) of a currency (ISO 4217).
type Money struct {
	Minor    int64
	Currency string
}

// MostMinor is the largest amount that is taken, in minor units: sums of many stay exact.
const MostMinor = math.MaxInt64 / 1_000_000

// Digits after the point: two, but for these.
func Digits(currency string) int {
	switch currency {
	case "JPY", "KRW", "VND", "ISK", "CLP", "UGX", "XAF", "XOF", "RWF", "PYG", "GNF", "KMF", "DJF", "BIF", "VUV", "XPF":
		return 0
	case "KWD", "BHD", "OMR", "JOD", "TND", "IQD", "LYD":
		return 3
	}
	return 2
}

// ValidCurrency reports whether a text has the form of a currency's code.
func ValidCurrency(s string) bool {
	return len(s) == 3 && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

// ParseMoney reads an amount such as "1 250.50" or "1250,5" in a currency.
func ParseMoney(amount, currency string) (Money, error) {
	var c fault.Check
	currency = strings.ToUpper(strings.TrimSpace(currency))
	c.Field(ValidCurrency(currency), "currency", "Give the currency as three letters, such as EUR.")
	text := strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", ",", ".").Replace(strings.TrimSpace(amount))
	whole, part, _ := strings.Cut(text, ".")
	d := Digits(currency)
	for len(part) < d {
		part += "0"
	}
	n, err := strconv.ParseInt(whole+part, 10, 64)
	ok := err == nil && whole != "" && len(part) == d && n > 0 && n <= MostMinor && strings.Trim(whole+part, "0123456789") == ""
	c.Field(ok, "amount", "Give an amount above 0, such as 120.50.")
	return Money{Minor: n, Currency: currency}, c.Err()
}

// String gives the amount as "120.50 EUR".
func (m Money) String() string {
	d := Digits(m.Currency)
	s := strconv.FormatInt(m.Minor, 10)
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	for len(s) <= d {
		s = "0" + s
	}
	if d > 0 {
		s = s[:len(s)-d] + "." + s[len(s)-d:]
	}
	return sign + s + " " + m.Currency
}

// Lines lists the budget lines (from the accounts published in 2017).
func Lines() []string {
	return []string{"travel", "visa", "housing", "food", "medical", "documents", "social", "other"}
}

// Closure ends the work on a case.
type Closure struct {
	Safe    bool
	Region  string // coarse: a country or wider
	Needs   string // which needs were met, which not
	View    string // how the person sees it themself
	Reopen  string // what would make us open it again
	EraseBy clock.Day
}

func (c Closure) check(today clock.Day) error {
	var k fault.Check
	k.Field(c.Needs != "", "needs", "Say which needs were met and which were not.")
	k.Field(c.View != "", "view", "Say how the person sees it, or that they did not want to say.")
	k.Field(ValidDay(c.EraseBy) && c.EraseBy >= today, "erase", "Give the day by which everything is erased: today or later.")
	return k.Err()
}

// Turn moves a case to a side state, back from it, or open again.
type Turn struct {
	To     State // a side state; empty: back on the road
	Reopen bool
	Reason string
}

// Note is words for colleagues.
type Note struct {
	Words string
	Away  time.Time `json:",omitzero"` // when it was written, without a line; zero: here
}

// FollowUp is how a person is, some time after they arrived.
type FollowUp struct {
	Safe  bool
	Words string
	Next  clock.Day
}

// Contact is what happened at a check-in or an alert, in words.
type Contact struct {
	About string // check-in or alert id
	What  string // ok, duress, found, acknowledged, stopped; of what was heard without a line also heard, none
	Words string
	Away  time.Time `json:",omitzero"` // when it was heard, without a line
}

// Bridge ties a party to the key under which the record knows them as a source.
// The record holds only the key; cutting the bridge removes this side.
type Bridge struct {
	Party   string
	Consent string
	Source  string // opaque
}
