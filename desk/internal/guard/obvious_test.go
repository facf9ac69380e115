package guard

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// TestObviousWays: what a reader sees at once, or a program shows, is stopped, however it is
// wrapped: as entities, escapes or percent signs, in accounts, hashtags and files' names, in
// disguised letters, in numbers said in many languages.
func TestObviousWays(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		kind Kind
		kept string
		text string
	}{
		{"html entity numeric", Name, "Анзор Хатуев", "Он сказал: &#1040;&#1085;&#1079;&#1086;&#1088; &#1061;&#1072;&#1090;&#1091;&#1077;&#1074;."},
		{"html entity hex", Name, "Anzor Khatuev", "&#x41;nzor &#x4B;hatuev"},
		{"shy entity", Name, "Анзор Хатуев", "Ан&shy;зор Ха&shy;туев"},
		{"zwj entity", Name, "Анзор Хатуев", "Ан&zwnj;зор Ха&#8203;туев"},
		{"percent encoded url utf8", Name, "Анзор Хатуев", "https://ru.example.org/wiki/%D0%90%D0%BD%D0%B7%D0%BE%D1%80_%D0%A5%D0%B0%D1%82%D1%83%D0%B5%D0%B2"},
		{"percent encoded plus", Name, "Anzor Khatuev", "https://example.org/?q=Anzor%20Khatuev"},
		{"url glued path", Name, "Anzor Khatuev", "https://example.org/anzorkhatuev"},
		{"mail glued lower", Name, "Anzor Khatuev", "anzorkhatuev@example.net"},
		{"mail initial+surname", Name, "Anzor Khatuev", "a.khatuev@example.net"},
		{"mail initial glued surname", Name, "Anzor Khatuev", "akhatuev@example.net"},
		{"mail surname+year", Name, "Anzor Khatuev", "khatuev1989@example.net"},
		{"mail surname+initial glued", Name, "Anzor Khatuev", "khatueva.a@example.net"},
		{"handle given+surname+digits", Name, "Anzor Khatuev", "@anzor_khatuev95"},
		{"handle glued+digits", Name, "Anzor Khatuev", "@anzorkhatuev95"},
		{"hashtag lower cyr", Name, "Анзор Хатуев", "#анзорхатуев"},
		{"hashtag lower lat", Name, "Анзор Хатуев", "#freeanzorkhatuev"},
		{"hashtag свободу lower", Name, "Анзор Хатуев", "#свободухатуеву"},
		{"surname lower in hashtag underscore", Name, "Анзор Хатуев", "#свободу_хатуеву"},
		{"small caps latin", Name, "Anzor Khatuev", "ᴀɴᴢᴏʀ ᴋʜᴀᴛᴜᴇᴠ"},
		{"small caps mixed", Name, "Anzor Khatuev", "Aɴᴢᴏʀ Kʜᴀᴛᴜᴇᴠ"},
		{"negative circled", Name, "Anzor Khatuev", "🅐🅝🅩🅞🅡 🅚🅗🅐🅣🅤🅔🅥"},
		{"negative squared", Name, "Anzor Khatuev", "🅰🅽🆉🅾🆁 🅺🅷🅰🆃🆄🅴🆅"},
		{"regional indicators", Name, "Anzor Khatuev", "🇦🇳🇿🇴🇷 🇰🇭🇦🇹🇺🇪🇻"},
		{"rtl override reversed", Name, "Анзор Хатуев", "\u202eвеутаХ розн\u0410\u202c"},
		{"acrostic asterisks", Name, "Анзор Хатуев", "А*нз*ор Ха*туев"},
		{"markdown bold inside", Name, "Анзор Хатуев", "**Ан**зор **Ха**туев"},
		{"html tags inside", Name, "Анзор Хатуев", "Ан<b>зор</b> Ха<i>туев</i>"},
		{"censored one letter", Name, "Анзор Хатуев", "Анзор Х*туев"},
		{"censored one letter _", Name, "Анзор Хатуев", "Анзор Ха_уев"},
		{"initials then surname lower", Name, "Анзор Русланович Хатуев", "а.р. хатуев"},
		{"georgian asomtavruli", Name, "Анзор Хатуев", "ႠႬႦႭႰ ႾႠႲႳႤႥႨ"},
		{"hebrew", Name, "Анзор Хатуев", "אנזור חטוייב"},
		{"hebrew2", Name, "Анзор Хатуев", "אנזור חאטויב"},
		{"cherokee lookalike", Name, "Anzor Khatuev", "Ꭺnzor Ꮶhatuev"},
		{"split midword newline no hyphen", Name, "Анзор Хатуев", "Анзор Хату\nев"},
		{"json escapes", Name, "Анзор Хатуев", `"\u0410\u043d\u0437\u043e\u0440 \u0425\u0430\u0442\u0443\u0435\u0432"`},
		{"quoted printable", Name, "Анзор Хатуев", "=D0=90=D0=BD=D0=B7=D0=BE=D1=80 =D0=A5=D0=B0=D1=82=D1=83=D0=B5=D0=B2"},
		{"base64", Name, "Анзор Хатуев", "0JDQvdC30L7RgCDQpdCw0YLRg9C10LI="},
		{"mojibake cp1251 as latin1", Name, "Анзор Хатуев", "Àíçîð Õàòóåâ"},
		{"csv formula split", Name, "Анзор Хатуев", `="Ан"&"зор "&"Хату"&"ев"`},
		{"emoji in words", Name, "Анзор Хатуев", "Ан🌿зор Ха🌿туев"},
		{"middle dot", Name, "Анзор Хатуев", "Ан·зор Ха·туев"},
		{"words translit", Phone, "+7 928 555-01-43", "devyatsot dvadtsat vosem pyatsot pyatdesyat pyat nol odin sorok tri"},
		{"words translit digits", Phone, "+7 928 555-01-43", "devyat dva vosem pyat pyat pyat nol odin chetyre tri"},
		{"words chechen", Phone, "+7 928 555-01-43", "исс шиъ бархӏ пхиъ пхиъ пхиъ ноль цхьаъ диъ кхоъ"},
		{"words german", Phone, "+7 928 555-01-43", "neun zwei acht fünf fünf fünf null eins vier drei"},
		{"words french", Phone, "+7 928 555-01-43", "neuf deux huit cinq cinq cinq zéro un quatre trois"},
		{"words with comma and dash", Phone, "+7 928 555-01-43", "девять-два-восемь, пять-пять-пять, ноль-один, четыре-три"},
		{"text between en", Phone, "+7 928 555-01-43", "area code 928, then 555 01 43"},
		{"tel link enc", Phone, "+7 928 555-01-43", "tel:%2B7%20928%20555%2001%2043"},
		{"-at-", Email, "anzor.kh95@example.net", "anzor.kh95-at-example.net"},
		{"<at>", Email, "anzor.kh95@example.net", "anzor.kh95<at>example.net"},
		{"entity at", Email, "anzor.kh95@example.net", "anzor.kh95&#64;example.net"},
		{"spaces round at", Email, "anzor.kh95@example.net", "anzor.kh95 @ example . net"},
		{"эт", Email, "anzor.kh95@example.net", "anzor.kh95 эт example точка net"},
		{"dog", Email, "anzor.kh95@example.net", "anzor.kh95 (dog) example.net"},
		{"percent", Handle, "@anzor_kh95", "https://t.me/anzor%5Fkh95"},
		{"spoken underscore", Handle, "@anzor_kh95", "anzor underscore kh95"},
		{"spoken underscore ru", Handle, "@anzor_kh95", "anzor подчёркивание kh95"},
		{"subdomain", Handle, "anzorkh95", "https://anzorkh95.livejournal.example/1.html"},
		{"letter house", Address, "ул. Садовая, д. 14А", "Садовая, 14 а"},
		{"passport text", Document, "96 05 123456", "серия 96 05, номер паспорта 123456"},
		{"plate zero O", Document, "О010ОО 95", "0010ОО95"},
		{"intl passport", Document, "72 1234567", "72№1234567"},
		{"case file", Document, "11701960001000123", "дело № 1170196-0001-000123"},
		{"alias quoted", Alias, "Чинар", "по кличке «чинар»"},
		{"alias glued", Alias, "Чинар", "@chinar95"},
		{"alias lower after кличка", Alias, "Шрам", "по кличке шрам"},
		{"alias lower by name nicknamed", Alias, "Шрам", "nicknamed shram"},
	} {
		got := index(term(tt.kind, tt.kept)).Check(tt.text)
		if gravest(got) != Block {
			t.Errorf("%s: %q is not stopped for %q", tt.name, tt.text, tt.kept)
		}
		for _, f := range got {
			if f.Start >= f.End || f.End > len(tt.text) || !utf8.RuneStart(tt.text[f.Start]) || f.End < len(tt.text) && !utf8.RuneStart(tt.text[f.End]) {
				t.Errorf("%s: a finding lies at %d to %d", tt.name, f.Start, f.End)
			}
		}
	}
}

