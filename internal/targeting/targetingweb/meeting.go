package targetingweb

import (
	"context"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"gotong/internal/access"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/registry"
	"gotong/internal/targeting"
	"gotong/internal/web"
)

type meetingsView struct {
	web.Base
	May    bool
	Filter string
	List   web.List[targeting.MeetingRow]
}

// meetings lists what village meetings decided.
func (h *Handlers) meetings(ctx context.Context, r *web.Request) (web.Response, error) {
	q := r.List()
	f := targeting.MeetingFilter{Standing: q.Text("status") == "berlaku"}
	var err error
	if text := q.Text("wilayah"); text != "" {
		if f.Area, err = h.Atlas.Parse(text); err != nil {
			return nil, err
		}
	}
	if year, err := strconv.Atoi(q.Text("tahun")); err == nil && year > 1900 && year < 2200 {
		from, to := civil.Of(year, 1, 1), civil.Of(year, 12, 31)
		f.From, f.To = &from, &to
	}
	all, err := h.Service.ListMeetings(ctx, f)
	if err != nil {
		return nil, err
	}
	columns := []web.Column[targeting.MeetingRow]{
		{Name: "berita_acara", Label: r.T("targeting.meet.minutes"), Value: func(m targeting.MeetingRow) any { return m.Minutes }},
		{Name: "tanggal", Label: r.T("targeting.meet.held"), Kind: web.Date, Value: func(m targeting.MeetingRow) any { return m.HeldOn }},
		{Name: "wilayah", Label: r.T("targeting.page.area"), Value: func(m targeting.MeetingRow) any { return h.place(ctx, m.Area) }},
		{Name: "kode_wilayah", Label: r.T("targeting.page.area_code"), Kind: web.Code, Hide: true, Value: func(m targeting.MeetingRow) any { return dotted(m.Area) }},
		{Name: "peserta", Label: r.T("targeting.meet.participants"), Kind: web.Count, Value: func(m targeting.MeetingRow) any { return m.Participants }},
		{Name: "perempuan", Label: r.T("targeting.meet.women"), Kind: web.Count, Value: func(m targeting.MeetingRow) any { return m.Women }},
		{Name: "keluarga", Label: r.T("targeting.meet.families"), Kind: web.Count, Value: func(m targeting.MeetingRow) any { return m.Families }},
		{Name: "status", Label: r.T("targeting.meet.status"), Value: func(m targeting.MeetingRow) any { return r.T(meetingStatus(m.Meeting)) }, Show: func(m targeting.MeetingRow) templ.Component {
			return meetingBadge(ctx, m.Meeting)
		}},
		{Name: "oleh", Label: r.T("targeting.page.by"), Value: func(m targeting.MeetingRow) any { return m.RecordedBy }},
	}
	if format, wanted, err := r.Wanted(); err != nil {
		return nil, err
	} else if wanted {
		return web.TableFile(format, "musyawarah", columns, web.Rows(all)), nil
	}
	return web.Page(meetingsPage(meetingsView{Base: r.Base(r.T("targeting.meet.title")), May: r.Actor.Can(access.EditFamilies), Filter: q.Text("wilayah"), List: web.Paged(r, pageLength, web.List[targeting.MeetingRow]{
		Caption: r.T("targeting.meet.title"), Columns: columns, Rows: all, Query: q, Empty: r.T("targeting.meet.none"),
		Href: func(m targeting.MeetingRow) string { return MeetingPath + "/" + m.ID.String() }})})), nil
}

func meetingStatus(m targeting.Meeting) string {
	if m.Stands() {
		return "targeting.meet.stands"
	}
	return "targeting.meet.withdrawn"
}

func meetingBadge(ctx context.Context, m targeting.Meeting) templ.Component {
	if m.Stands() {
		return web.Badge(web.Good, web.T(ctx, meetingStatus(m)))
	}
	return web.Badge(web.Quiet, web.T(ctx, meetingStatus(m)))
}

// byHand is up to how many families a village is ranked on the page itself;
// above it only by a sheet.
const byHand = 400

type meetingForm struct {
	web.Base
	Errors  web.Errors
	Village string // code; empty where it is still to be chosen
	Where   string
	Roster  []registry.Row
	Typed   map[string]string
	ByHand  bool
}

// newMeeting is the form of a village's meeting, or its sheet as a file.
func (h *Handlers) newMeeting(ctx context.Context, r *web.Request) (web.Response, error) {
	area, err := h.area(r)
	if err != nil {
		return nil, err
	}
	v, err := h.meetingForm(ctx, r, area)
	if err != nil {
		return nil, err
	}
	if format, wanted, err := r.Wanted(); err != nil {
		return nil, err
	} else if wanted && v.Village != "" {
		return web.TableFile(format, "lembar-musyawarah-"+area, sheetColumns(r), web.Rows(v.Roster)), nil
	}
	v.Typed["tanggal"] = civil.OfTime(h.Clock.Now()).String()
	return web.Page(newMeetingPage(v)), nil
}

