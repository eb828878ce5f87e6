/** The whole system, and its callers: readers, a counter, a station, the telephone service, a partner. */

import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { Credential, NewApplication, NewCredential } from '../../../adapters/credentials/port.ts';
import { coreSystemIds } from '../../../platform/systems.ts';
import type { SystemName } from '../../../simulators/index.ts';
import { openPorts, type Ports } from '../../support/ports.ts';
import { openedForEachTest, openedForTests } from '../../support/set-up/opened-for-tests.ts';
import { callsOfRequests } from '../calls-of-requests.ts';
import { growOlder, type RunningSystem, startSystem } from '../running-system.ts';
import { Callers, signTokens, type Tokens } from './callers.ts';
import { type Card, done, type Member, type Payload, type Progress, type Waiting } from './payloads.ts';
import { type Applicant, newApplicant } from './people.ts';

type Input = Readonly<Record<string, unknown>>;
type Kinds = readonly ('LIBRARY_CARD' | 'SMART_ID')[];

/** Copies of the seed that nobody has borrowed or reserved. */
export const copies = [
  '31852000000494',
  '31852000000502',
  '31852000000510',
  '31852000000528',
  '31852000000536',
  '31852000000544',
  '31852000000551',
  '31852000000585',
  '31852000000593',
  '31852000000601',
  '31852000000619',
] as const;
export const [copy, otherCopy] = copies;

/** A signal that is never aborted, for calls of ports. */
export const never = new AbortController().signal;

/** Circulation's answer to a desk for a card that may not borrow. */
export const blocked = { refused: 'CARD_BLOCKED' };

/** The form of an application. The applicant is not registered, unless `others` has a `patronId`. */
export const formOf = (applicant: Applicant, wants: Kinds, others: Input = {}) => ({
  channel: 'COUNTER',
  wants,
  applicant,
  ...others,
});

/** A library with simulators of its own, and the things that people do there. */
export class Library extends Callers implements AsyncDisposable {
  /**
   * Direct access to the three legacy systems, without the graph. Tests act as desks with it, and read the systems'
   * data.
   */
  readonly behind: Ports;

  constructor(system: RunningSystem, behind: Ports, tokens: Tokens) {
    super(system, tokens);
    this.behind = behind;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.behind[Symbol.asyncDispose]();
    await this.system[Symbol.asyncDispose]();
  }

  resetCalls(): void {
    const { prs, cms, circ } = this.system.legacy;
    for (const system of [prs, cms, circ]) {
      system.resetCalls();
    }
  }

  /** The operations that requests have called at these systems. */
  callsOf(...systems: readonly SystemName[]): readonly string[] {
    return systems.flatMap((name) => [...callsOfRequests(this.system.legacy[name]).keys()]);
  }

  /** The operations that requests have called and that change something. */
  changesSent(): readonly string[] {
    const reads = /^(Get|Find|List|Search|Login)/;
    return this.callsOf(...coreSystemIds).filter((name) => !reads.test(name));
  }

  apply(form: Input, token?: string | null): Promise<Payload> {
    return this.change('submitApplication', form, token);
  }

  /** Applies over the internet as an anonymous caller. */
  overInternet(form: Input): Promise<Payload> {
    return this.apply({ ...form, channel: 'INTERNET' }, null);
  }

  /**
   * Enters an application in card management's own screens, which keep texts as they were typed. Resolves to its id.
   */
  async enterAtCounter(
    patronId: string | null,
    wants: Kinds,
    applicant: Partial<NewApplication['applicant']> & {
      readonly englishName: string;
      readonly dateOfBirth: string;
    },
  ): Promise<string> {
    const form: NewApplication = {
      channel: 'COUNTER',
      patronId,
      wants,
      applicant: {
        chineseName: null,
        identityNumber: null,
        birthCertificateNumber: null,
        smartIdDateOfIssue: null,
        address: null,
        addressProofShown: false,
        telephone: null,
        email: null,
        ...applicant,
      },
      guarantor: null,
    };
    const answer = await this.behind.cards.submitApplication(randomUUID(), form, never);
    return 'refused' in answer ? expect.fail(answer.refused) : answer.application.id;
  }

