package guard

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

var testKey = Key{1, 2, 3}

func index(terms ...struct {
	kind Kind
	text string
}) *Index {
	x := NewIndex(testKey)
	for i, t := range terms {
		x.Add(Term{ID: int64(i + 1), Owner: "safe_" + t.text, Kind: t.kind, Marks: testKey.Marks(t.kind, t.text)})
	}
	return x
}

func term(kind Kind, text string) struct {
	kind Kind
	text string
} {
	return struct {
		kind Kind
		text string
	}{kind, text}
}

func gravest(fs []Finding) Level {
	var l Level
	for _, f := range fs {
		l = max(l, f.Level)
	}
	return l
}

func TestEvasions(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		kind Kind
		term string
		text string
		want Level
	}{
		{"as it stands", Name, "Анзор Исаев", "Анзор Исаев ушёл.", Block},
		{"order and case", Name, "Анзор Исаев", "Исаевым Анзором занялись.", Block},
		{"lower case, in pieces of a mail address", Name, "Анзор Исаев", "пишите anzor_isaev", Block},
		{"surname alone, capital", Name, "Анзор Исаев", "Об Исаеве ничего не известно.", Block},
		{"given name alone asks", Name, "Анзор Исаев", "Анзор рассказал.", Ask},
		{"surname in lower case alone", Name, "Анзор Исаев", "исаевских не видели", 0},
		{"only known name blocks", Name, "Висита", "Виситу держали неделю.", Block},
		{"only name is a word", Name, "Вера", "Вера рассказала.", Ask},
		{"patronymic spoken", Name, "Магомед Русланович Цечоев", "Магомед Русланыч молчит", Block},
		{"short form", Name, "Руслан Цечоев", "Русик (Цечоев)", Block},
		{"double name joined", Name, "Саид-Ахмед Хатуев", "Саидахмеда больше не видели, Хатуева тоже", Block},
		{"double name apart", Name, "Саидахмед Хатуев", "Саид Ахмед Хатуев", Block},
		{"chechen letters", Name, "Мохьмад Гӏайрбеков", "Мохьмад ГIайрбеков", Block},
		{"palochka as digit", Name, "Мохьмад Гӏайрбеков", "Мохьмад Г1айрбеков", Block},
		{"full width", Name, "Anzor Isaev", "Ａｎｚｏｒ Ｉｓａｅｖ", Block},
		{"mathematical letters", Name, "Anzor Isaev", "𝐀𝐧𝐳𝐨𝐫 𝐈𝐬𝐚𝐞𝐯", Block},
		{"latin term, cyrillic text", Name, "Dzhamal Khadzhiev", "Джамалу Хаджиеву грозят", Block},
		{"jamal", Name, "Джамал Хаджиев", "Jamal Hajiev", Block},
		{"one letter wrong", Name, "Анзор Гайрбеков", "Анзор Гайрбаков", Block},
		{"arabic script", Name, "أنزور عيساييف", "قال انزور عيساييف", Block},
		{"leet", Name, "Анзор Исаев", "Анз0р Исaeв", Block},
		{"other person", Name, "Анзор Исаев", "Аслан Иванов", 0},
		{"alias", Alias, "Шрам", "Его звали Шрамом.", Block},
		{"alias as a word asks", Alias, "Шрам", "остался шрам", Ask},
		{"pseudonym", Pseudonym, "Amber River", "the case Amber River is closed", Block},
		{"pseudonym's words apart", Pseudonym, "Amber River", "The River runs; much later in the day somebody saw an Amber light", 0},
		{"pseudonym code", Pseudonym, "K-417", "case K417 and", Block},
		{"pseudonym code spaced", Pseudonym, "K-417", "дело К 417 закрыто", Block},
		{"address", Address, "ул. Маяковского, д. 5, кв. 12", "на улице Маяковского 5", Block},
		{"street alone", Address, "ул. Маяковского, д. 5, кв. 12", "улица Маяковского перекрыта", 0},
		{"address in Latin", Address, "ул. Маяковского, д. 5", "5 Mayakovskogo street", Block},
		{"place", Place, "Лесная дача", "они ждали на Лесной даче", Block},
		{"phone grouped", Phone, "+7 200 123-45-67", "звоните 8 (200) 123 45 67", Block},
		{"phone with words", Phone, "+7 200 123-45-67", "два ноль ноль один два три четыре пять шесть семь", Block},
		{"phone digits spaced", Phone, "+7 200 123-45-67", "2 0 0 1 2 3 4 5 6 7", Block},
		{"phone in other digits", Phone, "+7 200 123-45-67", "٢٠٠١٢٣٤٥٦٧", Block},
		{"phone without code asks", Phone, "+7 200 123-45-67", "тел. 123-45-67", Ask},
		{"other phone", Phone, "+7 200 123-45-67", "8 200 765 43 21", 0},
		{"mail", Email, "a.petrov+x@example.org", "APetrov@Example.org", Block},
		{"mail spelled", Email, "a.petrov@example.org", "a.petrov (at) example.org", Block},
		{"handle", Handle, "@dark_river_95", "t.me/darkriver95", Block},
		{"plate", Document, "А123ВС95", "машина A 123 BC 95", Block},
		{"passport", Document, "96 05 123456", "паспорт 9605 123456", Block},
		{"Georgian letters", Name, "Анзор Чурилкин", "ანზორ ჩურილკინი", Block},
		{"kept in Georgian", Name, "ანზორ ჩურილკინ", "Анзора Чурилкина видели", Block},
		{"Armenian letters", Name, "Анзор Шишхаев", "Անզոր Շիշխաեվ", Block},
		{"Greek letters", Name, "Анзор Исаев", "Ανζορ Ισαεβ", Block},
		{"Arabic letters", Name, "Анзор Исдарбиев", "قال انزور يسداربييف امس", Block},
		{"Arabic with fewer vowels", Name, "Анзор Исдарбиев", "انزر يسدربيف", Block},
		{"kept in Arabic", Name, "انزور يسداربييف", "Об Анзоре Исдарбиеве писали", Block},
		{"kept in Arabic, another person", Name, "انزور يسداربييف", "Аслан Умаров писал", 0},
		{"Spanish", Name, "Хеда Хатуева", "Jeda Jatueva", Block},
		{"chat", Name, "Анзор Чимаев", "Anzor 4imaev", Block},
		{"initial of a common surname", Name, "Анзор Исаев", "А. Исаев", Block},
		{"rare given name is no surname", Name, "Артур Юнусов", "Артур пришёл", Ask},
		{"phone abroad at home", Phone, "+370 1000 0004", "8 100 00 004", Block},
		{"phone said in numbers", Phone, "+7 200 123-45-67", "двести, сто двадцать три, сорок пять, шестьдесят семь", Block},
		{"phone said in English", Phone, "+7 200 123-45-67", "two double oh, one hundred and twenty-three, forty-five sixty-seven", Block},
		{"phone with letters O", Phone, "+7 200 123-45-67", "2OO 123 45 67", Block},
		{"a number with another behind and", Phone, "+7 200 123-45-67", "two zero zero one two three forty-five sixty and seven", 0},
		{"mail with dot", Email, "a.petrov@example.org", "a.petrov [at] example [dot] org", Block},
		{"mail in words", Email, "a.petrov@example.org", "a dot petrov at example dot org", Block},
		{"handle with spaces", Handle, "@dark_river95", "dark river95", Block},
		{"passport with No.", Document, "96 05 123456", "серия 9605 № 123456", Block},
		{"plate by sound", Document, "Р123ВС95", "R123VS95", Block},
		{"plate without region", Document, "Р123ВС95", "номер Р 123 ВС", Block},
		{"house in words", Address, "ул. Маяковского, д. 45", "улица Маяковского, дом сорок пять", Block},
		{"street in English", Address, "ул. Чайковского, д. 45", "45 Chaykovsky Street", Block},
		{"a house's number alone", Address, "ул. Маяковского, д. 145", "в списке 145 человек", 0},
		{"place of a common word", Place, "Старый дом", "Старый друг пришёл", 0},
		{"place of a common word, whole", Place, "Старый дом", "ждали в Старом доме", Block},
		{"year is no document", Document, "96 05 123456", "в 2017 году", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := gravest(index(term(tt.kind, tt.term)).Check(tt.text))
			if got != tt.want {
				t.Errorf("%s %q in %q: level %d, want %d", tt.kind, tt.term, tt.text, got, tt.want)
			}
		})
	}
}

