package targetingtest

import (
	"context"
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
	models, lines := Policy(t)
	m, err := models.InForce(s.AsOf)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	c, err := targeting.Compute(context.Background(), s, targeting.Policy{Model: m, Lines: lines}, dir, run.Silent{})
	if err != nil {
		t.Fatal(err)
	}
	return Open(t, keys, dir, c)
}

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
