package api

import (
	"io"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"gotong/internal/upload"
)

// Form is the body of an operation that takes files of any size in: a
// multipart form, read as it comes by Read. The operation's input embeds it,
// its RequestBody is described once it is registered, and its MaxBodyBytes
// bounds the body.
type Form struct {
	contentType string
	body        io.Reader
}

// Resolve implements huma.Resolver: it holds on to the body, which is not
// read before Read.
func (f *Form) Resolve(ctx huma.Context) []error {
	r, w := humago.Unwrap(ctx)
	f.contentType = r.Header.Get("Content-Type")
	f.body = upload.Body(w, r, ctx.Operation().MaxBodyBytes)
	return nil
}

// Read is upload.Form of the body.
func (f *Form) Read(take upload.Taker, files ...string) (map[string]string, error) {
	return upload.Form(f.contentType, f.body, take, files...)
}

var _ huma.Resolver = (*Form)(nil)
