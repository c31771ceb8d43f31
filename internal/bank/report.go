package bank

import (
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"gotong/internal/fault"
	"gotong/internal/money"
)

// StatusReport is a return file of ISO 20022: customer payment status report.
type StatusReport struct{ Rule Rule }

const statusReport = "pain.002"

// Name returns "pain.002".
func (StatusReport) Name() string { return statusReport }

// Mine takes all XML: another message is refused by its name.
func (StatusReport) Mine(file []byte) bool { return looksXML(file, "") }

// collect keeps every line of a file that is read line by line.
func collect(from io.Reader, read func(io.Reader, func(Result) error) (Return, error)) (Return, error) {
	var all []Result
	r, err := read(from, func(one Result) error {
		all = append(all, one)
		return nil
	})
	if err != nil {
		return Return{}, err
	}
	r.Results = all
	return r, nil
}

const (
	reportPath = "CstmrPmtStsRpt"
	groupPath  = reportPath + "/OrgnlGrpInfAndSts"
	infoStatus = reportPath + "/OrgnlPmtInfAndSts"
	txStatus   = infoStatus + "/TxInfAndSts"
)

// Read reads a file and gives each of its lines as it comes; only when Read
// returns without an error is the file whole. Memory does not grow with it.
func (f StatusReport) Read(from io.Reader, each func(Result) error) (Return, error) {
	x := newXMLReader(from)
	p := &reportReader{x: x, rule: f.Rule, each: each, have: map[string]tally{}}
	err := x.read(f.Rule.accepts(statusReport), p.begin, p.end)
	if err == nil {
		err = p.whole()
	}
	return Return{Batch: p.batch, At: p.at}, err
}

// tally counts lines and adds them up.
type tally struct {
	Lines int
	Total money.Rupiah
}

type reportReader struct {
	x    *xmlReader
	rule Rule
	each func(Result) error

	batch, group, info string
	at                 time.Time
	lines              int
	have               map[string]tally
	said               []said

	now            Result
	status, reason string
	currency       string
	counted        said
}

// said is what a report says of how many lines have a status.
type said struct {
	status, count, sum string
	line               int
}

func (p *reportReader) begin(path string) error {
	switch path {
	case txStatus:
		p.now, p.status, p.reason, p.currency = Result{Amount: -1}, "", "", ""
	case infoStatus:
		p.info = ""
	case groupPath + "/NbOfTxsPerSts", infoStatus + "/NbOfTxsPerSts":
		p.counted = said{line: p.x.line()}
	}
	return nil
}

func (p *reportReader) end(e element) error {
	var err error
	switch e.Path {
	case reportPath + "/GrpHdr/CreDtTm":
		p.at, err = p.x.isoTime(e.Text)
	case groupPath + "/OrgnlMsgNmId":
		if !strings.HasPrefix(e.Text, "pain.001") {
			err = fault.Invalid("bank.xml.about", "line", p.x.line(), "value", shown(e.Text))
		}
	case groupPath + "/GrpSts":
		p.group = e.Text
	case infoStatus + "/PmtInfSts":
		p.info = e.Text
	case infoStatus + "/OrgnlPmtInfId":
		if p.batch == "" {
			p.batch = e.Text
		}
		if e.Text != p.batch || e.Text == "" {
			err = fault.Invalid("bank.file.other_batch", "line", p.x.line(), "batch", shown(e.Text))
		}
	case groupPath + "/NbOfTxsPerSts/DtldNbOfTxs", infoStatus + "/NbOfTxsPerSts/DtldNbOfTxs":
		p.counted.count = e.Text
	case groupPath + "/NbOfTxsPerSts/DtldSts", infoStatus + "/NbOfTxsPerSts/DtldSts":
		p.counted.status = e.Text
	case groupPath + "/NbOfTxsPerSts/DtldCtrlSum", infoStatus + "/NbOfTxsPerSts/DtldCtrlSum":
		p.counted.sum = e.Text
	case groupPath + "/NbOfTxsPerSts", infoStatus + "/NbOfTxsPerSts":
		p.said = append(p.said, p.counted)
		const enough = 1000
		if len(p.said) > enough {
			err = fault.Invalid("bank.xml.long", "line", p.x.line())
		}
	default:
		err = p.endOfLine(e)
	}
	return err
}

// endOfLine takes the elements of one transaction.
func (p *reportReader) endOfLine(e element) error {
	var err error
	switch e.Path {
	case txStatus + "/OrgnlEndToEndId":
		p.now.Reference = e.Text
	case txStatus + "/TxSts":
		p.status = e.Text
	case txStatus + "/StsRsnInf/Rsn/Cd", txStatus + "/StsRsnInf/Rsn/Prtry":
		if p.reason == "" {
			p.reason = e.Text
		}
	case txStatus + "/AccptncDtTm":
		p.now.At, err = p.x.isoTime(e.Text)
	case txStatus + "/OrgnlTxRef/Amt/InstdAmt":
		if err = p.x.currency(e.Currency); err == nil {
			p.now.Amount, err = p.x.amount(e.Text)
		}
	case txStatus:
		err = p.add()
	}
	return err
}

