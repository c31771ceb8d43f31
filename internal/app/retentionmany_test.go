package app_test

import (
	"bufio"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"gotong/internal/app"
	"gotong/internal/civil"
	"gotong/internal/clock"
	"gotong/internal/document"
	"gotong/internal/generator"
	"gotong/internal/ident"
	"gotong/internal/registry"
	"gotong/internal/retention"
	"gotong/internal/run"
)

// Where a child finds the office whose destruction it carries out, what it says
// of each record, and how many more it destroys while nobody kills it.
const (
	carryEnv = "GOTONG_TEST_CARRY" // folder, proposal and most records, a line each
	carried  = "carried"
	goesOn   = 10
)

// TestManyAreDestroyedThoughTheProcessIsKilled takes families that left long
// ago through their destruction by two people. The process that carries it out
// is killed again and again, and goes on: each is destroyed once, what is held
// stays and says why, and the paper attests what was destroyed. With
// GOTONG_SOAK there are 20,000.
func TestManyAreDestroyedThoughTheProcessIsKilled(t *testing.T) {
	many, kills := 150, 2
	if os.Getenv("GOTONG_SOAK") != "" {
		many, kills = 20_000, 5
	}
	dir := t.TempDir()
	left := time.Date(2020, 3, 2, 3, 0, 0, 0, time.UTC)
	a := openAt(t, dir, left)
	began := time.Now()
	gone := departedFamilies(t, a, many)
	t.Logf("%d families left in %v", len(gone), time.Since(began).Round(time.Millisecond))
	const held = 3
	for _, family := range gone[:held] {
		if _, err := a.Retention.Keep(manager("b"), family, retention.HeldForAudit, "Surat tugas 1"); err != nil {
			t.Fatal(err)
		}
	}
	a.Close()

	a = openAt(t, dir, dueOn)
	began = time.Now()
	made, err := a.Retention.Propose(officer("first"), "", run.Silent{})
	if err != nil || made.Due != int64(len(gone)-held) || made.Held != held {
		t.Fatalf("%+v, %v", made, err)
	}
	t.Logf("%d proposed in %v", made.Due, time.Since(began).Round(time.Millisecond))
	proposal := made.Proposals[0]
	if _, err := a.Retention.Approve(manager("b"), proposal, ""); err != nil {
		t.Fatal(err)
	}
	a.Close()

	began = time.Now()
	for range kills {
		killWhileItCarries(t, dir, proposal, (len(gone)-held)/(kills+1))
	}
	a = openAt(t, dir, dueOn)
	_, due, err := a.Retention.Proposal(manager("b"), proposal, retention.IsDue)
	if err != nil || len(due) == 0 || len(due) == len(gone)-held {
		t.Fatalf("after %d kills %d are due of %d, %v", kills, len(due), len(gone)-held, err)
	}
	done, err := a.Retention.Carry(manager("b"), proposal, run.Silent{})
	if err != nil || done.Destroyed != made.Due || done.Held != held {
		t.Fatalf("%+v, %v", done, err)
	}
	t.Logf("%d destroyed in %v, killed %d times", done.Destroyed, time.Since(began).Round(time.Millisecond), kills)
	whatIsLeft(t, a, gone[:held], gone[held:])
	if _, err := a.Documents.Issue(manager("b"), document.Request{Kind: document.Destruction, Subject: proposal.String(), Lang: "id"}); err != nil {
		t.Error(err)
	}
	if report, err := a.Audit.Verify(t.Context()); err != nil || !report.Verified() {
		t.Errorf("the audit log no longer holds: %v %v", report, err)
	}
	info, err := os.Stat(filepath.Join(dir, "keys", "tree.bin"))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("the tree of keys has %d KiB", info.Size()>>10)
	a.Close()
}

// dueOn is a day on which those who left at first are due.
var dueOn = time.Date(2026, 3, 2, 3, 0, 0, 0, time.UTC)

