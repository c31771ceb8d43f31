package targeting

import (
	"context"
	"fmt"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/decree"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/work"
)

// ModelVersion is a changed scoring model that somebody proposes and somebody
// else puts into force. Until then nobody is ranked by it.
type ModelVersion struct {
	decree.Proposal
	Base       string // code of the model that it changes
	BaseDigest string // of that model
	Code       string // its own
	Edit       ModelEdit
}

// ModelStore keeps proposed models.
type ModelStore interface {
	// AddModel keeps a proposal; fault.Conflict while another change of its
	// base waits.
	AddModel(ctx context.Context, v ModelVersion) error
	// ModelVersions returns all, the newest first.
	ModelVersions(ctx context.Context) ([]ModelVersion, error)
	// ModelVersion returns one, or fault.NotFound.
	ModelVersion(ctx context.Context, id ident.ID) (ModelVersion, error)
	// DecideModel writes the decision on one that waits; fault.Conflict when
	// it does not, or when its proposer decides.
	DecideModel(ctx context.Context, v ModelVersion) error
}

// ModelDraft is what somebody proposes.
type ModelDraft struct {
	Edit  ModelEdit // its Model names the model to change
	Basis decree.Basis
	Note  string
	// BaseDigest, if set, is of the model on which the change was tried.
	BaseDigest string
}

// ProposeModel keeps a changed model for somebody else to enact. It returns
// fault.Invalid where nothing is changed, what decree.Propose returns for its
// basis and Next for a change that cannot be, and fault.Conflict while another
// change of the model waits.
func (s *Service) ProposeModel(ctx context.Context, d ModelDraft) (ModelVersion, error) {
	actor, err := access.Require(ctx, access.RunDetermination)
	if err != nil {
		return ModelVersion{}, err
	}
	if d.Edit.Empty() {
		return ModelVersion{}, fault.Invalid("targeting.edit.nothing")
	}
	p, err := decree.Propose(s.IDs.New(), d.Basis, d.Note, actor.Login, s.Clock.Now())
	if err != nil {
		return ModelVersion{}, err
	}
	if err := s.AdoptModels(ctx); err != nil {
		return ModelVersion{}, err
	}
	base, err := s.Models.Model(d.Edit.Model)
	if err != nil {
		return ModelVersion{}, err
	}
	if d.BaseDigest != "" && d.BaseDigest != base.Digest {
		return ModelVersion{}, fault.Conflict("targeting.edit.base_changed", "model", base.Code)
	}
	next, err := base.Next(s.Catalogue, d.Edit, p.Basis)
	if err != nil {
		return ModelVersion{}, err
	}
	if _, err := s.Models.Model(next.Code); err == nil {
		return ModelVersion{}, fault.Conflict("targeting.edit.code_taken", "code", next.Code)
	}
	p.Text, p.Digest = string(next.Text), next.Digest
	v := ModelVersion{Proposal: p, Base: base.Code, BaseDigest: base.Digest, Code: next.Code, Edit: d.Edit}
	err = s.Unit.Write(ctx, func(ctx context.Context) error {
		if err := s.Versions.AddModel(ctx, v); err != nil {
			return err
		}
		return s.logModel(ctx, "model.propose", v)
	})
	if err != nil {
		return ModelVersion{}, fmt.Errorf("targeting: proposing a model: %w", err)
	}
	return v, nil
}

func (s *Service) logModel(ctx context.Context, action string, v ModelVersion) error {
	return s.Log.Append(ctx, audit.Act{Purpose: access.PurposeDetermination, Action: action, Subject: v.ID.String(), Count: 1,
		Detail: v.Code + " " + v.From.String() + " " + v.Digest})
}

// EnactModel puts a proposed model into force from its first day, by a person
// other than the one who proposed it. It returns what Proposal.Enact does, and
// fault.Conflict when the model that it changes is another one by now.
func (s *Service) EnactModel(ctx context.Context, id ident.ID) (ModelVersion, error) {
	if err := s.AdoptModels(ctx); err != nil {
		return ModelVersion{}, err
	}
	v, err := s.decideModel(ctx, id, "model.enact", func(v *ModelVersion, by string, at time.Time) error {
		if err := v.Enact(by, at); err != nil {
			return err
		}
		if base, err := s.Models.Model(v.Base); err != nil || base.Digest != v.BaseDigest {
			return fault.Conflict("targeting.edit.base_changed", "model", v.Base).Because(err)
		}
		_, err := s.modelOfVersion(*v)
		return err
	})
	if err != nil {
		return v, err
	}
	return v, s.AdoptModels(ctx)
}

