package determination

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"gotong/internal/access"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/registry"
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

// household is a family of a determination as its notices need it.
type household struct {
	id        ident.ID
	area      string
	recipient bool
	niks      [][]byte // blind indexes of its members
}

// recipients lists all families of a determination in the actor's area, and
// marks those who receive something.
func (s *Service) recipients(ctx context.Context, h Header, files *Files) (map[ident.ID]*household, error) {
	all, err := files.Programmes(s.Catalogue)
	if err != nil {
		return nil, err
	}
	snap, err := s.Snapshots.Open(ctx, h.SnapshotID)
	if err != nil {
		return nil, err
	}
	people := map[ident.ID]*household{}
	for i, part := range snap.Parts {
		f, err := readIDs(snap, part)
		if err != nil {
			return nil, err
		}
		for row, id := range f.IDs {
			people[id] = &household{id: id, area: f.Area(row)}
		}
		for k, p := range all {
			err := rowsOfPart(files, f, p, files.Content.Programmes[k].Parts[i], func(r Row) error {
				if r.Outcome == Entitled {
					people[r.FamilyID].recipient = true
				}
				return nil
			})
			if err != nil {
				return nil, err
			}
		}
	}
	err = s.Register.Scan(ctx, access.PurposeDetermination, func(r *registry.Record) error {
		if p := people[r.Family.ID]; p != nil {
			for i := range r.Members {
				if b := r.Members[i].NIKBlind; len(b) > 0 {
					p.niks = append(p.niks, append([]byte(nil), b...))
				}
			}
		}
		return nil
	})
	return people, err
}

// notify gives each family a code that has none, and opens the status check
// to those who receive something. Everyone else keeps a code, so that a
// letter can carry it, but finds nothing with it: to the public check, who
// does not receive is the same as who does not exist.
func (s *Service) notify(ctx context.Context, h Header, people map[ident.ID]*household) error {
	ids := slices.SortedFunc(maps.Keys(people), compareIDs) // codes are drawn in the same order each time
	have, err := s.Store.Notices(ctx, ids)
	if err != nil {
		return err
	}
	codes := map[ident.ID]string{}
	for _, n := range have {
		if codes[n.FamilyID], err = s.Keys.Open(noticeLabel, n.Sealed); err != nil {
			return err
		}
	}
	var fresh []Notice
	for _, id := range ids {
		if codes[id] != "" {
			continue
		}
		if codes[id], err = newCode(s.Random); err != nil {
			return err
		}
		fresh = append(fresh, Notice{id, people[id].area, s.Keys.Seal(noticeLabel, codes[id])})
	}
	if err := s.Store.AddNotices(ctx, fresh); err != nil {
		return err
	}
	return s.Store.SetNoticeKeys(ctx, h.ID, func(yield func(key []byte, family ident.ID) error) error {
		for _, id := range ids {
			if !people[id].recipient {
				continue
			}
			for _, b := range people[id].niks {
				if err := yield(s.noticeKey(b, codes[id]), id); err != nil {
					return err
				}
			}
		}
		return nil
	})
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
