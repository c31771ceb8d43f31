package db_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/fault"
)

// hurried waits for its turn as whoever stands at a counter does, and acts
// together with others.
func hurried() context.Context { return db.WithPatience(context.Background(), 10*time.Minute) }

func makeDeeds(t testing.TB, d *db.DB) {
	t.Helper()
	err := d.Write(context.Background(), func(ctx context.Context) error {
		return errors.Join(db.Exec(ctx, "deeds", "CREATE TABLE deed (no BIGINT PRIMARY KEY)"),
			db.Exec(ctx, "traces", "CREATE TABLE trace (no BIGINT PRIMARY KEY, deed BIGINT REFERENCES deed (no) DEFERRABLE INITIALLY DEFERRED)"))
	})
	if err != nil {
		t.Fatal(err)
	}
}

// deedsDone returns which deeds are on record, each with its trace.
func deedsDone(t testing.TB, d *db.DB) (done []int) {
	t.Helper()
	err := d.Read(context.Background(), func(ctx context.Context) (err error) {
		done, err = db.All(ctx, "deeds", "SELECT no FROM deed d WHERE EXISTS (SELECT 1 FROM trace t WHERE t.no = d.no) ORDER BY no", func(scan db.Scanner, no *int) error { return scan(no) })
		if err != nil {
			return err
		}
		halves, err := db.All(ctx, "halves", "SELECT no FROM deed WHERE no NOT IN (SELECT no FROM trace) UNION ALL SELECT no FROM trace WHERE no NOT IN (SELECT no FROM deed)", func(scan db.Scanner, no *int) error { return scan(no) })
		if len(halves) > 0 {
			t.Errorf("done by half: %v", halves)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return done
}

var errOwn = errors.New("somebody's own mistake")

// deed does something and leaves a trace, or fails in one of many ways.
func deed(ctx context.Context, leave func(), no int, kind string) error {
	if err := db.Exec(ctx, "deed", "INSERT INTO deed (no) VALUES ($1)", no); err != nil {
		return err
	}
	switch kind {
	case "fails":
		return errOwn
	case "falls":
		panic(errOwn)
	case "leaves":
		leave()
	case "leaves and goes on":
		leave()
		// Whoever has left asks nothing more; with the embedded engine a
		// statement that was begun would be run to its end.
		if err := db.Exec(ctx, "trace", "INSERT INTO trace (no, deed) VALUES ($1, $1)", no); err == nil {
			return errors.New("a statement began though nobody wants it")
		}
		return ctx.Err()
	case "twice":
		return db.Exec(ctx, "deed", "INSERT INTO deed (no) VALUES ($1)", no)
	case "leads nowhere":
		return db.Exec(ctx, "trace", "INSERT INTO trace (no, deed) VALUES ($1, -1)", no)
	case "reads":
		var n int
		if err := db.From(ctx).QueryRow(ctx, "SELECT count(*) FROM deed WHERE no = $1", no).Scan(&n); err != nil || n != 1 {
			return fmt.Errorf("an act sees %d of what it did, %w", n, err)
		}
	}
	return db.Exec(ctx, "trace", "INSERT INTO trace (no, deed) VALUES ($1, $1)", no)
}

// well are the kinds of deeds that end well.
var well = []string{"does", "does", "reads"}

// TestEachIsAnsweredTruly has many act at once, and some of them fail, fall,
// leave or break what must hold: whoever was told that it is done finds it
// done, and nobody else's is.
func TestEachIsAnsweredTruly(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		makeDeeds(t, d)
		next := 0
		var want []int
		kinds := append(slices.Clone(well), "fails", "falls", "leaves", "leaves and goes on", "twice", "leads nowhere")
		rapid.Check(t, func(r *rapid.T) {
			list := rapid.SliceOfN(rapid.SampledFrom(kinds), 1, 12).Draw(r, "kinds")
			patient := rapid.IntRange(0, 12).Draw(r, "runs like one of a run")
			after := make([]bool, len(list))
			answers := make([]error, len(list))
			release := holdWriter(t, d)
			var all sync.WaitGroup
			for i, kind := range list {
				no := next
				next++
				if slices.Contains(well, kind) {
					want = append(want, no)
				}
				ctx, leave := context.WithCancel(hurried())
				if i == patient {
					ctx, leave = context.WithCancel(context.Background())
				}
				all.Go(func() {
					defer leave()
					defer func() {
						if fell := recover(); fell != nil {
							answers[i] = fell.(error)
						}
					}()
					answers[i] = d.Write(ctx, func(ctx context.Context) error {
						db.From(ctx).AfterCommit(func() { after[i] = true })
						return deed(ctx, leave, no, kind)
					})
				})
			}
			if d.Dialect() == db.SQLite {
				for db.Waiting(d) < len(list) {
					time.Sleep(time.Millisecond)
				}
			}
			release()
			all.Wait()
			for i, kind := range list {
				if good := slices.Contains(well, kind); good != (answers[i] == nil) || good != after[i] {
					r.Errorf("%q is answered %v; told of the commit: %v", kind, answers[i], after[i])
				}
			}
			if diff := cmp.Diff(want, deedsDone(t, d)); diff != "" {
				r.Errorf("what is on record: %s", diff)
			}
		})
	})
}

// holdWriter has somebody hold the writer until release, who shares it with nobody.
func holdWriter(t testing.TB, d *db.DB) (release func()) {
	t.Helper()
	holding, ended := make(chan struct{}), make(chan struct{})
	held := make(chan error, 1)
	go func() {
		held <- d.Write(context.Background(), func(context.Context) error {
			close(holding)
			<-ended
			return nil
		})
	}()
	<-holding
	return func() {
		close(ended)
		if err := <-held; err != nil {
			t.Error(err)
		}
	}
}

// TestWhatTheEngineTakesBack has the engine take back a whole transaction
// beneath one of several acts, as it does where the disk is full: all that were
// to be committed with it are told so, those who come after it are not, and
// nothing that was told done is missing.
func TestWhatTheEngineTakesBack(t *testing.T) {
	d := dbtest.SQLite(t)
	db.NeverTooOld(d)
	makeDeeds(t, d)
	const acts, ill = 12, 6
	answers := make([]error, acts)
	release := holdWriter(t, d)
	var all sync.WaitGroup
	for no := range acts {
		all.Go(func() {
			answers[no] = d.Write(hurried(), func(ctx context.Context) error {
				if err := deed(ctx, nil, no, "does"); err != nil || no != ill {
					return err
				}
				return db.Exec(ctx, "the engine", "ROLLBACK")
			})
		})
		for db.Waiting(d) <= no {
			time.Sleep(time.Millisecond)
		}
	}
	release()
	all.Wait()
	var told []int
	for no, err := range answers {
		switch {
		case err == nil:
			told = append(told, no)
		case !fault.Is(err, fault.KindUnavailable):
			t.Errorf("act %d is told %v", no, err)
		}
	}
	if diff := cmp.Diff([]int{7, 8, 9, 10, 11}, told); diff != "" { // the others shared a transaction with it
		t.Errorf("told that it is done: %s", diff)
	}
	if diff := cmp.Diff(told, deedsDone(t, d)); diff != "" {
		t.Errorf("what is on record: %s", diff)
	}
}

// TestWhoIsKilledHasKeptItsWord kills a program that commits for many at once:
// all that it answered is on record.
func TestWhoIsKilledHasKeptItsWord(t *testing.T) {
	if dir := os.Getenv("GOTONG_TEST_KILLED"); dir != "" {
		actUntilKilled(t, dir)
		return
	}
	dir := t.TempDir()
	d := open(t, dir)
	makeDeeds(t, d)
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	program := exec.Command(os.Args[0], "-test.run=^TestWhoIsKilledHasKeptItsWord$")
	program.Env = append(os.Environ(), "GOTONG_TEST_KILLED="+dir)
	out, err := program.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := program.Start(); err != nil {
		t.Fatal(err)
	}
	var answered []int
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if no, err := strconv.Atoi(lines.Text()); err == nil {
			answered = append(answered, no)
		}
		if len(answered) == 500 {
			if err := program.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	_, _ = io.Copy(io.Discard, out)
	_ = program.Wait()
	if len(answered) < 500 {
		t.Fatalf("%d were answered", len(answered))
	}
	done := map[int]bool{}
	for _, no := range deedsDone(t, open(t, dir)) {
		done[no] = true
	}
	for _, no := range answered {
		if !done[no] {
			t.Errorf("deed %d was answered and is gone", no)
		}
	}
}

func actUntilKilled(t *testing.T, dir string) {
	d := open(t, dir)
	var all sync.WaitGroup
	for who := range 16 {
		all.Go(func() {
			for i := range 100_000 {
				no := who*100_000 + i
				if err := d.Write(hurried(), func(ctx context.Context) error { return deed(ctx, nil, no, "does") }); err != nil {
					t.Error(err)
					return
				}
				_, _ = os.Stdout.WriteString(strconv.Itoa(no) + "\n")
			}
		})
	}
	all.Wait()
}
