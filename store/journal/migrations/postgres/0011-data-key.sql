-- What rows are encrypted and digested with is a data key, which stands here, sealed with a secret: to change the secret, nothing
-- else changes. `proof` tells the data key from others, as it told the secret. In a database of before this, the secret is the data
-- key: it is sealed as the journal is opened, and older processes that run on find what they know.
alter table patron_graph.secrets
  -- Tells the secret that seals from others.
  add column data_key_sealed_by text,
  add column data_key_sealed text,
  add constraint secrets_data_key_check check ((data_key_sealed_by is null) = (data_key_sealed is null)),
  -- The key to pseudonyms never changes. This tells it from others.
  add column pseudonym_key_proof text,
  -- The key, encrypted with the data key; null where it stands in the environment.
  add column pseudonym_key_encrypted text,
  add constraint secrets_pseudonym_key_check check (pseudonym_key_proof is not null or pseudonym_key_encrypted is null);
