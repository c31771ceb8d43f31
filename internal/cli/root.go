// Package cli is the command line: one file a command. Every command prints
// for people on a terminal and, with --json, one JSON object as its last
// line; progress goes to standard error, as bars on a terminal and as JSON
// lines elsewhere.
package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"gotong/internal/access"
	"gotong/internal/app"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/indicator"
	"gotong/internal/targeting"
)

// The exit codes, as `gotong help exit-codes` documents them.
const (
	exitOK          = 0
	exitInternal    = 1 // a failure of the program or the machine
	exitInvalid     = 2 // input or usage to mend
	exitNotFound    = 3
	exitConflict    = 4 // somebody was first, or the data are not what was expected
	exitForbidden   = 5
	exitUnavailable = 6 // try again later
	exitFindings    = 7 // the command did its work and found something wrong: a log that does not verify, a recheck that differs
	exitInterrupted = 130
)

// errFindings ends a command that worked and found something wrong.
var errFindings = errors.New("cli: findings")

// env is what every command works with.
type env struct {
	out, err io.Writer
	in       io.Reader
	environ  []string
	lang     i18n.Lang
	json     bool
	file     string            // --config
	flags    map[string]string // settings given as flags
	as       string            // --as LOGIN
}

// Main runs the command line and returns the exit code.
func Main(args []string, in io.Reader, out, errOut io.Writer, environ []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	e := &env{out: out, err: errOut, in: in, environ: environ, flags: map[string]string{}, lang: langOf(environ)}
	root := newRoot(e)
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errOut)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitOK
	}
	if ctx.Err() != nil {
		return exitInterrupted
	}
	err = fault.Disk(err)
	e.report(err)
	return exitCode(err)
}

func langOf(environ []string) i18n.Lang {
	values := map[string]string{}
	for _, pair := range environ {
		name, value, _ := strings.Cut(pair, "=")
		values[name] = value
	}
	if l := values["GOTONG_LANG"]; l != "" {
		return i18n.ParseLang(l)
	}
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		switch v := values[name]; {
		case strings.HasPrefix(v, "id"):
			return i18n.ID
		case v != "":
			return i18n.EN
		}
	}
	return i18n.EN
}

func newRoot(e *env) *cobra.Command {
	root := &cobra.Command{
		Use:           "gotong",
		Short:         "Integrated social protection: register, verify, rank, determine, deliver, follow, graduate",
		Version:       app.Version,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	var lang string
	flags := root.PersistentFlags()
	flags.StringVar(&e.file, "config", "", "settings file (default DATA/gotong.yaml)")
	flags.StringVar(&lang, "lang", "", "language of messages: id or en (default: the environment's)")
	flags.BoolVar(&e.json, "json", false, "end with one JSON object, for programs")
	flags.StringVar(&e.as, "as", "", "act as this member of staff (default: the system; payments and enactments need people)")
	for _, s := range app.Settings {
		if s.Name == "data" || s.Name == "db" {
			flags.String(s.Name, s.Default, s.Doc)
		}
	}
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error {
		for _, s := range app.Settings {
			if f := cmd.Flags().Lookup(strings.ReplaceAll(s.Name, "_", "-")); f != nil && f.Changed {
				e.flags[s.Name] = f.Value.String()
			}
		}
		switch {
		case lang == "":
		case slices.Contains(i18n.Langs, i18n.Lang(lang)):
			e.lang = i18n.Lang(lang)
		default:
			return fault.Invalid("cli.unknown_lang", "lang", lang)
		}
		for _, name := range app.Strange(e.environ) {
			fmt.Fprintln(e.err, i18n.T(e.lang, "cli.strange_variable", "name", name))
		}
		return nil
	}
	root.AddCommand(commands(e)...)
	root.AddCommand(exitCodesTopic())
	return root
}

func exitCodesTopic() *cobra.Command {
	return &cobra.Command{Use: "exit-codes", Short: "What the exit codes mean", Long: `Exit codes:
  0    done
  1    a failure of the program or the machine; nothing was half-done
  2    input or usage to mend: the message says what and where
  3    no such thing, or outside the area of who acts
  4    somebody was first, or the data are not what was expected
  5    the role or area does not allow it
  6    not available at present: try again later
  7    the command did its work and found something wrong
       (a log that does not verify, a recheck that differs, rejected rows)
  130  interrupted`}
}

// open opens the installation and returns a context in which the command's
// actor acts.
func (e *env) open(ctx context.Context) (*app.App, context.Context, error) {
	config, err := e.config()
	if err != nil {
		return nil, ctx, err
	}
	a, err := app.Open(ctx, app.Options{Config: config, Log: e.logger(config)})
	if err != nil {
		return nil, ctx, err
	}
	actor := access.System("cli")
	if e.as != "" {
		if actor, err = a.Access.ActAs(ctx, e.as); err != nil {
			return nil, ctx, errors.Join(err, a.Close())
		}
	}
	return a, access.With(ctx, actor), nil
}

// with opens an installation that is there, runs fn on it and closes it. A
// mistyped folder is refused: a new installation in it would answer that all
// is well.
func (e *env) with(ctx context.Context, fn func(ctx context.Context, a *app.App) error) error {
	config, err := e.config()
	if err != nil {
		return err
	}
	if !app.Exists(config) {
		return fault.NotFound("app.no_data", "folder", config.Get("data"))
	}
	return e.withNew(ctx, fn)
}

// withNew is with for the commands that begin an installation where there is
// none.
func (e *env) withNew(ctx context.Context, fn func(ctx context.Context, a *app.App) error) error {
	a, ctx, err := e.open(ctx)
	if err != nil {
		return err
	}
	return errors.Join(fn(ctx, a), a.Close())
}

func (e *env) config() (app.Config, error) { return app.LoadConfig(e.file, e.environ, e.flags) }

func (e *env) catalogue() (*indicator.Catalogue, error) {
	config, err := e.config()
	if err != nil {
		return nil, err
	}
	return app.LoadCatalogue(config)
}

// lines reads the poverty lines of an installation without opening it.
func (e *env) lines() (targeting.Lines, error) {
	config, err := e.config()
	if err != nil {
		return targeting.Lines{}, err
	}
	return app.LoadLines(config)
}

func (e *env) logger(c app.Config) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.Get("log_level"))); err != nil {
		level = slog.LevelInfo
	}
	return slog.New(slog.NewTextHandler(e.err, &slog.HandlerOptions{Level: level}))
}

