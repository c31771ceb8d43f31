package paysim

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	policyfiles "gotong/policy"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/audit/auditdb"
	"gotong/internal/clock"
	"gotong/internal/db"
	"gotong/internal/delivery"
	"gotong/internal/delivery/deliverydb"
	"gotong/internal/ident"
	"gotong/internal/ledger"
	"gotong/internal/ledger/ledgerdb"
	"gotong/internal/seal"
)

// start is when every episode begins.
var start = time.Date(2026, 1, 5, 2, 0, 0, 0, time.UTC)

// template makes the data folder that every episode begins with: keys, and a
// database with its schema.
func (s *simulation) template(ctx context.Context) error {
	dir := s.data(0)
	if _, err := seal.Load(filepath.Join(dir, "keys"), ""); err != nil {
		return err
	}
	d, err := db.Open(ctx, db.Config{Dir: dir})
	if err != nil {
		return err
	}
	return d.Close()
}

// episode is one town's year.
type episode struct {
	*simulation
	number int
	dir    string
	chance *rand.Rand
	fate   *rand.Rand // of duties, so that they change no other chance
	clock  *clock.Stepping
	town   *town
	bank   *payer
	post   *payer
	oracle *oracle
	result *Result
	trace  hash.Hash
	files  [][]byte // return files that were seen
	ids    *counter
	known  map[ident.ID]string // how each list stood when the last step had ended
	last   string              // the last step, for findings

	// The process, and what is to happen to it.
	db       *db.DB
	unit     *unit
	service  *delivery.Service
	audit    *audit.Service
	accident accident
	nested   int
	quiet    bool // nothing happens: the simulation looks, or brings things to an end
	appended int64
}

// seedOf mixes the simulation's seed with an episode's number into two sources
// of chance.
func seedOf(seed uint64, episode int) (chance, fate *rand.Rand) {
	h := sha256.Sum256(fmt.Appendf(nil, "gotong pay simulation 1\n%d\n%d\n", seed, episode))
	at := func(n int) *rand.Rand {
		return rand.New(rand.NewPCG(binary.BigEndian.Uint64(h[n:]), binary.BigEndian.Uint64(h[n+8:])))
	}
	return at(0), at(16)
}

// open makes an episode on a copy of the template.
func (s *simulation) open(ctx context.Context, number int) (*episode, error) {
	chance, fate := seedOf(s.Seed, number)
	e := &episode{simulation: s, number: number, dir: s.data(number), chance: chance, fate: fate, result: &Result{}, trace: sha256.New(),
		known: map[ident.ID]string{}, clock: clock.NewStepping(start, time.Millisecond)}
	if err := os.CopyFS(e.dir, os.DirFS(s.data(0))); err != nil {
		return nil, err
	}
	e.ids = &counter{seed: e.chance.Uint64()}
	e.town = newTown(s.families(e.chance))
	e.oracle = newOracle(e.town, e.result, number)
	e.oracle.clock = e.clock.Now
	e.bank = newPayer(rand.New(rand.NewPCG(e.chance.Uint64(), 1)), e.clock, s.faults, e.oracle)
	e.post = newPayer(rand.New(rand.NewPCG(e.chance.Uint64(), 2)), e.clock, s.faults, e.oracle)
	return e, e.boot(ctx)
}

// families draws how many families a town has: small ones find most, and
// where many payments are asked for, large ones carry them.
func (s *simulation) families(chance *rand.Rand) int {
	most := 24
	switch n := s.Options.Payments; {
	case n >= 200_000:
		most = 400
	case n >= 20_000:
		most = 120
	}
	return 3 + chance.IntN(most)
}

// boot starts the process: everything that it had in its head is gone.
func (e *episode) boot(ctx context.Context) error {
	keys, err := seal.Load(filepath.Join(e.dir, "keys"), "")
	if err != nil {
		return err
	}
	if e.db == nil {
		if e.db, err = db.Open(ctx, db.Config{Dir: e.dir}); err != nil {
			return err
		}
	}
	rules, err := delivery.LoadRules(policyfiles.Files)
	if err != nil {
		return err
	}
	e.unit = &unit{Unit: e.db, e: e}
	e.audit = audit.NewService(e.unit, auditdb.New(), keys, e.clock, filepath.Join(e.dir, "anchor"))
	log := diary{e.audit.Log(), e}
	e.town.log = log
	var books ledger.Store = ledgerdb.New()
	if e.plant != nil && e.plant.books != nil {
		books = e.plant.books(books)
	}
	c := delivery.Config{Unit: e.unit, Store: deliverydb.New(), Log: log, Decisions: e.town, Programmes: e.town, Payees: e.town,
		Standing: e.town, Places: e.town, Consequences: e.town, Rules: rules, Channel: e.bank, Post: e.post, Vault: keys,
		Outbox: outbox{delivery.Folder(filepath.Join(e.dir, "outbox")), e}, Clock: e.clock, IDs: ident.NewMaker(e.clock, e.ids), Failpoint: e.at}
	if e.plant != nil && e.plant.seam != nil {
		e.plant.seam(e, &c)
	}
	c.Book = ledger.NewBook(c.Unit, books, e.clock)
	e.service = delivery.New(c)
	return nil
}

// reboot is what follows a death: the database is opened anew.
func (e *episode) reboot(ctx context.Context) error {
	e.result.Crashes++
	e.accident, e.nested = accident{}, 0
	// A process that dies closes nothing in good order; what it had committed
	// lies in the database and its log either way.
	if err := e.db.Close(); err != nil {
		return err
	}
	e.db = nil
	if e.plant != nil && e.plant.died != nil {
		if err := e.plant.died(e); err != nil {
			return err
		}
	}
	return e.boot(ctx)
}

func (e *episode) close() error { return errors.Join(e.db.Close(), os.RemoveAll(e.dir)) }

// counter is a source of bytes that a seed makes repeatable.
type counter struct{ seed, n uint64 }

func (c *counter) Read(p []byte) (int, error) {
	for i := range p {
		if i%32 == 0 {
			c.n++
		}
		p[i] = sha256.Sum256(binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, c.seed), c.n))[i%32]
	}
	return len(p), nil
}

// note adds a line to the trace.
func (e *episode) note(format string, args ...any) {
	line := fmt.Sprintf("%d %s %s", e.oracle.step, e.last, fmt.Sprintf(format, args...))
	fmt.Fprintln(e.trace, line)
	if e.Trace != nil {
		e.Trace(fmt.Sprintf("%d.%s", e.number, line))
	}
}

// as returns a context in which a member of staff acts: tari and tono are
// treasurers, citra and candra check, rudi and rini release, aulia audits, and
// siska has every role at once.
func as(login string) context.Context {
	roles := map[string][]access.Role{"tari": {access.Treasurer}, "tono": {access.Treasurer}, "citra": {access.Checker}, "candra": {access.Checker},
		"rudi": {access.Releaser}, "rini": {access.Releaser}, "aulia": {access.Auditor}, "siska": access.Roles}[login]
	return access.With(context.Background(), access.Actor{Login: login, Name: login, Roles: roles, Scope: access.Areas(regency)})
}

// bug is a defect that the tests plant, to see that the simulation finds it.
type bug struct {
	name  string
	seed  uint64 // that finds it soon; 0 is 1
	seam  func(e *episode, c *delivery.Config)
	books func(ledger.Store) ledger.Store
	died  func(e *episode) error
}
