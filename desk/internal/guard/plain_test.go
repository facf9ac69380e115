package guard

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// The plain guard: what Check does with lists that are held against each other, done
// without them. Every print is looked up in a map of all marks, and every two places of
// a text that are parts of one term are held against each other. It is slow, and so short
// that one sees that it is right.

// plainMark is a mark and whose it is.
type plainMark struct {
	Mark
	term int32
}

// plainPrints lists what each print stands for.
func plainPrints(terms []Term) map[Print][]plainMark {
	out := map[Print][]plainMark{}
	for i, t := range terms {
		for _, m := range t.Marks {
			if m.Strength != Initial {
				out[m.Print] = append(out[m.Print], plainMark{m, int32(i)})
			}
		}
	}
	return out
}

// plainCheck finds what Check must find. What the text's words are, and which prints
// they may have, is read as Check reads it.
func plainCheck(x *Index, paragraphs ...string) []Finding {
	s := newScan(x)
	for i, text := range paragraphs {
		s.paragraph(i, text)
	}
	slices.SortStableFunc(s.seen, func(a, b seen) int { return a.at - b.at })
	s.spelled()
	hits := map[int32][]hit{}
	for i, o := range s.seen {
		for _, list := range [][]ref{o.word.names, o.word.words, o.word.numbers} {
			for _, r := range list {
				hits[r.term()] = append(hits[r.term()], hit{&s.seen[i].occurrence, r})
			}
		}
	}
	for _, term := range slices.Sorted(maps.Keys(hits)) {
		of := hits[term]
		slices.SortStableFunc(of, func(a, b hit) int { return a.at - b.at })
		s.term(of)
	}
	return tidy(s.out)
}

// crowd is a vault in which many share parts of names, streets, numbers and nicknames,
// and the words to write about them.
func crowd(r *rand.Rand, n int) (terms []Term, vocabulary []string) {
	given, surnames, nicks := menGiven[:9], bases[:14], strings.Fields("Шрам Малыш Грач Филин")
	add := func(owner int, kind Kind, text string) {
		terms = append(terms, Term{ID: int64(len(terms) + 100), Owner: fmt.Sprint("case_", owner), Kind: kind, Marks: testKey.Marks(kind, text)})
	}
	for i := range n {
		g, s := given[r.IntN(len(given))], surnames[r.IntN(len(surnames))]
		switch i % 9 {
		case 7:
			add(i, Name, s)
		case 8:
			add(i, Name, "انزور يسداربييف")
		default:
			add(i, Name, g+" "+given[r.IntN(len(given))]+"ович "+s)
		}
		add(i, Alias, nicks[r.IntN(len(nicks))]+[]string{"", "-7", " Южный"}[r.IntN(3)])
		add(i, Address, fmt.Sprintf("ул. %s, д. %d, кв. %d", []string{"Мира", "Садовая"}[r.IntN(2)], 1+r.IntN(9), 1+r.IntN(9)))
		add(i, Place, []string{"Старый мост", "Старая мельница", "Лесная дача"}[r.IntN(3)])
	}
	vocabulary = slices.Concat(given, surnames, nicks, strings.Fields("Русланович Ахмедыч А. М. Южного южный Мира Садовой ул. дом 1 2 3 4 5 6 7 8 9 семь Старом старая мосту мельница Лесной даче и сказал, что там. видели! Anzor Isaev Isayev Dudaevu انزور يسداربييف Исоев Дудаыв Ханжиев Саид-Эмин АнзорИсаев"))
	return terms, vocabulary
}

