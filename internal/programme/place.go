package programme

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// spot is a place in a file, both counted from 1.
type spot struct{ line, column int }

// spots returns the place in the file of every rune of a scalar's value, and
// of its end, so that an error in a rule points into the rule and not at the
// line where it begins. Lines are the file's.
func spots(lines []string, n *yaml.Node) []spot {
	w := &scalarWalk{lines: lines, at: spot{n.Line, n.Column}, style: n.Style}
	switch {
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		w.startBlock()
	case n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0:
		w.at.column++
	}
	value := []rune(n.Value)
	places := make([]spot, 0, len(value)+1)
	for _, r := range value {
		places = append(places, w.at)
		w.pass(r)
	}
	return append(places, w.at)
}

type scalarWalk struct {
	lines  []string
	at     spot
	style  yaml.Style
	indent int // of a block
	number int // of the line whose runes these are
	runes  []rune
}

// rest returns the runes of the line from the place on.
func (w *scalarWalk) rest() []rune {
	if w.at.line > len(w.lines) {
		return nil
	}
	if w.number != w.at.line {
		w.number, w.runes = w.at.line, []rune(w.lines[w.at.line-1])
	}
	return w.runes[min(w.at.column-1, len(w.runes)):]
}

func indentOf(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }

// startBlock goes to the first letter of a | or > block, whose indentation is
// that of its first line with something on it.
func (w *scalarWalk) startBlock() {
	for i := w.at.line; i < len(w.lines); i++ {
		if strings.TrimSpace(w.lines[i]) != "" {
			w.indent = indentOf(w.lines[i])
			break
		}
	}
	w.at = spot{w.at.line + 1, w.indent + 1}
}

// pass goes on by one rune of the value.
func (w *scalarWalk) pass(r rune) {
	rest := w.rest()
	switch {
	case w.style&yaml.LiteralStyle != 0:
		w.passLiteral(r)
	case (r == ' ' || r == '\n') && strings.TrimSpace(string(rest)) == "":
		w.nextLine()
	case r == '\n' && len(rest) > 0:
		// A further line break of a fold that has been passed already.
	case w.style&yaml.SingleQuotedStyle != 0 && r == '\'':
		w.at.column += 2
	case w.style&yaml.DoubleQuotedStyle != 0 && len(rest) > 1 && rest[0] == '\\':
		w.at.column += map[rune]int{'x': 4, 'u': 6, 'U': 10}[rest[1]]
		if !strings.ContainsRune("xuU", rest[1]) {
			w.at.column += 2
		}
	default:
		w.at.column++
	}
}

func (w *scalarWalk) passLiteral(r rune) {
	if r == '\n' {
		w.at = spot{w.at.line + 1, w.indent + 1}
		return
	}
	w.at.column++
}

// nextLine goes to the first letter of the next line with something on it.
func (w *scalarWalk) nextLine() {
	for i := w.at.line; i < len(w.lines); i++ {
		if strings.TrimSpace(w.lines[i]) != "" {
			w.at = spot{i + 1, indentOf(w.lines[i]) + 1}
			return
		}
	}
	w.at.column++
}
