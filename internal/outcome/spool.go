package outcome

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"gotong/internal/registry/spill"
)

// spool holds the rows of a measure while it is computed, in their order, so
// that the database is written to only once all is known. What memory has no
// room for lies in a file that nobody else can read.
type spool struct {
	parts *spill.Parts
	share int // rows of a part
	rows  int
}

// Of a spool: how many rows share a part, which is read at once; how many
// parts there are, the last of which takes the rest; and bytes in memory.
const (
	spoolRows  = 8192
	spoolParts = 4096
	spoolRoom  = 32 << 20
)

func newSpool() *spool {
	return &spool{parts: spill.NewParts("", spoolParts, spoolRoom), share: spoolRows}
}

// add puts a row at the end.
func (s *spool) add(r Row) error {
	b, err := json.Marshal(r)
	if err != nil {
		return err
	}
	part := min(s.rows/s.share, s.parts.Len()-1)
	s.rows++
	return s.parts.Append(part, append(b, '\n'))
}

// each yields the rows in the order in which they were added.
func (s *spool) each(yield func(Row) error) error {
	for i := 0; i < s.parts.Len() && s.parts.Size(i) > 0; i++ {
		b, err := s.parts.Load(i)
		if err != nil {
			return fmt.Errorf("outcome: %w", err)
		}
		rows := json.NewDecoder(bytes.NewReader(b))
		for {
			var r Row
			if err := rows.Decode(&r); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				return fmt.Errorf("outcome: a row that was laid aside: %w", err)
			}
			if err := yield(r); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *spool) close() error { return s.parts.Close() }
