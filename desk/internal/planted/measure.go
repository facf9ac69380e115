package planted

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"waylight/desk/internal/guard"
	"waylight/internal/clock"
)

// Plan says how much is planted.
type Plan struct {
	Seed   uint64
	People int // invented identities, each planted in one draft
	Drafts int
	Forms  int // in how many forms each person is planted; 0 is all of them
	Words  int // of news in each draft
}

// Bar is how many of a thousand must be found in the groups Near and Whole.
const Bar = 995

// Count is how many of a form were planted and found.
type Count struct {
	Form    string
	Group   Group
	Lang    string
	Planted int
	Found   int
	Missed  []string // some of what was missed: the invented person and the words
}

// Recall is what a run found.
type Recall struct {
	Forms    []Count
	Alarms   int // places that were stopped and where nothing was planted
	Words    int // of the news around
	Examples []string
}

// Group sums up a group.
func (r Recall) Group(g Group) (planted, found int) {
	for _, c := range r.Forms {
		if c.Group == g {
			planted, found = planted+c.Planted, found+c.Found
		}
	}
	return planted, found
}

// plant is one form of one person in a draft: a run of bytes, or of two cells.
type plant struct {
	person, form int
	at           []place
}

type place struct{ paragraph, start, end int }

// draft is a text with what was planted in it.
type draft struct {
	paragraphs []string
	plants     []plant
}

var framesRU = []string{"По словам соседей, %s, потом связь пропала.", "В письме сказано: %s.", "Запись от вторника: %s; проверить.", "Упоминается %s и двое свидетелей."}
var framesEN = []string{"According to the neighbours, %s, and then the line broke.", "The letter says: %s.", "Noted on Tuesday: %s; to be checked.", "It mentions %s and two others."}

func (d *draft) plant(r *rand.Rand, person, form int, lang, words string) {
	frame := pick(r, framesRU)
	if lang == "en" {
		frame = pick(r, framesEN)
	}
	before, after, _ := strings.Cut(frame, "%s")
	p := plant{person: person, form: form}
	cells := strings.Split(words, "\f")
	for i, c := range cells {
		text, from := c, 0
		if i == 0 {
			text, from = before+c, len(before)
		}
		p.at = append(p.at, place{len(d.paragraphs), from, from + len(c)})
		if i == len(cells)-1 {
			text += after
		}
		d.paragraphs = append(d.paragraphs, text)
	}
	d.plants = append(d.plants, p)
}

// Index puts all terms of the people, and their facts, into a fresh index.
func Index(seed uint64, key guard.Key, people []Person) (*guard.Index, func(term int64) Person) {
	x := guard.NewIndex(key)
	for i, p := range people {
		for j, t := range p.Terms() {
			x.Add(guard.Term{ID: int64(i)*16 + int64(j), Owner: fmt.Sprintf("case_%d", i), Kind: t.Kind, Marks: key.Marks(t.Kind, t.Text)})
		}
		x.Add(guard.Term{ID: int64(i)*16 + 15, Owner: fmt.Sprintf("case_%d", i), Kind: guard.Facts, Marks: key.FactMarks(FactsOf(seed, i).Kept(i), 2017)})
	}
	return x, func(term int64) Person { return people[term/16] }
}

// Run plants people and looks with a guard that knows these alone.
func Run(plan Plan) Recall {
	people := People(plan.Seed, plan.People)
	x, of := Index(plan.Seed, guard.Key{byte(plan.Seed), 1}, people)
	return Among(plan, people, x, of)
}

// Among plants the first of the people whom an index holds, and looks with all of it.
func Among(plan Plan, people []Person, x *guard.Index, of func(term int64) Person) Recall {
	people = people[:min(plan.People, len(people))]
	all := forms()
	out := Recall{Forms: make([]Count, len(all))}
	for i, f := range all {
		out.Forms[i] = Count{Form: f.name, Group: f.group, Lang: f.lang}
	}
	for n := range plan.Drafts {
		r := rng(plan.Seed, uint64(n))
		lang := []string{"ru", "en"}[n%2]
		d := write(r, plan, n, lang, people, all)
		out.look(d, x, people, all, of)
	}
	return out
}

// write makes the n-th draft: news, and between its paragraphs every form of the
// draft's people. A draft holds forms of both languages, as drafts do.
func write(r *rand.Rand, plan Plan, n int, lang string, people []Person, all []form) draft {
	var d draft
	news := News(r, lang, plan.Words)
	var plants []plant
	for i := n; i < len(people); i += plan.Drafts {
		order := r.Perm(len(all))
		if plan.Forms > 0 {
			order = order[:min(plan.Forms, len(order))]
		}
		for _, f := range order {
			plants = append(plants, plant{person: i, form: f})
		}
	}
	// Parts of one person must not stand near those of another: a paragraph of news lies between.
	for i, p := range plants {
		d.paragraphs = append(d.paragraphs, news[i%len(news)])
		if words := all[p.form].write(r, people[p.person]); words != "" {
			d.plant(r, p.person, p.form, all[p.form].lang, words)
		}
	}
	d.paragraphs = append(d.paragraphs, news[min(len(plants), len(news)):]...)
	return d
}

