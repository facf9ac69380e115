package planted

import (
	"math/rand/v2"
	"strings"
)

// Own words, written for this purpose: sentences as reports and news have them, with
// gaps for towns, bodies, months, numbers and the names of people who are invented
// and protected by nobody. Nobody real is quoted.
const newsRU = `В {month} в городе {town} прошло заседание комиссии по правам человека.
Представитель ведомства {name} заявил журналистам, что проверка ещё не закончена.
По данным организации, за год к ней обратились {n} человек, из них {n} женщин.
Суд в городе {town} отложил рассмотрение жалобы до {month}.
Адвокат {name} подала ходатайство о проведении независимой экспертизы.
Министерство внутренних дел сообщило, что сведения о задержаниях не подтвердились.
Правозащитники опубликовали доклад объёмом {n} страниц на трёх языках.
На улице Ленина в тот день прошёл митинг, в котором приняли участие около {n} жителей.
Движение поездов между станциями {town} и {town} было остановлено на {n} минут.
Погода в выходные ожидается тёплой, местами пройдут кратковременные дожди.
Сборная республики сыграла вничью с командой города {town}, счёт открыл {name}.
Урожай яблок в этом году оказался на {n} процентов больше прошлогоднего.
Парламент принял в первом чтении поправки к закону о некоммерческих организациях.
Докладчик напомнила, что государство обязано расследовать каждое сообщение о пытках.
Свидетели рассказали, что людей увозили ночью на машинах без номеров.
Родственники долго не могли узнать, где находятся задержанные.
Телефон горячей линии министерства: 8 800 200 {n} {n} {n}, звонок бесплатный.
Постановление № {n} от {d} {month} {year} года вступило в силу.
Переправу через реку закрыли на ремонт, объезд идёт через село {town}.
В здании школы на окраине села теперь находится библиотека.
Художница {name} открыла в музее выставку акварелей.
Музей получил в дар {n} рукописей и карту XIX века.
Посол заявил, что его страна готова принять тех, кому угрожает опасность.
В докладе сказано, что неизвестное не равно нулю и что числа даны промежутком.
Комитет ООН рассмотрел доклад государства на сессии в Женеве.
Европейский суд присудил заявителю {n} тысяч евро и возмещение расходов.
Курс евро вырос на {n} копеек, сообщил банк.
Новый учебный год начнётся в {month}, в школах города {town} не хватает учителей физики.
Депутат {name} предложил провести слушания в {month}.
Редакция не смогла связаться с ведомством до выхода номера.
Слава богу, никто не пострадал, сказала соседка, живущая на втором этаже.
Вера в справедливость остаётся, говорят активисты, и надежда на суд тоже.
Мир и свобода стали темой лекции, которую прочитал профессор {name}.
Лев, сбежавший из цирка, был пойман к вечеру.
Роман о послевоенной деревне вошёл в список премии.
Любовь к горам привела сюда туристов из {n} стран.
Магомед {name} стал лучшим тренером года.
Заур, Руслан и Мадина победили в школьной олимпиаде по химии.
Иван {name} и Анна {name} представили новый спектакль в городе {town}.
Пётр Первый основал верфь на этом месте, пишет краевед.
Главная улица и площадь Гагарина украшены к празднику.
На проспекте Космонавтов в доме {n} открылась аптека.
В тихий вечер у реки собрались жители посёлка.
В этом году филин и грач занесены в список птиц района.
За год хирург районной больницы провёл {n} операций.
Как химик и лектор он начинал курьером в издательстве.
Днём южный ветер, восемь метров в секунду, давление 745.
Гостиница на {n} мест строится рядом с вокзалом.
В {year} году в регионе было зарегистрировано {n} нарушений.
Рейс {n} задержан, самолёт вылетел в 14:35.
Контракт № {n}-{year} заключён на сумму 1 250 000 рублей.
Координаты метеостанции приведены в приложении, высота {n} метров.
По словам главы района {name}, дорогу отремонтируют к осени.
Комиссия под председательством {name} работала две недели.
Об этом сообщает пресс-служба суда, адрес: press@example.net.
Учёные описали новый вид жуков из Кавказских гор.
Московский механизм ОБСЕ был запущен шестнадцатью государствами.
Организация просит не называть имён и не публиковать адресов.
Жители Грозного, Аргуна и Гудермеса жалуются на перебои с водой.`

