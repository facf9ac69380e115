package intake

import "strings"

// HarmlessAnswers lists what the second code can show, by the values of the
// question in package forms.
func HarmlessAnswers() []string { return []string{"opening", "lessons", "parcel"} }

// harmlessTexts are answers to questions that nobody asked: short, polite and
// without a name, as anybody's mailbox may hold them.
var harmlessTexts = map[string]map[string]string{
	"opening": {
		"en": "Good afternoon, and thank you for your question. We are open from Monday to Friday from 10 to 17 o'clock, with a break from 13 to 14 o'clock. On public holidays we are closed. With kind regards",
		"ru": "Добрый день! Спасибо за ваш вопрос. Мы работаем с понедельника по пятницу с 10 до 17 часов, перерыв с 13 до 14 часов. В праздничные дни закрыто. С уважением",
	},
	"lessons": {
		"en": "Good afternoon. The group for beginners meets twice a week in the evening. There are free places again from the beginning of next month. The first lesson costs nothing. With kind regards",
		"ru": "Добрый день! Группа для начинающих занимается два раза в неделю по вечерам. Свободные места будут с начала следующего месяца. Первое занятие бесплатное. С уважением",
	},
	"parcel": {
		"en": "Good afternoon. Your parcel has not come to us yet. As soon as it is here, we keep it for 15 days, and you can collect it without an appointment. With kind regards",
		"ru": "Добрый день! Ваша посылка к нам ещё не поступила. Когда она придёт, мы будем хранить её 15 дней, забрать её можно без записи. С уважением",
	},
}

// harmless is what the second code shows: the sender's own words, or the answer
// they chose, or one about opening hours.
func (a Agreed) harmless(lang string) string {
	if words := strings.TrimSpace(a.Harmless); words != "" {
		return words
	}
	texts, ok := harmlessTexts[a.Shows]
	if !ok {
		texts = harmlessTexts["opening"]
	}
	if strings.HasPrefix(lang, "ru") {
		return texts["ru"]
	}
	return texts["en"]
}
