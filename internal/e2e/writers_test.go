package e2e

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// How a place that writes files is held to holding no number in clear.
const (
	atRest   = "lies in the data folder, where TestNoIdentifierInClearAtRest seeks"
	leaves   = "is written for somebody outside; sought by TestNoIdentifierLeavesInAFile or TestNoIdentifierLeavesUnasked"
	toldOf   = "tells what is wrong with a file; sought by TestWhatIsWrongWithAFileIsToldWithoutNumbers"
	keyed    = "is encrypted under a key in memory, and has no name"
	copied   = "copies what lies in the data folder as it lies; sought by TestGoingBackToACopy"
	ordinals = "holds places of records and what is reckoned of them, and no text"
	invented = "holds invented people alone, for a demo, a measurement or a simulation"
	nobody   = "holds nothing of anybody"
	needed   = "must hold numbers: "
)

// writers are all the places in the program that make a file, and what keeps
// numbers out of each; the exceptions say why they are one.
var writers = map[string]string{
	"internal/app/demo.go:WriteFile":                nobody,
	"internal/app/demostaff.go:WriteFile":           invented,
	"internal/app/restore.go:WriteFile":             copied,
	"internal/audit/service.go:OpenFile":            atRest,
	"internal/backup/make.go:Keep":                  nobody, // the manifest
	"internal/backup/make.go:OpenFile":              copied,
	"internal/backup/make.go:WriteFile":             nobody,
	"internal/backup/restore.go:Keep":               copied,
	"internal/bank/simulated.go:Keep":               invented,
	"internal/cli/bench.go:MkdirTemp":               invented,
	"internal/cli/bench.go:WriteFile":               nobody,
	"internal/cli/benchdecide.go:Create":            nobody,
	"internal/cli/benchimport.go:Create":            invented,
	"internal/cli/benchjob.go:WriteFile":            nobody,
	"internal/cli/benchlink.go:Create":              invented,
	"internal/cli/benchlink.go:WriteFile":           nobody,
	"internal/cli/benchoffice.go:WriteFile":         invented,
	"internal/cli/document.go:WriteFile":            leaves,
	"internal/cli/export.go:Beside":                 leaves,
	"internal/cli/import.go:Create":                 toldOf,
	"internal/cli/import.go:Beside":                 needed + "it is the workbook that the office brought, given back to it with marks",
	"internal/intact/intact.go:CreateTemp":          atRest, // by who asks it, and those are named here
	"internal/intact/intact.go:OpenFile":            atRest,
	"internal/cli/linkout.go:OpenFile":              "names records of a list of the office's own by its own keys",
	"internal/cli/linkout.go:Beside":                "names records of a list of the office's own by its own keys",
	"internal/cli/pay.go:WriteFile":                 needed + "a bank pays to accounts, and is asked about them; three people signed the list, and the taking is on record",
	"internal/cli/targeting.go:WriteFile":           nobody,
	"internal/db/copy.go:OpenFile":                  copied,
	"internal/db/db.go:OpenFile":                    atRest,
	"internal/db/scrub.go:CreateTemp":               nobody,
	"internal/delivery/outbox.go:Keep":              atRest,
	"internal/determination/compare.go:MkdirTemp":   ordinals,
	"internal/determination/service.go:MkdirTemp":   atRest,
	"internal/generator/table.go:Create":            invented,
	"internal/generator/truth.go:WriteFile":         invented,
	"internal/linkage/spill.go:CreateTemp":          ordinals,
	"internal/paysim/paysim.go:MkdirTemp":           invented,
	"internal/region/derive/main.go:WriteFile":      nobody,
	"internal/registry/spill/spill.go:CreateTemp":   keyed,
	"internal/seal/seal.go:OpenFile":                nobody,
	"internal/seal/shred.go:OpenFile":               nobody,
	"internal/snapshot/exchange/export.go:OpenFile": leaves,
	"internal/snapshot/folder.go:OpenFile":          atRest,
	"internal/snapshot/service.go:MkdirTemp":        atRest,
	"internal/snapshot/signed.go:OpenFile":          atRest,
	"internal/targeting/modeltrial.go:MkdirTemp":    ordinals,
	"internal/targeting/recheck.go:MkdirTemp":       ordinals,
	"internal/targeting/service.go:MkdirTemp":       atRest,
}

// makers are the calls that make a file or a folder of a chance name, by
// package.
var makers = map[string][]string{"os": {"Create", "CreateTemp", "MkdirTemp", "OpenFile", "WriteFile"}, "intact": {"Beside", "Keep"}}

// TestEveryWriterIsKnown reads the program's own text: a new place that writes
// a file must be put among the writers, with what keeps numbers out of it.
func TestEveryWriterIsKnown(t *testing.T) {
	found := map[string]bool{}
	for _, root := range []string{"../../internal", "../../cmd"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			slashed := strings.TrimPrefix(filepath.ToSlash(path), "../../")
			tool := strings.Contains(slashed, "test/") || strings.HasPrefix(slashed, "internal/mutate/") || strings.HasPrefix(slashed, "internal/web/assets/")
			if err != nil || d.IsDir() || tool || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				call, ok := n.(*ast.SelectorExpr)
				if !ok {
					return true
				}
				if of, ok := call.X.(*ast.Ident); ok && slices.Contains(makers[of.Name], call.Sel.Name) {
					found[slashed+":"+call.Sel.Name] = true
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, place := range slices.Sorted(maps.Keys(found)) {
		if writers[place] == "" {
			t.Errorf("%s writes a file, and nothing says what keeps numbers out of it: put it among the writers", place)
		}
	}
	for place := range writers {
		if !found[place] {
			t.Errorf("%s is among the writers, and writes nothing", place)
		}
	}
}
