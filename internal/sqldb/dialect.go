package sqldb

import (
	"database/sql"
	"regexp"
	"strings"
	"sync"
)

// dialect is what differs between the databases. Everything else is written so
// that both understand it.
type dialect int

const (
	sqlite dialect = iota
	postgres
)

// query turns $1, $2, … into what the database binds by number.
func (d dialect) query(q string) string {
	if d == postgres {
		return q
	}
	if known, ok := byNumber.Load(q); ok {
		return known.(string)
	}
	text := numbered.ReplaceAllString(q, "?$1")
	byNumber.Store(q, text)
	return text
}

// numbered finds $1, $2, …: SQLite binds ?1, ?2 by number, but $1 by name.
var numbered = regexp.MustCompile(`\$([0-9]+)`)

// byNumber keeps the texts in SQLite's form. They are constants of the source,
// so it does not grow.
var byNumber sync.Map

// Words of SQLite's CREATE TABLE and what PostgreSQL says for them. Text is
// compared byte by byte, as SQLite does, whatever the server's language.
var (
	tableOptions = regexp.MustCompile(`\)\s*(?:STRICT|WITHOUT ROWID)(?:,\s*(?:STRICT|WITHOUT ROWID))?\s*;`)
	columnTypes  = regexp.MustCompile(`\b(BLOB|INTEGER|TEXT|REAL)\b`)
	inPostgres   = map[string]string{"BLOB": "BYTEA", "INTEGER": "BIGINT", "TEXT": `TEXT COLLATE "C"`, "REAL": "DOUBLE PRECISION"}
)

// schema turns a migration's text into the database's own words.
func (d dialect) schema(text string) string {
	if d == sqlite {
		return text
	}
	var plain strings.Builder // without comments, which may contain such words
	for line := range strings.Lines(text) {
		before, _, cut := strings.Cut(line, "--")
		plain.WriteString(before)
		if cut {
			plain.WriteString("\n")
		}
	}
	text = tableOptions.ReplaceAllString(plain.String(), ");")
	return columnTypes.ReplaceAllStringFunc(text, func(word string) string { return inPostgres[word] })
}

// writing are the options of a write transaction; SQLite has one writer anyhow.
func (d dialect) writing() *sql.TxOptions {
	if d == postgres {
		return &sql.TxOptions{Isolation: sql.LevelSerializable}
	}
	return nil
}

// reading are the options of a snapshot.
func (d dialect) reading() *sql.TxOptions {
	if d == postgres {
		return &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
	}
	return nil // the reader's connections only read
}