// The finding's offsets must cut the very words out of the original text.
func TestOffsets(t *testing.T) {
	t.Parallel()
	text := "Вчера А\u200bнзор И\u0301саев\u00ad ушёл"
	fs := index(term(Name, "Анзор Исаев")).Check("ничего", text)
	if len(fs) != 2 {
		t.Fatalf("%d findings: %v", len(fs), fs)
	}
	if got := text[fs[0].Start:fs[0].End]; got != "А\u200bнзор" {
		t.Errorf("first %q", got)
	}
	if fs[0].Paragraph != 1 || !strings.HasPrefix(text[fs[1].Start:], "И") {
		t.Errorf("second %+v", fs[1])
	}
}

// A surname that many protected people bear only asks when it stands alone.
func TestCommonSurname(t *testing.T) {
	t.Parallel()
	x := NewIndex(testKey)
	for i, given := range []string{"Анзор", "Беслан", "Заур", "Умар"} {
		x.Add(Term{ID: int64(i), Owner: "safe_" + given, Kind: Name, Marks: testKey.Marks(Name, given+" Исаев")})
	}
	if l := gravest(x.Check("Исаева видели")); l != Ask {
		t.Errorf("alone: %d", l)
	}
	for text, want := range map[string]Level{"З. Исаева видели": Block, "Исаев З. Ч. уехал": Block, "К. Исаева видели": Ask} {
		if l := gravest(x.Check(text)); l != want {
			t.Errorf("%s: %d", text, l)
		}
	}
	if l := gravest(x.Check("Заура Исаева видели")); l != Block {
		t.Errorf("with the given name: %d", l)
	}
}

