import type { OperationRow } from '../../rows.ts';
import type { Syntax } from '../dialect.ts';
import { countedWith } from './merges.ts';

/**
 * A statement lists its result columns, and never uses `*`. With `*`, a prepared statement would fail after a migration
 * has added a column ("cached plan must not change result type").
 */
const columnNames = [
  'id',
  'kind',
  'fingerprint',
  'state',
  'is_concluded',
  'requested_at',
  'settled_at',
  'send_by',
  'certain_at',
  'certain_after_ms',
  'details',
  'result',
  'place_kind',
  'is_place_held',
  'sealed',
  'about_patron',
  'about_patron_encrypted',
] as const satisfies readonly (keyof OperationRow)[];

/**
 * The columns of an operation. `operationColumns` selects them from the table, with JSON as text. `operationNames`
 * selects them from a subquery of `operationColumns`.
 */
export const operationNames = columnNames.join(', ');
export const operationColumns = operationNames.replace(
  /details|result/g,
  (column) => `cast(${column} as text) as ${column}`,
);

/** The assignments that store the patron of an operation. An operation that has a patron already keeps it. */
export const aboutPatron = (key: string, encrypted: string) => `about_patron = coalesce(about_patron, ${key}),
  about_patron_encrypted = case when about_patron is null then ${encrypted} else about_patron_encrypted end`;

/**
 * A table `certain` with one row. `after_ms` is the time in ms until no request of the operation can be applied any
 * more. It contains circulation's drop time, which is 30 s until a process has stored another one. It is null if either
 * parameter is null.
 */
export const certainty = ({ schema }: Syntax, sendWithinMs: string, arriveWithinMs: string) =>
  `(select cast(${sendWithinMs} as integer) + cast(${arriveWithinMs} as integer)
      + coalesce((select drop_after_ms from ${schema}settings), 30000) as after_ms) as certain`;

export function operationStatements(syntax: Syntax) {
  const { schema, now, clock, later, inMs, isDurable, isEventual, forUpdate, forNoKeyUpdate } = syntax;
  const operations = `${schema}operations`;
  const patrons = `${schema}patron_epochs`;
  const begin = (condition: string) => `insert into ${operations}
      (id, caller, reference, kind, fingerprint, state, details, requested_at, send_by, look_at, certain_at, certain_after_ms,
        sealed, about_patron, about_patron_encrypted, is_part)
    select $1, $2, $3, $4, $5, 'UNSETTLED', $6, clock.now, ${later('clock.now', '$7')}, ${later('clock.now', '$8')},
      ${later('clock.now', 'certain.after_ms')}, certain.after_ms, $10, $11, $12, $13
    from ${clock}, ${certainty(syntax, '$7', '$9')}
    where ${condition} on conflict (caller, reference) do nothing returning ${operationColumns}`;
  /**
   * True if the operation can still be settled, and if its `send_by` is the one that the outcome was concluded from. It
   * can be settled while it is unsettled, and while its refusal is open to correction.
   */
  const isOpen = (isAnySendBy: string, sendBy: string) =>
    `(state = 'UNSETTLED' or is_concluded) and (${isAnySendBy} or send_by is not distinct from ${sendBy})`;
  return {
    begin: begin(isDurable),
    beginEventually: begin(isEventual),
    byReference: `select ${operationColumns} from ${operations} where caller = $1 and reference = $2`,
    byId: `select ${operationColumns} from ${operations} where id = $1`,
    saveDetails: `update ${operations} set details = case state when 'UNSETTLED' then $2 else details end
      where id = $1 returning id`,
    allowSending: `update ${operations} set details = $2, send_by = ${inMs('$3')}, look_at = ${inMs('$3')},
        certain_at = ${later(now, 'certain.after_ms')}, certain_after_ms = certain.after_ms, ${aboutPatron('$5', '$6')}
      from ${certainty(syntax, '$3', '$4')}
      where id = $1 and state = 'UNSETTLED' and send_by is null and ${isDurable} returning id`,
    // Locks the operation, and the patron in whose quota its place counts. `reserve` also locks the patron, so this
    // statement waits until the reservation is decided.
    lockToSettle: `with operation as materialized (select * from ${operations} where id = $1 ${forUpdate}),
      patron as materialized (
        select patron_id from ${patrons} where patron_id = (select ${countedWith(schema, 'operation.patron_id')} from operation) ${forNoKeyUpdate}
      )
      select ${operationColumns} from operation left join patron using (patron_id)`,
    // Adds 1 to the patron's epoch when the operation's place becomes `DONE`. Must run before `settle`: both statements
    // have the same condition, and `settle` changes the columns in it.
    raiseEpoch: `update ${patrons} set epoch = epoch + 1
      where patron_id = (
        select ${countedWith(schema, 'operations.patron_id')} from ${operations} where id = $1 and ${isOpen('$2', '$3')}
      )`,
    // Returns no row if the outcome is not accepted. An operation that is refused again keeps its first `settled_at`.
    settle: `update ${operations} set state = $2, result = $3, is_concluded = $4, look_at = ${inMs('$5')},
        epoch = case when $2 = 'DONE' then (
          select epoch from ${patrons} as patrons where patrons.patron_id = ${countedWith(schema, 'operations.patron_id')}
        ) end,
        is_place_held = $2 = 'REFUSED' and $11 and place_kind is not null,
        settled_at = case state when $2 then settled_at else ${now} end, details = coalesce($6, details),
        ${aboutPatron('$9', '$10')}
      where id = $1 and ${isOpen('$7', '$8')} returning ${operationColumns}`,
  } as const;
}
