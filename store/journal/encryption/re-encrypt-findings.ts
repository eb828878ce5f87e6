import type { Encryption } from '../../encryption/encryption.ts';
import type { Asking, RunText } from '../../sql.ts';
import { patronFindingId } from '../books/findings.ts';
import { suspectKey } from '../books/suspects.ts';
import type { Evidence, SuspectKind } from '../port.ts';
import type { Dialect } from '../statements/dialect.ts';

interface FindingRow {
  readonly id: string;
  readonly kind: string;
  readonly patron: string | null;
  readonly evidence: string | null;
  readonly change: string | null;
}

/**
 * Encrypts the findings about patrons again, with new digests. Also encrypts the last change of every finding again,
 * because it names a member of staff.
 */
export function* reencryptFindings(
  run: RunText,
  { schema, rowsOf }: Dialect,
  from: Encryption,
  to: Encryption,
): Asking<void> {
  const again = (encrypted: string | null) =>
    encrypted === null ? null : to.encrypt(from.decrypt(encrypted));
  const rows = yield* run<FindingRow>(
    `select operation_id as id, discrepancy as kind, patron_encrypted as patron, evidence_encrypted as evidence,
      change_encrypted as change from ${schema}findings where evidence_encrypted is not null or change_encrypted is not null`,
  );
  const encryptedRows = rows.map(({ id, kind, patron, evidence, change }) => {
    const patronId = patron === null ? null : from.decrypt(patron);
    return {
      id,
      kind,
      newId: evidence === null ? id : newIdOf(to, patronId, from.decrypt(evidence)),
      patronKey: patronId === null ? null : to.digest('patron', patronId),
      patron: again(patron),
      evidence: again(evidence),
      change: again(change),
    };
  });
  const columns = {
    id: 'text',
    kind: 'text',
    newId: 'text',
    patronKey: 'text',
    patron: 'text',
    evidence: 'text',
    change: 'text',
  } as const;
  yield* run(
    `update ${schema}findings set operation_id = given."newId", patron_id = given."patronKey",
      patron_encrypted = given.patron, evidence_encrypted = given.evidence, change_encrypted = given.change
    from ${rowsOf('$1', columns)} where findings.operation_id = given.id and findings.discrepancy = given.kind`,
    [JSON.stringify(encryptedRows)],
  );
}

function newIdOf(to: Encryption, patronId: string | null, evidenceText: string): string {
  const { libraryCardNumber }: Evidence = JSON.parse(evidenceText);
  return patronFindingId(to, patronId, libraryCardNumber);
}

/**
 * Stores the events about cards under the cards' new digests. They can't be read again instead, because circulation no
 * longer has all of them.
 */
export function* reencryptCardEvents(
  run: RunText,
  { schema, rowsOf }: Dialect,
  from: Encryption,
  to: Encryption,
): Asking<void> {
  const rows = yield* run<{ readonly card: string; readonly encrypted: string }>(
    `select card, min(card_encrypted) as encrypted from ${schema}card_events group by card`,
  );
  const encryptedRows = rows.map(({ card, encrypted }) => {
    const libraryCardNumber = from.decrypt(encrypted);
    return {
      card,
      newCard: to.digest('card', libraryCardNumber),
      encrypted: to.encrypt(libraryCardNumber),
    };
  });
  yield* run(
    `update ${schema}card_events set card = given."newCard", card_encrypted = given.encrypted
    from ${rowsOf('$1', { card: 'text', newCard: 'text', encrypted: 'text' })} where card_events.card = given.card`,
    [JSON.stringify(encryptedRows)],
  );
}

/** Encrypts the suspects (patrons and cards to examine) again, with new digests. */
export function* reencryptSuspects(
  run: RunText,
  { schema, rowsOf }: Dialect,
  from: Encryption,
  to: Encryption,
): Asking<void> {
  const rows = yield* run<{
    readonly kind: SuspectKind;
    readonly subject: string;
    readonly encrypted: string;
  }>(`select kind, subject, subject_encrypted as encrypted from ${schema}suspects`);
  const encryptedRows = rows.map(({ kind, subject, encrypted }) => {
    const number = from.decrypt(encrypted);
    return { kind, subject, newSubject: suspectKey(to, kind, number), encrypted: to.encrypt(number) };
  });
  const columns = { kind: 'text', subject: 'text', newSubject: 'text', encrypted: 'text' } as const;
  yield* run(
    `update ${schema}suspects set subject = given."newSubject", subject_encrypted = given.encrypted
    from ${rowsOf('$1', columns)} where suspects.kind = given.kind and suspects.subject = given.subject`,
    [JSON.stringify(encryptedRows)],
  );
}

/** Encrypts `standing_blocks` again, with new digests: the cards that a suspension or a closing has blocked. */
export function* reencryptStandingBlocks(
  run: RunText,
  { schema, rowsOf }: Dialect,
  from: Encryption,
  to: Encryption,
): Asking<void> {
  const rows = yield* run<Record<'patron' | 'card' | 'patronEncrypted' | 'cardEncrypted', string>>(
    `select patron_id as patron, card, patron_encrypted as "patronEncrypted", card_encrypted as "cardEncrypted"
    from ${schema}standing_blocks`,
  );
  const encryptedRows = rows.map(({ patron, card, patronEncrypted, cardEncrypted }) => {
    const [patronId, libraryCardNumber] = [from.decrypt(patronEncrypted), from.decrypt(cardEncrypted)];
    return {
      patron,
      card,
      newPatron: to.digest('patron', patronId),
      newCard: to.digest('card', libraryCardNumber),
      patronEncrypted: to.encrypt(patronId),
      cardEncrypted: to.encrypt(libraryCardNumber),
    };
  });
  const columns = {
    patron: 'text',
    card: 'text',
    newPatron: 'text',
    newCard: 'text',
    patronEncrypted: 'text',
    cardEncrypted: 'text',
  } as const;
  yield* run(
    `update ${schema}standing_blocks set patron_id = given."newPatron", card = given."newCard",
      patron_encrypted = given."patronEncrypted", card_encrypted = given."cardEncrypted"
    from ${rowsOf('$1', columns)} where standing_blocks.patron_id = given.patron and standing_blocks.card = given.card`,
    [JSON.stringify(encryptedRows)],
  );
}
