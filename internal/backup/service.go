package backup

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/civil"
	"gotong/internal/clock"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/policyfile"
	"gotong/internal/work"
)

// Copy is a copy that was made.
type Copy struct {
	At      time.Time
	Actor   string // login
	Files   int64
	Bytes   int64
	Entries int64 // of the audit log
}

// Restoration is a time at which the installation went back to a copy.
type Restoration struct {
	ID       ident.ID
	At       time.Time
	CopiedAt time.Time // what was done between the two is lost
	Entries  int64     // of the audit log in the copy
	Known    int64     // of the newest log that was known; 0: none was
	Erased   int64     // families that were erased again
}

// Status is how far a statement has come.
type Status string

// The statuses of a statement.
const (
	Waiting  Status = "waiting"
	Approved Status = "approved"
	Rejected Status = "rejected"
)

// Statement says which files of an area went out between a copy and the going
// back to it, as the bank's statements show.
type Statement struct {
	ID          ident.ID
	Restoration ident.ID
	Area        string   // beginning of the areas it is for
	Gone        []string // numbers of pay lists
	Reason      string   // what it rests on
	Status      Status
	ProposedBy  string // login
	ProposedAt  time.Time
	DecidedBy   string // login; "" while it waits
	DecidedAt   time.Time
}

// Payments are told what went out.
type Payments interface {
	// GoneOut notes that the file of a list went out, where the list is on
	// record as released: it is then sent, and its outcome unknown. It does
	// nothing for a list that stands otherwise, or that nobody knows.
	GoneOut(ctx context.Context, number string) error
}

// Store keeps copies, restorations and statements.
type Store interface {
	AddCopy(ctx context.Context, c *Copy) error
	// LastCopy returns the newest copy; fault.NotFound where there is none.
	LastCopy(ctx context.Context) (Copy, error)
	AddRestoration(ctx context.Context, r *Restoration) error
	// Restorations returns all, the newest first.
	Restorations(ctx context.Context) ([]Restoration, error)
	AddStatement(ctx context.Context, s *Statement) error
	Statement(ctx context.Context, id ident.ID) (Statement, error)
	// Statements returns those in the actor's area, the newest first.
	Statements(ctx context.Context) ([]Statement, error)
	// Decide writes the decision on a statement that waits; false when it was
	// decided already.
	Decide(ctx context.Context, s *Statement) (bool, error)
}

// Deps is what a Service is made of.
type Deps struct {
	Unit     work.Unit
	Store    Store
	Log      *audit.Log
	Clock    clock.Clock
	IDs      *ident.Maker
	Rules    []Rule
	Payments Payments
}

// Service notes copies and restorations, and keeps payments back after one.
type Service struct{ Deps }

// NewService returns a Service.
func NewService(d Deps) *Service { return &Service{d} }

// Rule says when a copy is too old, from a day on.
type Rule struct {
	From   civil.Date `yaml:"from"`
	Days   int        `yaml:"warn_after_days"`
	Source struct {
		ID string `yaml:"id"`
		EN string `yaml:"en"`
	} `yaml:"source"`
}

// LoadRules reads backup.yaml of a policy folder.
func LoadRules(files fs.FS) ([]Rule, error) {
	return policyfile.Read(files, "backup.yaml", "backup", func(r Rule) error {
		if r.Days < 1 {
			return errors.New("warn_after_days must be 1 or more")
		}
		if r.Source.ID == "" || r.Source.EN == "" {
			return errors.New("source is missing")
		}
		return nil
	})
}

// Begins implements civil.Dated.
func (r Rule) Begins() civil.Date { return r.From }

// Last returns the newest copy; fault.NotFound where none was ever made.
func (s *Service) Last(ctx context.Context) (Copy, error) {
	return work.Read(ctx, s.Unit, s.Store.LastCopy)
}

// Old reports whether a copy of a day is too old by the rule in force.
func (s *Service) Old(at time.Time) bool {
	now := s.Clock.Now()
	rule, _ := civil.InForce(s.Rules, civil.OfTime(now))
	return now.After(at.AddDate(0, 0, rule.Days))
}

