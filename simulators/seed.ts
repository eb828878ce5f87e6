import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { isDay } from './hong-kong-time.ts';

const day = z.string().refine(isDay, 'not a day YYYY-MM-DD');
const compact = z.string().regex(/^[0-9]{8}$/, 'not YYYYMMDD');
const stamp = z.string().regex(/^[0-9]{14}$/, 'not YYYYMMDDHHMMSS');
const zoned = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00$/, 'not YYYY-MM-DDTHH:MM:SS+08:00');
const cardNo = z.string().regex(/^[0-9]{14}$/, 'not 14 digits');
/** Text that XML 1.0 can represent: no lone surrogates, no U+FFFE or U+FFFF, and below U+0020 only tabs and line ends. */
const line = z
  .string()
  .refine((text) => text.isWellFormed() && !hasControl(text), 'has characters that XML does not allow');
const text = line.min(1);

const hasControl = (value: string): boolean => {
  for (let index = 0; index < value.length; index += 1) {
    const code = value.charCodeAt(index);
    if ((code < 0x20 && code !== 9 && code !== 10 && code !== 13) || code === 0xfffe || code === 0xffff) {
      return true;
    }
  }
  return false;
};

const patron = z.strictObject({
  patronNo: z.string().regex(/^P[0-9]{7}$/, 'not P and seven digits'),
  engName: text,
  chiName: text.nullable(),
  hkid: text.nullable(),
  birthCertNo: text.nullable(),
  dob: day,
  addrLine: z.array(text).max(4),
  addrProof: z.boolean(),
  tel: text.nullable(),
  email: text.nullable(),
  guarantorName: text.nullable(),
  guarantorTel: text.nullable(),
  status: z.enum(['A', 'S', 'C']),
  regDate: compact,
  lastUpd: stamp,
  /** What the patron shows in the demonstration. No system stores this text. */
  case: z.string().optional(),
});

const card = z.strictObject({
  cardNo,
  patronNo: text,
  type: z.enum(['LC', 'SC']),
  status: z.enum(['ACT', 'LST', 'CAN', 'SUR']),
  issuedOn: day,
  closedOn: day.nullable(),
  hkid: text.nullable(),
  dateOfIssue: day.nullable(),
  onReplacement: z.enum(['CONT', 'DISC']).nullable(),
  infoCardPrintedOn: day.nullable(),
  pin: text.nullable(),
});

const applicant = z.strictObject({
  engName: text,
  chiName: text.nullable(),
  hkid: text.nullable(),
  birthCertNo: text.nullable(),
  dateOfBirth: day,
  dateOfIssue: day.nullable(),
  address: text.nullable(),
  addressProof: z.boolean(),
  tel: text.nullable(),
  email: text.nullable(),
});

const application = z.strictObject({
  applicationNo: text,
  clientRef: text,
  channel: z.enum(['CTR', 'WEB']),
  status: z.enum(['RCV', 'APR', 'REJ', 'WDN']),
  patronNo: text.nullable(),
  wants: z
    .array(z.enum(['LC', 'SC']))
    .min(1)
    .max(2),
  applicant,
  guarantor: z
    .strictObject({ name: text, tel: text.nullable(), signedOn: day, allowsSmartCard: z.boolean() })
    .nullable(),
  submittedAt: zoned,
  decidedAt: zoned.nullable(),
  decidedBy: text.nullable(),
  reason: text.nullable(),
});

const lossReport = z.strictObject({
  reportNo: text,
  cardNo,
  patronNo: text,
  reportedAt: zoned,
  onReplacement: z.enum(['CONT', 'DISC']).nullable(),
});

const item = z.strictObject({
  itemNo: text,
  bibNo: text,
  title: text,
  author: line,
  callNo: line,
  branch: text,
  material: z.enum(['BK', 'AV', 'CD', 'RF']),
  state: z.enum(['A', 'O', 'H', 'M']),
});

const loan = z.strictObject({
  loanNo: text,
  cardNo,
  itemNo: text,
  outAt: stamp,
  dueOn: compact,
  renewals: z.int().min(0).max(5),
  ref: line,
  bibNo: text,
  branch: text,
});

