import type {
  Amendment,
  ContactChanges,
  IdentityDocument,
  IdentityNumberAddition,
  NewPatron,
  Patron,
  PatronAmendment,
  PatronChanges,
  PatronCriteria,
  PatronRegistry,
  Registration,
} from '../../../adapters/patrons/port.ts';
import { recordVersion } from '../../../adapters/patrons/record-version.ts';
import { isIdentityNumber } from '../../../simulators/check-digits.ts';
import { dayOf, dayOfCompact, isDay, stampOf } from '../../../simulators/hong-kong-time.ts';
import type { Seed } from '../../../simulators/index.ts';
import { checkRows, type FaultyConnection, isTellable } from './faulty-connection.ts';

interface Entry {
  readonly patron: Patron;
  readonly documents: Readonly<Record<IdentityDocument['kind'], string | null>>;
}

const statuses = { A: 'ACTIVE', S: 'SUSPENDED', C: 'CLOSED' } as const;

/** A patron registry in memory that keeps the promises of its port. */
export function createMemoryPatrons(
  seed: Seed,
  clock: () => Date,
  connection: FaultyConnection,
): PatronRegistry {
  const entries = new Map(seed.patrons.map((row) => [row.patronNo, entryOf(row)]));
  const all = () => [...entries.values()];
  return {
    findMany: (numbers, signal) =>
      connection.read(signal, () => numbers.map((number) => entries.get(number)?.patron ?? null)),
    findByDocument: (document, signal) =>
      connection.read(signal, () =>
        document.number === '' ? null : (holderOf(all(), document)?.patron ?? null),
      ),
    async search(criteria, { first, after: given }, signal) {
      checkRows(first, 100);
      const after = given ?? '';
      return await connection.read(signal, () => {
        const matching = all().flatMap(({ patron }) => (isMatch(patron, criteria) ? [patron] : []));
        const isNumber = after === '' || /^P[0-9]{7}$/.test(after);
        const further = isNumber ? matching.filter(({ number }) => number > after) : [];
        further.sort((a, b) => (a.number < b.number ? -1 : 1));
        const patrons = further.slice(0, first);
        return { patrons, totalCount: matching.length, hasNextPage: further.length > first };
      });
    },
    register: (given, signal) =>
      connection.change(signal, (): Registration => {
        if (!isValid(given)) {
          return { refused: 'INVALID' };
        }
        const number = `P${String(entries.size + 1).padStart(7, '0')}`;
        const entry = newEntry(number, given, clock());
        const { HKID, BIRTH_CERTIFICATE } = entry.documents;
        const isTaken =
          holderOf(all(), { kind: 'HKID', number: HKID }) ??
          holderOf(all(), { kind: 'BIRTH_CERTIFICATE', number: BIRTH_CERTIFICATE });
        if (isTaken !== undefined) {
          return { refused: 'ALREADY_REGISTERED' };
        }
        entries.set(number, entry);
        return { patron: entry.patron };
      }),
    amendContact: (number, version, changes, signal) =>
      connection.change(signal, (): Amendment => {
        const entry = entries.get(number);
        if (entry === undefined) {
          return { refused: 'NOT_FOUND' };
        }
        if (entry.patron.version !== version) {
          return { refused: 'VERSION_CONFLICT' };
        }
        if (!isTellable(changes) || (changes.addressLines?.length ?? 0) > 4) {
          return { refused: 'INVALID' };
        }
        const patron = amended(entry.patron, changes);
        entries.set(number, { ...entry, patron });
        return { patron };
      }),
    amendPatron: (number, version, changes, signal) =>
      connection.change(signal, (): PatronAmendment => {
        const entry = entries.get(number);
        if (entry === undefined) {
          return { refused: 'NOT_FOUND' };
        }
        if (entry.patron.version !== version) {
          return { refused: 'VERSION_CONFLICT' };
        }
        const amendedEntry = withChanges(entry, changes);
        if (!isValidChange(changes, amendedEntry)) {
          return { refused: 'INVALID' };
        }
        const others = all().filter(({ patron }) => patron.number !== number);
        const isTaken = (['HKID', 'BIRTH_CERTIFICATE'] as const).some(
          (kind) => holderOf(others, { kind, number: amendedEntry.documents[kind] }) !== undefined,
        );
        if (isTaken) {
          return { refused: 'ALREADY_REGISTERED' };
        }
        entries.set(number, amendedEntry);
        return { patron: amendedEntry.patron };
      }),
    addIdentityNumber: (number, identityNumber, signal) =>
      connection.change(signal, (): IdentityNumberAddition => {
        const entry = entries.get(number);
        if (entry === undefined) {
          return { refused: 'NOT_FOUND' };
        }
        if (!isIdentityNumber(identityNumber)) {
          return { refused: 'INVALID' };
        }
        const { HKID } = entry.documents;
        if (HKID === identityNumber) {
          return { patron: entry.patron };
        }
        if (HKID !== null) {
          return { refused: 'HAS_ANOTHER' };
        }
        if (holderOf(all(), { kind: 'HKID', number: identityNumber })) {
          return { refused: 'ALREADY_REGISTERED' };
        }
        const documents = { ...entry.documents, HKID: identityNumber };
        const identityDocuments = documentsOf(documents);
        const patron = { ...amended(entry.patron, {}), identityDocuments };
        entries.set(number, { documents, patron });
        return { patron };
      }),
    ping: (signal) => connection.read(signal, () => undefined),
  };
}

