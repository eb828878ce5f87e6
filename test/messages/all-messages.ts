/** Every message of problems and errors of the subgraphs, in both languages, with the people whom it addresses. */
import type { CredentialState } from '../../adapters/credentials/port.ts';
import { messageOf as circulationMessage } from '../../subgraphs/circulation/rules/messages/index.ts';
import { invalidTexts as circulationTexts } from '../../subgraphs/circulation/rules/messages/invalid.ts';
import { messagesToReaders } from '../../subgraphs/circulation/rules/messages/reader.ts';
import { messagesAtStations } from '../../subgraphs/circulation/rules/messages/station.ts';
import { problemCodes } from '../../subgraphs/circulation/rules/problem-codes.ts';
import { codesWithMessage } from '../../subgraphs/credentials/rules/messages/codes.ts';
import { messageOf as credentialsMessage } from '../../subgraphs/credentials/rules/messages/index.ts';
import { invalidTexts, staffOnlyTexts } from '../../subgraphs/credentials/rules/messages/invalid.ts';
import { numberAndPinTexts } from '../../subgraphs/credentials/rules/messages/number-and-pin.ts';
import { insteadTexts, wrongStateTexts } from '../../subgraphs/credentials/rules/messages/wrong-state.ts';
import { wrongState } from '../../subgraphs/credentials/rules/problem.ts';
import { addressFault, emailFault, telephoneFault } from '../../subgraphs/library/contact.ts';
import { errorTexts, scopesNeeded, searchErrors } from '../../subgraphs/library/errors/error-texts.ts';
import type { Localized } from '../../subgraphs/library/language.ts';
import { type Addressee, addressees, type Message, textFor } from '../../subgraphs/library/message.ts';
import {
  certificateFault,
  chineseNameFault,
  dateOfBirthFault,
  englishNameFault,
  guarantorNameFault,
} from '../../subgraphs/library/person.ts';
import { unavailable, unencodable } from '../../subgraphs/operations/procedure.ts';
import {
  messagesToStaff,
  messageOf as patronsMessage,
  messagesToReaders as patronsToReaders,
  invalidTexts as patronTexts,
} from '../../subgraphs/patrons/rules/problems.ts';

/** A message, and the addressees who get exactly this text. */
export interface AddressedText {
  readonly table: string;
  readonly code: string;
  readonly to: readonly Addressee[];
  readonly text: Localized;
}

/** Three more than the limit, so that the numbers in a message differ. */
const count = 13;

const keysOf = <Key extends string>(table: Readonly<Record<Key, unknown>>) => Object.keys(table) as Key[];

/** For each ending of the `WRONG_STATE` message, a state of a card that leads to this ending. */
const stateBefore: Readonly<Record<keyof typeof insteadTexts, CredentialState>> = {
  NOTHING_TO_END: 'CLOSED',
  INFORMATION_CARD_IN_USE: 'LOST',
  ONLY_LOSS_OF_CARD_IN_USE: 'CLOSED',
  PIN_FOR_CARD_IN_USE: 'LOST',
  REPORT_LOSS_FIRST: 'ACTIVE',
  APPLY_FOR_LIBRARY_CARD: 'SURRENDERED',
};
const wrongStates = Object.fromEntries(
  keysOf(insteadTexts).map((instead) => [instead, wrongState(stateBefore[instead], instead).message]),
);

/** The codes of each table that some addressees never meet. */
const unmet: Readonly<Record<string, Readonly<Partial<Record<Addressee, readonly string[]>>>>> = {
  circulation: {
    reader: problemCodes.filter((code) => !Object.hasOwn(messagesToReaders, code)),
    station: problemCodes.filter((code) => !Object.hasOwn(messagesAtStations, code)),
  },
  'circulation, INVALID': { reader: ['reason'], station: ['reason'] },
  'credentials, INVALID': { staff: keysOf(staffOnlyTexts) },
  'credentials, number and PIN': { station: keysOf(numberAndPinTexts), staff: keysOf(numberAndPinTexts) },
  patrons: {
    reader: keysOf(messagesToStaff).filter((code) => !Object.hasOwn(patronsToReaders, code)),
    station: keysOf(messagesToStaff),
  },
  'patrons, INVALID': { staff: ['PROOF_BY_STAFF'] },
};

const ofContactAndNames: Readonly<Record<string, Localized | null>> = {
  'too many lines': addressFault(['', '', '', '', '']),
  'address line': addressFault(['\0']),
  telephone: telephoneFault('x'),
  email: emailFault('x'),
  'English name': englishNameFault('1'),
  'Chinese name': chineseNameFault('\0'),
  'guarantor name': guarantorNameFault(''),
  'date of birth': dateOfBirthFault('1800-01-01', '2026-11-25'),
  certificate: certificateFault(''),
};

const tables: Readonly<Record<string, Readonly<Record<string, Message | null>>>> = {
  circulation: Object.fromEntries(problemCodes.map((code) => [code, circulationMessage(code, count)])),
  'circulation, INVALID': circulationTexts,
  credentials: Object.fromEntries(codesWithMessage.map((code) => [code, credentialsMessage(code)])),
  'credentials, INVALID': invalidTexts,
  'credentials, number and PIN': numberAndPinTexts,
  'credentials, WRONG_STATE': { ...wrongStateTexts, ...wrongStates },
  patrons: Object.fromEntries(keysOf(messagesToStaff).map((code) => [code, patronsMessage(code)])),
  'patrons, INVALID': patronTexts,
  'contact and names, INVALID': ofContactAndNames,
  procedures: { SYSTEM_UNAVAILABLE: unavailable.message, INVALID: unencodable.message },
  errors: { ...errorTexts, SCOPES_NEEDED: scopesNeeded(['circulation:read', 'station']) },
  'searches, BAD_USER_INPUT': {
    invisible: searchErrors.invisible('search.name'),
    'too long': searchErrors.tooLong('search.name', 100),
    'length of a title': searchErrors.titleLength('search', 100),
    'no letters': searchErrors.empty('search.name', 'letters'),
    'no digits': searchErrors.empty('search.telephone', 'digits'),
  },
};

/** The texts of a message. Addressees with the same text share one. */
function textsOf(table: string, code: string, message: Message | null): AddressedText[] {
  if (message === null) {
    throw new Error(`${table}: ${code} has no message`);
  }
  const meeting = addressees.filter((addressee) => !unmet[table]?.[addressee]?.includes(code));
  const byText = Map.groupBy(meeting, (addressee) => {
    const { en, 'zh-Hant': chinese } = textFor(message, addressee);
    return JSON.stringify({ en, 'zh-Hant': chinese });
  });
  return [...byText].map(([text, to]) => ({ table, code, to, text: JSON.parse(text) }));
}

export const allMessages: readonly AddressedText[] = Object.entries(tables).flatMap(([table, rows]) =>
  Object.entries(rows).flatMap(([code, message]) => textsOf(table, code, message)),
);
