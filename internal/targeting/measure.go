package targeting

import (
	"math/bits"

	"gotong/internal/money"
)

// Measure counts persons below the poverty lines, by predicted consumption.
// Measures of parts add up to that of the whole, in any order. It is a
// measure of what the model predicts, not of what a survey found.
type Measure struct {
	Families int64 `json:"families"` // with a score and a size
	Persons  int64 `json:"persons"`
	Poor     int64 `json:"poor"`    // persons below the poverty line
	Extreme  int64 `json:"extreme"` // persons below the line of extreme poverty
	Unknown  int64 `json:"unknown"` // families without a score or a size, in none of the above

	// Sums over poor persons of the gap and of its square, both as millionths
	// of the line.
	Gap    int64 `json:"gap"`
	Square int64 `json:"square"`
}

// Add counts a family of size persons.
func (m *Measure) Add(size int64, consumption, poor, extreme money.Rupiah) {
	m.Families++
	m.Persons += size
	if consumption < extreme {
		m.Extreme += size
	}
	if consumption >= poor {
		return
	}
	m.Poor += size
	gap := muldiv(int64(poor-consumption), Micro, int64(poor))
	m.Gap += gap * size
	m.Square += gap * gap / Micro * size
}

// Merge adds the counts of o.
func (m *Measure) Merge(o Measure) {
	m.Families += o.Families
	m.Persons += o.Persons
	m.Poor += o.Poor
	m.Extreme += o.Extreme
	m.Unknown += o.Unknown
	m.Gap += o.Gap
	m.Square += o.Square
}

// P0 returns the headcount index, in millionths: the share of persons who are
// poor (Foster, Greer and Thorbecke with α = 0).
func (m Measure) P0() int64 { return m.share(m.Poor * Micro) }

// P1 returns the poverty gap index, in millionths (α = 1).
func (m Measure) P1() int64 { return m.share(m.Gap) }

// P2 returns the poverty severity index, in millionths (α = 2).
func (m Measure) P2() int64 { return m.share(m.Square) }

// P0Extreme returns the share of persons in extreme poverty, in millionths.
func (m Measure) P0Extreme() int64 { return m.share(m.Extreme * Micro) }

func (m Measure) share(sum int64) int64 {
	if m.Persons == 0 {
		return 0
	}
	return sum / m.Persons
}

// muldiv returns a×b/c rounded down, for a < c, without leaving 64 bits in between.
func muldiv(a, b, c int64) int64 {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	q, _ := bits.Div64(hi, lo, uint64(c))
	return int64(q)
}
