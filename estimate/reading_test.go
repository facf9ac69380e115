package estimate

import (
	"strings"
	"testing"
)

// TestReading: what may not be published is said so, in both languages.
func TestReading(t *testing.T) {
	t.Parallel()
	result := func(method string, low, mid, high float64) Result {
		return Result{Method: method, Estimate: Number(mid), Low: Number(low), High: Number(high)}
	}
	nan := float64(None())
	report := func(shared float64, lists int, estimates ...Result) Report {
		return Report{Observed: 100, Lists: make([]string, lists), Estimates: append(estimates, result("chao", 120, 150, nan)), Diagnostics: []Diagnostic{{"on_two_lists_or_more", Number(shared)}}}
	}
	modes := result("loglinear", 150, 200, 500)
	modes.Modes = []Mode{{180, 0.5}, {450, 0.5}}
	prior := result("decomposable", 180, 220, 300)
	prior.Diagnostics = []Diagnostic{{"estimate_at_delta_0.0625", 220}, {"estimate_at_delta_1", 120}}
	keeps := report(60, 3, result("latent-class", 180, 220, 300))
	keeps.Diagnostics = append(keeps.Diagnostics, Diagnostic{apart, 1})
	low := report(60, 4, result("latent-class", nan, nan, nan))
	low.Estimates[1].Low = 100.4
	for name, c := range map[string]struct {
		r      Report
		e      *Examination
		want   Verdict
		en, ru string
	}{
		"good":         {report(60, 4, result("latent-class", 180, 220, 300), result("decomposable", 170, 210, 320)), nil, Range, "between 170 and 320", "от 170 до 320"},
		"moves":        {report(60, 4, result("latent-class", 180, 220, 300)), &Examination{Warnings: []string{"x"}}, Both, "moves in 1 cases", "Таких случаев: 1."},
		"prior":        {report(60, 4, prior), nil, Both, "moves in 1 cases", "Таких случаев: 1."},
		"modes":        {report(60, 4, modes), nil, Both, "More than one answer", "больше одного ответа"},
		"apart":        {report(60, 4, result("latent-class", 180, 220, 300), result("decomposable", 400, 450, 500)), nil, AtLeast, "lie apart", "не пересекаются"},
		"thin":         {report(9, 4, result("latent-class", 180, 220, 300)), nil, Never, "Fewer than ten", "меньше десяти"},
		"two lists":    {report(60, 2, result("loglinear", 180, 220, 300)), nil, Never, "two lists only", "Списков всего два"},
		"three lists":  {report(60, 3, result("latent-class", 180, 220, 300)), nil, AtLeast, "none can be left out", "ни один нельзя убрать"},
		"keeps apart":  {keeps, nil, Never, "even the floor may be too high", "нижняя оценка может быть завышена"},
		"low floor":    {low, nil, Never, "No method gives", "Ни один метод"},
		"refused":      {report(60, 4, result("latent-class", nan, nan, nan)), nil, AtLeast, "No method gives", "Ни один метод"},
		"half refused": {report(60, 4, result("latent-class", nan, nan, nan), result("decomposable", 170, 210, 320)), nil, Range, "1 results were refused", "не выдан: 1"},
		"unseen":       {report(60, 4, result("latent-class", 180, 220, 1300)), nil, Range, "nine in ten", "девяти из десяти"},
	} {
		for language, says := range map[string]string{"en": c.en, "ru": c.ru} {
			got, sentences := c.r.Read(language, c.e)
			text := strings.Join(sentences, " ")
			if got != c.want || !strings.Contains(text, says) || strings.Contains(text, "%!") || strings.Contains(text, "NaN") {
				t.Errorf("%s, %s: %q: %s", name, language, got, text)
			}
			if never := "Publish the count: at least 100 named."; language == "en" && strings.Contains(text, never) != (c.want == Never) {
				t.Errorf("%s: %s", name, text)
			}
			if least := "at least 120"; language == "en" && strings.Contains(text, least) == (c.want == Never) {
				t.Errorf("%s: at least 120 is not offered, or wrongly: %s", name, text)
			}
		}
	}
	for key, sentence := range readings["en"] {
		if strings.Count(readings["ru"][key], "%") != strings.Count(sentence, "%") {
			t.Errorf("%q has not the same places in Russian", key)
		}
	}
}
