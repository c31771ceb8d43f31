package programme

import (
	"gotong/internal/column"
	"gotong/internal/rule"
)

// Values answer a rule of the programme for every row of a batch, by one of
// the rules' readers.
type Values func(*rule.Rule) rule.Values

// Kernels answers by the kernels.
func Kernels(b *column.Batch) Values {
	return func(r *rule.Rule) rule.Values { return r.Kernel().Values(b) }
}

// Failed is told of each rule that cannot be computed for a subject, though
// no fact is missing, and where the answer would count; row is the subject's.
type Failed func(r *rule.Rule, row int)

func (tell Failed) row(r *rule.Rule, bad column.Bitmap, at, subject int) {
	if bad != nil && bad.Get(at) {
		tell(r, subject)
	}
}
