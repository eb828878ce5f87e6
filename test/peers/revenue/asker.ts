import { expect } from 'vitest';
import { schemaJudge } from '../../support/contracts/schema-judge.ts';
import { contents } from './contents.ts';
import {
  askControl,
  namespaces,
  type OperationName,
  payloadOf,
  type RawAnswer,
  type RawRequest,
  rawRequest,
  send,
} from './raw-request.ts';
import { allNamed, at, textAt, type XmlTree } from './xml-tree.ts';

const file = (name: string) => new URL(`../../../adapters/charges/${name}`, import.meta.url);
export const judge = schemaJudge([
  [namespaces.messages, file('revenue-messages.xsd')],
  [`${namespaces.messages}/types`, file('revenue-types.xsd')],
  [`${namespaces.messages}/common`, file('revenue-common.xsd')],
]);

/** Printing of patron 1 in the seed: 12.00, nothing paid. */
export const printing = { charge: 'G0000001', amount: '12.00' } as const;
/** Printing of patron 16 in the seed: 5.20, nothing paid. */
export const stapled = { charge: 'G0000010', amount: '5.20' } as const;

type OrderContent = Partial<Parameters<typeof contents.createOrder>[0]>;

/** The content of a request for an order: by default all of patron 1's printing. */
export const orderContent = (more: OrderContent): string =>
  contents.createOrder({ ref: 'some', patron: 'P0000001', lines: [printing], ...more });

export function headerOf({ envelope }: RawAnswer, name: string): string | null {
  return envelope === null ? null : textAt(envelope, 'Header', name);
}

/** Asks a revenue system. libxml2 finds each answer valid, and it is addressed as the contract says. */
export function askerOf(url: string) {
  /** The element in the body. */
  async function call(operation: OperationName, content: string | null, context?: string): Promise<XmlTree> {
    const raw: RawRequest = rawRequest(operation, content, context);
    const answer = await send(url, raw);
    const payload = payloadOf(answer);
    if (payload.name !== 'Fault' || at(payload, 'Detail') !== null) {
      expect(judge.problems(answer.text), answer.text).toEqual([]);
    }
    expect(headerOf(answer, 'RelatesTo')).toBe(/>(urn:[^<]+)</.exec(raw.messageId)?.[1]);
    return payload;
  }

  return {
    call,
    /** The number of a new order, or the name of the fault. */
    async create(ref: string, more: OrderContent = {}): Promise<string> {
      const created = await call('CreateOrder', orderContent({ ref, ...more }));
      const number = textAt(created, 'CreateOrderResult', 'OrderNo');
      return number ?? at(created, 'Detail')?.children[0]?.name ?? 'a fault without detail';
    },
    /** The control's answer, which is 200. */
    async control(asked: object): Promise<unknown> {
      const { status, answer } = await askControl(url, asked);
      expect(status, JSON.stringify(answer)).toBe(200);
      return answer;
    },
    /** Resets the system to its seed, and sets its clock to a noon of 2026, because order numbers contain the year. */
    async reset(): Promise<void> {
      await this.control({ reset: true });
      await this.control({ clock: '2026-11-30T04:00:00Z' });
    },
    async setFaults(faults: readonly object[]): Promise<void> {
      const body = JSON.stringify({ faults });
      const { status } = await fetch(new URL('/_faults', url), { method: 'PUT', body });
      expect(status).toBe(200);
    },
    async stateOf(order: string): Promise<string | undefined> {
      const found = await call('GetOrders', contents.ordersByNumber([order]));
      return at(found, 'GetOrdersResult', 'Order')?.attributes.State;
    },
    /** The kind of a typed fault, with its code or the fields of its problems; null if the answer is none. */
    async faultOf(
      operation: OperationName,
      content: string | null,
      context?: string,
    ): Promise<string | null> {
      const detail = at(await call(operation, content, context), 'Detail')?.children[0];
      if (detail === undefined) {
        return null;
      }
      const fields = allNamed(detail, 'Field').map(({ text }) => text);
      return [detail.name, textAt(detail, 'Code') ?? fields.join(' ')].join(' ').trim();
    },
  };
}
