/**
 * Answers every POST to `/CHARSET/OPERATION/ROWS` with that many rows, as the legacy systems do. A login gets a session.
 * It sends its port to the process that started it.
 */
import { createServer } from 'node:http';
import iconv from 'iconv-lite';
import { cardNumber, patronNumber } from './cases.ts';

const titles = [
  ['紅樓夢', '曹雪芹'],
  ['Pride and Prejudice', 'Austen, Jane'],
  ['嚟去之間：香港歌謠', '佚名'],
  ['聊齋志異 &amp; other stories', '蒲松齡'],
] as const;

const eventKinds = ['OUT', 'IN', 'RNW', 'HLD'];
const digits = (index: number, length: number) => String(index).padStart(length, '0');
const titleOf = (index: number) => titles[index % titles.length] ?? titles[0];

/** The rows of each operation, by the row's index. */
const rows: Readonly<Record<string, (index: number) => string>> = {
  GetPatrons: () =>
    `<PATRON><PATRON_NO>${patronNumber}</PATRON_NO><DETAILS><ENG_NAME>CHAN, TAI MAN</ENG_NAME><CHI_NAME>陳大文</CHI_NAME><HKID>A123456(3)</HKID><DOB>19800229</DOB><ADDR_LINE>FLAT 1 &amp; 2, 3/F</ADDR_LINE><ADDR_LINE>香港中環</ADDR_LINE><ADDR_PROOF>Y</ADDR_PROOF><TEL>21234567</TEL><EMAIL>chan@example.org</EMAIL></DETAILS><STATUS>A</STATUS><REG_DATE>20040102</REG_DATE><LAST_UPD>20040102030405</LAST_UPD></PATRON>`,
  GetLoans: (index) =>
    `<Loan><LoanNo>L${digits(index, 8)}</LoanNo><CardNo>${cardNumber}</CardNo><ItemNo>31852${digits(index, 9)}</ItemNo><BibNo>B${digits(index, 7)}</BibNo><Title>${titleOf(index)[0]}</Title><Branch>STCL</Branch><OutAt>20261115101500</OutAt><DueOn>20261129</DueOn><Renewals>0</Renewals><Ref/></Loan>`,
  ListEvents: (index) =>
    `<Event><Seq>${1_000_000 + index}</Seq><At>20261115${digits(10 + (index % 9), 2)}1500</At><Kind>${eventKinds[index % 4]}</Kind><CardNo>21852${digits(index * 7, 9)}</CardNo><ItemNo>31852${digits(index, 9)}</ItemNo><LoanNo>L${digits(index, 8)}</LoanNo><Ref>op-${digits(index * 13, 12)}</Ref></Event>`,
  FindItems: (index) =>
    `<Item><ItemNo>31852${digits(index, 9)}</ItemNo><BibNo>B${digits(index, 7)}</BibNo><Title>${titleOf(index)[0]}</Title><Author>${titleOf(index)[1]}</Author><CallNo>857.4 ${digits(index, 4)}</CallNo><Branch>STCL</Branch><Material>BK</Material><State>A</State></Item>`,
};

const envelope = (charset: string, body: string) =>
  iconv.encode(
    `<?xml version="1.0" encoding="${charset}"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>${body}</soap:Body></soap:Envelope>`,
    charset,
  );

const circulation = (operation: string, content: string) =>
  `<${operation}Response xmlns="urn:library:circ:v3"><RC>0</RC><MSG>OK</MSG>${content}</${operation}Response>`;

function reply(charset: string, operation: string, count: number): Buffer {
  const content = Array.from({ length: count }, (_, index) => rows[operation]?.(index)).join('');
  return envelope(
    charset,
    operation === 'GetPatrons'
      ? `<prs:GetPatronsResponse xmlns:prs="urn:library:prs:2004">${content}</prs:GetPatronsResponse>`
      : circulation(operation, content),
  );
}

const replies = new Map<string, Buffer>();
const server = createServer((request, response) => {
  request.resume().once('end', () => {
    const [, charset = '', operation = '', count] = (request.url ?? '').split('/');
    const isLogin = request.headers.soapaction?.includes('#Login') ?? false;
    const key = isLogin ? charset : `${request.url}`;
    const body =
      replies.get(key) ??
      (isLogin
        ? envelope(charset, circulation('Login', '<SID>s</SID>'))
        : reply(charset, operation, Number(count)));
    replies.set(key, body);
    response.setHeader('content-type', `text/xml; charset=${charset}`);
    response.end(body);
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.(typeof address === 'object' ? address?.port : undefined);
});
process.on('disconnect', () => process.exit());
