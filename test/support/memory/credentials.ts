import type {
  Application,
  CardManagement,
  Credential,
  Page,
  PageRequest,
} from '../../../adapters/credentials/port.ts';
import { isXmlText } from '../../../adapters/soap/contract/simple/xml-text.ts';
import { isDay } from '../../../simulators/hong-kong-time.ts';
import type { Seed } from '../../../simulators/index.ts';
import { CardDrawer, type CardTables, orRefused, refuse } from './card-drawer.ts';
import { checkReference, checkRows, type FaultyConnection } from './faulty-connection.ts';
import { PinLocks } from './pin-locks.ts';

const keptMs = 30 * 86_400_000;

/** A card management system in memory that keeps the promises of its port. */
export function createMemoryCards(
  seed: Seed,
  clock: () => Date,
  connection: FaultyConnection,
): CardManagement {
  const tables = tablesOf(seed);
  const drawer = new CardDrawer(tables, clock);
  const locks = new PinLocks(clock);
  const answers = new Map<string, { readonly name: string; readonly answer: unknown; readonly at: number }>();

  /** Makes a change once. If the reference was used within 30 days, resolves to the former answer. */
  async function once<T>(name: string, reference: string, signal: AbortSignal, act: () => T) {
    checkReference(reference);
    return await connection.change(signal, () =>
      orRefused(() => {
        const known = answers.get(reference);
        const now = clock().getTime();
        if (known !== undefined && now - known.at <= keptMs) {
          // With the same name, the call is a repetition of the same change.
          return known.name === name ? (known.answer as T) : refuse('ALREADY_EXISTS');
        }
        const answer = act();
        answers.set(reference, { name, answer, at: now });
        return answer;
      }),
    );
  }

  return {
    ...readsOf(tables, connection),
    submitApplication: (reference, application, signal) =>
      once('submit', reference, signal, () => ({ application: drawer.submit(application) })),
    decideApplication: (id, decision, signal) =>
      connection.change(signal, () => orRefused(() => ({ application: drawer.decide(id, decision) }))),
    issueCard: (reference, credential, signal) =>
      once('issue', reference, signal, () => ({ credential: drawer.issue(credential) })),
    reportLoss: (reference, number, onReplacement, signal) =>
      once('lose', reference, signal, () => drawer.reportLoss(number, onReplacement)),
    replaceCard: (reference, number, dateOfIssue, signal) =>
      once('replace', reference, signal, () => ({ credential: drawer.replace(number, dateOfIssue) })),
    closeCard: (reference, number, state, signal) =>
      once('close', reference, signal, () => ({ credential: drawer.close(number, state) })),
    printInformationCard: (reference, number, signal) =>
      once('print', reference, signal, () => ({ credential: drawer.print(number) })),
    changePin: (reference, number, pin, signal) =>
      once('pin', reference, signal, () => {
        drawer.changePin(number, pin);
        return { changed: true } as const;
      }),
    verifyPin: (number, pin, signal) =>
      connection.change(signal, () => orRefused(() => locks.verify(number, drawer.isPin(number, pin)))),
  };
}

type Reads = Pick<
  CardManagement,
  | 'cardsByPatron'
  | 'cardsByNumber'
  | 'findSmartId'
  | 'applicationsById'
  | 'listApplications'
  | 'listLossReports'
  | 'applicationIds'
  | 'lossReportIds'
  | 'ping'
>;

function readsOf({ cards, applications, reports }: CardTables, connection: FaultyConnection): Reads {
  return {
    cardsByPatron: (patronIds, signal) =>
      connection.read(signal, () =>
        patronIds.map((patronId) => [...cards.values()].filter((card) => card.patronId === patronId)),
      ),
    cardsByNumber: (numbers, signal) =>
      connection.read(signal, () => numbers.map((number) => cards.get(number) ?? null)),
    findSmartId: ({ identityNumber, dateOfIssue }, signal) =>
      connection.read(signal, () => {
        const isPresented = (card: Credential) =>
          card.identityNumber === identityNumber &&
          (card.state === 'ACTIVE'
            ? card.dateOfIssue === dateOfIssue
            : card.state === 'LOST' &&
              card.onReplacement === 'CONTINUE' &&
              (card.dateOfIssue ?? '') < dateOfIssue);
        return isDay(dateOfIssue) ? ([...cards.values()].find(isPresented) ?? null) : null;
      }),
    applicationsById: (ids, signal) =>
      connection.read(signal, () => ids.map((id) => applications.get(id) ?? null)),
    async listApplications({ status, patronId }, page, signal) {
      checkRows(page.first, 100);
      return await connection.read(signal, () =>
        pageOf(
          [...applications.values()].filter(
            (one) =>
              (status === null || one.status === status) && (patronId === null || one.patronId === patronId),
          ),
          page,
        ),
      );
    },
    async listLossReports(page, signal) {
      checkRows(page.first, 100);
      return await connection.read(signal, () => pageOf(reports, page));
    },
    async applicationIds(page, signal) {
      checkRows(page.first, 100);
      return await connection.read(signal, () => idsOf(pageOf([...applications.values()], page)));
    },
    async lossReportIds(page, signal) {
      checkRows(page.first, 100);
      return await connection.read(signal, () => idsOf(pageOf(reports, page)));
    },
    ping: (signal) => connection.read(signal, () => undefined),
  };
}

