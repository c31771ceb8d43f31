package access

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strings"
	"time"

	"gotong/internal/clock"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/work"
)

// Recorder puts an act of access into the audit log, in the caller's
// transaction. The audit log lies above this package, so app supplies it.
type Recorder interface {
	Record(ctx context.Context, action, subject, detail string) error
}

// SessionLimit is how long a session lasts in all.
const SessionLimit = 12 * time.Hour

// Sessions and sign-ins: how long a session lasts without being used, and
// how a run of failures is slowed down (OWASP ASVS 5.0, 7.3 and 6.3).
const (
	idleLimit     = 30 * time.Minute
	freeFailures  = 5
	failurePause  = 30 * time.Second
	longestPause  = 15 * time.Minute
	touchInterval = time.Minute
)

// Service manages accounts and sessions.
type Service struct {
	unit   work.Unit
	store  Store
	clock  clock.Clock
	ids    *ident.Maker
	record Recorder

	touches touches
}

// NewService returns a Service.
func NewService(unit work.Unit, store Store, c clock.Clock, ids *ident.Maker, r Recorder) *Service {
	return &Service{unit: unit, store: store, clock: c, ids: ids, record: r}
}

// Hire makes an account. It needs ManageUsers, and grants no area that the
// maker does not hold.
func (s *Service) Hire(ctx context.Context, staff Staff, password string) (Staff, error) {
	by, err := Require(ctx, ManageUsers)
	if err != nil {
		return Staff{}, err
	}
	if err := withinScope(by, staff.Scope); err != nil {
		return Staff{}, err
	}
	return s.add(ctx, staff, password)
}

// Bootstrap makes an account from the operator's own shell, where whoever
// can read the data folder is in charge already.
func (s *Service) Bootstrap(ctx context.Context, staff Staff, password string) (Staff, error) {
	return s.add(With(ctx, System("bootstrap")), staff, password)
}

func (s *Service) add(ctx context.Context, staff Staff, password string) (Staff, error) {
	staff.Login = strings.ToLower(strings.TrimSpace(staff.Login))
	if err := staff.check(); err != nil {
		return Staff{}, err
	}
	if err := checkPassword(staff.Login, password); err != nil {
		return Staff{}, err
	}
	now := s.clock.Now()
	staff.ID, staff.Active, staff.CreatedAt, staff.ChangedAt = s.ids.New(), true, now, now
	staff.Password = hashPassword(password)
	err := s.unit.Write(ctx, func(ctx context.Context) error {
		if err := s.store.AddStaff(ctx, staff); err != nil {
			return err
		}
		return s.record.Record(ctx, "staff.add", staff.Login, describe(staff))
	})
	return staff, err
}

func describe(s Staff) string {
	roles := make([]string, len(s.Roles))
	for i, r := range s.Roles {
		roles[i] = string(r)
	}
	return strings.Join(roles, "+") + " @ " + s.Scope.String()
}

func withinScope(by Actor, wanted Scope) error {
	if wanted.IsNation() && !by.Scope.IsNation() {
		return fault.Forbidden("access.wider_scope")
	}
	for _, p := range wanted.Prefixes() {
		if !by.Scope.Covers(p) {
			return fault.Forbidden("access.wider_scope")
		}
	}
	return nil
}

