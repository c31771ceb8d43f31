package ledgerdb_test

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/clock"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/ledger"
	"gotong/internal/ledger/ledgerdb"
	"gotong/internal/ledger/ledgertest"
	"gotong/internal/work"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

func TestStore(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		ledgertest.Run(t, func(t *testing.T) (work.Unit, ledger.Store) { return dbtest.SQLite(t), ledgerdb.New() })
	})
	t.Run("postgres", func(t *testing.T) {
		ledgertest.Run(t, func(t *testing.T) (work.Unit, ledger.Store) { return dbtest.Postgres(t), ledgerdb.New() })
	})
}

// filled returns a book with an allotment of 100 of which 60 are reserved.
func filled(t *testing.T, d *db.DB) *ledger.Book {
	t.Helper()
	b := ledger.NewBook(d, ledgerdb.New(), clock.System{})
	for _, p := range []ledger.Posting{
		ledger.Move("dipa", "allot", ledger.Account{Kind: ledger.Treasury, Fund: "f"}, ledger.Account{Kind: ledger.Allotment, Fund: "f"}, 100),
		ledger.Move("spm", "reserve", ledger.Account{Kind: ledger.Allotment, Fund: "f"}, ledger.Account{Kind: ledger.Reserved, Fund: "f"}, 60),
	} {
		if _, err := b.Post(ledgertest.Treasurer(), p); err != nil {
			t.Fatal(err)
		}
	}
	return b
}

// TestTheDatabaseRefuses tries, by SQL and past the service, what must never
// be committed.
func TestTheDatabaseRefuses(t *testing.T) {
	const entry = `INSERT INTO ledger_entry (seq, key, kind, document, object, actor, at, body, chain)
		SELECT %d, '%s', kind, document, object, actor, at, body, chain FROM ledger_entry WHERE seq = 1`
	line := func(seq int, account string, amount, balance int) string {
		return fmt.Sprintf("INSERT INTO ledger_line (entry, code, amount, balance) VALUES (%d, '%s:f', %d, %d)", seq, account, amount, balance)
	}
	account := func(kind, fund string) string {
		return fmt.Sprintf("INSERT INTO ledger_account (code, kind, fund) VALUES ('%s:%s', '%s', '%s')", kind, fund, kind, fund)
	}
	scripts := map[string][]string{
		"a line changed":           {"UPDATE ledger_line SET amount = 1 WHERE entry = 1"},
		"a line removed":           {"DELETE FROM ledger_line WHERE entry = 1"},
		"an entry changed":         {"UPDATE ledger_entry SET document = 'x' WHERE seq = 1"},
		"an entry removed":         {"DELETE FROM ledger_entry WHERE seq = 2"},
		"an account changed":       {"UPDATE ledger_account SET fund = 'g' WHERE kind = 'treasury'"},
		"a line without an entry":  {line(3, "reserved", 1, 61)},
		"a line in a sealed entry": {line(2, "treasury", 1, -99)},
		"an entry without lines":   {fmt.Sprintf(entry, 3, "k")},
		"an entry with one line":   {line(3, "reserved", 1, 61), fmt.Sprintf(entry, 3, "k")},
		"an entry off by one":      {line(3, "allotment", -1, 39), line(3, "reserved", 2, 62), fmt.Sprintf(entry, 3, "k")},
		"a gap":                    {line(4, "allotment", -1, 39), line(4, "reserved", 1, 61), fmt.Sprintf(entry, 4, "k")},
		"a key twice":              {line(3, "allotment", -1, 39), line(3, "reserved", 1, 61), fmt.Sprintf(entry, 3, "dipa")},
		"a wrong balance":          {line(3, "allotment", -1, 40), line(3, "reserved", 1, 61), fmt.Sprintf(entry, 3, "k")},
		"an overdrawn account":     {line(3, "allotment", -41, -1), line(3, "reserved", 41, 101), fmt.Sprintf(entry, 3, "k")},
		"a leap over stages":       {account("credited", "f"), line(3, "allotment", -1, 39), line(3, "credited", 1, 1), fmt.Sprintf(entry, 3, "k")},
		"reserved from nowhere":    {line(3, "treasury", -1, -101), line(3, "reserved", 1, 61), fmt.Sprintf(entry, 3, "k")},
		"remitted unreturned":      {account("remitted", "f"), line(3, "allotment", -1, 39), line(3, "remitted", 1, 1), fmt.Sprintf(entry, 3, "k")},
		"from fund to fund":        {account("reserved", "g"), line(3, "allotment", -1, 39), "INSERT INTO ledger_line (entry, code, amount, balance) VALUES (3, 'reserved:g', 1, 1)", fmt.Sprintf(entry, 3, "k")},
		"a road laid":              {"INSERT INTO ledger_road (giver, taker) VALUES ('allotment', 'credited')"},
		"a road torn up":           {"DELETE FROM ledger_road WHERE giver = 'allotment'"},
		"a road moved":             {"UPDATE ledger_road SET taker = 'credited' WHERE giver = 'allotment'"},
		"an account twice":         {line(3, "allotment", -1, 39), line(3, "allotment", 1, 40), fmt.Sprintf(entry, 3, "k")},
	}
	// Whatever is refused leaves nothing behind, so one database serves all.
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := filled(t, d)
		for name, script := range scripts {
			err := d.Write(context.Background(), func(ctx context.Context) error {
				for _, s := range script {
					if _, err := db.From(ctx).Exec(ctx, s); err != nil {
						return err
					}
				}
				return nil
			})
			if err == nil {
				t.Errorf("%s was committed", name)
			}
			if proof, err := b.Prove(ledgertest.Treasurer()); err != nil || !proof.Balanced || proof.Entries != 2 {
				t.Errorf("after %s the books are %+v, %v", name, proof, err)
			}
		}
	})
}

