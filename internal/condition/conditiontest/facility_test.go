package conditiontest

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"gotong/internal/condition"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/fault"
	"gotong/internal/programme"
)

// take takes a file of facilities, a heading line before its rows.
func (w *World) take(ctx context.Context, dry bool, rows ...string) condition.FacilitiesTaken {
	w.T.Helper()
	text := "jenis,kode,nama_tempat,wilayah,alamat,petugas\n" + strings.Join(rows, "\n") + "\n"
	f, err := condition.ReadFacilities(strings.NewReader(text), int64(len(text)))
	w.OK(err)
	done, err := w.TakeFacilities(ctx, f, dry)
	w.OK(err)
	return done
}

func TestAFileOfFacilitiesIsTakenOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := New(t, d, 2)
		counts := func(what string, got condition.FacilitiesTaken, fresh, changed, same int, taken bool, problems ...string) {
			t.Helper()
			want := condition.FacilitiesTaken{New: fresh, Changed: changed, Same: same, Taken: taken}
			if d := cmp.Diff(want, got, cmpopts.IgnoreFields(condition.FacilitiesTaken{}, "Problems")); d != "" {
				t.Errorf("%s: %s", what, d)
			}
			var said []string
			for _, p := range got.Problems {
				said = append(said, fmt.Sprint(p.Row, " ", p.What.Key))
			}
			if d := cmp.Diff(problems, said); d != "" {
				t.Errorf("%s: %s", what, d)
			}
		}
		known := func(n int) []condition.Facility {
			t.Helper()
			all, err := w.Facilities(As("dina"), Month("2026-01"))
			w.OK(err)
			if len(all) != n {
				t.Errorf("%d facilities are on record, want %d", len(all), n)
			}
			return all
		}
		school, post := "Sekolah,20104521,SDN Kalibaru 03,31.72.04.1004,Jalan 2,Bu Endang", "health,P1,Posyandu Cempaka,3172041004,,"
		counts("tried", w.take(As("dina"), true, school, post), 2, 0, 0, false)
		known(0)
		counts("with a row of no village", w.take(As("dina"), false, school, "Sekolah,20104522,SDN 4,317204,,", "kantor,1x,Kantor,3172041004,,"), 1, 0, 0, false,
			"3 condition.facility_village", "4 condition.facility_kind")
		known(0)
		counts("taken", w.take(As("dina"), false, school, post), 2, 0, 0, true)
		counts("again", w.take(As("dina"), false, school, post), 0, 0, 2, true)
		counts("mended", w.take(As("dina"), false, school, "Tempat kesehatan,P1,Posyandu Cempaka II,3172041005,Balai RW 04,Bidan Yanti"), 0, 1, 1, true)
		all := known(2)
		want := condition.Facility{Code: "P1", Name: "Posyandu Cempaka II", Kind: programme.Health, Area: "3172041005", Address: "Balai RW 04", Contact: "Bidan Yanti"}
		if d := cmp.Diff(want, all[0], cmpopts.IgnoreFields(condition.Facility{}, "ID")); d != "" {
			t.Error(d)
		}

		// A code is one place's in the whole country, and nobody reaches beyond
		// their own areas.
		counts("of another regency", w.take(As("dina"), false, "Sekolah,1234,SDN Serpong,3674011001,,"), 0, 0, 0, false, "2 condition.facility_outside")
		_, err := w.TakeFacilities(As("oki"), condition.FacilityFile{}, false)
		w.Refused(fault.KindForbidden, err)
	})
}
