// Package invented makes labelled lists of invented people, to measure linkage:
// names in Cyrillic and Latin letters, transliterated in several ways, with
// patronymics, typing slips, swapped and missing fields. Nobody in them is real;
// the same seed gives the same lists. It imports the standard library only.
package invented

import (
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
)

// A Record is one line of a list. Person is the label: never a feature.
type Record struct {
	Person                                  int
	Given, Surname, Patronymic, Born, Place string
}

var (
	menNames   = strings.Fields("Александр Алексей Андрей Анатолий Артём Борис Вадим Валерий Василий Виктор Владимир Геннадий Григорий Дмитрий Евгений Игорь Илья Кирилл Константин Максим Михаил Николай Олег Павел Пётр Роман Руслан Сергей Степан Тимофей Фёдор Юрий Яков Ахмед Магомед Ислам Рамзан Тимур Шамиль Заур")
	womenNames = strings.Fields("Александра Анастасия Анна Валентина Валерия Вера Виктория Галина Дарья Екатерина Елена Жанна Зинаида Инна Ирина Ксения Лариса Любовь Людмила Марина Мария Надежда Наталья Оксана Ольга Полина Раиса Светлана София Тамара Татьяна Юлия Яна Зарема Марет Айшат Хеда Лейла Амина Мадина")
	stems      = strings.Fields("Абрам Алексе Андре Антон Афанась Багр Баран Белоус Богдан Борис Буйн Васил Виноград Власен Воробь Гаврил Герасим Голуб Горбун Григорь Давыд Денис Дмитри Дорофе Евдоким Ерш Ефим Жд Журавл Завьял Зайц Зимн Иван Игнат Каз Калин Карп Кирилл Климент Козл Комар Константин Корнил Кошел Кудрявц Кузнец Лазар Лебед Логин Лукин Мака Максим Мартын Матве Медвед Мирон Мороз Мухин Назар Никит Новик Орл Павл Панкрат Пет Поляк Прохор Родион Роман Савель Самойл Селиван Семён Серге Сидор Сокол Степан Субботин Тарас Тимофе Тих Третьяк Трофим Уваров Устин Фёдор Филипп Фом Харит Хохл Цветк Черн Шаповал Шевц Шубин Щерб Юд Яковл Якуш Дуда Эльмурза Исраил Хамза Умар Мусли Асла")
	endings    = strings.Fields("ов ев ин енко ский овский цев ёв")
	fathers    = strings.Fields("Александр Алексе Андре Борис Вадим Василь Виктор Владимир Геннадь Григорь Дмитри Евгень Иван Кирилл Максим Михаил Никола Олег Павл Петр Роман Руслан Серге Степан Фёдор Юрь Магомед Ахмед Ислам Шамил")
	places     = strings.Fields("Первое Заречье Новый_Мост Старый_Хутор Верхний_Лог Каменка Озёрное Липовка Сосновый_Бор Белый_Яр Степное Высокое Рябинино Дальний Луговое Холмы Ключи Берёзовка Кленовое Пески")
)

// The ways to write Cyrillic in Latin letters: near to passports, to BGN, to
// scholars' and to German use.
var schemes = []*strings.Replacer{
	latin("zh kh ts ch sh shch ie y e iu ia i e"),
	latin("zh kh ts ch sh shch  y e yu ya y yo"),
	latin("z h c c s sc  y e ju ja j e"),
	latin("sch ch z tsch sch schtsch  y e ju ja j jo"),
}

func latin(hard string) *strings.Replacer {
	pairs := strings.Fields("а a б b в v г g д d е e з z и i к k л l м m н n о o п p р r с s т t у u ф f")
	pairs = append(pairs, "ь", "")
	for i, c := range strings.Split("ж х ц ч ш щ ъ ы э ю я й ё", " ") {
		pairs = append(pairs, c, strings.Split(hard, " ")[i])
	}
	return strings.NewReplacer(pairs...)
}

