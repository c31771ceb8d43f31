package registry

import (
	"fmt"

	"gotong/internal/indicator"
)

// packed are facts of a row, as indicator.Facts packs them: an import carries
// them from the check to the register without looking into them again.
type packed string

// unpack returns the facts. They were packed by the program itself, so damage
// is a programming error.
func (p packed) unpack() indicator.Facts {
	if p == "" {
		return nil
	}
	f, err := indicator.Unpack([]byte(p))
	if err != nil {
		panic(fmt.Sprintf("registry: packed facts of an import: %v", err))
	}
	return f
}

// set makes a fact known.
func (p *packed) set(no int, v int64) {
	f := p.unpack()
	f.Set(no, v)
	*p = packed(f.Pack())
}