func openAt(t *testing.T, dir string, at time.Time) *app.App {
	t.Helper()
	config, err := app.LoadConfig("", nil, map[string]string{"data": dir})
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.Open(t.Context(), app.Options{Config: config, Log: slog.New(slog.DiscardHandler), Clock: clock.NewStepping(at, time.Millisecond)})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// departedFamilies imports so many families, of whom all leave.
func departedFamilies(t *testing.T, a *app.App, many int) []ident.ID {
	t.Helper()
	dir := t.TempDir()
	if _, err := generator.Generate(t.Context(), generator.Options{Families: many, Seed: 4, AsOf: civil.MustParse("2020-01-05"), Dir: dir}); err != nil {
		t.Fatal(err)
	}
	var files registry.Files
	for name, into := range map[string]*registry.File{generator.FamiliesFile: &files.Family, generator.PersonsFile: &files.Member} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		*into = registry.NewFile(name, b)
	}
	if _, err := a.Registry.Import(officer("first"), files, registry.Options{QueueDuplicates: true}, run.Silent{}); err != nil {
		t.Fatal(err)
	}
	all := idsOf(t, a.DB.Pool(), "SELECT id FROM family ORDER BY id")
	for _, family := range all {
		req := registry.Request{Kind: registry.Move, Family: family, Place: "luar kota"}
		written(t, func(b registry.Basis) (registry.Outcome, error) {
			req.Basis = b
			return a.Registry.Do(officer("first"), req)
		}, registry.Basis{On: a.Registry.Today().String(), Source: registry.SourceOffice, Document: "move_letter", Evidence: "surat"})
	}
	return all
}

// killWhileItCarries has a process of its own carry the destruction out, and
// kills it when so many records are gone, or some more: it waits for that, however
// busy the machine is.
func killWhileItCarries(t *testing.T, dir string, proposal ident.ID, after int) {
	t.Helper()
	child := exec.Command(os.Args[0], "-test.run=^TestCarryAsAChild$", "-test.v")
	child.Env = append(os.Environ(), fmt.Sprint(carryEnv, "=", dir, "\n", proposal, "\n", after+goesOn))
	said, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	n := 0
	for lines := bufio.NewScanner(said); lines.Scan(); {
		if lines.Text() != carried {
			continue
		}
		if n++; n == after {
			if err := child.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			break
		}
	}
	if err := child.Wait(); err == nil || n != after {
		t.Fatalf("it was not killed: %v after %d records", err, n)
	}
}

// TestCarryAsAChild is the process that is killed.
func TestCarryAsAChild(t *testing.T) {
	told := os.Getenv(carryEnv)
	if told == "" {
		t.Skip("the process that is killed, started by another test")
	}
	lines := strings.Split(told, "\n")
	proposal, err := ident.Parse(lines[1])
	if err != nil {
		t.Fatal(err)
	}
	most, err := strconv.Atoi(lines[2])
	if err != nil {
		t.Fatal(err)
	}
	if _, err := openAt(t, lines[0], dueOn).Retention.Carry(manager("b"), proposal, &aloud{left: most}); err != nil {
		t.Fatal(err)
	}
}

// aloud says each record that is gone, and waits at the last.
type aloud struct {
	run.Silent
	left int
}

func (a *aloud) Add(string, int64) {
	fmt.Println(carried)
	if a.left--; a.left == 0 {
		time.Sleep(time.Hour)
	}
}

// whatIsLeft holds the register to what two people decided: those that were
// held are whole, of the others nothing tells who they were.
func whatIsLeft(t *testing.T, a *app.App, held, gone []ident.ID) {
	t.Helper()
	names := "SELECT count(*) FROM person WHERE family_id = $1 AND name <> ''"
	for _, family := range held {
		if n := countOf(t, a, names, family); n == 0 {
			t.Errorf("%v is held, and gone", family)
		}
	}
	for _, family := range gone {
		if n := countOf(t, a, names, family); n > 0 {
			t.Errorf("%v still has %d names", family, n)
		}
		if n := countOf(t, a, "SELECT count(*) FROM family_change WHERE family_id = $1 AND kind = 'erasure'", family); n != 1 {
			t.Errorf("%v was erased %d times", family, n)
		}
	}
	if n := countOf(t, a, "SELECT count(*) FROM shredding WHERE $1 = $1", 0); n > 0 {
		t.Errorf("%d keys are yet to be destroyed", n)
	}
}

func countOf(t *testing.T, a *app.App, query string, arg any) (n int) {
	t.Helper()
	if err := a.DB.Pool().QueryRowContext(t.Context(), query, arg).Scan(&n); err != nil {
		t.Fatal(query, err)
	}
	return n
}
