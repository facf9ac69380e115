// Package edtf reads dates as sources give them: a day, a month, a season, a
// year, "about", "perhaps", or a span with open ends.
//
// The form is ISO 8601-2 (EDTF) level 0 and the part of level 1 that a record
// of violations needs. A Date never claims more precision than was written. The
// package refuses times of day and imports the standard library and clock only.
package edtf

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"waylight/internal/clock"
)

// A Date is a date or span in EDTF: "2017-04-09", "2017-04", "2017-21" (spring),
// "2017~" (about), "2017-02/2017-04", "2017-02/..". The zero Date is unknown.
// Only Parse makes one that is checked.
type Date string

var single = regexp.MustCompile(`^(\d{4}|\d{3}X|\d{2}XX)(?:-(\d{2}|XX)(?:-(\d{2}|XX))?)?([?~%])?$`)

// Parse checks text and returns it as a Date. The error says what to write instead.
func Parse(text string) (Date, error) {
	from, to, span := strings.Cut(text, "/")
	if !span {
		if _, _, err := ends(text); err != nil {
			return "", err
		}
		return Date(text), nil
	}
	var first, last clock.Day
	for i, part := range []string{from, to} {
		if part == "" || part == ".." {
			continue
		}
		a, b, err := ends(part)
		if err != nil {
			return "", err
		}
		if i == 0 {
			first = a
		} else {
			last = b
		}
	}
	if first == "" && last == "" {
		return "", fmt.Errorf("%q has no end that is known; leave the date empty instead", text)
	}
	if first != "" && last != "" && first > last {
		return "", fmt.Errorf("%q ends before it begins", text)
	}
	return Date(text), nil
}

// Of returns the day d as a Date.
func Of(d clock.Day) Date { return Date(d) }

// Span returns the first and the last day that the date can mean; an end that
// is open or unknown is "".
func (d Date) Span() (first, last clock.Day) {
	from, to, span := strings.Cut(string(d), "/")
	if !span {
		first, last, _ = ends(string(d))
		return first, last
	}
	first, _, _ = ends(from)
	_, last, _ = ends(to)
	return first, last
}

// Approximate reports whether the date was qualified with about (~), perhaps (?) or both (%).
func (d Date) Approximate() bool { return strings.ContainsAny(string(d), "~?%") }

// Precision names the finest part that is stated: "day", "month", "season", "year", "span" or "unknown".
func (d Date) Precision() string {
	s := strings.TrimRight(string(d), "?~%")
	switch {
	case s == "":
		return "unknown"
	case strings.Contains(s, "/"):
		return "span"
	case len(s) == 10 && !strings.Contains(s, "X"):
		return "day"
	case len(s) >= 7 && s[5:7] >= "21" && s[5:7] <= "24":
		return "season"
	case len(s) >= 7 && s[5:7] != "XX":
		return "month"
	}
	return "year"
}

// On reports whether the date certainly lies on or before the day: its last
// possible day does. An open or unknown date does not.
func (d Date) On(day clock.Day) bool {
	_, last := d.Span()
	return last != "" && last <= day
}

func ends(text string) (first, last clock.Day, err error) {
	m := single.FindStringSubmatch(text)
	if m == nil {
		return "", "", fmt.Errorf("%q is not a date; write it as 2017-04-09, 2017-04 or 2017", text)
	}
	low, _ := strconv.Atoi(strings.ReplaceAll(m[1], "X", "0"))
	high, _ := strconv.Atoi(strings.ReplaceAll(m[1], "X", "9"))
	day := func(y, mo, d int) clock.Day {
		return clock.DayOf(time.Date(y, time.Month(mo), d, 0, 0, 0, 0, time.UTC))
	}
	if m[2] == "" || m[2] == "XX" {
		if m[3] != "" && m[3] != "XX" {
			return "", "", fmt.Errorf("%q has a day but no month", text)
		}
		return day(low, 1, 1), day(high, 12, 31), nil
	}
	month, _ := strconv.Atoi(m[2])
	if month >= 21 && month <= 24 && m[3] == "" { // spring to winter, northern
		from := (month-21)*3 + 3
		return day(low, from, 1), day(high, from+3, 0), nil
	}
	if month < 1 || month > 12 {
		return "", "", fmt.Errorf("%q has no month %s", text, m[2])
	}
	if m[3] == "" || m[3] == "XX" {
		return day(low, month, 1), day(high, month+1, 0), nil
	}
	n, _ := strconv.Atoi(m[3])
	if d := time.Date(low, time.Month(month), n, 0, 0, 0, 0, time.UTC); n < 1 || d.Day() != n {
		return "", "", fmt.Errorf("%q does not exist in the calendar", text)
	}
	return day(low, month, n), day(high, month, n), nil
}
