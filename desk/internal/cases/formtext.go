package cases

// builtIn are the words of forms that every Desk has: English and Russian,
// version 0. An organisation adds its own versions and languages; a lawyer of the
// country must have read what is to be shown to an authority.
func builtIn() []FormText {
	return []FormText{
		{Kind: FormConsent, Lang: "en", Title: "Consent", Words: consentEN},
		{Kind: FormConsent, Lang: "ru", Title: "Согласие", Words: consentRU},
		{Kind: FormDeparture, Lang: "en", Title: "Statement of voluntary departure", Words: departureEN},
		{Kind: FormDeparture, Lang: "ru", Title: "Заявление о добровольном отъезде", Words: departureRU},
		{Kind: FormAttorney, Lang: "en", Title: "Power of attorney", Words: attorneyEN},
		{Kind: FormAttorney, Lang: "ru", Title: "Доверенность", Words: attorneyRU},
	}
}

// purposeIn is a purpose as a form says it.
func purposeIn(p Purpose, lang string) string {
	ru := lang == "ru"
	switch p {
	case ForHelp:
		return map[bool]string{false: "to organise help for me", true: "организация помощи мне"}[ru]
	case ForRefer:
		return map[bool]string{false: "to pass my matter on to another organisation", true: "передача моего дела другой организации"}[ru]
	case ForRecord:
		return map[bool]string{false: "to record what happened, without my name", true: "запись того, что произошло, без моего имени"}[ru]
	case ForPublic:
		return map[bool]string{false: "to publish", true: "публикация"}[ru]
	}
	return ""
}

const consentEN = `I, {person}, have been told by {organisation}, in a language that I understand, what I am asked and why.

I agree to this purpose: {purpose}.

Who may have it: {recipient}.

What may be given: {data}.

My consent holds until: {until}. If no day stands here, it holds until I take it back.

I know that I need not agree. I get help whether I agree or not. I may ask what is kept about me. I may take my consent back at any time, in any way, without giving a reason; from then on nothing more is given by it, and I may ask that what was given be destroyed. What has become public before cannot be called back everywhere.

I know that what is written may be dangerous for me if it falls into wrong hands, and I was told how it is protected.

Day: {day}

Signature: ____________________

Who explained it and interpreted, if anybody: ____________________`

const consentRU = `Я, {person}, получил(а) от организации {organisation} на понятном мне языке объяснение, о чём меня просят и зачем.

Я соглашаюсь на следующую цель: {purpose}.

Кому это можно передать: {recipient}.

Что можно передать: {data}.

Моё согласие действует до: {until}. Если здесь не указан день, оно действует, пока я его не отзову.

Я знаю, что не обязан(а) соглашаться. Я получу помощь независимо от того, соглашусь я или нет. Я могу спросить, что обо мне хранится. Я могу отозвать согласие в любое время, любым способом и без объяснения причин; с этого момента по нему больше ничего не передаётся, и я могу потребовать, чтобы переданное было уничтожено. То, что до этого стало публичным, отозвать отовсюду невозможно.

Я знаю, что написанное может быть опасно для меня, если попадёт в чужие руки, и мне объяснили, как оно защищено.

День: {day}

Подпись: ____________________

Кто объяснял и переводил, если такой человек был: ____________________`

const departureEN = `I, {person}, of full age and of sound mind, state:

I have left the place where I lived of my own free will. Nobody has abducted me, holds me, or has forced or paid me to leave. I decide myself where I stay and with whom I speak.

I do not want my whereabouts to be told to my relatives, to anybody who asks in their name, or to any authority of the place that I left, unless I agree to it in writing.

I ask every authority that receives a report of my disappearance to take this statement to the file, to end the search for me, and not to bring me back. I am ready to confirm it in person, before a prosecutor, a notary or a court, at a place where I am safe and with a lawyer of my choice present.

If I should later appear to say the contrary while I am in the hands of those whom I fled, I ask that this statement be believed, and that I be heard alone and in safety.

I have made this statement without pressure. It was read to me in a language that I understand.

Day: {day}

Signature: ____________________

Witness: ____________________

This statement was drawn up with the help of {organisation}. It holds until: {until}. If no day stands here, it holds until I take it back.`

const departureRU = `Я, {person}, будучи совершеннолетним(ей) и находясь в здравом уме, заявляю:

Я покинул(а) место, где жил(а), по собственной воле. Никто меня не похищал, не удерживает, не принуждал и не подкупал, чтобы я уехал(а). Я сам(а) решаю, где мне находиться и с кем говорить.

Я не хочу, чтобы о моём местонахождении сообщали моим родственникам, тем, кто спрашивает от их имени, или какому-либо органу власти того места, которое я покинул(а), если я не соглашусь на это письменно.

Прошу каждый орган, в который поступит сообщение о моём исчезновении, приобщить это заявление к материалам, прекратить мой розыск и не возвращать меня. Я готов(а) подтвердить это лично — прокурору, нотариусу или суду, — в месте, где я в безопасности, и в присутствии выбранного мной адвоката.

Если позже, находясь в руках тех, от кого я бежал(а), я скажу обратное, прошу верить этому заявлению и выслушать меня наедине и в безопасности.

Это заявление я делаю без давления. Оно прочитано мне на понятном мне языке.

День: {day}

Подпись: ____________________

Свидетель: ____________________

Заявление составлено с помощью организации {organisation}. Оно действует до: {until}. Если здесь не указан день, оно действует, пока я его не отзову.`

const attorneyEN = `I, {person}, give {attorney} the power to act for me in this:

{acts}

For this they may make requests and statements in my name, receive and hand over papers, ask for information, read files, bring complaints and appeals, and sign for me. They may not dispose of my property, marry or divorce me, or tell anybody where I am without my written consent.

They may not pass this power on to somebody else, except to a lawyer who is bound to secrecy.

This power holds until: {until}. I may take it back at any time; it ends when I do.

Day: {day}

Signature: ____________________

Drawn up with the help of {organisation}. Where the law asks for a notary or a consul, this paper becomes valid only before them.`

const attorneyRU = `Я, {person}, уполномочиваю {attorney} действовать от моего имени в следующем:

{acts}

Для этого указанное лицо может подавать от моего имени запросы и заявления, получать и передавать документы, запрашивать сведения, знакомиться с материалами, подавать жалобы и апелляции и расписываться за меня. Оно не может распоряжаться моим имуществом, заключать или расторгать за меня брак и сообщать кому-либо, где я нахожусь, без моего письменного согласия.

Передоверие не допускается, кроме передоверия адвокату, который обязан хранить тайну.

Доверенность действует до: {until}. Я могу отозвать её в любое время; с отзывом она прекращается.

День: {day}

Подпись: ____________________

Составлено с помощью организации {organisation}. Там, где закон требует нотариуса или консула, эта бумага приобретает силу только после заверения у них.`
