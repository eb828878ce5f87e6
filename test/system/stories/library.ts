/** The whole system, and the people who use it: readers, a counter, a station, the telephone, a partner. */
import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { mutationOf } from '../../support/mutation.ts';
import { openPorts, type Ports } from '../../support/ports.ts';
import { type Answer, type RunningSystem, rootField, startSystem } from '../running-system.ts';
import type { Applicant } from './people.ts';

/** The fields that each mutation selects beside `operation` and `problems`. */
const selections = {
  submitApplication: 'application { id status } receipt',
  decideApplication: 'application { id status reason patron { id } }',
  rejectApplications:
    'outcomes { applicationId state application { status reason } problems { code field } }',
  reportLoss: 'credential { libraryCardNumber status }',
  replaceCredential: 'credential { libraryCardNumber status }',
  discontinueSmartId: 'credential { libraryCardNumber status }',
  surrenderLibraryCard: 'credential { libraryCardNumber status }',
  printInformationCard: 'credential { libraryCardNumber ... on SmartIdCard { informationCardPrintedOn } }',
  createPinCode: 'credential { libraryCardNumber } expiresAt',
  setPin: 'credential { libraryCardNumber }',
  amendContact: 'patron { id version contact { addressLines addressProven telephone email } }',
  amendPatron:
    'patron { id version status name { english chinese } dateOfBirth guarantor { name telephone } }',
  checkOut: 'loan { id credential { libraryCardNumber } }',
  lendHeldItem: 'loan { id credential { libraryCardNumber } } hold { id }',
  checkIn: 'item { itemNumber state }',
  renewLoan: 'loan { id renewals }',
  renewLoans: 'outcomes { state }',
  renewAllLoans: 'outcomes { state }',
  placeHold: 'hold { id }',
  cancelHold: 'hold { id }',
} as const;
export type ChangeName = keyof typeof selections;
export const changeNames = Object.keys(selections) as ChangeName[];

/** The payload of any mutation. */
export interface Payload {
  readonly operation: { readonly reference: string; readonly state: 'DONE' | 'REFUSED' | 'UNSETTLED' };
  readonly problems: readonly { readonly code: string; readonly field?: readonly string[] | null }[];
  readonly application?: {
    readonly id: string;
    readonly status: string;
    readonly reason?: string | null;
    readonly patron?: { readonly id: string } | null;
  } | null;
  readonly receipt?: string | null;
  readonly credential?: {
    readonly libraryCardNumber: string;
    readonly status: string;
    readonly informationCardPrintedOn?: string | null;
  } | null;
  readonly patron?: { readonly version: string; readonly contact?: Record<string, unknown> } | null;
  readonly loan?: { readonly id: string; readonly credential: { readonly libraryCardNumber: string } } | null;
  readonly hold?: { readonly id: string } | null;
}

type Input = Readonly<Record<string, unknown>>;

/** A library on its own simulators. Tokens are those of the people in the stories. */
export interface Library extends AsyncDisposable {
  readonly system: RunningSystem;
  /** Direct access to the three systems, past the graph: what desks do in them, and their data. */
  readonly behind: Ports;
  /** A counter with every scope of its staff. */
  readonly counter: string;
  readonly station: string;
  readonly telephone: string;
  /** A patron who is signed in. */
  reader(patronId: string): Promise<string>;
  /** Sends a mutation, with a new reference unless the input has one; anonymously where there is no token. */
  send(name: ChangeName, input: Input, token?: string): Promise<Answer>;
  /**
   * The same; fails the test where the answer has errors, or where `operation(reference:)` does not tell the token's owner
   * afterwards what the payload told.
   */
  change(name: ChangeName, input: Input, token?: string): Promise<Payload>;
  /** A query; fails the test where the answer has errors. */
  read<T>(query: string, variables?: Input, token?: string): Promise<T>;
  /** Fails the test unless that operation of the token's is done within 20 seconds. */
  untilDone(reference: string, token: string): Promise<void>;
}

const staffScopes =
  'patrons:read patrons:write identity:read credentials:read credentials:write applications:decide circulation:read circulation:write';

