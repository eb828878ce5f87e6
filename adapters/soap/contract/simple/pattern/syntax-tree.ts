/** A regular expression of XML Schema (XML Schema part 2, appendix F), as a tree. */
export type PatternNode =
  | {
      readonly kind: 'set';
      /** The class in JavaScript's syntax of flag `v`, such as `[\u{30}-\u{39}]` or `\p{Nd}`. */
      readonly source: string;
    }
  | { readonly kind: 'sequence'; readonly items: readonly PatternNode[] }
  | { readonly kind: 'choice'; readonly options: readonly PatternNode[] }
  | {
      readonly kind: 'repeat';
      readonly body: PatternNode;
      readonly min: number;
      /** `Infinity` if there is no maximum. */
      readonly max: number;
    };

/** The pattern is not one of XML Schema's regular expressions, or it is too large. */
export class PatternError extends Error {
  override readonly name = 'PatternError';
}
