import type { ResponseTo, SoapCalls } from '../soap/client.ts';
import { UpstreamError } from '../soap/port.ts';
import { orInvalid } from '../soap/vendor-codes.ts';
import type * as cms from './contract.generated.ts';
import { type Fault, meaningOf } from './fault-codes.ts';
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
 * The port's methods that change something. A card number that CMS can't have is `NOT_FOUND`, without a call: CMS would
 * refuse the request as not valid.
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
    reportLoss: (reference, number, onReplacement, signal) =>
      changeCard(client, 'ReportLoss', reference, number, {
        request: () => ({
          onReplacement: onReplacement === null ? null : vendorOnReplacements[onReplacement],
        }),
        resultOf: ({ report, card }) => ({
          report: lossReportOf(report),
          credential: sameCard(card, number),
        }),
        signal,
      }),
    replaceCard: (reference, number, dateOfIssue, signal) =>
      changeCard(client, 'ReplaceCard', reference, number, {
        request: () => ({ dateOfIssue: dateOfIssue === null ? null : vendorDay(dateOfIssue) }),
        resultOf({ card }) {
          const replacement = credentialOf(card);
          if (keepsNumber[replacement.kind] !== (replacement.libraryCardNumber === number)) {
            throw invalid('ReplaceCard: another card');
          }
          return { credential: replacement };
        },
        signal,
      }),
    closeCard: (reference, number, state, signal) =>
      changeCard(client, 'CloseCard', reference, number, {
        request: () => ({ status: vendorEndStatuses[state] }),
        resultOf: ({ card }) => ({ credential: sameCard(card, number) }),
        signal,
      }),
    printInformationCard: (reference, number, signal) =>
      changeCard(client, 'PrintInformationCard', reference, number, {
        request: () => ({}),
        resultOf: ({ card }) => ({ credential: sameCard(card, number) }),
        signal,
      }),
  };
}

function pinChanges(client: Client): Pick<Changes, 'changePin' | 'verifyPin'> {
  return {
    changePin: (reference, number, pin, signal) =>
      changeCard(client, 'ChangePin', reference, number, {
        request: () => ({ newPin: pin }),
        // `changed: false` is a final answer. If it became `outcome-unknown`, the change would be sent again for ever,
        // always with the same answer.
        resultOf: ({ changed }) => (changed ? { changed } : { refused: 'INVALID' }),
        signal,
      }),
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

/**
 * @throws RangeError for an empty reference. CMS would answer with the code for a card in a wrong state, which would
 * hide the mistake.
 */
function clientRefOf(reference: string): string {
  if (reference === '') {
    throw new RangeError('the reference is empty: each change needs a reference of its own');
  }
  return reference;
}

/** The card in a reply. Throws `invalid-response` if the request was for another card. */
function sameCard(card: cms.Card, number: string): Credential {
  if (card.cardNo !== number) {
    throw invalid('another card');
  }
  return credentialOf(card);
}

interface ChangeCall<Name extends keyof cms.Operations, Request, Done> {
  /** Makes the request. Throws an `UpstreamError` with `unencodable` for values that CMS's contract has no form for. */
  readonly request: () => Request;
  readonly resultOf: (reply: cms.Operations[Name]['reply']) => Done | CardRefusal;
  readonly signal: AbortSignal;
}

type RequestOf<Name extends keyof cms.Operations> = cms.Operations[Name]['request'];

async function change<Name extends keyof cms.Operations & string, Done>(
  client: Client,
  operation: Name,
  { request, resultOf, signal }: ChangeCall<Name, RequestOf<Name>, Done>,
): Promise<Done | CardRefusal> {
  const read = (response: ResponseTo<cms.Operations[Name]>) => {
    if (response.kind === 'reply') {
      return resultOf(response.reply);
    }
    // This cast is safe, because all operations of CMS have the same fault.
    const meaning = meaningOf(response as Fault);
    if ('failed' in meaning) {
      throw new UpstreamError('card management', meaning.failed, `${operation}: a fault`);
    }
    return meaning;
  };
  return await orInvalid(() => client.change(operation, request(), read, signal));
}

/** The changes that take a reference and a card number. */
type CardChange = 'ReportLoss' | 'ReplaceCard' | 'CloseCard' | 'PrintInformationCard' | 'ChangePin';

/** Changes a card. `request` makes all fields except the reference and the card number. */
async function changeCard<Name extends CardChange, Done>(
  client: Client,
  operation: Name,
  reference: string,
  cardNo: string,
  { request, ...call }: ChangeCall<Name, Omit<RequestOf<Name>, 'clientRef' | 'cardNo'>, Done>,
): Promise<Done | CardRefusal> {
  const clientRef = clientRefOf(reference);
  if (!isCardNumber(cardNo)) {
    return notFound;
  }
  // This cast is safe, because each of these requests consists of a reference, a card number and the fields of
  // `request`.
  const whole = () => ({ clientRef, cardNo, ...request() }) as RequestOf<Name>;
  return await change(client, operation, { request: whole, ...call });
}
