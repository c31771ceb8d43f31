package determination

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"

	"gotong/internal/access"
	"gotong/internal/column"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/programme"
	"gotong/internal/snapshot"
)

// A notice code is ten characters that are not mistaken for one another when
// read out or copied from paper: 50 random bits. It stands on a family's
// letters; with a member's NIK it opens the family's status to whoever holds
// both, and without it a NIK opens nothing.
const (
	codeAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ" // Crockford's base 32
	codeLength   = 10
	noticeLabel  = "notice.code"
	noticeKind   = "notice"
)

func newCode(random io.Reader) (string, error) {
	var b [codeLength]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return "", fmt.Errorf("determination: no random bytes: %w", err)
	}
	for i := range b {
		b[i] = codeAlphabet[b[i]%32]
	}
	return string(b[:]), nil
}

// FormatCode writes a code as it is printed: 4F7QK-9M2XD.
func FormatCode(code string) string {
	if len(code) != codeLength {
		return code
	}
	return code[:5] + "-" + code[5:]
}

// ParseCode reads a code as somebody may type it: with or without spaces and
// dash, in any case, O for 0 and I or L for 1.
func ParseCode(s string) string {
	s = strings.Map(func(r rune) rune {
		switch r {
		case ' ', '-', '\t', '\u2013', '\u2014':
			return -1
		case 'O':
			return '0'
		case 'I', 'L':
			return '1'
		}
		return r
	}, strings.ToUpper(s))
	return s
}

// noticeKey is what a NIK and a code are found by. It is made of the NIK's
// blind index, since that is all that is at hand when keys are written.
func (s *Service) noticeKey(nikBlind []byte, code string) []byte {
	return s.Keys.Blind(noticeKind, hex.EncodeToString(nikBlind)+" "+code)
}

// noticeChunk is how many families' notices are in memory at once.
const noticeChunk = 5_000

// notify gives each family of a determination a code that has none, and opens
// the status check to those who receive something. Everyone else keeps a code,
// so that a letter can carry it, but finds nothing with it: to the public
// check, who does not receive is the same as who does not exist. A regency is
// in memory at a time, however many there are.
func (s *Service) notify(ctx context.Context, h Header, files *Files) error {
	all, err := s.programmes(files)
	if err != nil {
		return err
	}
	snap, err := s.Snapshots.Open(ctx, h.SnapshotID)
	if err != nil {
		return err
	}
	if err := s.Store.ClearNoticeKeys(ctx); err != nil {
		return err
	}
	for i, part := range snap.Parts {
		f, err := readIDs(snap, part)
		if err != nil {
			return err
		}
		given, err := files.receiving(all, i, &f.Batch)
		if err != nil {
			return err
		}
		for from := 0; from < len(f.IDs); from += noticeChunk {
			if err := s.notifySome(ctx, h.ID, f, from, min(from+noticeChunk, len(f.IDs)), given); err != nil {
				return err
			}
		}
	}
	return nil
}

// receiving marks the families of a partition that receive any programme.
func (f *Files) receiving(all []*programme.Programme, part int, b *column.Batch) (column.Bitmap, error) {
	given := column.NewBitmap(b.Families.Rows)
	for k, p := range all {
		rows, err := f.Rows(f.Content.Programmes[k].Parts[part])
		if err != nil {
			return nil, err
		}
		state := familiesReceiving(p, b, rows.entitled, rows.open)
		for w := range given {
			given[w] |= state.Yes[w]
		}
	}
	return given, nil
}

// notifySome is notify for the families of a partition from one row to another.
func (s *Service) notifySome(ctx context.Context, id ident.ID, f *snapshot.Families, from, to int, given column.Bitmap) error {
	have, err := s.Store.Notices(ctx, f.IDs[from:to])
	if err != nil {
		return err
	}
	codes := make(map[ident.ID]string, to-from)
	for _, n := range have {
		if codes[n.FamilyID], err = s.Keys.Open(noticeLabel, n.Sealed); err != nil {
			return err
		}
	}
	var fresh []Notice
	var recipients []ident.ID
	for row := from; row < to; row++ {
		family := f.IDs[row]
		if given.Get(row) {
			recipients = append(recipients, family)
		}
		if codes[family] != "" {
			continue
		}
		if codes[family], err = newCode(s.Random); err != nil {
			return err
		}
		fresh = append(fresh, Notice{family, f.Area(row), s.Keys.Seal(noticeLabel, codes[family])})
	}
	if err := s.Store.AddNotices(ctx, fresh); err != nil {
		return err
	}
	keys, err := s.noticeKeys(ctx, recipients, codes)
	if err != nil {
		return err
	}
	return s.Store.AddNoticeKeys(ctx, id, keys)
}

// noticeKeys returns what the members of recipients find their family by.
func (s *Service) noticeKeys(ctx context.Context, recipients []ident.ID, codes map[ident.ID]string) ([]NoticeKey, error) {
	records, err := s.Register.MembersOf(ctx, recipients, access.PurposeDetermination)
	if err != nil {
		return nil, err
	}
	var keys []NoticeKey
	for _, r := range records {
		var seen [][]byte // two members on record with one NIK have one key
		for i := range r.Members {
			b := r.Members[i].NIKBlind
			if len(b) == 0 || slices.ContainsFunc(seen, func(x []byte) bool { return bytes.Equal(x, b) }) {
				continue
			}
			seen = append(seen, b)
			keys = append(keys, NoticeKey{s.noticeKey(b, codes[r.Family.ID]), r.Family.ID})
		}
	}
	return keys, nil
}

// code returns the notice code of a family in the actor's area, for its
// letter. It returns fault.NotFound where no determination has been enacted
// for it.
func (s *Service) code(ctx context.Context, family ident.ID) (string, error) {
	ns, err := s.Store.Notices(ctx, []ident.ID{family})
	if err != nil {
		return "", err
	}
	if len(ns) == 0 {
		return "", fault.NotFound("determination.no_notice")
	}
	return s.Keys.Open(noticeLabel, ns[0].Sealed)
}
