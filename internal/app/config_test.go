package app

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gotong/internal/fault"
)

func TestLaterSourcesWin(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "gotong.yaml"), []byte("listen: from-file\nlog_level: debug\nmaster_key: \"00\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := LoadConfig("", []string{"GOTONG_LISTEN=from-environment", "GOTONG_RUN_WORKERS=3"}, map[string]string{"data": dir, "run_workers": "4"})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string][2]string{
		"data": {dir, "flag"}, "listen": {"from-environment", "environment"}, "log_level": {"debug", "file"},
		"run_workers": {"4", "flag"}, "behind_tls": {"false", "default"}, "master_key": {"(set)", "file"},
	} {
		found := false
		for _, v := range c.Values() {
			if v.Name == name {
				found = v.Value == want[0] && strings.HasPrefix(v.Source, want[1])
			}
		}
		if !found {
			t.Errorf("%s is not %v: %+v", name, want, c.Values())
		}
	}
	if c.Get("master_key") != "00" {
		t.Error("a secret must be there for the program")
	}
}

func TestASettingThatDoesNotExistIsRefused(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x.yaml")
	if err := os.WriteFile(file, []byte("lisen: x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadConfig(file, nil, nil); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("misspelt: %v", err)
	}
	if _, err := LoadConfig(filepath.Join(t.TempDir(), "none.yaml"), nil, nil); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("named but missing: %v", err)
	}
}

func TestAMisspeltVariableIsSeen(t *testing.T) {
	got := Strange([]string{"GOTONG_LISTN=:1", "GOTONG_LISTEN=:2", "GOTONG_LANG=id", "HOME=/", "GOTONG_DATAA="})
	if want := []string{"GOTONG_DATAA", "GOTONG_LISTN"}; !slices.Equal(got, want) {
		t.Errorf("strange are %v, not %v", got, want)
	}
}

func TestEverySettingIsDocumented(t *testing.T) {
	b, err := os.ReadFile("../../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range Settings {
		if !strings.Contains(string(b), "`"+s.Name+"`") || !strings.Contains(string(b), s.Doc) {
			t.Errorf("docs/configuration.md does not tell of %s: %s", s.Name, s.Doc)
		}
	}
}
