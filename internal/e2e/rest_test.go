package e2e

import (
	"encoding/base64"
	"encoding/csv"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var firstFamily = regexp.MustCompile(`href="/keluarga/([0-9a-f-]{36})"`)

// TestNoIdentifierInClearAtRest looks for NIKs, family card numbers and
// account numbers of the register in every file that the program has
// written: database, WAL, snapshots, bank files, and the log at its most talkative. The import files and
// the planted truth are the office's own and are left out.
func TestNoIdentifierInClearAtRest(t *testing.T) {
	s := open(t)
	forms := s.canaryForms(t)
	files := 0
	err := filepath.WalkDir(s.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			if d != nil && d.IsDir() && path == filepath.Join(s.dir, "demo") {
				return fs.SkipDir
			}
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		seek(t, path, b, forms)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 10 {
		t.Errorf("only %d files were looked through", files)
	}
}

// inBase64 returns how a text stands in base64, whichever of three places in
// a group it begins at: the letters that hold nothing but the text.
func inBase64(text string) (forms []string) {
	for before := range 3 {
		whole := base64.RawStdEncoding.EncodeToString(append(make([]byte, before), text...))
		from, to := (before*8+5)/6, (before+len(text))*8/6
		forms = append(forms, whole[from:to])
	}
	return forms
}

func TestCanariesAreFoundInBase64(t *testing.T) {
	const canary = "3674014102800013"
	for _, around := range [][2]string{{"", ""}, {"a", "z"}, {"ab", "yz"}, {"{\"nik\":\"", "\"}"}} {
		b := base64.StdEncoding.EncodeToString([]byte(around[0] + canary + around[1]))
		if !slices.ContainsFunc(inBase64(canary), func(form string) bool { return strings.Contains(b, form) }) {
			t.Errorf("not found between %q and %q", around[0], around[1])
		}
	}
}

// seek looks for every form in b by sliding over runs of characters that a
// form can consist of, so that a thousand canaries cost one pass.
func seek(t *testing.T, path string, b []byte, forms map[string]string) {
	t.Helper()
	lengths := map[int]bool{}
	for f := range forms {
		lengths[len(f)] = true
	}
	for n := range lengths {
		for i := 0; i+n <= len(b); i++ {
			if !plain[b[i]] || !plain[b[i+n-1]] {
				continue
			}
			if c, ok := forms[string(b[i:i+n])]; ok {
				t.Errorf("%s holds %s…", filepath.Base(path), c[:6])
				return
			}
		}
	}
}

var plain = func() (p [256]bool) {
	for _, c := range "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz+/" {
		p[c] = true
	}
	return p
}()

func canaries(t *testing.T, path string, columns ...string) []string {
	t.Helper()
	var all []string
	for _, c := range columns {
		all = append(all, canariesOf(t, path, c)...)
	}
	return all
}

// canariesOf returns numbers of one column that are long enough to be told
// from chance.
func canariesOf(t *testing.T, path, column string) []string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := -1
	for i, name := range rows[0] {
		if name == column {
			at = i
		}
	}
	if at < 0 {
		t.Fatalf("%s has no column %s", path, column)
	}
	const longEnough, most = 10, 300
	var all []string
	for _, row := range rows[1:] {
		if len(row[at]) >= longEnough && len(all) < most {
			all = append(all, row[at])
		}
	}
	return all
}
