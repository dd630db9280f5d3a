// Package session gives requests a session: loaded on first use, stored when
// changed, just before the response head goes out.
package session
