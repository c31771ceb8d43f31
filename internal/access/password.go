package access

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"

	"gotong/internal/fault"
)

// argon2id's cost: OWASP's second recommended setting (19 MiB, 2 passes, 1
// lane), which an office PC bears while it serves pages. It is written into
// each hash, so that it can be raised without resetting passwords.
const (
	argonMemory = 19 * 1024 // KiB
	argonTime   = 2
	argonLanes  = 1
	argonLength = 32
)

// MinPassword and maxPassword bound a password's length in bytes (NIST SP
// 800-63B asks for at least 8 and to allow 64; ours is a sole factor, so 12).
const (
	MinPassword = 12
	maxPassword = 128
)

// checkPassword refuses passwords that are too short, too long, or that
// contain the login. It asks for no character classes: length is what helps.
func checkPassword(login, password string) error {
	switch {
	case len(password) < MinPassword:
		return fault.Invalid("access.password_short", "min", MinPassword)
	case len(password) > maxPassword:
		return fault.Invalid("access.password_long", "max", maxPassword)
	case login != "" && strings.Contains(strings.ToLower(password), strings.ToLower(login)):
		return fault.Invalid("access.password_login")
	}
	return nil
}

// hashPassword returns the PHC string of password under a fresh salt.
func hashPassword(password string) string {
	salt := make([]byte, 16)
	_, _ = rand.Read(salt)
	key := argon2.IDKey([]byte(password), salt, argonTime, argonMemory, argonLanes, argonLength)
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonLanes,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(key))
}

// samePassword reports whether password made the PHC string hash. A string
// that is no hash matches nothing.
func samePassword(hash, password string) bool {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false
	}
	var memory, time uint32
	var lanes uint8
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &time, &lanes); err != nil {
		return false
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return false
	}
	want, err := base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil || len(want) == 0 {
		return false
	}
	got := argon2.IDKey([]byte(password), salt, time, memory, lanes, uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1
}

// nobodysHash is compared with when a login does not exist, so that the
// answer takes as long as for one that does.
var nobodysHash = hashPassword("nobody has this password")
