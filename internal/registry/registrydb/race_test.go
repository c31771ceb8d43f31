package registrydb_test

import (
	"fmt"
	"testing"

	"gotong/internal/access"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/fault"
	"gotong/internal/registry"
	"gotong/internal/registry/registrytest"
)

// TestOneFamilyAtOnce has many do the same to a family at the same moment: it
// is done once, and the others are told that somebody was first.
func TestOneFamilyAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := registrytest.NewBench(t, backend(d))
		registrytest.Bring(t, b, registrytest.NewOffice(1, 9, "3674011001"))
		f := registrytest.Everything(t, b)[0].Family
		const times = 8
		basis := registry.Basis{Version: f.Version, On: "2025-05-20", Source: registry.SourceVisit, Evidence: "Formulir 12, bertemu ibu"}
		id := b.NewID()
		head := registry.MemberEntry{Name: "Orang Baru", Sex: "female", Relation: "head"}
		for _, act := range []struct {
			name string
			do   func(n int) error
		}{
			{"suspended", func(int) error { return b.Suspend(registrytest.Officer(), f.ID) }},
			{"taken in again", func(int) error { return b.Resume(registrytest.Officer(), f.ID) }},
			{"corrected", func(n int) error {
				_, err := b.CorrectFamily(registrytest.Officer(), f.ID, registry.FamilyEntry{Address: fmt.Sprint("Jl. Lain ", n)}, basis)
				return err
			}},
			{"registered by one form", func(int) error {
				out, err := b.Register(registrytest.Officer(), id, registry.FamilyEntry{Area: f.Area}, []registry.MemberEntry{head}, registry.Basis{On: basis.On, Source: basis.Source, Evidence: basis.Evidence})
				if err == nil && !out.Written { // warned of the name of the head who was registered just then
					return fault.Conflict("registry.entry.registered")
				}
				return err
			}},
		} {
			if n := dbtest.Race(t, times, act.do); n != 1 {
				t.Errorf("it was %s %d times", act.name, n)
			}
		}
		now, err := b.Family(registrytest.Officer(), f.ID, access.PurposeAudit)
		if err != nil || now.Family.Version != f.Version+1 {
			t.Errorf("version %d after %d, %v", now.Family.Version, f.Version, err)
		}
	})
}
