package registry

import (
	"context"
	"time"

	"gotong/internal/civil"
	"gotong/internal/ident"
)

// Store keeps the register. Every method works in the transaction of its
// context and sees only what lies in the acting member of staff's area.
type Store interface {
	ShredStore
	UnmaskStore
	AllowanceStore
	SuspensionStore

	// Family returns a family and its members; fault.NotFound when there is
	// none in the actor's area.
	Family(ctx context.Context, id ident.ID) (*Record, error)
	// FamilyOf returns the family of a person; fault.NotFound for none.
	FamilyOf(ctx context.Context, person ident.ID) (ident.ID, error)
	// Records returns those of the families that are on record in the
	// actor's area, by id, with their members.
	Records(ctx context.Context, ids []ident.ID) ([]*Record, error)
	// History returns all changes and observations of a family, by version.
	History(ctx context.Context, id ident.ID) (*History, error)
	// List returns at most limit families that the filter lets through, by
	// area and id: those after the cursor's place, or those nearest before
	// it when the cursor goes back.
	List(ctx context.Context, f Filter, c Cursor, limit int) ([]Row, error)
	// Count counts the families that the filter lets through.
	Count(ctx context.Context, f Filter) (int64, error)
	// Scan calls fn for every family with its members, by area and id. The
	// record is fn's to read until it returns, and is then used again.
	Scan(ctx context.Context, fn func(*Record) error) error
	// Totals counts families and persons on record, whatever their status.
	Totals(ctx context.Context) (families, persons int64, err error)
	// Find returns the families that carry an identifier, themselves or by
	// a member, in order of id.
	Find(ctx context.Context, kind IdentifierKind, blind []byte) ([]ident.ID, error)
	// Stopped calls fn for families and persons of an area, "" for all of the
	// actor's, whose status is not active.
	Stopped(ctx context.Context, area string, fn func(Stop) error) error
	// Departed returns the whole families of an area that have left the
	// register, and members of the others who died or left, as far as a name
	// is on record; since when is not told.
	Departed(ctx context.Context, area string) ([]Departed, error)
	// Accounts returns the bank accounts of families, by family and id.
	Accounts(ctx context.Context, families []ident.ID) ([]Account, error)

	// Known returns the families on record among an office's keys within a
	// regency (four digits), with members and observations.
	Known(ctx context.Context, regency string, localKeys []string) ([]Known, error)
	// Held returns which of some identifiers are on record, and with which
	// families.
	Held(ctx context.Context, kind IdentifierKind, blinds [][]byte) (map[string][]ident.ID, error)
	// KeepEvent records an event.
	KeepEvent(ctx context.Context, e *Event) error
	// Event returns an event of the actor's area, or that comes to it;
	// fault.NotFound when there is none.
	Event(ctx context.Context, id ident.ID) (*Event, error)
	// Events returns events, those that wait by id and others the newest
	// first, and how many there are in all.
	Events(ctx context.Context, f EventFilter) ([]Event, int64, error)
	// DecideEvent writes an event's status, decision and changes, and reports
	// whether it stood at from.
	DecideEvent(ctx context.Context, e *Event, from EventStatus) (bool, error)
	// NotSame returns what was said of a pair of records, the smaller id
	// first, that are not of one; nil when nothing was.
	NotSame(ctx context.Context, a, b ident.ID) (*NotSame, error)
	// NotSames returns what was said of the records of a family.
	NotSames(ctx context.Context, family ident.ID) ([]NotSame, error)
	// AllNotSame returns what was said of all records of the actor's area.
	AllNotSame(ctx context.Context) ([]NotSame, error)
	// KeepNotSame remembers a pair; DropNotSame forgets it.
	KeepNotSame(ctx context.Context, n *NotSame) error
	DropNotSame(ctx context.Context, a, b ident.ID) error
	// Dismissals returns the dismissed warnings of a family, by mark.
	Dismissals(ctx context.Context, family ident.ID) (map[string]Dismissal, error)
	// DismissedMarks returns the marks of all dismissed warnings of the
	// actor's area.
	DismissedMarks(ctx context.Context) (map[string]bool, error)
	// Dismiss records a dismissal, in place of an earlier one of the mark.
	Dismiss(ctx context.Context, family ident.ID, d *Dismissal) error
	// WithoutNIK returns active members without a NIK, by area, family and
	// id, after a place; CountWithoutNIK counts them.
	WithoutNIK(ctx context.Context, area string, after PersonPlace, limit int) ([]Unnumbered, error)
	CountWithoutNIK(ctx context.Context, area string) (int64, error)

	// Writer returns what writes revisions in the context's transaction.
	Writer(ctx context.Context) Writer
	// Loader returns what writes the revisions of an import of so many
	// persons. Into an empty register it may be quicker than Writer, and
	// nothing that it wrote is found by a number or name before its Flush.
	Loader(ctx context.Context, persons int64) (Writer, error)

	// ImportOf returns the newest import of a file's digest; fault.NotFound
	// when it was never imported.
	ImportOf(ctx context.Context, digest []byte) (*ImportFile, error)
	// Import returns an import by id.
	Import(ctx context.Context, id ident.ID) (*ImportFile, error)
	// Imports returns the newest imports by somebody, or by all for "",
	// newest first and without their problems.
	Imports(ctx context.Context, by string, limit int) ([]ImportFile, error)
	// KeepImport records an import.
	KeepImport(ctx context.Context, f *ImportFile) error

	// KeepUpload begins to keep uploaded files until they expire, or notes
	// what became known of them since.
	KeepUpload(ctx context.Context, u *Upload) error
	// KeepUploadPart keeps a sealed piece of an upload.
	KeepUploadPart(ctx context.Context, id ident.ID, p UploadPart) error
	// UploadPart returns a sealed piece; fault.NotFound when it is gone.
	UploadPart(ctx context.Context, id ident.ID, member bool, no int) ([]byte, error)
	// Upload returns what was kept; fault.NotFound when it is gone or
	// somebody else's.
	Upload(ctx context.Context, id ident.ID, by string) (*Upload, error)
	// KeepCheck keeps the sealed report of a check with its upload.
	KeepCheck(ctx context.Context, id ident.ID, report []byte) error
	// DropUploads removes an upload, and all that expired before now.
	DropUploads(ctx context.Context, id ident.ID, now time.Time) error

	// Mappings returns the saved mappings, by name.
	Mappings(ctx context.Context) ([]SavedMapping, error)
	// KeepMapping saves a mapping in place of one of the same name.
	KeepMapping(ctx context.Context, m *SavedMapping) error
	// DropMapping removes a mapping; fault.NotFound when there is none.
	DropMapping(ctx context.Context, name string) error
}