// What stands near another part of a name by chance asks and does not stop: a spelling
// with an error or consonants alone where the two are not written as one name, and common
// parts of two sentences. It is never silent, and parts as they are kept in one sentence
// or side by side stop the text, however many bear them.
func TestChance(t *testing.T) {
	t.Parallel()
	x := NewIndex(testKey)
	add := func(name string) {
		x.Add(Term{ID: int64(x.Len()), Owner: fmt.Sprint("case_", x.Len()), Kind: Name, Marks: testKey.Marks(Name, name)})
	}
	for i := range common + 5 { // so many are called Magomed, and so many Isaev
		add("Магомед " + bases[1+i%20] + "ин")
		add([]string{"Беслан", "Заур", "Умар"}[i%3] + " Исаев")
	}
	add("Магомед Исаев")
	add("Анзор Гайрбеков")
	add("Умар Дзурбиев")
	add("انزور يسداربييف")
	add("كسينييا تيورينا")
	tests := []struct {
		text  string
		level Level
		why   Reason
		gap   int
	}{
		{"Магомед Исаев ушёл", Block, Parts, 1},
		{"Об этом знал Магомед. Исаев молчит", Block, Parts, 1},
		{"Магомед, как рассказали нам родные, друзья и соседи по дому, Исаев", Block, Parts, 10},
		{"Дома был Магомед. Вечером у реки видели Исаева", Ask, Chance, 5},
		{"Дома был Магомед. Вечером видели Дзурбиева", Block, Surname, 0}, // few bear it
		{"Дома был Умар. Вечером у реки видели Дзурбиева", Block, Parts, 5},
		{"Анзор Гайрбаков ушёл", Block, Spelling, 1},
		{"Анзор Умарович Гайрбаков ушёл", Block, Spelling, 2},
		{"Гайрбаков А. Анзор", Block, Spelling, 2},
		{"Анзор и Гайрбаков ушли", Ask, Chance, 2},
		{"Ушёл Анзор. Гайрбаков остался", Ask, Chance, 1},
		{"Анзор Исдарбиев ушёл", Block, Letters, 1},
		{"Анзор Умарович Исдарбиев ушёл", Block, Letters, 2},
		{"Ксения Тюрина ушла", Block, Letters, 1},
		{"Trains between Kazan and Tomsk", Ask, Chance, 2},
		{"Пришла Ксения. Тюрина осталась", Ask, Chance, 1},
		{"Магомед пришёл", 0, 0, 0}, // many are called so
	}
	for _, tt := range tests {
		var got Finding
		for _, f := range x.Check(tt.text) {
			if f.Level > got.Level || f.Level == got.Level && f.Why > got.Why {
				got = f
			}
		}
		if got.Level != tt.level || got.Why != tt.why || got.Gap != tt.gap {
			t.Errorf("%q: level %d, reason %d, %d words apart; want %d, %d, %d", tt.text, got.Level, got.Why, got.Gap, tt.level, tt.why, tt.gap)
		}
	}
	for _, cells := range [][]string{{"Исдарбиев", "Анзор"}, {"Гайрбаков", "Анзор"}} {
		if l := gravest(x.Check(cells...)); l != Block {
			t.Errorf("two cells %q: %d", cells, l)
		}
	}
}

