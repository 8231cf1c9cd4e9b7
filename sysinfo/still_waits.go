package sysinfo

import (
	"context"
	"time"
)

// waitLooks and waitPause are how often, and how far apart, a queue is looked at again before it counts as one.
const (
	waitLooks = 3
	waitPause = 40 * time.Millisecond
)

// StillWaits is how many connections have waited at a listener each time it was looked at, the first time included: a queue that is empty a moment later is
// work as it comes, which one that has nobody to take it from is not.
func (f *Facts) StillWaits(ctx context.Context, s Socket) int {
	n, _ := Memo(f, "still waits "+s.String(), func() (int, error) {
		least := s.Queue
		for range waitLooks {
			if least == 0 || f.Host.Files {
				break
			}
			select {
			case <-ctx.Done():
				return least, nil
			case <-time.After(waitPause):
			}
			all, err := f.Host.Sockets(ctx, 0)
			if err != nil {
				break
			}
			for _, now := range all {
				if now.Inode == s.Inode && now.Inode != 0 {
					least = min(least, now.Queue)
				}
			}
		}
		return least, nil
	})
	return n
}
