package cli

import (
	"context"
	"io"
	"os/signal"
	"slices"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/linkage"
	"gotong/internal/linkage/roster"
	"gotong/policy"
)

func linkCommand(e *env) *cobra.Command {
	c := &cobra.Command{Use: "link", Short: "Find the records of one person in any office's lists"}
	c.AddCommand(linkFilesCommand(e))
	return c
}

// linkFiles is what was asked of link files.
type linkFiles struct {
	maps, mapsB     []string
	pairs, clusters string
	reasons         string
	match           float64
}

func linkFilesCommand(e *env) *cobra.Command {
	var o linkFiles
	c := &cobra.Command{
		Use: "files A.csv [B.csv]", Short: "Find who is on both of two lists or, of one list, who is on it more than once",
		Args: cobra.RangeArgs(1, 2),
		Example: `  gotong link files list.csv --map id=no,name=nama,born=tanggal_lahir --out pairs.csv
  gotong link files a.csv b.csv --map given=first,family=last,born=dob,postcode=zip --map-b postcode=postal --out pairs.csv`,
		Long: `Finds the records of one person in lists saved as CSV, XLSX or Parquet: between
A and B or, without B, within A. No labelled examples and no installation are
needed. A list may be a pipe, and "-" is what comes in.

--map says which column tells what, as ROLE=COLUMN, parted by commas. The roles:
  id                    names the row in the answer (default: the row's number)
  name                  the whole name, or given and family where it stands in two columns
  mother                the mother's name
  born                  birth date: 1990-12-31, 19901231, 31/12/1990, 31 Des 1990 …;
                        or but the year, or the age
  sex                   L/P, M/F, pria/wanita, 1/2 …
  identifier            an identity number, such as the NIK
  phone, address, place, postcode, area (official area code)
  household             the same for people of one family
What is not mapped, or left empty, is not compared, and no column is compared
twice: an identifier may be the id as well, but a column not both given and
family; where the whole name stands in it, it is name. More columns are better;
a name and a birth date are enough to begin with.

--out gets left_id,right_id,probability: a row for each pair held to be one
person. --clusters gets cluster,list,id: a row for each record of a person who
has more than one. --explain gets left_id,right_id,field,level,bits,finding: why
each pair is held to be one person, piece by piece. One bit more means twice as
likely; those of a pair add up to its odds. One of the three may be "-", which
goes out; what is said of the work then stands among the errors.`,
		RunE: func(cmd *cobra.Command, args []string) error { return e.linkFiles(cmd.Context(), args, o) },
	}
	f := c.Flags()
	f.StringArrayVar(&o.maps, "map", nil, "columns by role, such as name=nama,born=tgl_lahir")
	f.StringArrayVar(&o.mapsB, "map-b", nil, "columns of B that are called otherwise there than in A")
	f.StringVar(&o.pairs, "out", "", "file for the pairs")
	f.StringVar(&o.clusters, "clusters", "", "file for the clusters")
	f.StringVar(&o.reasons, "explain", "", "file for what the chance of each pair is made of")
	f.Float64Var(&o.match, "match", 0, "chance from which two records are held to be one person (default: the policy's)")
	return c
}

// sources are the lists, of which "-" is what comes in.
func (o *linkFiles) sources(paths []string, in io.Reader) ([]roster.Source, error) {
	m, err := roster.ParseMapping(o.maps...)
	if err != nil {
		return nil, err
	}
	sources := []roster.Source{{Path: paths[0], Mapping: m}}
	if len(paths) > 1 {
		other, err := m.Changed(o.mapsB...)
		if err != nil {
			return nil, err
		}
		sources = append(sources, roster.Source{Path: paths[1], Mapping: other})
	} else if len(o.mapsB) > 0 {
		return nil, fault.Invalid("cli.link_no_b")
	}
	for i := range sources {
		if sources[i].Path == through {
			sources[i].Path, sources[i].In = "stdin", in
		}
	}
	if len(paths) > 1 && samePipe(paths[0], paths[1]) {
		return nil, fault.Invalid("cli.link_once", "file", paths[0])
	}
	return sources, nil
}

