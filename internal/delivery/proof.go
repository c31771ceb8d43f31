package delivery

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"gotong/internal/bank"
	"gotong/internal/ident"
)

// Shown is a payer's proof of one line, as it is kept.
type Shown struct {
	FileLine         int
	LineNo           int64
	Proof            *bank.Proof
	Photo, Signature []byte // SHA-256 of the pictures; nil where there was none
	Digest           [32]byte
}

// pictures keeps the pictures of a package, sealed, each by what it holds.
// That one lies there which no line names in the end does no harm.
func (s *Service) pictures(results []bank.Result) error {
	for _, r := range results {
		if r.Proof == nil {
			continue
		}
		for _, b := range [][]byte{r.Proof.Photo, r.Proof.Signature} {
			if b == nil {
				continue
			}
			sum := sha256.Sum256(b)
			if err := s.put("bukti-"+hex.EncodeToString(sum[:]), b, func(string) {}); err != nil {
				return err
			}
		}
	}
	return nil
}

// doubles queues the lines that were paid before by another proof.
func (s *Service) doubles(ctx context.Context, list ident.ID, findings []Finding) error {
	var before map[int64][32]byte
	for i := range findings {
		f := &findings[i]
		if f.Proof == nil || f.Verdict != Explained || f.Reason != Repeated || f.Status != bank.Credited {
			continue
		}
		if before == nil {
			var err error
			if before, err = s.Store.Proofs(ctx, list); err != nil {
				return err
			}
		}
		if was, ok := before[f.LineNo]; !ok || was != f.Proof.Digest() {
			f.Verdict, f.Reason, f.To = Queued, DoubleProof, ""
		}
	}
	return nil
}

// shown are the proofs of a file's lines.
func shown(findings []Finding) []Shown {
	var all []Shown
	for i := range findings {
		f := &findings[i]
		if f.Proof == nil || f.LineNo == 0 {
			continue
		}
		all = append(all, Shown{FileLine: f.Line, LineNo: f.LineNo, Proof: f.Proof, Photo: sumOf(f.Proof.Photo), Signature: sumOf(f.Proof.Signature), Digest: f.Proof.Digest()})
	}
	return all
}

func sumOf(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	sum := sha256.Sum256(b)
	return sum[:]
}
