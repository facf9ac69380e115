package guard

import (
	"slices"
	"strings"
	"sync"
)

// set of skeletons of a list of words.
func skeletons(list string) func() map[string]bool {
	return sync.OnceValue(func() map[string]bool {
		m := map[string]bool{}
		for w := range strings.FieldsSeq(list) {
			for _, r := range readWord([]rune(w)) {
				m[r] = true
			}
		}
		return m
	})
}

// given names that many people bear: alone they only ask.
var given = skeletons(`
александр алексей анатолий андрей антон артём борис вадим валентин валерий василий виктор виталий владимир владислав вячеслав
геннадий георгий григорий даниил денис дмитрий евгений егор иван игорь илья кирилл константин леонид максим матвей михаил никита николай
олег павел пётр роман руслан семён сергей станислав степан тимофей тимур фёдор юрий ярослав
александра алина алла анастасия анна валентина вера виктория галина дарья диана евгения екатерина елена жанна зинаида инна ирина кристина
ксения лариса лидия людмила маргарита марина мария надежда наталья наталия нина оксана ольга полина раиса светлана софья софия тамара татьяна юлия яна
абдулла абу адам азамат али алихан амир анзор апти арби асламбек аслан ахмад ахмед бекхан беслан висхан герман джабраил дени дени заур зелимхан
зураб ибрагим идрис имран иса ислам исмаил казбек лом-али магомед малик мансур масхуд мовсар мохмад муса муслим мухаммад нурди рамзан рамазан
расул рашид ризван рустам саид саламбек салман султан турпал умар усман хаваж хамзат хасан хасмагомед хусейн шамиль шамхан эльдар эми юсуп якуб
айшат амина асет аминат аза билкис заира залина зарема зулихан иман индира камила лейла лиза луиза мадина малика мадина марьям милана патимат
петимат раяна саида седа тамила фатима хава хеда элина элиза
adam alan alex alexander amy andrew anna anthony brian carol charles chris christopher daniel david donald elizabeth emily emma eric frank george
helen henry jack james jane jennifer jessica john joseph julia karen kevin laura linda lisa maria mark mary matthew michael nancy nicole oliver
patricia paul peter rachel richard robert ryan sam sandra sarah scott sophia stephen steven susan thomas william omar hassan yusuf ibrahim layla
`)

// names that are words as well: even as somebody's only known name they only ask.
var wordNames = skeletons("вера надежда любовь роман лев мир ислам султан марат слава роза лилия victoria hope grace mark will rose may april")

func isGiven(r string) bool    { return given()[r] }
func isWordName(r string) bool { return wordNames()[r] }

// isPatronymic reports skeletons in -ович, -евич, -овна, -евна, -ична, -ич.
func isPatronymic(r string) bool {
	if len(r) < 7 {
		return false
	}
	return slices.ContainsFunc([]string{"oviq", "eviq", "ovna", "evna", "iqna", "inigna"}, func(e string) bool { return strings.HasSuffix(r, e) })
}

// isSurname reports what is a surname by its ending and no given name.
func isSurname(readings []string) bool {
	if slices.ContainsFunc(readings, isGiven) || slices.ContainsFunc(readings, isWordName) || slices.ContainsFunc(readings, isPatronymic) {
		return false
	}
	return slices.ContainsFunc(readings, func(r string) bool {
		return len(r) >= 5 && slices.ContainsFunc(surnameEnds, func(e string) bool { return strings.HasSuffix(r, e) })
	})
}

// surnameEnds are the endings of surnames as skeletons: -ов, -ев, -ин, -ский, -ых, -швили, -дзе, -ко, -ук, -ян.
var surnameEnds = []string{"ov", "ova", "ev", "eva", "in", "ina", "ski", "skaa", "ska", "ih", "wvili", "dse", "nko", "uk", "ian", "an", "iani", "ani"}

// firstSound is the sound with which a name begins, as its initial gives it.
func firstSound(r string) string {
	if strings.HasPrefix(r, "ts") || strings.HasPrefix(r, "wq") {
		return r[:2]
	}
	return r[:1]
}

// spoken gives the short form of a patronymic: Иваныч, Ахмедыч.
func spoken(r string) (string, bool) {
	for _, e := range []string{"oviq", "eviq"} {
		if s, ok := strings.CutSuffix(r, e); ok && len(s) >= 3 {
			return s + "iq", true
		}
	}
	for _, e := range []string{"ovna", "evna"} {
		if s, ok := strings.CutSuffix(r, e); ok && len(s) >= 3 {
			return s + "na", true
		}
	}
	return "", false
}

// short forms of given names, for pairs only. A native reader should extend it.
var short = sync.OnceValue(func() map[string][]string {
	m := map[string][]string{}
	for _, line := range strings.Split(strings.TrimSpace(shortForms), "\n") {
		full, forms, _ := strings.Cut(line, ":")
		for _, r := range readWord([]rune(full)) {
			for f := range strings.FieldsSeq(forms) {
				m[r] = append(m[r], readWord([]rune(f))...)
			}
		}
	}
	return m
})

const shortForms = `
александр: саша шура саня алекс сашка
александра: саша шура сашка
алексей: лёша алёша лёха
анастасия: настя
анатолий: толя
анна: аня анюта
борис: боря
валентин: валя
василий: вася
виктор: витя
виктория: вика
владимир: вова володя
вячеслав: слава
галина: галя
геннадий: гена
григорий: гриша
дарья: даша
дмитрий: дима митя
евгений: женя
евгения: женя
екатерина: катя
елена: лена
иван: ваня
ирина: ира
константин: костя
ксения: ксюша
людмила: люда мила
магомед: мага мохьмад мухаммад магомет
мария: маша
михаил: миша
мухаммад: мага муха магомед мохьмад
наталья: наташа
николай: коля
ольга: оля
павел: паша
пётр: петя
роман: рома
рустам: рус
руслан: рус русик
светлана: света
сергей: серёжа
татьяна: таня
тимур: тима
фатима: фати
юлия: юля
юрий: юра
`

func diminutives(r string) []string { return short()[r] }

// addressWords say what an address's parts are and are in every address.
var addressWords = sync.OnceValue(func() map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(`ул улица улице улицы дом доме д кв квартира квартире г гор город городе п пос поселок посёлок с село селе аул ауле р н район районе
		обл область области респ республика проспект пр пер переулок шоссе ш стр строение корп корпус к этаж подъезд
		street st str road rd avenue ave lane ln house flat apt apartment no building block floor city town village district region republic the of near in at на в у`) {
		m[w] = true
	}
	return m
})
