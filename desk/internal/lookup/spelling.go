package lookup

import (
	"strings"
	"unicode"

	"waylight/linkage"
)

// skeletons gives the forms under which a word is kept and looked for: most have
// one, a Latin "j" has two readings. They are those of the linkage engine, so that
// a name is the same there and here.
func skeletons(word string) []string {
	folded := strings.ReplaceAll(linkage.Fold(word), " ", "")
	if folded == "" {
		return nil
	}
	folded = strings.Map(digit, folded)
	if onlyDigits(folded) {
		return []string{folded}
	}
	forms := []string{linkage.Skeleton(folded)}
	if strings.Contains(folded, "j") { // Jamal is Джамал, Jakob is Якоб
		forms = append(forms, linkage.Skeleton(strings.ReplaceAll(folded, "j", "dzh")))
	}
	return forms
}

// digit writes a digit of any script as we do.
func digit(r rune) rune {
	if r < unicode.MaxASCII || !unicode.IsDigit(r) {
		return r
	}
	for _, zero := range []rune{'٠', '۰'} {
		if r >= zero && r <= zero+9 {
			return '0' + r - zero
		}
	}
	return r
}

// kin are names that are forms of one another: of one origin in different
// languages, or short for one another.
var kin = func() map[string][]string {
	table := map[string][]string{}
	for _, line := range []string{
		"Магомед Мухаммад Мохамед Mohammed Muhammad Mahomed Мага Мухаммед", "Ахмед Ahmad Ahmet Ахмат", "Ибрагим Ibrahim", "Юсуф Yusuf Иосиф Yousef Юсуп Усуп",
		"Хасан Hassan Hasan", "Хусейн Hussein Husain Хусайн Hüseyin", "Исмаил Ismail Исмаил", "Саид Sayid Saeed Сайд", "Мурад Murat Мурат", "Умар Omar Umar", "Осман Usman Усман", "Сулейман Suleiman Сулайман Soliman",
		"Абдулла Abdallah Abdullah", "Рашид Rasheed", "Фатима Fatma Патимат", "Айша Aisha Ayesha Аиша", "Зайнаб Zeinab Зейнаб", "Хадижа Hatice Khadija Хадиджа",
		"Александр Alexander Саша Саня Шура", "Алексей Alexey Лёша Алёша", "Анастасия Настя", "Анна Аня", "Дмитрий Дима Dmitry Митя", "Евгений Женя Eugene", "Екатерина Катя Catherine", "Елена Лена Helen",
		"Иван Ваня", "Мария Маша Maria", "Михаил Миша Michael", "Наталья Наталия Наташа", "Николай Коля Nicholas", "Ольга Оля", "Павел Паша", "Сергей Серёжа Serge", "Татьяна Таня", "Владимир Вова Володя", "Юлия Юля Julia", "Максим Макс",
	} {
		var forms []string
		for _, name := range strings.Fields(line) {
			forms = append(forms, skeletons(name)...)
		}
		for _, f := range forms {
			table[f] = append(table[f], forms...)
		}
	}
	return table
}()

// variants lists the names that are kin to one.
func variants(skeleton string) []string { return kin[skeleton] }
