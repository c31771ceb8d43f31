package registry

import (
	"strings"
	"testing"
	"time"

	"gotong/internal/access"
	"gotong/internal/clock"
	"gotong/internal/i18n"
	"gotong/internal/indicator"
	"gotong/internal/region"
	"gotong/internal/run"
)

// Whatever two files hold, reading them ends, counts every row once, and
// names what is wrong in words.
func FuzzReadSheets(f *testing.F) {
	families := "id_keluarga,no_kk,kode_wilayah,tanggal_data,floor\nK1,3674010101900001,36.74.01.1001,2025-03-14,earth\nK2,,3674011001,14/03/2025,\n"
	members := "id_keluarga;nik;nama;tanggal_lahir;jenis_kelamin;hubungan\nK1;3674015505900001;Siti;1990-05-15;P;head\nK2;9.17E+15;Budi;03/04/1990;L;head\nK9;;X;;L;child\n"
	f.Add(families, members)
	f.Add("", "\xff\xfei\x00")
	f.Add("\ufeffid_keluarga", "\"")
	f.Add(strings.ReplaceAll(families, "\n", "\r"), strings.ToUpper(members))
	s := NewService(Deps{Catalogue: indicator.Default(), Atlas: region.Default(),
		Clock: clock.NewStepping(time.Date(2025, 6, 1, 0, 0, 0, 0, time.UTC), 0)})
	f.Fuzz(func(t *testing.T, families, members string) {
		files := Files{Family: NewFile("", []byte(families)), Member: NewFile("", []byte(members))}
		in, err := s.readIn(t.Context(), &job{access.Actor{Scope: access.Nation()}, files, Options{}, run.Silent{}, true})
		if err != nil {
			t.Fatal(err)
		}
		defer in.close()
		good := 0
		for i := 0; i < in.rows.Len() && !in.found.fatal; i++ {
			sh, err := in.part(i)
			if err != nil {
				t.Fatal(err)
			}
			good += len(sh.good())
		}
		c := in.found.counts
		if c.Families+c.Held != c.FamilyRows || c.Persons+c.HeldPersons != c.MemberRows || int64(good) != c.Families {
			t.Fatalf("rows are lost: %+v, %d good", c, good)
		}
		if c.Held > 0 && c.Errors == 0 || int64(len(in.found.problems)) > c.Errors+c.Warnings {
			t.Fatalf("held back without an error, or problems that do not count: %+v", c)
		}
		for _, p := range in.found.problems {
			for _, l := range i18n.Langs {
				if strings.HasPrefix(p.What(l), "[") || strings.HasPrefix(p.ToDo(l), "[") {
					t.Fatalf("no words for %s", p.Key)
				}
			}
		}
	})
}
