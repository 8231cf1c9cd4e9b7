package sysinfo

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
)

// noRight says which folder or socket turns an app's user away.
type noRight string

func (n noRight) Error() string { return string(n) }

// turnedAway is the app's own trouble where its user is known for sure, by its unit or its pool; where the user is only
// whoever owns the file, it is a reason not to ask.
func (f *Facts) turnedAway(ctx context.Context, s *Store, why string) error {
	if users, err := f.Users(ctx); err == nil {
		c, sure := f.unitUser(ctx, s, users)
		if !sure && s.PHP {
			c, sure = f.poolUser(ctx, s, users)
		}
		if sure && c.UID != 0 {
			return noRight(why)
		}
	}
	return errors.New("not asked: " + why)
}

// storeSocket finds the file of a store's socket, links followed. We may be root, whom every socket lets in, so it is one
// only where the app's own user may write to it. The error is a sentence; fs.ErrNotExist: there is no such file.
func (f *Facts) storeSocket(ctx context.Context, s *Store) (string, error) {
	if !path.IsAbs(s.Unix) {
		return "", fmt.Errorf("%s is no path of a socket", s.Unix)
	}
	steps, err := f.Host.Root.Walk(s.Unix)
	who, name, known := f.runsAs(ctx, s)
	switch {
	case !known && f.Host.UID == 0:
		return "", errors.New("not asked: the app's user is not known, and root would be let in where that is not")
	case known:
		for i, step := range steps {
			last := err == nil && i == len(steps)-1
			if step.Mode.IsDir() && !last && !who.May(step, 1) {
				return "", f.turnedAway(ctx, s, fmt.Sprintf("the app's user %s may not enter %s", name, step.Path))
			}
			if last && !who.May(step, 2) {
				return "", f.turnedAway(ctx, s, fmt.Sprintf("the app's user %s may not write to that socket (%s)", name, step.Mode))
			}
		}
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", fs.ErrNotExist
	case err != nil:
		return "", err
	}
	return steps[len(steps)-1].Path, nil
}

// runsAs is the user that an app asks its database as: its unit's, its pool's, or whoever owns the file that says where
// the database is. A service of root's may never read a file that lies in its folder, so there it is the file's owner.
func (f *Facts) runsAs(ctx context.Context, s *Store) (Creds, string, bool) {
	users, err := f.Users(ctx)
	if err != nil {
		return Creds{}, "", false
	}
	c, ok := f.unitUser(ctx, s, users)
	if !ok && s.PHP {
		c, ok = f.poolUser(ctx, s, users)
	}
	if owner, known := f.ownerOf(s.Where.File, users); (!ok || c.UID == 0) && known && owner.UID != 0 {
		c, ok = owner, true
	}
	if g := s.Site.Gateway; !ok && s.Unit == "" && g.Kind == "apache" && g.Creds.UID > 0 { // mod_php
		c, ok = g.Creds, true
	}
	return c, users.Name(c.UID), ok
}

func (f *Facts) unitUser(ctx context.Context, s *Store, users *Users) (Creds, bool) {
	u, ok := f.Unit(ctx, s.Unit)
	if s.Unit == "" || !ok {
		return Creds{}, false
	}
	if u.Running() && u.MainPID > 0 {
		if c, err := f.CredsOf(u.MainPID); err == nil {
			return c, true
		}
	}
	if u.User == "" {
		return Creds{}, u.Props["DynamicUser"] != "yes"
	}
	return users.credsIn(u.User, u.Group)
}

// poolUser is that of the pool whose sessions these are, else of the first that the site has.
func (f *Facts) poolUser(ctx context.Context, s *Store, users *Users) (Creds, bool) {
	hops := s.Site.Hops
	if s.hop != nil {
		hops = []*Hop{s.hop}
	}
	for _, h := range hops {
		if h.Scheme != "fastcgi" {
			continue
		}
		if p, pool := f.PoolOf(ctx, h); pool != nil {
			for _, w := range p.Workers[pool.Name] {
				if c, err := f.CredsOf(w.PID); err == nil {
					return c, true
				}
			}
			if c, ok := users.credsIn(pool.Get("user").Text, pool.Get("group").Text); ok {
				return c, true
			}
		}
	}
	return Creds{}, false
}

// ownerOf is a file's owner, with the groups of that user.
func (f *Facts) ownerOf(file string, users *Users) (Creds, bool) {
	i, err := f.Host.Root.Stat(file)
	if file == "" || err != nil {
		return Creds{}, false
	}
	if c, ok := users.Creds(users.Name(i.UID)); ok {
		return c, true
	}
	return Creds{UID: i.UID, GID: i.GID}, true
}

// credsIn is a user, with a group of its own where one is named.
func (u *Users) credsIn(name, group string) (Creds, bool) {
	c, ok := u.Creds(name)
	if gid, known := u.GID(group); known {
		c.GID = gid
	}
	return c, ok
}

// StoreUser is the name of the user that an app asks its database as.
func (f *Facts) StoreUser(ctx context.Context, s *Store) (string, bool) {
	_, name, ok := f.runsAs(ctx, s)
	return name, ok
}
