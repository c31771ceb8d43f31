// Package archtest holds the map of ARCHITECTURE.md: who may import whom.
package archtest

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// layers lists every package, lowest first. A package imports only from
// layers below its own; a package that is not listed here fails the test.
var layers = [][]string{
	{"internal/vector"},
	{"locales", "indicators", "programmes", "models", "policy",
		"internal/fault", "internal/civil", "internal/money", "internal/clock", "internal/column", "internal/intact", "internal/work"},
	{"internal/i18n", "internal/ident", "internal/seal", "internal/nik"},
	{"internal/region", "internal/access", "internal/policyfile"},
	{"internal/audit", "internal/run", "internal/ledger", "internal/bank"},
	{"internal/decree", "internal/indicator", "internal/upload", "internal/backup", "internal/registry/sheet", "internal/registry/spill", "internal/document"},
	{"internal/registry", "internal/rule"},
	{"internal/snapshot", "internal/linkage", "internal/breach", "internal/retention", "internal/right", "internal/rule/rulesql"},
	{"internal/snapshot/exchange", "internal/targeting", "internal/generator", "internal/linkage/roster"},
	{"internal/programme", "internal/linkage/authority", "internal/targeting/survey", "internal/targeting/detection"},
	{"internal/determination"},
	{"internal/delivery", "internal/pathout", "internal/goods", "internal/condition", "internal/outcome", "internal/sieve"},
	{"internal/insight", "internal/quality"},
	{"internal/db"},
	{"internal/db/dbtest", "internal/audit/auditdb"},
	{"*db"},
	{"internal/chart", "internal/paysim"},
	{"internal/web", "internal/api"},
	{"internal/web/webtest", "internal/web/page", "internal/api/apitest"},
	{"*web", "*api"},
	{"internal/app"},
	{"internal/cli"},
	{"cmd/gotong"},
}

// tools are programs for building and deriving; nothing imports them, and
// they may import anything.
var tools = []string{"internal/web/assets", "internal/region/derive", "internal/archtest", "internal/e2e", "internal/mutate"}

// sql names what only db and *db packages may import.
var sqlPackages = []string{"database/sql", "github.com/jackc/pgx/v5", "modernc.org/sqlite", "zombiezen.com/go/sqlite"}

type listed struct {
	ImportPath   string
	Imports      []string
	TestImports  []string
	XTestImports []string
}

func packages(t *testing.T) []listed {
	t.Helper()
	command := exec.Command("go", "list", "-json=ImportPath,Imports,TestImports,XTestImports", "gotong/...")
	command.Stderr = os.Stderr
	out, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []listed
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

// layerOf returns the layer of a package of ours, or -1. A suite of tests
// that a slice offers, such as registry/registrytest, stands just above the
// slice.
func layerOf(path string) int {
	path = strings.TrimPrefix(path, "gotong/")
	for i, names := range layers {
		if slices.Contains(names, path) {
			return i
		}
	}
	last := path[strings.LastIndex(path, "/")+1:]
	parent := strings.TrimSuffix(path, "/"+last)
	for _, suffix := range []string{"db", "web", "api"} {
		if strings.HasSuffix(last, suffix) && last == parent[strings.LastIndex(parent, "/")+1:]+suffix {
			return layerOf("*" + suffix)
		}
	}
	return -1
}

func TestImportsGoDownOnly(t *testing.T) {
	for _, p := range packages(t) {
		path := strings.TrimPrefix(p.ImportPath, "gotong/")
		if slices.Contains(tools, path) || strings.HasSuffix(path, "test") && layerOf(path) < 0 {
			continue
		}
		own := layerOf(path)
		if own < 0 {
			t.Errorf("%s is not on the map: give it a layer here and in ARCHITECTURE.md", path)
			continue
		}
		for _, imported := range p.Imports {
			if strings.HasPrefix(imported, "gotong/") && layerOf(imported) >= own {
				t.Errorf("%s imports %s, which is not below it", path, imported)
			}
		}
	}
}

func TestOnlyDatabasePackagesKnowSQL(t *testing.T) {
	for _, p := range packages(t) {
		path := strings.TrimPrefix(p.ImportPath, "gotong/")
		if strings.HasSuffix(path, "db") || strings.HasPrefix(path, "internal/db") {
			continue
		}
		for _, imported := range p.Imports {
			if slices.ContainsFunc(sqlPackages, func(s string) bool { return imported == s || s != "database/sql" && strings.HasPrefix(imported, s+"/") }) {
				t.Errorf("%s imports %s: SQL lives in db and *db", path, imported)
			}
		}
	}
}

func TestTestSuitesStayOutOfTheProgram(t *testing.T) {
	for _, p := range packages(t) {
		if strings.HasSuffix(p.ImportPath, "test") {
			continue
		}
		for _, imported := range p.Imports {
			if strings.HasPrefix(imported, "gotong/") && strings.HasSuffix(imported, "test") {
				t.Errorf("%s imports %s outside its tests", p.ImportPath, imported)
			}
		}
	}
}
