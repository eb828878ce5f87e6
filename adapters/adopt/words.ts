/** Splits a name into its words, in lower case: both `ROOM_NO` and `RoomNo` give `room` and `no`. */
export const wordsOf = (name: string): string[] =>
  name
    .replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu}+)(\p{Lu}\p{Ll})/gu, '$1 $2')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .map((word) => word.toLowerCase());

/** `bookRoom` becomes `BookRoom`. */
export const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** `RoomNo` becomes `roomNo`. */
export const camelCase = (name: string): string => {
  const [first = 'field', ...rest] = wordsOf(name);
  return /^\p{N}/u.test(first)
    ? `n${first}${rest.map(capital).join('')}`
    : [first, ...rest.map(capital)].join('');
};

/** `ROOM_KIND` becomes `RoomKind`. */
export const pascalCase = (name: string): string => capital(camelCase(name));

/** `bookRoom` becomes `BOOK_ROOM`. */
export const upperCase = (name: string): string => wordsOf(name).join('_').toUpperCase();

/** `hourlyFee` becomes `hourly fee`. */
export const spaced = (name: string): string => wordsOf(name).join(' ');

const readVerbs = new Set(
  'get find list search read query lookup fetch retrieve is has count view show describe ping'.split(' '),
);

/** Words that mark an operation as a change, anywhere in its name, as `lock` does in `GetAndLock`. */
const writeWords = new Set(
  (
    'add amend apply approve assign book block cancel clear close confirm create decide delete disable enable end ' +
    'insert issue lock mark modify move next open pay place post put register release remove renew replace report ' +
    'reserve reset return save send set start stop store submit suspend take unlock update void write'
  ).split(' '),
);

/**
 * Guesses from an operation's name whether the operation only reads, and says why. The name of a read begins with a
 * reading verb and contains no word of `writeWords`.
 */
export function guessKind(operation: string): { readonly isRead: boolean; readonly why: string } {
  const [verb = '', ...rest] = wordsOf(operation);
  const change = rest.find((word) => writeWords.has(word));
  if (!readVerbs.has(verb)) {
    return { isRead: false, why: `\`${verb}\` is no verb of reading` };
  }
  return change === undefined
    ? { isRead: true, why: `it begins with \`${verb}\`` }
    : { isRead: false, why: `it begins with \`${verb}\`, but has \`${change}\` in it` };
}

const hasWord = (name: string, words: readonly string[]): boolean =>
  wordsOf(name).some((word) => words.includes(word.replace(/s$/, '')));

export const isPatronName = (name: string): boolean =>
  hasWord(name, [
    'patron',
    'patr',
    'ptrn',
    'reader',
    'rdr',
    'borrower',
    'borr',
    'member',
    'mbr',
    'customer',
    'cust',
    'user',
    'usr',
  ]) && hasWord(name, ['no', 'number', 'id', 'nr', 'key', 'code']);

export const isReferenceName = (name: string): boolean =>
  hasWord(name, ['ref', 'reference', 'idempotency']) ||
  /^(client|request|transaction|message)(id|no|number|key)$/.test(wordsOf(name).join(''));

export const isMoneyName = (name: string): boolean =>
  hasWord(name, [
    'fee',
    'amount',
    'price',
    'charge',
    'cost',
    'deposit',
    'balance',
    'fine',
    'total',
    'due',
    'paid',
  ]);

export const isDateName = (name: string): boolean =>
  hasWord(name, ['date', 'day', 'time', 'dob', 'from', 'until', 'on', 'at', 'start', 'end', 'expiry']);

/** Whether two names mean the same key: `ROOM_NO` and `RoomNo`, or `PatronNumbers` and `PatronNumber`. */
export const isSameName = (one: string, other: string): boolean => {
  const [first, second] = [one, other].map((name) => wordsOf(name).join('').replace(/s$/, ''));
  return first === second;
};
