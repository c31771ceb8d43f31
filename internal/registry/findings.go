package registry

// findings is what an import has found so far, on its way through both
// files.
type findings struct {
	problems []Problem
	counts   Counts
	fatal    bool // a file cannot be read by columns, or to its end
	quiet    bool // what is found was found before
}

// keep notes a problem, or counts it where there are very many.
func (f *findings) keep(p Problem) {
	if f.quiet {
		return
	}
	if p.Warning {
		f.counts.Warnings++
	} else {
		f.counts.Errors++
	}
	if len(f.problems) < 2*problemsMost {
		f.problems = append(f.problems, p)
	}
}

// take notes what a worker found.
func (f *findings) take(c *checker) {
	f.counts.Errors += c.errors
	f.counts.Warnings += c.warnings
	f.fatal = f.fatal || c.cut
	if len(f.problems) < problemsMost {
		f.problems = append(f.problems, c.problems...)
	}
}

// join notes what was found in a part.
func (f *findings) join(o *findings) {
	f.counts.Errors += o.counts.Errors
	f.counts.Warnings += o.counts.Warnings
	f.counts.Families += o.counts.Families
	f.counts.Persons += o.counts.Persons
	room := max(0, 2*problemsMost-len(f.problems))
	f.problems = append(f.problems, o.problems[:min(room, len(o.problems))]...)
}

// refuse notes that a file cannot be taken at all.
func (f *findings) refuse(file FileKind, row int, name string) {
	p := Problem{File: file, Row: row}
	p.sentence("file."+name, []any{"file", string(file)})
	f.keep(p)
	f.fatal = true
}

// marks is a set of row numbers.
type marks []uint64

func (m *marks) set(row int) {
	for len(*m) <= row/64 {
		*m = append(*m, make([]uint64, max(64, len(*m)))...)
	}
	(*m)[row/64] |= 1 << (row % 64)
}

func (m marks) has(row int) bool { return row/64 < len(m) && m[row/64]&(1<<(row%64)) != 0 }
