/** All the SQL of a service's state, except its tables. Both databases have the same statements. */

/** `schema` is the prefix of a table's name. */
export function createStatements(schema: '' | `${string}.`) {
  const items = `${schema}items`;
  const keys = `${schema}keys`;
  const insert = `insert into ${items} (key, kind, uid_key, grant_key, sealed, expires_at, consumed_at)
    values ($1, $2, $3, $4, $5, $6, null) on conflict (key) do`;
  const found = `select key, sealed, consumed_at from ${items} where`;
  return {
    save: `${insert} update set uid_key = excluded.uid_key, grant_key = excluded.grant_key, sealed = excluded.sealed,
      expires_at = excluded.expires_at, consumed_at = null returning key`,
    /** Replaces an existing item only if it has expired. $7 is now. */
    add: `${insert} update set uid_key = excluded.uid_key, grant_key = excluded.grant_key, sealed = excluded.sealed,
      expires_at = excluded.expires_at, consumed_at = null where items.expires_at <= $7 returning key`,
    /** $7 is now. A consumed item stays consumed. */
    replace: `update ${items} set uid_key = $3, grant_key = $4, sealed = $5, expires_at = $6
      where key = $1 and kind = $2 and expires_at > $7 returning key`,
    find: `${found} key = $1 and expires_at > $2`,
    findByUid: `${found} uid_key = $1 and expires_at > $2`,
    list: `${found} kind = $1 and expires_at > $2`,
    consume: `update ${items} set consumed_at = $2 where key = $1 and consumed_at is null and expires_at > $2
      returning key`,
    remove: `delete from ${items} where key = $1 returning key`,
    /** The owner's column is called `grant_key`, because grants were the only owners at first. */
    listOwned: `${found} kind = $1 and grant_key = $2 and expires_at > $3`,
    removeOwned: `delete from ${items} where kind = $1 and grant_key = $2 returning key`,
    removeExpired: `delete from ${items} where key in
      (select key from ${items} where expires_at <= $1 order by expires_at limit $2) returning key`,
    /** Counts at most $2 rows. $3 is now. */
    count: `select count(*) as count from
      (select 1 as one from ${items} where kind = $1 and expires_at > $3 and consumed_at is null limit $2) as counted`,
    /** The owners with the most items that are neither expired nor consumed. $2 is now. */
    largestOwners: `select grant_key as owner, count(*) as count from ${items}
      where kind = $1 and expires_at > $2 and consumed_at is null and grant_key is not null
      group by grant_key order by count(*) desc limit $3`,
    /** Removes $3 items of an owner. The items that expire first are removed first. */
    removeOldest: `delete from ${items} where key in
      (select key from ${items} where kind = $1 and grant_key = $2 and consumed_at is null
        order by expires_at limit $3) returning key`,
    readKeys: `select proof, data_key_sealed_by, data_key_sealed from ${keys}`,
    addKeys: `insert into ${keys} (id, proof, data_key_sealed_by, data_key_sealed) values (1, $1, $2, $3)
      on conflict (id) do nothing returning id`,
    sealKeys: `update ${keys} set data_key_sealed_by = $1, data_key_sealed = $2 returning id`,
  } as const;
}

export type StatementName = keyof ReturnType<typeof createStatements>;
