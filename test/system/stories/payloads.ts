/** The mutations of the stories, and the types of the graph's answers. */
import type { Applicant } from './people.ts';

/** The fields that each mutation selects, besides `operation` and `problems`. */
export const selections = {
  submitApplication: 'application { id status } receipt',
  approveApplication: 'application { id status patron { id } }',
  rejectApplication: 'application { id status reason }',
  withdrawApplication: 'application { id status reason }',
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
  suspendPatron: 'patron { id status }',
  liftSuspension: 'patron { id status }',
  closePatron: 'patron { id status }',
  reopenPatron: 'patron { id status }',
  erasePatron: 'patron { id status } receipt { erasedAt kept { system records description } }',
  mergePatrons: 'patron { id } leavingPatron { id status } issued { libraryCardNumber status }',
  checkOut: 'loan { id credential { libraryCardNumber } }',
  lendHeldItem: 'loan { id credential { libraryCardNumber } } hold { id }',
  checkIn: 'item { itemNumber state }',
  renewLoan: 'loan { id renewals }',
  renewLoans: 'renewals { loanId state } outcomes { state }',
  renewAllLoans: 'outcomes { state }',
  placeHold: 'hold { id }',
  cancelHold: 'hold { id }',
  changePickupBranch: 'hold { id pickupBranch queuePosition } formerQueuePosition',
  setNoticePreferences: 'preferences { language kinds { kind isOn } }',
  acknowledgeFinding: 'finding { id state }',
  repairFinding: 'finding { id state }',
  closeFinding: 'finding { id state }',
} as const;
export type ChangeName = keyof typeof selections;
export const changeNames = Object.keys(selections) as ChangeName[];

export interface Payload {
  readonly operation: {
    readonly reference: string;
    readonly state: 'DONE' | 'PARTLY_DONE' | 'REFUSED' | 'UNSETTLED';
  };
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

/** A patron in a story, with one card of each kind. */
export interface Member {
  readonly patronId: string;
  readonly applicant: Applicant;
  /** The number is empty if the patron has no such card. */
  readonly libraryCard: string;
  readonly smartId: string;
}

export interface Card {
  readonly __typename: string;
  readonly libraryCardNumber: string;
  readonly status: string;
}

/** An application that is not decided yet. */
export interface Waiting {
  readonly id: string;
  readonly applicant: { readonly englishName: string };
  readonly problems: readonly { readonly code: string }[];
}

/** The progress of an application, as its receipt shows it. */
export interface Progress {
  readonly status: string;
  readonly submittedAt: string;
  readonly decidedAt: string | null;
  readonly reason: string | null;
  readonly problems: readonly { readonly code: string }[];
}

export const done = { operation: { state: 'DONE' }, problems: [] };
export const unsettled = { operation: { state: 'UNSETTLED' }, problems: [] };
export const refusedWith = (...codes: readonly string[]) => ({
  operation: { state: 'REFUSED' },
  problems: codes.map((code) => ({ code })),
});
/** A refusal because of one field of the input. `field` is the path of the field. */
export const refusedFor = (code: string, ...field: readonly string[]) => ({
  operation: { state: 'REFUSED' },
  problems: [{ code, field }],
});
