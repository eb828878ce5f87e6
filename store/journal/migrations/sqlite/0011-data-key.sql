-- Rows are encrypted and digested with a data key. The data key is stored here, sealed with a secret. To change the
-- secret, only the data key is sealed again. `proof` identifies the data key. Before this migration, `proof`
-- identified the secret. In an older database, the secret becomes the data key. That key is sealed when the journal
-- is opened. So older processes that still run can read all rows with the secret, and `proof` is still the one that
-- they expect.
--
-- `data_key_sealed_by` identifies the secret that seals the data key.
alter table secrets add column data_key_sealed_by text;
alter table secrets add column data_key_sealed text check ((data_key_sealed_by is null) = (data_key_sealed is null));
-- Identifies the key for pseudonyms, which never changes.
alter table secrets add column pseudonym_key_proof text;
-- The key for pseudonyms, encrypted with the data key. Null if the key is in the environment.
alter table secrets add column pseudonym_key_encrypted text
  check (pseudonym_key_proof is not null or pseudonym_key_encrypted is null);
