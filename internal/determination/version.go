package determination

import (
	"context"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/programme"
	"gotong/internal/work"
)

// Version is a new version of a programme that somebody proposes and somebody
// else puts into force. Until then nothing decides by it.
type Version struct {
	ID         ident.ID
	Programme  string     // code
	From       civil.Date // first day
	Base       string     // digest of the version that it changes
	Title      string     // of the decree or minutes that it rests on
	On         civil.Date // when those were published
	Edit       programme.Edit
	Text       string // its file
	Digest     string // of the file
	State      State  // Proposed, Enacted or Rejected
	ProposedAt time.Time
	ProposedBy string
	DecidedAt  time.Time
	DecidedBy  string
	Note       string // why it was proposed or rejected
}

// Draft is what somebody proposes.
type Draft struct {
	Programme string
	Edit      programme.Edit
	Basis     programme.Basis
	Note      string
}

// ProposeVersion keeps a new version of a programme for somebody else to
// enact. It returns fault.Invalid for a day that has passed, a basis without
// a title, and nothing changed; problems for rules that are wrong; and
// fault.Conflict while another proposal for the programme waits.
func (s *Service) ProposeVersion(ctx context.Context, d Draft) (Version, error) {
	actor, err := access.Require(ctx, access.RunDetermination)
	if err != nil {
		return Version{}, err
	}
	d.Basis.Title = strings.TrimSpace(d.Basis.Title)
	today := s.today()
	switch {
	case d.Edit.Empty():
		return Version{}, fault.Invalid("determination.version.nothing")
	case d.Basis.Title == "":
		return Version{}, fault.Invalid("determination.version.no_basis")
	case d.Basis.On == 0 || d.Basis.On > today:
		return Version{}, fault.Invalid("determination.version.basis_date", "today", today)
	case d.Basis.From < today:
		return Version{}, fault.Invalid("determination.version.past", "today", today)
	}
	if err := s.AdoptVersions(ctx); err != nil {
		return Version{}, err
	}
	base, err := s.Programmes.Version(d.Programme, d.Basis.From)
	if err != nil {
		return Version{}, err
	}
	next, err := base.Next(d.Edit, d.Basis)
	if err != nil {
		return Version{}, err
	}
	if _, err := s.Programmes.With(next); err != nil {
		return Version{}, err
	}
	v := Version{ID: s.IDs.New(), Programme: d.Programme, From: d.Basis.From, Base: digestOf(base), Title: d.Basis.Title, On: d.Basis.On, Edit: d.Edit,
		Text: string(next.Text()), Digest: digestOf(next), State: Proposed, ProposedAt: s.Clock.Now().UTC().Truncate(time.Millisecond), ProposedBy: actor.Login, Note: d.Note}
	err = s.Unit.Write(ctx, func(ctx context.Context) error {
		if err := s.Store.AddVersion(ctx, v); err != nil {
			return err
		}
		return s.logVersion(ctx, "programme.propose", v)
	})
	if err != nil {
		return Version{}, fmt.Errorf("determination: proposing a version: %w", err)
	}
	return v, nil
}

// today is the day in the country's west, where the ministry sits.
func (s *Service) today() civil.Date {
	return civil.InWest(s.Clock.Now())
}

func digestOf(p *programme.Programme) string { return hex.EncodeToString(p.Digest[:]) }

func (s *Service) logVersion(ctx context.Context, action string, v Version) error {
	return s.Log.Append(ctx, audit.Act{Purpose: access.PurposeDetermination, Action: action, Subject: v.ID.String(), Count: 1,
		Detail: v.Programme + " " + v.From.String() + " " + v.Digest})
}

// EnactVersion puts a proposed version into force from its first day, by a
// person other than the one who proposed it. It returns fault.Forbidden to
// the proposer, and fault.Conflict when the day has passed or the version
// that it changes is another one by now.
func (s *Service) EnactVersion(ctx context.Context, id ident.ID) (Version, error) {
	if _, err := access.Require(ctx, access.EnactDetermination); err != nil {
		return Version{}, err
	}
	if err := s.AdoptVersions(ctx); err != nil {
		return Version{}, err
	}
	v, err := s.moveVersion(ctx, id, "programme.enact", func(v *Version) error {
		if v.From < s.today() {
			return fault.Conflict("determination.version.too_late", "from", v.From)
		}
		base, err := s.Programmes.Version(v.Programme, v.From)
		if err != nil {
			return err
		}
		if digestOf(base) != v.Base {
			return fault.Conflict("determination.version.base_changed", "programme", v.Programme)
		}
		next, err := s.read(base, *v)
		if err != nil {
			return err
		}
		if _, err := s.Programmes.With(next); err != nil {
			return err
		}
		v.State = Enacted
		return nil
	})
	if err != nil {
		return v, err
	}
	return v, s.AdoptVersions(ctx)
}

