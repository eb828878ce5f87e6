/** A media range of an `Accept` header (RFC 9110, section 12.5.1). */
export interface MediaRange {
  /** In lower case. */
  readonly type: string;
  /** The values without quotes, by the name in lower case. */
  readonly parameters: ReadonlyMap<string, string>;
  /** The weight, from 0 to 1. */
  readonly q: number;
}

/** The media types of a whole answer. */
export const jsonTypes = ['application/json', 'application/graphql-response+json'];

/** Reads the ranges of an `Accept` header. Quotes don't protect `,` and `;`: no parameter of our formats has them. */
export const mediaRangesOf = (accept: string): readonly MediaRange[] => accept.split(',').map(rangeOf);

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
