/**
 * The responses of the protocol: their fixed-length fields in order, and the identified fields that the protocol text
 * requires.
 */

/** Patterns for fixed-length fields. Each has the field's length. */
const flag = '[YN]';
const ok = '[01]';
/** `YYYYMMDDZZZZHHMMSS`. `ZZZZ` is four blanks for local time, or a `Z` after three blanks for UTC. */
const date = '\\d{8}(?:    |   Z)\\d{6}';
const language = '\\d{3}';
const status = '[Y ]{14}';
const count = '(?:\\d{4}| {4})';
const media = '[YNU]';

interface Layout {
  readonly fixed: readonly (readonly [name: string, pattern: string])[];
  readonly required: readonly string[];
}

const loanFixed = [
  ['ok', ok],
  ['renewalOk', flag],
  ['magneticMedia', media],
  ['desensitize', media],
  ['transactionDate', date],
] as const;

const layouts: Readonly<Record<string, Layout>> = {
  '10': {
    fixed: [
      ['ok', ok],
      ['resensitize', flag],
      ['magneticMedia', media],
      ['alert', flag],
      ['transactionDate', date],
    ],
    required: ['AO', 'AB', 'AQ'],
  },
  '12': { fixed: loanFixed, required: ['AO', 'AA', 'AB', 'AJ', 'AH'] },
  '16': {
    fixed: [
      ['ok', ok],
      ['available', flag],
      ['transactionDate', date],
    ],
    required: ['AO', 'AA'],
  },
  '18': {
    fixed: [
      ['circulationStatus', '\\d{2}'],
      ['securityMarker', '\\d{2}'],
      ['feeType', '\\d{2}'],
      ['transactionDate', date],
    ],
    required: ['AB', 'AJ'],
  },
  '20': {
    fixed: [
      ['itemPropertiesOk', ok],
      ['transactionDate', date],
    ],
    required: ['AB'],
  },
  '24': {
    fixed: [
      ['patronStatus', status],
      ['language', language],
      ['transactionDate', date],
    ],
    required: ['AO', 'AA', 'AE'],
  },
  '26': {
    fixed: [
      ['patronStatus', status],
      ['language', language],
      ['transactionDate', date],
    ],
    required: ['AO', 'AA', 'AE'],
  },
  '30': { fixed: loanFixed, required: ['AO', 'AA', 'AB', 'AJ', 'AH'] },
  '36': {
    fixed: [
      ['endSession', flag],
      ['transactionDate', date],
    ],
    required: ['AO', 'AA'],
  },
  '38': {
    fixed: [
      ['paymentAccepted', flag],
      ['transactionDate', date],
    ],
    required: ['AO', 'AA'],
  },
  '64': {
    fixed: [
      ['patronStatus', status],
      ['language', language],
      ['transactionDate', date],
      ['holdItemsCount', count],
      ['overdueItemsCount', count],
      ['chargedItemsCount', count],
      ['fineItemsCount', count],
      ['recallItemsCount', count],
      ['unavailableHoldsCount', count],
    ],
    required: ['AO', 'AA', 'AE'],
  },
  '66': {
    fixed: [
      ['ok', ok],
      ['renewedCount', '\\d{4}'],
      ['unrenewedCount', '\\d{4}'],
      ['transactionDate', date],
    ],
    required: ['AO'],
  },
  '94': { fixed: [['ok', ok]], required: [] },
  '96': { fixed: [], required: [] },
  '98': {
    fixed: [
      ['onLineStatus', flag],
      ['checkinOk', flag],
      ['checkoutOk', flag],
      ['acsRenewalPolicy', flag],
      ['statusUpdateOk', flag],
      ['offLineOk', flag],
      ['timeoutPeriod', '\\d{3}'],
      ['retriesAllowed', '\\d{3}'],
      ['dateTimeSync', `(?:${date}|0{18})`],
      ['protocolVersion', '2\\.00'],
    ],
    required: ['AO', 'BX'],
  },
};

export interface Sip2Response {
  readonly code: string;
  /** The whole response as it was received. */
  readonly text: string;
  readonly fixed: Readonly<Record<string, string>>;
  readonly fields: ReadonlyMap<string, readonly string[]>;
  /**
   * The value of a field; undefined if the response doesn't have it.
   * @throws Error if the response has it more than once
   */
  field(id: string): string | undefined;
}

/** @throws Error if the text is not a response of the protocol */
export function parseResponse(text: string): Sip2Response {
  const code = text.slice(0, 2);
  const layout = layouts[code];
  if (layout === undefined) {
    throw new Error(`${code} is no response of the protocol`);
  }
  const pattern = layout.fixed.map(([name, part]) => `(?<${name}>${part})`).join('');
  const match = new RegExp(`^${code}${pattern}`, 's').exec(text);
  if (match === null) {
    throw new Error(`the fixed-length fields of ${code} are not the protocol's: ${JSON.stringify(text)}`);
  }
  const rest = text.slice(match[0].length);
  if (rest !== '' && !rest.endsWith('|')) {
    throw new Error(`the last field of ${code} has no delimiter: ${JSON.stringify(text)}`);
  }
  const fields = new Map<string, string[]>();
  for (const field of rest.split('|').slice(0, -1)) {
    const [, id, value] = /^([A-Z][A-Z0-9])(.{0,255})$/su.exec(field) ?? [];
    // All fields may contain only displayable characters.
    if (id === undefined || value === undefined || /\p{Cc}/u.test(value)) {
      throw new Error(`${code} has a field that is not the protocol's: ${JSON.stringify(field)}`);
    }
    fields.set(id, [...(fields.get(id) ?? []), value]);
  }
  const missing = layout.required.filter((id) => !fields.has(id));
  if (missing.length > 0) {
    throw new Error(`${code} lacks ${missing.join(', ')}: ${JSON.stringify(text)}`);
  }
  return {
    code,
    text,
    fixed: match.groups ?? {},
    fields,
    field(id) {
      const values = fields.get(id) ?? [];
      if (values.length > 1) {
        throw new Error(`${code} has ${id} ${values.length} times`);
      }
      return values[0];
    },
  };
}
