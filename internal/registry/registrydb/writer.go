package registrydb

import (
	"context"
	"fmt"
	"strconv"

	"gotong/internal/access"
	"gotong/internal/civil"
	"gotong/internal/db"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/registry"
)

// writer writes revisions: new rows in bulk, changed rows one by one.
type writer struct {
	tx                                                 *db.Tx
	store                                              *Store
	family, person, account, familyChange, observation *db.Bulk
	rebuild                                            func(context.Context) error // of indexes; nil for none
}

// Writer returns what writes revisions in the context's transaction.
func (s *Store) Writer(ctx context.Context) registry.Writer {
	tx := db.From(ctx)
	return &writer{
		tx: tx, store: s,
		family: tx.NewBulk("family", "id", "area", "local_key", "kk_sealed", "kk_blind", "address", "rt", "rw",
			"status", "head_name", "size", "facts", "observed_on", "version", "origin"),
		person: tx.NewBulk("person", "family_id", "id", "area", "name", "name_key", "born", "female", "relation",
			"mother_name", "nik_sealed", "nik_blind", "status", "facts", "observed_on"),
		account: tx.NewBulk("account", "family_id", "id", "person_id", "bank", "number_sealed", "number_blind",
			"holder", "status"),
		familyChange: tx.NewBulk("family_change", "family_id", "version", "kind", "proposed_by", "proposed_at", "evidence",
			"reason", "approved_by", "approved_at", "effective_on", "recorded_at", "body"),
		observation: tx.NewBulk("observation", "family_id", "version", "subject", "source", "observed_on", "recorded_at", "facts", "withdrawn"),
	}
}

// loadLeast is how many persons an import must bring for its indexes to be
// built at its end.
const loadLeast = 5_000

// Loader returns a Writer that leaves the indexes of an empty register for
// its Flush.
func (s *Store) Loader(ctx context.Context, persons int64) (registry.Writer, error) {
	w := s.Writer(ctx).(*writer)
	if persons < loadLeast {
		return w, nil
	}
	// Empty must be also what lies outside the actor's area.
	one, err := s.List(access.With(ctx, access.System("import")), registry.Filter{}, registry.Cursor{}, 1)
	if err != nil || len(one) > 0 {
		return w, err
	}
	w.rebuild, err = w.tx.DeferIndexes(ctx, "family", "person", "account")
	return w, err
}

// Put writes one revision. It returns fault.Conflict when the family has
// changed since the revision was made.
func (w *writer) Put(ctx context.Context, r *registry.Revision) error {
	err := w.putCurrent(ctx, r)
	if err == nil && r.Origin.IsZero() {
		err = w.putHistory(ctx, &r.Change, r.Observations)
	}
	if err == nil {
		err = w.putUndone(ctx, r)
	}
	if err == nil {
		err = w.putAccounts(ctx, r)
	}
	if err != nil {
		return fmt.Errorf("registrydb: writing family %s: %w", r.Change.FamilyID, conflict(err))
	}
	return nil
}

