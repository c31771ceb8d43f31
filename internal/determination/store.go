package determination

import (
	"bytes"
	"cmp"
	"context"
	"time"

	"gotong/internal/civil"
	"gotong/internal/ident"
	"gotong/internal/money"
)

// State is how far a determination has come.
type State string

// The states. Nothing is paid and no letter goes out before Enacted.
const (
	Computed State = "computed"
	Proposed State = "proposed" // somebody answers for it and asks another to enact it
	Enacted  State = "enacted"
	Rejected State = "rejected" // the other one did not
)

// Header is what the database keeps of a determination.
type Header struct {
	ID         ident.ID
	SnapshotID ident.ID
	RankingID  ident.ID
	State      State
	CreatedAt  time.Time
	CreatedBy  string // login, as are those below
	ProposedAt time.Time
	ProposedBy string
	DecidedAt  time.Time // enacted or rejected
	DecidedBy  string
	Note       string // why it was proposed or rejected
	Digest     string
	Content
}

// Subject says of whom a row is: a family, or one of its members.
type Subject struct {
	FamilyID ident.ID
	PersonID ident.ID // zero in a programme of families
}

// Row is one subject's outcome as pages read it.
type Row struct {
	Subject
	Area      string
	Programme string
	Outcome   Outcome
	Answers   Answers
	Queue     int64 // place in the queue for a quota, from 1; 0 where there is none
	Uncertain bool  // a missing fact may still change the lines
	Annual    money.Rupiah
	Lines     []GivenLine

	// As on record now; filled by Rows alone.
	HeadName, Address, PersonName string
}

// GivenLine is a line of a row: a component and what it gives.
type GivenLine struct {
	Component string       `json:"component"`
	PersonID  ident.ID     `json:"person,omitzero"` // zero: the family
	Annual    money.Rupiah `json:"annual"`
}

// Tally is a count of subjects in a village.
type Tally struct {
	Programme string
	Area      string
	Outcome   Outcome
	Subjects  int64
	Annual    money.Rupiah
}

// Obstacle counts how often one clause or exclusion stood in the way in a
// village.
type Obstacle struct {
	Programme string
	Area      string
	Item      int   // clauses from 0, then exclusions
	Blocks    int64 // subjects whom it excludes for certain
	Open      int64 // subjects of whom it is not known
	Alone     int64 // subjects for whom nothing else stands in the way
}

// Filter chooses rows.
type Filter struct {
	Determination ident.ID
	Programme     string  // "" for all
	Outcome       Outcome // 0 for all
	Area          string  // "" for all of the actor's area
	Uncertain     bool    // only rows whose lines a missing fact may change
}

// ByFamily reports whether rows come by family, across programmes: those of
// visits do, since a visit is to a family. All others come by programme.
func (f Filter) ByFamily() bool { return f.Outcome == Undetermined }

// ByQueue reports whether the rows of a programme come in the order of its
// queue, whoever is next first: those who wait do. All others come by area.
func (f Filter) ByQueue() bool { return f.Outcome == Waitlisted }

// Place is where a page of rows begins: after this row.
type Place struct {
	Area      string
	FamilyID  ident.ID
	SubjectID ident.ID // the person, or the family where the row is its own
	Programme string
	Queue     int64
}

// Place returns where the row stands in the order of rows.
func (r Row) Place() Place {
	p := Place{r.Area, r.FamilyID, r.PersonID, r.Programme, r.Queue}
	if p.SubjectID.IsZero() {
		p.SubjectID = r.FamilyID
	}
	return p
}

// compare orders places of one programme.
func (p Place) compare(o Place) int {
	return cmp.Or(cmp.Compare(p.Area, o.Area), compareIDs(p.FamilyID, o.FamilyID), compareIDs(p.SubjectID, o.SubjectID))
}

func compareIDs(a, b ident.ID) int { return bytes.Compare(a[:], b[:]) }

