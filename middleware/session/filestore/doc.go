// Package filestore keeps sessions in files: for one machine, with any number
// of processes, such as CGI programs that live for one request each.
//
//	store, err := filestore.Open(filestore.Config{Dir: "/var/lib/app/sessions"})
//	...
//	h := session.New(session.Config{Store: store, ...})(mux)
//
// # How it is kept
//
// A session is one file, written beside and renamed into place: a reader sees
// the old one or the new one, and a process that is killed leaves nothing torn.
// Its name is a hash of the key: nothing that a client sends becomes a path. The
// folder is opened once and all happens below it ([os.Root]), whatever the
// process's working directory or a symbolic link becomes later. Files have the
// mode 0600 and folders 0700; a folder that others may enter is refused.
//
// Changes are locked, reading is not. The 256 subfolders have a lock each,
// rather than each session: a lock's file can never be removed safely while
// somebody may be waiting for it, so these stay, and there are few. A lock is
// held for the time of one write, not of a request. It is flock's or Windows's,
// which the kernel opens when its holder dies; where there is neither (AIX,
// Solaris, Plan 9, js, wasip1) it is a file that is there or not, and thought to be
// left behind when it is half a minute old. NFS from Linux 2.6.12 on has flock; a
// network file system without it is no place for sessions.
//
// # What survives
//
// What Save and Delete have done survives the end of the process, in every
// manner. It survives a power failure only with [Config.Sync], for which both
// wait until the disk has it: less than a millisecond on good flash, tens of them on a
// disk that turns. Without it, a session saved in the last seconds may be gone, or
// be the one before; a file that is torn is found by its checksum, reported, and
// taken for no session. The danger is a Delete of the last seconds that is undone:
// a visitor who had logged out is logged in again. (ext4 and btrfs begin to write a
// file at once that is renamed over another: most of a Save's half millisecond
// there, and why little is lost in practice.)
//
// # What has expired
//
// No goroutine and no cron job is needed: one Save in [Config.CollectEvery], by
// chance, removes what has expired in a part of the store, so that it happens
// also where each process saves once. Collect removes it everywhere.
//
// Not protected: the files are not encrypted. Whoever can read the folder, which
// are root, the user that the program runs as, and on shared hosting often every
// other program of the same account, can read the sessions. Do not put it below
// the document root, nor into /tmp, where somebody else may be first.
package filestore
