package determination

import (
	"context"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/civil"
	"gotong/internal/ident"
	"gotong/internal/registry"
	"gotong/internal/snapshot"
)

// OfFamily returns a family's outcomes in a determination, if the family is
// in the actor's area; the look is recorded.
func (s *Service) OfFamily(ctx context.Context, purpose access.Purpose, id, family ident.ID) ([]Row, error) {
	if _, err := access.Require(ctx, access.SeeDeterminations); err != nil {
		return nil, err
	}
	var rows []Row
	err := s.Unit.Read(ctx, func(ctx context.Context) error {
		var err error
		if rows, err = s.Store.OfFamily(ctx, id, family); err != nil {
			return err
		}
		return s.Log.Append(ctx, audit.Act{Purpose: purpose, Action: "determination.read", Subject: family.String(),
			Fields: []string{"outcome", "amount"}, Count: int64(len(rows))})
	})
	return rows, err
}

// Past returns a family's outcomes in all enacted determinations, the newest
// first; the look is recorded.
func (s *Service) Past(ctx context.Context, purpose access.Purpose, family ident.ID) ([]PastRow, error) {
	if _, err := access.Require(ctx, access.SeeDeterminations); err != nil {
		return nil, err
	}
	var rows []PastRow
	err := s.Unit.Read(ctx, func(ctx context.Context) error {
		var err error
		if rows, err = s.Store.Past(ctx, family); err != nil {
			return err
		}
		return s.Log.Append(ctx, audit.Act{Purpose: purpose, Action: "determination.read", Subject: family.String(),
			Fields: []string{"outcome", "amount"}, Count: int64(len(rows))})
	})
	return rows, err
}

// NoticeCode returns the code for the letter of a family in the actor's area;
// the look is recorded. It returns fault.NotFound before a determination has
// been enacted for the family.
func (s *Service) NoticeCode(ctx context.Context, purpose access.Purpose, family ident.ID) (string, error) {
	if _, err := access.Require(ctx, access.SeeDeterminations); err != nil {
		return "", err
	}
	var code string
	err := s.Unit.Read(ctx, func(ctx context.Context) error {
		var err error
		if code, err = s.code(ctx, family); err != nil {
			return err
		}
		return s.Log.Append(ctx, audit.Act{Purpose: purpose, Action: "determination.letter", Subject: family.String(),
			Fields: []string{"notice_code"}, Count: 1})
	})
	return code, err
}

// NoticeCodes returns the codes on the letters of families in the actor's
// area, by family, so that a desk can find who brings one; the look is
// recorded.
func (s *Service) NoticeCodes(ctx context.Context, purpose access.Purpose, families []ident.ID) (map[ident.ID]string, error) {
	if _, err := access.Require(ctx, access.SeeDeterminations); err != nil {
		return nil, err
	}
	codes := map[ident.ID]string{}
	err := s.Unit.Read(ctx, func(ctx context.Context) error {
		notices, err := s.Store.Notices(ctx, families)
		if err != nil {
			return err
		}
		for _, n := range notices {
			if codes[n.FamilyID], err = s.Keys.Open(noticeLabel, n.Sealed); err != nil {
				return err
			}
		}
		return s.Log.Append(ctx, audit.Act{Purpose: purpose, Action: "determination.letter", Fields: []string{"notice_code"}, Count: int64(len(notices))})
	})
	return codes, err
}

// Household is a family as a determination met it, or as the next one would,
// with all its facts and ranks as a batch of one, and as it is on record now.
type Household struct {
	*snapshot.Families
	Area    string // then
	Dossier *registry.Dossier
	AsOf    civil.Date
}

// Name returns the name of a member, by place in the batch.
func (h *Household) Name(member int) string {
	if p, ok := h.Dossier.Member(h.MemberIDs[member]); ok {
		return p.Name
	}
	return ""
}

// Household returns a family of the actor's area as a determination met it; one
// that came later as in a preview.
// The look is recorded by the register.
func (s *Service) Household(ctx context.Context, purpose access.Purpose, id, familyID ident.ID) (*Household, error) {
	if _, err := access.Require(ctx, access.SeeDeterminations); err != nil {
		return nil, err
	}
	x, err := s.explainer(ctx, purpose, id, familyID)
	if err != nil {
		return nil, err
	}
	return &Household{x.family.Families, x.area, x.dossier, x.asOf}, nil
}
