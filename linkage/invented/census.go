package invented

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
)

// A Census is a large list after the recipe of FEBRL's C sets (Christen, 2008):
// three in five records are originals, the others are damaged copies, at most
// nine of an original, numbers of copies after Zipf; at most three changes in a
// field and ten in a record. Names and streets are made of syllables, frequent
// and rare ones; nobody is real.
type Census struct {
	Seed    uint64
	Records int
}

const censusHeader = "rec_id,given_name,surname,street_number,address_1,address_2,suburb,postcode,state,date_of_birth,age,phone_number,soc_sec_id"

// The fields of a record, as censusHeader has them after the id.
const (
	given = iota
	surname
	house
	street
	second
	suburb
	postcode
	state
	born
	age
	phone
	number
	fields
)

// chances of a field to be the one that is changed, in hundredths.
var chances = [fields]int{given: 12, surname: 13, house: 7, street: 11, second: 6, suburb: 10, postcode: 8, state: 4, born: 10, age: 4, phone: 8, number: 7}

// A town is a suburb with its postcode and state.
type town struct{ name, code, state string }

// A gazetteer is what a census draws from.
type gazetteer struct {
	given, surname, street, kind, second []string
	towns                                []town
}

var states = []string{"nsw", "vic", "qld", "wa", "sa", "tas", "act", "nt"}

// words makes so many different words of two to four syllables.
func words(r *rand.Rand, n int) []string {
	heads := strings.Fields("b br c ch d dr f g gr h j k l m n p r s sh st t th v w")
	hearts := strings.Fields("a e i o u ai ea ee ia oo")
	tails := strings.Fields("n r l s t nd ck ll m th rd x")
	seen := map[string]bool{}
	var out []string
	for len(out) < n {
		var b strings.Builder
		for range 1 + r.IntN(3) {
			b.WriteString(heads[r.IntN(len(heads))])
			b.WriteString(hearts[r.IntN(len(hearts))])
		}
		b.WriteString(tails[r.IntN(len(tails))])
		if w := b.String(); len(w) > 3 && !seen[w] {
			seen[w] = true
			out = append(out, w)
		}
	}
	return out
}

func newGazetteer(r *rand.Rand) *gazetteer {
	g := &gazetteer{given: words(r, 1500), surname: words(r, 12_000), street: words(r, 8000), second: words(r, 3000)}
	g.kind = strings.Fields("street street street place crescent close avenue avenue drive circuit court")
	for i, w := range words(r, 2500) {
		if i%3 == 0 {
			w += " " + g.street[i]
		}
		g.towns = append(g.towns, town{w, fmt.Sprintf("%04d", 2000+r.IntN(5000)), states[min(r.IntN(10), r.IntN(10), 7)]})
	}
	return g
}

// often picks one of n, the first most often: near to the law of Zipf and
// Mandelbrot, by which the most frequent surname has about one in a hundred.
func often(r *rand.Rand, n int) int {
	const flat = 10
	return min(n-1, int(flat*math.Exp(r.Float64()*math.Log(float64(n)/flat+1))-flat))
}

// usual mixes frequent values with all of them alike.
func usual(r *rand.Rand, of []string) string {
	if r.IntN(3) == 0 {
		return of[r.IntN(len(of))]
	}
	return of[often(r, len(of))]
}

func (g *gazetteer) person(r *rand.Rand) (c [fields]string) {
	t := g.towns[often(r, len(g.towns))]
	c = [fields]string{usual(r, g.given), usual(r, g.surname), strconv.Itoa(1 + often(r, 400)), usual(r, g.street) + " " + g.kind[r.IntN(len(g.kind))], "",
		t.name, t.code, t.state, fmt.Sprintf("%04d%02d%02d", 1910+r.IntN(90), 1+r.IntN(12), 1+r.IntN(28)), strconv.Itoa(18 + r.IntN(60)),
		fmt.Sprintf("%02d %08d", 2+r.IntN(7), r.IntN(100_000_000)), fmt.Sprintf("%07d", 1_000_000+r.IntN(9_000_000))}
	if r.IntN(3) == 0 {
		c[second] = usual(r, g.second) + " " + usual(r, g.second)
	}
	for _, f := range []int{given, house, street, state, born, age} {
		if r.IntN(40) == 0 {
			c[f] = ""
		}
	}
	return c
}

