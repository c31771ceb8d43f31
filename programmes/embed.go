// Package programmes embeds the aid programmes that come with the system, one
// file a version. A ministry edits or adds to these files without Go; package
// programme reads and checks them.
//
// Amounts, ages and shares are as decrees and reports give them; each names
// its source and how far that can be relied on. What is only recalled must be
// checked against the decree before real money follows from it.
package programmes

import "embed"

// Files holds every NAME.yaml of this folder.
//
//go:embed *.yaml
var Files embed.FS
