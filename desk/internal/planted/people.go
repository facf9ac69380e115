// Package planted measures the leak guard: it invents people, plants what gives
// them away into drafts of news-like text, and counts what the guard finds.
//
// Everybody in it is invented: names, numbers, streets and places are put together
// by a counter and a seed, telephones lie in a range that belongs to nobody, and
// the texts were written for this purpose. Its tables of inflection and of
// transliteration are written apart from the guard's, so that the one can find the
// gaps of the other. It is pure but for the clock that it is given, writes
// nothing, and is no part of a running Desk. It imports the guard alone.
package planted

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"waylight/desk/internal/guard"
)

// Person is one invented person with all that could give them away.
type Person struct {
	Given, Patronymic, Surname string // nominative, Cyrillic
	Woman                      bool
	Kept                       string // the name as it stands in the vault, in one of several scripts

	Alias, Phone, Mail, Handle string
	Street                     Street
	House, Flat                int
	Place                      Place
	Passport, Plate            string
}

// Full is the whole name in the nominative.
func (p Person) Full() string {
	return strings.Join(strings.Fields(p.Given+" "+p.Patronymic+" "+p.Surname), " ")
}

// Address is the address as a caseworker would type it.
func (p Person) Address() string {
	return fmt.Sprintf("г. %s, ул. %s, д. %d, кв. %d", p.Street.Town, p.Street.Name, p.House, p.Flat)
}

// Terms are the person's protected terms, as cases and sources hand them over.
func (p Person) Terms() []struct {
	Kind guard.Kind
	Text string
} {
	type term = struct {
		Kind guard.Kind
		Text string
	}
	return []term{{guard.Name, p.Kept}, {guard.Alias, p.Alias}, {guard.Phone, p.Phone}, {guard.Email, p.Mail}, {guard.Handle, p.Handle},
		{guard.Address, p.Address()}, {guard.Place, p.Place.Words}, {guard.Document, p.Passport}, {guard.Document, p.Plate}}
}

// Street is a street of an invented town: its name as it stands behind "улица", and
// in the nominative, as English would have it.
type Street struct{ Town, Name, Plain string }

// Place is a house known by two words, in the nominative and behind "в".
type Place struct{ Words, In string }

func inventPlace(r *rand.Rand) Place {
	stem, noun := pick(r, placeStems), pick(r, placeNouns)
	if last := []rune(noun[0]); strings.ContainsRune("аь", last[len(last)-1]) {
		return Place{stem + "ая " + noun[0], stem + "ой " + noun[1]}
	}
	return Place{stem + "ый " + noun[0], stem + "ом " + noun[1]}
}

// People invents n people; the same seed gives the same people.
func People(seed uint64, n int) []Person {
	r := rng(seed, 41)
	out := make([]Person, n)
	for i := range out {
		out[i] = invent(r, i)
	}
	return out
}

func invent(r *rand.Rand, i int) Person {
	p := Person{Woman: r.IntN(3) == 0}
	p.Given = pick(r, menGiven)
	if p.Woman {
		p.Given = pick(r, womenGiven)
	}
	if r.IntN(2) == 0 {
		p.Patronymic = patronymic(pick(r, fathers), p.Woman)
	}
	p.Surname = surname(r, p.Woman)
	p.Kept = p.Full()
	switch i % 20 { // not every caseworker types Cyrillic
	case 3, 13:
		p.Kept = Latin(p.Full(), "icao")
	case 7:
		p.Kept = Latin(p.Full(), "bgn")
	case 11:
		p.Kept = Georgian(p.Given + " " + p.Surname)
	case 17:
		p.Kept = Arabic(p.Given + " " + p.Surname)
	}
	p.Alias = pick(r, aliases) + pick(r, []string{"", "", "-" + fmt.Sprint(2+r.IntN(97))})
	if !strings.Contains(p.Alias, "-") && i >= len(aliases) { // a nickname is somebody's own
		p.Alias = p.Alias + " " + pick(r, aliasEnds)
	}
	p.Phone = fmt.Sprintf("+7 200 %03d-%02d-%02d", i/10000%1000, i/100%100, i%100)
	if i%10 == 4 { // abroad, with eight digits at home; no area there begins with 0 or 1
		p.Phone = fmt.Sprintf("+%s 1%07d", pick(r, []string{"370", "49", "995", "33"}), i)
	}
	word := strings.ToLower(Latin(p.Given, "icao"))
	p.Mail = fmt.Sprintf("%s.%s%d@%s", word, pick(r, mailWords), i, pick(r, []string{"example.org", "example.com", "mail.example"}))
	p.Handle = fmt.Sprintf("@%s_%s%d", pick(r, mailWords), pick(r, mailWords), i)
	street := pick(r, streets)
	p.Street, p.House, p.Flat = Street{pick(r, towns), street[0], street[1]}, 1+r.IntN(180), 1+r.IntN(200)
	p.Place = inventPlace(r)
	p.Passport = fmt.Sprintf("%02d %02d %06d", 90+i%10, r.IntN(20), 100000+i*7%900000)
	p.Plate = fmt.Sprintf("%s%03d%s%s95", pick(r, plateLetters), r.IntN(1000), pick(r, plateLetters), pick(r, plateLetters))
	return p
}

func rng(seed, stream uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, stream)) }

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

func patronymic(father string, woman bool) string {
	end := map[bool]string{false: "ович", true: "овна"}[woman]
	stem := father
	switch {
	case strings.HasSuffix(father, "ий"):
		stem, end = strings.TrimSuffix(father, "ий")+"ь", map[bool]string{false: "евич", true: "евна"}[woman]
	case strings.HasSuffix(father, "й"):
		stem, end = strings.TrimSuffix(father, "й"), map[bool]string{false: "евич", true: "евна"}[woman]
	case strings.HasSuffix(father, "а"):
		stem, end = strings.TrimSuffix(father, "а"), map[bool]string{false: "ич", true: "ична"}[woman]
		if woman {
			end = "инична"
		}
	case strings.HasSuffix(father, "и"):
		end = map[bool]string{false: "евич", true: "евна"}[woman]
	}
	return stem + end
}

func surname(r *rand.Rand, woman bool) string {
	switch r.IntN(14) {
	case 0:
		return pick(r, fixedSurnames)
	case 1:
		stem := pick(r, adjectiveStems)
		if woman {
			return stem + "ая"
		}
		return stem + "ий"
	case 2, 3:
		s := pick(r, inSurnames)
		if woman {
			s += "а"
		}
		return s
	}
	var s string
	if r.IntN(3) == 0 {
		s = pick(r, simpleRoots)
	} else {
		s = pick(r, firstRoots) + pick(r, secondRoots)
	}
	s += map[bool]string{true: "ев", false: "ов"}[strings.ContainsAny(s[len(s)-2:], "иаейшжчц")]
	if woman {
		s += "а"
	}
	return s
}