// Change alters an account's name, roles, areas, unit and whether it may
// sign in; its sessions end, so that new rights hold at once. Neither the old
// nor the new areas may lie outside the caller's, and nobody takes from
// themselves the right to manage accounts.
func (s *Service) Change(ctx context.Context, id ident.ID, change func(*Staff)) error {
	by, err := Require(ctx, ManageUsers)
	if err != nil {
		return err
	}
	return s.unit.Write(ctx, func(ctx context.Context) error {
		staff, err := s.store.LockStaff(ctx, id)
		if err != nil {
			return err
		}
		if withinScope(by, staff.Scope) != nil {
			return fault.NotFound("access.no_such_staff")
		}
		login, password := staff.Login, staff.Password
		change(&staff)
		staff.ID, staff.Login, staff.Password, staff.ChangedAt = id, login, password, s.clock.Now()
		if err := staff.check(); err != nil {
			return err
		}
		if err := withinScope(by, staff.Scope); err != nil {
			return err
		}
		if id == by.ID && !(staff.Active && staff.Actor().Can(ManageUsers)) {
			return fault.Invalid("access.lock_out")
		}
		if err := s.store.SaveStaff(ctx, staff); err != nil {
			return err
		}
		if err := s.store.EndSessionsOf(ctx, id); err != nil {
			return err
		}
		return s.record.Record(ctx, "staff.change", staff.Login, describe(staff))
	})
}

// List returns the accounts whose areas lie in the caller's, by login and
// without their password hashes.
func (s *Service) List(ctx context.Context) ([]Staff, error) {
	by, err := Require(ctx, ManageUsers)
	if err != nil {
		return nil, err
	}
	all, err := work.Read(ctx, s.unit, s.store.ListStaff)
	all = slices.DeleteFunc(all, func(a Staff) bool { return withinScope(by, a.Scope) != nil })
	for i := range all {
		all[i].Password = ""
	}
	return all, err
}

// SignIn checks a login and password and returns a session token. It returns
// the same fault.Forbidden, in the same time, for a wrong login, a wrong
// password and a closed account, and fault.TooOften while too many
// failures are being slowed down.
func (s *Service) SignIn(ctx context.Context, login, password string) (token string, err error) {
	login = strings.ToLower(strings.TrimSpace(login))
	if !loginForm.MatchString(login) {
		return "", fault.Forbidden("access.wrong_sign_in") // nobody's: nothing to slow down or to remember
	}
	ctx = With(ctx, System("sign-in"))
	staff, err := s.known(ctx, login)
	if err != nil {
		return "", err
	}
	// Hashing takes tens of milliseconds, so it stays outside transactions.
	right := samePassword(staff.Password, password) && staff.Active
	if !right {
		return "", s.failed(ctx, login)
	}
	token = newToken()
	now := s.clock.Now()
	err = s.unit.Write(ctx, func(ctx context.Context) error {
		if err := s.store.ClearFailures(ctx, login); err != nil {
			return err
		}
		if err := s.store.AddSession(ctx, Session{Digest: digest(token), StaffID: staff.ID, CreatedAt: now, SeenAt: now}); err != nil {
			return err
		}
		return s.record.Record(With(ctx, staff.Actor()), "session.start", login, "")
	})
	return token, err
}

// known returns the account, or one that nobody's password opens.
func (s *Service) known(ctx context.Context, login string) (Staff, error) {
	staff := Staff{Password: nobodysHash}
	err := s.unit.Read(ctx, func(ctx context.Context) error {
		a, err := s.store.AttemptsOf(ctx, login)
		if err != nil {
			return err
		}
		if wait := pause(a, s.clock.Now()); wait > 0 {
			return fault.TooOften("access.too_many", "seconds", int(wait.Seconds())+1)
		}
		found, err := s.store.StaffByLogin(ctx, login)
		if fault.Is(err, fault.KindNotFound) {
			return nil
		}
		if err == nil {
			staff = found
		}
		return err
	})
	return staff, err
}

// pause returns how long the next attempt has to wait: nothing for the first
// failures, then twice as long after each.
func pause(a Attempts, now time.Time) time.Duration {
	if a.Failures < freeFailures {
		return 0
	}
	wait := longestPause
	if doublings := a.Failures - freeFailures; doublings < 5 {
		wait = min(failurePause<<doublings, longestPause)
	}
	return max(0, a.LastAt.Add(wait).Sub(now))
}

