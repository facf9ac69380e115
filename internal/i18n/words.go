package i18n

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"waylight/internal/clock"
)

// Words speaks one language. The zero value speaks English. A typed view embeds
// it, so that templates write {{.T "…"}}.
type Words struct {
	Lang  Lang
	Zone  *time.Location // in which times are written; nil: UTC
	table *table
}

// T translates a sentence. It is a Printf format only when args are given.
func (w Words) T(key string, args ...any) string {
	s := key
	if w.table != nil {
		if e, ok := w.table.entries[key]; ok {
			s = e.forms[0]
		}
	}
	return w.finish(s, args)
}

// N translates a sentence about n things. Both forms take n as their first
// placeholder; args follow.
func (w Words) N(one, many string, n int, args ...any) string {
	s := many
	if n == 1 {
		s = one
	}
	if w.table != nil {
		if e, ok := w.table.entries[one]; ok {
			s = e.forms[min(w.table.plural.Eval(uint32(max(n, -n))), len(e.forms)-1)]
		}
	}
	return w.finish(s, append([]any{n}, args...))
}

func (w Words) finish(s string, args []any) string {
	pseudo := w.Lang == Pseudo || w.Lang == Mirror
	if pseudo {
		s = accent(s)
	}
	if len(args) > 0 {
		s = fmt.Sprintf(s, args...)
	}
	if pseudo {
		s = "[" + s + strings.Repeat("~", len([]rune(s))*2/5) + "]"
	}
	return s
}

var accents = strings.NewReplacer("a", "å", "e", "é", "i", "ï", "o", "ö", "u", "ü", "y", "ý", "A", "Å", "E", "É", "O", "Ö", "c", "ç", "n", "ñ")

// slot is a placeholder of ours, or one that the page's script fills: "{time}".
var slot = regexp.MustCompile(verb.String() + `|\{[a-z]+\}`)

// accent leaves placeholders alone.
func accent(s string) string {
	var b strings.Builder
	last := 0
	for _, at := range slot.FindAllStringIndex(s, -1) {
		b.WriteString(accents.Replace(s[last:at[0]]))
		b.WriteString(s[at[0]:at[1]])
		last = at[1]
	}
	b.WriteString(accents.Replace(s[last:]))
	return b.String()
}

// Dir is the direction of writing: "ltr" or "rtl".
func (w Words) Dir() string {
	switch w.Lang {
	case Mirror, "ar", "fa", "he", "ur", "ps":
		return "rtl"
	}
	return "ltr"
}

// Tag is the value of the lang attribute.
func (w Words) Tag() string {
	switch w.Lang {
	case Russian:
		return "ru"
	case "", English, Pseudo, Mirror:
		return "en"
	}
	return string(w.Lang)
}

// month gives a month in the form that follows a day's number ("9 April", «9 апреля»).
func (w Words) month(m time.Month) string {
	return w.T([...]string{
		Key("January"), Key("February"), Key("March"), Key("April"), Key("May"), Key("June"), Key("July"),
		Key("August"), Key("September"), Key("October"), Key("November"), Key("December"),
	}[m-1])
}

// Day writes a calendar day: "9 April 2017". What is not a day is returned as it is.
func (w Words) Day(d clock.Day) string {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return string(d)
	}
	return fmt.Sprintf("%d %s %d", t.Day(), w.month(t.Month()), t.Year())
}

// In gives the words with times written in a zone.
func (w Words) In(zone *time.Location) Words {
	w.Zone = zone
	return w
}

// Here is a time in the zone of these words.
func (w Words) Here(t time.Time) time.Time {
	if w.Zone == nil {
		return t.UTC()
	}
	return t.In(w.Zone)
}

// Date writes a time with its day and its distance from UTC, in the zone of these
// words: "9 April 2017, 14:05 UTC", "9 April 2017, 17:05 UTC+3". The zero time is "—".
func (w Words) Date(t time.Time) string {
	if t.IsZero() {
		return "—"
	}
	return w.Day(clock.Day(w.Here(t).Format(time.DateOnly))) + ", " + w.Time(t)
}

// Time writes the time of day with its distance from UTC: "17:05 UTC+3".
func (w Words) Time(t time.Time) string {
	here := w.Here(t)
	return here.Format("15:04 ") + Offset(here)
}

// Offset is a time's distance from UTC: "UTC", "UTC+3", "UTC+5:30".
func Offset(t time.Time) string {
	_, s := t.Zone()
	if s == 0 {
		return "UTC"
	}
	sign := "+"
	if s < 0 {
		sign, s = "−", -s
	}
	if s%3600 == 0 {
		return fmt.Sprintf("UTC%s%d", sign, s/3600)
	}
	return fmt.Sprintf("UTC%s%d:%02d", sign, s/3600, s/60%60)
}

// ZoneName names the zone of these words as the time zone database does: "UTC", "Europe/Berlin".
func (w Words) ZoneName() string {
	if w.Zone == nil {
		return "UTC"
	}
	return w.Zone.String()
}

// Span writes a length of time in at most two units: "3 h 20 min", "2 days 4 h".
func (w Words) Span(d time.Duration) string {
	d = max(d, -d)
	days, hours, minutes := int(d/(24*time.Hour)), int(d/time.Hour)%24, int(d/time.Minute)%60
	switch {
	case days >= 14 || days > 0 && hours == 0:
		return w.N("%d day", "%d days", days)
	case days > 0:
		return w.N("%d day", "%d days", days) + " " + w.T("%d h", hours)
	case hours > 0 && minutes == 0:
		return w.T("%d h", hours)
	case hours > 0:
		return w.T("%d h", hours) + " " + w.T("%d min", minutes)
	case minutes > 0:
		return w.T("%d min", minutes)
	}
	return w.T("under a minute")
}

// Left says how long something can still wait, or how late it is: "3 h 20 min left".
func (w Words) Left(d time.Duration) string {
	if d < 0 {
		return w.T("%s late", w.Span(d))
	}
	return w.T("%s left", w.Span(d))
}

// Ago says how long something is past: "20 min ago".
func (w Words) Ago(d time.Duration) string {
	if d < time.Minute {
		return w.T("just now")
	}
	return w.T("%s ago", w.Span(d))
}

// Number writes a whole number in groups: "12,345", «12 345».
func (w Words) Number(n int64) string {
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, digits = "−", digits[1:]
	}
	group := "\u202f" // narrow no-break space
	if w.Tag() == "en" {
		group = ","
	} else if len(digits) == 4 {
		return sign + digits // Russian groups from five digits on
	}
	var b strings.Builder
	for i, c := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteString(group)
		}
		b.WriteRune(c)
	}
	return sign + b.String()
}
