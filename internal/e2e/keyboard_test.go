package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"gotong/internal/determination"
	"gotong/internal/web/webtest"
)

// focus is where the keyboard is: the words of the element, and whether one
// can see that it is there.
type focus struct {
	Words string
	Shown bool
}

func (v *visitor) focus() focus {
	v.t.Helper()
	return webtest.Eval[focus](v.Page, `(() => {
		const e = document.activeElement, box = e.getBoundingClientRect(), style = getComputedStyle(e);
		const words = e.getAttribute("aria-label") ?? e.labels?.[0]?.innerText ?? e.innerText ?? "";
		const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
		const inSight = box.width > 1 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
		return {Words: words.replace(/\s+/g, " ").trim(), Shown: ring && inSight};
	})()`)
}

// tabTo presses Tab until the keyboard is at an element with these words.
// Every stop on the way must be seen.
func (v *visitor) tabTo(words string) {
	v.t.Helper()
	const most = 80
	var passed []string
	for range most {
		v.Tab(1)
		at := v.focus()
		if !at.Shown {
			v.t.Errorf("on %s the focus is on %q, which cannot be seen", v.Path(), at.Words)
		}
		if strings.HasPrefix(at.Words, words) {
			return
		}
		passed = append(passed, at.Words)
	}
	v.t.Fatalf("on %s Tab does not come to %q, but to %q", v.Path(), words, passed)
}

// enter presses Enter, which leads to another page.
func (v *visitor) enter() {
	v.t.Helper()
	v.Leave(func() { v.Type(kb.Enter) })
}

// TestKeyboard signs in, finds a family, reads why and goes back, without a
// mouse.
func TestKeyboard(t *testing.T) {
	s := open(t)
	family := s.decided(t, "operator", "pkh", determination.Entitled)
	v := s.visitor(t, webtest.Start(t), "")
	v.open("/masuk")
	v.tabTo("Langsung ke isi")
	v.Type(kb.Enter)
	v.tabTo("Nama masuk") // first after the skip link, past the page's head
	v.Type("operator")
	v.tabTo("Kata sandi")
	v.Type(s.passwords["operator"])
	v.enter()
	v.reads("Selamat datang, Siti Rohmah")

	v.tabTo("Keluarga")
	v.enter()
	if webtest.Eval[bool](v.Page, `document.scripts.length > 0`) {
		v.Type("/")
		if at := v.focus(); !strings.HasPrefix(at.Words, "Nama anggota") || !at.Shown {
			t.Errorf("after / the focus is on %q", at.Words)
		}
	} else {
		v.tabTo("Nama anggota") // the scripts are not built here
	}
	v.Type(family.HeadName + kb.Enter)
	v.Settle()
	v.tabTo(family.HeadName)
	v.enter()
	v.reads("Keluarga " + family.HeadName)
	v.tabTo("Program Keluarga Harapan")
	v.enter()
	v.reads("Mengapa? Program Keluarga Harapan", "Terpenuhi")
	v.tabTo("Keluarga " + family.HeadName)
	v.enter()
	v.reads("Keluarga "+family.HeadName, "Program dan alasannya")
}

// TestWithoutScript answers the same question in a browser that runs no
// script at all.
func TestWithoutScript(t *testing.T) {
	s := open(t)
	family := s.decided(t, "operator", "pkh", determination.Entitled)
	v := &visitor{webtest.Start(t).Page(t, webtest.View{NoScript: true}, s.url), t, s}
	v.signIn("operator", s.passwords["operator"])
	v.press("Keluarga")
	v.fill("Nama anggota", family.HeadName)
	v.press("Terapkan")
	v.line(family.HeadName, "Kalibaru, Cilincing")
	v.press(family.HeadName)
	v.line("Program Keluarga Harapan", "Berhak")
	v.unfold("Aset") // facts open and close without script too
	v.press("Program Keluarga Harapan")
	v.reads("Mengapa? Program Keluarga Harapan", "Terpenuhi")
	v.press("Keluarga " + family.HeadName)
	v.press("Surat pemberitahuan")
	if code := v.Text("strong.code"); !noticeCode.MatchString(code) {
		t.Errorf("the letter's code is %q", code)
	}
	if v.sees("Cetak") {
		t.Error("printing by a button is offered, though nothing would happen")
	}
}