// NoteCopy notes that a copy was made.
func (s *Service) NoteCopy(ctx context.Context, m *Manifest) error {
	actor, ok := access.From(ctx)
	if !ok {
		return fault.Forbidden("core.error.forbidden")
	}
	c := &Copy{At: m.At, Actor: actor.Login, Files: int64(len(m.Files)), Bytes: m.Size(), Entries: m.Entries}
	return s.Unit.Write(ctx, func(ctx context.Context) error {
		if err := s.Store.AddCopy(ctx, c); err != nil {
			return err
		}
		return s.Log.Append(ctx, audit.Act{Purpose: access.PurposeSystem, Action: "backup.made", Count: c.Files, Detail: fmt.Sprintf("entries=%d bytes=%d", c.Entries, c.Bytes)})
	})
}

// NoteRestoration notes that the installation went back to a copy. From then
// on nothing is paid out before it was said what went out meanwhile.
func (s *Service) NoteRestoration(ctx context.Context, r *Restoration) error {
	r.ID, r.At = s.IDs.New(), s.Clock.Now().Truncate(time.Millisecond)
	return s.Unit.Write(ctx, func(ctx context.Context) error {
		if err := s.Store.AddRestoration(ctx, r); err != nil {
			return err
		}
		return s.Log.Append(ctx, audit.Act{Purpose: access.PurposeSystem, Action: "backup.restored", Subject: r.ID.String(), Count: max(1, r.Erased),
			Detail: fmt.Sprintf("copied=%s entries=%d known=%d erased=%d", r.CopiedAt.UTC().Format(time.RFC3339), r.Entries, r.Known, r.Erased)})
	})
}

// Restored is a restoration with what was said about it.
type Restored struct {
	Restoration
	Statements []Statement // in the actor's area, the newest first
}

// Barred reports whether payments of an area stand still because of it.
func (r *Restored) Barred(area string) bool { return r.stands(area) == nil }

// Said reports whether two people have said somewhere what went out, and
// nobody waits to be heard.
func (r *Restored) Said() bool {
	said := false
	for i := range r.Statements {
		if r.Statements[i].Status == Waiting {
			return false
		}
		said = said || r.Statements[i].Status == Approved
	}
	return said
}

// stands returns the newest statement that two people made for an area.
func (r *Restored) stands(area string) *Statement {
	for i := range r.Statements {
		if s := &r.Statements[i]; s.Status == Approved && strings.HasPrefix(area, s.Area) {
			return s
		}
	}
	return nil
}

// Restorations returns every restoration, the newest first. It needs
// access.SeeMoney.
func (s *Service) Restorations(ctx context.Context) ([]Restored, error) {
	if _, err := access.Require(ctx, access.SeeMoney); err != nil {
		return nil, err
	}
	return s.restorations(ctx)
}

func (s *Service) restorations(ctx context.Context) ([]Restored, error) {
	return work.Read(ctx, s.Unit, func(ctx context.Context) ([]Restored, error) {
		all, err := s.Store.Restorations(ctx)
		if err != nil || len(all) == 0 {
			return nil, err
		}
		said, err := s.Store.Statements(ctx)
		out := make([]Restored, len(all))
		for i, r := range all {
			out[i].Restoration = r
			for _, x := range said {
				if x.Restoration == r.ID {
					out[i].Statements = append(out[i].Statements, x)
				}
			}
		}
		return out, err
	})
}

// ToDecide returns how many statements wait for the actor as the second person.
// It needs access.ReleasePayment.
func (s *Service) ToDecide(ctx context.Context) (int64, error) {
	actor, err := access.Require(ctx, access.ReleasePayment)
	if err != nil {
		return 0, err
	}
	all, err := work.Read(ctx, s.Unit, s.Store.Statements)
	n := int64(0)
	for i := range all {
		if all[i].Status == Waiting && all[i].ProposedBy != actor.Login {
			n++
		}
	}
	return n, err
}

// Gone returns the numbers of the lists that are said to have gone out of an
// area since a copy that this database was restored from. It returns
// fault.Conflict while nobody has said.
func (s *Service) Gone(ctx context.Context, area string) ([]string, error) {
	all, err := s.restorations(access.With(ctx, access.System("restoration")))
	var gone []string
	for i := range all {
		x := all[i].stands(area)
		if x == nil {
			return nil, fault.Conflict("backup.barred", "restored", all[i].At.UTC().Format("2006-01-02 15:04"), "copied", all[i].CopiedAt.UTC().Format("2006-01-02 15:04"))
		}
		gone = append(gone, x.Gone...)
	}
	return gone, err
}

