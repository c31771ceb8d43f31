package app

// Version is the program's version, as manifests and `gotong --version` say
// it. A change of what a decision computes raises it.
const Version = "0.1.0"
