package delivery

import (
	"encoding/json"

	"gotong/internal/bank"
	"gotong/internal/money"
)

// MarshalJSON writes a finding without what the program alone needs.
func (f Finding) MarshalJSON() ([]byte, error) {
	return json.Marshal(findingJSON{f.Line, f.Reference, string(f.Status), string(f.Result.Code), f.Amount, f.Verdict, f.Reason})
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (f *Finding) UnmarshalJSON(b []byte) error {
	var j findingJSON
	err := json.Unmarshal(b, &j)
	*f = Finding{Result: bank.Result{Line: j.Line, Reference: j.Reference, Status: bank.Status(j.Status), Code: bank.Code(j.Code), Amount: j.Amount},
		Verdict: j.Verdict, Reason: j.Reason}
	return err
}

type findingJSON struct {
	Line      int          `json:"line"`
	Reference string       `json:"reference"`
	Status    string       `json:"status"`
	Code      string       `json:"code,omitempty"`
	Amount    money.Rupiah `json:"amount_rupiah"`
	Verdict   Verdict      `json:"verdict"`
	Reason    Code         `json:"reason"`
}
