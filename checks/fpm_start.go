package checks

import (
	"context"

	"fix502/sysinfo"
)

// webUser is an account that exists here and is meant for web servers.
func webUser(ctx context.Context, f *sysinfo.Facts) string {
	u, err := f.Users(ctx)
	if err != nil {
		return "www-data"
	}
	for _, name := range []string{"www-data", "apache", "nginx", "http", "nobody"} {
		if _, ok := u.Creds(name); ok {
			return name
		}
	}
	return "nobody"
}
