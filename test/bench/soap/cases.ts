/** A reply whose reading is measured. */
export interface Case {
  readonly name: string;
  readonly operation: 'GetPatrons' | 'GetLoans' | 'ListEvents' | 'FindItems';
  readonly rows: number;
  readonly charset: 'utf-8' | 'big5-hkscs';
  /** The most that our adapter may cost, as a multiple of PHP's SoapClient. Null where there is no goal. */
  readonly goal: number | null;
}

/**
 * The sizes that matter: what a page needs, and the longest replies, which fill the index. Circulation answers in
 * Big5-HKSCS. Its replies in UTF-8 are here because node-soap can't read its charset. Events are ASCII, and copies have
 * Chinese titles.
 */
export const cases: readonly Case[] = [
  { name: 'a patron', operation: 'GetPatrons', rows: 1, charset: 'utf-8', goal: 1.5 },
  { name: '10 loans, Big5', operation: 'GetLoans', rows: 10, charset: 'big5-hkscs', goal: 1.15 },
  { name: '10 loans, UTF-8', operation: 'GetLoans', rows: 10, charset: 'utf-8', goal: null },
  { name: '500 events, Big5', operation: 'ListEvents', rows: 500, charset: 'big5-hkscs', goal: 0.7 },
  { name: '500 events, UTF-8', operation: 'ListEvents', rows: 500, charset: 'utf-8', goal: 0.7 },
  { name: '500 copies, Big5', operation: 'FindItems', rows: 500, charset: 'big5-hkscs', goal: 0.7 },
  { name: '500 copies, UTF-8', operation: 'FindItems', rows: 500, charset: 'utf-8', goal: 0.7 },
];

export const cardNumber = '21852000000017';
export const patronNumber = 'P0000001';

/** The case's place on the server, which answers every call to it alike. */
export const pathOf = ({ charset, operation, rows }: Case): string => `/${charset}/${operation}/${rows}`;

/** The contract of the case's system, below `adapters/`. */
export const wsdlOf = ({ operation }: Case): string =>
  operation === 'GetPatrons' ? 'patrons/patron-registry.wsdl' : 'circulation/circulation.wsdl';

/** The arguments of the case's operation, in the contract's words. */
export function argumentsOf({ operation, rows }: Case): Readonly<Record<string, unknown>> {
  switch (operation) {
    case 'GetPatrons':
      return { PATRON_NO: [patronNumber] };
    case 'GetLoans':
      return { SID: 's', CardNo: [cardNumber] };
    case 'ListEvents':
      return { SID: 's', AfterSeq: 0, MaxRows: rows };
    case 'FindItems':
      return { SID: 's', Title: '紅', MaxRows: rows };
    default:
      return operation satisfies never;
  }
}
