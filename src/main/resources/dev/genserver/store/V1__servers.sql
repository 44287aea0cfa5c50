-- Keys are the natural ones, so that a shell shows what is there. Keys and names are compared byte by byte, which in
-- UTF-8 is by code point. What is large stands last: a listing then never reads it.

CREATE TABLE servers (
  kind ${key} NOT NULL,
  name ${key} NOT NULL,
  incarnation BIGINT NOT NULL,
  version BIGINT NOT NULL,
  form INTEGER NOT NULL,
  started_at BIGINT NOT NULL,
  epoch BIGINT NOT NULL,
  handled BIGINT NOT NULL,
  crashes INTEGER NOT NULL,
  restarts INTEGER NOT NULL,
  options TEXT NOT NULL,
  arguments TEXT NOT NULL,
  state TEXT NOT NULL,
  PRIMARY KEY (kind, name)
)${clustered};

-- How many servers of a kind there are, kept with every change so that nobody has to count.
CREATE TABLE server_counts (
  kind ${key} NOT NULL PRIMARY KEY,
  servers BIGINT NOT NULL
)${clustered};

CREATE TABLE entries (
  kind ${key} NOT NULL,
  name ${key} NOT NULL,
  tbl ${key} NOT NULL,
  key ${key} NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (kind, name, tbl, key)
)${clustered};

CREATE TABLE timers (
  kind ${key} NOT NULL,
  name ${key} NOT NULL,
  id ${key} NOT NULL,
  due BIGINT NOT NULL,
  every BIGINT,
  own BOOLEAN NOT NULL,
  sequence BIGINT NOT NULL,
  operation TEXT NOT NULL,
  arguments TEXT NOT NULL,
  PRIMARY KEY (kind, name, id)
)${clustered};

CREATE INDEX timers_due ON timers (due, kind, name);

CREATE TABLE answers (
  kind ${key} NOT NULL,
  name ${key} NOT NULL,
  key ${key} NOT NULL,
  at BIGINT NOT NULL,
  request TEXT NOT NULL,
  answer TEXT NOT NULL,
  PRIMARY KEY (kind, name, key)
)${clustered};

-- The process that owns all this: a single row.
CREATE TABLE owner (
  epoch BIGINT NOT NULL,
  process TEXT NOT NULL,
  since TEXT NOT NULL
);

INSERT INTO owner (epoch, process, since) VALUES (0, 'none', '');
