package e2e

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"gotong/internal/web/webtest"
)

// visitor is somebody at the site, with a browser's tab of their own. They
// find their way by what they read: buttons, links and fields are named by
// their words, not by their place in the code.
type visitor struct {
	*webtest.Page
	t    *testing.T
	site *site
}

// visitor opens a tab, and signs in where there is a login.
func (s *site) visitor(t *testing.T, b *webtest.Browser, login string) *visitor {
	t.Helper()
	v := &visitor{b.Page(t, webtest.View{}, s.url), t, s}
	if login != "" {
		v.signIn(login, s.passwords[login])
	}
	return v
}

func (v *visitor) signIn(login, password string) {
	v.t.Helper()
	v.open("/masuk")
	v.fill("Nama masuk", login)
	v.fill("Kata sandi", password)
	v.press("Masuk")
}

// open goes to a path of the site, as by the address line.
func (v *visitor) open(path string) {
	v.t.Helper()
	v.Go(v.site.url + path)
}

// chosen marks the element that find has found.
const chosen = "data-e2e"

// find looks for a visible element among those that css selects, by what is
// written on it: exactly, or else at its beginning. The main part comes
// before the page's frame.
const find = `((css, words) => {
	document.querySelectorAll("[data-e2e]").forEach(e => e.removeAttribute("data-e2e"));
	const said = e => (e.getAttribute("aria-label") ?? e.innerText ?? e.textContent).replace(/\s+/g, " ").trim();
	const inMain = e => e.closest("main") ? 0 : 1;
	const all = [...document.querySelectorAll(css)].filter(e => e.checkVisibility()).sort((a, b) => inMain(a) - inMain(b));
	const found = all.find(e => said(e) === words) ?? all.find(e => said(e).startsWith(words));
	if (!found) return all.map(said).join(" | ");
	found.setAttribute("data-e2e", "");
	return "";
})(%s, %s)`

// see returns a selector of the element that has these words.
func (v *visitor) see(css, words string) string {
	v.t.Helper()
	if others := webtest.Eval[string](v.Page, fmt.Sprintf(find, quoted(css), quoted(words))); others != "" {
		v.t.Fatalf("%s offers no %q, but %s", v.Path(), words, others)
	}
	return "[" + chosen + "]"
}

// sees reports whether there is a link or a button with these words.
func (v *visitor) sees(words string) bool {
	v.t.Helper()
	return webtest.Eval[string](v.Page, fmt.Sprintf(find, quoted("a[href], button"), quoted(words))) == ""
}

func quoted(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

// press clicks a link or a button that leads to another page.
func (v *visitor) press(words string) {
	v.t.Helper()
	v.Follow(v.see("a[href], button", words))
}

// filter sends the form above a list, whose rows change in place.
func (v *visitor) filter() {
	v.t.Helper()
	v.Click(v.see("button", "Terapkan"))
}

// unfold opens what is hidden behind a line.
func (v *visitor) unfold(words string) {
	v.t.Helper()
	v.Click(v.see("summary", words))
}

// pick chooses one of a few that are all in sight, or ticks a box.
func (v *visitor) pick(words string) {
	v.t.Helper()
	v.Click(v.see("label.choice", words))
}

// field returns a selector of the field with a label.
func (v *visitor) field(label string) string {
	v.t.Helper()
	css := v.see("label[for]", label)
	id := webtest.Eval[string](v.Page, fmt.Sprintf(`document.querySelector(%s).htmlFor`, quoted(css)))
	return "[id=" + quoted(id) + "]"
}

// fill types a value into a field.
func (v *visitor) fill(label, value string) {
	v.t.Helper()
	v.Fill(v.field(label), value)
}

// set gives a field its value at once, as the browser's own picker of days
// does, and a list's.
func (v *visitor) set(label, value string) {
	v.t.Helper()
	css := v.field(label)
	got := webtest.Eval[string](v.Page, fmt.Sprintf(`((field, value) => {
		if (field.tagName === "SELECT") value = [...field.options].find(o => o.text.includes(value))?.value ?? "";
		field.value = value;
		field.dispatchEvent(new Event("change", {bubbles: true}));
		return field.value;
	})(document.querySelector(%s), %s)`, quoted(css), quoted(value)))
	if got == "" {
		v.t.Fatalf("%s on %s does not take %q", label, v.Path(), value)
	}
}

// upload puts a file into a field.
func (v *visitor) upload(label, file string) {
	v.t.Helper()
	v.Do(chromedp.SetUploadFiles(chromedp.CSS(v.field(label)), []string{file}))
}

// read returns the text of the page's main part, its gaps as single spaces.
func (v *visitor) read() string {
	v.t.Helper()
	return strings.Join(strings.Fields(v.Text("main")), " ")
}

// reads holds the page to saying all of this.
func (v *visitor) reads(wants ...string) {
	v.t.Helper()
	text := v.read()
	for _, want := range wants {
		if !strings.Contains(text, want) {
			v.t.Errorf("%s does not say %q, but: %.1500s … %s", v.Path(), want, text, text[max(0, len(text)-600):])
		}
	}
}

// readsNot holds the page to saying none of this.
func (v *visitor) readsNot(unwanted ...string) {
	v.t.Helper()
	text := v.read()
	for _, words := range unwanted {
		if strings.Contains(text, words) {
			v.t.Errorf("%s says %q", v.Path(), words)
		}
	}
}

// line returns the row of a table, or the point of a list, that has all of
// these words.
func (v *visitor) line(words ...string) string {
	v.t.Helper()
	all := webtest.Eval[[]string](v.Page, `[...document.querySelectorAll("main tbody tr, main li, main dl > div")].map(e => e.innerText.replace(/\s+/g, " ").trim())`)
next:
	for _, line := range all {
		for _, w := range words {
			if !strings.Contains(line, w) {
				continue next
			}
		}
		return line
	}
	v.t.Errorf("%s has no line with %q, but %q", v.Path(), words, all)
	return ""
}

// awaitEnd waits until the run that the page shows has ended well, which the
// page learns by itself.
func (v *visitor) awaitEnd() {
	v.t.Helper()
	v.Await(`!document.querySelector("#jalan")`)
	v.Settle()
	v.reads("Hasil")
}