const given = (text: string | null): string | null => (text === '' ? null : text);

function documentsOf(documents: Entry['documents']): IdentityDocument[] {
  return (['HKID', 'BIRTH_CERTIFICATE'] as const).flatMap((kind) => {
    const number = documents[kind];
    return number === null ? [] : [{ kind, number }];
  });
}

const holderOf = (
  entries: readonly Entry[],
  { kind, number }: { readonly kind: IdentityDocument['kind']; readonly number: string | null },
): Entry | undefined =>
  number === null ? undefined : entries.find(({ documents }) => documents[kind] === number);

function isMatch(patron: Patron, { name, telephone, status }: PatronCriteria): boolean {
  const isNamed = [patron.englishName, patron.chineseName ?? ''].some((one) =>
    one.toLowerCase().includes((name ?? '').toLowerCase()),
  );
  return (
    isNamed &&
    (telephone === null || patron.telephone === telephone) &&
    (status === null || patron.status === status)
  );
}

function isValid(patron: NewPatron): boolean {
  const { englishName, guarantor, addressLines, dateOfBirth } = patron;
  const identityNumber = given(patron.identityNumber);
  const names = englishName + (guarantor?.name ?? '');
  return (
    isTellable(patron) &&
    (identityNumber === null
      ? given(patron.birthCertificateNumber) !== null
      : isIdentityNumber(identityNumber)) &&
    englishName.trim() !== '' &&
    names === names.toUpperCase() &&
    addressLines.length <= 4 &&
    isDay(dateOfBirth)
  );
}

function newEntry(number: string, patron: NewPatron, now: Date): Entry {
  const { identityNumber, birthCertificateNumber, ...details } = patron;
  const documents = { HKID: given(identityNumber), BIRTH_CERTIFICATE: given(birthCertificateNumber) };
  return {
    documents,
    patron: {
      ...details,
      number,
      chineseName: given(details.chineseName),
      telephone: given(details.telephone),
      email: given(details.email),
      identityDocuments: documentsOf(documents),
      status: 'ACTIVE',
      registeredOn: dayOf(now),
      version: recordVersion(number, stampOf(now)),
    },
  };
}

function withChanges(
  { patron, documents: before }: Entry,
  {
    identityNumber = before.HKID,
    birthCertificateNumber = before.BIRTH_CERTIFICATE,
    ...changes
  }: PatronChanges,
): Entry {
  const documents = { HKID: given(identityNumber), BIRTH_CERTIFICATE: given(birthCertificateNumber) };
  const { chineseName = patron.chineseName, ...others } = changes;
  return {
    documents,
    patron: {
      ...amended(patron, {}),
      ...others,
      chineseName: given(chineseName),
      identityDocuments: documentsOf(documents),
    },
  };
}

function isValidChange(changes: PatronChanges, { patron, documents }: Entry): boolean {
  const { identityNumber, birthCertificateNumber } = changes;
  const isChanged = identityNumber !== undefined || birthCertificateNumber !== undefined;
  const names = patron.englishName + (patron.guarantor?.name ?? '');
  return (
    isTellable(changes) &&
    (!isChanged || patron.identityDocuments.length > 0) &&
    (documents.HKID === null || isIdentityNumber(documents.HKID)) &&
    patron.englishName.trim() !== '' &&
    names === names.toUpperCase() &&
    (patron.dateOfBirth === null || isDay(patron.dateOfBirth))
  );
}

/** The patron with the changes and a new version. */
function amended(patron: Patron, changes: ContactChanges): Patron {
  const { addressLines = patron.addressLines, addressProven = patron.addressProven } = changes;
  const { telephone = patron.telephone, email = patron.email } = changes;
  return {
    ...patron,
    addressLines,
    addressProven,
    telephone: given(telephone),
    email: given(email),
    version: recordVersion(patron.number, patron.version),
  };
}

function entryOf(row: Seed['patrons'][number]): Entry {
  const documents = { HKID: row.hkid, BIRTH_CERTIFICATE: row.birthCertNo };
  return {
    documents,
    patron: {
      number: row.patronNo,
      englishName: row.engName,
      chineseName: row.chiName,
      identityDocuments: documentsOf(documents),
      dateOfBirth: row.dob,
      addressLines: row.addrLine,
      addressProven: row.addrProof,
      telephone: row.tel,
      email: row.email,
      guarantor: row.guarantorName === null ? null : { name: row.guarantorName, telephone: row.guarantorTel },
      status: statuses[row.status],
      registeredOn: dayOfCompact(row.regDate) ?? row.regDate,
      version: recordVersion(row.patronNo, row.lastUpd),
    },
  };
}
