import type { Encryption } from '../../encryption/encryption.ts';
import { checkCount, checkTexts } from '../argument-limits.ts';
import { type ChangeRow, entriesOpener, openChange } from '../audit/rows.ts';
import type {
  FindingChange,
  FindingFilter,
  FindingKey,
  FindingOrder,
  FindingState,
  Findings,
  PatronFinding,
  WorkedFinding,
} from '../port.ts';
import { endOfTime, requireFound, type StoredTime } from '../rows.ts';
import type { JournalSql } from '../statements/index.ts';

interface FindingRow extends FindingKey {
  readonly state: FindingState;
  readonly version: number | string;
  readonly foundAt: StoredTime;
  readonly at: StoredTime;
  readonly sequence: string | null;
  readonly patronEncrypted: string | null;
  readonly evidenceEncrypted: string | null;
  readonly changedAt: StoredTime | null;
  readonly changeEncrypted: string | null;
}

/** Implements `Findings`. Patrons, evidence and changes are stored encrypted. */
export const findingsOf = (sql: JournalSql, encryption: Encryption): Findings => ({
  ...listsOf(sql, encryption),
  ...recordingOf(sql, encryption),
  ...workOf(sql, encryption),
});

type Work = 'patronsChanged' | 'changeFinding';
type Recording = 'recordPatronFindings';

function workOf(sql: JournalSql, encryption: Encryption): Pick<Findings, Work> {
  return {
    async patronsChanged(after, maxItems) {
      checkCount('accounts', maxItems);
      const rows =
        after === null
          ? (await sql.read<ChangeRow>('patronsChangedLatest', [maxItems])).toReversed()
          : await sql.read<ChangeRow>('changesAfter', [after, maxItems]);
      const last = rows.at(-1);
      const open = entriesOpener(encryption, openChange);
      // An entry about an erased patron is left out, because nobody can find out whom it is about.
      const known = rows.filter(({ sealed, key_encrypted: key }) => sealed === null || key !== null);
      return {
        patronIds: known.map((row) => open(row).patronId),
        last: last === undefined ? after : Number(last.number),
      };
    },
    async changeFinding({ id, kind }, { state, by, reason }: FindingChange, version) {
      checkTexts({ sub: by, reason });
      const change = encryption.encrypt(JSON.stringify({ by, reason }));
      return await sql.transact('changeFinding', function* ({ ask, last }) {
        ask('drawNumber', []);
        return (yield* last('changeFinding', [id, kind, state, change, version ?? null])).length > 0;
      });
    },
  };
}

function listsOf(sql: JournalSql, encryption: Encryption): Omit<Findings, Work | Recording> {
  const open = (encrypted: string | null) =>
    encrypted === null ? null : JSON.parse(encryption.decrypt(encrypted));
  const findingOf = (row: FindingRow): WorkedFinding => ({
    id: row.id,
    kind: row.kind,
    state: row.state,
    version: BigInt(row.version),
    foundAt: new Date(row.foundAt),
    at: new Date(row.at),
    sequence: row.sequence,
    patronId: row.patronEncrypted === null ? null : encryption.decrypt(row.patronEncrypted),
    evidence: open(row.evidenceEncrypted),
    changed:
      row.changedAt === null
        ? null
        : { by: null, reason: null, ...open(row.changeEncrypted), at: new Date(row.changedAt) },
  });
  return {
    async openFindingsOf(patronIds) {
      checkCount('accounts', patronIds.length);
      const keys = patronIds.map((patronId) => encryption.digest('patron', patronId));
      return (await sql.read<FindingRow>('openFindingsOf', [keys])).map(findingOf);
    },
    async findings(filter, order, after, maxItems) {
      checkCount('findings', maxItems);
      const { statement, beginning } = listings[order];
      const { foundAt, id, kind } = after ?? { foundAt: beginning, id: '', kind: '' };
      const values = [...filterValues(filter), foundAt, id, kind, maxItems];
      return (await sql.read<FindingRow>(statement, values)).map(findingOf);
    },
    async countFindings(filter) {
      const [row] = await sql.read<{ readonly count: number | string }>('countFindings', [
        ...filterValues(filter),
      ]);
      return Number(requireFound(row).count);
    },
    async findFinding({ id, kind }) {
      const [row] = await sql.read<FindingRow>('findFinding', [id, kind]);
      return row === undefined ? null : findingOf(row);
    },
  };
}

