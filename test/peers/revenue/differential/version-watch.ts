import { allNamed, textAt, type XmlTree } from '../xml-tree.ts';

/**
 * Watches the `Version` of one system's orders and lines: "`Version` rises with each change of what carries it". Two
 * systems may count differently, so versions are not compared with each other.
 */
export class VersionWatch {
  readonly #seen = new Map<string, { readonly version: number; readonly content: string }>();

  /** What is wrong with the versions in an answer, as this and earlier answers tell them. */
  problems(payload: XmlTree): string[] {
    return [
      'Order',
      'CreateOrderResult',
      'CancelOrderResult',
      'RefundOrderResult',
      'WaiveChargeResult',
      'StatementLine',
    ]
      .flatMap((name) => allNamed(payload, name))
      .flatMap((one) => this.#problem(one) ?? []);
  }

  #problem(one: XmlTree): string | null {
    const key = keyOf(one);
    const version = Number(one.attributes.Version);
    const content = contentOf(one);
    const before = this.#seen.get(key);
    this.#seen.set(key, { version, content });
    if (Number.isNaN(version)) {
      return `${key} has no Version`;
    }
    if (before === undefined || (before.content === content && version >= before.version)) {
      return null;
    }
    return version > before.version
      ? null
      : `${key} has changed, and its Version was ${before.version} and is ${version}`;
  }
}

const keyOf = (one: XmlTree): string => {
  const type = one.attributes.LineType;
  if (type === undefined) {
    return textAt(one, 'OrderNo') ?? '';
  }
  return [
    type,
    textAt(one, 'ChargeNo'),
    ...(type === 'Charge' ? [] : [textAt(one, 'MerchantRef'), textAt(one, 'At')]),
  ].join(' ');
};

const contentOf = ({ attributes, children, text }: XmlTree): string => {
  const { Version: _version, ChangedAt: _changedAt, ...others } = attributes;
  return JSON.stringify([others, children, text]);
};
