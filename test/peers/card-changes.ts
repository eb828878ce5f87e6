import type { CardManagement, NewApplication } from '../../adapters/credentials/port.ts';
import { anySignal } from '../contract/port-under-test.ts';
import type { Case } from './cases.ts';
import { bo, cancelledCard, lostCard } from './expected.ts';

/**
 * Every change of card management, with values that SOAP stacks often get wrong: nil, attributes, lists, dates, line
 * breaks.
 */

const identityNumber = 'Z683365(A)';
const application: NewApplication = {
  channel: 'INTERNET',
  patronId: null,
  wants: ['SMART_ID', 'LIBRARY_CARD'],
  applicant: {
    englishName: 'FOK & <SON>',
    chineseName: '霍敏𨱏',
    identityNumber,
    birthCertificateNumber: null,
    dateOfBirth: '2012-02-29',
    smartIdDateOfIssue: '2024-01-02',
    address: '1/F\r\n香港\t𠝹\n',
    addressProofShown: true,
    telephone: '00852',
    email: '',
  },
  guarantor: { name: 'FOK, WAI', telephone: null, signedOn: '2026-11-20', allowsSmartId: false },
};
const readApplication = {
  clientRef: ' 007 & ]]>',
  channel: 'WEB',
  patronNo: null,
  wants: ['SC', 'LC'],
  applicant: {
    engName: 'FOK & <SON>',
    chiName: '霍敏𨱏',
    hkid: identityNumber,
    birthCertNo: null,
    dateOfBirth: '29/02/2012',
    dateOfIssue: '02/01/2024',
    address: '1/F\r\n香港\t𠝹\n',
    addressProof: true,
    tel: '00852',
    email: '',
  },
  guarantor: { name: 'FOK, WAI', tel: null, signedOn: '20/11/2026', allowsSmartCard: false },
};

const issuing = (
  name: string,
  patronId: string,
  outcome: Case<CardManagement>['outcome'],
): Case<CardManagement> => ({
  name: `cms-issue${name}`,
  operation: 'IssueCard',
  ask: (port) => port.issueCard('r', { patronId, kind: 'LIBRARY_CARD' }, anySignal()),
  read: { clientRef: 'r', patronNo: patronId, type: 'LC', hkid: null, dateOfIssue: null },
  outcome,
});

const unknownCard = '00000000000034';

export const cardChanges: readonly Case<CardManagement>[] = [
  {
    name: 'cms-submit',
    operation: 'SubmitApplication',
    ask: (port) => port.submitApplication(' 007 & ]]>', application, anySignal()),
    read: readApplication,
    outcome: {
      value: {
        application: {
          ...application,
          id: '008',
          status: 'RECEIVED',
          submittedAt: '2025-06-07T00:00:00+08:00',
          decidedAt: null,
          decidedBy: null,
          reason: null,
        },
      },
    },
  },
  {
    name: 'cms-decide',
    operation: 'DecideApplication',
    ask: (port) =>
      port.decideApplication(
        bo.id,
        { approve: true, patronId: 'P0000003', decidedBy: 'staff & 1' },
        anySignal(),
      ),
    read: { applicationNo: bo.id, approve: true, patronNo: 'P0000003', decidedBy: 'staff & 1', reason: null },
    outcome: {
      value: {
        application: {
          ...bo,
          status: 'APPROVED',
          patronId: 'P0000003',
          decidedAt: '2025-06-07T00:00:00Z',
        },
      },
    },
  },
  {
    name: 'cms-decide-again',
    operation: 'DecideApplication',
    ask: (port) =>
      port.decideApplication('007', { approve: false, reason: '<no>', decidedBy: 's' }, anySignal()),
    read: { applicationNo: '007', approve: false, patronNo: null, decidedBy: 's', reason: '<no>' },
    outcome: { value: { refused: 'WRONG_STATE' } },
  },
  issuing('', 'P0000002', {
    value: {
      credential: {
        ...cancelledCard,
        libraryCardNumber: '21852000000017',
        patronId: 'P0000002',
        state: 'ACTIVE',
        issuedOn: '2025-06-07',
        closedOn: null,
      },
    },
  }),
  issuing('-fault-busy', 'P9991009', { reason: 'busy' }),
  issuing('-fault-with-empty-detail', 'P9999001', { reason: 'outcome-unknown' }),
  issuing('-fault-none', 'P9999501', { reason: 'outcome-unknown' }),
  {
    name: 'cms-loss',
    operation: 'ReportLoss',
    ask: (port) => port.reportLoss('r', lostCard.libraryCardNumber, 'CONTINUE', anySignal()),
    read: { clientRef: 'r', cardNo: lostCard.libraryCardNumber, onReplacement: 'CONT' },
    outcome: {
      value: {
        report: {
          id: '0003',
          libraryCardNumber: lostCard.libraryCardNumber,
          reportedAt: '2025-06-07T00:00:00+08:00',
          onReplacement: 'CONTINUE',
        },
        credential: lostCard,
      },
    },
  },
  {
    name: 'cms-replace',
    operation: 'ReplaceCard',
    ask: (port) => port.replaceCard('r', lostCard.libraryCardNumber, '2025-06-01', anySignal()),
    read: { clientRef: 'r', cardNo: lostCard.libraryCardNumber, dateOfIssue: '01/06/2025' },
    outcome: {
      value: {
        credential: { ...lostCard, state: 'ACTIVE', dateOfIssue: '2025-06-01', onReplacement: null },
      },
    },
  },
  {
    name: 'cms-close',
    operation: 'CloseCard',
    ask: (port) => port.closeCard('r', lostCard.libraryCardNumber, 'SURRENDERED', anySignal()),
    read: { clientRef: 'r', cardNo: lostCard.libraryCardNumber, status: 'SUR' },
    outcome: { value: { credential: { ...lostCard, state: 'SURRENDERED', closedOn: '2025-06-07' } } },
  },
  {
    name: 'cms-close-unknown',
    operation: 'CloseCard',
    ask: (port) => port.closeCard('r', unknownCard, 'CLOSED', anySignal()),
    read: { clientRef: 'r', cardNo: unknownCard, status: 'CAN' },
    outcome: { value: { refused: 'NOT_FOUND' } },
  },
  {
    name: 'cms-print',
    operation: 'PrintInformationCard',
    ask: (port) => port.printInformationCard('r', lostCard.libraryCardNumber, anySignal()),
    read: { clientRef: 'r', cardNo: lostCard.libraryCardNumber },
    outcome: { value: { credential: { ...lostCard, informationCardPrintedOn: '2025-06-07' } } },
  },
  {
    name: 'cms-change-pin',
    operation: 'ChangePin',
    ask: (port) => port.changePin('r', lostCard.libraryCardNumber, '0012', anySignal()),
    read: { clientRef: 'r', cardNo: lostCard.libraryCardNumber, newPin: '0012' },
    outcome: { value: { changed: true } },
  },
  ...(['0012', ' <12>'] as const).map(
    (pin): Case<CardManagement> => ({
      name: pin === '0012' ? 'cms-pin-right' : 'cms-pin-wrong',
      operation: 'VerifyPin',
      ask: (port) => port.verifyPin(lostCard.libraryCardNumber, pin, anySignal()),
      read: { cardNo: lostCard.libraryCardNumber, pin },
      outcome: {
        value:
          pin === '0012'
            ? { verified: true, lockedUntil: null }
            : { verified: false, lockedUntil: '2025-06-07T00:15:00+08:00' },
      },
    }),
  ),
];
