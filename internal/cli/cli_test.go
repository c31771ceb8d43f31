package cli_test

import (
	"context"
	"flag"
	"log/slog"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/xuri/excelize/v2"

	"gotong/internal/access"
	"gotong/internal/app"
	"gotong/internal/ident"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"gotong": func() { os.Exit(trailed()) },
	})
}

// TestScripts runs every script of testdata: the command line as a shell
// uses it, on the embedded database. What a command shows of somebody is on
// record (see looksOf).
func TestScripts(t *testing.T) {
	done := ran{good: map[string]bool{}}
	whole := t.Run("run", func(t *testing.T) {
		testscript.Run(t, testscript.Params{Dir: "testdata", Setup: func(e *testscript.Env) error {
			e.Setenv("GOTONG_DATA", e.WorkDir+"/data")
			e.Setenv("GOTONG_LANG", "en")
			trail := e.WorkDir + "/.trail"
			e.Setenv(trailOf, trail)
			e.Defer(func() { looksOf(t, trail, &done) })
			return nil
		}, Cmds: map[string]func(*testscript.TestScript, bool, []string){"keep": keep, "answer": answer, "suspend": suspend, "cell": cell, "lines": lines}})
	})
	if whole && flag.Lookup("test.run").Value.String() == "" {
		done.whole(t)
	}
}

// keep is a command of the scripts: keep NAME PATTERN sets a variable to what
// the pattern's group matches of the last command's output.
func keep(ts *testscript.TestScript, _ bool, args []string) {
	m := regexp.MustCompile(args[1]).FindStringSubmatch(ts.ReadFile("stdout"))
	if m == nil {
		ts.Fatalf("%s is not in the output", args[1])
	}
	ts.Setenv(args[0], m[1])
}

// lines is a command of the scripts: lines FILE LINE… writes a file.
func lines(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Join(args[1:], "\n")+"\n"), 0o600))
}

// cell is a command of the scripts: cell FILE SHEET COLUMN ROW TEXT types text
// into a cell of a workbook; with ! in front it looks whether the text is a
// part of the cell's.
func cell(ts *testscript.TestScript, look bool, args []string) {
	path, sheet := ts.MkAbs(args[0]), args[1]
	f, err := excelize.OpenFile(path)
	ts.Check(err)
	defer f.Close()
	rows, err := f.GetRows(sheet)
	ts.Check(err)
	row, err := strconv.Atoi(args[3])
	ts.Check(err)
	name, err := excelize.CoordinatesToCellName(slices.Index(rows[0], args[2])+1, row)
	ts.Check(err)
	if look {
		text, err := f.GetCellValue(sheet, name)
		ts.Check(err)
		if !strings.Contains(text, args[4]) {
			ts.Fatalf("%s of %s is %q", name, sheet, text)
		}
		return
	}
	ts.Check(f.SetCellStr(sheet, name, args[4]))
	ts.Check(f.Save())
}

// suspend is a command of the scripts: suspend FAMILY keeps a family's data
// out of processing, as an answer to its request on the pages does.
func suspend(ts *testscript.TestScript, _ bool, args []string) {
	id, err := ident.Parse(args[0])
	ts.Check(err)
	config, err := app.LoadConfig("", nil, map[string]string{"data": ts.Getenv("GOTONG_DATA")})
	ts.Check(err)
	a, err := app.Open(context.Background(), app.Options{Config: config, Log: slog.New(slog.DiscardHandler)})
	ts.Check(err)
	defer a.Close()
	ts.Check(a.Registry.Suspend(access.With(context.Background(), access.System("script")), id))
}
