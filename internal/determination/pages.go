package determination

import "iter"

// exportPage is how many rows are read at a time for a file.
const exportPage = 2000

// Exported yields every row of a long list for a file: begin asks for the
// permission and records the look before the first row; then read returns some
// rows after a place at a time, fewer than it was asked for at the end. The
// first error ends it.
func Exported[R any, P any](begin func() error, read func(after P, limit int) ([]R, error), place func(R) P) iter.Seq2[R, error] {
	return func(yield func(R, error) bool) {
		var nothing R
		if err := begin(); err != nil {
			yield(nothing, err)
			return
		}
		var after P
		for {
			rows, err := read(after, exportPage)
			if err != nil {
				yield(nothing, err)
				return
			}
			for _, r := range rows {
				if !yield(r, nil) {
					return
				}
			}
			if len(rows) < exportPage {
				return
			}
			after = place(rows[len(rows)-1])
		}
	}
}
