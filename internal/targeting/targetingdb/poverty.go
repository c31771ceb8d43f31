package targetingdb

import (
	"context"
	"database/sql"
	"time"

	"gotong/internal/db"
	"gotong/internal/targeting"
)

var _ targeting.PovertyStore = Store{}

// KeepPoverty implements targeting.PovertyStore.
func (Store) KeepPoverty(ctx context.Context, all []targeting.SurveyPoverty) error {
	for _, x := range all {
		if _, err := db.From(ctx).Exec(ctx, `INSERT INTO survey_poverty
			(survey, held_on, area, setting, households, p0, p0_low, p0_high, p1, p2, extreme, recorded_by, recorded_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
			ON CONFLICT (survey, held_on, area, setting) DO UPDATE SET households = excluded.households, p0 = excluded.p0, p0_low = excluded.p0_low,
				p0_high = excluded.p0_high, p1 = excluded.p1, p2 = excluded.p2, extreme = excluded.extreme, recorded_by = excluded.recorded_by, recorded_at = excluded.recorded_at`,
			x.Survey, x.HeldOn, x.Area, string(x.Setting), x.Households, x.P0, x.P0Low, x.P0High, x.P1, x.P2, x.Extreme, x.RecordedBy, x.RecordedAt.UnixMilli()); err != nil {
			return err
		}
	}
	return nil
}

// PovertyOf implements targeting.PovertyStore.
func (Store) PovertyOf(ctx context.Context, area string) ([]targeting.SurveyPoverty, error) {
	var all []targeting.SurveyPoverty
	rows, err := db.From(ctx).Query(ctx, `SELECT survey, held_on, area, setting, households, p0, p0_low, p0_high, p1, p2, extreme, recorded_by, recorded_at
		FROM survey_poverty WHERE area = $1 ORDER BY held_on DESC, survey, setting`, area)
	return all, db.Each(rows, err, func(rows *sql.Rows) error {
		var x targeting.SurveyPoverty
		var at int64
		err := rows.Scan(&x.Survey, &x.HeldOn, &x.Area, &x.Setting, &x.Households, &x.P0, &x.P0Low, &x.P0High, &x.P1, &x.P2, &x.Extreme, &x.RecordedBy, &at)
		x.RecordedAt = time.UnixMilli(at).UTC()
		all = append(all, x)
		return err
	})
}
