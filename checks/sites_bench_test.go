package checks

import (
	"fmt"
	"strings"
	"testing"

	"fix502/sysinfo"
	"fix502/sysinfo/recorded"
)

// A machine with 5,000 sites: read, mapped and judged hop by hop. The bar is what `nginx -t` takes on the same files.
func BenchmarkFiveThousandSites(b *testing.B) {
	m, err := recorded.Parse([]byte(manySites(5000)))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		f := sysinfo.NewFacts(m.Host)
		all, err := hops(b.Context(), f)
		if err != nil || len(all) == 0 {
			b.Fatalf("got %d hops: %v", len(all), err)
		}
	}
}

// manySites is an nginx with n sites in files of their own, every other one in PHP.
func manySites(n int) string {
	var b strings.Builder
	b.WriteString(`proc 700 1 0 08:00:00 nginx: master process /usr/sbin/nginx -g daemon on; master_process on;
proc 701 700 33 08:00:00 nginx: worker process
listen tcp 0.0.0.0:80 0/511 700
socket /run/php/php8.2-fpm.sock 33 33 0660
listen unix /run/php/php8.2-fpm.sock 0/511
`)
	for i := range n {
		fmt.Fprintf(&b, "link /etc/nginx/sites-enabled/site%[1]d /etc/nginx/sites-available/site%[1]d\n", i)
	}
	b.WriteString("-- etc/nginx/nginx.conf --\nuser www-data;\nevents {}\nhttp {\n\terror_log /var/log/nginx/error.log;\n\tinclude sites-enabled/*;\n}\n-- var/log/nginx/error.log --\n")
	for i := range n {
		pass := "fastcgi_pass unix:/run/php/php8.2-fpm.sock;"
		if i%2 == 1 {
			pass = fmt.Sprintf("proxy_pass http://127.0.0.1:%d;", 3000+i)
		}
		fmt.Fprintf(&b, "-- etc/nginx/sites-available/site%[1]d --\nserver {\n\tlisten 80;\n\tserver_name site%[1]d.test www.site%[1]d.test;\n\troot /var/www/site%[1]d;\n\tlocation / {\n\t\t%[2]s\n\t}\n}\n", i, pass)
	}
	return b.String()
}

// Each of thousands of sites has a pool of its own, and PHP-FPM is down for one of them: nobody compares each site with each pool.
func BenchmarkThousandsOfPools(b *testing.B) {
	m, err := recorded.Parse([]byte(manyPools(2000)))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		f := sysinfo.NewFacts(m.Host)
		for _, c := range All() {
			if strings.HasPrefix(string(c.ID), "fpm-") || strings.HasPrefix(string(c.ID), "socket-") {
				if _, err := c.Run(b.Context(), f); err != nil {
					b.Fatal(c.ID, err)
				}
			}
		}
	}
}

// manyPools is a server with n sites, each with a pool, and the user of one of them is gone.
func manyPools(n int) string {
	var b strings.Builder
	b.WriteString(`proc 700 1 0 08:00:00 nginx: master process /usr/sbin/nginx -g daemon on; master_process on;
proc 701 700 33 08:00:00 nginx: worker process
listen tcp 0.0.0.0:80 0/511 700
unit php8.2-fpm.service ActiveState=failed SubState=failed Result=exit-code LoadState=loaded FragmentPath=/lib/systemd/system/php8.2-fpm.service UnitFileState=enabled Type=notify ExecMainCode=1 ExecMainStatus=78
-- usr/sbin/php-fpm8.2 --
-- etc/nginx/nginx.conf --
events {}
http {
	include sites-enabled/*;
}
-- etc/php/8.2/fpm/php-fpm.conf --
include=/etc/php/8.2/fpm/pool.d/*.conf
-- journal: php8.2-fpm.service --
12:22:50 [22-Nov-2026 12:22:50] ERROR: [pool web7] cannot get uid for user 'web7'
`)
	for i := range n {
		fmt.Fprintf(&b, "-- etc/nginx/sites-enabled/site%[1]d --\nserver {\n\tlisten 80;\n\tserver_name site%[1]d.test;\n\tlocation / {\n\t\tfastcgi_pass unix:/run/php/web%[1]d.sock;\n\t}\n}\n", i)
		fmt.Fprintf(&b, "-- etc/php/8.2/fpm/pool.d/web%[1]d.conf --\n[web%[1]d]\nuser = web%[1]d\nlisten = /run/php/web%[1]d.sock\npm = ondemand\npm.max_children = 5\n", i)
	}
	return b.String()
}
