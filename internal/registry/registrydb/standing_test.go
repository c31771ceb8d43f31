package registrydb_test

import (
	"testing"

	"gotong/internal/access"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/fault"
	"gotong/internal/registry"
	"gotong/internal/registry/registrytest"
)

func TestStopped(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := registrytest.NewBench(t, backend(d))
		registrytest.Bring(t, b, registrytest.NewOffice(4, 1, "3674011001"))
		all := registrytest.Everything(t, b)
		dead, asleep := all[0].Members[0], all[1].Family
		if err := b.SetPersonStatus(registrytest.Officer(), dead.FamilyID, dead.ID, registry.PersonDead, "akta kematian", "AK-1"); err != nil {
			t.Fatal(err)
		}
		if err := b.SetFamilyStatus(registrytest.Officer(), asleep.ID, registry.FamilyDormant, "belum ditemui", ""); err != nil {
			t.Fatal(err)
		}
		for area, want := range map[string]int{"3674": 2, "36": 2, "3172": 0} {
			var stops []registry.Stop
			err := b.Stopped(registrytest.As(access.Releaser, area), "", access.PurposePayment, func(s registry.Stop) error {
				stops = append(stops, s)
				return nil
			})
			if err != nil || len(stops) != want {
				t.Errorf("%s: %+v, %v", area, stops, err)
			}
			for _, s := range stops {
				if s != (registry.Stop{FamilyID: dead.FamilyID, PersonID: dead.ID, Person: registry.PersonDead}) &&
					s != (registry.Stop{FamilyID: asleep.ID, Family: registry.FamilyDormant}) {
					t.Errorf("stopped: %+v", s)
				}
			}
		}
		err := b.Stopped(registrytest.As(access.Planner, "36"), "", access.PurposePayment, func(registry.Stop) error { return nil })
		if !fault.Is(err, fault.KindForbidden) {
			t.Errorf("a planner sees who is stopped: %v", err)
		}
	})
}
