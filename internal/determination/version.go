package determination

import (
	"context"
	"encoding/hex"
	"fmt"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/civil"
	"gotong/internal/decree"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/programme"
	"gotong/internal/work"
)

// Version is a new version of a programme that somebody proposes and somebody
// else puts into force. Until then nothing decides by it.
type Version struct {
	decree.Proposal
	Programme string // code
	Base      string // digest of the version that it changes
	Edit      programme.Edit
}

// Draft is what somebody proposes.
type Draft struct {
	Programme string
	Edit      programme.Edit
	Basis     decree.Basis
	Note      string
}

// ProposeVersion keeps a new version of a programme for somebody else to
// enact. It returns fault.Invalid where nothing is changed; what
// decree.Propose returns for its basis; problems for rules that are wrong; and
// fault.Conflict while another proposal for the programme waits.
func (s *Service) ProposeVersion(ctx context.Context, d Draft) (Version, error) {
	actor, err := access.Require(ctx, access.RunDetermination)
	if err != nil {
		return Version{}, err
	}
	if d.Edit.Empty() {
		return Version{}, fault.Invalid("determination.version.nothing")
	}
	p, err := decree.Propose(s.IDs.New(), d.Basis, d.Note, actor.Login, s.Clock.Now())
	if err != nil {
		return Version{}, err
	}
	if err := s.AdoptVersions(ctx); err != nil {
		return Version{}, err
	}
	base, err := s.Programmes.Version(d.Programme, p.From)
	if err != nil {
		return Version{}, err
	}
	next, err := base.Next(d.Edit, p.Basis)
	if err != nil {
		return Version{}, err
	}
	if _, err := s.Programmes.With(next); err != nil {
		return Version{}, err
	}
	p.Text, p.Digest = string(next.Text()), digestOf(next)
	v := Version{Proposal: p, Programme: d.Programme, Base: digestOf(base), Edit: d.Edit}
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
// person other than the one who proposed it. It returns what Proposal.Enact
// does, and fault.Conflict when the version that it changes is another one by
// now.
func (s *Service) EnactVersion(ctx context.Context, id ident.ID) (Version, error) {
	if err := s.AdoptVersions(ctx); err != nil {
		return Version{}, err
	}
	v, err := s.decideVersion(ctx, id, "programme.enact", func(v *Version, by string, at time.Time) error {
		if err := v.Enact(by, at); err != nil {
			return err
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
		_, err = s.Programmes.With(next)
		return err
	})
	if err != nil {
		return v, err
	}
	return v, s.AdoptVersions(ctx)
}

// RejectVersion turns a proposed version down, with the reason.
func (s *Service) RejectVersion(ctx context.Context, id ident.ID, note string) (Version, error) {
	return s.decideVersion(ctx, id, "programme.reject", func(v *Version, by string, at time.Time) error { return v.Reject(note, by, at) })
}

func (s *Service) decideVersion(ctx context.Context, id ident.ID, action string, decide func(v *Version, by string, at time.Time) error) (Version, error) {
	actor, err := access.Require(ctx, access.EnactDetermination)
	if err != nil {
		return Version{}, err
	}
	var v Version
	err = s.Unit.Write(ctx, func(ctx context.Context) error {
		var err error
		if v, err = s.Store.Version(ctx, id); err != nil {
			return err
		}
		if err := decide(&v, actor.Login, s.Clock.Now()); err != nil {
			return err
		}
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
		if v.State != decree.Enacted {
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