// copies draws how many damaged copies one original gets: Zipf over 1 to 9.
func copies(r *rand.Rand) int {
	x := r.Float64() * 2.829 // the sum of 1/k for k from 1 to 9
	for k := 1; k < 9; k++ {
		if x -= 1 / float64(k); x < 0 {
			return k
		}
	}
	return 9
}

// spoil makes one to ten changes, at most three in a field.
func (g *gazetteer) spoil(r *rand.Rand, c [fields]string) [fields]string {
	var changed [fields]int
	for range 1 + r.IntN(10) {
		f, x := 0, r.IntN(100)
		for x >= chances[f] {
			x -= chances[f]
			f++
		}
		if changed[f] == 3 {
			continue
		}
		changed[f]++
		switch k := r.IntN(20); {
		case k == 0:
			c[f] = ""
		case k == 1 && f <= surname:
			c[given], c[surname] = c[surname], c[given]
		case k == 1 && (f == street || f == second):
			c[street], c[second] = c[second], c[street]
		case k == 2:
			c[f] = g.person(r)[f]
		case k == 3 && f == born && len(c[born]) == 8:
			c[born] = c[born][:4] + c[born][6:] + c[born][4:6]
		default:
			c[f] = mistype(r, c[f])
		}
	}
	return c
}

const keyboard = "qwertyuiopasdfghjklzxcvbnm"

// mistype makes one slip about the middle of a word or number.
func mistype(r *rand.Rand, s string) string {
	if s == "" {
		return s
	}
	i := min(len(s)-1, max(0, int(float64(len(s))*(0.5+0.25*r.NormFloat64()))))
	letter := func() string {
		switch at := strings.IndexByte(keyboard, s[i]); {
		case s[i] >= '0' && s[i] <= '9':
			return strconv.Itoa(r.IntN(10))
		case at >= 0:
			return string(keyboard[max(0, min(len(keyboard)-1, at+1-2*r.IntN(2)))])
		}
		return string(keyboard[r.IntN(len(keyboard))])
	}
	switch r.IntN(5) {
	case 0:
		return s[:i] + s[i+1:]
	case 1:
		return s[:i] + letter() + s[i:]
	case 2:
		if i+1 < len(s) {
			return s[:i] + s[i+1:i+2] + s[i:i+1] + s[i+2:]
		}
	}
	return s[:i] + letter() + s[i+1:]
}

// Write writes the list as CSV. The label stands in the id: rec-PERSON-org or
// rec-PERSON-dup-K. Persons are shuffled within stretches of 50,000, so that a
// list of any length needs little memory.
func (c Census) Write(w io.Writer) error {
	r := rand.New(rand.NewPCG(c.Seed, 11))
	g := newGazetteer(rand.New(rand.NewPCG(c.Seed, 12)))
	out := bufio.NewWriterSize(w, 1<<20)
	out.WriteString(censusHeader + "\n")
	var stretch []string
	flush := func() {
		r.Shuffle(len(stretch), func(i, j int) { stretch[i], stretch[j] = stretch[j], stretch[i] })
		for _, s := range stretch {
			out.WriteString(s)
		}
		stretch = stretch[:0]
	}
	line := func(id string, c [fields]string) { stretch = append(stretch, id+","+strings.Join(c[:], ",")+"\n") }
	written := 0
	for p := 0; written < c.Records; p++ {
		one := g.person(r)
		line(fmt.Sprintf("rec-%d-org", p), one)
		written++
		// Copies are two records in five: with 3.2 of an original that has any,
		// one original in five has.
		if r.Float64() < 0.209 {
			for k := range min(copies(r), c.Records-written) {
				line(fmt.Sprintf("rec-%d-dup-%d", p, k), g.spoil(r, one))
				written++
			}
		}
		if len(stretch) >= 50_000 {
			flush()
		}
	}
	flush()
	return out.Flush()
}
