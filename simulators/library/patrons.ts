import type { SeedPatron } from '../seed.ts';
import type { Calendar } from './calendar.ts';
import { personName } from './names.ts';
import { birthCertificateNumber, identityNumber, patronNo, telephoneNumber } from './numbers.ts';
import type { Random } from './random.ts';

/**
 * Age in days from which a patron has an identity card and may have it enrolled: some weeks after the eleventh birthday
 * (R4). A younger patron is identified by the birth certificate.
 */
export const IDENTITY_CARD_AGE_DAYS = 11 * 365 + 90;
/**
 * The age in days below which a patron has a guarantor (R3). One year is added to the rule's age, so that the data still
 * follows the rule a year later.
 */
const GUARANTEED_AGE_DAYS = 19 * 365;
/** Shares of patrons who are suspended and closed. */
const SUSPENDED = 0.025;
const CLOSED = 0.015;

/** A patron, with the two ages that the generator of the patron's cards needs. */
export interface GeneratedPatron {
  readonly row: SeedPatron;
  readonly ageDays: number;
  /** At least 30. */
  readonly registeredDaysAgo: number;
}

/** Makes `count` patrons at consecutive positions from `first`. A patron's number is derived from the position. */
export function generatePatrons(
  first: number,
  count: number,
  calendar: Calendar,
  random: Random,
): GeneratedPatron[] {
  return Array.from({ length: count }, (_, index) => patronAt(first + index, calendar, random));
}

function patronAt(position: number, calendar: Calendar, random: Random): GeneratedPatron {
  const ageDays = random.between(5 * 365, 85 * 365);
  const registeredDaysAgo = random.between(30, Math.min(ageDays - 3 * 365, 15 * 365));
  const hasIdentityCard = ageDays >= IDENTITY_CARD_AGE_DAYS;
  const name = personName(random);
  const guarantor = ageDays < GUARANTEED_AGE_DAYS ? personName(random).english : null;
  const row: SeedPatron = {
    patronNo: patronNo(position),
    engName: name.english,
    chiName: name.chinese,
    hkid: hasIdentityCard ? identityNumber(position) : null,
    birthCertNo: hasIdentityCard ? null : birthCertificateNumber(position),
    dob: calendar.iso(-ageDays),
    addrLine: [random.pick(FLATS), random.pick(ADDRESSES), 'Hong Kong'],
    addrProof: true,
    tel: telephoneNumber(position),
    email: random.chance(0.6) ? `p${position}@patrons.example` : null,
    guarantorName: guarantor,
    guarantorTel: guarantor === null ? null : telephoneNumber(random.between(1, 999_999)),
    status: statusOf(random.next()),
    regDate: calendar.compact(-registeredDaysAgo),
    lastUpd: `${calendar.compact(-random.between(1, registeredDaysAgo))}090000`,
  };
  return { row, ageDays, registeredDaysAgo };
}

/** The lines of addresses. They are made once and shared, so that a large library needs little memory. */
const FLATS = Array.from({ length: 320 }, (_, index) => `Flat ${(index % 8) + 1}, ${(index >> 3) + 1}/F`);
const STREETS = [
  'Library Road',
  'Harbour Street',
  'Peak Lane',
  'Ferry Street',
  'Temple Road',
  'Garden Terrace',
];
const ADDRESSES = STREETS.flatMap((street) =>
  Array.from({ length: 200 }, (_, index) => `${index + 1} ${street}`),
);

function statusOf(drawn: number): SeedPatron['status'] {
  if (drawn < SUSPENDED) {
    return 'S';
  }
  return drawn < SUSPENDED + CLOSED ? 'C' : 'A';
}
