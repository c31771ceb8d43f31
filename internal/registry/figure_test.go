package registry

import (
	"testing"

	"pgregory.net/rapid"

	"gotong/internal/indicator"
)

// What is read at once is what the indicator reads.
func TestFigureIsWhatTheIndicatorReads(t *testing.T) {
	var all []*indicator.Indicator
	for _, i := range indicator.Default().All() {
		if readAtOnce(i) {
			all = append(all, i)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[0-9]{1,17}|[0-9]{1,4}[.,-][0-9]{1,3}|[0-9a-f]{1,5}`).Draw(t, "text")
		v, ok := figure(text)
		i := rapid.SampledFrom(all).Draw(t, "indicator")
		if want, err := i.Parse(text); ok && err == nil && want != v {
			t.Fatalf("%s of %q is %d, read at once as %d", i.Code, text, want, v)
		}
	})
}
