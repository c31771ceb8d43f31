package region

import (
	"fmt"
	"io/fs"
	"math"
	"slices"
	"strings"
)

// Tile is a region's place on a tile-grid map: squares of one size, columns
// and rows counted from 0 at the north-west.
type Tile struct {
	Code     string
	Col, Row int
}

// Tiles lays the regions right below parent on a grid, by code, the same each
// time. The provinces ("") stand roughly where they lie, by data/tiles.yaml.
// There is no geometry for what lies deeper: that is a compact block, half as
// wide again as high, read like a text in the order of codes.
func (a *Atlas) Tiles(parent string) []Tile {
	if parent == "" {
		return slices.Clone(a.tiles)
	}
	rows := a.children(parent)
	width := int(math.Ceil(math.Sqrt(float64(len(rows)) * 1.5)))
	tiles := make([]Tile, len(rows))
	for n, i := range rows {
		tiles[n] = Tile{Code: a.code(i), Col: n % width, Row: n / width}
	}
	return tiles
}

func (a *Atlas) loadTiles(files fs.FS) error {
	const name = "tiles.yaml"
	var places map[string][2]int
	if err := readYAML(files, name, &places); err != nil {
		return err
	}
	taken := map[[2]int]string{}
	for code, p := range places {
		if i, ok := a.find(code); !ok || a.rows[i].level != Province {
			return fmt.Errorf("%s: %s is not a province", name, code)
		}
		if other, ok := taken[p]; ok {
			return fmt.Errorf("%s: %s and %s on one place", name, code, other)
		}
		taken[p] = code
		a.tiles = append(a.tiles, Tile{Code: code, Col: p[0], Row: p[1]})
	}
	if n := len(a.children("")); len(places) != n {
		return fmt.Errorf("%s: %d places for %d provinces", name, len(places), n)
	}
	slices.SortFunc(a.tiles, func(x, y Tile) int { return strings.Compare(x.Code, y.Code) })
	return nil
}