func TestPartsInNeighbouringCells(t *testing.T) {
	t.Parallel()
	if l := gravest(index(term(Name, "Айшат Магомедовна")).Check("Айшат", "Магомедовна")); l != Block {
		t.Errorf("level %d", l)
	}
}

// Two keys give prints that have nothing in common: a stolen table of prints
// without its key cannot be tried.
func TestPrintsNeedTheKey(t *testing.T) {
	t.Parallel()
	a := Key{1}.Marks(Name, "Анзор Исаев")
	b := map[Print]bool{}
	for _, m := range (Key{2}).Marks(Name, "Анзор Исаев") {
		b[m.Print] = true
	}
	for _, m := range a {
		if b[m.Print] {
			t.Fatal("the same print under two keys")
		}
	}
}

// recall plants n people in every form and returns how many were found.
func recall(n int, seed uint64) (found, planted int, missed map[string]int, examples []string) {
	r := rand.New(rand.NewPCG(seed, 7))
	missed = map[string]int{}
	x := NewIndex(testKey)
	people := make([]person, n)
	for i := range people {
		people[i] = invent(r)
		x.Add(Term{ID: int64(i), Owner: people[i].full(), Kind: Name, Marks: testKey.Marks(Name, people[i].full())})
	}
	for i, p := range people {
		for _, pl := range plants(r, p) {
			planted++
			ok := false
			for _, f := range x.Check(strings.Split(pl.text, "\f")...) {
				ok = ok || f.Level == Block && (f.Term == int64(i) || f.Owner == p.full())
			}
			if ok {
				found++
				continue
			}
			missed[pl.form]++
			if len(examples) < 40 {
				examples = append(examples, pl.form+": "+p.full()+" in "+pl.text)
			}
		}
	}
	return found, planted, missed, examples
}

func TestRecall(t *testing.T) {
	t.Parallel()
	found, planted, missed, examples := recall(400, 1)
	rate := 100 * float64(found) / float64(planted)
	t.Logf("%d of %d planted forms found (%.2f %%); missed by form %v", found, planted, rate, missed)
	if rate < 99.7 {
		t.Errorf("recall %.2f %%, want at least 99.5 %%\n%s", rate, strings.Join(examples, "\n"))
	}
}

// neutral returns Russian and English text in which nobody is named: the words
// of the product's own catalogues and documents.
func neutral(t testing.TB) string {
	var b strings.Builder
	root := filepath.Join("..", "..", "..")
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && len(d.Name()) > 2 || d.Name() == "node_modules") {
			return filepath.SkipDir
		}
		if ext := filepath.Ext(path); ext == ".po" || ext == ".md" {
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			if utf8.Valid(text) {
				b.Write(text)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	b.WriteString(neutralText)
	return b.String()
}

func TestFalseAlarms(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 3))
	x := NewIndex(testKey)
	for i := range 1000 {
		p := invent(r)
		x.Add(Term{ID: int64(i), Owner: "safe", Kind: Name, Marks: testKey.Marks(Name, p.full())})
	}
	text := neutral(t)
	words := len(strings.Fields(text))
	alarms := 0
	for _, f := range x.Check(strings.Split(text, "\n")...) {
		if f.Level == Block {
			alarms++
			t.Logf("paragraph %d", f.Paragraph)
		}
	}
	t.Logf("%d alarms in %d words", alarms, words)
	if alarms*1000 >= words {
		t.Errorf("%d alarms in %d words: want under 1 per 1,000", alarms, words)
	}
}

// Whatever hidden signs are strewn into a name, it is found.
func TestHiddenSignsNeverHelp(t *testing.T) {
	t.Parallel()
	x := index(term(Name, "Анзор Исаев"))
	signs := []string{"", "\u200b", "\u00ad", "\u200d", "\u2060", "\ufeff", "\u0301", "\u034f", "\u200e"}
	rapid.Check(t, func(rt *rapid.T) {
		var b strings.Builder
		for _, r := range rapid.SampledFrom([]string{"Анзора Исаева", "Исаеву Анзору", "Anzor Isaev", "ANZOR ISAYEV"}).Draw(rt, "name") {
			b.WriteRune(r)
			b.WriteString(rapid.SampledFrom(signs).Draw(rt, "sign"))
		}
		if gravest(x.Check("Вот "+b.String()+" здесь")) != Block {
			rt.Fatalf("not found: %q", b.String())
		}
	})
}

