package access

import (
	"strings"
	"testing"

	"gotong/internal/fault"
)

func TestPasswordsOfTheRightLength(t *testing.T) {
	at := func(n int) string { return strings.Repeat("é", n/2) + strings.Repeat("x", n%2) } // bytes
	for name, tc := range map[string]struct {
		login, password, key string // "" is fine
	}{
		"one byte too short":               {"sri", at(MinPassword - 1), "access.password_short"},
		"just long enough":                 {"sri", at(MinPassword), ""},
		"just short enough":                {"sri", at(maxPassword), ""},
		"one byte too long":                {"sri", at(maxPassword + 1), "access.password_long"},
		"with the login in it":             {"sri", "hujan Sri turun", "access.password_login"},
		"without a login, as a first word": {"", "hujan turun lagi", ""},
		"words":                            {"sri", "hujan turun lagi", ""},
	} {
		err := checkPassword(tc.login, tc.password)
		if tc.key == "" && err != nil || tc.key != "" && (!fault.Is(err, fault.KindInvalid) || !strings.Contains(err.Error(), tc.key)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAHashMatchesItsPasswordAlone(t *testing.T) {
	const password = "hujan turun lagi"
	one, two := hashPassword(password), hashPassword(password)
	saltOf := func(hash string) string { return strings.Split(hash, "$")[4] }
	if saltOf(one) == saltOf(two) || saltOf(one) == strings.Repeat("A", 22) || len(saltOf(one)) != 22 {
		t.Errorf("the salts are %s and %s", saltOf(one), saltOf(two))
	}
	if !strings.HasPrefix(one, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("the cost is not what it should be: %s", one)
	}
	for _, hash := range []string{one, two} {
		if !samePassword(hash, password) {
			t.Errorf("%s does not match", hash)
		}
		for _, other := range []string{"", "hujan turun Lagi", password + " ", password[:len(password)-1]} {
			if samePassword(hash, other) {
				t.Errorf("%s matches %q", hash, other)
			}
		}
	}
}

// What is no hash matches nothing, not even what would stand for it.
func TestWhatIsNoHashMatchesNothing(t *testing.T) {
	const password = "hujan turun lagi"
	good := hashPassword(password)
	parts := strings.Split(good, "$")
	with := func(i int, as string) string {
		p := append([]string{}, parts...)
		p[i] = as
		return strings.Join(p, "$")
	}
	for name, hash := range map[string]string{
		"nothing":              "",
		"a password":           password,
		"a part too few":       strings.Join(parts[:5], "$"),
		"a part too many":      good + "$",
		"another function":     with(1, "argon2i"),
		"no cost":              with(3, "m=x,t=2,p=1"),
		"a salt that is none":  with(4, "!"),
		"another salt":         with(4, strings.Repeat("A", 22)),
		"a key that is none":   with(5, "!"),
		"an empty key":         with(5, ""),
		"another key":          with(5, strings.Repeat("A", 43)),
		"the key's first half": with(5, parts[5][:20]),
	} {
		if samePassword(hash, password) {
			t.Errorf("%s matches", name)
		}
	}
}
