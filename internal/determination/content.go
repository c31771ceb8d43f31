package determination

import (
	"encoding/hex"

	"gotong/internal/civil"
	"gotong/internal/programme"
	"gotong/internal/snapshot"
)

// Format is the version of the outcome files' layout and of the rules by
// which outcomes follow from answers.
const Format = 2

// Content is what a determination holds: all that its digest covers.
type Content struct {
	Format     int               `json:"format"`
	Snapshot   string            `json:"snapshot"`        // digest
	Ranking    string            `json:"ranking"`         // digest
	Model      string            `json:"model"`           // digest of the scoring model
	Order      string            `json:"order,omitempty"` // by what families stand: score, community or hybrid
	RulePack   string            `json:"rule_pack"`       // digest of all programme files
	AsOf       civil.Date        `json:"as_of"`
	Scope      string            `json:"scope"`
	Programmes []ProgrammeResult `json:"programmes"` // in the order of deciding
}

// Digest returns the hex SHA-256 of the content.
func (c Content) Digest() string { return snapshot.Digest("determination", c) }

// ProgrammeResult is what a determination says of one programme.
type ProgrammeResult struct {
	Code    string     `json:"code"`
	Version string     `json:"version"`
	File    string     `json:"file"`
	Digest  string     `json:"digest"` // of the file, hex
	Persons bool       `json:"persons"`
	Counts  Counts     `json:"counts"`
	Quota   []QuotaUse `json:"quota,omitempty"`

	// Failures are rules that cannot be computed of everybody; a determination
	// with any is not enacted.
	Failures []Failure `json:"failures,omitempty"`

	Parts []Part `json:"parts"` // by regency, as in the snapshot
}

// Part is one outcome file.
type Part struct {
	Area string `json:"area"`
	File string `json:"file"`
	snapshot.Sum
}

// rulePack names all the programme files together.
func rulePack(all []*programme.Programme) string {
	digests := make([]string, len(all))
	for i, p := range all {
		digests[i] = p.Code + " " + p.Version() + " " + hex.EncodeToString(p.Digest[:])
	}
	return snapshot.Digest("rule pack", digests)
}
