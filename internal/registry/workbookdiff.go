package registry

import (
	"strings"

	"gotong/internal/civil"
	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/nik"
	"gotong/internal/region"
	"gotong/internal/registry/sheet"
)

// CellChange is a cell of a workbook that differs from what is on record.
type CellChange struct {
	File     FileKind
	Row      int
	Column   string
	Family   ident.ID
	Name     string // of the family's head, or of the member
	Old, New string // numbers of persons masked
}

// familyEdit is what a workbook changes of one family.
type familyEdit struct {
	record  *Record
	core    *FamilyEntry
	coreRow int
	members []memberEdit
	answers []Answer
	places  map[string]place // where an answer stands, by its field
	on      string           // day of the data, where the workbook changes it
}

type memberEdit struct {
	person ident.ID
	entry  MemberEntry
	row    int
}

type place struct {
	kind FileKind
	row  int
}

// bookDiff compares a workbook with what is on record.
type bookDiff struct {
	*bookRead
	t       *tables
	records map[ident.ID]*Record
	changes []CellChange
	edits   map[ident.ID]*familyEdit
	order   []ident.ID
}

// edit returns the edit of a family.
func (d *bookDiff) edit(r *Record) *familyEdit {
	e := d.edits[r.Family.ID]
	if e == nil {
		e = &familyEdit{record: r, places: map[string]place{}}
		d.edits[r.Family.ID] = e
		d.order = append(d.order, r.Family.ID)
	}
	return e
}

