package app

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"
)

// TestTheLogHoldsNoNumber writes numbers into every part of a record, as a
// failure might: none comes through, and what a record is for does.
func TestTheLogHoldsNoNumber(t *testing.T) {
	const number = "3172045505900001"
	var b bytes.Buffer
	log := withoutNumbers(slog.New(slog.NewTextHandler(&b, nil)))
	log = log.With("with", "Key (number)=("+number+")").WithGroup("group")
	log.Error("fell over "+number, "text", number, "error", errors.New("unique: "+number+" is there"), "bytes", int64(31720455059000), "took", time.Second,
		slog.Group("in", "side", "'"+number+"'"), "request", "5f0c9a1be2d34710", "family", "019b8bab-0681-7006-a9be-054881000000")
	said := b.String()
	if strings.Contains(said, number) {
		t.Errorf("it holds a number: %s", said)
	}
	for _, want := range []string{"fell over", "unique: […] is there", "31720455059000", "took=1s", "5f0c9a1be2d34710", "019b8bab-0681-7006-a9be-054881000000"} {
		if !strings.Contains(said, want) {
			t.Errorf("it does not hold %q: %s", want, said)
		}
	}
}