// A phone is found however its digits are grouped.
func TestPhoneGroups(t *testing.T) {
	t.Parallel()
	x := index(term(Phone, "+72001234567"))
	rapid.Check(t, func(rt *rapid.T) {
		var b strings.Builder
		for _, d := range "2001234567" {
			b.WriteRune(d)
			b.WriteString(rapid.SampledFrom([]string{"", "", " ", "-", ".", ") ", " - ", "\u00a0"}).Draw(rt, "gap"))
		}
		if gravest(x.Check("тел.: "+b.String()+".")) != Block {
			rt.Fatalf("not found: %q", b.String())
		}
	})
}

func FuzzCheck(f *testing.F) {
	x := index(term(Name, "Анзор Исаев"), term(Phone, "+72001234567"), term(Email, "a@example.org"), term(Address, "ул. Мира, 5"))
	f.Add("Анзор Исаев, +7 200 123-45-67")
	f.Add("a (at) example.org И с а е в \xff")
	f.Fuzz(func(t *testing.T, text string) {
		for _, fd := range x.Check(text) {
			if fd.Start < 0 || fd.End > len(text) || fd.Start >= fd.End {
				t.Fatalf("offsets %d-%d of %d", fd.Start, fd.End, len(text))
			}
		}
	})
}

func BenchmarkRecall(b *testing.B) {
	for i := 0; b.Loop(); i++ {
		found, planted, _, _ := recall(100, uint64(i)+100)
		b.ReportMetric(100*float64(found)/float64(planted), "%recall")
	}
}

// A draft of 5,000 words against 10,000 identities.
func BenchmarkCheck(b *testing.B) {
	r := rand.New(rand.NewPCG(5, 5))
	x := NewIndex(testKey)
	for i := range 10_000 {
		p := invent(r)
		x.Add(Term{ID: int64(i), Owner: "safe", Kind: Name, Marks: testKey.Marks(Name, p.full())})
	}
	words := strings.Fields(strings.Repeat(neutralText+" ", 20))[:5000]
	var paragraphs []string
	for i := 0; i < len(words); i += 100 {
		paragraphs = append(paragraphs, strings.Join(words[i:i+100], " "))
	}
	b.ResetTimer()
	for b.Loop() {
		x.Check(paragraphs...)
	}
}

const neutralText = `
Доклад описывает положение в регионе за прошедший месяц. Авторы собрали сообщения нескольких независимых источников и сопоставили их между собой.
Число задержанных указано в виде промежутка, потому что разные источники называют разные числа. Неизвестное не равно нулю. Министерство иностранных
дел заявило, что изучит обращение. Парламент принял резолюцию, в которой призвал начать расследование. Правозащитные организации просят освободить
всех задержанных и возместить ущерб пострадавшим и их семьям. В ноябре шестнадцать государств начали процедуру Московского механизма ОБСЕ. В декабре
докладчик представил выводы: подтверждены очень серьёзные нарушения и обстановка безнаказанности. Представитель руководителя республики отрицал всё.
Москва, Берлин, Париж и Вашингтон обсудили доклад. Канада предложила места для тех, кто вынужден уехать. Германия выдала гуманитарные визы. Европейский
суд по правам человека принял жалобы к рассмотрению. Верховный комиссар призвала власти защитить людей. Весной помощь попросили около шестидесяти
человек, к концу года больше ста семидесяти. Каждый человек имеет право на жизнь, свободу и личную неприкосновенность. Новости, погода, спорт, культура.
The report describes the situation in the region during the past month. Its authors compared what several independent sources said. The number of people
detained is given as a range because the sources differ. The Foreign Ministry said that it would study the appeal. Parliament passed a resolution that asks
for an investigation. Human rights organisations ask for the release of everybody who is held and for reparations to survivors and to the families of victims.
In November sixteen states invoked the Moscow Mechanism of the OSCE. In December the rapporteur presented the findings: very serious violations and a climate
of impunity were confirmed. A spokesman denied everything. London, Berlin, Paris and Washington discussed the report. Canada offered places for people who had
to leave. Germany issued humanitarian visas. The European Court of Human Rights accepted applications. Weather, sport, culture and books.
`
