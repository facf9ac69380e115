package page_test

import (
	"fmt"
	"math"
	"regexp"
	"strings"
	"testing"

	"waylight/internal/page"
)

// tokens reads the colours of one block of custom properties.
func tokens(t *testing.T, block string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, m := range regexp.MustCompile(`--([a-z-]+): (#[0-9a-f]{6})\b`).FindAllStringSubmatch(block, -1) {
		out[m[1]] = m[2]
	}
	if len(out) < 14 {
		t.Fatalf("only %d colours found", len(out))
	}
	return out
}

// luminance is WCAG's relative luminance of "#rrggbb".
func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	var r, g, b uint8
	if _, err := fmt.Sscanf(colour, "#%02x%02x%02x", &r, &g, &b); err != nil {
		t.Fatalf("%q: %v", colour, err)
	}
	linear := func(c uint8) float64 {
		v := float64(c) / 255
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b)
}

func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// TestContrast computes the ratios of every pair of colours that the stylesheet
// puts on each other: 4.5 for text, 3 for borders, marks and focus (WCAG 1.4.3, 1.4.11).
func TestContrast(t *testing.T) {
	t.Parallel()
	css := string(page.Ground().Bytes("waylight.css"))
	dark := strings.Index(css, "@media (prefers-color-scheme: dark)")
	end := strings.Index(css, "/* ---- base")
	if dark < 0 || end < dark {
		t.Fatal("the stylesheet has no dark tokens")
	}
	for mode, c := range map[string]map[string]string{"light": tokens(t, css[:dark]), "dark": tokens(t, css[dark:end])} {
		for _, p := range []struct {
			over, under string
			want        float64
		}{
			{"ink", "paper", 7}, {"ink", "raised", 7}, {"ink", "sunken", 7}, {"ink", "accent-soft", 7}, {"ink", "calm-soft", 7},
			{"ink-quiet", "paper", 4.5}, {"ink-quiet", "raised", 4.5}, {"ink-quiet", "sunken", 4.5}, {"ink-quiet", "accent-soft", 4.5},
			{"accent", "paper", 4.5}, {"accent", "raised", 4.5}, {"accent", "accent-soft", 4.5}, {"accent-strong", "accent-soft", 4.5},
			{"on-accent", "accent", 4.5}, {"on-accent", "accent-strong", 4.5},
			{"danger", "paper", 4.5}, {"danger", "raised", 4.5}, {"danger", "danger-soft", 4.5}, {"danger", "accent-soft", 4.5},
			{"calm", "raised", 4.5}, {"calm", "calm-soft", 4.5},
			{"edge", "paper", 3}, {"edge", "raised", 3}, {"edge", "sunken", 3}, {"focus", "paper", 3}, {"focus", "raised", 3}, {"accent", "sunken", 3},
		} {
			if got := contrast(t, c[p.over], c[p.under]); got < p.want {
				t.Errorf("%s: --%s on --%s has a contrast of %.2f, want %.1f", mode, p.over, p.under, got, p.want)
			}
		}
	}
	// The formula itself, against WCAG's own extremes.
	if got := contrast(t, "#000000", "#ffffff"); math.Abs(got-21) > 0.01 {
		t.Errorf("black on white is %.2f, want 21", got)
	}
}
