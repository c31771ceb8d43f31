package db

// packed are rows on their way to the embedded engine: their cells, and the
// bytes of all texts and blobs behind one another.
type packed struct {
	cells []cell
	bytes []byte
	rows  int
	ended int // cells of whole rows
}

// cell is one value: a number, or the length of its bytes.
type cell struct {
	kind cellKind
	n    int64
}

type cellKind uint8

const (
	cellNull cellKind = iota
	cellInt
	cellText
	cellBlob
)

func (p *packed) put(kind cellKind, n int64) { p.cells = append(p.cells, cell{kind, n}) }

// endRow ends a row and returns how many cells it has.
func (p *packed) endRow() int {
	have := len(p.cells) - p.ended
	p.ended = len(p.cells)
	p.rows++
	return have
}

func (p *packed) reset() {
	p.cells, p.bytes, p.rows, p.ended = p.cells[:0], p.bytes[:0], 0, 0
}
