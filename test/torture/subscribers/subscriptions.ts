/** The kinds of subscribers, and how each begins: with a query for the cursor to follow from. */
import { z } from 'zod';
import type { Encryption } from '../../../store/encryption/encryption.ts';
import { signedInKey } from '../../../subgraphs/operations/ledger.ts';
import type { PostgresDatabase } from '../../support/postgres.ts';
import type { Random } from '../random.ts';
import type { LegacyRecords } from '../system/legacy-records.ts';
import { issuer } from '../workload/actions.ts';
import type { ClientLog } from '../workload/client.ts';
import type { PatronGroup } from '../workload/patron-groups.ts';
import { ask, type Question } from './ask-as.ts';
import type { Person, StreamView } from './followed-stream.ts';
import { type Gateways, type SubscriberClaims, signToken } from './gateways.ts';
import { readLogState } from './read-log.ts';
import { type StationService, stationClaims, stationIds } from './station-service.ts';
import type { Subscription } from './subscriber.ts';

export const subscriberKinds = [
  'library',
  'reader',
  'operation',
  'standing',
  'kinds',
  'credentials',
  'patron',
  'branch',
  'station',
] as const;
export type SubscriberKind = (typeof subscriberKinds)[number];

/** The run that subscribers follow. */
export interface FollowedRun {
  readonly records: LegacyRecords;
  readonly groups: readonly PatronGroup[];
  readonly log: Pick<ClientLog, 'asked'>;
}

/** What subscriptions are made of. */
export interface SubscriptionSources {
  readonly context: FollowedRun;
  readonly group: () => PatronGroup;
  readonly gateways: Gateways;
  readonly stations: StationService;
  readonly database: PostgresDatabase;
  readonly encryption: Encryption;
  readonly random: Random;
}

/** Makes the subscription of a new subscriber. Null if that is not possible now: a system is down, or nothing fits. */
export type Subscribe = (name: string, sources: SubscriptionSources) => Promise<Subscription | null>;

const followedKinds = ['OPERATION', 'LOAN_BEGUN', 'LOAN_ENDED'];
const staffScope = 'circulation:read credentials:read applications:decide';
const ofLibrary = `subscription ($after: [String!], $filter: LibraryChangeFilter) {
  libraryChanges(after: $after, filter: $filter) { id cursor }
}`;
const libraryCursor = '{ list: operations(first: 1, filter: { state: UNSETTLED }) { changesCursor } }';

/** A staff member who follows the library. `chosen` gives the filter and what is told with it. */
const ofStaff =
  (
    chosen: (sources: SubscriptionSources) => {
      readonly filter: object | null;
      readonly view: () => StreamView;
    },
  ): Subscribe =>
  (name, sources) => {
    const { filter, view } = chosen(sources);
    return begun(sources, {
      ...{ name, view, field: 'libraryChanges', query: ofLibrary, variables: { filter } },
      claims: { subject: name, scope: staffScope },
      cursor: { query: libraryCursor, variables: {} },
    });
  };

const library = (kinds: readonly string[] | null, branch: string | null) => () => ({
  filter: kinds === null && branch === null ? null : { kind: kinds, branch },
  view: (): StreamView => ({ of: 'library', kinds, branch }),
});

