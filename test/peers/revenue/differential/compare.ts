import { z } from 'zod';
import { pick, randomFrom } from '../../../support/random.ts';
import { judge } from '../asker.ts';
import type { RawLine } from '../contents.ts';
import { askControl, envelopeOf, post, type RawAnswer, rawRequest } from '../raw-request.ts';
import { allNamed, at, textAt, type XmlTree } from '../xml-tree.ts';
import { canonical, differences } from './canonical.ts';
import { damaged } from './damage.ts';
import { NamesOfSystem, type NumberKind, placeholder } from './names-per-system.ts';
import { patrons, raisedCents, raisedFor, randomCall } from './random-calls.ts';

/** A revenue system with the seed's records and the machine's clock. */
export interface System {
  readonly name: string;
  readonly url: string;
}

/** A request to which two systems gave different answers. */
export interface Difference {
  readonly step: number;
  readonly request: string;
  /** Where the answers differ: the first system's, a bar, the second's. */
  readonly where: readonly string[];
}

interface Side {
  readonly system: System;
  readonly names: NamesOfSystem;
}

/** More than any two systems' clocks differ: each takes the same steps of its clock, a few ms after the other. */
const toleranceMs = 30_000;

/** The start of each sequence, so that the end of the day comes when a sequence wants it. */
const morning = '2026-12-01T02:00:00Z';
const clockSteps = ['+1m', '+5m', '+13m', '+15m', '+16m', '+2h', '+1d', '-5m', '+40d'];
/** Shortly after the end of the day began, in its middle, and shortly after it. Some days later than any order before. */
const eveningTimes = ['15:32:00', '15:59:00', '16:10:00', '16:20:00'];

/**
 * Sends the same random sequence of requests to two systems, each of which has just started with the seed. Resolves to
 * the differences of their answers. After the first difference the systems may have different records, so the sequence
 * ends there.
 */
