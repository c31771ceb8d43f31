package condition

import (
	"context"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/civil"
	"gotong/internal/ident"
	"gotong/internal/programme"
)

// Owed is a duty that comes with what the determination in force grants.
type Owed struct {
	FamilyID  ident.ID
	PersonID  ident.ID
	Area      string
	Condition *programme.Condition
}

// Decisions gives what is owed.
type Decisions interface {
	// Owing gives every duty that the determination in force brings under a
	// programme, within the actor's areas, and returns the determination and
	// the programme as it decided. It answers fault.NotFound when none is in
	// force.
	Owing(ctx context.Context, programme string, fn func(Owed) error) (ident.ID, *programme.Programme, error)
}

// Programmes gives programme files.
type Programmes interface {
	// InForce returns the version of a day; fault.NotFound when there is none.
	InForce(code string, day civil.Date) (*programme.Programme, error)
	// Version returns a version by its name; fault.NotFound as InForce.
	Version(code, version string) (*programme.Programme, error)
	// WithDuties lists the programmes of a day that name conditions.
	WithDuties(day civil.Date) []*programme.Programme
}

// Person is a member of a family on record, as duties need them.
type Person struct {
	ID       ident.ID
	FamilyID ident.ID
	Name     string
	Born     *civil.Date
	Area     string
	Address  string
	Head     bool
	Gone     bool // dead, moved, a duplicate, not found, or the family put to sleep
}

// People names families' members; every call is a read of personal data that
// the register records.
type People interface {
	Members(ctx context.Context, families []ident.ID, purpose access.Purpose) ([]Person, error)
	// Gone returns the families and persons of an area who do not count any
	// more, without naming them.
	Gone(ctx context.Context, area string) (map[ident.ID]bool, error)
}

// Letters issues the letter about an effect, as it stands, and returns its id.
type Letters interface {
	Issue(ctx context.Context, effect ident.ID, area string) (ident.ID, error)
}

// Staff knows who can be a group's facilitator.
type Staff interface {
	// Facilitator returns fault.Invalid for a login that is no facilitator.
	Facilitator(ctx context.Context, login, area string) error
}

// Villages knows the country's villages.
type Villages interface {
	// Village returns the code of a village, as people and files write it;
	// fault.Invalid where there is none of it.
	Village(text string) (string, error)
}

// Vault seals what was shown with an appeal.
type Vault interface {
	Seal(label, plain string) []byte
	Open(label string, sealed []byte) (string, error)
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
