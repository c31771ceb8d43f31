package access

import (
	"context"
	"regexp"
	"time"

	"gotong/internal/fault"
	"gotong/internal/ident"
)

// Staff is an account.
type Staff struct {
	ID        ident.ID
	Login     string
	Name      string
	Password  string // PHC string of argon2id
	Roles     []Role
	Scope     Scope
	Unit      string
	Active    bool
	CreatedAt time.Time
	ChangedAt time.Time
}

// Actor returns who acts when this account is signed in.
func (s Staff) Actor() Actor {
	return Actor{ID: s.ID, Login: s.Login, Name: s.Name, Roles: s.Roles, Scope: s.Scope, Unit: s.Unit}
}

var loginForm = regexp.MustCompile(`^[a-z][a-z0-9._-]{1,39}$`)

// check returns fault.Invalid where the account could not work.
func (s Staff) check() error {
	if !loginForm.MatchString(s.Login) {
		return fault.Invalid("access.bad_login")
	}
	if s.Name == "" {
		return fault.Invalid("access.no_name")
	}
	if len(s.Roles) == 0 {
		return fault.Invalid("access.no_role")
	}
	for _, r := range s.Roles {
		if !r.Valid() {
			return fault.Invalid("access.unknown_role", "role", string(r))
		}
	}
	if s.Scope.IsEmpty() {
		return fault.Invalid("access.no_scope")
	}
	return oneHand(s.Roles)
}

// oneHand refuses an account that could both make and check, or check and
// release, a payment: four eyes need two people.
func oneHand(roles []Role) error {
	hands := 0
	for _, p := range []Permission{MakePayment, CheckPayment, ReleasePayment} {
		if (Actor{Roles: roles}).Can(p) {
			hands++
		}
	}
	if hands > 1 {
		return fault.Invalid("access.two_hands")
	}
	return nil
}

// Session is a signed-in browser, kept by the digest of its token.
type Session struct {
	Digest    []byte // SHA-256 of the token
	StaffID   ident.ID
	CreatedAt time.Time
	SeenAt    time.Time
}

// Attempts is how often a sign-in has failed of late.
type Attempts struct {
	Failures int
	LastAt   time.Time
}

// Store keeps accounts and sessions.
type Store interface {
	// AddStaff returns fault.Conflict when the login is taken.
	AddStaff(ctx context.Context, s Staff) error
	SaveStaff(ctx context.Context, s Staff) error
	// StaffByLogin and StaffByID return fault.NotFound for nobody.
	StaffByLogin(ctx context.Context, login string) (Staff, error)
	StaffByID(ctx context.Context, id ident.ID) (Staff, error)
	// LockStaff is StaffByID for who changes the account: others who would wait.
	LockStaff(ctx context.Context, id ident.ID) (Staff, error)
	ListStaff(ctx context.Context) ([]Staff, error)

	AddSession(ctx context.Context, s Session) error
	// SessionByDigest returns fault.NotFound for none.
	SessionByDigest(ctx context.Context, digest []byte) (Session, error)
	TouchSession(ctx context.Context, digest []byte, at time.Time) error
	EndSession(ctx context.Context, digest []byte) error
	EndSessionsOf(ctx context.Context, staff ident.ID) error

	AttemptsOf(ctx context.Context, login string) (Attempts, error)
	// AddFailure counts one more, whoever else does at the same time.
	AddFailure(ctx context.Context, login string, at time.Time) error
	ClearFailures(ctx context.Context, login string) error
}
