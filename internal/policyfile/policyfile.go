// Package policyfile reads the dated rules of a policy folder: a YAML file
// with a list of rules under one key, each in force from its day until the
// day of the next.
//
//	goods:
//	  - from: 2025-01-01
//	    …
package policyfile

import (
	"bytes"
	"fmt"
	"io/fs"

	"go.yaml.in/yaml/v3"

	"gotong/internal/civil"
	"gotong/internal/fault"
)

// Read reads the rules under the only key of a file of a policy folder. Wrong
// tells what is wrong with one rule, by the names of its fields, or nil. What
// Open and Check refuse, it refuses.
func Read[R civil.Dated](files fs.FS, name, key string, wrong func(R) error) ([]R, error) {
	var file map[string][]R
	if err := Open(files, name, &file); err != nil {
		return nil, err
	}
	if _, ok := file[key]; !ok || len(file) > 1 {
		return nil, fault.Invalid("policy.no_rule", "file", name, "key", key)
	}
	return file[key], Check(name, key, file[key], wrong)
}

// Open decodes a file of a policy folder. A field that is not known, or YAML
// that cannot be read, is fault.Invalid and names the line.
func Open(files fs.FS, name string, into any) error {
	text, err := fs.ReadFile(files, name)
	if err != nil {
		return fmt.Errorf("policy file: %w", err)
	}
	return Decode(name, text, into)
}

// Decode is Open for the text of a file that is at hand.
func Decode(name string, text []byte, into any) error {
	if err := Strict(text, into); err != nil {
		return fault.Invalid("policy.unreadable", "file", name, "what", err.Error()).Because(err)
	}
	return nil
}

// Check holds the rules under a key of a file: that there is one, that nothing
// is wrong with any, and that their days rise. It returns fault.Invalid with
// the file, the rule's number from 1 and what is wrong.
func Check[R civil.Dated](name, key string, rules []R, wrong func(R) error) error {
	if len(rules) == 0 {
		return fault.Invalid("policy.no_rule", "file", name, "key", key)
	}
	for i, r := range rules {
		if err := wrong(r); err != nil {
			return Wrong(name, i+1, err)
		}
		if i > 0 && r.Begins() <= rules[i-1].Begins() {
			return fault.Invalid("policy.disorder", "file", name, "no", i+1, "from", r.Begins())
		}
	}
	return nil
}

// Wrong is the failure of one rule of a policy file, by its number from 1.
func Wrong(name string, no int, why error) *fault.Error {
	return fault.Invalid("policy.wrong", "file", name, "no", no, "what", why.Error()).Because(why)
}

// Strict decodes YAML and refuses fields that are not known.
func Strict(text []byte, into any) error {
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	return d.Decode(into)
}
