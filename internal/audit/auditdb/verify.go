package auditdb

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"

	"golang.org/x/mod/sumdb/tlog"

	"gotong/internal/audit"
	"gotong/internal/db"
)

// Verify recomputes the tree from the entries' bytes alone, compares every
// stored hash, and holds the tree against all checkpoints.
func (s *Store) Verify(ctx context.Context, trust func(c audit.Checkpoint) bool, outside []audit.Checkpoint) (audit.Report, error) {
	v := verifier{ctx: ctx, tx: db.From(ctx), problems: []string{}}
	if err := v.entries(); err != nil {
		return audit.Report{}, fmt.Errorf("auditdb: verifying: %w", err)
	}
	if err := v.stored(); err != nil {
		return audit.Report{}, fmt.Errorf("auditdb: verifying: %w", err)
	}
	if err := v.waiting(); err != nil {
		return audit.Report{}, fmt.Errorf("auditdb: verifying: %w", err)
	}
	kept, err := v.kept()
	if err != nil {
		return audit.Report{}, fmt.Errorf("auditdb: verifying: %w", err)
	}
	return v.report(append(kept, outside...), trust)
}

type verifier struct {
	ctx      context.Context
	tx       *db.Tx
	hashes   []tlog.Hash // recomputed, in stored order
	size     int64
	looks    int64    // number of the last look
	later    int64    // looks that wait to come into the log
	problems []string // never nil, so that it prints as a list
}

func (v *verifier) problem(format string, args ...any) {
	const enough = 100
	if len(v.problems) < enough {
		v.problems = append(v.problems, fmt.Sprintf(format, args...))
	}
}

func (v *verifier) read(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, idx := range indexes {
		if idx >= int64(len(v.hashes)) {
			return nil, fmt.Errorf("no hash %d", idx)
		}
		out[i] = v.hashes[idx]
	}
	return out, nil
}

// entries recomputes the tree, and checks that each entry says of itself
// what its row's columns say, since lists are read by the columns. While rows
// are read, those before them are checked beside each other, and then put into
// the tree in their order.
func (v *verifier) entries() error {
	batches := make(chan *batch, runtime.GOMAXPROCS(0))
	done := make(chan error, 1)
	go func() { done <- v.grow(batches) }()
	b := newBatch()
	send := func() {
		go b.check()
		batches <- b
		b = newBatch()
	}
	rows, err := v.tx.Query(v.ctx, "SELECT seq, at, actor, action, subject, area, record FROM audit_entry ORDER BY seq")
	err = db.Each(rows, err, func(rows *sql.Rows) error {
		var r row
		if err := rows.Scan(&r.seq, &r.at, &r.actor, &r.action, &r.subject, &r.area, &r.record); err != nil {
			return err
		}
		if b.rows = append(b.rows, r); len(b.rows) == cap(b.rows) {
			send()
		}
		return nil
	})
	send()
	close(batches)
	return errors.Join(err, <-done)
}

// row is an entry as its table holds it, and what was found when it was
// checked.
type row struct {
	seq, at                      int64
	actor, action, subject, area string
	record                       []byte
	look                         int64
	alike                        bool // the columns say what the record says
	hash                         tlog.Hash
}

// batch are rows that are checked together.
type batch struct {
	rows    []row
	checked chan struct{}
}

// batchRows is how many are checked together.
const batchRows = 1000

func newBatch() *batch {
	return &batch{rows: make([]row, 0, batchRows), checked: make(chan struct{})}
}

func (b *batch) check() {
	defer close(b.checked)
	for i := range b.rows {
		r := &b.rows[i]
		var e audit.Entry
		err := json.Unmarshal(r.record, &e)
		r.alike = err == nil && e.Seq == r.seq && e.At.UnixMilli() == r.at &&
			e.Actor == r.actor && e.Action == r.action && e.Subject == r.subject && e.Area == r.area
		r.look, r.hash = e.Look, tlog.RecordHash(r.record)
	}
}

// grow puts checked rows into the tree, and takes batches until there are no
// more, also after an error.
func (v *verifier) grow(batches <-chan *batch) (err error) {
	for b := range batches {
		<-b.checked
		for i := range b.rows {
			if err == nil {
				err = v.entry(&b.rows[i])
			}
		}
	}
	return err
}

