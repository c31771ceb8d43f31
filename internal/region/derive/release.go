package main

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
)

// release is one published set of regions: name by code, the code as digits
// without dots. Releases before 3.0.0 wrote codes without dots and names in
// capitals.
type release map[string]string

// read reads the four region files of an unpacked package.
func read(dir string) (release, error) {
	r := release{}
	for _, level := range []string{"provinces", "regencies", "districts", "villages"} {
		if err := r.add(filepath.Join(dir, "data", level+".csv")); err != nil {
			return nil, err
		}
	}
	for code, name := range r {
		if p := parent(code); p != "" && r[p] == "" {
			return nil, fmt.Errorf("%s: %s %s has no parent", dir, code, name)
		}
	}
	return r, nil
}

// version returns the version of an unpacked package.
func version(dir string) (string, error) {
	b, err := os.ReadFile(filepath.Join(dir, "package.json"))
	if err != nil {
		return "", err
	}
	var p struct{ Version string }
	if err := json.Unmarshal(b, &p); err != nil {
		return "", fmt.Errorf("%s: package.json: %w", dir, err)
	}
	if p.Version == "" {
		return "", fmt.Errorf("%s: package.json has no version", dir)
	}
	return p.Version, nil
}

func (r release) add(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	table := csv.NewReader(f)
	table.LazyQuotes = true // early releases write Soka"an without quoting it
	rows, err := table.ReadAll()
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if len(rows) == 0 {
		return fmt.Errorf("%s: no header", path)
	}
	code, name := slices.Index(rows[0], "code"), slices.Index(rows[0], "name")
	if code < 0 || name < 0 {
		return fmt.Errorf("%s: no column code or name", path)
	}
	for _, row := range rows[1:] {
		c, n := strings.ReplaceAll(row[code], ".", ""), strings.Join(strings.Fields(row[name]), " ")
		if err := r.put(c, n); err != nil {
			return fmt.Errorf("%s: %q: %w", path, row[code], err)
		}
	}
	return nil
}

func (r release) put(code, name string) error {
	switch len(code) {
	case 2, 4, 6, 10:
	default:
		return errors.New("a code has 2, 4, 6 or 10 digits")
	}
	if strings.Trim(code, "0123456789") != "" {
		return errors.New("a code is digits")
	}
	if name == "" || len(name) > 255 {
		return errors.New("a name has 1 to 255 bytes")
	}
	if _, twice := r[code]; twice {
		return errors.New("twice")
	}
	r[code] = name
	return nil
}

func (r release) codes() []string { return slices.Sorted(maps.Keys(r)) }

// parent returns the code of the region that holds code, or "" for a province.
func parent(code string) string {
	switch len(code) {
	case 4:
		return code[:2]
	case 6:
		return code[:4]
	case 10:
		return code[:6]
	}
	return ""
}

// plain reduces a name to its letters and digits in lower case, so that
// capitals, spaces and signs do not make two names of one.
func plain(name string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsLetter(c) || unicode.IsDigit(c) {
			return unicode.ToLower(c)
		}
		return -1
	}, name)
}
