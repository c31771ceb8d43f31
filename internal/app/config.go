package app

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"gotong/internal/fault"
)

// Setting is one thing that an operator may set. Weights, thresholds and
// amounts are not settings but policy: they live in dated files.
type Setting struct {
	Name    string // as in the file, and as GOTONG_NAME in the environment
	Default string
	Doc     string
	Secret  bool // never printed
}

// Settings lists every setting; docs/configuration.md is held to it by a test.
var Settings = []Setting{
	{Name: "data", Default: "data", Doc: "folder of the database, keys, snapshots and papers"},
	{Name: "db", Doc: "postgres://… address; empty for the embedded database in the data folder", Secret: true},
	{Name: "listen", Default: "127.0.0.1:8080", Doc: "address that pages and API are served on"},
	{Name: "master_key", Doc: "hex master key; empty to keep it in the data folder's keys/master.key", Secret: true},
	{Name: "tls_cert", Doc: "certificate file; with tls_key, pages are served over TLS"},
	{Name: "tls_key", Doc: "private key file of the certificate"},
	{Name: "behind_tls", Default: "false", Doc: "true when a proxy in front speaks TLS: cookies are then marked secure, and a client is known by the last address in the proxy's X-Forwarded-For"},
	{Name: "run_workers", Default: "1", Doc: "how many runs are worked on at a time"},
	{Name: "log_level", Default: "info", Doc: "debug, info, warn or error"},
}

// Value is a setting's value and where it came from.
type Value struct {
	Setting
	Value  string
	Source string // default, file, environment or flag
}

// Config is what an operator has set.
type Config struct{ values map[string]Value }

// LoadConfig reads settings: defaults, then the file gotong.yaml in the data
// folder (or the one named by file), then the environment, then flags.
// A setting that does not exist is refused with the file's name.
func LoadConfig(file string, environ []string, flags map[string]string) (Config, error) {
	c := Config{values: map[string]Value{}}
	for _, s := range Settings {
		c.values[s.Name] = Value{Setting: s, Value: s.Default, Source: "default"}
	}
	env := map[string]string{}
	for _, pair := range environ {
		if name, value, ok := strings.Cut(pair, "="); ok {
			env[name] = value
		}
	}
	data := c.Get("data")
	if v := env["GOTONG_DATA"]; v != "" {
		data = v
	}
	if v := flags["data"]; v != "" {
		data = v
	}
	if err := c.readFile(file, filepath.Join(data, "gotong.yaml")); err != nil {
		return c, err
	}
	for _, s := range Settings {
		if v, ok := env["GOTONG_"+strings.ToUpper(s.Name)]; ok {
			c.set(s.Name, v, "environment")
		}
		if v, ok := flags[s.Name]; ok {
			c.set(s.Name, v, "flag")
		}
	}
	return c, nil
}

// Strange returns the variables of the environment that look like settings
// and are none, in order: a misspelt one would be passed over in silence.
func Strange(environ []string) []string {
	known := map[string]bool{"GOTONG_LANG": true}
	for _, s := range Settings {
		known["GOTONG_"+strings.ToUpper(s.Name)] = true
	}
	var strange []string
	for _, pair := range environ {
		if name, _, _ := strings.Cut(pair, "="); strings.HasPrefix(name, "GOTONG_") && !known[name] {
			strange = append(strange, name)
		}
	}
	slices.Sort(strange)
	return strange
}

func (c Config) readFile(named, usual string) error {
	path := named
	if path == "" {
		path = usual
	}
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) && named == "" {
		return nil
	}
	if err != nil {
		return fault.Invalid("app.config_unreadable", "file", path).Because(err)
	}
	var settings map[string]string
	if err := yaml.Unmarshal(b, &settings); err != nil {
		return fault.Invalid("app.config_unreadable", "file", path).Because(err)
	}
	for name, value := range settings {
		if _, ok := c.values[name]; !ok {
			return fault.Invalid("app.config_unknown", "name", name, "file", path)
		}
		c.set(name, value, fmt.Sprintf("file %s", path))
	}
	return nil
}

func (c Config) set(name, value, source string) {
	v := c.values[name]
	v.Value, v.Source = value, source
	c.values[name] = v
}

// Get returns a setting's value.
func (c Config) Get(name string) string { return c.values[name].Value }

// in returns the settings with another data folder.
func (c Config) in(data string) Config {
	c.values = maps.Clone(c.values)
	c.set("data", data, c.values["data"].Source)
	return c
}

// Values returns every setting in order; secrets are replaced by a word.
func (c Config) Values() []Value {
	all := make([]Value, 0, len(Settings))
	for _, s := range Settings {
		v := c.values[s.Name]
		if v.Secret && v.Value != "" {
			v.Value = "(set)"
		}
		all = append(all, v)
	}
	return all
}
