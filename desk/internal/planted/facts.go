package planted

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"waylight/desk/internal/guard"
)

// job is a profession in English, and in Russian in the nominative and the accusative.
type job struct{ en, ru, acc string }

func jobs(list string) (out []job) {
	for line := range strings.SplitSeq(strings.TrimSpace(list), "\n") {
		f := strings.Fields(line)
		out = append(out, job{f[0], f[1], f[2]})
	}
	return out
}

// The professions, of which some are frequent: the first third is drawn as often as all others together.
var planterJobs = jobs(`
teacher учитель учителя
driver водитель водителя
builder строитель строителя
student студент студента
nurse медсестра медсестру
doctor врач врача
cook повар повара
engineer инженер инженера
accountant бухгалтер бухгалтера
mechanic механик механика
farmer фермер фермера
journalist журналист журналиста
lawyer адвокат адвоката
vet ветеринар ветеринара
baker пекарь пекаря
shepherd чабан чабана
pharmacist аптекарь аптекаря
surgeon хирург хирурга
dentist стоматолог стоматолога
midwife акушерка акушерку
beekeeper пасечник пасечника
welder сварщик сварщика
carpenter плотник плотника
tailor портной портного
barber парикмахер парикмахера
librarian библиотекарь библиотекаря
notary нотариус нотариуса
jeweller ювелир ювелира
forester лесник лесника
photographer фотограф фотографа
translator переводчик переводчика
musician музыкант музыканта
postman почтальон почтальона
blacksmith кузнец кузнеца
imam имам имама
boxer боксёр боксёра
`)

// Facts are what is known of an invented person besides names and numbers.
type Facts struct {
	Age     int
	Job     job
	Village string // nominative, ends in -о: -а and -е when it bends
	Latin   string // the same in English
}

// villageParts make some 900 names of villages that exist nowhere.
var villageParts = [2][]string{
	strings.Fields("Выдум Неверо Туман Облако Тихо Ветро Камне Ивово Ольхо Снего Рябино Берёзо Сосно Журавле Лебеде Соколо Волко Лисо Зайце Медо Хлебо Соле Водо Песко Глино Горо Луго Поле Степо Озеро"),
	strings.Fields("ново ково дуново ликово тарово ранино тищево нарово скаково мерино вилово гулино пасово рудово чанино шатово ерино юрово зимово летово весново осено утрово ночево дневово звоново крылово перово косово хатово"),
}

// FactsOf invents what is known of the i-th person; the same seed gives the same.
func FactsOf(seed uint64, i int) Facts {
	r := rng(seed, 9000+uint64(i))
	f := Facts{Age: 18 + r.IntN(60)}
	if r.IntN(2) == 0 {
		f.Job = planterJobs[r.IntN(len(planterJobs)/3)]
	} else {
		f.Job = pick(r, planterJobs)
	}
	f.Village = pick(r, villageParts[0]) + pick(r, villageParts[1])
	f.Latin = Latin(f.Village, "mvd")
	return f
}

// Kept is how a caseworker notes it: mostly in Russian, one in five in English.
func (f Facts) Kept(i int) string {
	if i%5 == 2 {
		return fmt.Sprintf("%s, %d, from the village of %s", f.Job.en, f.Age, f.Latin)
	}
	return fmt.Sprintf("%s, %d %s, из села %s", f.Job.ru, f.Age, years(f.Age), bend(f.Village, "а"))
}

// bend gives a village's name in another case.
func bend(village, end string) string { return strings.TrimSuffix(village, "о") + end }

// years is the Russian word behind a number of years.
func years(n int) string {
	switch {
	case n%100 >= 11 && n%100 <= 14:
	case n%10 == 1:
		return "год"
	case n%10 >= 2 && n%10 <= 4:
		return "года"
	}
	return "лет"
}

