package app

import (
	"os"
	"path/filepath"
	"testing"

	"gotong/internal/db/dbtest"
	"gotong/internal/fault"
)

// openAt opens the installation of a data folder, on the database at url or
// on the folder's own, and closes it again.
func openAt(t *testing.T, data, url string) error {
	t.Helper()
	config, err := LoadConfig("", nil, map[string]string{"data": data, "db": url})
	if err != nil {
		t.Fatal(err)
	}
	a, err := Open(t.Context(), Options{Config: config})
	if err != nil {
		return err
	}
	return a.Close()
}

func TestOpenRefusesADatabaseOfOtherKeys(t *testing.T) {
	url := dbtest.PostgresURL(t)
	own, empty, other := t.TempDir(), t.TempDir(), t.TempDir()
	if err := openAt(t, own, url); err != nil {
		t.Fatal(err)
	}
	if err := openAt(t, other, ""); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string]string{"a folder without keys": empty, "another installation's folder": other} {
		if err := openAt(t, data, url); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := os.Stat(filepath.Join(empty, "keys")); err == nil {
		t.Error("keys were made beside data of others")
	}
	if err := openAt(t, own, url); err != nil {
		t.Errorf("its own folder: %v", err)
	}
}

func TestOpenDoesNotReplaceALostKeyFile(t *testing.T) {
	dir := t.TempDir()
	if err := openAt(t, dir, ""); err != nil {
		t.Fatal(err)
	}
	index := filepath.Join(dir, "keys", "index.json")
	if err := os.Rename(index, index+".away"); err != nil {
		t.Fatal(err)
	}
	if err := openAt(t, dir, ""); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("without index.json: %v", err)
	}
	if err := os.Rename(index+".away", index); err != nil {
		t.Fatal(err)
	}
	if err := openAt(t, dir, ""); err != nil {
		t.Errorf("with it back: %v", err)
	}
}