func (v *verifier) entry(r *row) error {
	if r.seq != v.size {
		v.problem("entry %d stands where entry %d should", r.seq, v.size)
	}
	if !r.alike {
		v.problem("entry %d: the row's columns differ from its record", r.seq)
	}
	if r.look != 0 {
		v.look(r.look)
	}
	hashes, err := tlog.StoredHashesForRecordHash(v.size, r.hash, tlog.HashReaderFunc(v.read))
	if err != nil {
		return err
	}
	v.hashes = append(v.hashes, hashes...)
	v.size++
	return nil
}

// look checks that looks are numbered without a gap.
func (v *verifier) look(no int64) {
	if no != v.looks+1 {
		v.problem("look %d follows look %d", no, v.looks)
	}
	v.looks = no
}

// waiting checks the looks that are kept beside the database and are yet to
// come into the log.
func (v *verifier) waiting() error {
	for {
		notes, err := v.tx.Pending(v.ctx, v.looks, putInMost)
		if err != nil {
			return err
		}
		for _, n := range notes {
			v.look(n.No)
			v.later++
			if _, err := entriesOf([]db.Note{n}); err != nil {
				v.problem("%v", err)
			}
		}
		if len(notes) < putInMost {
			return nil
		}
	}
}

func (v *verifier) stored() error {
	var head, looks int64
	if err := v.tx.QueryRow(v.ctx, "SELECT size, looks FROM audit_head WHERE one = 1").Scan(&head, &looks); err != nil {
		return err
	}
	if looks != v.looks {
		v.problem("the head says %d looks, the last has number %d", looks, v.looks)
	}
	if head != v.size {
		v.problem("the head says %d entries, there are %d", head, v.size)
	}
	n := int64(0)
	rows, err := v.tx.Query(v.ctx, "SELECT idx, hash FROM audit_hash ORDER BY idx")
	err = db.Each(rows, err, func(rows *sql.Rows) error {
		var idx int64
		var b []byte
		if err := rows.Scan(&idx, &b); err != nil {
			return err
		}
		if idx >= int64(len(v.hashes)) || string(v.hashes[idx][:]) != string(b) {
			v.problem("stored hash %d differs from the entries", idx)
		}
		n++
		return nil
	})
	if err == nil && n != int64(len(v.hashes)) {
		v.problem("%d hashes are stored, %d are needed", n, len(v.hashes))
	}
	return err
}

func (v *verifier) kept() ([]audit.Checkpoint, error) {
	var all []audit.Checkpoint
	rows, err := v.tx.Query(v.ctx, "SELECT size, root, signature FROM audit_checkpoint ORDER BY size")
	err = db.Each(rows, err, func(rows *sql.Rows) error {
		var c audit.Checkpoint
		var root []byte
		if err := rows.Scan(&c.Size, &root, &c.Signature); err != nil {
			return err
		}
		c.Root = [sha256.Size]byte(root)
		all = append(all, c)
		return nil
	})
	return all, err
}

func (v *verifier) report(checkpoints []audit.Checkpoint, trust func(c audit.Checkpoint) bool) (audit.Report, error) {
	for _, c := range checkpoints {
		if !trust(c) {
			v.problem("the checkpoint at %d entries has a wrong signature", c.Size)
			continue
		}
		if c.Size > v.size {
			v.problem("a checkpoint covers %d entries, only %d are left: the log was cut or rolled back", c.Size, v.size)
			continue
		}
		root, err := tlog.TreeHash(c.Size, tlog.HashReaderFunc(v.read))
		if err != nil {
			return audit.Report{}, err
		}
		if root != tlog.Hash(c.Root) {
			v.problem("the first %d entries differ from what was signed", c.Size)
		}
	}
	root, err := tlog.TreeHash(v.size, tlog.HashReaderFunc(v.read))
	if err != nil {
		return audit.Report{}, err
	}
	return audit.Report{Entries: v.size, Checkpoints: len(checkpoints), Root: fmt.Sprintf("%x", root[:]), Waiting: v.later, Problems: v.problems}, nil
}
