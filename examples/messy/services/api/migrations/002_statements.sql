CREATE TABLE statements (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  account bigint NOT NULL REFERENCES accounts (id),
  made DATETIME NOT NULL DEFAULT now(),
  sent timestamptz
);
