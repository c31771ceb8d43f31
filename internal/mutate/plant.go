package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/format"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// mutant is one mistake.
type mutant struct {
	No   int
	File string
	Line int
	What string
}

// edit replaces a piece of a file; those within each other nest.
type edit struct {
	from, to int // bytes
	write    func(inner string) string
}

// planter collects the mistakes of one file.
type planter struct {
	fset  *token.FileSet
	info  *types.Info
	pkg   *types.Package
	file  *ast.File
	name  string
	src   []byte
	next  *int
	found []mutant
	edits []edit
}

// plant writes the files with their mistakes into work, and returns the
// mistakes and the overlay that puts those files in the place of the real ones.
func plant(files []string, work string) ([]mutant, string, error) {
	replace := map[string]string{}
	next := 1
	var all []mutant
	byFolder := map[string][]string{}
	for _, f := range files {
		if !strings.HasSuffix(f, "_test.go") {
			byFolder[filepath.Dir(f)] = append(byFolder[filepath.Dir(f)], f)
		}
	}
	for folder, wanted := range byFolder {
		fset, parsed, info, pkg, err := check(folder)
		if err != nil {
			return nil, "", err
		}
		for _, name := range wanted {
			src, err := os.ReadFile(name)
			if err != nil {
				return nil, "", err
			}
			p := &planter{fset: fset, info: info, pkg: pkg, file: parsed[filepath.Base(name)], name: name, src: src, next: &next}
			p.walk()
			out, err := format.Source([]byte(p.rewritten(0, len(src))))
			if err != nil {
				return nil, "", fmt.Errorf("%s: %w", name, err)
			}
			if err := put(replace, work, name, out); err != nil {
				return nil, "", err
			}
			all = append(all, p.found...)
		}
		code := fmt.Sprintf("package %s\n\nimport (\n\t\"os\"\n\t\"strconv\"\n)\n\nvar mutantNo, _ = strconv.Atoi(os.Getenv(%q))\n\nfunc mutated(n int) bool { return n == mutantNo }\n", pkg.Name(), variable)
		if err := put(replace, work, filepath.Join(folder, "mutated.go"), []byte(code)); err != nil {
			return nil, "", err
		}
	}
	b, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return nil, "", err
	}
	overlay := filepath.Join(work, "overlay.json")
	return all, overlay, os.WriteFile(overlay, b, 0o600)
}

func put(replace map[string]string, work, name string, b []byte) error {
	path, err := filepath.Abs(name)
	if err != nil {
		return err
	}
	to := filepath.Join(work, fmt.Sprintf("%d.go", len(replace)))
	replace[path] = to
	return os.WriteFile(to, b, 0o600)
}

// check parses and types the package in a folder.
func check(folder string) (*token.FileSet, map[string]*ast.File, *types.Info, *types.Package, error) {
	exports, path, err := exported(folder)
	if err != nil {
		return nil, nil, nil, nil, err
	}
	fset := token.NewFileSet()
	names, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		return nil, nil, nil, nil, err
	}
	parsed := map[string]*ast.File{}
	var files []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(fset, name, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, nil, nil, nil, err
		}
		parsed[filepath.Base(name)] = f
		files = append(files, f)
	}
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}}
	config := types.Config{Importer: importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) })}
	pkg, err := config.Check(path, fset, files, info)
	return fset, parsed, info, pkg, err
}

// exported returns the export data of everything that a package imports.
func exported(folder string) (map[string]string, string, error) {
	command := exec.Command("go", "list", "-export", "-deps", "-json=ImportPath,Export", "./"+filepath.ToSlash(folder))
	command.Stderr = os.Stderr
	out, err := command.Output()
	if err != nil {
		return nil, "", err
	}
	exports, last := map[string]string{}, ""
	for d := json.NewDecoder(bytes.NewReader(out)); d.More(); {
		var p struct{ ImportPath, Export string }
		if err := d.Decode(&p); err != nil {
			return nil, "", err
		}
		exports[p.ImportPath], last = p.Export, p.ImportPath
	}
	return exports, last, nil
}

// rewritten returns a piece of the file with the edits within it made.
func (p *planter) rewritten(from, to int) string {
	var b strings.Builder
	at := from
	for {
		i := slices.IndexFunc(p.edits, func(e edit) bool { return e.from >= at && e.to <= to })
		if i < 0 {
			break
		}
		// The first from here on, and of those that begin there the widest.
		for j, e := range p.edits {
			if e.from >= at && e.to <= to && (e.from < p.edits[i].from || e.from == p.edits[i].from && e.to > p.edits[i].to) {
				i = j
			}
		}
		e := p.edits[i]
		p.edits = slices.Delete(p.edits, i, i+1)
		b.Write(p.src[at:e.from])
		b.WriteString(e.write(p.rewritten(e.from, e.to)))
		at = e.to
	}
	b.Write(p.src[at:to])
	return b.String()
}
