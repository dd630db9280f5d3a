package errorpage_test

import (
	"fmt"
	"math"
	"os"
	"regexp"
	"strings"
	"testing"
)

// Whoever sees little can read the pages: text has a contrast of 4.5 to 1 with
// what it stands on, and the edges of buttons one of 3 to 1 (WCAG 2.2, 1.4.3 and
// 1.4.11), light and dark.
func TestContrast(t *testing.T) {
	on := map[string]string{ // what stands on each ground
		"paper": "ink soft mark link", "sheet": "ink soft mark link s k n", "tint": "ink soft mark s k n", "pick": "ink soft",
	}
	for _, file := range []string{"report.css", "public.html"} {
		css, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		light, dark, ok := strings.Cut(string(css), "@media screen and (prefers-color-scheme: dark)")
		if !ok {
			t.Fatalf("%s has no dark colours", file)
		}
		for mode, colours := range map[string]map[string]float64{"light": luminances(light), "dark": luminances(dark)} {
			if len(colours) < 5 {
				t.Errorf("%s, %s: got %d colours", file, mode, len(colours))
			}
			for ground, inks := range on {
				for _, ink := range strings.Fields(inks) {
					checkContrast(t, colours, file+", "+mode, ink, ground, 4.5)
				}
			}
			checkContrast(t, colours, file+", "+mode, "edge", "paper", 3)
			checkContrast(t, colours, file+", "+mode, "edge", "sheet", 3)
		}
	}
}

func checkContrast(t *testing.T, colours map[string]float64, where, ink, ground string, want float64) {
	t.Helper()
	a, has := colours[ink]
	b, hasGround := colours[ground]
	if got := (max(a, b) + .05) / (min(a, b) + .05); has && hasGround && got < want {
		t.Errorf("%s: --%s on --%s has %.2f, want %.1f", where, ink, ground, got, want)
	}
}

var property = regexp.MustCompile(`--([a-z]+): #([0-9a-f]{6})\b`)

// luminances are the relative luminances, as WCAG defines them, of the colours
// that a style sheet gives names to.
func luminances(css string) map[string]float64 {
	out := map[string]float64{}
	for _, m := range property.FindAllStringSubmatch(css, -1) {
		var rgb [3]uint8
		fmt.Sscanf(m[2], "%02x%02x%02x", &rgb[0], &rgb[1], &rgb[2])
		for i, weight := range []float64{.2126, .7152, .0722} {
			c := float64(rgb[i]) / 255
			if c <= .04045 {
				c /= 12.92
			} else {
				c = math.Pow((c+.055)/1.055, 2.4)
			}
			out[m[1]] += weight * c
		}
	}
	return out
}
