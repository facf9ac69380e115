package guard

import (
	"strings"
	"sync"
)

// The words by which facts about a person are known, in English and Russian. A line is
// a value; a word that ends with * stands for all that begin so, which is how Russian
// words bend. A native reader should extend it.
const jobWords = `
vet: vet vets veterinar* ветеринар* ветврач*
doctor: doctor* physician* врач* доктор* терапевт*
surgeon: surgeon* хирург*
dentist: dentist* стоматолог* дантист*
nurse: nurse* медсестр* медсёстр* медбрат*
paramedic: paramedic* фельдшер*
midwife: midwi* акушер*
pharmacist: pharmacist* chemist аптекар* фармацевт*
psychologist: psycholog* психолог*
teacher: teacher* schoolteacher* schoolmaster* schoolmistress* учител* преподавател* педагог*
headteacher: headteacher* headmaster* headmistress* завуч*
professor: professor* профессор*
student: student* студент*
pupil: pupil* schoolboy* schoolgirl* школьник* школьниц* ученик* учениц*
lawyer: lawyer* attorney* barrister* solicitor* адвокат* юрист*
judge: судья судьи судью судьёй судьей
notary: notary notaries нотариус*
journalist: journalist* reporter* журналист* репортёр* репортер* корреспондент*
photographer: photographer* фотограф фотографа фотографом фотографу
editor: редактор*
blogger: blogger* vlogger* блогер* блоггер*
writer: writer* novelist* писател*
poet: poet poets poetess* поэт* поэтесс*
artist: painter* художни*
musician: musician* музыкант*
singer: singer* певец певц* певиц*
actor: actor* actress* актёр* актер* актрис*
dancer: dancer* танцор* танцовщи*
imam: imam* имам* мулла муллы муллу муллой
priest: priest* священник* батюшк* пастор*
baker: baker* пекар* булочник*
butcher: butcher* мясник*
cook: cook cooks chef chefs повар* поварих*
waiter: waiter* waitress* официант*
barber: barber* hairdresser* парикмахер* барбер*
tailor: tailor* seamstress* портн* швея швеи швею швеёй
shopkeeper: shopkeeper* grocer* лавочник* продавец продавц* продавщиц*
cashier: cashier* кассир*
farmer: farmer* фермер*
shepherd: shepherd* чабан* пастух*
beekeeper: beekeep* пчеловод* пасечник*
fisherman: fisherm* рыбак рыбака рыбаку рыбаком
forester: forester* лесник* егер*
driver: driver* cabbie* водител* шофёр* шофер* таксист* дальнобойщик*
mechanic: mechanic* автомеханик* механик* слесар*
electrician: electrician* электрик*
plumber: plumber* сантехник*
welder: welder* сварщик*
builder: builder* bricklayer* строител* каменщик*
carpenter: carpenter* joiner* столяр* плотник*
engineer: engineer* инженер*
architect: architect архитектор*
programmer: programmer* программист*
accountant: accountant* bookkeeper* бухгалтер*
banker: bankclerk* банкир*
clerk: clerk clerks делопроизводител*
librarian: librarian* библиотекар*
scientist: scientist* scholar* учёный учёного учёным
historian: historian* историк историка историку историком
athlete: athlete* спортсмен*
wrestler: wrestler* борец борца борцу борцом
boxer: boxer* боксёр* боксер*
coach: тренер*
soldier: soldier* солдат* контрактник*
policeman: policem* policewom* полицейск*
firefighter: firefighter* firem* пожарный пожарного пожарным
guard: watchman* watchmen охранник* сторож*
sailor: sailor* моряк* матрос*
pilot: pilot pilots лётчик* летчик*
postman: postm* почтальон*
cleaner: cleaner* уборщи* дворник*
gravedigger: gravedigger* могильщик*
jeweller: jewel?er* ювелир*
blacksmith: blacksmith* кузнец кузнеца кузнецу кузнецом
potter: potter* гончар*
miller: мельник*
translator: translator* interpreter* переводчи*
activist: activist* правозащитни* активист*
deputy: councillor* депутат*
mayor: mayor mayors мэр мэра мэру мэром
entrepreneur: entrepreneur* businessm* businesswom* предпринимател* бизнесмен*
model: манекенщи*
gardener: gardener* садовник*
geologist: geologist* геолог*
refugee: refugee* беженец беженц* беженк*
pensioner: pensioner* пенсионер*
`

const kinWords = `
widow: widow widows вдова вдовы вдову вдовой вдове
widower: widower* вдовец вдовца вдовцу вдовцом
orphan: orphan* сирота сироты сироту сиротой
twin: twin twins близнец* двойняш*
grandmother: grandmother* бабушк*
grandfather: grandfather* дедушк*
many: многодетн*
`

const healthWords = `
pregnant: pregnan* беременн*
disabled: disabled wheelchair* инвалид* коляск*
blind: blind слепой слепого слепым слепая слепую незряч*
deaf: deaf глухой глухого глухая глухую глухонем* неслышащ*
diabetic: diabet* insulin диабет* инсулин*
epileptic: epilep* эпилеп*
cancer: leuk?emia lymphoma oncolog* онколог* лейкоз*
amputee: amput* prosthe* ампут* протез*
hiv: hiv вич
asthmatic: asthma* астм*
autistic: autis* аутис* аутист*
dialysis: dialysis диализ*
`

