package programme

import "bytes"

// Text returns the file as it was read, to show it and to keep it beside what
// was decided by it.
func (p *Programme) Text() []byte { return bytes.Clone(p.origin.text) }

// Changed reports whether With has changed parameters: such a programme is a
// what-if and decides about nobody.
func (p *Programme) Changed() bool { return len(p.origin.changed) > 0 }
