import iconv from 'iconv-lite';
import { HttpClient } from 'soap';
import { openClient, rowsByKey } from './soap.mjs';

export const sdl = `
  type Patron @key(fields: "id") {
    id: ID!
    cardNumbers: [ID!]! @external
    loanQuota: LoanQuota! @requires(fields: "cardNumbers")
    loans(first: Int = 10): LoanConnection! @requires(fields: "cardNumbers")
  }
  type LoanQuota { limit: Int! used: Int! remaining: Int! }
  type LoanConnection { edges: [LoanEdge!]! }
  type LoanEdge { node: Loan! }
  type Loan { item: Item! dueOn: String! }
  type Item { title: String! }
`;

const login = { User: 'PGRAPH', Password: process.env.CIRC_PASSWORD };
const maxLoans = 10;

/** node-soap reads no Big5, so its HTTP client is replaced by one that does. */
class Big5Client extends HttpClient {
  request(url, body, callback, headers) {
    fetch(url, { method: 'POST', headers, body }).then(
      async (answer) => {
        const text = iconv.decode(Buffer.from(await answer.arrayBuffer()), 'big5-hkscs');
        callback(null, { statusCode: answer.status, headers: Object.fromEntries(answer.headers) }, text);
      },
      (error) => callback(error),
    );
  }
}

export async function open({ circ }) {
  const client = await openClient('circulation', 'circulation.wsdl', circ, { httpClient: new Big5Client() });
  const [{ SID }] = await client.LoginAsync(login);
  const loansOf = async ({ cardNumbers }, { loans }) => (await loans.loadMany(cardNumbers)).flat();
  const order = ({ DueOn, OutAt, LoanNo }) => `${DueOn} ${OutAt} ${LoanNo}`;
  return {
    createContext: () => ({
      loans: rowsByKey(
        10,
        ({ CardNo }) => CardNo,
        async (numbers) => {
          const [{ RC, Loan }] = await client.GetLoansAsync({ SID, CardNo: numbers });
          if (Number(RC) !== 0) {
            throw new Error(`circulation answered ${RC}`);
          }
          return Loan ?? [];
        },
      ),
    }),
    resolvers: {
      Patron: {
        __resolveReference: (patron) => patron,
        async loanQuota(patron, _args, context) {
          const used = (await loansOf(patron, context)).length;
          return { limit: maxLoans, used, remaining: Math.max(0, maxLoans - used) };
        },
        async loans(patron, { first }, context) {
          const loans = (await loansOf(patron, context)).sort((one, other) =>
            order(one) < order(other) ? -1 : 1,
          );
          return { edges: loans.slice(0, first).map((node) => ({ node })) };
        },
      },
      Loan: {
        item: ({ Title }) => ({ title: Title }),
        dueOn: ({ DueOn }) => `${DueOn.slice(0, 4)}-${DueOn.slice(4, 6)}-${DueOn.slice(6)}`,
      },
    },
  };
}