func (s *Service) failed(ctx context.Context, login string) error {
	err := s.unit.Write(ctx, func(ctx context.Context) error {
		if err := s.store.AddFailure(ctx, login, s.clock.Now()); err != nil {
			return err
		}
		return s.record.Record(ctx, "session.refuse", login, "")
	})
	if err != nil {
		return err
	}
	return fault.Forbidden("access.wrong_sign_in")
}

// Actor returns who is signed in with token, or fault.Forbidden.
func (s *Service) Actor(ctx context.Context, token string) (Actor, error) {
	d, now := digest(token), s.clock.Now()
	used := s.touches.latest(d) // before looking: what is stored meanwhile is not on its way any more
	var session Session
	var staff Staff
	err := s.unit.Read(ctx, func(ctx context.Context) error {
		var err error
		if session, err = s.store.SessionByDigest(ctx, d); err != nil {
			return err
		}
		staff, err = s.store.StaffByID(ctx, session.StaffID)
		return err
	})
	if fault.Is(err, fault.KindNotFound) {
		return Actor{}, fault.Forbidden("access.signed_out")
	}
	if err != nil {
		return Actor{}, err
	}
	seen := later(session.SeenAt, later(used, s.touches.latest(d)))
	if !staff.Active || now.Sub(seen) > idleLimit || now.Sub(session.CreatedAt) > SessionLimit {
		return Actor{}, fault.Forbidden("access.signed_out")
	}
	if now.Sub(seen) > touchInterval {
		s.touch(ctx, d, now)
	}
	return staff.Actor(), nil
}

// SignOut ends the session of token.
func (s *Service) SignOut(ctx context.Context, token string) error {
	return s.unit.Write(ctx, func(ctx context.Context) error {
		if err := s.store.EndSession(ctx, digest(token)); err != nil {
			return err
		}
		return s.record.Record(ctx, "session.end", loginOf(ctx), "")
	})
}

func loginOf(ctx context.Context) string {
	a, _ := From(ctx)
	return a.Login
}

// ChangePassword sets the caller's own password, given the present one, and
// ends all other sessions by ending every one of them.
func (s *Service) ChangePassword(ctx context.Context, present, wanted string) error {
	a, ok := From(ctx)
	if !ok || a.ID.IsZero() {
		return fault.Forbidden("core.error.forbidden")
	}
	if err := checkPassword(a.Login, wanted); err != nil {
		return err
	}
	return s.unit.Write(ctx, func(ctx context.Context) error {
		staff, err := s.store.LockStaff(ctx, a.ID)
		if err != nil {
			return err
		}
		if !samePassword(staff.Password, present) {
			return fault.Invalid("access.wrong_present")
		}
		staff.Password, staff.ChangedAt = hashPassword(wanted), s.clock.Now()
		if err := s.store.SaveStaff(ctx, staff); err != nil {
			return err
		}
		if err := s.store.EndSessionsOf(ctx, a.ID); err != nil {
			return err
		}
		return s.record.Record(ctx, "staff.password", a.Login, "")
	})
}

// ActAs returns the actor of an account, for the command line, where the
// shell's user is trusted with the data folder but acts must carry a name.
func (s *Service) ActAs(ctx context.Context, login string) (Actor, error) {
	staff, err := work.Read(ctx, s.unit, func(ctx context.Context) (Staff, error) { return s.store.StaffByLogin(ctx, strings.ToLower(login)) })
	if err != nil {
		return Actor{}, err
	}
	if !staff.Active {
		return Actor{}, fault.Forbidden("access.signed_out")
	}
	return staff.Actor(), nil
}

func newToken() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}

func digest(token string) []byte {
	d := sha256.Sum256([]byte(token))
	return slices.Clone(d[:])
}

// All returns all accounts for the operator's own shell.
func (s *Service) All(ctx context.Context) ([]Staff, error) {
	if a, ok := From(ctx); !ok || !a.IsSystem() {
		return s.List(ctx)
	}
	return work.Read(ctx, s.unit, s.store.ListStaff)
}