// TestMisread: Russian in UTF-8 that a program took for Western letters is read.
func TestMisread(t *testing.T) {
	t.Parallel()
	western := []rune(windows)
	var b strings.Builder
	for _, c := range []byte("Анзор Хатуев") {
		switch {
		case c < 0x80 || c >= 0xa0:
			b.WriteRune(rune(c))
		default:
			b.WriteRune(western[c-0x80])
		}
	}
	if gravest(index(term(Name, "Анзор Хатуев")).Check(b.String())) != Block {
		t.Errorf("%q is not stopped", b.String())
	}
}

// TestNearOrdinary: what only looks like the ways of TestObviousWays stops nothing.
func TestNearOrdinary(t *testing.T) {
	t.Parallel()
	x := index(term(Name, "Анзор Хатуев"), term(Name, "Вера Роман"), term(Name, "Иса Абаев"), term(Alias, "Шрам"), term(Phone, "+7 928 555-01-43"), term(Document, "А123ВС 95"), term(Document, "96 05 123456"), term(Address, "ул. Садовая, д. 14А"), term(Handle, "@anzor_kh95"))
	for _, text := range []string{
		"AT&T and R&amp;D grew by 100%20 in &lt;2017&gt;", "a*b*c = d*e", "Pages 5 <b>and</b> 6", "#MeToo #справедливость @example_org", "https://example.org/news/2017/04/moscow-answers-the-council",
		"https://ru.example.org/wiki/%D0%A7%D0%B5%D1%87%D0%BD%D1%8F", "На Садовой прошёл митинг", "у него остался шрам", "описание_исаакиевского_собора.jpg", "один, два, три", "un, deux, trois",
		"номер 123456789012345", "Это «роман» о вере", "naïve façade Ångström", "dGhpcyBpcyBub3RoaW5nIGF0IGFsbA==", "The word internationalization is long", "Дом 14 на улице Мира", "В 2017 году, № 12", "report_2017_final.pdf",
	} {
		for _, f := range x.Check(text) {
			if f.Level == Block {
				t.Errorf("%q is stopped: %s %q, %s", text, f.Kind, text[f.Start:f.End], f.Why)
			}
		}
	}
}