// printf prints for people; with --json it is silent.
func (e *env) printf(format string, args ...any) {
	if !e.json {
		fmt.Fprintf(e.out, format, args...)
	}
}

// result prints the command's result as its last line, with --json.
func (e *env) result(v any) error {
	if !e.json {
		return nil
	}
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(e.out, string(b))
	return err
}

// report prints an error in the user's language, with --json as an object.
func (e *env) report(err error) {
	if errors.Is(err, errFindings) {
		return
	}
	message := err.Error()
	var f *fault.Error
	if errors.As(err, &f) {
		message = i18n.Error(e.lang, err)
	}
	problems := e.problems(err)
	if e.json {
		out := map[string]any{"error": message, "kind": fault.KindOf(err).String(), "code": exitCode(err)}
		if problems != nil {
			out["problems"] = problems
		}
		b, _ := json.Marshal(out)
		fmt.Fprintln(e.out, string(b))
		return
	}
	if problems == nil {
		fmt.Fprintln(e.err, "gotong: "+message)
	}
	for _, p := range problems { // all at once, so that they are mended at once
		if p.Field != "" {
			p.Message = p.Field + ": " + p.Message
		}
		fmt.Fprintln(e.err, "gotong: "+p.Message)
	}
}

func exitCode(err error) int {
	if errors.Is(err, errFindings) {
		return exitFindings
	}
	var f *fault.Error
	if !errors.As(err, &f) {
		if isUsage(err) {
			return exitInvalid
		}
		return exitInternal
	}
	switch f.Kind {
	case fault.KindInvalid:
		return exitInvalid
	case fault.KindNotFound:
		return exitNotFound
	case fault.KindConflict:
		return exitConflict
	case fault.KindForbidden:
		return exitForbidden
	case fault.KindUnavailable, fault.KindTooOften:
		return exitUnavailable
	default:
		return exitInternal
	}
}

// isUsage reports whether cobra refused the words of the call.
func isUsage(err error) bool {
	m := err.Error()
	for _, sign := range []string{"unknown command", "unknown flag", "unknown shorthand", "invalid argument", "accepts ", "requires at least", "required flag", "flag needs an argument"} {
		if strings.Contains(m, sign) {
			return true
		}
	}
	return false
}
