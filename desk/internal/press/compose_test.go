package press_test

import (
	"testing"

	"waylight/desk/internal/count"
	"waylight/desk/internal/figures"
	"waylight/desk/internal/press"
	"waylight/desk/internal/record"
	"waylight/desk/internal/web/figureweb"
	"waylight/desk/internal/web/recordweb"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// What a figure says goes out in the reader's language: withheld names, summaries of denials, ranges.
func TestFiguresSpeakRussian(t *testing.T) {
	t.Parallel()
	cat, err := i18n.Load(page.Locale(), recordweb.Locale(), figureweb.Locale())
	if err != nil {
		t.Fatal(err)
	}
	withheld := record.Source{Kind: record.PersonSource}.Public()
	r := count.Range{Low: count.Of(3), High: count.Of(20)}
	got := press.Figures(cat, []figures.Public{{Key: "killed", Label: record.Killed.Label(), Range: r, Words: figures.Say(r), AsOf: "2017-04-09",
		Sources:    []figures.PublicSource{{Name: withheld, Kind: record.PersonSource, Dated: "2017-04", Says: record.Because("at least %s", "3"), Used: true}},
		Statements: []figures.PublicStatement{{Speaker: "Spokesman (invented)", Kind: record.Denial, Dated: "2017-04-09", Summary: "Denies what is reported.", Against: []string{withheld, "Novaya Gazeta"}}}}})
	f := got[0]
	for said, want := range map[string]string{
		f.Label.RU: "Убитые люди", f.Says.RU: "от 3 до 20", f.Sources[0].Name.RU: "Человек, чьё имя не называется ради его безопасности", f.Sources[0].Says.RU: "не менее 3",
		f.Denials[0].Words.RU: "Отрицает то, о чём сообщают.", f.Denials[0].Against[0].RU: "Человек, чьё имя не называется ради его безопасности", f.Denials[0].Against[1].RU: "«Новая газета»",
	} {
		if said != want {
			t.Errorf("said %q, want %q", said, want)
		}
	}
	if f.Denials[0].Words.EN != "Denies what is reported." || f.Sources[0].Day != "2017-04" {
		t.Errorf("in English %+v", f)
	}
}
