package scenario

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"waylight/desk/internal/count"
)

// The words that the format knows. A new one is added here and in record's code lists together.
var (
	acts       = []string{"arbitrary detention", "killing", "torture", "threat of family violence", "enforced disappearance", "abduction", "outing", "blackmail"}
	kinds      = []string{"media", "unnamed group", "ngo", "authority", "person", "document", "open web"}
	channels   = []string{"help", "information"}
	statements = []string{"denial", "admission", "incitement", "condemnation", "promise", "call for accountability", "warning against anti-Muslim, racist and anti-Russian use of the crisis"}
	counted    = []string{"people who asked for help", "people supported", "people with whom contact was lost", "people evacuated", "people who left the country"}
)

// Acts lists the acts that the format knows.
func Acts() []string { return slices.Clone(acts) }

// Counted lists what running totals may count.
func Counted() []string { return slices.Clone(counted) }

// Parse reads a file. The error, when there is one, is of type Errors and names
// everything that is wrong; then there is no Document.
func Parse(data []byte) (Document, error) {
	root, errs := parse(data)
	if root.kind == "" {
		return Document{}, errs
	}
	r := &reading{errors: errs}
	d := r.document(root)
	if len(r.errors) > 0 {
		slices.SortStableFunc(r.errors, func(a, b Error) int { return cmp.Compare(a.Line, b.Line) })
		return Document{}, r.errors
	}
	h := sha256.Sum256(data)
	d.Hash = hex.EncodeToString(h[:])
	return d, nil
}

func (r *reading) document(root node) Document {
	f := r.object(root, "")
	if root.kind != object {
		return Document{}
	}
	d := Document{Name: f.text("scenario"), Historical: f.truth("historical")}
	if f.has("claims") || f.has("as_of") { // a file of reports, not only of totals
		d.AsOf = f.day("as_of")
	} else {
		f.asked = append(f.asked, "as_of")
	}
	f.part("situation", func(f *fields) {
		d.Situation = Situation{Title: f.text("title"), Place: f.text("place"), Assessment: f.text("assessment"), Threats: f.texts("threats")}
	})
	k := &keys{}
	f.each("organisations", func(f *fields) {
		d.Organisations = append(d.Organisations, Organisation{Key: k.declare(f, "organisation"), Name: f.text("name"), Kind: f.text("kind"), Role: f.texts("role")})
	})
	f.each("channels", func(f *fields) {
		d.Channels = append(d.Channels, Channel{Organisation: k.refer(f, "organisation", "organisation"), Kind: f.one("channel", channels...), For: f.text("for"), Media: f.texts("media")})
	})
	f.each("sources", func(f *fields) {
		d.Sources = append(d.Sources, Source{Key: k.declare(f, "source"), Name: f.text("name"), Kind: f.one("kind", kinds...), Place: f.words("place"), Group: f.words("group")})
	})
	f.each("claims", func(f *fields) { d.Claims = append(d.Claims, readClaim(f, k)) })
	f.each("statements", func(f *fields) {
		s := Statement{Key: k.declare(f, "statement"), By: k.refer(f, "by", "source"), Date: f.date("date"), Kind: f.one("kind", statements...), Also: f.texts("also"), Line: f.node.line}
		s.Contradicts, s.Supports = k.referAll(f, "contradicts", "claim"), k.referAll(f, "supports", "claim")
		d.Statements = append(d.Statements, s)
	})
	f.part("campaign", func(f *fields) { d.Campaign = readCampaign(f, k) })
	r.later(f, &d)
	k.resolve(r)
	f.done()
	confirmed(r, d.Claims)
	return d
}

func readClaim(f *fields, k *keys) Claim {
	c := Claim{Key: k.declare(f, "claim"), Source: k.refer(f, "source", "source"), Date: f.date("date"), Act: f.one("act", acts...),
		Perpetrator: f.words("perpetrator"), Motive: f.words("motive"), Line: f.node.line}
	if f.has("confirms") {
		c.Confirms = k.refer(f, "confirms", "claim")
	} else {
		f.asked = append(f.asked, "confirms")
	}
	c.Counts = f.has("bound") || c.Confirms == ""
	if c.Counts {
		c.Unit = f.one("unit", "persons", "families", "events")
		c.Bound = readBound(f)
	} else {
		f.asked = append(f.asked, "bound", "unit")
		c.Unit = f.words("unit")
		if f.has("value") || f.has("to") {
			f.wrong("value", "A number needs a bound. Add \"bound\": exactly, about, at least, more than, up to, between or unknown.")
			f.asked = append(f.asked, "value", "to")
		}
	}
	return c
}

func readBound(f *fields) count.Bound {
	word := count.Word(f.text("bound"))
	var value, to int64
	if n, ok := f.may("value", number); ok {
		value = f.integer("value", n)
	}
	if n, ok := f.may("to", number); ok {
		to = f.integer("to", n)
	}
	if word == "" {
		return count.Bound{}
	}
	known := slices.Contains(count.Words(), word)
	switch {
	case known && word != count.Unknown && !f.has("value"):
		f.wrong("bound", "%q needs a number. Add \"value\", or use \"unknown\".", word)
		return count.Bound{}
	case known && word == count.Unknown && f.has("value"):
		f.wrong("value", "An unknown number carries no value. Remove it; unknown is not zero.")
		return count.Bound{}
	}
	b, err := count.New(word, value, to)
	if err != nil {
		f.wrong("bound", "%s.", sentence(err))
	}
	return b
}

