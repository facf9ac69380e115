// Package signs points at what may be spam or somebody who sounds us out, in what
// a sender wrote. Each sign is a reason that a person can check against the words;
// there is no score and no verdict, and nothing is hidden or sorted by it: a person
// in danger may well send a link, and be told by others what to write.
//
// It knows plain patterns in Russian and English and what was counted elsewhere (how
// many mailboxes sent the same text, how many wrote within an hour). It refuses
// stores, clocks and names; it imports nothing of the house.
package signs

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// Kind says what kind of sign it is.
type Kind string

// The kinds, in the order in which pages show them.
const (
	Staff         Kind = "staff"         // asks who we are, where we are, how we work
	Names         Kind = "names"         // presses for the names of others
	Meeting       Kind = "meeting"       // presses for a meeting
	SameText      Kind = "same-text"     // the same text came from other mailboxes
	Contradiction Kind = "contradiction" // answers that contradict each other
	Burst         Kind = "burst"         // unusually many wrote within an hour
	Link          Kind = "link"          // contains an address of a page
)

// Kinds lists them.
func Kinds() []Kind { return []Kind{Staff, Names, Meeting, SameText, Contradiction, Burst, Link} }

// Sign is one reason to look twice.
type Sign struct {
	Kind    Kind
	Excerpt string // the sender's own words that it stands on; empty when it is a count
	Count   int    // of SameText: other conversations; of Burst: new ones within the hour
}

// Said is one message of the sender.
type Said struct {
	Text    string
	Answers map[string]string // what was chosen, by question; without those that were skipped
}

// Material is what is looked at.
type Material struct {
	Said    []Said
	Same    int // other conversations with the same text
	Within  int // new conversations of the channel within the hour before this one
	Usual   int // how many that was at the most in the days before
	Ignored []string
}

// burstFloor is how many conversations within an hour are never a burst.
const burstFloor = 8

// patterns are stems, because Russian words change their ends. Each needs the verb
// and its object near each other, so that "I have no address" is no sign.
var patterns = []struct {
	kind Kind
	re   *regexp.Regexp
}{
	{Staff, regexp.MustCompile(`(?i)(где|адрес|куда)[^.!?\n]{0,30}(ваш[а-я]*|у вас)[^.!?\n]{0,20}(офис|убежищ|квартир|шелтер|находит)`)},
	{Staff, regexp.MustCompile(`(?i)(адрес|местоположени)[а-я]*[^.!?\n]{0,20}(ваш|офис|убежищ|шелтер)`)},
	{Staff, regexp.MustCompile(`(?i)(кто|имена|фамили[а-я]*|сколько)[^.!?\n]{0,25}(у вас работа|ваш[а-я]* (сотрудник|волонт|координатор|куратор))`)},
	{Staff, regexp.MustCompile(`(?i)(where is|address of|location of)[^.!?\n]{0,25}(your|the) (office|shelter|safe house|flat)`)},
	{Staff, regexp.MustCompile(`(?i)(who|names?|how many)[^.!?\n]{0,25}(your (staff|volunteers?|coordinators?|team)|works? (for|with) you)`)},
	{Names, regexp.MustCompile(`(?i)(назов|скаж|дай|пришл|перечисл)[а-я]*[^.!?\n]{0,25}(имена|фамили|список|кто ещ[её])`)},
	{Names, regexp.MustCompile(`(?i)кто ещ[её][^.!?\n]{0,25}(к вам|вам писал|обращал|вывез|эвакуир)`)},
	{Names, regexp.MustCompile(`(?i)(tell|give|send|name)[^.!?\n]{0,25}(the names|a list of|who else)`)},
	{Names, regexp.MustCompile(`(?i)who else[^.!?\n]{0,25}(wrote|contacted|did you (help|evacuate|move))`)},
	{Meeting, regexp.MustCompile(`(?i)(давай[а-я]*|нужно|надо|хочу|только)[^.!?\n]{0,20}(встрет|встреч|увидим)`)},
	{Meeting, regexp.MustCompile(`(?i)(приезжай|приход)[а-я]*[^.!?\n]{0,20}(сам|один|ко мне|сюда)`)},
	{Meeting, regexp.MustCompile(`(?i)(must|need to|want to|only|let us|let's)[^.!?\n]{0,15}(meet|see you)[^.!?\n]{0,30}(person|alone|today|face)`)},
	{Link, regexp.MustCompile(`(?i)(https?://|www\.|t\.me/|bit\.ly/)\S+`)},
}

// Look gives the signs in the order of Kinds, each kind once.
func Look(m Material) []Sign {
	found := map[Kind]Sign{}
	for _, s := range m.Said {
		for _, p := range patterns {
			if _, have := found[p.kind]; have {
				continue
			}
			if x := p.re.FindString(s.Text); x != "" {
				found[p.kind] = Sign{Kind: p.kind, Excerpt: excerpt(x)}
			}
		}
	}
	if m.Same > 0 {
		found[SameText] = Sign{Kind: SameText, Count: m.Same}
	}
	if m.Within >= burstFloor && m.Within > 3*m.Usual {
		found[Burst] = Sign{Kind: Burst, Count: m.Within}
	}
	if q := contradiction(m.Said, m.Ignored); q != "" {
		found[Contradiction] = Sign{Kind: Contradiction, Excerpt: q}
	}
	var out []Sign
	for _, k := range Kinds() {
		if s, ok := found[k]; ok {
			out = append(out, s)
		}
	}
	return out
}

// contradiction finds a question that was answered in two ways; ignored are those
// whose answer may change by itself, such as how urgent it is.
func contradiction(said []Said, ignored []string) string {
	first := map[string]string{}
	for _, s := range said {
		for q, a := range s.Answers {
			if slices.Contains(ignored, q) || a == "" {
				continue
			}
			if before, ok := first[q]; ok && before != a {
				return q
			}
			first[q] = a
		}
	}
	return ""
}

const maxExcerpt = 120

func excerpt(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > maxExcerpt {
		s = string(r[:maxExcerpt]) + "…"
	}
	return s
}

// Pieces gives what of a text is compared with other mailboxes: the whole and its
// long sentences, folded so that capitals, spaces and signs make no difference.
// Short texts give nothing: "help me" is written by many.
func Pieces(text string) []string {
	var out []string
	put := func(s string) {
		if f := fold(s); len([]rune(f)) >= minPiece && !slices.Contains(out, f) {
			out = append(out, f)
		}
	}
	put(text)
	for _, s := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(".!?…\n", r) }) {
		put(s)
		if len(out) >= maxPieces {
			break
		}
	}
	return out
}

const (
	minPiece  = 40
	maxPieces = 64
)

func fold(s string) string {
	var b strings.Builder
	space := false
	for _, r := range strings.ToLower(s) {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if space && b.Len() > 0 {
				b.WriteByte(' ')
			}
			space = false
			if r == 'ё' {
				r = 'е'
			}
			b.WriteRune(r)
		default:
			space = true
		}
	}
	return b.String()
}
