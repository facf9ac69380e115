package guard

import (
	"slices"
	"strings"
	"unicode"
)

// Scripts that write every sound are read as Latin is: each letter, or group of
// letters, as what it may stand for.
const (
	georgian = "ა=a ბ=b გ=g დ=d ე=e ვ=v ზ=s თ=t ი=i კ=k ლ=l მ=m ნ=n ო=o პ=p ჟ=j რ=r ს=s ტ=t უ=u ფ=f,p ქ=k ღ=g ყ=k,h შ=w ჩ=q ც=ts ძ=ds წ=ts ჭ=q ხ=h ჯ=dj,j ჰ=h ჲ=i"
	armenian = "ու=u և=ev իւ=iu ա=a բ=b,p գ=g,k դ=d,t ե=e զ=s է=e ը=i,e թ=t ժ=j ի=i լ=l խ=h ծ=ts,ds կ=k,g հ=h ձ=ds,ts ղ=g,h,l ճ=q,dj մ=m յ=i,h ն=n շ=w ո=o չ=q պ=p,b ջ=dj,q ռ=r ս=s վ=v տ=t,d ր=r ց=ts ւ=v փ=p ք=k օ=o ֆ=f"
	// Sigma and zeta stand for the sounds that Greek has no letters for
	greekSounds = "στσ=wq μπ=b,mp ντ=d,nt γκ=g,gk γγ=g,ng τσ=ts,q τζ=dj,ts,q ου=u ευ=ev,ef,eu αυ=av,af,au α=a β=v γ=g δ=d ε=e ζ=s,j η=i θ=t,f ι=i κ=k λ=l μ=m ν=n ξ=ks ο=o π=p ρ=r σ=s,w ς=s,w τ=t υ=i,u φ=f,v χ=h ψ=ps ω=o"
)

func sounds(list string) []pattern {
	var out []pattern
	for pair := range strings.FieldsSeq(list) {
		from, to, _ := strings.Cut(pair, "=")
		out = append(out, pattern{from, strings.Split(to, ",")})
	}
	return out
}

func isGreek(r rune) bool { return unicode.Is(unicode.Greek, r) }

// readGreek reads a word that is all Greek, by sound and by look; a word that has
// other letters too is a disguise and is read by look alone.
func readGreek(rs []rune) ([]string, bool) {
	if slices.ContainsFunc(rs, func(r rune) bool { return !isGreek(r) && r != '\'' }) {
		return nil, false
	}
	out := readLatin(rs)
	for _, r := range readLatin(swap(rs, greek, unicode.Latin)) {
		if !contains(out, r) {
			out = append(out, r)
		}
	}
	return out, true
}

// bones is a skeleton without its vowels, in the classes that Arabic letters tell
// apart: в and ф are one, к and г, б and п.
func bones(skeleton string) string {
	var out []byte
	for i := range len(skeleton) {
		c := skeleton[i]
		switch c {
		case 'a', 'e', 'i', 'o', 'u':
			continue
		case 'v':
			c = 'f'
		case 'p':
			c = 'b'
		case 'g':
			c = 'k'
		}
		if n := len(out); n > 0 && out[n-1] == c {
			continue
		}
		out = append(out, c)
	}
	return string(out)
}

// rasm says what an Arabic letter may stand for among bones; what is not here is a
// vowel or silent.
var rasm = map[rune][]string{
	'ب': {"b"}, 'پ': {"b"}, 'ت': {"t"}, 'ط': {"t"}, 'ث': {"s", "t"}, 'ج': {"j", "dj", "k"}, 'چ': {"q"}, 'ح': {"h"}, 'خ': {"h"}, 'د': {"d"}, 'ض': {"d"}, 'ذ': {"s", "d"},
	'ر': {"r"}, 'ز': {"s"}, 'ژ': {"j"}, 'س': {"s"}, 'ص': {"s"}, 'ش': {"w"}, 'ظ': {"s"}, 'غ': {"k"}, 'ف': {"f"}, 'ڤ': {"f"}, 'ق': {"k"}, 'ك': {"k"}, 'ک': {"k"}, 'گ': {"k"},
	'ل': {"l"}, 'م': {"m"}, 'ن': {"n"}, 'ه': {"h", ""}, 'و': {"", "f"},
}

// hebrew says what a Hebrew letter may stand for among bones; a geresh behind it changes it.
var hebrew = map[rune][]string{
	'ב': {"b", "f"}, 'ג': {"k"}, 'ד': {"d"}, 'ה': {"h", ""}, 'ו': {"", "f"}, 'ז': {"s"}, 'ח': {"h"}, 'ט': {"t"}, 'כ': {"k", "h"}, 'ך': {"k", "h"}, 'ל': {"l"}, 'מ': {"m"}, 'ם': {"m"}, 'נ': {"n"}, 'ן': {"n"},
	'ס': {"s"}, 'פ': {"b", "f"}, 'ף': {"f", "b"}, 'צ': {"ts"}, 'ץ': {"ts"}, 'ק': {"k"}, 'ר': {"r"}, 'ש': {"w", "s"}, 'ת': {"t"},
}

var geresh = map[rune][]string{'ג': {"dj", "j"}, 'ז': {"j"}, 'צ': {"q"}, 'ץ': {"q"}, 'ח': {"h"}, 'ת': {"t"}, 'ד': {"d"}, 'ר': {"k"}}

// mostBones bounds how many ways one Arabic word may be read.
const mostBones = 32

// arabicBones gives the ways to read a word in Arabic or Hebrew letters, in a text also without
// a preposition that is written together with it; nil for words in other letters.
func arabicBones(rs []rune, text bool) []string {
	if len(rs) < 2 || len(rs) > longestWord || !unicode.In(rs[0], unicode.Arabic, unicode.Hebrew) {
		return nil
	}
	out := readRasm(rs)
	if text && len(rs) > 4 && strings.ContainsRune("بلفكבהולמש", rs[0]) {
		out = append(out, readRasm(rs[1:])...)
	}
	slices.Sort(out)
	return slices.DeleteFunc(slices.Compact(out), func(s string) bool { return s == "" })
}

func readRasm(rs []rune) []string {
	out := []string{""}
	for i := 0; i < len(rs); i++ {
		to := rasm[rs[i]]
		if h, ok := hebrew[rs[i]]; ok {
			to = h
			if i+1 < len(rs) && rs[i+1] == '\'' && geresh[rs[i]] != nil {
				to = geresh[rs[i]]
				i++
			}
		}
		if rs[i] == 'ت' && i+1 < len(rs) && rs[i+1] == 'ش' { // ч
			to = []string{"q", "tw"}
			i++
		}
		switch {
		case len(to) == 0:
		case len(to) == 1 || len(out)*len(to) > mostBones:
			for j := range out {
				out[j] += to[0]
			}
		default:
			next := make([]string, 0, len(out)*len(to))
			for _, o := range out {
				for _, t := range to {
					next = append(next, o+t)
				}
			}
			out = next
		}
	}
	for i, o := range out {
		out[i] = bones(o)
	}
	return out
}
