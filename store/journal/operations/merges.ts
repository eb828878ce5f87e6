import type { Encryption } from '../../encryption/encryption.ts';
import { checkCount, checkTexts } from '../argument-limits.ts';
import type { MergedPatrons, MergeRefusal, PatronMerge } from '../port.ts';
import type { JournalSql } from '../statements/index.ts';

interface MergeRow {
  /** Keyed digests. */
  readonly leavingKey: string;
  readonly stayingKey: string;
  readonly leavingEncrypted: string;
  readonly stayingEncrypted: string;
  readonly operationId: string;
}

export function mergesIn(sql: JournalSql, encryption: Encryption): MergedPatrons {
  const keyOf = (patronId: string) => encryption.digest('patron', patronId);
  const { decrypt } = encryption;
  return {
    mergePatrons: (merge) => mergePatrons(sql, encryption, merge),
    async mergesOf(patronIds) {
      for (const patronId of patronIds) {
        checkTexts({ patronId });
      }
      const keys = patronIds.map(keyOf);
      const rows = await sql.read<MergeRow>('mergesOf', [keys]);
      return keys.map((key) => {
        const own = rows.find(({ leavingKey }) => leavingKey === key);
        const others = rows.filter(({ stayingKey }) => stayingKey === key);
        return {
          into: own === undefined ? null : decrypt(own.stayingEncrypted),
          from: others.map(({ leavingEncrypted }) => decrypt(leavingEncrypted)),
        };
      });
    },
    async openMerges(after, maxItems) {
      checkCount('accounts', maxItems);
      const rows = await sql.read<MergeRow>('openMerges', [after ?? '', maxItems]);
      return rows.map(({ leavingKey: position, leavingEncrypted, stayingEncrypted, operationId }) => ({
        position,
        merge: { leavingId: decrypt(leavingEncrypted), stayingId: decrypt(stayingEncrypted), operationId },
      }));
    },
    async closeMerge(leavingId) {
      checkTexts({ patronId: leavingId });
      await sql.write('closeMerge', [keyOf(leavingId)]);
    },
  };
}

async function mergePatrons(
  sql: JournalSql,
  encryption: Encryption,
  { leavingId, stayingId, operationId }: PatronMerge,
): Promise<MergeRefusal | null> {
  for (const patronId of [leavingId, stayingId]) {
    checkTexts({ patronId });
  }
  checkTexts({ id: operationId });
  const [leaving, staying] = [encryption.digest('patron', leavingId), encryption.digest('patron', stayingId)];
  return await sql.transact('mergePatrons', function* ({ ask, last }) {
    // All merges lock their two records in the same order, so that they can't deadlock.
    for (const key of [leaving, staying].toSorted()) {
      ask('lockRecord', [key]);
    }
    const rows = yield* ask<MergeRow>('mergesOf', [[leaving, staying]]);
    const own = rows.find(({ leavingKey }) => leavingKey === leaving);
    if (own !== undefined) {
      const isRepeated = own.operationId === operationId && own.stayingKey === staying;
      return isRepeated ? null : 'LEAVING_MERGED';
    }
    const refusal = refusalIn(rows, leaving, staying);
    if (refusal !== null) {
      return refusal;
    }
    ask('joinEpochs', [leaving, staying]);
    const numbers = [encryption.encrypt(leavingId), encryption.encrypt(stayingId)];
    yield* last('insertMerge', [leaving, staying, ...numbers, operationId]);
    return null;
  });
}

/** The reason for which the two records can't be merged: a chain of merges would result. Null if they can. */
function refusalIn(rows: readonly MergeRow[], leaving: string, staying: string): MergeRefusal | null {
  if (rows.some(({ leavingKey }) => leavingKey === staying)) {
    return 'STAYING_MERGED';
  }
  return rows.some(({ stayingKey }) => stayingKey === leaving) ? 'OTHERS_MERGED' : null;
}
