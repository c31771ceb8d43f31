package registrydb

import (
	"context"
	"fmt"

	"gotong/internal/ident"
	"gotong/internal/registry"
)

// Known returns the families on record among an office's keys within a
// regency, by id, with members, observations and accounts.
func (s *Store) Known(ctx context.Context, regency string, localKeys []string) ([]registry.Known, error) {
	var found []registry.Known
	at := map[ident.ID]int{}
	var families []ident.ID
	err := chunks(localKeys, func(part []string) error {
		places, args := in(3, part)
		on, err := s.records(ctx, "f.area >= $1 AND f.area < $2 AND f.local_key IN ("+places+")",
			append([]any{regency, regency + ":"}, args...))
		for _, r := range on {
			at[r.Family.ID] = len(found)
			families = append(families, r.Family.ID)
			found = append(found, registry.Known{Record: r})
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("registrydb: families on record: %w", err)
	}
	first, err := s.firstVersions(ctx, families)
	if err != nil {
		return nil, err
	}
	var written []ident.ID // whose history is written out
	for i := range found {
		if h := first[found[i].Record.Family.ID]; h != nil {
			found[i].Observations = h.Observations
		} else {
			written = append(written, found[i].Record.Family.ID)
		}
	}
	err = s.observations(ctx, written, standing, func(o registry.Observation) {
		k := &found[at[o.FamilyID]]
		k.Observations = append(k.Observations, o)
	})
	if err != nil {
		return nil, err
	}
	accounts, err := s.Accounts(ctx, families)
	for _, a := range accounts {
		k := &found[at[a.FamilyID]]
		k.Accounts = append(k.Accounts, a)
	}
	return found, err
}
