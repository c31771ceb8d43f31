package registry

import (
	"context"
	"slices"

	"gotong/internal/ident"
)

// importChunk is how many families are compared and written at a time.
const importChunk = 500

// part is a chunk of families on its way: while one is written, the next is
// sealed and compared.
type part struct {
	sheets *sheets
	rows   []int32
	known  map[knownKey]*Known
	done   chan struct{}
	out    []revised
}

type knownKey struct{ regency, key string }

const regencyDigits = 4

func keyOf(area, key string) knownKey { return knownKey{area[:regencyDigits], key} }

// families takes the good families through the register, part by part and
// chunk by chunk. The database is used by this goroutine alone.
func (w *importing) families(ctx context.Context) error {
	switch c := &w.in.found.counts; {
	case w.in.found.fatal:
		return nil
	case !w.in.keep: // there is nothing to compare with
		c.New, c.NewPersons = c.Families, c.Persons
		w.progress.Add("new", c.New)
		return nil
	}
	var err error
	if w.empty, err = w.s.emptyRegister(ctx); err != nil {
		return err
	}
	// The next parts are loaded while one is compared and one is written.
	var last *part
	err = partsInOrder(ctx, w.in.rows.Len(), w.in.part, func(sh *sheets) error {
		var err error
		last, err = w.onePart(ctx, sh, last)
		return err
	})
	if err == nil {
		return w.finish(ctx, last)
	}
	if last != nil {
		<-last.done // it uses what the caller owns
	}
	return err
}

// onePart takes the families of a part on, and returns the chunk that is
// still on its way.
func (w *importing) onePart(ctx context.Context, sh *sheets, last *part) (*part, error) {
	for chunk := range slices.Chunk(sh.good(), importChunk) {
		p := &part{sheets: sh, rows: chunk, done: make(chan struct{})}
		var err error
		if p.known, err = w.known(ctx, sh, chunk); err != nil {
			return last, err
		}
		if last != nil {
			<-last.done // one chunk is revised at a time, so that ids are made in order
		}
		go w.revise(p)
		err = w.finish(ctx, last)
		last = p
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return last, err
		}
	}
	return last, nil
}

// known looks up the families of a chunk that are on record.
func (w *importing) known(ctx context.Context, sh *sheets, chunk []int32) (map[knownKey]*Known, error) {
	if w.empty {
		return nil, nil
	}
	byRegency := map[string][]string{}
	var regencies []string
	for _, i := range chunk {
		k := keyOf(sh.families[i].area, sh.families[i].key)
		if byRegency[k.regency] == nil {
			regencies = append(regencies, k.regency)
		}
		byRegency[k.regency] = append(byRegency[k.regency], k.key)
	}
	found := map[knownKey]*Known{}
	for _, regency := range regencies {
		known, err := w.s.store.Known(ctx, regency, byRegency[regency])
		if err != nil {
			return nil, err
		}
		for i := range known {
			f := &known[i].Record.Family
			found[keyOf(f.Area, f.LocalKey)] = &known[i]
		}
	}
	return found, nil
}

func (w *importing) revise(p *part) {
	defer close(p.done)
	p.out = make([]revised, len(p.rows))
	v := *w.reviser
	v.sheets = p.sheets
	for n, i := range p.rows {
		row := &p.sheets.families[i]
		p.out[n] = v.revise(row, p.known[keyOf(row.area, row.key)])
	}
}

// finish waits for a part and writes it.
func (w *importing) finish(ctx context.Context, p *part) error {
	if p == nil {
		return nil
	}
	<-p.done
	if err := w.elsewhere(ctx, p); err != nil {
		return err
	}
	for i := range p.out {
		out := &p.out[i]
		outcome := w.count(p.sheets, out)
		if out.revision != nil && w.writer != nil {
			if err := w.writer.Put(ctx, out.revision); err != nil {
				return err
			}
		}
		w.progress.Add(outcome, 1)
	}
	p.out = nil
	return nil
}

// count notes what became of a family and returns the outcome's name.
func (w *importing) count(sh *sheets, out *revised) string {
	c := &w.in.found.counts
	c.NewPersons += int64(out.newPersons)
	c.Unmentioned += int64(out.unmentioned)
	if out.older {
		sh.warnFamily(out.row, "tanggal_data", out.row.observed.String(), "older", "date", out.row.observed)
	}
	for _, m := range out.inactive {
		sh.warnMember(m, "nama", "", "member_inactive")
	}
	switch {
	case out.revision == nil:
		c.Same++
		return "same"
	case out.revision.New():
		c.New++
		return "new"
	}
	c.Changed++
	return "changed"
}

// elsewhere warns of numbers that come on record and that another family
// carries already. Only families in the actor's area are compared; the rest
// is left to duplicate finding, so that nothing leaks about other areas.
func (w *importing) elsewhere(ctx context.Context, p *part) error {
	if w.empty {
		return nil
	}
	for _, kind := range []IdentifierKind{KindKK, KindNIK} {
		var blinds [][]byte
		for i := range p.out {
			blinds = append(blinds, carried(&p.out[i], kind)...)
		}
		if len(blinds) == 0 {
			continue
		}
		held, err := w.s.store.Held(ctx, kind, blinds)
		if err != nil {
			return err
		}
		for i := range p.out {
			w.warnHeld(p.sheets, &p.out[i], kind, held)
		}
	}
	return nil
}

func carried(out *revised, kind IdentifierKind) [][]byte {
	if out.revision == nil {
		return nil
	}
	var blinds [][]byte
	for _, i := range out.revision.Identifiers {
		if i.Kind == kind {
			blinds = append(blinds, i.Blind)
		}
	}
	return blinds
}

func (w *importing) warnHeld(sh *sheets, out *revised, kind IdentifierKind, held map[string][]ident.ID) {
	for _, blind := range carried(out, kind) {
		for _, family := range held[string(blind)] {
			// What this import wrote itself was held against the file before.
			if family == out.revision.Change.FamilyID || slices.Compare(family[:], w.begun[:]) > 0 {
				continue
			}
			if kind == KindKK {
				sh.warnFamily(out.row, "no_kk", out.row.kk.Mask(), "card_on_record")
			} else {
				sh.warnFamily(out.row, "id_keluarga", out.row.key, "person_on_record")
			}
			break
		}
	}
}
