import type { IncrementalFormat } from '../../engine/request.ts';

interface MediaRange {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
  /** The weight, from 0 to 1. */
  readonly q: number;
}

const jsonTypes = ['application/json', 'application/graphql-response+json'];

/**
 * Returns the format of an answer in parts that an `Accept` header asks for. Null if it asks for none, or prefers a whole
 * answer. Only a range that names `multipart/mixed` asks for parts. Without a parameter it means 20220824, which all
 * clients know that accept parts. Of several formats, the first of the highest weight counts.
 */
export function acceptedFormat(accept: string): IncrementalFormat | null {
  if (!/multipart\/mixed/i.test(accept)) {
    return null;
  }
  const ranges = accept.split(',').map(rangeOf);
  const json = ranges.filter(({ type }) => jsonTypes.includes(type));
  const weightOfJson = json.reduce((most, { q }) => Math.max(most, q), 0);
  const [best] = ranges
    .flatMap((range) => {
      const format = formatOf(range);
      return format !== null && range.q > 0 && range.q >= weightOfJson ? [{ format, q: range.q }] : [];
    })
    .sort((a, b) => b.q - a.q);
  return best?.format ?? null;
}

function formatOf({ type, parameters }: MediaRange): IncrementalFormat | null {
  // With this parameter, Apollo Client asks for the events of a subscription.
  if (type !== 'multipart/mixed' || parameters.has('subscriptionspec')) {
    return null;
  }
  const deferSpec = parameters.get('deferspec');
  const incrementalSpec = parameters.get('incrementalspec');
  if (incrementalSpec === undefined) {
    return deferSpec === undefined || deferSpec === '20220824' ? '20220824' : null;
  }
  return incrementalSpec === 'v0.2' ? 'v0.2' : null;
}

function rangeOf(text: string): MediaRange {
  const [type = '', ...rest] = text.split(';').map((each) => each.trim());
  const parameters = new Map(
    rest.map((parameter) => {
      const [name = '', value = ''] = parameter.split('=', 2);
      return [name.trim().toLowerCase(), value.trim().replaceAll('"', '')];
    }),
  );
  const q = Number(parameters.get('q') ?? 1);
  return { type: type.toLowerCase(), parameters, q: Number.isNaN(q) ? 0 : q };
}