// reasonMost is how long a reason may be, in letters, and goneMost how many
// lists a statement may name.
const (
	reasonMost = 500
	goneMost   = 500
)

// Say puts before a second person which files went out of an area between a
// copy and the going back to it: none, or the numbers of their lists. It needs
// access.Reconcile in the area: whoever reads the bank's statements knows.
func (s *Service) Say(ctx context.Context, x Statement) (*Statement, error) {
	actor, err := access.RequireArea(ctx, access.Reconcile, x.Area)
	if err != nil {
		return nil, err
	}
	switch x.Reason = strings.TrimSpace(x.Reason); {
	case x.Reason == "":
		return nil, fault.Invalid("backup.say_why")
	case len([]rune(x.Reason)) > reasonMost:
		return nil, fault.Invalid("backup.reason_long", "most", reasonMost)
	}
	if x.Gone, err = numbers(x.Gone); err != nil {
		return nil, err
	}
	x.ID, x.Status, x.ProposedBy, x.ProposedAt = s.IDs.New(), Waiting, actor.Login, s.Clock.Now().Truncate(time.Millisecond)
	x.DecidedBy, x.DecidedAt = "", time.Time{}
	err = s.Unit.Write(ctx, func(ctx context.Context) error {
		all, err := s.Store.Restorations(ctx)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(all, func(r Restoration) bool { return r.ID == x.Restoration }) {
			return fault.NotFound("backup.no_restoration")
		}
		if err := s.Store.AddStatement(ctx, &x); err != nil {
			return err
		}
		return s.record(ctx, &x, "backup.say")
	})
	return &x, err
}

// numbers reads the numbers of lists, each once, in order.
func numbers(given []string) ([]string, error) {
	var all []string
	for _, text := range given {
		for _, n := range strings.FieldsFunc(strings.ToUpper(text), func(r rune) bool { return strings.ContainsRune(" ,;\t\r\n", r) }) {
			if strings.ContainsFunc(n, func(r rune) bool { return (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_' }) || !strings.Contains(n, "-") {
				return nil, fault.Invalid("backup.bad_number", "number", n)
			}
			all = append(all, n)
		}
	}
	slices.Sort(all)
	if all = slices.Compact(all); len(all) > goneMost {
		return nil, fault.Invalid("backup.numbers_many", "most", goneMost)
	}
	return all, nil
}

// Approve lets payments of the statement's area go on, as a second person who
// holds access.ReleasePayment there. Lists that are said to have gone out, and
// stand as released, are sent from then on, with their outcome unknown.
func (s *Service) Approve(ctx context.Context, id ident.ID) (*Statement, error) {
	return s.decide(ctx, id, Approved)
}

// Reject turns a statement down: payments stay barred.
func (s *Service) Reject(ctx context.Context, id ident.ID) (*Statement, error) {
	return s.decide(ctx, id, Rejected)
}

func (s *Service) decide(ctx context.Context, id ident.ID, to Status) (*Statement, error) {
	if _, err := access.Require(ctx, access.ReleasePayment); err != nil {
		return nil, err
	}
	var x Statement
	err := s.Unit.Write(ctx, func(ctx context.Context) error {
		var err error
		if x, err = s.Store.Statement(ctx, id); err != nil {
			return err
		}
		actor, err := access.RequireArea(ctx, access.ReleasePayment, x.Area)
		switch {
		case err != nil:
			return err
		case x.ProposedBy == actor.Login:
			return fault.Forbidden("backup.own_statement")
		}
		x.Status, x.DecidedBy, x.DecidedAt = to, actor.Login, s.Clock.Now().Truncate(time.Millisecond)
		was, err := s.Store.Decide(ctx, &x)
		if err == nil && !was {
			err = fault.Conflict("backup.decided")
		}
		if err != nil {
			return err
		}
		if to == Rejected {
			return s.record(ctx, &x, "backup.reject")
		}
		for _, n := range x.Gone {
			if err := s.Payments.GoneOut(ctx, n); err != nil {
				return err
			}
		}
		return s.record(ctx, &x, "backup.approve")
	})
	return &x, err
}

func (s *Service) record(ctx context.Context, x *Statement, action string) error {
	return s.Log.Append(ctx, audit.Act{Purpose: access.PurposePayment, Action: action, Subject: x.ID.String(), Area: x.Area, Count: int64(max(1, len(x.Gone))), Detail: strings.Join(x.Gone, " ")})
}
