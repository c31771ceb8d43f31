package audit

import (
	"bufio"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"gotong/internal/access"
	"gotong/internal/clock"
	"gotong/internal/fault"
	"gotong/internal/work"
)

// Signer signs heads of the log.
type Signer interface {
	Sign(message []byte) []byte
	Public() ed25519.PublicKey
}

// Service reads, seals and verifies the log.
type Service struct {
	unit   work.Unit
	store  Store
	signer Signer
	clock  clock.Clock
	log    *Log
	// anchor is a file outside the database with every checkpoint, so that
	// a database rolled back to an earlier state is found out.
	anchor string
}

// NewService returns a Service whose checkpoints are also kept in the file
// anchor, outside the database.
func NewService(unit work.Unit, store Store, signer Signer, c clock.Clock, anchor string) *Service {
	return &Service{unit: unit, store: store, signer: signer, clock: c, log: NewLog(store, c), anchor: anchor}
}

// Log returns the log that acts are appended to.
func (s *Service) Log() *Log { return s.log }

// Checkpoint signs the log's head and keeps it in the database and outside.
func (s *Service) Checkpoint(ctx context.Context) (Checkpoint, error) {
	var c Checkpoint
	err := s.unit.Write(ctx, func(ctx context.Context) error {
		var err error
		c, err = s.store.SaveCheckpoint(ctx, func(size int64, root [32]byte) []byte {
			return s.signer.Sign(CheckpointMessage(size, root))
		}, s.clock.Now())
		return err
	})
	if err != nil {
		return c, fmt.Errorf("audit: checkpoint: %w", err)
	}
	return c, s.keepOutside(c)
}

func (s *Service) keepOutside(c Checkpoint) error {
	if err := os.MkdirAll(filepath.Dir(s.anchor), 0o700); err != nil {
		return fmt.Errorf("audit: %w", err)
	}
	line, err := json.Marshal(c)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(s.anchor, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("audit: %w", err)
	}
	if _, err := f.Write(append(line, '\n')); err != nil {
		return errors.Join(err, f.Close())
	}
	return errors.Join(f.Sync(), f.Close())
}

// Newest returns the newest head of this log in a file of signed heads, such
// as the one that another machine left; fault.NotFound where there is none.
func (s *Service) Newest(file string) (Checkpoint, error) {
	all, err := heads(file)
	var newest Checkpoint
	for _, c := range all {
		if c.Size > newest.Size && s.trusts(c) {
			newest = c
		}
	}
	if err == nil && newest.Size == 0 {
		err = fault.NotFound("audit.no_head", "file", file)
	}
	return newest, err
}

func (s *Service) trusts(c Checkpoint) bool {
	return ed25519.Verify(s.signer.Public(), c.Message(), c.Signature)
}

// outside returns the heads that are kept outside the database.
func (s *Service) outside() ([]Checkpoint, error) { return heads(s.anchor) }

// heads reads a file of signed heads; one that is not there holds none.
func heads(file string) ([]Checkpoint, error) {
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	defer f.Close()
	var all []Checkpoint
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var c Checkpoint
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			// A torn last line after a power cut is no tampering; what it
			// would have said is in the database too.
			continue
		}
		all = append(all, c)
	}
	return all, lines.Err()
}

// Verify recomputes the log from its entries' bytes and holds it against
// every signed checkpoint, in the database and outside.
func (s *Service) Verify(ctx context.Context) (Report, error) {
	outside, err := s.outside()
	if err != nil {
		return Report{}, err
	}
	return work.Read(ctx, s.unit, func(ctx context.Context) (Report, error) { return s.store.Verify(ctx, s.trusts, outside) })
}

// Entries returns a page of the log for an auditor; reading it is logged too.
func (s *Service) Entries(ctx context.Context, from int64, limit int) ([]Entry, error) {
	if _, err := access.Require(ctx, access.SeeAudit); err != nil {
		return nil, err
	}
	var entries []Entry
	err := s.unit.Read(ctx, func(ctx context.Context) error {
		var err error
		if entries, err = s.store.Entries(ctx, from, limit); err != nil {
			return err
		}
		return s.log.Append(ctx, Act{Purpose: access.PurposeAudit, Action: "audit.read", Count: int64(len(entries))})
	})
	return entries, err
}

// About returns who looked at a subject, newest first.
func (s *Service) About(ctx context.Context, subject string, limit int) ([]Entry, error) {
	return work.Read(ctx, s.unit, func(ctx context.Context) ([]Entry, error) { return s.store.About(ctx, subject, limit) })
}

// CountAbout counts the looks at and changes of a subject.
func (s *Service) CountAbout(ctx context.Context, subject string) (int64, error) {
	return work.Read(ctx, s.unit, func(ctx context.Context) (int64, error) { return s.store.CountAbout(ctx, subject) })
}
