package bank

import (
	"io"
	"strconv"
	"strings"
	"time"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/money"
)

// BankStatement is a return file of ISO 20022: bank to customer statement, of
// the account that aid is paid from. A debit with one of our references was
// credited to its recipient, a credit with a reason of return came back. The
// balances must add up.
type BankStatement struct{ Rule Rule }

const bankStatement = "camt.053"

// Name returns "camt.053".
func (BankStatement) Name() string { return bankStatement }

// Mine reports whether the file's beginning names the message.
func (BankStatement) Mine(file []byte) bool { return looksXML(file, bankStatement) }

const (
	statementPath = "BkToCstmrStmt/Stmt"
	balancePath   = statementPath + "/Bal"
	entryPath     = statementPath + "/Ntry"
	detailPath    = entryPath + "/NtryDtls/TxDtls"
)

// Read reads a file and gives each of its lines as it comes; only when Read
// returns without an error is the file whole. Memory does not grow with it.
func (f BankStatement) Read(from io.Reader, each func(Result) error) (Return, error) {
	x := newXMLReader(from)
	p := &statementReader{x: x, rule: f.Rule, each: each}
	err := x.read(f.Rule.accepts(bankStatement), p.begin, p.end)
	switch {
	case err != nil:
	case p.statements == 0 || p.lines == 0:
		err = fault.Invalid("bank.xml.no_lines")
	case p.batch == "":
		err = fault.Invalid("bank.file.no_batch")
	}
	return Return{Batch: p.batch, At: p.at}, err
}

// movement is an entry of a statement, or one transaction within it.
type movement struct {
	reference string
	amount    money.Rupiah
	direction string // CRDT or DBIT
	reversal  bool
	returned  bool
	reason    string
	status    string
	at        time.Time
}

type statementReader struct {
	x    *xmlReader
	rule Rule
	each func(Result) error

	batch      string
	at         time.Time
	lines      int
	statements int

	opening, closing *int64
	moved            int64
	entries          int
	said             string // how many entries, as the statement says
	kind             string // of the balance that is being read
	balance          movement

	entry, detail movement
	details       int
	detailed      money.Rupiah
}

func (p *statementReader) begin(path string) error {
	switch path {
	case statementPath:
		p.opening, p.closing, p.moved, p.entries, p.said = nil, nil, 0, 0, ""
		p.statements++
	case balancePath:
		p.kind, p.balance = "", movement{amount: -1}
	case entryPath:
		p.entry, p.details, p.detailed = movement{amount: -1}, 0, 0
	case detailPath:
		p.detail = p.entry
		p.detail.amount, p.detail.reference = -1, ""
	}
	return nil
}

func (p *statementReader) end(e element) error {
	var err error
	switch e.Path {
	case "BkToCstmrStmt/GrpHdr/CreDtTm":
		p.at, err = p.x.isoTime(e.Text)
	case "BkToCstmrStmt/GrpHdr/MsgPgntn/LastPgInd", statementPath + "/StmtPgntn/LastPgInd":
		if e.Text != "true" {
			err = fault.Invalid("bank.xml.page", "line", p.x.line())
		}
	case statementPath + "/Acct/Ccy":
		err = p.x.currency(e.Text)
	case statementPath + "/TxsSummry/TtlNtries/NbOfNtries":
		p.said = e.Text
	case balancePath + "/Tp/CdOrPrtry/Cd":
		p.kind = e.Text
	case balancePath + "/Amt":
		p.balance.amount, err = p.money(e)
	case balancePath + "/CdtDbtInd":
		p.balance.direction = e.Text
	case balancePath:
		err = p.endOfBalance()
	case entryPath:
		err = p.endOfEntry()
	case detailPath:
		err = p.endOfDetail()
	case statementPath:
		err = p.whole()
	default:
		if rest, ok := strings.CutPrefix(e.Path, detailPath+"/"); ok {
			err = p.part(&p.detail, rest, e)
		} else if rest, ok := strings.CutPrefix(e.Path, entryPath+"/"); ok {
			err = p.part(&p.entry, rest, e)
		}
	}
	return err
}

