package condition

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/programme"
)

// FacilityColumns are the columns of a file of facilities, in order: those of
// the list on the page, so that a downloaded list can be mended and brought
// back.
var FacilityColumns = []string{"jenis", "kode", "nama_tempat", "wilayah", "alamat", "petugas"}

var facilityTable = table{FacilityColumns, "condition.field.", []string{"jenis", "kode", "nama_tempat", "wilayah"}}

// FacilityFile is a file of facilities as it was read.
type FacilityFile struct {
	Rows     []FacilityRow
	Problems []Problem
}

// FacilityRow is a facility and where it stands in its file.
type FacilityRow struct {
	Row int
	Facility
}

// ReadFacilities reads a file of schools and places of health, CSV or
// workbook. A row that cannot be a facility is a problem, as is one that names
// the same facility as a row above it. It returns fault.Invalid for a file
// that is none, or lacks a column.
func ReadFacilities(r io.ReaderAt, size int64) (FacilityFile, error) {
	var f FacilityFile
	type name struct {
		kind programme.Facility
		code string
	}
	seen := map[name]bool{}
	err := facilityTable.read(r, size, func(row tableRow) {
		x := Facility{Kind: facilityKind(row.cell("jenis")), Code: row.cell("kode"), Name: row.cell("nama_tempat"), Area: row.cell("wilayah"),
			Address: row.cell("alamat"), Contact: row.cell("petugas")}
		if strings.Join(row.cells, "") == "" {
			return
		}
		what := x.sound()
		if what == nil && seen[name{x.Kind, x.Code}] {
			what = fault.Invalid("condition.facility_twice", "code", x.Code)
		}
		if what != nil {
			f.Problems = append(f.Problems, Problem{row.no, what})
			return
		}
		seen[name{x.Kind, x.Code}] = true
		f.Rows = append(f.Rows, FacilityRow{row.no, x})
	})
	if err == nil && len(f.Rows)+len(f.Problems) == 0 {
		err = fault.Invalid("condition.file_empty")
	}
	return f, err
}

// facilityKind reads a kind by its code or by what people call it.
func facilityKind(text string) programme.Facility {
	for _, k := range FacilityKinds {
		for _, l := range []i18n.Lang{i18n.ID, i18n.EN} {
			if strings.EqualFold(text, string(k)) || strings.EqualFold(text, i18n.T(l, "condition.kind."+string(k))) {
				return k
			}
		}
	}
	return ""
}

// FacilitiesTaken counts what a file of facilities brought, or would bring.
type FacilitiesTaken struct {
	New      int       `json:"new"`
	Changed  int       `json:"changed"`
	Same     int       `json:"same"`
	Taken    bool      `json:"taken"` // false where it was only tried, or has a problem
	Problems []Problem `json:"-"`     // by row
}

// TakeFacilities registers what a file brings and mends what is on record, all
// of it or nothing: with a single problem, nothing. The same file again
// changes nothing. Dry says what it would do. It needs access.ManageDuties.
func (s *Service) TakeFacilities(ctx context.Context, f FacilityFile, dry bool) (FacilitiesTaken, error) {
	actor, err := access.Require(ctx, access.ManageDuties)
	if err != nil {
		return FacilitiesTaken{}, err
	}
	var done FacilitiesTaken
	err = s.write(ctx, func(ctx context.Context) (audit.Act, error) {
		done = FacilitiesTaken{Problems: slices.Clone(f.Problems)}
		var fresh, mended []Facility
		for _, row := range f.Rows {
			known, now, err := s.compare(ctx, row.Facility)
			switch what, isFault := problemOf(err); {
			case isFault:
				done.Problems = append(done.Problems, Problem{row.Row, what})
			case err != nil:
				return audit.Act{}, err
			case !known:
				fresh = append(fresh, now)
			case now.ID.IsZero():
				done.Same++
			default:
				mended = append(mended, now)
			}
		}
		slices.SortStableFunc(done.Problems, func(a, b Problem) int { return a.Row - b.Row })
		done.New, done.Changed = len(fresh), len(mended)
		if done.Taken = !dry && len(done.Problems) == 0; !done.Taken || done.New+done.Changed == 0 {
			return audit.Act{}, nil
		}
		for _, x := range fresh {
			if err := s.Store.AddFacility(ctx, x); err != nil {
				return audit.Act{}, err
			}
		}
		for _, x := range mended {
			if err := s.Store.SaveFacility(ctx, x); err != nil {
				return audit.Act{}, err
			}
		}
		a := act("facilities", ident.ID{}, actor.Scope.String(), "")
		a.Count = int64(done.New + done.Changed)
		return a, nil
	})
	return done, err
}

// compare holds a row to what is on record: a facility that is known and
// differs comes back as it is to become, one that is the same with no id.
func (s *Service) compare(ctx context.Context, row Facility) (known bool, now Facility, err error) {
	if row.Area, err = s.Villages.Village(row.Area); err != nil {
		return false, row, err
	}
	if _, err := access.RequireArea(ctx, access.ManageDuties, row.Area); err != nil {
		return false, row, fault.Invalid("condition.facility_outside")
	}
	// A code is one facility's in the whole country.
	was, err := s.Store.FacilityByCode(access.With(ctx, access.System("one code")), row.Kind, row.Code)
	if fault.Is(err, fault.KindNotFound) {
		row.ID = s.IDs.New()
		return false, row, nil
	}
	if err != nil {
		return false, row, err
	}
	if _, err := access.RequireArea(ctx, access.ManageDuties, was.Area); err != nil {
		return true, row, fault.Conflict("condition.facility_elsewhere", "code", row.Code)
	}
	now = was
	now.Name, now.Area, now.Address, now.Contact = row.Name, row.Area, row.Address, row.Contact
	if now == was {
		now.ID = ident.ID{}
	}
	return true, now, nil
}

// problemOf returns an error that a row's author can mend.
func problemOf(err error) (*fault.Error, bool) {
	var what *fault.Error
	ok := errors.As(err, &what)
	return what, ok && what.Kind != fault.KindInternal && what.Kind != fault.KindUnavailable
}
