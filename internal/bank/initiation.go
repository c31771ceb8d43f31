package bank

import (
	"bufio"
	"encoding/xml"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"gotong/internal/civil"
	"gotong/internal/fault"
)

// Initiation is the order file of ISO 20022: customer credit transfer
// initiation. The message is named by the file, its one payment information
// by the batch, each transfer's end-to-end id is its reference.
type Initiation struct{ Rule Rule }

const initiation = "pain.001.001.10"

// Name returns "iso20022".
func (Initiation) Name() string { return "iso20022" }

// Ending returns "xml".
func (Initiation) Ending() string { return "xml" }

// Write writes an order file, line by line.
func (f Initiation) Write(to io.Writer, o Order) error {
	w := newXMLWriter(to, initiation)
	count, sum := strconv.Itoa(len(o.Payments)), rupiah(o.Total())
	payer := f.Rule.Payer
	if o.Payer != (Payer{}) {
		payer = o.Payer
	}
	w.open("CstmrCdtTrfInitn", "GrpHdr")
	w.text("MsgId", o.File())
	w.text("CreDtTm", o.At.UTC().Format(time.RFC3339))
	w.text("NbOfTxs", count)
	w.text("CtrlSum", sum)
	w.nested(payer.Name, "InitgPty", "Nm")
	w.close("GrpHdr")
	w.open("PmtInf")
	w.text("PmtInfId", o.Batch)
	w.text("PmtMtd", "TRF")
	w.text("BtchBookg", "true")
	w.text("NbOfTxs", count)
	w.text("CtrlSum", sum)
	w.nested(o.At.In(civil.WIB).Format(time.DateOnly), "ReqdExctnDt", "Dt")
	w.nested(payer.Name, "Dbtr", "Nm")
	w.nested(payer.Account, "DbtrAcct", "Id", "Othr", "Id")
	w.nested(payer.Bank, "DbtrAgt", "FinInstnId", "Othr", "Id")
	w.text("ChrgBr", "DEBT") // aid arrives whole
	for i := range o.Payments {
		w.transfer(&o.Payments[i])
	}
	w.close("PmtInf", "CstmrCdtTrfInitn")
	return w.end()
}

func (w *xmlWriter) transfer(p *Payment) {
	w.open("CdtTrfTxInf")
	w.nested(p.Reference, "PmtId", "EndToEndId")
	w.open("Amt")
	w.amount("InstdAmt", rupiah(p.Amount))
	w.close("Amt")
	w.nested(p.Bank, "CdtrAgt", "FinInstnId", "Othr", "Id")
	w.nested(p.Holder, "Cdtr", "Nm")
	w.nested(p.Account, "CdtrAcct", "Id", "Othr", "Id")
	w.nested(p.Reference, "RmtInf", "Ustrd")
	w.close("CdtTrfTxInf")
}

// ParseInitiation reads an order file of ISO 20022, as the bank does. It
// returns fault.Invalid naming the line when it is malformed, cut off, does
// not add up, or names a payment twice.
func ParseInitiation(from io.Reader) (Order, error) {
	x := newXMLReader(from)
	p := initiationReader{x: x, seen: map[string]bool{}}
	err := x.read([]string{initiation}, func(path string) error {
		if path == transferPath {
			p.now = Payment{}
		}
		return nil
	}, p.end)
	if err != nil {
		return Order{}, err
	}
	if err := p.sums(); err != nil {
		return Order{}, err
	}
	return p.order, nil
}

const (
	infoPath     = "CstmrCdtTrfInitn/PmtInf"
	transferPath = infoPath + "/CdtTrfTxInf"
)

type initiationReader struct {
	x          *xmlReader
	order      Order
	now        Payment
	seen       map[string]bool
	message    string
	count, sum string
}