  /** Registers a person at the registry's own terminal. Resolves to the number of the patron. */
  async registerBehind(person: Applicant): Promise<string> {
    const { englishName, identityNumber, birthCertificateNumber, dateOfBirth, addressLines } = person;
    const answer = await this.behind.patrons.register(
      {
        englishName,
        chineseName: null,
        identityNumber: identityNumber ?? null,
        birthCertificateNumber: birthCertificateNumber ?? null,
        dateOfBirth,
        addressLines,
        addressProven: true,
        telephone: null,
        email: null,
        guarantor: null,
      },
      never,
    );
    return 'refused' in answer ? expect.fail(answer.refused) : answer.patron.number;
  }

  /** Issues a card in card management's own screens, which don't have the graph's rules. */
  async issueAtCounter(card: NewCredential): Promise<Credential> {
    const answer = await this.behind.cards.issueCard(randomUUID(), card, never);
    return 'refused' in answer ? expect.fail(answer.refused) : answer.credential;
  }

  approve({ application }: Payload, others: Input = {}): Promise<Payload> {
    return this.change('approveApplication', { applicationId: application?.id, ...others });
  }

  /** A stranger applies at the counter, is approved, and becomes a patron with the cards in `wants`. */
  async join(applicant: Applicant, wants: Kinds, others: Input = {}): Promise<Member> {
    const applied = await this.apply(formOf(applicant, wants, others));
    expect(applied).toMatchObject(done);
    const approved = await this.approve(applied);
    expect(approved).toMatchObject(done);
    const patronId = approved.application?.patron?.id ?? '';
    const cards = await this.cardsOf(patronId);
    const numberOf = (type: string) =>
      cards.find(({ __typename, status }) => __typename === type && status === 'ACTIVE')?.libraryCardNumber;
    return {
      patronId,
      applicant,
      libraryCard: numberOf('LibraryCard') ?? '',
      smartId: numberOf('SmartIdCard') ?? '',
    };
  }

  joinWithBothCards(applicant: Applicant): Promise<Member> {
    return this.join(applicant, ['SMART_ID', 'LIBRARY_CARD']);
  }

  /** A new member with both kinds of cards, with this PIN on each card. */
  async joinWithPin(pin: string): Promise<Member> {
    const member = await this.joinWithBothCards(newApplicant());
    for (const libraryCardNumber of [member.smartId, member.libraryCard]) {
      expect(await this.change('setPin', { libraryCardNumber, newPin: pin })).toMatchObject(done);
    }
    return member;
  }

  async patron<T>(id: string, selection: string, token?: string): Promise<T> {
    const query = `query ($id: ID!) { patron(id: $id) { ${selection} } }`;
    return (await this.read<{ patron: T }>(query, { id }, token)).patron;
  }

  /** All cards of a patron. Cards in use come first. */
  async cardsOf(patronId: string): Promise<readonly Card[]> {
    const selection = 'credentials { __typename libraryCardNumber status }';
    return (await this.patron<{ credentials: Card[] }>(patronId, selection)).credentials;
  }

  /** The version of the patron's record, which an amendment must send. */
  async versionOf(patronId: string): Promise<string> {
    return (await this.patron<{ version: string }>(patronId, 'version')).version;
  }

  /** The number of a patron's loans on all cards. */
  async loansOut(patronId: string): Promise<number> {
    const { loanQuota } = await this.patron<{ loanQuota: { used: number } }>(patronId, 'loanQuota { used }');
    return loanQuota.used;
  }

  async patronsNamed(name: string): Promise<number> {
    const query = 'query ($name: String!) { patrons(search: { name: $name }) { totalCount } }';
    return (await this.read<{ patrons: { totalCount: number } }>(query, { name })).patrons.totalCount;
  }

