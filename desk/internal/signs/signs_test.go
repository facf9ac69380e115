package signs_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"waylight/desk/internal/signs"
)

func kinds(all []signs.Sign) []signs.Kind {
	var out []signs.Kind
	for _, s := range all {
		out = append(out, s.Kind)
	}
	return out
}

// Every text here is invented.
func TestLook(t *testing.T) {
	t.Parallel()
	said := func(texts ...string) signs.Material {
		var m signs.Material
		for _, x := range texts {
			m.Said = append(m.Said, signs.Said{Text: x})
		}
		return m
	}
	answers := func(q, a, b string) signs.Material {
		return signs.Material{Said: []signs.Said{{Answers: map[string]string{q: a}}, {Answers: map[string]string{q: b}}}, Ignored: []string{"danger"}}
	}
	for name, c := range map[string]struct {
		in   signs.Material
		want []signs.Kind
	}{
		"a person in need":               {said("Брату угрожают. Он у знакомых и не может вернуться домой. У меня нет адреса, куда идти. Помогите."), nil},
		"in need, in English":            {said("My brother is threatened. We have no address to go to and do not know who can help."), nil},
		"wants to meet a lawyer":         {said("Можно ли поговорить с юристом?"), nil},
		"asks where the shelter is":      {said("Скажите, где находится ваше убежище?"), []signs.Kind{signs.Staff}},
		"asks for the address":           {said("Мне нужен адрес вашего офиса."), []signs.Kind{signs.Staff}},
		"asks who works here":            {said("Кто у вас работает в городе?"), []signs.Kind{signs.Staff}},
		"asks who works here, English":   {said("Tell me who works with you there"), []signs.Kind{signs.Staff}},
		"wants names":                    {said("Назовите имена тех, кого вывезли."), []signs.Kind{signs.Names}},
		"who else wrote":                 {said("Кто ещё к вам обращался из этого села?"), []signs.Kind{signs.Names}},
		"who else, English":              {said("Who else contacted you from here?"), []signs.Kind{signs.Names}},
		"presses for a meeting":          {said("Ничего не скажу, надо только встретиться лично сегодня."), []signs.Kind{signs.Meeting}},
		"presses for a meeting, English": {said("We must meet in person, alone."), []signs.Kind{signs.Meeting}},
		"a link":                         {said("Смотрите https://example.org/x"), []signs.Kind{signs.Link}},
		"several, each once":             {said("https://example.org/a", "https://example.org/b. Назовите имена."), []signs.Kind{signs.Names, signs.Link}},
		"the same text":                  {signs.Material{Same: 2}, []signs.Kind{signs.SameText}},
		"a burst":                        {signs.Material{Within: 40, Usual: 3}, []signs.Kind{signs.Burst}},
		"many, as always":                {signs.Material{Within: 40, Usual: 30}, nil},
		"few":                            {signs.Material{Within: 7}, nil},
		"another answer":                 {answers("who", "me", "relative"), []signs.Kind{signs.Contradiction}},
		"danger changes by itself":       {answers("danger", "now", "not-now"), nil},
		"asked again, skipped":           {answers("who", "me", ""), nil},
	} {
		if got := kinds(signs.Look(c.in)); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestPieces(t *testing.T) {
	t.Parallel()
	a := signs.Pieces("Короткое начало. Это длинное предложение, которое посылают из многих ящиков сразу!")
	b := signs.Pieces("Другое начало?  это ДЛИННОЕ предложение — которое посылают из многих ящиков сразу")
	if !slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) }) {
		t.Errorf("no common piece in %q and %q", a, b)
	}
	if got := signs.Pieces("Помогите мне, пожалуйста"); got != nil {
		t.Errorf("a short text gives %q", got)
	}
}

// TestAnyText: no text breaks it, and what it says stands in the text.
func TestAnyText(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		for _, s := range signs.Look(signs.Material{Said: []signs.Said{{Text: text}}}) {
			if x := strings.TrimSuffix(s.Excerpt, "…"); !strings.Contains(strings.Join(strings.Fields(text), " "), x) {
				t.Fatalf("%q is not in the text", s.Excerpt)
			}
		}
		if n := len(signs.Pieces(text)); n > 65 {
			t.Fatalf("%d pieces", n)
		}
	})
}