// RejectVersion turns a proposed version down, with the reason.
func (s *Service) RejectVersion(ctx context.Context, id ident.ID, note string) (Version, error) {
	if _, err := access.Require(ctx, access.EnactDetermination); err != nil {
		return Version{}, err
	}
	if strings.TrimSpace(note) == "" {
		return Version{}, fault.Invalid("determination.reason_missing")
	}
	return s.moveVersion(ctx, id, "programme.reject", func(v *Version) error {
		v.State, v.Note = Rejected, note
		return nil
	})
}

func (s *Service) moveVersion(ctx context.Context, id ident.ID, action string, change func(*Version) error) (Version, error) {
	actor, _ := access.From(ctx)
	var v Version
	err := s.Unit.Write(ctx, func(ctx context.Context) error {
		var err error
		if v, err = s.Store.Version(ctx, id); err != nil {
			return err
		}
		if v.State != Proposed {
			return fault.Conflict("determination.state_changed", "state", string(v.State))
		}
		if v.ProposedBy == actor.Login {
			return fault.Forbidden("determination.same_person")
		}
		if err := change(&v); err != nil {
			return err
		}
		v.DecidedAt, v.DecidedBy = s.Clock.Now().UTC().Truncate(time.Millisecond), actor.Login
		if err := s.Store.DecideVersion(ctx, v); err != nil {
			return err
		}
		return s.logVersion(ctx, action, v)
	})
	if err != nil {
		return Version{}, fmt.Errorf("determination: deciding on a version: %w", err)
	}
	return v, nil
}

// Versions returns the proposed and decided versions, the newest first.
func (s *Service) Versions(ctx context.Context) ([]Version, error) {
	if _, err := access.Require(ctx, access.SeeProgrammes); err != nil {
		return nil, err
	}
	return s.versions(ctx)
}

func (s *Service) versions(ctx context.Context) ([]Version, error) {
	return work.Read(ctx, s.Unit, s.Store.Versions)
}

// Version returns one version with its programme and the one that it changes,
// which is nil where it is not on hand any more.
func (s *Service) Version(ctx context.Context, id ident.ID) (v Version, was, is *programme.Programme, err error) {
	if _, err = access.Require(ctx, access.SeeProgrammes); err != nil {
		return v, nil, nil, err
	}
	if err = s.AdoptVersions(ctx); err != nil {
		return v, nil, nil, err
	}
	err = s.Unit.Read(ctx, func(ctx context.Context) error {
		v, err = s.Store.Version(ctx, id)
		return err
	})
	if err != nil {
		return v, nil, nil, err
	}
	for _, p := range s.Programmes.Versions(v.Programme) {
		if digestOf(p) == v.Base {
			was = p
		}
	}
	if was == nil {
		return v, nil, nil, nil
	}
	is, err = s.read(was, v)
	return v, was, is, err
}

// read reads the file of a version, and refuses one that is not what was signed for.
func (s *Service) read(base *programme.Programme, v Version) (*programme.Programme, error) {
	p, err := base.Read(v.Programme+"_"+v.From.String()+".yaml", []byte(v.Text))
	if err != nil {
		return nil, err
	}
	if digestOf(p) != v.Digest {
		return nil, fault.Invalid("determination.version.changed", "programme", v.Programme)
	}
	return p, nil
}

// AdoptVersions takes the versions in force that two people have enacted into
// the set of programmes: when the program starts, and before it decides, since
// another process may have enacted one.
func (s *Service) AdoptVersions(ctx context.Context) error {
	vs, err := s.versions(ctx)
	if err != nil {
		return fmt.Errorf("determination: enacted versions: %w", err)
	}
	for i := len(vs) - 1; i >= 0; i-- {
		v := vs[i]
		if v.State != Enacted {
			continue
		}
		known := s.Programmes.Versions(v.Programme)
		if len(known) == 0 {
			return fault.NotFound("programme.none_in_force", "code", v.Programme, "day", v.From)
		}
		p, err := s.read(known[0], v)
		if err != nil {
			return fmt.Errorf("determination: version of %s from %s: %w", v.Programme, v.From, err)
		}
		if err := s.Programmes.Adopt(p); err != nil {
			return fmt.Errorf("determination: version of %s from %s: %w", v.Programme, v.From, err)
		}
	}
	return nil
}
