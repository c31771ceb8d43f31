package deliveryweb

import (
	"strings"
	"testing"

	"gotong/internal/delivery"
	"gotong/internal/delivery/deliverytest"
	"gotong/internal/run"
)

// TestDutiesAreNamedBeforeAnybodySigns has a missed duty change a list: each
// who signs it is told by how much, and that the steps are from memory.
func TestDutiesAreNamedBeforeAnybodySigns(t *testing.T) {
	s := newSite(t)
	w, as := s.world, deliverytest.As
	f := w.Town.Families[0]
	w.Town.Duties = []delivery.Consequence{{Ref: deliverytest.TownID(7, 1), FamilyID: f.ID, Area: f.Area, Beneficiary: f.Child, Component: "sma", Version: "2025-01",
		From: delivery.Period{Year: 2026, No: 1}, Percent: 10}}
	if _, err := w.Allot(as("rudi"), 2026, "pkh", "", 1_000_000_000, "DIPA-1"); err != nil {
		t.Fatal(err)
	}
	list := func(no int) *delivery.PayList {
		t.Helper()
		l, err := w.MakePayList(as("tari"), delivery.Order{Programme: "pkh", Period: delivery.Period{Year: 2026, No: no}}, run.Silent{})
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	const doubt = "ditulis dari ingatan"
	first := list(1)
	said := []string{"Rp50.000 ditahan dari 1 bagian", doubt, "Dasar: Petunjuk teknis."}
	s.get("tari", To(first.ID), said...)
	s.get("citra", To(first.ID)+"/periksa", said...)
	if _, err := w.Check(as("citra"), first.ID, first.Digest); err != nil {
		t.Fatal(err)
	}
	s.get("rudi", To(first.ID)+"/lepas", said...)

	w.Town.Duties[0].Waived = true
	s.get("tari", To(list(2).ID), "Rp50.000 dibayar susulan untuk 1 bagian", doubt)
	if body := s.get("tari", To(list(3).ID)); strings.Contains(body, doubt) {
		t.Error("a list that no duty changes speaks of duties")
	}
}
