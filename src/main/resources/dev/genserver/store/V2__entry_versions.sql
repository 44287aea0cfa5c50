-- The server's version with which an entry was last put; 0: it was put before that was written down.
ALTER TABLE entries ADD COLUMN version BIGINT NOT NULL DEFAULT 0;