const newsEN = `In {month} the commission on human rights met in {town}.
The ministry's spokesman {name} told reporters that the inquiry was not over.
According to the organisation, {n} people turned to it during the year, {n} of them women.
The court in {town} put off the hearing until {month}.
The lawyer {name} asked for an independent examination.
The interior ministry said that reports of arrests had not been confirmed.
The report has {n} pages and appeared in three languages.
About {n} people took part in a rally in Lenin Street.
Trains between {town} and {town} were stopped for {n} minutes.
The weekend will be warm, with a few showers in the hills.
The match against {town} ended in a draw; {name} scored first.
This year's harvest of apples was {n} per cent larger than the last.
Parliament passed the amendment at the first reading.
The rapporteur recalled that States must investigate every report of torture.
Witnesses said that men were taken away at night in cars without plates.
For a long time relatives could not learn where the detained were held.
The hotline of the ministry is 8 800 200 {n} {n} {n}, and calls are free.
Decree No. {n} of {d} {month} {year} has come into force.
The old bridge is closed for repairs; traffic goes through {town}.
A small house at the edge of the village is now a library.
The painter {name} opened an exhibition of watercolours.
The museum was given {n} manuscripts and a map of the nineteenth century.
The ambassador said that the country would take in people in danger.
Numbers are given as ranges, because the sources differ.
The committee considered the State's report at its session in Geneva.
The European Court awarded {n} thousand euros and costs.
The euro rose by {n} kopecks, the bank said.
School begins in {month}, and {town} lacks teachers of physics.
The member of parliament {name} proposed hearings in {month}.
The editors could not reach the ministry before going to press.
Faith, hope and love were the subject of the sermon.
Grace was said, and Mark and Rose set the table.
A lion that had escaped from a circus was caught by evening.
A novel about a village after the war is on the list for the prize.
Visitors came from {n} countries to see the mountains.
Magomed {name} was named coach of the year.
Zaur, Ruslan and Madina won the school's olympiad in chemistry.
Ivan {name} and Anna {name} presented a new play in {town}.
Peter the Great founded a shipyard here, a local historian writes.
The main street and Gagarin Square were decorated for the holiday.
A chemist's shop opened at {n} Station Avenue.
It was a quiet evening by the river.
The surgeon of the district hospital performed {n} operations.
A south wind of eight metres a second, pressure 745.
A hotel of {n} beds is being built beside the station.
In {year} the region counted {n} violations.
Flight {n} was late and left at 14:35.
Contract No. {n}-{year} was made for 1,250,000 roubles.
The weather station lies {n} metres above the sea.
According to the head of the district, {name}, the road will be mended by autumn.
A commission led by {name} worked for two weeks.
The court's press office said so; its address is press@example.net.
Scholars described a new kind of beetle from the Caucasus.
Sixteen States invoked the Moscow Mechanism of the OSCE.
The organisation asks not to give names and not to publish addresses.
Residents of Grozny, Argun and Gudermes complain about the water.
Harbour, river and falcon stand in the town's arms.
The lantern on the pier was lit again after {n} years.
Abdul, Fatima and Leila read poems in four languages.
David and Arthur, both twelve, found the old map in the attic.`

var (
	newsTownsRU  = strings.Fields("Грозный Аргун Москва Казань Берлин Вильнюс Осло Самара Тверь Псков Томск Омск Ростов Сочи Минск Рига")
	newsTownsEN  = strings.Fields("Grozny Argun Moscow Kazan Berlin Vilnius Oslo Samara Tver Pskov Tomsk Omsk Rostov Sochi Minsk Riga")
	newsNamesRU  = strings.Fields("Кузнецов Орлова Смирнов Попова Лебедев Козлова Новиков Морозова Волков Зайцева Павлов Семёнова Голубев Виноградова Богданов Воробьёва Тарасов Белова Комаров Фролова")
	newsNamesEN  = strings.Fields("Miller Brown Novak Schmidt Jensen Kowalski Rossi Dupont Larsen Hughes Fischer Costa Bailey Weber Moreau Svensson Virtanen Tamm Kelly Walsh")
	newsMonthsRU = strings.Fields("январе феврале марте апреле мае июне июле августе сентябре октябре ноябре декабре")
	newsMonthsEN = strings.Fields("January February March April May June July August September October November December")
)

// News writes paragraphs of news in a language with about that many words.
func News(r *rand.Rand, lang string, words int) []string {
	source, towns, names, months := newsRU, newsTownsRU, newsNamesRU, newsMonthsRU
	if lang == "en" {
		source, towns, names, months = newsEN, newsTownsEN, newsNamesEN, newsMonthsEN
	}
	sentences := strings.Split(source, "\n")
	var out []string
	for n := 0; n < words; {
		var p []string
		for range 3 + r.IntN(4) {
			s := fill(r, pick(r, sentences), towns, names, months)
			p, n = append(p, s), n+len(strings.Fields(s))
		}
		out = append(out, strings.Join(p, " "))
	}
	return out
}

func fill(r *rand.Rand, s string, towns, names, months []string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(s, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		gap, after, _ := strings.Cut(rest, "}")
		s = after
		switch gap {
		case "town":
			b.WriteString(pick(r, towns))
		case "name":
			b.WriteString(pick(r, names))
		case "month":
			b.WriteString(pick(r, months))
		case "year":
			b.WriteString(numeral(1990 + r.IntN(30)))
		case "d":
			b.WriteString(numeral(1 + r.IntN(28)))
		default:
			b.WriteString(numeral(10 + r.IntN(90)))
		}
	}
}

func numeral(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return numeral(n/10) + string(rune('0'+n%10))
}
