package conditiontest

import (
	"testing"

	"gotong/internal/db/dbtest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }
