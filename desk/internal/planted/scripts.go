package planted

import (
	"maps"
	"slices"
	"strings"
	"unicode"
)

// scheme is a way to write Russian in other letters: what differs from plain.
type scheme struct {
	letters map[rune]string
	je      bool   // е is ye at the beginning and after a vowel, ъ, ь
	iy      string // -ий and -ый at the end, if they are shortened
	x       bool   // кс is x
	off     bool   // -ов and -ев at the end are -off and -eff
}

func table(pairs string) map[rune]string {
	m := map[rune]string{}
	for pair := range strings.FieldsSeq(pairs) {
		k, v, _ := strings.Cut(pair, "=")
		m[[]rune(k)[0]] = v
	}
	return m
}

var plain = table("а=a б=b в=v г=g д=d е=e ё=e ж=zh з=z и=i й=y к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f х=kh ц=ts ч=ch ш=sh щ=shch ъ= ы=y ь= э=e ю=yu я=ya")

// Standards and habits by which Russian names are written in Latin letters.
var schemes = map[string]scheme{
	"icao":          {letters: table("й=i ю=iu я=ia ъ=ie")},
	"gost-52535":    {letters: table("й=i ю=iu я=ia ц=tc")},
	"mvd-1997":      {letters: table("ь='"), je: true},
	"passport-ussr": {letters: table("ч=tch ш=ch щ=chtch ж=j й=i ю=iou я=ia у=ou")},
	"bgn-pcgn":      {letters: table("ё=yë ъ=” ь=’"), je: true},
	"iso-9":         {letters: table("х=h ц=c ч=č ш=š щ=ŝ ж=ž й=j ё=ë э=è ю=û я=â ъ=ʺ ь=ʹ")},
	"gost-7.79-b":   {letters: table("х=x ц=cz щ=shh й=j ё=yo э=e` ы=y' ъ=`` ь=`")},
	"ala-lc":        {letters: table("й=ĭ ё=ë э=ė ю=iu я=ia ъ=ʺ ь=ʹ")},
	"scholarly":     {letters: table("х=x ц=c ч=č ш=š щ=šč ж=ž й=j ю=ju я=ja ь='")},
	"czech":         {letters: table("х=ch ц=c ч=č ш=š щ=šč ж=ž й=j ю=ju я=ja")},
	"german":        {letters: table("в=w з=s х=ch ц=z ч=tsch ш=sch щ=schtsch ж=sch й=i ё=jo ю=ju я=ja")},
	"french":        {letters: table("ч=tch ш=ch щ=chtch ж=j й=ï ю=iou я=ia у=ou ё=io")},
	"polish":        {letters: table("в=w х=ch ц=c ч=cz ш=sz щ=szcz ж=ż й=j ё=io ю=iu я=ia")},
	"turkish":       {letters: table("х=h ч=ç ш=ş щ=şç ж=j ё=yo ы=ı")},
	"estonian":      {letters: table("х=h ч=tš ш=š щ=štš ж=ž й=i ы=õ ю=ju я=ja")},
	"spanish":       {letters: table("х=j й=i ж=zh ю=iu я=ia")},
	"english-loose": {letters: table("х=h ё=yo"), iy: "y", x: true},
	"english-off":   {letters: table("х=kh"), iy: "i", off: true},
	"chat":          {letters: table("х=x ч=4 ш=w щ=w ж=j й=j ё=e ю=u я=ya")},
	"chechen-latin": {letters: table("х=x ц=c ч=ç ш=ş щ=şç ж=ƶ й=y ё=yo ю=yu я=ya")},
}

// Schemes names every scheme, in order.
func Schemes() []string { return slices.Sorted(maps.Keys(schemes)) }

// Latin writes Russian in Latin letters, each word with a capital as it had.
func Latin(s, name string) string {
	if name == "bgn" {
		name = "bgn-pcgn"
	}
	words := strings.Split(s, " ")
	for i, w := range words {
		halves := strings.Split(w, "-")
		for j, h := range halves {
			halves[j] = latinWord(h, schemes[name])
		}
		words[i] = strings.Join(halves, "-")
	}
	return strings.Join(words, " ")
}

