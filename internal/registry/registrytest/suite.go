package registrytest

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/ident"
	"gotong/internal/registry"
	"gotong/internal/run"
)

// Suite fixes what the register means, on whichever database backend makes:
// a fresh one at each call.
func Suite(t *testing.T, backend func(t *testing.T) Backend) {
	for name, test := range map[string]func(t *testing.T, b *Bench){
		"what is imported is read back":          testReadBack,
		"the same rows change nothing":           testSameRows,
		"changed facts are added, none lost":     testChangedFacts,
		"a bad family is held back whole":        testHeldBack,
		"another area shows nothing":             testScope,
		"every look is recorded":                 testEveryLook,
		"without a log nothing is served":        testFailClosed,
		"a status is a change like any other":    testStatus,
		"a payee has the newest payable account": testPayee,
		"a stopped import leaves nothing":        testStopped,
		"the first version is told by the rows":  testFirstVersion,
		"many are loaded at once":                testLoadedAtOnce,
		"lists go page by page":                  testPages,
		"a scan has all, in order":               testScan,
		"a workbook comes back edited":           testWorkbook,
		"an old workbook overwrites nothing":     testOldWorkbook,
		"a mapping is kept by its name":          testMappings,
		"what is taken out is brought in again":  testExport,
		"uploads wait sealed for their owner":    testUpload,
		"a number is found by its blind index":   testLookup,
		"a person on record elsewhere is warned": testOnRecord,

		"a visit is recorded and folded":         testObserve,
		"an older visit takes nothing back":      testOlderVisit,
		"what is not so is withdrawn":            testWithdrawn,
		"a bad answer is named and nothing kept": testRefused,
		"of two at once one is a conflict":       testConflict,
		"core data are mended":                   testCorrect,
		"a file of before undoes no correction":  testCorrectionLasts,
		"somebody joins":                         testJoin,
		"a family is registered by hand":         testRegister,
		"an entry stays in its area":             testEntryScope,

		"a child is born, and gets a NIK later":             testBirth,
		"a death stops what depends on it":                  testDeath,
		"some found a family of their own":                  testSplit,
		"a couple marries":                                  testMarriage,
		"a family is handed over":                           testMove,
		"a day is held against births and other events":     testOrder,
		"what happened since a founding is not lost":        testFoundedSince,
		"a merge is taken back after what rests on it":      testUnmergeSince,
		"a second person approves":                          testSecondHand,
		"who approves is told what changed since":           testGround,
		"what waits is not proposed again":                  testWaiting,
		"a NIK is held against the rest":                    testNumberSays,
		"numbers are opened for a reason, and not too many": testUnmask,
		"a quota holds against many at once":                testUnmaskRace,
		"a person is erased, unless money forbids":          testErasure,
		"an old copy does not bring the erased back":        testErasedBeforeCopy,
		"an old copy's erased are erased again":             testErasedAgain,
		"a warning of identity is dismissed":                testIdentity,
		"not the same is remembered":                        testNotSame,
	} {
		t.Run(name, func(t *testing.T) { test(t, NewBench(t, backend(t))) })
	}
}

// Bring imports an office's files or fails the test.
func Bring(t testing.TB, b *Bench, o *Office) *registry.Report {
	t.Helper()
	r, err := b.Import(Officer(), o.Files(), registry.Options{}, run.Silent{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Everything returns all that is on record, by area and id.
func Everything(t testing.TB, b *Bench) []registry.Record {
	t.Helper()
	var all []registry.Record
	err := b.Scan(Officer(), access.PurposeSystem, func(r *registry.Record) error {
		kept := registry.Record{Family: r.Family, Members: slices.Clone(r.Members)}
		kept.Family.Facts = slices.Clone(r.Family.Facts)
		for i := range kept.Members {
			kept.Members[i].Facts = slices.Clone(r.Members[i].Facts)
		}
		all = append(all, kept)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func entries(t testing.TB, b *Bench) []audit.Entry {
	t.Helper()
	var all []audit.Entry
	err := b.Unit.Read(Officer(), func(ctx context.Context) error {
		var err error
		all, err = b.Audit.Entries(ctx, 0, 1_000_000)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func family(t testing.TB, b *Bench, id ident.ID) *registry.Dossier {
	t.Helper()
	d, err := b.Family(Officer(), id, access.PurposeService)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// SameAsFold checks that a family's current rows are what its history folds to.
func SameAsFold(t rapid.TB, d *registry.Dossier) {
	t.Helper()
	current := registry.Record{Family: d.Family, Members: slices.Clone(d.Members)}
	current.Family.KKMasked = ""
	for i := range current.Members {
		current.Members[i].NIKMasked = ""
	}
	if diff := cmp.Diff(registry.Fold(d.History), &current, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("history folds to another family: %s", diff)
	}
}
