// Package app wires the slices into one program: it alone knows which
// database is in use, which clock tells the time and who supplies whom.
package app

import (
	"bufio"
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"gotong/indicators"
	"gotong/internal/access"
	"gotong/internal/access/accessdb"
	"gotong/internal/audit"
	"gotong/internal/audit/auditdb"
	"gotong/internal/backup"
	"gotong/internal/bank"
	"gotong/internal/breach"
	"gotong/internal/civil"
	"gotong/internal/clock"
	"gotong/internal/condition"
	"gotong/internal/db"
	"gotong/internal/delivery"
	"gotong/internal/delivery/deliverydb"
	"gotong/internal/determination"
	"gotong/internal/determination/determinationdb"
	"gotong/internal/document"
	"gotong/internal/fault"
	"gotong/internal/goods"
	"gotong/internal/goods/goodsdb"
	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/insight"
	"gotong/internal/insight/insightdb"
	"gotong/internal/ledger"
	"gotong/internal/ledger/ledgerdb"
	"gotong/internal/linkage"
	"gotong/internal/linkage/authority"
	"gotong/internal/linkage/authority/authoritydb"
	"gotong/internal/linkage/linkagedb"
	"gotong/internal/outcome"
	"gotong/internal/outcome/outcomedb"
	"gotong/internal/pathout"
	"gotong/internal/programme"
	"gotong/internal/quality"
	"gotong/internal/region"
	"gotong/internal/registry"
	"gotong/internal/registry/registrydb"
	"gotong/internal/retention"
	"gotong/internal/right"
	"gotong/internal/rule/ruledb"
	"gotong/internal/run"
	"gotong/internal/run/rundb"
	"gotong/internal/seal"
	"gotong/internal/sieve"
	"gotong/internal/sieve/sievedb"
	"gotong/internal/snapshot"
	"gotong/internal/snapshot/snapshotdb"
	"gotong/internal/targeting"
	"gotong/internal/targeting/detection"
	"gotong/internal/targeting/targetingdb"
	"gotong/models"
	policyfiles "gotong/policy"
	"gotong/programmes"
)

// Options is what an installation is opened with. Clock and Random are the
// machine's where they are nil; the reproducible demo brings its own. Without a
// Log nothing is logged.
type Options struct {
	Config Config
	Log    *slog.Logger
	Clock  clock.Clock
	Random io.Reader // for ids and notice codes; keys are always truly random
	Seed   uint64    // of the simulated bank

	RunTiming run.Timing
	Turn      time.Duration // how long a request waits for other writers; default 15 s
}

// App is an open installation: every service, wired.
type App struct {
	Config Config
	Dir    string
	Log    *slog.Logger
	Clock  clock.Clock
	IDs    *ident.Maker
	DB     *db.DB
	Keys   *seal.Keyring

	Audit     *audit.Service
	Access    *access.Service
	Runs      *run.Service
	Atlas     *region.Atlas
	Catalogue *indicator.Catalogue
	Registry  *registry.Service
	Linkage   *linkage.Service
	Authority *authority.Service
	Snapshots *snapshot.Service
	Targeting *targeting.Service
	Detection *detection.Service

	Programmes     *programme.Set
	Determinations *determination.Service
	Book           *ledger.Book
	Bank           *bank.Simulated
	Delivery       *delivery.Service
	Insight        *insight.Service
	Paths          *pathout.Service
	Goods          *goods.Service
	Conditions     *condition.Service
	Outcomes       *outcome.Service
	Sieve          *sieve.Service
	Documents      *document.Service
	Quality        *quality.Service
	Rights         *right.Service
	Retention      *retention.Service
	Breaches       *breach.Service
	Backups        *backup.Service

	turn time.Duration
}

// Exists says whether the configured data folder holds an installation. Of
// one on PostgreSQL only opening it can tell, so that is taken to exist.
func Exists(c Config) bool {
	if c.Get("db") != "" {
		return true
	}
	_, err := os.Stat(filepath.Join(c.Get("data"), "gotong.db"))
	return err == nil
}

