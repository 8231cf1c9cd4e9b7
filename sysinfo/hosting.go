package sysinfo

import "strings"

// Panel is a hosting panel that is installed here.
type Panel struct{ Name, File string }

// Panels finds hosting panels by the files they bring.
func (f *Facts) Panels() []Panel {
	var out []Panel
	for _, p := range []Panel{
		{"cPanel", "/usr/local/cpanel/version"}, {"Plesk", "/usr/local/psa/version"}, {"DirectAdmin", "/usr/local/directadmin/directadmin"},
		{"ISPConfig", "/usr/local/ispconfig/interface/lib/config.inc.php"}, {"aaPanel", "/www/server/panel/class/common.py"},
		{"CloudPanel", "/home/clp/htdocs/app/files/.env"}, {"Webmin", "/etc/webmin/miniserv.conf"}, {"CyberPanel", "/usr/local/CyberCP/manage.py"},
		{"HestiaCP", "/usr/local/hestia/conf/hestia.conf"}, {"VestaCP", "/usr/local/vesta/conf/vesta.conf"},
	} {
		if f.Host.Root.Exists(p.File) {
			out = append(out, p)
		}
	}
	return out
}

// Cloud is the provider that this machine's firmware names, and the file that says so; empty on others.
func (f *Facts) Cloud() (name, file string) {
	for _, file := range []string{"sys_vendor", "product_name", "bios_vendor", "board_vendor", "chassis_asset_tag"} {
		file = "/sys/class/dmi/id/" + file
		b, err := f.Host.Root.ReadFile(file)
		if err != nil {
			continue
		}
		text := strings.ToLower(strings.TrimSpace(string(b)))
		for _, c := range []struct{ word, name string }{
			{"amazon ec2", "AWS"}, {"google compute engine", "Google Cloud"}, {"google", "Google Cloud"}, {"7783-7084-3265-9085-8269-3286-77", "Azure"},
			{"digitalocean", "DigitalOcean"}, {"hetzner", "Hetzner"}, {"vultr", "Vultr"}, {"linode", "Linode"}, {"akamai", "Linode"},
			{"scaleway", "Scaleway"}, {"ovhcloud", "OVHcloud"}, {"openstack", "OpenStack"}, {"alibaba cloud", "Alibaba Cloud"}, {"upcloud", "UpCloud"},
		} {
			if strings.Contains(text, c.word) {
				return c.name, file
			}
		}
	}
	return "", ""
}
