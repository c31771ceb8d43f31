package determination

import (
	"slices"

	"gotong/internal/snapshot"
)

// partDigits is how many digits of an area's code name a partition: a quota
// by such areas or smaller ones is shared out within one.
const partDigits = 4

// quotas shares out the quotas that reach over partitions.
func (e *engine) quotas(programmes []int) error {
	for _, k := range programmes {
		x := e.plan.all[k]
		q := e.plan.quota(x)
		if q == nil {
			continue
		}
		if q.Codes() >= partDigits {
			e.results[k].Quota = slices.Concat(e.uses[k]...)
			continue
		}
		areas := make([]int64, len(e.Snapshot.Parts))
		for i, p := range e.Snapshot.Parts {
			areas[i] = quotaAreaOf(q, p.Area)
		}
		e.results[k].Quota = share(q, x.Priority, e.waiting[k], func(part, _ int) int64 { return areas[part] })
		for part, l := range e.waiting[k] {
			if err := e.shared(k, part, l); err != nil {
				return err
			}
			e.waiting[k][part] = nil
		}
	}
	return nil
}

// shared finishes a file whose quota is shared out, once it is known who
// receives the programme.
func (e *engine) shared(k, part int, l *laid) error {
	if state := e.states[k][part]; state != nil {
		p, err := e.Snapshot.PartitionOf(e.Snapshot.Parts[part], snapshot.Only())
		if err != nil {
			return err
		}
		f, err := p.Read(0, p.Families, snapshot.Only())
		if err != nil {
			return err
		}
		*state = familiesReceiving(e.plan.all[k], &f.Batch, l.entitledRows(), l.open)
	}
	e.finish(k, part, l)
	return nil
}
