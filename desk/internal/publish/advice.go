package publish

import (
	"regexp"
	"sync"
)

// Advice is a do-no-harm remark: it helps to write better and stops nothing.
type Advice struct {
	Paragraph int
	Rule      string // "people", "third", "route", "method", "certain"
	Words     string // of the text
	Why       string // English sentence, key of its translation
}

// rule is one pattern in one language. The lists are short on purpose: a remark
// that is mostly wrong teaches people to click it away.
type rule struct {
	id, lang string
	pattern  *regexp.Regexp
	why      string
}

// The reasons. Their translations stand in the publish room's catalogue.
const (
	whyPeople  = "This may blame a people or a faith. Name the institution or the person in office that did it."
	whyThird   = "This may name a third party. Ask whether they agreed, or say it without the name."
	whyRoute   = "This may show a route or a place that people still use."
	whyMethod  = "This may show how people hide, travel or communicate. Hunters read this too."
	whyCertain = "This says more than a range can carry. Give the range, and who says it."
)

func list(id, lang, why string, patterns ...string) []rule {
	var out []rule
	for _, p := range patterns {
		out = append(out, rule{id, lang, regexp.MustCompile(`(?i)` + p), why})
	}
	return out
}

// rules are data, compiled at the first use.
var rules = sync.OnceValue(func() []rule {
	const (
		groupsEN = `(muslims?|islam|chechens?|russians?|caucasians?|orthodox|christians?|ingush|dagestanis?)`
		badEN    = `(savages?|barbar\w+|backward|violent|evil|murder\w*|kill\w*|fanatic\w*|uncivili[sz]ed|medieval|hate\w*|animals?|terroris\w+)`
		groupsRU = `(мусульман\p{L}*|ислам\p{L}*|чеченц\p{L}*|русск\p{L}*|кавказц\p{L}*|православн\p{L}*|христиан\p{L}*|ингуш\p{L}*|дагестанц\p{L}*)`
		badRU    = `(дикар\p{L}*|варвар\p{L}*|отстал\p{L}*|жесток\p{L}*|убийц\p{L}*|убива\p{L}*|фанатик\p{L}*|средневеков\p{L}*|ненавид\p{L}*|звер\p{L}*|террорист\p{L}*|нелюд\p{L}*)`
	)
	var all []rule
	all = append(all, list("people", "en", whyPeople, `\b(all |the )?`+groupsEN+`\b[^.!?\n]{0,30}\b`+badEN, `\b`+badEN+`\b[^.!?\n]{0,20}\b`+groupsEN+`\b`)...)
	all = append(all, list("people", "ru", whyPeople, groupsRU+`[^.!?\n]{0,30}`+badRU, badRU+`[^.!?\n]{0,20}`+groupsRU)...)
	all = append(all, list("third", "en", whyThird, `\b(his|her|their|the victim's) (wife|husband|son|daughter|brother|sister|mother|father|uncle|cousin|neighbou?r|employer|boss)\b`)...)
	all = append(all, list("third", "ru", whyThird, `(его|её|ее|их) (жен\p{L}+|муж\p{L}*|сын\p{L}*|доч\p{L}+|брат\p{L}*|сестр\p{L}+|мат\p{L}+|отц\p{L}*|отец|дяд\p{L}+|сосед\p{L}*|начальник\p{L}*)`)...)
	all = append(all, list("route", "en", whyRoute, `\b(safe ?house|shelter)\b[^.!?\n]{0,30}\b(in|at|near|on)\b`, `\b(by|via|through) (the )?(train|bus|border|airport|checkpoint)\b`, `\bcross(ed|es|ing)? the border (at|near|through)\b`)...)
	all = append(all, list("route", "ru", whyRoute, `(убежищ\p{L}*|приют\p{L}*|шелтер\p{L}*)[^.!?\n]{0,30}\s(в|на|под|около)\s`, `через (границ\p{L}*|аэропорт\p{L}*|вокзал\p{L}*|блокпост\p{L}*|пункт\p{L}* пропуска)`, `(поездом|автобусом|рейсом)`)...)
	all = append(all, list("method", "en", whyMethod, `\b(fake|false|forged) (papers|passport|documents|names?)\b`, `\b(burner|second) phones?\b`, `\b(pretend|pretends|pretended|posing) (to be|as)\b`, `\bcover stor(y|ies)\b`)...)
	all = append(all, list("method", "ru", whyMethod, `(поддельн|фальшив)\p{L}* (документ|паспорт|имен|имя)\p{L}*`, `(втор|запасн)\p{L}+ телефон\p{L}*`, `(выда|притвор)\p{L}+ (себя )?за`, `легенд\p{L}+ прикрытия`)...)
	all = append(all, list("certain", "en", whyCertain, `\b(proven|certainly|undoubtedly|everyone knows)\b`, `\b100\+`)...)
	all = append(all, list("certain", "ru", whyCertain, `(бесспорно|несомненно|доказано|всем известно)`)...)
	return all
})

// Advise gives the remarks on one paragraph.
func Advise(paragraph int, lang, text string) []Advice {
	var out []Advice
	for _, r := range rules() {
		if r.lang != lang {
			continue
		}
		if at := r.pattern.FindStringIndex(text); at != nil {
			out = append(out, Advice{Paragraph: paragraph, Rule: r.id, Words: text[at[0]:at[1]], Why: r.why})
		}
	}
	return out
}
