package conditiondb

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"gotong/internal/civil"
	"gotong/internal/condition"
	"gotong/internal/db"
	"gotong/internal/ident"
)

// months writes months in a column.
func months(all []condition.Month) string {
	words := make([]string, len(all))
	for i, m := range all {
		words[i] = m.String()
	}
	return strings.Join(words, " ")
}

func monthsOf(text string) ([]condition.Month, error) {
	var list []condition.Month
	for _, word := range strings.Fields(text) {
		m, err := condition.ParseMonth(word)
		if err != nil {
			return nil, err
		}
		list = append(list, m)
	}
	return list, nil
}

// AddEffect adds what follows for an instalment.
func (Store) AddEffect(ctx context.Context, e condition.Effect) error {
	return db.Exec(ctx, "conditiondb: adding an effect", `INSERT INTO duty_effect (id, programme, version, family_id, person_id, area, component, period, sanction, percent, misses, status, maker, made_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`, e.ID, e.Programme, e.Version, e.FamilyID, e.PersonID, e.Area, e.Component, e.Period,
		string(e.Sanction), e.Percent, months(e.Misses), string(e.Status), e.Maker, e.MadeAt.UnixMilli())
}

// SaveEffect writes what may change of an effect.
func (Store) SaveEffect(ctx context.Context, e condition.Effect) error {
	return db.Change(ctx, "conditiondb: saving an effect", "condition.no_effect", `UPDATE duty_effect AS e SET sanction = $2, percent = $3, misses = $4, status = $5, letter = $6, noticed_by = $7, noticed_at = $8
		WHERE e.id = $1 AND {scope e.area}`, e.ID, string(e.Sanction), e.Percent, months(e.Misses), string(e.Status), e.Letter, db.Text(e.NoticedBy), db.Millis(e.NoticedAt))
}

const effectQuery = `SELECT e.id, e.programme, e.version, e.family_id, e.person_id, e.area, e.component, e.period, e.sanction, e.percent, e.misses, e.status, e.maker, e.made_at,
		e.letter, e.noticed_by, e.noticed_at, p.id, p.by_family, p.text, p.evidence, p.picture, p.filer, p.filed_at, p.due, p.status, p.decider, p.decided_at, p.why
	FROM duty_effect e LEFT JOIN duty_appeal p ON p.effect_id = e.id WHERE {scope e.area}`

func scanEffect(scan db.Scanner, e *condition.Effect) error {
	var made int64
	var misses string
	var by, words, evidence, filer, due, status, decider, why sql.NullString
	var noticed, family, filed, decided sql.NullInt64
	var p condition.Appeal
	err := scan(&e.ID, &e.Programme, &e.Version, &e.FamilyID, &e.PersonID, &e.Area, &e.Component, &e.Period, &e.Sanction, &e.Percent, &misses, &e.Status, &e.Maker, &made,
		&e.Letter, &by, &noticed, &p.ID, &family, &words, &evidence, &p.Picture, &filer, &filed, &due, &status, &decider, &decided, &why)
	if err != nil {
		return err
	}
	e.MadeAt, e.NoticedBy, e.NoticedAt = time.UnixMilli(made).UTC(), by.String, db.Instant(noticed)
	if e.Misses, err = monthsOf(misses); err != nil || p.ID.IsZero() {
		return err
	}
	p.Effect, p.Area, p.ByFamily, p.Text, p.Evidence, p.Filer, p.FiledAt = e.ID, e.Area, family.Int64 != 0, words.String, evidence.String, filer.String, db.Instant(filed)
	p.Status, p.Decider, p.DecidedAt, p.Why = condition.AppealStatus(status.String), decider.String, db.Instant(decided), why.String
	p.Due, err = civil.Parse(due.String)
	e.Appeal = &p
	return err
}

// Effect returns an effect with its appeal.
func (Store) Effect(ctx context.Context, id ident.ID) (condition.Effect, error) {
	return db.One(ctx, "conditiondb: reading an effect", "condition.no_effect", effectQuery+" AND e.id = $1", scanEffect, id)
}