  async application<T>(id: string | undefined, selection: string): Promise<T> {
    const query = `query ($id: ID!) { application(id: $id) { ${selection} } }`;
    return (await this.read<{ application: T }>(query, { id })).application;
  }

  /** All undecided applications except the seed's, newest last. */
  async waitingApplications(): Promise<Waiting[]> {
    const query = `{ applications(filter: { status: RECEIVED }, first: 100) { edges { node {
      id applicant { englishName } problems { code }
    } } } }`;
    const { applications } = await this.read<{ applications: { edges: { node: Waiting }[] } }>(query);
    return applications.edges.map(({ node }) => node).filter(({ id }) => id !== 'A0000001');
  }

  /** The progress of an application, which anybody with the receipt may see. It is null if the text isn't a receipt. */
  async progressOf(receipt: string | null | undefined): Promise<Progress | null> {
    const query = `query ($receipt: String!) {
      applicationProgress(receipt: $receipt) { status submittedAt decidedAt reason problems { code field } }
    }`;
    const { body } = await this.system.ask(query, { variables: { receipt } });
    expect(body.errors).toBeUndefined();
    return body.data?.applicationProgress as Progress | null;
  }

  /** Checks out a copy at a station. The kind of the card determines how it is presented. */
  lend(libraryCardNumber: string, itemNumber: string = copy): Promise<Payload> {
    const credential = this.system.presentedCard(libraryCardNumber);
    return this.change('checkOut', { credential, itemNumber }, this.station);
  }

  giveBack(itemNumber: string = copy): Promise<Payload> {
    return this.change('checkIn', { itemNumber }, this.station);
  }

  /** Checks out a copy at a desk. Resolves to circulation's answer. */
  lendAtDesk(libraryCardNumber: string, itemNumber: string = copy): Promise<object> {
    return this.behind.circulation.checkOut(libraryCardNumber, itemNumber, 'desk', never);
  }

  /** Sets the due dates of the copies' loans earlier, so that a renewal makes them later (R23). */
  lentAWeekAgo(...itemNumbers: readonly string[]): void {
    for (const itemNumber of itemNumbers) {
      const [loan] = this.system.store.circ.loans.by('itemNo', itemNumber);
      growOlder(this.system, loan?.loanNo ?? '');
    }
  }

  /** Makes `copy` wait for a hold on this card: another reader borrows and returns it. Resolves to the hold's id. */
  async keepForHold(libraryCardNumber: string): Promise<string> {
    expect(await this.lend('21852000000066')).toMatchObject(done);
    const reader = { patronId: this.system.store.cms.cards.get(libraryCardNumber)?.patronNo };
    const input = { reader, libraryCardNumber, titleNumber: 'B0000001', pickupBranch: 'HKCL' };
    const placed = await this.change('placeHold', input);
    expect(placed).toMatchObject(done);
    expect(await this.giveBack()).toMatchObject({ ...done, item: { state: 'ON_HOLD_SHELF' } });
    return placed.hold?.id ?? '';
  }

  /** Reports the member's library card lost, and replaces it. Resolves to the new card's number. */
  async replaceLibraryCard({ libraryCard: libraryCardNumber }: Member): Promise<string> {
    expect(await this.change('reportLoss', { libraryCardNumber })).toMatchObject(done);
    const replaced = await this.change('replaceCredential', { libraryCardNumber });
    expect(replaced).toMatchObject(done);
    return replaced.credential?.libraryCardNumber ?? '';
  }
}

type SystemOptions = Parameters<typeof startSystem>[2];

export async function openLibrary(options: SystemOptions = {}): Promise<Library> {
  const system = await startSystem(new Date(), {}, options);
  return new Library(system, await openPorts(system.legacy, {}), await signTokens(system));
}

export const libraryForTests = (options: SystemOptions = {}): Library =>
  openedForTests(() => openLibrary(options));

export const libraryForEachTest = (): Library => openedForEachTest(() => openLibrary());
