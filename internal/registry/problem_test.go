package registry

import (
	"strings"
	"testing"
	"unsafe"
)

// A problem is kept until the end of an import, and so must not keep the
// piece of the file in which it was found.
func TestAProblemKeepsNothingOfTheFile(t *testing.T) {
	for _, cell := range []string{"Kayu", "36740X", "3674010101900001", "Andr\xe9"} {
		piece := strings.Repeat(",", 9) + cell
		text := piece[9:]
		c := &checker{file: MemberFile, names: []string{"nama"}}
		c.error("name", text)
		c.hidden("account.length", text, "key", officeKey(text))
		begin, end := uintptr(unsafe.Pointer(unsafe.StringData(piece))), uintptr(len(piece))
		for _, p := range c.problems {
			for _, s := range append(p.Args, p.Value) {
				if at := uintptr(unsafe.Pointer(unsafe.StringData(s))); s != "" && at >= begin && at < begin+end {
					t.Errorf("%s of %q keeps the file", p.Key, text)
				}
			}
		}
	}
}
