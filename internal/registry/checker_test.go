package registry

import "testing"

// What nobody sees in a cell is no part of what it says.
func TestACellSaysWhatPeopleSee(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "Siti Aminah": "Siti Aminah", "Siti\u00a0Aminah": "Siti Aminah", "\ufeffSiti\u200b \u200e": "Siti", "3674\u00ad01": "367401",
		"\u3000Gg.\u2009Melati\u202f7 ": "Gg. Melati 7", "José Þór": "José Þór",
	} {
		c := &checker{}
		if got, ok := c.clean(text); !ok || got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
		if got := headingKey(text); text == "Siti\u00a0Aminah" && got != "siti aminah" {
			t.Errorf("a heading: %q", got)
		}
	}
	if got := legible("\xff\u200b"); got != "\xff\u200b" {
		t.Errorf("what is no text is left for who refuses it: %q", got)
	}
}
