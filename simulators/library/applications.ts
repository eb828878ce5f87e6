import type { SeedApplication, SeedPatron } from '../seed.ts';
import type { Calendar } from './calendar.ts';
import { personName } from './names.ts';
import { applicationNo, identityNumber, telephoneNumber } from './numbers.ts';
import type { Random } from './random.ts';

/** The share of applications that are not decided yet, and their maximum age in days. */
const UNDECIDED = 0.03;
const UNDECIDED_DAYS = 20;
/** The approximate age of the oldest application. */
const OLDEST_DAYS = 700;
/** Of the decided applications, the shares that were rejected and withdrawn. The others were approved. */
const REJECTED = 0.08;
const WITHDRAWN = 0.02;
/** The share of unapproved applications whose applicants are not in the registry. */
const UNREGISTERED = 0.4;

interface ApplicationsToMake {
  readonly count: number;
  readonly first: number;
  /**
   * The first position of applicants who are not in the registry. `identityNumber` makes their numbers from positions
   * that no patron has.
   */
  readonly firstStranger: number;
}

/** Makes the applications, oldest first, as CMS numbers them. */
export function generateApplications(
  { count, first, firstStranger }: ApplicationsToMake,
  patrons: readonly SeedPatron[],
  calendar: Calendar,
  random: Random,
): SeedApplication[] {
  const undecidedFrom = Math.floor(count * (1 - UNDECIDED));
  return Array.from({ length: count }, (_, index) => {
    const isUndecided = index >= undecidedFrom;
    const daysAgo = isUndecided
      ? 1 + Math.floor(((count - 1 - index) / (count - undecidedFrom)) * UNDECIDED_DAYS)
      : UNDECIDED_DAYS + 2 + Math.floor((1 - index / undecidedFrom) * (OLDEST_DAYS - UNDECIDED_DAYS));
    const status = isUndecided ? 'RCV' : statusOf(random.next());
    const isUnregistered = status !== 'APR' && random.chance(UNREGISTERED);
    const patron = random.pick(patrons);
    return {
      applicationNo: applicationNo(first + index),
      clientRef: `library-${first + index}`,
      channel: random.chance(0.4) ? 'CTR' : 'WEB',
      status,
      patronNo: isUnregistered ? null : patron.patronNo,
      wants: isUnregistered || patron.hkid === null ? ['LC'] : ['SC'],
      applicant: isUnregistered
        ? strangerAt(firstStranger + index, calendar, random)
        : applicantOf(patron, calendar, daysAgo),
      guarantor:
        isUnregistered || patron.guarantorName === null
          ? null
          : {
              name: patron.guarantorName,
              tel: patron.guarantorTel,
              signedOn: calendar.iso(-daysAgo),
              allowsSmartCard: true,
            },
      submittedAt: calendar.zoned(-daysAgo, '10:00:00'),
      decidedAt: isUndecided ? null : calendar.zoned(1 - daysAgo, '15:30:00'),
      decidedBy: isUndecided || status === 'WDN' ? null : 'staff-hkcl',
      reason: status === 'REJ' ? 'ADDRESS_PROOF_NEEDED' : null,
    };
  });
}

function statusOf(drawn: number): SeedApplication['status'] {
  if (drawn < REJECTED) {
    return 'REJ';
  }
  return drawn < REJECTED + WITHDRAWN ? 'WDN' : 'APR';
}

const applicantOf = (
  { engName, chiName, hkid, birthCertNo, dob, tel, email }: SeedPatron,
  calendar: Calendar,
  daysAgo: number,
): SeedApplication['applicant'] => ({
  engName,
  chiName,
  hkid,
  birthCertNo,
  dateOfBirth: dob,
  dateOfIssue: hkid === null ? null : calendar.iso(-daysAgo - 30),
  address: null,
  addressProof: false,
  tel,
  email,
});

function strangerAt(position: number, calendar: Calendar, random: Random): SeedApplication['applicant'] {
  const { english, chinese } = personName(random);
  return {
    engName: english,
    chiName: chinese,
    hkid: identityNumber(position),
    birthCertNo: null,
    dateOfBirth: calendar.iso(-random.between(20 * 365, 70 * 365)),
    dateOfIssue: null,
    address: '9 Temple Road',
    addressProof: true,
    tel: telephoneNumber(position),
    email: null,
  };
}
