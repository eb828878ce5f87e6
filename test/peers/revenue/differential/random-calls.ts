import { pick } from '../../../support/random.ts';
import { amountOf, contents, methods, type RawLine } from '../contents.ts';
import { callContext, type OperationName, operations } from '../raw-request.ts';
import { type NumberKind, placeholder } from './names-per-system.ts';

/** What the systems have been asked for so far, as far as the choice of the next request needs it. */
export interface History {
  count(kind: NumberKind): number;
  readonly references: readonly string[];
  /** The lines of each order, by its index. */
  readonly orderLines: readonly (readonly RawLine[])[];
}

/** A request, with placeholders for numbers that each system gives itself. */
export interface RandomCall {
  readonly operation: OperationName;
  readonly content: string | null;
  readonly context: string;
}

type Random = () => number;

const chance = (random: Random, share: number): boolean => random() < share;
const many = <T>(random: Random, most: number, make: () => T): T[] =>
  Array.from({ length: Math.floor(random() * (most + 1)) }, make);

/** Charges of the seed, with their patrons and amounts. */
const seedCharges = [
  ['G0000001', 'P0000001', 1200],
  ['G0000002', 'P0000002', 15_000],
  ['G0000003', 'P0000002', 350],
  ['G0000004', 'P0000003', 4600],
  ['G0000005', 'P0000005', 8800],
  ['G0000006', 'P0000008', 3000],
  ['G0000007', 'P0000012', 80],
  ['G0000008', 'P0000013', 24_000],
  ['F0000001', 'P0000016', 2100],
  ['G0000010', 'P0000016', 520],
  ['G0000011', 'P0000018', 700],
] as const;
export const patrons = [...new Set(seedCharges.map(([, patron]) => patron)), 'P0000014', 'P0000099'];
const strangers = ['F0000099', 'G0009999'];
const clerks = ['staff-hkcl', 'staff-stcl', 'c.lam'];
const urls = [
  'https://library.example/back?x=1&y=2',
  'http://x',
  'HTTPS://LIBRARY.EXAMPLE/',
  '/back',
  'back',
  'ftp://library.example/',
  'javascript:alert(1)',
  'urn:x',
  '',
  `https://library.example/${'a'.repeat(476)}`,
  `https://library.example/${'a'.repeat(477)}`,
];
const texts = [
  'Goodwill',
  '',
  ' ',
  '\n\t ',
  'x'.repeat(200),
  'x'.repeat(201),
  '退款'.repeat(100),
  '𨱏'.repeat(150),
  '𨱏'.repeat(201),
  'a <b> & "c"',
];
const oddAmounts = ['0.00', '0.01', '0.79', '0.80', '0.99', '1.00', '1.01', '5.00', '9999999.99'];

/** A request that is valid by the schema, and may break any rule. */
export function randomCall(random: Random, history: History): RandomCall {
  const operation = pick(random, weighted);
  const clerk = chance(random, 0.5) ? pick(random, clerks) : null;
  const context = callContext(pick(random, ['Web', 'Counter', 'Kiosk', 'Phone', 'Partner', 'Batch']), clerk);
  const content = chance(random, 0.01) ? null : makers[operation](new Choice(random, history, clerk));
  return { operation, content, context };
}

/** The operations, those that change something more often. */
const weighted: readonly OperationName[] = [
  ...operations,
  'CreateOrder',
  'CreateOrder',
  'CreateOrder',
  'WaiveCharge',
  'RefundOrder',
  'RefundOrder',
  'GetStatements',
  'GetOrders',
];

/** Random values for the fields of a request. */
class Choice {
  readonly random: Random;
  readonly history: History;
  readonly contextClerk: string | null;

  constructor(random: Random, history: History, contextClerk: string | null) {
    this.random = random;
    this.history = history;
    this.contextClerk = contextClerk;
  }

  order(): string {
    return chance(this.random, 0.95) ? placeholder('order', this.orderIndex()) : 'RO2026999999';
  }

  orderIndex(): number {
    return this.#recent(this.history.count('order'));
  }

  /** A line of an order, with some of what it paid, or any line. */
  lineOf(order: number): RawLine {
    const lines = this.history.orderLines[order] ?? [];
    if (lines.length === 0 || chance(this.random, 0.15)) {
      return this.owed();
    }
    const line = this.oneOf(lines);
    return { charge: line.charge, amount: this.oneOf([line.amount, '1.00', '0.50', '3.00']) };
  }

