package guard

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// TestCoordinates: a spot that a text gives more finely than a report's map may is asked
// about, in every notation, though nothing is protected; other numbers are not.
func TestCoordinates(t *testing.T) {
	t.Parallel()
	x := NewIndex(testKey)
	for _, text := range []string{
		"43.3178, 45.6949", "-33.8688, 151.2093", "43,3178; 45,6949", "43.3178 N 45.6949 E", "43,3178 с. ш., 45,6949 в. д.", "N43.3178 E45.6949", "43.3178°N, 45.6949°E", "43.3°N 45.6°E", "43.3178 С, 45.6949 В",
		"lat=43.3178&lon=45.6949", `"lat": 43.31, "lng": 45.69`, `{"longitude":45.69,"latitude":43.31}`, "широта 43.31, долгота 45.69",
		"43°19′04″N 45°41′41″E", "43° 19' 04\" с.ш. 45° 41' 41\" в.д.", "43 19 04 N 45 41 41 E", "43°19.07' N, 45°41.7' E", "43°19' N 45°41' E", "43 градуса 19 минут северной широты, 45 градусов 41 минута восточной долготы",
		"geo:43.31,45.69", "https://www.google.com/maps/@43.31,45.69,15z", "https://maps.google.com/?q=43.31,45.69", "https://www.openstreetmap.org/#map=15/43.31/45.69", "https://www.openstreetmap.org/?mlat=43.31&mlon=45.69",
		"https://yandex.ru/maps/?ll=45.69%2C43.31&z=12", "https://2gis.ru/geo/45.69,43.31", "!3d43.3178!4d45.6949", "8HJ8QM9V+4C", "QM9V+4C Грозный", "///слово.мельница.вода", "38TMN1234567890", "38T MN 12345 67890", "٤٣.٣١٧٨, ٤٥.٦٩٤٩", "43.3178&#44; 45.6949",
	} {
		framed := "Встреча: " + text + " — там."
		got := x.Check(framed)
		if len(got) == 0 || got[0].Kind != Coordinates || got[0].Level != Ask || got[0].Why != Fine || got[0].Term != 0 {
			t.Errorf("%q: %v", text, got)
			continue
		}
		if f := got[0]; f.Start >= f.End || !strings.ContainsAny(framed[f.Start:f.End], "0123456789٤+./") || !utf8.ValidString(framed[f.Start:f.End]) {
			t.Errorf("%q: it lies at %d to %d", text, f.Start, f.End)
		}
	}
	for _, text := range []string{
		"43°N 45°E", "43° с. ш., 45° в. д.", "от 25,5° до 30,1°", "25.5°C, 30.1°C", "version 1.234.567, 3.456.789", "12,345 67,890", "1.25, 3.50 euro", "В 2017 году 12,5 % и 13,75 %", "10:30 to 12:45", "8 928 555 01 43",
		"page 43 19 04", "5 N streets and 3 E", "от 12 до 14 градусов", "2345+6789=9134", "192.168.0.1, 10.0.0.1", "17.04.2017, 18.04.2017", "rose by 3.141 and 2.718", "12 S 45 W", "с 12 в 15", "95.1234, 97.4321", "200.4512, 43.1234", "geo:43,45", "and/or and/or", "с 9.30 в 10.45",
	} {
		if got := x.Check(text); len(got) > 0 {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// FuzzRead: whatever is written, reading it ends, and what is found lies in it.
func FuzzRead(f *testing.F) {
	for _, s := range []string{"43°19′04″N 45°41′41″E", "43.3178, 45.6949", "xn--80ahcnbhs-f4g.xn--p1ai", "XN--A", "٤٣.٣١٧٨, ٤٥.٦٩٤٩", "{fl;btd Fypjh", "Маго/мед И.в.а", "8HJ8QM9V+4C ///a.b.c", "\xff°−1", "geo:43.31,45.69%2c"} {
		f.Add(s)
	}
	x := index(term(Name, "Магомед Иванов"), term(Name, "Анзор Хаджиев"), term(Alias, "Чинар"))
	f.Fuzz(func(t *testing.T, text string) {
		for _, got := range x.Check(text) {
			if got.Start < 0 || got.Start >= got.End || got.End > len(text) {
				t.Fatalf("%q: a finding lies at %d to %d", text, got.Start, got.End)
			}
		}
	})
}
