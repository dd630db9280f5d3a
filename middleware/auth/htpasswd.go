package auth

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"hash/maphash"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gangplank-web/gangplank/middleware/internal/settings"
)

// HtpasswdConfig holds the settings of [OpenHtpasswd].
type HtpasswdConfig struct {
	_ [0]func()

	// File is required: lines "name:hash", as Apache's htpasswd -B writes them
	// (bcrypt), or with argon2id as a PHC string. Other kinds of hashes are
	// broken, and their accounts do not exist; a log line says so. Lines that
	// begin with "#" are comments. Of two lines for one name the first counts.
	File string

	// Groups names a file of lines "role: name name", as Apache's AuthGroupFile.
	Groups string

	// Logger says what is wrong with the files. Default: slog.Default().
	Logger *slog.Logger
}

// Validate reports all that is wrong with the settings.
func (cfg HtpasswdConfig) Validate() error {
	var f settings.Faults
	if cfg.File == "" {
		f.Add("File", "there is none")
	}
	return f.Join()
}

// Htpasswd is [Accounts] in files, which are read again when they have changed and
// nobody has written to them for a second. A file with more broken lines than
// before, or without any good one, is taken for half of one: what was there before
// holds until it is repaired, and the log says so. While a file cannot be read
// nobody can log in: that, and not emptying it, locks everybody out.
type Htpasswd struct {
	cfg  HtpasswdConfig
	seed maphash.Seed

	mu     sync.Mutex
	users  part[Account]
	groups part[member]
	now    *htpasswd
}

// part is what one of the files says.
type part[T any] struct {
	watched
	parse  func(content []byte) (lines []T, faults []error)
	lines  []T
	broken int // how many lines are
}

// htpasswd is what the files say.
type htpasswd struct {
	accounts map[string]Account
	hashes   []string // of all of them, in order
}

// OpenHtpasswd reads the files; an error says that they cannot be read. It panics
// if the settings are wrong.
func OpenHtpasswd(cfg HtpasswdConfig) (*Htpasswd, error) {
	settings.Check("auth: HtpasswdConfig", cfg.Validate())
	f := &Htpasswd{cfg: cfg, seed: maphash.MakeSeed()}
	f.users.name, f.users.parse = cfg.File, parseHtpasswd
	f.groups.name, f.groups.parse = cfg.Groups, parseGroups
	if _, err := f.current(); err != nil {
		return nil, err
	}
	return f, nil
}

// Account implements [Accounts]. For a name that there is not it has one of the
// file's hashes, always the same for a name, so that in a file of slow and fast
// hashes the time tells nothing either.
func (f *Htpasswd) Account(_ context.Context, name string) (Account, error) {
	now, err := f.current()
	if err != nil {
		return Account{}, err
	}
	account, ok := now.accounts[name]
	if !ok && len(now.hashes) > 0 {
		account.Hash = now.hashes[maphash.String(f.seed, name)%uint64(len(now.hashes))]
	}
	return account, nil
}

func (f *Htpasswd) current() (*htpasswd, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	now, log := time.Now(), cmp.Or(f.cfg.Logger, slog.Default())
	usersChanged, err := f.users.update(now, log)
	if err != nil {
		return nil, err
	}
	groupsChanged, err := f.groups.update(now, log)
	if err != nil {
		return nil, err
	}
	if usersChanged || groupsChanged || f.now == nil {
		f.now = join(f.users.lines, f.groups.lines)
	}
	return f.now, nil
}

// update reads the file if it has changed, and reports whether it says something
// else now.
func (p *part[T]) update(now time.Time, log *slog.Logger) (changed bool, err error) {
	first := p.info == nil
	if changed, err = p.look(now); !changed || err != nil {
		return false, err
	}
	lines, faults := p.parse(p.content)
	for _, fault := range faults {
		log.Warn("auth: "+fault.Error(), "file", p.name)
	}
	if !first && (len(faults) > p.broken || len(lines) == 0 && len(p.lines) > 0) {
		log.Error("auth: the file is broken; what it said before still holds", "file", p.name)
		return false, nil
	}
	p.lines, p.broken = lines, len(faults)
	return true, nil
}

func join(accounts []Account, members []member) *htpasswd {
	roles := make(map[string][]string)
	for _, m := range members {
		if !slices.Contains(roles[m.name], m.role) {
			roles[m.name] = append(roles[m.name], m.role)
		}
	}
	h := &htpasswd{accounts: make(map[string]Account, len(accounts))}
	for _, account := range accounts {
		account.Roles = roles[account.Name]
		h.accounts[account.Name] = account
		h.hashes = append(h.hashes, account.Hash)
	}
	return h
}

// parseHtpasswd returns the accounts in the order of their lines, and what is
// wrong with the others. A fault names the line, not what is in it.
func parseHtpasswd(content []byte) (accounts []Account, faults []error) {
	seen := make(map[string]bool)
	for number, line := range fileLines(content) {
		name, rest, ok := strings.Cut(line, ":")
		hash, _, _ := strings.Cut(rest, ":") // Apache permits more fields
		var fault string
		switch {
		case !ok || name == "" || len(name) > maxName || hasControl(name):
			fault = "not a name and a hash"
		case seen[name]:
			fault = "a second line for the same name"
		case checkHash(hash) != nil:
			fault = "neither bcrypt nor argon2id"
		}
		if fault != "" {
			faults = append(faults, fmt.Errorf("line %d: %s", number, fault))
			continue
		}
		seen[name] = true
		accounts = append(accounts, Account{Name: name, Hash: hash})
	}
	return accounts, faults
}

// member is a name that has a role.
type member struct{ role, name string }

// parseGroups returns the members in the order of their lines.
func parseGroups(content []byte) (members []member, faults []error) {
	for number, line := range fileLines(content) {
		role, names, ok := strings.Cut(line, ":")
		if role = strings.TrimSpace(role); !ok || role == "" {
			faults = append(faults, fmt.Errorf("line %d: not a role and names", number))
			continue
		}
		for name := range strings.FieldsSeq(names) {
			members = append(members, member{role, name})
		}
	}
	return members, faults
}

// fileLines yields the lines that say something, with their numbers.
func fileLines(content []byte) func(func(int, string) bool) {
	return func(yield func(int, string) bool) {
		number := 0
		for line := range bytes.Lines(content) {
			number++
			text := string(bytes.TrimRight(line, "\r\n\t "))
			if text != "" && text[0] != '#' && !yield(number, text) {
				return
			}
		}
	}
}
