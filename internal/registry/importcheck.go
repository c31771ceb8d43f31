package registry

import (
	"context"

	"gotong/internal/access"
	"gotong/internal/civil"
	"gotong/internal/registry/spill"
	"gotong/internal/run"
)

// incoming is an import on its way from the files to the register. Checked
// rows lie in parts by the hash of their family's key, so that a family and
// its members meet in one; numbers of persons and cards lie in parts of their
// own, so that equal ones meet. A part fits into memory, however large the
// files are.
type incoming struct {
	s        *Service
	queue    bool // somebody who is in two families is a warning, for the duplicates desk to decide
	found    findings
	keep     bool // rows, to be written into the register or compared with it
	oneBook  bool // both files are sheets of one workbook
	rows     *spill.Parts
	ties     *spill.Parts // of rows, what others are held against
	numbers  *spill.Parts
	numbered []int // how many numbers each part has
	families *reading[familyRow]
	members  *reading[memberRow]
	// Rows that are bad for what other rows say.
	badFamilies, badMembers marks
	held                    marks // rows of families that do not go on, once that is known
}

// How rows are held on the way: parts of about partSize bytes of file, and so
// much in memory before they go to disk.
const (
	partSize  = 4 << 20
	partsMost = 1024
	rowsRoom  = 12 << 20
	tiesRoom  = 4 << 20
)

// readIn reads both files and checks them against each other: all that can be
// said without looking into the register.
func (s *Service) readIn(ctx context.Context, j *job) (*incoming, error) {
	n := min(1+int((j.files.Family.weight()+j.files.Member.weight())/partSize), partsMost)
	in := &incoming{s: s, queue: j.options.QueueDuplicates, keep: j.keep, oneBook: j.files.oneBook(), rows: spill.NewParts(s.spill, n, rowsRoom),
		ties: spill.NewParts(s.spill, n, tiesRoom), numbers: spill.NewParts(s.spill, n, tiesRoom), numbered: make([]int, n)}
	today := s.Today()
	in.families = in.familyFile(j.actor.Scope, today, make([]int, n))
	in.members = in.memberFile(j.actor.Scope, today, make([]int, n))
	err := in.read(ctx, j)
	if err == nil {
		return in, nil
	}
	in.close()
	return nil, err
}

func (in *incoming) familyFile(scope access.Scope, today civil.Date, parts []int) *reading[familyRow] {
	return &reading[familyRow]{s: in.s, scope: scope, today: today, in: in, parts: parts, check: rowCheck[familyRow]{
		layout: in.s.familyLayout(),
		begin:  func(r *familyRow, row int) { r.row = row },
		end:    func(c *checker, r *familyRow) { r.bad = c.bad },
		write:  writeFamily,
	}}
}

func (in *incoming) memberFile(scope access.Scope, today civil.Date, parts []int) *reading[memberRow] {
	return &reading[memberRow]{s: in.s, scope: scope, today: today, in: in, parts: parts, check: rowCheck[memberRow]{
		layout: in.s.memberLayout(),
		begin:  func(r *memberRow, row int) { r.row = row },
		end: func(c *checker, r *memberRow) {
			if c.column = -1; (r.account == "") != (r.bank == "") && !c.bad {
				c.error("account_half", "")
			}
			r.bad = c.bad
		},
		write: writeMember,
	}}
}

func (in *incoming) close() {
	_, _, _ = in.rows.Close(), in.ties.Close(), in.numbers.Close() // what they hold is of no use to anybody
}

func (in *incoming) read(ctx context.Context, j *job) error {
	done := func(n int64) { j.progress.Add("", n) }
	j.progress.Stage("import_read", 0)
	if err := in.families.readFile(ctx, j.files.Family, j.options.Mapping, done); err != nil {
		return err
	}
	if err := in.members.readFile(ctx, j.files.Member, j.options.Mapping, done); err != nil {
		return err
	}
	c := &in.found.counts
	c.FamilyRows, c.MemberRows = in.families.rows, in.members.rows
	if in.found.fatal {
		c.Held, c.HeldPersons = c.FamilyRows, c.MemberRows
		return ctx.Err()
	}
	if err := in.twins(ctx); err != nil {
		return err
	}
	_ = in.numbers.Close() // they are of no more use
	if err := in.cross(ctx); err != nil {
		return err
	}
	_ = in.ties.Close()
	c.Held, c.HeldPersons = c.FamilyRows-c.Families, c.MemberRows-c.Persons
	return nil
}

// partOf returns the part that a hash leads to.
func (in *incoming) partOf(hash uint32) int { return int(hash % uint32(in.ties.Len())) }

func writeFamily(b *batch[familyRow]) {
	r, hash := &b.row, hashOf(b.row.key)
	if b.keep {
		b.rows.family(r, b.checker.facts, b.checker.pending)
		b.rows.end(hash)
	}
	b.ties.familyTie(r, b.checker.pending)
	b.ties.end(hash)
	if r.kk != "" {
		b.numbers.twin(twin{family: true, number: r.kk, row: r.row, key: r.key, area: r.area})
	}
}

func writeMember(b *batch[memberRow]) {
	r, hash := &b.row, hashOf(b.row.key)
	if b.keep {
		b.rows.member(r, b.checker.facts, b.checker.pending)
		b.rows.end(hash)
	}
	b.ties.memberTie(r, b.checker.pending)
	b.ties.end(hash)
	if r.nik != "" {
		b.numbers.twin(twin{number: r.nik, row: r.row, key: r.key})
	}
}

// job is what an import is to do.
type job struct {
	actor    access.Actor
	files    Files
	options  Options
	progress run.Progress
	keep     bool // what was read is compared or written
}