func (o *Recall) look(d draft, x *guard.Index, people []Person, all []form, of func(int64) Person) {
	found := x.Check(d.paragraphs...)
	byParagraph := map[int][]guard.Finding{}
	for _, f := range found {
		if f.Level == guard.Block || f.Kind == guard.Coordinates {
			byParagraph[f.Paragraph] = append(byParagraph[f.Paragraph], f)
		}
	}
	planted := map[int]bool{}
	for _, p := range d.plants {
		f, who := all[p.form], people[p.person]
		c := &o.Forms[p.form]
		c.Planted++
		hit := false
		for _, at := range p.at {
			planted[at.paragraph] = true
			for _, b := range byParagraph[at.paragraph] {
				hit = hit || b.Start < at.end && b.End > at.start && b.Kind == f.kind && same(of(b.Term), who, f.kind)
			}
		}
		if hit {
			c.Found++
		} else if len(c.Missed) < 8 {
			c.Missed = append(c.Missed, who.Kept+" → "+d.words(p))
		}
	}
	o.alarms(d, byParagraph, planted, of)
}

// alarms counts places outside what was planted.
func (o *Recall) alarms(d draft, blocked map[int][]guard.Finding, planted map[int]bool, of func(int64) Person) {
	for i, text := range d.paragraphs {
		if planted[i] {
			continue
		}
		o.Words += len(strings.Fields(text))
		seen := map[[2]int]bool{}
		for _, b := range blocked[i] {
			if at := [2]int{b.Start, b.End}; !seen[at] {
				seen[at] = true
				o.Alarms++
				if len(o.Examples) < 20 {
					o.Examples = append(o.Examples, fmt.Sprintf("%s %q for %s", b.Kind, text[b.Start:b.End], term(of(b.Term), b.Kind)))
				}
			}
		}
	}
}

func (d draft) words(p plant) string {
	var out []string
	for _, at := range p.at {
		out = append(out, d.paragraphs[at.paragraph][at.start:at.end])
	}
	return strings.Join(out, " | ")
}

func term(p Person, k guard.Kind) string {
	var out []string
	for _, t := range p.Terms() {
		if t.Kind == k {
			out = append(out, t.Text)
		}
	}
	return strings.Join(out, ", ")
}

// same reports whether a hit on one person's term is a hit on the other's too: two
// invented people can have one name or one house.
func same(a, b Person, k guard.Kind) bool {
	switch k {
	case guard.Name:
		return a.Given == b.Given && a.Surname == b.Surname || a.Surname == b.Surname
	case guard.Address:
		return a.Street.Name == b.Street.Name && a.House == b.House
	}
	return term(a, k) == term(b, k)
}

// Alarm is what the guard stopped in text in which nobody is planted.
type Alarm struct {
	People, Words, Stopped, Asked int
	Examples                      []string
}

// Alarms checks text against the given number of identities. Texts of the caller's
// own may be added to the news.
func Alarms(seed uint64, x *guard.Index, of func(int64) Person, people int, texts ...string) Alarm {
	if len(texts) == 0 {
		r := rng(seed, 77)
		texts = slices.Concat(News(r, "ru", 60_000), News(r, "en", 60_000))
	}
	a := Alarm{People: people}
	for _, t := range texts {
		a.Words += len(strings.Fields(t))
	}
	type at struct{ p, s, e int }
	level := map[at]guard.Finding{}
	for _, f := range x.Check(texts...) {
		k := at{f.Paragraph, f.Start, f.End}
		if old, ok := level[k]; !ok || old.Level < f.Level {
			level[k] = f
		}
	}
	for k, f := range level {
		if f.Level != guard.Block {
			a.Asked++
			continue
		}
		a.Stopped++
		a.Examples = append(a.Examples, fmt.Sprintf("%s %q for %s", f.Kind, texts[k.p][k.s:k.e], term(of(f.Term), f.Kind)))
	}
	slices.Sort(a.Examples)
	return a
}

// Speed checks drafts of that many words some times, the quickest first. On a machine
// that does other work the quickest is nearest to what the check itself takes.
func Speed(seed uint64, x *guard.Index, words, tries int, c clock.Clock) []time.Duration {
	var took []time.Duration
	for i := range tries {
		text := News(rng(seed, uint64(1000+i)), []string{"ru", "en"}[i%2], words)
		begun := c.Now()
		x.Check(text...)
		took = append(took, c.Now().Sub(begun))
	}
	slices.Sort(took)
	return took
}