func (p *statementReader) money(e element) (money.Rupiah, error) {
	if err := p.x.currency(e.Currency); err != nil {
		return 0, err
	}
	return p.x.amount(e.Text)
}

// part takes an element of an entry or of one of its transactions.
func (p *statementReader) part(m *movement, name string, e element) error {
	var err error
	switch name {
	case "Amt":
		m.amount, err = p.money(e)
	case "CdtDbtInd":
		m.direction = e.Text
	case "RvslInd":
		m.reversal = e.Text == "true" || e.Text == "1"
	case "Sts/Cd":
		m.status = e.Text
	case "BookgDt/Dt", "BookgDt/DtTm":
		m.at, err = p.x.isoTime(e.Text)
	case "Refs/EndToEndId":
		m.reference = e.Text
	case "NtryRef", "Refs/AcctSvcrRef":
		if m.reference == "" {
			m.reference = e.Text
		}
	case "RtrInf/Rsn/Cd", "RtrInf/Rsn/Prtry":
		m.reason = e.Text
	case "RtrInf":
		m.returned = true
	}
	return err
}

// result judges one movement.
func (p *statementReader) result(m *movement) error {
	if batch, ok := batchOf(m.reference); ok {
		if p.batch == "" {
			p.batch = batch
		}
		if batch != p.batch {
			return fault.Invalid("bank.file.other_batch", "line", p.x.line(), "batch", shown(batch))
		}
	}
	p.lines++
	r := Result{Line: p.lines, Reference: shown(m.reference), Amount: m.amount, At: m.at}
	if r.At.IsZero() {
		r.At = p.at
	}
	if r.At.IsZero() {
		return fault.Invalid("bank.file.time", "line", p.x.line(), "value", "")
	}
	r.Status, r.Code = m.meaning(p.rule)
	return p.each(r)
}

// meaning is what a movement on the payer's account says of a payment.
func (m *movement) meaning(rule Rule) (Status, Code) {
	switch {
	case m.status == "PDNG" || m.status == "INFO" || m.status == "FUTR":
		return Pending, NoCode
	case m.status != "BOOK":
		return Status(shown(m.status)), NoCode
	case m.direction == "DBIT" && !m.reversal && !m.returned:
		return Credited, NoCode
	case m.direction == "CRDT" && (m.reversal || m.returned):
		return Returned, rule.reason(m.reason)
	default:
		return Status(m.direction), NoCode
	}
}

func (p *statementReader) endOfDetail() error {
	if p.details++; p.detail.amount < 0 {
		p.detail.amount = p.entry.amount
	}
	var fits bool
	if p.detailed, fits = p.detailed.Add(p.detail.amount); !fits || p.detail.amount < 0 || p.detailed > most {
		return fault.Invalid("bank.file.amount", "line", p.x.line(), "value", p.detail.amount)
	}
	return p.result(&p.detail)
}

func (p *statementReader) endOfEntry() error {
	m := &p.entry
	switch {
	case m.amount < 0:
		return fault.Invalid("bank.file.amount", "line", p.x.line(), "value", "")
	case m.direction != "CRDT" && m.direction != "DBIT":
		return fault.Invalid("bank.xml.direction", "line", p.x.line(), "value", shown(m.direction))
	case p.details > 0 && p.detailed != m.amount:
		return fault.Invalid("bank.file.total", "line", p.x.line(), "says", m.amount, "have", p.detailed)
	}
	p.entries++
	if m.status == "BOOK" {
		p.moved += signed(m.direction, m.amount)
	}
	if p.moved > most || p.moved < -most {
		return fault.Invalid("bank.file.amount", "line", p.x.line(), "value", m.amount)
	}
	if p.details == 0 {
		return p.result(m)
	}
	return nil
}

func signed(direction string, a money.Rupiah) int64 {
	if direction == "DBIT" {
		return -int64(a)
	}
	return int64(a)
}