func (p *reportReader) add() error {
	p.lines++
	if p.now.Amount < 0 {
		return fault.Invalid("bank.file.amount", "line", p.x.line(), "value", "")
	}
	if p.status == "" && p.info != "PART" {
		p.status = p.info
	}
	if p.now.At.IsZero() {
		p.now.At = p.at
	}
	sum := p.have[p.status]
	total, fits := sum.Total.Add(p.now.Amount)
	if !fits || total > most {
		return fault.Invalid("bank.file.amount", "line", p.x.line(), "value", p.now.Amount)
	}
	const enough = 1000
	if len(p.have) > enough {
		return fault.Invalid("bank.xml.long", "line", p.x.line())
	}
	p.have[p.status] = tally{sum.Lines + 1, total}
	p.now.Line = p.lines
	p.now.Status, p.now.Code = p.rule.means(p.status, p.reason)
	return p.each(p.now)
}

// whole holds what the report says of itself to what it holds.
func (p *reportReader) whole() error {
	switch {
	case p.at.IsZero():
		return fault.Invalid("bank.file.time", "line", p.x.line(), "value", "")
	case p.lines == 0 && p.group == "RJCT", p.lines == 0 && p.info == "RJCT":
		return fault.Invalid("bank.xml.all_rejected", "batch", shown(p.batch))
	case p.lines == 0:
		return fault.Invalid("bank.xml.no_lines")
	case p.batch == "":
		return fault.Invalid("bank.file.other_batch", "line", p.x.line(), "batch", "")
	}
	told := map[string]tally{}
	for _, s := range p.said {
		have := p.have[s.status]
		if s.count != strconv.Itoa(have.Lines) {
			return fault.Invalid("bank.file.count", "line", s.line, "says", shown(s.count), "have", have.Lines)
		}
		if s.sum != "" {
			sum, err := wholeRupiah(s.line, s.sum, '.')
			if err != nil {
				return err
			}
			if sum != have.Total {
				return fault.Invalid("bank.file.total", "line", s.line, "says", sum, "have", have.Total)
			}
		}
		told[s.status] = have
	}
	for _, status := range slices.Sorted(maps.Keys(p.have)) {
		if _, ok := told[status]; !ok && len(p.said) > 0 {
			return fault.Invalid("bank.file.count", "line", p.said[0].line, "says", 0, "have", p.have[status].Lines)
		}
	}
	return nil
}

// Write writes a return file as a bank does, for the simulated one.
func (f StatusReport) Write(to io.Writer, r Return) error {
	w := newXMLWriter(to, statusReport+".001.11")
	w.open(reportPath, "GrpHdr")
	w.text("MsgId", "STS-"+r.Batch)
	w.text("CreDtTm", r.At.UTC().Format(time.RFC3339))
	w.close("GrpHdr")
	w.open("OrgnlGrpInfAndSts")
	w.text("OrgnlMsgId", r.Batch)
	w.text("OrgnlMsgNmId", initiation)
	w.close("OrgnlGrpInfAndSts")
	w.open("OrgnlPmtInfAndSts")
	w.text("OrgnlPmtInfId", r.Batch)
	w.text("PmtInfSts", "PART")
	sums := map[string]tally{}
	for _, one := range r.Results {
		s := sums[isoStatus(one.Status)]
		sums[isoStatus(one.Status)] = tally{s.Lines + 1, s.Total + one.Amount}
	}
	for _, status := range slices.Sorted(maps.Keys(sums)) {
		w.open("NbOfTxsPerSts")
		w.text("DtldNbOfTxs", strconv.Itoa(sums[status].Lines))
		w.text("DtldSts", status)
		w.text("DtldCtrlSum", rupiah(sums[status].Total))
		w.close("NbOfTxsPerSts")
	}
	for i := range r.Results {
		w.reported(&r.Results[i])
	}
	w.close("OrgnlPmtInfAndSts", reportPath)
	return w.end()
}

func (w *xmlWriter) reported(r *Result) {
	w.open("TxInfAndSts")
	w.text("OrgnlEndToEndId", r.Reference)
	w.text("TxSts", isoStatus(r.Status))
	w.nested(string(r.Code), "StsRsnInf", "Rsn", "Cd")
	w.text("AccptncDtTm", r.At.UTC().Format(time.RFC3339))
	w.open("OrgnlTxRef", "Amt")
	w.amount("InstdAmt", rupiah(r.Amount))
	w.close("Amt", "OrgnlTxRef", "TxInfAndSts")
}

// isoStatus is the status by which a bank says ours.
func isoStatus(s Status) string {
	switch s {
	case Credited:
		return "ACSC"
	case Returned:
		return "RJCT"
	case Pending:
		return "PDNG"
	default:
		return string(s)
	}
}