function recordingOf(sql: JournalSql, encryption: Encryption): Pick<Findings, Recording> {
  return {
    async recordPatronFindings(findings, until) {
      checkCount('accounts', findings.length);
      const rows = new Map(
        findings.map((finding) => {
          const row = patronFindingRow(encryption, finding);
          return [keyText(row), { finding, row }];
        }),
      );
      return await sql.transact('recordPatronFindings', function* ({ ask, last, commit }) {
        ask('drawNumber', []);
        const ids = [...rows.values()].map(({ row }) => row.id);
        const known = yield* ask<KnownRow>('statesOfFindings', [ids]);
        const knownByKey = new Map(known.map((row) => [keyText(row), row]));
        const given = [...rows].map(([key, one]) => ({ ...one, before: knownByKey.get(key) ?? null }));
        const changed = given.filter(({ before, finding }) => isChanged(encryption, before, finding));
        const isLater = ({ before }: (typeof given)[number]) =>
          until !== undefined && before !== null && BigInt(before.version) > until;
        const recorded = changed.filter((one) => !isLater(one));
        if (recorded.length === 0) {
          commit();
        } else {
          yield* last('recordPatronFindings', [JSON.stringify(recorded.map(({ row }) => row))]);
        }
        return {
          opened: recorded.filter(({ before }) => isOpened(before)).length,
          later: new Set(changed.filter(isLater).flatMap(({ finding }) => finding.patronId ?? [])),
        };
      });
    },
  };
}

type KnownRow = Pick<FindingRow, 'id' | 'kind' | 'state' | 'version' | 'evidenceEncrypted'>;

const isOpened = (before: KnownRow | null): boolean => before === null || before.state === 'RESOLVED';

/**
 * Returns whether recording a finding changes the stored one. It does if none is stored, if the stored one was
 * resolved, or if the stored one is not closed and has other evidence.
 */
const isChanged = (encryption: Encryption, before: KnownRow | null, { evidence }: PatronFinding): boolean =>
  before === null ||
  before.state === 'RESOLVED' ||
  (before.state !== 'CLOSED' &&
    (before.evidenceEncrypted === null ||
      encryption.decrypt(before.evidenceEncrypted) !== JSON.stringify(evidence)));

const listings = {
  LATEST_FOUND_FIRST: { statement: 'findingsLatestFirst', beginning: endOfTime },
  OLDEST_FOUND_FIRST: { statement: 'findingsOldestFirst', beginning: new Date(0) },
} as const satisfies Record<FindingOrder, object>;

const filterValues = ({ states, kinds }: FindingFilter) => [states, kinds] as const;

const keyText = ({ id, kind }: FindingKey): string => `${id} ${kind}`;

/**
 * The id of a finding about a patron: 22 characters of a keyed digest, as long as an operation's id. The same patron and
 * card give the same id, so that a finding is recorded once.
 */
export const patronFindingId = (
  encryption: Encryption,
  patronId: string | null,
  libraryCardNumber: string | null,
): string => encryption.digest('finding', `${patronId ?? ''} ${libraryCardNumber ?? ''}`).slice(0, 22);

function patronFindingRow(encryption: Encryption, { kind, patronId, evidence }: PatronFinding) {
  checkTexts({ patronId, libraryCardNumber: evidence.libraryCardNumber });
  const { event, loans } = evidence;
  return {
    id: patronFindingId(encryption, patronId, evidence.libraryCardNumber),
    kind,
    sequence: event?.sequence ?? null,
    at: event?.at ?? loans[0]?.since ?? new Date().toISOString(),
    patronKey: patronId === null ? null : encryption.digest('patron', patronId),
    patronEncrypted: patronId === null ? null : encryption.encrypt(patronId),
    evidenceEncrypted: encryption.encrypt(JSON.stringify(evidence)),
  };
}
