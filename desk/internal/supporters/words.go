package supporters

import (
	"fmt"
)

// The words of the mail in which somebody confirms. They do not say what was
// signed: whoever reads the mailbox shall not learn it. They are always the same.
const (
	confirmSubjectEN = "Please confirm"
	confirmSubjectRU = "Пожалуйста, подтвердите"
	confirmEN        = `Somebody, probably you, wrote this address into a form on our page.

If it was you, open this address and press "Confirm":
%s

Or type this code on %s
%s

Programs that look through mail may open the address; only your press counts.

If it was not you, do nothing: without the press nothing counts, and your address is forgotten after 30 days. To have it erased now, or never to be written to about this again:
%s

%s
`
	confirmRU = `Кто-то — вероятно, вы — указал этот адрес на нашей странице.

Если это были вы, откройте эту ссылку и нажмите «Подтвердить»:
%s

Или введите этот код на странице %s
%s

Программы, которые просматривают почту, могут открыть ссылку; засчитывается только ваше нажатие.

Если это были не вы, ничего не делайте: без нажатия ничего не засчитывается, и через 30 дней ваш адрес будет забыт. Чтобы стереть его сейчас или больше никогда не получать писем об этом:
%s

%s
`
	footEN = "\n\n-- \nYou asked to hear how it goes on. To stop this, or to erase your signature:\n%s\n"
	footRU = "\n\n-- \nВы просили сообщать, что было дальше. Чтобы прекратить это или стереть свою подпись:\n%s\n"
)

// confirmation is the mail in which somebody confirms.
func (r *Roll) confirmation(id string, p Person) Outgoing {
	subject, text, lang := confirmSubjectEN, confirmEN, "en"
	if p.Lang == "ru" {
		subject, text, lang = confirmSubjectRU, confirmRU, "ru"
	}
	leave := r.Page(lang, "leave/"+string(p.Code.Leave()))
	name := r.Names[lang]
	if name == "" {
		name = r.Names["en"]
	}
	return Outgoing{Supporter: id, To: p.Email, Subject: subject, After: soon, Text: fmt.Sprintf(text, r.Page(lang, "confirm/"+string(p.Code)), r.Page(lang, "confirm"), p.Code.Groups(), leave, name)}
}