  /** Mostly one of the latest. */
  #recent(count: number): number {
    return chance(this.random, 0.7)
      ? Math.max(0, count - 1 - Math.floor(this.random() * 3))
      : Math.floor(this.random() * count);
  }

  reference(): string {
    const { references } = this.history;
    return chance(this.random, 0.12) && references.length > 0
      ? pick(this.random, references)
      : `ref-${Math.floor(this.random() * 1e9)}`;
  }

  /** A charge with its patron, and an amount that suits it or not. */
  owed(): { readonly charge: string; readonly patron: string; readonly amount: string } {
    const raised = this.history.count('charge');
    const [charge, patron, cents] =
      raised > 0 && chance(this.random, 0.4)
        ? ([placeholder('charge', this.#recent(raised)), raisedFor, raisedCents] as const)
        : pick(this.random, seedCharges);
    const number = chance(this.random, 0.03) ? pick(this.random, strangers) : charge;
    return { charge: number, patron, amount: this.amount(cents) };
  }

  amount(cents: number): string {
    const roll = this.random();
    if (roll < 0.5) {
      return amountOf(cents);
    }
    return roll < 0.8 ? amountOf(100 + Math.floor(this.random() * cents)) : pick(this.random, oddAmounts);
  }

  lines(first: RawLine): readonly (RawLine | null)[] {
    if (chance(this.random, 0.02)) {
      return [];
    }
    if (chance(this.random, 0.01)) {
      return Array.from({ length: 51 }, () => first);
    }
    const more = many(this.random, 2, () => (chance(this.random, 0.05) ? null : this.owed()));
    return chance(this.random, 0.6) ? [first] : [first, ...more];
  }

  optionalText(): string | null | undefined {
    return this.oneOf<string | null | undefined>([undefined, undefined, null, pick(this.random, texts)]);
  }

  reason(): string {
    return chance(this.random, 0.85) ? 'Goodwill' : pick(this.random, texts);
  }

  clerk(): string {
    return chance(this.random, 0.85) ? (this.contextClerk ?? 'staff-hkcl') : this.oneOf(clerks);
  }

  method(): string {
    const payer = this.oneOf(['', '', '<t:PayerName>CHAN</t:PayerName>', '<t:PayerName i:nil="true"/>']);
    return this.oneOf([
      methods.fps,
      methods.card,
      methods.wallet,
      methods.counter,
      `<t:Method i:type="t:FpsMethod">${payer}</t:Method>`,
      `<t:Method i:type="t:FpsMethod">${payer}<t:BankCode i:nil="true"/></t:Method>`,
      `<t:Method i:type="t:CardMethod" Brands=" Jcb  UnionPay ">${payer}</t:Method>`,
      `<t:Method i:type="t:CardMethod">${payer}<t:MaskedNo>4111111111111111</t:MaskedNo></t:Method>`,
      `<t:Method i:type="t:WalletMethod" Provider="Octopus">${payer}</t:Method>`,
      `<t:Method i:type="t:CounterMethod">${payer}<t:Branch/></t:Method>`,
    ]);
  }

  returnUrl(): string | null | undefined {
    return chance(this.random, 0.7)
      ? urls[0]
      : this.oneOf<string | null | undefined>([null, undefined, ...urls]);
  }

  oneOf<T>(items: readonly T[]): T {
    return pick(this.random, items);
  }

  /** Some numbers, at times none or too many. */
  list(most: number, one: () => string): readonly (string | null)[] {
    if (chance(this.random, 0.03)) {
      return [];
    }
    const first = one();
    if (chance(this.random, 0.03)) {
      return Array.from({ length: most + 1 }, () => first);
    }
    const more = many(this.random, 3, () => (chance(this.random, 0.03) ? null : one()));
    return [first, ...more];
  }
}

/** The patron and the amount of every charge that the control raises. */
export const raisedFor = 'P0000004';
export const raisedCents = 900;

const makers: Readonly<Record<OperationName, (choice: Choice) => string | null>> = {
  GetStatements: (choice) =>
    contents.getStatements(
      choice.list(20, () => choice.oneOf([...patrons, raisedFor])),
      choice.oneOf([true, true, false, undefined]),
    ),
  GetOrders: (choice) =>
    choice.random() < 0.5
      ? contents.ordersByNumber(choice.list(25, () => choice.order()))
      : contents.ordersByReference(
          choice.list(25, () => choice.oneOf(['counter-20261109-0003', ...choice.history.references])),
        ),
  CreateOrder: (choice) => {
    const first = choice.owed();
    return contents.createOrder({
      ref: choice.reference(),
      patron: chance(choice.random, 0.95) ? first.patron : choice.oneOf(patrons),
      lines: choice.lines(first),
      method: choice.method(),
      returnUrl: choice.returnUrl(),
      note: choice.optionalText(),
    });
  },
  CancelOrder: (choice) => contents.cancelOrder(choice.order(), choice.optionalText()),
  WaiveCharge: (choice) => {
    const { charge, amount } = choice.owed();
    return contents.waiveCharge({
      ref: choice.reference(),
      charge,
      amount: choice.oneOf([null, amount, '0.50']),
      clerk: choice.clerk(),
      reason: choice.reason(),
    });
  },
  RefundOrder: (choice) => {
    const order = choice.orderIndex();
    return contents.refundOrder({
      ref: choice.reference(),
      order: chance(choice.random, 0.95) ? placeholder('order', order) : choice.order(),
      lines: choice.lines(choice.lineOf(order)),
      clerk: choice.clerk(),
      reason: choice.reason(),
    });
  },
  ListChanges: (choice) => {
    const known = choice.history.count('seq');
    const after =
      known > 0 && chance(choice.random, 0.8)
        ? placeholder('seq', Math.floor(choice.random() * known))
        : choice.oneOf(['0', '-1', '9000000000000000000']);
    return contents.listChanges(after, choice.oneOf([1, 3, 20, 500, 500, 501, 0, -1]));
  },
  GetReceipt: (choice) => contents.getReceipt(choice.order()),
  Ping: () => null,
};
