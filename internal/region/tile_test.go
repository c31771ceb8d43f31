package region

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Every region below has one tile, no two share a place, and the block has no
// row or column to spare.
func TestTiles(t *testing.T) {
	a := Default()
	parents := []Region{{}}
	for l := Province; l < Village; l++ {
		parents = append(parents, a.Descendants("", l)...)
	}
	for _, p := range parents {
		tiles := a.Tiles(p.Code)
		children := a.Children(p.Code)
		if len(tiles) != len(children) {
			t.Fatalf("%q: %d tiles for %d regions", p.Code, len(tiles), len(children))
		}
		taken := map[[2]int]bool{}
		for i, tile := range tiles {
			at := [2]int{tile.Col, tile.Row}
			if taken[at] || tile.Col < 0 || tile.Row < 0 || tile.Code != children[i].Code {
				t.Errorf("%q: %+v", p.Code, tile)
			}
			taken[at] = true
			if p.Code != "" && (tile.Col > len(tiles)/2+2 || tile.Row > tile.Col+len(tiles)/2) {
				t.Errorf("%q: %+v is far out", p.Code, tile)
			}
		}
		if d := cmp.Diff(tiles, a.Tiles(p.Code)); d != "" {
			t.Errorf("%q is laid out another way the second time: %s", p.Code, d)
		}
	}
	if tiles := a.Tiles(kalibaru); len(tiles) != 0 {
		t.Errorf("a village has tiles: %v", tiles)
	}
}

// The map of provinces resembles Indonesia: who lies west or north of whom.
func TestProvincesLieWhereTheyAre(t *testing.T) {
	at := map[string]Tile{}
	for _, tile := range Default().Tiles("") {
		at[tile.Code] = tile
	}
	for _, pair := range [][2]string{{"11", "12"}, {"12", "21"}, {"18", "36"}, {"36", "32"}, {"32", "33"}, {"33", "35"},
		{"35", "51"}, {"51", "52"}, {"52", "53"}, {"61", "62"}, {"64", "72"}, {"73", "74"}, {"74", "81"}, {"81", "93"}} {
		if at[pair[0]].Col >= at[pair[1]].Col {
			t.Errorf("%s does not lie west of %s", pair[0], pair[1])
		}
	}
	for _, pair := range [][2]string{{"11", "13"}, {"13", "17"}, {"16", "18"}, {"18", "32"}, {"31", "32"}, {"33", "34"},
		{"65", "64"}, {"64", "63"}, {"71", "73"}, {"82", "81"}, {"96", "53"}, {"95", "93"}} {
		if at[pair[0]].Row >= at[pair[1]].Row {
			t.Errorf("%s does not lie north of %s", pair[0], pair[1])
		}
	}
}