// RejectModel turns a proposed model down, with the reason.
func (s *Service) RejectModel(ctx context.Context, id ident.ID, note string) (ModelVersion, error) {
	return s.decideModel(ctx, id, "model.reject", func(v *ModelVersion, by string, at time.Time) error { return v.Reject(note, by, at) })
}

func (s *Service) decideModel(ctx context.Context, id ident.ID, action string, decide func(v *ModelVersion, by string, at time.Time) error) (ModelVersion, error) {
	actor, err := access.Require(ctx, access.EnactDetermination)
	if err != nil {
		return ModelVersion{}, err
	}
	var v ModelVersion
	err = s.Unit.Write(ctx, func(ctx context.Context) error {
		var err error
		if v, err = s.Versions.ModelVersion(ctx, id); err != nil {
			return err
		}
		if err := decide(&v, actor.Login, s.Clock.Now()); err != nil {
			return err
		}
		if err := s.Versions.DecideModel(ctx, v); err != nil {
			return err
		}
		return s.logModel(ctx, action, v)
	})
	if err != nil {
		return ModelVersion{}, fmt.Errorf("targeting: deciding on a model: %w", err)
	}
	return v, nil
}

// ModelVersions returns the proposed and decided models, the newest first.
func (s *Service) ModelVersions(ctx context.Context) ([]ModelVersion, error) {
	if _, err := access.Require(ctx, access.SeeDashboard); err != nil {
		return nil, err
	}
	return s.modelVersions(ctx)
}

func (s *Service) modelVersions(ctx context.Context) ([]ModelVersion, error) {
	return work.Read(ctx, s.Unit, s.Versions.ModelVersions)
}

// ModelVersion returns one with its model and the one that it changes, which
// is nil where it is not on hand any more.
func (s *Service) ModelVersion(ctx context.Context, id ident.ID) (v ModelVersion, was, is *Model, err error) {
	if _, err = access.Require(ctx, access.SeeDashboard); err != nil {
		return v, nil, nil, err
	}
	if err = s.AdoptModels(ctx); err != nil {
		return v, nil, nil, err
	}
	err = s.Unit.Read(ctx, func(ctx context.Context) error {
		v, err = s.Versions.ModelVersion(ctx, id)
		return err
	})
	if err != nil {
		return v, nil, nil, err
	}
	if base, err := s.Models.Model(v.Base); err == nil && base.Digest == v.BaseDigest {
		was = base
	}
	is, err = s.modelOfVersion(v)
	return v, was, is, err
}

// modelOfVersion reads the file of a version, and refuses one that is not what
// was signed for.
func (s *Service) modelOfVersion(v ModelVersion) (*Model, error) {
	m, problems := ParseModel(s.Catalogue, v.Code+".yaml", []byte(v.Text))
	if len(problems) > 0 {
		return nil, problems
	}
	if m.Digest != v.Digest || m.Code != v.Code {
		return nil, fault.Invalid("targeting.edit.changed", "model", v.Code)
	}
	return m, nil
}

// AdoptModels takes the models that two people have enacted into those that
// rankings go by: when the program starts, and before it ranks, since another
// process may have enacted one.
func (s *Service) AdoptModels(ctx context.Context) error {
	if s.Versions == nil {
		return nil
	}
	all, err := s.modelVersions(ctx)
	if err != nil {
		return fmt.Errorf("targeting: enacted models: %w", err)
	}
	for _, v := range all {
		if v.State != decree.Enacted {
			continue
		}
		if known, err := s.Models.Model(v.Code); err == nil && known.Digest == v.Digest {
			continue
		}
		m, err := s.modelOfVersion(v)
		if err == nil {
			err = s.Models.Adopt(m)
		}
		if err != nil {
			return fmt.Errorf("targeting: model %s: %w", v.Code, err)
		}
	}
	return nil
}
