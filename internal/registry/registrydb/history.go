package registrydb

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"time"

	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/registry"
)

// History returns all changes and observations of a family, by version.
func (s *Store) History(ctx context.Context, id ident.ID) (*registry.History, error) {
	h := &registry.History{}
	first, err := s.firstVersions(ctx, []ident.ID{id})
	if err != nil {
		return nil, err
	}
	if told := first[id]; told != nil {
		return told, nil
	}
	query := `SELECT c.family_id, c.version, c.kind, c.proposed_by, c.proposed_at, c.evidence, c.reason,
			c.approved_by, c.approved_at, c.effective_on, c.recorded_at, c.body
		FROM family_change c JOIN family f ON f.id = c.family_id
		WHERE {scope f.area} AND c.family_id = $1 ORDER BY c.version`
	err = each(ctx, query, []any{id}, func(rows *sql.Rows) error {
		var c registry.Change
		var proposed, approved, recorded int64
		var body sql.RawBytes
		err := rows.Scan(&c.FamilyID, &c.Version, &c.Kind, &c.ProposedBy, &proposed, &c.Evidence, &c.Reason,
			&c.ApprovedBy, &approved, &c.EffectiveOn, &recorded, &body)
		if err != nil {
			return err
		}
		c.ProposedAt, c.ApprovedAt, c.RecordedAt = instant(proposed), instant(approved), instant(recorded)
		if c.Body, err = registry.DecodeBody(body); err != nil {
			return err
		}
		h.Changes = append(h.Changes, c)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("registrydb: changes: %w", err)
	}
	err = s.observations(ctx, []ident.ID{id}, all, func(o registry.Observation) {
		h.Observations = append(h.Observations, o)
	})
	if err != nil {
		return nil, err
	}
	return h, nil
}

// Which observations are read: all of them, or those that were not taken back.
const (
	all      = ""
	standing = " AND NOT EXISTS (SELECT 1 FROM change_undone u WHERE u.family_id = o.family_id AND u.version = o.version)"
)

// observations calls fn for the observations of families, by family, version
// and subject: those made there, and those that came along with somebody.
func (s *Store) observations(ctx context.Context, families []ident.ID, which string, fn func(registry.Observation)) error {
	err := chunks(families, func(part []ident.ID) error {
		places, args := in(1, part)
		query := `SELECT o.family_id, o.version, o.subject, o.source, o.observed_on, o.recorded_at, o.facts, o.withdrawn, 0
			FROM observation o JOIN family f ON f.id = o.family_id
			WHERE {scope f.area} AND o.family_id IN (` + places + `)` + which + `
			UNION ALL
			SELECT o.family_id, o.version, o.subject, o.source, o.observed_on, o.recorded_at, o.facts, '', o.no
			FROM carried_observation o JOIN family f ON f.id = o.family_id
			WHERE {scope f.area} AND o.family_id IN (` + places + `)` + which + `
			ORDER BY 1, 2, 3, 9`
		return each(ctx, query, args, func(rows *sql.Rows) error {
			var o registry.Observation
			var recorded int64
			var no int
			var packed, withdrawn sql.RawBytes
			if err := rows.Scan(&o.FamilyID, &o.Version, &o.PersonID, &o.Source, &o.ObservedOn, &recorded, &packed, &withdrawn, &no); err != nil {
				return err
			}
			if o.PersonID == o.FamilyID {
				o.PersonID = ident.ID{}
			}
			o.RecordedAt = instant(recorded)
			var err error
			if o.Facts, err = indicator.Unpack(packed); err != nil {
				return err
			}
			if o.Withdrawn, err = readNumbers(withdrawn); err != nil {
				return err
			}
			fn(o)
			return nil
		})
	})
	if err != nil {
		return fmt.Errorf("registrydb: observations: %w", err)
	}
	return nil
}

// readNumbers reads what numbers wrote.
func readNumbers(text []byte) ([]int, error) {
	if len(text) == 0 {
		return nil, nil
	}
	var nos []int
	for part := range bytes.SplitSeq(text, []byte{','}) {
		no, err := strconv.Atoi(string(part))
		if err != nil {
			return nil, fmt.Errorf("withdrawn facts are damaged: %w", err)
		}
		nos = append(nos, no)
	}
	return nos, nil
}

func instant(milli int64) time.Time { return time.UnixMilli(milli).UTC() }
