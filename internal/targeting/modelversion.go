package targeting

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/run"
	"gotong/internal/snapshot"
	"gotong/internal/work"
)

// VersionState is how far a proposed model has come.
type VersionState string

// The states: a proposal is enacted or rejected by another person.
const (
	VersionProposed VersionState = "proposed"
	VersionEnacted  VersionState = "enacted"
	VersionRejected VersionState = "rejected"
)

// ModelVersion is a changed scoring model that somebody proposes and somebody
// else puts into force. Until then nobody is ranked by it.
type ModelVersion struct {
	ID         ident.ID
	Base       string     // code of the model that it changes
	BaseDigest string     // of that model
	Code       string     // its own
	From       civil.Date // first day
	Title      string     // of the decree or minutes that it rests on
	On         civil.Date // when those were published
	Edit       ModelEdit
	Text       string // its file
	Digest     string // of the model
	State      VersionState
	ProposedAt time.Time
	ProposedBy string
	DecidedAt  time.Time
	DecidedBy  string
	Note       string // why it was proposed or rejected
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
	Basis ModelBasis
	Note  string
	// BaseDigest, if set, is of the model on which the change was tried.
	BaseDigest string
}

// ProposeModel keeps a changed model for somebody else to enact. It returns
// fault.Invalid for a day that has passed, a basis without a title and nothing
// changed, what Next returns for a change that cannot be, and fault.Conflict
// while another change of the model waits.
func (s *Service) ProposeModel(ctx context.Context, d ModelDraft) (ModelVersion, error) {
	actor, err := access.Require(ctx, access.RunDetermination)
	if err != nil {
		return ModelVersion{}, err
	}
	d.Basis.Title = strings.TrimSpace(d.Basis.Title)
	today := civil.InWest(s.Clock.Now())
	switch {
	case d.Edit.Empty():
		return ModelVersion{}, fault.Invalid("targeting.edit.nothing")
	case d.Basis.Title == "":
		return ModelVersion{}, fault.Invalid("targeting.edit.no_basis")
	case d.Basis.On == 0 || d.Basis.On > today:
		return ModelVersion{}, fault.Invalid("targeting.edit.basis_date", "today", today)
	case d.Basis.From < today:
		return ModelVersion{}, fault.Invalid("targeting.edit.past", "today", today)
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
	next, err := base.Next(s.Catalogue, d.Edit, d.Basis)
	if err != nil {
		return ModelVersion{}, err
	}
	if _, err := s.Models.Model(next.Code); err == nil {
		return ModelVersion{}, fault.Conflict("targeting.edit.code_taken", "code", next.Code)
	}
	v := ModelVersion{ID: s.IDs.New(), Base: base.Code, BaseDigest: base.Digest, Code: next.Code, From: d.Basis.From, Title: d.Basis.Title, On: d.Basis.On, Edit: d.Edit,
		Text: string(next.Text), Digest: next.Digest, State: VersionProposed, ProposedAt: s.Clock.Now().UTC().Truncate(time.Millisecond), ProposedBy: actor.Login, Note: strings.TrimSpace(d.Note)}
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
// other than the one who proposed it. It returns fault.Forbidden to the
// proposer, and fault.Conflict when the day has passed or the model that it
// changes is another one by now.
func (s *Service) EnactModel(ctx context.Context, id ident.ID) (ModelVersion, error) {
	if err := s.AdoptModels(ctx); err != nil {
		return ModelVersion{}, err
	}
	v, err := s.decideModel(ctx, id, "model.enact", func(v *ModelVersion) error {
		if v.From < civil.InWest(s.Clock.Now()) {
			return fault.Conflict("targeting.edit.too_late", "from", v.From)
		}
		if base, err := s.Models.Model(v.Base); err != nil || base.Digest != v.BaseDigest {
			return fault.Conflict("targeting.edit.base_changed", "model", v.Base).Because(err)
		}
		if _, err := s.modelOfVersion(*v); err != nil {
			return err
		}
		v.State = VersionEnacted
		return nil
	})
	if err != nil {
		return v, err
	}
	return v, s.AdoptModels(ctx)
}

// RejectModel turns a proposed model down, with the reason.
func (s *Service) RejectModel(ctx context.Context, id ident.ID, note string) (ModelVersion, error) {
	if note = strings.TrimSpace(note); note == "" {
		return ModelVersion{}, fault.Invalid("targeting.edit.no_reason")
	}
	return s.decideModel(ctx, id, "model.reject", func(v *ModelVersion) error {
		v.State, v.Note = VersionRejected, note
		return nil
	})
}

func (s *Service) decideModel(ctx context.Context, id ident.ID, action string, change func(*ModelVersion) error) (ModelVersion, error) {
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
		if v.State != VersionProposed {
			return fault.Conflict("targeting.edit.decided")
		}
		if v.ProposedBy == actor.Login {
			return fault.Forbidden("targeting.edit.same_person")
		}
		if err := change(&v); err != nil {
			return err
		}
		v.DecidedAt, v.DecidedBy = s.Clock.Now().UTC().Truncate(time.Millisecond), actor.Login
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
		if v.State != VersionEnacted {
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

// Base returns the model of a ranking that an edit changes, as it was kept
// beside the ranking.
func (s *Service) Base(r *Ranking, e ModelEdit) (*Model, error) {
	by, err := r.models(s.Catalogue)
	if err != nil {
		return nil, err
	}
	for _, m := range by.all() {
		if e.Model == "" || m.Code == e.Model {
			return m, nil
		}
	}
	return nil, fault.NotFound("targeting.no_model", "code", e.Model)
}

// Bases returns the models of a ranking, the first first.
func (s *Service) Bases(r *Ranking) ([]*Model, error) {
	by, err := r.models(s.Catalogue)
	return by.all(), err
}

// Try ranks the families of a ranking's snapshot as it would with one of its
// models changed, all else equal, and gives that to use. Nothing is kept: what
// it gives can be read until use returns.
func (s *Service) Try(ctx context.Context, snap *snapshot.Snapshot, r *Ranking, e ModelEdit, use func(*Ranking) error) error {
	by, err := s.policyOf(r)
	if err != nil {
		return err
	}
	base, err := s.Base(r, e)
	if err != nil {
		return err
	}
	next, err := base.Edited(s.Catalogue, e)
	if err != nil {
		return err
	}
	if by.Model == base {
		by.Model = next
	}
	by.Regional = append([]*Model(nil), by.Regional...)
	for i, m := range by.Regional {
		if m == base {
			by.Regional[i] = next
		}
	}
	if err := os.MkdirAll(s.Root, 0o700); err != nil {
		return fmt.Errorf("targeting: %w", err)
	}
	dir, err := os.MkdirTemp(s.Root, "trying-")
	if err != nil {
		return fmt.Errorf("targeting: %w", err)
	}
	defer os.RemoveAll(dir)
	content, err := Compute(ctx, snap, by, dir, run.Silent{})
	if err != nil {
		return err
	}
	if err := by.write(dir); err != nil {
		return err
	}
	return use(content.In(dir))
}