function pageOf<Row extends { readonly id: string }>(all: readonly Row[], page: PageRequest): Page<Row> {
  const { first } = page;
  const after = page.after ?? '';
  const further = isXmlText(after) ? all.filter(({ id }) => id > after) : [];
  return { rows: further.slice(0, first), totalCount: all.length, hasNextPage: further.length > first };
}

const idsOf = ({ rows, ...page }: Page<{ readonly id: string }>): Page<string> => ({
  ...page,
  rows: rows.map(({ id }) => id),
});

const kinds = { LC: 'LIBRARY_CARD', SC: 'SMART_ID' } as const;
const states = { ACT: 'ACTIVE', LST: 'LOST', CAN: 'CLOSED', SUR: 'SURRENDERED' } as const;
const onReplacements = { CONT: 'CONTINUE', DISC: 'DISCONTINUE' } as const;
const channels = { CTR: 'COUNTER', WEB: 'INTERNET' } as const;
const statuses = { RCV: 'RECEIVED', APR: 'APPROVED', REJ: 'REJECTED', WDN: 'WITHDRAWN' } as const;

function tablesOf(seed: Seed): CardTables {
  return {
    cards: new Map(seed.cards.map((row) => [row.cardNo, cardOf(row)])),
    pins: new Map(seed.cards.flatMap(({ cardNo, pin }) => (pin === null ? [] : [[cardNo, pin]]))),
    applications: new Map(seed.applications.map((row) => [row.applicationNo, applicationOf(row)])),
    reports: seed.lossReports.map((row) => ({
      id: row.reportNo,
      libraryCardNumber: row.cardNo,
      reportedAt: row.reportedAt,
      onReplacement: row.onReplacement === null ? null : onReplacements[row.onReplacement],
    })),
  };
}

const cardOf = (row: Seed['cards'][number]): Credential => ({
  libraryCardNumber: row.cardNo,
  patronId: row.patronNo,
  kind: kinds[row.type],
  state: states[row.status],
  issuedOn: row.issuedOn,
  closedOn: row.closedOn,
  identityNumber: row.hkid,
  dateOfIssue: row.dateOfIssue,
  onReplacement: row.onReplacement === null ? null : onReplacements[row.onReplacement],
  informationCardPrintedOn: row.infoCardPrintedOn,
});

const applicationOf = ({ applicant, guarantor, ...row }: Seed['applications'][number]): Application => ({
  id: row.applicationNo,
  status: statuses[row.status],
  channel: channels[row.channel],
  wants: row.wants.map((type) => kinds[type]),
  patronId: row.patronNo,
  applicant: {
    englishName: applicant.engName,
    chineseName: applicant.chiName,
    identityNumber: applicant.hkid,
    birthCertificateNumber: applicant.birthCertNo,
    dateOfBirth: applicant.dateOfBirth,
    smartIdDateOfIssue: applicant.dateOfIssue,
    address: applicant.address,
    addressProofShown: applicant.addressProof,
    telephone: applicant.tel,
    email: applicant.email,
  },
  guarantor:
    guarantor === null
      ? null
      : {
          name: guarantor.name,
          telephone: guarantor.tel,
          signedOn: guarantor.signedOn,
          allowsSmartId: guarantor.allowsSmartCard,
        },
  submittedAt: row.submittedAt,
  decidedAt: row.decidedAt,
  decidedBy: row.decidedBy,
  reason: row.reason,
});
