package campaignweb

import (
	"testing"

	"waylight/internal/ids"
)

// TestItemIn: what proves an answer leads to the item of the record that it names, and
// nothing else becomes an address.
func TestItemIn(t *testing.T) {
	t.Parallel()
	id := ids.New("item")
	for text, want := range map[string]string{
		id: "/record/items/" + id, "https://desk.example/record/items/" + id + "/evidence, page 2": "/record/items/" + id, "item_x, then " + id: "/record/items/" + id,
		"": "", "item 14, page 2": "", "item_": "", "item_short": "", "https://paper.example.org/item_1": "", id[:len(id)-1]: "",
	} {
		if got := itemIn(text); got != want {
			t.Errorf("%q leads to %q, want %q", text, got, want)
		}
	}
}
