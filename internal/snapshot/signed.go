package snapshot

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"gotong/internal/fault"
)

// Signer signs manifests and says whose signatures it trusts.
type Signer interface {
	Sign(message []byte) []byte
	Public() ed25519.PublicKey
}

// signed is a JSON file whose body an installation vouches for. The
// signature covers "gotong KIND\n" and the body without needless spaces, so
// anyone with the public key can check it without this program.
type signed struct {
	Kind      string          `json:"kind"`
	Body      json.RawMessage `json:"body"`
	Key       []byte          `json:"key"`       // Ed25519 public key
	Signature []byte          `json:"signature"` // Ed25519
}

func (s signed) message() ([]byte, error) {
	b := bytes.NewBufferString("gotong " + s.Kind + "\n")
	err := json.Compact(b, s.Body)
	return b.Bytes(), err
}

// WriteSigned writes body as a new signed file of a kind.
func WriteSigned(path, kind string, body any, signer Signer) error {
	raw, err := json.Marshal(body)
	if err != nil {
		return err
	}
	s := signed{Kind: kind, Body: raw, Key: signer.Public()}
	message, err := s.message()
	if err != nil {
		return err
	}
	s.Signature = signer.Sign(message)
	b, err := s.encode()
	if err != nil {
		return err
	}
	return WriteSynced(path, b)
}

// encode writes the file's bytes, of which there is one form only.
func (s signed) encode() ([]byte, error) {
	b, err := json.MarshalIndent(s, "", "  ")
	return append(b, '\n'), err
}

// ReadSigned reads a file that WriteSigned wrote and key has signed into
// body. It returns fault.Invalid when it is not, to the letter, that file.
func ReadSigned(path, kind string, body any, key ed25519.PublicKey) error {
	b, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return fault.NotFound("snapshot.file_missing", "file", short(path)).Because(err)
	}
	if err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	changed := fault.Invalid("snapshot.manifest_changed", "file", short(path))
	var s signed
	if err := strict(b, &s); err != nil {
		return changed.Because(err)
	}
	// Base64 and JSON can say one thing in several ways; the file may not.
	if again, err := s.encode(); err != nil || !bytes.Equal(again, b) {
		return changed
	}
	message, err := s.message()
	if err != nil {
		return changed.Because(err)
	}
	if s.Kind != kind || !bytes.Equal(s.Key, key) || !ed25519.Verify(key, message, s.Signature) {
		return changed
	}
	if err := strict(s.Body, body); err != nil {
		return changed.Because(err)
	}
	return nil
}

func strict(b []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	return d.Decode(into)
}

// WriteSynced writes a new file and has it on disk.
func WriteSynced(path string, b []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	_, err = f.Write(b)
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("snapshot: writing %s: %w", path, err)
	}
	return nil
}

// short leaves the machine's own folders out of a message.
func short(path string) string {
	return filepath.Join(filepath.Base(filepath.Dir(path)), filepath.Base(path))
}
