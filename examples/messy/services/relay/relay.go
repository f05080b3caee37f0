// Package relay names the messages that are passed on.
package relay

import "github.com/google/uuid"

// Name gives a message a stable identity: the same text has the same name.
func Name(text string) string {
	return uuid.NewSHA1(uuid.NameSpaceURL, []byte(text)).String()
}