func (w *writer) putCurrent(ctx context.Context, r *registry.Revision) error {
	f := &r.Record.Family
	if r.New() {
		err := w.family.ID(f.ID).Text(f.Area).Text(f.LocalKey).Some(f.KKSealed).Some(f.KKBlind).Text(f.Address).Text(f.RT).Text(f.RW).
			Text(string(f.Status)).Text(f.HeadName).Int(int64(f.Size)).Append(packed(f.Packed, f.Facts)).AppendText(f.ObservedOn.Append).
			Int(int64(f.Version)).ID(r.Origin).End(ctx)
		if err != nil {
			return err
		}
	} else if err := w.update(ctx, f); err != nil {
		return err
	}
	for _, i := range r.NewMembers {
		p := &r.Record.Members[i]
		w.person.ID(p.FamilyID).ID(p.ID).Text(p.Area).Text(p.Name).Text(p.NameKey)
		if p.Born == nil {
			w.person.Null()
		} else {
			w.person.AppendText(p.Born.Append)
		}
		err := w.person.Int(db.Flag(p.Female)).Int(p.Relation).Text(p.MotherName).Some(p.NIKSealed).Some(p.NIKBlind).
			Text(string(p.Status)).Append(packed(p.Packed, p.Facts)).AppendText(p.ObservedOn.Append).End(ctx)
		if err != nil {
			return err
		}
	}
	for _, person := range r.Removed {
		_, err := w.tx.Exec(ctx, "DELETE FROM person WHERE {scope area} AND family_id = $1 AND id = $2", f.ID, person)
		if err != nil {
			return err
		}
	}
	for _, i := range r.ChangedMembers {
		if err := w.updateMember(ctx, &r.Record.Members[i]); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) update(ctx context.Context, f *registry.Family) error {
	if f.Version == 2 {
		if err := w.writeFirst(ctx, f.ID); err != nil {
			return err
		}
	}
	result, err := w.tx.Exec(ctx, `UPDATE family SET area = $1, local_key = $2, kk_sealed = $3, kk_blind = $4,
			address = $5, rt = $6, rw = $7, status = $8, head_name = $9, size = $10, facts = $11, observed_on = $12, version = $13, origin = NULL
		WHERE {scope area} AND id = $14 AND version = $15`,
		f.Area, f.LocalKey, blob(f.KKSealed), blob(f.KKBlind), f.Address, f.RT, f.RW, string(f.Status), f.HeadName, f.Size,
		f.Facts.Pack(), f.ObservedOn, f.Version, f.ID, f.Version-1)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n != 1 {
		return fault.Conflict("core.error.conflict").Because(err)
	}
	// Members stand in their family's area, also those who did not change.
	_, err = w.tx.Exec(ctx, "UPDATE person SET area = $1 WHERE {scope area} AND family_id = $2 AND area <> $1", f.Area, f.ID)
	return err
}

// writeFirst writes out the first version of a family that an import brought,
// which its rows have told until now.
func (w *writer) writeFirst(ctx context.Context, family ident.ID) error {
	first, err := w.store.firstVersions(ctx, []ident.ID{family})
	if err != nil || len(first) == 0 { // it came by hand
		return err
	}
	h := first[family]
	if err := w.putHistory(ctx, &h.Changes[0], h.Observations); err != nil {
		return err
	}
	return flush(ctx, w.familyChange, w.observation)
}

func (w *writer) updateMember(ctx context.Context, p *registry.Person) error {
	_, err := w.tx.Exec(ctx, `UPDATE person SET name = $1, name_key = $2, born = $3, female = $4, relation = $5,
			mother_name = $6, nik_sealed = $7, nik_blind = $8, status = $9, facts = $10, observed_on = $11
		WHERE {scope area} AND family_id = $12 AND id = $13`,
		p.Name, p.NameKey, born(p.Born), db.Flag(p.Female), p.Relation, p.MotherName, blob(p.NIKSealed), blob(p.NIKBlind),
		string(p.Status), p.Facts.Pack(), p.ObservedOn, p.FamilyID, p.ID)
	return err
}

func (w *writer) putHistory(ctx context.Context, c *registry.Change, observations []registry.Observation) error {
	body, err := c.Body.Encode()
	if err != nil {
		return err
	}
	err = w.familyChange.ID(c.FamilyID).Int(int64(c.Version)).Text(string(c.Kind)).Text(c.ProposedBy).Int(c.ProposedAt.UnixMilli()).
		Text(c.Evidence).Text(c.Reason).Text(c.ApprovedBy).Int(c.ApprovedAt.UnixMilli()).AppendText(c.EffectiveOn.Append).
		Int(c.RecordedAt.UnixMilli()).Text(string(body)).End(ctx)
	if err != nil {
		return err
	}
	for i := range observations {
		o := &observations[i]
		subject := o.PersonID
		if subject.IsZero() {
			subject = o.FamilyID
		}
		err := w.observation.ID(o.FamilyID).Int(int64(o.Version)).ID(subject).Text(string(o.Source)).AppendText(o.ObservedOn.Append).
			Int(o.RecordedAt.UnixMilli()).Append(o.Facts.AppendPack).Text(numbers(o.Withdrawn)).End(ctx)
		if err != nil {
			return err
		}
	}
	return nil
}

// packed appends facts as they are stored, which an import brings so.
func packed(already string, facts indicator.Facts) func([]byte) []byte {
	if already == "" {
		return facts.AppendPack
	}
	return func(b []byte) []byte { return append(b, already...) }
}

// putUndone writes what only events bring: observations that come along, and
// versions that are taken back.
func (w *writer) putUndone(ctx context.Context, r *registry.Revision) error {
	for no := range r.Carried {
		o := &r.Carried[no]
		subject := o.PersonID
		if subject.IsZero() {
			subject = o.FamilyID
		}
		_, err := w.tx.Exec(ctx, `INSERT INTO carried_observation (family_id, version, subject, no, source, observed_on, recorded_at, facts)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			o.FamilyID, o.Version, subject, no, string(o.Source), o.ObservedOn, o.RecordedAt.UnixMilli(), o.Facts.Pack())
		if err != nil {
			return err
		}
	}
	for _, version := range r.Change.Body.Undoes {
		_, err := w.tx.Exec(ctx, "INSERT INTO change_undone (family_id, version, by_version) VALUES ($1, $2, $3)",
			r.Change.FamilyID, version, r.Change.Version)
		if err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) putAccounts(ctx context.Context, r *registry.Revision) error {
	for _, person := range r.Closed {
		_, err := w.tx.Exec(ctx, `UPDATE account SET holder = '', status = 'closed' WHERE person_id = $1
			AND family_id IN (SELECT f.id FROM family f WHERE {scope f.area} AND f.id = $2)`, person, r.Change.FamilyID)
		if err != nil {
			return err
		}
	}
	for i := range r.Accounts {
		a := &r.Accounts[i]
		err := w.account.ID(a.FamilyID).ID(a.ID).ID(a.PersonID).Text(a.Bank).Blob(a.Sealed).Blob(a.Blind).Text(a.Holder).
			Text(string(a.Status)).End(ctx)
		if err != nil {
			return err
		}
	}
	return nil
}

// Flush sends what is buffered.
func (w *writer) Flush(ctx context.Context) error {
	err := flush(ctx, w.family, w.person, w.account, w.familyChange, w.observation)
	if err == nil && w.rebuild != nil {
		err = w.rebuild(ctx)
	}
	return err
}

func flush(ctx context.Context, all ...*db.Bulk) error {
	for _, b := range all {
		if err := b.Flush(ctx); err != nil {
			return fmt.Errorf("registrydb: %w", conflict(err))
		}
	}
	return nil
}

// conflict says of a key that is there already that somebody was first.
func conflict(err error) error {
	if db.IsUnique(err) {
		return fault.Conflict("core.error.conflict").Because(err)
	}
	return err
}

// blob stores an absent value as NULL: a nil []byte inside an any is no NULL.
func blob(b []byte) any {
	if len(b) == 0 {
		return nil
	}
	return b
}

// numbers writes the numbers of facts as 4,17.
func numbers(nos []int) string {
	var b []byte
	for i, no := range nos {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, int64(no), 10)
	}
	return string(b)
}

func born(d *civil.Date) any {
	if d == nil {
		return nil
	}
	return d.String()
}