export class Sequence {
  readonly #random: () => number;
  readonly #sides: readonly [Side, Side];
  readonly #exact: ReadonlySet<string>;
  readonly #references: string[] = ['counter-20261106-0017', 'counter-20261113-0001', 'web-5f0c6a1e'];
  readonly #orderLines: RawLine[][] = [
    [{ charge: 'G0000002', amount: '150.00' }],
    [{ charge: 'G0000004', amount: '20.00' }],
  ];
  #day = 1;
  /** The share of requests that are damaged. */
  readonly #damage: number;
  /** How often there was which answer, by its fault or by its name. */
  readonly answers = new Map<string, number>();

  /** `exact` are the times of the seed. `seed` decides everything. */
  constructor(systems: readonly [System, System], exact: ReadonlySet<string>, seed: number) {
    this.#random = randomFrom(seed);
    this.#exact = exact;
    this.#damage = pick(this.#random, [0, 0.15, 0.5]);
    const side = (system: System): Side => ({ system, names: new NamesOfSystem() });
    this.#sides = [side(systems[0]), side(systems[1])];
  }

  async run(requests: number): Promise<Difference[]> {
    for (const { system, names } of this.#sides) {
      await askControl(system.url, { clock: morning });
      names.learn('order', 'RO2026000001');
      names.learn('order', 'RO2026000002');
    }
    for (let step = 0; step < requests; step += 1) {
      const found = this.#random() < 0.25 ? await this.#outside(step) : await this.#request(step);
      if (found !== null) {
        return [found];
      }
    }
    const last = await this.#everything(requests);
    return last === null ? [] : [last];
  }

  /** The bank pays, time passes, or a charge is raised. The control must say the same. */
  async #outside(step: number): Promise<Difference | null> {
    const asked = this.#randomControl();
    const answers: string[] = [];
    for (const { system, names } of this.#sides) {
      const { status, answer } = await askControl(
        system.url,
        JSON.parse(names.render(JSON.stringify(asked))),
      );
      const { state = null, charge = null } = controlAnswer.parse(answer);
      if (status === 200 && 'raise' in asked) {
        names.learn('charge', typeof charge === 'string' ? charge : (charge?.chargeNo ?? 'no number'));
      }
      answers.push(JSON.stringify({ status, state }));
    }
    const [left, right] = answers;
    return left === right ? null : { step, request: JSON.stringify(asked), where: [`${left} | ${right}`] };
  }

  #randomControl(): object {
    const random = this.#random;
    const roll = random();
    const orders = this.#sides[0].names.count('order');
    const recent = Math.max(0, orders - 1 - Math.floor(random() * 4));
    const order = random() < 0.97 ? placeholder('order', recent) : 'RO2026999999';
    if (roll < 0.45) {
      return { pay: order };
    }
    if (roll < 0.5) {
      return { expire: order };
    }
    if (roll < 0.7) {
      const raise = {
        patronNo: raisedFor,
        purpose: 'Printing',
        description: 'A4 & <A3>',
        cents: raisedCents,
      };
      return { raise };
    }
    if (roll < 0.73) {
      this.#day += 1;
      return { clock: `2027-01-${String(this.#day).padStart(2, '0')}T${pick(random, eveningTimes)}Z` };
    }
    return { clock: pick(random, clockSteps) };
  }

  async #request(step: number): Promise<Difference | null> {
    const random = this.#random;
    const [{ names }] = this.#sides;
    const history = {
      count: (kind: NumberKind) => names.count(kind),
      references: this.#references,
      orderLines: this.#orderLines,
    };
    const { operation, content, context } = randomCall(random, history);
    const whole = rawRequest(operation, content, context);
    const { contentType, envelope, edit } =
      random() < this.#damage
        ? damaged(whole, random)
        : { contentType: whole.contentType, envelope: whole, edit: (text: string) => text };
    return this.#send(step, contentType, edit(envelopeOf(envelope)));
  }

  /** Reads all that the systems have. */
  async #everything(step: number): Promise<Difference | null> {
    const all = [...patrons, raisedFor].map((patron) => `<t:PatronNo>${patron}</t:PatronNo>`).join('');
    const orders = Array.from({ length: Math.min(25, this.#sides[0].names.count('order')) }, (_, index) =>
      placeholder('order', index),
    );
    for (const { system } of this.#sides) {
      await askControl(system.url, { clock: '2027-03-01T02:00:00Z' });
    }
    for (const [operation, content] of [
      ['GetStatements', `<t:PatronNos>${all}</t:PatronNos><t:IncludeSettled>true</t:IncludeSettled>`],
      [
        'GetOrders',
        `<t:OrderNos>${orders.map((order) => `<t:OrderNo>${order}</t:OrderNo>`).join('')}</t:OrderNos>`,
      ],
      ['ListChanges', '<t:AfterSeq>0</t:AfterSeq><t:MaxRows>500</t:MaxRows>'],
    ] as const) {
      const { contentType, ...rest } = rawRequest(operation, content);
      const found = await this.#send(step, contentType, envelopeOf({ contentType, ...rest }));
      if (found !== null) {
        return found;
      }
    }
    return null;
  }

  async #send(step: number, contentType: string, text: string): Promise<Difference | null> {
    const answers: RawAnswer[] = [];
    for (const { system, names } of this.#sides) {
      answers.push(await post(system.url, contentType, names.render(text)));
    }
    const [left, right] = answers;
    if (left === undefined || right === undefined) {
      throw new Error('two systems answer');
    }
    const where = [
      ...problemsOf(left, this.#sides[0].system.name),
      ...problemsOf(right, this.#sides[1].system.name),
      ...this.#compare(left, right),
    ];
    if (where.length > 0) {
      return { step, request: `${contentType}\n${this.#sides[0].names.render(text)}`, where };
    }
    const code = codeOf(left);
    this.answers.set(code, (this.answers.get(code) ?? 0) + 1);
    this.#learn(left);
    return null;
  }

  #compare(left: RawAnswer, right: RawAnswer): string[] {
    if (left.status !== right.status) {
      return [`status ${left.status} ${codeOf(left)} | ${right.status} ${codeOf(right)}`];
    }
    const [{ names: leftNames }, { names: rightNames }] = this.#sides;
    const [a, b] = [bodyOf(left), bodyOf(right)];
    if (a === null || b === null) {
      return a === b ? [] : ['a body | none'];
    }
    // An answer may name an order that it has just made.
    learnOrder(a, leftNames);
    learnOrder(b, rightNames);
    learnChanges(a, leftNames);
    learnChanges(b, rightNames);
    if (a.name === 'Fault' && b.name === 'Fault') {
      const [one, other] = [codeOf(left), codeOf(right)];
      if (one !== other) {
        return [`${one} | ${other}`];
      }
    }
    const [x, y] = [detailOrSelf(a), detailOrSelf(b)];
    return x === null || y === null
      ? []
      : differences(canonical(x, leftNames), canonical(y, rightNames), this.#exact, toleranceMs);
  }

  /** Remembers an order that both made, and references that led to something. */
  #learn(left: RawAnswer): void {
    const made = bodyOf(left);
    const order = made === null ? null : at(made, 'CreateOrderResult');
    if (order === null) {
      return;
    }
    const [{ names }] = this.#sides;
    this.#references.push(textAt(order, 'MerchantRef') ?? '');
    this.#orderLines.push(
      allNamed(order, 'OrderLine').map((line) => ({
        charge: asPlaceholder(names.abstract('charge', textAt(line, 'ChargeNo') ?? '')),
        amount: textAt(line, 'Amount') ?? '',
      })),
    );
  }
}

