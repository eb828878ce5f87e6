import iconv from 'iconv-lite';
import { SaxesParser } from 'saxes';
import { Pool } from 'undici';
import { argumentsOf, type Case } from '../cases.ts';
import type { CountRows } from './own.ts';

/** The depth of a row in a reply: Envelope, Body, the reply's element, row. */
const rowDepth = 4;

/** What a team would write in an afternoon: undici, saxes, and each row as texts by name. It checks nothing. */
export function openByHand(url: string, measured: Case): CountRows {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections: 8 });
  const [namespace, prefix] =
    measured.operation === 'GetPatrons' ? ['urn:library:prs:2004', ''] : ['urn:library:circ:v3', 'm:'];
  const content = Object.entries(argumentsOf(measured))
    .map(([name, value]) => `<${prefix}${name}>${value}</${prefix}${name}>`)
    .join('');
  const body = `<?xml version="1.0" encoding="UTF-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><m:${measured.operation} xmlns:m="${namespace}">${content}</m:${measured.operation}></soap:Body></soap:Envelope>`;
  const headers = {
    'content-type': 'text/xml; charset=utf-8',
    soapaction: `"${namespace}#${measured.operation}"`,
  };
  return async () => {
    const response = await pool.request({ method: 'POST', path: pathname, headers, body });
    const bytes = Buffer.from(await response.body.arrayBuffer());
    return rowsIn(iconv.decode(bytes, measured.charset)).length;
  };
}

function rowsIn(xml: string): readonly Readonly<Record<string, string>>[] {
  const rows: Record<string, string>[] = [];
  const parser = new SaxesParser({ xmlns: true });
  let row: Record<string, string> = {};
  let depth = 0;
  let text = '';
  parser.on('opentag', () => {
    depth += 1;
    text = '';
    if (depth === rowDepth) {
      row = {};
    }
  });
  parser.on('text', (piece) => {
    text += piece;
  });
  parser.on('closetag', ({ local }) => {
    if (depth > rowDepth) {
      row[local] = text;
    } else if (depth === rowDepth && Object.keys(row).length > 0) {
      rows.push(row);
    }
    text = '';
    depth -= 1;
  });
  parser.write(xml).close();
  return rows;
}
