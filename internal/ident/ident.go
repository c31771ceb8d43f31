// Package ident makes and holds record ids: UUID version 7 (RFC 9562), made
// by whoever creates the record, so that a facilitator without signal can
// create a family.
package ident

import (
	"database/sql/driver"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"sync"

	"gotong/internal/clock"
)

// ID is a UUID. The zero ID means none.
type ID [16]byte

// IsZero reports whether there is no id.
func (id ID) IsZero() bool { return id == ID{} }

// String writes id in the usual 36-character form.
func (id ID) String() string {
	var b [36]byte
	hex.Encode(b[0:8], id[0:4])
	b[8] = '-'
	hex.Encode(b[9:13], id[4:6])
	b[13] = '-'
	hex.Encode(b[14:18], id[6:8])
	b[18] = '-'
	hex.Encode(b[19:23], id[8:10])
	b[23] = '-'
	hex.Encode(b[24:36], id[10:16])
	return string(b[:])
}

// Parse reads the 36-character form.
func Parse(s string) (ID, error) {
	var id ID
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return ID{}, fmt.Errorf("ident: %q is not an id", s)
	}
	hexDigits := s[0:8] + s[9:13] + s[14:18] + s[19:23] + s[24:36]
	if _, err := hex.Decode(id[:], []byte(hexDigits)); err != nil {
		return ID{}, fmt.Errorf("ident: %q is not an id", s)
	}
	return id, nil
}

// Value stores id as 16 bytes: a BLOB in SQLite, a uuid in PostgreSQL; the
// zero id is stored as NULL.
func (id ID) Value() (driver.Value, error) {
	if id.IsZero() {
		return nil, nil
	}
	return id[:], nil
}

// Scan reads 16 bytes, the 36-character form, or NULL as the zero id.
func (id *ID) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*id = ID{}
	case []byte:
		if len(v) != 16 {
			return id.Scan(string(v))
		}
		copy(id[:], v)
	case string:
		p, err := Parse(v)
		if err != nil {
			return err
		}
		*id = p
	case [16]byte:
		*id = v
	default:
		return fmt.Errorf("ident: cannot read an id from %T", src)
	}
	return nil
}

// MarshalText writes the 36-character form, or nothing for the zero id.
func (id ID) MarshalText() ([]byte, error) {
	if id.IsZero() {
		return nil, nil
	}
	return []byte(id.String()), nil
}

// UnmarshalText reads what MarshalText wrote.
func (id *ID) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*id = ID{}
		return nil
	}
	return id.Scan(string(b))
}

// Maker makes ids that grow: 48 bits of milliseconds, a 12-bit counter
// within the millisecond, and 62 random bits. It is safe for concurrent use.
type Maker struct {
	clock  clock.Clock
	random io.Reader

	mu    sync.Mutex
	milli int64
	count uint16
}

// NewMaker returns a Maker on a clock and a source of random bytes, which is
// crypto/rand.Reader save in a reproducible run.
func NewMaker(c clock.Clock, random io.Reader) *Maker {
	return &Maker{clock: c, random: random}
}

// New returns a new id, larger than every id this Maker has made before.
// It panics when the random source fails, as nothing can go on without it.
func (m *Maker) New() ID {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.clock.Now().UnixMilli()
	switch {
	case now > m.milli:
		m.milli, m.count = now, 0
	case m.count == 0xfff:
		m.milli, m.count = m.milli+1, 0
	default:
		m.count++
	}
	var id ID
	binary.BigEndian.PutUint64(id[:8], uint64(m.milli)<<16|uint64(m.count))
	if _, err := io.ReadFull(m.random, id[8:]); err != nil {
		panic("ident: no random bytes: " + err.Error())
	}
	id[6] = id[6]&0x0f | 0x70
	id[8] = id[8]&0x3f | 0x80
	return id
}