func latinWord(w string, s scheme) string {
	rs := []rune(strings.ToLower(w))
	var b strings.Builder
	for i, r := range rs {
		t, ok := s.letters[r]
		if !ok {
			if t, ok = plain[r]; !ok {
				t = string(r)
			}
		}
		if s.je && r == 'е' && (i == 0 || strings.ContainsRune("аеёиоуыэюяьъй", rs[i-1])) {
			t = "ye"
		}
		b.WriteString(t)
	}
	out := b.String()
	if s.iy != "" && (strings.HasSuffix(w, "ий") || strings.HasSuffix(w, "ый")) {
		out = strings.TrimSuffix(strings.TrimSuffix(out, "iy"), "yy") + s.iy
	}
	if s.off && (strings.HasSuffix(w, "ов") || strings.HasSuffix(w, "ев")) {
		out = strings.TrimSuffix(out, "v") + "ff"
	}
	if s.x {
		out = strings.ReplaceAll(out, "ks", "x")
	}
	if first := []rune(w); len(first) > 0 && unicode.IsUpper(first[0]) {
		o := []rune(out)
		o[0] = unicode.ToUpper(o[0])
		out = string(o)
	}
	return out
}

var georgian = table("а=ა б=ბ в=ვ г=გ д=დ е=ე ё=ო ж=ჟ з=ზ и=ი й=ი к=კ л=ლ м=მ н=ნ о=ო п=პ р=რ с=ს т=ტ у=უ ф=ფ х=ხ ц=ც ч=ჩ ш=შ щ=შჩ ъ= ы=ი ь= э=ე ю=იუ я=ია")

var armenian = table("а=ա б=բ в=վ г=գ д=դ е=ե ё=յո ж=ժ з=զ и=ի й=յ к=կ л=լ м=մ н=ն о=ո п=պ р=ր с=ս т=տ у=ու ф=ֆ х=խ ц=ց ч=չ ш=շ щ=շչ ъ= ы=ը ь= э=է ю=յու я=յա")

var arabic = table("а=ا б=ب в=ف г=غ д=د е=ي ё=يو ж=ج з=ز и=ي й=ي к=ك л=ل м=م н=ن о=و п=ب р=ر с=س т=ت у=و ф=ف х=خ ц=تس ч=تش ш=ش щ=شتش ъ= ы=ي ь= э=ا ю=يو я=يا")

var greek = table("а=α б=μπ в=β г=γκ д=ντ е=ε ё=ιο ж=ζ з=ζ и=ι й=ι к=κ л=λ м=μ н=ν о=ο п=π р=ρ с=σ т=τ у=ου ф=φ х=χ ц=τσ ч=τσ ш=σ щ=στσ ъ= ы=ι ь= э=ε ю=ιου я=ια")

func letters(s string, t map[rune]string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(s) {
		if x, ok := t[r]; ok {
			b.WriteString(x)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Georgian writes Russian in Georgian letters.
func Georgian(s string) string { return letters(s, georgian) }

// Armenian writes Russian in Armenian letters.
func Armenian(s string) string { return letters(s, armenian) }

// Arabic writes Russian in Arabic letters, with long vowels.
func Arabic(s string) string { return letters(s, arabic) }

// ArabicShort writes Russian in Arabic letters without the vowels inside.
func ArabicShort(s string) string {
	words := strings.Fields(s)
	for i, w := range words {
		rs := []rune(strings.ToLower(w))
		kept := rs[:0:0]
		for j, r := range rs {
			if j > 0 && j < len(rs)-1 && strings.ContainsRune("ае", r) {
				continue
			}
			kept = append(kept, r)
		}
		words[i] = letters(string(kept), arabic)
	}
	return strings.Join(words, " ")
}

// Greek writes Russian in Greek letters.
func Greek(s string) string { return letters(s, greek) }
