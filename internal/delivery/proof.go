package delivery

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"

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
func (s *Service) pictures(said *Said) error {
	for _, i := range slices.Sorted(maps.Keys(said.proved)) {
		p := said.proved[i]
		for _, b := range [][]byte{p.Photo, p.Signature} {
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
func (s *Service) doubles(ctx context.Context, list ident.ID, m *Matches) error {
	var before map[int64][32]byte
	m.doubled = map[int]bool{}
	for i := range m.said.proved {
		f := m.of(i)
		if f.Verdict != Explained || f.Reason != Repeated || f.Status != bank.Credited {
			continue
		}
		if before == nil {
			var err error
			if before, err = s.Store.Proofs(ctx, list); err != nil {
				return err
			}
		}
		if was, ok := before[f.LineNo]; !ok || was != f.Proof.Digest() {
			m.doubled[i] = true
		}
	}
	return nil
}

// shown are the proofs of a file's lines.
func (m *Matches) shown() []Shown {
	var all []Shown
	for _, i := range slices.Sorted(maps.Keys(m.said.proved)) {
		f := m.of(i)
		if f.LineNo == 0 {
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
