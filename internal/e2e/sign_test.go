package e2e

import (
	"strings"
	"testing"

	"gotong/internal/goods"
	"gotong/internal/web/webtest"
)

// TestSigningOnTheScreen hands goods over with a signature that is drawn on
// the screen, and no photo.
func TestSigningOnTheScreen(t *testing.T) {
	s := open(t)
	lists, err := s.app.Goods.Lists(s.as(t, "operator"), goods.ListOpen)
	if err != nil || len(lists) != 1 {
		t.Fatalf("%d lists are open: %v", len(lists), err)
	}
	at := "/barang/daftar/" + lists[0].ID.String()
	v := s.visitor(t, webtest.Start(t), "operator")
	v.open(at + "/serah/9")
	drawn := webtest.Eval[string](v.Page, `(() => {
		const pad = document.querySelector("canvas.sign-pad"), box = pad.getBoundingClientRect();
		const point = (kind, x, y) => { try { pad.dispatchEvent(new PointerEvent(kind, {pointerId: 1, clientX: box.left + x, clientY: box.top + y, bubbles: true})); } catch {} };
		point("pointerdown", 20, 20);
		for (let i = 1; i < 20; i++) point("pointermove", 20 + 8 * i, 20 + 3 * (i % 7));
		point("pointerup", 180, 30);
		return pad.getAttribute("aria-label");
	})()`)
	if !strings.Contains(drawn, "jari") {
		t.Errorf("the pad is called %q", drawn)
	}
	v.Await(`document.querySelector("input[data-sign]").files.length === 1`)
	v.press("Catat penyerahan")
	v.reads("Penyerahan dicatat")
	status, page := body(t, s.client(t, "operator"), s.url+at+"/penerima/9")
	if status != 200 || !strings.Contains(page, "/barang/gambar/") {
		t.Errorf("the record answers %d and shows no signature", status)
	}
}
