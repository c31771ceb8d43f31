package insightdb_test

import (
	"testing"

	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/insight/insightdb"
	"gotong/internal/insight/insighttest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

func TestStore(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { insighttest.Store(t, d, insightdb.New()) })
}
