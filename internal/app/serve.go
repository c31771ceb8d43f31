package app

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strconv"
	"time"

	"gotong/internal/access"
	"gotong/internal/db"
	"gotong/internal/fault"
	"gotong/internal/run/rundb"
)

// The server's patience. Reading is generous, as villages upload photographs
// over slow lines; answering is not, as no work is done inside a request.
const (
	headerTimeout = 10 * time.Second
	readTimeout   = 5 * time.Minute
	writeTimeout  = 5 * time.Minute
	idleTimeout   = 2 * time.Minute
	stopTimeout   = 20 * time.Second
	turnTimeout   = 15 * time.Second // for other writers to finish
	anchorEvery   = time.Hour
)

// Serve serves pages and API, and works on runs, until ctx ends. It calls
// ready with the address once it listens.
func (a *App) Serve(ctx context.Context, ready func(url string)) error {
	workers, err := strconv.Atoi(a.Config.Get("run_workers"))
	if err != nil || workers < 1 {
		return fault.Invalid("app.bad_workers", "value", a.Config.Get("run_workers"))
	}
	if _, err := a.Registry.FinishErasures(ctx); err != nil {
		return err
	}
	if err := a.sweep(time.Now()); err != nil {
		return err
	}
	queue, err := rundb.NewQueue(ctx, a.DB, a.Log, workers, a.Runs.Execute)
	if err != nil {
		return err
	}
	a.Runs.UseQueue(queue)
	if err := queue.Start(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	go a.Runs.RescueForever(ctx)
	go a.anchor(ctx)
	go a.measureDaily(ctx)
	go a.sweepRows(ctx, time.Now())
	go a.scrubOwed(ctx)
	err = a.listen(ctx, ready)
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	return errors.Join(err, queue.Stop(stopping), a.checkpoint(stopping))
}

func (a *App) listen(ctx context.Context, ready func(url string)) error {
	listener, err := net.Listen("tcp", a.Config.Get("listen"))
	if err != nil {
		return fault.Unavailable("app.cannot_listen", "address", a.Config.Get("listen")).Because(err)
	}
	a.Atlas.Search("warm", 1) // builds the index of names, so that the first search does not wait for it
	server := &http.Server{Handler: a.Site(), ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout,
		WriteTimeout: writeTimeout, IdleTimeout: idleTimeout, BaseContext: func(net.Listener) context.Context {
			return db.WithPatience(context.WithoutCancel(ctx), a.turn)
		}}
	stopped := make(chan error, 1)
	go func() {
		<-ctx.Done()
		patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
		defer cancel()
		stopped <- server.Shutdown(patience)
	}()
	cert, key := a.Config.Get("tls_cert"), a.Config.Get("tls_key")
	scheme := "http://"
	if cert != "" {
		scheme = "https://"
	}
	ready(scheme + listener.Addr().String())
	if cert != "" {
		err = server.ServeTLS(listener, cert, key)
	} else {
		err = server.Serve(listener)
	}
	if errors.Is(err, http.ErrServerClosed) {
		return <-stopped
	}
	return err
}

// anchor signs the audit log's head now and then, so that at most an hour of
// it could be cut without a trace.
func (a *App) anchor(ctx context.Context) {
	tick := time.NewTicker(anchorEvery)
	defer tick.Stop()
	for {
		if err := a.checkpoint(ctx); err != nil && ctx.Err() == nil {
			a.Log.WarnContext(ctx, "the audit log's head could not be signed", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (a *App) checkpoint(ctx context.Context) error {
	_, err := a.Audit.Checkpoint(access.With(ctx, access.System("checkpoint")))
	return err
}