// tellings are sentences that tell all three facts, and tellingsTwo two of them.
var tellings = []func(f Facts) string{
	func(f Facts) string {
		return fmt.Sprintf("%d-летнего %s из %s увезли на рассвете.", f.Age, f.Job.acc, bend(f.Village, "а"))
	},
	func(f Facts) string {
		return fmt.Sprintf("В %s увезли %s; ему %d %s.", bend(f.Village, "е"), f.Job.acc, f.Age, years(f.Age))
	},
	func(f Facts) string {
		return fmt.Sprintf("Соседи в %s помнят его: %s, %d %s, говорил мало.", bend(f.Village, "е"), f.Job.ru, f.Age, years(f.Age))
	},
	func(f Facts) string {
		return fmt.Sprintf("A %d-year-old %s from %s was taken at dawn.", f.Age, f.Job.en, f.Latin)
	},
	func(f Facts) string {
		return fmt.Sprintf("In %s they still speak of the %s, aged %d.", f.Latin, f.Job.en, f.Age)
	},
	func(f Facts) string {
		return fmt.Sprintf("The only %s of the village, %d, did not come home; %s has none now.", f.Job.en, f.Age, f.Latin)
	},
}

var tellingsTwo = []func(f Facts) string{
	func(f Facts) string {
		return fmt.Sprintf("В %s остались без него: %s уехал.", bend(f.Village, "е"), f.Job.ru)
	},
	func(f Facts) string { return fmt.Sprintf("The %s left %s that night.", f.Job.en, f.Latin) },
}

// Combined is what a run over combinations of facts found.
type Combined struct {
	Three, Stopped, Asked int      // three facts of one protected person: how many were stopped, and how many asked about
	Two, TwoFound         int      // a profession and a place that four or fewer share: found at all
	TwoMany               int      // likewise, that more than four share: nothing is to be found
	Others, OthersStopped int      // three facts of somebody whom nobody protects: how many were stopped all the same
	OthersAsked           int      // and how many asked about
	Sole, SoleStopped     int      // likewise, where the sentence says that they are the only one
	Missed                []string // some of what was missed
}

// Combine tells facts of some of the people whom an index holds, and of others, each in
// a paragraph of its own between news, and counts what the guard finds.
func Combine(seed uint64, x *guard.Index, people, some int) Combined {
	var c Combined
	type pair struct{ job, village string }
	bear := map[pair]int{}
	all := make([]Facts, people)
	for i := range all {
		all[i] = FactsOf(seed, i)
		bear[pair{all[i].Job.en, all[i].Village}]++
	}
	level := func(text, owner string) (l guard.Level) {
		for _, f := range x.Check(text) {
			if f.Kind == guard.Facts && (owner == "" || f.Owner == owner) {
				l = max(l, f.Level)
			}
		}
		return l
	}
	r := rng(seed, 4711)
	for n := range some {
		i := n * (people / max(some, 1))
		f, owner := all[i], fmt.Sprintf("case_%d", i)
		for _, tell := range tellings {
			c.Three++
			switch text := around(r, tell(f)); level(text, owner) {
			case guard.Block:
				c.Stopped++
			case guard.Ask:
				c.Asked++
			default:
				if len(c.Missed) < 8 {
					c.Missed = append(c.Missed, f.Kept(i)+" → "+tell(f))
				}
			}
		}
		for _, tell := range tellingsTwo {
			if bear[pair{f.Job.en, f.Village}] > guard.Few {
				c.TwoMany++
				continue
			}
			c.Two++
			if level(tell(f), owner) > 0 {
				c.TwoFound++
			}
		}
		g := FactsOf(seed+77, i)
		for _, tell := range tellings {
			text := tell(g)
			l := level(text, "")
			switch sole := strings.Contains(text, " only "); {
			case sole && l == guard.Block:
				c.Sole, c.SoleStopped = c.Sole+1, c.SoleStopped+1
			case sole:
				c.Sole++
			case l == guard.Block:
				c.Others, c.OthersStopped = c.Others+1, c.OthersStopped+1
			case l == guard.Ask:
				c.Others, c.OthersAsked = c.Others+1, c.OthersAsked+1
			default:
				c.Others++
			}
		}
	}
	return c
}

// around puts a sentence between two of news, as in a draft's paragraph.
func around(r *rand.Rand, sentence string) string {
	lang := newsEN
	if strings.ContainsAny(sentence, "аеиоу") {
		lang = newsRU
	}
	list := strings.Split(lang, "\n")
	plain := func() string {
		s := pick(r, list)
		for strings.Contains(s, "{") {
			s = pick(r, list)
		}
		return s
	}
	return plain() + " " + sentence + " " + plain()
}
