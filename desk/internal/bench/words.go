package bench

import "fmt"

// Words of invented reports. Every text has "taken"; each rare word stands in one in
// some hundred, a witness in one in many.
var (
	towns = []string{"Exampleburg", "Нигденск", "Nowhereton", "Придуманово", "Inventsk", "Samplevo", "Образцово", "Placeholder", "Безымянка", "Fictionville", "Условск", "Testovo"}
	acts  = []string{"Detentions", "Killings", "Torture", "Threats", "Задержания"}
	rare  = []string{"quarry", "mill", "barracks", "warehouse", "stables", "brewery", "cannery", "depot", "kiln", "granary", "foundry", "orchard"}
	rest  = []string{"at night", "before dawn", "after the market", "on the road", "from a flat", "at a checkpoint", "у моста", "на рассвете", "вечером"}
)

func sentence(i int) string {
	s := fmt.Sprintf("%d people were taken %s near %s", 2+i%50, rest[i%len(rest)], towns[i/3%len(towns)])
	if i%23 == 0 {
		s += " and held in a " + rare[i/23%len(rare)] + " behind the station"
	}
	if i%101 == 0 {
		s += fmt.Sprintf(", says witness%d", i/101)
	}
	return s + ". (Invented.)"
}