const nationWords = `
chechen: chechen* чеченец чеченц* чеченк*
ingush: ingush* ингуш*
dagestani: dagestani* дагестанец дагестанц* дагестанк*
avar: avar avars аварец аварц* аварк*
kumyk: kumyk* кумык*
ossetian: ossetian* осетин*
georgian: georgian* грузин*
armenian: armenian* армянин* армянк*
azeri: azerbaijani* азербайджанец азербайджанц* азербайджанк*
ukrainian: ukrainian* украинец украинц* украинк*
belarusian: belarus?ian* белорус*
tatar: tatar* татарин* татарк*
crimean: крымчан*
uzbek: uzbek* узбек*
tajik: tajik* таджик*
kyrgyz: kyrgyz* киргиз* кыргыз*
kazakh: kazakh* казах*
turkmen: turkmen* туркмен*
afghan: afghan* афганец афганц* афганк*
syrian: syrian* сириец сирийц* сирийк*
iranian: iranian* иранец иранц* иранк*
turk: turkish turk turks турок турк* турчанк*
kurd: kurd* курд*
roma: romani цыган*
jew: jewish jew jews еврей еврея еврею евреем еврейк*
uyghur: uyghur* uighur* уйгур*
`

const sexWords = `
f: woman women female girl girls lady mother daughter sister wife widow женщин* девушк* девочк* мать матери матерью дочь дочери дочерью сестра сестры сестру сестрой жена жены жену женой жене вдова вдовы вдову вдовой учительниц* певиц* актрис* студентк* школьниц* пенсионерк*
m: man men male boy boys father son brother husband widower мужчин* парень парня парню парнем юнош* мальчик* отец отца отцу отцом сын сына сыну сыном брат брата брату братом муж мужа мужу мужем вдовец вдовца
`

const actWords = `
detained: detain* arrest* imprison* jail* задерж* арест* увезли увели схвачен* схватил*
killed: killed murder* shot executed убит* убил* застрел* казн*
tortured: tortur* electrocut* пыт* избит* избил* истяз*
taken: abduct* kidnap* disappear* missing похи* исчез* пропал*
`

// trie-less: a word is looked up whole, and by each of its beginnings.
type vocabulary struct {
	whole  map[string][]fact
	begins map[string][]fact
}

var factWords = sync.OnceValue(func() vocabulary {
	v := vocabulary{map[string][]fact{}, map[string][]fact{}}
	for dim, list := range map[Fact]string{Job: jobWords, Kin: kinWords, Health: healthWords, Nation: nationWords, Sex: sexWords, Act: actWords} {
		for line := range strings.SplitSeq(strings.TrimSpace(list), "\n") {
			value, words, _ := strings.Cut(line, ":")
			for w := range strings.FieldsSeq(words) {
				for _, w := range both(w) {
					if stem, ok := strings.CutSuffix(w, "*"); ok {
						v.begins[stem] = append(v.begins[stem], fact{dim, value})
					} else {
						v.whole[w] = append(v.whole[w], fact{dim, value})
					}
				}
			}
		}
	}
	return v
})

// both gives a word with and without the letter before its question mark.
func both(w string) []string {
	i := strings.IndexByte(w, '?')
	if i < 1 {
		return []string{w}
	}
	return []string{w[:i-1] + w[i+1:], w[:i] + w[i+1:]}
}

// of lists what a word in small letters may say of a person.
func (v vocabulary) of(w string) []fact {
	out := v.whole[w]
	for i := range w {
		if i >= 3 {
			out = append(out[:len(out):len(out)], v.begins[w[:i]]...)
		}
	}
	return append(out[:len(out):len(out)], v.begins[w]...)
}

var months = sync.OnceValue(func() map[string]int {
	m := map[string]int{}
	for i, line := range strings.Split(`january jan января январь
february feb февраля февраль
march mar марта март
april apr апреля апрель
may мая май
june jun июня июнь
july jul июля июль
august aug августа август
september sep sept сентября сентябрь
october oct октября октябрь
november nov ноября ноябрь
december dec декабря декабрь`, "\n") {
		for w := range strings.FieldsSeq(line) {
			m[w] = i + 1
		}
	}
	return m
})

func set(words string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		m[w] = true
	}
	return m
}

var (
	// before the name of a place, in what is kept; in a text every name is looked up.
	placeSigns = sync.OnceValue(func() map[string]bool {
		return set("г гор город города городе городу с село села селе селу п пос поселок посёлок поселка посёлка поселке посёлке аул аула ауле станица станицы станице деревня деревни деревне район района районе из в во под возле около близ у родом village town city hamlet district region from of in at near born lives живёт живет")
	})
	yearsWords = sync.OnceValue(func() map[string]bool {
		return set("лет года год летний летняя летнего летней летнему летнюю летним")
	})
	onlyWords = sync.OnceValue(func() map[string]bool {
		return set("only sole lone единственный единственная единственного единственной единственному единственную единственным")
	})
)