func readCampaign(f *fields, k *keys) Campaign {
	c := Campaign{By: k.refer(f, "by", "organisation")}
	f.each("demands", func(f *fields) {
		c.Demands = append(c.Demands, Demand{Key: k.declare(f, "demand"), Text: f.text("text"), Through: f.text("through")})
	})
	f.part("targets", func(f *fields) {
		c.Targets = Targets{Governments: int(f.whole("governments")), Named: f.truth("named"), Institutions: f.texts("institutions")}
		if c.Targets.Governments > 250 {
			f.wrong("governments", "There are not so many governments. Correct the number.")
		}
	})
	return c
}

func (r *reading) later(f *fields, d *Document) {
	f.each("help", func(f *fields) {
		d.Help = append(d.Help, Help{Date: f.date("date"), Event: f.text("event"), Source: f.text("source"), Line: f.node.line})
	})
	f.each("counts", func(f *fields) {
		d.Counts = append(d.Counts, Count{Date: f.day("date"), What: f.one("what", counted...), Bound: readBound(f), Source: f.text("source"), Line: f.node.line})
	})
	f.part("money", func(f *fields) {
		m := Money{Currency: f.text("currency"), Year: int(f.whole("year")), Raised: f.whole("raised"), OwnWebsite: f.whole("of_which_own_website"), AveragePerPerson: f.whole("average_per_person"), Note: f.words("note")}
		f.part("support_months", func(f *fields) { m.SupportMonths = Months{f.tenths("mean"), f.tenths("min"), f.tenths("max")} })
		f.part("shares_percent", func(f *fields) {
			var sum int64
			for _, s := range f.node.members {
				m.Shares = append(m.Shares, Share{On: s.name, Tenths: f.tenths(s.name)})
				sum += m.Shares[len(m.Shares)-1].Tenths
			}
			if sum > 1000 {
				f.wrong("", "The shares add up to more than 100 per cent. Correct them.")
			}
		})
		d.Money = m
	})
	f.each("results", func(f *fields) {
		x := Result{Date: f.date("date"), What: f.text("what"), By: f.texts("by"), Line: f.node.line}
		if f.has("kind") {
			x.Kind = f.one("kind", "denial")
		} else {
			f.asked = append(f.asked, "kind")
		}
		if len(x.By) == 0 {
			f.wrong("by", "Nobody is named who did this. Add \"by\" with at least one name.")
		}
		d.Results = append(d.Results, x)
	})
}

// confirmed checks that a claim confirms another about the same act, and that no circle arises.
func confirmed(r *reading, claims []Claim) {
	at := map[string]int{}
	for i, c := range claims {
		at[c.Key] = i
	}
	done := make([]int, len(claims)) // the walk that came by here; 0: none yet
	for i, c := range claims {
		path := fmt.Sprintf("claims[%d].confirms", i)
		to, ok := at[c.Confirms]
		if !ok {
			continue
		}
		if claims[to].Act != c.Act {
			r.wrong(c.Line, path, "This claim is about %q, but the claim %s that it confirms is about %q.", c.Act, claims[to].Key, claims[to].Act)
		}
		for n := i; ok && done[n] == 0; n = to {
			done[n] = i + 1
			if to, ok = at[claims[n].Confirms]; ok && done[to] == i+1 {
				r.wrong(claims[n].Line, fmt.Sprintf("claims[%d].confirms", n), "The claims confirm one another in a circle. Remove one link.")
			}
		}
	}
}

// keys remembers what was declared and what was referred to.
type keys struct {
	known map[string]int // "claim c1" to its line
	asked []reference
}

type reference struct {
	kind, key, path string
	line            int
}

func (k *keys) declare(f *fields, kind string) string {
	key := f.text("key")
	if key == "" {
		return ""
	}
	if k.known == nil {
		k.known = map[string]int{}
	}
	if line, ok := k.known[kind+" "+key]; ok {
		f.wrong("key", "The key %q is used already for the %s on line %d. Give each its own.", key, kind, line)
		return key
	}
	k.known[kind+" "+key] = f.node.line
	return key
}

func (k *keys) refer(f *fields, field, kind string) string {
	key := f.text(field)
	if key != "" {
		n, _ := f.find(field)
		k.asked = append(k.asked, reference{kind, key, join(f.path, field), n.line})
	}
	return key
}

func (k *keys) referAll(f *fields, field, kind string) []string {
	all := f.texts(field)
	n, _ := f.find(field)
	for i, x := range n.items {
		if x.kind == text && x.text != "" {
			k.asked = append(k.asked, reference{kind, x.text, fmt.Sprintf("%s[%d]", join(f.path, field), i), x.line})
		}
	}
	return all
}

func (k *keys) resolve(r *reading) {
	for _, a := range k.asked {
		if _, ok := k.known[a.kind+" "+a.key]; !ok && strings.TrimSpace(a.key) != "" {
			r.wrong(a.line, a.path, "There is no %s with the key %q in this file. Add it, or correct the key.", a.kind, a.key)
		}
	}
}
