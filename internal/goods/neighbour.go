package goods

import (
	"context"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/civil"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/money"
)

// Entitlement is somebody whom the determination in force grants goods.
type Entitlement struct {
	FamilyID ident.ID
	PersonID ident.ID // zero in a programme of families
	Area     string
}

// Subject is who is served: the person, or else the family.
func (e Entitlement) Subject() ident.ID {
	if e.PersonID.IsZero() {
		return e.FamilyID
	}
	return e.PersonID
}

// Programme is one whose aid is goods.
type Programme struct {
	Code string
	Name i18n.Text
}

// Decisions gives who is entitled to goods.
type Decisions interface {
	// InKind lists the programmes of today that are delivered as goods.
	InKind(ctx context.Context) ([]Programme, error)
	// Entitled gives who is entitled under a programme by the determination in
	// force, within the actor's areas, and returns its id. It answers
	// fault.NotFound when none is in force.
	Entitled(ctx context.Context, programme string, fn func(Entitlement) error) (ident.ID, error)
	// Price returns what the programme pays for a day of meals on a day.
	Price(ctx context.Context, programme string, day civil.Date) (money.Rupiah, error)
}

// Person is a member of a family on record, as a desk needs them.
type Person struct {
	ID       ident.ID
	FamilyID ident.ID
	Name     string
	Area     string
	Address  string
	Code     string // on the family's letter; "" before there is one
	Head     bool
	Gone     bool // dead, moved, a duplicate, not found, or the family put to sleep
	Dead     bool
}

// People names families' members; every call is a read of personal data that
// the register records.
type People interface {
	Members(ctx context.Context, families []ident.ID, purpose access.Purpose) ([]Person, error)
}

// Vault seals pictures and account numbers, and makes blind indices.
type Vault interface {
	Seal(label, plain string) []byte
	Open(label string, sealed []byte) (string, error)
	Blind(kind, value string) []byte
}

// Folder keeps sealed files.
type Folder interface {
	// Put has a file on disk, whole and durable, under its name.
	Put(name string, b []byte) error
	// Read returns a file; fault.NotFound when it is not there.
	Read(name string) ([]byte, error)
}

// Log takes the audit entries.
type Log interface {
	Append(ctx context.Context, acts ...audit.Act) error
}