// Open opens the installation in the configured data folder, making it where
// there is none.
func Open(ctx context.Context, o Options) (*App, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	a := &App{Config: o.Config, Dir: o.Config.Get("data"), Log: withoutNumbers(o.Log), Clock: o.Clock, Atlas: region.Default()}
	if a.Clock == nil {
		a.Clock = clock.System{}
	}
	if backup.Unfinished(a.Dir) {
		return nil, fault.Conflict("backup.unfinished", "folder", a.Dir)
	}
	random, forIDs := o.Random, o.Random
	if random == nil {
		random, forIDs = rand.Reader, bufio.NewReader(rand.Reader) // an import makes ids by the million
	}
	a.IDs = ident.NewMaker(a.Clock, forIDs)
	if err := os.MkdirAll(a.Dir, 0o700); err != nil {
		return nil, err
	}
	var err error
	if a.DB, err = db.Open(ctx, db.Config{Dir: a.Dir, URL: o.Config.Get("db")}); err != nil {
		return nil, err
	}
	if err := a.openKeys(ctx); err != nil {
		return nil, errors.Join(err, a.DB.Close())
	}
	if err := a.wire(random, o); err != nil {
		return nil, errors.Join(err, a.DB.Close())
	}
	return a, nil
}

// openKeys opens the keys of the data folder, or makes them where the
// database has been sealed with none yet, and holds them to be the database's.
func (a *App) openKeys(ctx context.Context) error {
	dir := filepath.Join(a.Dir, "keys")
	mark, err := a.DB.KeyMark(ctx)
	if err != nil {
		return err
	}
	if missing := seal.Missing(dir); mark != "" && missing != "" {
		return fault.Forbidden("seal.key_file_missing", "file", missing, "folder", dir)
	}
	if a.Keys, err = seal.Load(dir, a.Config.Get("master_key")); err != nil {
		return err
	}
	return a.DB.BindKeys(ctx, a.Keys.Mark())
}

// Close closes the installation.
func (a *App) Close() error { return a.DB.Close() }

func (a *App) wire(random io.Reader, o Options) error {
	a.Audit = audit.NewService(a.DB, auditdb.New(), a.Keys, a.Clock, filepath.Join(a.Dir, "audit", "checkpoints.jsonl"))
	a.Access = access.NewService(a.DB, accessdb.New(), a.Clock, a.IDs, recorder{a.Audit.Log()})
	a.turn = cmp.Or(o.Turn, turnTimeout)
	a.Runs = run.NewService(a.DB, rundb.New(), a.Clock, a.IDs, a.Log, o.RunTiming)
	var err error
	if a.Catalogue, err = LoadCatalogue(a.Config); err != nil {
		return err
	}
	rules, err := registry.LoadRules(policy(a.Dir, "policy", policyfiles.Files))
	if err != nil {
		return err
	}
	a.Registry = registry.NewService(registry.Deps{Unit: a.DB, Store: registrydb.New(), Log: a.Audit.Log(), Keys: a.Keys,
		IDs: a.IDs, Clock: a.Clock, Catalogue: a.Catalogue, Atlas: a.Atlas, Spill: filepath.Join(a.Dir, "spill"), Rules: rules})
	a.Snapshots = snapshot.NewService(snapshot.Deps{Unit: a.DB, Store: snapshotdb.Store{}, Source: snapshot.Register{Service: a.Registry},
		Catalogue: a.Catalogue, Signer: a.Keys, Log: a.Audit.Log(), Clock: a.Clock, IDs: a.IDs, Root: filepath.Join(a.Dir, "snapshots")})
	if err := a.wireTargeting(); err != nil {
		return err
	}
	if err := a.wireDetermination(random); err != nil {
		return err
	}
	if err := a.wireDelivery(o.Seed); err != nil {
		return err
	}
	if err := a.wirePolicy(); err != nil {
		return err
	}
	if err := a.wireGoods(); err != nil {
		return err
	}
	if err := a.wireConditions(); err != nil {
		return err
	}
	if err := a.wireOutcomes(); err != nil {
		return err
	}
	a.Registry.Bind(dependants{a}, obligations{a})
	a.Registry.Follow(traces{a})
	if err := a.wireRights(); err != nil {
		return err
	}
	a.Registry.Answer(a.Rights)
	a.wireBreaches()
	if err := a.wireRetention(); err != nil {
		return err
	}
	if err := a.wireQuality(); err != nil {
		return err
	}
	if err := a.wireDocuments(); err != nil {
		return err
	}
	a.handleRuns()
	return nil
}

