package column_test

import (
	"testing"

	"gotong/internal/column"
)

// BenchmarkBytes turns 4,096 rows of eight planes.
func BenchmarkBytes(b *testing.B) {
	planes := make([]column.Bitmap, 8)
	for k := range planes {
		planes[k] = make(column.Bitmap, 64)
		for w := range planes[k] {
			planes[k][w] = uint64(w*k) * 0x9e3779b97f4a7c15
		}
	}
	var codes [64]byte
	for b.Loop() {
		for w := range 64 {
			column.Bytes(&codes, planes, w)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/4096, "ns/row")
}
