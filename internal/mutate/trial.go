package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// variable tells a test program which mistake is switched on.
const variable = "GOTONG_MUTANT"

type verdict bool

const (
	noticed  verdict = true
	survived verdict = false
)

// build builds the tests of a package with the mistakes in them.
func build(pkg, overlay, work string) (string, error) {
	binary := filepath.Join(work, strings.NewReplacer("/", "_", ".", "").Replace(pkg)+".test")
	command := exec.Command("go", "test", "-vet=off", "-overlay", overlay, "-c", "-o", binary, pkg)
	command.Stdout, command.Stderr = os.Stderr, os.Stderr
	if err := command.Run(); err != nil {
		return "", fmt.Errorf("building the tests of %s: %w", pkg, err)
	}
	// Tests run in their package's folder.
	return binary + "\x00" + pkg, nil
}

// trial runs tests with one mistake switched on.
func trial(binary, run string, no int, most time.Duration) verdict {
	file, pkg, _ := strings.Cut(binary, "\x00")
	ctx, cancel := context.WithTimeout(context.Background(), most)
	defer cancel()
	args := []string{"-test.failfast", "-test.count=1"}
	if run != "" {
		args = append(args, "-test.run", run)
	}
	command := exec.CommandContext(ctx, file, args...)
	command.Dir = pkg
	command.Env = append(os.Environ(), fmt.Sprintf("%s=%d", variable, no))
	// What a failing property left for its next run would fail the next mistake too.
	left := filepath.Join(pkg, "testdata", "rapid")
	if _, err := os.Stat(left); os.IsNotExist(err) {
		defer os.RemoveAll(left)
	}
	return verdict(command.Run() != nil)
}