// LockEffect returns an effect and has others wait for it.
func (s Store) LockEffect(ctx context.Context, id ident.ID) (condition.Effect, error) {
	if err := db.Exec(ctx, "conditiondb: locking an effect", "UPDATE duty_effect AS e SET maker = maker WHERE e.id = $1 AND {scope e.area}", id); err != nil {
		return condition.Effect{}, err
	}
	return s.Effect(ctx, id)
}

// Effects lists effects, newest instalment first.
func (Store) Effects(ctx context.Context, f condition.EffectFilter) ([]condition.Effect, error) {
	return db.All(ctx, "conditiondb: listing effects", effectQuery+` AND ($1 = '' OR e.programme = $1) AND ($2 = '' OR e.period = $2) AND ($3 = '' OR e.period <= $3) AND e.area LIKE $4 || '%'
		AND ($5 = '' OR e.status = $5) AND ($6 = '' OR p.status = $6) AND ($7 = '' OR e.sanction = $7) ORDER BY e.period DESC, e.area, e.id`, scanEffect,
		f.Programme, f.Period, f.Until, f.Area, string(f.Status), string(f.Appeal), f.Sanction)
}

// EffectsOf lists a family's effects, newest instalment first.
func (Store) EffectsOf(ctx context.Context, family ident.ID) ([]condition.Effect, error) {
	return db.All(ctx, "conditiondb: listing a family's effects", effectQuery+" AND e.family_id = $1 ORDER BY e.period DESC, e.id", scanEffect, family)
}

// AddAppeal adds an appeal.
func (Store) AddAppeal(ctx context.Context, p condition.Appeal) error {
	return db.Exec(ctx, "conditiondb: adding an appeal", `INSERT INTO duty_appeal (id, effect_id, area, by_family, text, evidence, picture, filer, filed_at, due, status)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`, p.ID, p.Effect, p.Area, db.Flag(p.ByFamily), p.Text, p.Evidence, p.Picture, p.Filer, p.FiledAt.UnixMilli(), p.Due, string(p.Status))
}

// SaveAppeal writes an appeal's decision.
func (Store) SaveAppeal(ctx context.Context, p condition.Appeal) error {
	return db.Change(ctx, "conditiondb: deciding an appeal", "condition.no_effect", "UPDATE duty_appeal AS p SET status = $2, decider = $3, decided_at = $4, why = $5 WHERE p.id = $1 AND {scope p.area}",
		p.ID, string(p.Status), p.Decider, p.DecidedAt.UnixMilli(), p.Why)
}

// Forget blanks what was said of a family in clear words, and returns of how
// many duties.
func (Store) Forget(ctx context.Context, family ident.ID) (int, error) {
	n, err := db.One(ctx, "conditiondb: counting duties", "condition.no_duty", "SELECT COUNT(*) FROM duty d WHERE d.family_id = $1 AND {scope d.area}",
		func(scan db.Scanner, n *int) error { return scan(n) }, family)
	if err != nil {
		return 0, err
	}
	err = db.Exec(ctx, "conditiondb: forgetting an appeal", `UPDATE duty_appeal AS p SET text = '', evidence = '', why = ''
		WHERE p.effect_id IN (SELECT e.id FROM duty_effect e WHERE e.family_id = $1) AND {scope p.area}`, family)
	if err != nil {
		return n, err
	}
	err = db.Exec(ctx, "conditiondb: forgetting what a facilitator noted", "UPDATE duty_verification SET note = '' WHERE {scope area} AND family_id = $1", family)
	if err != nil {
		return n, err
	}
	err = db.Exec(ctx, "conditiondb: forgetting a history's notes", `UPDATE duty_event AS e SET note = '' WHERE e.note <> ''
		AND e.duty_id IN (SELECT d.id FROM duty d WHERE d.family_id = $1 AND {scope d.area})`, family)
	if err != nil {
		return n, err
	}
	return n, db.Exec(ctx, "conditiondb: forgetting notes", "UPDATE duty AS d SET note = '' WHERE d.family_id = $1 AND {scope d.area}", family)
}
