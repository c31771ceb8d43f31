package registry

// FirstVersion tells the history of a family that an import brought and that
// has not changed since: one change, and an observation of the family and of
// each member, all as its rows say. It is what would stand in the tables of
// changes and observations, had the import written it out; the database lets
// none of the rows change before it is (migration 0112).
func FirstVersion(r *Record, by *ImportFile) (Change, []Observation) {
	f := &r.Family
	c := Change{FamilyID: f.ID, Version: 1, Kind: Registered, ProposedBy: by.By, ProposedAt: by.At, Evidence: by.ID.String(),
		ApprovedBy: by.By, ApprovedAt: by.At, EffectiveOn: f.ObservedOn, RecordedAt: by.At, Body: Body{Family: f.core()}}
	first := Observation{FamilyID: f.ID, Version: 1, Source: SourceImport, ObservedOn: f.ObservedOn, RecordedAt: by.At, Facts: f.Facts}
	observed := []Observation{first}
	for i := range r.Members {
		m := &r.Members[i]
		c.Body.Members = append(c.Body.Members, m.core())
		first.PersonID, first.ObservedOn, first.Facts = m.ID, m.ObservedOn, m.Facts
		observed = append(observed, first)
	}
	return c, observed
}
