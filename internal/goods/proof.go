package goods

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"image"
	_ "image/jpeg" // photos of telephones
	_ "image/png"  // signatures drawn on a screen
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/fault"
	"gotong/internal/ident"
)

// ProofKind is a sort of picture that proves something.
type ProofKind string

// The kinds of proof.
const (
	Photo        ProofKind = "photo"
	Signature    ProofKind = "signature"
	ReceiptPhoto ProofKind = "receipt"
)

// Spot is where something happened, in millionths of a degree.
type Spot struct{ Latitude, Longitude int64 }

// Valid reports whether the spot is on the globe.
func (p Spot) Valid() bool {
	return p.Latitude >= -90e6 && p.Latitude <= 90e6 && p.Longitude >= -180e6 && p.Longitude <= 180e6
}

// String writes the spot in degrees.
func (p Spot) String() string {
	return fmt.Sprintf("%.6f, %.6f", float64(p.Latitude)/1e6, float64(p.Longitude)/1e6)
}

// Proof is a picture on record. The picture itself lies sealed in the data
// folder, without what the camera wrote into it; SHA256 is of the file as it
// was taken, so that the same picture is known again.
type Proof struct {
	ID     ident.ID
	Area   string
	Kind   ProofKind
	SHA256 [32]byte
	Bytes  int64
	Width  int
	Height int
	Spot   *Spot
	Actor  string
	At     time.Time
}

const proofLabel = "goods.proof"

// readPicture checks that b is a picture within the rules, reads where it was
// taken, and returns it without what else the camera wrote into it.
func readPicture(b []byte, rules Rules) (clean []byte, p Proof, err error) {
	if len(b) > rules.Proof.Bytes {
		return nil, p, fault.Invalid("goods.picture_too_large", "kb", rules.Proof.Bytes/1024)
	}
	config, format, err := image.DecodeConfig(bytes.NewReader(b))
	if err != nil || format != "jpeg" && format != "png" {
		return nil, p, fault.Invalid("goods.no_picture").Because(err)
	}
	if config.Width <= 0 || config.Height <= 0 || config.Width > rules.Proof.Pixels/config.Height {
		return nil, p, fault.Invalid("goods.picture_too_large", "kb", rules.Proof.Bytes/1024)
	}
	if _, _, err := image.Decode(bytes.NewReader(b)); err != nil {
		return nil, p, fault.Invalid("goods.no_picture").Because(err)
	}
	p.SHA256, p.Width, p.Height = sha256.Sum256(b), config.Width, config.Height
	clean, p.Spot = strip(b, format)
	p.Bytes = int64(len(clean))
	return clean, p, nil
}

// keep checks a picture and records it; nil is no picture. The file is on
// disk before the transaction ends; one whose transaction fails is a sealed
// file that nothing names.
func (s *Service) keep(ctx context.Context, kind ProofKind, area string, picture []byte) (Proof, error) {
	if len(picture) == 0 {
		return Proof{}, nil
	}
	actor, err := access.Require(ctx, access.HandGoods)
	if err != nil {
		return Proof{}, err
	}
	rules, err := s.Rules()
	if err != nil {
		return Proof{}, err
	}
	clean, p, err := readPicture(picture, rules)
	if err != nil {
		return p, err
	}
	p.ID, p.Area, p.Kind, p.Actor, p.At = s.IDs.New(), area, kind, actor.Login, s.now()
	if err := s.Folder.Put(p.ID.String(), s.Vault.Seal(proofLabel+p.ID.String(), string(clean))); err != nil {
		return p, err
	}
	return p, s.Store.AddProof(ctx, p)
}

// Picture opens a picture; the look is recorded before it is handed out.
func (s *Service) Picture(ctx context.Context, id ident.ID) (Proof, []byte, error) {
	var p Proof
	var plain string
	err := s.look(ctx, func(ctx context.Context) (audit.Act, error) {
		var err error
		if p, err = s.Store.Proof(ctx, id); err != nil {
			return audit.Act{}, err
		}
		sealed, err := s.Folder.Read(id.String())
		if err != nil {
			return audit.Act{}, err
		}
		if plain, err = s.Vault.Open(proofLabel+id.String(), sealed); err != nil {
			return audit.Act{}, fault.Conflict("goods.picture_changed").Because(err)
		}
		a := act("picture", id, p.Area, string(p.Kind))
		a.Fields = []string{string(p.Kind)}
		return a, nil
	})
	return p, []byte(plain), err
}
