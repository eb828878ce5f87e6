import type { SoapCalls } from '../soap/client.ts';
import type { SoapResponse } from '../soap/codec/envelope.ts';
import { UpstreamError } from '../soap/port.ts';
import type * as cms from './contract.generated.ts';
import type { CardManagement, CardRefusal, Credential } from './port.ts';
import {
  applicationOf,
  credentialOf,
  decisionOf,
  invalid,
  isCardNumber,
  lossReportOf,
  newApplicationOf,
  newCardOf,
  pinVerdictOf,
  vendorDay,
  vendorEnds,
  vendorOnReplacements,
} from './translation.ts';

type Client = SoapCalls<cms.Operations>;
type Changes = Pick<
  CardManagement,
  | 'submitApplication'
  | 'decideApplication'
  | 'issueCard'
  | 'reportLoss'
  | 'replaceCard'
  | 'closeCard'
  | 'printInformationCard'
  | 'changePin'
  | 'verifyPin'
>;

export const changesOf = (client: Client): Changes => ({
  ...applications(client),
  ...cards(client),
  ...pins(client),
});

function applications(client: Client): Pick<Changes, 'submitApplication' | 'decideApplication'> {
  return {
    submitApplication: (reference, application, signal) =>
      change(client, 'SubmitApplication', {
        request: () => newApplicationOf(checked(reference), application),
        done({ application: found }) {
          if (found.clientRef !== reference) {
            throw invalid('SubmitApplication: of another reference');
          }
          return { application: applicationOf(found) };
        },
        signal,
      }),
    async decideApplication(id, decision, signal) {
      if (id === '') {
        return notFound;
      }
      return await change(client, 'DecideApplication', {
        request: () => decisionOf(id, decision),
        done({ application }) {
          if (application.applicationNo !== id) {
            throw invalid('DecideApplication: another application');
          }
          return { application: applicationOf(application) };
        },
        signal,
      });
    },
  };
}

function cards(
  client: Client,
): Pick<Changes, 'issueCard' | 'reportLoss' | 'replaceCard' | 'closeCard' | 'printInformationCard'> {
  return {
    issueCard: (reference, credential, signal) =>
      change(client, 'IssueCard', {
        request: () => newCardOf(checked(reference), credential),
        done({ card }) {
          const issued = credentialOf(card);
          const isAsked = issued.patronId === credential.patronId && issued.kind === credential.kind;
          if (!isAsked) {
            throw invalid('IssueCard: another card');
          }
          return { credential: issued };
        },
        signal,
      }),
    async reportLoss(reference, number, onReplacement, signal) {
      const clientRef = checked(reference);
      if (!isCardNumber(number)) {
        return notFound;
      }
      const request = {
        clientRef,
        cardNo: number,
        onReplacement: onReplacement === null ? null : vendorOnReplacements[onReplacement],
      };
      const done = ({ report, card }: cms.ReportLossResponse) => ({
        report: lossReportOf(report),
        credential: same(card, number),
      });
      return await change(client, 'ReportLoss', { request: () => request, done, signal });
    },
    async replaceCard(reference, number, dateOfIssue, signal) {
      const clientRef = checked(reference);
      if (!isCardNumber(number)) {
        return notFound;
      }
      return await change(client, 'ReplaceCard', {
        request: () => ({
          clientRef,
          cardNo: number,
          dateOfIssue: dateOfIssue === null ? null : vendorDay(dateOfIssue),
        }),
        done({ card }) {
          // A library card has a new number, a smart identity card keeps its own.
          if ((card.type === 'SC') !== (card.cardNo === number)) {
            throw invalid('ReplaceCard: another card');
          }
          return { credential: credentialOf(card) };
        },
        signal,
      });
    },
    async closeCard(reference, number, state, signal) {
      const clientRef = checked(reference);
      if (!isCardNumber(number)) {
        return notFound;
      }
      const request = { clientRef, cardNo: number, status: vendorEnds[state] };
      const done = ({ card }: cms.CloseCardResponse) => ({ credential: same(card, number) });
      return await change(client, 'CloseCard', { request: () => request, done, signal });
    },
    async printInformationCard(reference, number, signal) {
      const clientRef = checked(reference);
      if (!isCardNumber(number)) {
        return notFound;
      }
      const request = { clientRef, cardNo: number };
      const done = ({ card }: cms.PrintInformationCardResponse) => ({ credential: same(card, number) });
      return await change(client, 'PrintInformationCard', { request: () => request, done, signal });
    },
  };
}

