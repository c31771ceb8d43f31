package cli

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/programme"
	"gotong/internal/rule"
	"gotong/programmes"
)

func programmeCommand(e *env) *cobra.Command {
	c := &cobra.Command{Use: "programme", Short: "Look after programme files"}
	c.AddCommand(&cobra.Command{
		Use: "check [FILE...]", Short: "Check programme files before they are put into force",
		Long: `Reads the programmes in force and, in the place of those with the same name,
the files given, and says of each mistake its file, line and column and what
to do. Nothing is changed. Exit code 2 when there is any.`,
		Example: "  gotong programme check beras.yaml\n  cp beras.yaml DATA/programmes/",
		RunE: func(_ *cobra.Command, files []string) error {
			set, err := e.programmes(files)
			if err != nil {
				return err
			}
			type version struct {
				Code string `json:"code"`
				From string `json:"from"`
				File string `json:"file"`
			}
			versions := []version{}
			for _, p := range set.All() {
				versions = append(versions, version{p.Code, p.Version(), p.File})
				e.printf("%s\n", i18n.T(e.lang, "cli.programme_version", "file", p.File, "name", p.Name.In(e.lang), "from", p.InForce.From))
			}
			e.printf("%s\n", i18n.T(e.lang, "cli.programmes_right", "n", len(versions)))
			return e.result(map[string]any{"versions": versions, "problems": []any{}})
		},
	})
	return c
}

// programmes reads the files that came with the system, those of the data
// folder and those given, of which a later one replaces an earlier one.
func (e *env) programmes(files []string) (*programme.Set, error) {
	config, err := e.config()
	if err != nil {
		return nil, err
	}
	catalogue, err := e.catalogue()
	if err != nil {
		return nil, err
	}
	chosen := given{}
	for _, file := range files {
		if _, err := os.ReadFile(file); err != nil {
			return nil, fault.Invalid("cli.unreadable", "file", file).Because(err)
		}
		chosen[filepath.Base(file)] = file
	}
	return programme.Load(catalogue, programmes.Files, os.DirFS(filepath.Join(config.Get("data"), "programmes")), chosen)
}

// given is files from anywhere as one folder: paths by name.
type given map[string]string

// Open implements fs.FS.
func (g given) Open(name string) (fs.File, error) {
	path, ok := g[name]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return os.Open(path)
}

// Glob gives every file, whatever its ending: whoever names a file wants it
// checked.
func (g given) Glob(string) ([]string, error) { return slices.Sorted(maps.Keys(g)), nil }

// problem is one thing that is wrong with a file, for programs.
type problem struct {
	File    string `json:"file,omitempty"`
	Line    any    `json:"line,omitempty"`
	Column  any    `json:"column,omitempty"`
	Field   string `json:"field,omitempty"` // of an entry into the register
	Message string `json:"message"`
}

// problems writes out all that is wrong with policy files or with an entry
// into the register; nil where an error is of another kind.
func (e *env) problems(err error) []problem {
	if refused := (byField)(nil); errors.As(err, &refused) {
		return e.refusals(refused)
	}
	found, ok := rule.AsProblems(err)
	if !ok {
		return nil
	}
	var all []problem
	for _, f := range found {
		p := problem{Message: i18n.Error(e.lang, f)}
		for i := 0; i+1 < len(f.Args); i += 2 {
			switch v := f.Args[i+1]; f.Args[i] {
			case "file":
				p.File, _ = v.(string)
			case "line":
				p.Line = v
			case "column":
				p.Column = v
			}
		}
		all = append(all, p)
	}
	return all
}
