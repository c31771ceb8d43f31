package upload

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/fault"
)

// form writes a form with a file and a field, and returns its content type.
func formOf(t *testing.T, file string) (contentType string, body []byte) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, err := range []error{w.WriteField("asal", " Surat 12 "), write(w, "berkas", file), w.WriteField("map", "name=Nama"), w.Close()} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return w.FormDataContentType(), b.Bytes()
}

func write(w *multipart.Writer, field, text string) error {
	part, err := w.CreateFormFile(field, "daftar.csv")
	if err == nil {
		_, err = io.WriteString(part, text)
	}
	return err
}

// taken collects what a form has.
type taken struct{ Field, Name, Text string }

func read(contentType string, body io.Reader, files ...string) (all []taken, fields map[string]string, err error) {
	fields, err = Form(contentType, body, func(field, name string, file io.Reader) error {
		b, err := io.ReadAll(file)
		all = append(all, taken{field, name, string(b)})
		return err
	}, files...)
	return all, fields, err
}

func TestAFormIsReadAsItComes(t *testing.T) {
	text := strings.Repeat("3171010101800001;Siti\r\n", 5000)
	contentType, body := formOf(t, text)
	for name, in := range map[string]io.Reader{"at once": bytes.NewReader(body), "byte by byte": iotest.OneByteReader(bytes.NewReader(body)),
		"its end with its last bytes": iotest.DataErrReader(bytes.NewReader(body))} {
		files, fields, err := read(contentType, in, "berkas")
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff([]taken{{"berkas", "daftar.csv", text}}, files); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if diff := cmp.Diff(map[string]string{"asal": "Surat 12", "map": "name=Nama"}, fields); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// Wherever a form is cut off, it is refused: what was taken of a file is never
// taken for the whole of it, also by a reader that fills a buffer.
func TestAFormThatIsCutOffIsRefused(t *testing.T) {
	contentType, body := formOf(t, "nik,nama\n3171010101800001,Siti\n3171010101800002,Sari\n")
	last := bytes.LastIndex(body, []byte("--")) // the form is whole without its last line break
	for n := range last {
		for name, in := range map[string]io.Reader{
			"ended": bytes.NewReader(body[:n]),
			"lost":  io.MultiReader(bytes.NewReader(body[:n]), iotest.ErrReader(io.ErrUnexpectedEOF)),
		} {
			_, err := Form(contentType, in, func(_, _ string, file io.Reader) error {
				_, err := io.ReadFull(file, make([]byte, 1<<10))
				if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
					return nil
				}
				return err
			}, "berkas")
			if !fault.Is(err, fault.KindInvalid) {
				t.Fatalf("%s after %d bytes of %d: %v", name, n, len(body), err)
			}
		}
	}
}

func TestWhatIsNoFormIsSaid(t *testing.T) {
	contentType, body := formOf(t, "nik\n")
	boundary := contentType[strings.Index(contentType, "boundary=")+len("boundary="):]
	twice := bytes.Replace(body, []byte(`name="map"`), []byte(`name="berkas"`), 1)
	long := bytes.Replace(body, []byte("name=Nama"), bytes.Repeat([]byte("x"), fieldMost+1), 1)
	many := "--b\r\n"
	for i := range fieldsMost + 2 {
		many += fmt.Sprintf("Content-Disposition: form-data; name=\"f%d\"\r\n\r\nx\r\n--b\r\n", i)
	}
	for name, c := range map[string]struct {
		contentType string
		body        []byte
		key         string
	}{
		"json":             {"application/json", []byte("{}"), "upload.no_form"},
		"no content type":  {"", body, "upload.no_form"},
		"no boundary":      {"multipart/form-data", body, "upload.no_form"},
		"empty boundary":   {`multipart/form-data; boundary=""`, body, "upload.no_form"},
		"another kind":     {"multipart/mixed; boundary=" + boundary, body, "upload.no_form"},
		"url encoded":      {"application/x-www-form-urlencoded", []byte("a=b"), "upload.no_form"},
		"another boundary": {"multipart/form-data; boundary=other", body, "upload.cut"},
		"empty":            {contentType, nil, "upload.cut"},
		"no headers":       {"multipart/form-data; boundary=b", []byte("--b\r\nno header\r\n\r\nx\r\n--b--\r\n"), "upload.no_form"},
		"a file twice":     {contentType, twice, "upload.twice"},
		"a long field":     {contentType, long, "upload.long"},
		"too many fields":  {"multipart/form-data; boundary=b", []byte(many), "upload.long"},
	} {
		_, _, err := read(c.contentType, bytes.NewReader(c.body), "berkas")
		var f *fault.Error
		if !errors.As(err, &f) || f.Key != c.key {
			t.Errorf("%s: %v, want %s", name, err, c.key)
		}
	}
}

// What goes wrong in the body, or with who takes a file, is told as it is.
func TestOthersErrorsAreToldAsTheyAre(t *testing.T) {
	contentType, body := formOf(t, strings.Repeat("x", 1<<12))
	large := http.MaxBytesReader(nil, io.NopCloser(bytes.NewReader(body)), 1<<10)
	_, _, err := read(contentType, large, "berkas")
	if tooLarge := new(http.MaxBytesError); !errors.As(err, &tooLarge) {
		t.Errorf("a body too large: %v", err)
	}
	full := errors.New("no room")
	_, err = Form(contentType, bytes.NewReader(body), func(string, string, io.Reader) error { return full }, "berkas")
	if !errors.Is(err, full) {
		t.Errorf("a file that cannot be taken in: %v", err)
	}
}

func FuzzForm(f *testing.F) {
	f.Add([]byte("--b\r\nContent-Disposition: form-data; name=\"berkas\"; filename=\"a\"\r\n\r\nnik\r\n--b--\r\n"))
	f.Add([]byte("--b\r\nContent-Disposition: form-data; name=\"asal\"\r\n\r\nx\r\n--b--"))
	f.Fuzz(func(t *testing.T, body []byte) {
		files, fields, err := read("multipart/form-data; boundary=b", bytes.NewReader(body), "berkas")
		if err != nil && !fault.Is(err, fault.KindInvalid) {
			t.Errorf("an error that tells nobody what to do: %v", err)
		}
		if _, known := fields["berkas"]; known || err == nil && !bytes.Contains(body, []byte("--b--")) {
			t.Errorf("%v, %v taken of %q", files, fields, body)
		}
	})
}
