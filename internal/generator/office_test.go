package generator

import (
	"bytes"
	"context"
	"encoding/csv"
	"testing"

	"gotong/internal/civil"
)

func TestAnOfficeHasPeopleDownInItsOwnWay(t *testing.T) {
	dir := t.TempDir()
	if _, err := Generate(context.Background(), Options{Families: 2000, Seed: 3, AsOf: civil.MustParse("2026-01-01"), Dir: dir}); err != nil {
		t.Fatal(err)
	}
	wanted, err := truthRows(dir + "/truth/civil_servants.csv")
	if err != nil {
		t.Fatal(err)
	}
	var out, again bytes.Buffer
	rows, err := WriteOfficeList(dir, "civil_servants.csv", 3, &out)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := WriteOfficeList(dir, "civil_servants.csv", 3, &again); err != nil || !bytes.Equal(out.Bytes(), again.Bytes()) {
		t.Errorf("the same seed writes another list: %v", err)
	}
	all, err := csv.NewReader(&out).ReadAll()
	if err != nil || len(all) != len(rows)+1 {
		t.Fatalf("%d entries of %d rows: %v", len(all), len(rows), err)
	}
	known, missing := 0, 0
	for i, row := range rows {
		if row == 0 {
			continue
		}
		known++
		if !wanted[row] {
			t.Errorf("row %d is not of the truth", row)
		}
		if all[i+1][1] == "" {
			missing++
		}
	}
	if known < 10 || known != len(rows)-known || missing == 0 || missing > known/2 {
		t.Errorf("%d entries: %d of people on record, %d without a number", len(rows), known, missing)
	}
	if _, err := WriteOfficeList(dir, "nothing.csv", 3, &out); err == nil {
		t.Error("a truth that is not there is no error")
	}
}
