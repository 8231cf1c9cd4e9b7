package checks

import (
	"context"
	"strings"

	"fix502/sysinfo"
)

// tookWrites are the kernel's words for a filesystem that it made read-only by itself (ext4(5), errors=remount-ro), and for a disk that fails.
var tookWrites = whenAsked(`(?i)remounting filesystem read-only|I/O error`)

// madeWritable mounts a filesystem for writing, unless the kernel took that away: then its disk, or what is on it, is damaged, and each write may
// make it worse.
func madeWritable(ctx context.Context, f *sysinfo.Facts, x Fix, mount string) Fix {
	lines, _ := f.Kernel(ctx) // of what it said longer ago, or to root alone, dmesg tells
	if said := lastSaid(lines, tookWrites); said != nil {
		return x.Tell("The kernel says: %s. Save the data first, it can still be read; then have the disk looked at (smartctl -a, fsck while it is not mounted). Only after that: mount -o remount,rw %s", strings.TrimSpace(said.Text), sh(mount))
	}
	x.Undo = "mount -o remount,ro " + sh(mount)
	return x.Tell("If the kernel made it read-only by itself, its disk is sick: dmesg | grep -i remount says so; then save the data first").
		Do("Mount it for writing", "mount -o remount,rw %s", sh(mount))
}
