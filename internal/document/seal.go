package document

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"slices"
	"strings"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/ident"
)

// Seal is what an office signs of a paper: enough to prove the paper without
// asking anybody. Written out it is the QR on the last page.
type Seal struct {
	ID        ident.ID
	Kind      Kind
	Lang      i18n.Lang
	Version   int
	Date      civil.Date
	Hash      [32]byte // of the paper's canonical bytes
	Number    string
	Signature [ed25519.SignatureSize]byte
}

// Signer signs for an office. seal.Keyring is one.
type Signer interface{ Sign(message []byte) []byte }

// sealForm begins every seal; another form will have another number.
const sealForm = 1

// sealContext keeps a seal from being taken for anything else that the
// office signs.
const sealContext = "gotong document seal\n"

// bounds of what a seal holds.
const (
	longestNumber = 80
	mostVersions  = 1 << 15
	fixedSeal     = 1 + 1 + 1 + 2 + 4 + 16 + 32 + 1
)

// message returns the seal's bytes without the signature.
func (s *Seal) message() []byte {
	b := []byte{sealForm, byte(slices.Index(Kinds, s.Kind)), byte(slices.Index(i18n.Langs, s.Lang))}
	b = binary.BigEndian.AppendUint16(b, uint16(s.Version))
	b = binary.BigEndian.AppendUint32(b, uint32(s.Date))
	b = append(b, s.ID[:]...)
	b = append(b, s.Hash[:]...)
	b = append(b, byte(len(s.Number)))
	return append(b, s.Number...)
}

// Sign signs the seal. It returns fault.Invalid for a number that is too
// long to be sealed.
func (s *Seal) Sign(by Signer) error {
	if len(s.Number) == 0 || len(s.Number) > longestNumber || s.Version < 1 || s.Version >= mostVersions ||
		!s.Kind.Valid() || !slices.Contains(i18n.Langs, s.Lang) {
		return fault.Invalid("document.unsealable", "number", s.Number)
	}
	copy(s.Signature[:], by.Sign(append([]byte(sealContext), s.message()...)))
	return nil
}

// Genuine reports whether the holder of a key signed the seal.
func (s *Seal) Genuine(key ed25519.PublicKey) bool {
	return len(key) == ed25519.PublicKeySize && ed25519.Verify(key, append([]byte(sealContext), s.message()...), s.Signature[:])
}

// letters are Crockford's base 32: no I, L, O or U, which are misread.
var letters = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// Text writes the seal out, in letters and digits that a QR packs tightly
// and that can be typed.
func (s *Seal) Text() string { return letters.EncodeToString(append(s.message(), s.Signature[:]...)) }

// codeBytes is how much of a seal's digest its short code holds: 80 bits,
// which nobody finds twice or guesses.
const codeBytes = 10

// codeLength is the length of a short code, in letters.
const codeLength = codeBytes * 8 / 5

// Code returns the seal's short code, which stands on every page: it finds
// the paper in the office's register, and binds the sheet to its seal.
func (s *Seal) Code() string {
	sum := sha256.Sum256(append(s.message(), s.Signature[:]...))
	return letters.EncodeToString(sum[:codeBytes])
}

// FormatCode writes a code as it is printed: 4F7Q-K9M2-XD3T-8WBA.
func FormatCode(code string) string {
	var groups []string
	for group := range slices.Chunk([]byte(code), 4) {
		groups = append(groups, string(group))
	}
	return strings.Join(groups, "-")
}

// checkPath is where a printed code leads on the office's pages.
const checkPath = "/V/"

// CleanCode reads a code as somebody may type it or a camera read it: short
// or the whole seal, with an address before it, with spaces and dashes, in
// any case, O for 0 and I or L for 1.
func CleanCode(s string) string {
	s = strings.ToUpper(strings.TrimSpace(s))
	if i := strings.LastIndex(s, checkPath); i >= 0 {
		s = s[i+len(checkPath):]
	}
	return strings.Map(func(r rune) rune {
		switch r {
		case ' ', '-', '\t', '\n', '\r', '\u2013', '\u2014':
			return -1
		case 'O':
			return '0'
		case 'I', 'L':
			return '1'
		}
		return r
	}, s)
}

// IsShort reports whether a clean code has the form of a short one.
func IsShort(code string) bool {
	_, err := letters.DecodeString(code)
	return err == nil && len(code) == codeLength
}

var errNoSeal = errors.New("document: that is no seal")

// ParseSeal reads what Text wrote. It says nothing of the signature.
func ParseSeal(text string) (*Seal, error) {
	b, err := letters.DecodeString(text)
	if err != nil || len(b) < fixedSeal+1+ed25519.SignatureSize || b[0] != sealForm {
		return nil, errNoSeal
	}
	if int(b[1]) >= len(Kinds) || int(b[2]) >= len(i18n.Langs) {
		return nil, errNoSeal
	}
	s := &Seal{Kind: Kinds[b[1]], Lang: i18n.Langs[b[2]], Version: int(binary.BigEndian.Uint16(b[3:])),
		Date: civil.Date(int32(binary.BigEndian.Uint32(b[5:])))}
	copy(s.ID[:], b[9:])
	copy(s.Hash[:], b[25:])
	n := int(b[57])
	if len(b) != fixedSeal+n+ed25519.SignatureSize || n > longestNumber || s.Version < 1 || s.Version >= mostVersions {
		return nil, errNoSeal
	}
	s.Number = string(b[fixedSeal : fixedSeal+n])
	copy(s.Signature[:], b[fixedSeal+n:])
	if s.Text() != text { // trailing bits that say nothing would give one seal two texts
		return nil, errNoSeal
	}
	return s, nil
}
