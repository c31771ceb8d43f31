package linkage

import (
	"testing"

	"gotong/internal/ident"
)

// A place that is read is written as it was, and one that no list wrote is none.
func FuzzParseCursor(f *testing.F) {
	f.Add((&Cursor{Score: -12, ID: ident.ID{1, 2, 3}}).Text(), true)
	f.Add("99999999999_0188bcfe-5680-7000-8000-000000000001", false)
	f.Add("12", true)
	f.Add("", false)
	f.Fuzz(func(t *testing.T, text string, byWorth bool) {
		c, ok := ParseCursor(text, byWorth)
		if !ok {
			if c != (Cursor{}) {
				t.Fatalf("%q is none and read as %+v", text, c)
			}
			return
		}
		if !byWorth && int64(int32(c.Score)) != c.Score {
			t.Fatalf("%q is a score of more than 32 bits", text)
		}
		if again, ok := ParseCursor(c.Text(), byWorth); !ok || again != c {
			t.Fatalf("%q reads as %+v and again as %+v", text, c, again)
		}
	})
}
