package scenario_test

import (
	"bytes"
	"strings"
	"testing"

	"waylight/desk/internal/scenario"
)

// Hostile files end with an error, and within the time of a test.
func TestHostile(t *testing.T) {
	t.Parallel()
	many := strings.Repeat(`{"key":"a","confirms":"a"},`, 20_000)
	wide := "{"
	for i := range 20_000 {
		wide += `"f` + strings.Repeat("x", i%7) + `":1,`
	}
	for name, data := range map[string]string{
		"deep": strings.Repeat("[", 100_000), "many": `{"scenario":"x","historical":true,"as_of":"2017-04-09","claims":[` + strings.TrimSuffix(many, ",") + `]}`,
		"wide": strings.TrimSuffix(wide, ",") + "}", "lines": strings.Repeat("\n", 1_000_000) + "[", "large": strings.Repeat(" ", 17<<20), "bytes": "\xff\xfe{}",
	} {
		if _, err := scenario.Parse([]byte(data)); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	if _, err := scenario.Parse(bytes.Repeat([]byte("{\"a\":"), 50)); err == nil || !strings.Contains(err.Error(), "nested too deeply") {
		t.Errorf("nesting: %v", err)
	}
}