func (h *Handlers) meetingForm(ctx context.Context, r *web.Request, area string) (meetingForm, error) {
	v := meetingForm{Base: r.Base(r.T("targeting.meet.new")).At(web.Crumb{Label: r.T("targeting.meet.title"), Href: MeetingPath}), Typed: map[string]string{}}
	if !isVillage(area) {
		return v, nil
	}
	roster, err := h.Service.Roster(ctx, area, r.Route.Purpose)
	v.Village, v.Where, v.Roster, v.ByHand = area, h.place(ctx, area), roster, len(roster) <= byHand
	return v, err
}

// sheetColumns are those of the sheet that a meeting fills in. Headings are
// the same in every language, since the sheet comes back.
func sheetColumns(r *web.Request) []web.Column[registry.Row] {
	words := func(name string, value func(f registry.Row) any) web.Column[registry.Row] {
		return web.Column[registry.Row]{Name: name, Label: name, Value: value}
	}
	return []web.Column[registry.Row]{
		words("keluarga", func(f registry.Row) any { return f.ID.String() }),
		words("id_keluarga", func(f registry.Row) any { return f.LocalKey }),
		words("kepala_keluarga", func(f registry.Row) any { return f.HeadName }),
		words("alamat", func(f registry.Row) any { return f.Address }),
		words("rt", func(f registry.Row) any { return f.RT }),
		words("rw", func(f registry.Row) any { return f.RW }),
		{Name: "peringkat", Label: "peringkat", Kind: web.Count, Value: func(registry.Row) any { return nil }},
	}
}

// recordMeeting records the meeting of a form: the places typed in, or those
// of an uploaded sheet.
func (h *Handlers) recordMeeting(ctx context.Context, r *web.Request) (web.Response, error) {
	area, err := h.Atlas.Parse(r.Text("wilayah"))
	if err != nil {
		return nil, err
	}
	v, err := h.meetingForm(ctx, r, area)
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"tanggal", "nomor", "peserta", "perempuan", "catatan"} {
		v.Typed[name] = r.Text(name)
	}
	m := targeting.Meeting{Area: area, Minutes: r.Text("nomor"), Participants: r.Int("peserta", 0), Women: r.Int("perempuan", 0), Note: r.Text("catatan")}
	if m.HeldOn, err = r.Day("tanggal"); err != nil && !v.Errors.Take(r.Lang, "tanggal", err) {
		return nil, err
	}
	if m.Places, err = h.places(r, &v); err != nil && !v.Errors.Take(r.Lang, "berkas", err) {
		return nil, err
	}
	if !v.Errors.Any() {
		if m, err = h.Service.RecordMeeting(ctx, m); err == nil {
			return web.SeeOther(MeetingPath+"/"+m.ID.String(), web.Done("targeting.meet.recorded", "n", strconv.Itoa(len(m.Places)))), nil
		}
		if !v.Errors.Take(r.Lang, fieldOf(err), err) {
			return nil, err
		}
	}
	return web.Invalid(newMeetingPage(v)), nil
}

// places reads the places of the form.
func (h *Handlers) places(r *web.Request, v *meetingForm) ([]targeting.MeetingPlace, error) {
	var typed []targeting.MeetingPlace
	for i, f := range v.Roster {
		text := r.Text(fieldFor(f.ID))
		if text == "" {
			continue
		}
		v.Typed[fieldFor(f.ID)] = text
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < 1 {
			v.Errors.Take(r.Lang, fieldFor(f.ID), fault.Invalid("targeting.meeting.place", "row", i+1, "place", text))
			continue
		}
		typed = append(typed, targeting.MeetingPlace{Family: f.ID, Place: n})
	}
	file, err := r.Upload("berkas")
	if err != nil || file == nil {
		return typed, nil // none was chosen; too few places are found out by the service
	}
	defer file.Close()
	if len(typed) > 0 {
		return nil, fault.Invalid("targeting.meeting.file_or_places")
	}
	return targeting.ReadPlaces(file, file.Size, v.Roster)
}

func fieldFor(family ident.ID) string { return "k-" + family.String() }

// fieldOf is the field beside which what is wrong with a meeting is shown.
func fieldOf(err error) string {
	key := ""
	if f, ok := faultOf(err); ok {
		key = f.Key
	}
	if name, ok := map[string]string{"targeting.meeting.future": "tanggal", "targeting.meeting.minutes": "nomor", "targeting.meeting.long": "nomor", "targeting.meeting.twice": "nomor",
		"targeting.meeting.participants": "peserta", "targeting.meeting.women": "perempuan"}[key]; ok {
		return name
	}
	return "berkas"
}

type meetingView struct {
	web.Base
	M      targeting.Meeting
	Facts  []web.Pair
	Errors web.Errors
	Reason string
	May    bool // withdraw it
	List   web.List[placedFamily]
}

