package i18n_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"waylight/internal/i18n"
	"waylight/internal/i18n/i18ntest"
)

const header = `msgid ""
msgstr ""
"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\n"

`

func room(body string) fstest.MapFS {
	return fstest.MapFS{"locale/ru.po": {Data: []byte(header + body)}}
}

func TestOwnWords(t *testing.T) {
	t.Parallel()
	i18ntest.Check(t, i18ntest.Room{Go: []string{"."}, Locale: i18n.Locale()})
}

func TestLoadRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ body, want string }{
		"fuzzy":                {"#, fuzzy\nmsgid \"Save\"\nmsgstr \"Сохранить\"\n", "fuzzy"},
		"empty":                {"msgid \"Save\"\nmsgstr \"\"\n", "not translated"},
		"missing plural form":  {"msgid \"%d case\"\nmsgid_plural \"%d cases\"\nmsgstr[0] \"%d дело\"\nmsgstr[1] \"%d дела\"\n", "needs 3"},
		"differing verb":       {"msgid \"%s left\"\nmsgstr \"осталось %d\"\n", "placeholders"},
		"lost placeholder":     {"msgid \"%s left\"\nmsgstr \"осталось\"\n", "placeholders"},
		"exchanged unindexed":  {"msgid \"%s of %d\"\nmsgstr \"%d из %s\"\n", "placeholders"},
		"twice":                {"msgid \"Save\"\nmsgstr \"Сохранить\"\n\nmsgid \"Save\"\nmsgstr \"Сохранить\"\n", "twice"},
		"unknown word":         {"msgctxt \"x\"\n", "not understood"},
		"forms out of order":   {"msgid \"%d a\"\nmsgid_plural \"%d b\"\nmsgstr[1] \"%d\"\n", "was due"},
		"string without owner": {"\"alone\"\n", "belongs to nothing"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := i18n.Load(room(c.body))
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "locale/ru.po") {
				t.Fatalf("Load: %v, want the file and %q", err, c.want)
			}
		})
	}
	_, err := i18n.Load(room("msgid \"Save\"\nmsgstr \"Сохранить\"\n"), room("msgid \"Save\"\nmsgstr \"Записать\"\n"))
	if err == nil || !strings.Contains(err.Error(), "differently") {
		t.Errorf("two rooms with two words for one thing: %v", err)
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	c, err := i18n.Load(room("msgid \"%d case of %s\"\nmsgid_plural \"%d cases of %s\"\nmsgstr[0] \"%d дело: %s\"\nmsgstr[1] \"%d дела: %s\"\nmsgstr[2] \"%d дел: %s\"\n\nmsgid \"100 % sure\"\nmsgstr \"100 % точно\"\n"))
	if err != nil {
		t.Fatal(err)
	}
	en, ru := c.For("en"), c.For("ru")
	at := time.Date(2017, 4, 9, 14, 5, 0, 0, time.FixedZone("", 3*3600))
	for _, x := range []struct{ got, want string }{
		{en.N("%d case of %s", "%d cases of %s", 1, "A"), "1 case of A"},
		{en.N("%d case of %s", "%d cases of %s", 0, "A"), "0 cases of A"},
		{ru.N("%d case of %s", "%d cases of %s", 1, "A"), "1 дело: A"},
		{ru.N("%d case of %s", "%d cases of %s", 22, "A"), "22 дела: A"},
		{ru.N("%d case of %s", "%d cases of %s", 11, "A"), "11 дел: A"},
		{ru.N("%d case of %s", "%d cases of %s", 121, "A"), "121 дело: A"},
		{ru.T("100 % sure"), "100 % точно"}, // no args: not a format
		{ru.T("unknown here"), "unknown here"},
		{i18n.Words{}.T("zero value"), "zero value"},
		{c.For("xx").T("English for others"), "English for others"},
		{en.Date(at), "9 April 2017, 11:05 UTC"},
		{ru.Date(at), "9 апреля 2017, 11:05 UTC"},
		{ru.Day("2017-05-31"), "31 мая 2017"},
		{ru.Day("spring 2017"), "spring 2017"},
		{en.Date(time.Time{}), "—"},
		{en.Left(3*time.Hour + 20*time.Minute), "3 h 20 min left"},
		{ru.Left(3*time.Hour + 20*time.Minute), "осталось 3 ч 20 мин"},
		{en.Left(-20 * time.Minute), "20 min late"},
		{ru.Left(-26 * time.Hour), "опоздание 1 день 2 ч"},
		{ru.Ago(5 * 24 * time.Hour), "5 дней назад"},
		{en.Ago(3 * time.Second), "just now"},
		{en.Number(1234567), "1,234,567"},
		{en.Number(-1000), "−1,000"},
		{ru.Number(1234), "1234"},
		{ru.Number(12345), "12\u202f345"},
		{c.For(i18n.Mirror).Dir(), "rtl"},
		{c.For("ru").Dir(), "ltr"},
		{c.For(i18n.Pseudo).T("%s late", "x"), "[x låté~~]"},
		{c.For(i18n.Pseudo).T("Recording: {time}"), "[Réçördïñg: {time}~~~~~~]"}, // the page's script fills it
	} {
		if x.got != x.want {
			t.Errorf("got %q, want %q", x.got, x.want)
		}
	}
}

func TestMatch(t *testing.T) {
	t.Parallel()
	have := []i18n.Lang{"en", "ru"}
	for accept, want := range map[string]i18n.Lang{
		"": "en", "ru": "ru", "ru-RU,ru;q=0.9,en;q=0.8": "ru", "de, en;q=0.5": "en", "ce;q=1, ru;q=0.7, en;q=0.3": "ru",
		"*": "en", "ru;q=junk": "en", "RU": "ru", "ru;q=0": "en",
	} {
		if got := i18n.Match(accept, have); got != want {
			t.Errorf("Match(%q) = %s, want %s", accept, got, want)
		}
	}
}

func ExampleWords_Left() {
	fmt.Println(i18n.Words{}.Left(200 * time.Minute))
	// Output: 3 h 20 min left
}
