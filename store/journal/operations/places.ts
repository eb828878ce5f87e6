import type { Encryption } from '../../encryption/encryption.ts';
import { checkTexts, checkTimes, maxUnsettledDelayMs } from '../argument-limits.ts';
import { aboutPatron, decryptFields, encryptFields } from '../encrypted-rows.ts';
import type { Journal, Place, PlaceRequest, Places, Reservation } from '../port.ts';
import { decryptOperation, type OperationRow, requireFound, requireOperation } from '../rows.ts';
import type { JournalSql } from '../statements/index.ts';

/** An operation with a place of the patron. There may be many, so only these columns are read. */
interface HeldRow {
  readonly id: string;
  readonly state: OperationRow['state'];
  /** A keyed digest. */
  readonly patron_id: string;
  readonly sealed: string;
}

/** A merge in which the patron's record stays or leaves. `leavingKey` is the digest of the record that leaves. */
interface MergeKeys {
  readonly leavingKey: string;
}

export function placesOf(
  sql: JournalSql,
  encryption: Encryption,
): Pick<Journal, 'placesNow' | 'reserve' | 'releasePlace' | 'placesSince' | 'recentPlaces'> {
  const patronKeyOf = (patronId: string) => encryption.digest('patron', patronId);
  return {
    async placesNow(patronId, kind) {
      checkTexts({ patronId });
      const [row] = await sql.read<{
        readonly epoch: number | string | null;
        readonly holders: string | null;
        readonly merged_from: string | null;
        readonly merged_into: string | null;
      }>('placesNow', [patronKeyOf(patronId), kind]);
      const { epoch, holders, merged_from: mergedFrom, merged_into: mergedInto } = requireFound(row);
      return {
        epoch: BigInt(epoch ?? 0),
        holders: holders?.split(' ') ?? [],
        mergedFrom: (mergedFrom?.split(' ') ?? []).map(encryption.decrypt),
        mergedInto: mergedInto === null ? null : encryption.decrypt(mergedInto),
      };
    },
    reserve: async (id, place, decide) => await reserve(sql, encryption, id, place, decide),
    async releasePlace(id) {
      checkTexts({ id });
      await sql.write('releasePlace', [id]);
    },
    async placesSince(patronId, kind, since) {
      checkTexts({ patronId });
      const rows = await sql.read<HeldRow>('placesSince', [kind, patronKeyOf(patronId), since]);
      return decryptPlaces(encryption, rows);
    },
    async recentPlaces(patronIds, kind, withinMs) {
      for (const patronId of patronIds) {
        checkTexts({ patronId });
      }
      checkTimes({ withinMs });
      const patronKeys = patronIds.map(patronKeyOf);
      const rows = await sql.read<HeldRow>('recentPlaces', [kind, patronKeys, withinMs]);
      const rowsByPatron = Map.groupBy(rows, (row) => row.patron_id);
      return patronKeys.map((key) => decryptPlaces(encryption, rowsByPatron.get(key) ?? []));
    },
  };
}

/**
 * Reserves a place (a loan or a hold) for an operation in one transaction. Until the transaction ends, no other
 * operation of the patron can reserve or settle a place.
 */
async function reserve<Refusal>(
  sql: JournalSql,
  encryption: Encryption,
  id: string,
  place: PlaceRequest,
  decide: (places: Places) => Refusal | null,
): Promise<Reservation<Refusal>> {
  const { patronId, libraryCardNumber, subject, kind, since, mergedFrom } = place;
  const { sendWithinMs, arriveWithinMs, reconcileAfterMs } = place;
  checkTexts({ patronId, libraryCardNumber, subject });
  checkTimes({ sendWithinMs, arriveWithinMs });
  checkTimes({ reconcileAfterMs }, maxUnsettledDelayMs);
  const about = aboutPatron(encryption, patronId);
  return await sql.transact('reserve', function* ({ ask, last }) {
    const locked = ask<OperationRow>('lockOperation', [id]);
    ask('lockPatron', [id, about.key]);
    const merges = ask<MergeKeys>('mergesOf', [[about.key]]);
    const held = ask<HeldRow>('placesSince', [kind, about.key, since]);
    const row = requireOperation((yield* locked)[0]);
    if (row.state !== 'UNSETTLED') {
      return { kind: 'settled', operation: decryptOperation(encryption, row) } as const;
    }
    const read = new Set(mergedFrom.map((id) => encryption.digest('patron', id)));
    if ((yield* merges).some(({ leavingKey }) => !read.has(leavingKey))) {
      return { kind: 'merged' } as const;
    }
    // The operation's own place doesn't count. It has one if the caller has repeated the request after a lost answer.
    const others = (yield* held).filter((other) => other.id !== id);
    const refusal = decide(decryptPlaces(encryption, others));
    if (refusal !== null) {
      return { kind: 'refused', refusal } as const;
    }
    const { caller, reference } = decryptFields(encryption, row.sealed);
    const sealed = encryptFields(encryption, {
      caller,
      reference,
      place: { patronId, libraryCardNumber, subject },
    });
    const terms = [sendWithinMs, reconcileAfterMs, arriveWithinMs];
    const values = [id, about.key, kind, sealed, ...terms, about.encrypted];
    const [reserved] = yield* last<OperationRow>('reserve', values);
    return { kind: 'reserved', operation: decryptOperation(encryption, requireFound(reserved)) } as const;
  });
}

function decryptPlaces(encryption: Encryption, rows: readonly HeldRow[]): Places {
  const inState = (state: HeldRow['state']): readonly Place[] =>
    rows
      .filter((row) => row.state === state)
      .flatMap(({ id, sealed }) => {
        const { place } = decryptFields(encryption, sealed);
        if (place === null) {
          return [];
        }
        return [{ operationId: id, libraryCardNumber: place.libraryCardNumber, subject: place.subject }];
      });
  return { unsettled: inState('UNSETTLED'), doneSince: inState('DONE'), uncertain: inState('REFUSED') };
}
