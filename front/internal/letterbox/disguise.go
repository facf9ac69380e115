package letterbox

import (
	"crypto/rand"
	"math/big"
	"strings"

	"waylight/internal/i18n"
	"waylight/internal/receipt"
)

// goods are what the prices of a disguised code stand beside.
func goods(w i18n.Words) []string {
	return strings.Split(w.T("bread, milk, tea, sugar, rice, soap, oil, salt, eggs, apples, onions, flour, butter, matches, batteries, paper, potatoes, carrots, cheese, honey, noodles, beans, washing powder, bus"), ", ")
}

// point stands between the two halves of a price.
func point(w i18n.Words) string {
	if w.Tag() == "ru" {
		return ","
	}
	return "."
}

// listed writes a code as a list of what was bought, in an order of its own each time.
func listed(w i18n.Words, c receipt.Code) string {
	all := goods(w)
	var b strings.Builder
	for _, p := range c.Prices() {
		n, err := rand.Int(rand.Reader, big.NewInt(int64(len(all))))
		if err != nil {
			panic(err) // the system has no randomness: nothing may go on
		}
		i := int(n.Int64())
		b.WriteString(all[i] + " " + strings.Replace(p, ".", point(w), 1) + "\n")
		all = append(all[:i], all[i+1:]...)
	}
	return b.String()
}