// LoadCatalogue reads the catalogue of facts that an installation uses,
// without opening it.
func LoadCatalogue(c Config) (*indicator.Catalogue, error) {
	return indicator.Load(policy(c.Get("data"), "indicators", indicators.Files))
}

// LoadLines reads the poverty lines that an installation uses, without
// opening it.
func LoadLines(c Config) (targeting.Lines, error) {
	return targeting.LoadLines(policy(c.Get("data"), "models", models.Files))
}

func (a *App) wireTargeting() error {
	files := policy(a.Dir, "models", models.Files)
	known, err := targeting.LoadModels(a.Catalogue, files)
	if err != nil {
		return err
	}
	lines, err := targeting.LoadLines(files)
	if err != nil {
		return err
	}
	orders, err := targeting.LoadOrders(files)
	if err != nil {
		return err
	}
	detects, err := detection.Load(a.Catalogue, policy(a.Dir, "policy", policyfiles.Files))
	if err != nil {
		return err
	}
	a.Detection = detection.NewService(detection.Deps{Unit: a.DB, Snapshots: a.Snapshots, Register: a.Registry, Policy: detects, Log: a.Audit.Log()})
	a.Targeting = targeting.NewService(targeting.Deps{Unit: a.DB, Store: targetingdb.Store{}, Snapshots: a.Snapshots, Orders: orders, Meetings: targetingdb.Store{}, Surveys: targetingdb.Store{}, Register: a.Registry,
		Catalogue: a.Catalogue, Models: known, Versions: targetingdb.Store{}, Lines: lines, Signer: a.Keys, Log: a.Audit.Log(), Clock: a.Clock, IDs: a.IDs, Root: filepath.Join(a.Dir, "rankings")})
	return a.Targeting.AdoptModels(context.Background())
}

func (a *App) wireDetermination(random io.Reader) error {
	var err error
	if a.Programmes, err = programme.Load(a.Catalogue, policy(a.Dir, "programmes", programmes.Files)); err != nil {
		return err
	}
	checks, err := determination.LoadCheckRules(policy(a.Dir, "policy", policyfiles.Files))
	if err != nil {
		return err
	}
	advice, err := determination.LoadAdviceRules(a.Catalogue, policy(a.Dir, "policy", policyfiles.Files))
	if err != nil {
		return err
	}
	a.Determinations = determination.NewService(determination.Deps{Unit: a.DB, Store: determinationdb.Store{}, Snapshots: a.Snapshots,
		Rankings: a.Targeting, Programmes: a.Programmes, Catalogue: a.Catalogue, Register: a.Registry, Rules: ruledb.NewReader(a.DB), Keys: a.Keys, Log: a.Audit.Log(),
		Clock: a.Clock, IDs: a.IDs, Random: random, Root: filepath.Join(a.Dir, "determinations"), Checks: checks, Advice: advice, Warn: a.Log,
		Truth: (&truth{a: a}).Of, Followed: a.revalue, Suspended: a.Registry.SuspendedSince})
	return a.Determinations.AdoptVersions(context.Background())
}

