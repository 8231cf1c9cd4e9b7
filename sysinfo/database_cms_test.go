package sysinfo

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// The settings' files are as the programs' own installers write them.
func TestStoresOfProgramsInPHP(t *testing.T) {
	for name, tt := range map[string]struct {
		files map[string]string
		want  string
	}{
		"Drupal": {map[string]string{"web/core/lib/Drupal.php": "", "web/sites/default/settings.php": `<?php
/**
 *   $databases['default']['default'] = [
 *     'database' => 'databasename',
 *     'host' => 'localhost',
 *   ];
 */
$settings['hash_salt'] = 'x';
# $settings['host'] = 'no';
$databases['default']['default'] = array (
  'database' => 'shop',
  'username' => 'drupal',
  'password' => 'ca\'nary#1',
  'prefix' => '',
  'host' => 'localhost',
  'port' => '3306',
  'driver' => 'mysql',
  'namespace' => 'Drupal\\mysql\\Driver\\Database\\mysql',
);
`}, "mysql unix:/run/mysqld/mysqld.sock drupal/shop ca'nary#1 at settings.php:15"},
		"Joomla": {map[string]string{"web/administrator/manifests/files/joomla.xml": "", "web/configuration.php": `<?php
class JConfig {
	public $dbtype = 'mysqli';
	public $host = '10.0.0.7:3307';
	public $user = 'joomla';
	public $password = 'canary';
	public $db = 'site';
}
`}, "mysql 10.0.0.7:3307 joomla/site canary at configuration.php:4"},
		"Magento, below its public folder": {map[string]string{"app/etc/env.php": `<?php
return [
    'session' => [
        'save' => 'redis',
        'redis' => [
            'host' => '127.0.0.1',
            'port' => '6380',
            'password' => '',
        ]
    ],
    'db' => [
        'table_prefix' => '',
        'connection' => [
            'default' => [
                'host' => 'db.internal',
                'dbname' => 'magento',
                'username' => 'magento',
                'password' => 'canary',
            ]
        ]
    ],
];
`}, "mysql db.internal:3306 magento/magento canary at env.php:15; redis 127.0.0.1:6380 /  at env.php:6"},
		"Nextcloud": {map[string]string{"web/occ": "", "web/config/config.php": `<?php
$CONFIG = array (
  'dbtype' => 'pgsql',
  'dbname' => 'nextcloud',
  'dbhost' => '127.0.0.1:5433',
  'dbuser' => 'oc_admin',
  'dbpassword' => 'canary',
  'redis' => array('host' => '/run/redis/redis.sock', 'port' => 0),
);
`}, "postgres 127.0.0.1:5433 oc_admin/nextcloud canary at config.php:5; redis unix:/run/redis/redis.sock /  at config.php:8"},
		"Moodle": {map[string]string{"web/lib/moodlelib.php": "", "web/config.php": `<?php
$CFG->dbtype    = 'mariadb';
$CFG->dbhost    = '127.0.0.1';
$CFG->dbname    = 'moodle';
$CFG->dbuser    = 'moodle';
$CFG->dbpass    = 'canary';
$CFG->dboptions = array ('dbpersist' => 0, 'dbport' => 3310, 'dbsocket' => '');
`}, "mysql 127.0.0.1:3310 moodle/moodle canary at config.php:3"},
		"MediaWiki": {map[string]string{"web/LocalSettings.php": "<?php\n$wgDBtype = \"mysql\";\n$wgDBserver = \"127.0.0.1\";\n$wgDBname = \"wiki\";\n$wgDBuser = \"wiki\";\n$wgDBpassword = \"canary\";\n"},
			"mysql 127.0.0.1:3306 wiki/wiki canary at LocalSettings.php:3"},
		"PrestaShop": {map[string]string{"web/app/config/parameters.php": "<?php return array (\n  'parameters' => array (\n    'database_host' => '127.0.0.1',\n    'database_port' => '',\n    'database_name' => 'ps',\n    'database_user' => 'ps',\n    'database_password' => 'canary',\n"},
			"mysql 127.0.0.1:3306 ps/ps canary at parameters.php:3"},
		"from the environment":     {map[string]string{"web/LocalSettings.php": "<?php\n$wgDBtype = \"mysql\";\n$wgDBserver = getenv('DB');\n$wgDBname = \"wiki\";\n"}, ""},
		"SQLite":                   {map[string]string{"web/LocalSettings.php": "<?php\n$wgDBtype = \"sqlite\";\n$wgDBserver = \"\";\n$wgDBname = \"wiki\";\n"}, ""},
		"another program's config": {map[string]string{"web/config.php": "<?php\n$CFG->dbtype = 'mysqli'; $CFG->dbhost = 'x'; $CFG->dbname = 'y';\n"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			tree := NewMemoryTree(time.Unix(0, 0))
			for file, text := range tt.files {
				tree.Write("/srv/"+file, []byte(text))
			}
			var got []string
			for _, s := range cmsStores(tree.Root(), "/srv/web") {
				s.settle(tree.Root())
				got = append(got, fmt.Sprintf("%s %s %s/%s %s at %s:%d", s.Kind, s.Address(), s.User, s.Name, s.password.text(), s.Where.File[strings.LastIndexByte(s.Where.File, '/')+1:], s.Where.Line))
			}
			if all := strings.Join(got, "; "); all != tt.want {
				t.Errorf("\n got %q\nwant %q", all, tt.want)
			}
		})
	}
}

func FuzzPHPSettings(f *testing.F) {
	f.Add("<?php /* $a = 'b'; */ $databases['x'] = ['host' => 'h', 'port' => 1];")
	f.Fuzz(func(t *testing.T, text string) {
		tree := NewMemoryTree(time.Unix(0, 0))
		tree.Write("/a.php", []byte(text))
		readPHPSettings(tree.Root(), "/a.php", "", map[string]placed{})
		readPHPSettings(tree.Root(), "/a.php", "$databases", map[string]placed{})
	})
}
