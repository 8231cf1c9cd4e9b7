package sysinfo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"path"
	"strings"
	"syscall"
)

// dockerSocket is where Docker's daemon listens unless told otherwise.
const dockerSocket = "/var/run/docker.sock"

// dockerContainers asks Docker's daemon, GET only. Its version is asked first: Engine 29 refuses anything below 1.44,
// older ones anything above their own.
func (f *Facts) dockerContainers(ctx context.Context) ([]Container, error) {
	if _, err := f.Host.Root.Stat(dockerSocket); err != nil {
		if errors.Is(err, fs.ErrPermission) {
			return nil, fmt.Errorf("%s: %w", dockerSocket, ErrNeedsRoot)
		}
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, toolWait)
	defer cancel()
	d := &docker{client: &http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return f.Host.Dial(ctx, 0, "unix", dockerSocket)
	}}}}
	if err := d.greet(ctx); err != nil {
		if errors.Is(err, syscall.EACCES) {
			return nil, fmt.Errorf("%s: %w", dockerSocket, ErrNeedsRoot)
		}
		return nil, err
	}
	var listed []struct{ ID string }
	if err := d.get(ctx, "/containers/json?all=1", &listed); err != nil {
		return nil, err
	}
	var all []json.RawMessage
	for _, c := range listed[:min(len(listed), maxContainers)] {
		var one json.RawMessage
		if err := d.get(ctx, "/containers/"+path.Base(c.ID)+"/json", &one); err == nil {
			all = append(all, one)
		}
	}
	b, err := json.Marshal(all)
	if err != nil {
		return nil, err
	}
	return inspected("docker", b)
}

type docker struct {
	client  *http.Client
	version string // of the API, "/v1.44"; empty: the daemon's own choice
}

func (d *docker) greet(ctx context.Context) error {
	res, err := d.do(ctx, "/_ping")
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if v := res.Header.Get("Api-Version"); v != "" && strings.Trim(v, "0123456789.") == "" {
		d.version = "/v" + v
	}
	return nil
}

func (d *docker) do(ctx context.Context, uri string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://docker"+uri, nil)
	if err != nil {
		return nil, err
	}
	return d.client.Do(req)
}

func (d *docker) get(ctx context.Context, uri string, into any) error {
	res, err := d.do(ctx, d.version+uri)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("docker: GET %s: %s", uri, res.Status)
	}
	return json.NewDecoder(io.LimitReader(res.Body, maxOutput)).Decode(into)
}
