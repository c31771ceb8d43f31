package db_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"gotong/internal/db"
	"gotong/internal/fault"
	"gotong/internal/ident"
)

// open opens an embedded database in a folder.
func open(t *testing.T, dir string) *db.DB {
	t.Helper()
	d, err := db.Open(context.Background(), db.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

// look asks for the text of a thing, by the way that looks go.
func look(ctx context.Context, d *db.DB, no int) (text string, err error) {
	err = d.Read(ctx, func(ctx context.Context) error {
		return db.From(ctx).Few(ctx, "SELECT text FROM thing WHERE no = $1", []any{no}, func(scan db.Scanner) error { return scan(&text) })
	})
	return text, err
}

// putThings puts things from one number to before another.
func putThings(t *testing.T, d *db.DB, from, to int) {
	t.Helper()
	err := d.Write(context.Background(), func(ctx context.Context) error {
		b := db.From(ctx).NewBulk("thing", "no", "id", "text", "mark", "raw", "small", "large", "yes", "day")
		for no := from; no < to; no++ {
			if err := b.Int(int64(no)).ID(ident.ID{1}).Text(fmt.Sprint("thing ", no)).Text("").Blob(make([]byte, 100)).Int(1).Int(1).Int(1).Text("2026-01-01").End(ctx); err != nil {
				return err
			}
		}
		return b.Flush(ctx)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestALookSeesWhatIsWritten has looks see what the last writer left, though
// the file is read where it lies and grows.
func TestALookSeesWhatIsWritten(t *testing.T) {
	d := open(t, t.TempDir())
	makeThings(t, d)
	for no := range 40 {
		putThings(t, d, no*500, no*500+500)
		for _, want := range []int{0, no * 500, no*500 + 499} {
			if text, err := look(context.Background(), d, want); err != nil || text != fmt.Sprint("thing ", want) {
				t.Fatalf("thing %d is %q, %v", want, text, err)
			}
		}
	}
}

// TestAViewStays has a view that began by a look go on seeing the same, by
// whatever it asks next.
func TestAViewStays(t *testing.T) {
	d := open(t, t.TempDir())
	makeThings(t, d)
	putThings(t, d, 0, 10)
	count := func(ctx context.Context) (n int, err error) {
		err = db.From(ctx).QueryRow(ctx, "SELECT count(*) FROM thing").Scan(&n)
		return n, err
	}
	err := d.Read(context.Background(), func(ctx context.Context) error {
		err := db.From(ctx).Few(ctx, "SELECT text FROM thing WHERE no = $1", []any{1}, func(scan db.Scanner) error { return nil })
		if err != nil {
			return err
		}
		putThings(t, d, 10, 20)
		if n, err := count(ctx); err != nil || n != 10 {
			t.Errorf("the view shows %d, %v", n, err)
		}
		return d.Read(ctx, func(ctx context.Context) error { // joins
			if n, err := count(ctx); err != nil || n != 10 {
				t.Errorf("a read within shows %d, %v", n, err)
			}
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Read(context.Background(), func(ctx context.Context) error {
		if n, err := count(ctx); err != nil || n != 20 {
			t.Errorf("the next view shows %d, %v", n, err)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// TestManyMoreLookThanThereAreReaders has each get its turn, and whoever has
// gone not.
func TestManyMoreLookThanThereAreReaders(t *testing.T) {
	d := open(t, t.TempDir())
	makeThings(t, d)
	putThings(t, d, 0, 100)
	gone, leave := context.WithCancel(context.Background())
	leave()
	var all sync.WaitGroup
	for g := range 100 {
		all.Go(func() {
			for i := range 20 {
				no := (g*7 + i) % 100
				if text, err := look(context.Background(), d, no); err != nil || text != fmt.Sprint("thing ", no) {
					t.Errorf("thing %d is %q, %v", no, text, err)
				}
			}
			if _, err := look(gone, d, 1); !errors.Is(err, context.Canceled) {
				t.Errorf("whoever has gone is told %v", err)
			}
		})
	}
	all.Wait()
}

// TestAPageThatDoesNotCome has a file cut short beneath those who look: the
// first is told that the disk fails, those who come after it what the engine
// says of such a file. The program goes on, and so do looks once the file is
// whole again.
func TestAPageThatDoesNotCome(t *testing.T) {
	dir := t.TempDir()
	d := open(t, dir)
	makeThings(t, d)
	const things = 20_000
	putThings(t, d, 0, things)
	if err := d.Close(); err != nil { // all comes into the file
		t.Fatal(err)
	}
	d = open(t, dir)
	putThings(t, d, things, things+1)
	ctx := context.Background()
	for no := 0; no < things; no += 400 {
		if _, err := look(ctx, d, no); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(dir, "gotong.db")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, 1<<20); err != nil {
		t.Fatal(err)
	}
	told := 0
	for no := 0; no < things; no += 400 {
		if _, err := look(ctx, d, no); err != nil {
			if told++; told == 1 && !fault.Is(err, fault.KindUnavailable) {
				t.Fatalf("thing %d: %v", no, err)
			}
		}
		// A view that goes on by other questions is told too.
		err := d.Read(ctx, func(ctx context.Context) error {
			if err := db.From(ctx).Few(ctx, "SELECT 1", nil, func(db.Scanner) error { return nil }); err != nil {
				return err
			}
			var sum int
			return db.From(ctx).QueryRow(ctx, "SELECT sum(length(raw)) FROM thing WHERE no >= $1", no).Scan(&sum)
		})
		if err == nil && no < things-400 {
			t.Fatalf("what lies behind thing %d was read though it is gone", no)
		}
	}
	if told == 0 {
		t.Error("nobody was told that pages are missing")
	}
	if err := os.WriteFile(path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	for no := 0; no < things; no += 400 {
		if text, err := look(ctx, d, no); err != nil || text != fmt.Sprint("thing ", no) {
			t.Fatalf("afterwards thing %d is %q, %v", no, text, err)
		}
	}
}
