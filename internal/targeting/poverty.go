package targeting

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/snapshot"
)

// SurveyPoverty is what a consumption survey found of an area. Indices are in
// millionths, of persons.
type SurveyPoverty struct {
	Survey     string     `json:"survey"`
	HeldOn     civil.Date `json:"held_on"`
	Area       string     `json:"area"` // empty for all that the survey covers
	Setting    Setting    `json:"setting"`
	Households int64      `json:"households"`
	P0         int64      `json:"p0"`
	P0Low      int64      `json:"p0_low"` // where the middle 95 of a hundred samples would lie
	P0High     int64      `json:"p0_high"`
	P1         int64      `json:"p1"`
	P2         int64      `json:"p2"`
	Extreme    int64      `json:"extreme"`

	RecordedBy string    `json:"-"`
	RecordedAt time.Time `json:"-"`
}

// PovertyStore keeps what surveys found.
type PovertyStore interface {
	// KeepPoverty records a survey's figures in place of those of the same
	// survey, day, area and setting.
	KeepPoverty(ctx context.Context, all []SurveyPoverty) error
	// PovertyOf returns what surveys found of an area, the newest first.
	PovertyOf(ctx context.Context, area string) ([]SurveyPoverty, error)
}

// PovertyRow is the measure of one area, by predicted consumption.
type PovertyRow struct {
	Area          string
	Measure       Measure
	Poor, Extreme *Line // of the area as a whole; nil where there is none
}

// PovertyPoint is the measure of an area by one ranking.
type PovertyPoint struct {
	Ranking ident.ID
	AsOf    civil.Date
	Model   string
	Measure Measure
}

// PovertyReport is what is known of poverty in an area.
type PovertyReport struct {
	Area    string
	Ranking Header
	Whole   PovertyRow
	Rows    []PovertyRow    // of the areas just below
	Trend   []PovertyPoint  // by predicted consumption, the oldest first; one a day
	Surveys []SurveyPoverty // the newest first
}

// trendMost is how many days a trend has at most.
const trendMost = 12

// Poverty returns the measures of an area that lies in the actor's areas, by
// the newest ranking, with those of the areas just below it, how they moved
// over the rankings, and what surveys found. For an area above the actor's it
// is that of the actor's first area. Figures of areas only, no one's data.
func (s *Service) Poverty(ctx context.Context, area string) (PovertyReport, error) {
	actor, err := access.Require(ctx, access.SeeDashboard)
	if err != nil {
		return PovertyReport{}, err
	}
	within := actor.Scope.Within(area)
	if !within.Covers(area) {
		if len(within.Prefixes()) == 0 {
			return PovertyReport{}, fault.NotFound("targeting.poverty.no_area")
		}
		area = within.Prefixes()[0]
	}
	r := PovertyReport{Area: area}
	headers, err := s.newest(ctx, 10*trendMost)
	if err != nil {
		return r, err
	}
	if len(headers) == 0 {
		return r, fault.NotFound("targeting.poverty.no_ranking")
	}
	r.Ranking = headers[0]
	if r.Rows, err = s.measures(ctx, headers[0], area); err != nil {
		return r, err
	}
	r.Whole = PovertyRow{Area: area}
	for i := range r.Rows {
		r.Whole.Measure.Merge(r.Rows[i].Measure)
		s.withLines(&r.Rows[i], headers[0].AsOf)
	}
	s.withLines(&r.Whole, headers[0].AsOf)
	if len(area) == villageDigits {
		r.Rows = nil // a village is its own and only row
	}
	if err := s.trend(ctx, &r, headers); err != nil {
		return r, err
	}
	if s.Surveys == nil {
		return r, nil
	}
	err = s.Unit.Read(ctx, func(ctx context.Context) error {
		r.Surveys, err = s.Surveys.PovertyOf(ctx, area)
		return err
	})
	return r, err
}

func (s *Service) withLines(row *PovertyRow, on civil.Date) {
	setting := SettingIn(s.Catalogue, row.Area, on)
	for kind, into := range map[LineKind]**Line{LinePoor: &row.Poor, LineExtreme: &row.Extreme} {
		if line, err := s.Lines.Line(kind, row.Area, setting, on); err == nil {
			*into = &line
		}
	}
}

