package condition

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/programme"
)

// Facility is a school or a place of health that sees whether duties are met.
type Facility struct {
	ID      ident.ID
	Code    string // of its register: NPSN of a school, code of a health facility
	Name    string
	Kind    programme.Facility
	Area    string // village
	Address string
	Contact string // who fills in the list there
	Closed  bool   // takes no new people

	Owed     int64 // duties of a month; filled in lists
	Answered int64 // of them, those of which something is known
}

// FacilityKinds lists the kinds that have a register.
var FacilityKinds = []programme.Facility{programme.School, programme.Health}

var facilityCode = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z.-]{1,29}$`)

// sound holds what is said of a facility to what one needs; its village is
// looked up elsewhere.
func (f Facility) sound() *fault.Error {
	switch {
	case !facilityCode.MatchString(f.Code) || f.Name == "":
		return fault.Invalid("condition.facility_incomplete")
	case !slices.Contains(FacilityKinds, f.Kind):
		return fault.Invalid("condition.facility_kind")
	}
	return nil
}

// AddFacility registers a facility. It needs access.ManageDuties.
func (s *Service) AddFacility(ctx context.Context, f Facility) (Facility, error) {
	f.Code, f.Name = strings.TrimSpace(f.Code), strings.TrimSpace(f.Name)
	if what := f.sound(); what != nil {
		return f, what
	}
	var err error
	if f.Area, err = s.Villages.Village(f.Area); err != nil {
		return f, err
	}
	if _, err := access.RequireArea(ctx, access.ManageDuties, f.Area); err != nil {
		return f, err
	}
	f.ID = s.IDs.New()
	return f, s.write(ctx, func(ctx context.Context) (audit.Act, error) {
		if _, err := s.Store.FacilityByCode(ctx, f.Kind, f.Code); err == nil {
			return audit.Act{}, fault.Conflict("condition.facility_exists", "code", f.Code)
		} else if !fault.Is(err, fault.KindNotFound) {
			return audit.Act{}, err
		}
		return act("facility", f.ID, f.Area, f.Code), s.Store.AddFacility(ctx, f)
	})
}

// CloseFacility has a facility take no new people, or take them again.
func (s *Service) CloseFacility(ctx context.Context, id ident.ID, closed bool) error {
	return s.write(ctx, func(ctx context.Context) (audit.Act, error) {
		f, err := s.Store.Facility(ctx, id)
		if err != nil {
			return audit.Act{}, err
		}
		if _, err := access.RequireArea(ctx, access.ManageDuties, f.Area); err != nil {
			return audit.Act{}, err
		}
		f.Closed = closed
		return act("facility", f.ID, f.Area, f.Code), s.Store.SaveFacility(ctx, f)
	})
}

// Facilities lists the facilities of the actor's areas with what they owe for
// a month, by name. It needs access.SeeDuties.
func (s *Service) Facilities(ctx context.Context, month Month) ([]Facility, error) {
	var all []Facility
	err := s.read(ctx, func(ctx context.Context) error {
		var err error
		all, err = s.Store.Facilities(ctx, month)
		return err
	})
	return all, err
}

// Facility returns one. It needs access.SeeDuties.
func (s *Service) Facility(ctx context.Context, id ident.ID) (Facility, error) {
	var f Facility
	err := s.read(ctx, func(ctx context.Context) error {
		var err error
		f, err = s.Store.Facility(ctx, id)
		return err
	})
	return f, err
}

// FacilityByCode returns one by its code. It needs access.SeeDuties.
func (s *Service) FacilityByCode(ctx context.Context, kind programme.Facility, code string) (Facility, error) {
	var f Facility
	err := s.read(ctx, func(ctx context.Context) error {
		var err error
		f, err = s.Store.FacilityByCode(ctx, kind, code)
		return err
	})
	return f, err
}

// Place says which facility sees a member's duties of a kind from now on: the
// ones that are open, and those of the months to come. It needs
// access.ReportDuties.
func (s *Service) Place(ctx context.Context, family, person, facility ident.ID) error {
	if _, err := access.Require(ctx, access.ReportDuties); err != nil {
		return err
	}
	return s.write(ctx, func(ctx context.Context) (audit.Act, error) {
		f, err := s.Store.Facility(ctx, facility)
		if err != nil {
			return audit.Act{}, err
		}
		month := MonthOf(s.Today())
		owed, err := s.Store.DutiesOf(ctx, family, month-monthsPerYear, month)
		if err != nil {
			return audit.Act{}, err
		}
		n := 0
		for _, d := range owed {
			if d.PersonID == person && d.Kind == f.Kind {
				n++
			}
		}
		switch {
		case n == 0:
			return audit.Act{}, fault.NotFound("condition.no_duty")
		case f.Closed:
			return audit.Act{}, fault.Conflict("condition.facility_closed", "name", f.Name)
		}
		return act("placed", person, owed[0].Area, f.Code), s.Store.SetPlace(ctx, Placement{PersonID: person, FamilyID: family, Kind: f.Kind, Facility: f.ID, Area: owed[0].Area})
	})
}

// Placement is which facility sees a member's duties of a kind.
type Placement struct {
	PersonID ident.ID
	FamilyID ident.ID
	Kind     programme.Facility
	Facility ident.ID
	Area     string
}