// TestCheckIsThePlainOne writes texts out of the parts of a crowd, and holds what Check
// finds against what the plain guard finds.
func TestCheckIsThePlainOne(t *testing.T) {
	t.Parallel()
	terms, vocabulary := crowd(rand.New(rand.NewPCG(11, 2)), 260)
	x := NewIndex(testKey)
	for _, term := range terms {
		x.Add(term)
	}
	findings, levels := 0, map[Level]int{}
	rapid.Check(t, func(rt *rapid.T) {
		var paragraphs []string
		for range rapid.IntRange(1, 4).Draw(rt, "paragraphs") {
			paragraphs = append(paragraphs, strings.Join(rapid.SliceOfN(rapid.SampledFrom(vocabulary), 0, 40).Draw(rt, "words"), " "))
		}
		got, want := x.Check(paragraphs...), plainCheck(x, paragraphs...)
		if !slices.Equal(got, want) {
			rt.Fatalf("%q: %d findings, the plain guard has %d\n%v\n%v", paragraphs, len(got), len(want), got, want)
		}
		findings += len(got)
		for _, f := range got {
			levels[f.Level]++
		}
	})
	if findings < 1000 || levels[Ask] == 0 || levels[Block] == 0 {
		t.Errorf("the texts had %d findings, %v: too few to compare", findings, levels)
	}
}

// TestListsHoldEveryMark holds the lists of an index against the marks that were put in:
// each print stands for the parts of terms for which it was made, once each and in order,
// and says how many share it.
func TestListsHoldEveryMark(t *testing.T) {
	t.Parallel()
	terms, _ := crowd(rand.New(rand.NewPCG(12, 2)), 400)
	x := NewIndex(testKey)
	for _, term := range terms {
		x.Add(term)
	}
	prints, most := plainPrints(terms), 0
	for p, marks := range prints {
		type part struct {
			term     int32
			part     int
			strength Strength
		}
		want, owners := map[part]bool{}, map[string]bool{}
		for _, m := range marks {
			want[part{m.term, m.Part, m.Strength}], owners[terms[m.term].Owner] = true, true
		}
		var one [1]ref
		list := x.list(p, &one)
		for _, r := range list {
			if !want[part{r.term(), int(r.part()), r.strength()}] {
				t.Fatalf("a print stands for part %d of term %d, which was not marked with it", r.part(), r.term())
			}
		}
		if len(list) != len(want) || !slices.IsSorted(list) || len(slices.Compact(slices.Clone(list))) != len(list) {
			t.Fatalf("a print has %d refs (in order: %v), %d were put in", len(list), slices.IsSorted(list), len(want))
		}
		if n := int(x.sharers(list)); n != min(len(owners), common+1) {
			t.Fatalf("a print has %d owners, %d share it", n, len(owners))
		}
		most = max(most, len(list))
	}
	if len(x.heads) != len(prints) || most < 100 {
		t.Errorf("%d prints of %d, the longest list has %d", len(x.heads), len(prints), most)
	}
}

// TestMerge joins lists as sets, and keeps by how many the first was shared.
func TestMerge(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		list := func(label string) []ref {
			var out []ref
			for _, n := range rapid.SliceOfDistinct(rapid.IntRange(0, 60), rapid.ID).Draw(rt, label) {
				out = append(out, ref(n/3)<<refTerm|ref(n%3)<<refPart)
			}
			slices.Sort(out)
			return out
		}
		a, b := list("a"), list("b")
		first := merge(nil, a, 3)
		want := map[ref]ref{}
		for _, r := range b {
			want[r] = 9
		}
		for _, r := range a {
			want[r] = 3
		}
		got := merge(first, b, 9)
		for _, r := range got {
			if want[r&^refShared] != r&refShared {
				rt.Fatalf("%x is shared by %d", r, r.sharers())
			}
		}
		if len(got) != len(want) || !slices.IsSorted(got) {
			rt.Fatalf("%x", got)
		}
		var pairs, plain int
		together(a, b, func(x, y ref) { pairs++ })
		for _, x := range a {
			for _, y := range b {
				if x.term() == y.term() && x.part() != y.part() {
					plain++
				}
			}
		}
		if pairs != plain {
			rt.Fatalf("%d parts meet, want %d", pairs, plain)
		}
	})
}