func (p *initiationReader) end(e element) error {
	var err error
	switch e.Path {
	case "CstmrCdtTrfInitn/GrpHdr/MsgId":
		p.message = e.Text
	case "CstmrCdtTrfInitn/GrpHdr/CreDtTm":
		p.order.At, err = p.x.isoTime(e.Text)
	case "CstmrCdtTrfInitn/GrpHdr/NbOfTxs":
		p.count = e.Text
	case "CstmrCdtTrfInitn/GrpHdr/CtrlSum":
		p.sum = e.Text
	case infoPath + "/PmtInfId":
		if p.order.Batch != "" {
			return fault.Invalid("bank.file.other_batch", "line", p.x.line(), "batch", shown(e.Text))
		}
		p.order.Batch = e.Text
	case infoPath + "/Dbtr/Nm":
		p.order.Payer.Name = e.Text
	case infoPath + "/DbtrAcct/Id/Othr/Id":
		p.order.Payer.Account = e.Text
	case infoPath + "/DbtrAgt/FinInstnId/Othr/Id":
		p.order.Payer.Bank = e.Text
	case transferPath + "/PmtId/EndToEndId":
		p.now.Reference = e.Text
	case transferPath + "/Amt/InstdAmt":
		if err = p.x.currency(e.Currency); err == nil {
			p.now.Amount, err = p.x.amount(e.Text)
		}
	case transferPath + "/CdtrAgt/FinInstnId/Othr/Id":
		p.now.Bank = e.Text
	case transferPath + "/Cdtr/Nm":
		p.now.Holder = e.Text
	case transferPath + "/CdtrAcct/Id/Othr/Id":
		p.now.Account = e.Text
	case transferPath:
		err = p.add()
	}
	return err
}

func (p *initiationReader) add() error {
	if p.now.Reference == "" || p.seen[p.now.Reference] {
		return fault.Invalid("bank.file.twice", "line", p.x.line(), "reference", shown(p.now.Reference))
	}
	p.seen[p.now.Reference] = true
	p.order.Payments = append(p.order.Payments, p.now)
	return nil
}

func (p *initiationReader) sums() error {
	if p.count != strconv.Itoa(len(p.order.Payments)) {
		return fault.Invalid("bank.file.count", "line", p.x.line(), "says", shown(p.count), "have", len(p.order.Payments))
	}
	if sum, err := p.x.amount(p.sum); err != nil || sum != p.order.Total() {
		return fault.Invalid("bank.file.total", "line", p.x.line(), "says", shown(p.sum), "have", p.order.Total())
	}
	if p.order.Batch == "" {
		return fault.Invalid("bank.file.other_batch", "line", p.x.line(), "batch", "")
	}
	if cut, ok := strings.CutPrefix(p.message, p.order.Batch+"."); ok {
		p.order.Cut, _ = strconv.Atoi(cut)
	}
	return nil
}

// xmlWriter writes a message of ISO 20022, an element a line, the same bytes
// for the same calls. The first error ends it.
type xmlWriter struct {
	to    *bufio.Writer
	depth int
}

func newXMLWriter(to io.Writer, message string) *xmlWriter {
	w := &xmlWriter{to: bufio.NewWriterSize(to, 1<<16)}
	w.put(`<?xml version="1.0" encoding="UTF-8"?>`, "\n", `<Document xmlns="`, xmlSpace, message, `">`, "\n")
	return w
}

func (w *xmlWriter) put(all ...string) {
	for _, s := range all {
		_, _ = w.to.WriteString(s) // the writer keeps its first error until end
	}
}

func (w *xmlWriter) indent() {
	for range w.depth {
		w.put(" ")
	}
}

func (w *xmlWriter) open(names ...string) {
	for _, name := range names {
		w.indent()
		w.put("<", name, ">\n")
		w.depth++
	}
}

func (w *xmlWriter) close(names ...string) {
	for _, name := range names {
		w.depth--
		w.indent()
		w.put("</", name, ">\n")
	}
}

func (w *xmlWriter) text(name, text string) {
	w.indent()
	w.put("<", name, ">")
	w.escape(text)
	w.put("</", name, ">\n")
}

func (w *xmlWriter) amount(name, text string) {
	w.indent()
	w.put("<", name, ` Ccy="`, Currency, `">`, text, "</", name, ">\n")
}

// nested writes a text within elements within elements; nothing for none.
func (w *xmlWriter) nested(text string, names ...string) {
	if text == "" {
		return
	}
	last := len(names) - 1
	w.open(names[:last]...)
	w.text(names[last], text)
	for i := last - 1; i >= 0; i-- {
		w.close(names[i])
	}
}

// escape writes a text as ISO 20022 takes it: no control characters, and not
// longer than its longest name.
func (w *xmlWriter) escape(s string) {
	const longest = 140
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == utf8.RuneError || r == 0xFFFE || r == 0xFFFF {
			return ' '
		}
		return r
	}, s)
	if r := []rune(s); len(r) > longest {
		s = string(r[:longest])
	}
	_ = xml.EscapeText(w.to, []byte(strings.TrimSpace(s)))
}

func (w *xmlWriter) end() error {
	w.put("</Document>\n")
	return w.to.Flush()
}
