package targeting

import (
	"cmp"
	"io"
	"slices"
	"strconv"
	"strings"

	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/registry"
	"gotong/internal/registry/sheet"
)

// Headings of a meeting's sheet: the program's own id of a family, the
// office's key, and the place. The first of each is what the program writes.
var (
	headFamily = []string{"keluarga", "family"}
	headKey    = []string{"id_keluarga", "local_key"}
	headPlace  = []string{"peringkat", "place", "rank", "urutan"}
)

// ReadPlaces reads the places of a meeting from a CSV, a workbook or a Parquet
// file: a row a family, by its id or by the office's key, and its place. A row
// without a place was not ranked. What is wrong is named with its row.
func ReadPlaces(r io.ReaderAt, size int64, roster []registry.Row) ([]MeetingPlace, error) {
	rows, problem, err := sheet.Open(r, size, "")
	if err != nil {
		return nil, err
	}
	if problem != "" {
		return nil, fault.Invalid("targeting.survey.file." + string(problem))
	}
	defer rows.Close()
	var rec sheet.Record
	if !rows.Next(&rec) {
		return nil, cmp.Or(rows.Err(), error(fault.Invalid("targeting.survey.file.empty_file")))
	}
	family, key, place := headingAt(rec.Fields, headFamily), headingAt(rec.Fields, headKey), headingAt(rec.Fields, headPlace)
	if place < 0 || family < 0 && key < 0 {
		return nil, fault.Invalid("targeting.meeting.columns", "columns", strings.Join(rec.Fields, ", "))
	}
	find := Finder(roster)
	var places []MeetingPlace
	seen := map[ident.ID]int{}
	for rows.Next(&rec) {
		if rec.Problem != "" {
			return nil, fault.Invalid("targeting.survey.row."+string(rec.Problem), "row", rec.Row)
		}
		text := cell(rec.Fields, place)
		if text == "" {
			continue
		}
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < 1 || n > maxValue {
			return nil, fault.Invalid("targeting.meeting.place", "row", rec.Row, "place", text)
		}
		id, ok := find(cell(rec.Fields, family), cell(rec.Fields, key))
		if !ok {
			return nil, fault.Invalid("targeting.meeting.not_here", "row", rec.Row)
		}
		if first := seen[id]; first > 0 {
			return nil, fault.Invalid("targeting.meeting.family_twice", "row", rec.Row)
		}
		seen[id] = rec.Row
		places = append(places, MeetingPlace{id, n})
	}
	return places, rows.Err()
}

func headingAt(fields, names []string) int {
	return slices.IndexFunc(fields, func(f string) bool { return slices.Contains(names, strings.ToLower(strings.TrimSpace(f))) })
}

func cell(fields []string, at int) string {
	if at < 0 || at >= len(fields) {
		return ""
	}
	return sheet.Unharmed(strings.TrimSpace(fields[at]))
}

// Finder looks families of a village up by id, or else by the office's key.
func Finder(roster []registry.Row) func(id, key string) (ident.ID, bool) {
	ids, keys := make(map[ident.ID]bool, len(roster)), make(map[string]ident.ID, len(roster))
	for _, f := range roster {
		ids[f.ID] = true
		if f.LocalKey != "" {
			keys[f.LocalKey] = f.ID
		}
	}
	return func(id, key string) (ident.ID, bool) {
		if id != "" {
			parsed, err := ident.Parse(id)
			return parsed, err == nil && ids[parsed]
		}
		found, ok := keys[key]
		return found, ok && key != ""
	}
}
