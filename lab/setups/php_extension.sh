# extension NAME FILE [FLAG...]: an extension for PHP 8.2 that notes each request; with -DCRASH it writes to where nothing is.
extension() {
	cat >/root/extension.c <<'END'
#include <stddef.h>
typedef struct {
	unsigned short size; unsigned int api; unsigned char debug, zts; const void *ini, *needs; const char *name; const void *functions;
	int (*start)(int, int), (*stop)(int, int), (*request)(int, int), (*done)(int, int); void *info; const char *version;
	size_t globals; void *global, *make, *drop; int (*post)(void); int started; unsigned char type; void *handle; int number; const char *build;
} module;
static int *volatile seen;
static int request(int type, int number) {
#ifdef CRASH
	*seen = number;
#endif
	return 0;
}
static module m = {sizeof(module), 20220829, 0, 0, NULL, NULL, NAME, NULL, NULL, NULL, request, NULL, NULL, "1", 0, NULL, NULL, NULL, NULL, 0, 0, NULL, 0, "API20220829,NTS"};
module *get_module(void) { return &m; }
END
	gcc -shared -fPIC "-DNAME=\"$1\"" "${@:3}" -o "$2" /root/extension.c
	rm /root/extension.c
}

# kernel_tells LIBRARY: what the kernel said of the workers that crashed in it, as rsyslog would have kept it: a machine that shares its host's
# kernel does not hear it.
kernel_tells() {
	grep -o 'child [0-9]* exited on signal 11' /var/log/php8.2-fpm.log | while read -r _ pid _; do
		printf '%s lab kernel: php-fpm8.2[%s]: segfault at 0 ip 00007f3c1b2d9139 sp 00007ffd0c2f5b10 error 6 in %s[1139,7f3c1b2d9000+1000] likely on CPU 1 (core 1, socket 0)\n' "$(date '+%FT%T.%6N%:z')" "$pid" "$1"
	done >/var/log/kern.log
}