// placedFamily is a family in the order of a meeting.
type placedFamily struct {
	Place  int64
	Family registry.Row
	ID     ident.ID
}

func (h *Handlers) meetingOf(ctx context.Context, r *web.Request) (meetingView, error) {
	var v meetingView
	id, err := ident.Parse(r.PathValue("id"))
	if err != nil {
		return v, fault.NotFound("targeting.meeting.missing").Because(err)
	}
	m, err := h.Service.Meeting(ctx, id, r.Route.Purpose)
	if err != nil {
		return v, err
	}
	roster, err := h.Service.Roster(ctx, m.Area, r.Route.Purpose)
	if err != nil {
		return v, err
	}
	v = meetingView{Base: r.Base(r.T("targeting.meet.of", "minutes", m.Minutes)).At(web.Crumb{Label: r.T("targeting.meet.title"), Href: MeetingPath}), M: m,
		May: m.Stands() && r.Actor.Can(access.ApproveChanges)}
	v.Facts = []web.Pair{
		{Term: r.T("targeting.page.area"), Value: h.place(ctx, m.Area), Note: dotted(m.Area)},
		{Term: r.T("targeting.meet.held"), Value: web.Day(ctx, m.HeldOn)},
		{Term: r.T("targeting.meet.participants"), Value: web.Number(ctx, m.Participants), Note: r.T("targeting.meet.women_n", "n", web.Number(ctx, m.Women))},
		{Term: r.T("targeting.meet.recorded_by"), Value: m.RecordedBy, Note: web.Moment(ctx, m.RecordedAt)},
	}
	if m.Note != "" {
		v.Facts = append(v.Facts, web.Pair{Term: r.T("targeting.meet.note"), Value: m.Note})
	}
	if !m.Stands() {
		v.Facts = append(v.Facts, web.Pair{Term: r.T("targeting.meet.withdrawn_by"), Value: m.WithdrawnBy + ": " + m.Reason, Note: web.Moment(ctx, m.WithdrawnAt)})
	}
	people := map[ident.ID]registry.Row{}
	for _, f := range roster {
		people[f.ID] = f
	}
	var rows []placedFamily
	for _, p := range m.Places {
		rows = append(rows, placedFamily{p.Place, people[p.Family], p.Family})
	}
	slices.SortStableFunc(rows, func(a, b placedFamily) int { return int(a.Place - b.Place) })
	v.List = web.List[placedFamily]{Caption: r.T("targeting.meet.order"), Rows: rows, Query: r.List(), Empty: r.T("targeting.meet.none"),
		Href: func(p placedFamily) string { return h.FamilyPage(p.ID) + "#peringkat" },
		Columns: []web.Column[placedFamily]{
			{Name: "kepala_keluarga", Label: r.T("targeting.village.head"), Value: func(p placedFamily) any {
				if p.Family.HeadName == "" {
					return r.T("targeting.village.left")
				}
				return p.Family.HeadName
			}},
			{Name: "peringkat", Label: r.T("targeting.village.by_meeting"), Kind: web.Count, Value: func(p placedFamily) any { return p.Place }},
			{Name: "alamat", Label: r.T("targeting.village.address"), Value: func(p placedFamily) any {
				return address(targeting.VillageRow{Where: p.Family.Address, RT: p.Family.RT, RW: p.Family.RW})
			}},
			{Name: "keluarga", Label: "keluarga", Kind: web.Code, Hide: true, Value: func(p placedFamily) any { return p.ID.String() }},
		}}
	return v, nil
}

func (h *Handlers) meeting(ctx context.Context, r *web.Request) (web.Response, error) {
	v, err := h.meetingOf(ctx, r)
	if err != nil {
		return nil, err
	}
	if format, wanted, err := r.Wanted(); err != nil {
		return nil, err
	} else if wanted {
		return web.TableFile(format, "musyawarah-"+v.M.HeldOn.String(), v.List.Columns, web.Rows(v.List.Rows)), nil
	}
	v.List = web.Paged(r, pageLength, v.List)
	return web.Page(meetingPage(v)), nil
}

func (h *Handlers) withdrawMeeting(ctx context.Context, r *web.Request) (web.Response, error) {
	v, err := h.meetingOf(ctx, r)
	if err != nil {
		return nil, err
	}
	if err = h.Service.WithdrawMeeting(ctx, v.M.ID, r.Text("alasan")); err == nil {
		return web.SeeOther(MeetingPath+"/"+v.M.ID.String(), web.Done("targeting.meet.was_withdrawn")), nil
	}
	if !v.Errors.Take(r.Lang, "alasan", err) {
		return nil, err
	}
	v.Reason, v.List = r.Text("alasan"), web.Paged(r, pageLength, v.List)
	return web.Invalid(meetingPage(v)), nil
}