export const subscribeAs: Readonly<Record<SubscriberKind, Subscribe>> = {
  library: ofStaff(library(null, null)),
  kinds: ofStaff(library(followedKinds, null)),
  branch: ofStaff(library(null, 'HKCL')),
  patron: ofStaff((sources) => {
    const patronId = sources.random.pick(sources.group().patronIds);
    return { filter: { patronId }, view: () => ({ of: 'patron', person: personOf(sources, patronId) }) };
  }),
  reader(name, sources) {
    const patronId = sources.random.pick(sources.group().patronIds);
    return begun(sources, {
      ...{ name: `${name} ${patronId}`, field: 'myChanges', variables: {} },
      query: 'subscription ($after: [String!]) { myChanges(after: $after) { id cursor } }',
      view: () => ({ of: 'reader', person: personOf(sources, patronId) }),
      claims: { subject: patronId, patronId },
      cursor: { query: '{ list: me { changesCursor } }', variables: {} },
    });
  },
  credentials: (name, sources) =>
    begun(sources, {
      ...{ name, field: 'credentialChanges', variables: {} },
      query: 'subscription ($after: [String!]) { credentialChanges(after: $after) { id cursor } }',
      view: () => ({ of: 'credentials' }),
      claims: { subject: name, scope: staffScope },
      cursor: { query: '{ list: lossReports(first: 1) { changesCursor } }', variables: {} },
    }),
  async standing(name, sources) {
    const claims = { subject: name, clientId: 'ebooks', scope: 'partner:verify' };
    const { records } = sources.context;
    const known: { readonly patronId: string; readonly pseudonym: string; readonly cursor: string }[] = [];
    for (const patronId of sources.group().patronIds.slice(0, 4)) {
      const [card] = records
        .cardsOf(patronId)
        .filter(({ status, pin }) => status === 'ACT' && pin === knownPin);
      const input = { libraryCardNumber: card?.cardNo ?? '', pin: knownPin };
      const found =
        card === undefined ? null : await ask(sources, claims, { query: verify, variables: { input } });
      const verified = verifiedPatron.safeParse(found).data?.verifyPatron;
      known.push(
        ...(verified === undefined
          ? []
          : [{ patronId, pseudonym: verified.pseudonym, cursor: verified.changesCursor }]),
      );
    }
    const [first] = known;
    return first === undefined
      ? null
      : {
          ...{ name, field: 'standingChanges', after: first.cursor },
          query: `subscription ($after: [String!], $pseudonyms: [ID!]!) {
            standingChanges(after: $after, pseudonyms: $pseudonyms) { id cursor }
          }`,
          variables: { pseudonyms: known.map(({ pseudonym }) => pseudonym) },
          token: await signToken(sources.gateways, claims),
          from: (await readLogState(sources.database)).last_number,
          view: () => ({
            of: 'standing',
            persons: known.map(({ patronId }) => personOf(sources, patronId)),
          }),
        };
  },
  async station(name, sources) {
    const station = sources.random.pick(stationIds);
    const after = await sources.stations.record(sources, station, name.replaceAll(/\W/g, '-'));
    return after === null
      ? null
      : {
          ...{ name: `${name} ${station}`, field: 'stationChanges', after },
          query: 'subscription ($after: [String!]) { stationChanges(after: $after) { id cursor } }',
          variables: {},
          token: await signToken(sources.gateways, stationClaims(station)),
          from: (await readLogState(sources.database)).last_number,
          view: () => ({ of: 'station', station }),
        };
  },
  async operation(name, sources) {
    const latest = sources.context.log.asked.slice(-followedOfLast);
    if (latest.length === 0) {
      return null;
    }
    const { caller, reference } = sources.random.pick(latest);
    const { encryption } = sources;
    const subject = subjectOf(caller);
    return {
      ...{ name: `${name} ${reference}`, field: 'operationChanges', variables: { reference } },
      query: `subscription ($after: [String!], $reference: ID!) {
        operationChanges(after: $after, reference: $reference) { id cursor state }
      }`,
      after: null,
      token: await signToken(sources.gateways, { subject, scope: 'station' }),
      from: 0,
      view: () => ({
        of: 'operation',
        caller: encryption.digest('caller', signedInKey({ issuer, subject })),
        reference: encryption.digest('reference', reference),
      }),
    };
  },
};

/** One of the operations that were asked for last is followed. */
const followedOfLast = 20;
/** The PIN of all cards at the beginning of a run. */
const knownPin = '1234';
const verify = `mutation ($input: VerifyPatronInput!) {
  verifyPatron(input: $input) { pseudonym changesCursor }
}`;
const verifiedPatron = z.object({
  verifyPatron: z.object({ pseudonym: z.string(), changesCursor: z.string() }),
});

/** The subject of a caller's key in the journal: `subject ["issuer","subject"]`. */
const subjectOf = (callerKey: string): string =>
  z.tuple([z.string(), z.string()]).parse(JSON.parse(callerKey.slice('subject '.length)))[1];

/** Asks for the cursor, and then where the log is: the subscriber must be told everything after that. */
async function begun(
  sources: SubscriptionSources,
  {
    claims,
    cursor,
    ...subscription
  }: Omit<Subscription, 'after' | 'from' | 'token'> & {
    readonly claims: SubscriberClaims;
    readonly cursor: Question;
  },
): Promise<Subscription | null> {
  const found = listed.safeParse(await ask(sources, claims, cursor));
  return found.success
    ? {
        ...subscription,
        after: found.data.list.changesCursor,
        token: await signToken(sources.gateways, claims),
        from: (await readLogState(sources.database)).last_number,
      }
    : null;
}

const listed = z.object({ list: z.object({ changesCursor: z.string() }) });

/** The digests of a patron, of all cards that they ever had, and of the record with which theirs may be merged. */
function personOf(
  { context: { records, groups }, encryption }: SubscriptionSources,
  patronId: string,
): Person {
  const cardsOf = (id: string) => records.cardsOf(id).map(({ cardNo }) => encryption.digest('card', cardNo));
  const pair = groups.find(({ patronIds }) => patronIds.includes(patronId))?.pair;
  const ofPair = pair === null || pair === undefined ? [] : [pair.leavingId, pair.stayingId];
  const others = ofPair.includes(patronId) ? ofPair.filter((id) => id !== patronId) : [];
  return {
    patron: encryption.digest('patron', patronId),
    cards: new Set(cardsOf(patronId)),
    others: new Set(others.flatMap((id) => [encryption.digest('patron', id), ...cardsOf(id)])),
  };
}
