import { SaxesParser } from 'saxes';

/** The texts of a row, by the local names of their elements and attributes. An element that is nil has an empty text. */
export type Row = Readonly<Record<string, string>>;

export interface Reply {
  readonly rows: readonly Row[];
  /** The texts outside of rows. */
  readonly fields: Row;
}

const localName = (name: string): string => name.slice(name.indexOf(':') + 1);

/** Reads a reply whose rows are elements with the local name `rowName`. It checks nothing but that it is XML. */
export function readReply(xml: string, rowName: string): Reply {
  const rows: Row[] = [];
  const fields: Record<string, string> = {};
  let row: Record<string, string> | null = null;
  let text = '';
  const parser = new SaxesParser({ xmlns: false });
  parser.on('opentag', ({ name, attributes }) => {
    text = '';
    if (localName(name) === rowName) {
      row = { ...attributes };
    }
  });
  parser.on('text', (piece) => {
    text += piece;
  });
  parser.on('closetag', ({ name }) => {
    const local = localName(name);
    if (local === rowName && row !== null) {
      rows.push(row);
      row = null;
    } else {
      (row ?? fields)[local] = text;
    }
    text = '';
  });
  parser.write(xml).close();
  return { rows, fields };
}
