package cli_test

import (
	"bytes"
	"os"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	policyfiles "gotong/policy"

	"gotong/internal/bank"
	"gotong/internal/civil"
)

// answer is a command of the scripts: answer FORM ORDER OUT HARM writes what a
// bank answers to an order file, every tenth payment come back, whole or with
// something wrong.
func answer(ts *testscript.TestScript, _ bool, args []string) {
	form, order, out, harm := args[0], ts.ReadFile(args[1]), ts.MkAbs(args[2]), args[3]
	rules, err := bank.LoadRules(policyfiles.Files)
	ts.Check(err)
	rule := rules.On(civil.MustParse("2026-02-01"))
	var o bank.Order
	if strings.HasPrefix(order, "<") {
		o, err = bank.ParseInitiation(strings.NewReader(order))
	} else {
		o, err = bank.ParseOrder(strings.NewReader(order))
	}
	ts.Check(err)
	r := bank.Return{Batch: o.Batch, At: time.Date(2026, time.February, 2, 5, 0, 0, 0, time.UTC)}
	for i, p := range o.Payments {
		one := bank.Result{Reference: p.Reference, Status: bank.Credited, Amount: p.Amount, At: r.At}
		if i%10 == 9 {
			one.Status, one.Code = bank.Returned, bank.BlockedAccount
		}
		r.Results = append(r.Results, one)
	}
	var b bytes.Buffer
	switch form {
	case "pain.002":
		err = bank.StatusReport{Rule: rule}.Write(&b, r)
	case "camt.053":
		err = bank.BankStatement{Rule: rule}.Write(&b, r)
	case "mt940":
		err = bank.Swift{Rule: rule}.Write(&b, r)
	default:
		b.Write(r.Bytes())
	}
	ts.Check(err)
	ts.Check(os.WriteFile(out, harmed(b.Bytes(), harm, o.Batch), 0o600))
}

// harmed is a file with something wrong.
func harmed(b []byte, harm, batch string) []byte {
	text := string(b)
	switch harm {
	case "cut":
		text = text[:len(text)*2/3]
	case "dollars":
		text = strings.ReplaceAll(text, "IDR", "USD")
	case "elsewhere":
		text = strings.ReplaceAll(text, batch, "PKH-2031-01-01")
	case "status":
		text = strings.Replace(text, ",KREDIT,", ",ANEH,", 1)
	case "total": // the last amount of the file: a total, a sum or a closing balance
		at := strings.LastIndexAny(text, "123456789")
		for _, sign := range []string{"\nT,", "<DtldCtrlSum>", "CLBD", ":62F:"} {
			if i := strings.LastIndex(text, sign); i >= 0 {
				at = i + len(sign) + strings.LastIndexAny(text[i+len(sign):], "123456789")
				if sign != "\nT," {
					at = amountAfter(text, i+len(sign))
				} else if j := strings.Index(text[i:], ",IDR"); j >= 0 {
					at = i + j - 1
				}
				break
			}
		}
		digit := byte('1')
		if text[at] == '1' {
			digit = '2'
		}
		text = text[:at] + string(digit) + text[at+1:]
	}
	return []byte(text)
}

// amountAfter is where the first long number after a place begins.
func amountAfter(text string, from int) int {
	run := 0
	for i := from; i < len(text); i++ {
		if text[i] < '0' || text[i] > '9' {
			run = 0
			continue
		}
		const amount = 7 // a day has six digits
		if run++; run == amount {
			return i
		}
	}
	return len(text) - 1
}
