import { z } from 'zod';
import { pick, randomFrom } from '../../../support/random.ts';
import type { RawLine } from '../contents.ts';
import { askControl, envelopeOf, post, type RawAnswer, rawRequest } from '../raw-request.ts';
import { allNamed, at, textAt, type XmlTree } from '../xml-tree.ts';
import { bodyOf, codeOf, detailOrSelf, headersOf, problemsOf } from './answers.ts';
import { canonical, differences } from './canonical.ts';
import { damaged } from './damage.ts';
import { NamesOfSystem, type NumberKind, placeholder } from './names-per-system.ts';
import { patrons, raisedFor, randomCall } from './random-calls.ts';
import { RandomControl } from './random-control.ts';
import { VersionWatch } from './version-watch.ts';

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
  readonly versions: VersionWatch;
}

/** More than any two systems' clocks differ: each takes the same steps of its clock, a few ms after the other. */
const toleranceMs = 30_000;

/** The path in the requests' `To`, for which each system's own is put. */
const servicePath = '/rps/RevenueService.svc';

/** The start of each sequence, so that the end of the day comes when a sequence wants it. */
const morning = '2026-12-01T02:00:00Z';

/**
 * Sends the same random sequence of requests to two systems, each of which has just started with the seed. It ends early
 * where one system does what the other refuses, because they have different records then.
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
  readonly #control: RandomControl;
  #step = 0;
  /** Whether one system did what the other refused. */
  #isApart = false;
  readonly #differences: Difference[] = [];
  /** The share of requests that are damaged. */
  readonly #damage: number;
  /** How often there was which answer, by its fault or by its name. */
  readonly answers = new Map<string, number>();

  /** `exact` are the times of the seed. `seed` decides everything. */
  constructor(systems: readonly [System, System], exact: ReadonlySet<string>, seed: number) {
    this.#random = randomFrom(seed);
    this.#control = new RandomControl(this.#random);
    this.#exact = exact;
    this.#damage = pick(this.#random, [0, 0.15, 0.5]);
    const side = (system: System): Side => ({
      system,
      names: new NamesOfSystem(),
      versions: new VersionWatch(),
    });
    this.#sides = [side(systems[0]), side(systems[1])];
  }

  /** Resolves to the differences. */
  async run(requests: number): Promise<readonly Difference[]> {
    for (const { system, names } of this.#sides) {
      await askControl(system.url, { clock: morning });
      names.learn('order', 'RO2026000001');
      names.learn('order', 'RO2026000002');
    }
    for (this.#step = 0; this.#step < requests && !this.#isApart; this.#step += 1) {
      await (this.#random() < 0.25 ? this.#outside() : this.#request());
    }
    if (!this.#isApart) {
      await this.#everything();
    }
    return this.#differences;
  }

  /** The bank pays, time passes, or a charge is raised. The control must say the same. */
  async #outside(): Promise<void> {
    const asked = this.#control.next(this.#sides[0].names.count('order'));
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
    if (left !== right) {
      this.#found(JSON.stringify(asked), [`${left} | ${right}`]);
      this.#isApart = true;
    }
  }

  async #request(): Promise<void> {
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
    await this.#send(contentType, edit(envelopeOf(envelope)));
  }

  /** Reads all that the systems have. */
  async #everything(): Promise<void> {
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
      await this.#send(contentType, envelopeOf({ contentType, ...rest }));
    }
  }

  async #send(contentType: string, text: string): Promise<void> {
    const answers: RawAnswer[] = [];
    const problems: string[] = [];
    for (const { system, names, versions } of this.#sides) {
      const { pathname } = new URL(system.url);
      const own = names.render(text).replaceAll(servicePath, pathname);
      const answer = await post(system.url, contentType, own);
      answers.push(answer);
      problems.push(...problemsOf(answer, versions).map((problem) => `${system.name}: ${problem}`));
    }
    const [left, right] = answers;
    if (left === undefined || right === undefined) {
      throw new Error('two systems answer');
    }
    const where = [...problems, ...this.#compare(left, right)];
    if (where.length > 0) {
      this.#found(`${contentType}\n${this.#sides[0].names.render(text)}`, where);
    }
    const [code, other] = [codeOf(left), codeOf(right)];
    this.#isApart = code !== other;
    this.answers.set(code, (this.answers.get(code) ?? 0) + 1);
    this.#learn(left);
  }

  #found(request: string, where: readonly string[]): void {
    this.#differences.push({ step: this.#step, request, where });
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
    const [headers, otherHeaders] = [headersOf(left), headersOf(right)];
    const found = headers === otherHeaders ? [] : [`${headers} | ${otherHeaders}`];
    const [x, y] = [detailOrSelf(a), detailOrSelf(b)];
    return x === null || y === null
      ? found
      : [
          ...found,
          ...differences(canonical(x, leftNames), canonical(y, rightNames), this.#exact, toleranceMs),
        ];
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