func (p *statementReader) endOfBalance() error {
	b := &p.balance
	if b.amount < 0 {
		return fault.Invalid("bank.file.amount", "line", p.x.line(), "value", "")
	}
	if b.direction != "CRDT" && b.direction != "DBIT" {
		return fault.Invalid("bank.xml.direction", "line", p.x.line(), "value", shown(b.direction))
	}
	at := signed(b.direction, b.amount)
	switch p.kind {
	case "OPBD":
		p.opening = &at
	case "PRCD":
		if p.opening == nil {
			p.opening = &at
		}
	case "CLBD":
		p.closing = &at
	}
	return nil
}

// whole holds the balances of a statement to its entries.
func (p *statementReader) whole() error {
	if p.opening == nil || p.closing == nil {
		return fault.Invalid("bank.file.no_balance", "line", p.x.line())
	}
	if have := *p.opening + p.moved; have != *p.closing {
		return fault.Invalid("bank.file.balance", "line", p.x.line(), "says", money.Rupiah(*p.closing), "have", money.Rupiah(have))
	}
	if p.said != "" && p.said != strconv.Itoa(p.entries) {
		return fault.Invalid("bank.file.count", "line", p.x.line(), "says", shown(p.said), "have", p.entries)
	}
	return nil
}

// Write writes a return file as a bank does, for the simulated one: the
// payments as debits, what came back as credits.
func (f BankStatement) Write(to io.Writer, r Return) error {
	day := r.At.In(civil.WIB).Format(time.DateOnly)
	opening, closing := balances(r)
	w := newXMLWriter(to, bankStatement+".001.08")
	w.open("BkToCstmrStmt", "GrpHdr")
	w.text("MsgId", "STM-"+r.Batch)
	w.text("CreDtTm", r.At.UTC().Format(time.RFC3339))
	w.close("GrpHdr")
	w.open("Stmt")
	w.text("Id", r.Batch)
	w.nested(f.Rule.Payer.Account, "Acct", "Id", "Othr", "Id")
	w.balance("OPBD", opening, day)
	w.balance("CLBD", closing, day)
	w.open("TxsSummry")
	w.nested(strconv.Itoa(len(r.Results)), "TtlNtries", "NbOfNtries")
	w.close("TxsSummry")
	for i := range r.Results {
		w.entry(&r.Results[i])
	}
	w.close("Stmt", "BkToCstmrStmt")
	return w.end()
}

// balances are those of an account that a bank's settlements pass through.
func balances(r Return) (opening, closing money.Rupiah) {
	for _, one := range r.Results {
		switch one.Status {
		case Credited:
			opening += one.Amount
		case Returned:
			closing += one.Amount
		}
	}
	return opening, closing
}

func (w *xmlWriter) balance(kind string, a money.Rupiah, day string) {
	w.open("Bal")
	w.nested(kind, "Tp", "CdOrPrtry", "Cd")
	w.amount("Amt", rupiah(a))
	w.text("CdtDbtInd", "CRDT")
	w.nested(day, "Dt", "Dt")
	w.close("Bal")
}

func (w *xmlWriter) entry(r *Result) {
	direction, booked := "DBIT", "BOOK"
	switch r.Status {
	case Returned:
		direction = "CRDT"
	case Pending:
		booked = "PDNG"
	}
	w.open("Ntry")
	w.amount("Amt", rupiah(r.Amount))
	w.text("CdtDbtInd", direction)
	w.nested(booked, "Sts", "Cd")
	w.nested(r.At.UTC().Format(time.RFC3339), "BookgDt", "DtTm")
	w.nested("TRF", "BkTxCd", "Prtry", "Cd")
	w.open("NtryDtls", "TxDtls")
	w.nested(r.Reference, "Refs", "EndToEndId")
	if r.Status == Returned {
		w.nested(string(r.Code), "RtrInf", "Rsn", "Cd")
	}
	w.close("TxDtls", "NtryDtls", "Ntry")
}