// compare compares all rows.
func (d *bookDiff) compare() error {
	for i := range d.rows {
		row := &d.rows[i]
		rec := d.records[row.family]
		if rec == nil {
			d.problem(row.kind, row.row, "", "", "row.gone")
			continue
		}
		var err error
		if row.kind == FamilyFile {
			err = d.family(row, rec)
		} else if m, ok := rec.Member(row.person); ok {
			err = d.member(row, rec, m)
		} else {
			d.problem(row.kind, row.row, "", "", "row.gone")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (d *bookDiff) family(row *bookRow, rec *Record) error {
	f := &rec.Family
	values, err := d.t.family(nil, f)
	if err != nil {
		return err
	}
	entry := FamilyEntry{Area: f.Area, Address: f.Address, RT: f.RT, RW: f.RW}
	touched := false
	d.cells(row, rec, f.HeadName, d.t.familyColumns(), values, func(column, text string) bool {
		switch column {
		case FieldArea:
			entry.Area = text
		case FieldAddress:
			entry.Address = text
		case FieldRT:
			entry.RT = text
		case FieldRW:
			entry.RW = text
		case FieldKK:
			entry.KK, entry.NoKK = text, text == ""
		case "tanggal_data":
			d.edit(rec).on = text
			return true
		default:
			return false
		}
		touched = true
		return true
	})
	if touched {
		e := d.edit(rec)
		e.core, e.coreRow = &entry, row.row
	}
	return nil
}

func (d *bookDiff) member(row *bookRow, rec *Record, p *Person) error {
	values, err := d.t.member(nil, &rec.Family, p, nil)
	if err != nil {
		return err
	}
	entry := MemberEntry{Name: p.Name, Sex: sexText(p.Female), Relation: d.s.RelationCode(p.Relation), MotherName: p.MotherName}
	if p.Born != nil {
		entry.Born = p.Born.String()
	}
	touched := false
	d.cells(row, rec, p.Name, d.t.memberColumns(), values, func(column, text string) bool {
		switch column {
		case FieldName:
			entry.Name = text
		case FieldBorn:
			entry.Born = text
		case FieldSex:
			entry.Sex = text
		case FieldRelation:
			entry.Relation = text
		case FieldMother:
			entry.MotherName = text
		case FieldNIK:
			entry.NIK, entry.NoNIK = text, text == ""
		default:
			return false
		}
		touched = true
		return true
	})
	if touched {
		entry.Sex = d.s.sexCode(entry.Sex)
		e := d.edit(rec)
		e.members = append(e.members, memberEdit{p.ID, entry, row.row})
	}
	return nil
}

// sexCode returns the option that L and P stand for, and other text as it is.
func (s *Service) sexCode(text string) string {
	code := map[string]string{"L": "male", "P": "female"}[strings.ToUpper(text)]
	for _, o := range s.sex.Options {
		if o.Code == code {
			return code
		}
	}
	return text
}

// cells compares the cells of a row with the values that it would have now.
// What differs is given to core, which says whether it is no fact. A column
// that is not in the sheet is left alone.
func (d *bookDiff) cells(row *bookRow, rec *Record, name string, columns []sheet.Column, values []sheet.Value, core func(column, text string) bool) {
	level := indicator.Family
	if row.kind == MemberFile {
		level = indicator.Person
	}
	for at, c := range columns {
		cell, there := row.cells[c.Name]
		if !there || strings.HasPrefix(c.Name, ownColumn) {
			continue
		}
		old := values[at].String(c.Kind)
		i, _ := d.s.catalogue.Lookup(level, c.Name)
		text, ok := d.read(row, c, cell, i)
		if !ok || text == old {
			continue
		}
		switch {
		case row.version != rec.Family.Version:
			if old == "" {
				d.problem(row.kind, row.row, c.Name, shownNumber(c.Name, text), "conflict_empty")
				continue
			}
			d.problem(row.kind, row.row, c.Name, shownNumber(c.Name, text), "conflict", "now", shownNumber(c.Name, old))
			continue
		case c.Name == "id_keluarga":
			d.problem(row.kind, row.row, c.Name, text, "locked")
			continue
		}
		d.changes = append(d.changes, CellChange{File: row.kind, Row: row.row, Column: c.Name, Family: rec.Family.ID, Name: name,
			Old: old, New: shownNumber(c.Name, text)})
		if core(c.Name, text) || i == nil {
			continue
		}
		e := d.edit(rec)
		a := Answer{Person: row.person, Code: i.Code, Value: text, Gone: text == ""}
		e.answers = append(e.answers, a)
		e.places[a.Field()] = place{row.kind, row.row}
	}
}

// shownNumber masks numbers of persons, which pages and messages do not show.
func shownNumber(column, text string) string {
	if column == FieldNIK || column == FieldKK {
		return nik.Number(text).Mask()
	}
	return text
}

// read returns a cell's text as it would be written, and whether it can be
// taken.
func (d *bookDiff) read(row *bookRow, c sheet.Column, cell bookCell, i *indicator.Indicator) (string, bool) {
	text := cell.text
	bad := func(name string, args ...any) (string, bool) {
		d.problem(row.kind, row.row, c.Name, masked(text), name, args...)
		return "", false
	}
	switch {
	case cell.kind == sheet.Unsolved:
		return bad("formula")
	case cell.kind == sheet.Broken:
		return bad("cell_error")
	case text == "" || text == "-":
		return "", true
	case c.Name == FieldNIK || c.Name == FieldKK:
		return d.number(c.Name, cell, bad)
	case c.Kind == sheet.DayColumn:
		return d.day(cell, bad)
	case c.Name == FieldArea:
		if code, err := d.s.atlas.Parse(text); err == nil {
			return region.Dotted(code), true
		}
		return text, true // refused with the entry
	case c.Name == FieldRT || c.Name == FieldRW:
		if padded, ok := neighbourhood(text); ok {
			return padded, true
		}
		return text, true
	case c.Name == FieldSex:
		return strings.ToUpper(text), true
	case i != nil:
		v, err := i.Parse(text)
		if err != nil {
			p := Problem{File: row.kind, Row: row.row, Column: c.Name, Value: redacted(text)}
			p.fault(err, "value")
			d.problems = append(d.problems, p)
			return "", false
		}
		if c.Kind == sheet.WholeColumn {
			return sheet.N(v).String(c.Kind), true
		}
		return i.Text(v), true
	}
	return oneLine(text), true
}

func (d *bookDiff) number(column string, cell bookCell, bad func(string, ...any) (string, bool)) (string, bool) {
	if strings.Contains(cell.text, "*") {
		return cell.text, true // as it was written: a mask that differs is none of this row's
	}
	kind := strings.ToUpper(strings.TrimPrefix(column, "no_"))
	if cell.kind == sheet.Lost {
		return bad("number.figure", "number", kind)
	}
	n, problem := nik.Parse(cell.text)
	if problem != "" {
		return bad("number."+string(problem), "number", kind, "digits", countDigits(cell.text))
	}
	return string(n), true
}

func (d *bookDiff) day(cell bookCell, bad func(string, ...any) (string, bool)) (string, bool) {
	if cell.kind == sheet.Figure {
		if date, ok := sheet.Serial(cell.text, false); ok {
			return date.String(), true
		}
	}
	day, problem := sheet.ReadDay(cell.text)
	if problem == "" && day.Style == sheet.Either {
		problem = sheet.Ambiguous
	} else if problem == "" && day.Style == sheet.MonthBefore {
		problem = sheet.MonthFirst
	}
	if problem != "" {
		return bad("day."+string(problem), "day_first", day.Date, "month_first", day.Swapped)
	}
	if _, err := civil.Parse(day.Date.String()); err != nil {
		return bad("day.not_day")
	}
	return day.Date.String(), true
}
