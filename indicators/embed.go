// Package indicators embeds the default catalogue of facts: what is asked
// about a family and a person, with options, units and the form it comes
// from. An office edits or adds to these files without Go; package indicator
// reads them.
package indicators

import "embed"

// Files holds every NAME.yaml of this folder.
//
//go:embed *.yaml
var Files embed.FS