// Writer writes revisions, many at a time. Flush ends it.
type Writer interface {
	Put(ctx context.Context, r *Revision) error
	Flush(ctx context.Context) error
}

// Known is a family on record as an import meets it.
type Known struct {
	Record       *Record
	Observations []Observation
	Accounts     []Account
}

// History is all that was recorded of a family, by version.
type History struct {
	Changes      []Change
	Observations []Observation
}

// IdentifierKind says what an identifier is. It is also the kind of its
// blind index.
type IdentifierKind string

// The kinds of identifier.
const (
	KindNIK     IdentifierKind = "nik"
	KindKK      IdentifierKind = "kk"
	KindAccount IdentifierKind = "account"
)

// Labels under which identifiers are sealed.
const (
	LabelNIK     = "person.nik"
	LabelKK      = "family.kk"
	LabelAccount = "account.number"
)

// Filter chooses families of a list.
type Filter struct {
	Area   string       // a code of any level; "" for all of the actor's area
	Name   string       // beginning of a member's name; see Store.List
	Status FamilyStatus // "" for every status, FamilySuspended for those not processed
	// Processed leaves out the families that asked not to be processed.
	Processed bool
}

// Place is a family's place in a list. The zero Place is the beginning.
type Place struct {
	Area string
	ID   ident.ID
}

// Cursor is a place in a list and the way to go from there.
type Cursor struct {
	Place
	Back bool // to what comes before the place
}

// Row is a family in a list.
type Row struct {
	ID         ident.ID
	Area       string
	LocalKey   string
	HeadName   string
	Address    string
	RT, RW     string
	Size       int
	Status     FamilyStatus
	ObservedOn civil.Date
}
