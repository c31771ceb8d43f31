package determination

import (
	"context"
	"fmt"

	"gotong/internal/access"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/nik"
	"gotong/internal/registry"
)

// FamilyOf returns the family that a NIK and a letter's code open together,
// and whether they open one, for a request that the office looks into later.
func (s *Service) FamilyOf(ctx context.Context, number, code string) (family ident.ID, found bool, err error) {
	digits, _ := nik.Parse(number)
	key := s.noticeKey(s.Keys.Blind(string(registry.KindNIK), string(digits)), ParseCode(code))
	err = s.Unit.Read(access.With(ctx, access.System("letters")), func(ctx context.Context) error {
		_, family, err = s.Store.ByNoticeKey(ctx, key)
		return err
	})
	if fault.Is(err, fault.KindNotFound) {
		return ident.ID{}, false, nil
	}
	if err != nil {
		return ident.ID{}, false, fmt.Errorf("determination: whose letter: %w", err)
	}
	return family, true, nil
}