const controlAnswer = z.looseObject({
  state: z.string().optional(),
  charge: z.union([z.string(), z.looseObject({ chargeNo: z.string() })]).optional(),
});

/** `charge 3` as a placeholder; any other text as it is. */
const asPlaceholder = (text: string): string => {
  const index = /^charge (\d+)$/.exec(text)?.[1];
  return index === undefined ? text : placeholder('charge', Number(index));
};

const bodyOf = ({ envelope }: RawAnswer): XmlTree | null =>
  envelope === null ? null : (at(envelope, 'Body')?.children[0] ?? null);

/** A fault's typed detail, null if it has none; any other payload itself. */
const detailOrSelf = (payload: XmlTree): XmlTree | null =>
  payload.name === 'Fault' ? (at(payload, 'Detail')?.children[0] ?? null) : payload;

function learnOrder(payload: XmlTree, names: NamesOfSystem): void {
  const created =
    payload.name === 'CreateOrderResponse' ? textAt(payload, 'CreateOrderResult', 'OrderNo') : null;
  if (created !== null) {
    names.learn('order', created);
  }
}

/** Takes the numbers of changes only from a list that has all of them, so that both systems' n-th are the same row. */
function learnChanges(payload: XmlTree, names: NamesOfSystem): void {
  const changes = allNamed(payload, 'Change');
  if (payload.name === 'ListChangesResponse' && textAt(payload, 'ListChangesResult', 'More') === 'false') {
    for (const { attributes } of changes.length > names.count('seq') ? changes : []) {
      names.learn('seq', attributes.Seq ?? '');
    }
  }
}

/** The code, the subcode's local name, or the name of a typed fault; the name of any other payload. */
function codeOf(answer: RawAnswer): string {
  const payload = bodyOf(answer);
  if (payload?.name !== 'Fault') {
    return payload?.name ?? String(answer.status);
  }
  const local = (text: string | null): string => (text ?? '').trim().replace(/^.*:/, '');
  const code = `${local(textAt(payload, 'Code', 'Value'))} ${local(textAt(payload, 'Code', 'Subcode', 'Value'))}`;
  const detail = at(payload, 'Detail')?.children[0];
  return detail === undefined ? code.trim() : [detail.name, textAt(detail, 'Code')].join(' ').trim();
}

/** What is wrong with one answer by the contract alone, whatever the other system says. */
function problemsOf(answer: RawAnswer, system: string): string[] {
  const payload = bodyOf(answer);
  if (payload === null) {
    return answer.text === '' ? [] : [`${system}: no payload`];
  }
  const problems = detailOrSelf(payload) === null ? [] : judge.problems(answer.text);
  const order = [...allNamed(payload, 'Change')].map(({ attributes }) => Number(attributes.Seq));
  if (order.some((seq, index) => index > 0 && seq <= (order[index - 1] ?? 0))) {
    problems.push('rows are not in the order of Seq');
  }
  const result = at(payload, 'ListChangesResult');
  const last = allNamed(payload, 'Change').at(-1)?.attributes.Seq;
  if (result !== null && last !== undefined && textAt(result, 'LastSeq') !== last) {
    problems.push('LastSeq is not that of the last row');
  }
  for (const one of [...allNamed(payload, 'Order'), ...allNamed(payload, 'CreateOrderResult')]) {
    const payBy = Date.parse(textAt(one, 'PayBy') ?? '') - Date.parse(textAt(one, 'CreatedAt') ?? '');
    if (textAt(one, 'PayBy') !== null && payBy !== 900_000) {
      problems.push(`PayBy is ${payBy} ms after CreatedAt`);
    }
  }
  return problems.map((problem) => `${system}: ${problem}`);
}
