package receipt

import "strings"

// Prices returns the code as eight prices, each a group with a decimal point and
// without the nought before it: "0312" is "3.12". A list of them looks like what
// somebody paid in a shop. It is a disguise and no lock: whoever knows of it and has
// the list has the code.
func (c Code) Prices() [8]string {
	p := c.Groups()
	for i, g := range p {
		p[i] = g[:2] + "." + g[2:]
		if g[0] == '0' {
			p[i] = p[i][1:]
		}
	}
	return p
}

// fromPrices finds eight prices among words and other numbers and gives their
// digits; empty when there are not exactly eight.
func fromPrices(s string) string {
	plain := strings.Map(func(r rune) rune {
		if d, ok := digit(r); ok {
			return '0' + rune(d)
		}
		if r == '٫' { // the Arabic decimal separator
			return '.'
		}
		return r
	}, s)
	var b strings.Builder
	n := 0
	for _, run := range strings.FieldsFunc(plain, func(r rune) bool { return (r < '0' || r > '9') && r != '.' && r != ',' }) {
		run = strings.Trim(run, ".,")
		at := strings.IndexAny(run, ".,")
		if at < 1 || at > 2 || len(run) != at+3 || strings.ContainsAny(run[at+1:], ".,") {
			continue // a number of things, a day, a telephone
		}
		if at == 1 {
			b.WriteByte('0')
		}
		b.WriteString(run[:at] + run[at+1:])
		n++
	}
	if n != Length/4 {
		return ""
	}
	return b.String()
}