func (a *App) wireDelivery(seed uint64) error {
	var err error
	exchange, err := bank.LoadRules(policy(a.Dir, "policy", policyfiles.Files))
	if err != nil {
		return err
	}
	if a.Bank, err = a.simulatedBank(seed, exchange); err != nil {
		return err
	}
	post, err := bank.Simulate(filepath.Join(a.Dir, "post"), a.Clock, bank.Options{Seed: seed, Rule: exchange.On(civil.OfTime(a.Clock.Now()))})
	if err != nil {
		return err
	}
	rules, err := delivery.LoadRules(policy(a.Dir, "policy", policyfiles.Files))
	if err != nil {
		return err
	}
	if err := a.wireBackups(); err != nil {
		return err
	}
	a.Book = ledger.NewBook(a.DB, ledgerdb.New(), a.Clock)
	a.Delivery = delivery.New(delivery.Config{Unit: a.DB, Store: deliverydb.New(), Book: a.Book, Log: a.Audit.Log(),
		Decisions: decisions{a.Determinations}, Programmes: a.terms(), Payees: payees{a.Registry},
		Standing: standing{a}, Places: places{a.DB, registrydb.New()}, Rules: rules, Files: exchange, Restored: a.Backups, Channel: a.Bank, Post: post, Vault: a.Keys, Outbox: delivery.Folder(filepath.Join(a.Dir, "delivery")),
		Clock: a.Clock, IDs: a.IDs})
	a.Backups.Payments = a.Delivery
	return nil
}

// wirePolicy wires the slices whose rules are files of the policy folder.
func (a *App) wirePolicy() error {
	files := policy(a.Dir, "policy", policyfiles.Files)
	duplicates, err := linkage.LoadPolicies(files)
	if err != nil {
		return err
	}
	a.Linkage = linkage.NewService(linkage.Deps{Unit: a.DB, Store: linkagedb.New(), Register: a.Registry, Keys: a.Keys,
		Log: a.Audit.Log(), IDs: a.IDs, Clock: a.Clock, Policies: duplicates, Aid: aid{a.Determinations}})
	authorities, err := authority.LoadPolicies(files)
	if err != nil {
		return err
	}
	a.Authority = authority.NewService(authority.Deps{Unit: a.DB, Store: authoritydb.New(), Register: a.Registry, Keys: a.Keys,
		Log: a.Audit.Log(), IDs: a.IDs, Clock: a.Clock, Policies: authorities,
		BlockLimit: duplicates.On(civil.OfTime(a.Clock.Now())).BlockLimit})
	disclosures, err := insight.LoadDisclosures(files)
	if err != nil {
		return err
	}
	a.Insight = insight.NewService(a.DB, insightdb.New(), a.Clock, disclosures)
	steps, err := pathout.Load(a.Catalogue, files)
	if err != nil {
		return err
	}
	a.Paths = pathout.NewService(steps, a.Determinations, a.Targeting)
	return nil
}

func (a *App) wireGoods() error {
	rules, err := goods.LoadPolicy(policy(a.Dir, "policy", policyfiles.Files))
	if err != nil {
		return err
	}
	a.Goods = goods.New(goods.Config{Unit: a.DB, Store: goodsdb.New(), Log: a.Audit.Log(), Decisions: inKind{a}, People: people{a}, Vault: a.Keys,
		Folder: album{delivery.Folder(filepath.Join(a.Dir, "goods"))}, Policy: rules, Clock: a.Clock, IDs: a.IDs, Refusal: db.IsConstraint})
	return nil
}

func (a *App) wireOutcomes() error {
	policies, err := outcome.Load(a.Catalogue, policy(a.Dir, "policy", policyfiles.Files))
	if err != nil {
		return err
	}
	a.Sieve = sieve.NewService(sieve.Deps{Unit: a.DB, Store: sievedb.Store{}, Snapshots: a.Snapshots, Rankings: a.Targeting, Catalogue: a.Catalogue,
		Register: a.Registry, Rules: ruledb.NewReader(a.DB), Log: a.Audit.Log(), Clock: a.Clock, IDs: a.IDs})
	a.Outcomes = outcome.NewService(outcome.Deps{Unit: a.DB, Store: outcomedb.Store{}, Snapshots: a.Snapshots, Rankings: a.Targeting,
		Determinations: a.Determinations, Duplicates: openPairs{a.Linkage}, Policies: policies, Log: a.Audit.Log(), Clock: a.Clock, IDs: a.IDs})
	return nil
}

// recorder puts acts of access into the audit log.
type recorder struct{ log *audit.Log }

// Record appends one act.
func (r recorder) Record(ctx context.Context, action, subject, detail string) error {
	return r.log.Append(ctx, audit.Act{Purpose: access.PurposeSystem, Action: action, Subject: subject, Count: 1, Detail: detail})
}