// trend takes the newest ranking of each day.
func (s *Service) trend(ctx context.Context, r *PovertyReport, headers []Header) error {
	seen := map[civil.Date]bool{}
	for _, h := range headers {
		if seen[h.AsOf] || len(r.Trend) == trendMost {
			continue
		}
		seen[h.AsOf] = true
		rows, err := s.measures(ctx, h, r.Area)
		if err != nil {
			return err
		}
		p := PovertyPoint{Ranking: h.ID, AsOf: h.AsOf, Model: h.Model}
		for _, row := range rows {
			p.Measure.Merge(row.Measure)
		}
		if p.Measure.Persons > 0 {
			r.Trend = append(r.Trend, p)
		}
	}
	slices.SortFunc(r.Trend, func(a, b PovertyPoint) int { return int(a.AsOf - b.AsOf) })
	return nil
}

// below returns how many digits name the areas just below one.
func below(area string) int {
	for _, digits := range []int{2, 4, 6, villageDigits} {
		if len(area) < digits {
			return digits
		}
	}
	return villageDigits
}

// measures returns the measures of the areas just below one, by their codes.
// Those of provinces and regencies a ranking has counted; those of smaller
// areas are counted from its files.
func (s *Service) measures(ctx context.Context, h Header, area string) ([]PovertyRow, error) {
	digits := below(area)
	byArea := map[string]*Measure{}
	of := func(code string) *Measure {
		if byArea[code] == nil {
			byArea[code] = &Measure{}
		}
		return byArea[code]
	}
	if digits <= regencyDigits {
		for _, region := range h.Regions {
			if strings.HasPrefix(region.Area, area) {
				of(region.Area[:digits]).Merge(region.Measure)
			}
		}
	} else if err := s.measureWithin(ctx, h, area, func(village string) *Measure { return of(village[:digits]) }); err != nil {
		return nil, fmt.Errorf("targeting: measuring poverty: %w", err)
	}
	var rows []PovertyRow
	for code, m := range byArea {
		rows = append(rows, PovertyRow{Area: code, Measure: *m})
	}
	slices.SortFunc(rows, func(a, b PovertyRow) int { return strings.Compare(a.Area, b.Area) })
	return rows, nil
}

// measureWithin counts the families of an area within one regency.
func (s *Service) measureWithin(ctx context.Context, h Header, area string, of func(village string) *Measure) error {
	ranking, err := s.Open(ctx, h.ID)
	if err != nil {
		return err
	}
	lines, err := ranking.Lines()
	if err != nil {
		return err
	}
	snap, err := s.Snapshots.Open(ctx, h.SnapshotID)
	if err != nil {
		return err
	}
	for i, part := range snap.Parts {
		if part.Area != area[:regencyDigits] {
			continue
		}
		choice := snapshot.Only().With(indicator.Family, "size").With(indicator.Family, "urban")
		p, err := snap.PartitionOf(part, choice)
		if err != nil {
			return err
		}
		f, err := p.Read(0, p.Families, choice)
		if err != nil {
			return err
		}
		ranks, err := ranking.Ranks(i)
		if err != nil {
			return err
		}
		ranks.Fill(f)
		score := OwnScore(f.Families)
		measured := measuring{lines: lines, on: h.AsOf}
		for row := range f.Areas {
			village := f.Area(row)
			if strings.HasPrefix(village, area) {
				v, known := score.At(row)
				measured.family(of(village), f, row, v, known)
			}
		}
	}
	return nil
}

// KeepSurvey records what a survey found, to be shown beside predictions. It
// returns fault.Forbidden for an area that is not the actor's: what a survey
// says of others, or of the nation, is theirs to keep.
func (s *Service) KeepSurvey(ctx context.Context, all []SurveyPoverty) error {
	actor, err := access.Require(ctx, access.RunDetermination)
	if err != nil {
		return err
	}
	now := s.Clock.Now()
	for i := range all {
		x := &all[i]
		x.Survey = strings.TrimSpace(x.Survey)
		switch {
		case x.Survey == "" || len(x.Survey) > mostNote:
			return fault.Invalid("targeting.poverty.survey_name", "most", mostNote)
		case !actor.Scope.Covers(x.Area):
			return fault.Forbidden("targeting.poverty.not_yours", "area", x.Area)
		case x.HeldOn > civil.OfTime(now):
			return fault.Invalid("targeting.poverty.future", "date", x.HeldOn)
		}
		x.RecordedBy, x.RecordedAt = actor.Login, now
	}
	return s.Unit.Write(ctx, func(ctx context.Context) error {
		if err := s.Surveys.KeepPoverty(ctx, all); err != nil {
			return err
		}
		return s.Log.Append(ctx, audit.Act{Purpose: access.PurposeStatistics, Action: "poverty.survey", Subject: all[0].Survey, Count: int64(len(all)), Detail: all[0].HeldOn.String()})
	})
}
