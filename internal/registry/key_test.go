package registry

import "testing"

// A family's key is kept and shown in clear: a number that stands in it is
// found, however it is wrapped, and what only looks like one is let be.
func TestANumberInAKeyIsFound(t *testing.T) {
	for key, want := range map[string]string{
		"KEL-000017":                           "",
		"2024-0000000000000017":                "",
		"019b8bab-0681-7006-a9be-f5488ace7209": "",
		"000000000000000017":                   "",
		"3172045505900001":                     "3172045505900001",
		"3172 0455 0590 0001":                  "3172045505900001",
		"KK-3172045505900001":                  "3172045505900001",
		"KK3172045505900001/2":                 "3172045505900001",
		"17:3172045505900001":                  "3172045505900001",
		"93172045505900001":                    "", // seventeen digits are another number
	} {
		if got := string(numberIn(key)); got != want {
			t.Errorf("%s: %q, want %q", key, got, want)
		}
	}
}