// Store keeps determinations. Every method works in the transaction of its
// context; rows, tallies, obstacles and notices are those of the acting
// user's area.
type Store interface {
	PlanStore

	// Begin keeps a header that nobody sees until Finish. Where the same
	// determination was begun and not finished, it returns that one, and how
	// many steps of its rows are written; fault.Conflict when the digest is
	// there already and finished.
	Begin(ctx context.Context, h Header) (Header, int, error)
	// AddRows keeps the rows of the steps from `from` to the one that rows
	// returns, which it returns too, and then the counts that sums has by
	// then; fault.Conflict when somebody else has written them.
	AddRows(ctx context.Context, id ident.ID, from int, rows func(yield func(Row) error) (int, error), sums func() ([]Tally, []Obstacle)) (int, error)
	// Finish makes a determination visible whose rows are all written;
	// fault.Conflict when it was abandoned or finished by somebody else.
	Finish(ctx context.Context, id ident.ID) error

	// Unfinished returns the determinations begun before a time of which some
	// steps are written and not all, the oldest first.
	Unfinished(ctx context.Context, before time.Time) ([]Header, error)
	// Abandon has no step follow in one that is not finished; fault.Conflict
	// when it is finished by now.
	Abandon(ctx context.Context, id ident.ID) error
	// DropRows takes away what an abandoned one says of a programme in a part.
	DropRows(ctx context.Context, id ident.ID, programme, part string) error
	// Resumable lets an abandoned one that has no rows any more be begun again.
	Resumable(ctx context.Context, id ident.ID) error

	// Header returns one header, or fault.NotFound.
	Header(ctx context.Context, id ident.ID) (Header, error)
	// ByDigest returns the header with a digest, or fault.NotFound.
	ByDigest(ctx context.Context, digest string) (Header, error)
	// Headers returns at most limit headers, the newest first.
	Headers(ctx context.Context, limit int) ([]Header, error)
	// Current returns the header that was enacted last, or fault.NotFound.
	Current(ctx context.Context) (Header, error)
	// Move brings a header from one state to the state of h, with its names
	// and times; fault.Conflict when it is in another state by now, or when
	// the database finds that one person would do both parts.
	Move(ctx context.Context, from State, h Header) error

	// Rows returns at most limit rows after a place, by programme, area, family
	// and subject; where the filter is ByFamily, programme comes last, and where
	// it is ByQueue, the place in the queue comes before the area.
	Rows(ctx context.Context, f Filter, after Place, limit int) ([]Row, error)
	// Count counts rows.
	Count(ctx context.Context, f Filter) (int64, error)
	// CountFamilies counts the families that rows are of.
	CountFamilies(ctx context.Context, f Filter) (int64, error)
	// MemberNames returns the names of the members of families, by person.
	MemberNames(ctx context.Context, families []ident.ID) (map[ident.ID]string, error)
	// OfFamily returns a family's rows in a determination, by programme and subject.
	OfFamily(ctx context.Context, determination, family ident.ID) ([]Row, error)
	// Past returns a family's rows in all enacted determinations, the newest first.
	Past(ctx context.Context, family ident.ID) ([]PastRow, error)
	// Tallies returns counts, summed over villages down to `digits` digits of area.
	Tallies(ctx context.Context, determination ident.ID, area string, digits int) ([]Tally, error)
	// Obstacles returns obstacles, summed over all villages in an area.
	Obstacles(ctx context.Context, determination ident.ID, area string) ([]Obstacle, error)

	// AddNotices keeps notices of families that have none yet.
	AddNotices(ctx context.Context, ns []Notice) error
	// Notices returns the notices of families, by id.
	Notices(ctx context.Context, families []ident.ID) ([]Notice, error)
	// ClearNoticeKeys takes away the keys by which recipients of the actor's
	// area are found.
	ClearNoticeKeys(ctx context.Context) error
	// AddNoticeKeys keeps keys that are not there yet.
	AddNoticeKeys(ctx context.Context, determination ident.ID, keys []NoticeKey) error
	// ByNoticeKey returns whom a key opens, or fault.NotFound.
	ByNoticeKey(ctx context.Context, key []byte) (determination, family ident.ID, err error)
}

// PastRow is a row of an earlier determination.
type PastRow struct {
	Determination ident.ID
	AsOf          civil.Date
	Row
}

// Notice is a family's code, printed on its letters, with which it can ask
// for its status. Sealed opens to the code.
type Notice struct {
	FamilyID ident.ID
	Area     string
	Sealed   []byte
}

// NoticeKey is what a NIK and a code together find a family by.
type NoticeKey struct {
	Key      []byte
	FamilyID ident.ID
}

// PlanStore keeps what may be tried and what is proposed: no one's data.
// Every method works in the transaction of its context.
type PlanStore interface {
	// AddScenario keeps a what-if.
	AddScenario(ctx context.Context, c Scenario) error
	// Scenarios returns all of them, the newest first.
	Scenarios(ctx context.Context) ([]Scenario, error)
	// DropScenario takes one away.
	DropScenario(ctx context.Context, id ident.ID) error

	// AddVersion keeps a proposed version; fault.Conflict while another of
	// the programme is proposed.
	AddVersion(ctx context.Context, v Version) error
	// Versions returns all of them, the newest first.
	Versions(ctx context.Context) ([]Version, error)
	// Version returns one, or fault.NotFound.
	Version(ctx context.Context, id ident.ID) (Version, error)
	// DecideVersion enacts or rejects a proposed one; fault.Conflict when it
	// is decided by now, or when the database finds that one person would do
	// both parts.
	DecideVersion(ctx context.Context, v Version) error
}
