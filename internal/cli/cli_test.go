package cli_test

import (
	"context"
	"log/slog"
	"os"
	"regexp"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"gotong/internal/access"
	"gotong/internal/app"
	"gotong/internal/cli"
	"gotong/internal/ident"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"gotong": func() { os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Environ())) },
	})
}

// TestScripts runs every script of testdata: the command line as a shell
// uses it, on the embedded database.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata", Setup: func(e *testscript.Env) error {
		e.Setenv("GOTONG_DATA", e.WorkDir+"/data")
		e.Setenv("GOTONG_LANG", "en")
		return nil
	}, Cmds: map[string]func(*testscript.TestScript, bool, []string){"keep": keep, "answer": answer, "suspend": suspend}})
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
