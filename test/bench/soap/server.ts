/**
 * Answers every POST to `/N` with N loans, as circulation does. The answers are in UTF-8, because node-soap can't read
 * circulation's character set.
 */
import { createServer } from 'node:http';

const loan = (index: number) =>
  `<Loan><LoanNo>L${String(index).padStart(8, '0')}</LoanNo><CardNo>21852000000017</CardNo><ItemNo>31852000000015</ItemNo><BibNo>B0000001</BibNo><Title>紅樓夢 &amp; other stories</Title><Branch>STCL</Branch><OutAt>20261115101500</OutAt><DueOn>20261129</DueOn><Renewals>0</Renewals><Ref/></Loan>`;

function reply(loans: number): Buffer {
  const rows = Array.from({ length: loans }, (_, index) => loan(index)).join('');
  return Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><GetLoansResponse xmlns="urn:library:circ:v3"><RC>0</RC><MSG>OK</MSG>${rows}</GetLoansResponse></soap:Body></soap:Envelope>`,
  );
}

const replies = new Map<string, Buffer>();
const server = createServer((request, response) => {
  request.resume().once('end', () => {
    const path = request.url ?? '/0';
    const body = replies.get(path) ?? reply(Number(path.slice(1)));
    replies.set(path, body);
    response.setHeader('content-type', 'text/xml; charset=utf-8');
    response.end(body);
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.(typeof address === 'object' ? address?.port : undefined);
});
