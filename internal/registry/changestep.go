package registry

import (
	"time"

	"gotong/internal/civil"
)

// ChangeStep is one change in a family's history, for programs: when it held and
// was recorded, who proposed and approved it, on what, and what it stopped.
type ChangeStep struct {
	Version     int        `json:"version"`
	Kind        ChangeKind `json:"kind"`
	EffectiveOn civil.Date `json:"effective_on"`
	RecordedAt  time.Time  `json:"recorded_at"`
	ProposedBy  string     `json:"proposed_by"`
	ApprovedBy  string     `json:"approved_by"`
	Evidence    string     `json:"evidence,omitempty"`
	Undoes      []int      `json:"undoes,omitempty"` // versions that it takes back
	Stopped     []Stopped  `json:"stopped,omitempty"`
}

// Steps returns the changes of a history, the first one first.
func (h *History) Steps() []ChangeStep {
	steps := make([]ChangeStep, len(h.Changes))
	for i, c := range h.Changes {
		steps[i] = ChangeStep{Version: c.Version, Kind: c.Kind, EffectiveOn: c.EffectiveOn, RecordedAt: c.RecordedAt.UTC(), ProposedBy: c.ProposedBy,
			ApprovedBy: c.ApprovedBy, Evidence: c.Evidence, Undoes: c.Body.Undoes, Stopped: c.Body.Stopped}
	}
	return steps
}