function pins(client: Client): Pick<Changes, 'changePin' | 'verifyPin'> {
  return {
    async changePin(reference, number, pin, signal) {
      const clientRef = checked(reference);
      if (!isCardNumber(number)) {
        return notFound;
      }
      return await change(client, 'ChangePin', {
        request: () => ({ clientRef, cardNo: number, newPin: pin }),
        done({ changed }) {
          if (!changed) {
            throw invalid('ChangePin: neither changed nor refused');
          }
          return { changed };
        },
        signal,
      });
    },
    async verifyPin(number, pin, signal) {
      if (!isCardNumber(number)) {
        return notFound;
      }
      const request = { cardNo: number, pin };
      return await change(client, 'VerifyPin', { request: () => request, done: pinVerdictOf, signal });
    },
  };
}

const notFound = { refused: 'NOT_FOUND' } as const satisfies CardRefusal;

function checked(reference: string): string {
  if (reference === '') {
    throw new RangeError('the reference is empty: one of its own for each change is wanted');
  }
  return reference;
}

function same(card: cms.Card, number: string): Credential {
  if (card.cardNo !== number) {
    throw invalid('another card');
  }
  return credentialOf(card);
}

interface Asked<Name extends keyof cms.Operations, Done> {
  /** Throws an `UpstreamError`, `unencodable`, where there is no such request. */
  readonly request: () => cms.Operations[Name]['request'];
  readonly done: (reply: cms.Operations[Name]['reply']) => Done;
  readonly signal: AbortSignal;
}

async function change<Name extends keyof cms.Operations & string, Done>(
  client: Client,
  name: Name,
  { request, done, signal }: Asked<Name, Done>,
): Promise<Done | CardRefusal> {
  try {
    return await client.change(
      name,
      request(),
      (answer) => (answer.kind === 'reply' ? done(answer.reply) : refusalOf(answer)),
      signal,
    );
  } catch (error) {
    // What CMS's contract has no form for, it would refuse as not valid; it is not sent.
    if (error instanceof UpstreamError && error.reason === 'unencodable') {
      return { refused: 'INVALID' };
    }
    throw error;
  }
}

const refusals = { E1001: 'NOT_FOUND', E1002: 'WRONG_STATE', E1003: 'ALREADY_EXISTS' } as const;
const refusalByCode: ReadonlyMap<string, CardRefusal['refused']> = new Map(Object.entries(refusals));

/**
 * E1009 is `busy` before it comes here. A Sender fault without `cmsFault` is what CMS gives to a request that is not valid:
 * nothing was done. With a fault that its contract does not tell of, one that can't be read among them, who knows what was
 * done: that it blames the sender says that the request would not do, not how far CMS had come with it.
 */
function refusalOf(fault: Extract<SoapResponse<unknown, cms.cmsFault>, { kind: 'fault' }>): CardRefusal {
  const { side, detail, isGarbled } = fault;
  const refused = refusalByCode.get(detail?.code ?? '');
  if (refused !== undefined) {
    return { refused };
  }
  if (detail === null && !isGarbled && side === 'sender') {
    return { refused: 'INVALID' };
  }
  switch (detail?.code) {
    case 'E1004':
      throw new UpstreamError('card management', 'unauthorized', 'it refuses the security header');
    case 'E1005':
      throw new UpstreamError('card management', 'rejected', 'too many keys');
    default:
      throw new UpstreamError('card management', 'outcome-unknown', 'a fault of its own');
  }
}
