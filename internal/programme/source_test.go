package programme

import (
	"testing"

	"gotong/internal/i18n"
)

func TestPublishedIn(t *testing.T) {
	for published, want := range map[string][2]string{
		"2018": {"2018", "2018"}, "2021-08": {"Agu 2021", "Aug 2021"}, "2021-12-23": {"23 Des 2021", "23 Dec 2021"}, "": {"", ""},
	} {
		s := Source{Published: published}
		if id, en := s.PublishedIn(i18n.ID), s.PublishedIn(i18n.EN); id != want[0] || en != want[1] {
			t.Errorf("%s is written %s, %s", published, id, en)
		}
	}
}