// written are the files of the answer, the pairs' first.
func (o *linkFiles) written() []string {
	var all []string
	for _, path := range []string{o.pairs, o.clusters, o.reasons} {
		switch path {
		case "":
		case "/dev/stdout", "/dev/fd/1":
			all = append(all, through)
		default:
			all = append(all, path)
		}
	}
	return all
}

// linkOptions are the policy's of a day, and how sure a pair must be where
// the command says so.
func linkOptions(day civil.Date, match float64) (linkage.Options, error) {
	policies, err := linkage.LoadPolicies(policy.Files)
	if err != nil {
		return linkage.Options{}, err
	}
	p := policies.On(day)
	o := linkage.Options{Match: p.Match, Review: p.Match, Wrong: p.Wrong, Many: p.Many, BlockLimit: p.BlockLimit}
	if match != 0 {
		if !(match >= .5 && match < 1) {
			return o, fault.Invalid("cli.link_match", "value", match)
		}
		o.Match, o.Review, o.Wrong = match, match, 0
	}
	return o, nil
}

func (e *env) linkFiles(ctx context.Context, paths []string, o linkFiles) error {
	began := time.Now()
	today := civil.OfTime(began)
	sources, err := o.sources(paths, e.in)
	if err != nil {
		return err
	}
	if o.pairs == "" {
		return fault.Invalid("cli.link_no_out")
	}
	options, err := linkOptions(today, o.match)
	if err != nil {
		return err
	}
	out, err := e.answers(paths, o.written())
	if err != nil {
		return err
	}
	defer dropAll(out)
	said := *e
	if slices.Contains(o.written(), through) {
		said.out = e.err
		signal.Ignore(syscall.SIGPIPE) // else whoever stops reading ends this before it tidies up
		defer signal.Reset(syscall.SIGPIPE)
	}
	defer sparing(paths...)()
	p, done := e.progress()
	linked, err := roster.Link(ctx, sources, options, today, p)
	done()
	if err != nil {
		return err
	}
	if err := o.write(out, linked, e.lang); err != nil {
		return err
	}
	return said.linked(linked, o, time.Since(began))
}

// write writes the files of the answer; each is in its place once all are
// written.
func (o *linkFiles) write(out []*answer, linked *roster.Linked, lang i18n.Lang) error {
	writers := []func(io.Writer) error{linked.WritePairs}
	if o.clusters != "" {
		writers = append(writers, linked.WriteClusters)
	}
	if o.reasons != "" {
		writers = append(writers, func(w io.Writer) error { return linked.WriteReasons(w, lang) })
	}
	for i, write := range writers {
		if err := out[i].write(write); err != nil {
			return err
		}
	}
	for _, a := range out {
		if err := a.settle(); err != nil {
			return err
		}
	}
	return nil
}

// linked prints what was found, and what could not be read.
func (e *env) linked(l *roster.Linked, o linkFiles, took time.Duration) error {
	for _, list := range l.Lists {
		for _, role := range roster.Roles {
			if n := list.Unread[role]; n > 0 {
				e.printf("%s\n", i18n.T(e.lang, "cli.link_unread", "file", list.File, "count", n, "what", string(role)))
			}
		}
	}
	for _, list := range l.Lists {
		if list.NoDays > 0 {
			e.printf("%s\n", i18n.T(e.lang, "cli.link_no_days", "file", list.File, "count", list.NoDays))
		}
	}
	e.printf("%s\n", i18n.T(e.lang, "cli.linked", "records", l.Result.Records, "compared", l.Result.Compared, "matches", l.Matches(),
		"file", called(o.pairs), "seconds", seconds(took)))
	return e.result(map[string]any{"records": l.Result.Records, "pairs_compared": l.Result.Compared, "matches": l.Matches(),
		"clusters": len(l.Result.Clusters), "seconds": seconds(took), "peak_bytes": peakBytes(), "lists": l.Lists, "blocks": l.Result.Blocks})
}

func seconds(d time.Duration) float64 { return float64(d.Milliseconds()) / 1000 }
