// Package document makes the papers that leave an office: the decree with
// its list of names, the statement of absolute responsibility, the payment
// list, the reconciliation report, the letter to a family, the record of a
// handover.
//
// A Paper is a record of what stands on the paper, in blocks of words and
// figures; its canonical bytes are what is hashed, signed and compared.
// Draw turns a paper and its Stamp (number, date, seal) into a PDF and
// nothing else goes in: equal input gives equal bytes. The record travels in
// the PDF as an attachment, so whoever holds the office's public key can
// prove a file without asking anybody: the seal is signed, the record has
// the hash in the seal, and the record drawn again is the file.
//
// The Service numbers papers without a gap, keeps what was issued, and
// answers anybody who asks whether a paper is this office's.
package document
