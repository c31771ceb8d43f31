package programme

import (
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// Every rune that is written in the file as it stands in the value must be
// found where it stands.
func TestSpotsFindTheRunes(t *testing.T) {
	for name, text := range map[string]string{
		"plain":            "when: abc def",
		"plain, two lines": "when: abc\n  def\n  ghi",
		"blank line":       "when: abc\n\n  def ghi",
		"single quotes":    "when: 'abc''d  e'",
		"double quotes":    `when: "abc\"d\u00e9e fg"`,
		"double, folded":   "when: \"abc\n  def é ghi\"",
		"literal":          "when: |\n  abc\n    def\n\n  ghi\n",
		"literal, deeper":  "when: |-\n\n      abc\n      def",
		"folded":           "when: >\n  abc\n  def\n\n  ghi\n",
		"wide letters":     "{é: ü, when: abc}",
	} {
		var doc yaml.Node
		if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		m := doc.Content[0]
		value := m.Content[len(m.Content)-1]
		lines := strings.Split(text, "\n")
		places := spots(lines, value)
		for i, r := range []rune(value.Value) {
			if !strings.ContainsRune("abcdefghi", r) {
				continue
			}
			at := places[i]
			line := []rune(lines[min(at.line, len(lines))-1])
			if at.column > len(line) || line[at.column-1] != r {
				t.Errorf("%s: rune %d, %q, is said to be at %d:%d", name, i, r, at.line, at.column)
			}
		}
	}
}
