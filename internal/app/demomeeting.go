package app

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"gotong/internal/access"
	"gotong/internal/registry"
	"gotong/internal/targeting"
)

// Of the demo's meetings.
const (
	demoRankedMost   = 60 // families that a meeting ranks
	demoParticipants = 42
	demoWomen        = 19
)

// demoMeetings are the villages that hold one: the operator's, and one of the
// other city.
var demoMeetings = []string{"3172041004", "3674011001"}

// meet records what two villages' meetings decided, before anybody is ranked:
// the largest families come first, as if need were told by mouths to feed. In
// the second village families of one size are not told apart.
func (d *demo) meet(ctx context.Context) error {
	ctx = d.as(ctx, "dinas")
	for i, village := range demoMeetings {
		roster, err := d.app.Targeting.Roster(ctx, village, access.PurposeVerification)
		if err != nil {
			return err
		}
		slices.SortFunc(roster, func(a, b registry.Row) int {
			return cmp.Or(cmp.Compare(b.Size, a.Size), strings.Compare(a.LocalKey, b.LocalKey))
		})
		m := targeting.Meeting{Area: village, HeldOn: demoAsOf.AddDays(-45 + i), Minutes: fmt.Sprintf("BA-%02d/MUSDES/2025", i+7), Participants: demoParticipants, Women: demoWomen, Note: "Balai desa"}
		for k, f := range roster[:min(demoRankedMost, len(roster))] {
			place := int64(k + 1)
			if i == 1 && k > 0 && f.Size == roster[k-1].Size {
				place = m.Places[k-1].Place
			}
			m.Places = append(m.Places, targeting.MeetingPlace{Family: f.ID, Place: place})
		}
		if len(m.Places) < 2 { // of a very small demo
			continue
		}
		if _, err := d.app.Targeting.RecordMeeting(ctx, m); err != nil {
			return err
		}
	}
	return nil
}
