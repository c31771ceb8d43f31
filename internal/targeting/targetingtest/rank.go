package targetingtest

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"gotong/internal/indicator"
	"gotong/internal/run"
	"gotong/internal/seal"
	"gotong/internal/snapshot"
	"gotong/internal/targeting"
	"gotong/models"
)

// Policy returns the models and poverty lines that are part of the program.
func Policy(t testing.TB) (targeting.Models, targeting.Lines) {
	t.Helper()
	m, err := targeting.LoadModels(indicator.Default(), models.Files)
	if err != nil {
		t.Fatal(err)
	}
	l, err := targeting.LoadLines(models.Files)
	if err != nil {
		t.Fatal(err)
	}
	return m, l
}

// Rank ranks a snapshot by the model in force on its day, in a folder of the test.
func Rank(t testing.TB, keys *seal.Keyring, s *snapshot.Snapshot) *targeting.Ranking {
	t.Helper()
	known, lines := Policy(t)
	m, err := known.InForce(s.AsOf)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	c, err := targeting.Compute(context.Background(), s, targeting.Policy{Model: m, Lines: lines}, dir, run.Silent{})
	if err != nil {
		t.Fatal(err)
	}
	text, err := fs.ReadFile(models.Files, linesFile)
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, linesFile), text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return Open(t, keys, dir, c)
}

// linesFile lies beside a ranking that was kept, too.
const linesFile = "poverty_lines.yaml"

// Open signs a computed ranking in dir and opens it.
func Open(t testing.TB, keys *seal.Keyring, dir string, c targeting.Content) *targeting.Ranking {
	t.Helper()
	m := targeting.Manifest{Content: c, CreatedAt: time.Unix(0, 0).UTC(), Digest: snapshot.Digest("ranking", c)}
	if err := snapshot.WriteSigned(filepath.Join(dir, "manifest.json"), "ranking manifest", m, keys); err != nil {
		t.Fatal(err)
	}
	r, err := targeting.Open(dir, keys.Public())
	if err != nil {
		t.Fatal(err)
	}
	return r
}
