import type { SoapCalls } from '../soap/client.ts';
import { UpstreamError } from '../soap/port.ts';
import type * as cms from './contract.generated.ts';
import { meaningOf } from './fault-codes.ts';
import type { CardManagement, CardRefusal, Credential } from './port.ts';
import {
  applicationOf,
  credentialOf,
  decisionOf,
  invalid,
  isCardNumber,
  keepsNumber,
  lossReportOf,
  newApplicationOf,
  newCardOf,
  pinVerdictOf,
  vendorDay,
  vendorEndStatuses,
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

/**
 * The methods of the port that change something. A card number that CMS can't have is `NOT_FOUND` without a call: a
 * request that isn't valid would be refused as a whole.
 */
export const changesOf = (client: Client): Changes => ({
  ...applicationChanges(client),
  ...cardChanges(client),
  ...pinChanges(client),
});

function applicationChanges(client: Client): Pick<Changes, 'submitApplication' | 'decideApplication'> {
  return {
    submitApplication: (reference, application, signal) =>
      change(client, 'SubmitApplication', {
        request: () => newApplicationOf(clientRefOf(reference), application),
        resultOf(reply) {
          if (reply.application.clientRef !== reference) {
            throw invalid('SubmitApplication: of another reference');
          }
          return { application: applicationOf(reply.application) };
        },
        signal,
      }),
    async decideApplication(id, decision, signal) {
      if (id === '') {
        return notFound;
      }
      return await change(client, 'DecideApplication', {
        request: () => decisionOf(id, decision),
        resultOf({ application }) {
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

function cardChanges(
  client: Client,
): Pick<Changes, 'issueCard' | 'reportLoss' | 'replaceCard' | 'closeCard' | 'printInformationCard'> {
  return {
    issueCard: (reference, credential, signal) =>
      change(client, 'IssueCard', {
        request: () => newCardOf(clientRefOf(reference), credential),
        resultOf({ card }) {
          const issued = credentialOf(card);
          if (issued.patronId !== credential.patronId || issued.kind !== credential.kind) {
            throw invalid('IssueCard: another card');
          }
          return { credential: issued };
        },
        signal,
      }),
    async reportLoss(reference, number, onReplacement, signal) {
      const clientRef = clientRefOf(reference);
      if (!isCardNumber(number)) {
        return notFound;
      }
      const request = {
        clientRef,
        cardNo: number,
        onReplacement: onReplacement === null ? null : vendorOnReplacements[onReplacement],
      };
      const resultOf = ({ report, card }: cms.ReportLossResponse) => ({
        report: lossReportOf(report),
        credential: sameCard(card, number),
      });
      return await change(client, 'ReportLoss', { request: () => request, resultOf, signal });
    },
    async replaceCard(reference, number, dateOfIssue, signal) {
      const clientRef = clientRefOf(reference);
      if (!isCardNumber(number)) {
        return notFound;
      }
      return await change(client, 'ReplaceCard', {
        request: () => ({
          clientRef,
          cardNo: number,
          dateOfIssue: dateOfIssue === null ? null : vendorDay(dateOfIssue),
        }),
        resultOf({ card }) {
          const replacement = credentialOf(card);
          if (keepsNumber[replacement.kind] !== (replacement.libraryCardNumber === number)) {
            throw invalid('ReplaceCard: another card');
          }
          return { credential: replacement };
        },
        signal,
      });
    },
    async closeCard(reference, number, state, signal) {
      const clientRef = clientRefOf(reference);
      if (!isCardNumber(number)) {
        return notFound;
      }
      const request = { clientRef, cardNo: number, status: vendorEndStatuses[state] };
      const resultOf = ({ card }: cms.CloseCardResponse) => ({ credential: sameCard(card, number) });
      return await change(client, 'CloseCard', { request: () => request, resultOf, signal });
    },
    async printInformationCard(reference, number, signal) {
      const clientRef = clientRefOf(reference);
      if (!isCardNumber(number)) {
        return notFound;
      }
      const request = { clientRef, cardNo: number };
      const resultOf = ({ card }: cms.PrintInformationCardResponse) => ({
        credential: sameCard(card, number),
      });
      return await change(client, 'PrintInformationCard', { request: () => request, resultOf, signal });
    },
  };
}

function pinChanges(client: Client): Pick<Changes, 'changePin' | 'verifyPin'> {
  return {
    async changePin(reference, number, pin, signal) {
      const clientRef = clientRefOf(reference);
      if (!isCardNumber(number)) {
        return notFound;
      }
      return await change(client, 'ChangePin', {
        request: () => ({ clientRef, cardNo: number, newPin: pin }),
        resultOf({ changed }) {
          // An answer, and no silence: asked again, CMS would say the same for ever.
          return changed ? { changed } : { refused: 'INVALID' };
        },
        signal,
      });
    },
    async verifyPin(number, pin, signal) {
      if (!isCardNumber(number)) {
        return notFound;
      }
      const request = { cardNo: number, pin };
      return await change(client, 'VerifyPin', { request: () => request, resultOf: pinVerdictOf, signal });
    },
  };
}

const notFound = { refused: 'NOT_FOUND' } as const satisfies CardRefusal;

/** CMS refuses an empty reference in the same way as a wrong state, which would hide the mistake. */
function clientRefOf(reference: string): string {
  if (reference === '') {
    throw new RangeError('the reference is empty: each change needs a reference of its own');
  }
  return reference;
}

/** The card of the request, in the words of the port. Throws `invalid-response` if it is another one. */
function sameCard(card: cms.Card, number: string): Credential {
  if (card.cardNo !== number) {
    throw invalid('another card');
  }
  return credentialOf(card);
}

interface ChangeCall<Name extends keyof cms.Operations, Done> {
  /** Throws an `UpstreamError`, `unencodable`, for values that have no form in CMS's contract. */
  readonly request: () => cms.Operations[Name]['request'];
  /** The port's result for a reply. */
  readonly resultOf: (reply: cms.Operations[Name]['reply']) => Done | CardRefusal;
  readonly signal: AbortSignal;
}

async function change<Name extends keyof cms.Operations & string, Done>(
  client: Client,
  operation: Name,
  { request, resultOf, signal }: ChangeCall<Name, Done>,
): Promise<Done | CardRefusal> {
  try {
    return await client.change(
      operation,
      request(),
      (response) => {
        if (response.kind === 'reply') {
          return resultOf(response.reply);
        }
        const meaning = meaningOf(response);
        if ('failed' in meaning) {
          throw new UpstreamError('card management', meaning.failed, `${operation}: a fault`);
        }
        return meaning;
      },
      signal,
    );
  } catch (error) {
    // A request that the contract has no form for is not sent. CMS would refuse it as not valid.
    if (error instanceof UpstreamError && error.reason === 'unencodable') {
      return { refused: 'INVALID' };
    }
    throw error;
  }
}
