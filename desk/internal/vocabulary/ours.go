package vocabulary

import "fmt"

func pad(n int) string { return fmt.Sprintf("%04d", n) }

// own is a term of the product's layer: its parent in the base layer, its names
// in the order of Languages, and plain words by which people mean it.
type own struct {
	code, parent string
	names        [5]string
	plain        string
}

// The range of the product's layer is W01 to W99. The codes are kept in records:
// none is ever given a second meaning.
var ourTerms = []own{
	{"W01", "040000000000", [5]string{"Outing", "Divulgation forcée de l'orientation", "Revelación forzada de la orientación", "Раскрытие ориентации без согласия", "كشف الميل دون موافقة"},
		"outed told family neighbours found out exposed; рассказали семье узнали раскрыли; أخبروا عائلته"},
	{"W02", "130104000000", [5]string{"Blackmail over orientation", "Chantage lié à l'orientation", "Chantaje por la orientación", "Шантаж из-за ориентации", "ابتزاز بسبب الميل"},
		"blackmailed pay money or they will tell; шантажировали требовали деньги иначе расскажут; طلبوا مالا ابتزاز"},
	{"W03", "020000000000", [5]string{"“Conversion” practices", "Pratiques de « conversion »", "Prácticas de «conversión»", "Практики «исправления» ориентации", "ممارسات «تحويل» الميل"},
		"cure conversion exorcism treatment to change; лечили исправить изгоняли джинна экзорцизм; علاج تحويل رقية"},
	{"W04", "020000000000", [5]string{"Threat of violence by the family", "Menace de violence de la part de la famille", "Amenaza de violencia por la familia", "Угроза насилия со стороны семьи", "تهديد بالعنف من العائلة"},
		"brother father uncle relatives threaten to kill; брат отец дядя родственники угрожают убить; أخوه أبوه يهدد بالقتل"},
	{"W05", "010101000000", [5]string{"Killing by relatives", "Meurtre par des proches", "Asesinato por familiares", "Убийство родственниками", "قتل على يد الأقارب"},
		"honour killing killed by his brother father uncle family; убили родственники убийство чести брат убил; جريمة شرف قتله أخوه"},
	{"W06", "020000000000", [5]string{"Forced informing on others", "Contrainte à dénoncer d'autres personnes", "Obligación de delatar a otras personas", "Принуждение выдавать других", "إجبار على الوشاية بآخرين"},
		"made to name others give names betray; заставляли назвать имена выдать других сдать знакомых; أجبروه على ذكر أسماء"},
	{"W07", "040101000000", [5]string{"Phone search", "Fouille du téléphone", "Registro del teléfono", "Обыск телефона", "تفتيش الهاتف"},
		"took searched unlocked phone contacts messages photos; забрали телефон проверили телефон контакты переписку; أخذوا فتشوا هاتفه"},
	{"W08", "050000000000", [5]string{"Destruction of identity papers", "Destruction de pièces d'identité", "Destrucción de documentos de identidad", "Уничтожение документов", "إتلاف وثائق الهوية"},
		"passport burned torn taken destroyed papers; порвали сожгли отобрали паспорт документы; أحرقوا مزقوا جواز سفره"},
	{"W09", "050000000000", [5]string{"Denial of exit", "Interdiction de sortie", "Prohibición de salida", "Запрет на выезд", "منع من المغادرة"},
		"not allowed to leave the country stopped at border; не выпустили из страны запретили выезд граница; منعوه من السفر الحدود"},
}

// plainWords lead from what people say to codes of the base layer's list of acts.
var plainWords = map[string]string{
	"020111110000": "tortured electric shocks; пытали пытка били током; تعذيب صعق بالكهرباء",
	"030102000000": "detained arrested locked up held in a basement prison; задержали арестовали держали в подвале тюрьма; اعتقلوه سجنوه",
	"030103000000": "disappeared vanished nobody knows where he is taken no trace; пропал исчез не знаем где он увезли; اختفى",
	"030104000000": "kidnapped abducted taken away into a car; похитили увезли затолкали в машину; خطفوه",
	"010101000000": "killed shot murdered dead; убили застрелили; قتلوه",
	"040101000000": "searched the house raid; обыск пришли домой; تفتيش البيت",
	"130104000000": "pay money extortion; вымогали деньги; ابتزاز",
}

func ours() []Term {
	out := make([]Term, len(ourTerms))
	for i, o := range ourTerms {
		t := Term{List: Acts, Name: "types_of_acts", Code: o.code, Parent: o.parent, Layer: Ours, Names: map[string]string{}, Order: i + 1}
		for n, lang := range Languages() {
			t.Names[lang] = o.names[n]
		}
		out[i] = t
	}
	return out
}
