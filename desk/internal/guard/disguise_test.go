package guard

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// TestDisguises: a name is stopped, and it is said how it was read, when it is cut into pieces,
// typed with the other keyboard, written backwards, or stands in the code of a host's name.
func TestDisguises(t *testing.T) {
	t.Parallel()
	code, err := idna.Punycode.ToASCII("магомед-иванов.рф")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		kind       Kind
		kept, text string
		read       Read
	}{
		{Name, "Магомед Иванов", "М а г о м е д  И в а н о в", Cut},
		{Name, "Магомед Иванов", "M.a.g.o.m.e.d I.v.a.n.o.v", Cut},
		{Name, "Магомед Иванов", "М — а — г — о — м — е — д  И — в — а — н — о — в", Cut},
		{Name, "Магомед Иванов", "М\nа\nг\nо\nм\nе\nд\nИ\nв\nа\nн\nо\nв", Cut},
		{Name, "Магомед Иванов", strings.Repeat("а б ", 60) + "М а г о м е д  И в а н о в", Cut},
		{Name, "Хасмагомед Темирсултанов", "Т е м и р с у л т а н о в  Х а с м а г о м е д", Cut},
		{Name, "Магомед Иванов", "Маго мед Ива нов", Cut},
		{Name, "Магомед Иванов", "маго мед ива нов", Cut},
		{Name, "Магомед Иванов", "Ма го мед И ва нов", Cut},
		{Name, "Магомед Иванов", "МА ГО МЕД ИВА НОВ", Cut},
		{Name, "Магомед Иванов", "Маго/мед Ива/нов", Cut},
		{Name, "Магомед Иванов", "Ма.го.мед Ив.анов", Cut},
		{Name, "Магомед Иванов", "Маго…мед Ива,нов", Cut},
		{Name, "Магомед Иванов", "Маго мед Bdfyjd", Cut},
		{Name, "Магомед Иванов", "Vfujvtl Bdfyjd", Keyboard},
		{Name, "Магомед Иванов", "с vfujvtljv bdfyjdsv.", Keyboard},
		{Name, "Магомед Иванов", "Ьфпщьув Шмфтщм", Keyboard},
		{Name, "Magomed Ivanov", "Ьфпщьув Шмфтщм", Keyboard},
		{Name, "Магомед Иванов", "Magomed Bdfyjd", Keyboard},
		{Name, "Анзор Хаджиев", "FYPJH {FL;BTD", Keyboard},
		{Name, "Анзор Хаджиев", "(Fypjhjv {fl;btdsv)", Keyboard},
		{Place, "Старая мельница", "Cnfhfz vtkmybwf", Keyboard},
		{Alias, "Чинар", "Xbyfh", Keyboard},
		{Name, "Магомед Иванов", "демогаМ вонавИ", Backwards},
		{Name, "Магомед Иванов", "увонавИ удемогаМ", Backwards},
		{Name, "Магомед Иванов", "магомед вонави", Backwards},
		{Name, "Magomed Ivanov", "demogaM vonavI", Backwards},
		{Alias, "Чинар", "раниЧ", Backwards},
		{Name, "Магомед Иванов", "https://" + code + "/", Host},
		{Name, "Магомед Иванов", "HTTP://" + strings.ToUpper(code), Host},
		{Name, "Магомед Иванов", "М&#1072;гомед Ив<b>анов</b>", Shown},
	} {
		got := index(term(tt.kind, tt.kept)).Check(tt.text)
		read := false
		for _, f := range got {
			read = read || f.Read == tt.read && f.Level == Block
			if f.Start >= f.End || f.End > len(tt.text) || !utf8.RuneStart(tt.text[f.Start]) || f.End < len(tt.text) && !utf8.RuneStart(tt.text[f.End]) {
				t.Errorf("%q: a finding lies at %d to %d", tt.text, f.Start, f.End)
			}
		}
		if !read {
			t.Errorf("%q is not stopped as read %q for %q: %v", tt.text, tt.read, tt.kept, got)
		}
	}
}

// TestDisguisesOrdinary: ordinary words stop nothing for what else they could be read as.
func TestDisguisesOrdinary(t *testing.T) {
	t.Parallel()
	x := index(term(Name, "Магомед Иванов"), term(Name, "Вера Роман"), term(Name, "Нина Лосева"), term(Alias, "Сон"), term(Alias, "Народ"), term(Name, "Али Наумов"), term(Place, "Старый мост"))
	for _, text := range []string{
		"На родине ждут", "нос и рот", "Он а она", "в а и о у к с", "На ум ов", "Ждут на родных", "У Али на уме овцы", "I v a n h o e",
		"Vote for Bread and Ivy", "Ему 25 лет", "xn--", "xn--a-b-c", "The Ivan of a novel", "Роман о вере", "Али сказал: «На ум пришло»",
	} {
		for _, f := range x.Check(text) {
			if f.Level == Block {
				t.Errorf("%q is stopped: %s %q, %s, read %s", text, f.Kind, text[f.Start:f.End], f.Why, f.Read)
			}
		}
	}
}

// TestPiecesAlone: pieces that together are a lone surname ask, and do not stop: two ordinary
// words may stand so.
func TestPiecesAlone(t *testing.T) {
	t.Parallel()
	got := index(term(Name, "Магомед Подгорный")).Check("Под горный хребет")
	if gravest(got) != Ask || got[0].Read != Cut {
		t.Errorf("%v", got)
	}
}

// TestOneErrorInEach: given name and surname with a letter wrong in each, side by side, are
// stopped; a word apart, and where the given name is another one, they are not.
func TestOneErrorInEach(t *testing.T) {
	t.Parallel()
	x := index(term(Name, "Магомед Хатуев"), term(Name, "Марина Дашаева"))
	for text, want := range map[string]Level{
		"Мaгамед Хутуев пришёл": Block, "Хатуив Магомет": Block, "Магомд Хатуевв": Block, "Magommet Hatuvev": Block, "Магамед Хатуев": Block,
		"Карина Дашаева": Ask, "Карина Дошаева": 0, "Магамед и Хутуев": 0, "Магамедка Хутуев": 0, "магамед хутуев": 0,
	} {
		got := x.Check(text)
		if l := gravest(got); l != want && (want != Ask || l != Block) {
			t.Errorf("%q: %v", text, got)
		}
		for _, f := range got {
			if want == Block && f.Why != Spelling && f.Why != Parts {
				t.Errorf("%q: %v", text, got)
			}
		}
	}
}

// TestSingleLettersEnd: a text of nothing but single letters is read in steps that grow with
// its length, and the name at its end is found.
func TestSingleLettersEnd(t *testing.T) {
	t.Parallel()
	x := index(term(Name, "Магомед Иванов"))
	const size = 5 << 20
	for _, text := range []string{strings.Repeat("а ", size/3), strings.Repeat("x.", size/20), strings.Repeat("Аб вг ", size/100), strings.Repeat("Q, ", size/30)} {
		text += ";; М а г о м е д  И в а н о в"
		got := x.Check(text)
		if gravest(got) != Block {
			t.Errorf("%q: the name behind them is not stopped", text[:9])
		}
	}
}
