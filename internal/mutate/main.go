// Command mutate measures how much the tests notice. It writes into a copy of
// the named files every small mistake that a program could hold there (another
// comparison, another operator, a constant off by one, a statement left out),
// each behind a switch, builds the tests once, and runs them once a mistake. A
// mistake that no test notices survives, and is listed.
//
//	go run ./internal/mutate -tests ./internal/money internal/money/money.go
//	go run ./internal/mutate -tests "./internal/ledger ./internal/ledger/ledgerdb" -run sqlite internal/ledger/*.go
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

func main() {
	tests := flag.String("tests", "", "packages whose tests are run, with spaces between; the first that fails kills")
	run := flag.String("run", "", "which tests, as go test -run")
	most := flag.Duration("timeout", 60*time.Second, "a mistake that makes the tests run longer than this is noticed")
	least := flag.Int("least", 85, "fail when fewer of a hundred are noticed")
	flag.Parse()
	if err := mutate(flag.Args(), strings.Fields(*tests), *run, *most, *least); err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(1)
	}
}

func mutate(files, tests []string, run string, most time.Duration, least int) error {
	if len(files) == 0 || len(tests) == 0 {
		return fmt.Errorf("say which files, and -tests")
	}
	work, err := os.MkdirTemp("", "gotong-mutate-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	all, overlay, err := plant(files, work)
	if err != nil {
		return err
	}
	var binaries []string
	for _, t := range tests {
		b, err := build(t, overlay, work)
		if err != nil {
			return err
		}
		binaries = append(binaries, b)
	}
	for _, b := range binaries { // with no mistake, everything passes
		if r := trial(b, run, 0, 5*most); r != survived {
			return fmt.Errorf("the tests of %s fail as they are", filepath.Base(b))
		}
	}
	killed := 0
	for _, m := range all {
		if judge(binaries, run, m, most) {
			killed++
		} else {
			fmt.Printf("survives: %s:%d: %s\n", m.File, m.Line, m.What)
		}
	}
	score := killed * 100 / max(len(all), 1)
	b, err := json.Marshal(map[string]any{"mutants": len(all), "killed": killed, "score": score})
	if err != nil {
		return err
	}
	fmt.Println(string(b))
	if score < least {
		return fmt.Errorf("%d of a hundred are noticed, %d are wanted", score, least)
	}
	return nil
}

// judge reports whether any of the tests notices a mistake.
func judge(binaries []string, run string, m mutant, most time.Duration) bool {
	for _, b := range binaries {
		if trial(b, run, m.No, most) == noticed {
			return true
		}
	}
	return false
}
