package document

import (
	"bytes"
	"compress/zlib"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"

	"gotong/internal/access"
	"gotong/internal/fault"
)

// MostFile is the largest file that is looked at, in bytes.
const MostFile = 64 << 20

// mostRecord bounds what a file's record may unpack to.
const mostRecord = 256 << 20

var errNoRecord = errors.New("document: no record in this file")

var embedded = regexp.MustCompile(`<< /Type /EmbeddedFile /Length (\d+) /Filter /FlateDecode`)

// extract returns the record that travels in a paper's PDF. The file is a
// stranger's: nothing in it is believed.
func extract(pdf []byte) (*record, error) {
	at := embedded.FindSubmatchIndex(pdf)
	if at == nil {
		return nil, errNoRecord
	}
	length, err := strconv.Atoi(string(pdf[at[2]:at[3]]))
	if err != nil {
		return nil, errNoRecord
	}
	_, stream, ok := bytes.Cut(pdf[at[1]:], []byte("stream\n"))
	if !ok || length > len(stream) {
		return nil, errNoRecord
	}
	z, err := zlib.NewReader(bytes.NewReader(stream[:length]))
	if err != nil {
		return nil, errNoRecord
	}
	plain, err := io.ReadAll(io.LimitReader(z, mostRecord))
	if err != nil {
		return nil, errNoRecord
	}
	r := &record{}
	if err := json.Unmarshal(plain, r); err != nil || r.Paper == nil || len(r.Paper.Title) == 0 {
		return nil, errNoRecord
	}
	return r, nil
}

// Proof is what a file or a code proves without asking anybody.
type Proof struct {
	Seal *Seal // as it stands in the file or code

	// Signed: the holder of the key signed the seal.
	Signed bool
	// Content: the file's words and figures have the hash in the seal, and its
	// number, date and version are the seal's. Always false for a code alone.
	Content bool
	// Drawn: the file is, byte for byte, what those words and figures look
	// like. A file that another version of the program drew may be genuine
	// and not Drawn; then its record holds, and what it shows may not.
	Drawn bool
}

// Genuine reports whether all that can be proved is: of a code, that the
// seal is signed; of a file, the rest as well.
func (p *Proof) Genuine(file bool) bool { return p.Signed && (!file || p.Content && p.Drawn) }

// ProveCode proves the whole code of a paper, as a QR holds it or as it is
// printed, by the office's public key. It returns fault.Invalid for what is
// no whole code; a short one proves nothing by itself.
func ProveCode(code string, key ed25519.PublicKey) (*Proof, error) {
	code = CleanCode(code)
	if IsShort(code) {
		return nil, fault.Invalid("document.short_code")
	}
	s, err := ParseSeal(code)
	if err != nil {
		return nil, fault.Invalid("document.bad_code").Because(err)
	}
	return &Proof{Seal: s, Signed: s.Genuine(key)}, nil
}

// ProveFile proves a paper's PDF by the office's public key. It returns
// fault.Invalid for a file that holds no record of ours.
func ProveFile(pdf []byte, key ed25519.PublicKey) (*Proof, error) {
	r, err := extract(pdf)
	if err != nil {
		return nil, fault.Invalid("document.no_record").Because(err)
	}
	s, err := ParseSeal(r.Stamp.Seal)
	if err != nil {
		return nil, fault.Invalid("document.no_record").Because(err)
	}
	p := &Proof{Seal: s, Signed: s.Genuine(key)}
	hash, err := r.Paper.Hash()
	if err != nil {
		return nil, err
	}
	st := &r.Stamp
	p.Content = hash == s.Hash && st.ID == s.ID && st.Number == s.Number && st.Version == s.Version && st.Date == s.Date &&
		st.Code == s.Code() && r.Paper.Kind == s.Kind && r.Paper.Lang == s.Lang
	if p.Content {
		drawn, _, err := Draw(r.Paper, r.Stamp)
		p.Drawn = err == nil && bytes.Equal(drawn, pdf)
	}
	return p, nil
}

// Verdict is what the office says of a paper to anybody.
type Verdict struct {
	Known    bool
	Altered  bool      // a file that bears a paper's seal and is not that paper
	Document *Document // nil unless Known
}

// Check answers a short code, a whole one, or either with an address before
// it. What is not known, malformed or signed by somebody else is one case,
// and gets one answer.
func (s *Service) Check(ctx context.Context, code string) (Verdict, error) {
	code = CleanCode(code)
	if !IsShort(code) {
		seal, err := ParseSeal(code)
		if err != nil || !seal.Genuine(s.Keys.Public()) {
			return Verdict{}, nil
		}
		code = seal.Code()
	}
	return s.find(ctx, func(ctx context.Context) (*Document, error) { return s.Store.ByCode(ctx, code) })
}

// CheckFile answers a PDF, of which nothing is kept.
func (s *Service) CheckFile(ctx context.Context, pdf []byte) (Verdict, error) {
	sum := sha256.Sum256(pdf)
	v, err := s.find(ctx, func(ctx context.Context) (*Document, error) { return s.Store.ByFile(ctx, sum) })
	if err != nil || v.Known {
		return v, err
	}
	r, err := extract(pdf)
	if err != nil {
		return Verdict{}, nil
	}
	v, err = s.Check(ctx, r.Stamp.Seal)
	v.Altered = v.Known // every byte that we issued is on record: another file is not ours
	return v, err
}

// find looks a paper up for the public, which sees the register's entry and
// never the paper.
func (s *Service) find(ctx context.Context, look func(ctx context.Context) (*Document, error)) (Verdict, error) {
	ctx = access.With(ctx, access.System("document check"))
	var v Verdict
	err := s.Unit.Read(ctx, func(ctx context.Context) error {
		d, err := look(ctx)
		if fault.Is(err, fault.KindNotFound) {
			return nil
		}
		if err == nil {
			v = Verdict{Known: true, Document: d}
		}
		return err
	})
	if err != nil {
		return Verdict{}, fmt.Errorf("document: checking: %w", err)
	}
	return v, nil
}
