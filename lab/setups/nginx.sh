# nginx runs, and has no site yet.
. /lab/site.sh
systemctl enable -q --now nginx
