package determination

import (
	"context"
	"fmt"
	"sync"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/nik"
	"gotong/internal/registry"
)

// Status is what the public check shows of a family: no names, no amounts.
type Status struct {
	AsOf      civil.Date
	Receiving []StatusLine
}

// StatusLine is one programme that a family receives.
type StatusLine struct {
	Programme string
	Every     string // how often it is paid
}

// Check returns the status that a NIK and a notice code open together, and
// whether they open one. An unknown NIK, a wrong code and a family that
// receives nothing are one case: the same steps are taken for each, up to the
// one look-up that fails. It waits for nobody who writes: that it was asked is
// kept aside, before anything is looked for.
func (s *Service) Check(ctx context.Context, number, code string) (Status, bool, error) {
	digits, _ := nik.Parse(number) // one that is none is looked for like any other
	key := s.noticeKey(s.Keys.Blind(string(registry.KindNIK), string(digits)), ParseCode(code))
	ctx = access.With(ctx, access.System("status check"))
	var status Status
	found := false
	err := s.Unit.Read(ctx, func(ctx context.Context) error {
		act := audit.Act{Purpose: access.PurposeService, Action: "determination.check",
			Subject: s.Keys.Pseudonym("nik " + string(digits)), Fields: []string{"outcome"}, Count: 1}
		if err := s.Log.Append(ctx, act); err != nil {
			return err
		}
		id, family, err := s.Store.ByNoticeKey(ctx, key)
		if fault.Is(err, fault.KindNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		found = true
		status, err = s.status(ctx, id, family)
		return err
	})
	if err == nil && !found {
		err = s.failedCheck(ctx)
	}
	if err != nil {
		return Status{}, false, fmt.Errorf("determination: status check: %w", err)
	}
	return status, found, nil
}

// failedCheck counts a try that found nothing. More of them within a minute
// than the rule allows are put on record, once: somebody may be trying codes.
func (s *Service) failedCheck(ctx context.Context) error {
	now := s.Clock.Now()
	rule, err := s.Checks.On(civil.OfTime(now))
	if err != nil || !s.failures.add(now, rule.Alarm) {
		return nil // without a rule there is no alarm
	}
	if s.Warn != nil {
		s.Warn.WarnContext(ctx, "many failed status checks within a minute: somebody may be trying notice codes", "failed", rule.Alarm+1)
	}
	return s.Unit.Read(ctx, func(ctx context.Context) error {
		return s.Log.Append(ctx, audit.Act{Purpose: access.PurposeSystem, Action: "determination.check_alarm", Subject: "status check",
			Count: int64(rule.Alarm) + 1})
	})
}

// failures counts the tries of the public check that found nothing, minute by
// minute.
type failures struct {
	mu     sync.Mutex
	minute int64
	n      int
}

// add counts one more and reports whether it is the first above the limit in
// its minute.
func (f *failures) add(now time.Time, limit int) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if minute := now.Unix() / 60; minute != f.minute {
		f.minute, f.n = minute, 0
	}
	f.n++
	return f.n == limit+1
}

func (s *Service) status(ctx context.Context, id, family ident.ID) (Status, error) {
	h, err := s.Store.Header(ctx, id)
	if err != nil {
		return Status{}, err
	}
	rows, err := s.Store.OfFamily(ctx, id, family)
	if err != nil {
		return Status{}, err
	}
	status := Status{AsOf: h.AsOf}
	for _, r := range rows {
		line := StatusLine{Programme: r.Programme}
		if p, err := s.Programmes.Version(r.Programme, h.AsOf); err == nil {
			line.Every = string(p.Cycle.Every)
		}
		if r.Outcome == Entitled && (len(status.Receiving) == 0 || status.Receiving[len(status.Receiving)-1] != line) {
			status.Receiving = append(status.Receiving, line)
		}
	}
	return status, nil
}