// Make invents people and gives each one to five records, in a shuffled list.
func Make(seed uint64, people int) []Record {
	r := rand.New(rand.NewPCG(seed, 7))
	var out []Record
	for p := range people {
		original := person(r, p)
		out = append(out, original)
		for range min(4, int(r.ExpFloat64())) {
			out = append(out, damage(r, original))
		}
	}
	r.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

func pick(r *rand.Rand, of []string) string {
	return of[int(float64(len(of))*r.Float64()*(0.4+0.6*r.Float64()))]
}

func person(r *rand.Rand, p int) Record {
	woman := r.IntN(2) == 0
	c := Record{Person: p, Surname: pick(r, stems) + pick(r, endings), Place: strings.ReplaceAll(pick(r, places), "_", " ")}
	father := pick(r, fathers)
	soft := strings.ContainsAny(father[len(father)-2:], "еиья")
	switch {
	case woman:
		c.Given, c.Patronymic = pick(r, womenNames), father+map[bool]string{true: "евна", false: "овна"}[soft]
		if s, ok := strings.CutSuffix(c.Surname, "ский"); ok {
			c.Surname = s + "ская"
		} else if !strings.HasSuffix(c.Surname, "енко") {
			c.Surname += "а"
		}
	default:
		c.Given, c.Patronymic = pick(r, menNames), father+map[bool]string{true: "евич", false: "ович"}[soft]
	}
	c.Born = fmt.Sprintf("%04d-%02d-%02d", 1945+r.IntN(62), 1+r.IntN(12), 1+r.IntN(28))
	return c
}

// damage is a record of the same person by another hand.
func damage(r *rand.Rand, c Record) Record {
	if r.IntN(2) == 0 {
		s := schemes[r.IntN(len(schemes))]
		for _, f := range []*string{&c.Given, &c.Surname, &c.Patronymic, &c.Place} {
			t := s.Replace(strings.ToLower(*f))
			*f = strings.ToUpper(t[:1]) + t[1:]
		}
	}
	for range r.IntN(3) {
		f := []*string{&c.Given, &c.Surname, &c.Surname, &c.Patronymic, &c.Place}[r.IntN(5)]
		*f = slip(r, *f)
	}
	switch r.IntN(10) {
	case 0:
		c.Given, c.Surname = c.Surname, c.Given
	case 1:
		c.Born = c.Born[:5] + c.Born[8:] + "-" + c.Born[5:7]
	case 2:
		b := []byte(c.Born)
		b[3] = '0' + byte(r.IntN(10))
		c.Born = string(b)
	case 3:
		c.Born = c.Born[:4]
	case 4:
		c.Born = ""
	}
	if r.IntN(4) == 0 {
		c.Patronymic = ""
	}
	if r.IntN(5) == 0 {
		c.Place = ""
	}
	return c
}

// slip makes one slip of the pen in a word: a letter lost, doubled, swapped with
// its neighbour or taken for another of the word.
func slip(r *rand.Rand, s string) string {
	w := []rune(s)
	if len(w) < 4 {
		return s
	}
	i := 1 + r.IntN(len(w)-2)
	switch r.IntN(4) {
	case 0:
		return string(w[:i]) + string(w[i+1:])
	case 1:
		return string(w[:i]) + string(w[i:i+1]) + string(w[i:])
	case 2:
		w[i], w[i+1] = w[i+1], w[i]
	case 3:
		w[i] = w[r.IntN(len(w))]
	}
	return string(w)
}

// Write writes records as CSV; the label stands in the id: NUMBER-PERSON.
func Write(w io.Writer, records []Record) error {
	if _, err := fmt.Fprintln(w, "record_id,given_name,surname,patronymic,date_of_birth,place"); err != nil {
		return err
	}
	for i, c := range records {
		if _, err := fmt.Fprintf(w, "%d-%d,%s,%s,%s,%s,%s\n", i+1, c.Person, c.Given, c.Surname, c.Patronymic, c.Born, c.Place); err != nil {
			return err
		}
	}
	return nil
}
