import type { IncrementalFormat } from '../../engine/request.ts';
import { jsonTypes, type MediaRange } from './media-ranges.ts';

/**
 * Returns the format for an answer in parts (`@defer`) that an `Accept` header requests. Null if it requests no parts,
 * or prefers a whole answer. Only a range that names `multipart/mixed` requests parts. Without a parameter, that range
 * means 20220824, because all clients that accept parts know this format. If there are several formats, the first
 * format of the highest weight counts.
 */
export function acceptedFormat(ranges: readonly MediaRange[]): IncrementalFormat | null {
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
  // With this parameter, Apollo Client requests the events of a subscription.
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
