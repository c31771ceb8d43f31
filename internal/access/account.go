package access

import (
	"context"

	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/work"
)

// ByID returns an account without its password hash. It needs ManageUsers;
// an account whose areas reach beyond the caller's is fault.NotFound.
func (s *Service) ByID(ctx context.Context, id ident.ID) (Staff, error) {
	by, err := Require(ctx, ManageUsers)
	if err != nil {
		return Staff{}, err
	}
	staff, err := work.Read(ctx, s.unit, func(ctx context.Context) (Staff, error) { return s.store.StaffByID(ctx, id) })
	if err != nil {
		return Staff{}, err
	}
	if withinScope(by, staff.Scope) != nil {
		return Staff{}, fault.NotFound("access.no_such_staff")
	}
	staff.Password = ""
	return staff, nil
}

// ResetPassword gives an account whose owner has forgotten the old one a new
// password, and ends its sessions. It needs ManageUsers. One's own password
// is changed with ChangePassword, which asks for the present one.
func (s *Service) ResetPassword(ctx context.Context, id ident.ID, wanted string) error {
	by, err := Require(ctx, ManageUsers)
	if err != nil {
		return err
	}
	if id == by.ID {
		return fault.Invalid("access.reset_own")
	}
	staff, err := s.ByID(ctx, id)
	if err != nil {
		return err
	}
	if err := checkPassword(staff.Login, wanted); err != nil {
		return err
	}
	hash := hashPassword(wanted)
	return s.unit.Write(ctx, func(ctx context.Context) error {
		staff, err := s.store.LockStaff(ctx, id)
		if err != nil {
			return err
		}
		staff.Password, staff.ChangedAt = hash, s.clock.Now()
		if err := s.store.SaveStaff(ctx, staff); err != nil {
			return err
		}
		if err := s.store.EndSessionsOf(ctx, id); err != nil {
			return err
		}
		return s.record.Record(ctx, "staff.reset", staff.Login, "")
	})
}
