package registry

import (
	"encoding/hex"
	"strconv"
	"strings"

	"gotong/internal/civil"
	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/nik"
	"gotong/internal/region"
	"gotong/internal/registry/sheet"
)

// tables writes records as the two tables that an import reads.
type tables struct {
	s        *Service
	open     bool // numbers in clear; else masked
	marked   bool // with the columns by which rows are known again
	families []*indicator.Indicator
	members  []*indicator.Indicator
}

func (s *Service) tables(open, marked bool) *tables {
	return &tables{s: s, open: open, marked: marked, families: s.catalogue.Stored(indicator.Family), members: s.catalogue.Stored(indicator.Person)}
}

// Columns that the program writes for itself, and an import passes over.
const (
	columnID      = ownColumn + "id"
	columnVersion = ownColumn + "versi"
)

func (t *tables) familyColumns() []sheet.Column {
	columns := []sheet.Column{{Name: "id_keluarga", Width: 18}, {Name: FieldKK, Width: 20}, {Name: FieldArea, Width: 15},
		{Name: FieldAddress, Width: 30}, {Name: FieldRT, Width: 6}, {Name: FieldRW, Width: 6}, {Name: "tanggal_data", Kind: sheet.DayColumn, Width: 12}}
	return t.columns(columns, t.families)
}

func (t *tables) memberColumns() []sheet.Column {
	columns := []sheet.Column{{Name: "id_keluarga", Width: 18}, {Name: FieldNIK, Width: 20}, {Name: FieldName, Width: 28}, {Name: FieldBorn, Kind: sheet.DayColumn, Width: 12},
		{Name: FieldSex, Width: 8}, {Name: FieldRelation, Width: 14}, {Name: FieldMother, Width: 24}}
	if !t.marked {
		columns = append(columns, sheet.Column{Name: "rekening", Width: 20}, sheet.Column{Name: "bank", Width: 10})
	}
	return t.columns(columns, t.members)
}

func (t *tables) columns(columns []sheet.Column, facts []*indicator.Indicator) []sheet.Column {
	if t.marked {
		columns = append([]sheet.Column{{Name: columnID, Kind: sheet.HiddenColumn}, {Name: columnVersion, Kind: sheet.HiddenColumn}}, columns...)
	}
	for _, i := range facts {
		c := sheet.Column{Name: i.Code}
		switch i.Kind {
		case indicator.Int, indicator.Money:
			c.Kind = sheet.WholeColumn
		case indicator.Date:
			c.Kind = sheet.DayColumn
		}
		columns = append(columns, c)
	}
	return columns
}

// family appends the values of a family's row.
func (t *tables) family(row []sheet.Value, f *Family) ([]sheet.Value, error) {
	if t.marked {
		row = append(row, sheet.T(f.ID.String()), sheet.T(t.s.versionMark(f.ID, f.Version)))
	}
	card, err := t.number(LabelKK, f.KKSealed)
	if err != nil {
		return nil, err
	}
	row = append(row, sheet.T(f.LocalKey), sheet.T(card), sheet.T(region.Dotted(f.Area)), sheet.T(f.Address), sheet.T(f.RT), sheet.T(f.RW), sheet.D(f.ObservedOn))
	return appendFacts(row, t.families, f.Facts), nil
}

// member appends the values of a member's row. version is the family's.
func (t *tables) member(row []sheet.Value, f *Family, p *Person, a *Account) ([]sheet.Value, error) {
	if t.marked {
		row = append(row, sheet.T(f.ID.String()+"."+p.ID.String()), sheet.T(t.s.versionMark(p.ID, f.Version)))
	}
	number, err := t.number(LabelNIK, p.NIKSealed)
	if err != nil {
		return nil, err
	}
	born := sheet.Value{}
	if p.Born != nil {
		born = sheet.D(*p.Born)
	}
	row = append(row, sheet.T(f.LocalKey), sheet.T(number), sheet.T(p.Name), born, sheet.T(sexText(p.Female)), sheet.T(t.s.RelationCode(p.Relation)), sheet.T(p.MotherName))
	if !t.marked {
		account, bank := "", ""
		if a != nil {
			if account, err = t.s.keys.Open(LabelAccount, a.Sealed); err != nil {
				return nil, err
			}
			if !t.open {
				account = AccountNumber(account).Mask()
			}
			bank = a.Bank
		}
		row = append(row, sheet.T(account), sheet.T(bank))
	}
	return appendFacts(row, t.members, p.Facts), nil
}

func sexText(female bool) string {
	if female {
		return "P"
	}
	return "L"
}

func appendFacts(row []sheet.Value, of []*indicator.Indicator, facts indicator.Facts) []sheet.Value {
	for _, i := range of {
		v, known := facts.Get(i.No)
		switch {
		case !known:
			row = append(row, sheet.Value{})
		case i.Kind == indicator.Int || i.Kind == indicator.Money:
			row = append(row, sheet.N(v))
		case i.Kind == indicator.Date:
			row = append(row, sheet.D(civil.Date(v)))
		default:
			row = append(row, sheet.T(i.Text(v)))
		}
	}
	return row
}

// number opens a sealed number, and masks it unless numbers are in clear.
func (t *tables) number(label string, sealed []byte) (string, error) {
	text, err := t.s.keys.Open(label, sealed)
	if err != nil || text == "" || t.open {
		return text, err
	}
	return nik.Number(text).Mask(), nil
}

// versionMark says which version of a family a row shows, so that a row which
// was changed by hand, or set beside another one's, is known for that.
func (s *Service) versionMark(id ident.ID, version int) string {
	n := strconv.Itoa(version)
	const shown = 6
	return n + "-" + hex.EncodeToString(s.keys.Blind("workbook", id.String()+" "+n)[:shown])
}

// readVersionMark returns the version that a mark was made of.
func (s *Service) readVersionMark(id ident.ID, mark string) (int, bool) {
	n, _, ok := strings.Cut(mark, "-")
	version, err := strconv.Atoi(n)
	return version, ok && err == nil && s.versionMark(id, version) == mark
}