const hold = z.strictObject({
  holdNo: text,
  cardNo,
  bibNo: text,
  pickupBranch: text,
  state: z.enum(['Q', 'R', 'X', 'L']),
  queuePos: z.int().min(0),
  placedAt: stamp,
  readyUntil: z.union([compact, z.literal('')]),
  ref: line,
});

const charge = z.strictObject({
  chargeNo: text,
  cardNo,
  loanNo: text,
  kind: z.enum(['OD', 'LS']),
  cents: z.int(),
  raisedOn: compact,
});

const event = z.strictObject({
  seq: z.int().min(1),
  at: stamp,
  kind: z.enum(['OUT', 'IN', 'RNW', 'HLD', 'UNH', 'BLK', 'UBK', 'REG']),
  cardNo: line,
  itemNo: line,
  loanNo: line,
  ref: line,
});

const seedShape = z
  .strictObject({
    note: z.string().optional(),
    patrons: z.array(patron),
    cards: z.array(card),
    applications: z.array(application),
    lossReports: z.array(lossReport),
    items: z.array(item),
    loans: z.array(loan),
    holds: z.array(hold),
    charges: z.array(charge),
    /** CIRC's events, oldest first. `seed.json` has none. */
    events: z.array(event).optional(),
  })
  .superRefine((seed, context) => {
    const say = (path: (string | number)[], message: string) =>
      context.addIssue({ code: 'custom', path, message });
    const unique = <Row>(table: string, rows: readonly Row[], keyOf: (row: Row) => string) => {
      const seen = new Set<string>();
      rows.map(keyOf).forEach((key, index) => {
        if (seen.has(key)) {
          say([table, index], `${key} is there twice`);
        }
        seen.add(key);
      });
    };
    unique('patrons', seed.patrons, (row) => row.patronNo);
    unique('cards', seed.cards, (row) => row.cardNo);
    unique('applications', seed.applications, (row) => row.applicationNo);
    unique('lossReports', seed.lossReports, (row) => row.reportNo);
    unique('items', seed.items, (row) => row.itemNo);
    unique('loans', seed.loans, (row) => row.loanNo);
    unique('holds', seed.holds, (row) => row.holdNo);
    unique('charges', seed.charges, (row) => row.chargeNo);
    const items = new Map(seed.items.map((row) => [row.itemNo, row]));
    seed.loans.forEach((row, index) => {
      const lent = items.get(row.itemNo);
      if (lent === undefined) {
        say(['loans', index, 'itemNo'], 'there is no such item');
      } else if (lent.state !== 'O') {
        say(['loans', index, 'itemNo'], 'the item is not on loan');
      }
    });
    const titles = new Set(seed.items.map((row) => row.bibNo));
    seed.holds.forEach((row, index) => {
      if (!titles.has(row.bibNo)) {
        say(['holds', index, 'bibNo'], 'there is no item of that title');
      }
    });
  });

/**
 * The data with which the simulators start. Days are ISO, except `regDate`, `lastUpd` and CIRC's days, which are in the
 * vendor's format.
 */
export type Seed = z.infer<typeof seedShape>;
export type SeedPatron = z.infer<typeof patron>;
export type SeedCard = z.infer<typeof card>;
export type SeedApplication = z.infer<typeof application>;
export type SeedLossReport = z.infer<typeof lossReport>;
export type SeedItem = z.infer<typeof item>;
export type SeedLoan = z.infer<typeof loan>;
export type SeedHold = z.infer<typeof hold>;
export type SeedCharge = z.infer<typeof charge>;
export type SeedEvent = z.infer<typeof event>;

/** Checks parsed JSON. @throws Error that lists all problems and their paths. */
export function parseSeed(value: unknown): Seed {
  const result = seedShape.safeParse(value);
  if (result.success) {
    return result.data;
  }
  const lines = result.error.issues.map(({ path, message }) => `  seed.${path.join('.')}: ${message}`);
  throw new Error(`the seed is not valid:\n${lines.join('\n')}`);
}

/** Reads a seed from a JSON file. Default: `seed.json`. */
export function readSeed(file: string | URL = new URL('./seed.json', import.meta.url)): Seed {
  const json: unknown = JSON.parse(readFileSync(file, 'utf8'));
  return parseSeed(json);
}