// TestTheRoadsAreOne holds the roads of the database to those of the code.
func TestTheRoadsAreOne(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		laid := map[ledger.Road]bool{}
		err := d.Read(context.Background(), func(ctx context.Context) error {
			rows, err := db.From(ctx).Query(ctx, "SELECT giver, taker FROM ledger_road")
			return db.Each(rows, err, func(rows *sql.Rows) error {
				var r ledger.Road
				err := rows.Scan(&r.From, &r.To)
				laid[r] = true
				return err
			})
		})
		want := map[ledger.Road]bool{}
		for _, r := range ledger.Roads {
			want[r] = true
		}
		if diff := cmp.Diff(want, laid); err != nil || diff != "" {
			t.Error(diff, err)
		}
	})
}

// TestProveFindsTampering changes rows as somebody could who owns the
// database and lays its guards down first.
func TestProveFindsTampering(t *testing.T) {
	for name, c := range map[string]struct {
		sql       string
		invariant string
	}{
		"an amount":          {"UPDATE ledger_line SET amount = amount + 5 WHERE entry = 2 AND amount > 0", ledger.EntriesBalance},
		"both amounts":       {"UPDATE ledger_line SET amount = amount * 2 WHERE entry = 1", ledger.ChainUnbroken},
		"a balance":          {"UPDATE ledger_line SET balance = balance + 1 WHERE entry = 2 AND amount > 0", ledger.BalancesRunning},
		"a document":         {"UPDATE ledger_entry SET document = 'other' WHERE seq = 1", ledger.ChainUnbroken},
		"who posted":         {"UPDATE ledger_entry SET actor = 'other' WHERE seq = 1", ledger.ChainUnbroken},
		"a lost head":        {"UPDATE ledger_head SET seq = 1", ledger.SequenceWhole},
		"a number":           {"UPDATE ledger_head SET seq = 3", ledger.SequenceWhole},
		"a leap":             {"UPDATE ledger_line SET code = 'returned:f' WHERE entry = 1 AND amount > 0", ledger.MoneyOnRoads},
		"a giver unallotted": {"UPDATE ledger_line SET code = 'returned:f' WHERE entry = 1 AND amount > 0", ledger.ReservedWithinAllotment},
		"the other of two":   {"UPDATE ledger_line SET code = 'returned:f' WHERE entry = 2 AND amount < 0", ledger.NothingOverdrawn},
	} {
		t.Run(strings.ReplaceAll(name, " ", "_"), func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				b := filled(t, d)
				disarm(t, d)
				if _, err := d.Pool().Exec(c.sql); err != nil {
					t.Fatal(err)
				}
				proof, err := b.Prove(ledgertest.Treasurer())
				if err != nil {
					t.Fatal(err)
				}
				if proof.Balanced || proof.Invariants[c.invariant] {
					t.Errorf("%s was not found: %+v", c.invariant, proof)
				}
			})
		})
	}
}

func disarm(t *testing.T, d *db.DB) {
	t.Helper()
	statements := []string{
		"INSERT INTO ledger_account (code, kind, fund) VALUES ('returned:f', 'returned', 'f')",
		"ALTER TABLE ledger_line DISABLE TRIGGER USER", "ALTER TABLE ledger_entry DISABLE TRIGGER USER",
		"ALTER TABLE ledger_line DROP CONSTRAINT ledger_line_check",
	}
	if d.Dialect() == db.SQLite {
		statements = []string{statements[0], "DROP TRIGGER ledger_line_no_update", "DROP TRIGGER ledger_entry_no_update"}
	}
	for _, s := range statements {
		if _, err := d.Pool().Exec(s); err != nil {
			t.Fatal(err)
		}
	}
}
