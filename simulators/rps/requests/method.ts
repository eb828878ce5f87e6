import { collapse } from '../../soap/simple-types.ts';
import { clark, optionalAttribute, type XmlElement, XSI } from '../../soap/xml.ts';
import type { Method, MethodType } from '../ledger/rows.ts';
import { TYPES } from '../names.ts';
import { isNil, optionalText } from './fields.ts';
import { isOver, type Problems } from './problems.ts';

const types: readonly MethodType[] = ['FpsMethod', 'CardMethod', 'WalletMethod', 'CounterMethod'];

/** Reads the payment method of an order. The schema has already checked that `xsi:type` is one of the four types. */
export function readMethod(element: XmlElement): Method {
  const named = optionalAttribute(element, 'type', XSI);
  const type = types.find((one) => clark(TYPES, one) === named);
  if (type === undefined) {
    throw new Error(`${named} got past the schema`);
  }
  const attributes = element.attributes.filter(({ uri }) => uri === '');
  return {
    type,
    attributes: Object.fromEntries(attributes.map(({ local, value }) => [local, collapse(value)])),
    elements: Object.fromEntries(element.children.map((one) => [one.local, isNil(one) ? null : one.text])),
  };
}

const MAX_URL = 500;

/** Checks that a payment on another company's page has a return URL. Other payments need none. */
export function checkReturnUrl(request: XmlElement, { type }: Method, problems: Problems): void {
  if (type !== 'CardMethod' && type !== 'WalletMethod') {
    return;
  }
  const url = collapse(optionalText(request, 'ReturnUrl') ?? '');
  const isAbsolute = /^https?:\/\/[^/?#]/i.test(url) && URL.canParse(url);
  problems.addIf(
    !isAbsolute || isOver(url, MAX_URL),
    'ReturnUrl',
    'An absolute http or https URL is wanted.',
  );
}
