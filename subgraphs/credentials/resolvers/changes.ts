/** The subscriptions of this subgraph: applications and cards for staff, and the standing of readers for a partner. */
import type { LogRow, Operation } from '../../../store/journal/port.ts';
import { type Followed, follow, startOf } from '../../operations/changes/follow.ts';
import { findRequested } from '../../operations/ledger.ts';
import { changedApplication } from '../../operations/results/card-results.ts';
import { requireRead } from '../../runtime/caller.ts';
import { badInput } from '../../runtime/pagination.ts';
import { eventItself, type SourceEvent } from '../../runtime/streams/subscribe.ts';
import type { CredentialsContext } from '../context.ts';
import { pseudonymOf } from '../partners/pseudonym.ts';
import { partnerOf } from '../partners/verify-patron.ts';
import { readerStanding } from '../sign-in/reader-standing.ts';
import { readableApplication } from './applications.ts';

interface FromCursors {
  readonly after?: readonly string[] | null;
}

const ofApplications: ReadonlySet<string> = new Set([
  'SUBMIT_APPLICATION',
  'APPROVE_APPLICATION',
  'REJECT_APPLICATION',
  'DECIDE_APPLICATION',
  'WITHDRAW_APPLICATION',
  'REJECT_APPLICATIONS',
]);
const ofCards: ReadonlySet<string> = new Set([
  'REPORT_LOSS',
  'REPLACE_CREDENTIAL',
  'DISCONTINUE_SMART_ID',
  'SURRENDER_LIBRARY_CARD',
  'MERGE_PATRONS',
]);
/** The kinds of operations after which a patron may have gained or lost good standing (R28). */
const ofStanding: ReadonlySet<string> = new Set([
  ...ofCards,
  'APPROVE_APPLICATION',
  'DECIDE_APPLICATION',
  'SUSPEND_PATRON',
  'LIFT_SUSPENSION',
  'CLOSE_PATRON',
  'REOPEN_PATRON',
]);

interface CredentialChange {
  readonly kind: string;
  readonly state: Operation['state'];
  readonly operationId: string;
}

async function credentialChanges(
  _: unknown,
  { after = null }: FromCursors,
  { caller, services, signal }: CredentialsContext,
): Promise<AsyncIterable<SourceEvent>> {
  requireRead(caller, null, ['credentials:read', 'applications:decide']);
  const seesCards = caller.scopes.has('credentials:read');
  const followed: Followed = { caller, field: 'credentialChanges', args: {}, after, signal };
  const start = await startOf(services, followed);
  return follow(services, start, followed, async ({ operation }): Promise<CredentialChange | null> => {
    const { kind = '', state = 'UNSETTLED', id = '' } = operation ?? {};
    const isShown = ofApplications.has(kind) || (seesCards && ofCards.has(kind));
    return isShown ? { kind, state, operationId: id } : null;
  });
}

/**
 * The maximum number of readers in one subscription. The gateway's limit for a request's body would allow twenty times
 * more.
 */
const maxPseudonyms = 1_000;

interface StandingChange {
  readonly pseudonym: string;
  readonly patronId: string;
}

async function standingChanges(
  _: unknown,
  { pseudonyms, after = null }: FromCursors & { readonly pseudonyms: readonly string[] },
  { caller, services, signal }: CredentialsContext,
): Promise<AsyncIterable<SourceEvent>> {
  requireRead(caller, null, ['partner:verify']);
  const partner = partnerOf(caller);
  const named = new Set(pseudonyms);
  if (named.size < 1 || named.size > maxPseudonyms) {
    throw badInput(`\`pseudonyms\` must name 1 to ${maxPseudonyms} readers.`);
  }
  const args = { pseudonyms: [...named].sort() };
  const followed: Followed = { caller, field: 'standingChanges', args, after, signal };
  const start = await startOf(services, followed);
  return follow(services, start, followed, async ({ operation }): Promise<StandingChange | null> => {
    for (const patronId of await patronsWithNewStanding(operation, services)) {
      const pseudonym = pseudonymOf(services.pseudonymKey, partner, patronId);
      if (named.has(pseudonym)) {
        return { pseudonym, patronId };
      }
    }
    return null;
  });
}

/**
 * The numbers of all records of the operation's patron: the record that stays, and the records that were merged into
 * it. A partner may know the reader by any of them. The log has only a digest of the patron, so the patron is read from
 * the journal.
 */
async function patronsWithNewStanding(
  operation: LogRow['operation'],
  { journal, merged }: CredentialsContext['services'],
): Promise<readonly string[]> {
  if (operation === null || operation.state === 'UNSETTLED' || !ofStanding.has(operation.kind)) {
    return [];
  }
  const { patronId = null } = (await journal.findById(operation.id)) ?? {};
  if (patronId === null) {
    return [];
  }
  const [ofPatron] = await merged.mergesOf([patronId]);
  const stays = ofPatron?.into ?? patronId;
  const [ofStaying] = stays === patronId ? [ofPatron] : await merged.mergesOf([stays]);
  return [...new Set([patronId, stays, ...(ofStaying?.from ?? [])])];
}

export const subscriptions = {
  credentialChanges: { subscribe: credentialChanges, resolve: eventItself },
  standingChanges: { subscribe: standingChanges, resolve: eventItself },
};

export const changeResolvers = {
  CredentialChange: {
    async application({ operationId }: CredentialChange, _args: unknown, context: CredentialsContext) {
      const operation = await findRequested(context.services, operationId);
      const id = operation === null ? null : changedApplication(operation);
      return id === null ? null : await readableApplication(id, context);
    },
  },
  StandingChange: {
    async inGoodStanding({ patronId }: StandingChange, _args: unknown, context: CredentialsContext) {
      const { services, caller, signal, now } = context;
      const asked = { patronId, partner: partnerOf(caller), now };
      return (await readerStanding(services, asked, signal)).inGoodStanding;
    },
  },
};
