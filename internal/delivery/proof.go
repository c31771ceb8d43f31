package delivery

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"time"

	"gotong/internal/access"
	"gotong/internal/bank"
	"gotong/internal/fault"
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
			if err := s.put(pictureName(hex.EncodeToString(sum[:])), b, func(string) {}); err != nil {
				return err
			}
		}
	}
	return nil
}

// PaymentSeen is what a payer of the post office showed for a payment. The
// pictures are opened one by one, by Picture.
type PaymentSeen struct {
	File     string // name of the package
	FileLine int
	Verdict  Verdict // what was made of that line of it
	At       time.Time
	Lat, Lon string // degrees, as the payer's device gave them; "" for unknown
	// SHA-256 of the pictures, hex; "" where there was none.
	Photo, Signature string
}

// Picture opens a photo or signature of a line's proofs, named by its SHA-256
// in hex, once the look is recorded. It needs access.SeeMoney.
func (s *Service) Picture(ctx context.Context, id ident.ID, line int64, sum string) ([]byte, error) {
	if _, err := access.Require(ctx, access.SeeMoney); err != nil {
		return nil, err
	}
	field := ""
	err := s.Unit.Read(ctx, func(ctx context.Context) error {
		l, err := s.Store.List(ctx, id)
		if err != nil {
			return err
		}
		all, err := s.Store.ProofsOf(ctx, id, line)
		if err != nil {
			return err
		}
		for _, p := range all {
			switch sum {
			case "":
			case p.Photo:
				field = "photo"
			case p.Signature:
				field = "signature"
			}
		}
		if field == "" {
			return fault.NotFound("delivery.no_picture")
		}
		return s.read(ctx, l, "payment.picture", 1, field)
	})
	if err != nil {
		return nil, err
	}
	b, err := s.get(pictureName(sum))
	if err != nil {
		return nil, err
	}
	if got := sha256.Sum256(b); hex.EncodeToString(got[:]) != sum {
		return nil, fault.Conflict("delivery.picture_changed")
	}
	return b, nil
}

// pictureName is what a picture is kept under.
func pictureName(sum string) string { return "bukti-" + sum }

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
