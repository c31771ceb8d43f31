package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"time"
)

// formed are bodies as the interface wants them, for the operations whose
// schema does not say all of their form: with those, what is refused is refused
// for whom it is about. Each names something elsewhere.
var formed = map[string]func(w *writer) formedBody{
	"POST /api/v1/families/search": func(w *writer) formedBody {
		return w.json(map[string]any{"purpose": "service", "nik": "3674010101600099"}, map[string]any{"purpose": "service", "name": w.someName()})
	},
	"POST /api/v1/duplicates/decide": func(w *writer) formedBody {
		return w.json(map[string]any{"decisions": []map[string]string{{"pair": w.one(w.ids), "decision": "left"}, {"pair": w.one(w.ids), "decision": "apart"}}})
	},
	"POST /api/v1/programme-versions": func(w *writer) formedBody {
		return w.json(map[string]any{"programme": "kursi_roda", "params": map[string]string{"decile_max": "3"}, "from": w.tomorrow(), "published": "2026-07-01", "basis": w.one(w.ids)})
	},
	"POST /api/v1/scoring-model-versions": func(w *writer) formedBody {
		return w.json(map[string]any{"model": "pmt_sample", "remove": []string{"car"}, "from": w.tomorrow(), "published": "2026-07-01", "basis": w.one(w.ids)})
	},
	"PUT /api/v1/import-mappings/{name}": func(w *writer) formedBody {
		b := w.json(map[string]any{"keluarga": map[string]string{"kode desa": "kode_wilayah", "nomor": "id_keluarga"}})
		b.path = map[string]string{"name": "pemetaan"}
		return b
	},
	"POST /api/v1/imports": func(w *writer) formedBody {
		area := w.one(w.areas)
		return w.parts(nil, map[string]string{
			"keluarga": "id_keluarga,no_kk,kode_wilayah,alamat,rt,rw,tanggal_data\nX-1,," + area + ",Jl. Jauh,1,1,2026-07-01\n",
			"anggota":  "id_keluarga,nik,nama,tanggal_lahir,jenis_kelamin,hubungan,nama_ibu\nX-1,,Orang Jauh,1980-01-02,L,head,Ibu\n"})
	},
	"POST /api/v1/authority-lists": func(w *writer) formedBody {
		return w.parts(map[string]string{"authority": "deaths", "origin": "Surat 7/2026"}, map[string]string{"file": "nik,nama,tanggal_lahir,kode_wilayah\n3674010101600099," + w.someName() + ",1960-01-01," + w.one(w.areas) + "\n"})
	},
	"POST /api/v1/duty-facilities": func(w *writer) formedBody {
		return formedBody{kind: "text/csv", text: "jenis,kode,nama_tempat,wilayah\nsekolah,20109999,SDN Jauh," + w.one(w.areas) + "\n"}
	},
	"POST /api/v1/poverty/surveys": func(w *writer) formedBody {
		area := w.one(w.areas)
		text := "belanja,anggota,wilayah\n"
		for i := range 40 {
			text += fmt.Sprintf("%d,%d,%s\n", 300_000+50_000*i, 1+i%5, area)
		}
		return formedBody{kind: "application/octet-stream", text: text,
			query: url.Values{"name": {"uji"}, "date": {"2026-03-01"}, "outcome": {"belanja"}, "size": {"anggota"}, "area": {area}, "keep": {"true"}}}
	},
	"POST /api/v1/workbooks": func(w *writer) formedBody {
		return formedBody{kind: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", text: w.bookElsewhere(), query: url.Values{"purpose": {"verification"}}}
	},
}

// formedBody is a body with what goes along in the address.
type formedBody struct {
	kind, text string
	query      url.Values
	path       map[string]string
}

func (w *writer) someName() string { return w.one(w.names) }

func (w *writer) tomorrow() string {
	return w.site.clock.Now().Add(48 * time.Hour).Format(time.DateOnly)
}

// json is one of some objects.
func (w *writer) json(of ...map[string]any) formedBody {
	text, err := json.Marshal(of[w.draw.IntN(len(of))])
	if err != nil {
		w.t.Fatal(err)
	}
	return formedBody{kind: "application/json", text: string(text)}
}

// parts is a form with files.
func (w *writer) parts(fields, files map[string]string) formedBody {
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for name, value := range fields {
		if err := m.WriteField(name, value); err != nil {
			w.t.Fatal(err)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		part, err := m.CreateFormFile(name, name+".csv")
		if err == nil {
			_, err = part.Write([]byte(files[name]))
		}
		if err != nil {
			w.t.Fatal(err)
		}
	}
	if err := m.Close(); err != nil {
		w.t.Fatal(err)
	}
	return formedBody{kind: m.FormDataContentType(), text: b.String()}
}

// bookElsewhere is a workbook of families of another area, as their office
// downloads it.
func (w *writer) bookElsewhere() string {
	if w.book == "" {
		status, b := w.asked(w.t, w.site.token(w.t, "dinas"), "/api/v1/workbooks?purpose=verification&area="+w.one(w.bookAreas()))
		if status != http.StatusOK {
			w.t.Fatalf("a workbook of elsewhere answers %d: %.300s", status, b)
		}
		w.book = string(b)
	}
	return w.book
}

// bookAreas are the areas elsewhere that the office has.
func (w *writer) bookAreas() []string {
	var own []string
	actor, err := w.app.Access.ActAs(w.t.Context(), "dinas")
	if err != nil {
		w.t.Fatal(err)
	}
	for _, area := range w.areas {
		if len(area) == len("3172041004") && actor.Scope.Covers(area) {
			own = append(own, area)
		}
	}
	return own
}