export async function openLibrary(): Promise<Library> {
  await using resources = new AsyncDisposableStack();
  const system = resources.use(await startSystem(new Date()));
  const behind = resources.use(await openPorts(system.legacy, {}));
  const counter = await system.token({ subject: 'counter', scope: staffScopes });
  const send = (name: ChangeName, input: Input, token?: string): Promise<Answer> =>
    system.ask(
      mutationOf(name, `operation { reference state } problems { code message field } ${selections[name]}`),
      { variables: { input: { reference: randomUUID(), ...input } }, ...(token !== undefined && { token }) },
    );
  const read = async <T>(query: string, variables: Input = {}, token = counter): Promise<T> => {
    const { body } = await system.ask(query, { variables, token });
    expect(body.errors).toBeUndefined();
    return body.data as T;
  };
  /** The same operation, as `operation(reference:)` tells it to who asked for it. */
  const askFor = async (name: ChangeName, reference: string, token: string): Promise<unknown> => {
    const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Operation`;
    const { operation } = await read<{ operation: unknown }>(
      `query ($reference: ID!) {
        operation(reference: $reference) {
          reference state problems { code message field }
          ... on ${type} { ${selections[name]} }
        }
      }`,
      { reference },
      token,
    );
    return operation;
  };
  const library = {
    system,
    behind,
    counter,
    station: await system.token({ subject: 'station', scope: 'station' }),
    telephone: await system.token({ subject: 'telephone', scope: 'telephone' }),
    reader: (patronId: string) => system.token({ subject: `reader ${patronId}`, patronId }),
    send,
    async change(name: ChangeName, input: Input, token?: string) {
      const { body } = await send(name, input, token);
      expect(body.errors).toBeUndefined();
      const payload = rootField<Payload>(body, name);
      const { operation, ...result } = payload;
      // One that is not settled may be settled at any moment.
      if (token !== undefined && operation.state !== 'UNSETTLED') {
        const { patron, ...others } = result;
        const told = operation.state === 'DONE' && patron !== undefined ? { patron } : {};
        expect(await askFor(name, operation.reference, token)).toMatchObject({
          ...operation,
          ...others,
          ...told,
        });
      }
      return payload;
    },
    read,
    async untilDone(reference: string, token: string) {
      const stands = () =>
        read<{ operation: { state: string } }>(
          'query ($reference: ID!) { operation(reference: $reference) { state } }',
          { reference },
          token,
        );
      await expect.poll(stands, { timeout: 20_000, interval: 250 }).toEqual({ operation: { state: 'DONE' } });
    },
  };
  const open = resources.move();
  return { ...library, [Symbol.asyncDispose]: () => open.disposeAsync() };
}

/** The form of an application, of somebody who is not registered unless `others` say so. */
export const formOf = (
  applicant: Applicant,
  wants: readonly ('LIBRARY_CARD' | 'SMART_ID')[],
  others: Input = {},
) => ({ channel: 'COUNTER', wants, applicant, ...others });

/** A patron of a story, and their cards by kind. */
export interface Member {
  readonly patronId: string;
  readonly applicant: Applicant;
  /** Empty where they have none. */
  readonly libraryCard: string;
  readonly smartId: string;
}

/** Applies at the counter and is approved: a stranger becomes a patron with the cards that they want. */
export async function join(
  library: Library,
  applicant: Applicant,
  wants: readonly ('LIBRARY_CARD' | 'SMART_ID')[],
  others: Input = {},
): Promise<Member> {
  const { counter } = library;
  const applied = await library.change('submitApplication', formOf(applicant, wants, others), counter);
  expect(applied).toMatchObject({ operation: { state: 'DONE' }, problems: [] });
  const approved = await approve(library, applied);
  expect(approved).toMatchObject({ operation: { state: 'DONE' }, problems: [] });
  const patronId = approved.application?.patron?.id ?? '';
  const cards = await cardsOf(library, patronId);
  const numberOf = (type: string) =>
    cards.find(({ __typename, status }) => __typename === type && status === 'ACTIVE')?.libraryCardNumber ??
    '';
  return { patronId, applicant, libraryCard: numberOf('LibraryCard'), smartId: numberOf('SmartIdCard') };
}

export function approve(library: Library, applied: Payload, others: Input = {}): Promise<Payload> {
  const input = { applicationId: applied.application?.id, approve: true, ...others };
  return library.change('decideApplication', input, library.counter);
}

export interface Card {
  readonly __typename: string;
  readonly libraryCardNumber: string;
  readonly status: string;
}

/** All cards of a patron, those in use first. */
export async function cardsOf(library: Library, patronId: string): Promise<readonly Card[]> {
  const query =
    'query ($id: ID!) { patron(id: $id) { credentials { __typename libraryCardNumber status } } }';
  const { patron } = await library.read<{ patron: { credentials: Card[] } }>(query, { id: patronId });
  return patron.credentials;
}

/** How many loans a patron has on all cards. */
export async function loansOut(library: Library, patronId: string): Promise<number> {
  const query = 'query ($id: ID!) { patron(id: $id) { loanQuota { used } } }';
  const { patron } = await library.read<{ patron: { loanQuota: { used: number } } }>(query, { id: patronId });
  return patron.loanQuota.used;
}

/** What the payload of a refused mutation has. */
export const refusedWith = (...codes: readonly string[]) => ({
  operation: { state: 'REFUSED' },
  problems: codes.map((code) => ({ code })),
});
export const done = { operation: { state: 'DONE' }, problems: [] };
